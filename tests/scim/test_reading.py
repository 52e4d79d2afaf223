#!/usr/bin/env python3
"""Paging, and the proof that a list is whole.  Names begin with the fault's id where it has one."""

from scene import AGREES, DEGRADED, FAILED, HELD, PENDING, ScimScene, main
from stub import Answer, error

RULES = [{"group": "staff", "seat": True}]
STAFF = [f"p{i:03}" for i in range(25)]


class Reading(ScimScene):
    def company(self, **scim):
        self.stub.people(*STAFF)
        self.stub.group("staff", *STAFF)
        self.seed([{"email": "owner@example.com", "role": "admin", "seat": False}], seats=100)
        self.config(rules=RULES, **scim)


class ByIndex(Reading):
    def test_pages_as_large_as_asked(self):
        self.company(page_size=10)
        self.assertEqual(self.read(), STAFF)

    def test_server_caps_the_page(self):
        self.stub.page_cap = 7
        self.company(page_size=100)
        self.assertEqual(self.read(), STAFF)


if __name__ == "__main__":
    main()
