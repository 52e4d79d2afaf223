#include "state/store.h"

#include <stdio.h>

int state_failed(struct state *s, struct err *e)
{
	int code = sqlite3_errcode(s->db);
	const char *where = s->path ? s->path : "in memory";
	const char *why = sqlite3_errmsg(s->db);

	s->broken |= (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CORRUPT;
	switch (code & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(e, ERR_STATE,
			       "state %s: damaged (%s); nothing was changed\n" HINT_DAMAGED, where,
			       why);
	case SQLITE_FULL:
		return err_set(e, ERR_FAILED,
			       "state %s: the disk is full; this was not recorded\n"
			       "hint: make room there, then run again",
			       where);
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return err_set(e, ERR_FAILED,
			       "state %s: %s\nhint: run as the user who owns the file", where, why);
	case SQLITE_IOERR:
		return err_set(e, ERR_FAILED,
			       "state %s: %s; this was not recorded\n"
			       "hint: the kernel's log may tell more; is a quota used up?",
			       where, why);
	default:
		return err_set(e, ERR_FAILED, "state %s: %s", where, why);
	}
}

/* ---- statements ------------------------------------------------------- */

/* By address: each statement is one constant, so its text need not be compared. */
static sqlite3_stmt *statement_find(struct state *s, const char *sql, struct err *e)
{
	struct statement *next;

	for (size_t i = 0; i < s->statements_nr; i++)
		if (s->statements[i].sql == sql)
			return s->statements[i].prepared;
	BUG_IF(s->statements_nr == STATE_STATEMENTS_MAX);
	next = &s->statements[s->statements_nr];
	if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &next->prepared, NULL)) {
		state_failed(s, e);
		return NULL;
	}
	next->sql = sql;
	s->statements_nr++;
	return next->prepared;
}

void statements_close(struct state *s)
{
	for (size_t i = 0; i < s->statements_nr; i++)
		sqlite3_finalize(s->statements[i].prepared);
	s->statements_nr = 0;
}

int state_query(struct state *s, ROWS **rows, struct err *e, const char *sql,
		const struct value *values, size_t nr)
{
	sqlite3_stmt *st = statement_find(s, sql, e);
	int failed = 0;

	if (!st)
		return -1;
	BUG_IF(sqlite3_stmt_busy(st) || (size_t)sqlite3_bind_parameter_count(st) != nr);
	for (int i = 0; i < (int)nr && !failed; i++) {
		const struct value *v = &values[i];

		if (v->kind == VALUE_NUMBER)
			failed = sqlite3_bind_int64(st, i + 1, v->number);
		else if (v->kind == VALUE_TEXT)
			failed = sqlite3_bind_text(st, i + 1, v->text, -1, SQLITE_STATIC);
		else
			failed = sqlite3_bind_null(st, i + 1);
	}
	if (failed)
		return state_failed(s, e);
	*rows = st;
	return 0;
}

int rows_next(struct state *s, ROWS *rows, struct err *e)
{
	switch (sqlite3_step(rows)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return state_failed(s, e);
	}
}

void rows_end(ROWS **rows)
{
	if (*rows) {
		sqlite3_reset(*rows);
		sqlite3_clear_bindings(*rows);
	}
	*rows = NULL;
}

int state_do(struct state *s, struct err *e, const char *sql, const struct value *values, size_t nr)
{
	ROWS *rows CLEANUP(rows_end) = NULL;

	if (state_query(s, &rows, e, sql, values, nr))
		return -1;
	return rows_next(s, rows, e) < 0 ? -1 : 0;
}

int64_t state_changed(struct state *s)
{
	return sqlite3_changes64(s->db);
}

int64_t rows_num(ROWS *rows, int column)
{
	return sqlite3_column_int64(rows, column);
}

int64_t rows_seats(ROWS *rows, int column)
{
	if (sqlite3_column_type(rows, column) == SQLITE_NULL)
		return SEATS_UNKNOWN;
	return sqlite3_column_int64(rows, column);
}

const char *rows_peek(ROWS *rows, int column)
{
	return (const char *)sqlite3_column_text(rows, column);
}

const char *rows_text(ROWS *rows, int column, struct arena *a)
{
	return arena_strdup(a, rows_peek(rows, column));
}

void *list_keep(struct arena *a, const void *items, size_t nr, size_t size)
{
	void *kept = arena_array(a, nr, size);

	if (nr)
		memcpy(kept, items, nr * size);
	return kept;
}

const char *const *words_keep(struct arena *a, const char *const *words, size_t nr)
{
	const char **kept = arena_array(a, nr + 1, sizeof *kept);

	if (nr)
		memcpy(kept, words, nr * sizeof *kept);
	return kept;
}

int state_words(struct state *s, struct arena *a, const char *const **words, struct err *e,
		const char *sql, const struct value *values, size_t nr)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	VEC(const char *) list = {0};
	int more;

	if (state_query(s, &rows, e, sql, values, nr))
		return -1;
	while ((more = rows_next(s, rows, e)) > 0)
		VEC_ADD(&list, rows_text(rows, 0, a));
	*words = WORDS_KEEP(a, &list);
	VEC_FREE(&list);
	return more;
}

int state_number(struct state *s, int64_t *number, int64_t missing, struct err *e, const char *sql,
		 const struct value *values, size_t nr)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	int more;

	if (state_query(s, &rows, e, sql, values, nr))
		return -1;
	more = rows_next(s, rows, e);
	if (more < 0)
		return -1;
	*number = more && sqlite3_column_type(rows, 0) != SQLITE_NULL ? rows_num(rows, 0) : missing;
	return 0;
}

int state_script(struct state *s, const char *sql, struct err *e)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) ? state_failed(s, e) : 0;
}

/* ---- transactions ----------------------------------------------------- */

static const char SQL_HEAD[] = "SELECT head_seq, head_hash FROM memory";
static const char SQL_HEAD_MOVE[] =
	"UPDATE memory SET head_seq = ?, head_hash = ?, written_at = ?";

static int head_read(struct state *s, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	int more;

	if (state_query(s, &rows, e, SQL_HEAD, NULL, 0))
		return -1;
	more = rows_next(s, rows, e);
	if (more < 0)
		return -1;
	if (!more || sqlite3_column_bytes(rows, 1) != DIGEST_TEXT_SIZE - 1)
		return err_set(e, ERR_STATE, "state %s: damaged: its head is gone", s->path);
	s->head_seq = rows_num(rows, 0);
	memcpy(s->head_hash, rows_peek(rows, 1), sizeof s->head_hash);
	return 0;
}

int state_begin(struct state *s, struct err *e)
{
	BUG_IF(s->mode != STATE_RUN);
	if (s->broken)
		return err_set(e, ERR_FAILED,
			       "state %s: an earlier write failed; nothing more is written", s->path);
	if (state_script(s, "BEGIN IMMEDIATE", e))
		return -1;
	return head_read(s, e) ? state_rollback(s) : 0;
}

int state_rollback(struct state *s)
{
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

int state_commit(struct state *s, utc now, struct err *e)
{
	if (STATE_DO(s, e, SQL_HEAD_MOVE, num(s->head_seq), text(s->head_hash), num(now)))
		return state_rollback(s);
	crash_point();
	if (state_script(s, "COMMIT", e))
		return state_rollback(s);
	crash_point();
	if (s->lock < 0)
		return 0; /* a copy */
	/* Without it nothing is lost but that a backup put back would be seen. */
	s->witness.seq = s->head_seq;
	memcpy(s->witness.hash, s->head_hash, sizeof s->witness.hash);
	(void)place_witness_write(s->lock, s->opened_at, &s->witness);
	return 0;
}

int state_read_begin(struct state *s, struct err *e)
{
	return state_script(s, "BEGIN", e);
}

void state_read_end(struct state *s)
{
	state_rollback(s);
}
