/* Reading an organization from the platform: whole lists, broken ones, what is not offered. */
#include "tests/platform/scene.h"

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

		scene_setup(NULL);
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

		scene_setup(NULL);
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

		scene_setup(NULL);
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

		scene_setup(NULL);
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

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, scene_setup)
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
