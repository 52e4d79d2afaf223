/* Getting in at the platform: settings, the access token, what `check` tells. */
#include "tests/platform/scene.h"

/* ---- the token ------------------------------------------------------- */

static void p1_a_refused_secret_ends_everything(void **state)
{
	static const struct reply rows[] = {
		{.status = 401, .body = "{\"error\":\"invalid_client\"}"},
		{.status = 400, .body = "{\"error\":\"invalid_client\",\"error_description\":"
					"\"bad " SECRET "\"}"},
		{.status = 403},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct platform_call call = member_call(ACTION_ASSIGN_SEAT);
		struct reply r = rows[i];
		struct organization o;

		scene_setup(NULL);
		r.method = "POST";
		r.path = "/api/iam/token";
		r.times = 2;
		scene_open(0, &r, 1);
		assert_int_equal(scene.p->ops->read(scene.p, &scene.arena, &o, &scene.err), -1);
		assert_int_equal(scene.err.kind, ERR_DENIED);
		assert_non_null(strstr(scene.err.text, "\nhint: "));
		assert_int_equal(scene_run(&call, 1), -1);
		assert_int_equal(scene.err.kind, ERR_DENIED);
		assert_int_equal(scene.results[0].outcome, OUTCOME_NOT_SENT);
		scene_close();
	}
}

static void a_token_answer_that_is_none_is_refused(void **state)
{
	static const struct reply rows[] = {
		{.status = 200, .body = "{}"},
		{.status = 200, .body = "{\"access_token\":null}"},
		{.status = 200, .body = "{\"access_token\":\"\"}"},
		{.status = 200, .body = "{\"access_token\":\"a\\r\\nX-Evil: 1\"}"},
		{.status = 200, .body = "{\"access_token\":\"t\",\"token_type\":\"mac\"}"},
		{.status = 200, .body = "{\"access_token\":\"t\",\"access_token\":\"u\"}"},
		{.status = 200, .body = "[]"},
		{.status = 200, .body = "<html>", .headers = "Content-Type: text/html\r\n"},
		{.status = 302, .headers = "Location: http://127.0.0.1:1/\r\n"},
		{.status = 500, .times = 4},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct reply r = rows[i];
		struct organization o;

		scene_setup(NULL);
		r.method = "POST";
		r.path = "/api/iam/token";
		scene_open(0, &r, 1);
		assert_int_equal(scene.p->ops->read(scene.p, &scene.arena, &o, &scene.err), -1);
		scene_close();
	}
}

static void p1_a_token_that_expires_on_the_way_is_renewed_once(void **state)
{
	struct platform_call calls[3];
	struct reply renewed = token_reply;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		calls[i] = member_call(ACTION_REVOKE_SEAT);
	scene.settings.parallel = 3;
	renewed.body = "{\"access_token\":\"canary-renewed\",\"expires_in\":900}";
	/* by the token: which call comes when is not told */
	SCENE(1, renewed,
	      {.method = "DELETE", .path = O "/users/u1/seats", .head = "Bearer " TOKEN,
	       .status = 401, .times = 3, .delay_ms = 50,
	       .body = "{\"error\":{\"code\":\"auth_required\",\"message\":\"no\"}}"},
	      {.method = "DELETE", .path = O "/users/u1/seats",
	       .head = "Bearer canary-renewed", .status = 204, .times = 3});
	if (scene_run(calls, 3))
		fail_msg("%s", scene.err.text);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(scene.results[i].outcome, OUTCOME_DONE);
	scene_close();
}

static void p1_an_invite_is_replayed_after_a_401(void **state)
{
	(void)state;
	SCENE(2, {.method = "POST", .path = O "/invitations", .status = 401},
	      {.method = "POST", .path = O "/invitations", .status = 201,
	       .body = "{\"id\":\"i9\",\"email\":\"a@example.com\"}"});
	assert_int_equal(scene_run((struct platform_call[]){invitation_call(ACTION_INVITE)}, 1), 0);
	assert_int_equal(scene.results[0].outcome, OUTCOME_DONE);
	scene_close();
}

static void p1_a_fresh_token_refused_stops_the_run(void **state)
{
	struct platform_call calls[30];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		calls[i] = member_call(ACTION_REVOKE_SEAT);
	scene.settings.parallel = 1;
	/* one in flight and one committed behind it, each with the old and the new token */
	SCENE(2, {.method = "DELETE", .path = O "/users/u1/seats", .status = 401, .times = 4});
	assert_int_equal(scene_run(calls, ARRAY_SIZE(calls)), -1);
	assert_int_equal(scene.err.kind, ERR_DENIED);
	assert_int_equal(scene.results_nr, 2);
	for (size_t i = 0; i < scene.results_nr; i++)
		assert_int_equal(scene.results[i].outcome, OUTCOME_DENIED);
	scene_close();
}

static void a_token_is_renewed_before_its_end(void **state)
{
	struct platform_call calls[2];
	struct reply brief = token_reply;

	(void)state;
	calls[0] = calls[1] = member_call(ACTION_REVOKE_SEAT);
	scene.settings.parallel = 1;
	brief.body = "{\"access_token\":\"" TOKEN "\",\"expires_in\":\"1\"}";
	SCENE(0, brief, token_reply,
	      {.method = "DELETE", .path = O "/users/u1/seats", .status = 204, .delay_ms = 1200},
	      {.method = "DELETE", .path = O "/users/u1/seats", .status = 204});
	/* one after the other: the second is asked for when the first has ended */
	assert_int_equal(scene_run(calls, 1), 0);
	scene.given = 0;
	assert_int_equal(scene_run(calls, 1), 0);
	scene_close();
}

/* ---- opening and checking -------------------------------------------- */

static void a_bad_setting_is_refused_at_once(void **state)
{
	static const struct {
		const char *url, *list, *value;
	} rows[] = {
		{"http://platform.example", NULL, "v"},
		{"ftp://platform.example", NULL, "v"},
		{"http://127.0.0.1.evil.example", NULL, "v"},
		{"http://localhost@evil.example", NULL, "v"},
		{"https://platform.example", "GET invitations", "v"},
		{"https://platform.example", "FETCH {org}/x", "v"},
		{"https://platform.example", "GET", "v"},
		{"https://platform.example", "GET {org}/a b", "v"},
		{"https://platform.example", "GET {org}/a\r\nHost: b", "v"},
		{"https://platform.example", "GET //evil.example/", "v"},
		{"https://platform.example", NULL, "v\r\nHost: b"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct platform_header h = {"X-H", rows[i].value};
		struct platform_settings s = scene.settings;
		struct platform *p;

		s.url = s.token_url = rows[i].url;
		s.endpoints.invitations_list = rows[i].list;
		s.headers = &h;
		s.headers_nr = 1;
		assert_int_equal(platform_anaconda.open(&p, &s, INT64_MAX, &scene.err), -1);
		assert_int_equal(scene.err.kind, ERR_CONFIG);
	}
	scene.settings.ca_file = "/nonexistent/ca.pem";
	scene.settings.url = scene.settings.token_url = "https://platform.example";
	assert_int_equal(platform_anaconda.open(&scene.p, &scene.settings, INT64_MAX, &scene.err), -1);
	assert_int_equal(scene.err.kind, ERR_CONFIG);
}

static void check_note(void *ctx, const struct check_line *line)
{
	FILE *out = ctx;

	no_secret(line->text);
	fprintf(out, "%s %s: %s\n", line->ok ? "ok" : "BAD", line->subject, line->text);
}

static bool check_all(char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");
	bool well;

	assert_non_null(out);
	well = scene.p->ops->check(scene.p, &scene.arena, check_note, out);
	fclose(out);
	return well;
}

static void check_tells_what_the_platform_offers(void **state)
{
	static char text[8192];

	(void)state;
	SCENE(1, {.method = "GET", .path = USERS, .status = 200, .body = "{\"items\":[" JSON_USER("u1") "]}"},
	      {.method = "GET", .path = O "/invitations", .status = 404, .times = 2,
	       .body = "{\"detail\":\"Not Found\"}"},
	      {.method = "GET", .path = O "/seats", .status = 200, .times = 2,
	       .body = "{\"total\":3}"});
	assert_false(check_all(text, sizeof text)); /* invitations: api needs the list */
	assert_non_null(strstr(text, "ok platform: token: issued to robot\n"));
	assert_non_null(strstr(text, "ok platform: members: 1 in acme\n"));
	assert_non_null(strstr(text, "BAD platform: invitations: not offered: {org}/invitations "
				     "answered 404"));
	assert_non_null(strstr(text, "set organization.invitations: manual"));
	assert_non_null(strstr(text, "ok platform: seats: offered\n"));
	assert_non_null(strstr(text, "Directory Sync"));
	scene_close();
}

static void check_tells_a_clock_that_is_off(void **state)
{
	static char text[8192];

	(void)state;
	scene.settings.endpoints.seats = scene.settings.endpoints.invitations_list = NULL;
	SCENE(1, {.method = "GET", .path = USERS, .status = 200, .body = "{\"items\":[]}",
		  .headers = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"});
	assert_false(check_all(text, sizeof text));
	assert_non_null(strstr(text, "BAD platform: clock: this machine's clock is "));
	scene_close();
}

static void check_tells_a_refused_secret(void **state)
{
	static char text[8192];

	(void)state;
	SCENE(0, {.method = "POST", .path = "/api/iam/token", .status = 401,
		  .body = "{\"error\":\"invalid_client\"}"});
	assert_false(check_all(text, sizeof text));
	assert_non_null(strstr(text, "BAD platform: token: "));
	assert_non_null(strstr(text, "invalid_client"));
	scene_close();
}

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, scene_setup)
	const struct CMUnitTest tests[] = {
		T(p1_a_refused_secret_ends_everything),
		T(a_token_answer_that_is_none_is_refused),
		T(p1_a_token_that_expires_on_the_way_is_renewed_once),
		T(p1_an_invite_is_replayed_after_a_401),
		T(p1_a_fresh_token_refused_stops_the_run),
		T(a_token_is_renewed_before_its_end),
		T(a_bad_setting_is_refused_at_once),
		T(check_tells_what_the_platform_offers),
		T(check_tells_a_clock_that_is_off),
		T(check_tells_a_refused_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
