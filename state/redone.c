/* What another's hand may undo: done to one account again and again, or a removal. */
#include "state/store.h"

/* In the order of what it is about; only the last actions alike count. */
static const char SQL_DONE[] =
	"SELECT account, action = 'set_role', action, role FROM journal"
	" WHERE sent_at BETWEEN ?1 - ?2 + 1 AND ?1 + ?2 AND state = 'done' AND account IS NOT NULL"
	" AND action IN ('assign_seat', 'revoke_seat', 'set_role') ORDER BY account, 2, id";

/* Longer ago than ?3: a list that lags shows nobody's hand. */
static const char SQL_REMOVED[] =
	"SELECT DISTINCT address FROM journal WHERE sent_at BETWEEN ?1 - ?2 + 1 AND ?1 - ?3"
	" AND state = 'done' AND action = 'remove_member' ORDER BY address";

struct redoing {
	int64_t key, about_role;
	struct known_redone last;
};

static int removed_load(struct state *s, struct arena *a, utc now, struct known *k, struct err *e)
{
	if (state_words(s, a, &k->removed, e, SQL_REMOVED,
			STATE_VALUES(num(now), num(REDONE_SECONDS), num(LIST_LAG))))
		return -1;
	while (k->removed[k->removed_nr])
		k->removed_nr++;
	return 0;
}

int redone_load(struct state *s, struct arena *a, utc now, struct known *k, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	VEC(struct known_redone) list = {0};
	struct redoing at = {0};
	int more;

	if (removed_load(s, a, now, k, e) || STATE_QUERY(s, &rows, e, SQL_DONE, num(now), num(REDONE_SECONDS)))
		return -1;
	do {
		struct redoing next = {0};

		more = rows_next(s, rows, e);
		if (more > 0)
			next = (struct redoing){
				.key = rows_num(rows, 0),
				.about_role = rows_num(rows, 1),
				.last = {.kind = (enum action_kind)action_parse(rows_peek(rows, 2)),
					 .role = role_parse(rows_peek(rows, 3)), .times = 1}};
		if (next.key != at.key || next.about_role != at.about_role) {
			if (at.last.times >= REDONE_LEAST &&
			    account_find(k, at.key, &at.last.account))
				VEC_ADD(&list, at.last);
		} else if (next.last.kind == at.last.kind && next.last.role == at.last.role) {
			next.last.times += at.last.times;
		}
		at = next;
	} while (more > 0);
	k->redone_nr = list.nr;
	k->redone = LIST_KEEP(a, &list);
	VEC_FREE(&list);
	return more;
}
