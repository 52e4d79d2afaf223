/*
 * decide.c - the decision table: what the organization has against what the
 * rules give, for one subject at a time.  Losses and role changes become
 * drafts; whoever waits for a seat or an invitation becomes a want.
 */
#include "agent/draft.h"

/* ---- drafts and notes -------------------------------------------------------- */

const char *rule_text(const struct drafting *d, int rule)
{
	return rule < 0 ? NULL : d->w->policy->rules[rule].group;
}

void draft_skip(struct drafting *d, const struct subject *s, const char *why)
{
	VEC_ADD(&d->skipped, ((struct plan_note){.email = s->email,
						 .dn = s->person ? s->person->place : NULL,
						 .why = why}));
}

void draft_problem(struct drafting *d, const struct subject *s, const char *state, const char *why)
{
	const char *directory = NULL;

	if (s->places_nr)
		directory = d->w->readings[s->places[0].reading].directory;
	VEC_ADD(&d->problems,
		((struct plan_problem){directory, NULL, state,
				       arena_printf(d->a, "%s: %s",
						    s->email ? s->email : "a person without e-mail",
						    why)}));
}

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

size_t draft_add(struct drafting *d, size_t subject, enum action_kind kind, const char *reason)
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
	return d->drafts.nr - 1;
}

/* A loss; held at once when it rests on what is not known. */
static struct draft *loss_add(struct drafting *d, size_t subject, enum action_kind kind,
			      const char *reason, const char *unsure)
{
	size_t added = draft_add(d, subject, kind, reason); /* items may move */
	struct draft *draft = &d->drafts.items[added];

	draft->action.loss = true;
	if (unsure) {
		draft->verdict = VERDICT_HELD;
		draft->action.cause = HOLD_INCOMPLETE;
		draft->action.why = unsure;
	}
	return draft;
}

static struct draft *cancel_add(struct drafting *d, size_t subject, const struct invitation *inv,
				bool loss, const char *reason, const char *unsure)
{
	size_t i = draft_add(d, subject, ACTION_CANCEL_INVITATION, reason);
	struct draft *draft = &d->drafts.items[i];

	draft->action.email = inv->email;
	draft->action.address = inv->address;
	draft->action.invitation_id = inv->id;
	draft->action.loss = loss;
	if (unsure) {
		draft->verdict = VERDICT_HELD;
		draft->action.cause = HOLD_INCOMPLETE;
		draft->action.why = unsure;
	} else if (d->w->policy->invitations_mode != INVITATIONS_API) {
		draft->verdict = inv->status == INVITATION_OPEN ? VERDICT_MANUAL : VERDICT_DROPPED;
		draft->action.why = "the platform offers no call to cancel an invitation";
	}
	return draft;
}

/* Further open invitations of one person: cancelled, no loss. */
static void others_cancel(struct drafting *d, size_t subject, bool expired_too)
{
	const struct subject *s = &d->cast->subjects[subject];

	for (size_t i = 0; i < s->others_nr; i++)
		if (expired_too || s->others[i]->status == INVITATION_OPEN)
			cancel_add(d, subject, s->others[i], false,
				   "the person has more than one invitation", NULL);
}

/* ---- reasons ------------------------------------------------------------------- */

static const char *grant_reason(struct drafting *d, const struct entitlement *e)
{
	enum role role = entitlement_role(e);
	const char *seat = e->seat == YES ? ", with a seat" : "";

	return arena_printf(d->a, "is in %s (rule %d): %s%s", rule_text(d, e->rule), e->rule + 1,
			    role ? role_name(role) : "member", seat);
}

static const char *leaver_reason(const struct subject *s)
{
	if (s->disabled)
		return "is disabled in the directory";
	if (!s->person)
		return "is in no directory any more";
	return "is in no group that a rule names";
}

/* ---- roles ----------------------------------------------------------------------- */

static const char *role_reason(struct drafting *d, const struct entitlement *e)
{
	if (e->role_rule >= 0)
		return arena_printf(d->a, "is in %s (rule %d), which gives %s",
				    rule_text(d, e->role_rule), e->role_rule + 1,
				    role_name(d->w->policy->rules[e->role_rule].role));
	return "no rule that matches names a role";
}

static void role_change(struct drafting *d, size_t subject, enum role want, const char *reason,
			const char *unsure)
{
	const struct member *m = subject_member(d, &d->cast->subjects[subject]);
	bool lower = want < m->role;
	size_t i;
	struct draft *draft;

	i = draft_add(d, subject, ACTION_SET_ROLE, reason);
	draft = &d->drafts.items[i];
	draft->action.role = want;
	draft->action.from_role = m->role;
	draft->action.loss = lower;
	draft->action.phase = lower ? PHASE_DEMOTE : PHASE_PROMOTE;
	if (unsure) {
		draft->verdict = VERDICT_HELD;
		draft->action.cause = HOLD_INCOMPLETE;
		draft->action.why = unsure;
	} else if (d->w->policy->roles_mode != ROLES_API) {
		draft->verdict = VERDICT_MANUAL;
		draft->action.why = "the platform offers no call to change a role";
	}
}

static void role_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	enum role want = entitlement_role(&s->gets), have = subject_member(d, s)->role;

	if (!have || want == have)
		return; /* a role we do not know is left alone */
	if (want) {
		role_change(d, subject, want, role_reason(d, &s->gets), NULL);
		return;
	}
	for (enum role r = ROLE_MEMBER; r < have; r++)
		if (s->gets.roles & 1u << r) {
			role_change(d, subject, r, "another role may be due", s->gets.unsure);
			return;
		}
	if (s->gets.roles & ~((2u << have) - 1))
		draft_skip(d, s, arena_printf(d->a, "a higher role may be due: %s", s->gets.unsure));
}

/* ---- those who are entitled ----------------------------------------------------------- */

static void want_add(struct drafting *d, size_t subject, enum want_kind kind, bool seat,
		     const char *reason)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct known_account *memory = &d->accounts[subject].memory;
	struct want want = {.kind = kind, .subject = subject, .seat = seat,
			    .rule = seat ? s->gets.seat_rule : s->gets.rule,
			    .cancel = NO_INDEX, .reason = reason};

	if (seat && !memory->waiting_since)
		memory->waiting_since = d->w->now;
	want.since = seat ? memory->waiting_since : d->w->now;
	want.front = memory->front;
	VEC_ADD(&d->wants, want);
}

static void member_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct member *m = subject_member(d, s);
	struct known_account *memory = &d->accounts[subject].memory;
	const char *reason = grant_reason(d, &s->gets);

	d->accounts[subject].decision = reason;
	role_decide(d, subject);
	if (m->seat || s->gets.seat != YES) {
		memory->waiting_since = 0;
		memory->front = false;
	}
	if (s->gets.seat == YES && !m->seat)
		want_add(d, subject, WANT_SEAT, true,
			 arena_printf(d->a, "is in %s (rule %d), which grants a seat",
				      rule_text(d, s->gets.seat_rule), s->gets.seat_rule + 1));
	else if (s->gets.seat == NO && m->seat)
		loss_add(d, subject, ACTION_REVOKE_SEAT, "no rule that matches grants a seat", NULL);
	else if (s->gets.seat == MAYBE && m->seat)
		loss_add(d, subject, ACTION_REVOKE_SEAT, "no seat may be due", s->gets.unsure);
	else if (s->gets.seat == MAYBE)
		draft_skip(d, s, arena_printf(d->a, "a seat may be due: %s", s->gets.unsure));
	if (s->invitation && s->invitation->status == INVITATION_OPEN)
		cancel_add(d, subject, s->invitation, false, "the person is a member already", NULL);
	others_cancel(d, subject, false);
}

static void park(struct drafting *d, size_t subject, enum parked why, const char *text)
{
	struct known_account *memory = &d->accounts[subject].memory;

	if (memory->parked != why) {
		memory->parked = why;
		memory->parked_at = d->w->now;
	}
	memory->waiting_since = 0;
	d->accounts[subject].decision = text;
	draft_problem(d, &d->cast->subjects[subject], "parked", text);
}

/* An invitation under way must fit the person: the address and, where shown, the role. */
static const char *invitation_misfit(struct drafting *d, const struct subject *s, enum role want)
{
	const struct invitation *inv = s->invitation;
	const struct known_account *k = subject_account(d, s);

	if (s->address && inv->address && strcmp(inv->address, s->address) != 0) {
		for (size_t i = 0; i < s->places_nr; i++) {
			const struct place *at = &s->places[i];
			const struct person *p =
				at->person == NOT_SEEN
					? NULL : &d->w->readings[at->reading].people[at->person];

			for (const char *const *alias = p ? p->aliases : NULL; alias && *alias; alias++)
				if (strcmp(*alias, inv->address) == 0)
					return NULL;
			if (p && str_eq(p->address, inv->address))
				return NULL;
		}
		return arena_printf(d->a, "the open invitation went to %s, which is no address of "
					  "the person any more", inv->email);
	}
	if (inv->role && want && inv->role != want && !(k && k->role_tried == want))
		return arena_printf(d->a, "the open invitation is for %s; %s", role_name(inv->role),
				    role_reason(d, &s->gets));
	return NULL;
}

static void invitation_replace(struct drafting *d, size_t subject, enum role want,
			       const char *misfit)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct known_account *memory = &d->accounts[subject].memory;
	enum role old = s->invitation->role;
	bool same_address = str_eq(s->address, s->invitation->address);
	bool loss = same_address && want < old && s->invitation->status == INVITATION_OPEN;
	struct draft *draft = cancel_add(d, subject, s->invitation, loss, misfit, NULL);

	draft->action.from_role = same_address ? old : ROLE_NONE;
	if (same_address)
		memory->role_tried = want;
	else
		memory->attempts = 0;
	want_add(d, subject, WANT_REPLACE, s->gets.seat == YES, misfit);
	d->wants.items[d->wants.nr - 1].cancel = (ptrdiff_t)d->drafts.nr - 1;
	d->accounts[subject].decision = misfit;
}

static bool reissue_due(const struct drafting *d, const struct subject *s)
{
	const struct policy *p = d->w->policy;
	const struct invitation *inv = s->invitation;

	if (inv->status == INVITATION_EXPIRED)
		return p->invitations.reissue != REISSUE_NEVER;
	return p->invitations.reissue == REISSUE_BEFORE && d->rb->clock_trusted &&
	       inv->expires_at && inv->expires_at - p->invitations.reissue_before <= d->w->now;
}

static bool attempts_used(struct drafting *d, size_t subject)
{
	struct known_account *memory = &d->accounts[subject].memory;
	unsigned allowed = d->w->policy->invitations.attempts;

	if (memory->attempts < allowed)
		return false;
	park(d, subject, PARKED_ATTEMPTS,
	     arena_printf(d->a, "was invited %u times without accepting; not invited again by "
				"itself, `seatsync adopt` starts anew", memory->attempts));
	return true;
}

static void invited_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	enum role want = entitlement_role(&s->gets);
	const char *misfit = invitation_misfit(d, s, want);
	bool open = s->invitation->status == INVITATION_OPEN;

	others_cancel(d, subject, false);
	if (misfit && want) {
		invitation_replace(d, subject, want, misfit);
	} else if (reissue_due(d, s)) {
		if (!open && attempts_used(d, subject))
			return;
		if (open && d->accounts[subject].memory.attempts >= d->w->policy->invitations.attempts)
			return; /* parked when it has expired */
		want_add(d, subject, WANT_REISSUE, s->gets.seat == YES,
			 open ? "the invitation expires soon and was not accepted"
			      : "the invitation expired and was not accepted");
		d->accounts[subject].decision = "the invitation is to be reissued";
	} else if (!open) {
		park(d, subject, PARKED_ATTEMPTS,
		     "the invitation expired, and invitations.reissue is never");
	} else {
		d->accounts[subject].decision = "was invited and has not accepted yet";
		if (s->gets.seat == YES && !d->accounts[subject].memory.waiting_since)
			d->accounts[subject].memory.waiting_since = d->w->now;
	}
}

/* A mail was sent and nobody knows whether it arrived: never another on top of it. */
static bool mail_unknown(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct known *k = d->w->known;

	for (size_t i = 0; s->account >= 0 && i < k->unknown_nr; i++) {
		const struct known_unknown *u = &k->unknown[i];

		if ((ptrdiff_t)u->account != s->account || !action_sends_mail(u->kind) ||
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
	struct known_account *memory = &d->accounts[subject].memory;

	if (!d->cast->subjects[subject].vanished)
		return false;
	if (!memory->gone_since)
		memory->gone_since = d->w->now;
	if (d->rb->clock_trusted && d->w->now >= memory->gone_since + d->w->policy->leavers.grace) {
		d->accounts[subject].invitation = NULL;
		return false;
	}
	d->accounts[subject].decision = "our invitation is gone, not by us, and no member came";
	return true;
}

static void nobody_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct known_account *memory = &d->accounts[subject].memory;

	if (memory->member_id) {
		park(d, subject, PARKED_REMOVED,
		     "was a member and was removed by another's hand; not invited again by itself, "
		     "`seatsync adopt` lifts it");
		return;
	}
	if (s->accepted) {
		park(d, subject, PARKED_ELSEWHERE,
		     "accepted the invitation, and no member has the address: perhaps under another "
		     "one; make that an alias in the directory, or use `seatsync adopt`");
		return;
	}
	if (vanished_waits(d, subject) || attempts_used(d, subject))
		return;
	d->accounts[subject].decision = grant_reason(d, &s->gets);
	want_add(d, subject, WANT_INVITE, s->gets.seat == YES, d->accounts[subject].decision);
}

/* A new address, an operator's word, or a new entitlement after a leave starts anew. */
static void unpark(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct known_account *memory = &d->accounts[subject].memory;
	bool moved = memory->key && s->person && s->address && memory->address && s->member < 0 &&
		     !s->invitation && strcmp(memory->address, s->address) != 0;

	if (s->member >= 0) {
		memory->parked = PARKED_NO;
		memory->gone_since = 0;
	} else if (s->wished || moved || (memory->leaving_since && memory->parked)) {
		memory->parked = PARKED_NO;
		memory->attempts = 0;
		memory->gone_since = 0;
		if (s->wished)
			memory->member_id = NULL;
	}
	if (memory->parked == PARKED_NO)
		memory->parked_at = 0;
	if (moved) {
		memory->email = s->email;
		memory->address = s->address;
	}
}

static void entitled_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct known_account *memory = &d->accounts[subject].memory;

	unpark(d, subject);
	if (memory->leaving_since && s->member >= 0 && !subject_member(d, s)->seat)
		memory->front = true;
	memory->leaving_since = 0;
	memory->leaving_runs = 0;
	if (s->member >= 0)
		member_decide(d, subject);
	else if (mail_unknown(d, subject))
		return;
	else if (s->invitation)
		invited_decide(d, subject);
	else
		nobody_decide(d, subject);
}

/* ---- those who are not -------------------------------------------------------------------- */

static bool leaving_due(struct drafting *d, size_t subject)
{
	const struct policy *p = d->w->policy;
	const struct subject *s = &d->cast->subjects[subject];
	struct known_account *memory = &d->accounts[subject].memory;

	if (!memory->leaving_since) {
		memory->leaving_since = d->w->now;
		memory->leaving_runs = 0;
	}
	memory->leaving_runs++;
	if (s->disabled && !p->leavers.disabled_grace)
		return true;
	return memory->leaving_runs >= p->leavers.runs &&
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
	if (!unsure)
		d->accounts[subject].decision =
			p->leavers.remove
				? arena_printf(d->a, "%s; leaves after the grace", reason)
				: arena_printf(d->a, "%s; stays without seat and role", reason);
}

/* Does the plan want anything of this subject, the last one looked at? */
static bool pending(const struct drafting *d, size_t subject)
{
	for (size_t i = d->drafts.nr; i > 0 && d->drafts.items[i - 1].subject == subject; i--)
		if (d->drafts.items[i - 1].verdict != VERDICT_DROPPED)
			return true;
	return false;
}

static void leaver_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	bool due = leaving_due(d, subject);

	d->accounts[subject].memory.waiting_since = 0;
	d->accounts[subject].memory.front = false;
	if (s->member >= 0)
		leaver_member(d, subject, due, NULL);
	if (s->invitation)
		cancel_add(d, subject, s->invitation, s->invitation->status == INVITATION_OPEN,
			   leaver_reason(s), NULL);
	others_cancel(d, subject, true);
	if (s->member < 0) {
		d->accounts[subject].decision = leaver_reason(s);
		d->accounts[subject].forget = !pending(d, subject);
	}
}

/* Neither counts nor resets the leaving; what a leaver would lose at once is held. */
static void unknown_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct known_account *memory = &d->accounts[subject].memory;
	const struct policy *p = d->w->policy;
	const char *unsure = s->gets.unsure;
	bool due = memory->leaving_since
			   ? memory->leaving_runs + 1 >= p->leavers.runs &&
				     d->w->now >= memory->leaving_since + p->leavers.grace
			   : p->leavers.runs <= 1 && p->leavers.grace == 0;

	d->accounts[subject].decision = arena_printf(d->a, "may have left: %s", unsure);
	if (s->member >= 0)
		leaver_member(d, subject, due, unsure);
	else if (s->invitation && s->invitation->status == INVITATION_OPEN)
		cancel_add(d, subject, s->invitation, true, "may have left", unsure);
}

/* ---- one subject ------------------------------------------------------------------------------ */

/* What is remembered of a subject before anything is decided about it. */
static void memory_begin(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct known_account *k = subject_account(d, s);
	struct plan_account *account = &d->accounts[subject];

	d->remembered[subject] = true;
	account->people = s->refs;
	account->people_nr = s->refs_nr;
	if (k) {
		account->memory = *k;
	} else {
		account->memory.managed = true;
		account->memory.email = s->invitation ? s->invitation->email : s->email;
		account->memory.address = s->invitation ? s->invitation->address : s->address;
		account->memory.attempts = s->invitation ? 1 : 0;
	}
	if (s->member < 0 && s->ours && !s->invitation)
		account->invitation = s->ours;
}

/* What is managed is bound: the member it is, or the invitation that is ours from now on. */
static void memory_bind(struct drafting *d, size_t subject)
{
	const struct member *m = subject_member(d, &d->cast->subjects[subject]);
	struct known_account *memory = &d->accounts[subject].memory;

	memory->managed = true;
	if (!m)
		return;
	memory->member_id = m->id;
	memory->email = m->email;
	memory->address = m->address;
}

/* An invitation that exists and is ours from now on. */
static void invitation_keep(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct invitation *inv = s->invitation;
	struct known_invitation *keep;

	if (!inv || s->member >= 0)
		return;
	keep = arena_alloc(d->a, sizeof *keep);
	*keep = (struct known_invitation){.id = inv->id, .email = inv->email,
					  .address = inv->address, .role = inv->role,
					  .sent_at = inv->sent_at, .expires_at = inv->expires_at};
	if (s->ours && str_eq(s->ours->id, inv->id)) {
		keep->role = inv->role ? inv->role : s->ours->role;
		keep->sent_at = inv->sent_at ? inv->sent_at : s->ours->sent_at;
		keep->expires_at = inv->expires_at ? inv->expires_at : s->ours->expires_at;
	}
	d->accounts[subject].invitation = keep;
}

/* True when what the platform has of this subject is ours to change. */
static bool managed(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct known_account *k = subject_account(d, s);
	const char *email = s->member >= 0 ? subject_member(d, s)->email
			    : s->invitation ? s->invitation->email : s->email;

	if (k && k->managed && (k->member_id || s->ours))
		return true;
	if (s->member < 0 && !s->invitation && !(k && !k->managed && k->member_id && !s->wished))
		return true; /* nothing there that could be another's */
	if (s->wished || (d->w->policy->adopt && s->gets.member == YES && (!k || k->managed))) {
		VEC_ADD(&d->adopted,
			((struct plan_note){email, s->person ? s->person->place : NULL,
					    s->member >= 0 ? "a member the rules entitle"
							   : "an invitation of a person the rules entitle"}));
		d->accounts[subject].adopted = true;
		return true;
	}
	VEC_ADD(&d->unmanaged,
		((struct plan_note){email, s->person ? s->person->place : NULL,
				    k && !k->managed ? "was given up with `seatsync forget`"
				    : s->gets.member == YES
					    ? "is entitled, and not managed (members.adopt: none); "
					      "`seatsync adopt` changes that"
					    : "is not managed, and no rule names the person"}));
	return false;
}

/* The address is that of another's account; nobody inherits it. */
static bool address_taken(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];

	return s->holder >= 0 && s->member < 0 && !s->invitation;
}

/* Why a subject is not looked at any further, or NULL. */
static const char *untouchable(struct drafting *d, const struct subject *s)
{
	if (s->self)
		return "is our own identity; seatsync never changes it";
	if (s->protected)
		return "is protected (protect:); nothing is taken and nothing given";
	if (s->doubled)
		return arena_printf(d->a, "bears the same e-mail as %s; neither is touched until "
					  "one of them is put right", s->doubled);
	return s->skip;
}

static void subject_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const char *why = untouchable(d, s);

	if (!s->places_nr && s->account < 0)
		return; /* its entry went to the account that `adopt` named */
	memory_begin(d, subject);
	if (why) {
		if (s->doubled && !s->protected && !s->self)
			draft_problem(d, s, "duplicate", why);
		draft_skip(d, s, why);
		d->accounts[subject].decision = why;
		d->remembered[subject] = s->account >= 0;
		return;
	}
	if (s->account < 0 && s->gets.member == NO && !s->wished) {
		d->remembered[subject] = false;
		return;
	}
	if (!managed(d, subject)) {
		d->remembered[subject] = s->account >= 0;
		d->accounts[subject].decision = "is not managed";
		return;
	}
	memory_bind(d, subject);
	invitation_keep(d, subject);
	if (s->gets.member == MAYBE && s->account < 0) {
		d->remembered[subject] = false;
		draft_skip(d, s, arena_printf(d->a, "may be entitled: %s", s->gets.unsure));
	} else if (s->gets.member == MAYBE) {
		unknown_decide(d, subject);
	} else if (s->gets.member == YES && !address_taken(d, subject)) {
		entitled_decide(d, subject);
	} else if (s->gets.member == YES) {
		want_add(d, subject, WANT_INVITE, s->gets.seat == YES, grant_reason(d, &s->gets));
	} else {
		leaver_decide(d, subject);
	}
}

/* Members and invitations that belong to nobody we know. */
static void strangers_report(struct drafting *d)
{
	const struct organization *o = d->w->organization;

	for (size_t i = 0; i < o->members_nr; i++) {
		const struct member *m = &o->members[i];

		if (d->cast->member_owner[i] == NO_INDEX)
			VEC_ADD(&d->unmanaged,
				((struct plan_note){m->email, NULL,
						    m->address && address_protected(d->w->policy, m->address)
							    ? "a protected member"
							    : "a member that no rule entitles, not managed"}));
	}
	for (size_t i = 0; i < o->invitations_nr; i++)
		if (d->cast->invitation_owner[i] == NO_INDEX &&
		    o->invitations[i].status == INVITATION_OPEN)
			VEC_ADD(&d->unmanaged,
				((struct plan_note){o->invitations[i].email, NULL,
						    "an open invitation of nobody the rules entitle, not "
						    "managed"}));
}

void decide_all(struct drafting *d)
{
	for (size_t i = 0; i < d->cast->subjects_nr; i++)
		subject_decide(d, i);
	strangers_report(d);
}
