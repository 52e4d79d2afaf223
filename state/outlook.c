/* What the last plan showed beside its actions: lists, problems, seats. */
#include "state/store.h"

static const char SQL_OUTLOOK[] =
	"SELECT list, action, email, rule, reason, why, hold, role, wants_seat FROM outlook"
	" WHERE ?1 IS NULL OR list = ?1 ORDER BY position";
static const char SQL_OUTLOOK_DROP[] = "DELETE FROM outlook";
static const char SQL_OUTLOOK_ADD[] =
	"INSERT INTO outlook (list, action, email, rule, reason, why, hold, role, wants_seat)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char SQL_PROBLEMS[] =
	"SELECT directory, known_group, state, why FROM problem ORDER BY position";
static const char SQL_PROBLEMS_DROP[] = "DELETE FROM problem";
static const char SQL_PROBLEM_ADD[] =
	"INSERT INTO problem (directory, known_group, state, why) VALUES (?, ?, ?, ?)";
static const char SQL_SEATS_ADD[] =
	"INSERT INTO seats (run, at, total, assigned, reserved, free, waiting)"
	" VALUES (?, ?, ?, ?, ?, ?, ?)";
static const char SQL_SEATS[] =
	"SELECT at, total, assigned, reserved, free, waiting FROM seats WHERE at >= ? ORDER BY run";
static const char SQL_NOT_DONE[] =
	"SELECT count(*) FROM journal WHERE run = ? AND state <> 'done'";

typedef VEC(struct outlook_row) outlook_rows;

/* ---- lists ------------------------------------------------------------------------ */

static void actions_collect(outlook_rows *rows, const char *list, const struct action *actions,
			    size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		VEC_ADD(rows, ((struct outlook_row){
				      .list = list,
				      .action = action_name(actions[i].kind),
				      .email = actions[i].email,
				      .rule = actions[i].rule,
				      .reason = actions[i].reason,
				      .why = actions[i].why,
				      .hold = actions[i].hold,
				      .role = actions[i].role,
				      .wants_seat = actions[i].wants_seat,
			      }));
}

static void notes_collect(outlook_rows *rows, const char *list, const struct plan_note *notes,
			  size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		VEC_ADD(rows, ((struct outlook_row){
				      .list = list,
				      .email = notes[i].email ? notes[i].email : notes[i].dn,
				      .why = notes[i].why,
			      }));
}

static void outlook_peek(ROWS *rows, struct outlook_row *row)
{
	*row = (struct outlook_row){
		.list = rows_peek(rows, 0),
		.action = rows_peek(rows, 1),
		.email = rows_peek(rows, 2),
		.rule = rows_peek(rows, 3),
		.reason = rows_peek(rows, 4),
		.why = rows_peek(rows, 5),
		.hold = rows_peek(rows, 6),
		.role = role_parse(rows_peek(rows, 7)),
		.wants_seat = rows_num(rows, 8) != 0,
	};
}

static bool outlook_row_same(const struct outlook_row *a, const struct outlook_row *b)
{
	return str_eq(a->list, b->list) && str_eq(a->action, b->action) &&
	       str_eq(a->email, b->email) && str_eq(a->rule, b->rule) &&
	       str_eq(a->reason, b->reason) && str_eq(a->why, b->why) && str_eq(a->hold, b->hold) &&
	       a->role == b->role && a->wants_seat == b->wants_seat;
}

static int outlook_compare(struct state *s, const outlook_rows *want, bool *same, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	struct outlook_row row;
	size_t i = 0;
	int more;

	if (STATE_QUERY(s, &rows, e, SQL_OUTLOOK, text(NULL)))
		return -1;
	for (*same = true; *same && (more = rows_next(s, rows, e)) != 0;) {
		if (more < 0)
			return -1;
		outlook_peek(rows, &row);
		*same = i < want->nr && outlook_row_same(&row, &want->items[i++]);
	}
	*same = *same && i == want->nr;
	return 0;
}

static int lists_write(struct state *s, const outlook_rows *want, struct err *e)
{
	bool same;

	if (outlook_compare(s, want, &same, e))
		return -1;
	if (same)
		return 0;
	if (state_do(s, e, SQL_OUTLOOK_DROP, NULL, 0))
		return -1;
	for (size_t i = 0; i < want->nr; i++) {
		const struct outlook_row *r = &want->items[i];

		if (STATE_DO(s, e, SQL_OUTLOOK_ADD, text(r->list), text(r->action), text(r->email),
			     text(r->rule), text(r->reason), text(r->why), text(r->hold),
			     text(role_name(r->role)), num(r->wants_seat)))
			return -1;
	}
	return 0;
}

/* ---- problems and seats --------------------------------------------------------------- */

static int problems_write(struct state *s, const struct plan *plan, struct err *e)
{
	if (state_do(s, e, SQL_PROBLEMS_DROP, NULL, 0))
		return -1;
	for (size_t i = 0; i < plan->problems_nr; i++) {
		const struct plan_problem *p = &plan->problems[i];

		if (STATE_DO(s, e, SQL_PROBLEM_ADD, text(p->directory), text(p->group),
			     text(p->state), text(p->why)))
			return -1;
	}
	return 0;
}

/* As the plan would leave them if all of it was done, else as they were read. */
static int seats_write(struct state *s, const struct plan *plan, utc now, struct err *e)
{
	const struct plan_seats *n = &plan->seats;
	int64_t left;
	bool done;

	if (state_number(s, &left, 0, e, SQL_NOT_DONE, STATE_VALUES(num(s->run))))
		return -1;
	done = left == 0;
	return STATE_DO(s, e, SQL_SEATS_ADD, num(s->run), num(now), seats_or_null(n->total),
			num(done ? n->assigned_after : n->assigned),
			num(done ? n->reserved_after : n->reserved),
			seats_or_null(done ? n->free_after : n->free), num(n->waiting));
}

int outlook_write(struct state *s, const struct plan *plan, utc now, struct err *e)
{
	outlook_rows rows = {0};
	int failed;

	actions_collect(&rows, "held", plan->held, plan->held_nr);
	actions_collect(&rows, "waiting", plan->waiting, plan->waiting_nr);
	actions_collect(&rows, "manual", plan->manual, plan->manual_nr);
	notes_collect(&rows, "skipped", plan->skipped, plan->skipped_nr);
	notes_collect(&rows, "unmanaged", plan->unmanaged, plan->unmanaged_nr);
	failed = lists_write(s, &rows, e);
	VEC_FREE(&rows);
	return failed || problems_write(s, plan, e) || seats_write(s, plan, now, e) ? -1 : 0;
}

/* ---- showing --------------------------------------------------------------------------- */

int state_outlook(struct state *s, struct arena *a, const char *list, struct outlook_row **rows,
		  size_t *nr, struct err *e)
{
	ROWS *found CLEANUP(rows_end) = NULL;
	outlook_rows kept = {0};
	int more;

	if (STATE_QUERY(s, &found, e, SQL_OUTLOOK, text(list)))
		return -1;
	while ((more = rows_next(s, found, e)) > 0)
		VEC_ADD(&kept, ((struct outlook_row){
				       .list = rows_text(found, 0, a),
				       .action = rows_text(found, 1, a),
				       .email = rows_text(found, 2, a),
				       .rule = rows_text(found, 3, a),
				       .reason = rows_text(found, 4, a),
				       .why = rows_text(found, 5, a),
				       .hold = rows_text(found, 6, a),
				       .role = role_parse(rows_peek(found, 7)),
				       .wants_seat = rows_num(found, 8) != 0,
			       }));
	if (!more) {
		*nr = kept.nr;
		*rows = LIST_KEEP(a, &kept);
	}
	VEC_FREE(&kept);
	return more;
}

int state_problems(struct state *s, struct arena *a, struct plan_problem **rows, size_t *nr,
		   struct err *e)
{
	ROWS *found CLEANUP(rows_end) = NULL;
	VEC(struct plan_problem) kept = {0};
	int more;

	if (state_query(s, &found, e, SQL_PROBLEMS, NULL, 0))
		return -1;
	while ((more = rows_next(s, found, e)) > 0)
		VEC_ADD(&kept, ((struct plan_problem){
				       .directory = rows_text(found, 0, a),
				       .group = rows_text(found, 1, a),
				       .state = rows_text(found, 2, a),
				       .why = rows_text(found, 3, a),
			       }));
	if (!more) {
		*nr = kept.nr;
		*rows = LIST_KEEP(a, &kept);
	}
	VEC_FREE(&kept);
	return more;
}

int state_seat_samples(struct state *s, struct arena *a, utc since, struct seat_sample **rows,
		       size_t *nr, struct err *e)
{
	ROWS *found CLEANUP(rows_end) = NULL;
	VEC(struct seat_sample) kept = {0};
	int more;

	if (STATE_QUERY(s, &found, e, SQL_SEATS, num(since)))
		return -1;
	while ((more = rows_next(s, found, e)) > 0)
		VEC_ADD(&kept, ((struct seat_sample){
				       .at = rows_num(found, 0),
				       .total = rows_seats(found, 1),
				       .assigned = rows_num(found, 2),
				       .reserved = rows_num(found, 3),
				       .free = rows_seats(found, 4),
				       .waiting = rows_num(found, 5),
			       }));
	if (!more) {
		*nr = kept.nr;
		*rows = LIST_KEEP(a, &kept);
	}
	VEC_FREE(&kept);
	return more;
}
