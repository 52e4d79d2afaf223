#!/usr/bin/env python3
"""What lets us in, and what HTTP may do to an answer."""

import email.utils
import time

import pki
import stub as stubs
from scene import FAILED, PENDING, ScimScene, main
from stub import Answer, error

RULES = [{"group": "staff", "seat": True}]
STAFF = ["ada", "bob", "cem"]


class Access(ScimScene):
    def company(self, **scim):
        self.stub.people(*STAFF)
        self.stub.group("staff", *STAFF)
        self.seed([], seats=100)
        self.config(rules=RULES, **scim)

    def assert_secret(self, result, *secrets):
        for secret in secrets:
            self.assertNotIn(secret, result.out + result.err)


class Tokens(Access):
    def test_bearer_from_the_environment(self):
        self.company(token_file=None, token_env="SCIM_TOKEN")
        self.assertEqual(self.seatsync("plan", SCIM_TOKEN=self.stub.token).status, PENDING)

    def test_bearer_refused(self):
        self.company()
        self.secret("scim-token", "wr0ng-token-value")
        self.stub.refuse = lambda headers: error(401, f"invalid token {headers['Authorization']}")
        result = self.refused("401: invalid token Bearer *", "hint: check the token")
        self.assert_secret(result, "wr0ng-token-value")
        self.assertLess(len(self.stub.requests), 4)

    def test_users_but_no_groups(self):
        """Least right: a token that reads users alone must not empty the groups."""
        self.company()
        for status in (401, 403):
            with self.subTest(status=status):
                self.stub.rules = [lambda r: r.path == "/Groups" and error(status, "scope scim.groups.read is missing")]
                self.refused(f"the list of groups: {status}", "hint: ")

    def test_groups_but_no_users(self):
        self.company()
        self.stub.rule(lambda r: r.path == "/Users" and error(403, "no"))
        self.refused("the list of users: 403")

    def oauth(self, way, secret="s3cr&t/+ %"):
        self.stub.oauth = ("my client", secret, way)
        self.stub.valid = set()
        self.secret("oauth-secret", "s3cr&t/+ %")
        self.company(token_file=None, oauth2={
            "token_url": f"{self.stub.origin}/token", "client_id": "my client", "scope": "users groups",
            "client_secret_file": "oauth-secret", **({"auth": "post"} if way == "post" else {})})

    def test_client_credentials(self):
        for way in ("basic", "post"):
            with self.subTest(way=way):
                self.oauth(way)
                self.assertEqual(self.read(), STAFF)
                self.assertEqual(len(self.stub.tokens), 1)
                self.assertEqual(self.stub.tokens[0]["scope"], "users groups")
                self.stub.tokens.clear()

    def test_client_credentials_refused(self):
        self.oauth("basic", secret="another")
        result = self.refused("no access token", "401: invalid_client", "oauth2.client_id")
        self.assert_secret(result, "s3cr&t")
        self.assertEqual(self.stub.requests, [])

    def test_token_is_renewed_before_its_end(self):
        self.oauth("basic")
        self.stub.life = 1  # 0.8 s: each step that waits needs a new one
        self.stub.rule(lambda r: time.sleep(0.9) if r.path == "/Users" else None)
        self.assertEqual(self.read(), STAFF)
        self.assertGreater(len(self.stub.tokens), 1)

    def test_token_ends_while_the_next_page_waits_to_leave(self):
        self.oauth("basic")
        self.stub.life = 1
        self.stub.people(*(f"p{i}" for i in range(6)))
        self.config(rules=RULES, token_file=None, page_size=1, rate=2, oauth2=self.settings["directories"][0]["scim"]["oauth2"])
        self.assertEqual(self.read(), STAFF)
        self.assertGreater(len(self.stub.tokens), 2)

    def test_token_is_renewed_once_when_refused(self):
        self.oauth("basic")
        self.stub.rule(lambda r: self.stub.valid.clear() if r.path == "/Users" and len(self.stub.tokens) == 1 else None)
        self.assertEqual(self.read(), STAFF)
        self.assertEqual(len(self.stub.tokens), 2)

    def test_token_refused_for_ever(self):
        self.oauth("basic")
        self.stub.refuse = lambda headers: error(401, "no")
        self.refused("401: no")
        self.assertLessEqual(len(self.stub.tokens), 4)

    def test_N2_redirect_of_the_token_is_refused(self):
        self.oauth("basic")
        other = stubs.Stub()
        self.addCleanup(other.stop)
        self.stub.grant = lambda headers, form: Answer(307, "", headers=[("Location", f"{other.url}/token")])
        self.refused(f"no access token: {self.stub.origin}/token: 307: redirected to {other.url}/token, which is not "
                     "followed", "set oauth2.token_url")
        self.assertEqual(other.requests + other.tokens, [])

    def test_answers_that_are_no_token(self):
        self.oauth("basic")
        for body, why in (({"access_token": ""}, "no usable access_token"), ({"access_token": "a b"}, "no usable"),
                          ({"access_token": "x", "token_type": "mac"}, "other than bearer"), ("<html>", "no JSON object")):
            with self.subTest(body=body):
                self.stub.grant = lambda headers, form: Answer(200, body, "application/json")
                self.refused("no access token", why)


class Wire(Access):
    def test_content_types_do_not_matter(self):
        for kind in ("application/json", "text/json", "application/json+scim", "text/plain", "", "x"):
            with self.subTest(kind=kind):
                self.stub.kind = kind
                self.company()
                self.assertEqual(self.read(), STAFF)

    def test_gzip(self):
        self.stub.gzip = True
        self.company()
        self.assertEqual(self.read(), STAFF)

    def test_S4_login_page_with_200(self):
        self.company()
        for kind in ("text/html", "application/json"):
            with self.subTest(kind=kind):
                self.stub.rules = [lambda r: Answer(200, "<!DOCTYPE html><html>log in</html>", kind)]
                self.refused("the list of users: the answer is not JSON",
                             *(["text/html: a proxy or a login page?"] if kind == "text/html" else []))

    def test_errors_that_are_not_scim(self):
        self.company()
        for answer, words in ((Answer(403, "<html>no</html>", "text/html"), "403: answered with text/html instead of JSON"),
                              (Answer(404, "", None), "404: an empty answer"),
                              (Answer(404, "", None), "hint: check scim.url"),
                              (Answer(400, {"status": 400, "detail": "as a number"}), "400: as a number"),
                              (Answer(418, "tea", "text/plain"), "418: answered with text/plain"),
                              (Answer(501, {"detail": "later"}), "501: later"),
                              (Answer(409, {"detail": "\x1b[2Jevil\u202e"}), "409: \\x1b[2Jevil\\u202e")):
            with self.subTest(status=answer.status):
                self.stub.rules = [lambda r: r.path == "/Users" and answer]
                self.refused(words)

    def test_N2_redirects_are_refused(self):
        self.company()
        other = stubs.Stub()
        self.addCleanup(other.stop)
        for status in (301, 302, 307, 308):
            with self.subTest(status=status):
                self.stub.rules = [lambda r: r.path == "/Users" and Answer(
                    status, "", headers=[("Location", f"{other.url}/Users")])]
                self.refused(f"{status}: redirected to {other.url}/Users, which is not followed", "set scim.url")
        self.assertEqual(other.requests, [])

    def test_duplicate_keys_are_refused(self):
        self.company()
        user = '{"id": "u-ada", "active": false, "userName": "ada@example.com", "active": true}'
        for body, why in ((f'{{"totalResults": 1, "Resources": [{user}]}}', "a record that is not JSON"),
                          ('{"totalResults": 1, "totalResults": 0, "Resources": []}', "is not JSON"),
                          ('{"totalResults": 1, "Resources": [], "resources": []}', "has its list twice")):
            with self.subTest(why=why):
                self.stub.rules = [lambda r: r.path == "/Users" and Answer(200, body)]
                self.refused(why)

    def test_json_that_is_none(self):
        self.company()
        for body in (b'{"totalResults": 1, "Resources": [{"id": "\xff"}]}', '{"totalResults": 1, "Resources": [',
                     '{"totalResults": 0, "Resources": []} {}', '{"totalResults": 1, "Resources": [{"id": "\\u0000"}]}',
                     '{"totalResults": 1, "Resources": [1]}', "[" * 5000):
            with self.subTest(body=body[:40]):
                self.stub.rules = [lambda r: r.path == "/Users" and Answer(200, body)]
                self.refused("the list of users: the answer")

    def slow(self, answer):
        """Answered so three times in the middle, then as usual."""
        self.stub.rule(lambda r: r.path == "/Users" and r.nr < 2 and answer)
        self.company()
        start = time.monotonic()
        self.assertEqual(self.read(), STAFF)
        return time.monotonic() - start

    def test_429_in_seconds(self):
        self.assertGreater(self.slow(Answer(429, "<html>", "text/html", [("Retry-After", "1")])), 1.5)

    def test_429_with_another_name(self):
        """A back-off of our own would be over after 2 s."""
        self.stub.rule(lambda r: r.path == "/Users" and r.nr == 0 and Answer(
            429, {"message": "slow"}, "application/json", [("X-Retry-After", "3")]))
        self.company()
        start = time.monotonic()
        self.assertEqual(self.read(), STAFF)
        self.assertGreater(time.monotonic() - start, 2.9)

    def test_429_as_a_date(self):
        self.stub.rule(lambda r: r.path == "/Users" and r.nr == 0 and Answer(
            429, "", headers=[("Retry-After", email.utils.formatdate(time.time() + 3, usegmt=True))]))
        self.company()
        start = time.monotonic()
        self.assertEqual(self.read(), STAFF)
        self.assertGreater(time.monotonic() - start, 0.5)

    def test_503_then_well(self):
        self.slow(Answer(503, "", headers=[("Retry-After", "0")]))

    def test_ServiceProviderConfig_is_only_a_hint(self):
        for config in (None, {}, {"pagination": 5, "sort": []}, {"pagination": {"cursor": "yes", "maxPageSize": "x"}},
                       {"filter": {"maxResults": 1}, "sort": {"supported": True}}):
            with self.subTest(config=config):
                self.stub.config = config
                self.company()
                self.assertEqual(self.read(), STAFF)
        self.stub.rule(lambda r: r.path == "/ServiceProviderConfig" and Answer(200, "<html>", "text/html"))
        self.assertEqual(self.read(), STAFF)

    def test_sort_that_is_refused_is_left_out(self):
        self.stub.config = {"sort": {"supported": True}}
        for status in (400, 500, 501):
            with self.subTest(status=status):
                self.stub.rules = [lambda r: "sortBy" in r.query and error(status, "cannot sort by id")]
                self.company()
                self.assertEqual(self.read(), STAFF)

    def test_nobody_there(self):
        self.company(url="http://127.0.0.1:1/scim")
        result = self.refused("127.0.0.1:1")
        self.assertNotIn("t0ken", result.err)

    def test_slash_at_the_end(self):
        self.company(url=self.stub.url + "/")
        self.assertEqual(self.read(), STAFF)
        self.assertTrue(self.asked("/Users?"))


class Certificates(Access):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pki = pki.make(f"{cls.sim.folder.name}/scim-pki")

    def make_server(self):
        server = stubs.Stub(tls=stubs.tls_context(self.pki, client_ca=f"{self.pki}/ca.pem"))
        self.addCleanup(server.stop)
        return server

    def test_with_and_without(self):
        ca, cert = {"ca_file": f"{self.pki}/ca.pem"}, {"cert_file": f"{self.pki}/client.pem",
                                                       "key_file": f"{self.pki}/client.key"}
        self.company(**ca, **cert)
        self.assertEqual(self.read(), STAFF)
        self.company(**ca)
        self.assertEqual(self.seatsync("plan").status, FAILED)
        self.company(**cert)  # nobody vouches for the server
        self.refused("ca_file")
        self.stub.refuse = lambda headers: "Authorization" in headers and error(401, "no token, please")
        self.company(token_file=None, **ca, **cert)  # by certificate alone
        self.assertEqual(self.read(), STAFF)


if __name__ == "__main__":
    main()
