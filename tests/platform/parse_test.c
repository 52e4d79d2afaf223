/* Lists as a stream, and records typed: what is not JSON as agreed is no list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "connectors/json_items.h"
#include "connectors/anaconda_outcome.h"
#include "connectors/anaconda_parse.h"

/* ---- lists ----------------------------------------------------------- */

static int count_each(void *ctx, const json_t *item, const char **why)
{
	int64_t *sum = ctx;

	*why = "has a record that the test does not like";
	*sum += json_integer_value(json_object_get(item, "n"));
	return json_is_true(json_object_get(item, "bad")) ? -1 : 0;
}

/* Feeds text in pieces of `step`; the number of records, or -1 with why. */
static int64_t read_list(const char *text, size_t len, size_t step, int64_t *sum, const char **why,
			 int64_t *total)
{
	struct items s = {0};
	json_t *envelope;
	int64_t nr = -1;
	int rc = 0;

	*sum = 0;
	items_begin(&s, "items", count_each, sum);
	for (size_t at = 0; at < len && rc == 0; at += step)
		rc = items_feed(&s, text + at, len - at < step ? len - at : step);
	if (rc == 0 && items_end(&s, &envelope) == 0) {
		*total = -1;
		(void)json_count(json_object_get(envelope, "total_count"), total);
		json_decref(envelope);
		nr = (int64_t)s.nr;
	}
	*why = s.why ? s.why : "";
	items_clear(&s);
	return nr;
}

static void a_list_is_the_same_in_any_pieces(void **state)
{
	static const char text[] =
		" {\"a\": [1,{\"items\":[{}]}], \"s\": \"\\\"items\\\": [ }\", \"items\"\n:\t[ "
		"{\"n\":1,\"x\":\"]}\\\\\\\"{\"}, {\"n\":2,\"items\":[{\"n\":50}]},{\"n\":4} ] , "
		"\"total_count\" : 3 } ";
	const char *why;
	int64_t sum, total;

	(void)state;
	for (size_t step = 1; step <= sizeof text; step++) {
		assert_int_equal(read_list(text, strlen(text), step, &sum, &why, &total), 3);
		assert_int_equal(sum, 7);
		assert_int_equal(total, 3);
	}
}

static void h9_what_is_no_list_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"   ",
		"null",
		"[]",
		"{}",
		"<html><body>log in</body></html>",
		"{\"items\":null}",
		"{\"items\":{}}",
		"{\"items\":\"[]\"}",
		"{\"data\":[]}",
		"{\"data\":{\"items\":[]}}",
		"[{\"items\":[]}]",
		"{\"items\":[],\"items\":[]}",
		"{\"items\":[{\"n\":1}],\"items\":[]}",
		"{\"items\":[],\"\\u0069tems\":[]}",
		"{\"\\u0069tems\":[{\"n\":1}]}",
		"{\"items\":[",
		"{\"items\":[{",
		"{\"items\":[{\"n\":1}",
		"{\"items\":[{\"n\":1}]",
		"{\"items\":[{\"n\":1},]}",
		"{\"items\":[,{\"n\":1}]}",
		"{\"items\":[{\"n\":1}{\"n\":2}]}",
		"{\"items\":[{\"n\":1} 7]}",
		"{\"items\":[1]}",
		"{\"items\":[null]}",
		"{\"items\":[[]]}",
		"{\"items\":[\"x\"]}",
		"{\"items\":[{\"n\":1}]} trailing",
		"{\"items\":[{\"n\":1}]}{\"items\":[]}",
		"{\"items\":[{\"n\":1,\"n\":2}]}",
		"{\"items\":[{\"n\":1e400}]}",
		"{\"items\":[{\"n\":9223372036854775808}]}",
		"{\"items\":[{\"n\":\"\\u0000\"}]}",
		"{\"items\":[{\"n\":\"\\ud800\"}]}",
		"{\"items\":[{\"n\":\"\xff\"}]}",
		"{\"items\":[{\"n\":01}]}",
		"{\"items\":[{\"n\":1]}]}",
		"{\"items\" [{\"n\":1}]}",
		"{\"items\":[{\"bad\":true}]}",
		"\xef\xbb\xbf{\"items\":[]}",
		"{\"x\":{\"a\":1,\"a\":2},\"items\":[]}",
	};
	const char *why;
	int64_t sum, total;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t step = 1; step < 80; step += 13) {
			if (read_list(rows[i], strlen(rows[i]), step, &sum, &why, &total) >= 0)
				fail_msg("taken for a list: %s", rows[i]);
			assert_true(why[0] != '\0');
		}
}

static void an_empty_list_is_a_list(void **state)
{
	static const char *const rows[] = {"{\"items\":[]}", "{\"items\" : [ \n ]}",
					   "{\"total_count\":0,\"items\":[],\"next\":null}"};
	const char *why;
	int64_t sum, total;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(read_list(rows[i], strlen(rows[i]), 5, &sum, &why, &total), 0);
}

/* A list whose one record holds `fill` times `what`. */
static int64_t filled_list(const char *before, const char *what, size_t fill, const char *after)
{
	size_t len;
	char *text;
	FILE *out = open_memstream(&text, &len);
	const char *why;
	int64_t sum, total, nr;

	assert_non_null(out);
	fputs(before, out);
	for (size_t i = 0; i < fill; i++)
		fputs(what, out);
	fputs(after, out);
	fclose(out);
	nr = read_list(text, len, 16384, &sum, &why, &total);
	free(text);
	return nr;
}

static void h9_depth_and_size_have_a_limit(void **state)
{
	(void)state;
	assert_int_equal(filled_list("{\"items\":[{\"n\":", "[", 100000, ""), -1);
	assert_int_equal(filled_list("{\"items\":[{\"n\":", "{\"n\":", 3000, "1}}]}"), -1);
	assert_int_equal(filled_list("", "[", 100000, ""), -1);
	assert_int_equal(filled_list("{\"items\":[{\"s\":\"", "x", ITEM_MAX, "\"}]}"), -1);
	assert_int_equal(filled_list("{\"s\":\"", "x", ENVELOPE_MAX, "\",\"items\":[]}"), -1);
	assert_int_equal(filled_list("{\"items\":[{\"s\":\"", "x", ITEM_MAX - 100, "\"}]}"), 1);
}

/* ---- records --------------------------------------------------------- */

static int parse_member(const char *text, struct arena *a, struct member *m, bool *broken)
{
	json_t *json = json_object_parse(text, strlen(text));
	const char *why = "";
	int rc;

	assert_non_null(json);
	rc = member_parse(json, NULL, a, m, broken, &why);
	json_decref(json);
	return rc;
}

static void a_member_is_typed(void **state)
{
	struct arena a = {0};
	struct member m;
	bool broken;

	(void)state;
	assert_int_equal(parse_member("{\"id\":\"u1\",\"email\":\"Ada@Example.COM\","
				      "\"first_name\":\"Ada\",\"last_name\":null,\"role\":\"admin\","
				      "\"subscriptions\":[\"anaconda_starter\",\"business\"],"
				      "\"groups\":null,\"new_field\":{\"x\":[]}}",
				      &a, &m, &broken), 0);
	assert_false(broken);
	assert_string_equal(m.id, "u1");
	assert_string_equal(m.email, "Ada@Example.COM");
	assert_string_equal(m.address, "ada@example.com");
	assert_int_equal(m.role, ROLE_ADMIN);
	assert_true(m.seat);
	assert_int_equal(parse_member("{\"id\":\"u2\",\"email\":\"b@example.com\",\"role\":\"owner\","
				      "\"subscriptions\":[\"x_Starter_y\"]}",
				      &a, &m, &broken), 0);
	assert_false(broken);
	assert_ptr_equal(m.email, m.address);
	assert_int_equal(m.role, ROLE_NONE);
	assert_false(m.seat);
	arena_free(&a);
}

static void p17_a_broken_member_with_an_id_is_left_alone(void **state)
{
	static const char *const rows[] = {
		"{\"id\":\"u\",\"role\":\"admin\",\"subscriptions\":[]}",
		"{\"id\":\"u\",\"email\":null,\"role\":\"admin\",\"subscriptions\":[]}",
		"{\"id\":\"u\",\"email\":7,\"role\":\"admin\",\"subscriptions\":[]}",
		"{\"id\":\"u\",\"email\":\"\",\"role\":\"admin\",\"subscriptions\":[]}",
		"{\"id\":\"u\",\"email\":\"a@b.c\\r\\nX: y\",\"role\":\"admin\",\"subscriptions\":[]}",
		"{\"id\":\"u\",\"email\":\"a@example.com\",\"subscriptions\":[]}",
		"{\"id\":\"u\",\"email\":\"a@example.com\",\"role\":null,\"subscriptions\":[]}",
		"{\"id\":\"u\",\"email\":\"a@example.com\",\"role\":2,\"subscriptions\":[]}",
		"{\"id\":\"u\",\"email\":\"a@example.com\",\"role\":\"admin\"}",
		"{\"id\":\"u\",\"email\":\"a@example.com\",\"role\":\"admin\",\"subscriptions\":null}",
		"{\"id\":\"u\",\"email\":\"a@example.com\",\"role\":\"admin\",\"subscriptions\":\"x\"}",
		"{\"id\":\"u\",\"email\":\"a@example.com\",\"role\":\"admin\",\"subscriptions\":[1]}",
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct member m;
		bool broken;

		assert_int_equal(parse_member(rows[i], &a, &m, &broken), 0);
		assert_true(broken);
		assert_int_equal(m.role, ROLE_NONE);
		assert_non_null(m.email);
	}
	arena_free(&a);
}

static void h4_a_member_without_a_usable_id_is_none(void **state)
{
	static const char *const rows[] = {
		"{\"email\":\"a@example.com\",\"role\":\"member\",\"subscriptions\":[]}",
		"{\"id\":null,\"email\":\"a@example.com\"}",
		"{\"id\":1,\"email\":\"a@example.com\"}",
		"{\"id\":\"\",\"email\":\"a@example.com\"}",
		"{\"id\":\"..\",\"email\":\"a@example.com\"}",
		"{\"id\":\"a\\r\\nHost: b\",\"email\":\"a@example.com\"}",
		"{\"id\":\"a\\u001b[2J\",\"email\":\"a@example.com\"}",
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct member m;
		bool broken;

		assert_int_equal(parse_member(rows[i], &a, &m, &broken), -1);
	}
	arena_free(&a);
}

static void a_product_names_the_seat(void **state)
{
	static const char text[] = "{\"id\":\"u\",\"email\":\"a@example.com\",\"role\":\"member\","
				   "\"subscriptions\":[\"other\",\"x_starter\"]}";
	json_t *json = json_object_parse(text, strlen(text));
	struct arena a = {0};
	struct member m;
	const char *why;
	bool broken;

	(void)state;
	assert_int_equal(member_parse(json, "business", &a, &m, &broken, &why), 0);
	assert_false(m.seat);
	assert_int_equal(member_parse(json, "x_starter", &a, &m, &broken, &why), 0);
	assert_true(m.seat);
	json_decref(json);
	arena_free(&a);
}

static int parse_invitation(const char *text, struct arena *a, struct invitation *i,
			    struct invitation_doubts *doubts)
{
	static const struct platform_settings settings = {.lifetime = 7 * DAY};
	json_t *json = json_object_parse(text, strlen(text));
	const char *why = "";
	int rc;

	assert_non_null(json);
	rc = invitation_parse(json, &settings, a, i, doubts, &why);
	json_decref(json);
	return rc;
}

static void an_invitation_has_the_platforms_status(void **state)
{
	static const struct {
		const char *word;
		enum invitation_status status;
	} rows[] = {
		{"pending", INVITATION_OPEN},      {"Pending", INVITATION_OPEN},
		{"accepted", INVITATION_ACCEPTED}, {"expired", INVITATION_EXPIRED},
		{"removed", INVITATION_REMOVED},   {"declined", INVITATION_REMOVED},
		{"cancelled", INVITATION_REMOVED}, {"revoked", INVITATION_REMOVED},
		{"quarantined", INVITATION_OPEN},
	};
	struct arena a = {0};

	(void)state;
	for (size_t n = 0; n < ARRAY_SIZE(rows); n++) {
		struct invitation_doubts doubts;
		struct invitation i;
		char text[256];

		/* long over by its expiry: the word is believed all the same */
		snprintf(text, sizeof text,
			 "{\"id\":\"i1\",\"email\":\"a@example.com\",\"status\":\"%s\","
			 "\"expires_at\":\"2001-01-01T00:00:00Z\"}", rows[n].word);
		assert_int_equal(parse_invitation(text, &a, &i, &doubts), 0);
		assert_int_equal(i.status, rows[n].status);
		assert_false(doubts.unstated);
	}
	arena_free(&a);
}

static void an_invitation_without_an_expiry_lives_its_lifetime(void **state)
{
	struct arena a = {0};
	struct invitation i;
	struct invitation_doubts doubts;

	(void)state;
	assert_int_equal(parse_invitation("{\"id\":\"i\",\"email\":\"a@example.com\","
					  "\"created_at\":\"2026-01-01T00:00:00Z\"}",
					  &a, &i, &doubts), 0);
	assert_true(doubts.unstated);
	assert_int_equal(i.sent_at, 1767225600);
	assert_int_equal(i.expires_at, 1767225600 + 7 * DAY);
	invitation_expire(&i, i.expires_at - 1);
	assert_int_equal(i.status, INVITATION_OPEN);
	invitation_expire(&i, i.expires_at);
	assert_int_equal(i.status, INVITATION_EXPIRED);
	assert_int_equal(parse_invitation("{\"id\":\"i\",\"email\":\"a@example.com\","
					  "\"created_at\":\"2026-01-01T00:00:00Z\","
					  "\"last_sent_at\":\"2026-01-05T00:00:00+00:00\"}",
					  &a, &i, &doubts), 0);
	assert_int_equal(i.expires_at, 1767225600 + 11 * DAY);
	assert_int_equal(parse_invitation("{\"id\":\"i\",\"email\":\"a@example.com\","
					  "\"expires_at\":\"never\",\"created_at\":null}",
					  &a, &i, &doubts), 0);
	assert_int_equal(i.expires_at, 0);
	assert_int_equal(parse_invitation("{\"id\":\"i\"}", &a, &i, &doubts), 0);
	assert_true(doubts.broken);
	assert_int_equal(parse_invitation("{\"email\":\"a@example.com\"}", &a, &i, &doubts), -1);
	arena_free(&a);
}

static void the_fields_of_an_invitation_can_be_named(void **state)
{
	static const struct platform_settings settings = {
		.endpoints.fields = {.id = "uuid", .email = "address", .status = "state",
				     .created = "made", .expires = "until", .role = "position"},
	};
	static const char text[] = "{\"uuid\":\"i9\",\"address\":\"a@example.com\","
				   "\"state\":\"accepted\",\"made\":\"2026-01-01T00:00:00Z\","
				   "\"until\":\"2026-01-02T00:00:00Z\",\"position\":\"admin\"}";
	json_t *json = json_object_parse(text, strlen(text));
	struct invitation_doubts doubts;
	struct arena a = {0};
	struct invitation i;
	const char *why;

	(void)state;
	assert_int_equal(invitation_parse(json, &settings, &a, &i, &doubts, &why), 0);
	assert_string_equal(i.id, "i9");
	assert_string_equal(i.address, "a@example.com");
	assert_int_equal(i.status, INVITATION_ACCEPTED);
	assert_int_equal(i.role, ROLE_ADMIN);
	assert_int_equal(i.expires_at - i.sent_at, DAY);
	json_decref(json);
	arena_free(&a);
}

static void the_counter_takes_numbers_and_strings(void **state)
{
	static const struct {
		const char *text, *product;
		int rc;
		int64_t total, assigned;
	} rows[] = {
		{"{\"total\":10,\"assigned\":4,\"available\":6}", NULL, 0, 10, 4},
		{"{\"total\":\"10\",\"assigned\":\"4\"}", NULL, 0, 10, 4},
		{"{\"total\":10,\"available\":\"6\"}", NULL, 0, 10, 4},
		{"{\"total\":10}", NULL, 0, 10, SEATS_UNKNOWN},
		{"{\"total\":0}", NULL, 0, 0, SEATS_UNKNOWN},
		{"{\"total\":10,\"product_code\":\"a\"}", "b", 0, SEATS_UNKNOWN, SEATS_UNKNOWN},
		{"{\"total\":10,\"product_code\":\"b\"}", "b", 0, 10, SEATS_UNKNOWN},
		{"{\"total\":null}", NULL, -1, 0, 0},
		{"{\"total\":-1}", NULL, -1, 0, 0},
		{"{\"total\":1.5}", NULL, -1, 0, 0},
		{"{\"total\":\"ten\"}", NULL, -1, 0, 0},
		{"{\"total\":\"9999999999999999999999\"}", NULL, -1, 0, 0},
		{"{\"assigned\":4}", NULL, -1, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		json_t *json = json_object_parse(rows[i].text, strlen(rows[i].text));
		int64_t total = 0, assigned = 0;
		const char *why;

		assert_int_equal(seats_parse(json, rows[i].product, &total, &assigned, &why),
				 rows[i].rc);
		assert_int_equal(total, rows[i].total);
		assert_int_equal(assigned, rows[i].assigned);
		json_decref(json);
	}
}

/* ---- the table ------------------------------------------------------- */

/* Status to outcome, for the actions in the order of the columns, word for word. */
static void the_table_of_outcomes(void **state)
{
	enum { D = OUTCOME_DONE, S = OUTCOME_NO_SEATS, G = OUTCOME_GONE, C = OUTCOME_CONFLICT,
	       L = OUTCOME_LOOK, U = OUTCOME_UNKNOWN, I = OUTCOME_INVALID, N = OUTCOME_DENIED,
	       O = OUTCOME_NOT_OFFERED, W = OUTCOME_NOT_SENT };
	static const enum action_kind columns[] = {
		ACTION_ASSIGN_SEAT, ACTION_REVOKE_SEAT, ACTION_REMOVE_MEMBER, ACTION_SET_ROLE,
		ACTION_INVITE, ACTION_REISSUE_INVITATION, ACTION_CANCEL_INVITATION,
		ACTION_ISSUE_TOKEN, ACTION_REVOKE_TOKEN,
	};
	static const struct {
		int status;
		int outcomes[ARRAY_SIZE(columns)];
	} rows[] = {
		/*    seat+ seat- rem role inv reis canc tok+ tok- */
		{200, {D, D, D, D, D, D, D, D, D}},
		{201, {D, D, D, D, D, D, D, D, D}},
		{202, {D, D, D, D, D, D, D, D, D}},
		{204, {D, D, D, D, D, D, D, D, D}},
		{302, {U, U, U, U, U, U, U, U, U}},
		{400, {I, I, I, I, I, I, I, I, I}},
		{401, {N, N, N, N, N, N, N, N, N}},
		{402, {S, U, U, U, S, U, U, S, U}},
		{403, {N, N, N, N, N, N, N, N, N}},
		{404, {G, D, D, G, O, G, D, G, D}},
		{405, {O, O, O, O, O, O, O, O, O}},
		{409, {D, C, C, C, L, L, L, C, C}},
		{410, {G, D, D, G, O, G, D, G, D}},
		{413, {I, I, I, I, I, I, I, I, I}},
		{422, {I, I, I, I, I, I, I, I, I}},
		{429, {W, W, W, W, W, W, W, W, W}},
		{500, {U, U, U, U, U, U, U, U, U}},
		{501, {O, O, O, O, O, O, O, O, O}},
		{502, {U, U, U, U, U, U, U, U, U}},
		{503, {U, U, U, U, U, U, U, U, U}},
		{504, {U, U, U, U, U, U, U, U, U}},
	};

	(void)state;
	for (size_t r = 0; r < ARRAY_SIZE(rows); r++)
		for (size_t c = 0; c < ARRAY_SIZE(columns); c++) {
			struct http_answer a = {.verdict = HTTP_ANSWERED,
						.status = rows[r].status};
			enum outcome o = answer_outcome(columns[c], answer_class(&a));

			if ((int)o != rows[r].outcomes[c])
				fail_msg("%d on %s gives %s", rows[r].status,
					 action_name(columns[c]), outcome_name(o));
		}
}

static void an_answer_that_is_none_is_unknown_or_unsent(void **state)
{
	static const struct {
		struct http_answer answer;
		enum outcome outcome;
	} rows[] = {
		{{.verdict = HTTP_NOT_SENT}, OUTCOME_NOT_SENT},
		{{.verdict = HTTP_UNKNOWN}, OUTCOME_UNKNOWN},
		{{.verdict = HTTP_UNKNOWN, .status = 200}, OUTCOME_UNKNOWN},
		/* a login page in place of an answer */
		{{.verdict = HTTP_ANSWERED, .status = 200, .body_len = 9}, OUTCOME_UNKNOWN},
		/* limited at last, but perhaps done at first */
		{{.verdict = HTTP_ANSWERED, .status = 429, .doubtful = true}, OUTCOME_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(answer_outcome(ACTION_INVITE, answer_class(&rows[i].answer)),
				 rows[i].outcome);
}

/* ---- tokens ---------------------------------------------------------- */

#define AT_2027 "\"expires_at\":\"2027-01-01T00:00:00Z\""
#define AT_2026 "\"expires_at\":\"2026-01-01T00:00:00Z\""
#define AT_2028 "\"expires_at\":\"2028-01-01T00:00:00Z\""
#define REVOKED ",\"revoked\":true"

static void tokens_in_one_word(void **state)
{
	static const struct {
		const char *items;
		enum token_state expected;
		utc expires_at;
	} rows[] = { /* at 2026-07-01 */
		{"", TOKEN_NONE, 0},
		{"{" AT_2027 "}", TOKEN_LIVE, 1798761600},
		{"{" AT_2027 ",\"revoked\":false}", TOKEN_LIVE, 1798761600},
		{"{" AT_2027 ",\"revoked\":null}", TOKEN_LIVE, 1798761600},
		{"{" AT_2027 REVOKED "}", TOKEN_REVOKED, 1798761600},
		{"{" AT_2026 "}", TOKEN_EXPIRED, 1767225600},
		{"{\"expires_at\":null}", TOKEN_LIVE, 0},
		{"{" AT_2028 REVOKED "},{" AT_2027 "}", TOKEN_LIVE, 1798761600},
		{"{" AT_2027 "},{" AT_2028 REVOKED "}", TOKEN_LIVE, 1798761600},
		{"{" AT_2027 "},{" AT_2028 "}", TOKEN_LIVE, 1830297600},
		{"{" AT_2028 "},{" AT_2027 "}", TOKEN_LIVE, 1830297600},
		{"{" AT_2028 "},{\"expires_at\":null}", TOKEN_LIVE, 0},
		{"{\"expires_at\":null},{" AT_2028 "}", TOKEN_LIVE, 0},
		{"{" AT_2026 "},{" AT_2027 REVOKED "}", TOKEN_REVOKED, 1798761600},
		{"{" AT_2027 REVOKED "},{" AT_2026 "}", TOKEN_REVOKED, 1798761600},
		{"{\"expires_at\":null" REVOKED "},{" AT_2026 "}", TOKEN_EXPIRED, 1767225600},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[256];
		struct token_seen seen = {0};
		const char *why = NULL;
		json_t *json;

		snprintf(text, sizeof text, "{\"items\":[%s]}", rows[i].items);
		json = json_object_parse(text, strlen(text));
		assert_non_null(json);
		assert_int_equal(tokens_parse(json, 1782864000, &seen, &why), 0);
		json_decref(json);
		if (seen.state != rows[i].expected || seen.expires_at != rows[i].expires_at)
			fail_msg("%s: %s %lld", rows[i].items, token_state_name(seen.state),
				 (long long)seen.expires_at);
	}
}

static void p17_h9_tokens_that_cannot_be_believed_are_none(void **state)
{
	static const char *const rows[] = {
		"{}", "{\"items\":null}", "{\"items\":[7]}", "{\"items\":[{\"expires_at\":\"soon\"}]}",
		"{\"items\":[{" AT_2027 ",\"revoked\":\"no\"}]}", "{\"items\":[{\"expires_at\":{}}]}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct token_seen seen = {.state = TOKEN_LIVE};
		const char *why = NULL;
		json_t *json = json_object_parse(rows[i], strlen(rows[i]));

		assert_int_equal(tokens_parse(json, 1782864000, &seen, &why), -1);
		assert_int_equal(seen.state, TOKEN_LIVE);
		assert_non_null(why);
		json_decref(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_the_same_in_any_pieces),
		cmocka_unit_test(h9_what_is_no_list_is_refused),
		cmocka_unit_test(an_empty_list_is_a_list),
		cmocka_unit_test(h9_depth_and_size_have_a_limit),
		cmocka_unit_test(a_member_is_typed),
		cmocka_unit_test(p17_a_broken_member_with_an_id_is_left_alone),
		cmocka_unit_test(h4_a_member_without_a_usable_id_is_none),
		cmocka_unit_test(a_product_names_the_seat),
		cmocka_unit_test(an_invitation_has_the_platforms_status),
		cmocka_unit_test(an_invitation_without_an_expiry_lives_its_lifetime),
		cmocka_unit_test(the_fields_of_an_invitation_can_be_named),
		cmocka_unit_test(the_counter_takes_numbers_and_strings),
		cmocka_unit_test(the_table_of_outcomes),
		cmocka_unit_test(an_answer_that_is_none_is_unknown_or_unsent),
		cmocka_unit_test(tokens_in_one_word),
		cmocka_unit_test(p17_h9_tokens_that_cannot_be_believed_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
