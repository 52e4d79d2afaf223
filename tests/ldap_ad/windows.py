#!/usr/bin/env python3
"""Between us and a Samba controller: what Windows does and Samba does not.

    windows.py LISTEN CERTIFICATE KEY SERVER

Serves ldaps:// on 127.0.0.1:LISTEN (0: any) and prints the port; each
connection is one to ldaps://SERVER.  Searches that ask for `member` ask Samba
for its first 1,500 values, and those for a range for so many of it: as the
MaxValRange of Windows does.  Every answer is Samba's own.  Each range that was
asked for is a line on standard output.  Ends with its standard input.
"""
import os
import socket
import ssl
import sys
import threading

MOST = 1500
SEARCH, ATTRIBUTES = 0x63, 7


def element(data, at):
    """The tag of the element at `at`, where its content begins and ends; None: not all there."""
    if len(data) < at + 2:
        return None
    length, begin = data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        if len(data) < begin + size:
            return None
        length, begin = int.from_bytes(data[begin:begin + size], "big"), begin + size
    return (data[at], begin, begin + length) if begin + length <= len(data) else None


def children(content):
    at, found = 0, []
    while at < len(content):
        tag, begin, end = element(content, at)
        found.append((tag, content[begin:end]))
        at = end
    return found


def made(tag, content):
    length = len(content)
    size = b"" if length < 0x80 else length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, length if length < 0x80 else 0x80 | len(size)]) + size + content


def ranged(name):
    base, _, option = name.partition(b";range=")
    if base.lower() != b"member":
        return name
    low = int(option.split(b"-")[0]) if option else 0
    wanted = b"member;range=%d-%d" % (low, low + MOST - 1)
    print(wanted.decode(), flush=True)
    return wanted


def rewritten(message):
    parts = children(message)
    for i, (tag, content) in enumerate(parts):
        if tag == SEARCH:
            fields = children(content)
            names = [(t, ranged(name)) for t, name in children(fields[ATTRIBUTES][1])]
            fields[ATTRIBUTES] = (fields[ATTRIBUTES][0], b"".join(made(*n) for n in names))
            parts[i] = (tag, b"".join(made(*f) for f in fields))
    return made(0x30, b"".join(made(*p) for p in parts))


def forward(client, server):
    pending = b""
    while data := client.recv(65536):
        pending += data
        while whole := element(pending, 0):
            server.sendall(rewritten(pending[whole[1]:whole[2]]))
            pending = pending[whole[2]:]


def back(client, server):
    while data := server.recv(65536):
        client.sendall(data)


def quietly(pump, *sockets):
    try:
        pump(*sockets)
    except OSError:
        pass
    for s in sockets:
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(plain, context, address):
    anything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anything.check_hostname, anything.verify_mode = False, ssl.CERT_NONE
    try:
        client = context.wrap_socket(plain, server_side=True)
        server = anything.wrap_socket(socket.create_connection((address, 636)))
    except OSError:
        plain.close()
        return
    other = threading.Thread(target=quietly, args=(back, client, server), daemon=True)
    other.start()
    quietly(forward, client, server)
    other.join()


def accept(listener, context, address):
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0], context, address),
                         daemon=True).start()


def main():
    port, certificate, key, address = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", int(port)))
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=accept, args=(listener, context, address), daemon=True).start()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
