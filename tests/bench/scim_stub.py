"""A SCIM server that does nothing but send pages made beforehand, each after a millisecond.

    with ScimStub(people=20_000, extra=0) as stub:      # stub.url; stub.paths: all of one reading
        stub.cpu()

Users as better-auth shows them, about 700 bytes; `extra` is that many bytes more of attributes
that nobody asked for. 20 groups: one with everybody, one with nobody, 18 with a hundred.
It is a process of its own, so that it does not share a core's time slice with what it serves.
"""
import json
import multiprocessing
import re
import socket
import threading
import time

import stage

PAGE = 100
LATENCY = 0.001
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
CORE = "urn:ietf:params:scim:schemas:core:2.0:"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
BASE = "/scim/v2"


def user_id(i):
    return f"2819c223-7f76-453a-919d-{i:012x}"


def user(i, extra):
    mail, name = f"u{i:07d}@example.com", f"Linus Lovelace{i}"
    return {"schemas": [CORE + "User", ENTERPRISE], "id": user_id(i), "externalId": f"e{i:07d}", "userName": mail,
            "displayName": name, "active": True, "title": "Engineer",
            "name": {"givenName": "Linus", "familyName": f"Lovelace{i}", "formatted": name},
            "emails": [{"value": mail, "type": "work", "primary": True}],
            ENTERPRISE: {"employeeNumber": str(i), "department": f"Department {i % 97}"},
            "meta": {"resourceType": "User", "created": "2026-01-02T03:04:05.678Z",
                     "lastModified": "2026-02-03T04:05:06.789Z", "location": f"{BASE}/Users/{user_id(i)}"},
            **({"photos": [{"value": "https://cdn.example.com/" + "x" * 60, "type": "photo"}] * (extra // 110)}
               if extra else {})}


def group(name, members):
    return {"schemas": [CORE + "Group"], "id": f"g-{name}", "displayName": name,
            "members": [{"value": user_id(i), "$ref": f"{BASE}/Users/{user_id(i)}", "display": f"Linus Lovelace{i}",
                         "type": "User"} for i in members],
            "meta": {"resourceType": "Group", "location": f"{BASE}/Groups/g-{name}"}}


def answer(body, status="200 OK"):
    text = json.dumps(body, separators=(",", ":")).encode()
    return (f"HTTP/1.1 {status}\r\nContent-Type: application/scim+json\r\nContent-Length: {len(text)}\r\n\r\n"
            .encode() + text)


def page(resources, start, total):
    return answer({"schemas": [LIST], "totalResults": total, "startIndex": start, "itemsPerPage": len(resources),
                   "Resources": resources})


def pages_made(people, extra):
    """(resource, startIndex) -> answer."""
    groups = [group("everybody", range(people)), group("empty", [])]
    groups += [group(f"team-{g:02d}", range(g * 100, g * 100 + 100)) for g in range(18)]
    pages = {("Users", i + 1): page([user(n, extra) for n in range(i, min(i + PAGE, people))], i + 1, people)
             for i in range(0, people, PAGE)}
    return {**pages, ("Groups", 1): page(groups, 1, len(groups))}


class Server:
    def __init__(self, people, extra):
        self.pages = pages_made(people, extra)
        self.totals = {"Users": people, "Groups": 20}
        self.other = answer({"status": "404", "detail": "no such thing"}, "404 Not Found")

    def find(self, head):
        asked = re.match(rb"GET " + BASE.encode() + rb"/(Users|Groups)\?startIndex=(\d+)", head)
        if not asked:
            return self.other
        name, start = asked[1].decode(), int(asked[2])
        return self.pages.get((name, start)) or page([], start, self.totals[name])

    def serve(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        got = b""
        while piece := connection.recv(65536):
            got += piece
            while b"\r\n\r\n" in got:
                head, _, got = got.partition(b"\r\n\r\n")
                time.sleep(LATENCY)
                connection.sendall(self.find(head))

    def run(self, listener, ready):
        ready.set()
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()


def begin(people, extra, listener, ready):
    Server(people, extra).run(listener, ready)


class ScimStub:
    def __init__(self, people, extra=0):
        self.people = people
        listener = socket.create_server(("127.0.0.1", 0))
        ready = multiprocessing.Event()
        self.process = multiprocessing.Process(target=begin, args=(people, extra, listener, ready), daemon=True)
        self.process.start()
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}{BASE}"
        listener.close()
        ready.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.join()

    def cpu(self):
        return stage.cpu_of(self.process.pid)
