/* The HTTP engine: what an answer is, and every way in which one fails. */
#include <unistd.h>

#include "tests/platform/engine.h"

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

/* ---- faults ---------------------------------------------------------- */

static void n1_a_name_or_a_port_that_is_not_there_sends_nothing(void **state)
{
	static const struct {
		const char *url;
		enum http_fault fault;
	} rows[] = {
		{"https://no-such-host..invalid/", HTTP_FAULT_NAME}, /* no DNS is asked for that */
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
	http_tuning.total = 1500;
	o = play("POST", true, false, (struct reply){.fault = SCRIPT_SILENT});
	assert_int_equal(o.answer.verdict, HTTP_UNKNOWN);
	assert_int_equal(o.answer.fault, HTTP_FAULT_TIME);
	o = play("POST", true, false, (struct reply){.status = 200, .fault = SCRIPT_DRIP,
						     .body = "{\"a\":\"0123456789012345\"}"});
	assert_int_equal(o.answer.fault, HTTP_FAULT_TIME);
	assert_in_range(http_clock() - began, 2500, 300000);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, engine_setup)
	const struct CMUnitTest tests[] = {
		T(an_answer_is_taken_apart),
		T(json_is_known_by_its_type),
		T(the_request_is_ours_and_no_more),
		T(n2_redirects_are_not_followed),
		T(n3_the_environments_proxy_is_ignored),
		T(n3_a_configured_proxy_is_used),
		T(h5_text_in_a_path_is_encoded),
		T(n1_a_name_or_a_port_that_is_not_there_sends_nothing),
		T(n5_a_broken_answer_is_unknown_and_a_get_is_tried_again),
		T(n5_a_header_of_a_megabyte_is_too_much),
		T(n4_many_header_lines_are_too_much),
		T(n4_an_endless_body_is_cut),
		T(n4_a_gzip_bomb_is_cut),
		T(n4_a_length_beyond_the_limit_is_refused_unread),
		T(a_silent_or_dripping_server_ends_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
