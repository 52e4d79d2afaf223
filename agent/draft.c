/*
 * draft.c - drafts of actions, notes and problems, and the sentences that go
 * with them.
 */
#include "agent/draft.h"

/* ---- sentences ----------------------------------------------------------------- */

const char *rule_text(const struct drafting *d, int rule)
{
	return d->w->policy->rules[rule].group;
}

/* Each sentence is made once: a hundred thousand may have the same. */
const char *grant_reason(struct drafting *d, const struct entitlement *e)
{
	enum role role = entitlement_role(e);
	bool seat = e->seat == YES;
	const char **made;

	if (!d->grants)
		d->grants = arena_array(d->a, d->w->policy->rules_nr * ROLE_NR, sizeof *d->grants);
	made = &d->grants[(size_t)e->rule * ROLE_NR + role][seat];
	if (!*made)
		*made = arena_printf(d->a, "is in %s (rule %d): %s%s", rule_text(d, e->rule),
				     e->rule + 1, role ? role_name(role) : "member",
				     seat ? ", with a seat" : "");
	return *made;
}

const char *role_reason(struct drafting *d, const struct entitlement *e)
{
	if (e->role_rule >= 0)
		return arena_printf(d->a, "is in %s (rule %d), which gives %s",
				    rule_text(d, e->role_rule), e->role_rule + 1,
				    role_name(d->w->policy->rules[e->role_rule].role));
	return "no rule that matches names a role";
}

const char *leaver_reason(const struct subject *s)
{
	if (s->disabled)
		return "is disabled in the directory";
	if (!s->person)
		return "is in no directory any more";
	return "is in no group that a rule names";
}

/* ---- notes and problems ---------------------------------------------------------- */

void draft_skip(struct drafting *d, const struct subject *s, const char *why)
{
	VEC_ADD(&d->skipped, ((struct plan_note){.email = s->email,
						 .dn = s->person ? s->person->place : NULL,
						 .why = why}));
}

void draft_problem(struct drafting *d, const struct subject *s, const char *state, const char *why)
{
	const char *directory;

	BUG_IF(!s->places_nr);
	directory = d->w->readings[s->places[0].reading].directory;
	VEC_ADD(&d->problems,
		((struct plan_problem){directory, NULL, state,
				       arena_printf(d->a, "%s: %s", s->email, why)}));
}

/* ---- drafts ------------------------------------------------------------------------ */

static enum phase kind_phase(enum action_kind kind)
{
	static const enum phase phases[ACTION_NR] = {
		[ACTION_INVITE] = PHASE_INVITE,
		[ACTION_REISSUE_INVITATION] = PHASE_INVITE,
		[ACTION_CANCEL_INVITATION] = PHASE_CANCEL,
		[ACTION_ASSIGN_SEAT] = PHASE_ASSIGN,
		[ACTION_REVOKE_SEAT] = PHASE_REVOKE_SEAT,
		[ACTION_SET_ROLE] = PHASE_PROMOTE,
		[ACTION_REMOVE_MEMBER] = PHASE_REMOVE,
		[ACTION_ISSUE_TOKEN] = PHASE_ISSUE_TOKEN,
		[ACTION_REVOKE_TOKEN] = PHASE_REVOKE_TOKEN,
	};
	return phases[kind];
}

struct draft *draft_add(struct drafting *d, size_t subject, enum action_kind kind,
			const char *reason)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct member *m = subject_member(d, s);
	struct draft draft = {.subject = subject, .disabled = s->disabled};
	struct action *act = &draft.action;

	act->kind = kind;
	act->phase = kind_phase(kind);
	act->email = m ? m->email : s->email;
	act->address = m ? m->address : s->address;
	act->reason = reason;
	act->member_id = m ? m->id : NULL;
	act->needs = NO_INDEX;
	VEC_ADD(&d->drafts, draft);
	return &d->drafts.items[d->drafts.nr - 1];
}

static void draft_hold(struct draft *draft, const char *unsure)
{
	draft->verdict = VERDICT_HELD;
	draft->action.cause = HOLD_INCOMPLETE;
	draft->action.why = unsure;
}

struct draft *loss_add(struct drafting *d, size_t subject, enum action_kind kind,
		       const char *reason, const char *unsure)
{
	struct draft *draft = draft_add(d, subject, kind, reason);

	draft->action.loss = true;
	if (unsure)
		draft_hold(draft, unsure);
	return draft;
}

struct draft *cancel_add(struct drafting *d, size_t subject, const struct invitation *inv,
			 bool loss, const char *reason, const char *unsure)
{
	struct draft *draft = draft_add(d, subject, ACTION_CANCEL_INVITATION, reason);

	draft->action.email = inv->email;
	draft->action.address = inv->address;
	draft->action.invitation_id = inv->id;
	draft->action.loss = loss;
	if (unsure) {
		draft_hold(draft, unsure);
	} else if (inv->status == INVITATION_OPEN && onboarding(d, &d->cast->subjects[subject])) {
		draft->verdict = VERDICT_WAITING;
		draft->action.why = "an onboarding cannot be called back; the account goes when it "
				    "has appeared";
	} else if (d->w->policy->no_call[ACTION_CANCEL_INVITATION] || !inv->id) {
		draft->verdict = inv->status == INVITATION_OPEN ? VERDICT_MANUAL : VERDICT_DROPPED;
		draft->action.why = "the platform offers no call to cancel an invitation";
	}
	return draft;
}

void role_change(struct drafting *d, size_t subject, enum role want, const char *reason,
		 const char *unsure)
{
	const struct member *m = subject_member(d, &d->cast->subjects[subject]);
	struct draft *draft = draft_add(d, subject, ACTION_SET_ROLE, reason);

	draft->action.role = want;
	draft->action.from_role = m->role;
	if (want < m->role) {
		draft->action.loss = true;
		draft->action.phase = PHASE_DEMOTE;
	}
	if (unsure) {
		draft_hold(draft, unsure);
	} else if (d->w->policy->no_call[ACTION_SET_ROLE]) {
		draft->verdict = VERDICT_MANUAL;
		draft->action.why = "the platform offers no call to change a role";
	}
}
