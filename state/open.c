/* Opening: refusals, settings, migrations. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "state/store.h"

/* schema*.sql, embedded by the build */
extern const char schema_sql[], schema_2_sql[], schema_3_sql[], schema_4_sql[],
	schema_5_sql[], schema_6_sql[], schema_7_sql[], schema_8_sql[], schema_9_sql[],
	schema_10_sql[];

enum { CHECKPOINT_PAGES = 4000 }; /* 16 MiB of log before it is copied into the file */

/*
 * Migration i makes version i + 1.  All that are due are one transaction with
 * the new number: what was killed simply runs again, and nobody sees a half.
 */
static const char *const migrations[] = {
	schema_sql,
	schema_2_sql,
	schema_3_sql,
	schema_4_sql,
	schema_5_sql,
	schema_6_sql,
	schema_7_sql,
	schema_8_sql,
	schema_9_sql,
	schema_10_sql,
};
enum { VERSION = ARRAY_SIZE(migrations) };

static const char SQL_APPLICATION_ID[] = "PRAGMA application_id";
static const char SQL_VERSION[] = "PRAGMA user_version";
static const char SQL_TABLES[] = "SELECT count(*) FROM sqlite_schema";
static const char SQL_PAGES[] =
	"SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
static const char SQL_ORGANIZATION[] = "SELECT organization, written_at FROM memory";
static const char SQL_MEMORY_MAKE[] =
	"INSERT INTO memory (one, organization, written_at, head_seq, head_hash)"
	" VALUES (1, ?, ?, 0, ?)";
static const char SQL_ANCHOR_MAKE[] = "INSERT INTO anchor (one, seq, hash) VALUES (1, 0, ?)";

/* ---- is it ours? -------------------------------------------------------- */

/* *version: 0 for a file that holds nothing yet. */
static int version_read(struct state *s, int64_t *version, struct err *e)
{
	int64_t application, tables;

	if (state_number(s, &tables, 0, e, SQL_TABLES, NULL, 0) ||
	    state_number(s, &application, 0, e, SQL_APPLICATION_ID, NULL, 0) ||
	    state_number(s, version, 0, e, SQL_VERSION, NULL, 0))
		return -1;
	if (!tables && !application && !*version)
		return 0;
	if (application != STATE_APPLICATION_ID || *version < 1)
		return err_set(e, ERR_STATE,
			       "state %s: is a database of another program; it was not touched\n"
			       "hint: name another file in state.path",
			       s->path);
	if (*version > VERSION)
		return err_set(e, ERR_STATE,
			       "state %s: was made by a newer seatsync (version %lld, this one "
			       "knows %d); it was not touched\nhint: upgrade seatsync",
			       s->path, (long long)*version, VERSION);
	return 0;
}

static int size_check(struct state *s, struct err *e)
{
	int64_t size;

	if (state_number(s, &size, 0, e, SQL_PAGES, NULL, 0))
		return -1;
	if (!place_cut(s->path, size))
		return 0;
	return err_set(e, ERR_STATE,
		       "state %s: damaged (its end is cut off); nothing was changed\n" HINT_DAMAGED,
		       s->path);
}

static int organization_check(struct state *s, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	const char *name;
	int more;

	if (state_query(s, &rows, e, SQL_ORGANIZATION, NULL, 0))
		return -1;
	more = rows_next(s, rows, e);
	if (more < 0)
		return -1;
	name = more ? rows_peek(rows, 0) : NULL;
	if (!name)
		return err_set(e, ERR_STATE, "state %s: damaged: names no organization", s->path);
	s->last_time = rows_num(rows, 1);
	if (!str_eq(name, s->organization))
		return err_set(e, ERR_STATE,
			       "state %s: belongs to the organization %s, not to %s; it was not "
			       "touched\nhint: give each organization a state.path of its own",
			       s->path, name, s->organization);
	return 0;
}

/* ---- migrations ----------------------------------------------------------- */

static int memory_make(struct state *s, utc now, struct err *e)
{
	char genesis[DIGEST_TEXT_SIZE];

	history_genesis(s->organization, genesis);
	if (STATE_DO(s, e, SQL_MEMORY_MAKE, text(s->organization), num(now), text(genesis)))
		return -1;
	return STATE_DO(s, e, SQL_ANCHOR_MAKE, text(genesis));
}

static int migrations_run(struct state *s, int64_t from, utc now, struct err *e)
{
	char stamp[96];

	for (int64_t i = from; i < VERSION; i++)
		if (state_script(s, migrations[i], e) || (i == 0 && memory_make(s, now, e)))
			return -1;
	snprintf(stamp, sizeof stamp, "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 STATE_APPLICATION_ID, VERSION);
	return state_script(s, stamp, e);
}

static int migrate(struct state *s, int64_t from, utc now, struct err *e)
{
	if (from == VERSION)
		return 0;
	if (state_script(s, "BEGIN IMMEDIATE", e))
		return -1;
	if (migrations_run(s, from, now, e))
		return state_rollback(s);
	crash_point();
	return state_script(s, "COMMIT", e) ? state_rollback(s) : 0;
}

/* ---- the connection --------------------------------------------------------- */

static int connection_harden(struct state *s, struct err *e)
{
	static const struct {
		int setting, value;
	} settings[] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0},
		{SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1},
		{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		if (sqlite3_db_config(s->db, settings[i].setting, settings[i].value, NULL))
			return state_failed(s, e);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, STATE_BUSY_MS);
	sqlite3_limit(s->db, SQLITE_LIMIT_ATTACHED, 0);
	return state_script(s, "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY", e);
}

static const char SQL_LOG[] = "PRAGMA journal_mode = WAL";

static int log_begin(struct state *s, struct err *e)
{
	struct arena a CLEANUP(arena_free) = {0};
	const char *const *mode;

	if (state_words(s, &a, &mode, e, SQL_LOG, NULL, 0))
		return -1;
	if (str_eq(mode[0], "wal"))
		return 0;
	return err_set(e, ERR_FAILED,
		       "state %s: its filesystem cannot hold a write-ahead log\n"
		       "hint: put state.path on a local disk",
		       s->path);
}

/* The log and its index stay when a run ends: a reader need not make them. */
static int log_prepare(struct state *s, struct err *e)
{
	char settings[128];
	int keep = 1;

	snprintf(settings, sizeof settings,
		 "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = %d;"
		 " PRAGMA journal_size_limit = 0",
		 CHECKPOINT_PAGES);
	if (log_begin(s, e) || state_script(s, settings, e))
		return -1;
	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	return 0;
}

/*
 * Once it has a table a state keeps a write-ahead log, never a journal that
 * has to be rolled back: such a file was being made when its maker died.
 */
static bool never_finished(struct state *s)
{
	return sqlite3_extended_errcode(s->db) == SQLITE_READONLY_ROLLBACK;
}

/* Begun anew: what lay here before is no backup's future, also when this run dies early. */
static int witness_forget(struct state *s, utc now, struct err *e)
{
	s->witness.seq = 0;
	if (s->mode == STATE_RUN && place_witness_write(s->lock, now, &s->witness))
		return err_set(e, ERR_FAILED, "state lock of %s: %s", s->path, strerror(errno));
	return 0;
}

/* 1: the file holds nothing yet. */
static int connect(struct state *s, utc now, struct err *e)
{
	int flags = s->mode == STATE_RUN ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	int64_t version;

	if (sqlite3_open_v2(s->path, &s->db, flags | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX,
			    NULL))
		return s->db ? state_failed(s, e)
			     : err_set(e, ERR_FAILED, "state %s: no memory", s->path);
	if (connection_harden(s, e))
		return -1;
	if (version_read(s, &version, e))
		return s->mode == STATE_READ && never_finished(s) ? 1 : -1;
	if (version && (size_check(s, e) || organization_check(s, e)))
		return -1;
	if (!version && witness_forget(s, now, e))
		return -1;
	if (s->mode == STATE_RUN)
		return log_prepare(s, e) || migrate(s, version, now, e) ? -1 : 0;
	if (version && version < VERSION)
		return err_set(e, ERR_FAILED,
			       "state %s: was made by an older seatsync\nhint: the next run "
			       "brings it up to date; until then nothing can be shown",
			       s->path);
	return version ? 0 : 1;
}

/* Nothing is remembered: the same tables, in memory. */
static int connect_empty(struct state *s, utc now, struct err *e)
{
	free(s->path);
	s->path = NULL;
	statements_close(s);
	sqlite3_close(s->db);
	if (sqlite3_open_v2(":memory:", &s->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_MEMORY, NULL))
		return err_set(e, ERR_FAILED, "state: no memory");
	return connection_harden(s, e) || migrate(s, 0, now, e) ? -1 : 0;
}

static int open_all(struct state *s, const char *path, utc now, struct err *e)
{
	int found;

	if (place_resolve(path, s->mode, &s->path, e))
		return -1;
	if (s->mode == STATE_RUN && (place_lock(s->path, now, &s->lock, &s->witness, e) ||
				     place_make(s->path, e)))
		return -1;
	if (!s->path)
		return connect_empty(s, now, e);
	if (s->mode == STATE_READ)
		place_witness_read(s->path, &s->witness);
	found = connect(s, now, e);
	if (found)
		return found > 0 ? connect_empty(s, now, e) : -1;
	return witness_check(s, now, e);
}

int state_open(struct state **s, const char *path, const char *organization, enum state_mode mode,
	       utc now, struct err *e)
{
	struct state *made = mem_resize(NULL, 1, sizeof *made);

	*made = (struct state){.mode = mode, .lock = -1, .opened_at = now};
	made->organization = strdup(organization);
	if (!made->organization || open_all(made, path, now, e)) {
		if (!made->organization)
			err_set(e, ERR_FAILED, "state: no memory");
		state_close(made);
		return -1;
	}
	*s = made;
	return 0;
}

static int copy_fill(struct state *copy, const struct state *s, struct err *e)
{
	sqlite3_backup *backup;
	int step;

	if (sqlite3_open_v2(":memory:", &copy->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_MEMORY, NULL))
		return err_set(e, ERR_FAILED, "state: no memory");
	backup = sqlite3_backup_init(copy->db, "main", s->db, "main");
	if (!backup)
		return state_failed(copy, e);
	step = sqlite3_backup_step(backup, -1);
	if (sqlite3_backup_finish(backup))
		return state_failed(copy, e);
	if (step != SQLITE_DONE) /* busy is no error to sqlite3_backup_finish, and leaves it empty */
		return err_set(e, ERR_STATE, "state: cannot be copied, so no plan was made: %s\n"
			       "hint: another run writes it; try again", sqlite3_errstr(step));
	return connection_harden(copy, e);
}

int state_copy(struct state **copy, const struct state *s, struct err *e)
{
	struct state *made = mem_resize(NULL, 1, sizeof *made);

	*made = (struct state){.mode = STATE_RUN, .lock = -1, .opened_at = s->opened_at,
			       .restored = s->restored, .last_time = s->last_time};
	if (copy_fill(made, s, e)) {
		state_close(made);
		return -1;
	}
	*copy = made;
	return 0;
}

/* After a failed write the log is left as it is: the next run recovers it. */
void state_close(struct state *s)
{
	if (!s)
		return;
	statements_close(s);
	if (s->db && s->broken)
		sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(s->db);
	if (s->lock >= 0)
		close(s->lock);
	free(s->path);
	free(s->organization);
	free(s->actor);
	free(s->accounts);
	free(s->actions);
	free(s);
}
