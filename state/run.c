/* A run, from its beginning to its end. */
#include <stdio.h>

#include "state/store.h"

static const char SQL_RUNS_OPEN[] = "SELECT id FROM run WHERE state = 'running'";
static const char SQL_RUN_INTERRUPT[] =
	"UPDATE run SET state = 'interrupted', stopped = ? WHERE id = ? AND state = 'running'";
static const char SQL_TODO_FAIL[] =
	"UPDATE journal SET state = 'failed', ended_at = ?,"
	" text = 'the run was interrupted before it was sent' WHERE run = ? AND state = 'todo'";
static const char SQL_RUN_BEGIN[] =
	"INSERT INTO run (command, config, actor, state, started_at) VALUES (?, ?, ?, 'running', ?)";
static const char SQL_RUN_PLAN[] = "UPDATE run SET plan = ? WHERE id = ?";
static const char SQL_RUN_END[] =
	"UPDATE run SET state = 'ended', ended_at = ?, status = ?, error = ?, stopped = ? WHERE id = ?";
static const char SQL_TODO_DROP[] = "DELETE FROM journal WHERE run = ? AND state = 'todo'";
static const char SQL_ACCEPT[] = "UPDATE memory SET accepted_config = ?";
static const char SQL_LEARN[] = "UPDATE memory SET seats_learnt = ?, seats_learnt_at = ?";
static const char SQL_TOLD[] = "UPDATE memory SET seats_told = ?, seats_told_at = ?";
static const char SQL_UNLEARN[] =
	"UPDATE memory SET seats_learnt = NULL, seats_learnt_at = NULL"
	" WHERE coalesce(seats_left, seats_learnt) > ?";
static const char SQL_LEFT[] = "UPDATE memory SET seats_left = ?1 WHERE seats_left IS NOT ?1";
/* The last one that succeeded stays: without it the state would look new. */
static const char SQL_RUNS_TRIM[] =
	"DELETE FROM run WHERE started_at < ?1 AND id <> ?2"
	" AND id IS NOT (SELECT max(id) FROM run WHERE state = 'ended' AND status <> ?3)"
	" AND NOT EXISTS (SELECT 1 FROM journal WHERE run = run.id)";

static int run_link(struct state *s, int64_t run, const char *result, const char *said, utc now,
		    struct err *e)
{
	return history_append(s, &(struct link){.at = now, .run = run, .actor = s->actor,
						.event = "run", .result = result, .text = said},
			      e);
}

/* ---- beginning ------------------------------------------------------------------- */

/* It did not end: somebody asked it to stop, or it was killed. */
static int run_interrupt(struct state *s, int64_t run, utc now, struct err *e)
{
	bool stopped = s->witness.stopped;
	long long left;
	char said[64];

	if (STATE_DO(s, e, SQL_RUN_INTERRUPT, num(stopped), num(run)) ||
	    STATE_DO(s, e, SQL_TODO_FAIL, num(now), num(run)))
		return -1;
	left = state_changed(s);
	snprintf(said, sizeof said, "%lld %s not sent", left, left == 1 ? "action was" : "actions were");
	return run_link(s, run, stopped ? "stopped" : "interrupted", left ? said : NULL, now, e);
}

static int runs_interrupt(struct state *s, utc now, struct err *e)
{
	int64_t run;

	for (;;) {
		if (state_number(s, &run, 0, e, SQL_RUNS_OPEN, NULL, 0))
			return -1;
		if (!run)
			return 0;
		if (run_interrupt(s, run, now, e))
			return -1;
	}
}

static int begin_write(struct state *s, const char *command, const char *config, utc now,
		       int64_t *run, struct err *e)
{
	if (runs_interrupt(s, now, e) ||
	    STATE_DO(s, e, SQL_RUN_BEGIN, text(command), text(config), text(s->actor), num(now)))
		return -1;
	*run = sqlite3_last_insert_rowid(s->db);
	return run_link(s, *run, "begun", command, now, e);
}

int state_run_begin(struct state *s, const char *command, const char *config, const char *actor,
		    utc now, struct err *e)
{
	int64_t run;

	BUG_IF(s->run);
	free(s->actor);
	s->actor = strdup(actor);
	if (!s->actor)
		return err_set(e, ERR_FAILED, "state %s: no memory", s->path);
	if (state_begin(s, e))
		return -1;
	if (begin_write(s, command, config, now, &run, e))
		return state_rollback(s);
	s->witness.stopped = false;
	if (state_commit(s, now, e))
		return -1;
	s->run = run;
	return 0;
}

void state_run_stop(struct state *s)
{
	s->witness.stopped = true;
	place_stop_mark(s->lock);
}

/* ---- the plan ------------------------------------------------------------------------ */

static int plan_write(struct state *s, const struct plan *plan, const struct plan_file *saved, utc now,
		      struct err *e)
{
	return STATE_DO(s, e, SQL_RUN_PLAN, text(plan->id), num(s->run)) ||
			       (saved && saved_write_applied(s, saved, now, e)) ||
			       memory_write(s, plan, now, e) || journal_plan(s, plan, e) ||
			       hold_take(s, plan->created_at, e)
		       ? -1
		       : 0;
}

int state_run_saved(struct state *s, const struct plan *plan, const struct plan_file *saved, utc now,
		    struct err *e)
{
	BUG_IF(!s->run);
	if (state_begin(s, e))
		return -1;
	if (plan_write(s, plan, saved, now, e))
		return state_rollback(s);
	return state_commit(s, now, e);
}

int state_run_plan(struct state *s, const struct plan *plan, utc now, struct err *e)
{
	return state_run_saved(s, plan, NULL, now, e);
}

/* ---- the end ---------------------------------------------------------------------------- */

/*
 * A lesson is forgotten when fewer seats are seen assigned than the last run
 * left: another hand freed one.  The plan of this run did not believe it either.
 */
static int seats_learn(struct state *s, const struct plan *plan, const struct run_end *end, utc now,
		       struct err *e)
{
	int failed = end->seats_learnt >= 0
			     ? STATE_DO(s, e, SQL_LEARN, num(end->seats_learnt), num(now))
			     : STATE_DO(s, e, SQL_UNLEARN, num(plan->seats.assigned));

	return failed || STATE_DO(s, e, SQL_LEFT, num(end->seats_left)) ? -1 : 0;
}

static int seats_hear(struct state *s, int64_t told, utc now, struct err *e)
{
	return told > 0 ? STATE_DO(s, e, SQL_TOLD, num(told), num(now)) : 0;
}

static int planned_end(struct state *s, const struct plan *plan, const struct run_end *end, utc now,
		       struct err *e)
{
	if (end->readings_counted && memory_write_counters(s, plan, e))
		return -1;
	if (plan->config_accepted && end->status != STATUS_FAILED && end->fingerprint &&
	    STATE_DO(s, e, SQL_ACCEPT, text(end->fingerprint)))
		return -1;
	return hold_write(s, plan, now, e) || outlook_write(s, plan, now, e) ||
			       seats_learn(s, plan, end, now, e) ||
			       seats_hear(s, end->seats_told, now, e)
		       ? -1
		       : 0;
}

/* A clock that may be wrong must not decide what is old. */
static bool clock_trusted(const struct plan *plan)
{
	for (size_t i = 0; plan && i < plan->problems_nr; i++)
		if (str_eq(plan->problems[i].state, "clock"))
			return false;
	return plan != NULL;
}

static int trim(struct state *s, int64_t keep, utc now, struct err *e)
{
	utc before = now - (keep > KEEP_MIN ? keep : KEEP_MIN);

	return journal_trim(s, before, e) || hold_trim(s, before, e) ||
			       STATE_DO(s, e, SQL_RUNS_TRIM, num(before), num(s->run),
					num(STATUS_FAILED)) ||
			       history_trim(s, before, now, e)
		       ? -1
		       : 0;
}

static int end_write(struct state *s, const struct plan *plan, const struct run_end *end, utc now,
		     struct err *e)
{
	char status[16];

	if (plan && planned_end(s, plan, end, now, e))
		return -1;
	snprintf(status, sizeof status, "status %d", (int)end->status);
	if (STATE_DO(s, e, SQL_TODO_DROP, num(s->run)) ||
	    STATE_DO(s, e, SQL_RUN_END, num(now), num(end->status), text(end->error),
		     num(end->stopped), num(s->run)) ||
	    run_link(s, s->run, status, end->error, now, e))
		return -1;
	return clock_trusted(plan) ? trim(s, end->keep, now, e) : 0;
}

int state_run_end(struct state *s, const struct plan *plan, const struct run_end *end, utc now,
		  struct err *e)
{
	BUG_IF(!s->run);
	if (state_begin(s, e))
		return -1;
	if (end_write(s, plan, end, now, e))
		return state_rollback(s);
	if (state_commit(s, now, e))
		return -1;
	s->run = 0;
	s->accounts_nr = s->actions_nr = 0;
	return 0;
}
