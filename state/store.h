/*
 * store.h - inside state/: the open file, its statements and transactions.
 * Nothing outside this folder includes it.
 *
 * Every statement is a named constant beside its use and is prepared once.
 * Values are bound, never printed into SQL.
 *
 *	if (state_begin(s, e))
 *		return -1;
 *	if (STATE_DO(s, e, SQL_GROUP_FORGET, num(id)) || ...)
 *		return state_rollback(s);
 *	return state_commit(s, now, e);
 *
 *	ROWS *rows CLEANUP(rows_end) = NULL;
 *	if (STATE_QUERY(s, &rows, e, SQL_RUN_LAST))
 *		return -1;
 *	while ((more = rows_next(s, rows, e)) > 0)
 *		... rows_num(rows, 0), rows_text(rows, 1, arena) ...
 */
#ifndef SEATSYNC_STATE_STORE_H
#define SEATSYNC_STATE_STORE_H

#include <signal.h>
#include <sqlite3.h>

#include "agent/digest.h"
#include "state/state.h"

enum {
	STATE_APPLICATION_ID = 0x53656174, /* "Seat" */
	STATE_STATEMENTS_MAX = 128,
	STATE_BUSY_MS = 5000,              /* another process recovers the file; runs never wait for it */
};

#define HINT_DAMAGED                                                           \
	"hint: put a copy back, or move the file away: the next run then begins with an " \
	"empty memory and removes nobody"

struct statement {
	const char *sql;
	sqlite3_stmt *prepared;
};

/*
 * Beside the file: the last link of the history that was seen in this place
 * (seq 0: none), and whether a signal asked the run to stop that has no end.
 */
struct witness {
	int64_t seq;
	char hash[DIGEST_TEXT_SIZE];
	volatile sig_atomic_t stopped;
};

struct state {
	sqlite3 *db;
	char *path;                        /* folder resolved; NULL: an empty memory */
	char *organization;
	enum state_mode mode;
	int lock;                          /* descriptor; -1 none */
	utc opened_at;
	struct witness witness;            /* beside the file; RUN: kept with each commit */
	bool restored;                     /* the file is older than that, or another */
	bool broken;                       /* a write failed halfway: nothing more is written */
	struct statement statements[STATE_STATEMENTS_MAX];
	size_t statements_nr;

	int64_t head_seq;                  /* of the history, as of the open transaction */
	char head_hash[DIGEST_TEXT_SIZE];

	utc last_time;                     /* of the last change before this opening */
	int64_t run;                       /* 0: none is open */
	char *actor;                       /* of the run */
	int64_t *accounts;                 /* ids of plan->accounts; 0: forgotten */
	int64_t *actions;                  /* journal rows of plan->actions */
	size_t accounts_nr, actions_nr;
};

/* Why an account is parked, in the words of agent/model.h; NULL: it is not. */
#define SQL_PARKED "CASE WHEN unavailable = 1 THEN 'unavailable' ELSE parked END"

/* ---- values ------------------------------------------------------------- */

struct value {
	enum value_kind { VALUE_NULL, VALUE_NUMBER, VALUE_TEXT } kind;
	int64_t number;
	const char *text; /* must outlive the statement's run */
};

static inline struct value num(int64_t number)
{
	return (struct value){.kind = VALUE_NUMBER, .number = number};
}

static inline struct value text(const char *text)
{
	return (struct value){.kind = text ? VALUE_TEXT : VALUE_NULL, .text = text};
}

/* A time or count whose 0 means "none". */
static inline struct value num_or_null(int64_t number)
{
	return (struct value){.kind = number ? VALUE_NUMBER : VALUE_NULL, .number = number};
}

static inline struct value seats_or_null(int64_t seats)
{
	return (struct value){.kind = seats < 0 ? VALUE_NULL : VALUE_NUMBER, .number = seats};
}

/* ---- statements ----------------------------------------------------------- */

typedef sqlite3_stmt ROWS;

#define STATE_VALUES(...) \
	((const struct value[]){__VA_ARGS__}), sizeof((const struct value[]){__VA_ARGS__}) / \
						       sizeof(struct value)

/* Runs a statement that returns no rows; state_changed() then says how many it changed. */
int state_do(struct state *s, struct err *e, const char *sql, const struct value *values,
	     size_t nr);
#define STATE_DO(s, e, sql, ...) state_do(s, e, sql, STATE_VALUES(__VA_ARGS__))
int64_t state_changed(struct state *s);

/* Begins a query.  One of a kind at a time: rows_end() before it begins again. */
int state_query(struct state *s, ROWS **rows, struct err *e, const char *sql,
		const struct value *values, size_t nr);
#define STATE_QUERY(s, rows, e, sql, ...) state_query(s, rows, e, sql, STATE_VALUES(__VA_ARGS__))

int rows_next(struct state *s, ROWS *rows, struct err *e); /* 1 a row, 0 no more, -1 */
void rows_end(ROWS **rows);
int64_t rows_num(ROWS *rows, int column);                       /* NULL: 0 */
int64_t rows_seats(ROWS *rows, int column);                     /* NULL: SEATS_UNKNOWN */
const char *rows_peek(ROWS *rows, int column);                  /* until the next step */
const char *rows_text(ROWS *rows, int column, struct arena *a); /* a copy; NULL: NULL */

void statements_close(struct state *s);

/* A list that grew on the heap, kept in the arena; words also get their NULL. */
void *list_keep(struct arena *a, const void *items, size_t nr, size_t size);
const char *const *words_keep(struct arena *a, const char *const *words, size_t nr);
#define LIST_KEEP(a, v)  list_keep(a, (v)->items, (v)->nr, sizeof *(v)->items)
#define WORDS_KEEP(a, v) words_keep(a, (v)->items, (v)->nr)

/* The first column of every row, in the arena, NULL-terminated. */
int state_words(struct state *s, struct arena *a, const char *const **words, struct err *e,
		const char *sql, const struct value *values, size_t nr);

/* One number, or `missing` when there is no row or it is NULL. */
int state_number(struct state *s, int64_t *number, int64_t missing, struct err *e, const char *sql,
		 const struct value *values, size_t nr);

/* Several statements without values: a schema. */
int state_script(struct state *s, const char *sql, struct err *e);

/* ---- transactions --------------------------------------------------------- */

int state_begin(struct state *s, struct err *e);
/* Writes the head of the history and the time, and makes all durable. */
int state_commit(struct state *s, utc now, struct err *e);
int state_rollback(struct state *s); /* always -1 */

/* A snapshot for several queries. */
int state_read_begin(struct state *s, struct err *e);
void state_read_end(struct state *s);

/* The error of the last call of SQLite, in our words. */
int state_failed(struct state *s, struct err *e);

/* ---- shared between the files of this folder ------------------------------- */

/* load.c: the index of a key, when the accounts are loaded. */
bool account_find(const struct known *k, int64_t key, size_t *index);

/* redone.c */
int redone_load(struct state *s, struct arena *a, utc now, struct known *k, struct err *e);

/* refusal.c */
struct refused {
	int64_t account;
	enum action_kind kind;
	const char *address, *role, *text;
};
int refusal_note(struct state *s, const struct refused *r, utc now, struct err *e);
int refusal_end(struct state *s, int64_t account, enum action_kind kind, struct err *e);
int refusals_over(struct state *s, const struct plan *plan, struct err *e);
int refusals_load(struct state *s, struct arena *a, struct known *k, struct err *e);

/* place.c: where the file may lie.  A path of NULL: there is no file (STATE_READ). */
int place_resolve(const char *path, enum state_mode mode, char **resolved, struct err *e);
int place_lock(const char *path, utc now, int *lock, struct witness *w, struct err *e);
void place_witness_read(const char *path, struct witness *w); /* none there: seq 0 */
int place_witness_write(int lock, utc now, const struct witness *w);
void place_stop_mark(int lock); /* may be called by a signal */
int place_make(const char *path, struct err *e); /* an empty file, unless there is one */
bool place_cut(const char *path, int64_t size);  /* true when it is shorter than it was */
const char *place_network_name(unsigned long filesystem); /* NULL: a local one */

/*
 * witness.c: was the file put back from a backup?  Then s->restored, and its
 * configuration is not accepted any more (fault L7).
 */
int witness_check(struct state *s, utc now, struct err *e);

/* history.c */
struct link {
	utc at;
	int64_t run;
	const char *actor, *event, *email, *address, *result, *text;
};
void history_genesis(const char *organization, char hash[DIGEST_TEXT_SIZE]);
int history_append(struct state *s, const struct link *link, struct err *e);
int history_trim(struct state *s, utc before, utc now, struct err *e);

/* memory.c: the plan's accounts, people, invitations and groups. */
int memory_write(struct state *s, const struct plan *plan, utc now, struct err *e);
int memory_write_counters(struct state *s, const struct plan *plan, struct err *e);
int memory_forget(struct state *s, int64_t account, struct err *e);

/* One row of account with its invitation, read the same way by load and by memory_write. */
extern const char SQL_ACCOUNTS[];
extern const char SQL_PEOPLE[];
enum { ACCOUNT_TOKEN = 14, ACCOUNT_DECISION = 20, ACCOUNT_INVITATION = 21 }; /* columns */
void account_read(ROWS *rows, struct known_account *account, struct known_token *token);
/* False when the account has none. */
bool invitation_read(ROWS *rows, struct known_invitation *invitation);

/* journal.c */
const char *journal_address(const struct plan *plan, const struct action *action);
int journal_plan(struct state *s, const struct plan *plan, struct err *e);
int journal_trim(struct state *s, utc before, struct err *e);

/* hold.c */
int hold_take(struct state *s, utc planned_at, struct err *e);
int hold_write(struct state *s, const struct plan *plan, utc now, struct err *e);
int hold_trim(struct state *s, utc before, struct err *e);
enum {
	RELEASE_VALID = DAY,
	KEEP_MIN = 2 * DAY, /* quota and limits look back a day: `keep` cannot blind them */
};

/* saved.c */
int saved_write_applied(struct state *s, const struct plan_file *saved, utc now, struct err *e);

/* outlook.c */
int outlook_write(struct state *s, const struct plan *plan, utc now, struct err *e);

enum parked parked_parse(const char *name);       /* NULL: PARKED_NO */
enum hold_cause hold_cause_parse(const char *name);

#endif
