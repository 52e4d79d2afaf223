/*
 * subjects.c - from entries and memory to humans: the known, those of them who
 * turn out to be one, newcomers, and whom an operator named.
 */
#include "agent/casting.h"

/* ---- subjects: the known first --------------------------------------------------- */

static const char *known_person_id(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->w->known->people[i].id;
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
	struct known_place *places = arena_array(&c->scratch, k->people_nr, sizeof *places);
	struct index *by_id = arena_array(&c->scratch, c->w->readings_nr, sizeof *by_id);
	size_t *sizes = arena_array(&c->scratch, c->w->readings_nr, sizeof *sizes);

	for (size_t i = 0; i < k->people_nr; i++) {
		ptrdiff_t r = reading_index(c->w, k->people[i].directory);

		places[i].account = k->people[i].account;
		places[i].known = &k->people[i];
		places[i].at = (struct place){r < 0 ? (uint32_t)NOT_SEEN : (uint32_t)r, NOT_SEEN};
		if (r >= 0)
			sizes[r]++;
	}
	for (size_t r = 0; r < c->w->readings_nr; r++)
		index_make(&by_id[r], &c->scratch, sizes[r], known_person_id, c);
	for (size_t i = 0; i < k->people_nr; i++)
		if (places[i].at.reading != NOT_SEEN)
			index_add(&by_id[places[i].at.reading], (uint32_t)i);
	for (uint32_t e = 0; k->people_nr && e < c->entries_nr; e++) {
		struct place at = entry_place(c, e);
		uint32_t i = index_find(&by_id[at.reading], place_person(c, at)->id);

		if (i == INDEX_NONE)
			continue;
		places[i].at = at;
		c->owner[e] = (uint32_t)places[i].account;
	}
	qsort(places, k->people_nr, sizeof *places, known_place_order);
	return places;
}

static void ours_find(struct casting *c)
{
	const struct known *k = c->w->known;

	for (size_t i = 0; i < k->invitations_nr; i++)
		c->subjects.items[k->invitations[i].account].ours = &k->invitations[i];
}

static void accounts_cast(struct casting *c)
{
	const struct known *k = c->w->known;
	struct known_place *places = known_places(c);
	struct place *own = arena_array(c->a, k->people_nr, sizeof *own);
	struct person_ref *refs = arena_array(c->a, k->people_nr, sizeof *refs);
	size_t at = 0;

	for (size_t i = 0; i < k->accounts_nr; i++) {
		struct subject s = {.account = (ptrdiff_t)i, .member = NO_INDEX,
				    .places = own, .refs = refs};

		for (; at < k->people_nr && places[at].account == i; at++) {
			refs[s.refs_nr++] = (struct person_ref){places[at].known->directory,
								places[at].known->id};
			if (places[at].at.reading != NOT_SEEN)
				own[s.places_nr++] = places[at].at;
		}
		own += s.places_nr;
		refs += s.refs_nr;
		VEC_ADD(&c->subjects, s);
	}
}

static int place_order(const void *left, const void *right, void *ctx)
{
	const struct place *a = left, *b = right;
	const struct person *p = place_person(ctx, *a), *q = place_person(ctx, *b);

	if (a->reading != b->reading)
		return a->reading < b->reading ? -1 : 1;
	return strcmp(p ? p->id : "", q ? q->id : "");
}

void places_move(struct casting *c, struct subject *to, struct subject *from)
{
	struct place *places = arena_array(c->a, to->places_nr + from->places_nr, sizeof *places);
	struct person_ref *refs = arena_array(c->a, to->refs_nr + from->refs_nr, sizeof *refs);
	uint32_t nr = 0;

	for (size_t i = 0; i < to->places_nr; i++)
		places[nr++] = to->places[i];
	for (size_t i = 0; i < from->places_nr; i++) {
		places[nr++] = from->places[i];
		if (place_person(c, from->places[i]))
			c->owner[c->first[from->places[i].reading] + from->places[i].person] =
				(uint32_t)(to - c->subjects.items);
	}
	qsort_r(places, nr, sizeof *places, place_order, c);
	to->places = places;
	to->places_nr = nr;
	nr = 0;
	for (size_t i = 0; i < to->refs_nr; i++)
		refs[nr++] = to->refs[i];
	for (size_t i = 0; i < from->refs_nr; i++)
		refs[nr++] = from->refs[i];
	to->refs = refs;
	to->refs_nr = nr;
	from->places_nr = from->refs_nr = 0;
}

/* The entry that speaks: the first active one with an address, else active, else any. */
void subject_speak(const struct casting *c, struct subject *s)
{
	int best = 0;

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
	} else {
		BUG_IF(!s->person); /* a newcomer was seen */
		s->email = s->person->email;
	}
}

/* ---- subjects: newcomers ------------------------------------------------------------ */

static int newcomer_order(const void *left, const void *right, void *ctx)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	const char *x = entry_address(ctx, a), *y = entry_address(ctx, b);
	int order = strcmp(x ? x : "", y ? y : "");

	if (order || a == b)
		return order;
	return entry_before(ctx, a, b) ? -1 : 1;
}

void people_release(struct casting *c, struct subject *s)
{
	for (size_t i = 0; i < s->places_nr; i++)
		if (place_person(c, s->places[i]))
			c->owner[c->first[s->places[i].reading] + s->places[i].person] = INDEX_NONE;
	s->places_nr = s->refs_nr = 0;
}

void place_add(struct casting *c, struct subject *s, struct place at)
{
	const struct person_ref ref = {c->w->readings[at.reading].directory,
				       place_person(c, at)->id};
	const struct subject one = {.places = &at, .places_nr = 1, .refs = &ref, .refs_nr = 1};
	struct subject from = one;

	places_move(c, s, &from);
}

/* True when the subject was seen in this reading; `active`: not disabled there. */
static bool stands_in(const struct casting *c, const struct subject *s, uint32_t reading,
		      bool active)
{
	for (size_t i = 0; i < s->places_nr; i++) {
		const struct person *p = place_person(c, s->places[i]);

		if (s->places[i].reading == reading && p && !(active && p->disabled))
			return true;
	}
	return false;
}

/*
 * The same e-mail in two directories is one person: the subject that bears it
 * elsewhere, an active entry first.  INDEX_NONE when there is none, or when it
 * has an entry of its own in this directory: then the address is used again.
 */
static uint32_t subject_elsewhere(const struct casting *c, uint32_t entry)
{
	struct place at = entry_place(c, entry);
	uint32_t best[2] = {INDEX_NONE, INDEX_NONE};

	for (uint32_t e = index_find(&c->by_address, entry_address(c, entry)); e != INDEX_NONE;
	     e = c->next[e]) {
		bool disabled = entry_person(c, e)->disabled;
		uint32_t s = c->owner[e];

		if (s != INDEX_NONE && s < best[disabled] && entry_place(c, e).reading != at.reading &&
		    !stands_in(c, &c->subjects.items[s], at.reading, !disabled))
			best[disabled] = s;
	}
	return best[false] != INDEX_NONE ? best[false] : best[true];
}

static bool entry_wanted(const struct casting *c, uint32_t entry)
{
	return rulebook_names(c->rb, entry_place(c, entry)) ||
	       address_wished(c, entry_address(c, entry));
}

static void newcomer_cast(struct casting *c, uint32_t entry)
{
	struct subject s = {.account = NO_INDEX, .member = NO_INDEX};
	uint32_t i = subject_elsewhere(c, entry);

	if (c->owner[entry] != INDEX_NONE || (i == INDEX_NONE && !entry_wanted(c, entry)))
		return;
	if (i == INDEX_NONE) {
		i = (uint32_t)c->subjects.nr;
		VEC_ADD(&c->subjects, s);
	}
	place_add(c, &c->subjects.items[i], entry_place(c, entry));
	subject_speak(c, &c->subjects.items[i]);
}

typedef VEC(uint32_t) entries;

/* Active entries that bear an address of a subject and have none yet. */
static void kin_find(const struct casting *c, entries *kin)
{
	for (size_t i = 0; i < c->subjects.nr; i++) {
		const struct subject *s = &c->subjects.items[i];

		for (size_t p = 0; p < s->places_nr; p++) {
			const struct person *seen = place_person(c, s->places[p]);
			uint32_t e = index_find(&c->by_address, seen ? seen->address : NULL);

			for (; e != INDEX_NONE; e = c->next[e])
				if (c->owner[e] == INDEX_NONE && !entry_person(c, e)->disabled)
					VEC_ADD(kin, e);
		}
	}
}

/* Empties the list; true when anybody found a subject. */
static bool entries_cast(struct casting *c, entries *list)
{
	bool any = false;

	if (list->nr)
		qsort_r(list->items, list->nr, sizeof *list->items, newcomer_order, c);
	for (size_t i = 0; i < list->nr; i++) {
		bool had = c->owner[list->items[i]] != INDEX_NONE;

		newcomer_cast(c, list->items[i]);
		any |= !had && c->owner[list->items[i]] != INDEX_NONE;
	}
	list->nr = 0;
	return any;
}

/* Whom the rules name or an operator; and whoever bears the e-mail of one of these. */
static void newcomers_cast(struct casting *c)
{
	entries new = {0};

	kin_find(c, &new);
	for (uint32_t e = 0; e < c->entries_nr; e++)
		if (c->owner[e] == INDEX_NONE && !entry_person(c, e)->disabled && entry_wanted(c, e))
			VEC_ADD(&new, e);
	while (entries_cast(c, &new))
		kin_find(c, &new);
	VEC_FREE(&new);
}

/* ---- subjects: accounts that are one person's --------------------------------------------- */

static bool given_up(const struct casting *c, const struct known_account *k)
{
	return !k->managed && !address_wished(c, k->address);
}

/* Which of two accounts goes, when one person has both; NULL when both must stay. */
static struct subject *merger_loser(struct casting *c, uint32_t a, uint32_t b)
{
	const struct known_account *k = c->w->known->accounts;
	uint32_t low = a < b ? a : b, high = a < b ? b : a;

	if (given_up(c, &k[low]) || given_up(c, &k[high]))
		return NULL;
	if (!account_lives(c, high))
		return &c->subjects.items[high];
	return account_lives(c, low) ? NULL : &c->subjects.items[low];
}

static bool stand_together(const struct casting *c, const struct subject *a,
			   const struct subject *b)
{
	for (size_t i = 0; i < a->places_nr; i++)
		if (place_person(c, a->places[i]) &&
		    stands_in(c, b, a->places[i].reading, false))
			return true;
	return false;
}

/* The first other account that bears this address in another directory, or INDEX_NONE. */
static uint32_t account_akin(struct casting *c, uint32_t subject, uint32_t entry)
{
	uint32_t e = index_find(&c->by_address, entry_address(c, entry));
	uint32_t best = INDEX_NONE;

	for (; e != INDEX_NONE; e = c->next[e]) {
		uint32_t other = c->owner[e];

		if (other >= best || /* nobody's, too; and the subject stands with itself */
		    stand_together(c, &c->subjects.items[subject], &c->subjects.items[other]))
			continue;
		if (merger_loser(c, subject, other))
			best = other;
	}
	return best;
}

static void account_merge(struct casting *c, uint32_t subject, uint32_t entry)
{
	uint32_t other;

	while ((other = account_akin(c, subject, entry)) != INDEX_NONE) {
		struct subject *loser = merger_loser(c, subject, other);
		struct subject *winner =
			&c->subjects.items[loser == &c->subjects.items[other] ? subject : other];

		places_move(c, winner, loser);
		loser->merged = true;
		if (winner != &c->subjects.items[subject])
			return;
	}
}

/* Two accounts of one e-mail in two directories: one person from now on. */
static void accounts_merge(struct casting *c)
{
	for (uint32_t i = 0; i < c->subjects.nr; i++) {
		const struct subject before = c->subjects.items[i];

		for (size_t p = 0; p < before.places_nr && !c->subjects.items[i].merged; p++) {
			struct place at = before.places[p];

			if (place_person(c, at) && place_person(c, at)->address)
				account_merge(c, i, c->first[at.reading] + at.person);
		}
	}
	for (size_t i = 0; i < c->subjects.nr; i++)
		subject_speak(c, &c->subjects.items[i]);
}

/* ---- subjects: what an operator named ------------------------------------------------------- */

static const char *wish_text(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->w->known->adopt[i];
}

static void wishes_index(struct casting *c)
{
	const char *const *adopt = c->w->known->adopt;
	uint32_t nr = 0;

	while (adopt && adopt[nr])
		nr++;
	index_make(&c->by_wish, &c->scratch, nr, wish_text, c);
	for (uint32_t i = 0; i < nr; i++)
		index_add(&c->by_wish, i);
}

bool address_wished(const struct casting *c, const char *address)
{
	return index_find(&c->by_wish, address) != INDEX_NONE;
}

static const char *subject_address(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->subjects.items[i].address;
}

/* Is its address its own?  A disabled entry's is not, unless it is the account's, which it has. */
static bool bears_for_good(const struct casting *c, const struct subject *s)
{
	if (!s->address)
		return false;
	return !s->disabled ||
	       str_eq(c->w->known->accounts[s->account].address, s->address);
}

/* An address that is nobody's: perhaps a member's whose person left long ago. */
static void wishes_cast(struct casting *c)
{
	const char *const *adopt = c->w->known->adopt;
	struct index by_subject;

	if (!adopt || !adopt[0])
		return;
	index_make(&by_subject, &c->scratch, c->subjects.nr, subject_address, c);
	for (uint32_t i = 0; i < c->subjects.nr; i++)
		if (bears_for_good(c, &c->subjects.items[i]))
			index_add(&by_subject, i);
	for (; *adopt; adopt++) {
		struct subject s = {.account = NO_INDEX, .member = NO_INDEX,
				    .email = *adopt, .address = *adopt};

		if (index_find(&by_subject, *adopt) == INDEX_NONE)
			VEC_ADD(&c->subjects, s);
	}
	for (size_t i = 0; i < c->subjects.nr; i++)
		c->subjects.items[i].wished =
			bears_for_good(c, &c->subjects.items[i]) &&
			address_wished(c, c->subjects.items[i].address);
}

/* ---- all of it -------------------------------------------------------------------------------- */

static const char *somebody_unseen(const struct world *w, const struct rulebook *rb)
{
	for (size_t r = 0; r < w->readings_nr; r++)
		if (rb->reading_unsure[r])
			return rb->reading_unsure[r];
	return NULL;
}

void cast_make(struct cast *cast, struct arena *a, const struct world *world,
	       const struct rulebook *rb)
{
	struct casting c = {.cast = cast, .a = a, .w = world, .rb = rb};
	const struct organization *o = world->organization;

	cast->unseen = somebody_unseen(world, rb);
	cast->member_owner = arena_array(a, o->members_nr, sizeof *cast->member_owner);
	cast->invitation_owner = arena_array(a, o->invitations_nr, sizeof *cast->invitation_owner);
	entries_index(&c);
	wishes_index(&c);
	claims_index(&c);
	accounts_cast(&c);
	ours_find(&c);
	wishes_grant(&c);
	accounts_merge(&c);
	newcomers_cast(&c);
	wishes_cast(&c);
	claims_make(&c);
	for (size_t i = 0; i < c.subjects.nr; i++)
		subject_judge(&c, &c.subjects.items[i]);
	cast->subjects = c.subjects.items;
	cast->subjects_nr = c.subjects.nr;
	arena_free(&c.scratch);
}

void cast_free(struct cast *cast)
{
	free(cast->subjects);
}
