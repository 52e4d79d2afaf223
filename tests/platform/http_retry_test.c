/* The HTTP engine over time: repetition, advice, pace, deadline, stop. */
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "tests/platform/engine.h"

/* ---- repetition ------------------------------------------------------ */

static void fault_11_a_post_is_never_sent_twice_by_curl(void **state)
{
	static const char *const bodies[] = {"{\"email\":\"a@example.com\"}", NULL};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		/* the first answer keeps the connection open; the POST on it is read and dropped */
		struct script *s = SCRIPT({.method = "GET", .path = "/", .status = 200,
					   .body = "{}"},
					  {.method = "POST", .path = "/", .fault = SCRIPT_CLOSE});
		struct http *h = engine();
		struct outcome_seen o;

		prepare(&o, "GET", script_url(s));
		send_one(h, &o);
		prepare(&o, "POST", script_url(s));
		o.request.once = true;
		o.request.body = bodies[i];
		o.request.body_len = bodies[i] ? strlen(bodies[i]) : 0;
		send_one(h, &o);
		assert_int_equal(o.answer.verdict, HTTP_UNKNOWN);
		assert_int_equal(script_count(s, "POST", NULL), 1);
		/* the connection was used again: otherwise this test would show nothing */
		assert_string_equal(o.answer.text,
				    "the connection was closed before an answer came");
		http_close(h);
		assert_true(script_end(s));
	}
}

static void fault_11_a_repeatable_call_is_sent_again(void **state)
{
	struct script *s = SCRIPT({.method = "GET", .path = "/", .status = 200, .body = "{}"},
				  {.method = "DELETE", .path = "/", .fault = SCRIPT_CLOSE},
				  {.method = "DELETE", .path = "/", .status = 204});
	struct http *h = engine();
	struct outcome_seen o;

	(void)state;
	prepare(&o, "GET", script_url(s));
	send_one(h, &o);
	prepare(&o, "DELETE", script_url(s));
	send_one(h, &o);
	assert_int_equal(o.answer.status, 204);
	http_close(h);
	assert_true(script_end(s));
}

static void what_may_be_done_already_is_repeated_only_if_that_is_harmless(void **state)
{
	static const int statuses[] = {500, 502, 503, 504, 408};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		struct outcome_seen o = play("POST", true, false,
					     (struct reply){.status = statuses[i]});

		assert_int_equal(o.answer.status, statuses[i]);
		o = play("DELETE", false, false, (struct reply){.status = statuses[i], .times = 4});
		assert_int_equal(o.answer.status, statuses[i]);
	}
}

static void what_was_refused_is_not_repeated(void **state)
{
	static const int statuses[] = {200, 301, 400, 401, 402, 403, 404, 405, 409, 422, 501};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		struct outcome_seen o = play("GET", false, false,
					     (struct reply){.status = statuses[i]});

		assert_int_equal(o.answer.status, statuses[i]);
	}
}

static void p5_a_limited_call_is_repeated_even_if_it_is_to_be_done_once(void **state)
{
	struct outcome_seen o;

	(void)state;
	/* no advice: four tries */
	o = play("POST", true, false, (struct reply){.status = 429, .times = 4});
	assert_int_equal(o.answer.status, 429);
	/* 503 that says when to come back was not carried out */
	o = play("POST", true, false,
		 (struct reply){.status = 503, .headers = "Retry-After: 0\r\n", .times = 4});
	assert_int_equal(o.answer.status, 503);
}

static void an_unknown_try_is_not_forgotten(void **state)
{
	/* broken once, then limited until the end: it may have been done at the first try */
	struct script *s = SCRIPT({.method = "DELETE", .path = "/", .fault = SCRIPT_CLOSE},
				  {.method = "DELETE", .path = "/", .status = 429,
				   .headers = "Retry-After: 86400\r\n"});
	struct http *h = engine();
	struct outcome_seen o;

	(void)state;
	prepare(&o, "DELETE", script_url(s));
	send_one(h, &o);
	assert_int_equal(o.answer.status, 429);
	assert_true(o.answer.doubtful);
	http_close(h);
	assert_true(script_end(s));
}

/* ---- advice ---------------------------------------------------------- */

static void p5_retry_after_in_every_form(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
		{"0", 0},
		{"7", 7000},
		{" 7 ", 7000},
		{"1.5", 1000},
		{"-1", HTTP_NO_ADVICE},
		{"+5", HTTP_NO_ADVICE},
		{"", HTTP_NO_ADVICE},
		{"soon", HTTP_NO_ADVICE},
		{"7 bananas", HTTP_NO_ADVICE},
		{"0x10", HTTP_NO_ADVICE},
		{"99999999999999999999999999", 366LL * DAY * 1000},
		{"Sun, 06 Nov 1994 08:49:47 GMT", 10000},
		{"Sun, 06 Nov 1994 08:49:27 GMT", 0},
		{"Sunday, 06-Nov-94 08:49:47 GMT", 10000},
		{"Sun Nov  6 08:49:47 1994", 10000},
		{"Sun, 99 Foo 1994 99:99:99 GMT", HTTP_NO_ADVICE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (http_retry_after(rows[i].text, 784111777) != rows[i].ms)
			fail_msg("\"%s\" gives %lld", rows[i].text,
				 (long long)http_retry_after(rows[i].text, 784111777));
}

static void p5_rate_limit_reset_in_every_form(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
		{"30", 30000},
		{"1700000010", 10000},
		{"1700000010000", 10000},
		{"1600000000", 0},
		{"2023-11-14T22:13:30Z", 10000},
		{"2023-11-14T23:13:30+01:00", 10000},
		{"-5", HTTP_NO_ADVICE},
		{"whenever", HTTP_NO_ADVICE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (http_rate_reset(rows[i].text, 1700000000) != rows[i].ms)
			fail_msg("\"%s\" gives %lld", rows[i].text,
				 (long long)http_rate_reset(rows[i].text, 1700000000));
}

static void backoff_doubles_up_to_its_cap(void **state)
{
	const struct http_tuning t = {.retry_base = 2000, .retry_cap = 120000};

	(void)state;
	assert_int_equal(http_backoff(&t, 1), 2000);
	assert_int_equal(http_backoff(&t, 2), 4000);
	assert_int_equal(http_backoff(&t, 3), 8000);
	assert_int_equal(http_backoff(&t, 7), 120000);
	assert_int_equal(http_backoff(&t, 4000000), 120000);
}

/* Nothing is sent again at once, however the dice fall. */
static void a_wait_of_our_own_is_half_of_the_longest_at_least(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		struct script *s = SCRIPT({.method = "POST", .path = "/", .status = 429},
					  {.method = "POST", .path = "/", .status = 201});
		int64_t began = http_clock();
		struct outcome_seen o;
		struct http *h;

		http_tuning.retry_base = http_tuning.retry_cap = 200;
		h = engine();
		prepare(&o, "POST", script_url(s));
		o.request.once = true;
		send_one(h, &o);
		assert_int_equal(o.answer.status, 201);
		assert_true(http_clock() - began >= 99);
		http_close(h);
		assert_true(script_end(s));
	}
}

static void p5_told_to_wait_is_obeyed_and_counts_for_nothing(void **state)
{
	static const char *const headers[] = {"Retry-After: 1\r\n", "X-RateLimit-Reset: 1\r\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		struct reply replies[] = {
			{.method = "POST", .path = "/", .status = 429, .headers = headers[i]},
			{.method = "POST", .path = "/", .status = 201},
		};
		struct script *s = script_start(replies, 2);
		struct http *h;
		struct outcome_seen o;
		int64_t began = http_clock();

		http_tuning.tries = 1;
		h = engine();
		prepare(&o, "POST", script_url(s));
		o.request.once = true;
		send_one(h, &o);
		assert_int_equal(o.answer.status, 201);
		assert_true(http_clock() - began >= 950);
		http_close(h);
		assert_true(script_end(s));
	}
}

static void p5_a_wait_beyond_the_deadline_ends_everything_that_waits(void **state)
{
	struct script *s = SCRIPT({.method = "POST", .path = "/", .status = 429,
				   .headers = "Retry-After: 999999999\r\n"});
	struct http *h = engine_with((struct http_options){.parallel = 1});
	struct outcome_seen o[3];
	int64_t began = http_clock();

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		prepare(&o[i], "POST", script_url(s));
		http_submit(h, &o[i].request);
	}
	finish_all(h);
	assert_int_equal(o[0].answer.status, 429);
	assert_int_equal(o[1].answer.verdict, HTTP_NOT_SENT);
	assert_int_equal(o[2].answer.verdict, HTTP_NOT_SENT);
	assert_int_equal(script_count(s, NULL, NULL), 1);
	assert_true(http_clock() - began < 20000);
	http_close(h);
	assert_true(script_end(s));
}

static void p6_a_pause_is_for_everybody_and_one_looks_ahead(void **state)
{
	enum { CALLS = 12 };
	struct script *s = SCRIPT({.method = "POST", .path = "/", .status = 429,
				   .headers = "Retry-After: 1\r\n", .times = 4},
				  {.method = "POST", .path = "/", .status = 429,
				   .headers = "Retry-After: 1\r\n", .delay_ms = 200},
				  {.method = "POST", .path = "/", .status = 201, .times = CALLS});
	struct http *h = engine();
	struct outcome_seen o[CALLS];
	int64_t began = http_clock();

	(void)state;
	for (size_t i = 0; i < CALLS; i++) {
		prepare(&o[i], "POST", script_url(s));
		o[i].request.once = true;
		http_submit(h, &o[i].request);
	}
	finish_all(h);
	/* after the first pause one went out alone, and its answer paused everybody again */
	for (size_t i = 0; i < CALLS; i++) {
		assert_int_equal(o[i].answer.status, 201);
		assert_true(o[i].at - began >= 2100);
	}
	/* four were in flight when the first answer came: not one more went out in vain */
	assert_int_equal(script_count(s, NULL, NULL), CALLS + 5);
	http_close(h);
	assert_true(script_end(s));
}

/* ---- pace and end ---------------------------------------------------- */

static void the_rate_is_kept(void **state)
{
	enum { CALLS = 14, RATE = 20, DEPTH = 4 };
	struct script *s = SCRIPT({.method = "GET", .path = "/", .status = 200, .times = CALLS});
	struct http *h = engine_with((struct http_options){.rate = RATE, .parallel = DEPTH});
	struct outcome_seen o[CALLS];
	int64_t began = http_clock();

	(void)state;
	for (size_t i = 0; i < CALLS; i++) {
		prepare(&o[i], "GET", script_url(s));
		http_submit(h, &o[i].request);
	}
	finish_all(h);
	assert_true(http_clock() - began >= (CALLS - DEPTH - 1) * 1000 / RATE);
	http_close(h);
	assert_true(script_end(s));
}

static void connections_are_used_again(void **state)
{
	enum { CALLS = 200, PARALLEL = 8 };
	struct script *s = SCRIPT({.method = "POST", .path = "/", .status = 201, .delay_ms = 1,
				   .times = CALLS});
	struct http *h = engine_with((struct http_options){.parallel = PARALLEL});
	static struct outcome_seen o[CALLS];

	(void)state;
	for (size_t i = 0; i < CALLS; i++) {
		prepare(&o[i], "POST", script_url(s));
		o[i].request.once = true;
		http_submit(h, &o[i].request);
	}
	finish_all(h);
	assert_true(script_connections(s) <= PARALLEL);
	http_close(h);
	assert_true(script_end(s));
}

static void fault_11_a_connection_that_was_idle_is_not_trusted_with_a_post(void **state)
{
	struct script *s = SCRIPT({.method = "GET", .path = "/", .status = 200, .times = 2},
				  {.method = "POST", .path = "/", .status = 201});
	struct http *h = engine_with((struct http_options){.parallel = 1});
	struct outcome_seen o;

	(void)state;
	prepare(&o, "GET", script_url(s));
	send_one(h, &o);
	usleep(3200000); /* idleness is what is tested; curl counts it in whole seconds */
	prepare(&o, "GET", script_url(s));
	send_one(h, &o);
	assert_int_equal(script_connections(s), 1);
	usleep(3200000);
	prepare(&o, "POST", script_url(s));
	o.request.once = true;
	send_one(h, &o);
	assert_int_equal(script_connections(s), 2);
	http_close(h);
	assert_true(script_end(s));
}

static void after_the_deadline_nothing_begins(void **state)
{
	struct http *h = engine_with((struct http_options){.deadline = 1});
	struct outcome_seen o;

	(void)state;
	prepare(&o, "POST", "http://127.0.0.1:1/");
	send_one(h, &o);
	assert_int_equal(o.answer.verdict, HTTP_NOT_SENT);
	assert_string_equal(o.answer.text, "not sent: the run's time is over");
	http_close(h);
}

static struct http *to_stop;
static pthread_t stopping;

static void on_signal(int signal)
{
	(void)signal;
	http_stop(to_stop);
}

/* As an administrator would, but exactly when the request is on its way. */
static void stop_now(void)
{
	pthread_kill(stopping, SIGTERM);
}

static void stop_prepare(struct http *h)
{
	to_stop = h;
	stopping = pthread_self();
	signal(SIGTERM, on_signal);
}

static void a_stop_lets_those_in_flight_end(void **state)
{
	struct script *s = SCRIPT({.method = "POST", .path = "/", .status = 201, .read = stop_now,
				   .delay_ms = 300});
	struct http *h;
	struct outcome_seen o[2];

	(void)state;
	http_tuning.grace = 10000;
	h = engine_with((struct http_options){.parallel = 1});
	stop_prepare(h);
	for (size_t i = 0; i < 2; i++) {
		prepare(&o[i], "POST", script_url(s));
		http_submit(h, &o[i].request);
	}
	finish_all(h);
	assert_int_equal(o[0].answer.status, 201);
	assert_int_equal(o[1].answer.verdict, HTTP_NOT_SENT);
	http_close(h);
	assert_true(script_end(s));
}

static void a_stop_does_not_wait_for_ever(void **state)
{
	struct script *s = SCRIPT({.method = "POST", .path = "/", .read = stop_now,
				   .fault = SCRIPT_SILENT});
	struct http *h;
	struct outcome_seen o;
	int64_t began = http_clock();

	(void)state;
	http_tuning.total = 600000;
	h = engine();
	stop_prepare(h);
	prepare(&o, "POST", script_url(s));
	http_submit(h, &o.request);
	finish_all(h);
	assert_int_equal(o.done, 1);
	assert_int_equal(o.answer.verdict, HTTP_UNKNOWN);
	assert_true(http_clock() - began < 300000);
	http_close(h);
	assert_true(script_end(s));
}

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, engine_setup)
	const struct CMUnitTest tests[] = {
		T(fault_11_a_post_is_never_sent_twice_by_curl),
		T(fault_11_a_repeatable_call_is_sent_again),
		T(what_may_be_done_already_is_repeated_only_if_that_is_harmless),
		T(what_was_refused_is_not_repeated),
		T(p5_a_limited_call_is_repeated_even_if_it_is_to_be_done_once),
		T(an_unknown_try_is_not_forgotten),
		T(p5_retry_after_in_every_form),
		T(p5_rate_limit_reset_in_every_form),
		T(backoff_doubles_up_to_its_cap),
		T(a_wait_of_our_own_is_half_of_the_longest_at_least),
		T(p5_told_to_wait_is_obeyed_and_counts_for_nothing),
		T(p5_a_wait_beyond_the_deadline_ends_everything_that_waits),
		T(p6_a_pause_is_for_everybody_and_one_looks_ahead),
		T(the_rate_is_kept),
		T(connections_are_used_again),
		T(fault_11_a_connection_that_was_idle_is_not_trusted_with_a_post),
		T(after_the_deadline_nothing_begins),
		T(a_stop_lets_those_in_flight_end),
		T(a_stop_does_not_wait_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
