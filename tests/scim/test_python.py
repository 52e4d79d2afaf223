#!/usr/bin/env python3
"""Against scim2-server, which is written in Python by people who test SCIM servers: servers.py has it.

It counts the resources of each page as totalResults, and says that it can sort and answers 500 when
asked to. So what is on one page is read whole, and nothing beyond it ever is.
"""

import servers
from scene import DEGRADED, FAILED, RealScene, mail, user


class Scim2(RealScene):
    NR = 40  # its pages have fifty at most

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = servers.Scim2()
        cls.addClassCleanup(cls.server.stop)
        people = [(cls.server.user(userName=mail(i), **user(i)), "User") for i in range(1, cls.NR + 1)]
        inner = cls.server.group("inner", *people[cls.NR // 2:])
        cls.server.group("everybody", *people[:cls.NR // 2], (inner, "Group"))

    def test_everybody_is_read(self):
        for way in ("list", "list_attributes", "group", "group_attributes"):
            with self.subTest(way=way):
                self.assert_read(membership=way)

    def test_S1_each_page_is_counted_by_itself(self):
        """Who was seen is in; that nobody is missing cannot be shown."""
        self.company(page_size=15)
        status, plan = self.plan()
        self.assertEqual(status, DEGRADED, plan)
        self.assertIn("the list of users cannot be proved whole, as the server counts each page by itself: "
                      "totalResults was 15, then 10", self.problems(plan))
        self.assertEqual(sorted(a["email"].partition("@")[0] for a in plan["actions"]), self.names())

    def test_by_external_id(self):
        self.assert_read(id="externalId")

    def test_check_tells_the_ways(self):
        self.company()
        said = self.seatsync("check")
        self.assertEqual(said.status, 0, said)
        self.assertIn(f"{self.NR} found, {self.NR} with an e-mail address, {self.NR // 10} disabled", said.out)
        self.assertIn("members of inner: list 20, list_attributes 20, group 20, group_attributes 20, ", said.out)

    def test_a_search_that_fails_is_given_up(self):
        self.company(id="externalId", search="post")
        said = self.seatsync("check")
        self.assertEqual(said.status, FAILED, said)
        self.assertIn("POST /Users/.search is no search on this server: 500: ", said.out)
        self.assertEqual(len(self.server.call("GET", "/Users")["Resources"]), self.NR)

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
        self.members_of("leaver", "stays")
        self.server.call("DELETE", f"/Users/{leaver}")
        self.sync()
        self.assertEqual(sorted(self.members()), ["owner@example.com", "stays@corp.example"])
        self.assert_agrees()


if __name__ == "__main__":
    servers.main()
