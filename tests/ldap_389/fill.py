#!/usr/bin/env python3
"""Prints the LDIF that ds.sh loads.

    fill.py PEOPLE

Under ou=people and ou=groups a directory as 389-DS has it, with PEOPLE further
people in the group big; under cn=accounts one as FreeIPA has it, with what is
needed of its schema; under ou=services the accounts that read.
"""
import sys

BASE = "dc=example,dc=com"
SCHEMA = """\
dn: cn=schema
changetype: modify
add: attributeTypes
attributeTypes: ( 2.16.840.1.113730.3.8.3.1 NAME 'ipaUniqueID' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributeTypes: ( 2.16.840.1.113719.1.301.4.6.1 NAME 'krbPrincipalExpiration'
  EQUALITY generalizedTimeMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )
-
add: objectClasses
objectClasses: ( 2.16.840.1.113730.3.8.4.12 NAME 'ipaObject' AUXILIARY MUST ipaUniqueID )
objectClasses: ( 2.16.840.1.113730.3.8.4.3 NAME 'nestedGroup' SUP groupOfNames STRUCTURAL
  MAY memberOf )
objectClasses: ( 2.16.840.1.113730.3.8.4.4 NAME 'ipaUserGroup' SUP nestedGroup STRUCTURAL )
objectClasses: ( 2.16.840.1.113719.1.301.6.8.1 NAME 'krbPrincipalAux' AUXILIARY
  MAY krbPrincipalExpiration )

"""
# what an administrator must give: operational attributes are named, or they are hidden
RIGHTS = f"""\
dn: {BASE}
changetype: modify
add: aci
aci: (targetattr="* || nsAccountLock || nsUniqueId")(version 3.0; acl "readers";
  allow (read, search, compare) userdn="ldap:///cn=*,ou=services,{BASE}";)

"""


def entry(dn, **attributes):
    print(f"dn: {dn},{BASE}\nchangetype: add")
    for name, values in attributes.items():
        for value in values if isinstance(values, list) else [values]:
            print(f"{name}: {value}")
    print()


def unit(name):
    entry(f"ou={name}", objectClass="organizationalUnit", ou=name)


def person(name, place="ou=people", classes=(), **other):
    entry(f"uid={name},{place}", objectClass=["inetOrgPerson", *classes], uid=name, cn=name,
          sn=name.title(), givenName="G", mail=f"{name}@example.com", **other)
    return f"uid={name},{place},{BASE}"


def group(name, members, place="ou=groups", classes=("groupOfNames",), **other):
    attributes = {"objectClass": list(classes), "cn": name, **other}
    if members:
        attributes["member"] = members
    entry(f"cn={name},{place}", **attributes)
    return f"cn={name},{place},{BASE}"


def services():
    unit("services")
    account = {"objectClass": ["applicationProcess", "simpleSecurityObject"],
               "userPassword": "reader-secret"}
    entry("cn=seatsync,ou=services", cn="seatsync", **account)
    unlimited = {name: "-1" for name in ("nsSizeLimit", "nsTimeLimit", "nsLookThroughLimit",
                                         "nsPagedSizeLimit", "nsPagedLookThroughLimit")}
    entry("cn=unlimited,ou=services", cn="unlimited", **account, **unlimited)
    entry("cn=narrow,ou=services", cn="narrow", **account, nsLookThroughLimit="500",
          nsPagedLookThroughLimit="500")


def usual(number):
    unit("people")
    unit("groups")
    ada = person("ada")
    locked = person("locked", nsAccountLock="TRUE")
    unlocked = person("unlocked", nsAccountLock="FALSE")
    # as `dsidm user create` makes them
    entry("uid=modern,ou=people", objectClass=["nsPerson", "nsAccount", "nsOrgPerson"],
          uid="modern", cn="modern", displayName="Modern", mail="modern@example.com")
    crowd = [person(f"p{i:05d}") for i in range(number)]
    group("team", [ada, locked, unlocked, f"uid=modern,ou=people,{BASE}",
                   f"uid=gone,ou=people,{BASE}"])
    group("empty", [])
    inner = group("inner", [ada])
    group("outer", [inner])
    group("big", crowd)
    person("unix", classes=["posixAccount"], uidNumber="1", gidNumber="1", homeDirectory="/")
    group("unixers", [], classes=["posixGroup"], gidNumber="1",
          memberUid=["unix", "nobody-of-that-name"])


def freeipa():
    for place in "cn=accounts", "cn=users,cn=accounts", "cn=groups,cn=accounts":
        entry(place, objectClass="nsContainer", cn=place.split(",")[0][3:])

    def user(name, number, **other):
        return person(name, "cn=users,cn=accounts", ["ipaObject", "krbPrincipalAux"],
                      ipaUniqueID=f"8f0f5a3e-0000-11ee-8000-{number:012d}", **other)

    def team(name, number, members):
        return group(name, members, "cn=groups,cn=accounts", ["ipaUserGroup", "ipaObject"],
                     ipaUniqueID=f"9f0f5a3e-0000-11ee-8000-{number:012d}")

    alice = user("alice", 1)
    barred = user("barred", 2, nsAccountLock="TRUE")
    ended = user("ended", 3, krbPrincipalExpiration="20200101000000Z")
    later = user("later", 4, krbPrincipalExpiration="29990101000000Z")
    team("ipausers", 5, [alice, barred, ended, later])
    team("editors", 6, [team("writers", 7, [alice])])
    team("nobody", 8, [])
    # a group of hosts is none of people
    group("machines", [alice], "cn=groups,cn=accounts")


def main():
    print(SCHEMA + RIGHTS, end="")
    services()
    usual(int(sys.argv[1]))
    freeipa()


if __name__ == "__main__":
    main()
