#!/usr/bin/env python3
"""Fault D20: people who must always be in a directory, or in a group, and are missing."""

import pathlib
import tempfile

from harness import AGREES, CONFIG, DEGRADED, FAILED, HELD, Scene, main
from test_sources import Sources, member

# The reader does not see entries that say so; the server answers with success all the same.
HIDING = """access to filter=(description=hidden)
	by dn.exact="cn=seatsync,ou=services,dc=example,dc=com" none
	by * break
"""
NAMES = ("ada", "bob", "cem")


class Canaries(Sources):
    @classmethod
    def setUpClass(cls):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
            conf.write(HIDING)
            conf.flush()
            cls.slapd_options = ("--dbconf", conf.name)
            super().setUpClass()

    def setUp(self):
        super().setUp()
        self.people(*NAMES)
        self.group("staff", *NAMES)
        self.group("inner", "ada")
        self.group("outer", "@inner")
        self.seed([member("owner", "admin"), member("owner2", "admin"), *map(member, NAMES)])

    def change(self, uid, lines):
        self.directory.modify(f"dn: {self.dn(uid)}\nchangetype: modify\n{lines}\n\n")

    def sources(self, name, *canaries, rules=({"group": "staff"},)):
        self.directories(name, rules=rules)
        self.settings["directories"][0]["canaries"] = [
            dict(zip(("person", "group"), canary.split(" in "))) for canary in canaries]
        if name == "export":
            self.settings["directories"][0]["ldif"]["groups"] = {"missing": "gone"}
        self.write_config()

    def assert_held(self, said, place=None):
        """Nobody lost anything; plan, sync, status and explain name the canary."""
        status, plan = self.plan()
        self.assertEqual(status, HELD, plan)
        self.assertFalse(plan["complete"])
        self.assertIn(said, str(self.problems(plan)))
        self.assertIn((self.settings["directories"][0]["name"], place, "partial"), self.told(plan))
        self.assertIn(said, self.seatsync("plan").out)
        self.sync(HELD)
        self.assertEqual(self.losses(), [])
        self.assertIn(said, self.seatsync("status").out)
        self.assertIn(said, self.seatsync("explain", "bob@example.com").out)


class Ldap(Canaries):
    def test_D20_entries_are_hidden_and_the_server_says_success(self):
        self.sources("corp", "cem@example.com")
        self.sync()
        self.change("bob", "add: description\ndescription: hidden")
        self.change("cem", "add: description\ndescription: hidden")
        self.person("dan")
        self.join("staff", "dan")
        self.assert_held("the canary cem@example.com is not in the directory")
        self.assertEqual(self.invitations(), ["dan@example.com"])  # adds go on
        self.assertEqual(self.seatsync("release", self.hold()).status, FAILED)
        self.change("cem", "delete: description")
        self.sync()
        self.gone("bob")
        self.assert_agrees()

    def hold(self):
        return self.seatsync("holds", "--json").json()["holds"][0]["id"]

    def test_D20_a_disabled_canary_is_a_missing_one(self):
        self.sources("corp", "CEM@Example.com")
        self.sync()
        for uid in ("bob", "cem"):
            self.change(uid, "replace: employeeType\nemployeeType: true")
        self.assert_held("the canary CEM@Example.com is disabled")
        self.change("cem", "delete: employeeType")
        self.sync()
        self.gone("bob")

    def test_D20_a_group_without_its_canary(self):
        self.sources("corp", "cem@example.com in staff", "ada@example.com in outer")
        self.sync()
        self.leave("staff", "bob", "cem")
        self.assert_held("the canary cem@example.com is not in the group staff", "staff")
        self.join("staff", "cem")
        self.sync()
        self.gone("bob")
        self.leave("inner", "ada")  # a group inside counts, and no rule names it
        self.join("inner", "cem")
        result = self.seatsync("sync")
        self.assertEqual(result.status, DEGRADED, result)
        self.assertIn("ada@example.com is not in the group outer", result.err)

    def test_check_shows_each_canary(self):
        self.sources("corp", "ada@example.com", "ada@example.com in outer", "nobody@example.com",
                     "bob@example.com in outer", "ada@example.com in unheard-of",
                     f"ada@example.com in cn=inner,ou=groups,{self.directory.suffix}")
        result = self.seatsync("check")
        self.assertEqual(result.status, FAILED, result)
        lines = [" ".join(line.split()) for line in result.out.splitlines() if ": canary" in line]
        self.assertEqual(lines, [
            "ok corp: canary ada@example.com is there",
            "ok corp: canary ada@example.com is there, and in the group outer",
            "FAIL corp: canary nobody@example.com is not in the directory; while that is so nobody loses "
            "anything that rests on this directory",
            "FAIL corp: canary bob@example.com is not in the group outer; while that is so nobody loses anything "
            "that rests on this group",
            "FAIL corp: canary ada@example.com has no group unheard-of to be in; while that is so nobody loses "
            "anything that rests on this directory",
            f"ok corp: canary ada@example.com is there, and in the group cn=inner,ou=groups,{self.directory.suffix}"])
        self.assertIn("hint: find out what is not read, or correct or replace this canary", result.out)
        self.assertNotIn("group unheard-of  was", result.out)


class Ldif(Canaries):
    def export_without(self, *uids):
        entries = pathlib.Path(self.export("-LLL")).read_text(encoding="utf-8").split("\n\n")
        self.file("export.ldif", "\n\n".join(
            entry for entry in entries if not entry.startswith(tuple(f"dn: uid={uid}," for uid in uids))))

    def test_D20_an_export_that_lacks_a_branch(self):
        self.export("-LLL")
        self.sources("export", "cem@example.com")
        self.sync()
        self.export_without("bob", "cem")
        self.assert_held("the canary cem@example.com is not in the directory")
        self.export_without("bob")
        self.sync()
        self.gone("bob")
        self.assert_agrees()

    def test_D20_known_by_the_id(self):
        path = pathlib.Path(self.export("-LLL"))
        uuid = path.read_text(encoding="utf-8").split("uid: cem")[1].split("entryUUID: ")[1].split()[0]
        self.sources("export", f"{uuid} in staff")
        self.sync()
        self.change("cem", "replace: mail\nmail: cem.new@example.com")
        self.leave("staff", "bob")
        self.export("-LLL")
        self.sync()
        self.gone("bob")
        self.leave("staff", "cem")
        self.export("-LLL")
        self.seatsync("sync")
        self.assertEqual(self.losses(), ["remove"])

    def test_a_csv_file_too(self):
        self.csv("ada@example.com,staff", "bob@example.com,staff", "cem@example.com,staff")
        self.sources("list", "cem@example.com in staff")
        self.sync()
        self.csv("ada@example.com,staff", "cem@example.com,other")
        self.assert_held("the canary cem@example.com is not in the group staff", "staff")
        self.csv("ada@example.com,staff", "cem@example.com,staff")
        self.sync()
        self.gone("bob")


class Config(Scene):
    def test_what_is_wrong_is_told_with_its_place(self):
        self.config(rules=[{"group": "staff"}])
        self.settings["directories"][0]["canaries"] = [{"person": "ada@example.com", "group": "st*"}, {"group": "x"},
                                                       {"person": "", "who": "x"}]
        self.write_config()
        result = self.seatsync("check", "--offline")
        self.assertEqual(result.status, CONFIG, result)
        for said in ("canaries[0].group: is a glob where one group is wanted", "canaries[1].person: is missing",
                     "canaries[2].person: is empty", "canaries[2].who: is no known key"):
            self.assertIn(said, result.out)
        self.settings["directories"][0]["canaries"] = [{"person": f"p{i}@example.com"} for i in range(17)]
        self.write_config()
        self.assertIn("canaries: has more than 16 entries", self.seatsync("check", "--offline").out)
        self.settings["directories"][0]["canaries"] = []
        self.write_config()
        self.assertEqual(self.seatsync("check", "--offline").status, AGREES)


if __name__ == "__main__":
    main()
