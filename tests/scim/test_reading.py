#!/usr/bin/env python3
"""Paging, and the proof that a list is whole.  Names begin with the fault's id where it has one."""

import json
import threading

from scene import DEGRADED, HELD, ScimScene, main
from stub import Answer, error

RULES = [{"group": "staff", "seat": True}]
STAFF = [f"p{i:03}" for i in range(25)]


class Reading(ScimScene):
    def company(self, **scim):
        self.stub.people(*STAFF)
        self.stub.group("staff", *STAFF)
        self.seed([{"email": "owner@example.com", "role": "admin", "seat": False}], seats=100)
        self.config(rules=RULES, **scim)

    def partial(self, *words):
        """The reading is used and not believed: who is there is invited, the rest is unknown."""
        status, plan = self.plan()
        self.assertEqual(status, DEGRADED, plan)
        self.assertFalse(plan["complete"])
        for word in words:
            self.assertIn(word, self.problems(plan))
        return plan


class ByIndex(Reading):
    def test_pages_as_large_as_asked(self):
        self.company(page_size=10)
        self.assertEqual(self.read(), STAFF)
        asked = [r.partition("&")[0] for r in self.asked("/Users")]
        self.assertEqual(asked[0], "/Users?startIndex=1")
        self.assertEqual(sorted(asked[1:]), ["/Users?startIndex=11", "/Users?startIndex=21"])  # side by side

    def test_pages_are_asked_for_side_by_side(self):
        """None of the next four is answered before the others are asked for."""
        together = threading.Barrier(4)

        def rule(r):
            if r.path != "/Users" or r.start not in (4, 7, 10, 13):
                return None
            page = list(self.stub.users.values())[r.start - 1:][:3]
            answer = Answer(200, {"totalResults": 25, "Resources": page})
            answer.after = lambda: together.wait(100)
            return answer
        self.stub.rule(rule)
        self.company(page_size=3)
        self.assertEqual(self.read(), STAFF)
        asked = [int(r.partition("&")[0].partition("=")[2]) for r in self.asked("/Users")]
        self.assertEqual(sorted(asked[:5]), [1, 4, 7, 10, 13])
        self.assertEqual(sorted(asked), list(range(1, 26, 3)))

    def test_pages_of_different_lengths_are_guessed_once(self):
        def rule(r):
            if r.path == "/Users" and r.start % 2 == 0:
                page = list(self.stub.users.values())[r.start - 1:][:2]
                return Answer(200, {"totalResults": 25, "startIndex": r.start, "Resources": page})
            return None
        self.stub.rule(rule)
        self.company(page_size=3)
        self.assertEqual(self.read(), STAFF)
        asked = [int(r.partition("&")[0].partition("=")[2]) for r in self.asked("/Users")]
        self.assertEqual(sorted(asked), sorted([1, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24] + [7, 10, 13]))

    def test_server_caps_the_page(self):
        self.stub.page_cap = 7
        self.company()
        self.assertEqual(self.read(), STAFF)

    def test_server_does_not_page(self):
        self.stub.paging = "none"
        self.company(page_size=100)
        self.assertEqual(self.read(), STAFF)

    def test_total_is_that_of_the_page(self):
        """A last page that was full is looked behind."""
        self.stub.total = lambda kind, nr: min(nr, 10)
        self.company(page_size=10)
        plan = self.partial("says that it has 10")
        self.assertEqual(len(plan["actions"]), 25)

    def count_pages(self):
        """totalResults is the number of resources on the page, whatever else there is."""
        def rule(r):
            page = list(self.stub.users.values())[r.start - 1:][:int(r.query.get("count", 0))]
            return r.path == "/Users" and Answer(200, {"totalResults": len(page), "Resources": page})
        self.stub.rule(rule)

    def test_S1_each_page_is_counted_by_itself(self):
        self.count_pages()
        self.company(page_size=10)
        plan = self.partial("cannot be proved whole, as the server counts each page by itself: totalResults was 10, then 5")
        self.assertEqual(len(plan["actions"]), 25)

    def test_one_page_counted_by_itself_with_nothing_behind(self):
        self.count_pages()
        self.company()
        self.assertEqual(self.read(), STAFF)

    def test_numbers_as_text(self):
        self.stub.number = str
        self.company(page_size=10)
        self.assertEqual(self.read(), STAFF)

    def test_resources_in_lower_case(self):
        self.stub.resources = "resources"
        self.company(page_size=10)
        self.assertEqual(self.read(), STAFF)

    def test_S1_short_page_is_not_the_last(self):
        self.stub.rule(lambda r: None if r.path != "/Users" or r.start != 11 else self.stub.list(
            "Users", list(self.stub.users.values()), type(r)(r.path, r.raw, {**r.query, "count": "3"}, r.headers, r.nr)))
        self.company(page_size=10)
        self.assertEqual(self.read(), STAFF)

    def test_S1_pages_that_overlap(self):
        """A row too early each time: harmless, as ids are counted once; what is lost by it is missed."""
        def overlap(r):
            if r.path != "/Users" or r.start == 1:
                return None
            return self.stub.list("Users", list(self.stub.users.values()), type(r)(
                r.path, r.raw, {**r.query, "startIndex": str(r.start - 1)}, r.headers, r.nr))
        self.stub.rule(overlap)
        self.company(page_size=10)
        self.refused("ignores startIndex")  # it says that it began elsewhere

    def test_S1_overlap_not_said(self):
        def overlap(r):
            if r.path != "/Users" or r.start == 1:
                return None
            page = list(self.stub.users.values())[r.start - 2:r.start + 8]
            return Answer(200, {"totalResults": len(self.stub.users), "Resources": page})
        self.stub.rule(overlap)
        self.company(page_size=10)
        self.assertEqual(self.read(), STAFF)

    def test_S1_a_broken_record_is_dropped_and_counted(self):
        self.stub.rule(lambda r: None if r.path != "/Users" else Answer(200, {
            "totalResults": 25, "Resources": [u for u in list(self.stub.users.values())[r.start - 1:][:10]
                                             if u["id"] != "u-p003"]}))
        self.company(page_size=10)
        plan = self.partial("the list of users has 24 resources, and says that it has 25")
        self.assertEqual(len(plan["actions"]), 25)  # GET by the id finds the member of the group
        self.assertEqual(len(self.asked("/Users/u-p003")), 1)

    def test_S1_total_changes_once(self):
        """The first walk sees it change, the second is whole."""
        def rule(r):  # the pages behind the first come in any order
            changed = r.path == "/Users" and r.start == 11 and not any("=11&" in a for a in self.asked("/Users?"))
            self.stub.total = lambda kind, nr: nr + changed
        self.stub.rule(rule)
        self.company(page_size=10)
        self.assertEqual(self.read(), STAFF)
        self.assertEqual(len(self.asked("/Users")), 6)

    def test_S1_total_changes_always(self):
        self.stub.total = lambda kind, nr: nr + (kind == "Users") * (len(self.asked("/Users")) % 2)
        self.company(page_size=10)
        self.partial("changed while it was read: totalResults was")

    def test_S1_one_synthetic_user(self):
        self.stub.rule(lambda r: r.path == "/Users" and Answer(
            200, {"totalResults": 25, "Resources": [self.stub.users["u-p000"]] if r.start == 1 else []}))
        self.company()
        self.partial("has 1 resources, and says that it has 25")

    def test_S2_no_total(self):
        self.stub.total = lambda kind, nr: None
        self.company()
        self.refused("the list of users: the answer has no totalResults")

    def test_S2_total_is_no_number(self):
        for total in ("many", -1, 2.5, True, [], 10**20):
            with self.subTest(total=total):
                self.stub.rules = [lambda r: r.path == "/Users" and Answer(
                    200, {"totalResults": total, "Resources": []})]
                self.company()
                self.refused("the list of users")

    def test_S2_no_resources_where_there_are_some(self):
        for body in ({"totalResults": 25}, {"totalResults": 25, "Resources": None}, {}, [], "null",
                     {"totalResults": 1, "Resources": {}}, {"totalResults": 1, "Resources": "x"}):
            with self.subTest(body=body):
                self.stub.rules = [lambda r: r.path == "/Users" and Answer(200, body)]
                self.company()
                self.refused("the list of users: the answer")

    def test_S2_nobody_and_no_list(self):
        """RFC 7644 3.4.2 lets Resources out when there are none; nobody is still not whole."""
        for body in ({"totalResults": 0}, {"totalResults": 0, "Resources": None}, {"totalResults": "0", "Resources": []}):
            with self.subTest(body=body):
                self.stub.rules = [lambda r: r.path == "/Users" and Answer(200, body)]
                self.company()
                self.stub.groups["g-staff"]["members"] = []
                self.partial("came back empty")

    def test_S6_start_index_is_ignored(self):
        self.stub.rule(lambda r: r.path == "/Users" and Answer(200, {
            "totalResults": 25, "startIndex": 1, "Resources": list(self.stub.users.values())[:10]}))
        self.company(page_size=10)
        self.refused("the server ignores startIndex")
        self.assertLess(len(self.asked("/Users")), 8)

    def test_S6_start_index_is_ignored_and_not_told(self):
        self.stub.rule(lambda r: r.path == "/Users" and Answer(200, {
            "totalResults": 25, "Resources": list(self.stub.users.values())[:10]}))
        self.company(page_size=10)
        self.refused("repeats what came before: the server ignores startIndex")

    def test_pages_beyond_what_is_kept_are_streamed(self):
        """The next page is asked for early and kept, up to 1 MiB."""
        self.company(page_size=10)
        for user in self.stub.users.values():
            user["title"] = "x" * 200_000
        self.assertEqual(self.read(), STAFF)

    def test_S6_list_comes_round(self):
        """scimmy past the end: the first page again.  Nothing is missing, so it is an end."""
        self.stub.rule(lambda r: r.path == "/Users" and r.start > 25 and Answer(200, {
            "totalResults": 25, "startIndex": r.start, "Resources": list(self.stub.users.values())[:5]}))
        self.company(page_size=5)
        self.assertEqual(self.read(), STAFF)

    def test_too_many(self):
        self.stub.rule(lambda r: r.path == "/Users" and error(400, "too many results", "tooMany"))
        self.company()
        self.refused("too many results (tooMany)")


class ByCursor(Reading):
    def test_only_cursor(self):
        self.stub.paging, self.stub.total = "cursor", lambda kind, nr: None
        self.stub.config = {"pagination": {"cursor": True, "index": False, "maxPageSize": 1000}}
        self.company(page_size=10)
        self.assertEqual(self.read(), STAFF)
        self.assertEqual(self.asked("/Users")[0], "/Users?cursor=&count=10")

    def test_unasked_for(self):
        """nextCursor in an answer to a request by index (RFC 9865 2.3)."""
        self.stub.paging = "cursor"
        self.company(page_size=10)
        self.assertEqual(self.read(), STAFF)

    def test_by_default(self):
        self.stub.paging = "both"
        self.stub.config = {"pagination": {"cursor": True, "index": True, "defaultPaginationMethod": "cursor"}}
        self.company(page_size=10)
        self.assertEqual(self.read(), STAFF)
        self.assertEqual([r for r in self.stub.requests if "startIndex" in r], [])

    def cursors(self, *answers):
        """Each answer: (cursor asked for) -> Answer or (users, next cursor)."""
        def rule(r):
            if r.path != "/Users":
                return None
            users, following = answers[0](r.query.get("cursor"))
            if isinstance(users, Answer):
                return users
            body = {"Resources": [self.stub.users[f"u-{u}"] for u in users]}
            return Answer(200, {**body, **({} if following is None else {"nextCursor": following})})
        self.stub.rule(rule)
        self.company(paging="cursor", page_size=10)

    def test_empty_page_goes_on_and_odd_cursors_are_encoded(self):
        pages = {"": (STAFF[:10], "a+b/=:&? "), "a+b/=:&? ": ([], "%2F"), "%2F": (STAFF[10:], None)}
        self.cursors(lambda cursor: pages[cursor])
        self.assertEqual(self.read(), STAFF)
        self.assertIn("/Users?cursor=a%2Bb%2F%3D%3A%26%3F%20&count=10", self.stub.requests)

    def test_S6_cursor_comes_back(self):
        self.cursors(lambda cursor: (STAFF[:10], {"": "a", "a": "b", "b": "a"}[cursor]))
        self.refused("has a nextCursor that came before")

    def test_S6_cursor_is_none(self):
        for odd in ("", 5, [], True):
            with self.subTest(odd=odd):
                self.stub.rules = []
                self.cursors(lambda cursor: (STAFF[:10], odd))
                self.refused("has a nextCursor that is none")

    def test_S7_cursor_expires_once(self):
        def answer(cursor):
            if cursor == "b" and len(self.asked("/Users")) == 1:
                return error(400, "the cursor has expired", "expiredCursor"), None
            return {"": (STAFF[:10], "b"), "b": (STAFF[10:], None)}[cursor]
        self.cursors(answer)
        self.assertEqual(self.read(), STAFF)
        self.assertEqual(len(self.asked("/Users")), 4)

    def test_S7_cursor_expires_always(self):
        self.cursors(lambda cursor: (STAFF[:10], "b") if not cursor else
                     (error(400, "the cursor has expired", "expiredCursor"), None))
        self.refused("expired")

    def test_count_too_large(self):
        """invalidCount: then as many as the server says (RFC 9865 2.1)."""
        self.stub.config = {"pagination": {"cursor": True, "index": False, "maxPageSize": 10}}
        self.stub.paging = "cursor"
        self.stub.rule(lambda r: int(r.query.get("count", 0)) > 10 and error(400, "count", "invalidCount"))
        self.company(page_size=50)
        self.assertEqual(self.read(), STAFF)

    def test_total_is_held_against_it(self):
        self.stub.paging, self.stub.total = "cursor", lambda kind, nr: nr + 1
        self.company(paging="cursor", page_size=10)
        self.partial("has 25 resources, and says that it has 26")


class Drift(Reading):
    """Rows deleted behind the walker: the next page begins too late, and living people are not seen."""

    def managed(self, **scim):
        self.company(page_size=5, **scim)
        self.seed([{"email": "owner@example.com", "role": "admin", "seat": False},
                   *({"email": f"{p}@example.com", "role": "member", "seat": True} for p in STAFF)], seats=100)
        self.settings["limits"] = {"removals_percent": "100%", "removals": 1000}
        self.settings["leavers"] = {"runs": 1, "grace": "0s"}
        self.write_config()
        self.sync()
        self.assertEqual(len(self.members()), 26)

    def delete(self, *names):
        for name in names:
            self.stub.users.pop(f"u-{name}", None)
            for group in self.stub.groups.values():
                group["members"] = [m for m in group["members"] if m["value"] != f"u-{name}"]

    def test_S1_deletions_while_paging_hold_every_loss(self):
        self.managed()
        self.stub.people(*(f"z{i}" for i in range(30)))
        doomed = iter([f"z{i}" for i in range(30)] * 2)

        def drift(r):  # with each page one goes that was read already: the walk never ends as it began
            if r.path == "/Users" and r.start > 1:
                self.delete(next(iter(self.stub.users))[2:] if r.start < 12 else next(doomed))
        self.stub.rule(drift)
        result = self.seatsync("sync")
        self.assertIn(result.status, (HELD, DEGRADED), result)
        self.assertEqual(self.losses(), [])
        status, plan = self.plan()
        self.assertFalse(plan["complete"])
        self.assertIn("changed while it was read", self.problems(plan))
        self.assertEqual(status, HELD)
        self.assertEqual(self.losses(), [])

    def test_S1_one_goes_and_one_comes(self):
        """Every number agrees, and somebody is hidden: found by asking for the id."""
        self.managed()
        hidden, walks = STAFF[5], []

        def swap(r):  # the first page shows all, each of the others, in any order, what is after the change
            if r.path == "/Users" and r.start > 1:
                self.stub.users.pop("u-p000", None)
                self.stub.user(f"new{len(walks)}")
            if r.path == "/Users" and r.start == 1:
                walks.append(r)
                self.stub.users = {"u-p000": {**self.stub.users["u-p001"], "id": "u-p000"}, **self.stub.users}
                for name in [n for n in self.stub.users if n.startswith("u-new")]:
                    del self.stub.users[name]
            return None
        self.stub.rule(swap)
        # no group shows them either: all rests on the list
        self.stub.groups["g-staff"]["members"] = [m for m in self.stub.groups["g-staff"]["members"]
                                                  if m["value"] != f"u-{hidden}"]
        status, plan = self.plan()
        self.assertIn(f"user u-{hidden} is there, and not in the list of users", self.problems(plan))
        self.assertEqual(status, HELD)
        self.seatsync("sync")
        self.assertEqual(self.losses(), [])

    def test_gone_is_confirmed_and_goes(self):
        self.managed()
        self.delete("p007")
        self.sync()
        self.assertNotIn("p007@example.com", self.members())
        self.assertEqual([r for r in self.asked("/Users/") if "p007" in r], ["/Users/u-p007"])
        self.assert_agrees()

    def test_D20_not_without_its_canary(self):
        self.managed(membership="group")
        self.settings["directories"][0]["canaries"] = [{"person": "u-p003", "group": "staff"}]
        self.write_config()
        canary = self.stub.users["u-p003"]
        self.delete("p003")
        self.delete("p007")
        status, plan = self.plan()
        self.assertEqual(status, HELD, plan)
        self.assertIn("the canary u-p003 is not in the directory", self.problems(plan))
        self.sync(HELD)
        self.stub.users["u-p003"] = canary
        self.sync(HELD)
        self.assertIn("the canary u-p003 is not in the group staff", self.seatsync("status").out)
        self.assertEqual(self.losses(), [])
        self.stub.groups["g-staff"]["members"].append({"value": "u-p003"})
        self.sync()
        self.assertEqual(len(self.losses()), 2)
        self.assertNotIn("p007@example.com", self.members())

    def test_disabled_by_id_is_gone_too(self):
        self.managed()
        gone = {**self.stub.users["u-p007"], "active": False}
        self.delete("p007")
        self.stub.rule(lambda r: r.path == "/Users/u-p007" and Answer(200, gone))
        self.sync()
        self.assertNotIn("p007@example.com", self.members())

    def test_not_confirmed_is_held(self):
        self.managed()
        gone = self.stub.users["u-p007"]
        self.delete("p007")
        for why, answer in (("is there, and not in the list", Answer(200, gone)),
                            ("asked for by id: 403", error(403, "not yours")),
                            ("asked for by id: 200", Answer(200, {**gone, "id": "u-other"})),
                            ("asked for by id: 200", Answer(200, "<html>", "text/html")),
                            ("asked for by id: 302", Answer(302, "", headers=[("Location", "/login")]))):
            with self.subTest(why=why):
                self.stub.rules = [lambda r: r.path == "/Users/u-p007" and answer]
                status, plan = self.plan()
                self.assertEqual(status, HELD, plan)
                self.assertIn(why, self.problems(plan))
                self.assertEqual(self.actions(plan), [])
                self.assertTrue(plan["held"])
        self.seatsync("sync")
        self.assertEqual(self.losses(), [])

    def test_server_that_says_404_to_everything_is_not_believed(self):
        self.managed()
        self.delete("p007")
        self.stub.rule(lambda r: r.path.startswith("/Users/") and error(404, "no such path"))
        status, plan = self.plan()
        self.assertEqual(status, HELD, plan)
        self.assertIn("not even who is in the list can be asked for", self.problems(plan))

    def test_external_ids_are_confirmed_by_a_filter_that_works(self):
        for name in STAFF:
            self.stub.user(name, externalId=f"e {name}")
        self.stub.people = lambda *names: None
        self.managed(id="externalId")
        self.delete("p007")
        status, plan = self.plan()
        self.assertEqual(status, HELD)  # this server's filter knows no blanks: it finds nobody at all
        self.assertIn("not even who is in the list", self.problems(plan))
        self.stub.filtered = lambda head, resources, text: [
            r for r in resources if json.dumps(r["externalId"]) == text.partition(" eq ")[2]]
        self.sync()
        self.assertNotIn("p007@example.com", self.members())


if __name__ == "__main__":
    main()
