#include "agent/apply_sight.h"

static const struct member *member_find(const struct organization *o, const char *id,
					const char *address, const char *email)
{
	for (size_t i = 0; i < o->members_nr; i++) {
		const struct member *m = &o->members[i];

		if (id ? str_eq(m->id, id)
		       : (address && str_eq(m->address, address)) || str_eq(m->email, email))
			return m;
	}
	return NULL;
}

static const struct invitation *invitation_find(const struct organization *o, const char *id,
						const char *address, const char *email)
{
	const struct invitation *best = NULL;

	for (size_t i = 0; i < o->invitations_nr; i++) {
		const struct invitation *inv = &o->invitations[i];

		if (id ? !str_eq(inv->id, id)
		       : !(address && str_eq(inv->address, address)) && !str_eq(inv->email, email))
			continue;
		if (!best || inv->status < best->status)
			best = inv;
	}
	return best;
}

static enum sight mail_sight(const struct organization *o, const struct trace *t,
			     struct found *found)
{
	const struct invitation *inv;

	if (member_find(o, NULL, t->address, t->email))
		return SEEN;
	if (!o->invitations_listed)
		return INVISIBLE;
	inv = invitation_find(o, t->kind == ACTION_REISSUE_INVITATION ? t->invitation_id : NULL,
			      t->address, t->email);
	if (!inv)
		return NOT_THERE;
	if (t->kind == ACTION_INVITE ? inv->status != INVITATION_OPEN
				     : inv->expires_at <= t->expires_before)
		return NOT_THERE;
	*found = (struct found){inv->id, inv->expires_at};
	return SEEN;
}

/* A live token, and where one was renewed one that lives longer. */
static enum sight token_sight(const struct member *m, const struct trace *t, struct found *found)
{
	const struct token_seen *seen;

	if (!m || !m->seat)
		return NOT_THERE;
	seen = &m->token;
	if (seen->state == TOKEN_UNREAD || seen->state == TOKEN_UNREADABLE)
		return INVISIBLE;
	if (seen->state != TOKEN_LIVE || (seen->expires_at && seen->expires_at <= t->expires_before))
		return NOT_THERE;
	found->expires_at = seen->expires_at;
	return SEEN;
}

enum sight trace_sight(const struct organization *o, const struct trace *t, struct found *found)
{
	const struct member *m = member_find(o, t->member_id, t->address, t->email);
	const struct invitation *inv;

	*found = (struct found){0};
	switch (t->kind) {
	case ACTION_INVITE:
	case ACTION_REISSUE_INVITATION:
		return mail_sight(o, t, found);
	case ACTION_CANCEL_INVITATION:
		inv = invitation_find(o, t->invitation_id, t->address, t->email);
		return !o->invitations_listed		       ? INVISIBLE
		       : inv && inv->status == INVITATION_OPEN ? NOT_THERE : SEEN;
	case ACTION_ASSIGN_SEAT:
		return m && m->seat ? SEEN : NOT_THERE;
	case ACTION_REVOKE_SEAT:
	case ACTION_REVOKE_TOKEN: /* no seat, no token */
		return m && m->seat ? NOT_THERE : SEEN;
	case ACTION_SET_ROLE:
		return m && t->role && m->role == t->role ? SEEN : NOT_THERE;
	case ACTION_REMOVE_MEMBER:
		return m ? NOT_THERE : SEEN;
	case ACTION_ISSUE_TOKEN:
		return token_sight(m, t, found);
	case ACTION_NR:
		break;
	}
	return INVISIBLE;
}

void token_want(struct wanted *wanted, const struct organization *o, const struct trace *t)
{
	const struct member *m = t->kind == ACTION_ISSUE_TOKEN
					 ? member_find(o, t->member_id, t->address, t->email) : NULL;

	if (m && m->seat)
		VEC_ADD(&wanted->members, (uint32_t)(m - o->members));
}

void tokens_read(struct platform *p, struct arena *a, struct organization *o, struct wanted *wanted)
{
	if (wanted->members.nr)
		p->ops->tokens(p, a, o, wanted->members.items, wanted->members.nr);
	VEC_FREE(&wanted->members);
}
