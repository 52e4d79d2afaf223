/*
 * Holds, as the state sees their life.  A plan makes one and says, run by run,
 * who is still in it.  A release is valid for a day; the first run that gets
 * as far as a plan takes it, whether or not all could go in that run, and from
 * then on it lasts as long as the hold.  The hold ends with the first plan in
 * which nobody is left in it.
 */
#include <stdio.h>

#include "state/store.h"

enum { LOSSES_TEXT_MAX = 128 };

static const char SQL_HOLD_MAKE[] =
	"INSERT INTO hold (id, cause, made_at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
	" cause = excluded.cause, made_at = excluded.made_at, released_at = NULL,"
	" released_by = NULL, taken_at = NULL, closed_at = NULL";
static const char SQL_HOLD_PERSON[] =
	"INSERT INTO hold_person (hold, address, losses) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
static const char SQL_HOLD_REASON[] =
	"UPDATE hold_person SET email = ?, reason = ?"
	" WHERE hold = ? AND address = ? AND reason IS NULL";
static const char SQL_HOLD_PEOPLE[] =
	"SELECT address FROM hold_person WHERE hold = ? ORDER BY address";
static const char SQL_HOLD_PERSON_DROP[] =
	"DELETE FROM hold_person WHERE hold = ? AND address = ?";
static const char SQL_HOLDS_OPEN[] = "SELECT id FROM hold WHERE closed_at IS NULL ORDER BY id";
static const char SQL_HOLD_CLOSE[] = "UPDATE hold SET closed_at = ? WHERE id = ?";
static const char SQL_HOLD_TAKE[] =
	"UPDATE hold SET taken_at = ?1 WHERE closed_at IS NULL AND taken_at IS NULL"
	" AND ?1 - released_at BETWEEN 0 AND ?2 - 1";
static const char SQL_HOLD_ONE[] =
	"SELECT cause, taken_at, released_by FROM hold WHERE id = ? AND closed_at IS NULL";
static const char SQL_HOLD_RELEASE[] =
	"UPDATE hold SET released_at = ?, released_by = ? WHERE id = ?";
static const char SQL_HOLDS_TRIM[] = "DELETE FROM hold WHERE closed_at < ?";
static const char SQL_HOLDS_SHOW[] =
	"SELECT h.id, h.cause, h.made_at, h.released_at, h.released_by,"
	" coalesce(p.email, p.address), coalesce(p.reason, '')"
	" FROM hold h JOIN hold_person p ON p.hold = h.id WHERE h.closed_at IS NULL"
	" ORDER BY h.made_at, h.id, p.address";

static int hold_link(struct state *s, const char *event, const char *result, const char *id,
		     const char *actor, utc now, struct err *e)
{
	return history_append(s, &(struct link){.at = now, .run = s->run, .actor = actor,
						.event = event, .result = result, .text = id},
			      e);
}

/* By the time of the plan: what it let through is what is taken. */
int hold_take(struct state *s, utc planned_at, struct err *e)
{
	return STATE_DO(s, e, SQL_HOLD_TAKE, num(planned_at), num(RELEASE_VALID));
}

/* ---- after a run ------------------------------------------------------------------ */

/* Words with spaces between. */
static const char *losses_text(unsigned losses, char out[LOSSES_TEXT_MAX])
{
	size_t len = 0;

	out[0] = '\0';
	for (unsigned loss = 1; loss < LOSS_END; loss *= 2)
		if (losses & loss)
			len += (size_t)snprintf(out + len, LOSSES_TEXT_MAX - len, "%s%s",
						len ? " " : "", loss_name(loss));
	return out;
}

static int hold_make(struct state *s, const struct plan_hold *h, utc now, struct err *e)
{
	char losses[LOSSES_TEXT_MAX];

	if (STATE_DO(s, e, SQL_HOLD_MAKE, text(h->id), text(hold_cause_name(h->cause)),
		     num(h->made_at)))
		return -1;
	for (size_t i = 0; h->addresses[i]; i++)
		if (STATE_DO(s, e, SQL_HOLD_PERSON, text(h->id), text(h->addresses[i]),
			     text(losses_text(h->losses[i], losses))))
			return -1;
	return hold_link(s, "hold", "made", h->id, s->actor, now, e);
}

static int word_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Who is in the table and not in the plan any more dropped out. */
static int hold_shrink(struct state *s, const struct plan_hold *h, struct err *e)
{
	struct arena a CLEANUP(arena_free) = {0};
	const char *const *was, *const *end = h->addresses;

	if (state_words(s, &a, &was, e, SQL_HOLD_PEOPLE, STATE_VALUES(text(h->id))))
		return -1;
	while (*end)
		end++;
	for (; *was; was++)
		if (!bsearch(was, h->addresses, (size_t)(end - h->addresses), sizeof *end,
			     word_compare) &&
		    STATE_DO(s, e, SQL_HOLD_PERSON_DROP, text(h->id), text(*was)))
			return -1;
	return 0;
}

static const struct plan_hold *hold_find(const struct plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->holds_nr; i++)
		if (str_eq(plan->holds[i].id, id))
			return &plan->holds[i];
	return NULL;
}

static int holds_shrink(struct state *s, const struct plan *plan, utc now, struct err *e)
{
	struct arena a CLEANUP(arena_free) = {0};
	const char *const *id;

	if (state_words(s, &a, &id, e, SQL_HOLDS_OPEN, NULL, 0))
		return -1;
	for (; *id; id++) {
		const struct plan_hold *h = hold_find(plan, *id);

		if (h && h->addresses[0] ? hold_shrink(s, h, e)
					 : STATE_DO(s, e, SQL_HOLD_CLOSE, num(now), text(*id)) ||
						   hold_link(s, "hold", "closed", *id, s->actor,
							     now, e))
			return -1;
	}
	return 0;
}

/* A person's reason is that of the first action held. */
static int reasons_write(struct state *s, const struct plan *plan, struct err *e)
{
	for (size_t i = 0; i < plan->held_nr; i++) {
		const struct action *a = &plan->held[i];

		if (a->hold && STATE_DO(s, e, SQL_HOLD_REASON, text(a->email), text(a->reason),
					text(a->hold), text(journal_address(plan, a))))
			return -1;
	}
	return 0;
}

int hold_write(struct state *s, const struct plan *plan, utc now, struct err *e)
{
	for (size_t i = 0; i < plan->holds_nr; i++)
		if (plan->holds[i].fresh && hold_make(s, &plan->holds[i], now, e))
			return -1;
	return holds_shrink(s, plan, now, e) || reasons_write(s, plan, e) ? -1 : 0;
}

int hold_trim(struct state *s, utc before, struct err *e)
{
	return STATE_DO(s, e, SQL_HOLDS_TRIM, num(before));
}

/* ---- release ------------------------------------------------------------------------ */

static int release_check(struct state *s, const char *hold, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	enum hold_cause cause;
	int more;

	if (STATE_QUERY(s, &rows, e, SQL_HOLD_ONE, text(hold)))
		return -1;
	more = rows_next(s, rows, e);
	if (more < 0)
		return -1;
	if (!more)
		return err_set(e, ERR_REFUSED, "hold %s: no such hold\nhint: see `seatsync holds`",
			       hold);
	cause = hold_cause_parse(rows_peek(rows, 0));
	if (cause != HOLD_LIMIT && cause != HOLD_CONFIG)
		return err_set(e, ERR_REFUSED,
			       "hold %s: its cause (%s) cannot be released; nothing was changed\n"
			       "hint: see `seatsync holds`",
			       hold, hold_cause_name(cause));
	if (rows_num(rows, 1))
		return err_set(e, ERR_REFUSED,
			       "hold %s: was released before, by %s, and a run is at it\n"
			       "hint: see `seatsync holds`",
			       hold, rows_peek(rows, 2));
	return 0;
}

static int release_write(struct state *s, const char *hold, const char *actor, utc now,
			 struct err *e)
{
	return release_check(s, hold, e) ||
			       STATE_DO(s, e, SQL_HOLD_RELEASE, num(now), text(actor), text(hold)) ||
			       hold_link(s, "release", "done", hold, actor, now, e)
		       ? -1
		       : 0;
}

int state_release(struct state *s, const char *hold, const char *actor, utc now, struct err *e)
{
	if (state_begin(s, e))
		return -1;
	if (release_write(s, hold, actor, now, e))
		return state_rollback(s);
	return state_commit(s, now, e);
}

/* ---- showing --------------------------------------------------------------------------- */

typedef VEC(struct hold_row) hold_rows;
typedef VEC(const char *) words;

static void hold_finish(struct arena *a, hold_rows *list, words *emails, words *reasons)
{
	struct hold_row *last;

	if (!list->nr)
		return;
	last = &list->items[list->nr - 1];
	last->emails_nr = emails->nr;
	last->emails = WORDS_KEEP(a, emails);
	last->reasons = WORDS_KEEP(a, reasons);
	emails->nr = reasons->nr = 0;
}

static int holds_collect(struct state *s, struct arena *a, hold_rows *list, words *emails,
			 words *reasons, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	int more;

	if (state_query(s, &rows, e, SQL_HOLDS_SHOW, NULL, 0))
		return -1;
	while ((more = rows_next(s, rows, e)) > 0) {
		if (!list->nr || !str_eq(list->items[list->nr - 1].id, rows_peek(rows, 0))) {
			hold_finish(a, list, emails, reasons);
			VEC_ADD(list, ((struct hold_row){
					      .id = rows_text(rows, 0, a),
					      .cause = hold_cause_parse(rows_peek(rows, 1)),
					      .made_at = rows_num(rows, 2),
					      .released_at = rows_num(rows, 3),
					      .released_by = rows_text(rows, 4, a),
				      }));
		}
		VEC_ADD(emails, rows_text(rows, 5, a));
		VEC_ADD(reasons, rows_text(rows, 6, a));
	}
	hold_finish(a, list, emails, reasons);
	return more;
}

int state_holds(struct state *s, struct arena *a, struct hold_row **rows, size_t *nr, struct err *e)
{
	hold_rows list = {0};
	words emails = {0}, reasons = {0};
	int failed = holds_collect(s, a, &list, &emails, &reasons, e);

	if (!failed) {
		*nr = list.nr;
		*rows = LIST_KEEP(a, &list);
	}
	VEC_FREE(&list);
	VEC_FREE(&emails);
	VEC_FREE(&reasons);
	return failed;
}
