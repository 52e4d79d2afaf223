#include "fixture.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fixture_begin(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	snprintf(f->folder, sizeof f->folder, "%s/seatsync-state-XXXXXX",
		 access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof f->path, "%s/acme.db", f->folder);
	f->now = NOON;
	*state = f;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

int fixture_end(void **state)
{
	struct fixture *f = *state;

	fixture_close(f);
	nftw(f->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	arena_free(&f->a);
	free(f);
	return 0;
}

void fixture_open(struct fixture *f, enum state_mode mode)
{
	MUST(state_open(&f->s, f->path, "acme", mode, f->now, &f->e));
}

void fixture_close(struct fixture *f)
{
	state_close(f->s);
	f->s = NULL;
}

void fixture_load(struct fixture *f, struct known *known)
{
	MUST(state_load(f->s, &f->a, f->now, known, &f->e));
}

void fixture_sql(struct fixture *f, const char *sql)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why))
		fail_msg("%s: %s", sql, why);
	sqlite3_close(db);
}

static int number_take(void *out, int columns, char **values, char **names)
{
	(void)columns, (void)names;
	*(int64_t *)out = values[0] ? strtoll(values[0], NULL, 10) : -1;
	return 0;
}

int64_t fixture_number(struct fixture *f, const char *sql)
{
	sqlite3 *db;
	int64_t number = -1;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, number_take, &number, NULL), SQLITE_OK);
	sqlite3_close(db);
	return number;
}

/* ---- plans --------------------------------------------------------------------- */

struct plan *plan_begin(struct fixture *f)
{
	struct plan *p = arena_alloc(&f->a, sizeof *p);

	p->id = arena_printf(&f->a, "plan-%lld", (long long)f->now);
	p->organization = "acme";
	p->created_at = f->now;
	p->seats = (struct plan_seats){.total = 10, .free = 10, .free_after = 10};
	p->actions = arena_array(&f->a, PLAN_ITEMS_MAX, sizeof *p->actions);
	p->held = arena_array(&f->a, PLAN_ITEMS_MAX, sizeof *p->held);
	p->holds = arena_array(&f->a, PLAN_ITEMS_MAX, sizeof *p->holds);
	p->accounts = arena_array(&f->a, PLAN_ITEMS_MAX, sizeof *p->accounts);
	return p;
}

struct plan_account *plan_account(struct fixture *f, struct plan *p, const char *address)
{
	struct plan_account *account = &p->accounts[p->accounts_nr++];
	struct person_ref *person = arena_alloc(&f->a, sizeof *person);

	assert_true(p->accounts_nr <= PLAN_ITEMS_MAX);
	*person = (struct person_ref){"corp", arena_printf(&f->a, "id of %s", address)};
	account->memory.email = account->memory.address = address;
	account->memory.managed = true;
	account->people = person;
	account->people_nr = 1;
	account->decision = "in a rule's group";
	return account;
}

static void account_take(struct fixture *f, struct plan *p, const struct known *k, size_t i)
{
	struct plan_account *account = &p->accounts[p->accounts_nr++];
	struct person_ref *people = arena_array(&f->a, k->people_nr, sizeof *people);

	account->memory = k->accounts[i];
	account->decision = "in a rule's group";
	account->people = people;
	for (size_t j = 0; j < k->people_nr; j++)
		if (k->people[j].account == i)
			people[account->people_nr++] = (struct person_ref){
				k->people[j].directory, k->people[j].id};
	for (size_t j = 0; j < k->invitations_nr; j++)
		if (k->invitations[j].account == i)
			account->invitation = &k->invitations[j];
}

struct plan *plan_known(struct fixture *f)
{
	struct plan *p = plan_begin(f);
	struct known k;

	fixture_load(f, &k);
	assert_true(k.accounts_nr <= PLAN_ITEMS_MAX);
	for (size_t i = 0; i < k.accounts_nr; i++)
		account_take(f, p, &k, i);
	p->groups = k.groups;
	p->groups_nr = k.groups_nr;
	for (size_t i = 0; i < k.holds_nr; i++)
		plan_hold(f, p, k.holds[i].id, k.holds[i].cause, k.holds[i].addresses)->fresh = false;
	return p;
}

struct action *plan_action(struct fixture *f, struct plan *p, enum action_kind kind,
			   ptrdiff_t account)
{
	struct action *action = &p->actions[p->actions_nr++];
	const struct plan_account *of = &p->accounts[account];

	(void)f;
	assert_true(p->actions_nr <= PLAN_ITEMS_MAX);
	*action = (struct action){
		.kind = kind,
		.email = of->memory.email,
		.reason = "because",
		.member_id = of->memory.member_id,
		.invitation_id = of->invitation ? of->invitation->id : NULL,
		.role = kind == ACTION_INVITE ? ROLE_MEMBER : ROLE_NONE,
		.account = account,
		.needs = NO_INDEX,
	};
	p->counts[kind]++;
	return action;
}

struct plan_hold *plan_hold(struct fixture *f, struct plan *p, const char *id,
			    enum hold_cause cause, const char *const *addresses)
{
	struct plan_hold *hold = &p->holds[p->holds_nr++];
	unsigned *losses;
	size_t nr = 0;

	while (addresses[nr])
		nr++;
	losses = arena_array(&f->a, nr, sizeof *losses);
	for (size_t i = 0; i < nr; i++)
		losses[i] = LOSS_LEAVING | LOSS_MEMBERSHIP;
	*hold = (struct plan_hold){.id = id, .cause = cause, .made_at = f->now, .fresh = true,
				   .addresses = addresses, .losses = losses};
	return hold;
}

/* ---- runs ------------------------------------------------------------------------ */

void turn_leave(struct fixture *f, size_t action)
{
	MUST(state_turn(f->s,
			&(struct journal_turn){
				.leaving = &action, .leaving_nr = 1, .lifetime = 7 * DAY,
				.token_lifetime = 365 * DAY},
			f->now, &f->e));
}

void turn_end(struct fixture *f, size_t action, enum journal_state state)
{
	struct journal_end end = {.action = action, .state = state};

	MUST(state_turn(f->s, &(struct journal_turn){.ended = &end, .ended_nr = 1}, f->now,
			&f->e));
}

void run_begin(struct fixture *f, const struct plan *p)
{
	MUST(state_run_begin(f->s, "sync", "c0ffee", "unit:seatsync", f->now, &f->e));
	if (p)
		MUST(state_run_plan(f->s, p, f->now, &f->e));
}

void run_end(struct fixture *f, const struct plan *p)
{
	struct run_end end = {
		.status = STATUS_AGREES,
		.fingerprint = "print",
		.seats_learnt = SEATS_UNKNOWN,
		.seats_left = p ? p->seats.assigned : SEATS_UNKNOWN,
		.keep = 400 * DAY,
		.readings_counted = true,
	};

	MUST(state_run_end(f->s, p, &end, f->now, &f->e));
}

void run_whole(struct fixture *f, const struct plan *p)
{
	run_begin(f, p);
	for (size_t i = 0; i < p->actions_nr; i++) {
		turn_leave(f, i);
		turn_end(f, i, JOURNAL_DONE);
	}
	run_end(f, p);
}

/* ---- comparing -------------------------------------------------------------------- */

static int line_add(void *out, int columns, char **values, char **names)
{
	FILE *dump = out;

	for (int i = 0; i < columns; i++)
		fprintf(dump, "%s=%s ", names[i], values[i] ? values[i] : "NULL");
	fputc('\n', dump);
	return 0;
}

char *fixture_dump(struct fixture *f)
{
	static const char *const queries[] = {
		"SELECT organization, accepted_config, seats_learnt FROM memory",
		"SELECT * FROM account ORDER BY id",
		"SELECT * FROM person",
		"SELECT * FROM invitation",
		"SELECT * FROM known_group",
		"SELECT * FROM wish",
		("SELECT account, state, action, address, invitation_id, role, loss FROM journal"
		 " WHERE state IN ('sent', 'done') ORDER BY action, address"),
		"SELECT account, action, address, role, times, text FROM refusal",
		"SELECT * FROM hold",
		"SELECT * FROM hold_person",
		"SELECT * FROM outlook",
		"SELECT * FROM problem",
	};
	char *text = NULL;
	size_t len = 0;
	FILE *dump = open_memstream(&text, &len);
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	for (size_t i = 0; i < ARRAY_SIZE(queries); i++)
		assert_int_equal(sqlite3_exec(db, queries[i], line_add, dump, NULL), SQLITE_OK);
	sqlite3_close(db);
	fclose(dump);
	return text;
}
