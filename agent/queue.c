/*
 * queue.c - who gets the free seats and today's invitations.  One queue: the
 * rule's place, who came back within the grace, waiting since, e-mail.  Who
 * cannot take a seat now is passed over and keeps the place.
 */
#include "agent/draft.h"

struct allotment {
	int64_t free;      /* INT64_MAX: the total is not known and counts as enough */
	int64_t mails;     /* left of today's quota */
	size_t order;
	ptrdiff_t *freeing; /* for each subject the draft that sets its address free, or NO_INDEX */
};

static const char *want_address(const struct drafting *d, const struct want *w)
{
	const struct subject *s = &d->cast->subjects[w->subject];

	return s->address ? s->address : "";
}

static int want_order(const void *left, const void *right, void *ctx)
{
	const struct want *a = left, *b = right;

	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	if (a->front != b->front)
		return a->front ? -1 : 1;
	if (a->since != b->since)
		return a->since < b->since ? -1 : 1;
	return strcmp(want_address(ctx, a), want_address(ctx, b));
}

/* ---- counting ------------------------------------------------------------------ */

/* An open invitation of somebody who will want a seat keeps one for them. */
static bool reserves(const struct subject *s)
{
	return s->member < 0 && s->invitation && s->invitation->status == INVITATION_OPEN &&
	       s->gets.member != NO && s->gets.seat != NO;
}

static void seats_count(struct drafting *d)
{
	const struct organization *o = d->w->organization;
	const struct policy *p = d->w->policy;
	struct plan_seats *s = &d->seats;

	for (size_t i = 0; i < o->members_nr; i++)
		s->assigned += o->members[i].seat;
	if (o->seats_assigned > s->assigned)
		s->assigned = o->seats_assigned;
	for (size_t i = 0; i < d->cast->subjects_nr; i++)
		s->reserved += reserves(&d->cast->subjects[i]);
	s->total = p->seats.total != SEATS_UNKNOWN	? p->seats.total
		   : o->seats_total != SEATS_UNKNOWN ? o->seats_total
						     : d->w->known->seats_learnt;
	s->reserve = p->seats.reserve;
	s->free = s->total == SEATS_UNKNOWN
			  ? SEATS_UNKNOWN : s->total - s->assigned - s->reserved - s->reserve;
	s->assigned_after = s->assigned;
	s->reserved_after = s->reserved;
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

static struct draft *want_draft(struct drafting *d, const struct want *w, struct allotment *left)
{
	const struct subject *s = &d->cast->subjects[w->subject];
	size_t added = draft_add(d, w->subject, want_action(w), w->reason); /* items may move */
	struct draft *draft = &d->drafts.items[added];
	struct action *act = &draft->action;

	draft->order = ++left->order;
	act->rule = rule_text(d, w->rule);
	act->wants_seat = w->seat;
	if (w->kind == WANT_SEAT)
		return draft;
	act->role = entitlement_role(&s->gets);
	if (act->role == ROLE_NONE)
		act->role = ROLE_MEMBER; /* a higher one may be due: never more than is certain */
	if (s->person) {
		act->given_name = s->person->given_name;
		act->family_name = s->person->family_name;
	}
	if (w->kind == WANT_REISSUE) {
		act->email = s->invitation->email;
		act->address = s->invitation->address;
		act->invitation_id = s->invitation->id;
		act->expires_before = s->invitation->expires_at;
	}
	return draft;
}

static void want_wait(struct drafting *d, const struct want *w, struct allotment *left,
		      const char *why)
{
	struct draft *draft = want_draft(d, w, left);

	draft->verdict = VERDICT_WAITING;
	draft->action.why = why;
	if (w->cancel != NO_INDEX)
		d->drafts.items[w->cancel].verdict = VERDICT_DROPPED;
	d->accounts[w->subject].decision =
		arena_printf(d->a, "%s; waits: %s", d->accounts[w->subject].decision, why);
	if (w->seat && w->kind != WANT_REPLACE)
		d->seats.waiting++;
}

/* Which action of this run sets a subject's address free for another. */
static ptrdiff_t *addresses_freed(const struct drafting *d)
{
	ptrdiff_t *freeing = arena_array(d->a, d->cast->subjects_nr, sizeof *freeing);

	for (size_t i = 0; i < d->cast->subjects_nr; i++)
		freeing[i] = NO_INDEX;
	for (size_t i = 0; i < d->drafts.nr; i++) {
		const struct draft *draft = &d->drafts.items[i];
		bool member = d->cast->subjects[draft->subject].member >= 0;
		enum action_kind frees = member ? ACTION_REMOVE_MEMBER : ACTION_CANCEL_INVITATION;

		if (draft->verdict == VERDICT_DO && draft->action.kind == frees)
			freeing[draft->subject] = (ptrdiff_t)i;
	}
	return freeing;
}

/* The cancel is held, and the invitation with it: both or neither. */
static bool replace_held(struct drafting *d, const struct want *w, struct allotment *left)
{
	const struct action cancel = w->cancel == NO_INDEX ? (struct action){0}
							    : d->drafts.items[w->cancel].action;
	struct draft *draft;

	if (w->cancel == NO_INDEX || d->drafts.items[w->cancel].verdict != VERDICT_HELD)
		return false;
	draft = want_draft(d, w, left);
	draft->verdict = VERDICT_HELD;
	draft->action.cause = cancel.cause;
	draft->action.hold = cancel.hold;
	draft->action.why = cancel.why;
	return true;
}

static void want_do(struct drafting *d, const struct want *w, struct allotment *left,
		    ptrdiff_t needs)
{
	bool mail = w->kind != WANT_SEAT;
	bool manual = mail && d->w->policy->invitations_mode != INVITATIONS_API;
	struct draft *draft = want_draft(d, w, left);

	draft->action.needs = w->cancel != NO_INDEX ? w->cancel : needs;
	if (manual) {
		draft->verdict = VERDICT_MANUAL;
		draft->action.needs = NO_INDEX;
		draft->action.why = "the platform offers no call to invite: do it on the site";
		return;
	}
	if (mail)
		left->mails--;
	if (w->kind == WANT_SEAT)
		d->seats.assigned_after++;
	else if (w->seat && !reserves(&d->cast->subjects[w->subject]))
		d->seats.reserved_after++;
	if (mail)
		d->accounts[w->subject].memory.gone_since = 0;
}

static void want_allot(struct drafting *d, const struct want *w, struct allotment *left)
{
	const struct subject *s = &d->cast->subjects[w->subject];
	bool manual = d->w->policy->invitations_mode != INVITATIONS_API;
	bool takes_seat = w->seat && !reserves(s);
	ptrdiff_t needs = NO_INDEX;

	if (s->holder >= 0 && s->member < 0 && !s->invitation) {
		needs = left->freeing[s->holder];
		if (needs == NO_INDEX) {
			const char *who = d->accounts[s->holder].memory.member_id
						  ? "the account" : "an invitation";

			draft_skip(d, s, arena_printf(d->a, "the address belongs to %s of another person "
							    "(%s); `seatsync adopt` binds it to this one",
						      who, s->held_address));
			d->remembered[w->subject] = s->account >= 0;
			return;
		}
	}
	if (replace_held(d, w, left))
		return;
	if (w->kind != WANT_SEAT && !manual && left->mails <= 0) {
		want_wait(d, w, left, arena_printf(d->a, "the invitations of 24 hours are used "
							 "(invitations.per_day: %u)",
						   d->w->policy->invitations.per_day));
		return;
	}
	if (takes_seat && left->free <= 0) {
		want_wait(d, w, left, "no seat is free");
		return;
	}
	if (takes_seat && left->free != INT64_MAX)
		left->free--;
	want_do(d, w, left, needs);
}

void queue_allot(struct drafting *d)
{
	const struct policy *p = d->w->policy;
	int64_t freed = seats_freed(d);
	struct allotment left;

	seats_count(d);
	left = (struct allotment){
		.free = d->seats.total == SEATS_UNKNOWN ? INT64_MAX : d->seats.free + freed,
		.mails = (int64_t)p->invitations.per_day - d->w->known->mails_24h,
		.freeing = addresses_freed(d)};
	d->seats.assigned_after -= freed;
	if (d->wants.nr)
		qsort_r(d->wants.items, d->wants.nr, sizeof *d->wants.items, want_order, d);
	for (size_t i = 0; i < d->wants.nr; i++)
		want_allot(d, &d->wants.items[i], &left);
	if (d->seats.total != SEATS_UNKNOWN) {
		struct plan_seats *s = &d->seats;
		int64_t after = s->total - s->assigned_after - s->reserved_after - s->reserve;

		s->free = s->free < 0 ? 0 : s->free;
		s->free_after = after < 0 ? 0 : after;
	} else {
		d->seats.free_after = SEATS_UNKNOWN;
	}
}
