/* What the platform refuses a person, until it is done or nobody wants it any more. */
#include "state/store.h"

/*
 * Of another address or role it is another one, and counted anew: where nobody
 * could tell what is wanted, the plan has not let go of the old one (over).
 */
#define SQL_SAME \
	"role IS excluded.role AND (address = excluded.address" \
	" OR action NOT IN ('invite', 'reissue_invitation'))"
static const char SQL_REFUSED[] =
	"INSERT INTO refusal (account, action, address, role, times, since, at, text)"
	" VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5, ?6) ON CONFLICT (account, action) DO UPDATE SET"
	" times = CASE WHEN " SQL_SAME " THEN times + 1 ELSE 1 END,"
	" since = CASE WHEN " SQL_SAME " THEN since ELSE excluded.since END,"
	" address = excluded.address, role = excluded.role, at = excluded.at, text = excluded.text";
static const char SQL_DONE[] = "DELETE FROM refusal WHERE account = ? AND action = ?";
static const char SQL_OVER[] = "DELETE FROM refusal WHERE id = ?";
static const char SQL_REFUSALS[] =
	"SELECT id, account, action, address, role, times, since, at, text FROM refusal"
	" ORDER BY account, action";

int refusal_note(struct state *s, const struct refused *r, utc now, struct err *e)
{
	return STATE_DO(s, e, SQL_REFUSED, num(r->account), text(action_name(r->kind)),
			text(r->address), text(r->role), num(now), text(r->text));
}

int refusal_end(struct state *s, int64_t account, enum action_kind kind, struct err *e)
{
	return STATE_DO(s, e, SQL_DONE, num(account), text(action_name(kind)));
}

int refusals_over(struct state *s, const struct plan *plan, struct err *e)
{
	for (size_t i = 0; i < plan->over_nr; i++)
		if (STATE_DO(s, e, SQL_OVER, num(plan->over[i])))
			return -1;
	return 0;
}

int refusals_load(struct state *s, struct arena *a, struct known *k, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	VEC(struct known_refusal) list = {0};
	int more;

	if (state_query(s, &rows, e, SQL_REFUSALS, NULL, 0))
		return -1;
	while ((more = rows_next(s, rows, e)) > 0) {
		struct known_refusal r = {
			.row = rows_num(rows, 0),
			.kind = (enum action_kind)action_parse(rows_peek(rows, 2)),
			.address = rows_text(rows, 3, a),
			.role = role_parse(rows_peek(rows, 4)),
			.times = (unsigned)rows_num(rows, 5),
			.since = rows_num(rows, 6),
			.at = rows_num(rows, 7),
			.text = rows_text(rows, 8, a),
		};
		if (account_find(k, rows_num(rows, 1), &r.account))
			VEC_ADD(&list, r);
	}
	k->refusals_nr = list.nr;
	k->refusals = LIST_KEEP(a, &list);
	VEC_FREE(&list);
	return more;
}
