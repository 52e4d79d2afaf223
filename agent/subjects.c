#include "agent/subjects.h"

#include <fnmatch.h>

#include "agent/index.h"

/*
 * Entries are numbered through all readings: reading r's person p is entry
 * first[r] + p.
 */
struct casting {
	struct cast *cast;
	struct arena *a;
	const struct world *w;
	const struct rulebook *rb;
	uint32_t *first;
	uint32_t entries_nr;
	struct index by_address;   /* active entries; others of the same address hang on `next` */
	uint32_t *next;
	struct alias {
		const char *alias;
		uint32_t entry;
		bool shared;
	} *aliases;
	struct index by_alias;
	size_t aliases_nr;
	uint64_t *taken;           /* entries that have a subject */
	VEC(struct subject) subjects;
	struct index by_subject;   /* subjects by the address of an active entry */
	struct index members_by_id, members_by_address;
	struct index invitations_by_address, invitations_by_id;
	uint32_t *invitations_next;
};

/* ---- entries ----------------------------------------------------------------- */

static struct place entry_place(const struct casting *c, uint32_t entry)
{
	uint32_t r = (uint32_t)c->w->readings_nr - 1;

	while (c->first[r] > entry)
		r--;
	return (struct place){r, entry - c->first[r]};
}

static const struct person *place_person(const struct casting *c, struct place at)
{
	return at.person == NOT_SEEN ? NULL : &c->w->readings[at.reading].people[at.person];
}

static const struct person *entry_person(const struct casting *c, uint32_t entry)
{
	return place_person(c, entry_place(c, entry));
}

static const char *entry_address(const void *ctx, uint32_t entry)
{
	return entry_person(ctx, entry)->address;
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

/* Another active entry of the same directory and address, the smallest id; or NULL. */
static const struct person *entry_double(const struct casting *c, struct place at)
{
	const struct person *p = place_person(c, at), *twin = NULL;
	uint32_t e = index_find(&c->by_address, p->address);

	for (; e != INDEX_NONE; e = c->next[e]) {
		struct place other = entry_place(c, e);
		const struct person *q = place_person(c, other);

		if (other.reading == at.reading && other.person != at.person &&
		    (!twin || strcmp(q->id, twin->id) < 0))
			twin = q;
	}
	return twin;
}

/* Why an active entry gets nothing, or NULL. */
static const char *entry_skip(const struct casting *c, const struct person *p)
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

static void aliases_index(struct casting *c)
{
	VEC(struct alias) all = {0};

	for (uint32_t e = 0; e < c->entries_nr; e++) {
		const struct person *p = entry_person(c, e);

		for (const char *const *s = p->disabled ? NULL : p->aliases; s && *s; s++)
			VEC_ADD(&all, ((struct alias){*s, e, false}));
	}
	c->aliases = arena_array(c->a, all.nr, sizeof *c->aliases);
	c->aliases_nr = all.nr;
	if (all.nr)
		memcpy(c->aliases, all.items, all.nr * sizeof *c->aliases);
	VEC_FREE(&all);
	index_make(&c->by_alias, c->a, c->aliases_nr, alias_text, c);
	for (uint32_t i = 0; i < c->aliases_nr; i++) {
		struct alias *first = &c->aliases[index_add(&c->by_alias, i)];

		if (!str_eq(entry_address(c, first->entry), entry_address(c, c->aliases[i].entry)))
			first->shared = true;
	}
}

static void entries_index(struct casting *c)
{
	const struct world *w = c->w;
	size_t nr = 0;

	c->first = arena_array(c->a, w->readings_nr + 1, sizeof *c->first);
	for (size_t r = 0; r < w->readings_nr; r++) {
		c->first[r] = (uint32_t)nr;
		nr += w->readings[r].state == FAILED ? 0 : w->readings[r].people_nr;
	}
	BUG_IF(nr >= INDEX_NONE / 2);
	c->entries_nr = (uint32_t)nr;
	c->taken = arena_array(c->a, nr / 64 + 1, sizeof *c->taken);
	c->next = arena_array(c->a, nr, sizeof *c->next);
	index_make(&c->by_address, c->a, nr, entry_address, c);
	for (uint32_t e = 0; e < c->entries_nr; e++) {
		const struct person *p = entry_person(c, e);
		uint32_t first;

		c->next[e] = INDEX_NONE;
		if (p->disabled || !p->address)
			continue;
		first = index_add(&c->by_address, e);
		if (first != e) {
			c->next[e] = c->next[first];
			c->next[first] = e;
		}
	}
	aliases_index(c);
}

static bool taken(const struct casting *c, uint32_t e)
{
	return c->taken[e / 64] >> (e % 64) & 1;
}

static void take(struct casting *c, uint32_t e)
{
	c->taken[e / 64] |= (uint64_t)1 << (e % 64);
}

/* ---- subjects: the known first --------------------------------------------------- */

static const char *known_person_id(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->w->known->people[i].id;
}

static const char *subject_address(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->subjects.items[i].address;
}

static ptrdiff_t reading_index(const struct world *w, const char *directory)
{
	for (size_t r = 0; r < w->readings_nr; r++)
		if (str_eq(w->readings[r].directory, directory))
			return (ptrdiff_t)r;
	return NO_INDEX;
}

struct known_place {
	size_t account;
	struct place at;          /* reading NOT_SEEN: a directory that is not configured */
	const struct known_person *known;
};

static int known_place_order(const void *left, const void *right)
{
	const struct known_place *a = left, *b = right;

	if (a->account != b->account)
		return a->account < b->account ? -1 : 1;
	if (a->at.reading != b->at.reading)
		return a->at.reading < b->at.reading ? -1 : 1;
	return strcmp(a->known->id, b->known->id);
}

/* Finds the known people among the entries by id; sorted by account. */
static struct known_place *known_places(struct casting *c)
{
	const struct known *k = c->w->known;
	struct known_place *places = arena_array(c->a, k->people_nr, sizeof *places);
	struct index *by_id = arena_array(c->a, c->w->readings_nr, sizeof *by_id);
	size_t *sizes = arena_array(c->a, c->w->readings_nr, sizeof *sizes);

	for (size_t i = 0; i < k->people_nr; i++) {
		ptrdiff_t r = reading_index(c->w, k->people[i].directory);

		places[i].account = k->people[i].account;
		places[i].known = &k->people[i];
		places[i].at = (struct place){r < 0 ? (uint32_t)NOT_SEEN : (uint32_t)r, NOT_SEEN};
		if (r >= 0)
			sizes[r]++;
	}
	for (size_t r = 0; r < c->w->readings_nr; r++)
		index_make(&by_id[r], c->a, sizes[r], known_person_id, c);
	for (size_t i = 0; i < k->people_nr; i++)
		if (places[i].at.reading != NOT_SEEN)
			index_add(&by_id[places[i].at.reading], (uint32_t)i);
	for (uint32_t e = 0; k->people_nr && e < c->entries_nr; e++) {
		struct place at = entry_place(c, e);
		uint32_t i = index_find(&by_id[at.reading], place_person(c, at)->id);

		if (i == INDEX_NONE)
			continue;
		places[i].at = at;
		take(c, e);
	}
	qsort(places, k->people_nr, sizeof *places, known_place_order);
	return places;
}

static void accounts_cast(struct casting *c)
{
	const struct known *k = c->w->known;
	struct known_place *places = known_places(c);
	size_t at = 0;

	for (size_t i = 0; i < k->accounts_nr; i++) {
		struct subject s = {.account = (ptrdiff_t)i, .member = NO_INDEX, .holder = NO_INDEX};
		struct place *own;
		struct person_ref *refs;
		size_t end = at;

		while (end < k->people_nr && places[end].account == i)
			end++;
		own = arena_array(c->a, end - at, sizeof *own);
		refs = arena_array(c->a, end - at, sizeof *refs);
		for (; at < end; at++) {
			refs[s.refs_nr++] = (struct person_ref){places[at].known->directory,
								places[at].known->id};
			if (places[at].at.reading != NOT_SEEN)
				own[s.places_nr++] = places[at].at;
		}
		s.places = own;
		s.refs = refs;
		VEC_ADD(&c->subjects, s);
	}
}

/* The entry that speaks: the first active one with an address, else active, else any. */
static void subject_speak(struct casting *c, struct subject *s)
{
	int best = 0;

	s->disabled = false;
	s->person = NULL;
	for (size_t i = 0; i < s->places_nr; i++) {
		const struct person *p = place_person(c, s->places[i]);
		int rank = !p ? 0 : p->disabled ? 1 : !p->address ? 2 : 3;

		if (rank > best) {
			best = rank;
			s->person = p;
		}
	}
	s->disabled = best == 1;
	if (s->person && s->person->address) {
		s->email = s->person->email;
		s->address = s->person->address;
	} else if (s->account >= 0) {
		s->email = c->w->known->accounts[s->account].email;
		s->address = c->w->known->accounts[s->account].address;
	} else if (s->person) {
		s->email = s->person->email;
	}
}

/* ---- subjects: newcomers ------------------------------------------------------------ */

static int newcomer_order(const void *left, const void *right, void *ctx)
{
	struct place a = entry_place(ctx, *(const uint32_t *)left);
	struct place b = entry_place(ctx, *(const uint32_t *)right);
	const struct person *p = place_person(ctx, a), *q = place_person(ctx, b);
	int order = strcmp(p->address ? p->address : "", q->address ? q->address : "");

	if (order)
		return order;
	if (a.reading != b.reading)
		return a.reading < b.reading ? -1 : 1;
	return strcmp(p->id, q->id);
}

static bool wished(const struct world *w, const char *address)
{
	for (const char *const *s = w->known->adopt; address && s && *s; s++)
		if (strcmp(*s, address) == 0)
			return true;
	return false;
}

static void place_add(struct casting *c, struct subject *s, struct place at)
{
	struct place *all = arena_array(c->a, s->places_nr + 1, sizeof *all);
	struct person_ref *refs = arena_array(c->a, s->refs_nr + 1, sizeof *refs);
	size_t i = s->places_nr;

	if (s->refs_nr)
		memcpy(refs, s->refs, s->refs_nr * sizeof *refs);
	refs[s->refs_nr++] = (struct person_ref){c->w->readings[at.reading].directory,
						 place_person(c, at)->id};
	s->refs = refs;
	if (s->places_nr)
		memcpy(all, s->places, s->places_nr * sizeof *all);
	for (; i > 0 && all[i - 1].reading > at.reading; i--)
		all[i] = all[i - 1];
	all[i] = at;
	s->places = all;
	s->places_nr++;
}

/* True when the subject has an active entry in this reading already. */
static bool stands_in(const struct casting *c, const struct subject *s, uint32_t reading)
{
	for (size_t i = 0; i < s->places_nr; i++) {
		const struct person *p = place_person(c, s->places[i]);

		if (s->places[i].reading == reading && p && !p->disabled)
			return true;
	}
	return false;
}

static void newcomer_cast(struct casting *c, uint32_t entry)
{
	struct place at = entry_place(c, entry);
	const struct person *p = place_person(c, at);
	uint32_t i = index_find(&c->by_subject, p->address);
	struct subject s = {.account = NO_INDEX, .member = NO_INDEX, .holder = NO_INDEX};

	take(c, entry);
	if (i != INDEX_NONE && !stands_in(c, &c->subjects.items[i], at.reading)) {
		place_add(c, &c->subjects.items[i], at);
		subject_speak(c, &c->subjects.items[i]);
		return;
	}
	place_add(c, &s, at);
	subject_speak(c, &s);
	VEC_ADD(&c->subjects, s);
	if (s.address)
		index_add(&c->by_subject, (uint32_t)c->subjects.nr - 1);
}

static void newcomers_cast(struct casting *c)
{
	VEC(uint32_t) new = {0};
	size_t known = c->subjects.nr;

	for (uint32_t e = 0; e < c->entries_nr; e++) {
		struct place at = entry_place(c, e);
		const struct person *p = place_person(c, at);

		if (!taken(c, e) && !p->disabled &&
		    (rulebook_names(c->rb, at) || wished(c->w, p->address)))
			VEC_ADD(&new, e);
	}
	if (new.nr)
		qsort_r(new.items, new.nr, sizeof *new.items, newcomer_order, c);
	index_make(&c->by_subject, c->a, known + new.nr, subject_address, c);
	for (uint32_t i = 0; i < known; i++) {
		struct subject *s = &c->subjects.items[i];

		subject_speak(c, s);
		if (s->address && s->person && !s->disabled)
			index_add(&c->by_subject, i);
	}
	for (size_t i = 0; i < new.nr; i++)
		newcomer_cast(c, new.items[i]);
	VEC_FREE(&new);
}

/* ---- what the rules give ---------------------------------------------------------------- */

/*
 * Active entries and those not seen speak first.  What only a skipped entry
 * (no address, out of scope) would give is neither given nor taken.
 */
static void subject_entitle(struct casting *c, struct subject *s)
{
	struct place *use = arena_array(c->a, s->places_nr, sizeof *use);
	const char *skip = NULL;
	struct entitlement all;
	size_t nr = 0;

	for (size_t i = 0; i < s->places_nr; i++) {
		const struct person *p = place_person(c, s->places[i]);
		const char *why = p && !p->disabled ? entry_skip(c, p) : NULL;
		const struct person *twin = p && !p->disabled && p->address
						    ? entry_double(c, s->places[i]) : NULL;

		if (twin)
			s->doubled = twin->place ? twin->place : twin->id;
		if (why)
			skip = why;
		else if (!p || !p->disabled)
			use[nr++] = s->places[i];
	}
	entitlement_make(c->rb, use, nr, &s->gets);
	if (!skip || s->gets.member == YES)
		return;
	nr = 0;
	for (size_t i = 0; i < s->places_nr; i++) {
		const struct person *p = place_person(c, s->places[i]);

		if (!p || !p->disabled)
			use[nr++] = s->places[i];
	}
	entitlement_make(c->rb, use, nr, &all);
	if (all.member > s->gets.member) {
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

static void subject_mark(struct casting *c, struct subject *s)
{
	const struct world *w = c->w;

	address_mark(w, s, s->address);
	s->wished = wished(w, s->address);
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

/* ---- members ------------------------------------------------------------------------------- */

static const char *member_id(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->w->organization->members[i].id;
}

static const char *member_address(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->w->organization->members[i].address;
}

/*
 * Binds the member with this address, unless another subject has it: then
 * that one is remembered as its holder.
 */
static void member_bind(struct casting *c, size_t subject, const char *address, bool hold)
{
	struct subject *s = &c->subjects.items[subject];
	uint32_t m = index_find(&c->members_by_address, address);
	ptrdiff_t owner;

	if (m == INDEX_NONE || s->member >= 0)
		return;
	owner = c->cast->member_owner[m];
	if (owner == NO_INDEX) {
		s->member = m;
		c->cast->member_owner[m] = (ptrdiff_t)subject;
	} else if (hold && owner != (ptrdiff_t)subject) {
		s->holder = owner;
		s->held_address = address;
	}
}

/* An alias that nobody else has, neither as alias nor as primary address. */
static bool alias_unique(const struct casting *c, const struct subject *s, const char *alias)
{
	uint32_t i = index_find(&c->by_alias, alias);
	uint32_t e = index_find(&c->by_address, alias);

	return i != INDEX_NONE && !c->aliases[i].shared &&
	       (e == INDEX_NONE || str_eq(entry_address(c, e), s->address));
}

typedef void address_use(struct casting *c, size_t subject, const char *address);

static void unique_aliases(struct casting *c, size_t subject, address_use *use)
{
	struct subject *s = &c->subjects.items[subject];

	for (size_t i = 0; i < s->places_nr; i++) {
		const struct person *p = place_person(c, s->places[i]);

		for (const char *const *alias = p && !p->disabled ? p->aliases : NULL;
		     alias && *alias; alias++)
			if (alias_unique(c, s, *alias))
				use(c, subject, *alias);
	}
}

static void alias_bind(struct casting *c, size_t subject, const char *alias)
{
	member_bind(c, subject, alias, false);
}

static int member_order(const void *left, const void *right, void *ctx)
{
	return strcmp(member_id(ctx, *(const uint32_t *)left),
		      member_id(ctx, *(const uint32_t *)right));
}

/* In order of id: of two members with one address the smaller id is found. */
static void members_index(struct casting *c)
{
	const struct organization *o = c->w->organization;
	uint32_t *order = arena_array(c->a, o->members_nr, sizeof *order);

	index_make(&c->members_by_id, c->a, o->members_nr, member_id, c);
	index_make(&c->members_by_address, c->a, o->members_nr, member_address, c);
	for (uint32_t i = 0; i < o->members_nr; i++) {
		c->cast->member_owner[i] = NO_INDEX;
		order[i] = i;
	}
	qsort_r(order, o->members_nr, sizeof *order, member_order, c);
	for (uint32_t i = 0; i < o->members_nr; i++) {
		index_add(&c->members_by_id, order[i]);
		if (o->members[order[i]].address)
			index_add(&c->members_by_address, order[i]);
	}
}

static void members_cast(struct casting *c)
{
	const struct known *k = c->w->known;

	members_index(c);
	for (size_t i = 0; i < k->accounts_nr; i++) {
		uint32_t m = index_find(&c->members_by_id, k->accounts[i].member_id);

		if (m == INDEX_NONE || c->cast->member_owner[m] != NO_INDEX)
			continue;
		c->subjects.items[i].member = m;
		c->cast->member_owner[m] = (ptrdiff_t)i;
	}
	for (size_t i = 0; i < c->subjects.nr; i++) {
		if (i < k->accounts_nr && !c->subjects.items[i].wished)
			member_bind(c, i, k->accounts[i].address, false);
		member_bind(c, i, c->subjects.items[i].address, i >= k->accounts_nr);
	}
	for (size_t i = 0; i < c->subjects.nr; i++)
		unique_aliases(c, i, alias_bind);
}

/*
 * `adopt EMAIL`: the newcomer who bears the address takes the account over
 * from whoever had it.
 */
static void wishes_grant(struct casting *c)
{
	const struct known *k = c->w->known;

	for (size_t i = k->accounts_nr; k->adopt && i < c->subjects.nr; i++) {
		struct subject *s = &c->subjects.items[i];
		struct subject *old = s->holder >= 0 ? &c->subjects.items[s->holder] : NULL;

		if (!old || !wished(c->w, s->address) || old->account < 0)
			continue;
		old->places = s->places;
		old->places_nr = s->places_nr;
		old->refs = s->refs;
		old->refs_nr = s->refs_nr;
		old->person = NULL;
		s->places_nr = 0;
		s->address = NULL;
		subject_speak(c, old);
	}
}

/* ---- invitations ----------------------------------------------------------------------------- */

static const char *invitation_id(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->w->organization->invitations[i].id;
}

static const char *invitation_address(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->w->organization->invitations[i].address;
}

static void invitations_index(struct casting *c)
{
	const struct organization *o = c->w->organization;

	index_make(&c->invitations_by_id, c->a, o->invitations_nr, invitation_id, c);
	index_make(&c->invitations_by_address, c->a, o->invitations_nr, invitation_address, c);
	c->invitations_next = arena_array(c->a, o->invitations_nr, sizeof *c->invitations_next);
	for (uint32_t i = 0; i < o->invitations_nr; i++) {
		uint32_t first;

		c->cast->invitation_owner[i] = NO_INDEX;
		c->invitations_next[i] = INDEX_NONE;
		index_add(&c->invitations_by_id, i);
		if (!o->invitations[i].address)
			continue;
		first = index_add(&c->invitations_by_address, i);
		if (first != i) {
			c->invitations_next[i] = c->invitations_next[first];
			c->invitations_next[first] = i;
		}
	}
}

/* The better of two: open before expired, ours, the later expiry, the smaller id. */
static bool invitation_better(const struct subject *s, const struct invitation *x,
			      const struct invitation *y)
{
	bool x_ours = s->ours && str_eq(s->ours->id, x->id);
	bool y_ours = s->ours && str_eq(s->ours->id, y->id);

	if (x->status != y->status)
		return x->status == INVITATION_OPEN;
	if (x_ours != y_ours)
		return x_ours;
	if (x->expires_at != y->expires_at)
		return x->expires_at > y->expires_at;
	return strcmp(x->id, y->id) < 0;
}

static void invitation_take(struct casting *c, size_t subject, uint32_t i)
{
	struct subject *s = &c->subjects.items[subject];
	const struct invitation *inv = &c->w->organization->invitations[i];
	ptrdiff_t owner = c->cast->invitation_owner[i];

	if (owner == (ptrdiff_t)subject || inv->status == INVITATION_REMOVED)
		return;
	if (owner != NO_INDEX) {
		if (inv->status != INVITATION_ACCEPTED && s->account < 0 && s->holder < 0) {
			s->holder = owner;
			s->held_address = inv->address;
		}
		return;
	}
	c->cast->invitation_owner[i] = (ptrdiff_t)subject;
	if (inv->status == INVITATION_ACCEPTED) {
		/* One of another time, before they left and came back, says nothing. */
		s->accepted |= s->ours && (!s->ours->id || str_eq(s->ours->id, inv->id));
		return;
	}
	if (s->invitation) {
		const struct invitation **all =
			arena_array(c->a, s->others_nr + 1, sizeof *all);
		bool better = invitation_better(s, inv, s->invitation);

		if (s->others_nr)
			memcpy(all, s->others, s->others_nr * sizeof *all);
		all[s->others_nr++] = better ? s->invitation : inv;
		s->others = all;
		if (!better)
			return;
	}
	s->invitation = inv;
}

static void address_invitations(struct casting *c, size_t subject, const char *address)
{
	uint32_t i = index_find(&c->invitations_by_address, address);

	for (; i != INDEX_NONE; i = c->invitations_next[i])
		invitation_take(c, subject, i);
}

/* Ours that no list shows: expired and hidden, not listable at all, or vanished. */
static void invitation_recall(struct casting *c, struct subject *s)
{
	const struct known_invitation *k = s->ours;
	bool over = k && k->expires_at && k->expires_at <= c->w->now && c->rb->clock_trusted;
	struct invitation *inv;

	if (!k || s->invitation || s->accepted || s->member >= 0)
		return;
	if (c->w->organization->invitations_listed &&
	    (!over || index_find(&c->invitations_by_id, k->id) != INDEX_NONE)) {
		s->vanished = true;
		return;
	}
	inv = arena_alloc(c->a, sizeof *inv);
	*inv = (struct invitation){.id = k->id, .email = k->email, .address = k->address,
				   .status = over ? INVITATION_EXPIRED : INVITATION_OPEN,
				   .role = k->role, .sent_at = k->sent_at,
				   .expires_at = k->expires_at};
	s->invitation = inv;
}

static void invitations_cast(struct casting *c)
{
	const struct known *k = c->w->known;

	invitations_index(c);
	for (size_t i = 0; i < k->invitations_nr; i++) {
		struct subject *s = &c->subjects.items[k->invitations[i].account];

		if (!s->ours || k->invitations[i].sent_at > s->ours->sent_at)
			s->ours = &k->invitations[i];
	}
	for (size_t i = 0; i < k->invitations_nr; i++) {
		uint32_t at = index_find(&c->invitations_by_id, k->invitations[i].id);

		if (at != INDEX_NONE)
			invitation_take(c, k->invitations[i].account, at);
	}
	for (size_t i = 0; i < c->subjects.nr; i++) {
		struct subject *s = &c->subjects.items[i];

		if (s->account >= 0)
			address_invitations(c, i, k->accounts[s->account].address);
		address_invitations(c, i, s->address);
	}
	for (size_t i = 0; i < c->subjects.nr; i++) {
		unique_aliases(c, i, address_invitations);
		invitation_recall(c, &c->subjects.items[i]);
	}
}

/* ---- all of it -------------------------------------------------------------------------------- */

void cast_make(struct cast *cast, struct arena *a, const struct world *world,
	       const struct rulebook *rb)
{
	struct casting c = {.cast = cast, .a = a, .w = world, .rb = rb};
	const struct organization *o = world->organization;

	cast->member_owner = arena_array(a, o->members_nr, sizeof *cast->member_owner);
	cast->invitation_owner = arena_array(a, o->invitations_nr, sizeof *cast->invitation_owner);
	entries_index(&c);
	accounts_cast(&c);
	newcomers_cast(&c);
	for (size_t i = 0; i < c.subjects.nr; i++)
		c.subjects.items[i].wished = wished(world, c.subjects.items[i].address);
	members_cast(&c);
	wishes_grant(&c);
	invitations_cast(&c);
	cast->subjects = arena_array(a, c.subjects.nr, sizeof *cast->subjects);
	cast->subjects_nr = c.subjects.nr;
	for (size_t i = 0; i < c.subjects.nr; i++) {
		subject_entitle(&c, &c.subjects.items[i]);
		subject_mark(&c, &c.subjects.items[i]);
		cast->subjects[i] = c.subjects.items[i];
	}
	VEC_FREE(&c.subjects);
}
