#!/usr/bin/env python3
"""What the platform offers no call for: an operator's worklist, and the other ways to invite."""

import os
import pathlib
import stat

from harness import AGREES, DAY, DEGRADED, FAILED, HOUR, SOME_FAILED, Scene, main


class Degraded(Scene):
    def company(self, *uids, members=(), seats=100, rules=None, organization=None, **top):
        """These are in staff, which grants a seat; an owner is there."""
        self.people(*uids)
        self.group("staff", *uids)
        self.config(rules=rules or [{"group": "staff", "seat": True}],
                    organization={"invitations": "manual", "roles": "manual", **(organization or {})},
                    **{"limits": {"min_admins": 1}, **top})
        self.seed([{"email": "owner@example.com", "role": "admin"}, *members], seats=seats)

    def csv(self, command, expected=DEGRADED):
        """Writes the file by this command; its lines, its messages."""
        path = f"{self.dir}/invite.csv"
        result = self.seatsync(command, "--csv", path)
        self.assertEqual(result.status, expected, result)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        return pathlib.Path(path).read_bytes().decode().split("\r\n"), result.err


class Manual(Degraded):
    def test_bulk_upload_of_a_fresh_plan_and_of_the_last_run(self):
        self.company("ada", "bob", "cem", seats=2)
        lines, said = self.csv("plan")
        self.assertEqual(lines, ["ada@example.com", "bob@example.com", ""], "up to the free seats, in order")
        self.assertIn("2 addresses", said)
        self.csv("status", FAILED)  # no run ever: nothing is known
        self.sync(DEGRADED)
        self.assertEqual(self.csv("status")[0], lines)
        self.assertEqual(self.writes(), [])

    def test_done_work_is_recognised(self):
        self.company("ada", rules=[{"group": "staff", "seat": True, "role": "billing_manager"}])
        self.sync(DEGRADED)
        self.assertEqual(self.csv("status")[0], ["ada@example.com", ""])
        self.control("POST", "/seed", {"invitations": [{"email": "Ada@example.com", "status": "pending"}]})
        self.accept("ada@example.com", **{"as": "Ada@example.com"})
        self.sync(DEGRADED)  # the seat; the role is an operator's
        self.assertEqual(self.members()["Ada@example.com"], ("member", True))
        self.assertEqual(self.actions(self.plan()[1], "manual"), [("set_role", "Ada@example.com")])
        lines, said = self.csv("status")
        self.assertEqual((lines, "nobody is to be invited" in said), ([""], True), "the old file is emptied")
        self.control("POST", "/change", {"email": "ada@example.com", "set": {"role": "billing_manager"}})
        self.sync(AGREES)
        self.assertEqual(self.assert_agrees(), AGREES)

    def test_H2_no_address_becomes_a_formula(self):
        self.company("ada")
        self.person("bad", "=cmd|calc@example.com")
        self.person("plus", "+1@example.com")
        self.join("staff", "bad", "plus")
        self.sync(DEGRADED)
        for command in ("plan", "status"):
            lines, said = self.csv(command)
            self.assertEqual(lines, ["ada@example.com", ""])
            self.assertIn("=cmd|calc@example.com is not in it", said)
            self.assertIn("+1@example.com is not in it", said)

    def test_only_a_file_is_written_and_only_whole(self):
        self.company("ada")
        path = f"{self.dir}/invite.csv"
        os.symlink("/dev/null", path)
        for place in (path, self.dir, "/dev/null", f"{self.dir}/no/such"):
            result = self.seatsync("plan", "--csv", place)
            self.assertEqual((result.status, result.out), (FAILED, ""), result)
            self.assertIn("it was not written", result.err)
        os.unlink(path)
        with open(path, "w") as file:
            file.write("old")
        os.chmod(path, 0o644)
        self.assertEqual(self.csv("plan")[0], ["ada@example.com", ""])
        self.assertEqual(sorted(os.listdir(self.dir)),
                         ["client-secret", "invite.csv", "ldap-password", "seatsync.yaml", "state"])

    def test_json_stays_json(self):
        self.company("ada")
        status, plan = self.plan("--csv", f"{self.dir}/invite.csv")
        self.assertEqual((status, self.actions(plan, "manual")), (DEGRADED, [("invite", "ada@example.com")]))


class SecondWriter(Degraded):
    """The platform's own Directory Sync beside us."""

    def sync_undoes(self, email, **what):
        self.control("POST", "/change", {"email": email, **what})

    def test_what_is_undone_again_and_again_is_said(self):
        self.company("ada", "bob", organization={"roles": "api"},
                     rules=[{"group": "staff", "seat": True, "role": "billing_manager"}],
                     members=[{"email": f"{uid}@example.com"} for uid in ("ada", "bob")])
        for expected in (AGREES, AGREES, DEGRADED):
            self.advance(HOUR)
            self.sync(expected)  # once may be a mistake, twice is a habit
            self.sync_undoes("ada@example.com", seat=False)
            self.sync_undoes("bob@example.com", set={"role": "member"})
        status, plan = self.plan()
        self.assertEqual(status, DEGRADED)
        self.assertEqual(sorted(self.actions(plan)), [("assign_seat", "ada@example.com"),
                                                      ("set_role", "bob@example.com")])
        self.assertTrue(all("undone each time by another hand" in a["reason"] for a in plan["actions"]))
        problem, = [p for p in plan["problems"] if p["state"] == "undone"]
        self.assertIn("2 members", problem["why"])
        self.assertIn("Directory Sync", self.seatsync("status").out)
        said = self.seatsync("check", "--offline")
        self.assertEqual((said.status, "second writer" in said.out), (AGREES, True), said)
        self.assertEqual(self.members()["ada@example.com"][1], False)
        self.sync(DEGRADED)
        self.assertEqual(self.assert_agrees(), AGREES, "and who stops undoing is left in peace")

    def test_who_was_removed_and_is_put_back_is_said(self):
        self.company("ada", "bob", "cem", leavers={"grace": "0s", "runs": 1},
                     members=[{"email": f"{uid}@example.com"} for uid in ("ada", "bob", "cem")])
        self.sync(AGREES)
        self.leave("staff", "ada")
        self.sync(AGREES)
        self.assertEqual(self.assert_agrees(), AGREES)
        self.control("POST", "/seed", {"members": [{"email": "Ada@example.com", "seat": True}]})
        self.advance(2 * HOUR)
        self.sync(DEGRADED)
        self.assertEqual(self.assert_agrees(), DEGRADED)
        plan = self.plan()[1]
        self.assertIn("was removed by us", [u["why"] for u in plan["unmanaged"] if u["email"] == "Ada@example.com"][0])
        self.assertIn("1 of the members removed", [p["why"] for p in plan["problems"] if p["state"] == "undone"][0])
        self.assertEqual(self.members()["Ada@example.com"], ("member", True), "left alone")
        self.assertEqual(self.seatsync("adopt", "ada@example.com").status, AGREES)
        self.sync(AGREES)
        self.assertNotIn("Ada@example.com", self.members())
        self.assertEqual(self.assert_agrees(), AGREES)

    def test_our_own_changes_are_no_fight(self):
        self.company("ada", "bob", members=[{"email": f"{uid}@example.com"} for uid in ("ada", "bob")],
                     leavers={"grace": "10d"})
        for _ in range(3):
            self.sync(AGREES)
            self.leave("staff", "ada")
            self.sync(AGREES)
            self.join("staff", "ada")
        self.sync(AGREES)
        self.assertEqual(self.assert_agrees(), AGREES)


class AddUser(Degraded):
    organization = {"invitations": "add_user", "roles": "api"}

    def company(self, *uids, **more):
        super().company(*uids, organization=self.organization, **more)

    def adds(self):
        return [email for call, email in self.writes() if call == "add_user"]

    def test_one_first_then_the_rest_with_seats_and_roles(self):
        self.company("ada", "bob", "cem", rules=[{"group": "staff", "seat": True, "role": "billing_manager"}])
        self.sync(AGREES)
        self.assertEqual(self.adds(), ["ada@example.com"], "the first run adds one only")
        self.sync(AGREES)  # ada gets seat and role; it was as expected
        self.assertEqual(self.adds(), [f"{uid}@example.com" for uid in ("ada", "bob", "cem")])
        self.sync(AGREES)
        self.assertEqual(self.assert_agrees(), AGREES)
        members = self.members()
        for uid in ("ada", "bob", "cem"):
            self.assertEqual(members[f"{uid}@example.com"], ("billing_manager", True))
        added = [r for r in self.control("GET", "/requests")["items"] if r["call"] == "add_user"]
        self.assertEqual([r["keys"] for r in added], [["email", "first_name", "last_name"]] * 3)
        self.assertEqual(self.mails("invitation"), [])

    def test_an_unexpected_first_one_stops_it_until_adopted(self):
        self.company("ada", "bob")
        self.switches(add_user="admin")
        self.sync(AGREES)
        self.sync(DEGRADED)  # put right, and said
        self.assertIn("ada@example.com: was the first to be added", self.seatsync("status").out)
        self.assertEqual(self.members()["ada@example.com"][0], "member")
        self.assertEqual(self.assert_agrees(), DEGRADED)
        self.assertEqual(self.adds(), ["ada@example.com"])
        self.assertEqual(self.seatsync("status").status, DEGRADED)
        self.switches(add_user="member")
        self.assertEqual(self.seatsync("adopt", "ada@example.com").status, AGREES)
        self.sync(AGREES)
        self.sync(AGREES)
        self.assertEqual(self.assert_agrees(), AGREES)
        self.assertEqual(self.members()["bob@example.com"], ("member", True))

    def test_where_it_sends_invitations_it_sends_one_and_waits(self):
        self.company("ada", "bob")
        self.switches(add_user="invitation")
        self.sync(AGREES)
        self.advance(2 * HOUR)
        self.sync(DEGRADED)
        self.assertIn("no such member has appeared", self.seatsync("status").out)
        self.assertEqual(self.assert_agrees(), DEGRADED)
        self.assertEqual(self.mails("invitation"), [("invitation", "ada@example.com")])
        self.accept("ada@example.com")
        self.sync(AGREES)
        self.assertEqual(self.members()["ada@example.com"], ("member", True))
        self.assertEqual(len(self.mails("invitation")), 2, "and now the other one")
        self.assert_agrees()

    def test_where_those_invitations_are_listed_it_waits_too(self):
        self.organization = {**self.organization, "endpoints": {"invitations": {"list": "GET {org}/invitations"}}}
        self.company("ada", "bob", "cem")
        self.switches(add_user="invitation")
        self.sync(AGREES)
        for _ in range(3):
            self.advance(2 * HOUR)
            self.sync(DEGRADED)
        self.assertIn("no such member has appeared", self.seatsync("status").out)
        self.assertEqual(self.assert_agrees(), DEGRADED)
        self.assertEqual(self.mails("invitation"), [("invitation", "ada@example.com")])
        self.accept("ada@example.com")
        self.sync(AGREES)
        self.assertEqual(len(self.mails("invitation")), 3, "and now the other two")
        self.assertEqual(self.assert_agrees(), AGREES)

    def test_who_has_one_already_is_looked_at_and_not_repeated(self):
        self.company("ada", "bob")
        self.switches(add_user="invitation")
        self.control("POST", "/seed", {"invitations": [{"email": "ada@example.com", "status": "pending"}]})
        self.sync(SOME_FAILED)  # 409: what is so cannot be seen
        self.assertEqual(self.sync(DEGRADED).status, DEGRADED)
        self.assertEqual(self.adds(), ["ada@example.com"])
        self.accept("ada@example.com")
        self.sync(AGREES)
        self.assertEqual(self.members()["ada@example.com"], ("member", True))

    def test_P7_an_answer_that_is_lost(self):
        self.company("ada", "bob")
        self.fault(kind="cut", call="add_user")
        self.sync(AGREES)  # the member is there: found done in the same run
        self.sync(AGREES)
        self.sync(AGREES)
        self.assertEqual(self.adds(), ["ada@example.com", "bob@example.com"])
        self.assertEqual(self.assert_agrees(), AGREES)

    def test_P8_one_that_never_arrived_is_not_repeated_before_lifetime(self):
        self.company("ada", "bob")
        self.fault(kind="close", call="add_user", count=-1)
        self.sync(SOME_FAILED)
        self.control("DELETE", "/faults")
        tried = len(self.adds())
        self.advance(6 * DAY)
        self.sync(DEGRADED)
        self.assertEqual(len(self.adds()), tried, "nobody knows whether an invitation was sent")
        self.advance(2 * DAY)
        self.sync(AGREES)
        self.sync(AGREES)
        self.sync(AGREES)
        self.assertEqual(self.members()["ada@example.com"], ("member", True))
        self.assertEqual(self.members()["bob@example.com"], ("member", True))

    def test_quota_and_a_seat_for_each(self):
        self.company("ada", "bob", "cem", "dan", seats=2, invitations={"per_day": 2})
        self.sync(AGREES)
        self.sync(AGREES)
        self.sync(AGREES)
        self.assertEqual(self.adds(), ["ada@example.com", "bob@example.com"])
        self.advance(25 * HOUR)
        self.sync(AGREES)
        self.assertEqual(len(self.adds()), 2, "no seat is free")
        self.control("POST", "/pool", {"total": 3})
        self.sync(AGREES)
        self.assertEqual(self.adds()[2:], ["cem@example.com"])

    def test_a_leaver_that_appears_late_goes(self):
        self.company("ada", "bob", leavers={"grace": "0s", "runs": 1})
        self.switches(add_user="invitation")
        self.sync(AGREES)
        self.leave("staff", "ada")
        self.sync(DEGRADED)  # an operator is to call the invitation back
        self.assertEqual(self.actions(self.plan()[1], "manual"), [("cancel_invitation", "ada@example.com")])
        self.accept("ada@example.com")
        self.seatsync("sync")
        self.assertNotIn("ada@example.com", self.members())

    def test_going_back_from_manual(self):
        """Who was on the worklist may have been invited: not added before that is over."""
        self.organization = {"invitations": "manual"}
        self.company("ada")
        self.sync(DEGRADED)
        self.settings["organization"]["invitations"] = "add_user"
        self.write_config()
        self.sync(AGREES)
        self.assertEqual(self.adds(), [])
        self.advance(8 * DAY)
        self.sync(AGREES)
        self.assertEqual(self.adds(), ["ada@example.com"])


class Onboard(Degraded):
    def company(self, *uids, organization=None, **more):
        """As after a first run, which would send nothing."""
        self.people("somebody")
        self.group("guests")
        super().company(organization={"invitations": "onboard", "roles": "api", **(organization or {})},
                        rules=[{"group": "staff", "seat": True}, {"group": "guests"}], **more)
        self.sync(AGREES)
        self.people(*uids)
        for uid in uids:
            self.join("staff", uid)

    def onboarded(self):
        return [r for r in self.control("GET", "/requests")["items"] if r["call"] == "onboard"]

    def test_only_who_wants_a_seat_and_only_up_to_the_free_ones(self):
        self.company("ada", "bob", "cem", seats=2)
        self.people("gus")
        self.join("guests", "gus")
        self.sync(DEGRADED)
        self.assertEqual(self.actions(self.plan()[1], "manual"), [("invite", "gus@example.com")])
        self.assertEqual(len(self.onboarded()), 2)
        self.assertEqual(self.assert_agrees(), DEGRADED)
        self.advance(HOUR)
        self.sync(DEGRADED)
        self.assertEqual(self.members()["ada@example.com"], ("member", True))
        self.assertEqual(self.mails("onboarding"), [("onboarding", "ada@example.com"),
                                                    ("onboarding", "bob@example.com")])
        self.assertEqual(self.actions(self.plan()[1], "waiting"), [("invite", "cem@example.com")])

    def test_the_counters_tell_the_total(self):
        self.company("ada", "bob", "cem", seats=3, organization={"endpoints": {"seats": None}})
        self.sync(AGREES)
        self.assertEqual(len(self.onboarded()), 1, "one, whose answer tells")
        self.assertEqual(self.plan()[1]["seats"]["total"], 3)
        self.sync(AGREES)
        self.assertEqual(len(self.onboarded()), 3)
        self.advance(HOUR)
        self.sync(AGREES)
        self.assertEqual(self.assert_agrees(), AGREES)

    def test_who_has_an_account_is_parked_with_the_reason(self):
        self.company("ada", "bob")
        self.switches(onboard_unavailable="ada@example.com")
        self.sync(SOME_FAILED)
        self.sync(DEGRADED)
        self.assertEqual(len(self.mails("onboarding")), 0)
        said = self.seatsync("explain", "ada@example.com").out
        self.assertIn("does not onboard the address", said)
        self.assertEqual(self.assert_agrees(), DEGRADED)
        self.assertEqual(len(self.onboarded()), 2)
        self.switches(onboard_unavailable="")
        self.seatsync("adopt", "ada@example.com")
        self.sync(AGREES)
        self.advance(HOUR)
        self.sync(AGREES)
        self.assertEqual(self.members()["ada@example.com"], ("member", True))

    def test_who_never_appears_is_tried_again_and_then_parked(self):
        self.company("ada", invitations={"attempts": 2})
        self.switches(onboard_never=1)
        self.sync(AGREES)
        self.advance(23 * HOUR)
        self.sync(AGREES)
        self.assertEqual(len(self.onboarded()), 1)
        self.advance(2 * HOUR)
        self.switches(onboard_forget=True)
        self.sync(AGREES)
        self.assertEqual(len(self.onboarded()), 2)
        self.advance(25 * HOUR)
        self.sync(DEGRADED)
        self.assertEqual(len(self.onboarded()), 2)
        self.assertIn("parked", [p["state"] for p in self.plan()[1]["problems"]])

    def test_P7_an_answer_that_is_lost(self):
        self.company("ada", "bob", "cem")
        self.fault(kind="cut", call="onboard", count=2)
        self.sync(SOME_FAILED)
        self.sync(DEGRADED)
        self.assertEqual(len(self.onboarded()), 3, "nobody twice")
        self.advance(HOUR)
        self.sync(AGREES)
        self.assertEqual(len(self.mails("onboarding")), 3)
        self.assertEqual(self.assert_agrees(), AGREES)

    def test_a_leaver_on_the_way_is_removed_when_there(self):
        self.company("ada", "bob", leavers={"grace": "0s", "runs": 1}, limits={"removals_percent": "100%"})
        self.sync(AGREES)
        self.leave("staff", "ada")
        self.sync(AGREES)
        self.assertEqual(self.actions(self.plan()[1], "waiting"), [("cancel_invitation", "ada@example.com")])
        self.advance(HOUR)
        self.seatsync("sync")
        self.assertNotIn("ada@example.com", self.members())
        self.assertEqual(self.assert_agrees(), AGREES)


if __name__ == "__main__":
    main()
