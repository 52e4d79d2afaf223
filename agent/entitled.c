/*
 * entitled.c - the decision table for whom the rules name: roles become
 * drafts, whoever waits for a seat or an invitation becomes a want.
 */
#include "agent/draft.h"

/* ---- wants -------------------------------------------------------------------------- */

static struct want *want_add(struct drafting *d, size_t subject, enum want_kind kind, bool seat,
			     const char *reason)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct known_account *memory = &d->accounts[subject].memory;
	struct want want = {.kind = kind, .subject = subject, .seat = seat,
			    .rule = seat ? s->gets.seat_rule : s->gets.rule,
			    .front = memory->front, .since = d->w->now,
			    .cancel = NO_INDEX, .reason = reason};

	if (seat && memory->waiting_since)
		want.since = memory->waiting_since;
	VEC_ADD(&d->wants, want);
	return &d->wants.items[d->wants.nr - 1];
}

/* Since when a seat is wanted and not there.  A doubt takes no place away. */
static void waiting_count(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct member *m = subject_member(d, s);
	struct known_account *memory = &d->accounts[subject].memory;

	if ((m && m->seat) || s->gets.seat == NO) {
		memory->waiting_since = 0;
		memory->front = false;
	} else if (s->gets.seat == YES && !memory->waiting_since && d->rb->clock_trusted) {
		memory->waiting_since = d->w->now;
	}
}

/* ---- members -------------------------------------------------------------------------- */

static void role_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	enum role want = entitlement_role(&s->gets), have = subject_member(d, s)->role;

	if (!have || want == have)
		return; /* a role we do not know is left alone */
	if (want) {
		int rule = s->gets.role_rule >= 0 ? s->gets.role_rule : s->gets.rule;

		role_change(d, subject, want, role_reason(d, &s->gets),
			    entitlement_fears(&s->gets, have, want));
		d->drafts.items[d->drafts.nr - 1].action.rule = rule_text(d, rule);
		return;
	}
	for (enum role r = ROLE_MEMBER; r < have; r++)
		if (s->gets.roles & 1u << r) {
			role_change(d, subject, r, "another role may be due", s->gets.unsure);
			return;
		}
	/* of several that may be due none is lower, so some are higher */
	draft_skip(d, s, arena_printf(d->a, "a higher role may be due: %s", s->gets.unsure));
}

static void seat_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	bool has = subject_member(d, s)->seat;

	if (s->gets.seat == YES && !has)
		want_add(d, subject, WANT_SEAT, true,
			 arena_printf(d->a, "is in %s (rule %d), which grants a seat",
				      rule_text(d, s->gets.seat_rule), s->gets.seat_rule + 1));
	else if (s->gets.seat == NO && has)
		loss_add(d, subject, ACTION_REVOKE_SEAT, "no rule that matches grants a seat", NULL);
	else if (s->gets.seat == MAYBE && has)
		loss_add(d, subject, ACTION_REVOKE_SEAT, "no seat may be due", s->gets.unsure);
	else if (s->gets.seat == MAYBE)
		draft_skip(d, s, arena_printf(d->a, "a seat may be due: %s", s->gets.unsure));
}

static void member_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];

	d->accounts[subject].decision = grant_reason(d, &s->gets);
	role_decide(d, subject);
	seat_decide(d, subject);
	token_decide(d, subject);
	if (s->invitation && s->invitation->status == INVITATION_OPEN)
		invitation_end(d, subject, s->invitation, false, "the person is a member already");
	others_cancel(d, subject, false);
}

/* ---- parking ---------------------------------------------------------------------------- */

/* The address is remembered, so that a new one is seen to be new. */
static void park(struct drafting *d, size_t subject, enum parked why, const char *text)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct known_account *k = subject_account(d, s);
	struct known_account *memory = &d->accounts[subject].memory;

	memory->parked = why;
	memory->parked_at = k && k->parked == why ? k->parked_at : d->w->now;
	memory->email = s->email;
	memory->address = s->address;
	d->accounts[subject].decision = text;
	draft_problem(d, s, "parked", text);
}

static bool attempts_used(struct drafting *d, size_t subject)
{
	const struct known_account *memory = &d->accounts[subject].memory;

	if (memory->attempts < d->w->policy->invitations.attempts)
		return false;
	park(d, subject, PARKED_ATTEMPTS,
	     arena_printf(d->a, "was invited %u time%s without accepting; not invited again by "
				"itself, `seatsync adopt` starts anew", memory->attempts,
			  memory->attempts == 1 ? "" : "s"));
	return true;
}

static void park_removed(struct drafting *d, size_t subject)
{
	park(d, subject, PARKED_REMOVED,
	     "was a member and was removed by another's hand; not invited again by itself, "
	     "`seatsync adopt` lifts it");
}

static void park_elsewhere(struct drafting *d, size_t subject)
{
	park(d, subject, PARKED_ELSEWHERE,
	     "accepted the invitation, and no member has the address: perhaps under another "
	     "one; make that an alias in the directory, or use `seatsync adopt`");
}

static void park_unavailable(struct drafting *d, size_t subject)
{
	park(d, subject, PARKED_UNAVAILABLE,
	     "the platform does not onboard the address: perhaps it has an account already; "
	     "invite on the site by hand, or `seatsync adopt` tries again");
}

/* Who was parked for what others did stays so, whatever the lists show now. */
static bool stays_parked(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct known_account *memory = &d->accounts[subject].memory;

	if (s->invitation && s->invitation->status == INVITATION_OPEN)
		return false;
	if (memory->parked == PARKED_REMOVED)
		park_removed(d, subject);
	else if (memory->parked == PARKED_ELSEWHERE)
		park_elsewhere(d, subject);
	else if (memory->parked == PARKED_UNAVAILABLE &&
		 d->w->policy->invitations_mode == INVITATIONS_ONBOARD)
		park_unavailable(d, subject);
	else
		memory->parked = PARKED_NO, memory->parked_at = 0; /* attempts are counted anew */
	return memory->parked != PARKED_NO;
}

/* Does the person bear another address than the one we know, and nothing is under way? */
static bool moved(const struct subject *s, const struct known_account *memory)
{
	if (!memory->address || s->invitation || strcmp(memory->address, s->address) == 0)
		return false;
	return memory->parked || (!memory->member_id && !s->accepted && !s->vanished);
}

/*
 * An operator's word, a new address or a new entitlement after a leave starts
 * anew: true when there is no member and the past counts no longer.
 */
static bool starts_anew(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct plan_account *account = &d->accounts[subject];
	struct known_account *memory = &account->memory;
	bool anew = s->member < 0 && (s->wished || memory->leaving_since || moved(s, memory));

	if (s->member >= 0 || anew) {
		memory->parked = PARKED_NO;
		memory->parked_at = 0;
		memory->gone_since = 0;
	}
	if (!anew)
		return false;
	memory->attempts = 0;
	memory->member_id = NULL;
	if (!s->invitation) {
		account->invitation = NULL;
		memory->email = s->email;
		memory->address = s->address;
	}
	return true;
}

/* ---- invitations under way ------------------------------------------------------------------ */

static bool bears(const struct drafting *d, const struct subject *s, const char *address)
{
	for (size_t i = 0; i < s->places_nr; i++) {
		const struct place *at = &s->places[i];
		const struct person *p = at->person == NOT_SEEN
			? NULL : &d->w->readings[at->reading].people[at->person];

		if (p && str_eq(p->address, address))
			return true;
		for (const char *const *alias = p ? p->aliases : NULL; alias && *alias; alias++)
			if (strcmp(*alias, address) == 0)
				return true;
	}
	return false;
}

/* Why the invitation under way does not fit the person, or NULL. */
static const char *invitation_misfit(struct drafting *d, const struct subject *s, enum role want)
{
	const struct invitation *inv = s->invitation;
	const struct known_account *k = subject_account(d, s);

	if (inv->address && !bears(d, s, inv->address))
		return arena_printf(d->a, "the invitation went to %s, which is no address of the "
					  "person any more", inv->email);
	if (want && inv->role && inv->role != want && !(k && k->role_tried == want) &&
	    !entitlement_fears(&s->gets, inv->role, want))
		return arena_printf(d->a, "the invitation is for %s; %s", role_name(inv->role),
				    role_reason(d, &s->gets));
	return NULL;
}

/* Another's hand invited the person, too: then nobody is invited anew. */
static bool invited_by_others(const struct drafting *d, const struct subject *s)
{
	for (const struct other_invitation *other = s->others; other; other = other->next)
		if (other->invitation->status == INVITATION_OPEN &&
		    !invitation_ours(d, s, other->invitation))
			return true;
	return false;
}

/* One unit: the cancel here, the invitation when its turn comes (queue.c). */
static void invitation_replace(struct drafting *d, size_t subject, enum role want,
			       const char *misfit)
{
	const struct subject *s = &d->cast->subjects[subject];
	enum role old = s->invitation->role;
	bool same = str_eq(s->address, s->invitation->address);
	bool loss = same && want < old && s->invitation->status == INVITATION_OPEN;
	struct draft *draft = cancel_add(d, subject, s->invitation, loss, misfit, NULL);

	draft->action.from_role = same ? old : ROLE_NONE;
	want_add(d, subject, WANT_REPLACE, s->gets.seat == YES, misfit)->cancel =
		(ptrdiff_t)d->drafts.nr - 1;
	d->accounts[subject].decision = misfit;
}

static bool reissue_due(const struct drafting *d, const struct subject *s)
{
	const struct policy *p = d->w->policy;
	const struct invitation *inv = s->invitation;

	if (inv->status == INVITATION_EXPIRED)
		return p->invitations.reissue != REISSUE_NEVER;
	/* What would be another call than one that reissues waits until it is over. */
	return p->invitations.reissue == REISSUE_BEFORE && !invited_anew(d, inv) &&
	       d->rb->clock_trusted &&
	       inv->expires_at && inv->expires_at - p->invitations.reissue_before <= d->w->now;
}

static void invited_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct plan_account *account = &d->accounts[subject];
	enum role want = entitlement_role(&s->gets);
	const char *misfit = s->invitation->id && !invited_by_others(d, s)
				     ? invitation_misfit(d, s, want) : NULL;
	bool open = s->invitation->status == INVITATION_OPEN;
	bool used = account->memory.attempts >= d->w->policy->invitations.attempts;

	account->decision = onboarding(d, s) ? "is being onboarded; the account has not appeared yet"
					     : "was invited and has not accepted yet";
	others_cancel(d, subject, false);
	if (misfit && (!used || !bears(d, s, s->invitation->address))) {
		invitation_replace(d, subject, want, misfit);
	} else if (open && (used || !reissue_due(d, s))) {
		return; /* parked when it has expired, if it is the last */
	} else if (!reissue_due(d, s)) {
		park(d, subject, PARKED_ATTEMPTS,
		     "the invitation expired, and invitations.reissue is never");
	} else if (!attempts_used(d, subject)) {
		want_add(d, subject, invited_anew(d, s->invitation) ? WANT_INVITE : WANT_REISSUE,
			 s->gets.seat == YES,
			 open ? "the invitation expires soon and was not accepted"
			 : onboarding(d, s) ? "was onboarded, and no account appeared"
					    : "the invitation expired and was not accepted");
		account->decision = "the invitation is to be reissued";
	}
}

/* ---- nothing there ------------------------------------------------------------------------------ */

/* A mail was sent and nobody knows whether it arrived: never another on top of it. */
static bool mail_unknown(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct known *k = d->w->known;

	for (size_t i = 0; s->account >= 0 && i < k->unknown_nr; i++) {
		const struct known_unknown *u = &k->unknown[i];

		if ((ptrdiff_t)u->account != s->account ||
		    (!d->w->organization->invitations_listed &&
		     d->w->now >= u->sent_at + d->w->policy->invitations.lifetime))
			continue;
		draft_problem(d, s, "unknown",
			      "an earlier mail was sent and its outcome is not known; it is looked "
			      "for, and not sent again blindly");
		d->accounts[subject].decision = "an earlier mail has an unknown outcome";
		return true;
	}
	return false;
}

/* Our invitation is in no list: a grace, for lists lag, then as if there were none. */
static bool vanished_waits(struct drafting *d, size_t subject)
{
	static const char why[] = "our invitation is gone, not by us, and no member came; invited "
				  "again after the grace (leavers.grace)";
	struct known_account *memory = &d->accounts[subject].memory;
	struct draft *wait;
	utc now = d->w->now;

	if (!d->cast->subjects[subject].vanished)
		return false;
	if (!memory->gone_since && d->rb->clock_trusted)
		memory->gone_since = now;
	if (memory->gone_since && d->rb->clock_trusted &&
	    now >= memory->gone_since + d->w->policy->leavers.grace) {
		d->accounts[subject].invitation = NULL;
		return false;
	}
	d->accounts[subject].decision = why;
	wait = draft_add(d, subject, ACTION_INVITE, grant_reason(d, &d->cast->subjects[subject].gets));
	wait->verdict = VERDICT_WAITING;
	wait->action.why = why;
	wait->action.rule = rule_text(d, d->cast->subjects[subject].gets.rule);
	wait->action.role = entitlement_role(&d->cast->subjects[subject].gets);
	return true;
}

static void nobody_decide(struct drafting *d, size_t subject, bool anew)
{
	const struct subject *s = &d->cast->subjects[subject];
	const char *reason;

	if (!anew && d->accounts[subject].memory.member_id) {
		park_removed(d, subject);
		return;
	}
	if (!anew && s->accepted) {
		park_elsewhere(d, subject);
		return;
	}
	if ((!anew && vanished_waits(d, subject)) || attempts_used(d, subject))
		return;
	reason = grant_reason(d, &s->gets);
	d->accounts[subject].decision = reason;
	want_add(d, subject, WANT_INVITE, s->gets.seat == YES, reason);
}

/*
 * Nobody lists invitations, and this one was never sent by us: it stands for a
 * line of the worklist (queue.c), perhaps done by hand and perhaps not.
 */
static bool worklisted(const struct drafting *d, const struct subject *s)
{
	return s->invitation && s->ours && !s->ours->id && !subject_account(d, s)->attempts &&
	       !d->w->organization->invitations_listed;
}

static void worklisted_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct plan_account *account = &d->accounts[subject];

	if (s->invitation->status == INVITATION_EXPIRED || s->wished) {
		account->invitation = NULL;
	} else if (!by_hand_why(d, WANT_INVITE, s->gets.seat == YES)) {
		account->decision = "was on the worklist; not invited another way before "
				    "invitations.lifetime has passed";
		return;
	}
	account->decision = grant_reason(d, &s->gets);
	want_add(d, subject, WANT_INVITE, s->gets.seat == YES, account->decision);
}

/* Membership is certain; what else may be due is not given, and said. */
static void doubt_say(struct drafting *d, const struct subject *s)
{
	if (s->gets.seat == MAYBE)
		draft_skip(d, s, arena_printf(d->a, "a seat may be due: %s", s->gets.unsure));
	if (!entitlement_role(&s->gets))
		draft_skip(d, s, arena_printf(d->a, "a higher role may be due: %s", s->gets.unsure));
}

/* ---- whoever the rules name ------------------------------------------------------------------------ */

void entitled_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct known_account *memory = &d->accounts[subject].memory;
	bool anew = starts_anew(d, subject);

	if (memory->leaving_since && s->member >= 0)
		memory->front = true; /* unless the seat is still there: waiting_count() */
	memory->leaving_since = 0;
	memory->leaving_runs = 0;
	waiting_count(d, subject);
	if (s->member >= 0) {
		member_decide(d, subject);
		return;
	}
	doubt_say(d, s);
	if (mail_unknown(d, subject) || (!anew && stays_parked(d, subject)))
		return;
	else if (worklisted(d, s))
		worklisted_decide(d, subject);
	else if (s->invitation)
		invited_decide(d, subject);
	else
		nobody_decide(d, subject, anew);
}
