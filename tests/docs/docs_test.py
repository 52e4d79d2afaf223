#!/usr/bin/env python3
"""The documents say what the program does: manual pages, README, CONTRIBUTING.

	docs_test.py SOURCE_DIR SEATSYNC
"""
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import unittest

SOURCE, SEATSYNC = sys.argv[1], os.path.abspath(sys.argv[2])
os.umask(0o022)
os.environ.pop("CREDENTIALS_DIRECTORY", None)  # ours has no secret of theirs


def text(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        return file.read()


def seatsync(*arguments, **options):
    return subprocess.run([SEATSYNC, *arguments], capture_output=True, text=True, check=False,
                          timeout=600, **options)


def commands_of_help():
    return re.findall(r"^  (\w+) +\S", seatsync("--help").stdout, re.M)


def synopsis(line):
    """`.It Cm plan Op Fl Fl person Ar email` as `plan [--person EMAIL]`."""
    line = line.replace(".It Cm ", "").replace("Fl Fl ", "--")
    line = re.sub(r"Oo (.*?) Oc", r"[\1]", line)
    line = re.sub(r"Op (.*)", r"[\1]", line)
    return re.sub(r"Ar (\w+)", lambda m: m.group(1).upper(), line).replace(" ...", "...")


def part(page, title):
    """One section of a manual page."""
    return re.search(r"^\.Sh %s\n(.*?)(?=^\.Sh |\Z)" % title, page, re.M | re.S).group(1)


class ManualPages(unittest.TestCase):
    def test_lint(self):
        pages = [os.path.join(SOURCE, "man", name) for name in ("seatsync.1", "seatsync.yaml.5")]
        said = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *pages],
                              capture_output=True, text=True, check=False)
        self.assertEqual((said.returncode, said.stdout + said.stderr), (0, ""))

    def test_commands(self):
        page = part(text("man/seatsync.1"), "COMMANDS")
        named = re.findall(r"^\.It Cm (\w+)", page, re.M)
        self.assertEqual(named, commands_of_help())
        self.assertGreater(len(named), 10)

    def test_options(self):
        page = text("man/seatsync.1")
        common = set(re.findall(r"Fl Fl ([\w-]+)", part(page, "OPTIONS"))) - {"version"}
        for line in re.findall(r"^\.It Cm .*", part(page, "COMMANDS"), re.M):
            command = line.split()[2]
            said = seatsync(command, "-h")
            self.assertEqual(said.returncode, 0, command)
            listed = set(re.findall(r"--([\w-]+)", said.stdout))
            named = set(re.findall(r"Fl Fl ([\w-]+)", line))
            self.assertEqual(named | common, listed, command)
            usage = re.search(r"^usage: seatsync \[-c FILE\] (.*)", said.stdout, re.M).group(1)
            self.assertEqual(synopsis(line), usage)

    def test_later_versions_are_refused(self):
        for arguments in (["init"], ["report"], ["watch"]):
            self.assertEqual(seatsync(*arguments).returncode, 64, arguments)


class Statuses(unittest.TestCase):
    """agent/status.h, seatsync(1) and the README have one table."""

    header = dict(re.findall(r"^\tSTATUS_\w+ = (\d+), +/\* (.*?) \*/", text("agent/status.h"),
                             re.M))

    def test_manual(self):
        page = part(text("man/seatsync.1"), "EXIT STATUS")
        self.assertEqual(dict(re.findall(r"^\.It (\d+)\n(.*)", page, re.M)), self.header)
        self.assertEqual(len(self.header), 9)

    def test_readme(self):
        rows = re.findall(r"^\| (\d+) \| (.*?) \|", text("README.md"), re.M)
        self.assertEqual(dict(rows), self.header)

    def test_order(self):
        order = re.search(r"first in the order ([\d, ]+)\.", text("man/seatsync.1")).group(1)
        self.assertEqual(order, "64, 78, 75, 1, 4, 3, 5, 2, 0")
        self.assertIn(order, text("README.md"))


class Example(unittest.TestCase):
    """Every key of the example is in seatsync.yaml(5), with its default, and no other."""

    # What the example shows for these is an example, or stands for {org_id}.
    ILLUSTRATED = {"directories[].ldap.bind_dn", "state.path", "organization.headers",
                   "directories[].ldap.bind_password_file", "organization.client_secret_file",
                   "directories[].scim.token_file", "directories[].canaries[].group"}

    @staticmethod
    def keys_of_example():
        """Paths and values; the file keeps to block style but for the one-line mappings, and for empty
        lists of mappings, which tell in a comment what may stand there."""
        keys, stack = {}, []
        for line in text("config/seatsync.example.yaml").splitlines():
            inside = re.search(r"# \[\{(.*)\}\]$", line)
            line = re.sub(r"(^|\s)#.*", "", line).rstrip()
            found = re.match(r"( *)(- )?([\w-]+):(?: +(.*))?$", line)
            if not found:
                continue
            indent, item, key, value = found.groups()
            depth = len(indent) + (2 if item else 0)
            while stack and stack[-1][0] >= depth:
                stack.pop()
            if item and stack:
                stack[-1] = (stack[-1][0], stack[-1][1].rstrip("[]") + "[]")
            path = ".".join([name for _, name in stack] + [key])
            if value is None:
                stack.append((depth, key))
            elif value.startswith("{") and value != "{}":
                for name, inner in re.findall(r"(\w+): ([^,}]+)", value):
                    keys["%s.%s" % (path, name)] = inner
            else:
                keys.setdefault(path, value.strip('"'))
                for name, inner in re.findall(r"(\w+): ([^,}]+)", inside.group(1) if inside else ""):
                    keys["%s[].%s" % (path, name)] = inner
        return keys

    def test_keys_and_defaults(self):
        page = text("man/seatsync.yaml.5")
        named = dict(re.findall(r"^\.It Cm (\S+) Pq (.*)", page, re.M))
        shown = self.keys_of_example()
        for key in [k for k in shown if k.startswith("organization.headers.")]:
            del shown[key]
            shown["organization.headers"] = None
        self.assertEqual(sorted(shown), sorted(named))
        self.assertGreater(len(shown), 75)
        for key, about in named.items():
            default = re.search(r"default Ql (.*)$", about)
            if default and key not in self.ILLUSTRATED:
                self.assertEqual(default.group(1), shown[key], key)
            elif key not in self.ILLUSTRATED:
                self.assertIn("needed", about, key)

    def test_refused_for_now(self):
        """What the page says is refused is; so is nothing that it does not."""
        config = re.search(r"^\.Sh EXAMPLES\n\.Bd .*?\n(.*?)^\.Ed", text("man/seatsync.yaml.5"),
                           re.M | re.S).group(1)
        changes = {
            "protect:": "notify: {webhook: x}\nprotect:",
        }
        self.assertEqual(check_offline(self, config).returncode, 0)
        for old, new in changes.items():
            self.assertIn(old, config)
            said = check_offline(self, config.replace(old, new, 1))
            self.assertEqual(said.returncode, 78, new)
            self.assertIn("not supported by this version yet", said.stdout, new)


def check_offline(case, config):
    """Runs check --offline on a configuration, with its secrets beside it."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "state"), 0o700)
        for name in re.findall(r"_file: *([\w-]+)", config):
            path = os.path.join(folder, name)
            with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
                file.write("a secret\n")
        case.assertNotIn("state:", config)
        path = os.path.join(folder, "seatsync.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(config + "\nstate: {path: %s/state/x.db}\n" % folder)
        return seatsync("-c", path, "check", "--offline")


class Readme(unittest.TestCase):
    readme = text("README.md")

    def test_configuration(self):
        block = re.search(r"^ *```yaml\n(.*?)^ *```", self.readme, re.M | re.S).group(1)
        said = check_offline(self, textwrap.dedent(block))
        self.assertEqual(said.returncode, 0, said.stdout + said.stderr)

    def test_commands_exist(self):
        known = commands_of_help()
        for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md"):
            for block in re.findall(r"^ *```\w*\n(.*?)^ *```", text(name), re.M | re.S):
                for command in re.findall(r"^ *(?:sudo (?:-u \w+ )?)?seatsync (?:-c \S+ )?([a-z]+)",
                                          block, re.M):
                    self.assertIn(command, known, name)

    def test_links(self):
        for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"):
            for target in re.findall(r"\]\(([^)#:]+)\)", text(name)):
                self.assertTrue(os.path.exists(os.path.join(SOURCE, target)),
                                "%s names %s" % (name, target))

    def test_folders(self):
        """The table of the tree names what is there."""
        for name in re.findall(r"^\| `([\w./]+)` \|", self.readme, re.M):
            self.assertTrue(os.path.exists(os.path.join(SOURCE, name)), name)


class Faults(unittest.TestCase):
    """CONTRIBUTING.md's catalogue: each fault has a test that carries its id."""

    @staticmethod
    def carried(name):
        """The ids in the names of a file's tests, or in the words "fault ID" above them."""
        tests = text(name)
        words = "_".join(re.findall(r"(?:static void|def) (\w+)", tests)).split("_")
        ids = {word.upper() for word in words}
        for said in re.findall(r"[Ff]aults? ((?:[A-Z]\d+(?:-[A-Z]\d+)?(?:, | and )?)+)", tests):
            for letter, first, last in re.findall(r"([A-Z])(\d+)(?:-[A-Z](\d+))?", said):
                ids |= {letter + str(n) for n in range(int(first), int(last or first) + 1)}
        return ids

    def test_each_has_a_test(self):
        rows = re.findall(r"^\| ([A-Z]\d+) \|.*\| ([^|]+) \|$", text("CONTRIBUTING.md"), re.M)
        ids = [fault for fault, _ in rows]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertGreater(len(ids), 50)
        for fault, files in rows:
            self.assertRegex(files, r"^`[\w./]+`(, `[\w./]+`)*$", fault)
            for name in re.findall(r"`([^`]+)`", files):
                self.assertIn(fault, self.carried(name), name)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
