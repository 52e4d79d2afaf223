#!/usr/bin/env python3
"""What one reading says and the next takes back: replicas that lag, losses in masses, two rules for one person.

Names begin with the fault's id in CONTRIBUTING.md.
"""

import json

from harness import AGREES, HELD, HOUR, PENDING, Directory, Scene, main

STAFF = [f"p{i:02d}" for i in range(30)]
OWNER = {"email": "owner@example.com", "role": "admin"}


def mail(name):
    return f"{name}@example.com"


class Replicas(Scene):
    def test_D18_a_replica_that_lags_removes_nobody(self):
        """dan has left on one server and not yet on the other; runs ask now this one, now that."""
        behind = Directory()
        self.addCleanup(behind.strike)
        for server in (self.directory, behind):
            mine, self.directory = self.directory, server
            self.people("ada", "bob", "dan")
            self.group("staff", "ada", "bob", "dan")
            self.directory = mine
        self.leave("staff", "dan")
        people = {"base": f"ou=people,{self.directory.suffix}", "filter": "(objectClass=inetOrgPerson)", "id": "uid"}
        self.config(rules=[{"group": "staff", "seat": True}], limits={"removals_percent": "100%"},
                    ldap={"people": people})
        self.seed([OWNER, *({"email": mail(n), "role": "member", "seat": True} for n in ("ada", "bob", "dan"))])

        def run_on(server):
            self.settings["directories"][0]["ldap"]["urls"] = [server.env["LDAP_URL"]]
            self.write_config()
            self.sync()

        run_on(behind)
        for _ in range(3):
            run_on(self.directory)  # the leaving is counted once, and the grace begins
            self.assertEqual(self.members()[mail("dan")], ("member", False))
            self.advance(23 * HOUR)
            run_on(behind)          # ... and is over: dan is there
            self.assertEqual(self.members()[mail("dan")], ("member", True))
            self.advance(2 * HOUR)
        self.assertNotIn(("remove", mail("dan")), self.writes())
        run_on(self.directory)      # in step at last
        self.advance(25 * HOUR)
        self.sync()
        self.assertNotIn(mail("dan"), self.members())
        self.assert_agrees()


class Reasons(Scene):
    def test_a_release_covers_the_losses_that_the_hold_showed(self):
        """bob's seat was to go, and was released; before a run could do it bob left altogether."""
        self.people("ada", "bob")
        self.group("staff", "ada", "bob")
        self.group("guests", "ada", "bob")
        self.config(rules=[{"group": "staff", "seat": True}, {"group": "guests"}], limits={"removals": 0})
        self.seed([OWNER, *({"email": mail(n), "role": "member", "seat": True} for n in ("ada", "bob"))])
        self.sync()
        self.leave("staff", "bob")
        self.sync(HELD)
        seat = self.held()
        self.assertEqual(self.seatsync("release", seat).status, AGREES)
        self.leave("guests", "bob")
        self.sync(HELD)
        leaving = self.held()
        self.assertNotEqual(leaving, seat, "a hold of its own asks anew")
        self.assertEqual(self.members()[mail("bob")], ("member", True))
        self.assertEqual(self.seatsync("release", leaving).status, AGREES)
        self.sync()
        self.assertEqual(self.members()[mail("bob")], ("member", False))
        self.advance(25 * HOUR)
        self.sync()
        self.assertNotIn(mail("bob"), self.members())
        self.assert_agrees()

    def held(self):
        hold, = {a["hold"] for a in self.plan()[1]["held"]}
        return hold


class Masses(Scene):
    def test_D19_half_the_people_leave_at_once_and_are_held(self):
        self.people(*STAFF)
        self.group("staff", *STAFF)
        self.config(rules=[{"group": "staff", "seat": True}])
        self.seed([OWNER, *({"email": mail(n), "role": "member", "seat": True} for n in STAFF)])
        self.sync()
        self.control("DELETE", "/requests")
        gone = STAFF[:16]  # of fewer than 50 half may
        self.leave("staff", *gone)
        result = self.seatsync("sync")
        self.assertEqual(result.status, HELD, result)
        self.assertEqual(self.writes(), [], "nobody is picked at random")
        result = self.seatsync("holds", "--json")
        hold = json.loads(result.out)["holds"][0]
        listed = self.seatsync("holds").out
        for name in gone:
            self.assertIn(mail(name), listed)
        self.assertNotIn(mail(STAFF[16]), listed)
        self.assertIn("release", self.seatsync("plan").out)
        self.assertEqual(self.seatsync("release", hold["id"]).status, AGREES)
        self.sync()
        self.assertEqual({name for name, (_, seat) in self.members().items() if not seat},
                         {OWNER["email"], *map(mail, gone)})
        self.assert_agrees()


class Rules(Scene):
    def test_C5_two_groups_of_one_person_the_first_role_named_wins(self):
        self.people("ada", "bob")
        self.group("leads", "ada")
        self.group("staff", "ada", "bob")
        lead, staff = {"group": "leads", "role": "admin"}, {"group": "staff", "role": "billing_manager", "seat": True}
        for rules, role in (([lead, staff], "admin"), ([staff, lead], "billing_manager")):
            with self.subTest(role):
                self.control("POST", "/reset")
                self.seed([OWNER])
                self.config(rules=rules)
                status, plan = self.plan()
                self.assertEqual(status, PENDING)
                ada = [a for a in plan["actions"] if a["email"] == mail("ada")]
                self.assertEqual([(a["action"], a["role"]) for a in ada], [("invite", role)])
                self.assertIn(f"is in {rules[0]['group']} (rule 1): {role}", self.seatsync("plan").out)

    def test_H12_formats_in_names_are_text(self):
        word = "%n%s%x%999999999d"
        self.person("eve", mail=mail("%n%s%x"), givenName=word)
        self.group(word, "eve")
        self.config(rules=[{"group": word, "seat": True}])
        self.seed([OWNER])
        for words in (["plan"], ["plan", "--json"], ["--log-format", "json", "sync"], ["explain", mail("%n%s%x")],
                      ["history"], ["invitations"], ["status"]):
            result = self.seatsync(*words)
            self.assertLess(len(result.out), 20000)
            if words[0] != "status":
                self.assertIn("%n%s%x", result.out + result.err, words)
            self.assertIn(result.status, (AGREES, PENDING), result)
        self.assertEqual(self.invitations(), [mail("%n%s%x")])
        self.assert_agrees()


if __name__ == "__main__":
    main()
