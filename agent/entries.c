/*
 * entries.c - the entries of all directories in one count, found by address
 * and by alias.
 */
#include "agent/casting.h"

/* ---- entries ----------------------------------------------------------------- */

struct place entry_place(const struct casting *c, uint32_t entry)
{
	uint32_t r = (uint32_t)c->w->readings_nr - 1;

	while (c->first[r] > entry)
		r--;
	return (struct place){r, entry - c->first[r]};
}

const struct person *entry_person(const struct casting *c, uint32_t entry)
{
	return place_person(c, entry_place(c, entry));
}

const char *entry_address(const void *ctx, uint32_t entry)
{
	return entry_person(ctx, entry)->address;
}

bool entry_before(const struct casting *c, uint32_t a, uint32_t b)
{
	struct place p = entry_place(c, a), q = entry_place(c, b);

	if (p.reading != q.reading)
		return p.reading < q.reading;
	return strcmp(place_person(c, p)->id, place_person(c, q)->id) < 0;
}

static const char *alias_text(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->aliases[i].alias;
}

static const char *address_domain_part(const char *address)
{
	return strrchr(address, '@') + 1; /* a normal form has one */
}

static bool in_scope(const struct policy *p, const char *address)
{
	const char *const *d = p->domains;

	if (!d || !*d)
		return true;
	for (; *d; d++)
		if (strcmp(*d, address_domain_part(address)) == 0)
			return true;
	return false;
}

const struct person *entry_double(const struct casting *c, struct place at)
{
	const struct person *p = place_person(c, at), *twin = NULL;
	uint32_t e = index_find(&c->by_address, p->address);

	for (; e != INDEX_NONE; e = c->next[e]) {
		struct place other = entry_place(c, e);
		const struct person *q = place_person(c, other);

		if (other.reading == at.reading && other.person != at.person && !q->disabled &&
		    (!twin || strcmp(q->id, twin->id) < 0))
			twin = q;
	}
	return twin;
}

const char *entry_skip(const struct casting *c, const struct person *p)
{
	if (!p->email)
		return "has no e-mail address in the directory";
	if (!p->address)
		return arena_printf(c->a, "the e-mail \"%s\" is no address that can be invited", p->email);
	if (!in_scope(c->w->policy, p->address))
		return arena_printf(c->a, "the domain %s is outside scope.domains",
				    address_domain_part(p->address));
	return NULL;
}

/* As far as addresses can tell. */
static bool one_human(const struct casting *c, uint32_t a, uint32_t b)
{
	const char *address = entry_address(c, a);

	return a == b || (address && str_eq(address, entry_address(c, b)));
}

static void aliases_index(struct casting *c)
{
	VEC(struct alias) all = {0};

	for (uint32_t e = 0; e < c->entries_nr; e++) {
		const struct person *p = entry_person(c, e);

		for (const char *const *s = p->disabled ? NULL : p->aliases; s && *s; s++)
			VEC_ADD(&all, ((struct alias){*s, e, false}));
	}
	c->aliases = arena_array(&c->scratch, all.nr, sizeof *c->aliases);
	if (all.nr)
		memcpy(c->aliases, all.items, all.nr * sizeof *c->aliases);
	index_make(&c->by_alias, &c->scratch, all.nr, alias_text, c);
	for (uint32_t i = 0; i < all.nr; i++) {
		struct alias *first = &c->aliases[index_add(&c->by_alias, i)];

		first->shared |= !one_human(c, first->entry, c->aliases[i].entry);
	}
	VEC_FREE(&all);
}

/*
 * So many entries are looked through for one address.  Whoever shares it with
 * more is a duplicate all the same, and a hostile directory costs no more.
 */
enum { BEARERS_MAX = 1000 };

void entries_index(struct casting *c)
{
	const struct world *w = c->w;
	uint16_t *bearers;
	size_t nr = 0;

	c->first = arena_array(&c->scratch, w->readings_nr, sizeof *c->first);
	for (size_t r = 0; r < w->readings_nr; r++) {
		c->first[r] = (uint32_t)nr;
		nr += w->readings[r].state == FAILED ? 0 : w->readings[r].people_nr;
	}
	BUG_IF(nr >= INDEX_NONE / 2);
	c->entries_nr = (uint32_t)nr;
	c->owner = arena_array(&c->scratch, nr, sizeof *c->owner);
	c->next = arena_array(&c->scratch, nr, sizeof *c->next);
	bearers = arena_array(&c->scratch, nr, sizeof *bearers);
	index_make(&c->by_address, &c->scratch, nr, entry_address, c);
	for (uint32_t e = 0; e < c->entries_nr; e++) {
		const struct person *p = entry_person(c, e);
		uint32_t first;

		c->owner[e] = c->next[e] = INDEX_NONE;
		if (!p->address)
			continue;
		first = index_add(&c->by_address, e);
		if (first != e && bearers[first] < BEARERS_MAX) {
			bearers[first]++;
			c->next[e] = c->next[first];
			c->next[first] = e;
		}
	}
	aliases_index(c);
}
