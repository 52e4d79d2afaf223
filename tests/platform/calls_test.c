/* Many actions in one run: side by side, after denials, to an early end; hostile words. */
#include "tests/platform/scene.h"

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
	assert_int_equal(scene_run(calls, ARRAY_SIZE(calls)), 0);
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
	assert_int_equal(scene_run(calls, ARRAY_SIZE(calls)), 0);
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
	assert_int_equal(scene_run(calls, ARRAY_SIZE(calls)), 0);
	assert_int_equal(scene.results_nr, ARRAY_SIZE(calls));
	for (size_t i = 0; i < scene.results_nr; i++) {
		assert_int_equal(scene.results[i].outcome, OUTCOME_DENIED);
		answered += scene.results[i].http_status == 403;
		if (!scene.results[i].http_status)
			assert_non_null(strstr(scene.results[i].text, "not sent: the first 2"));
	}
	assert_in_range(answered, 20, 21);
	scene.given = scene.results_nr = 0;
	assert_int_equal(scene_run(&seat, 1), 0);
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
	assert_int_equal(scene_run(calls, ARRAY_SIZE(calls)), -1);
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
	assert_int_equal(scene_run(calls, ARRAY_SIZE(calls)), -1);
	assert_int_equal(scene.err.kind, ERR_UNREACHABLE);
	assert_in_range(scene.results_nr, 5, 6);
	scene_close();
}

static size_t stopping_turn(void *ctx, const struct platform_result *results, size_t nr,
			    struct platform_call *calls, size_t room)
{
	size_t given = scene_turn(ctx, results, nr, calls, room);

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

		scene_setup(NULL);
		r = ACT(member_call(ACTION_REVOKE_SEAT),
			{.method = "DELETE", .path = O "/users/u1/seats", .status = 422,
			 .body = rows[i].body});
		assert_string_equal(r.text, rows[i].text);
	}
}

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, scene_setup)
	const struct CMUnitTest tests[] = {
		T(many_calls_go_side_by_side),
		T(p2_a_single_denial_stops_nothing),
		T(p2_a_kind_that_is_denied_stops_no_other),
		T(all_writes_denied_stops_the_run),
		T(p8_a_platform_that_is_down_stops_the_run),
		T(x3_a_stop_begins_nothing_and_reports_everything),
		T(k3_h1_a_platforms_words_are_shown_harmlessly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
