/*
 * The plan's memory, written where it differs.  Accounts of the plan come in
 * the order of their keys, as the table does, so one walk compares the two;
 * what differs is noted first and written when no query is open any more.
 */
#include "state/store.h"

static const char SQL_ACCOUNT_ADD[] =
	"INSERT INTO account (email, address, member_id, managed, parked, attempts, parked_at,"
	" gone_since, role_tried, token, token_ours, token_expires_at, token_seen_at,"
	" token_mailed_at, token_mails, decision, unavailable)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char SQL_ACCOUNT_SET[] =
	"UPDATE account SET email = ?, address = ?, member_id = ?, managed = ?, parked = ?,"
	" attempts = ?, parked_at = ?, gone_since = ?, role_tried = ?, token = ?, token_ours = ?,"
	" token_expires_at = ?, token_seen_at = ?, token_mailed_at = ?, token_mails = ?,"
	" decision = ?, unavailable = ? WHERE id = ?";
static const char SQL_COUNTERS_SET[] =
	"UPDATE account SET leaving_since = ?1, leaving_runs = ?2, waiting_since = ?3, front = ?4"
	" WHERE id = ?5";
/* One whose action may still have happened stays until that is settled. */
static const char SQL_ACCOUNT_FORGET[] =
	"DELETE FROM account WHERE id = ?1 AND NOT EXISTS"
	" (SELECT 1 FROM journal WHERE account = ?1 AND state = 'sent')";
static const char SQL_PEOPLE_DROP[] = "DELETE FROM person WHERE account = ?";
static const char SQL_PERSON_LINK[] =
	"INSERT INTO person (directory, id, account) VALUES (?, ?, ?)"
	" ON CONFLICT (directory, id) DO UPDATE SET account = excluded.account";
static const char SQL_INVITATION_DROP[] = "DELETE FROM invitation WHERE account = ?";
static const char SQL_INVITATION_KEEP[] =
	"INSERT INTO invitation (account, id, email, address, role, sent_at, expires_at,"
	" wants_seat) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account) DO UPDATE SET"
	" id = excluded.id, email = excluded.email, address = excluded.address,"
	" role = excluded.role, sent_at = excluded.sent_at, expires_at = excluded.expires_at";
static const char SQL_GROUPS_DROP[] = "DELETE FROM known_group";
static const char SQL_GROUP_ADD[] =
	"INSERT INTO known_group (directory, id, name, selector, had_members)"
	" VALUES (?, ?, ?, ?, ?)";
static const char SQL_GROUPS_NOW[] =
	"SELECT directory, id, name, selector, had_members FROM known_group ORDER BY position";
static const char SQL_DIRECTORIES_NOW[] = "SELECT name FROM known_directory";
static const char SQL_DIRECTORY_DROP[] = "DELETE FROM known_directory WHERE name = ?";
static const char SQL_DIRECTORY_SET[] =
	"INSERT INTO known_directory (name, people) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET"
	" people = excluded.people WHERE people <> excluded.people";
static const char SQL_TRIAL_SET[] =
	"UPDATE memory SET trial = ?1, trial_address = ?2"
	" WHERE trial IS NOT ?1 OR trial_address IS NOT ?2";
static const char SQL_WISHES[] = "SELECT address FROM wish";
static const char SQL_WISH_DROP[] = "DELETE FROM wish WHERE address = ?";

/* What of one account differs from its row. */
enum {
	DIFFERS_MEMORY = 1,
	DIFFERS_INVITATION = 2,
	DIFFERS_PEOPLE = 4,
	DIFFERS_COUNTERS = 8,
};

/* ---- comparing --------------------------------------------------------------- */

static bool token_same(const struct known_account *of, const struct known_account *other)
{
	struct known_token a = account_token(of), b = account_token(other);

	return a.state == b.state && a.ours == b.ours && a.expires_at == b.expires_at &&
	       a.seen_at == b.seen_at && a.mailed_at == b.mailed_at && a.mails == b.mails;
}

static bool memory_same(const struct known_account *a, const struct known_account *b)
{
	return str_eq(a->email, b->email) && str_eq(a->address, b->address) &&
	       str_eq(a->member_id, b->member_id) && a->managed == b->managed &&
	       a->parked == b->parked && a->attempts == b->attempts &&
	       a->parked_at == b->parked_at && a->gone_since == b->gone_since &&
	       a->role_tried == b->role_tried && token_same(a, b);
}

static bool counters_same(const struct known_account *a, const struct known_account *b)
{
	return a->leaving_since == b->leaving_since && a->leaving_runs == b->leaving_runs &&
	       a->waiting_since == b->waiting_since && a->front == b->front;
}

static bool invitation_same(const struct known_invitation *a, const struct known_invitation *b)
{
	if (!a || !b)
		return a == b;
	return str_eq(a->id, b->id) && str_eq(a->email, b->email) &&
	       str_eq(a->address, b->address) && a->role == b->role && a->sent_at == b->sent_at &&
	       a->expires_at == b->expires_at;
}

static unsigned account_differs(ROWS *rows, const struct plan_account *p)
{
	struct known_account was;
	struct known_token token;
	struct known_invitation sent;
	bool has = invitation_read(rows, &sent);

	account_read(rows, &was, &token);
	return (memory_same(&was, &p->memory) &&
				str_eq(rows_peek(rows, ACCOUNT_DECISION), p->decision)
			? 0u
			: DIFFERS_MEMORY) |
	       (invitation_same(has ? &sent : NULL, p->invitation) ? 0u : DIFFERS_INVITATION) |
	       (counters_same(&was, &p->memory) ? 0u : DIFFERS_COUNTERS);
}

/* Sets differs[i] for the accounts of the plan that have a row. */
static int accounts_compare(struct state *s, const struct plan *plan, unsigned char *differs,
			    struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	size_t i = 0;
	int more;

	if (state_query(s, &rows, e, SQL_ACCOUNTS, NULL, 0))
		return -1;
	while ((more = rows_next(s, rows, e)) > 0) {
		int64_t key = rows_num(rows, 0);

		while (i < plan->accounts_nr && s->accounts[i] < key)
			i++;
		if (i < plan->accounts_nr && s->accounts[i] == key)
			differs[i] = (unsigned char)account_differs(rows, &plan->accounts[i]);
	}
	return more;
}

static bool person_listed(const struct plan_account *p, ROWS *rows)
{
	for (size_t i = 0; i < p->people_nr; i++)
		if (str_eq(p->people[i].id, rows_peek(rows, 2)) &&
		    str_eq(p->people[i].directory, rows_peek(rows, 1)))
			return true;
	return false;
}

/* A stranger among an account's people, or another number of them. */
static int people_compare(struct state *s, const struct plan *plan, unsigned char *differs,
			  struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	size_t *found = mem_resize(NULL, plan->accounts_nr, sizeof *found);
	size_t i = 0;
	int more = -1;

	memset(found, 0, plan->accounts_nr * sizeof *found);
	if (!state_query(s, &rows, e, SQL_PEOPLE, NULL, 0))
		while ((more = rows_next(s, rows, e)) > 0) {
			int64_t key = rows_num(rows, 0);

			while (i < plan->accounts_nr && s->accounts[i] < key)
				i++;
			if (i == plan->accounts_nr || s->accounts[i] != key)
				continue;
			found[i]++;
			if (!person_listed(&plan->accounts[i], rows))
				differs[i] |= DIFFERS_PEOPLE;
		}
	for (i = 0; i < plan->accounts_nr; i++)
		if (found[i] != plan->accounts[i].people_nr)
			differs[i] |= DIFFERS_PEOPLE;
	free(found);
	return more;
}

/* Version 1 of the schema has no word for it: a column of its own. */
static const char *parked_word(const struct known_account *m)
{
	return m->parked == PARKED_UNAVAILABLE ? NULL : parked_name(m->parked);
}

/* ---- writing one account ------------------------------------------------------- */

#define TOKEN_VALUES(t)                                                                            \
	text(token_state_name((t).state)), num((t).ours), num_or_null((t).expires_at),             \
		num_or_null((t).seen_at), num_or_null((t).mailed_at), num((t).mails)

static int account_add(struct state *s, const struct plan_account *p, int64_t *id, struct err *e)
{
	const struct known_account *m = &p->memory;
	struct known_token token = account_token(m);

	if (STATE_DO(s, e, SQL_ACCOUNT_ADD, text(m->email), text(m->address), text(m->member_id),
		     num(m->managed), text(parked_word(m)), num(m->attempts),
		     num_or_null(m->parked_at), num_or_null(m->gone_since),
		     text(role_name(m->role_tried)), TOKEN_VALUES(token), text(p->decision),
		     num(m->parked == PARKED_UNAVAILABLE)))
		return -1;
	*id = sqlite3_last_insert_rowid(s->db);
	return 0;
}

static int account_set(struct state *s, const struct plan_account *p, int64_t id, struct err *e)
{
	const struct known_account *m = &p->memory;
	struct known_token token = account_token(m);

	if (STATE_DO(s, e, SQL_ACCOUNT_SET, text(m->email), text(m->address), text(m->member_id),
		     num(m->managed), text(parked_word(m)), num(m->attempts),
		     num_or_null(m->parked_at), num_or_null(m->gone_since),
		     text(role_name(m->role_tried)), TOKEN_VALUES(token), text(p->decision),
		     num(m->parked == PARKED_UNAVAILABLE), num(id)))
		return -1;
	if (state_changed(s) == 1)
		return 0;
	return err_set(e, ERR_FAILED,
		       "state %s: account %lld of the plan is no longer there; nothing was recorded",
		       s->path, (long long)id);
}

static int invitation_set(struct state *s, const struct plan_account *p, int64_t id, struct err *e)
{
	const struct known_invitation *i = p->invitation;

	if (!i)
		return STATE_DO(s, e, SQL_INVITATION_DROP, num(id));
	return STATE_DO(s, e, SQL_INVITATION_KEEP, num(id), text(i->id), text(i->email),
			text(i->address), text(role_name(i->role)), num_or_null(i->sent_at),
			num_or_null(i->expires_at), num(p->memory.waiting_since != 0));
}

static int people_link(struct state *s, const struct plan_account *p, int64_t id, struct err *e)
{
	for (size_t i = 0; i < p->people_nr; i++)
		if (STATE_DO(s, e, SQL_PERSON_LINK, text(p->people[i].directory),
			     text(p->people[i].id), num(id)))
			return -1;
	return 0;
}

int memory_forget(struct state *s, int64_t account, struct err *e)
{
	return STATE_DO(s, e, SQL_ACCOUNT_FORGET, num(account));
}

static int account_note(struct state *s, const struct plan_account *p, const char *event, utc now,
			struct err *e)
{
	return history_append(s, &(struct link){.at = now, .run = s->run, .actor = s->actor,
						.event = event, .email = p->memory.email,
						.address = p->memory.address, .result = "done",
						.text = p->decision},
			      e);
}

/* ---- writing all ------------------------------------------------------------------ */

static int account_write(struct state *s, const struct plan_account *p, int64_t *id,
			 unsigned differs, utc now, struct err *e)
{
	if (p->forget) {
		if (*id && memory_forget(s, *id, e))
			return -1;
		return *id && state_changed(s) ? account_note(s, p, "forget", now, e) : 0;
	}
	if (p->adopted && account_note(s, p, "adopt", now, e))
		return -1;
	if (!*id) {
		differs = p->invitation ? DIFFERS_INVITATION : 0;
		if (account_add(s, p, id, e))
			return -1;
	}
	if (differs & DIFFERS_MEMORY && account_set(s, p, *id, e))
		return -1;
	return differs & DIFFERS_INVITATION ? invitation_set(s, p, *id, e) : 0;
}

/* Links that go before links that come: a person may move from one account to another. */
static int people_write(struct state *s, const struct plan *plan, const unsigned char *differs,
			struct err *e)
{
	for (size_t i = 0; i < plan->accounts_nr; i++)
		if (differs[i] & DIFFERS_PEOPLE && !plan->accounts[i].forget &&
		    STATE_DO(s, e, SQL_PEOPLE_DROP, num(s->accounts[i])))
			return -1;
	for (size_t i = 0; i < plan->accounts_nr; i++)
		if (differs[i] & DIFFERS_PEOPLE && !plan->accounts[i].forget &&
		    people_link(s, &plan->accounts[i], s->accounts[i], e))
			return -1;
	return 0;
}

static int accounts_write(struct state *s, const struct plan *plan, unsigned char *differs, utc now,
			  struct err *e)
{
	if (accounts_compare(s, plan, differs, e) || people_compare(s, plan, differs, e))
		return -1;
	for (size_t i = 0; i < plan->accounts_nr; i++)
		if (account_write(s, &plan->accounts[i], &s->accounts[i], differs[i], now, e))
			return -1;
	return people_write(s, plan, differs, e);
}

static bool group_same(ROWS *rows, const struct known_group *g)
{
	return str_eq(rows_peek(rows, 0), g->directory) && str_eq(rows_peek(rows, 1), g->id) &&
	       str_eq(rows_peek(rows, 2), g->name) && str_eq(rows_peek(rows, 3), g->selector) &&
	       (rows_num(rows, 4) != 0) == g->had_members;
}

static int groups_compare(struct state *s, const struct plan *plan, bool *same, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	size_t i = 0;
	int more;

	if (state_query(s, &rows, e, SQL_GROUPS_NOW, NULL, 0))
		return -1;
	*same = true;
	while ((more = rows_next(s, rows, e)) > 0)
		*same = *same && i < plan->groups_nr && group_same(rows, &plan->groups[i++]);
	*same = *same && i == plan->groups_nr;
	return more;
}

static int groups_write(struct state *s, const struct plan *plan, struct err *e)
{
	bool same;

	if (groups_compare(s, plan, &same, e))
		return -1;
	if (same)
		return 0;
	if (state_do(s, e, SQL_GROUPS_DROP, NULL, 0))
		return -1;
	for (size_t i = 0; i < plan->groups_nr; i++) {
		const struct known_group *g = &plan->groups[i];

		if (STATE_DO(s, e, SQL_GROUP_ADD, text(g->directory), text(g->id), text(g->name),
			     text(g->selector), num(g->had_members)))
			return -1;
	}
	return 0;
}

static bool directory_configured(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->directories_nr; i++)
		if (str_eq(plan->directories[i].name, name))
			return true;
	return false;
}

/* One that was not read whole stays as it was; one that is not configured any more goes. */
static int directories_write(struct state *s, const struct plan *plan, struct err *e)
{
	struct arena a CLEANUP(arena_free) = {0};
	const char *const *name;

	if (state_words(s, &a, &name, e, SQL_DIRECTORIES_NOW, NULL, 0))
		return -1;
	for (; *name; name++)
		if (!directory_configured(plan, *name) &&
		    STATE_DO(s, e, SQL_DIRECTORY_DROP, text(*name)))
			return -1;
	for (size_t i = 0; i < plan->directories_nr; i++)
		if (plan->directories[i].state == COMPLETE &&
		    STATE_DO(s, e, SQL_DIRECTORY_SET, text(plan->directories[i].name),
			     num((int64_t)plan->directories[i].people)))
			return -1;
	return 0;
}

/* A wish is fulfilled by a managed account under its address that has a person. */
static bool wish_fulfilled(const struct plan *plan, const char *address)
{
	for (size_t i = 0; i < plan->accounts_nr; i++) {
		const struct plan_account *p = &plan->accounts[i];

		if (!p->forget && p->memory.managed && (p->people_nr || p->adopted) &&
		    str_eq(p->memory.address, address))
			return true;
	}
	return false;
}

static int wishes_fulfil(struct state *s, const struct plan *plan, struct err *e)
{
	struct arena a CLEANUP(arena_free) = {0};
	const char *const *wish;

	if (state_words(s, &a, &wish, e, SQL_WISHES, NULL, 0))
		return -1;
	for (; *wish; wish++)
		if (wish_fulfilled(plan, *wish) && STATE_DO(s, e, SQL_WISH_DROP, text(*wish)))
			return -1;
	return 0;
}

static int trial_write(struct state *s, const struct add_trial *trial, struct err *e)
{
	static const char *const words[] = {
		[TRIAL_NONE] = NULL, [TRIAL_PASSED] = "passed", [TRIAL_FAILED] = "failed"};

	return STATE_DO(s, e, SQL_TRIAL_SET, text(words[trial->result]), text(trial->address));
}

static void accounts_take(struct state *s, const struct plan *plan)
{
	int64_t before = 0;
	bool made = false;

	s->accounts = mem_resize(s->accounts, plan->accounts_nr, sizeof *s->accounts);
	s->accounts_nr = plan->accounts_nr;
	for (size_t i = 0; i < plan->accounts_nr; i++) {
		int64_t key = plan->accounts[i].memory.key;

		BUG_IF(key ? made || key <= before : false); /* the walk rests on their order */
		made = !key;
		before = key;
		s->accounts[i] = key;
	}
}

int memory_write(struct state *s, const struct plan *plan, utc now, struct err *e)
{
	unsigned char *differs = mem_resize(NULL, plan->accounts_nr, 1);
	int failed;

	/* One whose row is not met by the walk has none: account_set() says so. */
	memset(differs, DIFFERS_MEMORY, plan->accounts_nr);
	accounts_take(s, plan);
	failed = accounts_write(s, plan, differs, now, e) || groups_write(s, plan, e) ||
		 directories_write(s, plan, e) || wishes_fulfil(s, plan, e) ||
		 trial_write(s, &plan->trial, e) || refusals_over(s, plan, e);
	free(differs);
	return failed ? -1 : 0;
}

int memory_write_counters(struct state *s, const struct plan *plan, struct err *e)
{
	unsigned char *differs = mem_resize(NULL, plan->accounts_nr, 1);
	int failed;

	BUG_IF(s->accounts_nr != plan->accounts_nr);
	memset(differs, 0, plan->accounts_nr);
	failed = accounts_compare(s, plan, differs, e);
	for (size_t i = 0; i < plan->accounts_nr && !failed; i++) {
		const struct known_account *m = &plan->accounts[i].memory;

		if (differs[i] & DIFFERS_COUNTERS)
			failed = STATE_DO(s, e, SQL_COUNTERS_SET, num_or_null(m->leaving_since),
					  num(m->leaving_runs), num_or_null(m->waiting_since),
					  num(m->front), num(s->accounts[i]));
	}
	free(differs);
	return failed;
}
