"""What goes wrong on request, and what the simulator calls a violation."""
import errno
import http.client
import json
import re
import socket
import ssl
import subprocess
import time
import unittest
from email.utils import parsedate_to_datetime

from simulator import HERE, ORG, PATIENCE, Simulator, SimulatorTest

INVITE = {"email": "new@example.com"}
BROKEN = (http.client.HTTPException, ConnectionError, ssl.SSLError)


class Faults(SimulatorTest):
    def invited(self):
        return len(self.dump()["invitations"])

    def last_request(self):
        return self.sim.control("GET", "/requests")["items"][-1]

    def test_a_status_before_and_after_the_commit(self):
        for status in (429, 500, 502, 503, 504):
            self.sim.fault(call="invite", kind="status", status=status)
            self.answers(status, "POST", "/invitations", INVITE)
            self.assertEqual(self.invited(), 0)
        self.sim.fault(call="invite", kind="status", status=504, when="after")
        self.answers(504, "POST", "/invitations", INVITE)
        self.assertEqual((self.invited(), self.mails()), (1, {"invitation": 1}))
        self.assertEqual(self.last_request()["fault"], "status")

    def test_one_person_alone(self):
        self.sim.fault(call="invite", email="New@example.com", kind="status", status=422, count=-1)
        self.answers(201, "POST", "/invitations", {"email": "other@example.com"})
        for _ in range(2):
            self.answers(422, "POST", "/invitations", INVITE)
        self.seed(members=[{"email": "ada@example.com"}, {"email": "bob@example.com"}], seats={"total": 9})
        ada, bob = (m["id"] for m in self.dump()["members"])
        self.sim.fault(call="assign", email="ada@example.com", kind="status", status=422)
        self.assertEqual([self.sim.call("POST", f"/users/{who}/seats").status for who in (bob, ada, ada)],
                         [201, 422, 201])

    def test_success_that_did_nothing(self):
        self.sim.fault(call="invite", kind="status", status=201, body={"id": "x", "email": "new@example.com"})
        self.assertEqual(self.answers(201, "POST", "/invitations", INVITE).json["id"], "x")
        self.assertEqual(self.invited(), 0)

    def test_each_form_of_advice(self):
        now = self.dump()["now"]
        for advice, header, check in (
                ("seconds", "Retry-After", lambda v: v == "5"),
                ("date", "Retry-After", lambda v: 0 <= parsedate_to_datetime(v).timestamp() - now - 5 < PATIENCE),
                ("garbage", "Retry-After", lambda v: not v.isdigit()),
                ("negative", "Retry-After", lambda v: v == "-5"),
                ("huge", "Retry-After", lambda v: int(v) > 10**8),
                ("reset_epoch", "X-RateLimit-Reset", lambda v: 0 <= int(v) - now - 5 < PATIENCE),
                ("reset_iso", "X-RateLimit-Reset", lambda v: re.match(r"\d{4}-\d\d-\d\dT[\d:]+Z$", v))):
            with self.subTest(advice):
                self.sim.fault(call="users", kind="status", status=429, advice=advice, seconds=5)
                self.assertTrue(check(self.answers(429, "GET", "/users").headers[header]))

    def test_counting(self):
        self.sim.fault(call="users", kind="status", status=500, after=2, count=2)
        self.assertEqual([self.sim.call("GET", "/users").status for _ in range(6)], [200, 200, 500, 500, 200, 200])
        self.assertEqual(self.sim.control("GET", "/faults")["items"][0]["hits"], 2)
        self.sim.fault(kind="status", status=500, count=-1)
        self.assertEqual({self.sim.call("GET", "/seats").status for _ in range(5)}, {500})
        self.sim.control("DELETE", "/faults")
        self.answers(200, "GET", "/seats")

    def test_chance_is_the_same_from_the_same_seed(self):
        runs = []
        for _ in range(2):
            self.sim.control("DELETE", "/faults")
            self.sim.control("POST", "/faults", {"seed": 7, "rules": [
                {"call": "users", "kind": "status", "status": 500, "chance": 0.5, "count": -1}]})
            runs.append([self.sim.call("GET", "/users").status for _ in range(40)])
        self.assertEqual(runs[0], runs[1])
        self.assertEqual(set(runs[0]), {200, 500})

    def test_closed_without_an_answer(self):
        for when, invited in (("before", 0), ("after", 1)):
            self.sim.fault(call="invite", kind="close", when=when)
            with self.assertRaises((http.client.RemoteDisconnected, ssl.SSLEOFError)):
                self.sim.call("POST", "/invitations", INVITE)
            self.assertEqual(self.invited(), invited)
            self.assertEqual(self.last_request()["status"], 0)

    def test_reset_without_an_answer(self):
        sim = Simulator(tls=False)  # Python's TLS does not tell a reset from an end
        sim.fault(kind="reset")
        with self.assertRaises(ConnectionResetError) as caught:
            sim.token()
        self.assertEqual(caught.exception.errno, errno.ECONNRESET)  # not http.client's own kind of it
        self.assertEqual(sim.control("GET", "/requests")["items"][-1]["status"], 0)
        self.assertEqual(sim.stop(), 0)

    def test_cut_in_the_middle_of_the_body(self):
        self.sim.fault(call="users", kind="cut")
        with self.assertRaises(http.client.IncompleteRead):
            self.sim.call("GET", "/users")
        self.answers(200, "GET", "/users")

    def test_closed_between_requests(self):
        self.sim.fault(call="users", kind="idle_close")
        answer = self.answers(200, "GET", "/users")
        self.assertNotIn("close", answer.headers.get("Connection", ""))
        with self.assertRaises(BROKEN):
            self.sim.call("GET", "/users")

    def test_a_drip_holds_up_nobody(self):
        self.sim.fault(call="users", kind="drip", ms=100, bytes=1)
        slow = self.sim.connect()
        started = time.monotonic()
        slow.request("GET", ORG + "/users", headers={"Authorization": "Bearer " + self.sim.bearer, "Accept": "*/*"})
        response = slow.getresponse()
        self.answers(200, "GET", "/seats")
        self.assertEqual(json.loads(response.read()), {"items": []})
        self.assertGreater(time.monotonic() - started, 0.5)
        slow.close()

    def test_a_stall(self):
        self.sim.fault(call="users", kind="stall", ms=300)
        started = time.monotonic()
        self.answers(200, "GET", "/users")
        self.assertGreaterEqual(time.monotonic() - started, 0.3)

    def test_a_held_answer_is_sent_when_the_faults_are_gone(self):
        for method, path in (("DELETE", "/faults"), ("POST", "/reset")):
            self.sim.fault(call="users", kind="hold")
            held = self.sim.connect()
            held.request("GET", ORG + "/users", headers={"Authorization": "Bearer " + self.sim.bearer, "Accept": "*/*"})
            while self.last_request()["call"] != "users":
                time.sleep(0.01)
            self.answers(200, "GET", "/seats")  # it holds up nobody
            held.sock.settimeout(0.2)
            self.assertRaises(TimeoutError, held.sock.recv, 1)
            held.sock.settimeout(PATIENCE)
            self.sim.control(method, path)
            self.assertEqual(json.loads(held.getresponse().read()), {"items": []})
            held.close()

    def test_bodies_that_are_none(self):
        for kind, text in (("html", "<!DOCTYPE html>"), ("empty", ""), ("truncated", '{"it')):
            self.sim.fault(call="users", kind=kind)
            answer = self.answers(200, "GET", "/users")
            self.assertTrue(answer.text == text or (text and answer.text.startswith(text)))
            with self.assertRaises(ValueError):
                json.loads(answer.text)

    def test_another_content_type_and_a_redirect(self):
        self.sim.fault(call="users", kind="content_type", type="text/plain")
        self.assertEqual(self.answers(200, "GET", "/users").headers["Content-Type"], "text/plain")
        self.sim.fault(call="users", kind="redirect", location="http://127.0.0.1:9/x")
        self.assertEqual(self.answers(301, "GET", "/users").headers["Location"], "http://127.0.0.1:9/x")

    def test_a_huge_body_without_a_length(self):
        self.sim.fault(call="users", kind="huge", bytes=1 << 20)
        answer = self.answers(200, "GET", "/users")
        self.assertIsNone(answer.headers["Content-Length"])
        self.assertGreater(len(answer.text), 1 << 20)

    def test_a_second_writer(self):
        self.sim.fault(call="invite", kind="second_writer",
                       action={"path": "/seed", "body": {"members": [{"email": "new@example.com"}]}})
        self.answers(200, "GET", "/users")
        self.answers(409, "POST", "/invitations", INVITE)  # and no violation: it was not listed before

    def test_rules_that_are_none(self):
        for rule in ({"kind": "x"}, {"kind": "status", "when": "now"}, {"kind": "close", "surplus": 1},
                     {"kind": "status", "advice": "good"}):
            self.sim.control("POST", "/faults", rule, status=400)

    def test_latency(self):
        self.sim.switch(latency_ms=100)
        started = time.monotonic()
        self.answers(200, "GET", "/users")
        self.assertGreaterEqual(time.monotonic() - started, 0.1)


def outstanding(sim, nr):
    """So many requests in flight at once, none answered: connections to be closed."""
    sim.switch(latency_ms=PATIENCE * 1000)
    connections = [sim.connect() for _ in range(nr)]
    for c in connections:
        c.request("GET", ORG + "/users", headers={"Authorization": "Bearer " + sim.bearer, "Accept": "*/*"})
    while sim.control("GET", "/dump")["in_flight_peak"] < nr:
        time.sleep(0.01)
    return connections


class Outstanding(unittest.TestCase):
    def setUp(self):
        self.sim = Simulator()
        self.assertEqual(self.sim.token().status, 200)

    def end(self, connections):
        self.assertEqual(self.sim.stop(), 0)
        for c in connections:
            c.close()

    def test_a_waiting_answer_holds_up_no_other(self):
        connections = outstanding(self.sim, 4)
        self.sim.switch(latency_ms=0)
        self.assertEqual(self.sim.call("GET", "/users").status, 200)
        self.end(connections)

    def test_ending_in_the_middle_of_it(self):
        connections = outstanding(self.sim, 2)
        self.sim.control("POST", "/reset")
        self.end(connections)

    def test_too_many_in_flight(self):
        self.sim.switch(parallel_max=2)
        connections = outstanding(self.sim, 3)
        found = self.sim.control("GET", "/violations")["items"]
        self.assertEqual([v["rule"] for v in found], ["parallel"])
        self.end(connections)


class Violations(SimulatorTest):
    def broken(self, rule, *call, **headers):
        with self.subTest(rule):
            self.sim.call(*call, **headers)
            found = self.sim.control("GET", "/violations")["items"]
            self.assertEqual([v["rule"] for v in found], [rule])
        self.sim.control("DELETE", "/violations")

    def test_the_shape_of_a_request(self):
        self.broken("missing_bearer", "GET", "/users", Authorization=None)
        self.broken("accept", "GET", "/users", Accept="text/html")
        self.broken("org_header", "GET", "/users", X_Org_Name="other")
        self.broken("unknown_call", "GET", "/user")
        self.broken("unknown_call", "PUT", "/users", {})
        self.broken("unwanted_body", "GET", "/users", {})
        self.broken("missing_body", "POST", "/invitations")
        self.broken("content_type", "POST", "/invitations", INVITE, Content_Type="text/plain")
        self.broken("bad_json", "POST", "/invitations", "{")
        self.broken("unknown_field", "POST", "/invitations", {**INVITE, "seat": True})
        self.broken("unknown_query", "GET", "/users?active=true")
        self.broken("undeclared_paging", "GET", "/users?limit=10")
        self.broken("managed_user", "POST", "/users", {"first_name": "X"})
        self.broken("service_accounts", "GET", "/service-accounts")

    def test_what_the_agent_must_have_known(self):
        self.seed(members=[{"email": "m@example.com"}], invitations=[{"email": "o@example.com"}])
        made = self.dump()["invitations"][0]["id"]
        self.answers(200, "GET", "/users")
        self.answers(200, "GET", "/invitations")
        self.broken("invite_member", "POST", "/invitations", {"email": "M@example.com"})
        self.broken("invite_open", "POST", "/invitations", {"email": "o@example.com"})
        self.answers(200, "GET", "/invitations")
        self.seed(members=[{"email": "late@example.com"}], invitations=[{"email": "late2@example.com"}])
        self.answers(409, "POST", "/invitations", {"email": "late@example.com"})  # not yet to be known
        self.answers(409, "POST", "/invitations", {"email": "late2@example.com"})
        self.sim.control("POST", "/accept", {"all": True})
        self.answers(409, "POST", "/invitations/%s/resend" % made)
        self.answers(200, "GET", "/invitations")
        self.broken("resend_accepted", "POST", "/invitations/%s/resend" % made)

    def test_what_is_asked_again(self):
        self.sim.switch(doubled_ms=600000, dead_token_max=1, parallel_max=1)
        self.answers(422, "POST", "/users", {"email": "x"})
        self.broken("doubled_post", "POST", "/users", {"email": "x"})
        self.sim.switch(roles="403")
        path = "/users/00000000-0000-4000-8000-000000000000"
        self.answers(403, "PATCH", path, {"role": "admin"})
        self.answers(403, "PATCH", path, {"role": "member"})
        self.broken("denied_again", "PATCH", path, {"role": "admin"})
        self.sim.control("POST", "/revoke-tokens")
        self.answers(401, "GET", "/users")
        self.broken("dead_token", "GET", "/users")

    def test_a_dead_bearer_lets_ask_for_one_more(self):
        self.sim.switch(doubled_ms=600000)
        self.sim.control("POST", "/revoke-tokens")
        self.answers(401, "GET", "/users")
        self.answers(401, "GET", "/users")
        self.assertEqual(self.sim.token().status, 200)
        self.assertEqual(self.sim.token().status, 200)
        self.expected = ["doubled_post"]

    def test_no_secret_is_ever_told(self):
        self.seed(seats={"total": 1}, members=[{"email": "m@example.com", "seat": True}])
        value = self.answers(200, "POST", self.member_path("m@example.com") + "/token",
                             {"expires_at": "2099-01-01T00:00:00Z"}).json["token"]
        self.sim.call("GET", "/nowhere")
        told = json.dumps([self.sim.control("GET", "/" + what) for what in
                           ("dump", "requests", "violations", "mail", "switches", "faults")])
        for secret in (self.sim.bearer, value, "a-secret-of-the-test"):
            self.assertNotIn(secret, told)
        self.expected = ["unknown_call"]


class Control(SimulatorTest):
    def test_what_it_refuses(self):
        self.sim.control("POST", "/nothing", {}, status=404)
        self.sim.control("POST", "/seed", {"user": []}, status=400)
        self.sim.control("POST", "/seed", [], status=400)
        self.sim.control("POST", "/accept", {"email": "nobody@example.com"}, status=409)
        for switches in ({"no_such": 1}, {"page_size": "10"}, {"invitations": "sometimes"},
                         {"page_size": 10, "total_count": 1}):
            self.sim.control("POST", "/switches", switches, status=400)
        self.assertEqual(self.sim.control("GET", "/switches")["page_size"], 0)

    def test_every_switch_can_be_set_to_what_it_says(self):
        switches = self.sim.control("GET", "/switches")
        self.sim.control("POST", "/switches", switches)
        self.assertEqual(self.sim.control("GET", "/switches"), switches)

    def test_everything_is_documented(self):
        with open(HERE + "/README.md") as f:
            readme = f.read()
        names = set(self.sim.control("GET", "/switches"))
        for source, pattern in (("faults.c", r'\{"(\w+)", (?:true|false), '), ("api.c", r'\{"(\w+)", "[A-Z]+"'),
                                ("control.c", r'\{"[A-Z]+", "/([\w-]+)"'), ("rules.c", r'"(\w+)",\s+"[^"]* ')):
            with open(HERE + "/" + source) as f:
                found = set(re.findall(pattern, f.read()))
            self.assertGreater(len(found), 5)
            names |= found
        self.assertEqual({n for n in names if "`%s`" % n not in readme and "/%s`" % n not in readme}, set())

    def test_the_log(self):
        last = self.sim.control("GET", "/requests")["last"]
        self.answers(201, "POST", "/invitations", {"email": "x@example.com", "role": "admin"})
        self.answers(200, "GET", "/users")
        log = self.sim.control("GET", "/requests?since=%d" % last)
        self.assertEqual(log["calls"], {"invite": 1, "users": 1})
        self.assertEqual([r["status"] for r in log["items"]], [201, 200])
        self.assertEqual((log["items"][0]["keys"], log["items"][0]["email"]), (["email", "role"], "x@example.com"))
        self.assertEqual(len(self.sim.control("GET", "/requests?call=users")["items"]), 1)
        self.sim.control("POST", "/reset")
        self.assertEqual(self.sim.control("GET", "/requests")["items"], [])
        self.sim.token()
        self.assertGreater(self.sim.control("GET", "/requests")["last"], log["last"])

    def test_a_body_that_is_too_large(self):
        self.answers(413, "POST", "/users", '"' + "x" * (9 << 20) + '"')

    def test_strangers_at_the_door(self):
        sim = Simulator()
        for bytes_sent in (b"", b"\x16\x03\x01", b"GET / HTTP/1.1\r\n", b"\0" * 5000):
            with socket.create_connection(("127.0.0.1", sim.port), PATIENCE) as s:
                s.sendall(bytes_sent)
        for request in (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100000, b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
                        b"\xff\xfe /\x01 HTTP/9.9\r\n\r\n", b"GET /%2e%2e/\xff\x1b?a=%00 HTTP/1.1\r\nHost: x\r\n\r\n"):
            with sim.context.wrap_socket(socket.create_connection(("127.0.0.1", sim.port), PATIENCE),
                                         server_hostname="localhost") as s:
                try:
                    s.sendall(request)
                except OSError:
                    pass  # it has heard enough
        self.assertEqual(sim.token().status, 200)
        self.assertEqual(sim.stop(), 0)

    def test_certificates_and_the_shell(self):
        subprocess.run(["bash", HERE + "/test_shell.sh"], check=True, timeout=PATIENCE)


if __name__ == "__main__":
    unittest.main()
