/* What the platform refused a person: counted, remembered, over. */
#include "fixture.h"

#include <string.h>

static struct known loaded(struct fixture *f)
{
	struct known k;

	fixture_open(f, STATE_READ);
	fixture_load(f, &k);
	fixture_close(f);
	return k;
}

/* One run of this plan, whose only action ends like this. */
static void run_ending(struct fixture *f, const struct plan *p, const struct journal_end *end)
{
	const struct journal_turn turn = {.ended = end, .ended_nr = 1};

	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	MUST(state_turn(f->s, &turn, f->now, &f->e));
	run_end(f, p);
	fixture_close(f);
	f->now += HOUR;
}

static const struct journal_end no = {
	.state = JOURNAL_FAILED, .refused = true, .text = "email is blocked"};

static struct plan *plan_again(struct fixture *f)
{
	struct plan *p;

	fixture_open(f, STATE_READ);
	p = plan_known(f);
	fixture_close(f);
	return p;
}

/* Ann is known, and was refused an invitation so often. */
static struct plan *refused(struct fixture *f, unsigned times)
{
	struct plan *p = plan_begin(f);

	plan_account(f, p, "ann@x.org");
	for (unsigned i = 0; i < times; i++) {
		struct action *act = plan_action(f, p, ACTION_INVITE, 0);

		act->role = ROLE_MEMBER;
		run_ending(f, p, &no);
		p = plan_again(f);
	}
	return p;
}

static void refusals_are_counted_in_a_row(void **state)
{
	struct fixture *f = *state;
	const utc start = f->now;
	struct known k;

	refused(f, 3);
	k = loaded(f);
	assert_int_equal(k.refusals_nr, 1);
	assert_int_equal(k.refusals[0].account, 0);
	assert_int_equal(k.refusals[0].kind, ACTION_INVITE);
	assert_int_equal(k.refusals[0].role, ROLE_MEMBER);
	assert_int_equal(k.refusals[0].times, 3);
	assert_int_equal(k.refusals[0].since, start);
	assert_int_equal(k.refusals[0].at, start + 2 * HOUR);
	assert_string_equal(k.refusals[0].address, "ann@x.org");
	assert_string_equal(k.refusals[0].text, "email is blocked");
}

/* The plan could not tell what is wanted, and so let go of nothing. */
static void of_another_address_or_role_it_begins_anew(void **state)
{
	struct fixture *f = *state;
	struct plan *p = refused(f, 2);
	struct action *act = plan_action(f, p, ACTION_INVITE, 0);
	struct known k;

	act->role = ROLE_MEMBER;
	act->email = act->address = "lee@x.org";
	run_ending(f, p, &no);
	k = loaded(f);
	assert_int_equal(k.refusals_nr, 1);
	assert_string_equal(k.refusals[0].address, "lee@x.org");
	assert_int_equal(k.refusals[0].times, 1);
	assert_int_equal(k.refusals[0].since, k.refusals[0].at);
	p = plan_again(f);
	act = plan_action(f, p, ACTION_INVITE, 0);
	act->role = ROLE_ADMIN;
	act->email = act->address = "lee@x.org";
	run_ending(f, p, &no);
	k = loaded(f);
	assert_int_equal(k.refusals[0].role, ROLE_ADMIN);
	assert_int_equal(k.refusals[0].times, 1);
}

/* A seat is the same one, whatever the address. */
static void a_seat_is_refused_to_the_person(void **state)
{
	struct fixture *f = *state;
	struct plan *p = refused(f, 0);
	struct known k;

	for (unsigned i = 0; i < 2; i++) {
		struct action *act = plan_action(f, p, ACTION_ASSIGN_SEAT, 0);

		if (i)
			act->email = act->address = "lee@x.org";
		run_ending(f, p, &no);
		p = plan_again(f);
	}
	k = loaded(f);
	assert_int_equal(k.refusals[0].times, 2);
	assert_true(k.refusals[0].since < k.refusals[0].at);
}

/* Failures that say nothing about her, what is done, and what another action comes to. */
static void only_a_clear_no_counts(void **state)
{
	static const struct journal_end others[] = {
		{.state = JOURNAL_FAILED, .text = "no right"},
		{.state = JOURNAL_SENT, .refused = true}, /* it is looked for */
		{.state = JOURNAL_TODO, .refused = true},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct plan *p = plan_begin(f);

		plan_account(f, p, "ann@x.org");
		plan_action(f, p, ACTION_INVITE, 0);
		run_ending(f, p, &others[i]);
		assert_int_equal(loaded(f).refusals_nr, 0);
	}
}

static void of_each_account_and_action_by_itself(void **state)
{
	struct fixture *f = *state;
	struct plan *p = refused(f, 2);
	struct known k;

	plan_account(f, p, "bob@x.org");
	plan_action(f, p, ACTION_SET_ROLE, 0)->role = ROLE_ADMIN;
	run_ending(f, p, &no);
	p = plan_again(f);
	plan_action(f, p, ACTION_INVITE, 1);
	run_ending(f, p, &no);
	k = loaded(f);
	assert_int_equal(k.refusals_nr, 3);
	assert_int_equal(k.refusals[0].account + k.refusals[1].account, 0);
	assert_int_equal(k.refusals[0].times + k.refusals[1].times, 3);
	assert_int_equal(k.refusals[2].account, 1);
	assert_int_equal(k.refusals[2].times, 1);
}

static void done_ends_it(void **state)
{
	struct fixture *f = *state;
	struct plan *p = refused(f, 2);

	plan_action(f, p, ACTION_SET_ROLE, 0);
	run_ending(f, p, &(struct journal_end){.state = JOURNAL_DONE});
	assert_int_equal(loaded(f).refusals_nr, 1);
	p = plan_again(f);
	plan_action(f, p, ACTION_INVITE, 0);
	run_ending(f, p, &(struct journal_end){.state = JOURNAL_DONE});
	assert_int_equal(loaded(f).refusals_nr, 0);
}

/* The answer was lost, and a later reading shows it. */
static void found_done_ends_it(void **state)
{
	struct fixture *f = *state;
	struct plan *p = refused(f, 2);
	struct known k;

	plan_action(f, p, ACTION_INVITE, 0);
	run_ending(f, p, &(struct journal_end){.state = JOURNAL_SENT});
	fixture_open(f, STATE_RUN);
	MUST(state_run_begin(f->s, "sync", "c0ffee", "unit:seatsync", f->now, &f->e));
	fixture_load(f, &k);
	assert_int_equal(k.refusals_nr, 1);
	MUST(state_settle(f->s, k.unknown[0].row, true, NULL, 0, f->now, &f->e));
	fixture_load(f, &k);
	assert_int_equal(k.refusals_nr, 0);
	fixture_close(f);
}

static void the_plan_ends_it(void **state)
{
	struct fixture *f = *state;
	struct plan *p = refused(f, 2);
	int64_t row = loaded(f).refusals[0].row;

	p->over = &row;
	p->over_nr = 1;
	fixture_open(f, STATE_RUN);
	run_begin(f, p); /* with the plan, not with the end of the run */
	fixture_close(f);
	assert_int_equal(loaded(f).refusals_nr, 0);
}

static void it_goes_with_the_account(void **state)
{
	struct fixture *f = *state;
	struct plan *p = refused(f, 2);

	p->accounts[0].forget = true;
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	fixture_close(f);
	assert_int_equal(loaded(f).accounts_nr, 0);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM refusal"), 0);
}

static void invitations_show_it(void **state)
{
	struct fixture *f = *state;
	struct plan *p = refused(f, 2);
	struct invitation_row *rows;
	size_t nr;

	plan_action(f, p, ACTION_SET_ROLE, 0);
	run_ending(f, p, &no);
	p = plan_again(f);
	plan_account(f, p, "bob@x.org");
	plan_action(f, p, ACTION_INVITE, 1);
	run_ending(f, p, &(struct journal_end){.state = JOURNAL_DONE, .invitation_id = "i-1"});
	p = plan_again(f);
	plan_action(f, p, ACTION_REISSUE_INVITATION, 1);
	run_ending(f, p, &no);
	fixture_open(f, STATE_READ);
	MUST(state_invitations(f->s, &f->a, &rows, &nr, &f->e));
	assert_int_equal(nr, 2);
	assert_string_equal(rows[0].email, "bob@x.org");
	assert_true(rows[0].made);
	assert_int_equal(rows[0].refused, 1);
	assert_string_equal(rows[1].email, "ann@x.org");
	assert_false(rows[1].made);
	assert_int_equal(rows[1].refused, 2);
	assert_string_equal(rows[1].refused_text, "email is blocked");
	fixture_close(f);
}

/* A state of version 9 knows of none; what it knows stays. */
static void an_older_state_gets_its_place(void **state)
{
	struct fixture *f = *state;

	refused(f, 1);
	fixture_sql(f, "DROP TABLE refusal; ALTER TABLE memory DROP COLUMN seats_left;"
		       " PRAGMA user_version = 9");
	fixture_open(f, STATE_RUN);
	fixture_close(f);
	assert_int_equal(loaded(f).accounts_nr, 1);
	assert_int_equal(loaded(f).refusals_nr, 0);
	assert_int_equal(loaded(f).seats_left, SEATS_UNKNOWN);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, fixture_begin, fixture_end)
	const struct CMUnitTest tests[] = {
		T(refusals_are_counted_in_a_row),
		T(of_another_address_or_role_it_begins_anew),
		T(a_seat_is_refused_to_the_person), T(only_a_clear_no_counts),
		T(of_each_account_and_action_by_itself), T(done_ends_it), T(found_done_ends_it),
		T(the_plan_ends_it), T(it_goes_with_the_account), T(invitations_show_it),
		T(an_older_state_gets_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
