/* Where linked people are, and were while a group names them so: compared, written where it
 * differs. */
#include "state/store.h"

static const char SQL_WHEREABOUTS[] =
	"SELECT w.id, w.place, p.id IS NOT NULL FROM whereabouts w LEFT JOIN person p"
	" ON p.directory = w.directory AND p.id = w.id"
	" WHERE w.directory = ? ORDER BY w.id, w.place";
static const char SQL_WHEREABOUT_ADD[] =
	"INSERT INTO whereabouts (directory, id, place) VALUES (?, ?, ?)";
static const char SQL_WHEREABOUT_DROP[] =
	"DELETE FROM whereabouts WHERE directory = ? AND id = ? AND place = ?";

typedef VEC(struct whereabout) whereabouts;

int state_whereabouts(struct state *s, struct arena *a, const char *directory,
		      struct whereabout **rows, size_t *nr, struct err *e)
{
	ROWS *found CLEANUP(rows_end) = NULL;
	whereabouts kept = {0};
	int more;

	if (STATE_QUERY(s, &found, e, SQL_WHEREABOUTS, text(directory)))
		return -1;
	while ((more = rows_next(s, found, e)) > 0)
		VEC_ADD(&kept,
			((struct whereabout){rows_text(found, 0, a), rows_text(found, 1, a)}));
	if (!more) {
		*nr = kept.nr;
		*rows = LIST_KEEP(a, &kept);
	}
	VEC_FREE(&kept);
	return more;
}

/* ---- what differs ------------------------------------------------------------------ */

struct difference {
	struct arena a;
	whereabouts gone;
	VEC(size_t) new; /* of those wanted */
};

static void difference_free(struct difference *d)
{
	arena_free(&d->a);
	VEC_FREE(&d->gone);
	VEC_FREE(&d->new);
}

static int row_order(const struct whereabout *w, const char *id, const char *place)
{
	int order = strcmp(w->id, id);

	return order ? order : strcmp(w->place, place);
}

/*
 * A row that is not wanted goes when nobody has the id any more, or when the
 * person's whereabouts are known to be others: some of the id's rows are wanted.
 */
static bool row_goes(const struct whereabout *w, size_t nr, size_t at, const char *id, bool linked,
		     bool whole)
{
	bool seen = (at < nr && strcmp(w[at].id, id) == 0) || (at && strcmp(w[at - 1].id, id) == 0);

	return !linked || (whole && seen);
}

static int whereabouts_compare(struct state *s, const char *directory, const struct whereabout *w,
			       size_t nr, bool whole, struct difference *d, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	size_t at = 0;
	int more;

	if (STATE_QUERY(s, &rows, e, SQL_WHEREABOUTS, text(directory)))
		return -1;
	while ((more = rows_next(s, rows, e)) > 0) {
		const char *id = rows_peek(rows, 0), *place = rows_peek(rows, 1);

		for (; at < nr && row_order(&w[at], id, place) < 0; at++)
			VEC_ADD(&d->new, at);
		if (at < nr && row_order(&w[at], id, place) == 0)
			at++;
		else if (row_goes(w, nr, at, id, rows_num(rows, 2) != 0, whole))
			VEC_ADD(&d->gone, ((struct whereabout){arena_strdup(&d->a, id),
							       arena_strdup(&d->a, place)}));
	}
	for (; at < nr; at++)
		VEC_ADD(&d->new, at);
	return more;
}

static int row_write(struct state *s, const char *sql, const char *directory,
		      const struct whereabout *w, struct err *e)
{
	return STATE_DO(s, e, sql, text(directory), text(w->id), text(w->place));
}

static int difference_write(struct state *s, const char *directory, const struct whereabout *w,
			    const struct difference *d, struct err *e)
{
	for (size_t i = 0; i < d->gone.nr; i++)
		if (row_write(s, SQL_WHEREABOUT_DROP, directory, &d->gone.items[i], e))
			return -1;
	for (size_t i = 0; i < d->new.nr; i++)
		if (row_write(s, SQL_WHEREABOUT_ADD, directory, &w[d->new.items[i]], e))
			return -1;
	return 0;
}

static int difference_commit(struct state *s, const char *directory, const struct whereabout *w,
			     const struct difference *d, utc now, struct err *e)
{
	if (!d->gone.nr && !d->new.nr)
		return 0;
	if (state_begin(s, e))
		return -1;
	if (difference_write(s, directory, w, d, e))
		return state_rollback(s);
	return state_commit(s, now, e);
}

int state_whereabouts_write(struct state *s, const char *directory, const struct whereabout *w,
			    size_t nr, bool whole, utc now, struct err *e)
{
	struct difference d CLEANUP(difference_free) = {0};

	BUG_IF(!s->run);
	if (whereabouts_compare(s, directory, w, nr, whole, &d, e))
		return -1;
	return difference_commit(s, directory, w, &d, now, e);
}

int state_whereabouts_forget(struct state *s, const char *directory, const struct whereabout *w,
			     size_t nr, utc now, struct err *e)
{
	struct difference d CLEANUP(difference_free) = {0};

	BUG_IF(!s->run);
	for (size_t i = 0; i < nr; i++)
		VEC_ADD(&d.gone, w[i]);
	return difference_commit(s, directory, NULL, &d, now, e);
}
