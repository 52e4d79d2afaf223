#!/usr/bin/env python3
"""Writes the LDIF of a company for benchmarks: the same for the same arguments.

    gen.py [--people 100000] [--groups 200] [--biggest 50000] [--suffix DN] > company.ldif

Goes into `slapd.sh start DIR --quick --ldif company.ldif`, beside the base
tree.  g000 has --biggest members, the others 5 to 2000; with the defaults
that makes about 155,000 memberships.  Standard library only.
"""
import argparse
import random
import sys
import uuid

FIRST = "Ada Grace Linus Barbara Ken Radia Edsger Margaret Alan Frances".split()
LAST = "Lovelace Hopper Torvalds Liskov Thompson Perlman Dijkstra Hamilton Turing Allen".split()
SIZES = [5, 20, 50, 100, 250, 500, 1000, 2000]


def entry_uuid(name):
    return uuid.uuid5(uuid.NAMESPACE_URL, "seatsync/" + name)


def person(i, suffix):
    given, family = FIRST[i % 10], f"{LAST[i // 10 % 10]}{i}"
    return (f"dn: uid=u{i:07d},ou=people,{suffix}\n"
            "objectClass: inetOrgPerson\n"
            f"uid: u{i:07d}\ncn: {given} {family}\ngivenName: {given}\nsn: {family}\n"
            f"mail: u{i:07d}@example.com\nemployeeNumber: {i}\ntitle: Engineer\n"
            f"departmentNumber: {i % 97}\ntelephoneNumber: +1 555 {i:07d}\n"
            f"entryUUID: {entry_uuid(f'u{i}')}\n\n")


def group(g, members, suffix):
    head = (f"dn: cn=g{g:03d},ou=groups,{suffix}\n"
            "objectClass: groupOfNames\n"
            f"cn: g{g:03d}\ndescription: group {g}\nentryUUID: {entry_uuid(f'g{g}')}\n")
    return head + "".join(f"member: uid=u{u:07d},ou=people,{suffix}\n" for u in members) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--groups", type=int, default=200)
    parser.add_argument("--biggest", type=int, default=50_000, help="members of g000")
    parser.add_argument("--suffix", default="dc=example,dc=com")
    args = parser.parse_args()
    chance = random.Random(7)
    for i in range(args.people):
        sys.stdout.write(person(i, args.suffix))
    for g in range(args.groups):
        size = args.biggest if g == 0 else chance.choice(SIZES)
        size = min(size, args.people)
        members = range(size) if g == 0 else sorted(chance.sample(range(args.people), size))
        sys.stdout.write(group(g, members, args.suffix))


if __name__ == "__main__":
    main()
