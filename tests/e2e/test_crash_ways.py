#!/usr/bin/env python3
"""Killed at every point while members are added or onboarded (see test_crash.py)."""

import os
import unittest

from harness import AGREES, HOUR, main
from test_crash import CRASHED, Killed


class CrashOfOtherWays(Killed):
    """Adding and onboarding tell nobody whether they happened: at most once, and once in the end."""

    def outcome(self):
        """But for when: what may have been sent is not sent again before an invitation's lifetime."""
        outcome = super().outcome()
        return {**outcome, "left": {email: ever for email, (ever, _) in outcome["left"].items()}}

    def prepare(self, mode):
        self.anew()
        self.people("ada", "bob", "cem")
        self.group("staff", "cem")
        self.config(rules=[{"group": "staff", "seat": True}], limits={"min_admins": 1},
                    organization={"invitations": mode})
        self.seed([{"email": "owner@example.com", "role": "admin"}, {"email": "cem@example.com", "seat": True}])
        self.sync()                          # cem is adopted
        self.join("staff", "ada", "bob")

    def settle(self):
        """Hourly runs until all that may be unknown is over, and one after that."""
        for hours in (1, 7 * 24, 1, 1, 1):
            self.advance(hours * HOUR)
            self.seatsync("sync")

    def made(self):
        return sorted(email for call, email in self.writes() if call in ("add_user", "onboard") and email)

    def killed(self, mode):
        """Dies at every crash point of the run that makes members, each time in a world made anew."""
        self.prepare(mode)
        self.sync()
        self.settle()
        expected = self.outcome()
        self.assertEqual({m: s for m, (_, s) in expected["members"].items() if m != "owner@example.com"},
                         {f"{n}@example.com": True for n in ("ada", "bob", "cem")})
        point = 0
        while True:
            point += 1
            self.prepare(mode)
            died = self.seatsync("sync", SEATSYNC_TEST_CRASH=str(point))
            if died.status != CRASHED:
                self.assertEqual(died.status, AGREES, died)
                break
            with self.subTest(mode=mode, point=point):
                self.seatsync("sync")
                self.assertEqual(len(self.made()), len(set(self.made())), "somebody was added twice")
                self.settle()
                self.assertEqual(self.outcome(), expected)
                verified = self.seatsync("history", "--verify")
                self.assertEqual(verified.status, AGREES, verified)
                self.assertEqual(self.assert_agrees(), AGREES)
        self.assertGreater(point, 5, "there are crash points: is this the sanitized build?")

    def test_X2_killed_at_every_crash_point(self):
        self.killed("add_user")

    def test_X2_killed_while_onboarding(self):
        self.killed("onboard")


if __name__ == "__main__":
    if os.environ.get("SEATSYNC_CRASH_POINTS") == "0":
        raise SystemExit(unittest.SkipTest("this build has no crash points"))
    main()
