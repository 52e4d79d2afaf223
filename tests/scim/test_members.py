#!/usr/bin/env python3
"""Who is in a group, in each of the ways to tell; and who somebody is."""

import unittest

from scene import DEGRADED, FAILED, HELD, ScimScene, main
from stub import Answer, error

RULES = [{"group": "staff", "seat": True}]
STAFF = ("ada", "bob", "cem")
WAYS = ("list", "list_attributes", "group", "group_attributes", "users_filter", "user_groups", "members_filter")


class Members(ScimScene):
    def company(self, **scim):
        self.stub.people(*STAFF, "dan")
        self.stub.group("staff", *STAFF)
        self.stub.group("others", "dan")
        self.seed([{"email": "owner@example.com", "role": "admin", "seat": False}], seats=100)
        self.config(rules=RULES, **scim)

    def serve(self, way):
        """The server offers this way alone."""
        self.stub.members_shown = {"list": "list", "list_attributes": "attributes", "group": "group",
                                   "group_attributes": "group_attributes"}.get(way, "none")
        self.stub.user_filter = way == "users_filter"
        self.stub.user_groups = way == "user_groups"
        self.stub.member_filter = way == "members_filter"


class Ways(Members):
    def test_each_way(self):
        for way in WAYS:
            with self.subTest(way=way):
                self.serve(way)
                self.company(membership=way)
                self.assertEqual(self.read(), list(STAFF))

    def test_S5_a_way_that_shows_nothing_is_not_believed(self):
        for way in ("list", "list_attributes", "group", "group_attributes", "user_groups"):
            with self.subTest(way=way):
                self.stub.members_shown = "none"
                self.company(membership=way)
                status, plan = self.plan()
                self.assertEqual(status, DEGRADED, plan)
                self.assertIn("no group shows a member", self.problems(plan))

    def test_S5_members_left_out_take_nothing(self):
        """Shown until yesterday, not any more: nobody loses anything."""
        self.company()
        self.sync()
        self.accept_all()
        self.sync()
        self.stub.members_shown = "none"
        self.seatsync("sync")
        self.advance(3 * 86400)
        status, plan = self.plan()
        self.assertEqual(status, HELD, plan)
        self.assertRegex(self.seatsync("plan").out, r"idp  complete  4 people, 2 groups, 1 not whole")
        shown = self.seatsync("status").out
        self.assertRegex(shown, r"idp +staff +partial +no group shows a member")
        self.assertEqual(self.losses(), [])

    def test_members_is_no_list(self):
        for odd in ("ada", {"value": "u-ada"}, 3, True):
            with self.subTest(odd=odd):
                self.company()
                self.stub.groups["g-staff"]["members"] = odd
                self.refused("members are no list") if not isinstance(odd, str) else self.refused("members")

    def test_by_group_in_parallel_with_paged_lists(self):
        self.stub.members_shown = "group"
        self.stub.people(*(f"p{i}" for i in range(150)))
        for i in range(150):
            self.stub.group(f"team-{i:03}", f"p{i}")
        self.seed([], seats=1000)
        self.config(rules=[{"group": "team-*"}], membership="group", page_size=40,
                    top={"invitations": {"per_day": 1000}})
        self.assertEqual(len(self.read()), 150)

    def test_only_groups_that_rules_name_are_asked_for(self):
        self.stub.members_shown = "group"
        self.company(membership="group")
        self.read()
        self.assertEqual(self.asked("/Groups/"), ["/Groups/g-staff"])

    def test_group_that_cannot_be_read(self):
        self.stub.members_shown = "group"
        self.company(membership="group")
        for status in (404, 500):
            with self.subTest(status=status):
                self.stub.rules = [lambda r: r.path == "/Groups/g-staff" and error(status, "no")] if status == 404 else \
                    [lambda r: r.path == "/Groups/g-staff" and Answer(200, {"id": "g-other", "members": []})]
                code, plan = self.plan()
                self.assertEqual(code, DEGRADED, plan)
                self.assertIn("GET /Groups/{id}", self.problems(plan))

    def test_filter_that_changes_between_two_walks(self):
        self.serve("users_filter")
        self.company(membership="users_filter", page_size=1)
        members, walks = self.stub.groups["g-staff"]["members"], []

        def drift(r):
            if r.path == "/Users" and "filter" in r.query and r.start == 1:
                walks.append(r)
                self.stub.groups["g-staff"]["members"] = members if len(walks) % 2 else \
                    [*members[1:], {"value": "u-dan"}]
        self.stub.rule(drift)
        status, plan = self.plan()
        self.assertEqual(status, DEGRADED, plan)
        self.assertIn("changed while it was read", self.problems(plan))

    def test_filter_values_are_json_strings_and_encoded(self):
        self.serve("users_filter")
        self.stub.people(*STAFF)
        odd = 'a "b\\c" /+&? ü'
        self.stub.group("staff", *STAFF, id=odd)
        self.stub.groups[odd] = self.stub.groups.pop("g-staff")
        self.stub.filtered = lambda head, resources, text: \
            resources[:2] if text == 'groups.value eq "a \\"b\\\\c\\" /+&? ü"' else []
        self.seed([], seats=100)
        self.config(rules=RULES, membership="users_filter")
        self.assertEqual(self.read(), ["ada", "bob"])


class Nesting(Members):
    def test_group_in_a_group(self):
        for way in ("list", "group"):
            for kind in ({}, {"type": "Group"}, {"type": "group", "$ref": "https://elsewhere.example/Groups/x"}):
                with self.subTest(way=way, kind=kind):
                    self.serve(way)
                    self.company(membership=way)
                    self.stub.group("inner", "dan")
                    self.stub.group("innermost", "bob")
                    self.stub.groups["g-inner"]["members"].append({"value": "g-innermost", **kind})
                    self.stub.groups["g-innermost"]["members"].append({"value": "g-staff", **kind})  # a circle
                    self.stub.groups["g-staff"]["members"] = [{"value": "u-ada"}, {"value": "g-inner", **kind}]
                    self.assertEqual(self.read(), ["ada", "bob", "dan"])

    def test_links_are_not_followed(self):
        """Fault S6: $ref and location may point anywhere."""
        self.company()
        for member in self.stub.groups["g-staff"]["members"]:
            member["$ref"] = "http://127.0.0.1:1/Users/x"
        self.stub.groups["g-staff"]["meta"] = {"location": "http://127.0.0.1:1/"}
        self.assertEqual(self.read(), list(STAFF))

    def test_members_that_are_in_no_list(self):
        """Deleted: dangling.  There: the list is not whole.  Not told: the group is not whole."""
        self.company()
        self.stub.groups["g-staff"]["members"] += [{"value": "u-gone"}]
        self.assertEqual(self.read(), list(STAFF))
        self.assertEqual(self.asked("/Users/u-gone") + self.asked("/Groups/u-gone"),
                         ["/Users/u-gone", "/Groups/u-gone"])
        eve = {"id": "u-eve", "userName": "eve@example.com", "active": True}
        self.stub.rule(lambda r: r.path == "/Users/u-gone" and Answer(200, {**eve, "id": "u-gone"}))
        status, plan = self.plan()
        self.assertEqual(status, DEGRADED, plan)
        self.assertIn("is a member of a group, and not in the list of users", self.problems(plan))
        self.assertIn(("invite", "eve@example.com"), self.actions(plan))
        self.stub.rules = [lambda r: r.path == "/Users/u-gone" and error(403, "not yours")]
        status, plan = self.plan()
        self.assertIn("member u-gone is in no list, and cannot be looked up", self.problems(plan))

    def test_members_of_other_types_and_without_a_value(self):
        self.company()
        self.stub.groups["g-staff"]["members"] += [{"value": "d-1", "type": "Device"}]
        self.assertEqual(self.read(), list(STAFF))
        self.stub.groups["g-staff"]["members"] += [{"display": "Eve"}]
        status, plan = self.plan()
        self.assertEqual(status, DEGRADED, plan)
        self.assertIn("a member has no usable value", self.problems(plan))


class Identity(Members):
    def one(self, **attributes):
        self.stub.users.clear()
        self.stub.user("ada", **attributes)
        self.stub.group("staff", "ada")
        self.seed([], seats=100)
        self.config(rules=RULES)

    def invited(self):
        status, plan = self.plan()
        return [a["email"] for a in plan["actions"]], [s["why"] for s in plan["skipped"]], plan

    def test_which_email(self):
        work, home = {"value": "w@example.com", "type": "work"}, {"value": "h@example.com", "type": "home"}
        for emails, expected in (
                ([home, {**work, "primary": True}], ["w@example.com"]),
                ([{**home, "primary": "True"}, work], ["h@example.com"]),
                ([home, work], ["w@example.com"]),
                ([home], ["h@example.com"]),
                ([{**work, "primary": True}, {**home, "primary": True}], ["h@example.com"]),
                (["plain@example.com"], ["plain@example.com"]),
                ([], ["ada@example.com"]),  # userName
                (None, ["ada@example.com"]),
                ([home, {"value": "o@example.com"}], ["ada@example.com"])):
            with self.subTest(emails=emails):
                self.one(emails=emails)
                self.assertEqual(self.invited()[0], expected)

    def test_no_email_that_can_be_told(self):
        self.one(emails=[{"value": "a@example.com"}, {"value": "b@example.com"}], userName="ada")
        invited, skipped, _ = self.invited()
        self.assertEqual(invited, [])
        self.assertIn("a@example.com or b@example.com", skipped[0])
        self.one(emails=None, userName="ada")
        self.assertIn("has no e-mail address in the directory", self.invited()[1])

    def test_the_settings_may_say_which(self):
        emails = [{"value": "w@example.com", "type": "work"}, {"value": "p@example.com", "primary": True}]
        for how, expected in (("primary", "p@"), ("work", "w@"), ("userName", "ada@"), ("auto", "p@")):
            with self.subTest(how=how):
                self.one(emails=emails)
                self.config(rules=RULES, email=how)
                self.assertEqual(self.invited()[0], [f"{expected}example.com"])

    def test_other_emails_are_aliases(self):
        self.one(emails=[{"value": "Ada@Example.com", "primary": True}, {"value": "old@example.com"}])
        self.seed([{"email": "old@example.com", "role": "member", "seat": True}], seats=5)
        self.assertEqual(self.invited()[0], [])

    def test_names_have_no_case(self):
        self.stub.users.clear()
        self.stub.users["u-ada"] = {"ID": "u-ada", "UserName": "x", "Active": True,
                                    "Emails": [{"Value": "ada@example.com", "Primary": True}]}
        self.stub.groups["g-staff"] = {"Id": "g-staff", "DisplayName": "staff", "Members": [{"Value": "u-ada"}]}
        self.stub.shown = lambda head, resource, request, one: resource
        self.seed([], seats=100)
        self.config(rules=RULES)
        self.assertEqual(self.read(), ["ada"])

    def test_S3_only_false_is_disabled(self):
        for active, there in ((True, True), ("True", True), ("true", True), (None, True),
                              (False, False), ("False", False), ("false", False)):
            with self.subTest(active=active):
                self.one(active=active)
                self.assertEqual(self.invited()[0], ["ada@example.com"] if there else [])

    def test_S3_null_is_absent(self):
        self.one()
        self.stub.users["u-ada"]["active"] = None
        self.assertEqual(self.invited()[0], ["ada@example.com"])

    def test_S3_what_is_neither_counts_as_active_and_is_said(self):
        for odd in ("no", 0, [], {}, "", 1):
            with self.subTest(odd=odd):
                self.one(active=odd)
                invited, _, plan = self.invited()
                self.assertEqual(invited, ["ada@example.com"])
                self.assertFalse(plan["complete"])
                self.assertIn("neither true nor false", self.problems(plan))

    def test_odd_ids(self):
        names = ["Sales & Ops / EU +1", "a%2Fb", "ü\u2028x", "..", "a b?c#d", "u-ADA", "u-ada"]
        self.stub.users.clear()
        for i, name in enumerate(names):
            self.stub.users[name] = {"id": name, "userName": f"n{i}@example.com", "active": True}
        self.stub.groups = {n: {"id": n, "displayName": f"group {i}", "members": [{"value": n}]}
                            for i, n in enumerate(names)}
        self.stub.members_shown = "group"
        self.config(rules=[{"group": n} for n in names], membership="group")
        self.assertEqual(len(self.read()), len(names))

    def test_ids_that_are_none(self):
        for odd in (None, "", 5, "a\nb", "x" * 600, ["u"]):
            with self.subTest(odd=odd):
                self.one()
                self.stub.shown = lambda head, resource, request, one: \
                    {**resource, "id": odd} if head == "Users" else resource
                self.refused("without a usable id")

    def test_external_ids(self):
        self.one(externalId="e-1")
        self.stub.user("bob", externalId=None)
        self.stub.group("staff", "ada", "bob")
        self.config(rules=RULES, id="externalId")
        status, plan = self.plan()
        self.assertIn("user u-bob has no usable externalId", self.problems(plan))
        self.assertEqual(self.actions(plan), [("invite", "ada@example.com")])
        self.stub.users["u-bob"]["externalId"] = "e-1"
        self.stub.user("cem", externalId="e-2")
        self.stub.groups["g-staff"]["members"].append({"value": "u-cem"})
        plan = self.plan()[1]
        self.assertFalse(plan["complete"])
        self.assertIn("has the externalId of another, which is to be the id; both were left out", self.problems(plan))
        self.assertEqual([a["email"] for a in plan["actions"]], ["cem@example.com"])

    def test_renamed_is_the_same_person(self):
        self.one()
        self.sync()
        self.accept_all()
        self.sync()
        self.stub.users["u-ada"].update(userName="lovelace@example.com", emails=[{"value": "lovelace@example.com"}])
        status, plan = self.plan()
        self.assertEqual(self.actions(plan), [])


class Check(Members):
    def test_it_recommends_what_the_server_answers_to(self):
        for way in WAYS:
            with self.subTest(way=way):
                self.serve(way)
                self.company(membership="list")
                said = self.seatsync("check")
                if way == "list":
                    self.assertEqual(said.status, 0, said)
                    self.assertIn("members of staff: list 3, list_attributes 3, group 3", said.out)
                else:
                    self.assertEqual(said.status, FAILED, said)
                    self.assertIn(f"try scim.membership: {way}", said.out)
                self.company(membership=way)
                self.assertEqual(self.seatsync("check").status, 0)

    def test_it_says_what_it_found(self):
        self.company()
        self.stub.users["u-dan"].pop("active")
        self.stub.users["u-cem"]["active"] = False
        said = self.seatsync("check")
        for text in ("accepted, with the token", "4 found, 4 with an e-mail address, 1 disabled", "2 found",
                     "1 users do not say whether they are", "3 people"):
            self.assertIn(text, said.out)


if __name__ == "__main__":
    main()
