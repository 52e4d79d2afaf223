/* The journal: what is to be done, what left, what became of it. */
#include <stdio.h>

#include "state/store.h"

static const char SQL_PLAN_ACTION[] =
	"INSERT INTO journal (run, account, state, action, email, address, member_id,"
	" invitation_id, role, wants_seat, loss, released, expires_before,"
	" reason) VALUES (?, ?, 'todo', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char SQL_LEAVE[] =
	"UPDATE journal SET state = 'sent', sent_at = ?1, ended_at = NULL, text = NULL,"
	" expires_after = CASE action WHEN 'issue_token' THEN ?3 ELSE ?2 END"
	" WHERE id = ?4 AND state = 'todo'";
static const char SQL_END[] =
	"UPDATE journal SET state = ?2, ended_at = ?3, text = ?4 WHERE id = ?1"
	" AND (state = 'sent' OR (state = 'todo' AND ?2 IN ('todo', 'failed')))";
static const char SQL_UNDO[] =
	"UPDATE journal SET state = 'todo', sent_at = NULL, text = ?2 WHERE id = ?1"
	" AND state IN ('todo', 'sent')";
static const char SQL_ROW[] =
	"SELECT action, account, email, address, invitation_id, role, wants_seat, sent_at,"
	" expires_after, state, expires_before, reason FROM journal WHERE id = ?";
static const char SQL_INVITED[] =
	"INSERT INTO invitation (account, id, email, address, role, sent_at, expires_at,"
	" wants_seat) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (account) DO UPDATE SET"
	" id = excluded.id, email = excluded.email, address = excluded.address,"
	" role = coalesce(excluded.role, role), sent_at = excluded.sent_at,"
	" expires_at = excluded.expires_at, wants_seat = excluded.wants_seat";
static const char SQL_MAIL_COUNT[] =
	"UPDATE account SET attempts = attempts + 1, gone_since = NULL, email = ?2, address = ?3"
	" WHERE id = ?1";
/* ?4: a new one, not the renewal of one that lives. */
static const char SQL_TOKEN_ISSUED[] =
	"UPDATE account SET token = 'live', token_ours = 1, token_expires_at = ?2,"
	" token_seen_at = ?3, token_mails = token_mails + ?4,"
	" token_mailed_at = CASE WHEN ?4 THEN ?3 ELSE token_mailed_at END WHERE id = ?1";
/* From then on a token may be found revoked that no other's hand revoked. */
static const char SQL_TOKEN_ENDS[] =
	"UPDATE account SET token = 'none' WHERE id = (SELECT account FROM journal WHERE id = ?"
	" AND action IN ('assign_seat', 'revoke_seat', 'revoke_token'))";
static const char SQL_CANCELLED[] =
	"DELETE FROM invitation WHERE account = ?1"
	" AND (?2 IS NULL OR id IS NULL OR id = ?2)";
/* The grace of a vanished invitation begins with the answer that it is not there. */
static const char SQL_GONE[] =
	"UPDATE account SET gone_since = coalesce(gone_since, ?2) WHERE id = ?1";
static const char SQL_UNAVAILABLE[] =
	"UPDATE account SET unavailable = 1, parked_at = ?2 WHERE id = ?1";
/* Taking a membership away takes seat and token too: what is unknown of them no longer matters. */
static const char SQL_INCLUDED[] =
	"UPDATE journal SET state = 'done', ended_at = ?2, text = 'included in the removal'"
	" WHERE account = ?1 AND state = 'sent'";
static const char SQL_FINISHED_TRIM[] =
	"DELETE FROM journal WHERE state IN ('done', 'failed') AND coalesce(ended_at, sent_at) < ?"
	" AND coalesce(sent_at, 0) < ?";

/* ---- entering the plan ---------------------------------------------------------- */

const char *journal_address(const struct plan *plan, const struct action *action)
{
	const char *of_account =
		action->account < 0 ? NULL : plan->accounts[action->account].memory.address;

	if (action->address)
		return action->address;
	if (of_account)
		return of_account;
	return action->email ? action->email : "";
}

int journal_plan(struct state *s, const struct plan *plan, struct err *e)
{
	s->actions = mem_resize(s->actions, plan->actions_nr, sizeof *s->actions);
	s->actions_nr = plan->actions_nr;
	for (size_t i = 0; i < plan->actions_nr; i++) {
		const struct action *a = &plan->actions[i];
		int64_t account = 0;

		BUG_IF(a->account >= (ptrdiff_t)s->accounts_nr);
		if (a->account >= 0 && !plan->accounts[a->account].forget)
			account = s->accounts[a->account];
		if (STATE_DO(s, e, SQL_PLAN_ACTION, num(s->run), num_or_null(account),
			     text(action_name(a->kind)), text(a->email),
			     text(journal_address(plan, a)), text(a->member_id),
			     text(a->invitation_id), text(role_name(a->role)), num(a->wants_seat),
			     num(a->loss), num(a->released), num_or_null(a->expires_before),
			     text(a->reason)))
			return -1;
		s->actions[i] = sqlite3_last_insert_rowid(s->db);
	}
	return 0;
}

/* ---- effects ---------------------------------------------------------------------- */

/* One row of the journal, for its effect. */
struct entry {
	enum action_kind kind;
	int64_t account; /* 0: forgotten */
	const char *email, *address, *invitation_id, *role, *reason;
	bool wants_seat, sent;
	utc sent_at, expires_after, expires_before;
};

static int entry_read(struct state *s, struct arena *a, int64_t row, struct entry *t, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	int more;

	if (STATE_QUERY(s, &rows, e, SQL_ROW, num(row)))
		return -1;
	more = rows_next(s, rows, e);
	if (more <= 0)
		return more ? -1
			    : err_set(e, ERR_FAILED, "state %s: the journal has no row %lld",
				      s->path, (long long)row);
	*t = (struct entry){
		.kind = (enum action_kind)action_parse(rows_peek(rows, 0)),
		.account = rows_num(rows, 1),
		.email = rows_text(rows, 2, a),
		.address = rows_text(rows, 3, a),
		.invitation_id = rows_text(rows, 4, a),
		.role = rows_text(rows, 5, a),
		.wants_seat = rows_num(rows, 6) != 0,
		.sent_at = rows_num(rows, 7),
		.expires_after = rows_num(rows, 8),
		.sent = str_eq(rows_peek(rows, 9), "sent"),
		.expires_before = rows_num(rows, 10),
		.reason = rows_text(rows, 11, a),
	};
	return 0;
}

static int mail_effect(struct state *s, const struct entry *t, const char *invitation_id,
		       utc expires_at, struct err *e)
{
	const char *id = invitation_id ? invitation_id : t->invitation_id;

	if (STATE_DO(s, e, SQL_MAIL_COUNT, num(t->account), text(t->email), text(t->address)))
		return -1;
	return STATE_DO(s, e, SQL_INVITED, num(t->account), text(id),
			text(t->email ? t->email : t->address), text(t->address), text(t->role),
			num_or_null(t->sent_at),
			num_or_null(expires_at ? expires_at : t->expires_after), num(t->wants_seat));
}

static int effect(struct state *s, const struct entry *t, const char *invitation_id, utc expires_at,
		  utc now, struct err *e)
{
	if (!t->account)
		return 0;
	if (refusal_end(s, t->account, t->kind, e))
		return -1;
	switch (t->kind) {
	case ACTION_INVITE:
	case ACTION_REISSUE_INVITATION:
		return mail_effect(s, t, invitation_id, expires_at, e);
	case ACTION_CANCEL_INVITATION:
		return STATE_DO(s, e, SQL_CANCELLED, num(t->account), text(t->invitation_id));
	case ACTION_REMOVE_MEMBER:
		return STATE_DO(s, e, SQL_INCLUDED, num(t->account), num(now)) ||
				       memory_forget(s, t->account, e)
			       ? -1
			       : 0;
	case ACTION_ISSUE_TOKEN:
		return STATE_DO(s, e, SQL_TOKEN_ISSUED, num(t->account),
				num_or_null(expires_at ? expires_at : t->expires_after), num(now),
				num(t->expires_before == 0));
	case ACTION_ASSIGN_SEAT:
	case ACTION_REVOKE_SEAT:
	case ACTION_SET_ROLE:
	case ACTION_REVOKE_TOKEN:
	case ACTION_NR:
		break;
	}
	return 0;
}

/* The history has to answer "why did she lose it?" when nobody remembers the rules of that day. */
static const char *link_text(struct arena *a, const struct entry *t, const char *said)
{
	if (!t->reason || !said)
		return said ? said : t->reason;
	return arena_printf(a, "%s; %s", t->reason, said);
}

static int entry_link(struct state *s, struct arena *a, const struct entry *t, const char *result,
		      const char *said, utc now, struct err *e)
{
	return history_append(s, &(struct link){.at = now, .run = s->run, .actor = s->actor,
						.event = action_name(t->kind), .email = t->email,
						.address = t->address, .result = result,
						.text = link_text(a, t, said)},
			      e);
}

/* ---- turns --------------------------------------------------------------------------- */

static const char *const state_names[] = {
	[JOURNAL_TODO] = "todo",
	[JOURNAL_SENT] = "sent",
	[JOURNAL_DONE] = "done",
	[JOURNAL_FAILED] = "failed",
};
static const char *const result_words[] = {
	[JOURNAL_TODO] = "waiting",
	[JOURNAL_SENT] = "unknown",
	[JOURNAL_DONE] = "done",
	[JOURNAL_FAILED] = "failed",
};

static int row_end(struct state *s, int64_t row, enum journal_state end, const char *said, utc now,
		   struct err *e)
{
	int failed;

	if (end == JOURNAL_TODO)
		failed = STATE_DO(s, e, SQL_UNDO, num(row), text(said));
	else
		failed = STATE_DO(s, e, SQL_END, num(row), text(state_names[end]),
				  num_or_null(end == JOURNAL_SENT ? 0 : now), text(said));
	if (failed)
		return -1;
	if (state_changed(s) == 1)
		return 0;
	return err_set(e, ERR_FAILED, "state %s: journal row %lld cannot become %s", s->path,
		       (long long)row, state_names[end]);
}

static int action_end(struct state *s, const struct journal_end *end, utc now, struct err *e)
{
	struct arena a CLEANUP(arena_free) = {0};
	struct entry t;
	int64_t row;

	BUG_IF(end->action >= s->actions_nr);
	row = s->actions[end->action];
	if (entry_read(s, &a, row, &t, e) || row_end(s, row, end->state, end->text, now, e))
		return -1;
	if (end->state == JOURNAL_DONE &&
	    effect(s, &t, end->invitation_id, end->expires_at, now, e))
		return -1;
	if (end->gone && end->state == JOURNAL_FAILED && t.kind == ACTION_REISSUE_INVITATION &&
	    STATE_DO(s, e, SQL_GONE, num(t.account), num(now)))
		return -1;
	if (end->refused && end->state == JOURNAL_FAILED && t.account &&
	    refusal_note(s, &(struct refused){t.account, t.kind, t.address, t.role, end->text}, now, e))
		return -1;
	if (end->unavailable && end->state == JOURNAL_FAILED &&
	    STATE_DO(s, e, SQL_UNAVAILABLE, num(t.account), num(now)))
		return -1;
	if (end->state == JOURNAL_TODO && !t.sent)
		return 0; /* nothing happened */
	return entry_link(s, &a, &t, result_words[end->state], end->text, now, e);
}

static utc lasting(int64_t lifetime, utc now)
{
	return lifetime > 0 ? now + lifetime : 0;
}

static int action_leave(struct state *s, size_t action, const struct journal_turn *turn, utc now,
			struct err *e)
{
	BUG_IF(action >= s->actions_nr);
	if (STATE_DO(s, e, SQL_LEAVE, num(now), num_or_null(lasting(turn->lifetime, now)),
		     num_or_null(lasting(turn->token_lifetime, now)), num(s->actions[action])))
		return -1;
	if (state_changed(s) == 1)
		return STATE_DO(s, e, SQL_TOKEN_ENDS, num(s->actions[action]));
	return err_set(e, ERR_FAILED, "state %s: journal row %lld left before", s->path,
		       (long long)s->actions[action]);
}

static int turn_write(struct state *s, const struct journal_turn *turn, utc now, struct err *e)
{
	for (size_t i = 0; i < turn->ended_nr; i++)
		if (action_end(s, &turn->ended[i], now, e))
			return -1;
	for (size_t i = 0; i < turn->leaving_nr; i++)
		if (action_leave(s, turn->leaving[i], turn, now, e))
			return -1;
	return 0;
}

int state_turn(struct state *s, const struct journal_turn *turn, utc now, struct err *e)
{
	BUG_IF(!s->run);
	if (!turn->ended_nr && !turn->leaving_nr)
		return 0;
	if (state_begin(s, e))
		return -1;
	if (turn_write(s, turn, now, e))
		return state_rollback(s);
	return state_commit(s, now, e);
}

/* ---- settling -------------------------------------------------------------------------- */

static int settle_write(struct state *s, int64_t row, bool happened, const char *invitation_id,
			utc expires_at, utc now, struct err *e)
{
	const char *said = happened ? "found done by a later reading"
				    : "not found by a later reading";
	enum journal_state end = happened ? JOURNAL_DONE : JOURNAL_FAILED;
	struct arena a CLEANUP(arena_free) = {0};
	struct entry t;

	if (entry_read(s, &a, row, &t, e))
		return -1;
	if (!t.sent)
		return err_set(e, ERR_FAILED, "state %s: journal row %lld is settled already",
			       s->path, (long long)row);
	if (row_end(s, row, end, said, now, e) ||
	    (happened && effect(s, &t, invitation_id, expires_at, now, e)))
		return -1;
	return entry_link(s, &a, &t, result_words[end], said, now, e);
}

int state_settle(struct state *s, int64_t row, bool happened, const char *invitation_id,
		 utc expires_at, utc now, struct err *e)
{
	BUG_IF(!s->run);
	if (state_begin(s, e))
		return -1;
	if (settle_write(s, row, happened, invitation_id, expires_at, now, e))
		return state_rollback(s);
	return state_commit(s, now, e);
}

int journal_trim(struct state *s, utc before, struct err *e)
{
	return STATE_DO(s, e, SQL_FINISHED_TRIM, num(before), num(before));
}
