"""The stage for the end-to-end tests: a real slapd, the simulator over HTTPS, the real binary.

    class Leaver(harness.Scene):
        def test_leaver_keeps_nothing(self):
            self.people("ada", "bob")                 # entries of the directory
            self.group("staff", "ada", "bob")
            self.config(rules=[{"group": "staff", "seat": True}])
            self.seed(members=[...], seats=10)
            plan = self.plan()                        # (status, object of plan --json)
            self.settle()                             # syncs, accepts, syncs: until plan is empty

Programs are named by the environment: SEATSYNC, SEATSYNC_SIM (as ctest sets them). One slapd
serves a test class; its entries are removed between tests. Time is faked with faketime
for the binary and by /clock for the simulator; self.advance() moves both.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
SLAPD = HERE.parent / "ldap" / "slapd.sh"
SIM_SH = HERE.parent / "sim" / "sim.sh"
SEATSYNC = os.environ.get("SEATSYNC", "seatsync")
SIM = os.environ.get("SEATSYNC_SIM", "seatsync-sim")
HOUR, DAY = 3600, 86400
ORG = "acme"

AGREES, FAILED, PENDING, HELD, SOME_FAILED, DEGRADED, USAGE, LOCKED, CONFIG = 0, 1, 2, 3, 4, 5, 64, 75, 78


class Result:
    """What one call of the binary came to."""

    def __init__(self, process):
        self.status = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"status {self.status}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class Directory:
    """One private slapd."""

    def __init__(self, options=()):
        self.dir = tempfile.mkdtemp(prefix="e2e-ldap.")
        out = subprocess.run([SLAPD, "start", f"{self.dir}/s", *options], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
        self.env = dict(line.split("=", 1) for line in out.splitlines() if "=" in line)
        self.env = {key: value.strip("'\"") for key, value in self.env.items()}
        self.suffix = self.env["LDAP_SUFFIX"]

    def modify(self, ldif):
        subprocess.run(["ldapmodify", "-x", "-c", "-H", self.env["LDAP_URL"], "-D", self.env["LDAP_ADMIN"],
                        "-w", self.env["LDAP_ADMIN_PASSWORD"]], input=ldif, text=True, check=True,
                       stdout=subprocess.DEVNULL)

    def clear(self):
        """Removes every person and group."""
        for base in ("people", "groups"):
            found = subprocess.run(
                ["ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", self.env["LDAP_URL"], "-D",
                 self.env["LDAP_ADMIN"], "-w", self.env["LDAP_ADMIN_PASSWORD"], "-s", "one", "-b",
                 f"ou={base},{self.suffix}", "1.1"], text=True, check=True, stdout=subprocess.PIPE).stdout
            entries = [line for line in found.splitlines() if line.startswith("dn:")]
            if entries:
                self.modify("".join(f"{dn}\nchangetype: delete\n\n" for dn in entries))

    def stop(self):
        subprocess.run([SLAPD, "stop", f"{self.dir}/s"], check=False)

    def again(self):
        subprocess.run([SLAPD, "again", f"{self.dir}/s"], check=True, stdout=subprocess.DEVNULL)

    def strike(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)


class Scene(unittest.TestCase):
    """One organization, one directory, one state file for each test."""

    maxDiff = None
    slapd_options = ()
    sim_options = ()

    @classmethod
    def setUpClass(cls):
        cls.directory = Directory(cls.slapd_options)
        cls.certificates = tempfile.mkdtemp(prefix="e2e-ca.")
        subprocess.run(["sh", "-c", f". {SIM_SH}; sim_ca {cls.certificates}"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @classmethod
    def tearDownClass(cls):
        cls.directory.strike()
        shutil.rmtree(cls.certificates, ignore_errors=True)

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="e2e.")
        os.mkdir(f"{self.dir}/state", 0o700)
        self.state = f"{self.dir}/state/acme.db"
        self.elapsed = 0
        self.secret("client-secret", "canary-secret")
        self.secret("ldap-password", self.directory.env["LDAP_READER_PASSWORD"])
        self.start_sim()

    def tearDown(self):
        violations = self.control("GET", "/violations")["violations"]
        self.sim.send_signal(signal.SIGTERM)
        self.sim.wait(20)
        self.directory.clear()
        shutil.rmtree(self.dir, ignore_errors=True)
        if violations and not getattr(self, "violations_allowed", False):
            self.fail(f"the platform's rules were broken: {json.dumps(violations, indent=1)}")

    # ---- the platform ----------------------------------------------------------

    def start_sim(self):
        self.sim = subprocess.Popen(
            [SIM, "--port", "0", "--org", ORG, "--client-id", "seatsync", "--client-secret", "canary-secret",
             "--cert", f"{self.certificates}/server.pem", "--key", f"{self.certificates}/server.key",
             "--port-file", f"{self.dir}/port", "--control-port-file", f"{self.dir}/control",
             "--die-with-parent", *self.sim_options], stderr=open(f"{self.dir}/sim.log", "w"))
        self.wait_for(lambda: os.path.exists(f"{self.dir}/port") and os.path.exists(f"{self.dir}/control"))
        self.url = f"https://127.0.0.1:{pathlib.Path(self.dir, 'port').read_text().strip()}"
        self.control_url = f"http://127.0.0.1:{pathlib.Path(self.dir, 'control').read_text().strip()}"

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control_url + path, data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read()}") from error

    def seed(self, members=(), invitations=(), seats=100):
        self.control("POST", "/seed", {"seats": {"total": seats}, "members": list(members),
                                       "invitations": list(invitations)})

    def switches(self, **switches):
        self.control("POST", "/switches", switches)

    def fault(self, **fault):
        self.control("POST", "/faults", fault)

    def accept(self, email, **more):
        self.control("POST", "/accept", {"email": email, **more})

    def dump(self):
        return self.control("GET", "/dump")

    def members(self):
        """e-mail -> (role, has a seat)"""
        return {m["email"]: (m["role"], bool(m.get("seat"))) for m in self.dump()["members"]}

    def invitations(self, status="pending"):
        return sorted(i["email"] for i in self.dump()["invitations"] if i["status"] == status)

    def mails(self, kind=None):
        mails = self.control("GET", "/mail")["mail"]
        return [(m["kind"], m["to"]) for m in mails if kind in (None, m["kind"])]

    def requests(self, method=None):
        log = self.control("GET", "/requests")["requests"]
        return [r for r in log if method in (None, r["method"])]

    def writes(self):
        """Requests that could change the organization."""
        return [r for r in self.requests() if r["method"] != "GET" and not r["path"].endswith("/token")
                or (r["method"] == "POST" and "/users/" in r["path"])]

    # ---- the directory -----------------------------------------------------------

    def person(self, uid, mail="", **attributes):
        mail = f"{uid}@example.com" if mail == "" else mail
        lines = [f"dn: uid={uid},ou=people,{self.directory.suffix}", "changetype: add",
                 "objectClass: inetOrgPerson", f"uid: {uid}", f"cn: {uid}", f"sn: {uid.title()}",
                 f"givenName: {uid.title()}"]
        lines += [f"mail: {mail}"] if mail else []
        lines += [f"{key}: {value}" for key, value in attributes.items()]
        self.directory.modify("\n".join(lines) + "\n\n")

    def people(self, *uids):
        for uid in uids:
            self.person(uid)

    def dn(self, name):
        """A person's, or with @ in front a group's."""
        suffix = self.directory.suffix
        return f"cn={name[1:]},ou=groups,{suffix}" if name.startswith("@") else f"uid={name},ou=people,{suffix}"

    def group(self, name, *members):
        members = members or ("nobody-at-all",)
        lines = [f"dn: {self.dn('@' + name)}", "changetype: add", "objectClass: groupOfNames", f"cn: {name}"]
        lines += [f"member: {self.dn(member)}" for member in members]
        self.directory.modify("\n".join(lines) + "\n\n")

    def join(self, group, *members):
        self._change(group, "add", members)

    def leave(self, group, *members):
        self._change(group, "delete", members)

    def _change(self, group, how, members):
        lines = [f"dn: {self.dn('@' + group)}", "changetype: modify", f"{how}: member"]
        lines += [f"member: {self.dn(member)}" for member in members]
        self.directory.modify("\n".join(lines) + "\n\n")

    def remove_person(self, uid):
        self.directory.modify(f"dn: {self.dn(uid)}\nchangetype: delete\n\n")

    # ---- the program ----------------------------------------------------------------

    def secret(self, name, text):
        path = f"{self.dir}/{name}"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        return path

    def config(self, rules=(), organization=None, ldap=None, **top):
        """Writes the configuration; JSON is YAML."""
        env = self.directory.env
        self.settings = {
            "organization": {"id": ORG, "url": self.url, "client_id": "seatsync",
                             "client_secret_file": "client-secret", "ca_file": f"{self.certificates}/ca.pem",
                             "invitations": "api", "roles": "api", "rate": 0, **(organization or {})},
            "directories": [{"name": "corp", "ldap": {
                "urls": [env["LDAPS_URL"]], "ca_file": env["LDAP_CA"], "bind_dn": env["LDAP_READER"],
                "bind_password_file": "ldap-password",
                "people": {"base": f"ou=people,{self.directory.suffix}", "filter": "(objectClass=inetOrgPerson)",
                           "disabled": "employeeType"},
                "groups": {"base": f"ou=groups,{self.directory.suffix}", "filter": "(objectClass=groupOfNames)"},
                **(ldap or {})}}],
            "rules": list(rules), "state": {"path": self.state}, **top}
        self.write_config()

    def write_config(self):
        pathlib.Path(f"{self.dir}/seatsync.yaml").write_text(json.dumps(self.settings, indent=1))

    def command(self, *words):
        faked = ["faketime", "-f", f"+{self.elapsed}s"] if self.elapsed else []
        return [*faked, SEATSYNC, "-c", f"{self.dir}/seatsync.yaml", *words]

    def environment(self, **more):
        # the preloaded clock must not come before the sanitizer's complaint about its own place
        return {**os.environ, "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "ASAN_OPTIONS": "verify_asan_link_order=0:" + os.environ.get("ASAN_OPTIONS", ""), **more}

    def seatsync(self, *words, stdin="", timeout=300, **environment):
        return Result(subprocess.run(self.command(*words), input=stdin, text=True, capture_output=True,
                                     timeout=timeout, env=self.environment(**environment)))

    def plan(self, *words):
        result = self.seatsync("plan", "--json", *words)
        try:
            return result.status, result.json()
        except ValueError:
            self.fail(f"plan --json printed no JSON: {result}")

    def sync(self, expected=AGREES):
        result = self.seatsync("sync")
        self.assertEqual(result.status, expected, result)
        return result

    def advance(self, seconds):
        self.elapsed += seconds
        self.control("POST", "/clock", {"advance": seconds})

    def accept_config(self):
        """A first complete run without losses accepts the configuration."""
        self.assertIn(self.seatsync("sync").status, (AGREES, DEGRADED))

    def assert_agrees(self):
        """After every apply: the plan is empty, and a second apply sends nothing."""
        status, plan = self.plan()
        self.assertEqual(plan["actions"], [], json.dumps(plan, indent=1))
        before = len(self.writes())
        self.seatsync("sync")
        self.assertEqual(len(self.writes()), before, "the second run sent something")
        return status

    @staticmethod
    def actions(plan, which="actions"):
        return [(a["action"], a["email"]) for a in plan[which]]

    def wait_for(self, condition, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                self.fail("waited in vain")
            time.sleep(0.02)


def main():
    unittest.main(verbosity=2)
