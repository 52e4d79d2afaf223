/* Plans out of files: each is remembered with what it did, for ever. */
#include "tests/state/fixture.h"

#include <string.h>

static const struct plan_file file = {.id = "p-1", .digest = "abc", .created_at = NOON - DAY};

static struct applied_row applied(struct fixture *f, const char *id)
{
	struct applied_row row;

	MUST(state_applied(f->s, &f->a, id, &row, &f->e));
	return row;
}

static struct history_row last(struct fixture *f)
{
	const struct history_filter filter = {.event = "plan", .limit = 1};
	struct history_row *rows;
	size_t nr;

	MUST(state_history(f->s, &f->a, &filter, &rows, &nr, &f->e));
	assert_int_equal(nr, 1);
	return rows[0];
}

static struct plan *invite(struct fixture *f)
{
	struct plan *p = plan_begin(f);

	plan_account(f, p, "ada@x.org");
	plan_action(f, p, ACTION_INVITE, 0);
	return p;
}

static void it_is_remembered_with_who_and_when(void **state)
{
	struct fixture *f = *state;
	struct plan *p = invite(f);
	struct applied_row row;

	fixture_open(f, STATE_RUN);
	assert_int_equal(applied(f, "p-1").at, 0);
	run_begin(f, NULL);
	MUST(state_run_saved(f->s, p, &file, f->now, &f->e));
	run_end(f, p);
	row = applied(f, "p-1");
	assert_int_equal(row.at, NOON);
	assert_int_equal(row.run, 1);
	assert_string_equal(row.actor, "unit:seatsync");
	assert_int_equal(applied(f, "p-2").at, 0);
	assert_string_equal(last(f).result, "applied");
	assert_string_equal(last(f).actor, "unit:seatsync");
	assert_string_equal(last(f).text, "p-1 of 2026-11-22T12:00:00Z, sha256 abc");
	fixture_close(f);
}

/* Together with the journal or not at all. */
static void one_transaction_with_the_plan(void **state)
{
	struct fixture *f = *state;
	struct plan *p = invite(f);

	fixture_open(f, STATE_RUN);
	run_begin(f, NULL);
	fixture_sql(f, "CREATE TRIGGER no_journal BEFORE INSERT ON journal BEGIN"
		       " SELECT RAISE(ABORT, 'no'); END");
	assert_int_equal(state_run_saved(f->s, p, &file, f->now, &f->e), -1);
	fixture_close(f);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM applied_plan"), 0);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM history WHERE event = 'plan'"), 0);
	fixture_sql(f, "DROP TRIGGER no_journal");
	fixture_open(f, STATE_RUN);
	run_begin(f, NULL);
	MUST(state_run_saved(f->s, p, &file, f->now, &f->e));
	fixture_close(f); /* died before anything was sent */
	fixture_open(f, STATE_RUN);
	assert_int_equal(applied(f, "p-1").at, NOON);
	run_begin(f, NULL);
	assert_int_equal(state_run_saved(f->s, p, &file, f->now, &f->e), -1);
	fixture_close(f);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM journal WHERE state = 'todo'"), 0);
}

static void a_refusal_does_not_use_it_up(void **state)
{
	struct fixture *f = *state;
	size_t links;

	fixture_open(f, STATE_RUN);
	run_begin(f, NULL);
	MUST(state_saved_refused(f->s, &file, "1 new", f->now, &f->e));
	run_end(f, NULL);
	assert_int_equal(applied(f, "p-1").at, 0);
	assert_string_equal(last(f).result, "refused");
	assert_string_equal(last(f).text, "p-1 of 2026-11-22T12:00:00Z, sha256 abc: 1 new");
	MUST(state_history_verify(f->s, &links, &f->e));
	fixture_close(f);
}

/* Trimming takes the run and the link, and not this. */
static void it_is_never_forgotten(void **state)
{
	struct fixture *f = *state;
	struct plan *p = invite(f);

	fixture_open(f, STATE_RUN);
	run_begin(f, NULL);
	MUST(state_run_saved(f->s, p, &file, f->now, &f->e));
	run_end(f, p);
	f->now += 900 * DAY;
	run_whole(f, plan_known(f));
	run_whole(f, plan_known(f));
	fixture_close(f);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM history WHERE event = 'plan'"), 0);
	fixture_open(f, STATE_RUN);
	assert_int_equal(applied(f, "p-1").at, NOON);
	fixture_close(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_remembered_with_who_and_when),
		TEST(one_transaction_with_the_plan),
		TEST(a_refusal_does_not_use_it_up),
		TEST(it_is_never_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
