#!/usr/bin/env python3
"""What happens to the machine: it has no memory, no descriptors, no disk left; it sleeps, its clock
jumps, its timer stops. Nothing is lost, nothing is done twice, and it is said.

Names begin with the fault's id in CONTRIBUTING.md.
"""

import os
import pathlib
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess

from company import STAFF, Company
from harness import (AGREES, CONFIG, DAY, DEGRADED, FAILED, HELD, HOUR, LOCKED, PATIENCE, PENDING, SOME_FAILED, USAGE,
                     Result, Scene, main)

PEOPLE = (*STAFF, "gus")


class Machine(Scene):
    def setUp(self):
        super().setUp()
        self.people(*PEOPLE)
        self.group("staff", *STAFF)
        self.group("guests", "gus")
        self.config(rules=[{"group": "staff", "seat": True}, {"group": "guests"}],
                    limits={"removals_percent": "100%"})
        self.anew()

    def anew(self):
        """Nobody is invited, nothing is remembered."""
        self.control("POST", "/reset")
        self.seed([{"email": "owner@example.com", "role": "admin"}])
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(self.state + suffix):
                os.unlink(self.state + suffix)

    def invited(self):
        return [to for kind, to in self.mails("invitation")]

    def assert_mended(self):
        """The next run brings all to the end, and nobody got two mails."""
        self.sync()
        self.assertEqual(self.invited(), [f"{name}@example.com" for name in PEOPLE])
        self.assertEqual(self.seatsync("history", "--verify").status, AGREES)
        self.assert_agrees()

    def preloaded(self, name, *words, **environment):
        return self.seatsync(*words, LD_PRELOAD=os.environ[f"SEATSYNC_PRELOAD_{name}"], **environment)


class Local(Company):
    def test_X1_a_second_run_is_told_who_holds_the_lock(self):
        self.company(accept=False)
        self.hold_call("invite")
        first = subprocess.Popen(self.command("sync"), env=self.environment(), stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        self.wait_for_held()
        second = self.seatsync("sync")
        self.assertEqual(second.status, LOCKED, second)
        self.assertRegex(second.err, r"pid \d+")
        self.assertIn(self.seatsync("plan").status, (AGREES, PENDING, DEGRADED), "readers never wait")
        self.let_go()
        self.assertEqual(first.wait(PATIENCE), AGREES)
        self.assertEqual(len(self.mails("invitation")), 5)

    def test_L4_a_damaged_state_is_left_as_it_is(self):
        self.company()
        with open(self.state, "r+b") as file:
            file.write(b"this is no database at all")
        for suffix in ("-wal", "-shm"):
            if os.path.exists(self.state + suffix):
                os.unlink(self.state + suffix)
        before = open(self.state, "rb").read()
        self.assert_nothing_lost(self.seatsync("sync"), FAILED)
        self.assertEqual(open(self.state, "rb").read(), before)

    def test_C1_every_fault_of_a_configuration_at_once(self):
        self.company()
        with open(f"{self.dir}/seatsync.yaml", "w") as file:
            file.write("organisation: {id: acme}\nrules: []\nseats: {reserve: 5x}\n")
        result = self.seatsync("plan")
        self.assertEqual(result.status, CONFIG)
        for word in ("organisation", "reserve", "did you mean organization"):
            self.assertIn(word, result.err)

    def test_C6_wrong_words(self):
        self.company()
        for words in (["plna"], ["plan", "--wrong"], ["release"], ["explain"]):
            self.assertEqual(self.seatsync(*words).status, USAGE, words)

    def test_K1_a_readable_secret_is_refused(self):
        self.company()
        os.chmod(f"{self.dir}/client-secret", 0o644)
        result = self.seatsync("plan")
        self.assertEqual(result.status, CONFIG)
        self.assertIn("chmod", result.err)

    def test_K3_no_secret_in_any_output(self):
        self.company(accept=False)
        secrets = [open(f"{self.dir}/{name}").read() for name in ("client-secret", "ldap-password")]
        for words in (["check"], ["plan"], ["sync"], ["status"], ["history"]):
            result = self.seatsync("--log-level", "debug", *words, LDAP_DEBUG="-1", CURL_VERBOSE="1")
            for secret in secrets:
                self.assertNotIn(secret, result.out + result.err)
        for name in os.listdir(f"{self.dir}/state"):
            content = open(f"{self.dir}/state/{name}", "rb").read()
            for secret in secrets:
                self.assertNotIn(secret.encode(), content)

    def test_X6_a_wrong_clock_makes_nothing_due(self):
        self.company()
        self.leave("staff", "dan")
        self.sync()
        self.elapsed += 30 * HOUR  # only here: the platform's clock stands still
        result = self.seatsync("sync")
        self.assert_nothing_lost_but_seats(result)

    def assert_nothing_lost_but_seats(self, result):
        self.assertEqual(result.status, DEGRADED, result)
        self.assertIn("dan@example.com", self.members())
        self.assertIn("clock", [p["state"] for p in self.plan()[1]["problems"]])


class Environment(Machine):
    # with DEREF a group outside the base would be read, too; the others would weaken or end the connection
    OPTIONS = {"DEREF": "always", "TLS_REQCERT": "never", "TLS_REQSAN": "never", "TLS_CACERTDIR": "/nonexistent",
               "TLS_CERT": "/nonexistent", "TLS_KEY": "/nonexistent", "SIZELIMIT": "1", "TIMELIMIT": "1",
               "BASE": "dc=elsewhere", "URI": "ldap://127.0.0.1:9"}

    def test_nobody_else_gives_orders_to_libldap(self):
        """Not the environment, nor a file in the folder it runs in, nor one at home."""
        self.person("eve")
        suffix = self.directory.suffix
        self.directory.modify(f"dn: cn=staff,ou=people,{suffix}\nchangetype: add\nobjectClass: groupOfNames\n"
                              f"cn: staff\nmember: {self.dn('eve')}\n\n"
                              f"dn: cn=link,ou=groups,{suffix}\nchangetype: add\nobjectClass: alias\n"
                              f"objectClass: extensibleObject\ncn: link\n"
                              f"aliasedObjectName: cn=staff,ou=people,{suffix}\n\n")
        folder = f"{self.dir}/hostile"
        os.mkdir(folder)
        for name in ("ldaprc", ".ldaprc", "ldap.conf"):
            pathlib.Path(f"{folder}/{name}").write_text(
                "".join(f"{option} {value}\n" for option, value in self.OPTIONS.items()))
        quiet = {"HOME": self.dir, "LDAPRC": "none"}
        places = {"environment": {**quiet, **{f"LDAP{option}": value for option, value in self.OPTIONS.items()}},
                  "home": {"HOME": folder, "LDAPRC": "none"},
                  "working folder": {"HOME": self.dir},
                  "LDAPRC": {**quiet, "LDAPRC": "ldap.conf"},
                  "LDAPCONF": {**quiet, "LDAPCONF": f"{folder}/ldap.conf"}}
        for place, environment in places.items():
            with self.subTest(place):
                self.anew()
                result = Result(subprocess.run(self.command("sync"), text=True, capture_output=True, timeout=PATIENCE,
                                               cwd=folder if place in ("working folder", "LDAPRC") else self.dir,
                                               env=self.environment(**environment)))
                self.assertEqual(result.status, AGREES, result)
                self.assertEqual(self.invited(), [f"{name}@example.com" for name in PEOPLE])


class Memory(Machine):
    # Libraries that others wrote may die of it (libtasn1 does, and pthread_exit), or call a certificate
    # unusable; what we promise is what comes after.
    ENDS = (AGREES, FAILED, SOME_FAILED, CONFIG, -signal.SIGSEGV, -signal.SIGABRT)
    ended_by_us = 0

    def starve(self, at, **more):
        options = "detect_leaks=0:" + self.environment()["ASAN_OPTIONS"]  # it has no memory either
        result = self.preloaded("STARVED", "sync", STARVED_AT=str(at), ASAN_OPTIONS=options, **more)
        self.assertIn(result.status, self.ENDS, (at, result))
        self.assertTrue(result.err or result.status == -signal.SIGSEGV, "it failed without a word")
        self.assertNotIn("a mistake of ours", result.err)
        if "seatsync: out of memory; the run stops here" in result.err:
            self.assertEqual(result.status, FAILED, "ours ends in order, with its word as the last")
            self.ended_by_us += 1
        return result

    def test_X5_memory_runs_out_at_any_point(self):
        at, points = 1, 0
        while self.starve(at).status != AGREES:
            self.assert_mended()
            self.anew()
            at, points = at + 1 + at // 2, points + 1
        self.assertGreater(points, 12, "the memory ran out nowhere")
        self.assertGreater(self.ended_by_us, 2, "never where we asked for it ourselves")

    def test_X5_a_moment_without_memory_makes_nobody_a_leaver(self):
        self.control("POST", "/seed", {"members": [
            {"email": f"{name}@example.com", "role": "member", "seat": True} for name in STAFF]})
        self.sync()
        self.control("DELETE", "/requests")
        for at in range(1000, 24000, 900):
            self.starve(at, STARVED_FOR="1")
            self.assertEqual(self.writes(), [], at)


class Limits(Machine):
    def injected(self, *rules):
        """A run whose system calls fail as strace's `inject` says."""
        words = [word for rule in rules for word in ("-e", f"inject={rule}")]
        names = ",".join(rule.split(":")[0] for rule in rules)
        options = "detect_leaks=0:" + self.environment()["ASAN_OPTIONS"]  # which would trace, too
        return Result(subprocess.run(
            ["strace", "-f", "-qq", "-o", f"{self.dir}/trace", "-e", f"trace={names}", *words,
             *self.command("sync")], text=True, capture_output=True, timeout=PATIENCE,
            env={**self.environment(), "ASAN_OPTIONS": options}))

    def test_L10_no_lock_no_quota_no_descriptor(self):
        for rule, words in (
                ("flock:error=ENOLCK", "No locks available"),
                ("fcntl:error=ENOLCK:when=9+", ""),
                ("pwrite64:error=EDQUOT:when=3+", "is a quota used up?"),
                ("fdatasync:error=EDQUOT", "is a quota used up?")):
            with self.subTest(rule):
                result = self.injected(rule)
                self.assertEqual(result.status, FAILED, result)
                self.assertIn(words, result.err)
                self.assertEqual(self.writes(), [])
                self.assertIn("INJECTED", pathlib.Path(f"{self.dir}/trace").read_text("utf-8"))
                self.assert_mended()
                self.anew()

    def test_L10_fewer_descriptors_than_it_wants(self):
        failed = 0
        for number in (*range(4, 20), 64):
            result = Result(subprocess.run(
                self.command("sync"), text=True, capture_output=True, timeout=PATIENCE, env=self.environment(),
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (number, number))))
            if result.status != 127:  # not even the loader got one
                self.assertIn(result.status, (AGREES, FAILED, CONFIG), (number, result))
                self.assertTrue(result.err, "it failed without a word")
            failed += result.status in (FAILED, CONFIG)
            self.assert_mended()
            self.anew()
        self.assertEqual(result.status, AGREES, result)
        self.assertGreater(failed, 3)


class Backup(Machine):
    def backup(self):
        with sqlite3.connect(self.state) as source, sqlite3.connect(f"{self.dir}/backup.db") as copy:
            source.backup(copy)

    def put_back(self):
        for suffix in ("-wal", "-shm"):
            pathlib.Path(self.state + suffix).unlink(missing_ok=True)
        shutil.copy(f"{self.dir}/backup.db", self.state)
        os.chmod(self.state, 0o600)

    def test_L7_an_old_backup_takes_nothing_from_anybody(self):
        """dan was given up by `forget` after the backup: put back, it says that he is ours to remove."""
        self.control("POST", "/seed", {"members": [
            {"email": f"{name}@example.com", "role": "member", "seat": name != "gus"} for name in PEOPLE]})
        self.settings["leavers"] = {"grace": "0s", "runs": 1}
        self.write_config()
        self.sync()
        self.backup()
        self.assertEqual(self.seatsync("forget", "dan@example.com").status, AGREES)
        self.leave("staff", "dan")
        self.sync()
        self.control("DELETE", "/requests")
        self.put_back()
        plan = self.plan()[1]
        self.assertIn("restored", [p["state"] for p in plan["problems"]])
        self.assertEqual(plan["actions"], [])
        for _ in range(2):                # also when the file's age is not news any more
            self.assertEqual(self.seatsync("sync").status, HELD)
            self.assertEqual(self.writes(), [])
        self.assertEqual(self.seatsync("history", "--verify").status, AGREES)
        hold = self.seatsync("holds", "--json").json()["holds"][0]["id"]
        self.assertEqual(self.seatsync("release", hold).status, AGREES)
        self.sync()
        self.assertNotIn("dan@example.com", self.members())
        self.assert_agrees()

    def test_L7_a_backup_sends_no_second_mail_where_nothing_shows_the_first(self):
        self.settings["organization"]["endpoints"] = {"invitations": {"list": None}}
        self.write_config()
        self.seed([{"email": "ada@example.com", "role": "member", "seat": True}])
        self.sync(DEGRADED)               # the first run of a new state sends nothing
        self.backup()
        self.advance(8 * DAY)
        self.sync(self.seatsync("sync").status)
        before = self.mails("invitation")
        self.assertGreater(len(before), 0)
        self.put_back()
        self.assertIn(self.seatsync("sync").status, (DEGRADED, HELD))
        self.assertEqual(self.mails("invitation"), before)


    def test_L7_a_backup_adds_nobody_again_where_nothing_shows_the_first_time(self):
        self.settings["organization"].update(invitations="add_user", endpoints={"invitations": {"list": None}})
        self.write_config()
        self.switches(add_user="invitation")
        self.seed([{"email": "owner@example.com", "role": "admin"}])
        self.sync()
        self.accept_all()                 # the first one is as expected
        self.sync()
        self.accept_all()
        self.sync()
        self.backup()
        self.person("new")
        self.join("staff", "new")
        self.sync()
        before = len(self.writes())
        self.put_back()
        self.assertEqual(self.actions(self.plan()[1], "manual"), [("invite", "new@example.com")])
        self.sync(DEGRADED)
        self.assertEqual(self.assert_agrees(), AGREES, "it counts as invited from then on")
        self.assertEqual(len(self.writes()), before)


class Time(Machine):
    def started(self, *words, **environment):
        return subprocess.Popen(self.command(*words), env=self.environment(**environment), text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def test_X7_a_plan_that_slept_is_not_done(self):
        """Asleep in the middle of a run, for longer than a run may take."""
        self.settings["organization"]["parallel"] = 1
        self.write_config()
        self.hold_call("invite", 2)
        process = self.started("sync", LD_PRELOAD=os.environ["SEATSYNC_PRELOAD_ASLEEP"],
                               ASLEEP_FILE=f"{self.dir}/asleep")
        self.wait_for_held()
        with open(f"{self.dir}/asleep.new", "w", encoding="ascii") as file:
            file.write(str(8 * HOUR))
        os.rename(f"{self.dir}/asleep.new", f"{self.dir}/asleep")
        self.let_go()
        err = process.communicate(timeout=PATIENCE)[1]
        self.assertIn(process.returncode, (FAILED, SOME_FAILED), err)
        self.assertIn("the run's time is over", err)
        self.assertLess(len(self.invited()), len(PEOPLE), "it went on with a plan of eight hours ago")
        self.advance(8 * HOUR)
        self.assert_mended()

    def test_X8_a_run_that_outlasts_the_timer_is_not_overlapped(self):
        self.settings["organization"]["parallel"] = 1
        self.write_config()
        self.hold_call("invite")
        first = self.started("sync")
        self.wait_for_held()
        for _ in range(3):
            self.assertEqual(self.seatsync("sync").status, LOCKED)
        self.assertIsNone(first.poll(), "it ended before the others began")
        self.let_go()
        first.communicate(timeout=PATIENCE)
        self.assertEqual(first.returncode, AGREES)
        self.assert_mended()

    def test_X8_what_makes_progress_asks_for_more_time(self):
        """As systemd hears it: each step moves the end by three minutes; what hangs says nothing, and is ended."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            systemd.bind(f"{self.dir}/notify")
            systemd.settimeout(0)
            self.assertEqual(self.seatsync("sync", NOTIFY_SOCKET=f"{self.dir}/notify").status, AGREES)
            told = []
            while True:
                try:
                    told.append(systemd.recv(4096).decode())
                except BlockingIOError:
                    break
        for message in told:
            self.assertRegex(message, r"\AEXTEND_TIMEOUT_USEC=180000000\nSTATUS=[^\n]+\n\Z")
        steps = [message.split("STATUS=")[1].strip() for message in told]
        for step in ("reading corp", "reading acme", *(f"{n} of 5 actions" for n in range(1, 6))):
            self.assertIn(step, steps)

    def test_X9_never_ran_and_stopped_for_a_week(self):
        result = self.seatsync("status")
        self.assertEqual(result.status, FAILED, result)
        self.assertIn("no run has ever succeeded", result.out)
        self.sync()
        self.assertEqual(self.seatsync("status").status, AGREES)
        self.advance(DAY)
        self.assertEqual(self.seatsync("status").status, AGREES, "an hour may be missed")
        self.advance(6 * DAY)
        result = self.seatsync("status")
        self.assertEqual(result.status, FAILED, result)
        self.assertIn("the last success was 7d ago; is the timer enabled?", result.out)
        self.assertEqual(self.seatsync("status", "--json").json()["status"], FAILED)
        self.control("POST", "/accept", {"all": True})
        self.sync()
        self.assertEqual(self.seatsync("status").status, AGREES)

    def test_X6_a_success_of_the_future_is_no_fresh_one(self):
        """The clock ran most of a year ahead for one run: until then nobody would hear that the timer stopped."""
        self.advance(300 * DAY)
        self.sync()
        self.elapsed = 0
        result = self.seatsync("status")
        self.assertEqual(result.status, FAILED, result)
        self.assertIn("in the future: the clock was set back", result.out)


if __name__ == "__main__":
    main()
