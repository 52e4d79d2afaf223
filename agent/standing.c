/*
 * standing.c - how a subject stands: what the rules give it, why it is skipped,
 * and whether it may be touched at all.
 */
#include <fnmatch.h>

#include "agent/casting.h"

/* ---- what the rules give ---------------------------------------------------------------- */

/* The places that speak: no disabled entry, and a skipped one only when asked. */
static size_t places_use(const struct casting *c, const struct subject *s, struct place *use,
			 bool skipped_too)
{
	size_t nr = 0;

	for (size_t i = 0; i < s->places_nr; i++) {
		const struct person *p = place_person(c, s->places[i]);

		if (!p || (!p->disabled && (skipped_too || !entry_skip(c, p))))
			use[nr++] = s->places[i];
	}
	return nr;
}

/* A directory that was not read whole may have the person, too; one without its canary, active. */
static size_t places_suspect(const struct casting *c, const struct subject *s, struct place *use,
			     size_t nr)
{
	for (uint32_t r = 0; r < c->w->readings_nr; r++) {
		bool stands = !c->rb->reading_unsure[r];

		for (size_t i = 0; i < s->places_nr && !stands; i++) {
			const struct person *p = place_person(c, s->places[i]);

			stands = s->places[i].reading == r &&
				 !(c->rb->alarms[r].why && p && p->disabled);
		}
		if (!stands)
			use[nr++] = (struct place){r, NOT_SEEN};
	}
	return nr;
}

/* Looks at each active entry: is it skipped, is there another of its address? */
static const char *entries_judge(const struct casting *c, struct subject *s)
{
	const char *skip = NULL;

	for (size_t i = 0; i < s->places_nr; i++) {
		const struct person *p = place_person(c, s->places[i]);
		const char *why = p && !p->disabled ? entry_skip(c, p) : NULL;
		const struct person *twin = p && !p->disabled && p->address
						    ? entry_double(c, s->places[i]) : NULL;

		if (why)
			skip = why;
		if (twin)
			s->doubled = twin->place ? twin->place : twin->id;
	}
	return skip;
}

static bool gives_more(const struct entitlement *a, const struct entitlement *b)
{
	return a->member > b->member || a->seat > b->seat || (a->roles & ~b->roles);
}

/* Takes nothing away that might be due if what lacks its canary were not as it shows itself. */
static void entitlement_fear(struct entitlement *e, const struct entitlement *doubted)
{
	if (e->member == NO) {
		*e = *doubted;
		return;
	}
	if (e->seat == NO && doubted->seat == MAYBE) {
		e->seat = MAYBE;
		e->unsure = doubted->unsure;
	}
	e->feared = doubted->roles;
	e->fear = doubted->unsure;
}

/*
 * Where an entry that is skipped (no address, out of scope) would give more
 * than the others, nothing is given and nothing taken.
 */
static void subject_entitle(struct casting *c, struct subject *s)
{
	struct place *use = arena_array(&c->scratch, s->places_nr + c->w->readings_nr, sizeof *use);
	const char *skip = entries_judge(c, s);
	size_t nr = places_suspect(c, s, use, places_use(c, s, use, false));
	struct entitlement all;

	entitlement_make(c->rb, use, nr, true, &s->gets);
	if (c->rb->alarmed) {
		entitlement_make(c->rb, use, nr, false, &all);
		entitlement_fear(&s->gets, &all);
	}
	if (!skip)
		return;
	nr = places_suspect(c, s, use, places_use(c, s, use, true));
	entitlement_make(c->rb, use, nr, true, &all);
	if (gives_more(&all, &s->gets)) {
		s->gets = all;
		s->skip = skip;
	}
}

bool address_protected(const struct policy *p, const char *address)
{
	for (const char *const *s = p->protect; address && s && *s; s++)
		if (fnmatch(*s, address, 0) == 0)
			return true;
	return false;
}

static void address_mark(const struct world *w, struct subject *s, const char *address)
{
	const char *const *self = w->organization->self;

	s->protected |= address_protected(w->policy, address);
	for (; address && self && *self; self++)
		s->self |= strcmp(*self, address) == 0;
}

void subject_judge(struct casting *c, struct subject *s)
{
	const struct world *w = c->w;

	subject_entitle(c, s);
	address_mark(w, s, s->address);
	if (s->account >= 0)
		address_mark(w, s, w->known->accounts[s->account].address);
	for (size_t i = 0; i < s->places_nr; i++) {
		const struct person *p = place_person(c, s->places[i]);

		if (!p)
			continue;
		address_mark(w, s, p->address);
		for (const char *const *alias = p->aliases; alias && *alias; alias++)
			address_mark(w, s, *alias);
	}
	if (s->member >= 0) {
		address_mark(w, s, w->organization->members[s->member].address);
		address_mark(w, s, w->organization->members[s->member].id);
	}
}
