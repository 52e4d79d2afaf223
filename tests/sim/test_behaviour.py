"""What the organization does: access, seats, tokens, invitations, roles, lists, time."""
import base64
import json
import unittest
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from simulator import Simulator, SimulatorTest, SECRET

DAY = 86400
SOON = "2099-12-31T00:00:00+00:00"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Access(SimulatorTest):
    def test_a_token_is_what_the_platform_gives(self):
        answer = self.sim.token().json
        self.assertEqual(set(answer), {"access_token", "token_type", "expires_in"})
        self.assertEqual((answer["token_type"], answer["expires_in"]), ("Bearer", 900))

    def test_the_other_path_and_http_basic_do_as_well(self):
        basic = base64.b64encode(("seatsync:" + SECRET).encode()).decode()
        answer = self.sim.raw("POST", "/api/auth/oauth2/token", "grant_type=client_credentials",
                              {**FORM, "Authorization": "Basic " + basic})
        self.assertEqual(answer.status, 200)

    def test_a_coded_secret_is_decoded(self):
        answer = self.sim.raw("POST", "/api/iam/token", "client_id=seat%73ync&grant_type=client_credentials"
                              "&client_secret=" + SECRET.replace("-", "%2D"), FORM)
        self.assertEqual(answer.status, 200)

    def test_wrong_credentials_and_grants_are_refused(self):
        refused = self.sim.token(secret="wrong")
        self.assertEqual((refused.status, refused.json), (401, {"error": "invalid_client"}))
        self.assertEqual(self.sim.token(grant_type="password").status, 400)
        self.assertEqual(self.sim.raw("POST", "/api/iam/token", "{}", {"Content-Type": "application/json"}).status, 400)
        self.expected = ["content_type"]

    def test_a_token_ends_by_the_clock(self):
        self.sim.control("POST", "/clock", {"advance": 800})
        self.answers(200, "GET", "/users")
        self.sim.control("POST", "/clock", {"advance": 100})
        self.answers(401, "GET", "/users")

    def test_all_tokens_can_be_revoked(self):
        self.sim.control("POST", "/revoke-tokens")
        self.answers(401, "GET", "/users")
        self.sim.token()
        self.answers(200, "GET", "/users")

    def test_a_jwt_names_its_owner(self):
        self.seed(members=[{"email": "self@example.com", "role": "admin"}])
        self.sim.switch(token_shape="jwt", self_email="self@example.com", token_lifetime=60)
        part = self.sim.token().json["access_token"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        self.assertEqual(claims["sub"], self.member("self@example.com")["id"])
        self.assertEqual(claims["email"], "self@example.com")
        self.answers(200, "GET", "/users")

    def test_another_organization_is_closed(self):
        self.answers(403, "GET", "/api/v1/organizations/other/users")

    def test_strict_headers(self):
        self.answers(200, "GET", "/users", X_API_Version=None)
        self.sim.switch(strict_headers=True)
        self.answers(200, "GET", "/users")
        self.answers(400, "GET", "/users", X_API_Version=None)
        self.answers(400, "GET", "/users", X_Org_Name="other")
        self.expected = ["missing_header", "org_header"]

    def test_the_date_is_the_simulators(self):
        self.sim.control("POST", "/clock", {"set": "2031-05-06T07:08:09Z"})
        date = parsedate_to_datetime(self.answers(401, "GET", "/users").headers["Date"])
        self.assertLess(abs((date - datetime(2031, 5, 6, 7, 8, 9, tzinfo=timezone.utc)).total_seconds()), 600)


class Seats(SimulatorTest):
    def setUp(self):
        super().setUp()
        self.seed(seats={"total": 2, "product": "pro"}, members=[
            {"email": "a@example.com", "seat": True, "tokens": 1}, {"email": "b@example.com"},
            {"email": "c@example.com", "subscriptions": ["starter-free"]}])
        self.a, self.b, self.c = (self.member_path(x + "@example.com") for x in "abc")

    def counter(self):
        return self.answers(200, "GET", "/seats").json

    def test_the_counter_and_the_pool(self):
        self.assertEqual(self.counter(), {"total": 2, "assigned": 1, "available": 1, "product_code": "pro"})
        self.answers(201, "POST", self.b + "/seats")
        self.answers(402, "POST", self.c + "/seats")
        self.sim.control("POST", "/pool", {"total": 3})
        self.answers(201, "POST", self.c + "/seats")
        self.assertEqual(self.member("c@example.com")["subscriptions"], ["starter-free", "pro"])
        self.answers(204, "DELETE", self.c + "/seats")
        self.assertEqual(self.member("c@example.com")["subscriptions"], ["starter-free"])

    def test_removing_frees_the_seat(self):
        self.answers(204, "DELETE", self.a)
        self.assertEqual(self.counter()["available"], 2)
        self.answers(404, "DELETE", self.a)

    def test_removing_a_seated_user_may_be_refused(self):
        self.sim.switch(remove_seated_409=True)
        self.answers(409, "DELETE", self.a)
        self.answers(204, "DELETE", self.a + "/seats")
        self.answers(204, "DELETE", self.a)

    def test_mails_of_a_seat(self):
        self.answers(201, "POST", self.b + "/seats?send_seat_assigned_email=false")
        self.assertEqual(self.mails(), {})
        self.answers(204, "DELETE", self.b + "/seats")
        self.answers(201, "POST", self.b + "/seats")
        self.assertEqual(self.mails(), {"seat_assigned": 1})

    def test_revoking_the_seat_kills_the_tokens(self):
        self.answers(204, "DELETE", self.a + "/seats")
        self.assertTrue(self.answers(200, "GET", self.a + "/tokens").json["items"][0]["revoked"])

    def test_tokens(self):
        self.answers(200, "POST", self.a + "/token", {"expires_at": SOON, "send_token_email": False})
        tokens = self.answers(200, "GET", self.a + "/tokens").json["items"]
        self.assertEqual([t["revoked"] for t in tokens], [True, False])
        self.assertEqual(self.mails(), {})
        self.answers(200, "POST", self.a + "/token", {"expires_at": SOON})
        self.assertEqual(self.mails(), {"token": 1})
        self.answers(422, "POST", self.b + "/token", {"expires_at": SOON})
        self.answers(422, "POST", self.a + "/token", {"expires_at": "2020-01-01T00:00:00Z"})
        self.answers(422, "POST", self.a + "/token", {"send_token_email": True})

    def live(self):
        return self.member("a@example.com").get("token_expires_at")

    def test_renewing_a_token_moves_its_expiry_and_mails_nobody(self):
        before = self.live()
        self.answers(200, "PATCH", self.a + "/token", {"is_renewal": True, "expires_at": SOON})
        self.assertNotEqual(self.live(), before)
        self.answers(422, "PATCH", self.a + "/token", {"is_renewal": True, "expires_at": "2020-01-01T00:00:00Z"})
        self.sim.switch(token_renewal_moves=False)
        before = self.live()
        self.answers(200, "PATCH", self.a + "/token", {"is_renewal": True})
        self.assertEqual(self.live(), before)
        self.assertEqual(self.mails(), {})

    def test_tokens_of_another_hand_expire_and_may_be_hidden(self):
        self.sim.control("POST", "/token", {"email": "a@example.com", "issue": 60})
        self.sim.control("POST", "/clock", {"advance": 120})
        self.sim.token()
        self.assertIsNone(self.live())
        self.assertEqual(len(self.answers(200, "GET", self.a + "/tokens").json["items"]), 2)
        self.answers(422, "PATCH", self.a + "/token", {"is_renewal": True})
        self.sim.switch(ended_tokens="hidden", token_most=3600)
        self.assertEqual(self.answers(200, "GET", self.a + "/tokens").json["items"], [])
        self.answers(200, "POST", self.a + "/token", {"expires_at": SOON, "send_token_email": False})
        self.assertLessEqual(self.live(), self.sim.control("GET", "/dump")["now"] + 3600)
        self.sim.control("POST", "/token", {"email": "a@example.com", "revoke": True})
        self.assertIsNone(self.live())

    def test_no_counter(self):
        self.sim.switch(seats_counter="404")
        self.assertEqual(self.answers(404, "GET", "/seats").json, {"detail": "Not Found"})

    def test_onboarding(self):
        self.sim.switch(onboard_never=2)
        self.sim.control("POST", "/pool", {"total": 3})
        emails = ["n1@example.com", "a@example.com", "n2@example.com", "n3@example.com"]
        answer = self.answers(200, "POST", "/users_auto_registration", {"user_emails": emails}).json
        self.assertEqual(answer["users_in_onboarding_process"], ["n1@example.com", "n2@example.com"])
        self.assertEqual(answer["users_unavailable_for_onboarding"], ["a@example.com", "n3@example.com"])
        self.assertEqual((answer["total_organization_seats"], answer["available_organization_seats"]), ("3", "0"))
        self.assertIsNone(self.member("n1@example.com"))
        self.sim.control("POST", "/clock", {"advance": 61})
        self.assertTrue(self.member("n1@example.com")["seat"])
        self.assertEqual(self.member("n1@example.com")["tokens"], 1)
        self.assertIsNone(self.member("n2@example.com"))
        self.assertEqual(self.mails(), {"onboarding": 1, "token": 1})


class Invitations(SimulatorTest):
    def invite(self, status=201, email="new@example.com", **more):
        return self.answers(status, "POST", "/invitations", {"email": email, **more})

    def listed(self):
        return self.answers(200, "GET", "/invitations").json["items"]

    def advance(self, seconds):
        self.sim.control("POST", "/clock", {"advance": seconds})
        self.sim.token()

    def test_accepting_makes_a_member_with_the_role_and_no_seat(self):
        self.invite(role="billing_manager")
        self.sim.control("POST", "/accept", {"email": "NEW@example.com", "first_name": "N"})
        m = self.member("NEW@example.com")
        self.assertEqual((m["role"], m["seat"], m["first_name"]), ("billing_manager", False, "N"))
        self.assertEqual(self.listed(), [])
        self.sim.switch(closed_invitations="listed")
        self.assertEqual(self.listed()[0]["status"], "accepted")
        self.sim.control("POST", "/accept", {"email": "new@example.com"}, status=409)

    def test_accepting_under_another_address(self):
        self.invite()
        self.sim.control("POST", "/accept", {"email": "new@example.com", "as": "private@example.org"})
        self.assertIsNone(self.member("new@example.com"))
        self.assertIsNotNone(self.member("private@example.org"))

    def test_declined_and_removed_links_are_dead(self):
        self.invite()
        self.sim.control("POST", "/decline", {"email": "new@example.com"})
        self.sim.control("POST", "/accept", {"email": "new@example.com"}, status=409)
        made = self.invite(email="x@example.com").json
        self.answers(204, "DELETE", "/invitations/" + made["id"])
        self.answers(404, "DELETE", "/invitations/" + made["id"])
        self.sim.control("POST", "/accept", {"email": "x@example.com"}, status=409)
        self.assertEqual(self.listed(), [])

    def test_expiring_and_resending(self):
        made = self.invite().json
        self.assertEqual(made["status"], "pending")
        self.advance(10 * DAY)
        self.assertEqual(self.listed()[0]["status"], "expired")
        self.sim.control("POST", "/accept", {"email": "new@example.com"}, status=409)
        again = self.answers(200, "POST", "/invitations/%s/resend" % made["id"]).json
        self.assertGreater(again["expires_at"], made["expires_at"])
        self.assertEqual(again["status"], "pending")
        dump = self.dump()
        self.assertAlmostEqual(dump["invitations"][0]["expires_at"], dump["now"] + 7 * DAY, delta=60)
        self.assertEqual(self.mails(), {"invitation": 1, "reissue": 1})
        self.assertEqual(self.dump()["invitations"][0]["attempts"], 2)
        self.sim.control("POST", "/accept", {"all": True})
        self.assertIsNotNone(self.member("new@example.com"))

    def test_expired_ones_may_be_hidden(self):
        self.seed(invitations=[{"email": "old@example.com", "age_seconds": 8 * DAY}])
        self.assertEqual(len(self.listed()), 1)
        self.sim.switch(expired_invitations="hidden")
        self.assertEqual(self.listed(), [])

    def test_a_resend_that_moves_nothing(self):
        self.sim.switch(resend_moves_expiry=False)
        made = self.invite().json
        again = self.answers(200, "POST", "/invitations/%s/resend" % made["id"]).json
        self.assertEqual(again["expires_at"], made["expires_at"])
        self.assertEqual(self.mails(), {"invitation": 1})

    def test_resend_answers_and_refusals(self):
        made = self.invite().json
        path = "/invitations/%s/resend" % made["id"]
        for status in (202, 204):
            self.sim.switch(resend_status=status)
            self.assertEqual(self.answers(status, "POST", path).text, "")
        self.sim.switch(resend="405")
        self.answers(405, "POST", path)
        self.sim.switch(resend="offered")
        self.answers(404, "POST", "/invitations/00000000-0000-4000-8000-000000000000/resend")
        self.sim.control("POST", "/accept", {"all": True})
        self.answers(409, "POST", path)
        self.answers(409, "DELETE", "/invitations/" + made["id"])

    def test_duplicates(self):
        self.seed(members=[{"email": "m@example.com"}], invitations=[{"email": "o@example.com"}])
        for email in ("m@example.com", "O@example.com"):
            switch = "member_invite" if email[0] == "m" else "duplicate_invite"
            for how, status in ((409, 409), ("422", 422), (200, 200 if email[0] == "m" else 201)):
                self.sim.switch(**{switch: how})
                self.invite(status, email)
        self.assertEqual(self.mails(), {})
        self.sim.switch(duplicate_invite="refresh")
        self.invite(201, "o@example.com")
        self.assertEqual(self.mails(), {"reissue": 1})

    def test_inviting_after_expiry(self):
        self.seed(invitations=[{"email": "o@example.com", "age_seconds": 8 * DAY}])
        self.sim.switch(expired_blocks_invite=True)
        self.invite(409, "o@example.com")
        self.sim.switch(expired_blocks_invite=False, reinvited="kept")
        self.invite(201, "o@example.com")
        self.assertEqual([i["status"] for i in self.listed()], ["expired", "pending"])
        self.sim.switch(reinvited="replaced")
        self.advance(8 * DAY)
        self.invite(201, "o@example.com")
        self.assertEqual([i["status"] for i in self.listed()], ["pending"])

    def test_the_daily_limit(self):
        self.sim.switch(invites_per_day=1)
        self.invite()
        self.assertEqual(self.invite(429, "y@example.com").headers["Retry-After"], "3600")
        self.advance(DAY + 1)
        self.invite(201, "y@example.com")

    def test_not_offered(self):
        for how, status in (("404", 404), ("405", 405), ("html", 200), ("403", 403)):
            self.sim.switch(invitations=how)
            answer = self.answers(status, "GET", "/invitations")
            self.assertEqual("<html>" in answer.text, how == "html")

    def test_what_an_invitation_shows(self):
        self.sim.switch(invitation_role=False, invitation_status=False, invitation_expiry=False,
                        invitation_created=False, invite_status=200, time_format="z")
        self.assertEqual(set(self.invite(200).json), {"id", "email", "last_sent_at"})
        self.sim.switch(invite_status=202)
        self.assertEqual(self.invite(202, "y@example.com").text, "")
        self.sim.switch(invitation_expiry=True, invitation_lifetime=60)
        self.assertRegex(self.listed()[0]["expires_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_bad_requests(self):
        for email in ("a@b@example.com", "@example.com", "a@", "a@nodot", "a b@example.com", "a@x..y", "a@x.",
                      "a@.x", "a\n@example.com", "<a@example.com>", "a" * 250 + "@example.com"):
            self.assertEqual(self.invite(422, email).json["detail"][0]["loc"], ["body", "email"])
        for body in ({"email": 5}, {"role": "admin"}, {"email": "x@example.com", "role": "king"}):
            self.assertEqual(self.answers(422, "POST", "/invitations", body).json["detail"][0]["loc"][0], "body")

    def test_adding_may_mean_inviting(self):
        self.answers(200, "POST", "/users", {"email": "m@example.com"})
        self.assertIsNotNone(self.member("m@example.com"))
        self.answers(409, "POST", "/users", {"email": "M@example.com"})
        self.sim.switch(add_user="invitation")
        self.answers(200, "POST", "/users", {"email": "i@example.com"})
        self.assertIsNone(self.member("i@example.com"))
        self.assertEqual(self.mails(), {"invitation": 1})


class Roles(SimulatorTest):
    def setUp(self):
        super().setUp()
        self.seed(members=[{"email": "self@example.com", "role": "admin"}, {"email": "m@example.com"}])
        self.sim.switch(self_email="SELF@example.com")
        self.m = self.member_path("m@example.com")

    def test_setting_a_role(self):
        self.assertEqual(self.answers(200, "PATCH", self.m, {"role": "admin"}).json["role"], "admin")
        self.sim.switch(role_status=204)
        self.answers(204, "PUT", self.m + "/role", {"role": "billing_manager"})
        self.assertEqual(self.member("m@example.com")["role"], "billing_manager")

    def test_refusals(self):
        own = self.member_path("self@example.com")
        self.answers(403, "PATCH", own, {"role": "member"})
        self.answers(409, "DELETE", own)
        self.answers(422, "PATCH", self.m, {"role": "king"})
        self.answers(404, "PATCH", "/users/00000000-0000-4000-8000-000000000000", {"role": "admin"})
        self.sim.switch(self_email="")
        self.answers(409, "PATCH", own, {"role": "billing_manager"})
        self.answers(409, "DELETE", own)
        self.sim.switch(last_admin_allowed=True)
        self.answers(200, "PATCH", own, {"role": "billing_manager"})

    def test_not_offered(self):
        self.sim.switch(roles="404")
        self.answers(404, "PATCH", self.m, {"role": "admin"})
        self.answers(404, "PUT", self.m + "/role", {"role": "admin"})


class Lists(SimulatorTest):
    def users(self, query=""):
        return self.answers(200, "GET", "/users" + query).json

    def test_whatever_is_seeded_is_shown(self):
        odd = [{"email": "Ünï@example.com", "first_name": "Zoë\u001b[1m"}, {"email": "DUP@example.com"},
               {"email": "dup@example.com"}, {"email": "r@anonym.ized", "role": "owner"},
               {"email": 7, "surplus": [1]}]
        self.seed(members=odd)
        items = self.users()["items"]
        for given, shown in zip(odd, items):
            self.assertEqual({**shown, **given}, shown)
        self.assertEqual((items[0]["groups"], items[0]["last_name"]), (None, None))

    def test_ids_are_the_same_every_time(self):
        ids = []
        for _ in range(2):
            self.sim.control("POST", "/reset")
            self.seed(members=[{"email": "a@example.com"}])
            ids.append(self.member("a@example.com")["id"])
        self.assertEqual(ids[0], ids[1])

    def test_groups(self):
        self.seed(members=[{"email": "a@example.com", "groups": [{"name": "g"}]}])
        self.assertIsNone(self.users("?include_groups=false")["items"][0]["groups"])
        self.assertEqual(self.users("?include_groups=true")["items"][0]["groups"], [{"name": "g"}])
        self.sim.switch(groups="absent")
        self.assertNotIn("groups", self.users()["items"][0])

    def test_paging(self):
        self.seed(members=[{"email": "u%d@example.com" % i} for i in range(25)])
        self.sim.switch(page_size=10)
        pages = [self.users("?limit=%d&offset=%d" % (limit, offset))
                 for limit, offset in ((10, 0), (100, 10), (10, 20), (10, 30))]
        self.assertEqual([len(p["items"]) for p in pages], [10, 10, 5, 0])
        self.assertEqual({p["total_count"] for p in pages}, {25})
        emails = [u["email"] for p in pages for u in p["items"]]
        self.assertEqual(emails, ["u%d@example.com" % i for i in range(25)])
        self.sim.switch(total_count_lie=-1)
        self.assertEqual(self.users()["total_count"], 24)
        self.answers(422, "GET", "/users?limit=many")

    def test_lists_lag_behind_writes_for_some_readings(self):
        self.seed(members=[{"email": "a@example.com"}])
        self.sim.switch(lag_reads=2)
        self.answers(204, "DELETE", self.member_path("a@example.com"))
        self.assertEqual([len(self.users()["items"]) for _ in range(4)], [1, 1, 0, 0])

    def test_lists_lag_behind_writes_for_some_time(self):
        self.sim.switch(lag_ms=600000)
        self.answers(201, "POST", "/invitations", {"email": "a@example.com"})
        self.assertEqual(self.answers(200, "GET", "/invitations").json["items"], [])
        self.sim.switch(lag_ms=0)
        self.assertEqual(len(self.answers(200, "GET", "/invitations").json["items"]), 1)

    def test_a_change_by_another_hand(self):
        self.seed(seats={"total": 1}, members=[{"email": "a@example.com"}])
        self.sim.control("POST", "/change", {"email": "a@example.com", "seat": True,
                                             "set": {"role": "admin", "email": "b@example.com"}})
        self.assertEqual(self.users()["items"][0]["role"], "admin")
        self.assertTrue(self.member("b@example.com")["seat"])
        self.sim.control("POST", "/change", {"email": "b@example.com", "remove": True})
        self.assertEqual(self.users()["items"], [])
        self.assertEqual(self.dump()["seats"]["available"], 1)


class Plain(unittest.TestCase):
    def test_a_secret_that_must_be_coded(self):
        sim = Simulator("--client-secret", "a b+c&%=\u00e9", tls=False)
        self.assertEqual(sim.token(secret="a b+c&%=\u00e9").status, 200)
        self.assertEqual(sim.token(secret="a+b+c&%=\u00e9").status, 401)
        self.assertEqual(sim.stop(), 0)

    def test_plain_http(self):
        sim = Simulator(tls=False)
        self.assertEqual(sim.token().status, 200)
        self.assertEqual(sim.call("GET", "/users").json, {"items": []})
        self.assertEqual(sim.stop(), 0)


if __name__ == "__main__":
    unittest.main()
