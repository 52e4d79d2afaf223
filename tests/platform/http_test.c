/* The HTTP engine against a scripted server: verdicts, faults, repetition, pace, limits. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "connectors/http.h"
#include "connectors/http_retry.h"
#include "tests/platform/script.h"

enum { HOUR_AHEAD = HOUR };

/* ---- one request, and what came of it -------------------------------- */

struct outcome_seen {
	struct http_request request;
	struct http_answer answer;
	char body[256];
	unsigned done;
	size_t streamed, begun;
	int64_t at; /* http_clock when it ended */
};

static void on_done(struct http_request *r, const struct http_answer *a)
{
	struct outcome_seen *o = r->ctx;

	o->answer = *a;
	snprintf(o->body, sizeof o->body, "%s", a->body);
	o->answer.body = o->body;
	o->at = http_clock();
	o->done++;
}

static bool on_sink(struct http_request *r, const char *data, size_t len)
{
	struct outcome_seen *o = r->ctx;

	if (data)
		o->streamed += len;
	else
		o->begun++, o->streamed = 0;
	return true;
}

static struct http *engine_with(struct http_options o)
{
	struct http *h = NULL;
	struct err e;

	if (!o.parallel)
		o.parallel = 4;
	if (!o.deadline)
		o.deadline = http_clock() / 1000 + HOUR_AHEAD;
	assert_int_equal(http_open(&h, &o, &e), 0);
	return h;
}

static struct http *engine(void)
{
	return engine_with((struct http_options){0});
}

static void prepare(struct outcome_seen *o, const char *method, const char *url)
{
	*o = (struct outcome_seen){.request = {.method = method, .url = url, .done = on_done}};
	o->request.ctx = o;
}

static void finish_all(struct http *h)
{
	while (http_wait(h))
		;
}

static void send_one(struct http *h, struct outcome_seen *o)
{
	http_submit(h, &o->request);
	finish_all(h);
	assert_int_equal(o->done, 1);
}

/* Sends one request with a fresh engine to a server that plays this one reply `times`. */
static struct outcome_seen play(const char *method, bool once, bool sink, struct reply reply)
{
	struct script *s = script_start(&reply, 1);
	struct http *h = engine();
	struct outcome_seen o;

	prepare(&o, method, script_url(s));
	o.request.once = once;
	o.request.sink = sink ? on_sink : NULL;
	send_one(h, &o);
	http_close(h);
	assert_true(script_end(s));
	return o;
}

static int quick(void **state)
{
	(void)state;
	http_tuning = (struct http_tuning){
		.connect = 5000,
		.total = 3000,
		.list = 6000,
		.stall = 6000,
		.grace = 300,
		.retry_base = 2,
		.retry_cap = 8,
		.tries = 4,
	};
	return 0;
}

/* ---- answers --------------------------------------------------------- */

static void an_answer_is_taken_apart(void **state)
{
	struct outcome_seen o;

	(void)state;
	o = play("GET", false, false,
		 (struct reply){.method = "GET", .path = "/", .status = 200, .body = "{\"a\":1}",
				.headers = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"});
	assert_int_equal(o.answer.verdict, HTTP_ANSWERED);
	assert_int_equal(o.answer.status, 200);
	assert_true(o.answer.json);
	assert_int_equal(o.answer.date, 784111777);
	assert_string_equal(o.body, "{\"a\":1}");
}

static void json_is_known_by_its_type(void **state)
{
	static const struct {
		const char *header;
		bool json;
	} rows[] = {
		{"Content-Type: application/json; charset=utf-8\r\n", true},
		{"Content-Type: application/problem+json\r\n", true},
		{"Content-Type: APPLICATION/JSON\r\n", true},
		{"Content-Type: text/html\r\n", false},
		{"Content-Type: application/jsonp\r\n", false},
		{"Content-Type: text/plain\r\n", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct outcome_seen o = play("GET", false, false,
					     (struct reply){.status = 200, .body = "{}",
							    .headers = rows[i].header});
		assert_int_equal(o.answer.json, rows[i].json);
	}
}

static void the_request_is_ours_and_no_more(void **state)
{
	struct script *s = SCRIPT({.method = "POST", .path = "/x", .holds = "{\"k\":1}",
				   .status = 201},
				  {.method = "POST", .path = "/y", .status = 201},
				  {.method = "DELETE", .path = "/z", .status = 204});
	static const struct http_header headers[] = {{"Content-Type", "application/json"},
						     {"Authorization", "Bearer t0ken"}};
	struct http *h = engine();
	struct outcome_seen o;
	char url[128];

	(void)state;
	snprintf(url, sizeof url, "%s/x", script_url(s));
	prepare(&o, "POST", url);
	o.request.body = "{\"k\":1}";
	o.request.body_len = 7;
	o.request.headers = headers;
	o.request.headers_nr = 2;
	send_one(h, &o);
	assert_int_equal(o.answer.status, 201);
	snprintf(url, sizeof url, "%s/y", script_url(s));
	prepare(&o, "POST", url);
	send_one(h, &o);
	snprintf(url, sizeof url, "%s/z", script_url(s));
	prepare(&o, "DELETE", url);
	send_one(h, &o);
	assert_int_equal(script_heads(s, "User-Agent: seatsync/" SEATSYNC_VERSION), 3);
	assert_int_equal(script_heads(s, "Content-Type:"), 1);
	assert_int_equal(script_heads(s, "Authorization: Bearer t0ken"), 1);
	assert_int_equal(script_heads(s, "Cookie:"), 0);
	assert_int_equal(script_connections(s), 1);
	http_close(h);
	assert_true(script_end(s));
}

static void n2_redirects_are_not_followed(void **state)
{
	struct outcome_seen o;

	(void)state;
	o = play("GET", false, false,
		 (struct reply){.status = 302, .headers = "Location: http://127.0.0.1:1/login\r\n"});
	assert_int_equal(o.answer.verdict, HTTP_ANSWERED);
	assert_int_equal(o.answer.status, 302);
	assert_string_equal(o.answer.location, "http://127.0.0.1:1/login");
}

static void n3_the_environments_proxy_is_ignored(void **state)
{
	struct outcome_seen o;

	(void)state;
	assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
	assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
	o = play("GET", false, false, (struct reply){.status = 200, .body = "{}"});
	assert_int_equal(o.answer.status, 200);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
}

static void n3_a_configured_proxy_is_used(void **state)
{
	struct script *s = SCRIPT({.method = "GET", .path = "http://example.invalid/x",
				   .status = 200, .body = "{}"});
	struct http *h = engine_with((struct http_options){.proxy = script_url(s)});
	struct outcome_seen o;

	(void)state;
	prepare(&o, "GET", "http://example.invalid/x");
	send_one(h, &o);
	assert_int_equal(o.answer.status, 200);
	http_close(h);
	assert_true(script_end(s));
}

/* ---- faults ---------------------------------------------------------- */

static void n1_a_name_or_a_port_that_is_not_there_sends_nothing(void **state)
{
	static const struct {
		const char *url;
		enum http_fault fault;
	} rows[] = {
		{"https://no-such-host.invalid/", HTTP_FAULT_NAME},
		{"https://127.0.0.1:1/", HTTP_FAULT_CONNECT},
		{"http://user:word@127.0.0.1:1/", HTTP_FAULT_BROKEN},
		{"file:///etc/passwd", HTTP_FAULT_BROKEN},
		{"nonsense", HTTP_FAULT_NAME},
	};
	struct http *h = engine();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct outcome_seen o;

		prepare(&o, "POST", rows[i].url);
		o.request.once = true;
		send_one(h, &o);
		assert_int_equal(o.answer.verdict, HTTP_NOT_SENT);
		assert_true(o.answer.fault == rows[i].fault || i == 4);
		assert_true(o.answer.text[0] != '\0');
	}
	http_close(h);
}

static void n5_a_broken_answer_is_unknown_and_a_get_is_tried_again(void **state)
{
	static const struct reply rows[] = {
		{.fault = SCRIPT_CLOSE},
		{.fault = SCRIPT_RESET},
		{.fault = SCRIPT_MID_BODY, .status = 200, .body = "{\"a\":1234567890}"},
		{.fault = SCRIPT_RAW, .body = "garbage that is no HTTP\r\n\r\n"},
		{.fault = SCRIPT_RAW, .body = "HTTP/1.1 200 OK\r\nContent-Le"},
		{.fault = SCRIPT_RAW, .body = "HTTP/9.9 banana\r\n\r\n"},
		{.fault = SCRIPT_RAW,
		 .body = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip at all"},
		{.fault = SCRIPT_RAW,
		 .body = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct reply r = rows[i];
		struct outcome_seen o = play("POST", true, false, r);

		if (o.answer.verdict != HTTP_UNKNOWN)
			fail_msg("row %zu: verdict %d, %s", i, (int)o.answer.verdict, o.answer.text);
		r.times = 4;
		o = play("GET", false, false, r);
		assert_int_equal(o.answer.verdict, HTTP_UNKNOWN);
	}
}

static void n5_a_header_of_a_megabyte_is_too_much(void **state)
{
	struct outcome_seen o;

	(void)state;
	o = play("GET", false, false, (struct reply){.fault = SCRIPT_BIG_HEADER});
	if (o.answer.fault != HTTP_FAULT_SIZE)
		fail_msg("fault %d, %s", (int)o.answer.fault, o.answer.text);
}

static void n4_many_header_lines_are_too_much(void **state)
{
	static char raw[200000];
	struct outcome_seen o;
	size_t len = (size_t)snprintf(raw, sizeof raw, "HTTP/1.1 200 OK\r\n");

	(void)state;
	while (len < sizeof raw - 64)
		len += (size_t)snprintf(raw + len, sizeof raw - len, "X-Filler: %040zu\r\n", len);
	o = play("GET", false, false, (struct reply){.fault = SCRIPT_RAW, .body = raw});
	assert_int_equal(o.answer.fault, HTTP_FAULT_SIZE);
}

static void n4_an_endless_body_is_cut(void **state)
{
	struct outcome_seen o;

	(void)state;
	o = play("GET", false, false, (struct reply){.status = 200, .fault = SCRIPT_ENDLESS,
			.headers = "Content-Type: application/json\r\n"});
	assert_int_equal(o.answer.fault, HTTP_FAULT_SIZE);
	assert_true(o.answer.body_len <= HTTP_TEXT_MAX);
	o = play("GET", false, true, (struct reply){.status = 200, .fault = SCRIPT_ENDLESS,
			.headers = "Content-Type: application/json\r\n"});
	assert_int_equal(o.answer.fault, HTTP_FAULT_SIZE);
	assert_true(o.streamed > HTTP_TEXT_MAX && o.streamed <= HTTP_BODY_MAX);
}

static void n4_a_gzip_bomb_is_cut(void **state)
{
	static char bomb[1 << 20];
	FILE *gzip = popen("head -c 100M /dev/zero | gzip -9", "r");
	struct reply r = {.status = 200, .body = bomb,
			  .headers = "Content-Encoding: gzip\r\nContent-Type: application/json\r\n"};
	struct outcome_seen o;

	(void)state;
	assert_non_null(gzip);
	r.body_len = fread(bomb, 1, sizeof bomb, gzip);
	assert_int_equal(pclose(gzip), 0);
	assert_in_range(r.body_len, 1000, sizeof bomb - 1);
	o = play("GET", false, true, r);
	assert_int_equal(o.answer.fault, HTTP_FAULT_SIZE);
	assert_true(o.streamed <= HTTP_BODY_MAX);
	o = play("GET", false, false, r);
	assert_int_equal(o.answer.fault, HTTP_FAULT_SIZE);
}

static void n4_a_length_beyond_the_limit_is_refused_unread(void **state)
{
	struct outcome_seen o;

	(void)state;
	o = play("GET", false, true, (struct reply){.fault = SCRIPT_RAW,
		.body = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
			"Content-Length: 5000000000\r\n\r\n{}"});
	assert_int_equal(o.answer.fault, HTTP_FAULT_SIZE);
}

static void a_silent_or_dripping_server_ends_in_time(void **state)
{
	struct outcome_seen o;
	int64_t began = http_clock();

	(void)state;
	http_tuning.total = 300;
	o = play("POST", true, false, (struct reply){.fault = SCRIPT_SILENT});
	assert_int_equal(o.answer.verdict, HTTP_UNKNOWN);
	assert_int_equal(o.answer.fault, HTTP_FAULT_TIME);
	o = play("POST", true, false, (struct reply){.status = 200, .fault = SCRIPT_DRIP,
						     .body = "{\"a\":\"0123456789012345\"}"});
	assert_int_equal(o.answer.fault, HTTP_FAULT_TIME);
	assert_in_range(http_clock() - began, 500, 30000);
}

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

static void on_alarm(int signal)
{
	(void)signal;
	http_stop(to_stop);
}

static void a_stop_lets_those_in_flight_end(void **state)
{
	struct script *s = SCRIPT({.method = "POST", .path = "/", .status = 201, .delay_ms = 600});
	struct http *h;
	struct outcome_seen o[2];

	(void)state;
	http_tuning.grace = 10000;
	to_stop = h = engine_with((struct http_options){.parallel = 1});
	for (size_t i = 0; i < 2; i++) {
		prepare(&o[i], "POST", script_url(s));
		http_submit(h, &o[i].request);
	}
	signal(SIGALRM, on_alarm);
	ualarm(200000, 0);
	finish_all(h);
	assert_int_equal(o[0].answer.status, 201);
	assert_int_equal(o[1].answer.verdict, HTTP_NOT_SENT);
	http_close(h);
	assert_true(script_end(s));
}

static void a_stop_does_not_wait_for_ever(void **state)
{
	struct script *s = SCRIPT({.method = "POST", .path = "/", .fault = SCRIPT_SILENT});
	struct http *h;
	struct outcome_seen o;
	int64_t began = http_clock();

	(void)state;
	http_tuning.total = 60000;
	to_stop = h = engine();
	prepare(&o, "POST", script_url(s));
	http_submit(h, &o.request);
	signal(SIGALRM, on_alarm);
	ualarm(100000, 0);
	finish_all(h);
	assert_int_equal(o.done, 1);
	assert_int_equal(o.answer.verdict, HTTP_UNKNOWN);
	assert_true(http_clock() - began < 30000);
	http_close(h);
	assert_true(script_end(s));
}

static void h5_text_in_a_path_is_encoded(void **state)
{
	static const struct {
		const char *text, *encoded;
	} rows[] = {
		{"plain-id_1.~", "plain-id_1.~"},
		{"../x", "..%2Fx"},
		{"a/b", "a%2Fb"},
		{"%2e", "%252e"},
		{"?q#f", "%3Fq%23f"},
		{"a b\r\nc", "a%20b%0D%0Ac"},
		{"\xc3\xa9", "%C3%A9"},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(http_encode(&a, rows[i].text), rows[i].encoded);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_answer_is_taken_apart, quick),
		cmocka_unit_test_setup(json_is_known_by_its_type, quick),
		cmocka_unit_test_setup(the_request_is_ours_and_no_more, quick),
		cmocka_unit_test_setup(n2_redirects_are_not_followed, quick),
		cmocka_unit_test_setup(n3_the_environments_proxy_is_ignored, quick),
		cmocka_unit_test_setup(n3_a_configured_proxy_is_used, quick),
		cmocka_unit_test_setup(n1_a_name_or_a_port_that_is_not_there_sends_nothing, quick),
		cmocka_unit_test_setup(n5_a_broken_answer_is_unknown_and_a_get_is_tried_again, quick),
		cmocka_unit_test_setup(n5_a_header_of_a_megabyte_is_too_much, quick),
		cmocka_unit_test_setup(n4_many_header_lines_are_too_much, quick),
		cmocka_unit_test_setup(n4_an_endless_body_is_cut, quick),
		cmocka_unit_test_setup(n4_a_gzip_bomb_is_cut, quick),
		cmocka_unit_test_setup(n4_a_length_beyond_the_limit_is_refused_unread, quick),
		cmocka_unit_test_setup(a_silent_or_dripping_server_ends_in_time, quick),
		cmocka_unit_test_setup(fault_11_a_post_is_never_sent_twice_by_curl, quick),
		cmocka_unit_test_setup(fault_11_a_repeatable_call_is_sent_again, quick),
		cmocka_unit_test_setup(what_may_be_done_already_is_repeated_only_if_that_is_harmless,
				       quick),
		cmocka_unit_test_setup(what_was_refused_is_not_repeated, quick),
		cmocka_unit_test_setup(p5_a_limited_call_is_repeated_even_if_it_is_to_be_done_once,
				       quick),
		cmocka_unit_test_setup(an_unknown_try_is_not_forgotten, quick),
		cmocka_unit_test_setup(p5_retry_after_in_every_form, quick),
		cmocka_unit_test_setup(p5_rate_limit_reset_in_every_form, quick),
		cmocka_unit_test_setup(backoff_doubles_up_to_its_cap, quick),
		cmocka_unit_test_setup(p5_told_to_wait_is_obeyed_and_counts_for_nothing, quick),
		cmocka_unit_test_setup(p5_a_wait_beyond_the_deadline_ends_everything_that_waits,
				       quick),
		cmocka_unit_test_setup(p6_a_pause_is_for_everybody_and_one_looks_ahead, quick),
		cmocka_unit_test_setup(the_rate_is_kept, quick),
		cmocka_unit_test_setup(connections_are_used_again, quick),
		cmocka_unit_test_setup(
			fault_11_a_connection_that_was_idle_is_not_trusted_with_a_post, quick),
		cmocka_unit_test_setup(after_the_deadline_nothing_begins, quick),
		cmocka_unit_test_setup(a_stop_lets_those_in_flight_end, quick),
		cmocka_unit_test_setup(a_stop_does_not_wait_for_ever, quick),
		cmocka_unit_test_setup(h5_text_in_a_path_is_encoded, quick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
