/* What is remembered of tokens, and what seats and answers make of it. */
#include "fixture.h"

#include <string.h>

static struct known_token *token_of(struct plan *p)
{
	static struct known_token token; /* of one plan at a time */

	p->accounts[0].memory.token = &token;
	return &token;
}

/* A plan about one account that is a member, with this action; begun, and it has left. */
static struct plan *left(struct fixture *f, struct known_token token, enum action_kind kind,
			 utc expires_before)
{
	struct plan *p = plan_begin(f);

	plan_account(f, p, "a@x.org")->memory.member_id = "m1";
	*token_of(p) = token;
	plan_action(f, p, kind, 0)->expires_before = expires_before;
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	f->now += 60;
	return p;
}

static void done(struct fixture *f, utc expires_at)
{
	struct journal_end end = {.state = JOURNAL_DONE, .expires_at = expires_at};

	MUST(state_turn(f->s, &(struct journal_turn){.ended = &end, .ended_nr = 1}, f->now, &f->e));
}

static struct known_token loaded(struct fixture *f)
{
	struct known k;

	fixture_load(f, &k);
	assert_int_equal(k.accounts_nr, 1);
	return account_token(&k.accounts[0]);
}

static void token_is(struct known_token t, struct known_token expected)
{
	assert_int_equal(t.state, expected.state);
	assert_int_equal(t.ours, expected.ours);
	assert_int_equal(t.expires_at, expected.expires_at);
	assert_int_equal(t.seen_at, expected.seen_at);
	assert_int_equal(t.mailed_at, expected.mailed_at);
	assert_int_equal(t.mails, expected.mails);
}

static void what_a_plan_saw_is_kept(void **state)
{
	struct fixture *f = *state;

	fixture_open(f, STATE_RUN);
	for (enum token_state s = TOKEN_UNREAD; s <= TOKEN_REVOKED; s++) {
		struct known_token t = {.state = s, .ours = s == TOKEN_LIVE, .expires_at = s ? 7 : 0,
					.seen_at = s, .mailed_at = 5, .mails = 2};
		struct plan *p = s ? plan_known(f) : plan_begin(f);

		if (!s)
			plan_account(f, p, "a@x.org");
		*token_of(p) = t;
		run_whole(f, p);
		token_is(loaded(f), t);
	}
}

static void one_that_was_issued_is_ours(void **state)
{
	struct fixture *f = *state;

	left(f, (struct known_token){.state = TOKEN_NONE, .seen_at = NOON, .mailed_at = 5, .mails = 1},
	     ACTION_ISSUE_TOKEN, 0);
	done(f, NOON + 300 * DAY);
	token_is(loaded(f), (struct known_token){TOKEN_LIVE, true, NOON + 300 * DAY, NOON + 60, NOON + 60,
						 2});
}

static void without_an_answer_it_ends_when_it_was_asked_to(void **state)
{
	struct fixture *f = *state;

	left(f, (struct known_token){0}, ACTION_ISSUE_TOKEN, 0);
	done(f, 0);
	assert_int_equal(loaded(f).expires_at, NOON + 365 * DAY);
}

static void a_renewal_is_no_mail(void **state)
{
	struct fixture *f = *state;

	left(f, (struct known_token){TOKEN_LIVE, true, NOON + DAY, NOON, 5, 1}, ACTION_ISSUE_TOKEN,
	     NOON + DAY);
	done(f, NOON + 365 * DAY);
	token_is(loaded(f), (struct known_token){TOKEN_LIVE, true, NOON + 365 * DAY, NOON + 60, 5, 1});
}

static void what_failed_leaves_the_memory(void **state)
{
	struct fixture *f = *state;
	struct known_token t = {TOKEN_LIVE, true, NOON + DAY, NOON, 5, 1};

	left(f, t, ACTION_ISSUE_TOKEN, NOON + DAY);
	turn_end(f, 0, JOURNAL_FAILED);
	token_is(loaded(f), t);
}

/* From the moment it leaves: the answer may be lost. */
static void a_seat_begins_without_a_token_and_ends_it(void **state)
{
	static const struct {
		enum action_kind kind;
		enum token_state expected;
	} rows[] = {
		{ACTION_ASSIGN_SEAT, TOKEN_NONE},
		{ACTION_REVOKE_TOKEN, TOKEN_NONE},
		{ACTION_REVOKE_SEAT, TOKEN_NONE},
		{ACTION_SET_ROLE, TOKEN_LIVE},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct plan *p = i ? plan_known(f) : plan_begin(f);

		if (!i) {
			plan_account(f, p, "a@x.org")->memory.member_id = "m1";
			fixture_open(f, STATE_RUN);
		}
		*token_of(p) = (struct known_token){TOKEN_LIVE, true, NOON + DAY, NOON, 5, 3};
		plan_action(f, p, rows[i].kind, 0);
		run_begin(f, p);
		token_is(loaded(f), *token_of(p));
		turn_leave(f, 0);
		token_of(p)->state = rows[i].expected;
		token_is(loaded(f), *token_of(p));
		turn_end(f, 0, i % 2 ? JOURNAL_DONE : JOURNAL_FAILED);
		token_is(loaded(f), *token_of(p));
		run_end(f, p);
	}
}

/* Killed after it left: what a later reading shows is what happened. */
static void an_unknown_one_is_settled(void **state)
{
	struct fixture *f = *state;
	struct known k;

	for (int happened = 0; happened < 2; happened++) {
		struct plan *p = happened ? plan_known(f) : plan_begin(f);

		if (!happened) {
			plan_account(f, p, "a@x.org")->memory.member_id = "m1";
			fixture_open(f, STATE_RUN);
		}
		*token_of(p) = (struct known_token){.state = TOKEN_NONE, .seen_at = NOON};
		plan_action(f, p, ACTION_ISSUE_TOKEN, 0)->expires_before = happened ? 9 : 0;
		run_begin(f, p);
		turn_leave(f, 0);
		fixture_close(f);
		f->now += HOUR;
		fixture_open(f, STATE_RUN);
		run_begin(f, NULL);
		fixture_load(f, &k);
		assert_int_equal(k.unknown_nr, 1);
		assert_int_equal(k.unknown[0].kind, ACTION_ISSUE_TOKEN);
		assert_int_equal(k.unknown[0].expires_before, happened ? 9 : 0);
		assert_string_equal(k.accounts[k.unknown[0].account].member_id, "m1");
		MUST(state_settle(f->s, k.unknown[0].row, happened, NULL, NOON + 77 * DAY, f->now, &f->e));
		assert_int_equal(loaded(f).state, happened ? TOKEN_LIVE : TOKEN_NONE);
		run_end(f, NULL);
	}
	token_is(loaded(f), (struct known_token){TOKEN_LIVE, true, NOON + 77 * DAY, f->now, 0, 0});
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, fixture_begin, fixture_end)
	const struct CMUnitTest tests[] = {
		T(what_a_plan_saw_is_kept),
		T(one_that_was_issued_is_ours),
		T(without_an_answer_it_ends_when_it_was_asked_to),
		T(a_renewal_is_no_mail),
		T(what_failed_leaves_the_memory),
		T(a_seat_begins_without_a_token_and_ends_it),
		T(an_unknown_one_is_settled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
