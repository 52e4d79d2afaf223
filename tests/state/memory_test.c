/* What is written comes back; what is forgotten does not. */
#include "fixture.h"

#include <stdio.h>

static void empty_is_fresh(void **state)
{
	struct fixture *f = *state;
	struct known k;

	fixture_open(f, STATE_RUN);
	fixture_load(f, &k);
	assert_true(k.fresh);
	assert_null(k.accepted_config);
	assert_int_equal(k.accounts_nr + k.people_nr + k.invitations_nr + k.groups_nr + k.holds_nr +
				 k.unknown_nr + k.mails_24h,
			 0);
	assert_int_equal(k.seats_learnt, SEATS_UNKNOWN);
	assert_null(k.adopt[0]);
	assert_null(k.lost_24h[0]);
}

static const struct known_account full = {
	.email = "Ann.O'Neil@Example.com",
	.address = "ann.o'neil@example.com",
	.member_id = "0b1c-\xc3\xa9'); DROP TABLE account; --",
	.managed = true,
	.parked = PARKED_ELSEWHERE,
	.attempts = 2,
	.parked_at = NOON - 5,
	.leaving_since = NOON - 7,
	.leaving_runs = 3,
	.waiting_since = NOON - 9,
	.front = true,
	.gone_since = NOON - 11,
	.role_tried = ROLE_BILLING_MANAGER,
};

static void account_equal(const struct known_account *a, const struct known_account *b)
{
	assert_string_equal(a->email, b->email);
	assert_string_equal(a->address, b->address);
	assert_true(str_eq(a->member_id, b->member_id));
	assert_int_equal(a->managed, b->managed);
	assert_int_equal(a->parked, b->parked);
	assert_int_equal(a->attempts, b->attempts);
	assert_int_equal(a->parked_at, b->parked_at);
	assert_int_equal(a->leaving_since, b->leaving_since);
	assert_int_equal(a->leaving_runs, b->leaving_runs);
	assert_int_equal(a->waiting_since, b->waiting_since);
	assert_int_equal(a->front, b->front);
	assert_int_equal(a->gone_since, b->gone_since);
	assert_int_equal(a->role_tried, b->role_tried);
}

/* Every field, with SQL in them (fault H11), survives a close. */
static void every_field_comes_back(void **state)
{
	static const struct known_invitation sent = {
		"inv'1", "Ann@Example.com", "ann@example.com", 0, ROLE_ADMIN, NOON - 3, NOON + 3};
	static const struct person_ref people[] = {{"corp", "\"; --"}, {"idp", "2%00"}};
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct plan_account *account = plan_account(f, p, "x");
	struct known k;

	account->memory = full;
	account->invitation = &sent;
	account->people = people;
	account->people_nr = 2;
	p->groups = (struct known_group[]){{"corp", "g'1", "Data \"science\"", "data-*", true},
					   {"idp", "g2", NULL, "x", false}};
	p->groups_nr = 2;
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	fixture_close(f);
	fixture_open(f, STATE_READ);
	fixture_load(f, &k);
	assert_false(k.fresh);
	assert_int_equal(k.last_time, f->now);
	assert_int_equal(k.last_run, 1);
	assert_int_equal(k.accounts_nr, 1);
	account_equal(&k.accounts[0], &full);
	assert_int_equal(k.people_nr, 2);
	assert_string_equal(k.people[0].id, "\"; --");
	assert_string_equal(k.people[1].directory, "idp");
	assert_int_equal(k.invitations_nr, 1);
	assert_string_equal(k.invitations[0].id, "inv'1");
	assert_string_equal(k.invitations[0].email, "Ann@Example.com");
	assert_string_equal(k.invitations[0].address, "ann@example.com");
	assert_int_equal(k.invitations[0].role, ROLE_ADMIN);
	assert_int_equal(k.invitations[0].sent_at, NOON - 3);
	assert_int_equal(k.invitations[0].expires_at, NOON + 3);
	assert_int_equal(k.groups_nr, 2);
	assert_string_equal(k.groups[0].name, "Data \"science\"");
	assert_true(k.groups[0].had_members);
	assert_null(k.groups[1].name);
	assert_string_equal(k.groups[1].selector, "x");
}

/* The memory of an account is what the last plan says, field by field. */
static void every_change_is_written(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct known k;

	plan_account(f, p, "a@x.org");
	plan_account(f, p, "b@x.org");
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	for (int field = 0; field < 12; field++) {
		struct known_account *m;

		p = plan_known(f);
		m = &p->accounts[1].memory;
		switch (field) {
		case 0: m->email = "B@x.org"; break;
		case 1: m->address = "b2@x.org"; break;
		case 2: m->member_id = "m"; break;
		case 3: m->managed = false; break;
		case 4: m->parked = PARKED_REMOVED; break;
		case 5: m->attempts = 7; break;
		case 6: m->parked_at = 8; break;
		case 7: m->gone_since = 9; break;
		case 8: m->role_tried = ROLE_ADMIN; break;
		case 9: m->leaving_since = 10; m->leaving_runs = 1; break;
		case 10: m->waiting_since = 11; break;
		case 11: m->front = true; break;
		}
		run_whole(f, p);
		fixture_load(f, &k);
		account_equal(&k.accounts[1], &p->accounts[1].memory);
		assert_string_equal(k.accounts[0].address, "a@x.org");
	}
	p = plan_known(f);
	p->accounts[0].people = (struct person_ref[]){{"idp", "other"}};
	run_whole(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.people_nr, 2);
	assert_string_equal(k.people[0].id, "other");
}

static void unchanged_is_not_rewritten(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	int64_t pages;

	plan_account(f, p, "a@x.org")->memory = full;
	p->accounts[0].invitation = &(struct known_invitation){"i", "a", "a", 0, ROLE_MEMBER, 1, 2};
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	fixture_sql(f, "CREATE TRIGGER a AFTER UPDATE ON account BEGIN SELECT RAISE(ABORT, 'a'); END;"
		       "CREATE TRIGGER i AFTER UPDATE ON invitation BEGIN SELECT RAISE(ABORT, 'i'); END;"
		       "CREATE TRIGGER p AFTER INSERT ON person BEGIN SELECT RAISE(ABORT, 'p'); END;");
	pages = fixture_number(f, "SELECT count(*) FROM history");
	run_whole(f, plan_known(f));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM history"), pages + 2);
}

/* A person moves from one account to another in one plan. */
static void links_move(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	const struct person_ref *a, *b;
	struct known k;

	plan_account(f, p, "a@x.org");
	plan_account(f, p, "b@x.org");
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	p = plan_known(f);
	a = p->accounts[0].people;
	b = p->accounts[1].people;
	p->accounts[0].people = b;
	p->accounts[1].people = a;
	run_whole(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.people_nr, 2);
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(k.people[i].id, k.people[i].account ? a->id : b->id);
}

static void forgotten_accounts_go(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct known k;

	plan_account(f, p, "a@x.org");
	plan_account(f, p, "b@x.org");
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	p = plan_known(f);
	p->accounts[0].forget = true;
	plan_account(f, p, "c@x.org");
	plan_account(f, p, "never@x.org")->forget = true;
	plan_account(f, p, "d@x.org")->memory.waiting_since = 4;
	run_whole(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.accounts_nr, 3);
	assert_string_equal(k.accounts[0].address, "b@x.org");
	assert_string_equal(k.accounts[2].address, "d@x.org");
	assert_int_equal(k.accounts[2].waiting_since, 4);
	assert_int_equal(k.people_nr, 3);
}

/* A plan made before an account went is refused whole. */
static void stale_plan_is_refused(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f), *stale;

	plan_account(f, p, "a@x.org");
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	stale = plan_known(f);
	p = plan_known(f);
	p->accounts[0].forget = true;
	run_whole(f, p);
	run_begin(f, NULL);
	REFUSED(state_run_plan(f->s, stale, f->now, &f->e), ERR_FAILED, "no longer there");
}

/* A killed run counts nothing: counters are those of runs that ended and counted. */
static void counters_wait_for_the_end(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct run_end uncounted = {.seats_learnt = SEATS_UNKNOWN, .keep = 400 * DAY};
	struct known k;

	plan_account(f, p, "a@x.org");
	p->accounts[0].memory = full;
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	fixture_close(f); /* killed */
	fixture_open(f, STATE_RUN);
	fixture_load(f, &k);
	assert_int_equal(k.accounts[0].attempts, 2);
	assert_int_equal(k.accounts[0].leaving_since, 0);
	assert_int_equal(k.accounts[0].leaving_runs, 0);
	assert_int_equal(k.accounts[0].waiting_since, 0);
	assert_false(k.accounts[0].front);
	p = plan_known(f);
	p->accounts[0].memory.leaving_runs = 5;
	run_begin(f, p);
	MUST(state_run_end(f->s, p, &uncounted, f->now, &f->e));
	fixture_load(f, &k);
	assert_int_equal(k.accounts[0].leaving_runs, 0);
	run_whole(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.accounts[0].leaving_runs, 5);
}

static void adopt_is_a_wish_until_bound(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct known k;

	fixture_open(f, STATE_RUN);
	MUST(state_adopt(f->s, "new@x.org", "root", f->now, &f->e));
	MUST(state_adopt(f->s, "never@x.org", "root", f->now, &f->e));
	plan_account(f, p, "other@x.org");
	run_whole(f, p);
	fixture_load(f, &k);
	assert_string_equal(k.adopt[0], "never@x.org");
	assert_string_equal(k.adopt[1], "new@x.org");
	assert_null(k.adopt[2]);
	p = plan_known(f);
	plan_account(f, p, "new@x.org")->adopted = true;
	run_whole(f, p);
	fixture_load(f, &k);
	assert_string_equal(k.adopt[0], "never@x.org");
	assert_null(k.adopt[1]);
	MUST(state_forget(f->s, "never@x.org", "root", f->now, &f->e));
	fixture_load(f, &k);
	assert_null(k.adopt[0]);
}

static void adopt_unparks_and_forget_lets_go(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct known k;

	plan_account(f, p, "x")->memory = full;
	p->accounts[0].memory.managed = false;
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	MUST(state_adopt(f->s, full.address, "root", f->now, &f->e));
	fixture_load(f, &k);
	assert_true(k.accounts[0].managed);
	assert_int_equal(k.accounts[0].parked, PARKED_NO);
	assert_int_equal(k.accounts[0].attempts, 0);
	assert_int_equal(k.accounts[0].parked_at, 0);
	MUST(state_forget(f->s, full.address, "root", f->now, &f->e));
	fixture_load(f, &k);
	assert_false(k.accounts[0].managed);
	assert_null(k.adopt[0]);
	REFUSED(state_forget(f->s, full.address, "root", f->now, &f->e), ERR_REFUSED, "nobody");
}

static void config_is_accepted_by_a_run_that_ends(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct run_end failed = {.status = STATUS_FAILED, .error = "stopped", .fingerprint = "new",
				 .seats_learnt = SEATS_UNKNOWN, .keep = 400 * DAY};
	struct known k;

	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	fixture_load(f, &k);
	assert_null(k.accepted_config);
	p->config_accepted = true;
	run_begin(f, p);
	MUST(state_run_end(f->s, p, &failed, f->now, &f->e));
	fixture_load(f, &k);
	assert_null(k.accepted_config);
	run_whole(f, p);
	fixture_load(f, &k);
	assert_string_equal(k.accepted_config, "print");
}

static void seats_are_learnt_for_a_day(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct run_end learnt = {.seats_learnt = 7, .seats_left = 7, .keep = 400 * DAY};
	struct run_end freed = {.seats_learnt = SEATS_UNKNOWN, .seats_left = 6, .keep = 400 * DAY};
	struct known k;

	p->seats.assigned = 6;
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	MUST(state_run_end(f->s, p, &learnt, f->now, &f->e));
	fixture_load(f, &k);
	assert_int_equal(k.seats_learnt, 7);
	p->seats.assigned = 7;
	run_whole(f, p);
	f->now += DAY - 1;
	fixture_load(f, &k);
	assert_int_equal(k.seats_learnt, 7);
	f->now++;
	fixture_load(f, &k);
	assert_int_equal(k.seats_learnt, SEATS_UNKNOWN);
	f->now -= HOUR;
	run_begin(f, p);
	MUST(state_run_end(f->s, p, &freed, f->now, &f->e)); /* a seat, by ourselves */
	fixture_load(f, &k);
	assert_int_equal(k.seats_learnt, 7);
	assert_int_equal(k.seats_left, 6);
	p->seats.assigned = 6;
	run_whole(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.seats_learnt, 7);
	p->seats.assigned = 5; /* and one by another hand */
	run_whole(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.seats_learnt, SEATS_UNKNOWN);
	assert_int_equal(k.seats_left, 5);
}

/*
 * What an earlier process wrote last, whatever this run has written so far.  A
 * clock that ran ahead once does not stop time for ever (fault X6).
 */
static void last_time_is_of_the_last_change(void **state)
{
	struct fixture *f = *state;
	struct known k;

	f->now = NOON + 3650 * (utc)DAY;
	fixture_open(f, STATE_RUN);
	run_whole(f, plan_begin(f));
	for (int i = 0; i < 2; i++) {
		fixture_close(f);
		f->now = NOON;
		fixture_open(f, STATE_RUN);
		run_begin(f, NULL);
		fixture_load(f, &k);
		assert_int_equal(k.last_time, i ? NOON : NOON + 3650 * (utc)DAY);
		run_end(f, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)
		T(empty_is_fresh),
		T(every_field_comes_back),
		T(every_change_is_written),
		T(unchanged_is_not_rewritten),
		T(links_move),
		T(forgotten_accounts_go),
		T(stale_plan_is_refused),
		T(counters_wait_for_the_end),
		T(adopt_is_a_wish_until_bound),
		T(adopt_unparks_and_forget_lets_go),
		T(config_is_accepted_by_a_run_that_ends),
		T(seats_are_learnt_for_a_day),
		T(last_time_is_of_the_last_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
