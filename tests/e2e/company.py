"""A company of five for the tests of faults, and what must be true of it after each."""

from harness import Scene

RULES = [{"group": "staff", "seat": True}, {"group": "guests"}]
STAFF = ("ada", "bob", "cem", "dan")


def member(name, role="member", seat=False):
    return {"email": f"{name}@example.com", "role": role, "seat": seat}


class Company(Scene):
    def company(self, accept=True, **config):
        self.people(*STAFF, "gus")
        self.group("staff", *STAFF)
        self.group("guests", "gus")
        self.config(rules=RULES, limits={"removals_percent": "100%"}, **config)
        if accept:
            self.seed([member("owner", "admin"), *(member(name, seat=True) for name in STAFF), member("gus")])
            self.sync()
        else:
            self.seed([member("owner", "admin")])
        self.control("DELETE", "/requests")

    def assert_nothing_lost(self, result, status):
        """The state of things is said, and no call took anything from anybody."""
        self.assertEqual(result.status, status, result)
        taken = [w for w in self.writes() if w[0] in ("remove", "revoke", "role", "cancel", "revoke_token")]
        self.assertEqual(taken, [])
