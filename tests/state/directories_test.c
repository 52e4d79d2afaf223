/* How large a directory was; and a state of the version before that knew it. */
#include "tests/state/fixture.h"

static void directories_set(struct fixture *f, struct plan *p, enum completeness list,
			    size_t people)
{
	p->directories = arena_array(&f->a, 2, sizeof *p->directories);
	p->directories[0] = (struct plan_directory){.name = "corp", .people = 7};
	p->directories[1] =
		(struct plan_directory){.name = "list", .state = list, .people = people};
	p->directories_nr = 2;
}

static struct known loaded(struct fixture *f)
{
	struct known k;

	fixture_open(f, STATE_READ);
	fixture_load(f, &k);
	fixture_close(f);
	return k;
}

static void run_one(struct fixture *f, struct plan *p)
{
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	fixture_close(f);
}

static void only_whole_readings_count(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct known k;

	directories_set(f, p, COMPLETE, 100);
	run_one(f, p);
	k = loaded(f);
	assert_int_equal(k.directories_nr, 2);
	assert_string_equal(k.directories[0].name, "corp");
	assert_int_equal(k.directories[0].people, 7);
	assert_int_equal(k.directories[1].people, 100);
	directories_set(f, p, PARTIAL, 20);
	run_one(f, p);
	assert_int_equal(loaded(f).directories[1].people, 100);
	directories_set(f, p, FAILED, 0);
	run_one(f, p);
	assert_int_equal(loaded(f).directories[1].people, 100);
	directories_set(f, p, COMPLETE, 60);
	run_one(f, p);
	assert_int_equal(loaded(f).directories[1].people, 60);
	p->directories_nr = 1; /* not configured any more */
	run_one(f, p);
	assert_int_equal(loaded(f).directories_nr, 1);
}

static void an_older_state_is_brought_up_to_date(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);

	plan_account(f, p, "ada@example.com")->memory.managed = true;
	run_one(f, p);
	fixture_sql(f, "DROP TABLE refusal; DROP TABLE applied_plan; DROP TABLE known_directory;"
		       " DROP TABLE whereabouts;"
		       " ALTER TABLE account DROP COLUMN token;"
		       " ALTER TABLE account DROP COLUMN token_ours;"
		       " ALTER TABLE account DROP COLUMN token_expires_at;"
		       " ALTER TABLE account DROP COLUMN token_seen_at;"
		       " ALTER TABLE account DROP COLUMN token_mailed_at;"
		       " ALTER TABLE account DROP COLUMN token_mails; ALTER TABLE run DROP COLUMN config;"
		       " ALTER TABLE account DROP COLUMN unavailable;"
		       " ALTER TABLE memory DROP COLUMN trial;"
		       " ALTER TABLE memory DROP COLUMN trial_address;"
		       " ALTER TABLE memory DROP COLUMN seats_told;"
		       " ALTER TABLE memory DROP COLUMN seats_told_at;"
		       " ALTER TABLE memory DROP COLUMN seats_left;"
		       " ALTER TABLE journal DROP COLUMN reason;"
		       " ALTER TABLE outlook DROP COLUMN wants_seat;"
		       " ALTER TABLE run DROP COLUMN stopped;"
		       " ALTER TABLE hold_person DROP COLUMN losses; PRAGMA user_version = 1");
	REFUSED(state_open(&f->s, f->path, "acme", STATE_READ, f->now, &f->e), ERR_FAILED,
		"older seatsync");
	f->s = NULL;
	fixture_open(f, STATE_RUN);
	fixture_close(f);
	assert_int_equal(loaded(f).accounts_nr, 1);
	assert_int_equal(loaded(f).directories_nr, 0);
	assert_int_equal(fixture_number(f, "PRAGMA user_version"), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_whole_readings_count, fixture_begin,
						fixture_end),
		cmocka_unit_test_setup_teardown(an_older_state_is_brought_up_to_date, fixture_begin,
						fixture_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
