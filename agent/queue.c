/*
 * queue.c - who gets the free seats and today's invitations.  One queue: the
 * rule's place, who came back within the grace, waiting since, e-mail.  Who
 * cannot take a seat now is passed over and keeps the place.  Whom the platform
 * refuses again and again comes after all others (refusals.c).
 */
#include "agent/draft.h"
#include "agent/index.h"

struct allotment {
	int64_t free;      /* INT64_MAX: the total is not known and counts as enough */
	int64_t mails;     /* left of today's quota */
	size_t order;
	size_t *first;      /* for each subject its first draft, of drafts_nr before the queue */
	ptrdiff_t *replaces; /* for each of these the want whose half it is, or NO_INDEX */
	size_t drafts_nr;
	enum want_state { WANT_UNSETTLED, WANT_SETTLING, WANT_SETTLED } *wants;
	struct index mailed; /* wants whose mail goes in this run: none to one address twice */
};

static const char *want_address(const struct drafting *d, const struct want *w)
{
	const struct subject *s = &d->cast->subjects[w->subject];

	return s->address; /* whom the rules entitle has one */
}

/* Where its mail goes. */
static const char *want_to(const struct drafting *d, const struct want *w)
{
	const struct subject *s = &d->cast->subjects[w->subject];

	return w->kind == WANT_REISSUE ? s->invitation->address : s->address;
}

static const char *mailed_address(const void *ctx, uint32_t want)
{
	const struct drafting *d = ctx;

	return want_to(d, &d->wants.items[want]);
}

static int want_order(const void *left, const void *right, void *ctx)
{
	const struct want *a = left, *b = right;
	utc a_refused = a->refused ? a->refused->at : 0, b_refused = b->refused ? b->refused->at : 0;
	int order;

	if (a_refused != b_refused)
		return a_refused < b_refused ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	if (a->front != b->front)
		return a->front ? -1 : 1;
	if (a->since != b->since)
		return a->since < b->since ? -1 : 1;
	order = strcmp(want_address(ctx, a), want_address(ctx, b));
	return order ? order : (a->subject > b->subject) - (a->subject < b->subject);
}

/* ---- counting ------------------------------------------------------------------ */

/*
 * An open invitation of somebody who will be given a seat keeps one for them;
 * so does one of ours that no list shows, for its grace: lists lag.
 */
static bool reserves(const struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	bool open = s->invitation && s->invitation->status == INVITATION_OPEN;
	bool missed = s->vanished && d->accounts[subject].invitation != NULL;

	return d->managed[subject] && !subject_untouchable(s) && !s->merged && s->member < 0 &&
	       (open || missed) && s->gets.member != NO && s->gets.seat != NO;
}

/* A lesson is over in the run that sees a seat freed by another hand: then one assignment tries. */
static int64_t seats_learnt(const struct world *w, int64_t assigned)
{
	return assigned < w->known->seats_left ? SEATS_UNKNOWN : w->known->seats_learnt;
}

/* The config's word, the platform's counter, a refusal to assign, an onboarding's counters. */
static int64_t seats_total(const struct world *w, int64_t assigned)
{
	const int64_t words[] = {w->policy->seats.total, w->organization->seats_total,
				 seats_learnt(w, assigned)};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (words[i] != SEATS_UNKNOWN)
			return words[i];
	return w->known->seats_told ? w->known->seats_told : SEATS_UNKNOWN;
}

static void seats_count(struct drafting *d)
{
	const struct organization *o = d->w->organization;
	struct plan_seats *s = &d->seats;

	for (size_t i = 0; i < o->members_nr; i++)
		s->assigned += o->members[i].seat;
	if (o->seats_assigned > s->assigned)
		s->assigned = o->seats_assigned;
	for (size_t i = 0; i < d->cast->subjects_nr; i++)
		s->reserved += reserves(d, i);
	s->total = seats_total(d->w, s->assigned);
	s->reserve = d->w->policy->seats.reserve;
	s->free = s->total == SEATS_UNKNOWN
			  ? SEATS_UNKNOWN : s->total - s->assigned - s->reserved - s->reserve;
	s->assigned_after = s->assigned;
	s->reserved_after = s->reserved;
}

/*
 * The pool shrank below its use: nobody is evicted, and the administrator is
 * told.  A total that was only learnt is no word of anybody's.
 */
static void overdraft_say(struct drafting *d)
{
	const struct plan_seats *s = &d->seats;

	if (s->total == SEATS_UNKNOWN || s->total == d->w->known->seats_learnt ||
	    s->assigned <= s->total)
		return;
	VEC_ADD(&d->problems,
		((struct plan_problem){NULL, NULL, "overdrawn",
				       arena_printf(d->a, "%lld seats are assigned and there are only "
							  "%lld; nobody loses one for it, and nobody gets "
							  "one before enough are free",
						    (long long)s->assigned, (long long)s->total)}));
}

/* Seats that the losses of this run set free before any is spent. */
static int64_t seats_freed(const struct drafting *d)
{
	int64_t freed = 0;

	for (size_t i = 0; i < d->drafts.nr; i++)
		freed += d->drafts.items[i].verdict == VERDICT_DO &&
			 d->drafts.items[i].action.kind == ACTION_REVOKE_SEAT;
	return freed;
}

/* ---- one want -------------------------------------------------------------------- */

static enum action_kind want_action(const struct want *w)
{
	static const enum action_kind kinds[] = {
		[WANT_SEAT] = ACTION_ASSIGN_SEAT,
		[WANT_INVITE] = ACTION_INVITE,
		[WANT_REISSUE] = ACTION_REISSUE_INVITATION,
		[WANT_REPLACE] = ACTION_INVITE,
	};
	return kinds[w->kind];
}

/* A higher one may be due: never more than is certain. */
static enum role want_role(const struct drafting *d, const struct want *w)
{
	enum role role = entitlement_role(&d->cast->subjects[w->subject].gets);

	if (w->kind == WANT_SEAT)
		return ROLE_NONE;
	return role == ROLE_NONE ? ROLE_MEMBER : role;
}

/* Of one unit either half may have been refused.  What an operator does the platform does not refuse. */
static const struct known_refusal *want_refused(const struct drafting *d, const struct want *w)
{
	const struct action act = {.kind = want_action(w), .role = want_role(d, w),
				   .address = want_to(d, w)};
	const struct known_refusal *r;

	if (by_hand_why(d, w->kind, w->seat))
		return NULL;
	r = refusal_find(d, w->subject, &act);
	return r || w->cancel == NO_INDEX
		       ? r : refusal_find(d, w->subject, &d->drafts.items[w->cancel].action);
}

static struct draft *want_draft(struct drafting *d, const struct want *w, struct allotment *left)
{
	const struct subject *s = &d->cast->subjects[w->subject];
	struct draft *draft = draft_add(d, w->subject, want_action(w), w->reason);
	struct action *act = &draft->action;

	draft->order = ++left->order;
	act->rule = rule_text(d, w->rule);
	act->wants_seat = w->seat;
	if (w->kind == WANT_SEAT)
		return draft;
	act->role = want_role(d, w);
	act->given_name = s->person->given_name;
	act->family_name = s->person->family_name;
	if (w->kind == WANT_REISSUE) {
		act->email = s->invitation->email;
		act->address = s->invitation->address;
		act->invitation_id = s->invitation->id;
		act->expires_before = s->invitation->expires_at;
	}
	return draft;
}

/* Both or neither: without the invitation no cancel. */
static void want_drop(struct drafting *d, const struct want *w)
{
	if (w->cancel != NO_INDEX)
		d->drafts.items[w->cancel].verdict = VERDICT_DROPPED;
}

static void want_wait(struct drafting *d, const struct want *w, struct allotment *left,
		      const char *why)
{
	struct draft *draft = want_draft(d, w, left);

	if (w->refused)
		why = arena_printf(d->a, "%s; %s; others go first", why, refusal_text(d, w->refused));
	draft->verdict = VERDICT_WAITING;
	draft->action.why = why;
	want_drop(d, w);
	d->accounts[w->subject].decision =
		arena_printf(d->a, "%s; waits: %s", d->accounts[w->subject].decision, why);
	if (w->seat && w->kind != WANT_REPLACE)
		d->seats.waiting++;
}

/* For each subject its first draft: those of one subject stand together. */
static size_t *drafts_first(const struct drafting *d)
{
	size_t *first = arena_array(d->a, d->cast->subjects_nr, sizeof *first);

	for (size_t i = d->drafts.nr; i-- > 0;)
		first[d->drafts.items[i].subject] = i;
	return first;
}

static void want_settle(struct drafting *d, size_t want, struct allotment *left);

/*
 * Will this draft be done?  A cancel that is half of a replacement only if the
 * other half is allotted: that is found out first, out of turn; but not what the
 * platform refuses, which comes after all others.
 */
static bool draft_stands(struct drafting *d, size_t draft, struct allotment *left)
{
	ptrdiff_t want = left->replaces[draft];

	if (want != NO_INDEX && left->wants[want] == WANT_UNSETTLED &&
	    !d->wants.items[want].refused)
		want_settle(d, (size_t)want, left);
	return d->drafts.items[draft].verdict == VERDICT_DO &&
	       (want == NO_INDEX || left->wants[want] == WANT_SETTLED);
}

/* A cancel whose other half goes to the same address again sets nothing free. */
static bool invites_again(const struct drafting *d, const struct subject *s, size_t draft,
			  const struct allotment *left)
{
	return left->replaces[draft] != NO_INDEX &&
	       str_eq(d->cast->subjects[s->held->subject].address, s->held->address);
}

/* The draft of this run that sets the address free which another has, or NO_INDEX. */
static ptrdiff_t freeing_find(struct drafting *d, const struct want *w, struct allotment *left)
{
	const struct subject *s = &d->cast->subjects[w->subject];

	for (size_t i = left->first[s->held->subject];
	     i < left->drafts_nr && d->drafts.items[i].subject == s->held->subject; i++) {
		const struct action *act = &d->drafts.items[i].action;
		bool frees = (act->kind == ACTION_REMOVE_MEMBER &&
			      str_eq(act->member_id, s->held->id)) ||
			     (act->kind == ACTION_CANCEL_INVITATION &&
			      str_eq(act->invitation_id, s->held->id) &&
			      !invites_again(d, s, i, left));

		if (frees && draft_stands(d, i, left))
			return (ptrdiff_t)i;
	}
	return NO_INDEX;
}

/* The cancel is held, and the invitation with it: both or neither. */
static bool replace_held(struct drafting *d, const struct want *w, struct allotment *left)
{
	const struct action *cancel;
	struct draft *invite;

	if (w->cancel == NO_INDEX || d->drafts.items[w->cancel].verdict != VERDICT_HELD)
		return false;
	invite = want_draft(d, w, left); /* may move the drafts */
	cancel = &d->drafts.items[w->cancel].action;
	invite->verdict = VERDICT_HELD;
	invite->action.cause = cancel->cause;
	invite->action.hold = cancel->hold;
	invite->action.why = cancel->why;
	return true;
}

/* Where the mail goes is what we know of the person from now on. */
static void mail_remember(struct drafting *d, const struct want *w, const struct action *act)
{
	const struct subject *s = &d->cast->subjects[w->subject];
	struct known_account *memory = &d->accounts[w->subject].memory;
	bool same = s->invitation && str_eq(s->invitation->address, act->address);

	memory->gone_since = 0;
	memory->email = act->email;
	memory->address = act->address;
	if (w->kind == WANT_REISSUE)
		return;
	memory->role_tried = ROLE_NONE;
	if (w->kind == WANT_REPLACE && same)
		memory->role_tried = act->role;
	if (w->kind == WANT_REPLACE && !same)
		memory->attempts = 0;
}

/*
 * Where nobody lists invitations, being on the worklist counts as an invitation
 * of that day without an id: not sent another way before it has expired.
 */
static void worklist_remember(struct drafting *d, const struct want *w, const struct action *act)
{
	struct plan_account *account = &d->accounts[w->subject];
	struct known_invitation *inv;

	if (d->w->organization->invitations_listed || w->kind != WANT_INVITE ||
	    (account->invitation && str_eq(account->invitation->address, act->address)))
		return;
	inv = arena_alloc(d->a, sizeof *inv);
	*inv = (struct known_invitation){.email = act->email, .address = act->address,
					 .role = act->role, .sent_at = d->w->now,
					 .expires_at = d->w->now + d->w->policy->invitations.lifetime};
	account->invitation = inv;
}

static void want_do(struct drafting *d, const struct want *w, struct allotment *left,
		    ptrdiff_t needs, const char *by_hand)
{
	struct draft *draft = want_draft(d, w, left);

	draft->action.needs = w->cancel != NO_INDEX ? w->cancel : needs;
	if (w->refused)
		draft->action.reason = arena_printf(d->a, "%s; %s; others go first", w->reason,
						    refusal_text(d, w->refused));
	if (w->kind == WANT_SEAT) {
		d->seats.assigned_after++;
		token_follow(d, w->subject, d->drafts.nr - 1);
		return;
	}
	if (want_to(d, w))
		index_add(&left->mailed, (uint32_t)(w - d->wants.items));
	if (by_hand) {
		draft->verdict = VERDICT_MANUAL;
		draft->action.needs = NO_INDEX;
		draft->action.why = by_hand;
		if (w->cancel != NO_INDEX && d->drafts.items[w->cancel].verdict == VERDICT_DO) {
			d->drafts.items[w->cancel].verdict = VERDICT_MANUAL;
			d->drafts.items[w->cancel].action.why = by_hand;
		}
		worklist_remember(d, w, &draft->action);
		return;
	}
	left->mails--;
	if (draft->action.kind == ACTION_INVITE)
		trial_take(d, draft->action.address);
	if (w->seat && !reserves(d, w->subject))
		d->seats.reserved_after++;
	mail_remember(d, w, &draft->action);
}

/* Whose the address is and stays, or NULL; *needs is what sets it free. */
static const char *address_holder(struct drafting *d, const struct want *w, struct allotment *left,
				  ptrdiff_t *needs)
{
	const struct subject *s = &d->cast->subjects[w->subject];
	const struct member *m;

	*needs = NO_INDEX;
	if (index_find(&left->mailed, want_to(d, w)) != INDEX_NONE)
		return "an invitation";
	if (!s->held)
		return NULL;
	*needs = freeing_find(d, w, left);
	if (*needs != NO_INDEX)
		return NULL;
	m = subject_member(d, &d->cast->subjects[s->held->subject]);
	return m && str_eq(m->id, s->held->id) ? "the account" : "an invitation";
}

/* True when the address is another's. */
static bool address_taken(struct drafting *d, const struct want *w, struct allotment *left,
			  ptrdiff_t *needs)
{
	const struct subject *s = &d->cast->subjects[w->subject];
	const char *what = address_holder(d, w, left, needs), *why;

	if (!what)
		return false;
	why = arena_printf(d->a, "the address belongs to %s of another person (%s); `seatsync adopt` "
				 "binds it to this one", what, s->address);
	draft_skip(d, s, why);
	want_drop(d, w);
	d->accounts[w->subject].decision = why;
	d->remembered[w->subject] = s->account >= 0;
	return true;
}

static void want_allot(struct drafting *d, const struct want *w, struct allotment *left)
{
	bool takes_seat = w->seat && !reserves(d, w->subject);
	bool mail = w->kind != WANT_SEAT;
	const char *by_hand = by_hand_why(d, w->kind, w->seat);
	ptrdiff_t needs;

	if ((mail && address_taken(d, w, left, &needs)) || replace_held(d, w, left))
		return;
	if (w->refused && refusal_paused(d, w->refused)) {
		want_wait(d, w, left, refusal_wait(d, w->subject, w->refused));
		return;
	}
	if (mail && !by_hand && left->mails <= 0) {
		want_wait(d, w, left, arena_printf(d->a, "the invitations of 24 hours are used "
							 "(invitations.per_day: %u)",
						   d->w->policy->invitations.per_day));
		return;
	}
	if (want_action(w) == ACTION_INVITE && !by_hand && !d->adds) {
		want_wait(d, w, left, d->adds_why);
		return;
	}
	if (takes_seat && left->free <= 0) {
		want_wait(d, w, left, "no seat is free");
		return;
	}
	if (takes_seat && left->free != INT64_MAX)
		left->free--;
	want_do(d, w, left, mail ? needs : NO_INDEX, by_hand);
}

static void want_settle(struct drafting *d, size_t want, struct allotment *left)
{
	if (left->wants[want] != WANT_UNSETTLED)
		return;
	left->wants[want] = WANT_SETTLING;
	want_allot(d, &d->wants.items[want], left);
	left->wants[want] = WANT_SETTLED;
}

/* The other halves of the replacements, once the wants are in order. */
static ptrdiff_t *replaces_index(const struct drafting *d)
{
	ptrdiff_t *replaces = arena_array(d->a, d->drafts.nr, sizeof *replaces);

	for (size_t i = 0; i < d->drafts.nr; i++)
		replaces[i] = NO_INDEX;
	for (size_t i = 0; i < d->wants.nr; i++)
		if (d->wants.items[i].cancel != NO_INDEX)
			replaces[d->wants.items[i].cancel] = (ptrdiff_t)i;
	return replaces;
}

static void seats_after(struct plan_seats *s)
{
	int64_t after = s->total - s->assigned_after - s->reserved_after - s->reserve;

	if (s->total == SEATS_UNKNOWN) {
		s->free_after = SEATS_UNKNOWN;
		return;
	}
	s->free = s->free < 0 ? 0 : s->free;
	s->free_after = after < 0 ? 0 : after;
}

void queue_allot(struct drafting *d)
{
	const struct policy *p = d->w->policy;
	int64_t freed = seats_freed(d);
	struct allotment left;

	seats_count(d);
	overdraft_say(d);
	trial_judge(d);
	d->seats.assigned_after -= freed;
	for (size_t i = 0; i < d->wants.nr; i++)
		d->wants.items[i].refused = want_refused(d, &d->wants.items[i]);
	if (d->wants.nr)
		qsort_r(d->wants.items, d->wants.nr, sizeof *d->wants.items, want_order, d);
	left = (struct allotment){
		.free = d->seats.total == SEATS_UNKNOWN ? INT64_MAX : d->seats.free + freed,
		.mails = (int64_t)p->invitations.per_day - d->w->known->mails_24h,
		.first = drafts_first(d), .drafts_nr = d->drafts.nr,
		.replaces = replaces_index(d),
		.wants = arena_array(d->a, d->wants.nr, sizeof *left.wants)};
	index_make(&left.mailed, d->a, d->wants.nr, mailed_address, d);
	for (size_t i = 0; i < d->wants.nr; i++)
		want_settle(d, i, &left);
	seats_after(&d->seats);
}
