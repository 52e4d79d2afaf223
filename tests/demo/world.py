#!/usr/bin/env python3
"""The organization as the demo finds it: years of members, seats, roles and invitations."""
import json

DAY = 86400


def member(name, role="member", seat=False, domain="example.com"):
    return {"email": f"{name}@{domain}", "role": role, "seat": seat}


members = [
    member("owner", "admin"),                                   # protected: never touched
    member("ada.berg", "admin", seat=True),
    member("alan.berg"),                                        # a rule makes him admin
    member("dora.berg", "billing_manager"),
    member("carla.costa", "admin"),                             # of no group: not managed
    member("contractor", seat=True, domain="partner.example"),  # of no group: not managed
    member("grace.berg", seat=True),                            # another spelling in the directory
    member("kai.costa", seat=True),                             # a trainee: no rule grants a seat
]
members += [member(f"{n}.berg", seat=True) for n in "chen clara dana david elif emil emma eva".split()]
members += [member(f"{n}.berg") for n in "farid felix fiona hana hugo".split()]

invitations = [
    {"email": "ida.berg@example.com", "status": "pending", "age_seconds": 2 * DAY},
    {"email": "ines.berg@example.com", "status": "expired", "age_seconds": 9 * DAY},
    {"email": "friend@partner.example", "status": "pending", "age_seconds": DAY},
]

print(json.dumps({"seats": {"total": 60}, "members": members, "invitations": invitations}))
