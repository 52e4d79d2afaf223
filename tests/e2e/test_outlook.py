#!/usr/bin/env python3
"""What is said about how things stand: quarantine, metrics, seats, status, invitations, explain."""

import contextlib
import fcntl
import os
import pathlib
import re
import signal
import socket
import sqlite3
import stat
import subprocess

from harness import AGREES, DAY, DEGRADED, FAILED, HELD, HOUR, LOCKED, PATIENCE, SOME_FAILED, Scene, main

RULES = [{"group": "staff", "seat": True}]


def metrics_read(case, path):
    """The file, checked as `promtool check metrics` would, as {(name, labels without organization): value}."""
    text = pathlib.Path(path).read_text()
    case.assertTrue(text.endswith("\n# EOF\n"), "no end")
    help_of, type_of, values, last = {}, {}, {}, None
    for line in text.splitlines()[:-1]:
        comment = re.fullmatch(r"# (HELP|TYPE) (seatsync_[a-z_]+) (.+)", line)
        if comment:
            kind, name, rest = comment.groups()
            seen = help_of if kind == "HELP" else type_of
            case.assertNotIn(name, seen, "said twice")
            seen[name] = rest
            last = name
            continue
        found = re.fullmatch(r'(seatsync_[a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\} (-?\d+)', line)
        case.assertTrue(found, f"no sample: {line}")
        name, labels, value = found.groups()
        case.assertEqual(name, last, "samples of one name stand together, after their HELP and TYPE")
        case.assertIn(name, help_of)
        case.assertEqual(type_of[name], "gauge")
        case.assertFalse(re.search(r"_(total|count|sum|bucket)$", name), f"{name}: a suffix of counters")
        case.assertFalse(re.search(r"_(ms|minutes|hours|days|milliseconds)$", name), f"{name}: base units only")
        labels = dict(re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', labels))
        case.assertEqual(labels.pop("organization"), "acme")
        key = (name[len("seatsync_"):], *sorted(labels.items()))
        case.assertNotIn(key, values, "said twice")
        values[key] = int(value)
    case.assertEqual(set(help_of), set(type_of))
    return values


class Quarantine(Scene):
    slapd_options = ("--returns",)

    def setUp(self):
        super().setUp()
        self.people("ada", "bob")
        self.group("staff", "ada", "bob")
        self.metrics = f"{self.dir}/seatsync.prom"
        self.config(rules=RULES, limits={"removals_percent": "100%"}, metrics={"textfile": self.metrics})
        self.seed([{"email": f"{n}@example.com", "role": "member", "seat": True} for n in ("ada", "bob")])
        self.sync()
        self.down = True
        self.directory.stop()

    def tearDown(self):
        self.mend()
        super().tearDown()

    def mend(self):
        if self.down:
            self.directory.again()
        self.down = False

    def hourly(self, runs, expected=FAILED):
        """So many runs of the timer; what the last one said."""
        for _ in range(runs):
            self.advance(HOUR)
            result = self.sync(expected)
        return result

    def runs(self):
        return self.seatsync("status", "--json").json()["last_attempt"]["id"]

    def skipped(self, result):
        return "quarantine" in result.err and "nothing was done" in result.err

    def test_after_five_failures_one_a_day_is_tried(self):
        self.assertFalse(self.skipped(self.hourly(5)))
        begun = self.runs()
        self.assertEqual(begun, 6)
        result = self.hourly(1)
        self.assertTrue(self.skipped(result), result)
        self.assertIn("the last 5 runs failed", result.err)
        self.assertIn("--now", result.err)
        for hours in (0, 10, 9):  # until 22 hours after the fifth
            self.advance(hours * HOUR)
            self.assertTrue(self.skipped(self.hourly(1)))
        self.assertEqual(self.runs(), begun, "what is left out is no run, and counts for nothing")
        result = self.hourly(1)
        self.assertIn("this is a new try", result.err)
        self.assertEqual(self.runs(), begun + 1)
        self.assertTrue(self.skipped(self.hourly(1)))
        self.mend()
        self.advance(21 * HOUR)
        self.hourly(1)
        self.assertEqual(self.runs(), begun + 1)
        self.assertNotIn("quarantine", self.hourly(1, AGREES).out)
        self.hourly(1, AGREES)
        self.assertEqual(self.runs(), begun + 3)

    def test_the_hint_of_what_failed_is_a_line_of_its_own(self):
        self.mend()
        self.settings["organization"]["client_id"] = "nobody"
        self.write_config()
        self.hourly(1)
        self.assertRegex(self.seatsync("status").out,
                         r"(?m)^last attempt .* ended with status 1, .*: .+\n {14}hint: check client_id")

    def test_it_is_said(self):
        self.hourly(5)
        began = self.elapsed
        self.hourly(2)
        status = self.seatsync("status")
        self.assertEqual(status.status, FAILED)
        self.assertRegex(status.out, r"(?m)^quarantine +5 runs in a row failed, the first .*; sync tries once a day, "
                                     r"next after 20.*Z, in 2[12]h")
        told = self.seatsync("status", "--json").json()["quarantine"]
        self.assertEqual(told["failures"], 5)
        self.assertGreater(told["next_at"], told["failing_since"])
        values = metrics_read(self, self.metrics)
        self.assertEqual(values["quarantine",], 1)
        self.assertEqual(values["failures_in_a_row",], 5)
        self.assertEqual(values["exit_status",], FAILED)
        self.assertEqual(values["directory_whole", ("directory", "corp")], 0)
        attempt, success = values["last_attempt_timestamp_seconds",], values["last_success_timestamp_seconds",]
        self.assertAlmostEqual(attempt - success, began, delta=120)
        refused = self.seatsync("sync", "--json").json()
        self.assertEqual((refused["status"], refused["error"]["kind"]), (FAILED, "refused"))

    def test_ways_out(self):
        self.hourly(6)
        begun = self.runs()
        self.sync_with(["--now"], FAILED)
        self.assertEqual(self.runs(), begun + 1)
        self.assertTrue(self.skipped(self.sync(FAILED)), "one try is one try")
        self.settings["limits"]["min_people"] = 1
        self.write_config()
        self.assertFalse(self.skipped(self.sync(FAILED)), "a changed configuration is tried at once")
        self.assertEqual(self.runs(), begun + 2)
        self.assertTrue(self.skipped(self.sync(FAILED)))
        self.mend()
        self.assertEqual(self.seatsync("plan").status, AGREES)
        self.assertTrue(self.skipped(self.sync(FAILED)), "plan counts for nothing")
        self.assertEqual(self.seatsync("apply", "--yes").status, AGREES)
        self.sync()
        self.assert_agrees()
        self.assertNotIn("quarantine ", self.seatsync("status").out)

    def test_a_clock_set_back_does_not_make_it_last(self):
        self.elapsed = 400 * DAY  # the machine's clock alone
        for _ in range(6):
            result = self.sync(FAILED)
        self.assertTrue(self.skipped(result))
        self.elapsed = 0
        self.assertFalse(self.skipped(self.sync(FAILED)), "what began in the future is no reason to wait")
        self.assertTrue(self.skipped(self.sync(FAILED)))
        self.elapsed = DAY
        self.assertFalse(self.skipped(self.sync(FAILED)))

    def test_only_what_failed_counts(self):
        self.hourly(4)
        self.settings["organization"]["parallel"] = 1000
        self.write_config()
        self.sync(78)
        self.settings["organization"]["parallel"] = 8
        self.write_config()
        self.seatsync("nonsense")
        self.assertFalse(self.skipped(self.sync(FAILED)), "the fifth")
        self.assertTrue(self.skipped(self.sync(FAILED)))

    def ended(self, signal_nr, *words):
        """A sync that a signal ends while it reads."""
        process = subprocess.Popen(self.command("sync", *words), env=self.environment(), text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.wait_for(self.running)
        process.send_signal(signal_nr)
        _, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, FAILED if signal_nr == signal.SIGTERM else -signal_nr, err)

    def running(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.state}?mode=ro", uri=True)) as db:
            return db.execute("SELECT max(id) FROM run WHERE state = 'running'").fetchone()[0] == self.begun + 1

    def end_many(self, times, *signal_nr_and_words):
        for _ in range(times):
            self.begun = self.runs()
            self.ended(*signal_nr_and_words)

    def test_who_is_asked_to_stop_has_not_failed(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            self.settings["directories"][0]["ldap"]["urls"] = [f"ldaps://127.0.0.1:{silent.getsockname()[1]}"]
            self.write_config()
            self.end_many(5, signal.SIGTERM)
            status = self.seatsync("status")
            self.assertRegex(status.out, r"(?m)^last attempt .*: sync was stopped by a signal$")
            self.assertEqual(status.status, AGREES, status)
            self.assertTrue(self.seatsync("status", "--json").json()["last_attempt"]["stopped"])
            self.end_many(5, signal.SIGKILL)
            self.assertTrue(self.skipped(self.sync(FAILED)), "what dies each hour gains nothing")
            self.assertRegex(self.seatsync("status").out, r"(?m)^last attempt .*: sync has not ended$")
            self.end_many(1, signal.SIGTERM, "--now")
            self.end_many(1, signal.SIGKILL)  # nothing left it out: the try of the day was stopped
            self.assertTrue(self.skipped(self.sync(FAILED)))
            self.assertEqual(self.seatsync("status", "--json").json()["quarantine"]["failures"], 5,
                             "the last has no end, and nobody who only reads knows that it never will")

    def test_a_run_that_stops_in_the_middle_has_not_failed(self):
        self.mend()
        self.people("cem", "dan", "eve")
        self.join("staff", "cem", "dan", "eve")
        self.settings["organization"]["parallel"] = 1
        self.write_config()
        status, said = self.sync_stopped("invite")
        self.assertEqual(status, FAILED, said)
        status = self.seatsync("status", "--json").json()
        self.assertEqual((status["failures_in_a_row"], status["last_attempt"]["stopped"]), (0, True))
        self.assertNotEqual(status["status"], FAILED)
        self.sync()

    def sync_with(self, words, expected):
        result = self.seatsync("sync", *words)
        self.assertEqual(result.status, expected, result)
        return result


class Metrics(Scene):
    def setUp(self):
        super().setUp()
        self.people("ada", "bob", "cem", "dan")
        self.group("staff", "ada", "bob", "cem", "dan")
        os.mkdir(f"{self.dir}/metrics")
        self.metrics = f"{self.dir}/metrics/seatsync.prom"
        self.config(rules=RULES, limits={"removals_percent": "100%"}, metrics={"textfile": self.metrics})
        self.seed([{"email": "ada@example.com", "role": "member", "seat": True}], seats=3)

    def test_numbers_of_a_run(self):
        self.sync()
        values = metrics_read(self, self.metrics)
        self.assertEqual(values["exit_status",], AGREES)
        self.assertEqual(values["quarantine",], 0)
        self.assertEqual([values[name,] for name in ("seats", "seats_assigned", "seats_reserved", "seats_free",
                                                     "seats_waiting")], [3, 1, 2, 0, 1])
        self.assertEqual(values["invitations", ("state", "pending")], 2)
        self.assertEqual(values["run_actions", ("action", "invite"), ("result", "done")], 2)
        self.assertEqual(values["run_actions", ("action", "invite"), ("result", "failed")], 0)
        self.assertEqual(values["waiting_actions", ("action", "invite")], 1)
        self.assertEqual(values["directory_whole", ("directory", "corp")], 1)
        self.assertEqual(values["directory_people", ("directory", "corp")], 4)
        self.assertEqual(values["managed_members",], 1)
        self.assertEqual(values["last_attempt_timestamp_seconds",], values["last_success_timestamp_seconds",])
        version = self.seatsync("--version").out.split()[1]
        self.assertEqual(values["build_info", ("version", version)], 1)
        self.advance(6 * DAY)
        self.sync()
        self.assertEqual(metrics_read(self, self.metrics)["invitations_expiring",], 2)
        self.assert_agrees()

    def test_the_manual_names_them_all(self):
        self.sync()
        page = (pathlib.Path(__file__).parents[2] / "man/seatsync.1").read_text()
        section = re.search(r"^\.Sh METRICS\n(.*?)^\.Sh ", page, re.M | re.S).group(1)
        listed = re.findall(r"seatsync_[a-z_]+", "".join(re.findall(r"^\.It Va .*", section, re.M)))
        names = {"seatsync_" + key[0] for key in metrics_read(self, self.metrics)}
        self.assertEqual(names | {"seatsync_directory_people"}, set(listed))
        self.assertEqual(len(listed), len(set(listed)))
        kinds = {key[1][1] for key in metrics_read(self, self.metrics) if key[0] == "problems"}
        named = re.search(r"^\.Va directory , group , state\n\.Po\n(.*?)^\.Pc", page, re.M | re.S).group(1)
        self.assertEqual(kinds, set(re.findall(r"[a-z]+", named.replace(".Cm", ""))))

    def test_failures_are_counted_and_apply_writes_too(self):
        self.fault(kind="status", status=403, call="invite")
        result = self.seatsync("apply", "--yes")
        self.assertEqual(result.status, SOME_FAILED, result)
        values = metrics_read(self, self.metrics)
        self.assertEqual(values["exit_status",], SOME_FAILED)
        self.assertEqual(values["run_actions", ("action", "invite"), ("result", "failed")], 1)
        self.assertGreater(values["last_success_timestamp_seconds",], 0, "that run planned")

    def test_what_failed_moves_the_attempt_alone(self):
        self.sync()
        before = metrics_read(self, self.metrics)
        self.advance(HOUR)
        self.fault(kind="status", status=403, call="users")
        self.sync(FAILED)
        values = metrics_read(self, self.metrics)
        self.assertEqual(values["last_success_timestamp_seconds",], before["last_success_timestamp_seconds",])
        self.assertGreaterEqual(values["last_attempt_timestamp_seconds",],
                                before["last_attempt_timestamp_seconds",] + HOUR - 60)
        self.assertEqual(values["exit_status",], FAILED)
        self.assertEqual(values["seats",], 3, "as it was last seen")
        self.assertEqual(values["directory_whole", ("directory", "corp")], 1, "the directory could be read")

    def test_held_people_and_a_group_that_is_gone(self):
        self.sync()
        self.directory.modify(f"dn: {self.dn('@staff')}\nchangetype: delete\n\n")
        self.sync(HELD)
        values = metrics_read(self, self.metrics)
        self.assertEqual(values["directory_whole", ("directory", "corp")], 0)
        self.assertEqual(values["held_people", ("cause", "incomplete")], 3)
        self.assertEqual(values["held_actions", ("action", "revoke_seat")], 1)
        self.assertEqual(values["problems", ("kind", "failed")], 1)

    def test_the_file_is_whole_or_as_it_was(self):
        self.sync()
        first = os.stat(self.metrics)
        self.assertEqual(stat.S_IMODE(first.st_mode), 0o644)
        with open(self.metrics) as reader:  # an exporter in the middle of its reading
            self.sync()
            self.assertNotEqual(os.stat(self.metrics).st_ino, first.st_ino)
            self.assertTrue(reader.read().endswith("# EOF\n"))
        self.assertEqual(os.listdir(os.path.dirname(self.metrics)), ["seatsync.prom"])

    def test_no_run_fails_for_it(self):
        self.settings["metrics"]["textfile"] = f"{self.dir}/nowhere/seatsync.prom"
        self.write_config()
        result = self.sync()
        self.assertIn("seatsync.prom: cannot be made: No such file or directory; it was not written", result.err)
        checked = self.seatsync("check", "--offline")
        self.assertEqual(checked.status, FAILED)
        self.assertRegex(checked.out, r"FAIL +metrics +.*nowhere/seatsync.prom: cannot be written")
        self.settings["metrics"]["textfile"] = f"{self.dir}/seatsync.txt"
        self.write_config()
        self.assertIn("does not end in .prom", self.sync(78).err)

    def test_nothing_is_written_without_the_lock(self):
        self.sync()
        before = os.stat(self.metrics).st_ino
        with open(f"{self.state}.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.sync(LOCKED)
        self.assertEqual(os.stat(self.metrics).st_ino, before)


class Seats(Scene):
    def company(self, seats=3, **config):
        self.people("ada", "bob", "cem", "dan", "eve")
        self.group("leads", "eve")
        self.group("staff", "ada", "bob", "cem", "dan")
        self.config(rules=[{"group": "leads", "seat": True}, *RULES], limits={"removals_percent": "100%"}, **config)
        self.seed([{"email": f"{n}@example.com", "role": "member"} for n in ("ada", "bob", "cem", "dan", "eve")],
                  seats=seats)
        self.sync()

    def remember(self, days, taken):
        """Runs of the past, one a day, with the seats taken(day) of the last `days`."""
        with sqlite3.connect(self.state) as db:
            now = db.execute("SELECT max(at) FROM seats").fetchone()[0]  # the same day as that of the last run
            for day in range(days):
                at = now - (days - day) * DAY
                db.execute("INSERT INTO run (id, command, actor, state, started_at, ended_at, status)"
                           " VALUES (?, 'sync', 'x', 'ended', ?, ?, 0)", (day - 1000, at, at))
                db.execute("INSERT INTO seats (run, at, total, assigned, reserved, free, waiting)"
                           " VALUES (?, ?, 99, ?, 0, 0, 0)", (day - 1000, at, taken(day)))
        db.close()

    def test_who_waits_by_place_and_rule_and_how_many_would_do(self):
        self.company(seats=3)
        out = self.seatsync("seats").out
        self.assertRegex(out, r"(?m)^seats +total 3, assigned 3, reserved for invitations 0, kept back 0, free 0, ")
        self.assertRegex(out, r"(?m)^waiting +2 people; 2 more seats would serve all$")
        self.assertRegex(out, r"(?m)^ +1  cem@example.com +staff +assign_seat +no seat is free$")
        told = self.seatsync("seats", "--json").json()
        self.assertEqual(told["now"]["needed"], 2)
        self.assertEqual([(w["place"], w["email"], w["rule"]) for w in told["waiting"]],
                         [(1, "cem@example.com", "staff"), (2, "dan@example.com", "staff")])
        self.assertEqual(told["by_rule"], [{"rule": "staff", "people": 2}])
        self.assertIsNone(told["forecast"])
        self.assertRegex(out, r"(?m)^forecast +full now$")
        self.control("POST", "/pool", {"total": 1})
        self.sync(DEGRADED)
        out = self.seatsync("seats").out
        self.assertRegex(out, r"(?m)^over +2 more are assigned than there are; nobody loses one for it$")

    def test_a_line_of_the_worklist_is_no_invitation_and_its_seat_not_for_who_waits(self):
        self.people("ada", "bob", "cem")
        self.group("staff", "ada", "bob", "cem")
        self.config(rules=RULES, organization={"invitations": "manual"})
        self.seed(seats=2)
        self.sync(DEGRADED)
        out = self.seatsync("seats").out
        self.assertRegex(out, r"(?m)^seats .* free 2, for 2 on the worklist, ")
        self.assertRegex(out, r"(?m)^waiting +1 person; 1 more seat would serve all$")
        self.assertEqual(self.seatsync("invitations", "--json").json()["invitations"], [])
        self.assertEqual(self.seatsync("status", "--json").json()["managed_invitations"], 0)
        told = self.seatsync("explain", "--json", "ada@example.com").json()
        self.assertIsNone(told["invitation"])
        self.assertIn("none is known; on the worklist since", str(told["answer"]))

    def test_two_rules_wait(self):
        self.company(seats=0)
        out = self.seatsync("seats").out
        self.assertRegex(out, r"waiting for a seat, by rule \(2\)\n +leads +1\n +staff +4\n")

    def test_forecast(self):
        self.company(seats=17)  # 5 assigned, 12 free
        self.remember(10, lambda day: day - 5)
        out = self.seatsync("seats").out
        self.assertRegex(out, r"(?m)^forecast +full in about 12 days: 1\.0 more a day in the last 10 days$")
        told = self.seatsync("seats", "--json").json()["forecast"]
        self.assertEqual((told["full_in_days"], told["days_seen"]), (12, 10))
        self.assertAlmostEqual(told["per_day"], 1)
        self.assertIn("full in about 12 days", self.seatsync("status").out)

    def test_no_forecast_of_what_falls(self):
        self.company(seats=17)
        self.remember(10, lambda day: 20 - day)
        self.assertNotIn("forecast", self.seatsync("seats").out)
        self.assertIsNone(self.seatsync("seats", "--json").json()["forecast"])

    def test_nothing_was_seen(self):
        self.config(rules=RULES)
        self.assertIn("no run has seen the seats yet", self.seatsync("seats").out)
        self.assertIsNone(self.seatsync("seats", "--json").json()["now"])


class Invitations(Scene):
    def company(self, seats=10, **config):
        self.people("ada", "bob", "cem")
        self.group("staff", "ada", "bob", "cem")
        self.config(rules=RULES, limits={"removals_percent": "100%"}, **config)
        self.seed(seats=seats)
        self.sync()

    def shown(self):
        found = self.seatsync("invitations", "--json").json()["invitations"]
        return {i["email"].split("@")[0]: (i["status"], i["attempts"], i["next"]) for i in found}

    def test_the_next_step_is_what_then_happens(self):
        self.company(invitations={"attempts": 2})
        self.assertEqual(self.shown()["ada"], ("pending", 1, "sent again when it ends"))
        self.assertRegex(self.seatsync("invitations").out,
                         r"(?m)^ada@example.com +pending +member +20\S+Z +in 7d +1 of 2 +yes +sent again when it ends$")
        self.advance(7 * DAY + HOUR)
        self.assertEqual(self.shown()["ada"], ("expired", 1, "sent again by the next run"))
        self.sync()
        self.assertEqual(self.shown()["ada"], ("pending", 2, "the last mail; parked when it ends"))
        self.advance(7 * DAY + HOUR)
        self.assertEqual(self.shown()["ada"], ("expired", 2, "parked by the next run"))
        self.sync(DEGRADED)
        self.assertEqual(self.shown()["ada"][2], "none; `seatsync adopt ada@example.com` starts anew")
        self.seatsync("adopt", "ada@example.com")
        self.sync(DEGRADED)
        self.assertEqual(self.shown()["ada"], ("pending", 1, "sent again when it ends"))

    def test_reissue_before_and_never(self):
        self.company(invitations={"reissue": "before 24h"})
        self.assertEqual(self.shown()["bob"][2], "sent again 1d before it ends")
        self.settings["invitations"] = {"reissue": "never"}
        self.write_config()
        self.assertEqual(self.shown()["bob"][2], "the last mail; parked when it ends")

    def test_what_waits_or_is_held_says_why(self):
        self.company(invitations={"per_day": 3})
        self.advance(7 * DAY + HOUR)
        self.control("POST", "/pool", {"total": 1})
        self.sync()
        shown = self.shown()
        self.assertEqual(shown["ada"][0], "pending")
        self.assertEqual(shown["cem"], ("expired", 1, "reissue_invitation waits: no seat is free"))

    def test_gone(self):
        self.company()
        self.control("POST", "/decline", {"email": "cem@example.com"})
        self.sync()
        self.assertEqual(self.shown()["cem"][:2], ("gone", 1))
        self.assertIn("invited again after the grace", self.shown()["cem"][2])


class Status(Scene):
    def test_leavers_and_their_grace(self):
        self.people("ada", "bob", "cem")
        self.group("staff", "ada", "bob", "cem")
        self.config(rules=RULES, limits={"removals_percent": "100%"}, leavers={"grace": "2d", "runs": 3})
        self.seed([{"email": f"{n}@example.com", "role": "member", "seat": True} for n in ("ada", "bob", "cem")])
        self.sync()
        self.leave("staff", "cem")
        self.sync()
        out = self.seatsync("status").out
        self.assertRegex(out, r"leavers \(1\)\n +cem@example.com +not entitled since 20\S+Z +seen by 1 of 3 runs +"
                              r"removed in (2d|1d 23h), if not back")
        told = self.seatsync("status", "--json").json()["leavers"][0]
        self.assertEqual((told["email"], told["runs"]), ("cem@example.com", 1))
        self.advance(2 * DAY + HOUR)
        self.assertIn("removed when 2 more runs see it", self.seatsync("status").out)
        self.sync()
        self.sync()
        self.assertNotIn("leavers (", self.seatsync("status").out)
        self.assertNotIn("cem@example.com", self.members())

    def test_long_lists_are_cut_for_people_alone(self):
        names = [f"p{i:02}" for i in range(25)]
        self.people(*names)
        self.group("staff", *names)
        self.config(rules=RULES)
        self.seed(seats=0)
        self.sync()
        self.assertIn("... and 5 more; see `seatsync seats`", self.seatsync("status").out)
        self.assertEqual(len(self.seatsync("status", "--json").json()["waiting"]), 25)
        self.assertIn("p24@example.com", self.seatsync("seats").out)


class Explain(Scene):
    def answer(self, who, status=AGREES):
        """The lines before the first empty one, but the address: {about: text}."""
        result = self.seatsync("explain", f"{who}@example.com")
        self.assertEqual(result.status, status, result)
        lines = result.out.split("\n\n")[0].splitlines()
        self.assertLessEqual(len(lines), 11, "ten lines are enough")
        told = self.seatsync("explain", "--json", f"{who}@example.com").json()["answer"]
        self.assertEqual(len(told), len(lines) - 1)
        return {line["about"]: line["text"] for line in reversed(told)}

    def company(self, *uids, rules=({"group": "staff", "seat": True},), **config):
        self.people(*uids)
        self.config(rules=rules, **{"limits": {"removals_percent": "100%"}, **config})

    def test_kinds_of_people(self):
        self.company("ada", "bob", "cem", "dan", "eve", "fay", "gus", "hal", protect=["hal@example.com"],
                     rules=[{"group": "staff", "seat": True, "except": ["suspended"]}, {"group": "guests"}])
        self.person("ina", "twin@example.com")
        self.person("jan", "twin@example.com")
        self.group("staff", "ada", "bob", "cem", "dan", "hal", "ina", "jan")
        self.group("suspended", "dan")
        self.group("guests", "eve", "gus")
        self.seed([{"email": "ada@example.com", "role": "member", "seat": True},
                   {"email": "gus@example.com", "role": "member", "seat": False},
                   {"email": "kim@example.com", "role": "member", "seat": True}], seats=3)
        self.seatsync("sync")
        self.assertEqual(self.answer("ada")["seat"], "yes: is in staff (rule 1): member, with a seat")
        bob = self.answer("bob")
        self.assertEqual(bob["seat"], "no, and not a member: was invited and has not accepted yet")
        self.assertRegex(bob["invitation"], r"^pending, mail 1 of 3, sent 20\S+Z, ends 20\S+Z, in 7d$")
        cem = self.answer("cem")
        self.assertIn("waits: no seat is free", cem["seat"])
        self.assertRegex(cem["queue"], r"^place 1 of 1, since 20")
        dan = self.answer("dan")
        self.assertEqual(dan["seat"], "no, and not a member: no rule names the person")
        self.assertEqual(dan["rule"], "1, group staff: is in staff, and excepted by suspended")
        self.assertEqual(self.answer("gus")["seat"],
                         "no: no rule that matches gives one; is in guests (rule 2): member")
        self.assertIn("protected", self.answer("hal")["seat"])
        twin = self.answer("twin")
        self.assertIn("bears the same e-mail as", twin["seat"])
        self.assertEqual(self.answer("fay")["seat"], "no, and not a member: no rule names the person")
        kim = self.answer("kim")
        self.assertRegex(kim["seat"], "^yes: is left alone: ")
        self.assertEqual(kim["person"], "in no directory has this address")

    def test_a_leaver_and_a_hold(self):
        self.company("ada", "bob", "cem", limits={"removals": 0})
        self.group("staff", "ada", "bob", "cem")
        self.seed([{"email": f"{n}@example.com", "role": "member", "seat": True} for n in ("ada", "bob", "cem")])
        self.sync()
        self.leave("staff", "cem")
        self.sync(HELD)
        cem = self.answer("cem")
        self.assertRegex(cem["seat"], "^yes: is in no group")
        self.assertRegex(cem["held"], r"^revoke_(token|seat), by hold h-\w+: ")
        self.assertRegex(cem["leaving"], r"^not entitled since 20\S+Z, seen by 1 of 2 runs; stays a member until 20")

    def test_parked_and_by_hand(self):
        self.company("ada", "bob", invitations={"attempts": 1})
        self.group("staff", "ada", "bob")
        self.seed(seats=9)
        self.sync()
        self.advance(8 * DAY)
        self.sync(DEGRADED)
        ada = self.answer("ada")
        self.assertIn("was invited 1 time without accepting", ada["seat"])
        self.assertRegex(ada["parked"], r"\(attempts\), after 1 mail; `seatsync adopt ada@example.com` starts anew$")
        self.people("cem")
        self.join("staff", "cem")
        self.settings["organization"]["invitations"] = "manual"
        self.write_config()
        self.assertRegex(self.answer("cem")["manual"], "^invite: ")

    def test_from_the_memory_alone(self):
        self.company("ada", "bob")
        self.group("staff", "ada", "bob")
        self.seed([{"email": "ada@example.com", "role": "member"}], seats=1)
        self.sync()
        self.fault(kind="status", status=403, call="users", count=10)
        bob = self.answer("bob", FAILED)
        self.assertEqual(bob["last run"], "is in staff (rule 1): member, with a seat; waits: no seat is free")
        ada = self.answer("ada", FAILED)
        self.assertEqual(ada["last run"], "is in staff (rule 1): member, with a seat")
        self.assertEqual(ada["member"], "was one, managed by seatsync")


if __name__ == "__main__":
    main()
