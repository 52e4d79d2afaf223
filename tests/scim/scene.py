"""The stage of tests/e2e with a SCIM server in the place of slapd.

    class Paging(scene.ScimScene):
        def test_short_pages(self):
            self.stub.people("ada", "bob")
            self.stub.group("staff", "ada", "bob")
            self.config(rules=[{"group": "staff"}], page_size=1)
            status, plan = self.plan()
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
sys.path.insert(0, str(HERE))
import harness  # noqa: E402 (found by the line above)
import stub as stubs  # noqa: E402

AGREES, FAILED, PENDING, HELD, DEGRADED = \
    harness.AGREES, harness.FAILED, harness.PENDING, harness.HELD, harness.DEGRADED


class NoSlapd:
    env = {"LDAP_READER_PASSWORD": "unused"}

    def clear(self):
        pass


class ScimScene(harness.Scene):
    @classmethod
    def setUpClass(cls):
        cls.directory = NoSlapd()
        cls.sim = harness.Simulator(*cls.sim_options)

    @classmethod
    def tearDownClass(cls):
        if cls.sim.stop():
            raise AssertionError("the simulator ended badly")

    def setUp(self):
        super().setUp()
        self.stub = self.make_server()
        self.secret("scim-token", getattr(self.stub, "token", "unused"))

    def make_server(self):
        server = stubs.Stub()
        self.addCleanup(server.stop)
        return server

    def config(self, rules=(), url=None, organization=None, top=None, **scim):
        """scim: keys of the scim section; token_file=None leaves the token out."""
        section = {"url": url or self.stub.url, "token_file": "scim-token", **scim}
        self.settings = {
            "organization": {"id": harness.ORG, "url": f"https://127.0.0.1:{self.sim.port}",
                             "client_id": "seatsync", "client_secret_file": "client-secret",
                             "ca_file": f"{self.sim.folder.name}/ca.pem", "invitations": "api", "roles": "api",
                             "rate": 0, **(organization or {})},
            "directories": [{"name": "idp", "scim": {k: v for k, v in section.items() if v is not None}}],
            "rules": list(rules), "state": {"path": self.state}, **(top or {})}
        self.write_config()

    def read(self, *names, expected=(PENDING, AGREES)):
        """The e-mails that a plan of an empty organization would invite."""
        status, plan = self.plan()
        self.assertIn(status, expected, plan)
        return sorted(a["email"].partition("@")[0] for a in plan["actions"] if a["action"] == "invite")

    def refused(self, *words):
        """The reading fails, and says so with these words."""
        result = self.seatsync("plan")
        self.assertEqual(result.status, FAILED, result)
        for word in words:
            self.assertIn(word, result.err)
        return result

    def problems(self, plan):
        return " ".join(p["why"] for p in plan["problems"])

    def losses(self):
        return [w for w in self.writes() if w[0] in ("remove", "revoke", "role", "cancel", "revoke_token")]

    def asked(self, prefix):
        return [r for r in self.stub.requests if r.startswith(prefix)]


def mail(i):
    """Of the users that the real servers have: u001 and so on, every tenth not active."""
    return f"u{i:03}@corp.example"


def user(i):
    return {"externalId": f"e-{i}", "active": i % 10 != 0, "name": {"givenName": "Zoë", "familyName": f"Nr{i}"},
            "emails": [{"value": f"private{i}@home.example", "type": "home"},
                       {"value": mail(i), "type": "work", "primary": True}]}


class RealScene(ScimScene):
    """With cls.server, which nobody here wrote and all tests of the class share: servers.py."""

    NR = 0  # users of mail() and user(), all in the group everybody

    def make_server(self):
        return self.server

    def setUp(self):
        super().setUp()
        self.seed([], seats=0)

    def company(self, **scim):
        self.config(rules=[{"group": "everybody"}], top={"invitations": {"per_day": 1000}}, **scim)

    def assert_read(self, **scim):
        self.company(**scim)
        self.assertEqual(self.read(), self.names())

    def names(self):
        return [mail(i).partition("@")[0] for i in range(1, self.NR + 1) if i % 10]

    def members_of(self, *names, **scim):
        """They are members, and of the group "team"; whoever leaves it goes at once."""
        self.config(rules=[{"group": "team"}], top={
            "limits": {"removals_percent": "100%", "allow_empty": ["team"]}, "leavers": {"runs": 1, "grace": "0s"}},
            **scim)
        self.seed([{"email": "owner@example.com", "role": "admin", "seat": False},
                   *({"email": f"{name}@corp.example", "role": "member", "seat": False} for name in names)], seats=5)
        self.sync()


main = harness.main
