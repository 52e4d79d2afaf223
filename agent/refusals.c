/*
 * refusals.c - whom the platform refuses.  It may say no to one person in every
 * run, for ever: an address it does not like, an account that exists elsewhere.
 * Who was refused twice in a row goes behind all others in the queue, so that
 * nobody waits behind what cannot be; the place (rule, waiting since) is kept
 * for the day on which it works.  Of several the one that was refused longest
 * ago is tried first, so that none of these waits behind another, either.
 *
 * Trying in every run would make every run one with failures (status 4), and
 * help nobody: there is a pause (refusal_pause, model.h).  `adopt` tries at once.
 *
 * Losses are tried in every run: they have no queue, and wait for nobody.
 */
#include "agent/draft.h"
#include "agent/text.h"

/* ---- which ------------------------------------------------------------------------- */

static bool refusal_fits(const struct known_refusal *r, const struct action *act)
{
	bool invites = act->kind == ACTION_INVITE || act->kind == ACTION_REISSUE_INVITATION;

	return r->kind == act->kind && r->role == act->role &&
	       (!invites || str_eq(r->address, act->address));
}

/* The first of this account, or of a later one. */
static size_t refusals_at(const struct known *k, size_t account)
{
	size_t low = 0, high = k->refusals_nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (k->refusals[middle].account < account)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The index of the one that is about this action of the subject, or NO_INDEX. */
static ptrdiff_t refusal_index(const struct drafting *d, size_t subject, const struct action *act)
{
	const struct known *k = d->w->known;
	ptrdiff_t account = d->cast->subjects[subject].account;

	if (account < 0)
		return NO_INDEX;
	for (size_t i = refusals_at(k, (size_t)account);
	     i < k->refusals_nr && k->refusals[i].account == (size_t)account; i++)
		if (refusal_fits(&k->refusals[i], act))
			return (ptrdiff_t)i;
	return NO_INDEX;
}

const struct known_refusal *refusal_find(const struct drafting *d, size_t subject,
					 const struct action *act)
{
	ptrdiff_t i = refusal_index(d, subject, act);
	const struct known_refusal *r = i == NO_INDEX ? NULL : &d->w->known->refusals[i];

	return r && r->times >= REFUSED_LEAST && !d->cast->subjects[subject].wished ? r : NULL;
}

/* ---- until when ---------------------------------------------------------------------- */

/* Who was refused at a time that is yet to come is not paused until then: the clock is wrong. */
bool refusal_paused(const struct drafting *d, const struct known_refusal *r)
{
	return d->w->now >= r->at && d->w->now < refusal_pause(r);
}

/* ---- in words ------------------------------------------------------------------------ */

const char *refusal_text(struct drafting *d, const struct known_refusal *r)
{
	char at[UTC_TEXT_SIZE];

	return arena_printf(d->a, "the platform refused it %u times in a row, last at %s%s%s", r->times,
			    utc_format(at, r->at), r->text ? ": " : "", r->text ? r->text : "");
}

const char *refusal_wait(struct drafting *d, size_t subject, const struct known_refusal *r)
{
	char next[UTC_TEXT_SIZE];

	return arena_printf(d->a, "is tried again after %s, at once with `seatsync adopt %s`",
			    utc_format(next, refusal_pause(r)), d->cast->subjects[subject].email);
}

static void refusal_say(struct drafting *d, const struct known_refusal *r)
{
	const struct subject *s = &d->cast->subjects[r->account];
	const char *directory =
		s->places_nr ? d->w->readings[s->places[0].reading].directory : NULL;

	VEC_ADD(&d->problems,
		((struct plan_problem){
			directory, NULL, "refused",
			arena_printf(d->a, "%s: %s: %s; put right what it says, in the directory or on "
					   "the site", s->email, action_name(r->kind), refusal_text(d, r))}));
}

/* ---- what waits for no seat: promotions and tokens --------------------------------------- */

void refusals_pause(struct drafting *d)
{
	for (size_t i = 0; i < d->drafts.nr; i++) {
		struct draft *draft = &d->drafts.items[i];
		struct action *act = &draft->action;
		const struct known_refusal *r;

		if (draft->verdict != VERDICT_DO || act->loss || act->kind == ACTION_CANCEL_INVITATION)
			continue;
		r = refusal_find(d, draft->subject, act);
		if (!r)
			continue;
		act->reason = arena_printf(d->a, "%s; %s", act->reason, refusal_text(d, r));
		if (!refusal_paused(d, r))
			continue;
		draft->verdict = VERDICT_WAITING;
		act->why = refusal_wait(d, draft->subject, r);
	}
}

/* ---- what is left of them ------------------------------------------------------------------ */

/* What is wanted cannot be told now, so nothing is over. */
static bool in_doubt(const struct subject *s)
{
	return subject_untouchable(s) || s->gets.member == MAYBE || s->gets.seat == MAYBE;
}

void refusals_say(struct drafting *d, struct plan *plan)
{
	const struct known *k = d->w->known;
	bool *wanted = arena_array(d->a, k->refusals_nr, sizeof *wanted);

	/* a dropped one is wanted, too: the cancel of a unit that waits */
	for (size_t i = 0; k->refusals_nr && i < d->drafts.nr; i++) {
		ptrdiff_t r = refusal_index(d, d->drafts.items[i].subject, &d->drafts.items[i].action);

		if (r != NO_INDEX)
			wanted[r] = true;
	}
	plan->over = arena_array(d->a, k->refusals_nr, sizeof *plan->over);
	for (size_t i = 0; i < k->refusals_nr; i++) {
		const struct known_refusal *r = &k->refusals[i];
		const struct subject *s = &d->cast->subjects[r->account];

		if (s->wished || (!wanted[i] && !in_doubt(s)))
			plan->over[plan->over_nr++] = r->row;
		else if (wanted[i] && r->times >= REFUSED_LEAST)
			refusal_say(d, r);
	}
}
