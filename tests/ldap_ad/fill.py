#!/usr/bin/python3
"""Fills the domain of dc.sh, and writes the objectGUID of Ada to its file `ada`.

    fill.py DOMAIN-FOLDER PEOPLE

Everybody in OU=people; groups in OU=groups; accounts that read in OU=services.
PEOPLE further ones, p00000 and so on, are all in the group big.
"""
import os
import sys

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

READER, READER_PASSWORD = "seatsync", "Reader.passw0rd"
NEVER, LONG_PAST, FAR_AWAY = "9223372036854775807", "132223104000000000", "200000000000000000"
UNIVERSAL = "-2147483640"
NORMAL, DISABLED = "544", "546"  # no password is asked of them: nobody logs in


def connect(folder):
    parameters = LoadParm()
    parameters.load(folder + "/etc/smb.conf")
    return SamDB(url=folder + "/private/sam.ldb", session_info=system_session(), lp=parameters)


class Domain:
    def __init__(self, db):
        self.db, self.base = db, str(db.get_default_basedn())

    def unit(self, name):
        self.db.add({"dn": f"OU={name},{self.base}", "objectClass": "organizationalUnit"})

    def person(self, name, control=NORMAL, **other):
        dn = f"CN={name},OU=people,{self.base}"
        entry = {"dn": dn, "objectClass": "user", "sAMAccountName": name.split(" ")[0].lower(),
                 "userAccountControl": control, "givenName": name.split(" ")[0],
                 "sn": name.split(" ")[-1]}
        entry.update(other)
        self.db.add(entry)
        return dn

    def group(self, name, members=(), unit="OU=groups", **other):
        dn = f"CN={name},{unit},{self.base}"
        entry = {"dn": dn, "objectClass": "group", "sAMAccountName": name, **other}
        if members:
            entry["member"] = list(members)
        self.db.add(entry)
        return dn

    def change(self, dn, operation, attribute, value):
        message = ldb.Message(ldb.Dn(self.db, dn))
        message[attribute] = ldb.MessageElement(value, operation, attribute)
        self.db.modify(message)


def company(d):
    """A few people, each of whom stands for a kind."""
    ada = d.person("Ada Lovelace", mail="Ada.Lovelace@ad.example.test",
                   proxyAddresses=["SMTP:Ada.Lovelace@ad.example.test", "smtp:ada@ad.example.test",
                                   "sip:ada@voice.example.test", "X500:/o=example/cn=ada"])
    grace = d.person("Grace Hopper", mail="grace@ad.example.test", accountExpires=NEVER)
    left = d.person("Left Long", mail="left@ad.example.test", accountExpires=LONG_PAST)
    d.person("Later Leaver", mail="later@ad.example.test", accountExpires=FAR_AWAY)
    off = d.person("Off Switched", control=DISABLED, mail="off@ad.example.test")
    umlaut = d.person("Jörg Müller, Jr".replace(",", "\\,"), mail="joerg@ad.example.test")
    contact = f"CN=Outside Contact,OU=people,{d.base}"
    d.db.add({"dn": contact, "objectClass": "contact", "mail": "contact@partner.example"})
    computer = f"CN=PC1,OU=people,{d.base}"
    d.db.add({"dn": computer, "objectClass": "computer", "sAMAccountName": "PC1$"})
    foreign = f"CN=S-1-5-11,CN=ForeignSecurityPrincipals,{d.base}"
    d.group("plain", [ada, grace, left, off, umlaut])
    d.group("mixed", [ada, contact, computer, foreign])
    d.group("empty")
    d.group("everywhere", [ada, grace], groupType=UNIVERSAL)
    outside = d.group("outside", [grace], unit="OU=elsewhere")
    inner = d.group("inner", [ada, outside])
    outer = d.group("outer", [inner, grace])
    d.change(inner, ldb.FLAG_MOD_ADD, "member", outer)
    chosen = d.group("chosen", [ada])
    sid = d.db.schema_format_value("objectSID", d.db.search(
        base=chosen, scope=ldb.SCOPE_BASE, attrs=["objectSid"])[0]["objectSid"][0]).decode()
    d.change(ada, ldb.FLAG_MOD_REPLACE, "primaryGroupID", sid.rsplit("-", 1)[1])


    guid = d.db.schema_format_value("objectGUID", d.db.search(
        base=ada, scope=ldb.SCOPE_BASE, attrs=["objectGUID"])[0]["objectGUID"][0]).decode()
    with open(os.path.join(sys.argv[1], "ada"), "w", encoding="ascii") as f:
        f.write(guid)


def crowd(d, number):
    members = [d.person(f"p{i:05d}", mail=f"p{i:05d}@ad.example.test") for i in range(number)]
    if members:
        d.group("big", members)


def main():
    d = Domain(connect(sys.argv[1]))
    d.db.transaction_start()
    # wrong passwords are counted only where they lock an account
    d.change(d.base, ldb.FLAG_MOD_REPLACE, "lockoutThreshold", "5")
    for unit in "people", "groups", "elsewhere", "services":
        d.unit(unit)
    company(d)
    crowd(d, int(sys.argv[2]))
    for name in READER, "locked", "expired", "watched":
        d.db.newuser(name, READER_PASSWORD, userou="OU=services")
    d.change(f"CN=DC1,OU=Domain Controllers,{d.base}", ldb.FLAG_MOD_ADD, "servicePrincipalName",
             "ldap/127.0.0.77")
    d.change(f"CN=locked,OU=services,{d.base}", ldb.FLAG_MOD_REPLACE, "userAccountControl", "514")
    d.change(f"CN=expired,OU=services,{d.base}", ldb.FLAG_MOD_REPLACE, "accountExpires", LONG_PAST)
    d.db.transaction_commit()


if __name__ == "__main__":
    main()
