#!/usr/bin/env python3
"""The main job, from an empty memory to a leaver's removal, as an administrator lives it."""

import os
import pathlib

from harness import AGREES, DAY, DEGRADED, HELD, HOUR, PENDING, USAGE, Scene, main

RULES = [{"group": "admins", "role": "admin", "seat": True},
         {"group": "staff", "seat": True},
         {"group": "guests"}]


def member(name, role="member", seat=False):
    return {"email": f"{name}@example.com", "role": role, "seat": seat}


class MainJob(Scene):
    def company(self, **config):
        """ada administers; bob, cem and dan are staff; gus is a guest."""
        self.people("ada", "bob", "cem", "dan", "gus")
        self.group("admins", "ada")
        self.group("staff", "ada", "bob", "cem", "dan")
        self.group("guests", "gus")
        self.config(rules=RULES, limits={"removals_percent": "100%", **config.pop("limits", {})}, **config)

    def settled_company(self, **config):
        """Everybody has what the rules give, and the configuration is accepted."""
        self.company(**config)
        self.seed([member("ada", "admin", True), member("owner", "admin"), member("bob", seat=True),
                   member("cem", seat=True), member("dan", seat=True), member("gus")])
        self.sync()
        self.assert_agrees()

    def test_plan_changes_nothing(self):
        self.company()
        self.seed([member("bob")])
        status, plan = self.plan()
        self.assertEqual(status, PENDING)
        self.assertEqual(plan["format"], "seatsync-plan-1")
        self.assertEqual(plan["counts"]["invite"], 4)
        self.assertEqual(plan["counts"]["assign_seat"], 1)
        self.assertEqual(self.writes(), [])
        self.assertFalse(os.path.exists(self.state), "the dry run made a state")
        again = self.plan()[1]
        for key in ("actions", "waiting", "adopted", "unmanaged", "counts", "seats"):
            self.assertEqual(plan[key], again[key])

    def test_invite_accept_seat(self):
        self.company()
        self.seed([member("owner", "admin")], seats=10)
        self.sync()
        self.assertEqual(self.invitations(), [f"{n}@example.com" for n in ("ada", "bob", "cem", "dan", "gus")])
        self.assertEqual(len(self.mails("invitation")), 5)
        self.assert_agrees()  # all wait for acceptance
        self.accept_all()
        self.sync()
        self.assertEqual(self.members(), {
            "owner@example.com": ("admin", False), "ada@example.com": ("admin", True),
            "bob@example.com": ("member", True), "cem@example.com": ("member", True),
            "dan@example.com": ("member", True), "gus@example.com": ("member", False)})
        self.assertEqual(self.assert_agrees(), AGREES)
        self.assertEqual(len(self.mails("invitation", "reissue")), 5, "nobody was mailed twice")

    def test_seats_are_limited_and_queued(self):
        self.company(seats={"reserve": 1})
        self.seed([member("owner", "admin", True)], seats=4)  # 4 - 1 assigned - 1 reserve: two for four
        self.sync()
        self.assertEqual(self.invitations(), ["ada@example.com", "bob@example.com", "gus@example.com"])
        status, plan = self.plan()
        self.assertEqual(status, AGREES)
        self.assertEqual([(w["action"], w["email"]) for w in plan["waiting"]],
                         [("invite", "cem@example.com"), ("invite", "dan@example.com")])
        self.assertEqual(plan["seats"], {"total": 4, "assigned": 1, "reserved": 2, "free": 0, "waiting": 2})
        self.control("POST", "/pool", {"total": 5})
        self.sync()
        self.assertIn("cem@example.com", self.invitations())
        self.assertNotIn("dan@example.com", self.invitations())

    def test_leaver_loses_seat_at_once_and_membership_after_the_grace(self):
        self.settled_company()
        self.leave("staff", "dan")
        self.advance(HOUR)
        status, plan = self.plan()
        self.assertEqual(self.actions(plan), [("revoke_token", "dan@example.com"),
                                              ("revoke_seat", "dan@example.com")])
        self.sync()
        self.assertEqual(self.members()["dan@example.com"], ("member", False))
        self.assert_agrees()
        self.advance(12 * HOUR)
        self.sync()
        self.assertIn("dan@example.com", self.members(), "still within the grace")
        self.advance(13 * HOUR)
        self.sync()
        self.assertNotIn("dan@example.com", self.members())
        self.assert_agrees()

    def test_back_within_the_grace_cancels_it(self):
        self.settled_company()
        self.leave("staff", "dan")
        self.sync()
        self.join("staff", "dan")
        self.advance(30 * HOUR)
        self.sync()
        self.assertEqual(self.members()["dan@example.com"], ("member", True))
        self.assert_agrees()

    def test_disabled_account_goes_at_once(self):
        self.settled_company()
        self.directory.modify(f"dn: {self.dn('cem')}\nchangetype: modify\nadd: employeeType\nemployeeType: TRUE\n\n")
        self.sync()
        self.assertNotIn("cem@example.com", self.members())
        self.assert_agrees()

    def test_promotion_and_demotion(self):
        self.settled_company(limits={"min_admins": 1})
        self.join("admins", "bob")
        self.leave("admins", "ada")
        self.sync()
        self.assertEqual(self.members()["bob@example.com"], ("admin", True))
        self.assertEqual(self.members()["ada@example.com"], ("member", True))
        self.assert_agrees()

    def test_P11_the_administrators_floor_holds(self):
        self.people("amy")
        self.settled_company(limits={"min_admins": 3})
        self.join("admins", "amy")
        self.sync()
        self.accept("amy@example.com")
        self.sync()  # ada, amy and owner
        self.leave("admins", "ada")
        self.sync(HELD)
        self.assertEqual(self.members()["ada@example.com"], ("admin", True))
        held = self.plan()[1]["held"]
        self.assertEqual([(h["action"], h["email"]) for h in held], [("set_role", "ada@example.com")])
        release = self.seatsync("release", held[0]["hold"])
        self.assertNotEqual(release.status, 0, "the floor cannot be released")
        self.join("admins", "bob")  # a successor: first he, then she
        self.sync()
        self.assertEqual(self.members()["bob@example.com"][0], "admin")
        self.assertEqual(self.members()["ada@example.com"][0], "member")
        self.assertEqual([call for call, _ in self.writes()].count("role"), 2)

    def test_P13_expired_invitations_are_reissued_then_parked(self):
        self.company(invitations={"attempts": 2})
        self.seed([member("owner", "admin")])
        self.sync()
        self.advance(8 * DAY)
        status, plan = self.plan()
        self.assertEqual(plan["counts"]["reissue_invitation"], 5)
        self.sync()
        self.assertEqual(len(self.mails("reissue")), 5)
        self.assert_agrees()
        self.advance(8 * DAY)
        result = self.sync(DEGRADED)  # attempts are used: an operator is asked
        self.assertEqual(len(self.mails("reissue", "invitation")), 10, result)
        self.assertIn("parked", {p["state"] for p in self.plan()[1]["problems"]})
        self.assertEqual(self.seatsync("adopt", "bob@example.com").status, 0)
        self.sync(DEGRADED)
        self.assertEqual([to for _, to in self.mails("reissue", "invitation")].count("bob@example.com"), 3)

    def test_quota_carries_over(self):
        self.company(invitations={"per_day": 2})
        self.seed([member("owner", "admin")])
        self.sync()
        self.assertEqual(self.invitations(), ["ada@example.com", "bob@example.com"])
        self.advance(HOUR)
        self.sync()
        self.assertEqual(len(self.invitations()), 2)
        self.advance(DAY)
        self.sync()
        self.assertEqual(len(self.invitations()), 4)

    def test_leaver_with_open_invitation(self):
        self.company()
        self.seed([member("owner", "admin")])
        self.sync()
        self.sync()  # complete and without losses: the configuration is accepted
        self.remove_person("dan")
        self.sync()
        self.assertNotIn("dan@example.com", self.invitations())
        self.assert_agrees()

    def test_wrong_role_on_an_open_invitation(self):
        self.company()
        self.seed([member("owner", "admin")])
        self.sync()
        self.join("admins", "gus")
        self.sync()
        roles = {i["email"]: i["role"] for i in self.dump()["invitations"] if i["status"] == "pending"}
        self.assertEqual(roles["gus@example.com"], "admin")
        self.assertEqual(self.invitations().count("gus@example.com"), 1)
        self.assert_agrees()

    def test_address_changed_while_invited(self):
        self.company()
        self.seed([member("owner", "admin")])
        self.sync()
        self.directory.modify(f"dn: {self.dn('bob')}\nchangetype: modify\nreplace: mail\nmail: robert@example.com\n\n")
        self.sync()
        self.assertIn("robert@example.com", self.invitations())
        self.assertNotIn("bob@example.com", self.invitations())
        self.assert_agrees()

    def test_renamed_member_stays_one_person(self):
        self.settled_company()
        self.directory.modify(f"dn: {self.dn('bob')}\nchangetype: modify\nreplace: mail\nmail: robert@example.com\n\n")
        self.assertEqual(self.assert_agrees(), AGREES)
        self.assertEqual(self.members()["bob@example.com"], ("member", True))

    def test_recycled_address_inherits_nothing(self):
        self.settled_company()
        self.remove_person("dan")
        self.leave("staff", "dan")
        self.person("dan2", mail="dan@example.com")
        self.join("staff", "dan2")
        self.sync()
        self.assertEqual(self.members()["dan@example.com"], ("member", False), "the old one leaves first")
        self.assertEqual(self.mails("invitation"), [])
        skipped = {s["email"]: s["why"] for s in self.plan()[1]["skipped"]}
        self.assertIn("belongs to the account", skipped["dan@example.com"])
        self.advance(25 * HOUR)
        self.sync()
        self.assertNotIn("dan@example.com", self.members())
        self.assertEqual(self.mails("invitation"), [("invitation", "dan@example.com")])
        self.assert_agrees()

    def test_P12_unmanaged_and_protected_are_left_alone(self):
        self.people("eve")
        self.company(protect=["eve@example.com"])
        self.join("staff", "eve")
        strangers = [member("stranger", "admin", True), member("eve", "member")]
        self.seed(strangers, [{"email": "friend@example.org", "status": "pending"}])
        self.sync()
        self.accept("ada@example.com")
        self.sync()
        self.assertEqual(self.members()["stranger@example.com"], ("admin", True))
        self.assertEqual(self.members()["eve@example.com"], ("member", False))
        self.assertIn("friend@example.org", self.invitations())
        plan = self.plan()[1]
        self.assertIn("stranger@example.com", [u["email"] for u in plan["unmanaged"]])
        self.assertIn("friend@example.org", [u["email"] for u in plan["unmanaged"]])
        self.assertIn("eve@example.com", [s["email"] for s in plan["skipped"]])

    def test_a_new_configuration_holds_its_losses(self):
        self.company()
        self.seed([member("owner", "admin"), member("gus", seat=True)])
        self.sync(HELD)
        self.assertEqual(self.members()["gus@example.com"], ("member", True))
        hold = self.seatsync("holds", "--json").json()["holds"][0]
        self.assertEqual(self.seatsync("release", hold["id"]).status, 0)
        self.sync()
        self.assertEqual(self.members()["gus@example.com"], ("member", False))
        self.assert_agrees()

    def test_limit_holds_every_loss_and_the_rest_goes_on(self):
        self.settled_company(limits={"removals": 1})
        self.people("new")
        self.join("staff", "new")
        self.leave("staff", "cem", "dan")
        self.sync(HELD)
        self.assertEqual(self.members()["cem@example.com"], ("member", True))
        self.assertEqual(self.members()["dan@example.com"], ("member", True))
        self.assertIn("new@example.com", self.invitations())
        held = self.plan()[1]["held"]
        self.assertEqual(len({h["hold"] for h in held}), 1)
        self.assertEqual(self.seatsync("release", held[0]["hold"]).status, 0)
        self.sync()
        self.assertEqual(self.members()["cem@example.com"], ("member", False))
        self.advance(25 * HOUR)
        self.sync()
        self.assertNotIn("cem@example.com", self.members(), "a release covers the leaving to its end")
        self.assertNotIn("dan@example.com", self.members())

    def test_losing_the_state_removes_nobody(self):
        self.settled_company()
        self.leave("staff", "dan")
        for suffix in ("", "-wal", "-shm"):
            pathlib.Path(self.state + suffix).unlink(missing_ok=True)
        self.sync()
        self.assertEqual(self.members()["dan@example.com"], ("member", True))
        self.assertIn("dan@example.com", [u["email"] for u in self.plan()[1]["unmanaged"]])

    def test_apply_asks_and_yes_answers(self):
        self.company()
        self.seed([member("owner", "admin")])
        self.assertEqual(self.seatsync("apply").status, USAGE, "never a question without a terminal")
        self.assertEqual(self.writes(), [])
        self.assertEqual(self.seatsync("apply", "--yes").status, AGREES)
        self.assertEqual(len(self.invitations()), 5)

    def test_every_command_speaks_json(self):
        self.settled_company()
        for words in (["check"], ["plan"], ["status"], ["invitations"], ["seats"], ["history"], ["holds"],
                      ["explain", "bob@example.com"]):
            result = self.seatsync(*words, "--json")
            self.assertEqual(result.json()["format"], f"seatsync-{words[0]}-1", result)
        self.assertEqual(self.seatsync("history", "--verify").status, 0)


if __name__ == "__main__":
    main()
