#!/usr/bin/env python3
"""A plan that was kept, looked at and approved: done once, as it was approved, or not at all."""

import hashlib
import json
import os
import pathlib
import pty
import re
import stat
import subprocess

from harness import AGREES, DAY, FAILED, HELD, PATIENCE, PENDING, USAGE, Scene, main

RULES = [{"group": "admins", "role": "admin", "seat": True}, {"group": "staff", "seat": True}, {"group": "guests"}]


def member(name, role="member", seat=False):
    return {"email": f"{name}@example.com", "role": role, "seat": seat}


def sealed(text):
    """The text with the digest that fits it, as a forger would make it."""
    body = "".join(text.splitlines(keepends=True)[:-1])
    return f'{body}"digest":"{hashlib.sha256(body.encode()).hexdigest()}"}}\n'


class Saved(Scene):
    def setUp(self):
        super().setUp()
        self.file = f"{self.dir}/plan.json"
        self.people("ada", "bob", "cem", "dan", "eve")
        self.group("admins", "ada")
        self.group("staff", "bob", "cem", "dan")
        self.group("guests", "eve")
        self.config(rules=RULES, limits={"removals_percent": "100%"}, leavers={"grace": "0s", "runs": 1})
        self.seed([member("owner", "admin"), member("ada", "admin", True), member("dan", seat=True)])

    def keep(self, expected=PENDING, *words):
        result = self.seatsync("plan", "--out", self.file, *words)
        self.assertEqual(result.status, expected, result)
        return result

    def text(self):
        return pathlib.Path(self.file).read_text()

    def write(self, text):
        pathlib.Path(self.file).write_text(text)

    def apply(self, **environment):
        return self.seatsync("apply", self.file, "--yes", "--json", **environment)

    def refused(self, *words):
        """Refused with these words, as text and as JSON; nothing is sent."""
        before = len(self.writes())
        result = self.apply()
        self.assertEqual(result.status, FAILED, result)
        said = result.json()
        self.assertEqual((said["format"], said["status"]), ("seatsync-apply-1", FAILED))
        for word in words:
            self.assertIn(word, said["error"]["text"])
        self.assertNotIn("actions", said)
        result = self.seatsync("apply", self.file, "--yes")
        self.assertEqual(result.status, FAILED, result)
        for word in words:
            self.assertIn(word, result.err)
        self.assertEqual(len(self.writes()), before, "a refused plan sent something")
        return said

    def history(self, event):
        return [h for h in self.seatsync("history", "--limit", "0", "--json").json()["history"]
                if h["event"] == event]


class Approved(Saved):
    def test_kept_approved_done_once(self):
        kept = self.keep(PENDING, "--json")
        self.assertEqual(kept.out, self.text(), "the file is what --json prints")
        self.assertEqual(stat.S_IMODE(os.stat(self.file).st_mode), 0o600)
        self.assertEqual([n for n in os.listdir(self.dir) if n.startswith(("plan.json.", ".plan"))], [])
        self.assertFalse(os.path.exists(self.state), "plan made a state")
        plan = json.loads(self.text())
        body = "".join(self.text().splitlines(keepends=True)[:-1])
        self.assertEqual(plan["digest"], hashlib.sha256(body.encode()).hexdigest())
        self.assertEqual(plan["counts"]["invite"], 3)
        self.assertEqual([a.get("wants_seat") for a in plan["actions"]], [True, True, None])
        self.assertEqual(self.writes(), [])

        done = self.apply(SUDO_USER="lea")
        self.assertEqual(done.status, AGREES, done)
        said = done.json()
        self.assertEqual(said["saved"], {k: plan[k] for k in ("id", "created_at", "digest")})
        self.assertEqual(self.actions(said), self.actions(plan))
        self.assertEqual({a["result"] for a in said["actions"]}, {"done"})
        self.assertEqual(self.invitations(), [f"{n}@example.com" for n in ("bob", "cem", "eve")])
        link, = self.history("plan")
        self.assertEqual(link["result"], "applied")
        self.assertRegex(link["actor"], r"^lea by sudo")
        for word in ("id", "created_at", "digest"):
            self.assertIn(plan[word], link["text"])
        self.assertEqual(self.history("invite")[0]["run"], link["run"])
        self.assertEqual(self.seatsync("history", "--verify").status, AGREES)
        self.assertEqual(self.assert_agrees(), AGREES)
        self.refused(plan["id"], "was already applied by lea by sudo", f"(run {link['run']})", "done once")
        self.assertEqual(len(self.history("plan")), 1)

    def test_who_is_named_beside_sudo_is_who_ran_it(self):
        self.keep()
        user = subprocess.run(["id", "-un"], text=True, capture_output=True, check=True).stdout.strip()
        self.assertEqual(self.apply(SUDO_USER="lea").status, AGREES)
        self.assertEqual(self.history("plan")[0]["actor"],
                         "lea by sudo" if os.getuid() == 0 else f"lea by sudo as {user}")

    def test_a_plan_with_nothing_to_do_is_done_once_too(self):
        self.sync()
        self.keep(AGREES)
        sent = len(self.writes())
        self.assertEqual(self.apply().status, AGREES)
        self.assertEqual(len(self.writes()), sent)
        self.refused("already applied")

    def test_age_is_no_matter_while_it_comes_out_the_same(self):
        self.keep()
        self.advance(100 * DAY)
        self.assertEqual(self.apply().status, AGREES)
        self.assert_agrees()

    def test_what_waits_does_not_matter(self):
        self.control("POST", "/pool", {"total": 3})  # ada, dan: one is left for bob
        self.keep()
        self.people("fay")
        self.join("staff", "fay")                    # waits behind cem
        result = self.apply()
        self.assertEqual(result.status, AGREES, result)
        self.assertEqual(self.invitations(), ["bob@example.com", "eve@example.com"])

    def test_holds_are_obeyed_and_must_be_the_same(self):
        self.sync()
        self.accept_all()
        self.sync()
        self.settings["limits"] = {"removals": 1}
        self.write_config()
        self.leave("staff", "bob", "cem")
        self.keep(HELD)
        self.assertEqual(self.apply().status, HELD)
        self.assertEqual(self.members()["bob@example.com"], ("member", True))
        self.keep(HELD)
        hold = json.loads(self.text())["held"][0]["hold"]
        self.assertEqual(self.seatsync("release", hold).status, AGREES)
        said = self.refused("comes out differently now")
        self.assertEqual({(d["difference"], d["change"]) for d in said["differences"]},
                         {("changed", f"is: held -> to be done, hold: {hold} -> none")})
        self.keep()
        self.assertEqual(self.apply().status, AGREES)
        self.assertNotIn("bob@example.com", self.members())
        self.assert_agrees()

    def test_asked_on_a_terminal(self):
        self.keep()
        self.assertEqual(self.seatsync("apply", self.file).status, USAGE, "never a question without a terminal")
        for answer, status in (("no", FAILED), ("yes", AGREES)):
            ours, theirs = pty.openpty()
            os.write(ours, f"{answer}\n".encode())
            result = subprocess.run(self.command("apply", self.file), stdin=theirs, stderr=theirs, text=True,
                                    stdout=subprocess.PIPE, timeout=PATIENCE, env=self.environment())
            os.close(theirs)
            os.close(ours)
            self.assertEqual(result.returncode, status, result.stdout)
            self.assertEqual(len(self.writes()) > 0, status == AGREES)
        self.assertEqual(len(self.history("plan")), 1, "an answer of no does not use it up")


class Different(Saved):
    def test_person_by_person(self):
        self.keep()
        self.people("fay")
        self.join("staff", "fay")       # new
        self.leave("staff", "cem")      # gone
        self.join("admins", "bob")      # changed
        self.join("staff", "eve")       # changed
        said = self.refused("comes out differently now (1 new, 1 gone, 2 changed)")
        self.assertEqual([(d["difference"], d["action"], d["email"], d.get("change")) for d in said["differences"]], [
            ("changed", "invite", "bob@example.com", "role: member -> admin"),
            ("gone", "invite", "cem@example.com", None),
            ("changed", "invite", "eve@example.com", "seat: no -> yes"),
            ("new", "invite", "fay@example.com", None)])
        text = self.seatsync("apply", self.file, "--yes").out
        self.assertRegex(text, r"what differs between plan p-\w+ of \S+Z and now \(4\)")
        self.assertRegex(text, r"\n  changed +invite +bob@example\.com +role: member -> admin +is in ")
        self.assertEqual({(h["result"], h["text"].rsplit(": ", 1)[1]) for h in self.history("plan")},
                         {("refused", "1 new, 1 gone, 2 changed")})
        status = self.seatsync("status", "--json").json()
        self.assertIsNone(status["last_attempt"]["error"], "nothing is wrong with this machine")
        self.keep()
        self.assertEqual(self.apply().status, AGREES)
        self.assert_agrees()

    def test_an_invitation_expired_since(self):
        self.sync()
        self.keep(AGREES)
        self.advance(8 * DAY)
        said = self.refused("3 new")
        self.assertEqual({d["action"] for d in said["differences"]}, {"reissue_invitation"})

    def test_P16_somebody_else_did_it_meanwhile(self):
        self.keep()
        first = self.text()
        self.advance(1)
        self.keep()
        self.assertNotEqual(json.loads(first)["id"], json.loads(self.text())["id"])
        second = self.text()
        self.write(first)
        self.assertEqual(self.apply().status, AGREES)
        self.write(second)
        said = self.refused("(3 gone)")
        self.assertEqual({d["difference"] for d in said["differences"]}, {"gone"})

    def test_other_ids(self):
        self.sync()
        self.leave("staff", "dan")
        self.keep()
        plan = json.loads(self.text())
        ids = {a["member_id"] for a in plan["actions"] if a["email"] == "dan@example.com"}
        self.assertEqual(len(ids), 1, plan)
        self.write(sealed(self.text().replace(ids.pop(), "m-of-another")))
        said = self.refused("changed")
        self.assertTrue(all("member: m-of-another -> " in d["change"] for d in said["differences"]), said)

    def test_forged(self):
        """Whoever can compute a digest can still do no more than a fresh plan says."""
        self.keep()
        self.write(sealed(self.text().replace("cem@example.com", "mal@example.com")))
        said = self.refused("1 new, 1 gone")
        self.assertEqual([d["email"] for d in said["differences"]], ["cem@example.com", "mal@example.com"])
        self.assertNotIn("mal@example.com", self.invitations())

    def test_in_another_order(self):
        self.keep()
        lines = self.text().splitlines(keepends=True)
        places = [i for i, line in enumerate(lines) if line.startswith(' {"action":"invite"')]
        first, second = places[:2]
        lines[first], lines[second] = lines[second], lines[first]
        self.write(sealed("".join(lines)))
        said = self.refused("(2 moved)")
        self.assertEqual([d["change"] for d in said["differences"]], ["place: 2 -> 1", "place: 1 -> 2"])


class Refused(Saved):
    def test_C7_edited(self):
        self.keep()
        text = self.text()
        for edited in (text.replace("cem@", "mal@", 1), json.dumps(json.loads(text)), text + "\n",
                       text.replace("\n", "\r\n"), text.replace('"complete":true', '"complete": true')):
            self.write(edited)
            self.refused("plan.json: was edited since it was made")
        self.write("".join(text.splitlines(keepends=True)[:-1])[:-2] + "}\n")
        self.refused("has no digest")
        self.write(text[:-40])
        self.refused("is no saved plan: line ")
        self.write(text)
        self.assertEqual(self.apply().status, AGREES, "refusals used it up")

    def test_C7_another_organization_format_configuration(self):
        self.keep()
        text = self.text()
        for change, words in (
                (('"organization":"acme"', '"organization":"other"'), "for the organization other, not for acme"),
                (("seatsync-plan-1", "seatsync-plan-2"), "another version of seatsync: its format is seatsync-plan-2"),
                (("seatsync-plan-1", "seatsync-sync-1"), "its format is not seatsync-plan-1"),
                (('"complete":true', '"complete":false'), "a reading that was not whole"),
                (('"action":"invite"', '"action":"erase"'), "action 1: is no saved plan: action is missing"),
                (('"role":"member"', '"role":"god"'), "action 1: is no saved plan: role is missing"),
                (('"config":', '"config":"x",\n"config":'), "a key stands twice")):
            self.assertIn(change[0], text)
            self.write(sealed(text.replace(*change)))
            self.refused(words)
        self.write(text)
        self.settings["rules"] = [*RULES, {"group": "staff", "role": "member"}]
        self.write_config()
        self.refused("was made under another configuration")
        self.assertEqual(self.history("run"), [], "a refused file begins no run")

    def test_a_part_is_no_plan(self):
        part = self.seatsync("plan", "--person", "bob@example.com", "--json")
        self.assertEqual(part.status, PENDING, part)
        self.write(part.out)
        self.refused("has no digest: not a whole plan")
        self.assertEqual(self.seatsync("plan", "--person", "bob@example.com", "--out", self.file).status, USAGE)

    def test_what_is_no_file_of_ours(self):
        os.mkfifo(self.file)
        self.refused("plan.json: is no regular file")
        os.unlink(self.file)
        os.mkdir(self.file)
        self.refused("plan.json: is no regular file")
        os.rmdir(self.file)
        self.refused("plan.json: cannot be read: No such file")
        with open(self.file, "w", encoding="ascii") as file:
            file.truncate((64 << 20) + 1)
        self.refused("plan.json: is larger than 64 MiB")
        self.write("")
        self.refused("is no saved plan")
        self.write("s3cret\n")
        self.assertNotIn("s3cret", json.dumps(self.refused("is no saved plan: line 1, column ")))
        self.write("[" * 100000)
        self.refused("nested deeper than 8")
        os.unlink(self.file)
        self.keep()
        os.chmod(self.file, 0o620)
        self.refused("can be written by others")
        os.chmod(self.file, 0o444)
        self.assertEqual(self.apply().status, AGREES)
        self.assertEqual(self.seatsync("apply", "-", "--yes").status, USAGE)


class Places(Saved):
    def not_written(self, path, word, status=FAILED):
        result = self.seatsync("plan", "--out", path)
        self.assertEqual(result.status, status, result)
        self.assertIn(word, result.err)

    def test_only_a_free_place_or_an_older_plan(self):
        self.not_written("-", "--out needs the name of a file", USAGE)
        self.not_written("", "--out needs the name of a file", USAGE)
        self.not_written(f"{self.dir}/none/plan.json", "No such file or directory")
        self.not_written(self.dir, "is no saved plan")
        self.not_written("/dev/null", "is no saved plan")
        other = self.secret("notes", "what I must not lose\n")
        self.not_written(other, "is there and is no saved plan; it was not written")
        self.assertEqual(pathlib.Path(other).read_text(), "what I must not lose\n")
        os.symlink(other, self.file)
        self.not_written(self.file, "is no saved plan")
        self.assertTrue(os.path.islink(self.file))
        os.unlink(self.file)
        self.write("")
        self.keep()
        first = self.text()
        os.chmod(self.file, 0o644)
        self.advance(1)
        self.keep()
        self.assertNotEqual(self.text(), first)
        self.assertEqual(stat.S_IMODE(os.stat(self.file).st_mode), 0o600)

    def test_nothing_is_written_without_a_whole_plan(self):
        self.keep()
        before = self.text()
        self.settings["rules"] = [*RULES, {"group": "nobody-knows-it"}]
        self.write_config()
        result = self.keep(FAILED)
        self.assertIn("no plan was written: not everything was read whole", result.err)
        self.assertIn("nobody-knows-it", result.out, "the text says what was not")
        self.settings["rules"] = RULES
        self.settings["directories"][0]["ldap"]["urls"] = ["ldaps://127.0.0.1:1"]
        self.write_config()
        self.assertIn("no directory could be read", self.keep(FAILED).err)
        self.assertEqual(self.text(), before)

    def test_it_still_says_what_the_plan_says(self):
        plain = self.seatsync("plan")
        kept = self.keep()
        at = re.compile(r"plan p-\w+ of \S+Z")
        self.assertEqual(at.sub("", kept.out), at.sub("", plain.out))
        self.assertRegex(kept.err, rf"plan p-\w+ was written to {self.file}")


if __name__ == "__main__":
    main()
