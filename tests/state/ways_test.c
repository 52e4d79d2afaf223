/* Adding members and onboarding: what is remembered of them. */
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

static void run_with(struct fixture *f, const struct plan *p, const struct run_end *end)
{
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	MUST(state_run_end(f->s, p, end, f->now, &f->e));
	fixture_close(f);
}

static void nothing_is_known_at_first(void **state)
{
	struct fixture *f = *state;
	struct known k;

	run_with(f, plan_begin(f), &(struct run_end){.seats_learnt = SEATS_UNKNOWN});
	k = loaded(f);
	assert_int_equal(k.trial.result, TRIAL_NONE);
	assert_null(k.trial.address);
	assert_int_equal(k.seats_told, 0);
}

/* It comes with the plan, not with the end of the run: a member is seen first only once. */
static void the_first_one_added_is_remembered_with_the_plan(void **state)
{
	static const enum trial_result results[] = {TRIAL_FAILED, TRIAL_PASSED, TRIAL_NONE,
						    TRIAL_NONE};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
		struct plan *p = plan_begin(f);
		struct known k;

		p->trial.result = results[i];
		p->trial.address = i < 3 ? "a@x.org" : NULL;
		fixture_open(f, STATE_RUN);
		run_begin(f, p);
		fixture_close(f);
		k = loaded(f);
		assert_int_equal(k.trial.result, results[i]);
		assert_true(str_eq(k.trial.address, p->trial.address));
	}
}

static void what_the_counters_told_lasts_a_day(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);

	p->seats.assigned = 3; /* fewer than were told: no reason to forget it */
	run_with(f, p, &(struct run_end){.seats_learnt = SEATS_UNKNOWN, .seats_told = 9});
	run_with(f, p, &(struct run_end){.seats_learnt = SEATS_UNKNOWN});
	assert_int_equal(loaded(f).seats_told, 9);
	f->now += DAY - 1;
	assert_int_equal(loaded(f).seats_told, 9);
	f->now += 1;
	assert_int_equal(loaded(f).seats_told, 0);
}

static void unavailable_parks_until_adopted(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct journal_end end = {.state = JOURNAL_FAILED, .unavailable = true};
	struct state_summary summary;
	struct known k;

	plan_account(f, p, "a@x.org");
	plan_action(f, p, ACTION_INVITE, 0);
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	MUST(state_turn(f->s, &(struct journal_turn){.ended = &end, .ended_nr = 1}, f->now, &f->e));
	run_end(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.accounts[0].parked, PARKED_UNAVAILABLE);
	assert_int_equal(k.accounts[0].parked_at, f->now);
	assert_int_equal(k.accounts[0].attempts, 0);
	MUST(state_summary(f->s, &f->a, &summary, &f->e));
	assert_int_equal(summary.parked, 1);
	run_whole(f, plan_known(f)); /* and a plan that leaves it so */
	fixture_load(f, &k);
	assert_int_equal(k.accounts[0].parked, PARKED_UNAVAILABLE);
	MUST(state_adopt(f->s, "a@x.org", "ann", f->now, &f->e));
	fixture_load(f, &k);
	assert_int_equal(k.accounts[0].parked, PARKED_NO);
	p = plan_known(f);
	p->accounts[0].memory.parked = PARKED_UNAVAILABLE;
	p->accounts[0].memory.parked_at = 7;
	run_whole(f, p);
	p = plan_known(f);
	assert_int_equal(p->accounts[0].memory.parked, PARKED_UNAVAILABLE);
	p->accounts[0].memory.parked = PARKED_ATTEMPTS; /* for another reason now */
	run_whole(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.accounts[0].parked, PARKED_ATTEMPTS);
}

/* One run that does this to the first account. */
static void run_done(struct fixture *f, enum action_kind kind, enum role role)
{
	struct plan *p = plan_known(f);

	plan_action(f, p, kind, 0)->role = role;
	run_whole(f, p);
	f->now += HOUR;
}

static void what_is_done_again_and_again_is_told(void **state)
{
	static const struct {
		enum action_kind kind;
		enum role role;
		size_t nr;      /* then so many things are told */
		unsigned times; /* of the first of them */
	} runs[] = {
		{ACTION_ASSIGN_SEAT, ROLE_NONE, 0, 0},
		{ACTION_ASSIGN_SEAT, ROLE_NONE, 1, 2},
		{ACTION_SET_ROLE, ROLE_ADMIN, 1, 2},
		{ACTION_ASSIGN_SEAT, ROLE_NONE, 1, 3},
		{ACTION_SET_ROLE, ROLE_MEMBER, 1, 3},
		{ACTION_SET_ROLE, ROLE_MEMBER, 2, 3},
		{ACTION_REVOKE_SEAT, ROLE_NONE, 1, 2},
		{ACTION_REVOKE_SEAT, ROLE_NONE, 2, 2},
	};
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct known k;

	plan_account(f, p, "a@x.org")->memory.member_id = "m1";
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		run_done(f, runs[i].kind, runs[i].role);
		fixture_load(f, &k);
		assert_int_equal(k.redone_nr, runs[i].nr);
		if (runs[i].nr)
			assert_int_equal(k.redone[0].times, runs[i].times);
	}
	assert_int_equal(k.redone[0].kind, ACTION_REVOKE_SEAT);
	assert_int_equal(k.redone[1].kind, ACTION_SET_ROLE);
	assert_int_equal(k.redone[1].role, ROLE_MEMBER);
	f->now += REDONE_SECONDS;
	fixture_load(f, &k);
	assert_int_equal(k.redone_nr, 0);
}

static void of_two_members_each_counts_alone(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct known k;

	plan_account(f, p, "a@x.org")->memory.member_id = "m1";
	plan_account(f, p, "b@x.org")->memory.member_id = "m2";
	fixture_open(f, STATE_RUN);
	for (int i = 0; i < 2; i++) {
		p = i ? plan_known(f) : p;
		plan_action(f, p, ACTION_ASSIGN_SEAT, 1);
		if (!i)
			plan_action(f, p, ACTION_ASSIGN_SEAT, 0);
		run_whole(f, p);
	}
	fixture_load(f, &k);
	assert_int_equal(k.redone_nr, 1);
	assert_int_equal(k.redone[0].account, 1);
}

/* Not while a list may still show them; not for ever; and not who was not removed after all. */
static void whom_we_removed_is_told_for_a_while(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct known k;

	plan_account(f, p, "a@x.org")->memory.member_id = "m1";
	plan_account(f, p, "b@x.org")->memory.member_id = "m2";
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.removed_nr, 0);
	p = plan_known(f);
	plan_action(f, p, ACTION_REMOVE_MEMBER, 1);
	plan_action(f, p, ACTION_REVOKE_SEAT, 0);
	run_whole(f, p);
	f->now += LIST_LAG - 1;
	fixture_load(f, &k);
	assert_int_equal(k.removed_nr, 0);
	f->now += MINUTE;
	fixture_load(f, &k);
	assert_int_equal(k.removed_nr, 1);
	assert_string_equal(k.removed[0], "b@x.org");
	assert_null(k.removed[1]);
	f->now += REDONE_SECONDS;
	fixture_load(f, &k);
	assert_int_equal(k.removed_nr, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_known_at_first, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(the_first_one_added_is_remembered_with_the_plan,
						fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(what_the_counters_told_lasts_a_day, fixture_begin,
						fixture_end),
		cmocka_unit_test_setup_teardown(what_is_done_again_and_again_is_told, fixture_begin,
						fixture_end),
		cmocka_unit_test_setup_teardown(whom_we_removed_is_told_for_a_while, fixture_begin,
						fixture_end),
		cmocka_unit_test_setup_teardown(of_two_members_each_counts_alone, fixture_begin,
						fixture_end),
		cmocka_unit_test_setup_teardown(unavailable_parks_until_adopted, fixture_begin,
						fixture_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
