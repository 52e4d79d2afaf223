#!/usr/bin/env python3
"""Killed at every point where it would hurt, the next run ends as if nothing had happened.

The binary of the sanitized build dies at the n-th crash point when SEATSYNC_TEST_CRASH is n.
For n = 1, 2, ... until a run survives: die, run again, compare organization, mails and
memory with those of a run that was never interrupted.
"""

import os
import sqlite3
import unittest

from harness import AGREES, FAILED, HOUR, PENDING, Scene, main

CRASHED = 137


class Killed(Scene):
    def outcome(self):
        """What must be the same: organization, mails, and the memory without its times."""
        with sqlite3.connect(f"file:{self.state}?mode=ro", uri=True) as db:
            tables = [name for (name,) in db.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('account', 'invitation')")]
            memory = {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
            self.assertEqual(db.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            attempts = sorted(db.execute("SELECT address, attempts FROM account"))
            tokens = sorted(db.execute("SELECT address, token, token_ours, token_mails FROM account"
                                       " WHERE token IS NOT NULL"))
        dump = self.dump()
        left = {m["email"]: (m["tokens_ever"], round((m.get("token_expires_at", 0) - dump["now"]) / HOUR))
                for m in dump["members"] if m["tokens_ever"]}
        return {"members": self.members(), "pending": self.invitations(), "mails": self.mails(),
                "attempts": attempts, "memory": memory, "tokens": tokens, "left": left,
                "seats": dump["seats"]["assigned"]}


class Crash(Killed):
    def state_before(self):
        """All that is in the tables, and how many outcomes are unknown."""
        with sqlite3.connect(f"file:{self.state}?mode=ro", uri=True) as db:
            unknown = db.execute("SELECT count(*) FROM journal WHERE state = 'sent'").fetchone()[0]
            return list(db.iterdump()), unknown

    @staticmethod
    def planned(plan):
        """All that a plan says, but when it was made and what then became of it."""
        apart = {"format", "id", "created_at", "digest", "status", "result"}
        told = {key: value for key, value in plan.items() if key not in apart}
        ends = ("result", "http_status", "text")
        told["actions"] = [{k: v for k, v in action.items() if k not in ends} for action in plan["actions"]]
        return told

    def prepare(self):
        """A company, its memory, and one change of every kind to be made."""
        self.anew()
        self.people("ada", "bob", "cem", "dan", "eve", "fay", "gil", "hal")
        self.group("admins", "ada")
        self.group("staff", "ada", "bob", "cem", "dan")
        self.group("guests", "gil", "hal")
        self.config(rules=[{"group": "admins", "role": "admin", "seat": True}, {"group": "staff", "seat": True},
                           {"group": "guests"}],
                    limits={"removals_percent": "100%", "min_admins": 1}, leavers={"grace": "0s", "runs": 1},
                    tokens={"issue": True, "lifetime": "205h"})
        self.seed([{"email": f"{n}@example.com", "role": r, "seat": s} for n, r, s in (
            ("owner", "admin", False), ("ada", "admin", True), ("bob", "member", True), ("cem", "member", True),
            ("dan", "member", True), ("hal", "member", False))], seats=7)
        self.sync()                          # gil is invited; who has a seat gets a token
        self.advance(8 * 24 * HOUR)          # ... and did not accept: reissue; the tokens end soon: renewal
        self.join("staff", "eve", "fay", "hal")  # invite, invite; seat and token
        self.join("admins", "bob")           # promote
        self.leave("staff", "cem")           # token, seat, removal
        self.control("DELETE", "/mail")
        self.control("DELETE", "/requests")

    def test_X2_killed_at_every_crash_point(self):
        self.prepare()
        self.sync()
        expected = self.outcome()
        self.assertEqual(expected["mails"], [
            ("invitation", "eve@example.com"), ("invitation", "fay@example.com"), ("reissue", "gil@example.com"),
            ("seat_assigned", "hal@example.com"), ("token", "hal@example.com")])
        self.assertEqual(expected["left"], {f"{name}@example.com": (1, 205) for name in ("ada", "bob", "dan", "hal")})
        point = told = 0
        while True:
            point += 1
            self.prepare()
            died = self.seatsync("sync", SEATSYNC_TEST_CRASH=str(point))
            if died.status != CRASHED:
                self.assertEqual(died.status, AGREES, died)
                break
            with self.subTest(point=point):
                before, unknown = self.state_before()
                looks = unknown and point % 3 == 0  # some of them: whoever looks for a mail looks twice
                foretold = self.plan()[1] if looks else None
                self.assertEqual(self.state_before()[0], before, "the dry run wrote")
                again = self.seatsync("sync", "--json")
                self.assertEqual(again.status, AGREES, again)
                if looks:
                    told += 1
                    self.assertEqual(self.planned(again.json()), self.planned(foretold), "it said otherwise")
                self.assertEqual(self.outcome(), expected)
                verified = self.seatsync("history", "--verify")
                self.assertEqual(verified.status, AGREES, verified)
                self.assert_agrees()
        self.assertGreater(point, 10, "there are crash points: is this the sanitized build?")
        self.assertGreater(told, 5, "outcomes were left unknown")

    def prepare_plan(self, kept):
        """Two people to invite, one to get a seat, and the plan of it."""
        self.anew()
        self.people("ada", "bob", "cem")
        self.group("staff", "ada", "bob", "cem")
        self.config(rules=[{"group": "staff", "seat": True}])
        self.seed([{"email": "owner@example.com", "role": "admin", "seat": False},
                   {"email": "cem@example.com", "role": "member", "seat": False}])
        self.assertEqual(self.seatsync("plan", "--out", kept).status, PENDING)

    def applied(self):
        """What the history says of saved plans."""
        with sqlite3.connect(f"file:{self.state}?mode=ro", uri=True) as db:
            if not db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                return []
            return [result for (result,) in db.execute("SELECT result FROM history WHERE event = 'plan'")]

    def test_X2_a_saved_plan_is_done_once_wherever_it_was_killed(self):
        """Given again it is done if nothing was begun, else refused; the next run ends it either way."""
        kept = f"{self.dir}/plan.json"
        expected, refused, done, point = None, 0, 0, 0
        while True:
            self.prepare_plan(kept)
            died = self.seatsync("apply", kept, "--yes", SEATSYNC_TEST_CRASH=str(point))
            if not point:
                expected = self.outcome()
            elif died.status != CRASHED:
                break
            with self.subTest(point=point):
                used, sent = self.applied() == ["applied"], len(self.writes())
                again = self.seatsync("apply", kept, "--yes")
                if used:
                    self.assertEqual((again.status, len(self.writes())), (FAILED, sent), again)
                    self.assertIn("was already applied", again.err)
                else:
                    self.assertEqual((again.status, sent), (AGREES, 0), again)
                refused += used
                done += not used
                self.assertEqual(self.seatsync("sync").status, AGREES)
                self.assertEqual(self.outcome(), expected)
                self.assertEqual(self.applied(), ["applied"])
                verified = self.seatsync("history", "--verify")
                self.assertEqual(verified.status, AGREES, verified)
                self.assert_agrees()
            point += 1
        self.assertEqual(died.status, AGREES, died)
        self.assertGreater(done, 2)
        self.assertGreater(refused, 8)


if __name__ == "__main__":
    if os.environ.get("SEATSYNC_CRASH_POINTS") == "0":
        raise SystemExit(unittest.SkipTest("this build has no crash points"))
    main()
