/* One action at a time: the calls it makes, and what each answer means. */
#include "tests/platform/scene.h"

/* A clear no about this one; not a missing right, seat or call, nor a failure. */
static bool is_no(int status)
{
	return status == 400 || status == 404 || status == 409 || status == 422;
}

static void p2_p3_p4_p10_each_action_has_its_call_and_its_outcomes(void **state)
{
	static const struct {
		enum action_kind kind;
		const char *method, *path;
		int status;
		const char *body;
		enum outcome outcome;
	} rows[] = {
#define SEAT ACTION_ASSIGN_SEAT, "POST", O "/users/u1/seats?send_seat_assigned_email=true"
		{SEAT, 201, NULL, OUTCOME_DONE},
		{SEAT, 402, "{\"error\":{\"message\":\"none\",\"code\":\"no_seats\"}}", OUTCOME_NO_SEATS},
		{SEAT, 403, NULL, OUTCOME_DENIED},
		{SEAT, 404, NULL, OUTCOME_GONE},
		{SEAT, 409, NULL, OUTCOME_DONE},
		{SEAT, 422, "{\"detail\":[{\"loc\":[\"path\",0],\"msg\":\"bad\",\"type\":\"t\"}]}",
		 OUTCOME_INVALID},
#define UNSEAT ACTION_REVOKE_SEAT, "DELETE", O "/users/u1/seats"
		{UNSEAT, 204, NULL, OUTCOME_DONE},
		{UNSEAT, 404, NULL, OUTCOME_DONE},
		{UNSEAT, 409, NULL, OUTCOME_CONFLICT},
		{UNSEAT, 402, NULL, OUTCOME_UNKNOWN},
#define REMOVE ACTION_REMOVE_MEMBER, "DELETE", O "/users/u1"
		{REMOVE, 204, NULL, OUTCOME_DONE},
		{REMOVE, 404, NULL, OUTCOME_DONE},
		{REMOVE, 403, NULL, OUTCOME_DENIED},
#define ROLE ACTION_SET_ROLE, "PATCH", O "/users/u1"
		{ROLE, 200, "{\"id\":\"u1\",\"role\":\"admin\"}", OUTCOME_DONE},
		{ROLE, 204, NULL, OUTCOME_DONE},
		{ROLE, 200, "{\"id\":\"u1\",\"role\":\"member\"}", OUTCOME_LOOK}, /* fault P9 */
		{ROLE, 200, "{\"id\":\"u1\"}", OUTCOME_UNKNOWN},
		{ROLE, 403, NULL, OUTCOME_DENIED},
		{ROLE, 404, NULL, OUTCOME_GONE},
		{ROLE, 409, NULL, OUTCOME_CONFLICT},
#define INVITE ACTION_INVITE, "POST", O "/invitations"
		{INVITE, 201, "{\"id\":\"i9\",\"email\":\"a@example.com\"}", OUTCOME_DONE},
		{INVITE, 200, "{\"id\":\"i9\",\"email\":\"a@example.com\"}", OUTCOME_DONE},
		{INVITE, 202, NULL, OUTCOME_DONE},
		{INVITE, 201, NULL, OUTCOME_UNKNOWN},
		{INVITE, 201, "{}", OUTCOME_UNKNOWN},
		{INVITE, 201, "{\"id\":", OUTCOME_UNKNOWN},
		{INVITE, 402, NULL, OUTCOME_NO_SEATS},
		{INVITE, 404, NULL, OUTCOME_NOT_OFFERED},
		{INVITE, 405, NULL, OUTCOME_NOT_OFFERED},
		{INVITE, 409, NULL, OUTCOME_LOOK},
		{INVITE, 422, NULL, OUTCOME_INVALID},
		{INVITE, 500, NULL, OUTCOME_UNKNOWN}, /* fault P7: one POST, no second mail */
		{INVITE, 302, NULL, OUTCOME_UNKNOWN},
#define REISSUE ACTION_REISSUE_INVITATION, "POST", O "/invitations/i1/resend"
		{REISSUE, 200, "{\"id\":\"i1\",\"email\":\"a@example.com\","
			       "\"expires_at\":\"2027-01-07T00:00:00Z\"}", OUTCOME_DONE},
		{REISSUE, 200, "{\"id\":\"i1\",\"email\":\"a@example.com\","
			       "\"expires_at\":\"2026-12-31T00:00:00Z\"}", OUTCOME_LOOK},
		{REISSUE, 200, "{\"id\":\"i1\",\"email\":\"a@example.com\"}", OUTCOME_LOOK},
		{REISSUE, 202, NULL, OUTCOME_LOOK},
		{REISSUE, 204, NULL, OUTCOME_LOOK},
		{REISSUE, 404, NULL, OUTCOME_GONE},
		{REISSUE, 409, NULL, OUTCOME_LOOK},
		{REISSUE, 504, NULL, OUTCOME_UNKNOWN},
#define CANCEL ACTION_CANCEL_INVITATION, "DELETE", O "/invitations/i1"
		{CANCEL, 204, NULL, OUTCOME_DONE},
		{CANCEL, 404, NULL, OUTCOME_DONE},
		{CANCEL, 409, NULL, OUTCOME_LOOK},
#define ISSUE ACTION_ISSUE_TOKEN, "POST", O "/users/u1/token"
		{ISSUE, 200, "{\"token\":\"canary-value\",\"expires_at\":null}", OUTCOME_DONE},
		{ISSUE, 200, "{}", OUTCOME_UNKNOWN},
		{ISSUE, 402, NULL, OUTCOME_NO_SEATS},
		{ISSUE, 404, NULL, OUTCOME_GONE},
		{ISSUE, 409, NULL, OUTCOME_CONFLICT},
		{ISSUE, 502, NULL, OUTCOME_UNKNOWN},
#define RENEW ACTION_ISSUE_TOKEN, "PATCH", O "/users/u1/token"
		{RENEW, 400, NULL, OUTCOME_INVALID},
		{RENEW, 404, NULL, OUTCOME_GONE},
		{RENEW, 409, NULL, OUTCOME_CONFLICT},
		{RENEW, 503, NULL, OUTCOME_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct platform_call call = rows[i].kind == ACTION_INVITE ||
						    rows[i].kind == ACTION_REISSUE_INVITATION ||
						    rows[i].kind == ACTION_CANCEL_INVITATION
						    ? invitation_call(rows[i].kind)
						    : member_call(rows[i].kind);
		struct platform_result r;

		scene_setup(NULL);
		if (str_eq(rows[i].path, O "/users/u1/token") && str_eq(rows[i].method, "PATCH"))
			call.expires_before = 1790000000;
		r = ACT(call, {.method = rows[i].method, .path = rows[i].path,
			       .status = rows[i].status, .body = rows[i].body});
		if (r.outcome != rows[i].outcome || r.http_status != rows[i].status)
			fail_msg("row %zu: %s on %d: %s (%s)", i, action_name(rows[i].kind),
				 r.http_status, outcome_name(r.outcome), r.text);
		assert_int_equal(r.refused, is_no(rows[i].status) && r.outcome != OUTCOME_DONE &&
						    r.outcome != OUTCOME_NOT_OFFERED);
		free((char *)(uintptr_t)r.invitation_id);
	}
}

static void p7_a_lost_answer_is_unknown_and_never_sent_twice(void **state)
{
	static const enum script_fault faults[] = {SCRIPT_CLOSE, SCRIPT_RESET, SCRIPT_MID_BODY};
	static const struct {
		enum action_kind kind;
		const char *method, *path;
		unsigned times;
	} rows[] = {
		{INVITE, 1},
		{REISSUE, 1},
		{ISSUE, 1},
		{RENEW, 1},
	};

	(void)state;
	for (size_t f = 0; f < ARRAY_SIZE(faults); f++)
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			struct platform_call call = invitation_call(rows[i].kind);
			struct platform_result r;

			scene_setup(NULL);
			call.member_id = "u1";
			if (str_eq(rows[i].path, O "/users/u1/token"))
				call.expires_before = str_eq(rows[i].method, "PATCH");
			r = ACT(call, {.method = rows[i].method, .path = rows[i].path, .status = 200,
				       .body = "{\"id\":\"i1\",\"email\":\"a@example.com\"}",
				       .fault = faults[f], .times = rows[i].times});
			assert_int_equal(r.outcome, OUTCOME_UNKNOWN);
		}
}

static void p8_what_may_be_repeated_is(void **state)
{
	struct platform_result r;

	(void)state;
	r = ACT(member_call(ACTION_ASSIGN_SEAT),
		{.method = "POST", .path = O "/users/u1/seats?send_seat_assigned_email=true",
		 .status = 503, .times = 2},
		{.method = "POST", .path = O "/users/u1/seats?send_seat_assigned_email=true",
		 .status = 409});
	assert_int_equal(r.outcome, OUTCOME_DONE);
}

static void p5_a_call_that_cannot_wait_was_not_sent(void **state)
{
	struct platform_result r;

	(void)state;
	r = ACT(invitation_call(ACTION_INVITE),
		{.method = "POST", .path = O "/invitations", .status = 429,
		 .headers = "Retry-After: 3600\r\n"});
	assert_int_equal(r.outcome, OUTCOME_NOT_SENT);
	assert_int_equal(r.http_status, 429);
}

static void what_an_invite_learns(void **state)
{
	struct platform_call call = invitation_call(ACTION_INVITE);
	struct platform_result r;

	(void)state;
	call.role = ROLE_ADMIN;
	r = ACT(call, {.method = "POST", .path = O "/invitations", .status = 201,
		       .holds = "{\"email\":\"a@example.com\",\"role\":\"admin\"}",
		       .body = "{\"id\":\"i9\",\"email\":\"a@example.com\","
			       "\"expires_at\":\"2026-12-31T00:00:00Z\"}"});
	assert_string_equal(r.invitation_id, "i9");
	assert_int_equal(r.expires_at, 1798675200);
	free((char *)(uintptr_t)r.invitation_id);
}

static void an_invite_in_every_mode(void **state)
{
	static const char onboarded[] =
		"{\"users_in_onboarding_process\":[\"A@example.com\"],"
		"\"users_unavailable_for_onboarding\":[],\"total_organization_seats\":\"9\"}";
	static const char unavailable[] =
		"{\"users_in_onboarding_process\":[],"
		"\"users_unavailable_for_onboarding\":[7,\"a@example.com\"],"
		"\"available_organization_seats\":\"3\"}";
	static const char full[] =
		"{\"users_unavailable_for_onboarding\":[\"a@example.com\"],"
		"\"available_organization_seats\":\"0\"}";
	static const struct {
		enum invitations_mode mode;
		const char *path, *holds, *body;
		int status;
		enum outcome outcome;
	} rows[] = {
		{INVITATIONS_ADD_USER, O "/users",
		 "{\"email\":\"a@example.com\",\"first_name\":\"Ada\",\"last_name\":\"L\"}",
		 "{\"id\":\"u7\",\"email\":\"a@example.com\"}", 200, OUTCOME_DONE},
		{INVITATIONS_ADD_USER, O "/users", "a@", "{}", 200, OUTCOME_UNKNOWN},
		{INVITATIONS_ADD_USER, O "/users", "a@", NULL, 409, OUTCOME_LOOK},
		{INVITATIONS_ONBOARD, O "/users_auto_registration",
		 "{\"user_emails\":[\"a@example.com\"]}", onboarded, 200, OUTCOME_DONE},
		{INVITATIONS_ONBOARD, O "/users_auto_registration", "a@", unavailable, 200,
		 OUTCOME_UNAVAILABLE},
		{INVITATIONS_ONBOARD, O "/users_auto_registration", "a@", full, 200, OUTCOME_NO_SEATS},
		{INVITATIONS_ADD_USER, O "/users", "a@", "{\"id\":\"u7\",\"email\":\"A@example.com\"}",
		 200, OUTCOME_DONE},
		{INVITATIONS_ADD_USER, O "/users", "a@", "{\"id\":\"u7\",\"email\":\"b@example.com\"}",
		 200, OUTCOME_LOOK},
		{INVITATIONS_ONBOARD, O "/users_auto_registration", "a@", "{}", 200, OUTCOME_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct platform_call call = invitation_call(ACTION_INVITE);
		struct platform_result r;

		scene_setup(NULL);
		scene.settings.invitations_mode = rows[i].mode;
		call.given_name = "Ada";
		call.family_name = "L";
		r = ACT(call, {.method = "POST", .path = rows[i].path, .holds = rows[i].holds,
			       .status = rows[i].status, .body = rows[i].body});
		if (r.outcome != rows[i].outcome)
			fail_msg("row %zu: %s (%s)", i, outcome_name(r.outcome), r.text);
		assert_int_equal(r.seats_total, rows[i].body == onboarded ? 9 : 0);
	}
}

/* What must not leave, and what has no call: no request at all, not even for a token. */
static void h4_h5_what_is_not_fit_to_be_sent_is_not(void **state)
{
	static const struct {
		struct platform_call call;
		enum outcome outcome;
	} rows[] = {
		{{.kind = ACTION_INVITE, .email = ""}, OUTCOME_INVALID},
		{{.kind = ACTION_INVITE, .email = NULL}, OUTCOME_INVALID},
		{{.kind = ACTION_INVITE, .email = "nobody"}, OUTCOME_INVALID},
		{{.kind = ACTION_INVITE, .email = "a@example.com\r\nX: y"}, OUTCOME_INVALID},
		{{.kind = ACTION_REMOVE_MEMBER, .member_id = NULL}, OUTCOME_INVALID},
		{{.kind = ACTION_REMOVE_MEMBER, .member_id = ""}, OUTCOME_INVALID},
		{{.kind = ACTION_REMOVE_MEMBER, .member_id = ".."}, OUTCOME_INVALID},
		{{.kind = ACTION_REMOVE_MEMBER, .member_id = "a\nb"}, OUTCOME_INVALID},
		{{.kind = ACTION_REISSUE_INVITATION, .email = "a@example.com"}, OUTCOME_INVALID},
		{{.kind = ACTION_CANCEL_INVITATION, .email = "a@example.com"}, OUTCOME_INVALID},
		{{.kind = ACTION_SET_ROLE, .member_id = "u1", .role = ROLE_NONE}, OUTCOME_INVALID},
	};
	struct platform_call calls[ARRAY_SIZE(rows)];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		calls[i] = rows[i].call;
		calls[i].tag = i;
	}
	scene_open(0, NULL, 0);
	assert_int_equal(scene_run(calls, ARRAY_SIZE(rows)), 0);
	assert_int_equal(scene.results_nr, ARRAY_SIZE(rows));
	for (size_t i = 0; i < scene.results_nr; i++)
		assert_int_equal(scene.results[i].outcome, rows[scene.results[i].tag].outcome);
	assert_int_equal(script_count(scene.script, NULL, NULL), 0);
	scene_close();
}

static void what_has_no_call_is_not_offered(void **state)
{
	struct platform_call calls[] = {
		invitation_call(ACTION_INVITE), invitation_call(ACTION_REISSUE_INVITATION),
		invitation_call(ACTION_CANCEL_INVITATION), member_call(ACTION_SET_ROLE)};

	(void)state;
	memset(&scene.settings.endpoints, 0, sizeof scene.settings.endpoints);
	for (int mode = INVITATIONS_MANUAL; mode <= INVITATIONS_API; mode++) {
		scene.settings.invitations_mode = (enum invitations_mode)mode;
		scene_open(0, NULL, 0);
		assert_int_equal(scene_run(calls, ARRAY_SIZE(calls)), 0);
		assert_int_equal(scene.results_nr, ARRAY_SIZE(calls));
		for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
			assert_int_equal(scene.results[i].outcome, OUTCOME_NOT_OFFERED);
		scene_close();
	}
}

static void h5_an_id_in_a_path_is_encoded(void **state)
{
	struct platform_call call = {.kind = ACTION_REMOVE_MEMBER, .member_id = "../a/b?c#d%2e"};

	(void)state;
	ACT(call, {.method = "DELETE", .path = O "/users/..%2Fa%2Fb%3Fc%23d%252e", .status = 204});
}

/* ---- actions of several calls ---------------------------------------- */

static void a_reissue_by_recreating(void **state)
{
	struct platform_call call = invitation_call(ACTION_REISSUE_INVITATION);
	struct platform_result r;

	(void)state;
	scene.settings.endpoints.strategy = RESEND_RECREATE;
	r = ACT(call, {.method = "DELETE", .path = O "/invitations/i1", .status = 204},
		{.method = "POST", .path = O "/invitations", .status = 201,
		 .body = "{\"id\":\"i2\",\"email\":\"a@example.com\","
			 "\"expires_at\":\"2027-01-07T00:00:00Z\"}"});
	assert_int_equal(r.outcome, OUTCOME_DONE);
	assert_string_equal(r.invitation_id, "i2");
	free((char *)(uintptr_t)r.invitation_id);
	/* accepted meanwhile: nothing is made anew */
	r = ACT(call, {.method = "DELETE", .path = O "/invitations/i1", .status = 409});
	assert_int_equal(r.outcome, OUTCOME_LOOK);
	/* removed, and then the new one could not be sent: "not sent" would hide the removal */
	r = ACT(call, {.method = "DELETE", .path = O "/invitations/i1", .status = 204},
		{.method = "POST", .path = O "/invitations", .status = 429,
		 .headers = "Retry-After: 9999\r\n"});
	assert_int_equal(r.outcome, OUTCOME_LOOK);
}

static void a_reissue_by_posting_again(void **state)
{
	struct platform_result r;

	(void)state;
	scene.settings.endpoints.strategy = RESEND_REPOST;
	r = ACT(invitation_call(ACTION_REISSUE_INVITATION),
		{.method = "POST", .path = O "/invitations", .status = 200,
		 .body = "{\"id\":\"i1\",\"email\":\"a@example.com\","
			 "\"expires_at\":\"2027-01-07T00:00:00Z\"}"});
	assert_int_equal(r.outcome, OUTCOME_DONE);
	assert_int_equal(r.expires_at, 1799280000);
	free((char *)(uintptr_t)r.invitation_id);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, scene_setup)
	const struct CMUnitTest tests[] = {
		T(p2_p3_p4_p10_each_action_has_its_call_and_its_outcomes),
		T(p7_a_lost_answer_is_unknown_and_never_sent_twice),
		T(p8_what_may_be_repeated_is),
		T(p5_a_call_that_cannot_wait_was_not_sent),
		T(what_an_invite_learns),
		T(an_invite_in_every_mode),
		T(h4_h5_what_is_not_fit_to_be_sent_is_not),
		T(what_has_no_call_is_not_offered),
		T(h5_an_id_in_a_path_is_encoded),
		T(a_reissue_by_recreating),
		T(a_reissue_by_posting_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
