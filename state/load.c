/* What a decision may rest on: the memory, whole. */
#include <stdio.h>

#include "state/store.h"

enum { WINDOW = DAY }; /* of the quota, the limits and a lesson about seats */

const char SQL_ACCOUNTS[] =
	"SELECT a.id, a.email, a.address, a.member_id, a.managed, " SQL_PARKED ", a.attempts,"
	" a.parked_at, a.leaving_since, a.leaving_runs, a.waiting_since, a.front, a.gone_since,"
	" a.role_tried, a.token, a.token_ours, a.token_expires_at, a.token_seen_at,"
	" a.token_mailed_at, a.token_mails, a.decision,"
	" i.account, i.id, i.email, i.address, i.role, i.sent_at, i.expires_at"
	" FROM account a LEFT JOIN invitation i ON i.account = a.id ORDER BY a.id";
const char SQL_PEOPLE[] = "SELECT account, directory, id FROM person ORDER BY account";

static const char SQL_COUNTS[] =
	"SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM invitation),"
	" (SELECT count(*) FROM person)";
/*
 * The 24 hours end a day from now: what left before the clock was set back by
 * less still counts, and a run with a clock that was years ahead is not counted
 * for years.
 */
#define SQL_DAY "sent_at BETWEEN ?1 - ?2 + 1 AND ?1 + ?2"

static const char SQL_MEMORY[] =
	"SELECT accepted_config,"
	" CASE WHEN ?1 - seats_learnt_at BETWEEN 0 AND ?2 - 1 THEN seats_learnt END,"
	" (SELECT count(*) FROM journal WHERE " SQL_DAY " AND state IN ('sent', 'done')"
	"  AND action IN ('invite', 'reissue_invitation')),"
	" NOT EXISTS (SELECT 1 FROM run WHERE state = 'ended' AND status <> ?3),"
	" CASE WHEN ?1 - seats_told_at BETWEEN 0 AND ?2 - 1 THEN seats_told END,"
	" trial, trial_address, (SELECT coalesce(max(id), 0) FROM run),"
	" coalesce(seats_left, seats_learnt)"
	" FROM memory";
static const char SQL_GROUPS[] =
	"SELECT directory, id, name, selector, had_members FROM known_group ORDER BY position";
static const char SQL_HOLDS_OPEN[] =
	"SELECT h.id, h.cause, h.made_at, h.taken_at IS NOT NULL,"
	" CASE WHEN h.taken_at IS NOT NULL OR ?1 - h.released_at BETWEEN 0 AND ?2 - 1"
	"  THEN h.released_at END, p.address, p.losses"
	" FROM hold h JOIN hold_person p ON p.hold = h.id WHERE h.closed_at IS NULL"
	" ORDER BY h.made_at, h.id, p.address";
static const char SQL_UNKNOWN[] =
	"SELECT j.id, j.action, j.account, j.email, j.address, j.invitation_id, j.sent_at,"
	" j.expires_before FROM journal j JOIN account a ON a.id = j.account"
	" WHERE j.state = 'sent' AND j.run <> ? ORDER BY j.id";
static const char SQL_WISHES[] = "SELECT address FROM wish ORDER BY address";
static const char SQL_LOST[] =
	"SELECT DISTINCT address FROM journal WHERE " SQL_DAY " AND state IN ('sent', 'done')"
	" AND loss = 1 AND released = 0 ORDER BY address";

static const char SQL_DIRECTORIES[] = "SELECT name, people FROM known_directory ORDER BY name";

/* ---- enums that have only names ---------------------------------------------- */

enum parked parked_parse(const char *name)
{
	for (enum parked p = PARKED_ATTEMPTS; name && p <= PARKED_UNAVAILABLE; p++)
		if (str_eq(parked_name(p), name))
			return p;
	return PARKED_NO;
}

enum hold_cause hold_cause_parse(const char *name)
{
	for (enum hold_cause c = HOLD_LIMIT; c < HOLD_FLOOR; c++)
		if (str_eq(hold_cause_name(c), name))
			return c;
	return HOLD_FLOOR; /* of all causes the one that lets least through */
}

static enum token_state token_state_parse(const char *name)
{
	for (enum token_state t = TOKEN_NONE; name && t <= TOKEN_REVOKED; t++)
		if (str_eq(token_state_name(t), name))
			return t;
	return TOKEN_UNREAD;
}

/* ---- accounts, invitations, people ------------------------------------------- */

void account_read(ROWS *r, struct known_account *k, struct known_token *token)
{
	*token = (struct known_token){
		.state = token_state_parse(rows_peek(r, ACCOUNT_TOKEN)),
		.ours = rows_num(r, ACCOUNT_TOKEN + 1) != 0,
		.expires_at = rows_num(r, ACCOUNT_TOKEN + 2),
		.seen_at = rows_num(r, ACCOUNT_TOKEN + 3),
		.mailed_at = rows_num(r, ACCOUNT_TOKEN + 4),
		.mails = (unsigned)rows_num(r, ACCOUNT_TOKEN + 5),
	};
	*k = (struct known_account){
		.key = rows_num(r, 0),
		.email = rows_peek(r, 1),
		.address = rows_peek(r, 2),
		.member_id = rows_peek(r, 3),
		.managed = rows_num(r, 4) != 0,
		.parked = parked_parse(rows_peek(r, 5)),
		.attempts = (unsigned)rows_num(r, 6),
		.parked_at = rows_num(r, 7),
		.leaving_since = rows_num(r, 8),
		.leaving_runs = (unsigned)rows_num(r, 9),
		.waiting_since = rows_num(r, 10),
		.front = rows_num(r, 11) != 0,
		.gone_since = rows_num(r, 12),
		.role_tried = role_parse(rows_peek(r, 13)),
		.token = token->state || token->mails || token->mailed_at ? token : NULL,
	};
}

bool invitation_read(ROWS *r, struct known_invitation *i)
{
	if (!rows_num(r, ACCOUNT_INVITATION))
		return false;
	*i = (struct known_invitation){
		.id = rows_peek(r, ACCOUNT_INVITATION + 1),
		.email = rows_peek(r, ACCOUNT_INVITATION + 2),
		.address = rows_peek(r, ACCOUNT_INVITATION + 3),
		.role = role_parse(rows_peek(r, ACCOUNT_INVITATION + 4)),
		.sent_at = rows_num(r, ACCOUNT_INVITATION + 5),
		.expires_at = rows_num(r, ACCOUNT_INVITATION + 6),
	};
	return true;
}

/* One copy of an address that is written as it compares, and of a name that comes again. */
static const char *copy_unless(struct arena *a, const char *s, const char *had, const char *copy)
{
	return s && had && str_eq(s, had) ? copy : arena_strdup(a, s);
}

static int counts_read(struct state *s, struct arena *a, struct known *k, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;

	if (state_query(s, &rows, e, SQL_COUNTS, NULL, 0) || rows_next(s, rows, e) < 0)
		return -1;
	k->accounts = arena_array(a, (size_t)rows_num(rows, 0), sizeof *k->accounts);
	k->invitations = arena_array(a, (size_t)rows_num(rows, 1), sizeof *k->invitations);
	k->people = arena_array(a, (size_t)rows_num(rows, 2), sizeof *k->people);
	return 0;
}

static int accounts_load(struct state *s, struct arena *a, struct known *k, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	int more;

	if (state_query(s, &rows, e, SQL_ACCOUNTS, NULL, 0))
		return -1;
	while ((more = rows_next(s, rows, e)) > 0) {
		struct known_account *account = &k->accounts[k->accounts_nr];
		struct known_invitation *i = &k->invitations[k->invitations_nr];
		struct known_account was;
		struct known_token token;
		struct known_invitation sent;

		account_read(rows, &was, &token);
		*account = was;
		if (was.token) {
			account->token = arena_alloc(a, sizeof token);
			*account->token = token;
		}
		account->address = arena_strdup(a, was.address);
		account->email = copy_unless(a, was.email, was.address, account->address);
		account->member_id = arena_strdup(a, was.member_id);
		if (invitation_read(rows, &sent)) {
			*i = sent;
			i->account = k->accounts_nr;
			i->id = arena_strdup(a, sent.id);
			i->address = copy_unless(a, sent.address, was.address, account->address);
			i->email = copy_unless(a, sent.email, was.email, account->email);
			k->invitations_nr++;
		}
		k->accounts_nr++;
	}
	return more;
}

/* The index of a key: accounts come in its order. */
bool account_find(const struct known *k, int64_t key, size_t *index)
{
	size_t low = 0, high = k->accounts_nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (k->accounts[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	*index = low;
	return low < k->accounts_nr && k->accounts[low].key == key;
}

static int people_load(struct state *s, struct arena *a, struct known *k, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	const char *directory = NULL;
	size_t account = 0;
	int more;

	if (state_query(s, &rows, e, SQL_PEOPLE, NULL, 0))
		return -1;
	while ((more = rows_next(s, rows, e)) > 0) {
		int64_t key = rows_num(rows, 0);

		while (account < k->accounts_nr && k->accounts[account].key < key)
			account++;
		if (account == k->accounts_nr || k->accounts[account].key != key)
			return err_set(e, ERR_STATE, "state: damaged: a link leads nowhere");
		directory = copy_unless(a, rows_peek(rows, 1), directory, directory);
		k->people[k->people_nr++] = (struct known_person){
			.directory = directory, .id = rows_text(rows, 2, a), .account = account};
	}
	return more;
}

/* ---- the rest ------------------------------------------------------------------ */

static enum trial_result trial_parse(const char *word)
{
	return !word ? TRIAL_NONE : str_eq(word, "passed") ? TRIAL_PASSED : TRIAL_FAILED;
}

static int memory_load(struct state *s, struct arena *a, utc now, struct known *k, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	int more;

	if (STATE_QUERY(s, &rows, e, SQL_MEMORY, num(now), num(WINDOW), num(STATUS_FAILED)))
		return -1;
	more = rows_next(s, rows, e);
	if (more <= 0)
		return more ? -1 : err_set(e, ERR_STATE, "state: damaged: its memory is gone");
	k->accepted_config = rows_text(rows, 0, a);
	k->last_time = s->last_time;
	k->seats_learnt = rows_seats(rows, 1);
	k->mails_24h = (unsigned)rows_num(rows, 2);
	k->fresh = rows_num(rows, 3) != 0 || s->restored;
	k->seats_told = rows_num(rows, 4);
	k->trial.result = trial_parse(rows_peek(rows, 5));
	k->trial.address = rows_text(rows, 6, a);
	k->last_run = rows_num(rows, 7);
	k->seats_left = rows_seats(rows, 8);
	k->restored = s->restored;
	if (s->restored)
		k->accepted_config = NULL;
	return 0;
}

static int groups_load(struct state *s, struct arena *a, struct known *k, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	VEC(struct known_group) list = {0};
	int more;

	if (state_query(s, &rows, e, SQL_GROUPS, NULL, 0))
		return -1;
	while ((more = rows_next(s, rows, e)) > 0)
		VEC_ADD(&list, ((struct known_group){
				       .directory = rows_text(rows, 0, a),
				       .id = rows_text(rows, 1, a),
				       .name = rows_text(rows, 2, a),
				       .selector = rows_text(rows, 3, a),
				       .had_members = rows_num(rows, 4) != 0,
			       }));
	k->groups_nr = list.nr;
	k->groups = LIST_KEEP(a, &list);
	VEC_FREE(&list);
	return more;
}

static int directories_load(struct state *s, struct arena *a, struct known *k, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	VEC(struct known_directory) list = {0};
	int more;

	if (state_query(s, &rows, e, SQL_DIRECTORIES, NULL, 0))
		return -1;
	while ((more = rows_next(s, rows, e)) > 0)
		VEC_ADD(&list, ((struct known_directory){.name = rows_text(rows, 0, a),
							 .people = (size_t)rows_num(rows, 1)}));
	k->directories_nr = list.nr;
	k->directories = LIST_KEEP(a, &list);
	VEC_FREE(&list);
	return more;
}

static int unknown_load(struct state *s, struct arena *a, struct known *k, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	VEC(struct known_unknown) list = {0};
	int more;

	if (STATE_QUERY(s, &rows, e, SQL_UNKNOWN, num(s->run)))
		return -1;
	while ((more = rows_next(s, rows, e)) > 0) {
		struct known_unknown u = {
			.row = rows_num(rows, 0),
			.kind = (enum action_kind)action_parse(rows_peek(rows, 1)),
			.email = rows_text(rows, 3, a),
			.address = rows_text(rows, 4, a),
			.invitation_id = rows_text(rows, 5, a),
			.sent_at = rows_num(rows, 6),
			.expires_before = rows_num(rows, 7),
		};
		if (account_find(k, rows_num(rows, 2), &u.account))
			VEC_ADD(&list, u);
	}
	k->unknown_nr = list.nr;
	k->unknown = LIST_KEEP(a, &list);
	VEC_FREE(&list);
	return more;
}

static unsigned losses_parse(const char *words)
{
	unsigned losses = 0;
	char word[32];

	for (; words && sscanf(words, "%31s", word) == 1; words = strchr(words + 1, ' '))
		losses |= loss_parse(word);
	return losses;
}

typedef VEC(struct known_hold) hold_list;
typedef VEC(const char *) words;
typedef VEC(unsigned) losses;

static void hold_finish(struct arena *a, hold_list *holds, words *who, losses *what)
{
	if (!holds->nr)
		return;
	holds->items[holds->nr - 1].addresses = WORDS_KEEP(a, who);
	holds->items[holds->nr - 1].losses = LIST_KEEP(a, what);
	who->nr = what->nr = 0;
}

/* Rows come hold by hold: each new id ends the lists of the one before it. */
static int holds_load(struct state *s, struct arena *a, utc now, struct known *k, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	hold_list holds = {0};
	words who = {0};
	losses what = {0};
	int more;

	if (STATE_QUERY(s, &rows, e, SQL_HOLDS_OPEN, num(now), num(RELEASE_VALID)))
		return -1;
	while ((more = rows_next(s, rows, e)) > 0) {
		if (!holds.nr || !str_eq(holds.items[holds.nr - 1].id, rows_peek(rows, 0))) {
			hold_finish(a, &holds, &who, &what);
			VEC_ADD(&holds, ((struct known_hold){
						.id = rows_text(rows, 0, a),
						.cause = hold_cause_parse(rows_peek(rows, 1)),
						.made_at = rows_num(rows, 2),
						.taken = rows_num(rows, 3) != 0,
						.released_at = rows_num(rows, 4),
					}));
		}
		VEC_ADD(&who, rows_text(rows, 5, a));
		VEC_ADD(&what, losses_parse(rows_peek(rows, 6)));
	}
	hold_finish(a, &holds, &who, &what);
	k->holds_nr = holds.nr;
	k->holds = LIST_KEEP(a, &holds);
	VEC_FREE(&holds);
	VEC_FREE(&who);
	VEC_FREE(&what);
	return more;
}

static int all_load(struct state *s, struct arena *a, utc now, struct known *k, struct err *e)
{
	return memory_load(s, a, now, k, e) || counts_read(s, a, k, e) ||
			       accounts_load(s, a, k, e) || people_load(s, a, k, e) ||
			       groups_load(s, a, k, e) || directories_load(s, a, k, e) ||
			       unknown_load(s, a, k, e) || redone_load(s, a, now, k, e) ||
			       refusals_load(s, a, k, e) ||
			       holds_load(s, a, now, k, e) ||
			       state_words(s, a, &k->adopt, e, SQL_WISHES, NULL, 0) ||
			       state_words(s, a, &k->lost_24h, e, SQL_LOST,
					  STATE_VALUES(num(now), num(WINDOW)))
		       ? -1
		       : 0;
}

int state_load(struct state *s, struct arena *a, utc now, struct known *known, struct err *e)
{
	struct known k = {0};
	int failed;

	if (state_read_begin(s, e))
		return -1;
	failed = all_load(s, a, now, &k, e);
	state_read_end(s);
	sqlite3_db_release_memory(s->db); /* all of it was read once */
	if (!failed)
		*known = k;
	return failed;
}
