#!/usr/bin/env python3
"""The demo's company as LDIF: 200 people and a dozen groups below dc=example,dc=com.

Always the same. Among them, on purpose: a nested group, an empty one, a person
without e-mail, one whose address is written in capitals, one disabled account.
"""

GIVEN = """Ada Alan Alice Amir Ana Anna Arun Bea Ben Carla Carol Chen Clara Dana David Dora Elif Emil
Emma Eva Farid Felix Fiona Grace Hana Hugo Ida Igor Ines Ivan Jana Jonas Julia Kai Lara Leo Lena Lin
Lucas Maja Marc Maria Mia Milan Nadia Nina Noah Nora Olga Omar""".split()
FAMILY = "Berg Costa Dubois Evans".split()
SUFFIX = "dc=example,dc=com"


def people():
    """(uid, given name, family name, address or None, employee type)"""
    for i in range(200):
        given, family = GIVEN[i % 50], FAMILY[i // 50]
        uid = f"{given}.{family}".lower()
        mail = f"{uid}@example.com"
        kind = "active"
        if uid == "omar.berg":
            mail = None                       # nobody told us where to write
        if uid == "grace.berg":
            mail = "Grace.BERG@Example.COM"   # the same address, shouted
        if uid == "igor.berg":
            kind = "TRUE"                     # the account was switched off
        yield uid, given, family, mail, kind


def groups(uids):
    """name -> (members that are people, members that are groups)"""
    part = lambda first, last: uids[first:last]
    return {
        "platform-admins": (["ada.berg", "alan.berg"], []),
        "billing": (["dora.berg"], []),
        "data-science-leads": (["alice.berg", "grace.berg"], []),
        "data-science": (part(10, 40), ["ml-research", "data-science-leads"]),   # nested
        "ml-research": (part(40, 55), []),
        "analytics": (part(55, 75), []),
        "trainees": (part(75, 90), []),
        "suspended": (["marc.berg"], []),
        "quantum-lab": ([], []),                                                 # empty
        "engineering": (part(90, 150), []),
        "sales": (part(150, 185), []),
        "everybody": ([], ["data-science", "analytics", "engineering", "sales"]),
    }


def main():
    uids = []
    for uid, given, family, mail, kind in people():
        uids.append(uid)
        print(f"dn: uid={uid},ou=people,{SUFFIX}")
        print("objectClass: inetOrgPerson")
        print(f"uid: {uid}\ncn: {given} {family}\nsn: {family}\ngivenName: {given}")
        if mail:
            print(f"mail: {mail}")
        if kind == "TRUE":
            print("employeeType: TRUE")
        print()
    for name, (persons, inner) in groups(uids).items():
        members = [f"uid={uid},ou=people,{SUFFIX}" for uid in persons]
        members += [f"cn={group},ou=groups,{SUFFIX}" for group in inner]
        print(f"dn: cn={name},ou=groups,{SUFFIX}")
        print(f"objectClass: groupOfNames\ncn: {name}")
        # a groupOfNames must have a member; an empty one carries itself away
        for member in members or [f"cn=nobody,{SUFFIX}"]:
            print(f"member: {member}")
        print()


main()
