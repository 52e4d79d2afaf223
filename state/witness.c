/*
 * How far the history had come, written beside the file when it was closed
 * last.  A file that ends before, or went another way, was put back.
 */
#include "state/store.h"

static const char SQL_HEAD_SEQ[] = "SELECT head_seq FROM memory";
static const char SQL_LINK_HASH[] = "SELECT hash FROM history WHERE seq = ?";
static const char SQL_UNACCEPT[] = "UPDATE memory SET accepted_config = NULL";

/* 1: the file's history holds what was witnessed, or has trimmed it; 0: it does not. */
static int witness_holds(struct state *s, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	int64_t head;
	int more;

	if (state_number(s, &head, 0, e, SQL_HEAD_SEQ, NULL, 0))
		return -1;
	if (s->witness.seq > head)
		return 0;
	if (STATE_QUERY(s, &rows, e, SQL_LINK_HASH, num(s->witness.seq)))
		return -1;
	more = rows_next(s, rows, e);
	if (more < 0)
		return -1;
	return !more || str_eq(rows_peek(rows, 0), s->witness.hash);
}

/* Kept, so that later runs hold the losses, too, until they are released. */
static int restored_note(struct state *s, utc now, struct err *e)
{
	if (state_begin(s, e))
		return -1;
	if (STATE_DO(s, e, SQL_UNACCEPT) ||
	    history_append(s, &(struct link){.at = now, .actor = "seatsync", .event = "restored",
					     .result = "done",
					     .text = "the state was put back from a backup"}, e))
		return state_rollback(s);
	return state_commit(s, now, e);
}

int witness_check(struct state *s, utc now, struct err *e)
{
	int holds = s->witness.seq ? witness_holds(s, e) : 1;

	if (holds < 0)
		return -1;
	s->restored = !holds;
	return s->restored && s->mode == STATE_RUN ? restored_note(s, now, e) : 0;
}
