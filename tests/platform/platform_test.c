/* The Anaconda connector against a scripted server: reading, doing, checking. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "connectors/http.h"
#include "connectors/platform.h"
#include "tests/platform/script.h"

#define O "/api/v1/organizations/acme"
#define USERS O "/users?include_groups=false"
#define SECRET "canary-secret-7731"
#define TOKEN "canary-token-9942"
#define JSON_USER(id) "{\"id\":\"" id "\",\"email\":\"" id "@example.com\",\"first_name\":null,"  \
		      "\"last_name\":null,\"role\":\"member\",\"subscriptions\":[],\"groups\":null}"

enum { CALLS_MAX = 64 };

/* ---- the scene ------------------------------------------------------- */

static const struct platform_header headers[] = {{"X-Org-Name", "acme"}, {"X-API-Version", "v1"}};

static struct {
	struct script *script;
	struct platform *p;
	struct platform_settings settings;
	struct arena arena;
	struct err err;
	char token_url[128];
	const struct platform_call *calls;
	size_t calls_nr, given;
	struct platform_result results[CALLS_MAX];
	size_t results_nr;
} scene;

static const struct reply token_reply = {
	.method = "POST", .path = "/api/iam/token", .status = 200,
	.holds = "grant_type=client_credentials&client_id=robot&client_secret=" SECRET,
	.body = "{\"access_token\":\"" TOKEN "\",\"token_type\":\"Bearer\",\"expires_in\":900}",
};

static int quick(void **state)
{
	(void)state;
	memset(&scene, 0, sizeof scene);
	http_tuning = (struct http_tuning){
		.connect = 5000,
		.total = 5000,
		.list = 5000,
		.stall = 6000,
		.grace = 300,
		.retry_base = 2,
		.retry_cap = 8,
		.tries = 4,
	};
	scene.settings = (struct platform_settings){
		.org_id = "acme",
		.client_id = "robot",
		.client_secret = SECRET,
		.headers = headers,
		.headers_nr = ARRAY_SIZE(headers),
		.parallel = 4,
		.lifetime = 7 * DAY,
		.invitations_mode = INVITATIONS_API,
		.roles_mode = ROLES_API,
		.endpoints = {
			.invitations_list = "GET {org}/invitations",
			.invitations_create = "POST {org}/invitations",
			.invitations_resend = "POST {org}/invitations/{id}/resend",
			.invitations_remove = "DELETE {org}/invitations/{id}",
			.role = "PATCH {org}/users/{id}",
			.seats = "GET {org}/seats",
		},
	};
	return 0;
}

/* Starts the server with a token for whoever asks `tokens` times, and the given replies. */
static void scene_open(unsigned tokens, const struct reply *replies, size_t nr)
{
	struct reply all[64];

	assert_true(nr < ARRAY_SIZE(all));
	all[0] = token_reply;
	all[0].times = tokens;
	for (size_t i = 0; i < nr; i++)
		all[i + 1] = replies[i];
	scene.script = script_start(tokens ? all : all + 1, tokens ? nr + 1 : nr);
	snprintf(scene.token_url, sizeof scene.token_url, "%s/api/iam/token",
		 script_url(scene.script));
	scene.settings.url = script_url(scene.script);
	scene.settings.token_url = scene.token_url;
	if (platform_anaconda.open(&scene.p, &scene.settings, http_clock() / 1000 + 60,
				   &scene.err))
		fail_msg("%s", scene.err.text);
}

#define SCENE(tokens, ...)                                                    \
	scene_open(tokens, (const struct reply[]){__VA_ARGS__},               \
		   sizeof((const struct reply[]){__VA_ARGS__}) / sizeof(struct reply))

/* Fault K3: whatever happened, no secret is in anything that is told. */
static void no_secret(const char *text)
{
	assert_null(strstr(text, "canary"));
}

static void scene_close(void)
{
	no_secret(scene.err.text);
	for (size_t i = 0; i < scene.results_nr; i++)
		no_secret(scene.results[i].text);
	platform_anaconda.close(scene.p);
	arena_free(&scene.arena);
	assert_true(script_end(scene.script));
	memset(&scene.results, 0, sizeof scene.results);
	scene.results_nr = scene.given = 0;
	scene.err = (struct err){0};
}

static size_t turn(void *ctx, const struct platform_result *results, size_t nr,
		   struct platform_call *calls, size_t room)
{
	size_t given = 0;

	(void)ctx;
	for (size_t i = 0; i < nr; i++)
		scene.results[scene.results_nr++] = results[i];
	for (; given < room && scene.given < scene.calls_nr; given++)
		calls[given] = scene.calls[scene.given++];
	return given;
}

static int run_calls(const struct platform_call *calls, size_t nr)
{
	scene.calls = calls;
	scene.calls_nr = nr;
	return scene.p->ops->run(scene.p, &scene.arena, turn, NULL, &scene.err);
}

/* Does one action with the given replies; its result. */
static struct platform_result act(struct platform_call call, const struct reply *replies, size_t nr)
{
	struct platform_result result;

	scene_open(1, replies, nr);
	call.tag = 4711;
	if (run_calls(&call, 1))
		fail_msg("%s", scene.err.text);
	assert_int_equal(scene.results_nr, 1);
	assert_int_equal(scene.results[0].tag, 4711);
	result = scene.results[0];
	result.invitation_id = result.invitation_id ? strdup(result.invitation_id) : NULL;
	scene_close();
	return result;
}

#define ACT(call, ...)                                                        \
	act(call, (const struct reply[]){__VA_ARGS__},                        \
	    sizeof((const struct reply[]){__VA_ARGS__}) / sizeof(struct reply))

static const struct platform_call on_member = {.member_id = "u1", .email = "a@example.com"};

static struct platform_call member_call(enum action_kind kind)
{
	struct platform_call call = on_member;

	call.kind = kind;
	call.role = ROLE_ADMIN;
	call.token_expires = 1798675200;
	return call;
}

static struct platform_call invitation_call(enum action_kind kind)
{
	return (struct platform_call){.kind = kind, .email = "a@example.com", .invitation_id = "i1",
				      .role = ROLE_MEMBER, .expires_before = 1798675200};
}

/* ---- reading --------------------------------------------------------- */

static void the_organization_is_read(void **state)
{
	struct organization o;

	(void)state;
	SCENE(1,
	      {.method = "GET", .path = USERS, .status = 200,
	       .headers = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
	       .body = "{\"items\":[" JSON_USER("u1") "," JSON_USER("u2") "]}"},
	      {.method = "GET", .path = O "/invitations", .status = 200,
	       .headers = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
	       .body = "{\"items\":[{\"id\":\"i1\",\"email\":\"b@example.com\",\"status\":\"pending\"},"
		       "{\"id\":\"i2\",\"email\":\"c@example.com\",\"expires_at\":\"1994-11-01T00:00:00Z\"}]}"},
	      {.method = "GET", .path = O "/seats", .status = 200,
	       .headers = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
	       .body = "{\"total\":10,\"assigned\":3,\"available\":7}"});
	if (scene.p->ops->read(scene.p, &scene.arena, &o, &scene.err))
		fail_msg("%s", scene.err.text);
	assert_string_equal(o.id, "acme");
	assert_int_equal(o.members_nr, 2);
	assert_int_equal(o.invitations_nr, 2);
	assert_true(o.invitations_listed);
	assert_int_equal(o.invitations[0].status, INVITATION_OPEN);
	assert_int_equal(o.invitations[1].status, INVITATION_EXPIRED);
	assert_int_equal(o.seats_total, 10);
	assert_int_equal(o.seats_assigned, 3);
	assert_int_equal(o.server_time, 784111777);
	assert_string_equal(o.self[0], "robot");
	assert_null(o.self[1]);
	assert_int_equal(script_heads(scene.script, "Authorization: Bearer " TOKEN), 3);
	assert_int_equal(script_heads(scene.script, "X-Org-Name: acme"), 3);
	assert_int_equal(script_heads(scene.script, "Accept: application/json"), 4);
	scene_close();
}

static void a_token_that_is_a_jwt_tells_who_we_are(void **state)
{
	struct reply jwt = token_reply;
	struct organization o;

	(void)state;
	/* {"sub":"svc-1","email":"robot@acme.example"} */
	jwt.body = "{\"access_token\":\"e30.eyJzdWIiOiJzdmMtMSIsImVtYWlsIjoicm9ib3RAYWNtZS5leGFtcGxlIn0"
		   ".sig\",\"expires_in\":900}";
	scene.settings.endpoints.seats = NULL;
	scene.settings.invitations_mode = INVITATIONS_MANUAL;
	scene.settings.endpoints.invitations_list = NULL;
	SCENE(0, jwt, {.method = "GET", .path = USERS, .status = 200, .body = "{\"items\":[]}"});
	assert_int_equal(scene.p->ops->read(scene.p, &scene.arena, &o, &scene.err), 0);
	assert_false(o.invitations_listed);
	assert_int_equal(o.seats_total, SEATS_UNKNOWN);
	assert_string_equal(o.self[1], "svc-1");
	assert_string_equal(o.self[2], "robot@acme.example");
	assert_null(o.self[3]);
	scene_close();
}

/* Reads with this for the members; the kind of error. */
static enum err_kind read_members(const struct reply *replies, size_t nr, size_t *members)
{
	struct organization o = {0};
	enum err_kind kind = ERR_NONE;

	scene.settings.endpoints.seats = NULL;
	scene.settings.invitations_mode = INVITATIONS_MANUAL;
	scene.settings.endpoints.invitations_list = NULL;
	scene_open(1, replies, nr);
	if (scene.p->ops->read(scene.p, &scene.arena, &o, &scene.err))
		kind = scene.err.kind;
	*members = o.members_nr;
	scene_close();
	return kind;
}

static void p17_h9_a_list_that_is_none_is_an_error_never_empty(void **state)
{
	static const struct {
		struct reply reply;
		enum err_kind kind;
	} rows[] = {
		{{.status = 200, .body = ""}, ERR_INCOMPLETE},
		{{.status = 204}, ERR_INCOMPLETE},
		{{.status = 200, .body = "{}"}, ERR_INCOMPLETE},
		{{.status = 200, .body = "{\"items\":null}"}, ERR_INCOMPLETE},
		{{.status = 200, .body = "{\"items\":{}}"}, ERR_INCOMPLETE},
		{{.status = 200, .body = "[]"}, ERR_INCOMPLETE},
		{{.status = 200, .body = "{\"items\":[" JSON_USER("u") "]"}, ERR_INCOMPLETE},
		{{.status = 200, .body = "{\"items\":[" JSON_USER("u") ",{\"email\":\"x@y.zz\"}]}"},
		 ERR_INCOMPLETE},
		{{.status = 200, .body = "{\"items\":[],\"items\":[]}"}, ERR_INCOMPLETE},
		{{.status = 200, .body = "{\"items\":[{\"id\":\"u\"},{\"id\":\"v\"}," JSON_USER("w")
					 "]}"}, ERR_INCOMPLETE},
		/* fault S4 on this side: a login page with status 200 */
		{{.status = 200, .headers = "Content-Type: text/html\r\n",
		  .body = "<html>log in</html>"}, ERR_INCOMPLETE},
		{{.status = 200, .headers = "Content-Type: text/plain\r\n",
		  .body = "{\"items\":[]}"}, ERR_INCOMPLETE},
		{{.status = 302, .headers = "Location: https://login.example/\r\n"}, ERR_FAILED},
		{{.status = 400, .body = "{\"detail\":\"no\"}"}, ERR_FAILED},
		{{.status = 403, .body = "{\"detail\":\"no\"}"}, ERR_DENIED},
		{{.status = 404, .body = "{\"detail\":\"Not Found\"}"}, ERR_FAILED},
		{{.status = 500, .times = 4}, ERR_UNREACHABLE},
		{{.status = 503, .times = 4}, ERR_UNREACHABLE},
		{{.status = 429, .times = 4}, ERR_UNREACHABLE},
		{{.status = 429, .headers = "Retry-After: 99999\r\n"}, ERR_UNREACHABLE},
		{{.fault = SCRIPT_CLOSE, .times = 5}, ERR_UNREACHABLE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct reply r = rows[i].reply;
		enum err_kind kind;
		size_t members;

		quick(NULL);
		r.method = "GET";
		r.path = USERS;
		/* a GET is sent once more by curl when the token's connection is closed under it */
		kind = read_members(&r, 1, &members);
		if (kind != rows[i].kind)
			fail_msg("row %zu: %s", i, err_kind_name(kind));
		assert_int_equal(members, 0);
	}
}

static void p17_one_broken_record_stops_nothing(void **state)
{
	static const struct reply r = {
		.method = "GET", .path = USERS, .status = 200,
		.body = "{\"items\":[" JSON_USER("u1") ",{\"id\":\"u2\",\"email\":null}," JSON_USER("u3")
			"],\"new\":{\"field\":1}}"};
	size_t members;

	(void)state;
	assert_int_equal(read_members(&r, 1, &members), ERR_NONE);
	assert_int_equal(members, 3);
}

static void a_broken_answer_is_read_again_from_its_beginning(void **state)
{
	static const char body[] = "{\"items\":[" JSON_USER("u1") "," JSON_USER("u2") "]}";
	static const struct reply rows[] = {
		{.method = "GET", .path = USERS, .status = 200, .body = body,
		 .fault = SCRIPT_MID_BODY},
		{.method = "GET", .path = USERS, .status = 200, .body = body},
	};
	size_t members;

	(void)state;
	assert_int_equal(read_members(rows, 2, &members), ERR_NONE);
	assert_int_equal(members, 2);
}

#define PAGE(n, offset) O "/users?include_groups=false&limit=" #n "&offset=" #offset
#define LIST(total, ...) "{\"total_count\":" #total ",\"items\":[" __VA_ARGS__ "]}"

static void a_list_in_pages_is_read_to_its_end(void **state)
{
	static const struct reply rows[] = {
		{.method = "GET", .path = USERS, .status = 200,
		 .body = LIST(5, JSON_USER("u1") "," JSON_USER("u2"))},
		{.method = "GET", .path = PAGE(2, 2), .status = 200,
		 .body = LIST(5, JSON_USER("u3") "," JSON_USER("u4"))},
		{.method = "GET", .path = PAGE(2, 4), .status = 200, .body = LIST(5, JSON_USER("u5"))},
	};
	size_t members;

	(void)state;
	assert_int_equal(read_members(rows, 3, &members), ERR_NONE);
	assert_int_equal(members, 5);
}

static void pages_that_cannot_be_whole_are_read_again_and_then_refused(void **state)
{
	static const struct {
		const char *first, *second; /* NULL: no second page is asked for */
	} rows[] = {
		{LIST(3, JSON_USER("u1") "," JSON_USER("u2")), LIST(3, "")},
		{LIST(3, JSON_USER("u1") "," JSON_USER("u2")), LIST(3, JSON_USER("u1"))},
		{LIST(3, JSON_USER("u1") "," JSON_USER("u2")), LIST(4, JSON_USER("u3"))},
		{LIST(3, JSON_USER("u1") "," JSON_USER("u2")), "{\"items\":[" JSON_USER("u3") "]}"},
		{LIST(3, JSON_USER("u1") "," JSON_USER("u2")),
		 LIST(3, JSON_USER("u3") "," JSON_USER("u4"))},
		{LIST(3, ""), NULL},
		{LIST(1, JSON_USER("u1") "," JSON_USER("u2")), NULL},
		{LIST("three", JSON_USER("u1")), NULL},
		{LIST(-3, JSON_USER("u1")), NULL},
		{LIST(2.5, JSON_USER("u1")), NULL},
		{"{\"items\":[" JSON_USER("u1") "," JSON_USER("u1") "]}", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct reply r[2] = {
			{.method = "GET", .path = USERS, .status = 200, .body = rows[i].first,
			 .times = 2},
			{.method = "GET", .path = PAGE(2, 2), .status = 200, .body = rows[i].second,
			 .times = 2},
		};
		size_t members;

		quick(NULL);
		assert_int_equal(read_members(r, rows[i].second ? 2 : 1, &members), ERR_INCOMPLETE);
	}
}

static void a_second_reading_that_is_whole_is_taken(void **state)
{
	static const struct reply rows[] = {
		{.method = "GET", .path = USERS, .status = 200, .body = LIST(9, "")},
		{.method = "GET", .path = USERS, .status = 200, .body = LIST(1, JSON_USER("u1"))},
	};
	size_t members;

	(void)state;
	assert_int_equal(read_members(rows, 2, &members), ERR_NONE);
	assert_int_equal(members, 1);
}

static void what_is_not_offered_is_known_as_such(void **state)
{
	static const struct reply rows[] = {
		{.status = 404, .body = "{\"detail\":\"Not Found\"}"},
		{.status = 405},
		{.status = 200, .headers = "Content-Type: text/html\r\n", .body = "<html></html>"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct reply invitations = rows[i], seats = rows[i];
		struct organization o;

		quick(NULL);
		invitations.method = seats.method = "GET";
		invitations.path = O "/invitations";
		seats.path = O "/seats";
		SCENE(1, invitations, seats,
		      {.method = "GET", .path = USERS, .status = 200, .body = "{\"items\":[]}"});
		if (scene.p->ops->read(scene.p, &scene.arena, &o, &scene.err))
			fail_msg("%s", scene.err.text);
		assert_false(o.invitations_listed);
		assert_int_equal(o.seats_total, SEATS_UNKNOWN);
		assert_int_equal(o.seats_assigned, SEATS_UNKNOWN);
		scene_close();
	}
}

static void all_or_nothing(void **state)
{
	static const struct {
		struct reply invitations;
		enum err_kind kind;
	} rows[] = {
		{{.status = 403}, ERR_DENIED},
		{{.status = 500, .times = 4}, ERR_UNREACHABLE},
		{{.status = 200, .body = "{\"items\":[{\"email\":\"b@example.com\"}]}"}, ERR_INCOMPLETE},
		{{.status = 200, .body = "{\"items\":3}"}, ERR_INCOMPLETE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct reply r = rows[i].invitations;
		struct organization o = {.members_nr = 99};

		quick(NULL);
		r.method = "GET";
		r.path = O "/invitations";
		SCENE(1, r,
		      {.method = "GET", .path = USERS, .status = 200, .body = "{\"items\":[]}"},
		      {.method = "GET", .path = O "/seats", .status = 200, .body = "{\"total\":1}"});
		assert_int_equal(scene.p->ops->read(scene.p, &scene.arena, &o, &scene.err), -1);
		assert_int_equal(scene.err.kind, rows[i].kind);
		assert_int_equal(o.members_nr, 99);
		scene_close();
	}
}

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

		quick(NULL);
		r.method = "POST";
		r.path = "/api/iam/token";
		r.times = 2;
		scene_open(0, &r, 1);
		assert_int_equal(scene.p->ops->read(scene.p, &scene.arena, &o, &scene.err), -1);
		assert_int_equal(scene.err.kind, ERR_DENIED);
		assert_non_null(strstr(scene.err.text, "\nhint: "));
		assert_int_equal(run_calls(&call, 1), -1);
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

		quick(NULL);
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

	(void)state;
	for (size_t i = 0; i < 3; i++)
		calls[i] = member_call(ACTION_REVOKE_SEAT);
	scene.settings.parallel = 3;
	SCENE(2,
	      {.method = "DELETE", .path = O "/users/u1/seats", .status = 401, .times = 3,
	       .delay_ms = 50, .body = "{\"error\":{\"code\":\"auth_required\",\"message\":\"no\"}}"},
	      {.method = "DELETE", .path = O "/users/u1/seats", .status = 204, .times = 3});
	if (run_calls(calls, 3))
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
	assert_int_equal(run_calls((struct platform_call[]){invitation_call(ACTION_INVITE)}, 1), 0);
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
	assert_int_equal(run_calls(calls, ARRAY_SIZE(calls)), -1);
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
	assert_int_equal(run_calls(calls, 1), 0);
	scene.given = 0;
	assert_int_equal(run_calls(calls, 1), 0);
	scene_close();
}

/* ---- each action, each answer ---------------------------------------- */

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

		quick(NULL);
		if (str_eq(rows[i].path, O "/users/u1/token") && str_eq(rows[i].method, "PATCH"))
			call.expires_before = 1790000000;
		r = ACT(call, {.method = rows[i].method, .path = rows[i].path,
			       .status = rows[i].status, .body = rows[i].body});
		if (r.outcome != rows[i].outcome || r.http_status != rows[i].status)
			fail_msg("row %zu: %s on %d: %s (%s)", i, action_name(rows[i].kind),
				 r.http_status, outcome_name(r.outcome), r.text);
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

			quick(NULL);
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

		quick(NULL);
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
	assert_int_equal(run_calls(calls, ARRAY_SIZE(rows)), 0);
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
		assert_int_equal(run_calls(calls, ARRAY_SIZE(calls)), 0);
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

#define TOKENS "{\"items\":[{\"id\":\"t1\",\"expires_at\":\"x\",\"metadata\":{},\"revoked\":false},"   \
	       "{\"id\":\"t2\",\"expires_at\":\"x\",\"metadata\":{},\"revoked\":true},"                \
	       "{\"id\":\"t3\",\"expires_at\":\"x\",\"metadata\":{}}]}"

static void tokens_are_listed_and_revoked(void **state)
{
	struct platform_call call = member_call(ACTION_REVOKE_TOKEN);
	struct platform_result r;

	(void)state;
	r = ACT(call, {.method = "GET", .path = O "/users/u1/tokens", .status = 200, .body = TOKENS},
		{.method = "DELETE", .path = O "/users/u1/tokens/t1", .status = 204},
		{.method = "DELETE", .path = O "/users/u1/tokens/t3", .status = 404});
	assert_int_equal(r.outcome, OUTCOME_DONE);
	r = ACT(call, {.method = "GET", .path = O "/users/u1/tokens", .status = 404});
	assert_int_equal(r.outcome, OUTCOME_DONE);
	r = ACT(call, {.method = "GET", .path = O "/users/u1/tokens", .status = 200,
		       .body = "{\"items\":{}}"});
	assert_int_equal(r.outcome, OUTCOME_UNKNOWN);
	r = ACT(call, {.method = "GET", .path = O "/users/u1/tokens", .status = 200, .body = TOKENS},
		{.method = "DELETE", .path = O "/users/u1/tokens/t1", .status = 409});
	assert_int_equal(r.outcome, OUTCOME_CONFLICT);
}

/* Renews a token that ends 2026-12-31, with these answers to PATCH and GET. */
static struct platform_result renew(const char *answer, const char *list, int status)
{
	struct platform_call call = member_call(ACTION_ISSUE_TOKEN);

	call.expires_before = 1798675200;
	call.token_expires = 1798675200 + 365 * DAY;
	quick(NULL);
	return ACT(call,
		   {.method = "PATCH", .path = O "/users/u1/token", .status = 200, .body = answer,
		    .holds = "{\"expires_at\":\"2027-12-31T00:00:00Z\",\"is_renewal\":true}"},
		   {.method = "GET", .path = O "/users/u1/tokens", .status = status, .body = list,
		    .headers = "Date: Thu, 31 Dec 2026 00:00:00 GMT\r\n",
		    .times = status == 200 ? 1 : 4});
}

/* The answer to a renewal need not tell anything: the list does. */
static void a_renewal_is_done_when_the_token_lives_longer(void **state)
{
	static const char longer[] = "{\"items\":[{\"id\":\"t\",\"metadata\":{},\"revoked\":null,"
				     "\"expires_at\":\"2027-12-31T00:00:00Z\"}]}";
	static const char same[] = "{\"items\":[{\"id\":\"t\",\"expires_at\":\"2026-12-31T00:00:00Z\"}]}";
	struct platform_result r = renew("null", longer, 200);

	(void)state;
	assert_int_equal(r.outcome, OUTCOME_DONE);
	assert_int_equal(r.expires_at, 1798675200 + 365 * DAY);
	r = renew(NULL, "{\"items\":[{\"id\":\"t\"}]}", 200); /* without an end */
	assert_int_equal(r.outcome, OUTCOME_DONE);
	assert_int_equal(r.expires_at, 0);
	r = renew("{\"token\":\"canary-value\"}", same, 200);
	assert_int_equal(r.outcome, OUTCOME_LOOK);
	assert_string_equal(r.text, "the token's expiry did not move");
	r = renew("null", "{\"items\":[]}", 200);
	assert_int_equal(r.outcome, OUTCOME_LOOK);
	r = renew("null", "{}", 200);
	assert_int_equal(r.outcome, OUTCOME_LOOK);
	assert_string_equal(r.text, "the list of tokens cannot be used");
	r = renew("null", NULL, 503);
	assert_int_equal(r.outcome, OUTCOME_LOOK);
}

static void what_is_issued_tells_when_it_ends_and_no_more(void **state)
{
	struct platform_call call = member_call(ACTION_ISSUE_TOKEN);
	struct platform_result r;

	(void)state;
	call.mail_token = true;
	r = ACT(call, {.method = "POST", .path = O "/users/u1/token", .status = 200,
		       .holds = "\"send_token_email\":true",
		       .body = "{\"token\":\"canary-value\",\"expires_at\":\"2026-12-31T00:00:00Z\"}"});
	assert_int_equal(r.outcome, OUTCOME_DONE);
	assert_int_equal(r.expires_at, 1798675200);
	call.mail_token = false;
	r = ACT(call, {.method = "POST", .path = O "/users/u1/token", .status = 200,
		       .holds = "\"send_token_email\":false",
		       .body = "{\"token\":\"\",\"message\":\"x\"}"});
	assert_int_equal(r.outcome, OUTCOME_UNKNOWN);
}

/* ---- tokens of people ------------------------------------------------ */

enum { ASKED = 12 };

/* Asks for the tokens of u0, u1, ... with these answers. */
static struct organization *tokens_ask(size_t nr, const struct reply *replies, size_t replies_nr)
{
	static struct member members[ASKED];
	static struct organization o;
	uint32_t which[ASKED];

	o = (struct organization){.members = members, .members_nr = nr};
	for (uint32_t i = 0; i < nr; i++) {
		members[i] = (struct member){.id = arena_printf(&scene.arena, "u%u", i)};
		which[i] = i;
	}
	scene_open(1, replies, replies_nr);
	scene.p->ops->tokens(scene.p, &scene.arena, &o, which, nr);
	return &o;
}

static void tokens_are_read_member_by_member(void **state)
{
	static const struct reply replies[] = {
		{.method = "GET", .path = O "/users/u0/tokens", .status = 200, .body = "{\"items\":[]}"},
		{.method = "GET", .path = O "/users/u1/tokens", .status = 404},
		{.method = "GET", .path = O "/users/u2/tokens", .status = 200,
		 .headers = "Date: Thu, 31 Dec 2026 00:00:00 GMT\r\n",
		 .body = "{\"items\":[{\"id\":\"t\",\"expires_at\":\"2026-12-31T00:00:01Z\"}]}"},
		{.method = "GET", .path = O "/users/u3/tokens", .status = 200,
		 .headers = "Date: Thu, 31 Dec 2026 00:00:00 GMT\r\n",
		 .body = "{\"items\":[{\"id\":\"t\",\"expires_at\":\"2026-12-31T00:00:00Z\"}]}"},
		{.method = "GET", .path = O "/users/u4/tokens", .status = 200, .body = "[]"},
		{.method = "GET", .path = O "/users/u5/tokens", .status = 200, .body = "{\"items\":7}"},
	};
	static const enum token_state expected[] = {TOKEN_NONE, TOKEN_UNREADABLE, TOKEN_LIVE,
						    TOKEN_EXPIRED, TOKEN_UNREADABLE,
						    TOKEN_UNREADABLE};
	struct organization *o;

	(void)state;
	o = tokens_ask(ARRAY_SIZE(expected), replies, ARRAY_SIZE(replies));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		assert_int_equal(o->members[i].token.state, expected[i]);
	assert_non_null(o->tokens_why);
	scene_close();
}

/* With four in flight and five lost in a row, nobody else is asked. */
static void p8_tokens_that_nobody_tells_are_not_asked_for_for_ever(void **state)
{
	struct reply replies[ASKED];
	struct organization *o;
	unsigned asked;

	(void)state;
	for (unsigned i = 0; i < ASKED; i++)
		replies[i] = (struct reply){.method = "GET", .status = 403, .optional = true,
					    .path = arena_printf(&scene.arena, O "/users/u%u/tokens", i),
					    .body = "{\"error\":{\"message\":\"no right\",\"code\":\"x\"}}"};
	o = tokens_ask(ASKED, replies, ASKED);
	for (size_t i = 0; i < ASKED; i++)
		assert_int_equal(o->members[i].token.state, TOKEN_UNREADABLE);
	assert_string_equal(o->tokens_why, "platform: a member's tokens: 403: no right (x)");
	asked = script_count(scene.script, "GET", NULL);
	assert_in_range(asked, 5, 8);
	scene_close();
}

static void a_removal_that_conflicts_takes_token_and_seat_first(void **state)
{
	struct platform_call call = member_call(ACTION_REMOVE_MEMBER);
	struct platform_result r;

	(void)state;
	r = ACT(call, {.method = "DELETE", .path = O "/users/u1", .status = 409},
		{.method = "GET", .path = O "/users/u1/tokens", .status = 200, .body = TOKENS},
		{.method = "DELETE", .path = O "/users/u1/tokens/t1", .status = 204},
		{.method = "DELETE", .path = O "/users/u1/tokens/t3", .status = 204},
		{.method = "DELETE", .path = O "/users/u1/seats", .status = 204},
		{.method = "DELETE", .path = O "/users/u1", .status = 204});
	assert_int_equal(r.outcome, OUTCOME_DONE);
	r = ACT(call,
		{.method = "DELETE", .path = O "/users/u1", .status = 409, .times = 2,
		 .body = "{\"error\":{\"message\":\"last owner\",\"code\":\"owner\"}}"},
		{.method = "GET", .path = O "/users/u1/tokens", .status = 403},
		{.method = "DELETE", .path = O "/users/u1/seats", .status = 404});
	assert_int_equal(r.outcome, OUTCOME_CONFLICT);
	assert_string_equal(r.text, "last owner (owner)");
	r = ACT(call, {.method = "DELETE", .path = O "/users/u1", .status = 409},
		{.method = "GET", .path = O "/users/u1/tokens", .status = 500, .times = 4});
	assert_int_equal(r.outcome, OUTCOME_UNKNOWN);
}

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

/* ---- the run --------------------------------------------------------- */

static void many_calls_go_side_by_side(void **state)
{
	struct platform_call calls[40];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		calls[i] = member_call(ACTION_ASSIGN_SEAT);
		calls[i].tag = i;
	}
	SCENE(1, {.method = "POST", .path = O "/users/u1/seats?send_seat_assigned_email=true",
		  .status = 201, .times = ARRAY_SIZE(calls), .delay_ms = 2});
	assert_int_equal(run_calls(calls, ARRAY_SIZE(calls)), 0);
	assert_int_equal(scene.results_nr, ARRAY_SIZE(calls));
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		bool seen = false;

		for (size_t n = 0; n < ARRAY_SIZE(calls); n++)
			seen |= scene.results[n].tag == i;
		assert_true(seen);
	}
	assert_in_range(script_connections(scene.script), 2, 5);
	scene_close();
}

static void p2_a_single_denial_stops_nothing(void **state)
{
	struct platform_call calls[6];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		calls[i] = member_call(ACTION_REVOKE_SEAT);
	scene.settings.parallel = 1;
	SCENE(1, {.method = "DELETE", .path = O "/users/u1/seats", .status = 403, .times = 2},
	      {.method = "DELETE", .path = O "/users/u1/seats", .status = 204},
	      {.method = "DELETE", .path = O "/users/u1/seats", .status = 403, .times = 3});
	assert_int_equal(run_calls(calls, ARRAY_SIZE(calls)), 0);
	assert_int_equal(scene.results_nr, ARRAY_SIZE(calls));
	scene_close();
}

/* A right that is missing for one kind of action: the others are done, and it is not asked on and on. */
static void p2_a_kind_that_is_denied_stops_no_other(void **state)
{
	struct platform_call calls[40], seat = member_call(ACTION_REVOKE_SEAT);
	size_t answered = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		calls[i] = member_call(ACTION_ASSIGN_SEAT);
	scene.settings.parallel = 1;
	SCENE(1, {.method = "POST", .path = O "/users/u1/seats?send_seat_assigned_email=true",
		  .status = 403, .times = 20},
	      {.method = "POST", .path = O "/users/u1/seats?send_seat_assigned_email=true",
	       .status = 403, .optional = true},
	      {.method = "DELETE", .path = O "/users/u1/seats", .status = 204});
	assert_int_equal(run_calls(calls, ARRAY_SIZE(calls)), 0);
	assert_int_equal(scene.results_nr, ARRAY_SIZE(calls));
	for (size_t i = 0; i < scene.results_nr; i++) {
		assert_int_equal(scene.results[i].outcome, OUTCOME_DENIED);
		answered += scene.results[i].http_status == 403;
		if (!scene.results[i].http_status)
			assert_non_null(strstr(scene.results[i].text, "not sent: the first 2"));
	}
	assert_in_range(answered, 20, 21);
	scene.given = scene.results_nr = 0;
	assert_int_equal(run_calls(&seat, 1), 0);
	assert_int_equal(scene.results[0].outcome, OUTCOME_DONE);
	scene_close();
}

static void all_writes_denied_stops_the_run(void **state)
{
	struct platform_call calls[33];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		calls[i] = member_call(i < 3 ? ACTION_REVOKE_SEAT : ACTION_REMOVE_MEMBER);
	scene.settings.parallel = 1;
	SCENE(1, {.method = "DELETE", .path = O "/users/u1/seats", .status = 403, .times = 3},
	      {.method = "DELETE", .path = O "/users/u1", .status = 403, .times = 3,
	       .body = "{\"error\":{\"message\":\"no right for " TOKEN "\",\"code\":\"x\"}}"},
	      {.method = "DELETE", .path = O "/users/u1", .status = 403, .optional = true});
	assert_int_equal(run_calls(calls, ARRAY_SIZE(calls)), -1);
	assert_int_equal(scene.err.kind, ERR_DENIED);
	assert_in_range(scene.results_nr, 6, 7);
	scene_close();
}

static void p8_a_platform_that_is_down_stops_the_run(void **state)
{
	struct platform_call calls[60];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		calls[i] = invitation_call(ACTION_INVITE);
	scene.settings.parallel = 1;
	/* five in a row are enough; one more may be in flight by then */
	SCENE(1, {.method = "POST", .path = O "/invitations", .status = 502, .times = 5},
	      {.method = "POST", .path = O "/invitations", .status = 502, .optional = true});
	assert_int_equal(run_calls(calls, ARRAY_SIZE(calls)), -1);
	assert_int_equal(scene.err.kind, ERR_UNREACHABLE);
	assert_in_range(scene.results_nr, 5, 6);
	scene_close();
}

static size_t stopping_turn(void *ctx, const struct platform_result *results, size_t nr,
			    struct platform_call *calls, size_t room)
{
	size_t given = turn(ctx, results, nr, calls, room);

	if (nr > 0)
		scene.p->ops->stop(scene.p);
	return given;
}

static void x3_a_stop_begins_nothing_and_reports_everything(void **state)
{
	struct platform_call calls[30];
	size_t done = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		calls[i] = member_call(ACTION_REVOKE_SEAT);
	http_tuning.grace = 20000;
	scene.settings.parallel = 1;
	scene.calls = calls;
	scene.calls_nr = ARRAY_SIZE(calls);
	SCENE(1, {.method = "DELETE", .path = O "/users/u1/seats", .status = 204, .times = 2});
	assert_int_equal(scene.p->ops->run(scene.p, &scene.arena, stopping_turn, NULL, &scene.err),
			 0);
	assert_int_equal(scene.results_nr, scene.given);
	for (size_t i = 0; i < scene.results_nr; i++) {
		done += scene.results[i].outcome == OUTCOME_DONE;
		assert_true(scene.results[i].outcome == OUTCOME_DONE ||
			    scene.results[i].outcome == OUTCOME_NOT_SENT);
	}
	/* the one that asked for the stop, and the one that was in flight behind it */
	assert_int_equal(done, 2);
	scene_close();
}

/* ---- words ----------------------------------------------------------- */

static void k3_h1_a_platforms_words_are_shown_harmlessly(void **state)
{
	static const struct {
		const char *body, *text;
	} rows[] = {
		{"{\"error\":{\"message\":\"m\",\"code\":\"c\"}}", "m (c)"},
		{"{\"error\":{\"message\":\"\\u001b[2Jx\",\"code\":\"c\"}}", "\\x1b[2Jx (c)"},
		{"{\"error\":\"plain\"}", "plain"},
		{"{\"detail\":\"text\"}", "text"},
		{"{\"detail\":[{\"loc\":[\"body\",\"email\",0],\"msg\":\"bad\",\"type\":\"t\"}]}",
		 "body.email.0: bad"},
		{"{\"message\":\"gateway\"}", "gateway"},
		{"{\"x\":1}", "an answer without a message"},
		{"{\"error\":{\"message\":\"" SECRET " and " TOKEN "\"}}",
		 "****************** and *****************"},
		{NULL, "an empty answer"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct platform_result r;

		quick(NULL);
		r = ACT(member_call(ACTION_REVOKE_SEAT),
			{.method = "DELETE", .path = O "/users/u1/seats", .status = 422,
			 .body = rows[i].body});
		assert_string_equal(r.text, rows[i].text);
	}
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
#define T(test) cmocka_unit_test_setup(test, quick)
	const struct CMUnitTest tests[] = {
		T(the_organization_is_read),
		T(a_token_that_is_a_jwt_tells_who_we_are),
		T(p17_h9_a_list_that_is_none_is_an_error_never_empty),
		T(p17_one_broken_record_stops_nothing),
		T(a_broken_answer_is_read_again_from_its_beginning),
		T(a_list_in_pages_is_read_to_its_end),
		T(pages_that_cannot_be_whole_are_read_again_and_then_refused),
		T(a_second_reading_that_is_whole_is_taken),
		T(what_is_not_offered_is_known_as_such),
		T(all_or_nothing),
		T(p1_a_refused_secret_ends_everything),
		T(a_token_answer_that_is_none_is_refused),
		T(p1_a_token_that_expires_on_the_way_is_renewed_once),
		T(p1_an_invite_is_replayed_after_a_401),
		T(p1_a_fresh_token_refused_stops_the_run),
		T(a_token_is_renewed_before_its_end),
		T(p2_p3_p4_p10_each_action_has_its_call_and_its_outcomes),
		T(p7_a_lost_answer_is_unknown_and_never_sent_twice),
		T(p8_what_may_be_repeated_is),
		T(p5_a_call_that_cannot_wait_was_not_sent),
		T(what_an_invite_learns),
		T(an_invite_in_every_mode),
		T(h4_h5_what_is_not_fit_to_be_sent_is_not),
		T(what_has_no_call_is_not_offered),
		T(h5_an_id_in_a_path_is_encoded),
		T(tokens_are_listed_and_revoked),
		T(a_renewal_is_done_when_the_token_lives_longer),
		T(what_is_issued_tells_when_it_ends_and_no_more),
		T(tokens_are_read_member_by_member),
		T(p8_tokens_that_nobody_tells_are_not_asked_for_for_ever),
		T(a_removal_that_conflicts_takes_token_and_seat_first),
		T(a_reissue_by_recreating),
		T(a_reissue_by_posting_again),
		T(many_calls_go_side_by_side),
		T(p2_a_single_denial_stops_nothing),
		T(p2_a_kind_that_is_denied_stops_no_other),
		T(all_writes_denied_stops_the_run),
		T(p8_a_platform_that_is_down_stops_the_run),
		T(x3_a_stop_begins_nothing_and_reports_everything),
		T(k3_h1_a_platforms_words_are_shown_harmlessly),
		T(a_bad_setting_is_refused_at_once),
		T(check_tells_what_the_platform_offers),
		T(check_tells_a_clock_that_is_off),
		T(check_tells_a_refused_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
