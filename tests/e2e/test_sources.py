#!/usr/bin/env python3
"""Files as directories, and several directories in one run: a slapd, a CSV and an LDIF file."""

import os
import pathlib
import subprocess
import time

from harness import AGREES, DAY, DEGRADED, FAILED, HELD, PENDING, Scene, main

QUICK = {"leavers": {"grace": "0s", "runs": 1}, "limits": {"removals_percent": "100%"}}
CSV = "email,groups,given_name,family_name,id,disabled\n"


def member(name, role="member", seat=False):
    return {"email": f"{name}@example.com", "role": role, "seat": seat}


class Sources(Scene):
    def file(self, name, text):
        """As an export should be replaced: a new file, renamed."""
        path = f"{self.dir}/{name}"
        pathlib.Path(path + ".new").write_text(text, encoding="utf-8")
        os.chmod(path + ".new", 0o640)
        os.rename(path + ".new", path)
        return path

    def csv(self, *rows, head="email,groups"):
        return self.file("list.csv", "".join(f"{row}\n" for row in (head, *rows)))

    def export(self, *options):
        """The whole of slapd, as an administrator exports it."""
        env = self.directory.env
        return self.file("export.ldif", subprocess.run(
            ["ldapsearch", "-x", *options, "-H", env["LDAP_URL"], "-D", env["LDAP_ADMIN"], "-w",
             env["LDAP_ADMIN_PASSWORD"], "-b", self.directory.suffix, "*", "entryUUID"],
            check=True, text=True, stdout=subprocess.PIPE).stdout)

    def directories(self, *names, rules=(), **top):
        """Of corp (slapd), list (CSV), export (LDIF)."""
        self.config(rules=rules, **{**QUICK, **top})
        corp = self.settings["directories"][0]
        kinds = {"corp": corp,
                 "list": {"name": "list", "csv": {"file": "list.csv"}},
                 "export": {"name": "export", "ldif": {"file": "export.ldif", "people": {"disabled": "employeeType"}}}}
        self.settings["directories"] = [kinds[name] for name in names]
        self.write_config()

    def losses(self):
        return [w[0] for w in self.writes() if w[0] in ("remove", "revoke", "role", "cancel", "revoke_token")]

    def gone(self, *names):
        """Of those who were members, these and no others are no more."""
        self.assertEqual(self.losses(), ["remove"] * len(names))
        self.assertFalse({f"{name}@example.com" for name in names} & set(self.members()))

    def told(self, plan):
        return [(p["directory"], p["group"], p["state"]) for p in self.problems(plan)]


class Csv(Sources):
    def test_people_of_a_file_are_invited_changed_and_removed(self):
        self.csv("ada@example.com,\"staff,leads\"", "bob@example.com,staff")
        self.directories("list", rules=[{"group": "leads", "role": "admin"}, {"group": "staff", "seat": True}])
        self.seed([member("owner", "admin"), member("owner2", "admin")])
        self.sync()
        self.accept_all()
        self.sync()
        self.assertEqual(self.members()["ada@example.com"], ("admin", True))
        self.assertEqual(self.members()["bob@example.com"], ("member", True))
        self.csv("ada@example.com,staff", "cem@example.com,staff")
        self.sync(HELD)  # nobody is in leads any more: that group is in no file
        self.settings["limits"]["allow_empty"] = ["leads"]
        self.write_config()
        self.sync()
        self.assertEqual(self.members()["ada@example.com"], ("member", True))
        self.assertNotIn("bob@example.com", self.members())
        self.assertEqual(self.invitations(), ["cem@example.com"])
        self.assert_agrees()

    def test_a_file_that_is_not_whole_takes_from_nobody(self):
        self.csv("ada@example.com,staff", "bob@example.com,staff", "cem@example.com,staff")
        self.directories("list", rules=[{"group": "staff"}])
        self.seed([member("owner", "admin"), *map(member, ("ada", "bob", "cem"))])
        self.sync()
        broken = {
            "email,groups\nada@example.com,\"staff\n": "list.csv:2:17: a quote that is never closed",
            "email,groups\nada@example.com,staff\nbob@exa": "list.csv:3:1: 1 field, but the header has 2",
            "email,group\nada@example.com,staff\n": "list.csv:1:7: the column group is unknown",
            "": "list.csv: is empty",
        }
        for text, said in broken.items():
            self.file("list.csv", text)
            result = self.seatsync("sync")
            self.assertEqual(result.status, FAILED, result)
            self.assertIn(said, result.err)
        os.chmod(f"{self.dir}/list.csv", 0o646)
        self.assertIn("everybody may write it", self.seatsync("sync").err)
        os.remove(f"{self.dir}/list.csv")
        self.assertEqual(self.seatsync("sync").status, FAILED)
        self.assertEqual(self.losses(), [])

    def test_fewer_than_half_of_last_time_is_not_whole(self):
        rows = [f"{name}@example.com,staff" for name in ("ada", "bob", "cem", "dan", "eve")]
        self.csv(*rows)
        self.directories("list", rules=[{"group": "staff"}])
        self.seed([member("owner", "admin"), *map(member, ("ada", "bob", "cem", "dan", "eve"))])
        self.sync()
        self.csv(*rows[:2])
        result = self.seatsync("sync")
        self.assertEqual(result.status, HELD, result)
        self.assertIn("2 people, fewer than half of the 5 of last time", result.err)
        self.sync(HELD)  # not forgotten by the run that saw it
        self.assertEqual(self.losses(), [])
        self.csv(*rows[:3])
        self.sync()
        self.gone("dan", "eve")
        self.csv(*rows[:1])
        self.sync(HELD)
        self.settings["limits"]["allow_empty"] = ["list"]
        self.write_config()
        self.sync()
        self.assertEqual(set(self.members()), {"owner@example.com", "ada@example.com"})

    def test_an_old_file_is_not_whole(self):
        path = self.csv("ada@example.com,staff", "bob@example.com,staff")
        self.directories("list", rules=[{"group": "staff"}])
        self.settings["directories"][0]["csv"]["max_age"] = "2d"
        self.write_config()
        self.seed([member("owner", "admin"), member("ada"), member("bob"), member("cem")])
        self.sync()
        path = self.csv("ada@example.com,staff")
        os.utime(path, (time.time() - 3 * DAY,) * 2)
        result = self.seatsync("sync")
        self.assertEqual(result.status, HELD, result)
        self.assertIn("it is 3d old, older than max_age: 2d", result.err)
        self.assertEqual(self.losses(), [])
        os.utime(path)
        self.sync()
        self.gone("bob")

    def test_one_bad_person_stops_nobody(self):
        self.file("list.csv", CSV + "ada@example.com,staff,Ada,L,1,\nbob at home,staff,,,2,\n,staff,,,3,\n"
                  "cem@example.com,staff,,,4,yes\n")
        self.directories("list", rules=[{"group": "staff"}])
        self.seed([member("owner", "admin")])
        status, plan = self.plan()
        self.assertEqual(status, PENDING)
        self.assertEqual(self.actions(plan), [("invite", "ada@example.com")])
        self.assertEqual(len(plan["skipped"]), 2)
        self.file("list.csv", CSV + "ada@example.com,staff,Ada,L,1,\nbob@example.com,staff,,,,\n")
        status, plan = self.plan()
        self.assertEqual(self.actions(plan), [("invite", "ada@example.com")])
        self.assertIn("3:25: a person has no id", plan["problems"][0]["why"])

    def test_rules_in_full(self):
        self.csv("ada@example.com,\"team-a;trained\"", "bob@example.com,\"team-b;trained;suspended\"",
                 "cem@example.com,Team-C", "dan@example.com,old", "eve@example.com,\"new;team-a;trained\"",
                 "fay@other.example,\"team-a;trained\"")
        self.directories("list", scope={"domains": ["example.com"]}, rules=[
            {"group": "team-*", "require": ["trained"], "except": ["suspended"], "seat": True},
            {"group": "old", "until": "2020-01-01"}, {"group": "new", "role": "billing_manager", "directory": "list"}])
        self.seed([member("owner", "admin")])
        _, plan = self.plan()
        self.assertEqual({(a["email"], a["role"]) for a in plan["actions"]},
                         {("ada@example.com", "member"), ("eve@example.com", "billing_manager")})
        self.assertEqual([s["email"] for s in plan["skipped"]], ["fay@other.example"])

    def test_check_says_what_the_file_has(self):
        self.csv("ada@example.com,staff", "bob@example.com,\"staff,x\"")
        self.directories("list", rules=[{"group": "staff"}, {"group": "leads"}])
        self.seed([member("owner", "admin")])
        result = self.seatsync("check")
        self.assertEqual(result.status, FAILED, result)
        for said in ("list: file", "mode 640", "2 found, 2 with an e-mail address", "0 of their own, 2 are the e-mail",
                     "staff: 2 people", "nobody in the file is in it"):
            self.assertIn(said, result.out)


class Ldif(Sources):
    def company(self):
        self.people("ada")
        self.person("bob", mail="")
        self.person("cem", employeeType="true")
        self.people("dan", "eve")
        self.directory.modify(f"dn: {self.dn('ada')}\nchangetype: modify\nreplace: sn\n"
                              "sn: L\u00f6v a very long name indeed that ldapsearch folds because it is longer than its line\n\n")
        self.group("staff", "ada", "bob", "cem", "@leads")
        self.group("leads", "dan")
        self.group("trained", "ada", "dan", "eve")
        self.seed([member("owner", "admin"), member("eve")])

    RULES = [{"group": "leads", "role": "admin"}, {"group": "staff", "seat": True, "require": ["trained"]}]

    def test_an_export_gives_the_plan_of_its_server(self):
        self.company()
        self.directories("corp", rules=self.RULES)
        status, server = self.plan()
        self.assertEqual(status, PENDING)
        self.assertEqual(len(server["actions"]), 2)
        for options in (["-LLL"], ["-LLL", "-o", "ldif-wrap=no"], ["-L"], []):
            self.export(*options)
            self.directories("export", rules=self.RULES)
            self.settings["directories"][0]["ldif"]["groups"] = {"missing": "gone"}  # nobody-at-all
            self.write_config()
            status, file = self.plan()
            self.assertEqual(status, PENDING, options)
            self.assertEqual(self.told(file), self.told(server), options)
            for name in ("actions", "held", "waiting", "manual", "unmanaged"):
                self.assertEqual(file[name], server[name], (options, name))
            self.assertEqual([s["email"] for s in file["skipped"]], [s["email"] for s in server["skipped"]])

    def test_a_member_that_was_not_exported_is_unknown(self):
        self.company()
        self.export("-LLL")
        self.directories("export", rules=self.RULES)
        status, plan = self.plan()
        self.assertEqual(status, DEGRADED)
        self.assertIn(("export", "staff", "partial"),
                      [(p["directory"], p["group"], p["state"]) for p in plan["problems"]])
        self.assertIn("nobody-at-all", plan["problems"][0]["why"])
        check = self.seatsync("check")
        self.assertIn("is partial: the member cn=nobody-at-all", check.out.replace("uid=", "cn="))

    def test_an_export_that_failed_or_was_cut_off_is_refused(self):
        self.company()
        whole = pathlib.Path(self.export()).read_text(encoding="utf-8")
        self.directories("export", rules=self.RULES)
        cut = {whole[:len(whole) // 2].rstrip("\n"): "the last line has no end",
               whole.replace("result: 0 Success", "result: 4 Size limit exceeded"): "4 Size limit exceeded"}
        for text, said in cut.items():
            self.file("export.ldif", text)
            result = self.seatsync("sync")
            self.assertEqual(result.status, FAILED, result)
            self.assertIn(said, result.err)
        self.assertEqual(self.writes(), [])


class Several(Sources):
    def test_one_address_in_three_directories_is_one_person_with_all_they_give(self):
        self.people("ada", "bob")
        self.group("staff", "ada", "bob")
        self.export("-LLL")
        self.csv("ADA@example.com,leads", "gus@example.com,guests")
        self.directories("corp", "list", "export", rules=[
            {"group": "leads", "role": "admin", "directory": "list"},
            {"group": "staff", "seat": True, "directory": "export"}, {"group": "staff", "directory": "corp"},
            {"group": "guests"}])
        self.settings["directories"][2]["ldif"]["groups"] = {"missing": "gone"}
        self.write_config()
        self.seed([member("owner", "admin"), member("owner2", "admin")])
        status, plan = self.plan()
        self.assertEqual(status, PENDING, plan["problems"])
        self.assertEqual(sorted((a["email"], a["role"]) for a in plan["actions"]),
                         [("ada@example.com", "admin"), ("bob@example.com", "member"), ("gus@example.com", "member")])
        self.sync()
        self.accept_all()
        self.sync()
        self.assertEqual(self.members()["ada@example.com"], ("admin", True))
        self.assertEqual(self.members()["gus@example.com"], ("member", False))
        explain = self.seatsync("explain", "ada@example.com")
        for name in ("corp", "list", "export"):
            self.assertIn(name, explain.out)
        # gone from one of them: what only that one gave is lost, the rest stays
        self.csv("gus@example.com,guests", "zoe@example.com,leads")
        self.sync()
        self.assertEqual(self.members()["ada@example.com"], ("member", True))
        self.assert_agrees()

    def test_check_asks_each_directory_and_judges_all_of_them(self):
        """A group of a rule without a directory has to be in one of them, not in each."""
        self.people("ada", "bob")
        self.group("staff", "ada", "bob")
        self.csv("gus@example.com,guests")
        self.directories("corp", "list", rules=[{"group": "staff"}, {"group": "guests", "except": ["staff"]}])
        said = self.seatsync("check")
        self.assertEqual(said.status, AGREES, said)
        for line in (r"-- +corp: group guests +is not in this directory", r"ok +list: group guests +guests: 1 people",
                     r"-- +list: group staff +is not in this directory", r"ok +corp: group staff +cn=staff"):
            self.assertRegex(said.out, line)
        self.assertEqual(said.out.count("corp: group staff"), 1)
        self.settings["rules"] += [{"group": "nowhere"}, {"group": "staff", "directory": "list"}]
        self.write_config()
        said = self.seatsync("check")
        self.assertEqual(said.status, FAILED, said)
        self.assertRegex(said.out, r"FAIL +list: group staff +was not found")
        self.assertRegex(said.out, r"FAIL +group nowhere +is in none of the directories that were read")

    def lost(self, **more):
        """Everybody has joined; then all have left their groups at once."""
        self.people("ada", "bob", "zoe")
        self.group("staff", "ada", "bob")
        self.group("admins", "bob")
        self.csv("gus@example.com,guests", "hal@example.com,guests", "ida@example.com,guests")
        self.directories("corp", "list", rules=[
            {"group": "admins", "role": "admin", "directory": "corp"}, {"group": "staff", "directory": "corp"},
            {"group": "guests", "directory": "list"}], **more)
        self.seed([member("owner", "admin"), member("owner2", "admin"), member("ada"), member("bob", "admin"),
                   member("gus"), member("hal"), member("ida")])
        self.sync()
        self.leave("admins", "bob")
        self.leave("staff", "ada")
        self.join("admins", "zoe")

    def test_a_directory_that_cannot_be_read_holds_what_rests_on_it_and_nothing_else(self):
        self.lost()
        self.file("list.csv", "email,groups\n\"gus@example.com,guests\n")
        result = self.seatsync("sync")
        self.assertEqual(result.status, HELD, result)
        # bob is in staff for certain; whether ada is among the guests, nobody knows
        self.assertEqual(self.losses(), ["role"])
        self.assertEqual(self.members()["bob@example.com"], ("member", False))
        self.assertEqual(self.invitations(), ["zoe@example.com"])
        _, plan = self.plan()
        self.assertEqual(sorted(self.actions(plan, "held")), [
            ("remove_member", f"{name}@example.com") for name in ("ada", "gus", "hal", "ida")])
        self.assertEqual(self.told(plan), [("list", None, "failed")])
        status = self.seatsync("status")
        self.assertIn("list.csv:2:1", status.out)
        self.csv("gus@example.com,guests", "hal@example.com,guests", "ida@example.com,guests")
        self.sync()
        self.assertEqual(self.losses(), ["role", "remove"])
        self.assertNotIn("ada@example.com", self.members())

    def test_the_server_cannot_be_read_and_the_file_goes_on(self):
        self.lost()
        self.csv("gus@example.com,guests", "hal@example.com,guests", "ida@example.com,guests", "jan@example.com,guests")
        self.settings["directories"][0]["ldap"]["urls"] = ["ldaps://127.0.0.1:1"]
        self.write_config()
        self.sync(HELD)
        self.assertEqual(self.losses(), [])
        self.assertEqual(self.invitations(), ["jan@example.com"])

    def test_a_group_that_is_gone_from_one_of_two_directories_is_no_answer_there(self):
        self.people("ada")
        self.group("staff", "ada")
        self.csv("gus@example.com,staff", "zoe@example.com,")
        self.directories("corp", "list", rules=[{"group": "staff"}])
        self.seed([member("owner", "admin"), member("ada"), member("gus")])
        self.sync()
        self.csv("gus@example.com,", "zoe@example.com,")
        self.sync(HELD)
        _, plan = self.plan()
        self.assertEqual(self.told(plan), [("list", "staff", "failed")])
        self.settings["limits"]["allow_empty"] = ["staff"]
        self.write_config()
        self.sync()
        self.gone("gus")

    def test_a_name_that_is_there_twice_is_an_error_that_lists_both(self):
        self.people("ada", "bob")
        self.group("staff", "ada")
        suffix = self.directory.suffix
        self.directory.modify(f"dn: cn=staff,ou=people,{suffix}\nchangetype: add\nobjectClass: groupOfNames\n"
                              f"cn: staff\nmember: {self.dn('bob')}\n\n")
        self.export("-LLL")
        self.directories("export", rules=[{"group": "staff"}])
        self.seed([member("owner", "admin"), member("ada")])
        status, plan = self.plan()
        self.assertEqual((status, plan["actions"]), (DEGRADED, []))
        why = [p["why"] for p in plan["problems"] if p["group"] == "staff" and p["state"] == "failed"]
        self.assertEqual(len(why), 1, plan["problems"])
        check = self.seatsync("check")
        self.assertEqual(check.status, FAILED, check)
        self.assertRegex(check.out, r"FAIL +export: group staff +the name is borne by ")
        for dn in (f"cn=staff,ou=people,{suffix}", f"cn=staff,ou=groups,{suffix}"):
            self.assertIn(dn, why[0])
            self.assertIn(dn, check.out)
        self.settings["rules"] = [{"group": f"CN=staff, OU=people,{suffix}"}]
        self.write_config()
        self.assertEqual(self.actions(self.plan()[1]), [("invite", "bob@example.com")])

    def test_one_directory_alone_is_named_when_nothing_could_be_read(self):
        self.csv("ada@example.com,staff")
        self.directories("corp", "list", rules=[{"group": "staff"}])
        self.seed([member("owner", "admin")])
        self.settings["directories"][0]["ldap"]["urls"] = ["ldaps://127.0.0.1:1"]
        self.file("list.csv", "")
        self.write_config()
        result = self.seatsync("sync")
        self.assertEqual(result.status, FAILED, result)
        for said in ("directory corp", "directory list", "nothing was changed"):
            self.assertIn(said, result.err)


if __name__ == "__main__":
    main()
