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


main = harness.main
