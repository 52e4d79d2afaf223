/*
 * leavers.c - the decision table for whom the rules do not name, and for whom
 * nobody can tell.
 */
#include "agent/draft.h"

bool invitation_ours(const struct drafting *d, const struct subject *s,
		     const struct invitation *inv)
{
	if (s->ours && (!s->ours->id || str_eq(s->ours->id, inv->id)))
		return true;
	return s->wished || (d->w->policy->adopt && s->gets.member == YES);
}

void invitation_end(struct drafting *d, size_t subject, const struct invitation *inv, bool loss,
		    const char *reason)
{
	const struct subject *s = &d->cast->subjects[subject];

	if (invitation_ours(d, s, inv))
		cancel_add(d, subject, inv, loss, reason, NULL);
	else if (inv->status == INVITATION_OPEN)
		VEC_ADD(&d->unmanaged, ((struct plan_note){inv->email, NULL,
							   "an invitation by another's hand"}));
}

void others_cancel(struct drafting *d, size_t subject, bool expired_too)
{
	const struct subject *s = &d->cast->subjects[subject];

	for (const struct other_invitation *other = s->others; other; other = other->next)
		if (other->invitation->status == INVITATION_OPEN || expired_too)
			invitation_end(d, subject, other->invitation, false,
				       "the person has more than one invitation");
}

/* ---- those who leave --------------------------------------------------------------- */

/* Counts this run; true when grace and runs are over. */
static bool leaving_due(struct drafting *d, size_t subject)
{
	const struct policy *p = d->w->policy;
	struct known_account *memory = &d->accounts[subject].memory;

	if (!memory->leaving_since && d->rb->clock_trusted) {
		memory->leaving_since = d->w->now;
		memory->leaving_runs = 0;
	}
	if (memory->leaving_since)
		memory->leaving_runs++;
	if (d->cast->subjects[subject].disabled && !p->leavers.disabled_grace)
		return true;
	return memory->leaving_since && memory->leaving_runs >= p->leavers.runs &&
	       (p->leavers.grace == 0 ||
		(d->rb->clock_trusted && d->w->now >= memory->leaving_since + p->leavers.grace));
}

static void leaver_member(struct drafting *d, size_t subject, bool due, const char *unsure)
{
	const struct policy *p = d->w->policy;
	const struct subject *s = &d->cast->subjects[subject];
	const struct member *m = subject_member(d, s);
	const char *reason = unsure ? "may have left" : leaver_reason(s);

	if (m->seat && (due || !p->leavers.keep_seat)) {
		loss_add(d, subject, ACTION_REVOKE_TOKEN, reason, unsure);
		loss_add(d, subject, ACTION_REVOKE_SEAT, reason, unsure);
	}
	if (due && p->leavers.remove) {
		loss_add(d, subject, ACTION_REMOVE_MEMBER, reason, unsure)->action.from_role = m->role;
		d->accounts[subject].decision = arena_printf(d->a, "%s; is removed", reason);
		return;
	}
	if (m->role > ROLE_MEMBER)
		role_change(d, subject, ROLE_MEMBER, reason, unsure);
	d->accounts[subject].decision =
		arena_printf(d->a, p->leavers.remove ? "%s; leaves after the grace"
						     : "%s; stays without seat and role", reason);
}

/* Does the plan want anything of this subject, the last one looked at? */
static bool pending(const struct drafting *d, size_t subject)
{
	for (size_t i = d->drafts.nr; i > 0 && d->drafts.items[i - 1].subject == subject; i--)
		if (d->drafts.items[i - 1].verdict != VERDICT_DROPPED)
			return true;
	return false;
}

void leaver_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct plan_account *account = &d->accounts[subject];
	bool due = leaving_due(d, subject);

	account->memory.waiting_since = 0;
	account->memory.front = false;
	account->decision = leaver_reason(s);
	if (s->member >= 0)
		leaver_member(d, subject, due, NULL);
	if (s->invitation)
		invitation_end(d, subject, s->invitation, s->invitation->status == INVITATION_OPEN,
			       leaver_reason(s));
	others_cancel(d, subject, true);
	account->forget = s->member < 0 && !pending(d, subject);
}

/* ---- those of whom nobody can tell ---------------------------------------------------- */

/* Neither counts nor resets the leaving; what a leaver would lose at once is held. */
void unknown_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct known_account *memory = &d->accounts[subject].memory;
	const struct policy *p = d->w->policy;
	const char *unsure = s->gets.unsure;
	utc since = memory->leaving_since ? memory->leaving_since : d->w->now;
	bool due = memory->leaving_runs + 1 >= p->leavers.runs &&
		   d->w->now >= since + p->leavers.grace && d->rb->clock_trusted;

	if (s->member >= 0)
		leaver_member(d, subject, due, unsure);
	else if (s->invitation && s->invitation->status == INVITATION_OPEN)
		cancel_add(d, subject, s->invitation, true, "may have left", unsure);
	d->accounts[subject].decision = arena_printf(d->a, "may have left: %s", unsure);
}

/*
 * Two accounts turned out to be one person's: this one has no member, goes,
 * and its invitation with it.  Nobody loses anything by that.
 */
void merged_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct plan_account *account = &d->accounts[subject];

	account->decision = "belongs to a person who has another account";
	if (s->invitation)
		invitation_end(d, subject, s->invitation, false, account->decision);
	account->forget = !pending(d, subject);
}
