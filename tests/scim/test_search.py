#!/usr/bin/env python3
"""Filters in the body of POST .search (RFC 7644 3.4.3), for servers that refuse them in a URL."""

from scene import AGREES, FAILED, HELD, ScimScene, main
from stub import Answer, error

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
NOBODY = 'id eq "nobody: seatsync proves that this is a search"'
STAFF = ("ada", "bob", "cem")
REFUSALS = {"creates": "201: the server took it for a new resource and made one; no other was sent",
            "deaf": "200: the answer has resources that were not asked for: the server ignores the filter",
            None: "404: no such endpoint"}


class Search(ScimScene):
    def company(self, **scim):
        for name in STAFF:
            self.stub.user(name, externalId=f"e-{name}")
        self.stub.group("staff", *STAFF)
        self.stub.user_filter = self.stub.member_filter = True
        self.stub.sensitive, self.stub.search = True, "list"
        self.seed([{"email": "owner@example.com", "role": "admin", "seat": False}], seats=100)
        self.config(rules=[{"group": "staff"}], top={
            "limits": {"removals_percent": "100%"}, "leavers": {"runs": 1, "grace": "0s"}}, **scim)

    def bodies(self):
        found, self.stub.searches = self.stub.searches, []
        return found

    def leaves(self, name):
        del self.stub.users[f"u-{name}"]
        group = self.stub.groups["g-staff"]
        group["members"] = [m for m in group["members"] if m["value"] != f"u-{name}"]


class Post(Search):
    def test_members_by_a_filter_on_users(self):
        self.company(membership="users_filter", search="post", page_size=2)
        self.assertEqual(self.read(), list(STAFF))
        proof, *pages = self.bodies()
        self.assertEqual(proof, {"schemas": [SEARCH], "filter": NOBODY, "startIndex": 1, "count": 1})
        wanted = 'groups.value eq "g-staff"'
        self.assertEqual(pages, [{"schemas": [SEARCH], "filter": wanted, "startIndex": n, "count": 2} for n in (1, 3)])
        self.assertEqual([r for r in self.stub.requests if "filter" in r or "POST" in r],
                         ["POST /Users/.search"] * 3)

    def test_members_by_a_filter_on_groups(self):
        self.company(membership="members_filter", search="post")
        self.assertEqual(self.read(), list(STAFF))
        self.assertEqual(sorted(body["filter"] for body in self.bodies()[1:]),
                         [f'id eq "g-staff" and members eq "u-{name}"' for name in STAFF])
        self.assertEqual([r for r in self.stub.requests if "filter" in r], [])

    def test_who_is_missing_by_external_id(self):
        self.company(id="externalId", search="post")
        self.sync()
        self.accept_all()
        self.sync()
        self.assertEqual(self.bodies(), [])  # nobody was missing: nothing to ask for
        self.leaves("bob")
        self.sync()
        self.assertNotIn("bob@example.com", self.members())
        proof, control, asked = self.bodies()
        self.assertEqual(proof["filter"], NOBODY)
        self.assertIn(control["filter"], ('externalId eq "e-ada"', 'externalId eq "e-cem"'))
        self.assertEqual(asked, {"schemas": [SEARCH], "filter": 'externalId eq "e-bob"', "startIndex": 1, "count": 2})
        self.assert_agrees()

    def test_a_filter_that_is_not_known_is_word_of_a_search(self):
        self.company(membership="users_filter", search="post")
        self.stub.rule(lambda r: r.path == "/Users/.search" and r.nr == 0 and not self.stub.searches.append({})
                       and error(400, "not by id", "invalidFilter"))
        self.assertEqual(self.read(), list(STAFF))

    def test_check_says_what_it_relies_on(self):
        self.company(membership="users_filter", search="post")
        said = self.seatsync("check")
        self.assertEqual(said.status, AGREES, said)
        self.assertIn("filters go in the body of POST .search; it was tried, the server searched and made nothing "
                      "of it; that this stays so is relied on", said.out)
        self.company(search="post")
        self.assertIn("post, and of no use: scim.id and scim.membership need no filter", self.seatsync("check").out)


class Refused(Search):
    def test_a_server_that_makes_a_user_of_it_is_asked_once_and_never_again(self):
        for way in ("users_filter", "members_filter"):
            for search, why in REFUSALS.items():
                with self.subTest(way=way, search=search):
                    self.company(membership=way, search="post")
                    self.stub.search = search
                    path = "/Users/.search" if way == "users_filter" else "/Groups/.search"
                    self.refused(f"POST {path} is no search on this server: {why}", "set scim.search: get")
                    self.assertEqual(len(self.bodies()), 1)
        self.stub.search = "creates"
        result = self.refused("hint: remove what it made, id made-1, and set scim.search: get")
        self.assertNotIn("filter is needed", result.err)

    def test_an_answer_that_is_no_list(self):
        self.company(membership="users_filter", search="post")
        for answer, why in ((Answer(200, {"totalResults": 0}), "the answer is no list"),
                            (Answer(200, "<html>", "text/html"), "the answer is no list"),
                            (Answer(200, {"id": "u-new", "userName": ""}), "made one"),
                            (error(400, "userName is missing", "invalidValue"), "userName is missing (invalidValue)"),
                            (Answer(302, "", headers=[("Location", "/login")]), "redirected to /login")):
            with self.subTest(why=why):
                self.stub.rules = [lambda r, a=answer: r.path == "/Users/.search" and a]
                self.refused(why)

    def test_nobody_goes_who_cannot_be_asked_for(self):
        self.company(id="externalId", search="post")
        self.sync()
        self.accept_all()
        self.sync()
        self.leaves("bob")
        for search, why in REFUSALS.items():
            with self.subTest(search=search):
                self.stub.search = search
                status, plan = self.plan()
                self.assertEqual(status, HELD, plan)
                self.assertIn(why, self.problems(plan))
                self.assertEqual(len(self.bodies()), 1)
        self.assertEqual(self.losses(), [])

    def test_check_tells(self):
        self.company(membership="users_filter", search="post")
        self.stub.search = "creates"
        said = self.seatsync("check")
        self.assertEqual(said.status, FAILED, said)
        self.assertIn("made one", said.out)
        self.assertEqual(len(self.bodies()), 1)
        self.company(id="externalId", search="post")
        self.stub.search = None
        said = self.seatsync("check")
        self.assertEqual(said.status, FAILED, said)
        self.assertIn("POST /Users/.search is no search on this server: 404", said.out)


class Get(Search):
    def test_a_server_that_refuses_ids_in_a_url_is_named_the_key(self):
        for way in ("users_filter", "members_filter"):
            with self.subTest(way=way):
                self.company(membership=way)
                self.refused("403: no ids in URLs (sensitive)", "hint: set scim.search: post")
        self.company(id="externalId")
        self.sync()
        self.accept_all()
        self.sync()
        self.leaves("bob")
        status, plan = self.plan()
        self.assertEqual(status, HELD, plan)
        self.assertIn("403: no ids in URLs (sensitive); try scim.search: post", self.problems(plan))
        self.assertEqual(self.bodies(), [])


if __name__ == "__main__":
    main()
