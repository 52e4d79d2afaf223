#!/usr/bin/env python3
"""Tokens of those who have a seat: issued once, renewed, never known to us, revoked on leaving."""

import glob
import pathlib
import re

from harness import AGREES, DAY, DEGRADED, HOUR, PENDING, SOME_FAILED, Scene, main

VALUE = re.compile(r"ana-[0-9a-f]{8}")  # as the simulator makes them


def member(name, role="member", seat=False, **more):
    return {"email": f"{name}@example.com", "role": role, "seat": seat, **more}


class Tokens(Scene):
    def company(self, *staff, members=None, seats=10, issue=True, lifetime="365d", email=True, **top):
        self.people(*staff)
        self.group("staff", *staff)
        self.config(rules=[{"group": "staff", "seat": True}], limits={"removals_percent": "100%", "min_admins": 1},
                    leavers={"grace": "0s", "runs": 1},
                    tokens={"issue": issue, "lifetime": lifetime, "email": email}, **top)
        self.seed([member("owner", "admin"), *(members if members is not None else map(member, staff))], seats=seats)

    def tearDown(self):
        self.assert_no_value(*(pathlib.Path(p).read_bytes().decode("latin-1")
                               for p in glob.glob(f"{self.dir}/state/*")))
        super().tearDown()

    def assert_no_value(self, *texts):
        for text in texts:
            self.assertIsNone(VALUE.search(text), "the value of a token is there")

    def seatsync(self, *words, **more):
        result = super().seatsync(*words, **more)
        self.assert_no_value(result.out, result.err)
        return result

    def live(self):
        """e-mail -> seconds left of the live token"""
        dump = self.dump()
        return {m["email"].split("@")[0]: m["token_expires_at"] - dump["now"]
                for m in dump["members"] if "token_expires_at" in m}

    def asked(self):
        return len(self.control("GET", "/requests?call=tokens")["items"])

    def issued(self):
        return [call for call, _ in self.writes() if call in ("issue_token", "update_token")]

    def by_hand(self, name, **what):
        self.control("POST", "/token", {"email": f"{name}@example.com", **what})

    # ---- issuing ----------------------------------------------------------------------

    def test_a_new_seat_brings_a_token_mailed_by_the_platform(self):
        self.company("ada", "bob")
        status, plan = self.plan()
        self.assertEqual(status, PENDING)
        self.assertEqual(self.actions(plan), [("assign_seat", "ada@example.com"), ("assign_seat", "bob@example.com"),
                                              ("issue_token", "ada@example.com"), ("issue_token", "bob@example.com")])
        self.assertEqual(plan["counts"]["issue_token"], 2)
        self.assertEqual(plan["actions"][2]["reason"], "comes with the seat")
        self.assertEqual(self.asked(), 0, "no seat, no token: nothing to ask")
        result = self.seatsync("--log-level", "debug", "sync")
        self.assertEqual(result.status, AGREES, result)
        self.assertEqual(self.mails("token"), [("token", "ada@example.com"), ("token", "bob@example.com")])
        self.assertAlmostEqual(self.live()["ada"], 365 * DAY, delta=300)
        self.assertEqual(self.assert_agrees(), AGREES)
        self.assertEqual(self.asked(), 0, "what we issued we know")
        self.assertEqual(self.live().keys(), {"ada", "bob"})
        history = self.seatsync("history")
        self.assertIn("issue_token", history.out)

    def test_the_dry_run_is_the_real_run(self):
        self.company("ada", "bob", "cem", "dan", members=[
            member("ada", seat=True), member("bob", seat=True, tokens=1), member("cem"), member("dan", seat=True)])
        self.by_hand("dan", issue=60)
        self.by_hand("dan", revoke=True)
        plan = self.plan()[1]
        self.assertEqual(self.actions(plan), [("assign_seat", "cem@example.com"), ("issue_token", "ada@example.com"),
                                              ("issue_token", "cem@example.com")])
        self.assertIn("revoked by another's hand", next(s["why"] for s in plan["skipped"]))
        before = self.asked()
        self.sync()
        self.assertEqual(self.asked() - before, 3, "the members with a seat, once each")
        self.assertEqual(sorted(self.mails("token")), [("token", "ada@example.com"), ("token", "cem@example.com")])
        before = self.asked()
        self.assert_agrees()
        self.assertEqual(self.asked(), before, "what is known is not asked again")

    def test_not_mailed_says_where_it_is(self):
        self.company("ada", email=False)
        result = self.seatsync("plan")
        self.assertIn("fetches it on the site", result.out)
        self.sync()
        self.assertEqual(self.mails("token"), [])
        self.assertEqual(self.live().keys(), {"ada"})
        self.assert_agrees()

    def test_without_a_seat_no_token(self):
        self.company("ada", "bob", seats=1)
        self.sync()
        self.assertEqual(self.live().keys(), {"ada"})
        status, plan = self.plan()
        self.assertEqual((status, plan["actions"]), (AGREES, []))
        self.control("POST", "/pool", {"total": 2})
        self.sync()
        self.assertEqual(self.live().keys(), {"ada", "bob"})
        self.assert_agrees()

    def test_P10_seats_run_out_and_the_token_waits_with_the_seat(self):
        self.company("ada", "bob", seats=1)
        self.switches(seats_counter="404")
        self.sync()
        self.assertEqual(self.live().keys(), {"ada"})
        self.assertEqual(len(self.issued()), 1)
        self.assert_agrees()

    # ---- renewing -----------------------------------------------------------------------

    def test_renewed_before_it_expires_and_nobody_is_mailed(self):
        self.company("ada")
        self.sync()
        self.advance(334 * DAY)
        self.assertEqual(self.plan()[0], AGREES)
        self.sync()
        asked = self.asked()
        self.advance(2 * DAY)
        status, plan = self.plan()
        self.assertEqual(self.actions(plan), [("issue_token", "ada@example.com")])
        self.assertIn("renewal", plan["actions"][0]["reason"])
        self.sync()
        self.assertGreater(self.asked(), asked, "an action rests on an answer of the same run")
        self.assertEqual(self.issued(), ["issue_token", "update_token"])
        self.assertAlmostEqual(self.live()["ada"], 365 * DAY, delta=300)
        self.assertEqual(len(self.mails("token")), 1)
        self.assert_agrees()

    def test_a_renewal_that_moves_nothing_fails_and_says_so(self):
        self.company("ada", lifetime="10d")
        self.sync()
        self.switches(token_renewal_moves=False)
        self.advance(9 * DAY + HOUR)
        result = self.seatsync("sync")
        self.assertEqual(result.status, SOME_FAILED, result)
        self.assertIn("expiry did not move", result.out + result.err)
        self.switches(token_renewal_moves=True)
        self.sync()
        self.assertAlmostEqual(self.live()["ada"], 10 * DAY, delta=300)
        self.assert_agrees()

    def test_an_expired_one_is_issued_anew(self):
        self.company("ada", lifetime="1d")
        self.sync()
        for hidden in ("listed", "hidden"):
            self.switches(ended_tokens=hidden)
            self.advance(3 * DAY)
            self.sync()
            self.assertAlmostEqual(self.live()["ada"], DAY, delta=300)
            self.assert_agrees()
        self.assertEqual(len(self.mails("token")), 3)

    def test_a_platform_that_cuts_their_lives_does_not_make_us_mail_for_ever(self):
        self.company("ada")
        self.switches(token_most=600)
        for _ in range(6):
            self.seatsync("sync")
            self.advance(HOUR)
        self.assertEqual(len(self.mails("token")), 3)
        status, plan = self.plan()
        self.assertEqual((status, plan["actions"]), (AGREES, []))
        self.assertIn("was issued 3 tokens", plan["skipped"][0]["why"])
        self.assert_agrees()

    # ---- another's hand --------------------------------------------------------------------

    def test_what_another_hand_revoked_is_not_issued_anew_but_by_adopt(self):
        self.company("ada")
        self.sync()
        self.by_hand("ada", revoke=True)
        self.advance(8 * DAY)
        self.sync()
        self.assertEqual(self.live(), {})
        self.assertEqual(self.assert_agrees(), AGREES)
        explained = self.seatsync("explain", "ada@example.com")
        self.assertRegex(explained.out, "token +revoked")
        self.assertIn("revoked by another's hand", explained.out)
        self.assertEqual(self.seatsync("adopt", "ada@example.com").status, AGREES)
        self.sync()
        self.assertEqual(self.live().keys(), {"ada"})
        self.assert_agrees()

    def test_a_live_token_of_another_hand_is_left(self):
        self.company("ada", members=[member("ada", seat=True)])
        self.by_hand("ada", issue=5 * DAY)
        self.sync()
        self.assertEqual(self.issued(), [])
        self.advance(6 * DAY)
        self.sync()
        self.assertEqual(self.issued(), ["issue_token"])
        self.assert_agrees()

    # ---- what goes wrong -------------------------------------------------------------------

    def test_P7_a_lost_answer_is_looked_up_and_nobody_is_mailed_twice(self):
        for when, expected in (("after", AGREES), ("before", SOME_FAILED)):
            with self.subTest(when=when):
                self.anew()
                self.company("ada")
                self.fault(kind="reset", call="issue_token", when=when)
                result = self.seatsync("sync")
                self.assertEqual(result.status, expected, result)
                self.sync()
                self.assertEqual(len(self.mails("token")), 1)
                self.assert_agrees()

    def test_P7_an_unknown_outcome_is_settled_by_the_next_run(self):
        for tokens_fail in (False, True):
            with self.subTest(tokens_fail=tokens_fail):
                self.anew()
                self.company("ada")
                self.fault(rules=[{"kind": "close", "call": "issue_token", "when": "after"},
                                  {"kind": "status", "status": 403, "call": "tokens", "count": -1}])
                self.assertEqual(self.seatsync("sync").status, SOME_FAILED)
                status, plan = self.plan()
                self.assertIn("unknown", [p["state"] for p in plan["problems"]])
                self.assertEqual(plan["actions"], [])
                if tokens_fail:
                    self.assertEqual(self.seatsync("sync").status, DEGRADED)
                self.control("DELETE", "/faults")
                self.sync()
                self.assertEqual(len(self.mails("token")), 1)
                self.assert_agrees()

    def test_P8_success_that_did_nothing_is_found_out(self):
        self.company("ada")
        self.fault(kind="status", status=200, call="issue_token", body={"ok": True})
        result = self.seatsync("sync")
        self.assertEqual(result.status, SOME_FAILED, result)
        self.sync()
        self.assertEqual(self.live().keys(), {"ada"})
        self.assert_agrees()

    def test_refusals_fail_one_and_are_tried_again_by_the_next_run(self):
        self.company("ada", "bob", invitations={"attempts": 100})
        for status in (402, 404, 409, 422, 403):
            with self.subTest(status=status):
                self.fault(kind="status", status=status, call="issue_token", body={"error": {
                    "message": "no", "code": "no"}})
                result = self.seatsync("sync")
                self.assertEqual(result.status, SOME_FAILED, result)
                self.sync()
                self.assertEqual(self.live().keys(), {"ada", "bob"})
                self.assert_agrees()
                for name in ("ada", "bob"):
                    self.control("POST", "/change", {"email": f"{name}@example.com", "seat": False})

    def test_tokens_that_cannot_be_read_hold_up_nothing_else(self):
        self.company("ada", "bob", members=[member("ada", seat=True), member("eve", seat=True)])
        self.fault(kind="status", status=403, call="tokens", count=-1)
        result = self.seatsync("sync")
        self.assertEqual(result.status, DEGRADED, result)
        self.assertIn("could not be read", result.out + result.err)
        self.assertEqual(self.invitations(), ["bob@example.com"])
        self.assertEqual(self.issued(), [])
        self.control("DELETE", "/faults")
        self.sync()
        self.assertEqual(self.live().keys(), {"ada"})
        self.assert_agrees()

    # ---- leaving -------------------------------------------------------------------------------

    def test_a_leaver_loses_token_seat_and_membership_in_this_order(self):
        for issue in (True, False):
            with self.subTest(issue=issue):
                self.anew()
                self.company("ada", "bob", members=[member("ada", seat=True, tokens=1),
                                                    member("bob", seat=True, tokens=1)], issue=issue)
                self.sync()
                self.control("DELETE", "/requests")
                self.leave("staff", "bob")
                self.sync()
                self.assertEqual([call for call, _ in self.writes()], ["revoke_token", "revoke", "remove"])
                self.assertEqual(self.live().keys(), {"ada"})
                self.assert_agrees()

    def test_one_that_we_revoked_is_issued_anew_when_she_is_back_at_once(self):
        self.company("ada", "bob")
        self.sync()
        self.leave("staff", "ada")
        self.fault(kind="status", status=403, call="revoke")
        self.fault(kind="status", status=403, call="remove")
        self.seatsync("sync")
        self.assertEqual(self.members()["ada@example.com"], ("member", True))
        self.assertEqual(self.live().keys(), {"bob"})
        self.join("staff", "ada")
        self.sync()
        self.assertEqual(self.live().keys(), {"ada", "bob"})
        self.assertEqual(len(self.mails("token")), 3)
        self.assert_agrees()

    def test_a_seat_of_another_hand_after_ours_brings_a_token(self):
        self.company("ada", "bob", members=[member("ada"), member("bob", seat=True)], seats=1)
        self.control("POST", "/change", {"email": "bob@example.com", "seat": False})
        self.control("POST", "/change", {"email": "ada@example.com", "seat": True})
        self.sync()
        self.control("POST", "/change", {"email": "ada@example.com", "seat": False})
        self.control("POST", "/change", {"email": "bob@example.com", "seat": True})
        self.sync()
        self.assertEqual(self.live().keys(), {"bob"})
        self.control("POST", "/change", {"email": "bob@example.com", "seat": False})
        self.control("POST", "/change", {"email": "ada@example.com", "seat": True})
        self.sync()
        self.assertEqual(self.live().keys(), {"ada"})
        self.assert_agrees()

    def test_a_saved_plan_with_tokens_is_done_once(self):
        self.company("ada", "bob", members=[member("ada", seat=True), member("bob")])
        path = f"{self.dir}/plan.json"
        self.assertEqual(self.seatsync("plan", "--out", path).status, PENDING)
        self.assert_no_value(pathlib.Path(path).read_text())
        self.advance(HOUR)
        result = self.seatsync("apply", path, "--yes")
        self.assertEqual(result.status, AGREES, result)
        self.assertEqual(len(self.mails("token")), 2)
        self.assert_agrees()

    def test_back_with_a_new_seat_she_gets_a_new_token(self):
        self.company("ada", "bob")
        self.config(rules=[{"group": "staff", "seat": True}, {"group": "guests"}],
                    limits={"removals_percent": "100%", "min_admins": 1}, tokens={"issue": True})
        self.group("guests", "ada")
        self.sync()
        self.leave("staff", "ada")
        self.sync()
        self.assertEqual(self.live().keys(), {"bob"})
        self.join("staff", "ada")
        self.sync()
        self.assertEqual(self.live().keys(), {"ada", "bob"})
        self.assertEqual(len(self.mails("token")), 3)
        self.assert_agrees()


if __name__ == "__main__":
    main()
