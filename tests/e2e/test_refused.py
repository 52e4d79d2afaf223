#!/usr/bin/env python3
"""Somebody whom the platform refuses in every run, and those behind who are served all the same."""

import json
import pathlib

from harness import AGREES, DAY, DEGRADED, HOUR, SOME_FAILED, Scene, main

WORDS = "this address cannot be used here"
RULES = [{"group": "staff", "seat": True}]


class Refused(Scene):
    """ada comes first in every queue, and the platform does not like her address."""

    def setUp(self):
        super().setUp()
        self.people("ada", "bob", "cid")
        self.group("staff", "ada", "bob", "cid")

    def refuse(self, call, status=422):
        self.fault(call=call, email="ada@example.com", kind="status", status=status, count=-1,
                   body={"error": {"message": WORDS, "code": "refused"}})

    def permit(self):
        self.control("DELETE", "/faults")

    def runs(self, *expected):
        for status in expected:
            self.sync(status)
            self.advance(HOUR)

    def waits(self):
        """The line of the plan about her, or None."""
        return next((w for w in self.plan()[1]["waiting"] if w["email"] == "ada@example.com"), None)

    def problem(self):
        return [p["why"] for p in self.plan()[1]["problems"] if p["state"] == "refused"]

    def test_the_last_free_seat(self):
        self.config(rules=RULES)
        self.seed([{"email": f"{name}@example.com"} for name in ("ada", "bob", "cid")], seats=1)
        self.refuse("assign")
        self.runs(SOME_FAILED, SOME_FAILED, DEGRADED)
        self.assertEqual([m for m, (_, seat) in self.members().items() if seat], ["bob@example.com"])
        waits = self.waits()
        self.assertIn("no seat is free; the platform refused it 2 times in a row, last at ", waits["why"])
        self.assertIn(WORDS, waits["why"])
        self.assertTrue(waits["why"].endswith("; others go first"))
        self.assertEqual([a["email"] for a in self.plan()[1]["waiting"]], ["cid@example.com", "ada@example.com"])
        self.control("POST", "/pool", {"total": 2})
        self.runs(DEGRADED)
        self.assertEqual(sum(seat for _, seat in self.members().values()), 2)
        self.control("POST", "/pool", {"total": 3})
        self.runs(SOME_FAILED)  # a seat is left over, and she is tried
        self.assertIn("is tried again after", self.waits()["why"])
        self.runs(DEGRADED)  # not in each run
        self.permit()
        self.advance(DAY)
        self.sync(DEGRADED)  # the plan still said so when it tried
        self.assertTrue(all(seat for _, seat in self.members().values()))
        self.assertEqual(self.assert_agrees(), AGREES)

    def test_the_last_invitation_of_the_day(self):
        self.config(rules=RULES, invitations={"per_day": 1})
        self.seed(seats=9)
        self.refuse("invite")
        self.runs(SOME_FAILED, SOME_FAILED, DEGRADED)
        self.assertEqual(self.invitations(), ["bob@example.com"])
        self.advance(DAY)
        self.runs(DEGRADED)
        self.assertEqual(self.invitations(), ["bob@example.com", "cid@example.com"])
        self.advance(DAY)
        self.runs(SOME_FAILED)
        self.permit()
        self.advance(2 * DAY)
        self.runs(DEGRADED)
        self.assertEqual(self.invitations(), ["ada@example.com", "bob@example.com", "cid@example.com"])
        self.assertEqual(self.mails("invitation"), [("invitation", f"{n}@example.com") for n in ("ada", "bob", "cid")])
        self.assertEqual(self.assert_agrees(), AGREES)

    def test_a_conflict_that_nothing_shows(self):
        """409 is looked at: nothing is there, so it was a no."""
        self.config(rules=RULES)
        self.seed(seats=1)
        self.refuse("invite", 409)
        self.runs(SOME_FAILED, SOME_FAILED, DEGRADED)
        self.assertEqual(self.invitations(), ["bob@example.com"])

    def test_the_first_to_be_added(self):
        self.config(rules=[{"group": "staff"}], organization={"invitations": "add_user"})
        self.switches(invitations="404")
        self.seed(seats=9)
        self.refuse("add_user")
        self.runs(SOME_FAILED, SOME_FAILED, DEGRADED)
        self.assertEqual(sorted(self.members()), ["bob@example.com"])
        self.runs(SOME_FAILED)  # bob has been seen: all others are added, and she is tried, too
        self.assertEqual(sorted(self.members()), ["bob@example.com", "cid@example.com"])
        self.permit()
        self.advance(DAY)
        self.runs(DEGRADED)
        self.assertEqual(sorted(self.members()), [f"{n}@example.com" for n in ("ada", "bob", "cid")])
        self.assertEqual(self.assert_agrees(), AGREES)

    def test_what_is_not_about_her_counts_for_nothing(self):
        """A missing right, a failure, too many requests: she keeps her place."""
        self.config(rules=RULES)
        for status in (403, 500, 429):
            with self.subTest(status):
                self.anew()
                self.people("ada", "bob")
                self.group("staff", "ada", "bob")
                self.seed([{"email": f"{name}@example.com"} for name in ("ada", "bob")], seats=1)
                for _ in range(3):
                    self.fault(call="assign", email="ada@example.com", kind="status", status=status, count=4)
                    self.seatsync("sync", timeout=300)
                    self.control("DELETE", "/faults")
                    self.advance(HOUR)
                self.assertEqual(self.problem(), [])
                self.assertEqual(self.actions(self.plan()[1]), [("assign_seat", "ada@example.com")])

    def test_it_is_said(self):
        self.config(rules=RULES, metrics={"textfile": f"{self.dir}/seatsync.prom"})
        self.seed(seats=1)
        self.refuse("invite")
        self.runs(SOME_FAILED)
        explained = self.seatsync("explain", "--json", "ada@example.com").json()
        self.assertIn("by the platform: invite, 1 time in a row, last at ", self.said(explained)[0])
        self.runs(SOME_FAILED, DEGRADED)
        why, = self.problem()
        self.assertRegex(why, f"^ada@example.com: invite: the platform refused it 2 times in a row, last at .*{WORDS}.*"
                              "; put right what it says, in the directory or on the site$")
        for command in (("plan",), ("status",), ("seats",), ("invitations",), ("explain", "ada@example.com")):
            with self.subTest(command[0]):
                out = self.seatsync(*command).out
                self.assertIn("2 times in a row, last at ", out)
                self.assertIn(WORDS, out)
        explained = self.seatsync("explain", "--json", "ada@example.com").json()
        self.assertIn("others go first; put right what it says", self.said(explained)[1])
        refusal, = explained["account"]["refusals"]
        self.assertEqual((refusal["action"], refusal["refused"]), ("invite", 2))
        self.assertLess(refusal["since"], refusal["refused_at"])
        self.assertLess(refusal["refused_at"], refusal["next_at"])
        self.assertIn(WORDS, refusal["text"])
        listed = self.seatsync("invitations", "--json").json()["invitations"]
        self.assertEqual([(i["email"], i["status"], i["refused"]) for i in listed],
                         [("bob@example.com", "pending", 0), ("ada@example.com", "refused", 2)])
        metrics = pathlib.Path(f"{self.dir}/seatsync.prom").read_text()
        self.assertRegex(metrics, r'seatsync_invitations\{.*state="pending".*\} 1\n')
        self.assertRegex(metrics, r'seatsync_problems\{.*kind="refused".*\} 1\n')
        status = self.seatsync("status", "--json")
        self.assertEqual(status.status, DEGRADED)
        self.assertEqual([p["state"] for p in self.problems(status.json())], ["refused"])
        self.assertNotIn("ada@example.com", self.seatsync("sync").err, "a log names people in actions alone")
        self.assertEqual(json.loads(self.seatsync("seats", "--json").out)["waiting"][-1]["email"], "ada@example.com")

    @staticmethod
    def said(explained):
        return [line["text"] for line in explained["answer"] if line["about"] == "refused"]

    def test_explain_promises_no_pause_where_there_is_none(self):
        """A loss is tried in every run, and what an operator does is refused to nobody."""
        self.config(rules=RULES)
        self.seed([{"email": f"{name}@example.com", "seat": True} for name in ("ada", "bob", "cid")])
        self.accept_config()
        self.leave("staff", "ada")
        self.refuse("revoke")
        self.runs(SOME_FAILED, SOME_FAILED, SOME_FAILED)
        self.assert_no_pause()
        self.anew()
        self.people("ada", "bob", "cid")
        self.group("staff", "ada", "bob", "cid")
        self.seed(seats=9)
        self.refuse("invite")
        self.runs(SOME_FAILED, SOME_FAILED)
        self.advance(HOUR)
        explained = self.seatsync("explain", "--json", "ada@example.com").json()
        self.assertTrue(self.said(explained)[1].endswith("; tried again when its turn comes"), self.said(explained))
        self.config(rules=RULES, organization={"invitations": "manual"})
        self.runs(DEGRADED)
        self.assert_no_pause()

    def assert_no_pause(self):
        explained = self.seatsync("explain", "--json", "ada@example.com").json()
        self.assertEqual(self.said(explained)[1], "put right what it says, in the directory or on the site")
        refusal, = explained["account"]["refusals"]
        self.assertIsNone(refusal["next_at"])

    def test_adopt_tries_at_once(self):
        self.config(rules=RULES)
        self.seed(seats=9)
        self.refuse("invite")
        self.runs(SOME_FAILED, SOME_FAILED)
        self.advance(4 * HOUR)
        self.runs(SOME_FAILED, DEGRADED)  # refused for six hours by now, so for so long there is a pause
        self.permit()
        self.assertEqual(self.seatsync("adopt", "ada@example.com").status, AGREES)
        self.sync()
        self.assertIn("ada@example.com", self.invitations())
        self.assertEqual(self.assert_agrees(), AGREES)

    def test_another_address_begins_anew(self):
        self.config(rules=RULES)
        self.seed(seats=1)
        self.refuse("invite")
        self.runs(SOME_FAILED, SOME_FAILED)
        self.directory.modify(f"dn: {self.dn('ada')}\nchangetype: modify\nreplace: mail\nmail: ada.l@example.com\n\n")
        self.sync()
        self.assertEqual(self.invitations(), ["ada.l@example.com"])
        self.assertEqual(self.assert_agrees(), AGREES)


if __name__ == "__main__":
    main()
