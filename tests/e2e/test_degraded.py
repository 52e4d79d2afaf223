#!/usr/bin/env python3
"""What the platform offers no call for: an operator's worklist, and the other ways to invite."""

import os
import pathlib
import stat

from harness import AGREES, DEGRADED, FAILED, Scene, main


class Degraded(Scene):
    def company(self, *uids, members=(), seats=100, rules=None, organization=None, **top):
        """These are in staff, which grants a seat; an owner is there."""
        self.people(*uids)
        self.group("staff", *uids)
        self.config(rules=rules or [{"group": "staff", "seat": True}],
                    organization={"invitations": "manual", "roles": "manual", **(organization or {})},
                    limits={"min_admins": 1}, **top)
        self.seed([{"email": "owner@example.com", "role": "admin"}, *members], seats=seats)

    def csv(self, command, expected=DEGRADED):
        """Writes the file by this command; its lines, its messages."""
        path = f"{self.dir}/invite.csv"
        result = self.seatsync(command, "--csv", path)
        self.assertEqual(result.status, expected, result)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        return pathlib.Path(path).read_bytes().decode().split("\r\n"), result.err


class Manual(Degraded):
    def test_bulk_upload_of_a_fresh_plan_and_of_the_last_run(self):
        self.company("ada", "bob", "cem", seats=2)
        lines, said = self.csv("plan")
        self.assertEqual(lines, ["ada@example.com", "bob@example.com", ""], "up to the free seats, in order")
        self.assertIn("2 addresses", said)
        self.csv("status", FAILED)  # no run ever: nothing is known
        self.sync(DEGRADED)
        self.assertEqual(self.csv("status")[0], lines)
        self.assertEqual(self.writes(), [])

    def test_done_work_is_recognised(self):
        self.company("ada", rules=[{"group": "staff", "seat": True, "role": "billing_manager"}])
        self.sync(DEGRADED)
        self.assertEqual(self.csv("status")[0], ["ada@example.com", ""])
        self.control("POST", "/seed", {"invitations": [{"email": "Ada@example.com", "status": "pending"}]})
        self.accept("ada@example.com", **{"as": "Ada@example.com"})
        self.sync(DEGRADED)  # the seat; the role is an operator's
        self.assertEqual(self.members()["Ada@example.com"], ("member", True))
        self.assertEqual(self.actions(self.plan()[1], "manual"), [("set_role", "Ada@example.com")])
        lines, said = self.csv("status")
        self.assertEqual((lines, "nobody is to be invited" in said), ([""], True), "the old file is emptied")
        self.control("POST", "/change", {"email": "ada@example.com", "set": {"role": "billing_manager"}})
        self.sync(AGREES)
        self.assertEqual(self.assert_agrees(), AGREES)

    def test_H2_no_address_becomes_a_formula(self):
        self.company("ada")
        self.person("bad", "=cmd|calc@example.com")
        self.person("plus", "+1@example.com")
        self.join("staff", "bad", "plus")
        self.sync(DEGRADED)
        for command in ("plan", "status"):
            lines, said = self.csv(command)
            self.assertEqual(lines, ["ada@example.com", ""])
            self.assertIn("=cmd|calc@example.com is not in it", said)
            self.assertIn("+1@example.com is not in it", said)

    def test_only_a_file_is_written_and_only_whole(self):
        self.company("ada")
        path = f"{self.dir}/invite.csv"
        os.symlink("/dev/null", path)
        for place in (path, self.dir, "/dev/null", f"{self.dir}/no/such"):
            result = self.seatsync("plan", "--csv", place)
            self.assertEqual((result.status, result.out), (FAILED, ""), result)
            self.assertIn("it was not written", result.err)
        os.unlink(path)
        with open(path, "w") as file:
            file.write("old")
        os.chmod(path, 0o644)
        self.assertEqual(self.csv("plan")[0], ["ada@example.com", ""])
        self.assertEqual(sorted(os.listdir(self.dir)),
                         ["client-secret", "invite.csv", "ldap-password", "seatsync.yaml", "state"])

    def test_json_stays_json(self):
        self.company("ada")
        status, plan = self.plan("--csv", f"{self.dir}/invite.csv")
        self.assertEqual((status, self.actions(plan, "manual")), (DEGRADED, [("invite", "ada@example.com")]))


if __name__ == "__main__":
    main()
