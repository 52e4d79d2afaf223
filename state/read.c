/* What status, invitations and the like show of runs and accounts. */
#include "state/store.h"

static const char SQL_RUNS[] =
	"SELECT id, command, actor, started_at, ended_at, status, error, plan, config,"
	" (SELECT count(*) FROM journal WHERE run = r.id AND state = 'done'),"
	" (SELECT count(*) FROM journal WHERE run = r.id AND state = 'failed'),"
	" (SELECT count(*) FROM journal WHERE run = r.id AND state = 'sent'),"
	" state = 'interrupted', stopped"
	" FROM run r WHERE ?1 IS NULL OR (state = 'ended' AND status <> ?1)"
	" ORDER BY id DESC LIMIT ?2";
static const char SQL_FAILURES[] =
	"SELECT count(*), min(started_at) FROM run"
	" WHERE (?2 OR state <> 'running') AND NOT stopped AND id >"
	" coalesce((SELECT max(id) FROM run WHERE state = 'ended' AND status <> ?1), 0)";
/* Without an id and never sent: the place of a line of the worklist, see agent/queue.c. */
#define SQL_SENT "(i.id IS NOT NULL OR a.attempts > 0)"
#define SQL_SENT_INVITATION "invitation i JOIN account a ON a.id = i.account WHERE " SQL_SENT
/* Of the two the latest. */
#define SQL_REFUSED \
	"r.id = (SELECT id FROM refusal WHERE account = a.id" \
	" AND action IN ('invite', 'reissue_invitation') ORDER BY at DESC, id DESC LIMIT 1)"
static const char SQL_TOTALS[] =
	"SELECT count(*), count(member_id), count(" SQL_PARKED "), count(leaving_since),"
	" (SELECT count(*) FROM " SQL_SENT_INVITATION "),"
	" (SELECT count(*) FROM journal WHERE state = 'sent'),"
	" (SELECT accepted_config FROM memory) FROM account";
static const char SQL_SEATS_LAST[] =
	"SELECT at, total, assigned, reserved, free, waiting FROM seats ORDER BY run DESC LIMIT 1";
static const char SQL_INVITATIONS[] =
	"SELECT i.id, i.email, i.role, i.sent_at, i.expires_at, a.attempts, " SQL_PARKED ","
	" i.wants_seat, a.gone_since, r.times, r.at, r.text FROM invitation i"
	" JOIN account a ON a.id = i.account LEFT JOIN refusal r ON " SQL_REFUSED
	" WHERE " SQL_SENT " ORDER BY i.expires_at, i.address";
/* Whom the platform refused the first one: there is none. */
static const char SQL_REFUSED_INVITATIONS[] =
	"SELECT NULL, coalesce(a.email, r.address), r.role, NULL, NULL, a.attempts, " SQL_PARKED ","
	" a.waiting_since IS NOT NULL, NULL, r.times, r.at, r.text"
	" FROM refusal r JOIN account a ON a.id = r.account WHERE " SQL_REFUSED
	" AND NOT EXISTS (SELECT 1 FROM invitation i WHERE i.account = a.id)"
	" ORDER BY r.address";

static const char SQL_ACTIONS[] =
	"SELECT action, state, count(*) FROM journal WHERE run = ? GROUP BY action, state";
static const char SQL_LEAVERS[] =
	"SELECT email, leaving_since, leaving_runs FROM account"
	" WHERE leaving_since IS NOT NULL AND managed = 1 AND member_id IS NOT NULL"
	" ORDER BY leaving_since, address";
static const char SQL_DECISION[] =
	"SELECT decision FROM account WHERE address = ?1"
	" OR id IN (SELECT account FROM invitation WHERE address = ?1) ORDER BY id LIMIT 1";

/* ---- runs ------------------------------------------------------------------------- */

static void run_read(ROWS *rows, struct arena *a, struct run_row *run)
{
	*run = (struct run_row){
		.id = rows_num(rows, 0),
		.command = rows_text(rows, 1, a),
		.actor = rows_text(rows, 2, a),
		.started_at = rows_num(rows, 3),
		.ended_at = rows_num(rows, 4),
		.status = rows_num(rows, 4) ? (int)rows_num(rows, 5) : -1,
		.error = rows_text(rows, 6, a),
		.plan_id = rows_text(rows, 7, a),
		.config = rows_text(rows, 8, a),
		.done = (size_t)rows_num(rows, 9),
		.failed = (size_t)rows_num(rows, 10),
		.unknown = (size_t)rows_num(rows, 11),
		.interrupted = rows_num(rows, 12),
		.stopped = rows_num(rows, 13),
	};
}

static int runs_collect(struct state *s, struct arena *a, struct value without, int64_t limit,
			struct run_row **rows, size_t *nr, struct err *e)
{
	ROWS *found CLEANUP(rows_end) = NULL;
	VEC(struct run_row) kept = {0};
	struct run_row run;
	int more;

	if (STATE_QUERY(s, &found, e, SQL_RUNS, without, num(limit)))
		return -1;
	while ((more = rows_next(s, found, e)) > 0) {
		run_read(found, a, &run);
		VEC_ADD(&kept, run);
	}
	if (!more) {
		*nr = kept.nr;
		*rows = LIST_KEEP(a, &kept);
	}
	VEC_FREE(&kept);
	return more;
}

int state_runs(struct state *s, struct arena *a, size_t limit, struct run_row **rows, size_t *nr,
	       struct err *e)
{
	return runs_collect(s, a, text(NULL), limit ? (int64_t)limit : -1, rows, nr, e);
}

int state_run_actions(struct state *s, int64_t run, struct run_actions *out, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	struct run_actions found = {0};
	int more;

	if (STATE_QUERY(s, &rows, e, SQL_ACTIONS, num(run)))
		return -1;
	while ((more = rows_next(s, rows, e)) > 0) {
		const char *state = rows_peek(rows, 1);
		int kind = action_parse(rows_peek(rows, 0));
		size_t nr = (size_t)rows_num(rows, 2);

		if (kind < 0)
			continue;
		if (str_eq(state, "done"))
			found.done[kind] = nr;
		else if (str_eq(state, "failed"))
			found.failed[kind] = nr;
		else if (str_eq(state, "sent"))
			found.unknown[kind] = nr;
	}
	if (!more)
		*out = found;
	return more;
}

/* ---- the summary ---------------------------------------------------------------------- */

static int run_last(struct state *s, struct arena *a, struct value without, struct run_row *run,
		    struct err *e)
{
	struct run_row *rows;
	size_t nr;

	if (runs_collect(s, a, without, 1, &rows, &nr, e))
		return -1;
	if (nr)
		*run = rows[0];
	return 0;
}

static int totals_read(struct state *s, struct arena *a, struct state_summary *out, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;

	if (state_query(s, &rows, e, SQL_TOTALS, NULL, 0) || rows_next(s, rows, e) < 0)
		return -1;
	out->accounts = (size_t)rows_num(rows, 0);
	out->members = (size_t)rows_num(rows, 1);
	out->parked = (size_t)rows_num(rows, 2);
	out->leaving = (size_t)rows_num(rows, 3);
	out->invitations = (size_t)rows_num(rows, 4);
	out->unknown = (size_t)rows_num(rows, 5);
	out->accepted_config = rows_text(rows, 6, a);
	return 0;
}

static int seats_read(struct state *s, struct seat_sample *seats, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	int more;

	if (state_query(s, &rows, e, SQL_SEATS_LAST, NULL, 0))
		return -1;
	more = rows_next(s, rows, e);
	if (more > 0)
		*seats = (struct seat_sample){
			.at = rows_num(rows, 0),
			.total = rows_seats(rows, 1),
			.assigned = rows_num(rows, 2),
			.reserved = rows_num(rows, 3),
			.free = rows_seats(rows, 4),
			.waiting = rows_num(rows, 5),
		};
	return more < 0 ? -1 : 0;
}

/*
 * Whoever holds the lock knows that a run without an end is none that lasts: it was
 * killed, unless it was asked to stop.
 */
static int failures_read(struct state *s, struct state_summary *out, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	bool killed = s->mode == STATE_RUN && !s->run && !s->witness.stopped;

	if (STATE_QUERY(s, &rows, e, SQL_FAILURES, num(STATUS_FAILED), num(killed)) ||
	    rows_next(s, rows, e) < 0)
		return -1;
	out->failures_in_a_row = (unsigned)rows_num(rows, 0);
	out->failing_since = rows_num(rows, 1);
	return 0;
}

static int summary_read(struct state *s, struct arena *a, struct state_summary *out, struct err *e)
{
	if (run_last(s, a, text(NULL), &out->last, e) ||
	    run_last(s, a, num(STATUS_FAILED), &out->last_success, e) ||
	    failures_read(s, out, e) || totals_read(s, a, out, e) || seats_read(s, &out->seats, e))
		return -1;
	out->fresh = !out->last_success.id;
	if (out->last.status < 0 && !out->last.interrupted)
		out->last.stopped = s->witness.stopped;
	return 0;
}

int state_summary(struct state *s, struct arena *a, struct state_summary *out, struct err *e)
{
	struct state_summary summary = {
		.last.status = -1,
		.last_success.status = -1,
		.seats = {.total = SEATS_UNKNOWN, .free = SEATS_UNKNOWN},
	};
	int failed;

	if (state_read_begin(s, e))
		return -1;
	failed = summary_read(s, a, &summary, e);
	state_read_end(s);
	if (!failed)
		*out = summary;
	return failed;
}

/* ---- invitations ------------------------------------------------------------------------ */

typedef VEC(struct invitation_row) invitation_list;

static int invitations_collect(struct state *s, struct arena *a, const char *sql, bool made,
			       invitation_list *kept, struct err *e)
{
	ROWS *found CLEANUP(rows_end) = NULL;
	int more;

	if (state_query(s, &found, e, sql, NULL, 0))
		return -1;
	while ((more = rows_next(s, found, e)) > 0)
		VEC_ADD(kept, ((struct invitation_row){
				       .id = rows_text(found, 0, a),
				       .email = rows_text(found, 1, a),
				       .role = role_parse(rows_peek(found, 2)),
				       .sent_at = rows_num(found, 3),
				       .expires_at = rows_num(found, 4),
				       .attempts = (unsigned)rows_num(found, 5),
				       .parked = parked_parse(rows_peek(found, 6)),
				       .wants_seat = rows_num(found, 7) != 0,
				       .gone_since = rows_num(found, 8),
				       .refused = (unsigned)rows_num(found, 9),
				       .refused_at = rows_num(found, 10),
				       .refused_text = rows_text(found, 11, a),
				       .made = made,
			       }));
	return more;
}

int state_invitations(struct state *s, struct arena *a, struct invitation_row **rows, size_t *nr,
		      struct err *e)
{
	invitation_list kept = {0};
	int failed = invitations_collect(s, a, SQL_INVITATIONS, true, &kept, e) ||
		     invitations_collect(s, a, SQL_REFUSED_INVITATIONS, false, &kept, e);

	if (!failed) {
		*nr = kept.nr;
		*rows = LIST_KEEP(a, &kept);
	}
	VEC_FREE(&kept);
	return failed ? -1 : 0;
}

int state_leavers(struct state *s, struct arena *a, struct leaver_row **rows, size_t *nr,
		  struct err *e)
{
	ROWS *found CLEANUP(rows_end) = NULL;
	VEC(struct leaver_row) kept = {0};
	int more;

	if (state_query(s, &found, e, SQL_LEAVERS, NULL, 0))
		return -1;
	while ((more = rows_next(s, found, e)) > 0)
		VEC_ADD(&kept, ((struct leaver_row){.email = rows_text(found, 0, a),
						    .since = rows_num(found, 1),
						    .runs = (unsigned)rows_num(found, 2)}));
	if (!more) {
		*nr = kept.nr;
		*rows = LIST_KEEP(a, &kept);
	}
	VEC_FREE(&kept);
	return more;
}

/* ---- one account --------------------------------------------------------------------------- */

int state_decision(struct state *s, struct arena *a, const char *address, const char **decision,
		   struct err *e)
{
	const char *const *found;

	if (state_words(s, a, &found, e, SQL_DECISION, STATE_VALUES(text(address))))
		return -1;
	*decision = found[0];
	return 0;
}
