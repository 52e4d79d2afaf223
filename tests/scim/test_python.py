#!/usr/bin/env python3
"""Against scim2-server, which is written in Python by people who test SCIM servers: servers.py has it.

It counts the resources of each page as totalResults, and says that it can sort and answers 500 when
asked to. So what is on one page is read whole, and nothing beyond it ever is.
"""

import servers
from scene import DEGRADED, ScimScene

RULES = [{"group": "everybody"}]
NR = 40  # its pages have fifty at most


def mail(i):
    return f"u{i:03}@corp.example"


class Scim2(ScimScene):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = servers.Scim2()
        cls.addClassCleanup(cls.server.stop)
        cls.ids = [cls.server.user(
            userName=f"u{i:03}", externalId=f"e-{i}", active=i % 10 != 0, name={"givenName": "Zoë", "familyName": "É"},
            emails=[{"value": f"private{i}@home.example", "type": "home"},
                    {"value": mail(i), "type": "work", "primary": True}]) for i in range(1, NR + 1)]
        people = [(one, "User") for one in cls.ids]
        inner = cls.server.group("inner", *people[NR // 2:])
        cls.server.group("everybody", *people[:NR // 2], (inner, "Group"))

    def make_server(self):
        return self.server

    def setUp(self):
        super().setUp()
        self.seed([], seats=0)

    def company(self, **scim):
        self.config(rules=RULES, top={"invitations": {"per_day": 1000}}, **scim)

    @staticmethod
    def names():
        return [mail(i).partition("@")[0] for i in range(1, NR + 1) if i % 10]

    def test_everybody_is_read(self):
        for way in ("list", "list_attributes", "group", "group_attributes"):
            with self.subTest(way=way):
                self.company(membership=way)
                self.assertEqual(self.read(), self.names())

    def test_S1_each_page_is_counted_by_itself(self):
        """Who was seen is in; that nobody is missing cannot be shown."""
        self.config(rules=RULES, page_size=15)
        status, plan = self.plan()
        self.assertEqual(status, DEGRADED, plan)
        self.assertIn("the list of users cannot be proved whole, as the server counts each page by itself: "
                      "totalResults was 15, then 10", self.problems(plan))
        self.assertEqual(sorted(a["email"].partition("@")[0] for a in plan["actions"]), self.names())

    def test_by_external_id(self):
        self.company(id="externalId")
        self.assertEqual(self.read(), self.names())

    def test_check_tells_the_ways(self):
        self.company()
        said = self.seatsync("check")
        self.assertEqual(said.status, 0, said)
        self.assertIn(f"{NR} found, {NR} with an e-mail address, {NR // 10} disabled", said.out)
        self.assertIn("members of inner: list 20, list_attributes 20, group 20, group_attributes 20, ", said.out)

    def test_wrong_token(self):
        self.company()
        self.secret("scim-token", "another")
        self.refused("401", "check the token")

    def test_wrong_path(self):
        self.company(url=self.server.url + "/scim")
        self.refused("404", "check scim.url")

    def test_who_is_deleted_goes(self):
        leaver = self.server.user(userName="leaver", emails=[{"value": "leaver@corp.example"}])
        stays = self.server.user(userName="stays", emails=[{"value": "stays@corp.example"}])
        self.server.group("team", (leaver, "User"), (stays, "User"))
        self.addCleanup(self.server.call, "DELETE", f"/Users/{stays}")
        self.config(rules=[{"group": "team"}], top={
            "limits": {"removals_percent": "100%"}, "leavers": {"runs": 1, "grace": "0s"}})
        self.seed([{"email": "owner@example.com", "role": "admin", "seat": False},
                   {"email": "leaver@corp.example", "role": "member", "seat": False},
                   {"email": "stays@corp.example", "role": "member", "seat": False}], seats=5)
        self.sync()
        self.server.call("DELETE", f"/Users/{leaver}")
        self.sync()
        self.assertEqual(sorted(self.members()), ["owner@example.com", "stays@corp.example"])
        self.assert_agrees()


if __name__ == "__main__":
    servers.main()
