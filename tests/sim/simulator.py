"""A running simulator, driven over real HTTPS, for the tests in this folder.

SEATSYNC_SIM names the program.  Only Python's own library is used.
"""
import http.client
import json
import os
import ssl
import subprocess
import tempfile
import time
import unittest
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ORG = "/api/v1/organizations/acme"
SECRET = "a-secret-of-the-test"
PATIENCE = 600  # seconds: a bound for what hangs, never waited for


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    @property
    def json(self):
        return json.loads(self.text)


class Simulator:
    def __init__(self, *options, tls=True):
        self.folder = tempfile.TemporaryDirectory()
        self.tls = tls
        path = self.folder.name
        ports = [path + "/port", path + "/control"]
        command = [os.environ["SEATSYNC_SIM"], "--die-with-parent", "--client-secret", SECRET,
                   "--port-file", ports[0], "--control-port-file", ports[1], *options]
        if tls:
            subprocess.run(["sh", "-euc", '. "$1"/sim.sh; sim_ca "$2"', "sh", HERE, path], check=True)
            self.context = ssl.create_default_context(cafile=path + "/ca.pem")
            command += ["--cert", path + "/server.pem", "--key", path + "/server.key"]
        self.process = subprocess.Popen(command)
        self.port, self.control_port = (self._port(p) for p in ports)
        self.bearer = None
        self.connection = None

    def _port(self, path):
        end = time.monotonic() + PATIENCE
        while not os.path.exists(path):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the simulator did not start")
            time.sleep(0.01)
        with open(path) as f:
            return int(f.read())

    def stop(self):
        """Its status: a sanitizer that found something makes it not 0."""
        self.close()
        self.process.terminate()
        status = self.process.wait(PATIENCE)
        self.folder.cleanup()
        return status

    def connect(self):
        if self.tls:
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE,
                                               context=self.context)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    # ---- the control interface

    def control(self, method, path, body=None, status=200):
        c = http.client.HTTPConnection("127.0.0.1", self.control_port, timeout=PATIENCE)
        c.request(method, path, None if body is None else json.dumps(body))
        answer = Answer(c.getresponse())
        c.close()
        if answer.status != status:
            raise AssertionError("%s %s: %d %s" % (method, path, answer.status, answer.text))
        return answer.json

    def switch(self, **switches):
        self.control("POST", "/switches", switches)

    def fault(self, **rule):
        self.control("POST", "/faults", rule)

    # ---- the API

    def token(self, secret=SECRET, **more):
        form = {"grant_type": "client_credentials", "client_id": "seatsync",
                "client_secret": secret, **more}
        answer = self.raw("POST", "/api/iam/token", urllib.parse.urlencode(form),
                          {"Content-Type": "application/x-www-form-urlencoded"})
        if answer.status == 200:
            self.bearer = answer.json["access_token"]
        return answer

    def raw(self, method, path, body=None, headers={}):
        """One request on the kept connection; a connection error ends it."""
        self.connection = self.connection or self.connect()
        try:
            self.connection.request(method, path, body, headers)
            return Answer(self.connection.getresponse())
        except Exception:
            self.close()
            raise

    def call(self, method, path, body=None, **headers):
        head = {"Accept": "application/json", "X-Org-Name": "acme", "X-API-Version": "v1"}
        if self.bearer:
            head["Authorization"] = "Bearer " + self.bearer
        if body is not None and not isinstance(body, str):
            body = json.dumps(body)
        if body is not None:
            head["Content-Type"] = "application/json"
        head.update((name.replace("_", "-"), value) for name, value in headers.items())
        return self.raw(method, ORG + path if not path.startswith("/api") else path, body,
                        {name: value for name, value in head.items() if value is not None})


class SimulatorTest(unittest.TestCase):
    """One simulator for the class, new for each test; violations fail the test."""

    @classmethod
    def setUpClass(cls):
        cls.sim = Simulator()

    @classmethod
    def tearDownClass(cls):
        status = cls.sim.stop()
        if status:
            raise AssertionError("the simulator ended with status %d" % status)

    def setUp(self):
        self.sim.control("POST", "/reset")
        self.sim.switch(doubled_ms=0)  # a test may well repeat itself at once
        self.expected = []
        self.assertEqual(self.sim.token().status, 200)

    def tearDown(self):
        found = [v["rule"] for v in self.sim.control("GET", "/violations")["items"]]
        self.assertEqual(found, self.expected)

    def answers(self, status, method, path, body=None, **headers):
        answer = self.sim.call(method, path, body, **headers)
        self.assertEqual(answer.status, status, answer.text)
        return answer

    def seed(self, **what):
        self.sim.control("POST", "/seed", what)

    def dump(self):
        return self.sim.control("GET", "/dump")

    def member(self, email):
        found = [m for m in self.dump()["members"] if m["email"] == email]
        return found[0] if found else None

    def member_path(self, email):
        return "/users/" + self.member(email)["id"]

    def mails(self):
        return {k: n for k, n in self.sim.control("GET", "/mail")["counts"].items() if n}
