#include "agent/model.h"

static const char *const role_names[ROLE_NR] = {
	[ROLE_MEMBER] = "member",
	[ROLE_BILLING_MANAGER] = "billing_manager",
	[ROLE_ADMIN] = "admin",
};

const char *role_name(enum role role)
{
	return role_names[role];
}

enum role role_parse(const char *name)
{
	int i = word_index(role_names, ARRAY_SIZE(role_names), name);

	return i < 0 ? ROLE_NONE : (enum role)i;
}

const char *completeness_name(enum completeness c)
{
	static const char *const names[] = {
		[COMPLETE] = "complete",
		[PARTIAL] = "partial",
		[FAILED] = "failed",
	};
	return names[c];
}

const char *token_state_name(enum token_state s)
{
	static const char *const names[] = {
		[TOKEN_NONE] = "none",       [TOKEN_LIVE] = "live",
		[TOKEN_EXPIRED] = "expired", [TOKEN_REVOKED] = "revoked",
		[TOKEN_UNREADABLE] = "unreadable",
	};
	return names[s];
}

struct known_token account_token(const struct known_account *account)
{
	return account->token ? *account->token : (struct known_token){0};
}

const char *invitation_status_name(enum invitation_status s)
{
	static const char *const names[] = {
		[INVITATION_OPEN] = "pending",
		[INVITATION_EXPIRED] = "expired",
		[INVITATION_ACCEPTED] = "accepted",
		[INVITATION_REMOVED] = "removed",
	};
	return names[s];
}

static const char *const action_names[ACTION_NR] = {
	[ACTION_INVITE] = "invite",
	[ACTION_REISSUE_INVITATION] = "reissue_invitation",
	[ACTION_CANCEL_INVITATION] = "cancel_invitation",
	[ACTION_ASSIGN_SEAT] = "assign_seat",
	[ACTION_REVOKE_SEAT] = "revoke_seat",
	[ACTION_SET_ROLE] = "set_role",
	[ACTION_REMOVE_MEMBER] = "remove_member",
	[ACTION_ISSUE_TOKEN] = "issue_token",
	[ACTION_REVOKE_TOKEN] = "revoke_token",
};

const char *action_name(enum action_kind kind)
{
	return action_names[kind];
}

int action_parse(const char *name)
{
	return word_index(action_names, ARRAY_SIZE(action_names), name);
}

bool action_sends_mail(enum action_kind kind)
{
	return kind == ACTION_INVITE || kind == ACTION_REISSUE_INVITATION ||
	       kind == ACTION_ISSUE_TOKEN;
}

const char *parked_name(enum parked p)
{
	static const char *const names[] = {
		[PARKED_NO] = NULL,
		[PARKED_ATTEMPTS] = "attempts",
		[PARKED_REMOVED] = "removed",
		[PARKED_ELSEWHERE] = "elsewhere",
		[PARKED_UNAVAILABLE] = "unavailable",
	};
	return names[p];
}

const char *hold_cause_name(enum hold_cause c)
{
	static const char *const names[] = {
		[HOLD_LIMIT] = "limit",
		[HOLD_CONFIG] = "config",
		[HOLD_INCOMPLETE] = "incomplete",
		[HOLD_FLOOR] = "floor",
	};
	return names[c];
}

static const char *const loss_names[] = {"seat", "role-billing_manager", "role-member", "leaving",
					 "membership"};

const char *loss_name(unsigned loss)
{
	return loss_names[__builtin_ctz(loss)];
}

unsigned loss_parse(const char *name)
{
	int i = word_index(loss_names, ARRAY_SIZE(loss_names), name);

	return i < 0 ? 0 : 1u << i;
}

bool member_deleted(const struct member *m)
{
	static const char domain[] = "@anonym.ized";
	size_t len = m->address ? strlen(m->address) : 0;

	return len >= sizeof domain - 1 && str_eq(m->address + len - (sizeof domain - 1), domain);
}

size_t organization_holders(const struct organization *o, enum role role)
{
	size_t nr = 0;

	for (size_t i = 0; i < o->members_nr; i++)
		nr += o->members[i].role == role && !member_deleted(&o->members[i]);
	return nr;
}

utc refusal_pause(const struct known_refusal *r)
{
	int64_t lasted = r->at - r->since;

	return r->at + (lasted < REFUSED_PAUSE_MOST ? lasted : REFUSED_PAUSE_MOST);
}
