#!/usr/bin/env python3
"""Against SCIM servers that nobody here wrote: servers.py says where they come from."""

import pki
import servers
from scene import AGREES, FAILED, RealScene, mail, user


def users(nr):
    return [{"id": f"u {i:03}/+", "userName": mail(i), **user(i)} for i in range(1, nr + 1)]


def groups(people):
    half = len(people) // 2
    return [{"id": "g-inner", "displayName": "inner", "members": [{"value": u["id"]} for u in people[half:]]},
            {"id": "g-empty", "displayName": "empty"},
            {"id": "g-all", "displayName": "everybody", "members": [
                *({"value": u["id"]} for u in people[:half]), {"value": "g-inner", "type": "Group"}]}]


class Scimmy4(RealScene):
    NR = 130

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = users(cls.NR)
        cls.server = servers.Scimmy("4.22.3", people, groups(people))
        cls.addClassCleanup(cls.server.stop)
        cls.pki = pki.make(f"{cls.sim.folder.name}/scim-pki")
        cls.nginx = servers.Nginx(cls.server, cls.pki)
        cls.addClassCleanup(cls.nginx.stop)

    def test_everybody_is_read(self):
        for way in ("list", "list_attributes", "group"):
            with self.subTest(way=way):
                self.assert_read(membership=way, page_size=30)

    def test_check_tells_the_ways(self):
        self.company()
        said = self.seatsync("check")
        self.assertEqual(said.status, 0, said)
        self.assertIn("members of inner: list 65, list_attributes 65, group 65, group_attributes 65, ", said.out)

    def test_behind_nginx_with_certificates_and_gzip(self):
        self.assert_read(url=self.nginx.url("tls"), ca_file=f"{self.pki}/ca.pem", cert_file=f"{self.pki}/client.pem",
                         key_file=f"{self.pki}/client.key")
        self.company(url=self.nginx.url("tls"), ca_file=f"{self.pki}/ca.pem")
        self.refused("400: the server wants a client certificate", "set scim.cert_file")

    def test_behind_nginx_that_says_429(self):
        self.assert_read(url=self.nginx.url("slow"), page_size=50)

    def test_behind_nginx_that_redirects(self):
        self.company(url=self.nginx.url("moved"))
        self.refused("308: redirected to http://127.0.0.1:", "set scim.url")


class ScimmySearch(RealScene):
    """It searches by POST, too: whoever is missing is asked for by a filter that no URL shows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = users(3)
        cls.server = servers.Scimmy("4.22.3", people, [
            {"id": "g-team", "displayName": "team", "members": [{"value": u["id"]} for u in people]}])
        cls.addClassCleanup(cls.server.stop)

    def test_who_is_deleted_is_searched_for_and_goes(self):
        self.members_of("u001", "u002", "u003", id="externalId", search="post")
        said = self.seatsync("check")
        self.assertEqual(said.status, AGREES, said)
        self.assertIn("the server searched and made nothing of it", said.out)
        self.server.call("DELETE", "/Users/u%20002%2F%2B")
        self.sync()
        self.assertEqual(sorted(self.members()), ["owner@example.com", mail(1), mail(3)])
        self.assertEqual(self.server.call("GET", "/Users")["totalResults"], 2)
        self.assert_agrees()


class Scimmy5(RealScene):
    """On express 5 it ignores startIndex and count: twenty users, whatever is asked for."""

    NR = 50

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = users(cls.NR)
        cls.server = servers.Scimmy("5.3.0", people, groups(people))
        cls.addClassCleanup(cls.server.stop)

    def test_paging_that_is_ignored_is_refused(self):
        for size in (100, 20, 7):
            with self.subTest(size=size):
                self.company(page_size=size)
                self.refused("the list of users: the answer", "the server ignores startIndex")


class BetterAuth(RealScene):
    NR = 105  # more than its pages hold

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = servers.BetterAuth()
        cls.addClassCleanup(cls.server.stop)
        cls.ids = [cls.server.user(**{k: v for k, v in user.items() if k != "id"}) for user in users(cls.NR)]
        cls.server.group("everybody", *cls.ids)
        cls.server.group("empty")

    def test_everybody_is_read(self):
        for way in ("list", "group"):
            with self.subTest(way=way):
                self.assert_read(membership=way, page_size=1000)

    def test_check_is_well(self):
        self.company()
        self.assertEqual(self.seatsync("check").status, 0)

    def test_a_search_that_it_does_not_know_is_given_up(self):
        self.company(id="externalId", search="post")
        said = self.seatsync("check")
        self.assertEqual(said.status, FAILED, said)
        self.assertIn("POST /Users/.search is no search on this server: 404: an empty answer", said.out)
        self.assertEqual(self.server.call("GET", "/Users")["totalResults"], self.NR)

    def test_token_that_may_read_users_alone(self):
        self.company()
        self.secret("scim-token", f"users-{servers.TOKEN}")
        self.refused("the list of groups: 403")

    def test_wrong_path(self):
        self.company(url=self.server.url.replace("/scim/v2", "/scim"))
        self.refused("the list of users: 404", "check scim.url")

    def test_who_is_deleted_goes(self):
        one = self.server.user(userName="leaver@corp.example", emails=[{"value": "leaver@corp.example"}])
        self.server.group("team", one)
        self.members_of("leaver")
        self.server.call("DELETE", f"/Users/{one}")
        self.sync()
        self.assertEqual(list(self.members()), ["owner@example.com"])


class BetterAuthSlow(RealScene):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = servers.BetterAuth(limit=True)
        cls.addClassCleanup(cls.server.stop)

    def test_429_with_a_header_of_its_own(self):
        one = self.server.user(userName="ada@corp.example", emails=[{"value": "ada@corp.example"}])
        self.server.group("everybody", one)
        self.company()
        for _ in range(3):
            self.assertEqual(self.read(), ["ada"])


if __name__ == "__main__":
    servers.main()
