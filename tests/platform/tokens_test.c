/* People's tokens: listed, revoked, issued, renewed; and with a removal that they stop. */
#include "tests/platform/scene.h"

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
	scene_setup(NULL);
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

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, scene_setup)
	const struct CMUnitTest tests[] = {
		T(tokens_are_listed_and_revoked),
		T(a_renewal_is_done_when_the_token_lives_longer),
		T(what_is_issued_tells_when_it_ends_and_no_more),
		T(tokens_are_read_member_by_member),
		T(p8_tokens_that_nobody_tells_are_not_asked_for_for_ever),
		T(a_removal_that_conflicts_takes_token_and_seat_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
