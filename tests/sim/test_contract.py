"""Each published call answers with the published codes and field names (contract.json).

For each call of the table: every code that it declares is brought about once and its body
held against the published schema, no field more and none less; every published request
field is taken, every other one noticed.
"""
import json
import os
import re
import unittest

from simulator import HERE, SimulatorTest

with open(os.path.join(HERE, "contract.json")) as table:
    CONTRACT = json.load(table)

CHECKS = {
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "object": lambda v: isinstance(v, dict),
    "any": lambda v: True,
    "email": lambda v: isinstance(v, str) and "@" in v,
    "uuid": lambda v: isinstance(v, str) and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", v),
    "time": lambda v: isinstance(v, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", v),
}


def fits(value, kind):
    """Why the value is not of the kind, or None."""
    if kind.startswith("one of "):
        return None if value in kind.split()[2:] else "%r is not %s" % (value, kind)
    reasons = []
    for one in kind.split("|"):
        reason = fits_one(value, one)
        if reason is None:
            return None
        reasons.append(reason)
    return "; ".join(reasons)


def fits_one(value, kind):
    if kind.startswith("["):
        if not isinstance(value, list):
            return "%r is no list" % (value,)
        return next((r for r in (fits(v, kind[1:-1]) for v in value) if r), None)
    if kind in CONTRACT["schemas"]:
        return fits_schema(value, kind)
    return None if CHECKS[kind](value) else "%r is not %s" % (value, kind)


def fits_schema(value, name):
    if not isinstance(value, dict):
        return "%r is no %s" % (value, name)
    left = set(value)
    for field, kind in CONTRACT["schemas"][name].items():
        plain = field.rstrip("?")
        left.discard(plain)
        if plain not in value:
            if field == plain:
                return "%s lacks %s" % (name, field)
        else:
            reason = fits(value[plain], kind)
            if reason:
                return "%s.%s: %s" % (name, plain, reason)
    return "%s has %s, which is not published" % (name, sorted(left)) if left else None


NOBODY = "/users/00000000-0000-4000-8000-000000000000"
SOON = "2099-12-31T00:00:00+00:00"

# How each code of each call is brought about: (set-up, method, path, body).  {seated},
# {plain} and {self} are members, {token} a live token of {seated}, {dead} a revoked one.
CASES = {
    ("auto_register_users", 200): ("POST", "/users_auto_registration", {"user_emails": ["x@example.com", "plain@example.com"]}),
    ("auto_register_users", 422): ("POST", "/users_auto_registration", {"user_emails": ["nothing"]}),
    ("add_user", 200): ("POST", "/users", {"email": "x@example.com", "first_name": "X", "last_name": None}),
    ("add_user", 422): ("POST", "/users", {"email": "x at example.com"}),
    ("list_users", 200): ("GET", "/users?include_groups=true", None),
    ("list_users", 422): ("GET", "/users?include_groups=perhaps", None),
    ("remove_user", 204): ("DELETE", "{plain}", None),
    ("remove_user", 404): ("DELETE", NOBODY, None),
    ("remove_user", 409): ("DELETE", "{self}", None),
    ("remove_user", 422): ("DELETE", "/users/17", None),
    ("assign_seat", 201): ("POST", "{plain}/seats?send_seat_assigned_email=false", None),
    ("assign_seat", 402): ("POST", "{plain}/seats", None),
    ("assign_seat", 404): ("POST", NOBODY + "/seats", None),
    ("assign_seat", 409): ("POST", "{seated}/seats", None),
    ("assign_seat", 422): ("POST", "/users/x/seats", None),
    ("revoke_seat", 204): ("DELETE", "{seated}/seats", None),
    ("revoke_seat", 404): ("DELETE", "{plain}/seats", None),
    ("revoke_seat", 422): ("DELETE", "/users/x/seats", None),
    ("create_user_token", 200): ("POST", "{seated}/token", {"expires_at": SOON, "expiration_tolerance_months": 1, "send_token_email": False}),
    ("create_user_token", 422): ("POST", "{seated}/token", {"expires_at": "2001-01-01T00:00:00Z"}),
    ("update_user_token", 200): ("PATCH", "{seated}/token", {"expires_at": SOON, "is_renewal": False, "expiration_tolerance_months": 0}),
    ("update_user_token", 422): ("PATCH", "{plain}/token", {"is_renewal": True}),
    ("list_user_tokens", 200): ("GET", "{seated}/tokens", None),
    ("list_user_tokens", 422): ("GET", "/users/x/tokens", None),
    ("revoke_user_token", 204): ("DELETE", "{seated}/tokens/{token}", None),
    ("revoke_user_token", 404): ("DELETE", "{seated}/tokens/00000000-0000-4000-8000-000000000000", None),
    ("revoke_user_token", 409): ("DELETE", "{seated}/tokens/{dead}", None),
    ("revoke_user_token", 422): ("DELETE", "{seated}/tokens/x", None),
}

GROUP = {"id": "00000000-0000-4000-8000-00000000000a", "name": "g",
         "org_id": "00000000-0000-4000-8000-00000000000b", "created_at": "2026-01-01T00:00:00Z",
         "updated_at": None, "user_count": 1}


class Contract(SimulatorTest):
    def setUp(self):
        super().setUp()
        self.seed(seats={"total": 3, "product": "business"}, members=[
            {"email": "plain@example.com", "groups": [GROUP]},
            {"email": "seated@example.com", "seat": True, "tokens": 2},
            {"email": "self@example.com", "role": "admin"}])
        self.sim.switch(self_email="self@example.com")
        tokens = self.answers(200, "GET", self.member_path("seated@example.com") + "/tokens").json["items"]
        self.names = {name: self.member_path(name + "@example.com") for name in ("plain", "seated", "self")}
        self.names["dead"], self.names["token"] = (t["id"] for t in tokens)
        self.assertEqual([t["revoked"] for t in tokens], [True, False])

    def test_every_declared_code_is_covered(self):
        declared = {(c["operation"], int(code)) for c in CONTRACT["calls"] if "admin_only" not in c
                    for code in c["answers"]}
        self.assertEqual(declared, set(CASES))

    def test_each_code_and_its_body(self):
        for call in CONTRACT["calls"]:
            for code, schema in call["answers"].items():
                if "admin_only" not in call:
                    with self.subTest(operation=call["operation"], code=code):
                        self.setUp()
                        self.one(call, int(code), schema)

    def one(self, call, code, schema):
        method, path, body = CASES[call["operation"], code]
        if code == 402:
            self.sim.control("POST", "/pool", {"total": 1})
        published = re.sub(r"\{org\}", "", call["path"])
        path = path.format(**self.names)
        self.assertEqual(method, call["method"])
        self.assertRegex(path.split("?")[0], "^" + re.sub(r"\{\w+\}", "[^/]+", published) + "$")
        answer = self.answers(code, method, path, body)
        if schema:
            self.assertEqual(answer.headers["Content-Type"], "application/json")
            self.assertIsNone(fits(answer.json, schema))
        elif code in (201, 204):
            self.assertEqual(answer.text, "")
        self.assertEqual(set(body or {}) - {f.rstrip("?") for f in CONTRACT["schemas"].get(call.get("request"), {})}, set())

    def test_every_request_field_is_known_and_no_other(self):
        for call in CONTRACT["calls"]:
            if "request" not in call or "admin_only" in call:
                continue
            with self.subTest(operation=call["operation"]):
                fields = {f.rstrip("?"): None for f in CONTRACT["schemas"][call["request"]]}
                path = re.sub(r"\{\w+\}", NOBODY.split("/")[-1], call["path"].replace("{org}", ""))
                self.sim.control("DELETE", "/violations")
                self.sim.call(call["method"], path, fields)
                self.sim.call(call["method"], path, {**fields, "surplus": 1})
                rules = [v["rule"] for v in self.sim.control("GET", "/violations")["items"]]
                self.assertEqual([r for r in rules if r != "managed_user"], ["unknown_field"])
        self.sim.control("DELETE", "/violations")

    def test_the_calls_of_an_organization_admin_are_refused(self):
        for call in CONTRACT["calls"]:
            if "admin_only" in call:
                body = {"name": "x"} if "request" in call else None
                path = call["path"].replace("{org}", "").replace("{client_id}", "x")
                answer = self.answers(403, call["method"], path, body)
                self.assertIsNone(fits(answer.json, "ErrorResponse"))
                self.expected.append("service_accounts")

    def test_whoever_may_not_enter_gets_the_envelope(self):
        self.sim.bearer = "bad"
        for call in CONTRACT["calls"]:
            path = re.sub(r"\{\w+\}", NOBODY.split("/")[-1], call["path"].replace("{org}", ""))
            body = {"email": "x@example.com"} if call["operation"] == "add_user" else {} if "request" in call else None
            answer = self.answers(401, call["method"], path, body)
            self.assertIsNone(fits(answer.json, "ErrorResponse"))
            self.assertEqual(answer.json["error"]["code"], "auth_required")
        self.expected = ["service_accounts"] * 3


if __name__ == "__main__":
    unittest.main()
