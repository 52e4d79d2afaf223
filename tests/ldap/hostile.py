#!/usr/bin/env python3
"""An LDAP server that misbehaves, for tests.  Standard library only.

    hostile.py KIND ADDRESS LOG

Prints its port, serves on ADDRESS until its standard input ends.  LOG gets
a line for every connection, bind and search, as it came.  The kinds are the
functions below whose names begin with serve_; their comments say what each
does.
"""
import os
import socket
import ssl
import sys
import threading
import time
import warnings

BASE = "dc=example,dc=com"
PEOPLE, GROUPS = "ou=people," + BASE, "ou=groups," + BASE
PAGED = b"1.2.840.113556.1.4.319"


# ---- BER ---------------------------------------------------------------------

def length(n):
    if n < 128:
        return bytes([n])
    body = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(body)]) + body


def tlv(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + length(len(body)) + body


def octets(value):
    return tlv(4, value if isinstance(value, bytes) else value.encode())


def integer(n, tag=2):
    return tlv(tag, n.to_bytes(n.bit_length() // 8 + 1, "big"))


def message(msgid, op, controls=b""):
    return tlv(0x30, integer(msgid), op, controls)


def result(tag, code, text="", extra=b""):
    return tlv(tag, integer(code, 10), octets(""), octets(text), extra)


def entry(dn, **attributes):
    """attributes: name (with __ for ;range=) to a list of values."""
    listed = [tlv(0x30, octets(name.replace("__", ";range=").replace("_to_", "-")
                               .replace("star", "*")),
                  tlv(0x31, *[octets(v) for v in values]))
              for name, values in attributes.items()]
    return tlv(0x64, octets(dn), tlv(0x30, *listed))


def person(i, **other):
    attributes = {"entryUUID": [f"00000000-0000-4000-8000-{i:012d}"],
                  "mail": [f"p{i}@example.com"], "givenName": ["P"], "sn": [str(i)]}
    attributes.update(other)
    return entry(f"uid=p{i},{PEOPLE}", **{k: v for k, v in attributes.items() if v is not None})


def group(name, members, **other):
    return entry(f"cn={name},{GROUPS}", cn=[name], objectClass=["groupOfNames"],
                 entryUUID=[f"11111111-0000-4000-8000-{sum(name.encode()):012d}"],
                 member=[f"uid=p{i},{PEOPLE}" for i in members], **other)


class Reader:
    """The elements of one BER value."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def next(self):
        tag, n = self.data[self.at], self.data[self.at + 1]
        self.at += 2
        if n & 0x80:
            k = n & 0x7F
            n = int.from_bytes(self.data[self.at:self.at + k], "big")
            self.at += k
        body = self.data[self.at:self.at + n]
        self.at += n
        return tag, body


# ---- a connection ---------------------------------------------------------------

class Peer:
    def __init__(self, sock, log, number):
        self.sock, self.log, self.number, self.buffer = sock, log, number, b""
        self.paged = False

    def note(self, line):
        with open(self.log, "a", encoding="utf-8") as f:
            f.write(line + "\n")

    def bytes(self, n):
        while len(self.buffer) < n:
            more = self.sock.recv(65536)
            if not more:
                raise ConnectionError
            self.buffer += more
        got, self.buffer = self.buffer[:n], self.buffer[n:]
        return got

    def request(self):
        """(message id, operation tag, its body)"""
        n = self.bytes(2)[1]
        if n & 0x80:
            n = int.from_bytes(self.bytes(n & 0x7F), "big")
        r = Reader(self.bytes(n))
        msgid = int.from_bytes(r.next()[1], "big")
        tag, body = r.next()
        self.paged = PAGED in r.data[r.at:]
        return msgid, tag, body

    def send(self, *messages):
        self.sock.sendall(b"".join(messages))

    def serve(self, search, bind=0, bind_text=""):
        """Answers binds with one code and searches by search(self, id, base, attributes)."""
        while True:
            msgid, tag, body = self.request()
            if tag == 0x60:
                self.note("bind")
                self.send(message(msgid, result(0x61, bind, bind_text)))
            elif tag == 0x63:
                r = Reader(body)
                base, scope = r.next()[1].decode(), r.next()[1][0]
                for _ in range(4):
                    r.next()
                filter_tag = r.next()[0]
                names, attributes = Reader(r.next()[1]), []
                while names.at < len(names.data):
                    attributes.append(names.next()[1].decode())
                self.note(f"search {base} {scope} {filter_tag:#x} {','.join(attributes)}"
                          + " paged" * self.paged)
                search(self, msgid, base, attributes)
            elif tag == 0x77:
                self.send(message(msgid, result(0x78, 2, "no extended operations")))
            else:
                return

    def done(self, msgid, code=0, text=""):
        last_page = tlv(0xA0, tlv(0x30, octets(PAGED), octets(tlv(0x30, integer(0), octets("")))))
        self.send(message(msgid, result(0x65, code, text), last_page if self.paged else b""))

    def answer(self, msgid, entries, code=0, text=""):
        self.send(*[message(msgid, e) for e in entries])
        self.done(msgid, code, text)


def world(people, groups, lookup=lambda base: 32):
    """A search that shows these people and groups; lookup gives the code of any other base."""
    def search(peer, msgid, base, attributes):
        if base == PEOPLE:
            peer.answer(msgid, people)
        elif base == GROUPS:
            peer.answer(msgid, groups)
        else:
            peer.answer(msgid, [], lookup(base))
    return search


TEAM = world([person(1), person(2), person(3)], [group("team", [1, 2, 3])])


# ---- the kinds -------------------------------------------------------------------

def serve_good(peer):
    """Nothing is wrong: three people in one group."""
    peer.serve(TEAM)


def serve_silent(peer):
    """Accepts and never says a word, in TLS or not."""
    while peer.sock.recv(65536):
        pass


def serve_closing(peer):
    """Takes the first request and closes."""
    peer.sock.recv(65536)


def serve_dripping(peer):
    """Answers everything, ten bytes a second."""
    msgid, _, _ = peer.request()
    for byte in message(msgid, result(0x61, 0, "x" * 10000)):
        peer.sock.sendall(bytes([byte]))
        time.sleep(0.1)


def serve_dripping_search(peer):
    """A good bind, then people at ten bytes a second."""
    def search(peer, msgid, base, attributes):
        for i in range(10 ** 6):
            for byte in message(msgid, person(i)):
                peer.sock.sendall(bytes([byte]))
                time.sleep(0.1)
    peer.serve(search)


def serve_trickling(peer):
    """One entry byte by byte, quickly, and very long."""
    def search(peer, msgid, base, attributes):
        peer.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in message(msgid, person(1, sn=["x" * 50_000_000])):
            peer.sock.send(bytes([byte]))
    peer.serve(search)


def flood(what):
    """A search that never ends, without a pause for breath."""
    def search(peer, msgid, base, attributes):
        many = message(msgid, what) * 200
        while True:
            peer.sock.sendall(many)
    return search


def serve_referring_endlessly(peer):
    """Nothing but references."""
    peer.serve(flood(tlv(0x73, octets("ldap://other.example.com/" + BASE))))


def serve_nameless_endlessly(peer):
    """Nothing but entries that cannot be used."""
    peer.serve(flood(entry("no name", entryUUID=["z"])))


def serve_useless_endlessly(peer):
    """Nothing but people without an id."""
    peer.serve(flood(person(1, entryUUID=None)))


def serve_pages_endlessly(peer):
    """Every page is empty and promises another."""
    def search(peer, msgid, base, attributes):
        more = tlv(0xA0, tlv(0x30, octets(PAGED), octets(tlv(0x30, integer(0), octets("on")))))
        peer.send(message(msgid, result(0x65, 0 if peer.paged else 4), more if peer.paged else b""))
    peer.serve(search)


def serve_tls_refusing(peer):
    """Refuses StartTLS (as it does every extended operation)."""
    peer.serve(TEAM)


def serve_tls_consenting(peer):
    """Consents to StartTLS and is silent then."""
    msgid, _, _ = peer.request()
    peer.send(message(msgid, result(0x78, 0)))
    serve_silent(peer)


def serve_injecting(peer):
    """Consents to StartTLS, and sends a plaintext answer behind the consent at once."""
    msgid, _, _ = peer.request()
    peer.send(message(msgid, result(0x78, 0)), message(msgid + 1, result(0x61, 0)))
    serve_silent(peer)


def serve_old_tls(peer):
    """Speaks TLS 1.1 at most, with the certificate and key of the environment's HOSTILE_TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.load_cert_chain(os.environ["HOSTILE_TLS"] + ".pem", os.environ["HOSTILE_TLS"] + ".key")
    peer.sock = context.wrap_socket(peer.sock, server_side=True)
    peer.note("handshake")
    peer.serve(TEAM)


def serve_denying(peer):
    """The password is wrong, or the account locked."""
    peer.serve(TEAM, 49, "account \x1b[31mlocked")


def serve_forbidding(peer):
    """The bind is good, reading is forbidden."""
    peer.serve(lambda p, msgid, base, attributes: p.done(msgid, 50, "no read access"))


def serve_unwilling(peer):
    """Refuses the bind with 53."""
    peer.serve(TEAM, 53, "unauthenticated bind disallowed")


def serve_busy(peer):
    """Too busy to bind anybody."""
    peer.serve(TEAM, 51, "come back later")


def serve_unavailable(peer):
    """Some people, then the server is going down."""
    peer.serve(lambda p, msgid, base, attributes: p.answer(msgid, [person(1), person(2)], 52))


def serve_unavailable_once(peer):
    """The same on the first connection only."""
    (serve_good if peer.number else serve_unavailable)(peer)


def serve_timelimit(peer):
    """Some people, then time limit exceeded."""
    peer.serve(lambda p, msgid, base, attributes: p.answer(msgid, [person(1), person(2)], 3))


def serve_adminlimit(peer):
    """Some people, then administrative limit exceeded; in pages as well."""
    peer.serve(lambda p, msgid, base, attributes: p.answer(msgid, [person(1), person(2)], 11))


def serve_breaking(peer):
    """Dies in the middle of the people, every time."""
    def search(peer, msgid, base, attributes):
        peer.send(message(msgid, person(1)), message(msgid, person(2))[:20])
        raise ConnectionError
    peer.serve(search)


def serve_breaking_once(peer):
    """Dies in the middle of the groups, on the first connection only."""
    def search(peer, msgid, base, attributes):
        if base == GROUPS:
            peer.send(message(msgid, group("team", [1, 2])))
            raise ConnectionError
        TEAM(peer, msgid, base, attributes)
    peer.serve(search if peer.number == 0 else TEAM)


class Ranges:
    """A group whose members come in ranges; what is odd about it, a subclass says."""
    count, at_once = 7, 3

    def __init__(self):
        self.members = [f"uid=p{i},{PEOPLE}" for i in range(self.count)]

    def give(self, low):
        """(the first that is given, how many) to whoever asks from low on; None: nothing."""
        return low, self.at_once

    def attributes(self, low):
        given = self.give(low)
        if given is None or low >= len(self.members):
            return {}
        first, number = given
        end = first + number
        last = "star" if end >= len(self.members) else str(end - 1)
        return {f"member__{first}_to_{last}": self.members[first:end]}

    def search(self, peer, msgid, base, attributes):
        asked = [a for a in attributes if a.startswith("member;range=")]
        dn = f"cn=team,{GROUPS}"
        if base == PEOPLE:
            peer.answer(msgid, [person(i) for i in range(self.count)])
        elif asked:
            low = int(asked[0].removeprefix("member;range=").removesuffix("-*"))
            peer.answer(msgid, [entry(dn, **self.attributes(low))])
        else:
            peer.answer(msgid, [entry(dn, cn=["team"], objectClass=["groupOfNames"], member=[],
                                      entryUUID=["22222222-0000-4000-8000-000000000000"],
                                      **self.attributes(0))])


def serve_ranges(peer):
    """Members in ranges, as Active Directory sends them; all come."""
    peer.serve(Ranges().search)


def serve_ranges_1500(peer):
    """5,000 members, 1,500 at once."""
    class Large(Ranges):
        count, at_once = 5000, 1500
    peer.serve(Large().search)


def serve_ranges_shrinking(peer):
    """Each range is smaller than the one before, as the server sees fit."""
    class Shrinking(Ranges):
        count, at_once = 40, 20

        def give(self, low):
            self.at_once = max(2, self.at_once - 4)
            return low, self.at_once
    peer.serve(Shrinking().search)


def serve_ranges_cut(peer):
    """The last range is never sent."""
    class Cut(Ranges):
        def give(self, low):
            return None if low >= 4 else (low, 3)
    peer.serve(Cut().search)


def serve_ranges_elsewhere(peer):
    """Begins one later than it was asked to."""
    class Elsewhere(Ranges):
        def give(self, low):
            return (low + 1 if low else 0), 3
    peer.serve(Elsewhere().search)


def serve_ranges_short(peer):
    """Says that it gives three and gives two."""
    class Short(Ranges):
        def attributes(self, low):
            return {k: v[:2] for k, v in super().attributes(low).items()}
    peer.serve(Short().search)


def serve_ranges_leaving(peer):
    """Two members leave after the first range: all others move two places."""
    class Leaving(Ranges):
        def give(self, low):
            if low and len(self.members) == self.count:
                del self.members[:2]
            return low, 3
    peer.serve(Leaving().search)


def serve_ranges_restless(peer):
    """The first member leaves whenever a further range is asked for."""
    class Restless(Ranges):
        count = 40

        def give(self, low):
            if low:
                del self.members[0]
            return low, 3
    peer.serve(Restless().search)


def serve_dirty(peer):
    """People with everything wrong that a server can send."""
    many = [f"alias{i:05d}@example.com" for i in range(10000)]
    peer.serve(world([
        person(1),
        person(2, mail=[b"p2\xff@example.com"]),
        person(3, mail=["p3@example.com\r\nBcc: all@example.com"]),
        person(4, mail=[b"p4@example.com\x00.evil"]),
        person(5, entryUUID=["a\r\nb"]),
        person(6, entryUUID=None),
        person(7, entryUUID=["x", "y"]),
        person(8, entryUUID=[bytes(range(0xF0, 0x100))]),
        person(9, givenName=[b"Ren\xc3\xa9\xff\xff", b"\xfe"], sn=["x" * (1 << 20)]),
        person(10, mail=many),
        person(11, entryUUID=["00000000-0000-4000-8000-000000000001".upper()]),
        person(12, entryUUID=["ABCDEF00-0000-4000-8000-000000000012"]),
        entry("uid=p\x00q," + PEOPLE, entryUUID=["z"]),
        entry("no name at all", entryUUID=["z2"]),
        person(13, mail=[f"P13@EXAMPLE.com"]),
    ], [group("team", [1, 2, 6]), group("clean", [2, 12]), group("twins", [1, 11])]))


def serve_unknown_member(peer):
    """A member that cannot be looked up: the server is busy when asked."""
    peer.serve(world([person(1)], [group("team", [1, 99])], lambda base: 51))


def serve_elsewhere(peer):
    """A member that is there, and when asked for as a group is on another server."""
    asked = []

    def search(peer, msgid, base, attributes):
        if base in (PEOPLE, GROUPS):
            world([person(1)], [group("team", [1, 99])])(peer, msgid, base, attributes)
        elif asked:
            peer.answer(msgid, [tlv(0x73, octets("ldap://other.example.com/" + base))])
        else:
            asked.append(base)
            peer.answer(msgid, [entry(base, objectClass=["groupOfNames"])])
    peer.serve(search)


def serve_apart(peer):
    """Holds a part of the people in a database of its own, and shows it only when asked for that."""
    def search(peer, msgid, base, attributes):
        if base == "ou=apart," + PEOPLE:
            peer.answer(msgid, [entry("uid=p9,ou=apart," + PEOPLE, entryUUID=["9"], mail=["p9@example.com"])])
        else:
            TEAM(peer, msgid, base, attributes)
    peer.serve(search)


def serve_renaming(peer):
    """A person renamed while we read: the group already has the new name."""
    def search(peer, msgid, base, attributes):
        if base.startswith("uid=p9,"):
            peer.answer(msgid, [entry(base, entryUUID=["00000000-0000-4000-8000-000000000001"])])
        else:
            world([person(1)], [group("team", [9])])(peer, msgid, base, attributes)
    peer.serve(search)


def serve_endless(peer):
    """A message that says it has two gigabytes."""
    def search(peer, msgid, base, attributes):
        peer.send(b"\x30\x84\x7f\xff\xff\xff\x02\x01" + bytes([msgid]))
        serve_silent(peer)
    peer.serve(search)


def serve_garbage(peer):
    """An entry whose inner lengths lie."""
    def search(peer, msgid, base, attributes):
        good = bytearray(message(msgid, person(1)))
        good[-9] = 0x7F
        good[14] = 0xFF
        peer.send(bytes(good))
        peer.done(msgid)
    peer.serve(search)


def serve_nested_bomb(peer):
    """A sequence in a sequence, ten thousand deep, for an entry."""
    def search(peer, msgid, base, attributes):
        bomb = b""
        for _ in range(10000):
            bomb = tlv(0x30, bomb)
        peer.send(message(msgid, tlv(0x64, octets(base), bomb)))
        peer.done(msgid)
    peer.serve(search)


def serve_noise(peer):
    """Not LDAP at all."""
    peer.sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 100)
    serve_silent(peer)


def serve_strange_id(peer):
    """Answers lookups with the id of a question that was never asked."""
    def search(peer, msgid, base, attributes):
        if base in (PEOPLE, GROUPS):
            world([person(1)], [group("team", [1, 99])])(peer, msgid, base, attributes)
        else:
            peer.done(msgid + 1000)
            peer.done(msgid)
    peer.serve(search)


def windows(*references, contexts=("CN=Configuration," + BASE, BASE)):
    """Active Directory with one person, one group, and references to elsewhere."""
    def search(peer, msgid, base, attributes):
        if base == "":
            peer.answer(msgid, [entry("", namingContexts=list(contexts),
                                      currentTime=["20260101000000.0Z"])])
            return
        for reference in references:
            peer.send(message(msgid, tlv(0x73, octets(reference))))
        sid = b"\x01\x02" + bytes(5) + b"\x05" + (21).to_bytes(4, "little")
        if base == PEOPLE:
            peer.answer(msgid, [person(1, objectGUID=[bytes(range(16))],
                                       objectSid=[sid + (1103).to_bytes(4, "little")],
                                       primaryGroupID=["513"], userAccountControl=["512"])])
        elif base == GROUPS:
            peer.answer(msgid, [group("team", [], objectGUID=[b"g" * 16],
                                      objectSid=[sid + (513).to_bytes(4, "little")])])
        else:
            peer.done(msgid, 32)
    return search


def serve_windows(peer):
    """Refers to its own configuration, as it always does."""
    peer.serve(windows(f"ldap://example.com/CN=Configuration,{BASE}"))


def serve_windows_child(peer):
    """Refers to a child domain, too, which another server has."""
    peer.serve(windows(f"ldap://example.com/CN=Configuration,{BASE}",
                       f"ldap://child.example.com/DC=child,{BASE}"))


def serve_windows_mute(peer):
    """Does not say what it has itself."""
    peer.serve(windows(f"ldap://example.com/CN=Configuration,{BASE}", contexts=()))


def serve_windows_hidden(peer):
    """Neither the primary groups nor the flags of people may be read."""
    def search(peer, msgid, base, attributes):
        if base == PEOPLE:
            peer.answer(msgid, [person(1, objectGUID=[bytes(range(16))])])
        else:
            windows()(peer, msgid, base, attributes)
    peer.serve(search)


def serve_empty(peer):
    """Success, and nobody there."""
    peer.serve(world([], []))


def main():
    kind, address, log = sys.argv[1:4]
    serve = globals()["serve_" + kind]
    listener = socket.create_server((address, 0), backlog=64)
    print(listener.getsockname()[1], flush=True)

    def one(sock, number):
        try:
            with sock:
                peer = Peer(sock, log, number)
                peer.note("connection")
                serve(peer)
        except OSError:
            pass

    def accept():
        number = 0
        while True:
            sock, _ = listener.accept()
            threading.Thread(target=one, args=(sock, number), daemon=True).start()
            number += 1

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
