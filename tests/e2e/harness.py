"""The stage for the end-to-end tests: a real slapd, the simulator over HTTPS, the real binary.

    class Leaver(harness.Scene):
        def test_leaver_keeps_nothing(self):
            self.people("ada", "bob")                 # entries of the directory
            self.group("staff", "ada", "bob")
            self.config(rules=[{"group": "staff", "seat": True}])
            self.seed(members=[...], seats=10)
            status, plan = self.plan()                # the exit status, the object of plan --json
            self.sync()                               # asserts the exit status, 0 unless named
            self.assert_agrees()                      # after every apply: the plan is empty

Programs are named by the environment: SEATSYNC, SEATSYNC_SIM (as ctest sets them). One slapd and
one simulator serve a test class; both are emptied between tests. Time is faked with faketime
for the binary and by /clock for the simulator; self.advance() moves both.
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "sim"))
from simulator import PATIENCE, SECRET, Simulator  # noqa: E402 (found by the line above)

SLAPD = HERE.parent / "ldap" / "slapd.sh"
SEATSYNC = os.environ.get("SEATSYNC", "seatsync")
HOUR, DAY = 3600, 86400
os.umask(0o022)  # a configuration that all may write is refused
# What says how and by whom we were started, and would say the same of the program.
AMBIENT = ("CREDENTIALS_DIRECTORY", "INVOCATION_ID", "JOURNAL_STREAM", "NOTIFY_SOCKET", "SUDO_USER")
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


def faketime_sweep():
    """Removes what faketime left of killed processes: it fails when a later one gets their number."""
    for left in pathlib.Path("/dev/shm").glob("*faketime_s*_*"):
        number = left.name.rpartition("_")[2]
        if number.isdigit() and not os.path.exists(f"/proc/{number}"):
            left.unlink(missing_ok=True)


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
                 self.env["LDAP_ADMIN"], "-w", self.env["LDAP_ADMIN_PASSWORD"], "-s", "children", "-b",
                 f"ou={base},{self.suffix}", "1.1"], text=True, check=True, stdout=subprocess.PIPE).stdout
            entries = [line for line in found.splitlines() if line.startswith("dn:")]
            if entries:
                self.modify("".join(f"{dn}\nchangetype: delete\n\n" for dn in reversed(entries)))

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
        cls.sim = Simulator(*cls.sim_options)

    @classmethod
    def tearDownClass(cls):
        cls.directory.strike()
        if cls.sim.stop():
            raise AssertionError("the simulator ended badly")

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="e2e.")
        os.mkdir(f"{self.dir}/state", 0o700)
        self.state = f"{self.dir}/state/acme.db"
        self.elapsed = 0
        self.violations_expected = []
        self.control = self.sim.control
        self.control("POST", "/reset")
        self.secret("client-secret", SECRET)
        self.secret("ldap-password", self.directory.env["LDAP_READER_PASSWORD"])

    def anew(self):
        """As in the beginning: nobody in the organization, the directory or the memory."""
        self.control("POST", "/reset")
        self.directory.clear()
        shutil.rmtree(os.path.dirname(self.state))
        os.mkdir(os.path.dirname(self.state), 0o700)
        self.elapsed = 0

    def tearDown(self):
        found = self.control("GET", "/violations")["items"]
        self.directory.clear()
        shutil.rmtree(self.dir, ignore_errors=True)
        self.assertEqual([v["rule"] for v in found], self.violations_expected, found)

    # ---- the platform ----------------------------------------------------------

    def seed(self, members=(), invitations=(), seats=100):
        self.control("POST", "/seed", {"seats": {"total": seats}, "members": list(members),
                                       "invitations": list(invitations)})

    def switches(self, **switches):
        self.control("POST", "/switches", switches)

    def fault(self, **fault):
        self.control("POST", "/faults", fault)

    def hold_call(self, call, nr=1):
        """The nr-th call of this name is carried out, but not answered before let_go(). Take as long as you like."""
        self.fault(kind="hold", call=call, after=nr - 1)

    def wait_for_held(self):
        self.wait_for(lambda: any(fault["hits"] for fault in self.control("GET", "/faults")["items"]))

    def let_go(self):
        self.control("DELETE", "/faults")

    def sync_stopped(self, call, nr=1):
        """A run that gets SIGTERM while its nr-th call of this name is on its way: its status, and what it said."""
        self.hold_call(call, nr)
        said = pathlib.Path(self.dir, "said")
        with said.open("w", encoding="utf-8") as out:
            process = subprocess.Popen(self.command("sync"), env=self.environment(), stdout=out, stderr=out)
        self.wait_for_held()
        process.terminate()
        self.wait_for(lambda: "stopping after the calls in flight" in said.read_text("utf-8"))
        self.let_go()
        return process.wait(PATIENCE), said.read_text("utf-8")

    def accept(self, email, **more):
        self.control("POST", "/accept", {"email": email, **more})

    def accept_all(self):
        self.control("POST", "/accept", {"all": True})

    def dump(self):
        return self.control("GET", "/dump")

    @staticmethod
    def problems(plan):
        """Those of a plan, but that each group has a member that does not exist: see group()."""
        return [p for p in plan["problems"] if "nobody-at-all" not in p["why"]]

    def members(self):
        """e-mail -> (role, has a seat)"""
        return {m["email"]: (m["role"], m["seat"]) for m in self.dump()["members"]}

    def invitations(self, status="pending"):
        return sorted(i["email"] for i in self.dump()["invitations"] if i["status"] == status)

    def mails(self, *kinds):
        """(kind, to), sorted; of these kinds only when some are named"""
        items = self.control("GET", "/mail")["items"]
        return sorted((m["kind"], m["to"]) for m in items if not kinds or m["kind"] in kinds)

    def writes(self):
        """The calls that could change the organization, in order."""
        readers = ("users", "invitations", "seats", "tokens", "token", "unknown")
        return [(r["call"], r.get("email")) for r in self.control("GET", "/requests")["items"]
                if r["call"] not in readers]

    # ---- the directory -----------------------------------------------------------

    def person(self, uid, mail="", **attributes):
        mail = f"{uid}@example.com" if mail == "" else mail
        lines = [f"dn: uid={uid},ou=people,{self.directory.suffix}", "changetype: add",
                 "objectClass: inetOrgPerson", f"uid: {uid}", f"cn: {uid}", f"sn: {uid.title()}",
                 f"givenName: {uid.title()}"]
        lines += [f"mail:: {base64.b64encode(mail.encode()).decode()}"] if mail else []
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
        # groupOfNames must keep a member: one that does not exist, so that a group can be emptied
        members = (*members, "nobody-at-all")
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
            "organization": {"id": ORG, "url": f"https://127.0.0.1:{self.sim.port}", "client_id": "seatsync",
                             "client_secret_file": "client-secret", "ca_file": f"{self.sim.folder.name}/ca.pem",
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
        if faked:
            faketime_sweep()
        return [*faked, SEATSYNC, "-c", f"{self.dir}/seatsync.yaml", *words]

    def environment(self, **more):
        # the preloaded clock must not come before the sanitizer's complaint about its own place
        ours = {name: value for name, value in os.environ.items() if name not in AMBIENT}
        return {**ours, "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "ASAN_OPTIONS": "verify_asan_link_order=0:" + os.environ.get("ASAN_OPTIONS", ""), **more}

    def seatsync(self, *words, stdin="", timeout=PATIENCE, **environment):
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

    def wait_for(self, condition, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                self.fail("waited in vain")
            time.sleep(0.02)


def main():
    unittest.main(verbosity=2)
