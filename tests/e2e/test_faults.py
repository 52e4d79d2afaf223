#!/usr/bin/env python3
"""What goes wrong on either side: said clearly, nobody removed, nothing done twice.

Names begin with the fault's id in CONTRIBUTING.md where it has one.
"""

import subprocess

from company import RULES, STAFF, Company, member
from harness import AGREES, CONFIG, DAY, DEGRADED, FAILED, HELD, HOUR, ORG, PATIENCE, SOME_FAILED, main


class DirectoryFaults(Company):
    def test_D1_directory_refuses_connections(self):
        self.company()
        self.settings["directories"][0]["ldap"]["urls"] = ["ldaps://127.0.0.1:1"]
        self.write_config()
        result = self.seatsync("sync")
        self.assert_nothing_lost(result, FAILED)
        self.assertEqual(self.writes(), [])
        self.assertIn("127.0.0.1:1", result.err)

    def test_D1_next_server_is_tried(self):
        self.company()
        self.settings["directories"][0]["ldap"]["urls"].insert(0, "ldaps://127.0.0.1:1")
        self.write_config()
        self.assertEqual(self.seatsync("plan").status, AGREES)

    def test_D4_size_limit_is_not_a_small_company(self):
        self.company()
        self.directory.strike()
        type(self).directory = type(self.directory)(("--reader-limits", "size=2 size.pr=2 size.prtotal=2"))
        self.addCleanup(self.new_directory)
        self.people(*STAFF, "gus")
        self.group("staff", *STAFF)
        self.group("guests", "gus")
        self.config(rules=RULES)
        self.secret("ldap-password", self.directory.env["LDAP_READER_PASSWORD"])
        self.assert_nothing_lost(self.seatsync("sync"), FAILED)

    def new_directory(self):
        self.directory.strike()
        type(self).directory = type(self.directory)()

    def test_D5_group_renamed_is_followed_by_its_id(self):
        self.company()
        self.directory.modify(f"dn: {self.dn('@staff')}\nchangetype: modrdn\nnewrdn: cn=crew\ndeleteoldrdn: 1\n\n")
        status, plan = self.plan()
        self.assertEqual(plan["actions"], [])
        self.assertEqual([(p["group"], p["state"]) for p in self.problems(plan)], [("crew", "renamed")])
        self.assert_nothing_lost(self.seatsync("sync"), AGREES)

    def test_D5_group_deleted_holds_its_losses(self):
        self.company()
        self.directory.modify(f"dn: {self.dn('@staff')}\nchangetype: delete\n\n")
        self.assert_nothing_lost(self.seatsync("sync"), HELD)
        self.assertEqual(self.members()["ada@example.com"], ("member", True))

    def test_D7_wrong_password_is_tried_once(self):
        self.company()
        self.secret("ldap-password", "not-the-password")
        result = self.seatsync("sync")
        self.assert_nothing_lost(result, FAILED)
        self.assertNotIn("not-the-password", result.out + result.err)

    def test_D9_empty_password_never_binds(self):
        self.company()
        self.secret("ldap-password", "")
        self.assertEqual(self.seatsync("sync").status, CONFIG)

    def test_D10_group_turned_empty_holds(self):
        self.company()
        self.leave("staff", *STAFF)
        result = self.seatsync("sync")
        self.assert_nothing_lost(result, HELD)
        held = self.plan()[1]["held"]
        self.assertEqual({h["email"] for h in held}, {f"{n}@example.com" for n in STAFF})
        self.settings["limits"]["allow_empty"] = ["staff"]
        self.settings["limits"]["removals"] = 10
        self.write_config()
        self.sync()
        self.assertEqual(self.members()["ada@example.com"], ("member", False))

    def test_D10_directory_came_back_empty(self):
        self.company()
        self.directory.clear()
        self.assert_nothing_lost(self.seatsync("sync"), HELD)
        self.assertEqual(self.seatsync("status").status, HELD)

    def test_D13_deleted_member_is_a_leaver_the_dangling_dn_is_not_an_error(self):
        self.company()
        self.remove_person("dan")
        self.sync()
        self.assertEqual(self.members()["dan@example.com"], ("member", False))
        self.assert_agrees()

    def move(self, name, unit):
        self.directory.modify(f"dn: {self.dn(name)}\nchangetype: modrdn\nnewrdn: uid={name}\n"
                              f"deleteoldrdn: 1\nnewsuperior: ou={unit},{self.suffix('people')}\n\n")
        return f"uid={name},ou={unit},{self.suffix('people')}"

    def suffix(self, unit):
        return f"ou={unit},{self.directory.suffix}"

    def states(self):
        return sorted((p["group"], p["state"]) for p in self.problems(self.plan()[1]))

    def test_D13_who_moved_stays_in_the_group_that_names_the_old_place(self):
        self.company()
        units = ("left", "right")
        for unit in units:
            self.directory.modify(f"dn: ou={unit},{self.suffix('people')}\nchangetype: add\n"
                                  f"objectClass: organizationalUnit\nou: {unit}\n\n")
        before = self.dn("ada")
        after = self.move("ada", "left")
        self.assertEqual(self.states(), [("staff", "moved")])
        for _ in range(2):  # and it is not forgotten by the first
            self.assert_nothing_lost(self.seatsync("sync"), AGREES)
            self.assertEqual(self.states(), [("staff", "moved")])
        why = [p["why"] for p in self.plan()[1]["problems"] if p["state"] == "moved"]
        self.assertIn(f"{before} is {after} now", why[0])
        # named by the second place in one group and by the first in another, and moved again
        self.directory.modify(f"dn: {self.dn('@guests')}\nchangetype: modify\nadd: member\nmember: {after}\n\n")
        self.sync()
        self.directory.modify(f"dn: {after}\nchangetype: modrdn\nnewrdn: uid=ada\ndeleteoldrdn: 1\n"
                              f"newsuperior: ou=right,{self.suffix('people')}\n\n")
        self.assertEqual(self.states(), [("guests", "moved"), ("staff", "moved")])
        self.assert_nothing_lost(self.seatsync("sync"), AGREES)
        # the place is another's now, whom the group then names: she has left it
        self.person("ada", mail="other.ada@example.com")
        self.assertEqual(self.states(), [("guests", "moved")])
        _, plan = self.plan()
        self.assertIn(("revoke_seat", "ada@example.com"), [(a["action"], a["email"]) for a in plan["actions"]])
        self.sync()
        # and it is not hers again when that one has gone
        self.remove_person("ada")
        self.assertEqual(self.states(), [("guests", "moved")])

    def test_D13_the_next_holder_of_a_place_leaves_nothing_to_the_last(self):
        """Not even where no reading is ever whole, so that no place is forgotten for that."""
        self.addCleanup(self.new_directory)
        self.company()
        self.directory.modify(f"dn: ou=left,{self.suffix('people')}\nchangetype: add\n"
                              "objectClass: organizationalUnit\nou: left\n\n"
                              f"dn: ou=far,{self.suffix('people')}\nchangetype: add\nobjectClass: referral\n"
                              "objectClass: extensibleObject\nou: far\nref: ldap://far.example.com/ou=far\n\n")
        self.sync(DEGRADED)
        self.leave("staff", "ada")
        self.join("guests", "ada")
        self.sync(HELD)
        self.leave("guests", "ada")
        place = self.dn("ada")
        after = self.move("ada", "left")
        self.directory.modify(f"dn: {self.dn('@guests')}\nchangetype: modify\nadd: member\nmember: {after}\n\n")
        self.sync(HELD)
        self.directory.modify(f"dn: {place.replace('uid=ada', 'uid=Ada')}\nchangetype: add\n"
                              "objectClass: inetOrgPerson\ncn: Ada\nsn: Other\nuid: ada\nmail: other.ada@example.com\n\n")
        self.join("staff", "ada")
        self.sync(HELD)
        self.remove_person("ada")
        for _ in range(2):
            _, plan = self.plan()
            told = [(p["state"], place.lower() in p["why"].lower()) for p in plan["problems"] if p["group"] == "staff"]
            self.assertEqual(told, [("dangling", True)])
            self.assertIn(("revoke_seat", "ada@example.com"), [(h["action"], h["email"]) for h in plan["held"]])
            self.sync(HELD)

    def test_a_rule_may_be_a_filter(self):
        self.people("ann", "ben", "eve")
        self.config(rules=[{"group": "(|(uid=ann)(uid=b*))", "except": ["(uid=ben)"]}])
        self.seed([member("owner", "admin")])
        self.sync()
        self.assertEqual(self.invitations(), ["ann@example.com"])
        self.assert_agrees()
        self.settings["rules"] = [{"group": "(uid=ann"}]
        self.write_config()
        self.assertEqual(self.seatsync("plan").status, CONFIG)

    def test_D14_nested_groups_with_a_cycle(self):
        self.people("ann", "ben", "eve")
        self.group("inner", "ben", "@outer")
        self.group("outer", "ann", "@inner", "@side")
        self.group("side", "eve", "@inner")
        self.config(rules=[{"group": "outer"}])
        self.seed([member("owner", "admin")])
        self.sync()
        self.assertEqual(self.invitations(), ["ann@example.com", "ben@example.com", "eve@example.com"])
        self.assert_agrees()

    def test_D16_two_people_of_one_address(self):
        self.company()
        self.person("twin", mail="ADA@example.com")
        self.join("guests", "twin")
        result = self.seatsync("sync")
        self.assert_nothing_lost(result, DEGRADED)
        plan = self.plan()[1]
        self.assertEqual([p["state"] for p in self.problems(plan)], ["duplicate", "duplicate"])

    def test_D17_person_without_mail_is_reported_not_removed(self):
        self.company()
        self.directory.modify(f"dn: {self.dn('bob')}\nchangetype: modify\ndelete: mail\n\n")
        self.assert_nothing_lost(self.seatsync("sync"), AGREES)
        self.assertIn(self.dn("bob"), [s.get("dn") for s in self.plan()[1]["skipped"]])

    def test_a_limit_on_people_says_the_reading_is_short(self):
        self.company()
        self.settings["limits"]["min_people"] = 50
        self.write_config()
        self.remove_person("dan")
        self.assert_nothing_lost(self.seatsync("sync"), HELD)

    def test_H1_control_characters_are_shown_escaped(self):
        self.company()
        self.person("evil", mail="ev\x1b[31mil@example.com")
        self.group("wo\u202eow", "evil")
        self.join("staff", "evil")
        self.settings["rules"].append({"group": "wo\u202eow"})
        self.write_config()
        for words in (["plan"], ["sync"], ["explain", "ev\x1b[31mil@example.com"]):
            result = self.seatsync(*words)
            for bad in ("\x1b[31m", "\u202e"):
                self.assertNotIn(bad, result.out + result.err)


class PlatformFaults(Company):
    def test_P1_token_expires_in_the_run(self):
        self.company(accept=False)
        self.switches(doubled_ms=60000)  # however many calls are refused at once: one new token
        self.fault(kind="second_writer", call="invite", action={"path": "/revoke-tokens", "body": {}})
        self.sync()
        self.assertEqual(len(self.mails("invitation")), 5)

    def test_P1_wrong_secret(self):
        self.company()
        self.secret("client-secret", "canary-of-the-test")
        result = self.seatsync("sync")
        self.assert_nothing_lost(result, FAILED)
        self.assertNotIn("canary-of-the-test", result.out + result.err)

    def test_P2_one_denied_action_does_not_stop_the_rest(self):
        self.company(accept=False)
        self.fault(kind="status", status=403, call="invite")
        result = self.seatsync("sync")
        self.assertEqual(result.status, SOME_FAILED, result)
        self.assertEqual(len(self.invitations()), 4)
        self.sync()
        self.assertEqual(len(self.invitations()), 5)

    def test_P3_gone_already_is_done(self):
        self.company()
        self.leave("staff", "dan")
        self.sync()
        self.advance(25 * HOUR)
        self.fault(kind="second_writer", call="remove",
                   action={"path": "/change", "body": {"email": "dan@example.com", "remove": True}})
        self.sync()
        self.assert_agrees()

    def test_P4_conflict_on_invite_is_looked_at(self):
        self.company(accept=False)
        self.fault(kind="second_writer", call="invite", action={
            "path": "/seed", "body": {"invitations": [{"email": "ada@example.com", "status": "pending"}]}})
        self.sync()  # it is there: done
        self.assertEqual(self.invitations().count("ada@example.com"), 1)
        self.assertLessEqual(self.mails("invitation").count(("invitation", "ada@example.com")), 1)

    def test_P5_too_many_requests_waits_as_told(self):
        for advice in ("seconds", "date", "reset_epoch", "reset_iso", "garbage", "negative"):
            with self.subTest(advice):
                self.anew()
                self.company(accept=False)
                self.fault(kind="status", status=429, call="invite", count=1, advice=advice, seconds=4)
                self.sync()
                self.assertEqual(len(self.mails("invitation")), 5)
                calls = [r for r in self.control("GET", "/requests")["items"] if r["call"] == "invite"]
                refused = next(r for r in calls if r["status"] == 429)
                again = min(r["at"] for r in calls if r["email"] == refused["email"] and r["status"] == 201)
                if advice not in ("garbage", "negative"):
                    self.assertGreaterEqual(again - refused["at"], 3, "by itself it waits two seconds at most")

    def test_P7_the_answer_is_lost_after_the_commit(self):
        for kind in ({"kind": "close", "when": "after"}, {"kind": "cut", "bytes": 0},
                     {"kind": "status", "status": 502, "when": "after"}, {"kind": "truncated"}):
            with self.subTest(kind["kind"]):
                self.anew()
                self.company(accept=False)
                self.switches(duplicate_invite="refresh")  # a second one would send a second mail
                self.fault(call="invite", count=3, **kind)
                self.sync()
                self.assertEqual(self.mails(),
                                 [("invitation", f"{n}@example.com") for n in (*STAFF, "gus")])
                self.assert_agrees()
                self.violations_expected = []

    def test_P8_server_errors_before_anything_happened(self):
        self.company(accept=False)
        self.fault(kind="status", status=500, call="invite")
        self.assertEqual(self.seatsync("sync").status, SOME_FAILED)
        self.sync()
        self.assertEqual(len(self.mails("invitation")), 5)

    def test_P9_success_that_did_nothing(self):
        self.company(accept=False)
        self.fault(kind="status", status=202, call="invite", body={})
        self.seatsync("sync")
        self.sync()
        self.assertEqual(len(self.mails("invitation")), 5)

    def test_P10_seats_run_out_in_the_run(self):
        names = [f"p{i:02d}" for i in range(20)]
        self.people(*names, "gus")
        self.group("staff", *names)
        self.group("guests", "gus")
        self.config(rules=RULES, organization={"parallel": 1})
        self.seed([member("owner", "admin"), *(member(name) for name in names)], seats=3)
        self.switches(seats_counter="404")
        self.sync()  # waiting for a seat is no failure
        self.assertEqual(sum(seat for _, seat in self.members().values()), 3)
        self.assertEqual(self.invitations(), ["gus@example.com"], "who needs no seat is served")
        # one more was refused, and perhaps one was on its way: nobody else was asked for
        self.assertLessEqual([call for call, _ in self.writes()].count("assign"), 5)
        plan = self.plan()[1]
        self.assertEqual(plan["seats"]["total"], 3)
        self.assertEqual(len(plan["waiting"]), 17)
        before = len(self.writes())
        self.sync()
        self.assertEqual(len(self.writes()), before, "what a 402 taught is believed")
        seated = next(who for who, (_, seat) in self.members().items() if seat)
        self.control("POST", "/pool", {"total": 5})
        self.control("POST", "/change", {"email": seated, "seat": False})
        self.sync()
        self.assertEqual(sum(seat for _, seat in self.members().values()), 5,
                         "a seat that another hand freed ends the lesson in the run that sees it")

    def test_P11_our_own_account_is_never_changed(self):
        self.company()
        self.settings["limits"]["min_admins"] = 1
        self.write_config()
        self.seed([member("seatsync", "admin")])
        self.switches(self_email="seatsync@example.com", token_shape="jwt")
        self.person("seatsync")
        self.join("staff", "seatsync")  # where nobody is an administrator
        why = [s["why"] for s in self.plan()[1]["skipped"] if s["email"] == "seatsync@example.com"]
        self.assertEqual(why, ["is our own identity; seatsync never changes it"])
        self.sync()
        self.assertEqual(self.members()["seatsync@example.com"], ("admin", False))
        self.assertEqual(self.writes(), [])

    def test_P18_a_token_of_another_organization(self):
        self.company()
        self.settings["organization"]["id"] = "globex"
        self.write_config()
        for words in (["plan"], ["sync"]):
            result = self.seatsync(*words)
            self.assert_nothing_lost(result, FAILED)
            self.assertEqual(self.writes(), [])
            self.assertIn("globex", result.err)

    def test_P13_declined_invitation(self):
        self.company(accept=False)
        self.sync()
        self.control("POST", "/decline", {"email": "ada@example.com"})
        self.sync()
        self.assertEqual(self.mails("invitation").count(("invitation", "ada@example.com")), 1)
        self.advance(25 * HOUR)
        self.sync()
        self.assertEqual(self.mails("invitation").count(("invitation", "ada@example.com")), 2)

    def test_P13_accepted_under_another_address(self):
        self.company(accept=False)
        self.switches(closed_invitations="listed")
        self.sync()
        self.accept("ada@example.com", **{"as": "ada@home.example"})
        self.sync(DEGRADED)
        self.assertEqual(self.mails("invitation").count(("invitation", "ada@example.com")), 1)
        self.assertIn("parked", [p["state"] for p in self.plan()[1]["problems"]])

    def test_P14_several_invitations_of_one_person(self):
        self.company(accept=False)
        self.sync()
        self.control("POST", "/seed", {"invitations": [{"email": "DAN@example.com", "status": "pending"}]})
        self.sync()  # one is enough
        self.assertEqual(len([i for i in self.invitations() if i.lower() == "dan@example.com"]), 1)
        self.leave("staff", "dan")
        self.sync()
        self.assertEqual([i for i in self.invitations() if i.lower() == "dan@example.com"], [])
        self.assert_agrees()

    def test_P14_a_leaver_with_several_open_invitations_keeps_none(self):
        """The answer to ours told no id: each of them may be it."""
        self.switches(invite_status=202)
        self.company(accept=False)
        self.sync()
        self.control("POST", "/seed", {"invitations": [{"email": "DAN@example.com", "status": "pending"},
                                                       {"email": "Dan@Example.com", "status": "pending"}]})
        self.leave("staff", "dan")
        self.sync()
        self.assertEqual([i for i in self.invitations() if i.lower() == "dan@example.com"], [])
        self.assert_agrees()

    def test_P17_a_list_that_cannot_be_trusted_changes_nothing(self):
        for fault in ({"kind": "html"}, {"kind": "empty"}, {"kind": "truncated"}, {"kind": "content_type"},
                      {"kind": "status", "status": 200, "body": {"items": [{"email": "x@example.com"}]}},
                      {"kind": "status", "status": 200, "body": {"users": []}}):
            with self.subTest(fault["kind"]):
                self.control("DELETE", "/faults")
                self.anew()
                self.company()
                self.leave("staff", "dan")
                self.fault(call="users", count=-1, **fault)
                result = self.seatsync("sync")
                self.assert_nothing_lost(result, FAILED)
                self.assertEqual(self.writes(), [])

    def test_N2_redirects_are_refused(self):
        self.company()
        # to where the list is: whoever followed would find it there
        self.fault(kind="redirect", call="users",
                   location=f"https://127.0.0.1:{self.sim.port}/api/v1/organizations/{ORG}/users")
        self.assert_nothing_lost(self.seatsync("sync"), FAILED)

    def test_N3_proxies_of_the_environment_are_ignored(self):
        self.company()
        self.assertEqual(self.seatsync("plan", https_proxy="http://127.0.0.1:1", HTTPS_PROXY="http://127.0.0.1:1",
                                       ALL_PROXY="http://127.0.0.1:1").status, AGREES)

    def test_N4_endless_answer(self):
        self.company()
        self.fault(kind="huge", call="users", count=-1)
        self.assert_nothing_lost(self.seatsync("sync"), FAILED)

    def test_hidden_expired_invitations_are_reissued_by_their_id(self):
        self.company(accept=False)
        self.switches(expired_invitations="hidden")
        self.sync()
        self.advance(8 * DAY)
        self.sync()
        self.assertEqual(len(self.mails("reissue", "invitation")), 10)
        self.assert_agrees()

    def test_no_invitations_list_sends_at_most_once(self):
        self.company(organization={"endpoints": {"invitations": {"list": None}}})
        self.people("eve", "fay")
        self.join("staff", "eve", "fay")
        self.sync()
        self.assertEqual(len(self.mails("invitation")), 2)
        self.assert_agrees()  # nothing shows the invitations: the memory does
        self.accept_all()
        self.sync()
        self.assertEqual(self.members()["eve@example.com"], ("member", True))
        self.assert_agrees()

    def test_no_invitations_list_and_no_memory_sends_nothing(self):
        self.company(accept=False, organization={"endpoints": {"invitations": {"list": None}}})
        self.sync(DEGRADED)
        self.assertEqual(self.writes(), [], "they may have been invited already, and nothing shows it")

    def test_a_list_that_was_missing_once_turns_no_queue_around(self):
        self.company(accept=False)
        self.control("POST", "/pool", {"total": 2})
        self.switches(invitations="404")
        first = [m["email"] for m in self.plan()[1]["manual"]]  # the head of the queue
        self.assertEqual(len(first), 3)
        self.sync(DEGRADED)
        self.switches(invitations="offered")
        self.sync()
        self.assertEqual(self.invitations(), sorted(first))
        self.assert_agrees()

    def test_paged_lists(self):
        self.switches(page_size=2)
        self.company()
        self.assertEqual(self.seatsync("plan").status, AGREES)

    def test_lagging_lists_mail_nobody_twice_and_promise_no_seat_twice(self):
        self.company(accept=False)
        self.control("POST", "/pool", {"total": 3})
        self.switches(lag_reads=2)
        self.sync()
        self.sync()  # sees the list as it was before
        wanting = [email for email in self.invitations() if email != "gus@example.com"]
        self.assertEqual(len(wanting), 3, "a seat was promised twice")
        self.assertEqual(len(self.mails("invitation")), 4)
        self.switches(lag_reads=0)
        self.advance(8 * DAY)
        self.switches(lag_reads=2)
        self.sync()
        self.sync()
        self.assertEqual(len(self.mails("reissue")), 4, "a reissue was sent twice")
        self.switches(lag_reads=0)
        self.assert_agrees()

    def test_X3_terminated_in_the_middle(self):
        self.company(accept=False, organization={"parallel": 1})
        status, said = self.sync_stopped("invite", 2)
        self.assertIn(status, (FAILED, SOME_FAILED), said)
        self.assertEqual(len(self.mails("invitation")), 2)
        self.sync()
        self.assertEqual(len(self.mails("invitation")), 5)

    def test_X4_closed_output_does_not_stop_a_run(self):
        self.company(accept=False)
        process = subprocess.Popen(self.command("apply", "--yes"), env=self.environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL)
        process.stdout.close()
        process.wait(PATIENCE)
        self.assertEqual(len(self.mails("invitation")), 5)


if __name__ == "__main__":
    main()
