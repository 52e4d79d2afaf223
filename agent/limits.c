/*
 * limits.c - what keeps losses back: the administrators' floor, the limits
 * over a day, a configuration not yet accepted; and the holds that an
 * administrator reads and releases.
 */
#include "agent/draft.h"
#include "agent/index.h"

/* Percentages mean little in a small organization: half of it, but three are always few. */
enum { SMALL_BASE = 50, SMALL_ALWAYS = 3 };

/* ---- the floor ------------------------------------------------------------------ */

static bool takes_role(const struct draft *draft, enum role role)
{
	return (draft->verdict == VERDICT_DO || draft->verdict == VERDICT_MANUAL) &&
	       action_takes_role(&draft->action, role);
}

/* Disabled first, then leavers, then demotions, each by e-mail. */
static int floor_order(const void *left, const void *right, void *ctx)
{
	const struct drafting *d = ctx;
	const struct draft *a = &d->drafts.items[*(const size_t *)left];
	const struct draft *b = &d->drafts.items[*(const size_t *)right];
	bool a_leaves = d->cast->subjects[a->subject].gets.member == NO;
	bool b_leaves = d->cast->subjects[b->subject].gets.member == NO;

	if (a->disabled != b->disabled)
		return a->disabled ? -1 : 1;
	if (a_leaves != b_leaves)
		return a_leaves ? -1 : 1;
	return strcmp(a->action.email, b->action.email);
}

static void floor_hold(struct drafting *d, struct draft *draft)
{
	enum role role = draft->action.from_role;

	draft->verdict = VERDICT_HELD;
	draft->action.cause = HOLD_FLOOR;
	draft->action.why =
		role == ROLE_ADMIN
			? arena_printf(d->a, "fewer than %u administrators would be left "
					     "(limits.min_admins)", d->w->policy->limits.min_admins)
			: "no billing manager would be left";
}

/*
 * Lets as many give up the role as leave `least` with it.  Who is promoted to
 * it in this run makes room for one more, but only after the promotion.
 */
static void floor_keep(struct drafting *d, enum role role, size_t least)
{
	VEC(size_t) losing = {0};
	VEC(size_t) gaining = {0};
	size_t holders = organization_holders(d->w->organization, role);
	size_t gained = holders < least ? least - holders : 0; /* these only fill the gap */
	size_t spare = holders > least ? holders - least : 0;

	for (size_t i = 0; i < d->drafts.nr; i++) {
		const struct draft *draft = &d->drafts.items[i];

		if (takes_role(draft, role))
			VEC_ADD(&losing, i);
		else if (draft->verdict == VERDICT_DO && draft->action.kind == ACTION_SET_ROLE &&
			 draft->action.role == role && draft->action.phase != PHASE_AFTER_PROMOTE)
			VEC_ADD(&gaining, i);
	}
	if (losing.nr)
		qsort_r(losing.items, losing.nr, sizeof *losing.items, floor_order, d);
	if (gaining.nr)
		qsort_r(gaining.items, gaining.nr, sizeof *gaining.items, floor_order, d);
	for (size_t i = 0; i < losing.nr; i++) {
		struct draft *draft = &d->drafts.items[losing.items[i]];

		if (spare) {
			spare--;
		} else if (gained < gaining.nr) {
			draft->action.phase = PHASE_AFTER_PROMOTE;
			draft->action.needs = (ptrdiff_t)gaining.items[gained++];
		} else {
			floor_hold(d, draft);
		}
	}
	VEC_FREE(&losing);
	VEC_FREE(&gaining);
}

/*
 * A loss that needed a change which is held now is held, too; and one that needs
 * another of these comes after it.  Once round is enough: a billing manager may
 * wait for an administrator who becomes one and waits for a promotion, which is
 * no loss and waits for nobody.
 */
static void floor_settle(struct drafting *d)
{
	for (size_t i = 0; i < d->drafts.nr; i++) {
		struct draft *draft = &d->drafts.items[i];
		const struct draft *first;

		if (draft->action.phase != PHASE_AFTER_PROMOTE || draft->verdict != VERDICT_DO)
			continue;
		first = &d->drafts.items[draft->action.needs];
		if (first->verdict != VERDICT_DO)
			floor_hold(d, draft);
		else if (first->action.phase == PHASE_AFTER_PROMOTE)
			draft->order = first->order + 1;
	}
}

/* ---- holds: who is in which ------------------------------------------------------- */

struct held_person {
	const char *address;
	unsigned losses; /* enum loss */
	size_t hold;
	uint32_t next;
};

struct holds {
	struct held_person *people;
	struct index by_address;
};

static const char *held_address(const void *ctx, uint32_t i)
{
	return ((const struct holds *)ctx)->people[i].address;
}

static void holds_index(struct holds *h, struct drafting *d)
{
	const struct known *k = d->w->known;
	uint32_t nr = 0;

	for (size_t i = 0; i < k->holds_nr; i++)
		for (const char *const *s = k->holds[i].addresses; *s; s++)
			nr++;
	h->people = arena_array(d->a, nr, sizeof *h->people);
	index_make(&h->by_address, d->a, nr, held_address, h);
	nr = 0;
	for (size_t i = 0; i < k->holds_nr; i++)
		for (size_t j = 0; k->holds[i].addresses[j]; j++) {
			uint32_t first;

			h->people[nr] = (struct held_person){k->holds[i].addresses[j],
							     k->holds[i].losses[j], i, INDEX_NONE};
			first = index_add(&h->by_address, nr);
			if (first != nr) {
				h->people[nr].next = h->people[first].next;
				h->people[first].next = nr;
			}
			nr++;
		}
}

/* By which address a subject's losses are counted and held. */
static const char *loss_address(const struct drafting *d, size_t subject)
{
	const char *address = d->accounts[subject].memory.address;

	if (!address)
		address = d->cast->subjects[subject].address;
	return address ? address : d->accounts[subject].memory.email;
}

static bool releasable(enum hold_cause cause)
{
	return cause == HOLD_LIMIT || cause == HOLD_CONFIG;
}

/* What this loss takes from the person. */
static unsigned draft_loss(const struct drafting *d, const struct draft *draft)
{
	const struct entitlement *gets = &d->cast->subjects[draft->subject].gets;
	enum action_kind kind = draft->action.kind;

	if (gets->member != YES)
		return kind == ACTION_REMOVE_MEMBER ? LOSS_MEMBERSHIP : LOSS_LEAVING;
	if (kind == ACTION_REVOKE_SEAT)
		return LOSS_SEAT;
	return entitlement_role(gets) == ROLE_MEMBER ? LOSS_ROLE_MEMBER : LOSS_ROLE_BILLING;
}

/* What a new hold with this loss shows: of who leaves all that leaving takes in the end. */
static unsigned losses_shown(const struct drafting *d, const struct draft *draft)
{
	unsigned loss = draft_loss(d, draft);

	if (loss < LOSS_LEAVING)
		return loss;
	return LOSS_LEAVING | (d->w->policy->leavers.remove ? LOSS_MEMBERSHIP : 0);
}

/* A released hold, or an open one of a like cause? */
static bool hold_fits(const struct known_hold *hold, utc now, bool released, enum hold_cause cause)
{
	if (released)
		return hold->released_at != 0 && (hold->taken || now < hold->released_at + DAY);
	return hold->released_at == 0 && (hold->cause == cause ||
					  (releasable(cause) && releasable(hold->cause)));
}

/* The person in such a known hold that keeps back this loss; NULL: in none. */
static const struct held_person *hold_find(const struct holds *h, const struct drafting *d,
					   const char *address, unsigned loss, bool released,
					   enum hold_cause cause)
{
	const struct known *k = d->w->known;
	uint32_t i = address ? index_find(&h->by_address, address) : (uint32_t)INDEX_NONE;

	for (; i != INDEX_NONE; i = h->people[i].next) {
		const struct held_person *p = &h->people[i];
		const struct known_hold *hold = &k->holds[p->hold];

		if (hold_fits(hold, d->w->now, released, cause) &&
		    ((p->losses & loss) || !releasable(hold->cause)))
			return p;
	}
	return NULL;
}

/* ---- the limits over a day ----------------------------------------------------------- */

struct losers {
	size_t nr;      /* in this run, released ones apart */
	size_t day;     /* with those of the last 24 hours, each once */
	size_t base;    /* managed members and open invitations */
	size_t hit;     /* of these: who loses now or lost in the last 24 hours */
};

static const char *lost_address(const void *ctx, uint32_t i)
{
	return ((const char *const *)ctx)[i];
}

/* Is this draft a loss that the limits are about? */
static bool draft_counts(const struct draft *draft)
{
	return draft->action.loss && draft->action.cause != HOLD_FLOOR &&
	       draft->verdict != VERDICT_MANUAL;
}

static void losers_mark(struct losers *l, struct drafting *d, const struct holds *h,
			const struct index *lost, bool *losing)
{
	for (size_t i = 0; i < d->drafts.nr; i++) {
		struct draft *draft = &d->drafts.items[i];
		const char *address = loss_address(d, draft->subject);

		if (!draft_counts(draft))
			continue;
		d->losses_found = true;
		if (draft->verdict != VERDICT_DO)
			continue;
		draft->action.released = hold_find(h, d, address, draft_loss(d, draft), true,
						   HOLD_LIMIT) != NULL;
		if (draft->action.released || losing[draft->subject])
			continue;
		losing[draft->subject] = true;
		l->nr++;
		l->day += index_find(lost, address) == INDEX_NONE;
	}
}

/*
 * Whoever is within the grace loses the membership later, or the seat that was
 * kept: until that is released, or has come to pass, it is no reason to accept a
 * configuration.
 */
static bool loss_comes(const struct drafting *d, const struct holds *h, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct member *m = subject_member(d, s);
	const struct policy *p = d->w->policy;

	return m && d->managed[subject] && s->gets.member == NO && !subject_untouchable(s) &&
	       (p->leavers.remove || (m->seat && p->leavers.keep_seat)) &&
	       !hold_find(h, d, loss_address(d, subject),
			  p->leavers.remove ? LOSS_MEMBERSHIP : LOSS_LEAVING, true, HOLD_LIMIT);
}

static void losers_count(struct losers *l, struct drafting *d, const struct holds *h)
{
	const char *const *texts = d->w->known->lost_24h;
	bool *losing = arena_array(d->a, d->cast->subjects_nr, sizeof *losing);
	struct index lost;
	size_t nr = 0;

	while (texts && texts[nr])
		nr++;
	index_make(&lost, d->a, nr, lost_address, texts);
	for (uint32_t i = 0; i < nr; i++)
		l->day += index_add(&lost, i) == i;
	losers_mark(l, d, h, &lost, losing);
	for (size_t i = 0; i < d->cast->subjects_nr; i++) {
		const struct subject *s = &d->cast->subjects[i];
		bool counts = d->managed[i] &&
			      (s->member >= 0 ||
			       (s->invitation && s->invitation->status == INVITATION_OPEN));

		l->base += counts;
		l->hit += counts && (losing[i] ||
				     index_find(&lost, loss_address(d, i)) != INDEX_NONE);
		d->losses_found |= loss_comes(d, h, i);
	}
}

/* Why every loss of this run is held, or NULL. */
static const char *limit_reached(struct drafting *d, const struct losers *l)
{
	const struct policy *p = d->w->policy;
	size_t part = l->base < SMALL_BASE ? l->base / 2
					   : l->base * p->limits.removals_percent / 100;

	if (l->base < SMALL_BASE && part < SMALL_ALWAYS)
		part = SMALL_ALWAYS;
	if (l->nr == 0)
		return NULL;
	if (l->day > p->limits.removals)
		return arena_printf(d->a, "%zu %s would lose something within a day, more than "
					  "limits.removals: %u", l->day,
				    l->day == 1 ? "person" : "people", p->limits.removals);
	if (p->limits.removals_percent >= PERCENT_OFF)
		return NULL;
	if (l->day > part)
		return arena_printf(d->a, "%zu of %zu people would lose something within a day, more "
					  "than the %zu that limits.removals_percent: %u%% allows",
				    l->day, l->base, part, p->limits.removals_percent);
	if (l->hit == l->base && l->base >= 2)
		return arena_printf(d->a, "all %zu people would lose something", l->base);
	return NULL;
}

static void losses_hold(struct drafting *d, const struct holds *h, const char *limit, bool accepted)
{
	for (size_t i = 0; i < d->drafts.nr; i++) {
		struct draft *draft = &d->drafts.items[i];
		const struct held_person *open;

		if (!draft->action.loss || draft->action.released || draft->verdict != VERDICT_DO)
			continue;
		open = hold_find(h, d, loss_address(d, draft->subject), draft_loss(d, draft), false,
				 HOLD_LIMIT);
		if (!limit && accepted && !open)
			continue;
		draft->verdict = VERDICT_HELD;
		draft->action.cause = !accepted ? HOLD_CONFIG : limit ? HOLD_LIMIT
						       : d->w->known->holds[open->hold].cause;
		draft->action.why = !accepted ? "the configuration is new or was changed, and is not "
						"yet accepted"
				    : limit   ? limit
					      : "it was held before and not released";
	}
}

/* ---- the holds of this plan -------------------------------------------------------------- */

struct kept {
	const char *address;
	unsigned losses;
};

typedef VEC(struct kept) kept_list;

static int kept_order(const void *left, const void *right)
{
	return strcmp(((const struct kept *)left)->address, ((const struct kept *)right)->address);
}

/* Each once, with all that is kept from them. */
static void hold_people(struct plan_hold *hold, struct arena *a, kept_list *people)
{
	const char **addresses = arena_array(a, people->nr + 1, sizeof *addresses);
	unsigned *losses = arena_array(a, people->nr, sizeof *losses);
	size_t nr = 0;

	qsort(people->items, people->nr, sizeof *people->items, kept_order);
	for (size_t i = 0; i < people->nr; i++) {
		const struct kept *p = &people->items[i];

		if (!nr || strcmp(addresses[nr - 1], p->address) != 0)
			addresses[nr++] = p->address;
		losses[nr - 1] |= p->losses;
	}
	hold->addresses = addresses;
	hold->losses = losses;
}

static void hold_put(struct drafting *d, const struct known_hold *known, enum hold_cause cause,
		     kept_list *people)
{
	struct plan_hold hold = {.id = known ? known->id : NULL, .cause = cause,
				 .made_at = known ? known->made_at : d->w->now, .fresh = !known};

	if (people->nr) {
		hold_people(&hold, d->a, people);
		VEC_ADD(&d->holds, hold);
	}
	VEC_FREE(people);
}

static void hold_keep(kept_list *old, const struct held_person *in)
{
	VEC_ADD(&old[in->hold], ((struct kept){in->address, in->losses}));
}

/* Nobody can tell whether the person still loses this. */
static bool loss_unsure(const struct entitlement *gets, unsigned loss)
{
	if (gets->member != YES)
		return gets->member == MAYBE;
	if (loss == LOSS_SEAT)
		return gets->seat == MAYBE;
	return loss < LOSS_LEAVING && (gets->fear || !entitlement_role(gets));
}

/*
 * Who is in a hold that can be released stays in it while nobody can tell
 * whether they still lose what it keeps, and a release covers a leaving to its
 * end, also in runs with nothing to do.
 */
static void holds_stay(struct drafting *d, const struct holds *h, kept_list *old)
{
	for (size_t i = 0; i < d->cast->subjects_nr; i++) {
		const char *address = loss_address(d, i);

		for (unsigned loss = 1; loss < LOSS_END; loss *= 2) {
			bool unknown = loss_unsure(&d->cast->subjects[i].gets, loss);
			const struct held_person *in = NULL;

			if (unknown || (loss >= LOSS_LEAVING && d->accounts[i].memory.leaving_since))
				in = hold_find(h, d, address, loss, true, HOLD_LIMIT);
			if (!in && unknown)
				in = hold_find(h, d, address, loss, false, HOLD_LIMIT);
			if (in)
				hold_keep(old, in);
		}
	}
}

/* Held drafts go into the hold that has them already, else into a new one of their cause. */
static void holds_make(struct drafting *d, const struct holds *h)
{
	const struct known *k = d->w->known;
	kept_list *old = arena_array(d->a, k->holds_nr, sizeof *old);
	kept_list new[HOLD_FLOOR + 1] = {0};

	for (size_t i = 0; i < d->drafts.nr; i++) {
		struct draft *draft = &d->drafts.items[i];
		const char *address = loss_address(d, draft->subject);
		const struct held_person *in;

		if (draft->verdict != VERDICT_HELD && !draft->action.released)
			continue;
		in = hold_find(h, d, address, draft_loss(d, draft), draft->action.released,
			       draft->action.cause);
		if (in)
			hold_keep(old, in);
		else
			VEC_ADD(&new[draft->action.cause],
				((struct kept){address, losses_shown(d, draft)}));
		draft->action.hold = in ? k->holds[in->hold].id : NULL;
	}
	holds_stay(d, h, old);
	for (size_t i = 0; i < k->holds_nr; i++)
		hold_put(d, &k->holds[i], k->holds[i].cause, &old[i]);
	for (size_t c = 0; c < ARRAY_SIZE(new); c++)
		hold_put(d, NULL, (enum hold_cause)c, &new[c]);
}

void limits_apply(struct drafting *d)
{
	const struct policy *p = d->w->policy;
	struct holds h;
	struct losers l = {0};

	floor_keep(d, ROLE_BILLING_MANAGER, 1);
	floor_keep(d, ROLE_ADMIN, p->limits.min_admins);
	holds_index(&h, d);
	losers_count(&l, d, &h);
	losses_hold(d, &h, limit_reached(d, &l),
		    str_eq(d->w->known->accepted_config, p->fingerprint));
	floor_settle(d);
	holds_make(d, &h);
}
