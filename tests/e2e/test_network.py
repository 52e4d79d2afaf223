#!/usr/bin/env python3
"""A network that loses, delays and leads nowhere: slower perhaps, but never less than all.

Names begin with the fault's id in CONTRIBUTING.md.
"""

import pathlib
import socket
import subprocess
import threading
import time
import unittest
import urllib.parse

from harness import AGREES, FAILED, PATIENCE, Result, Scene, main

RULES = [{"group": "staff", "seat": True}]
HOLES = ("127.0.0.2", "127.0.0.3", "127.0.0.4")


class Hole:
    """An address that takes no connection and says nothing: its queue is full."""

    def __init__(self, address, port):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.sockets = [socket.socket(family)]
        self.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sockets[0].bind((address, port))
        self.sockets[0].listen(0)
        for _ in range(4):
            self.sockets.append(socket.socket(family))
            self.sockets[-1].setblocking(False)
            self.sockets[-1].connect_ex((address, port))

    def close(self):
        for one in self.sockets:
            one.close()


class Narrow:
    """A line to a port of this machine that carries so many bytes a second, in small pieces."""

    PIECE = 512

    def __init__(self, port, rate):
        self.to, self.rate = port, rate
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.to))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    def carry(self, one, other):
        try:
            while piece := one.recv(self.PIECE):
                time.sleep(len(piece) / self.rate)
                other.sendall(piece)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            one.close()
            other.close()

    def close(self):
        self.listener.close()


class Network(Scene):
    def setUp(self):
        super().setUp()
        self.people("ada", "bob")
        self.group("staff", "ada", "bob")
        self.config(rules=RULES, allow_cleartext=True)
        self.seed([{"email": "owner@example.com", "role": "admin"}])

    def urls(self, *urls):
        self.settings["directories"][0]["ldap"]["urls"] = list(urls)
        self.write_config()

    def among(self, hosts, *words):
        """Runs the program where these lines are /etc/hosts."""
        path = pathlib.Path(self.dir, "hosts")
        path.write_text(hosts, "ascii")
        inside = ["unshare", "-rm", "sh", "-c", f"mount --bind {path} /etc/hosts && exec \"$@\"", "sh"]
        if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode:
            raise unittest.SkipTest("no mount namespace may be made here")
        start = time.monotonic()
        result = Result(subprocess.run([*inside, *self.command(*words)], text=True, capture_output=True, timeout=PATIENCE,
                                       env=self.environment()))
        return result, time.monotonic() - start

    def test_N6_addresses_that_lead_nowhere(self):
        """Five of the six addresses of a name take no connection, the IPv6 one and the first among them."""
        port = urllib.parse.urlsplit(self.directory.env["LDAP_URL"]).port
        for address in HOLES:
            self.addCleanup(Hole(address, port).close)
        try:
            self.addCleanup(Hole("::1", port).close)
        except OSError:
            pass  # a machine without IPv6: it refuses by itself
        names = "::1 many.test\n" + "".join(f"{hole} many.test\n" for hole in HOLES)
        self.urls(f"ldap://many.test:{port}")
        result, seconds = self.among(names + "127.0.0.1 many.test\n", "sync")
        self.assertEqual(result.status, AGREES, result)
        self.assertLess(seconds, 14, "one address after the other")
        self.assertEqual(len(self.mails("invitation")), 2)
        self.assert_dark(names, port)

    def assert_dark(self, names, port):
        """None of its addresses answers: the next server is asked, in time."""
        self.urls(f"ldap://many.test:{port}", self.directory.env["LDAP_URL"])
        result, seconds = self.among(names, "sync")
        self.assertEqual(result.status, AGREES, result)
        self.assertLess(seconds, 60)
        self.assertEqual(len(self.mails("invitation")), 2)

    def test_N7_a_narrow_line(self):
        """20 kbit/s to the directory and the platform, in small pieces: the same comes of it."""
        env = self.directory.env
        directory = Narrow(urllib.parse.urlsplit(env["LDAPS_URL"]).port, 2500)
        platform = Narrow(self.sim.port, 2500)
        self.addCleanup(directory.close)
        self.addCleanup(platform.close)
        self.settings["organization"].update({"url": f"https://127.0.0.1:{platform.port}", "parallel": 2})
        self.urls(f"ldaps://127.0.0.1:{directory.port}")
        self.sync()
        self.assertEqual(len(self.mails("invitation")), 2)
        self.assert_agrees()

    def test_N7_a_line_that_breaks_now_and_then(self):
        """Every third call of the platform's lists breaks off: read again, never half."""
        self.sync()
        self.control("POST", "/accept", {"all": True})
        self.sync()
        self.control("DELETE", "/requests")
        self.control("POST", "/faults", {"seed": 7, "rules": [
            {"kind": kind, "call": "users", "count": -1, "chance": 0.2} for kind in ("cut", "reset")]})
        for _ in range(4):
            self.assertIn(self.seatsync("sync").status, (AGREES, FAILED))
            self.assertEqual(self.writes(), [])


if __name__ == "__main__":
    main()
