/* Plans out of files: which were applied, by whom; each once. */
#include <stdio.h>

#include "agent/text.h"
#include "state/store.h"

static const char SQL_APPLIED_ADD[] =
	"INSERT INTO applied_plan (id, digest, run, at, actor) VALUES (?, ?, ?, ?, ?)";
static const char SQL_APPLIED[] = "SELECT run, at, actor FROM applied_plan WHERE id = ?";

/* The chain names the very bytes: `sed '$d' FILE | sha256sum`. */
static int saved_link(struct state *s, const struct plan_file *saved, const char *result,
		      const char *more, utc now, struct err *e)
{
	char made[UTC_TEXT_SIZE], said[512];

	snprintf(said, sizeof said, "%s of %s, sha256 %s%s%s", saved->id,
		 utc_format(made, saved->created_at), saved->digest, more ? ": " : "",
		 more ? more : "");
	return history_append(s, &(struct link){.at = now, .run = s->run, .actor = s->actor,
						.event = "plan", .result = result, .text = said},
			      e);
}

int saved_write_applied(struct state *s, const struct plan_file *saved, utc now, struct err *e)
{
	return STATE_DO(s, e, SQL_APPLIED_ADD, text(saved->id), text(saved->digest), num(s->run),
			num(now), text(s->actor)) ||
			       saved_link(s, saved, "applied", NULL, now, e)
		       ? -1
		       : 0;
}

int state_saved_refused(struct state *s, const struct plan_file *saved, const char *why, utc now,
			struct err *e)
{
	BUG_IF(!s->run);
	if (state_begin(s, e))
		return -1;
	if (saved_link(s, saved, "refused", why, now, e))
		return state_rollback(s);
	return state_commit(s, now, e);
}

int state_applied(struct state *s, struct arena *a, const char *id, struct applied_row *row,
		  struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	int more;

	if (STATE_QUERY(s, &rows, e, SQL_APPLIED, text(id)))
		return -1;
	more = rows_next(s, rows, e);
	if (more < 0)
		return -1;
	*row = (struct applied_row){0};
	if (more)
		*row = (struct applied_row){.run = rows_num(rows, 0), .at = rows_num(rows, 1),
					    .actor = rows_text(rows, 2, a)};
	return 0;
}
