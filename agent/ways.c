/*
 * ways.c - how somebody comes into the organization: invited by a call or by
 * an operator's hand, added as a member (add_user), or onboarded.  What the
 * last two do is not promised anywhere, so both begin with one.
 */
#include "agent/draft.h"

/* Somebody may be invited of whom we know nothing; a new state that adds begins with one anyway. */
static bool invited_before(const struct drafting *d)
{
	const struct known *k = d->w->known;

	return !d->w->organization->invitations_listed && k->fresh &&
	       (k->restored || d->w->policy->invitations_mode != INVITATIONS_ADD_USER);
}

const char *by_hand_why(const struct drafting *d, enum want_kind kind, bool seat)
{
	const struct policy *p = d->w->policy;

	if (kind == WANT_SEAT)
		return NULL;
	if (p->no_call[ACTION_INVITE])
		return "the platform offers no call to invite: do it on the site";
	if (invited_before(d))
		return d->w->known->restored
			       ? "the platform does not list invitations and the state is a backup: "
				 "who was invited since is not known; invite by hand who was not"
			       : "the platform does not list invitations and the state is new: who "
				 "was invited before is not known; invite by hand who was not";
	if (kind == WANT_REISSUE && p->no_call[ACTION_REISSUE_INVITATION])
		return "the platform offers no call to reissue an invitation: do it on the site";
	if (kind == WANT_REPLACE && p->no_call[ACTION_CANCEL_INVITATION])
		return "the platform offers no call to cancel the other invitation: do both on the "
		       "site";
	if (p->invitations_mode == INVITATIONS_ONBOARD && !seat)
		return "onboarding would give a seat, which no rule gives: invite on the site";
	return NULL;
}

/* One of our calls that tells no id is behind what is remembered, not the worklist. */
static bool called(const struct drafting *d, const struct subject *s)
{
	const struct known_account *k = subject_account(d, s);

	return k && k->attempts && s->ours && !s->ours->id;
}

bool onboarding(const struct drafting *d, const struct subject *s)
{
	return d->w->policy->invitations_mode == INVITATIONS_ONBOARD && called(d, s);
}

bool invited_anew(const struct drafting *d, const struct invitation *expired)
{
	enum invitations_mode mode = d->w->policy->invitations_mode;

	return !expired->id || (d->w->policy->no_call[ACTION_REISSUE_INVITATION] &&
				(mode == INVITATIONS_ADD_USER || mode == INVITATIONS_ONBOARD));
}

/* ---- the first one that is added ------------------------------------------------ */

/*
 * One whom we added and who was no member yet.  Where invitations are listed,
 * the platform may show an invitation for it: then the name is remembered.
 */
static bool on_trial(const struct drafting *d, const struct subject *s)
{
	return called(d, s) || (s->ours && d->w->known->trial.address &&
				str_eq(s->ours->address, d->w->known->trial.address));
}

static bool trial_as_expected(const struct drafting *d, const struct subject *s)
{
	const struct member *m = subject_member(d, s);

	return m->role == ROLE_MEMBER && (!m->seat || s->gets.seat != NO);
}

/* The first time that a member whom we added is seen. */
static void trial_see(struct drafting *d)
{
	for (size_t i = 0; i < d->cast->subjects_nr; i++) {
		const struct subject *s = &d->cast->subjects[i];

		if (!on_trial(d, s) || s->member < 0 || subject_account(d, s)->member_id)
			continue;
		d->trial.address = s->ours->address;
		d->trial.result = trial_as_expected(d, s) ? TRIAL_PASSED : TRIAL_FAILED;
		if (d->trial.result == TRIAL_FAILED)
			return;
	}
}

static void trial_fail(struct drafting *d)
{
	const char *who = d->trial.address;

	for (const char *const *wish = d->w->known->adopt; wish && *wish; wish++)
		if (str_eq(*wish, who)) {
			d->trial.result = TRIAL_PASSED;
			return;
		}
	d->adds = 0;
	d->adds_why = "the first member that was added is not as expected";
	VEC_ADD(&d->problems,
		((struct plan_problem){
			.state = "trial",
			.why = arena_printf(d->a,
					    "%s: was the first to be added, and came with another role "
					    "than member or with a seat that no rule gives; nobody else "
					    "is added before `seatsync adopt %s` says that it is right",
					    who, who)}));
}

/* Somebody was added, and no such member is there yet. */
static void trial_wait(struct drafting *d, const char *who, const char *address, utc sent_at)
{
	d->adds = 0;
	d->trial.address = address;
	d->adds_why = arena_printf(d->a, "%s was added first; nobody else is before that member has "
					 "been seen", who);
	if (d->w->now < sent_at + LIST_LAG)
		return;
	VEC_ADD(&d->problems,
		((struct plan_problem){
			.state = "trial",
			.why = arena_printf(d->a,
					    "%s: was added, and no such member has appeared; perhaps "
					    "the platform sent an invitation; nobody else is added "
					    "before", who)}));
}

static void trial_begin(struct drafting *d)
{
	const struct known *k = d->w->known;

	d->adds = 1;
	d->trial.address = NULL; /* of whom nothing came makes room for another */
	d->adds_why = "one is added first; the others when that member has been seen";
	for (size_t i = 0; i < d->cast->subjects_nr && d->adds; i++) {
		const struct subject *s = &d->cast->subjects[i];
		const struct known_invitation *kept = d->accounts[i].invitation;
		bool open = s->vanished ||
			    (s->invitation && s->invitation->status == INVITATION_OPEN);

		if (on_trial(d, s) && s->member < 0 && open && kept && !d->accounts[i].forget)
			trial_wait(d, s->ours->email, s->ours->address, s->ours->sent_at);
	}
	for (size_t i = 0; i < k->unknown_nr && d->adds; i++)
		if (k->unknown[i].kind == ACTION_INVITE)
			trial_wait(d, k->unknown[i].email, k->unknown[i].address,
				   k->unknown[i].sent_at);
}

void trial_take(struct drafting *d, const char *address)
{
	if (d->adds == SIZE_MAX)
		return;
	d->adds--;
	if (d->w->policy->invitations_mode == INVITATIONS_ADD_USER)
		d->trial.address = address;
}

void trial_judge(struct drafting *d)
{
	enum invitations_mode mode = d->w->policy->invitations_mode;

	d->adds = SIZE_MAX;
	if (mode == INVITATIONS_ONBOARD && d->seats.total == SEATS_UNKNOWN) {
		d->adds = 1;
		d->adds_why = "how many seats there are is not known; the answer to the first "
			      "onboarding tells it";
	}
	if (mode != INVITATIONS_ADD_USER)
		return; /* whoever goes back to it begins anew */
	d->trial = d->w->known->trial;
	if (d->trial.result == TRIAL_NONE)
		trial_see(d);
	if (d->trial.result == TRIAL_FAILED)
		trial_fail(d);
	else if (d->trial.result == TRIAL_NONE)
		trial_begin(d);
}
