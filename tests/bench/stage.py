"""The stage for the benchmarks: a large directory, a simulated organization, configurations.

    with Stage(binary, sim, people=100_000) as stage:
        org = stage.organization("small", rules, members)   # a simulator, a folder, a config
        measure(org.command("plan"), expect=PENDING)         # seconds, CPU, peak memory

The directory has tests/ldap/gen.py's people and 200 groups: g000 holds the first half of the
people, g199 the second, the others 5 to 2,000 each.
"""
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / area) for area in ("e2e", "ldap", "sim")]
sys.dont_write_bytecode = True
import gen  # noqa: E402 (found by the lines above)

SUFFIX = "dc=example,dc=com"
SEED_BATCH = 2000  # members a request, so that this process stays smaller than what it measures


class Cost:
    """What one process took."""

    def __init__(self, wall, usage, status):
        self.wall = wall
        self.cpu = usage.ru_utime + usage.ru_stime
        self.megabytes = usage.ru_maxrss / 1024
        self.status = status

    def __add__(self, other):
        """One after the other."""
        both = Cost.__new__(Cost)
        both.wall, both.cpu = self.wall + other.wall, self.cpu + other.cpu
        both.megabytes, both.status = max(self.megabytes, other.megabytes), self.status
        return both


def measure(command, expect=(0,), out=subprocess.DEVNULL):
    """Runs a command to its end; ends everything when its status is not expected."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cost = Cost(time.monotonic() - start, usage, process.returncode)
    if cost.status not in expect:
        sys.exit(f"bench: {' '.join(map(str, command))} ended with {cost.status}:\n{said.decode()}")
    return cost


def cpu_of(pid):
    """Seconds of CPU a running process has used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def groups_made(people):
    """gen.py's groups, the last one replaced by the second half of the people."""
    import random
    chance, half = random.Random(7), people // 2
    groups = [range(half)]
    for _ in range(1, 199):
        size = min(chance.choice(gen.SIZES), people)
        groups.append(sorted(chance.sample(range(people), size)))
    return groups + [range(half, people)]


class Organization:
    """One simulator with its members, one folder with configuration and state."""

    def __init__(self, stage, name, rules, scim=None, **more):
        """scim: the URL of a server to read in place of slapd."""
        from simulator import SECRET, Simulator
        self.stage = stage
        self.sim = Simulator(tls=False)
        self.dir = stage.dir / name
        self.dir.mkdir()
        self.state = self.dir / "state" / "acme.db"
        self.state.parent.mkdir(0o700)
        self._secret("client-secret", SECRET)
        self._secret("password", stage.env["LDAP_READER_PASSWORD"])
        self.directory = {"name": "idp", "scim": {"url": scim, "token_file": "password"}} if scim else \
            {"name": "corp", "ldap": {
                "urls": [stage.env["LDAP_URL"]], "bind_dn": stage.env["LDAP_READER"],
                "bind_password_file": "password",
                "people": {"base": f"ou=people,{SUFFIX}", "filter": "(objectClass=inetOrgPerson)"},
                "groups": {"base": f"ou=groups,{SUFFIX}", "filter": "(objectClass=groupOfNames)"}}}
        self.config(rules, **more)

    def _secret(self, name, text):
        with open(os.open(self.dir / name, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(text)

    def config(self, rules, **more):
        settings = {
            "organization": {"id": "acme", "url": f"http://127.0.0.1:{self.sim.port}",
                             "client_id": "seatsync", "client_secret_file": "client-secret",
                             "invitations": "api", "roles": "api", "parallel": 8, "rate": 0},
            "directories": [self.directory], "rules": rules, "state": {"path": str(self.state)}, **more}
        (self.dir / "seatsync.yaml").write_text(json.dumps(settings, indent=1))

    def seed(self, people, seats):
        """Members from the numbers of the directory's people."""
        self.sim.control("POST", "/seed", {"seats": {"total": seats}})
        people = list(people)
        for at in range(0, len(people), SEED_BATCH):
            self.sim.control("POST", "/seed", {"members": [
                {"email": f"u{i:07d}@example.com", "first_name": gen.FIRST[i % 10],
                 "last_name": f"{gen.LAST[i // 10 % 10]}{i}", "role": "member", "seat": True}
                for i in people[at:at + SEED_BATCH]]})

    def differ(self, changes):
        """Another hand: the first have lost their seat, the last are gone."""
        for i, email in enumerate(changes):
            change = {"seat": False} if i % 2 else {"remove": True}
            self.sim.control("POST", "/change", {"email": email, **change})

    def command(self, *words):
        return [self.stage.seatsync, "-c", self.dir / "seatsync.yaml", *words]

    def sim_cpu(self):
        return cpu_of(self.sim.process.pid)


class BareStage:
    """A folder and its organizations; the directory is somebody else's."""

    env = {"LDAP_READER_PASSWORD": "unused"}

    def __init__(self, seatsync, sim):
        os.environ["SEATSYNC_SIM"] = str(sim)
        self.seatsync = seatsync
        self.folder = tempfile.TemporaryDirectory(prefix="seatsync-bench.")
        self.dir = pathlib.Path(self.folder.name)
        self.organizations = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for organization in self.organizations:
            organization.sim.stop()
        self.folder.cleanup()

    def organization(self, name, rules, **more):
        made = Organization(self, name, rules, **more)
        self.organizations.append(made)
        return made

    def dismiss(self, organization):
        self.organizations.remove(organization)
        organization.sim.stop()


class Stage(BareStage):
    def __init__(self, seatsync, sim, people):
        super().__init__(seatsync, sim)
        self.people = people
        self.groups = groups_made(people)

    def __enter__(self):
        ldif = self.dir / "company.ldif"
        with open(ldif, "w") as file:
            for i in range(self.people):
                file.write(gen.person(i, SUFFIX))
            for g, members in enumerate(self.groups):
                file.write(gen.group(g, members, SUFFIX))
        out = subprocess.run([HERE.parent / "ldap" / "slapd.sh", "start", self.dir / "ldap", "--quick",
                              "--ldif", ldif], check=True, text=True, stdout=subprocess.PIPE).stdout
        self.env = {key: value.strip("'") for key, value in
                    (line.split("=", 1) for line in out.splitlines())}
        ldif.unlink()
        return self

    def __exit__(self, *_):
        subprocess.run([HERE.parent / "ldap" / "slapd.sh", "stop", self.dir / "ldap"], check=False)
        super().__exit__()

    def ldapsearch(self):
        """The yardstick: the same people, groups and attributes, thrown away."""
        def search(base, kind, *attributes):
            return measure(["ldapsearch", "-x", "-LLL", "-H", self.env["LDAP_URL"], "-D",
                            self.env["LDAP_READER"], "-w", self.env["LDAP_READER_PASSWORD"],
                            "-E", "pr=1000/noprompt", "-b", f"ou={base},{SUFFIX}",
                            f"(objectClass={kind})", *attributes])
        return (search("people", "inetOrgPerson", "entryUUID", "mail", "givenName", "sn") +
                search("groups", "groupOfNames", "entryUUID", "cn", "member", "objectClass"))

    def slapd_cpu(self):
        return cpu_of(int(self.env["LDAP_PID"]))
