/*
 * claims.c - which member and which invitations belong to whom.  Who is known
 * comes before who is new, and a link before an address before an alias.
 */
#include "agent/casting.h"

/* ---- members ------------------------------------------------------------------------------- */

static const char *member_id(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->w->organization->members[i].id;
}

static const char *member_address(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->w->organization->members[i].address;
}

/* The first one that is found. */
static void held_set(struct casting *c, struct subject *s, ptrdiff_t owner, const char *address,
		     const char *id)
{
	struct holding *held;

	if (s->held)
		return;
	held = arena_alloc(c->a, sizeof *held);
	*held = (struct holding){(size_t)owner, address, id};
	s->held = held;
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

	if (m == INDEX_NONE || s->member >= 0 || s->merged)
		return;
	owner = c->cast->member_owner[m];
	if (owner == NO_INDEX) {
		s->member = m;
		c->cast->member_owner[m] = (ptrdiff_t)subject;
	} else if (hold) {
		held_set(c, s, owner, address, member_id(c, m));
	}
}

/* An alias that nobody else has, neither as alias nor as primary address. */
static bool alias_unique(const struct casting *c, const struct subject *s, const char *alias)
{
	uint32_t i = index_find(&c->by_alias, alias);
	uint32_t e = index_find(&c->by_address, alias);

	if (c->aliases[i].shared)
		return false;
	for (; e != INDEX_NONE; e = c->next[e])
		if (!entry_person(c, e)->disabled && !str_eq(alias, s->address))
			return false;
	return true;
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
	struct subject *s = &c->subjects.items[subject];

	if (s->member >= 0)
		return;
	member_bind(c, subject, alias, false);
	if (c->subjects.items[subject].member >= 0 && c->cast->unseen)
		s->skip = arena_printf(c->a, "may be the member %s by an alias; nobody can tell: %s",
				       alias, c->cast->unseen);
}

/* Of two members with one address the one with the smaller id is found. */
static void member_address_add(struct casting *c, uint32_t m)
{
	uint32_t first = index_add(&c->members_by_address, m);

	if (first != m && strcmp(member_id(c, m), member_id(c, first)) < 0)
		index_replace(&c->members_by_address, m);
}

static void members_index(struct casting *c)
{
	const struct organization *o = c->w->organization;

	index_make(&c->members_by_id, &c->scratch, o->members_nr, member_id, c);
	index_make(&c->members_by_address, &c->scratch, o->members_nr, member_address, c);
	for (uint32_t i = 0; i < o->members_nr; i++) {
		c->cast->member_owner[i] = NO_INDEX;
		if (member_deleted(&o->members[i]))
			continue;
		index_add(&c->members_by_id, i);
		if (o->members[i].address)
			member_address_add(c, i);
	}
}

/* An active entry speaks for the address, or an operator does. */
static bool speaks(const struct subject *s)
{
	return s->account < 0 || (s->person && s->person->address && !s->disabled);
}

/*
 * The links; then where our invitation went; then who bears the address now;
 * then whose it was when we last saw them; then aliases.
 */
static void members_claim(struct casting *c)
{
	const struct known *k = c->w->known;

	for (size_t i = 0; i < k->accounts_nr; i++) {
		uint32_t m = index_find(&c->members_by_id, k->accounts[i].member_id);

		if (m == INDEX_NONE || c->cast->member_owner[m] != NO_INDEX)
			continue;
		c->subjects.items[i].member = m;
		c->cast->member_owner[m] = (ptrdiff_t)i;
	}
	for (size_t i = 0; i < k->accounts_nr; i++)
		if (c->subjects.items[i].ours && !c->subjects.items[i].wished)
			member_bind(c, i, c->subjects.items[i].ours->address, false);
	for (size_t i = 0; i < c->subjects.nr; i++)
		if (speaks(&c->subjects.items[i]))
			member_bind(c, i, c->subjects.items[i].address, true);
	for (size_t i = 0; i < k->accounts_nr; i++)
		member_bind(c, i, k->accounts[i].address, false);
	for (size_t i = 0; i < c->subjects.nr; i++)
		unique_aliases(c, i, alias_bind);
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

	index_make(&c->invitations_by_id, &c->scratch, o->invitations_nr, invitation_id, c);
	index_make(&c->invitations_by_address, &c->scratch, o->invitations_nr, invitation_address, c);
	c->invitations_next = arena_array(&c->scratch, o->invitations_nr, sizeof *c->invitations_next);
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

/*
 * Is x better than y, which came first, as ours does?  Open before expired, ours,
 * the later expiry, the smaller id.
 */
static bool invitation_better(const struct subject *s, const struct invitation *x,
			      const struct invitation *y)
{
	if (x->status != y->status)
		return x->status == INVITATION_OPEN;
	if (s->ours && str_eq(s->ours->id, y->id))
		return false;
	if (x->expires_at != y->expires_at)
		return x->expires_at > y->expires_at;
	return strcmp(x->id, y->id) < 0;
}

/*
 * For LIST_LAG after our own mail the memory knows better than a row that still
 * shows the invitation as it was before it: expired, or about to.
 */
static const struct invitation *invitation_fresh(struct casting *c, const struct subject *s,
						 const struct invitation *inv)
{
	const struct known_invitation *k = s->ours;
	bool pending = inv->status == INVITATION_OPEN || inv->status == INVITATION_EXPIRED;
	struct invitation *fresh;

	if (!k || !str_eq(k->id, inv->id) || !pending || inv->expires_at >= k->expires_at ||
	    c->w->now >= k->sent_at + LIST_LAG)
		return inv;
	fresh = arena_alloc(c->a, sizeof *fresh);
	*fresh = *inv;
	fresh->status = INVITATION_OPEN;
	fresh->sent_at = k->sent_at;
	fresh->expires_at = k->expires_at;
	return fresh;
}

/*
 * One that was over when our last mail left, whose id nobody told us: that mail
 * counts, though no list shows it.
 */
static bool invitation_over(const struct subject *s, const struct invitation *inv)
{
	const struct known_invitation *k = s->ours;

	if (!k || k->id)
		return false;
	if (inv->status == INVITATION_ACCEPTED)
		return inv->sent_at && inv->sent_at + LIST_LAG < k->sent_at;
	return inv->status == INVITATION_EXPIRED && inv->expires_at &&
	       inv->expires_at <= k->sent_at;
}

static void others_add(struct arena *a, struct subject *s, const struct invitation *inv)
{
	struct other_invitation *other = arena_alloc(a, sizeof *other);

	*other = (struct other_invitation){inv, s->others};
	s->others = other;
}

static void invitation_take(struct casting *c, size_t subject, uint32_t i)
{
	struct subject *s = &c->subjects.items[subject];
	const struct invitation *inv = invitation_fresh(c, s, &c->w->organization->invitations[i]);
	ptrdiff_t owner = c->cast->invitation_owner[i];

	if (owner == (ptrdiff_t)subject || inv->status == INVITATION_REMOVED)
		return;
	if (owner != NO_INDEX) {
		if (inv->status == INVITATION_OPEN && str_eq(inv->address, s->address))
			held_set(c, s, owner, inv->address, inv->id);
		return;
	}
	c->cast->invitation_owner[i] = (ptrdiff_t)subject;
	if (invitation_over(s, inv))
		return;
	if (inv->status == INVITATION_ACCEPTED) {
		/* One of another time, before they left and came back, says nothing. */
		s->accepted |= s->ours && (!s->ours->id || str_eq(s->ours->id, inv->id));
		return;
	}
	if (s->invitation) {
		bool better = invitation_better(s, inv, s->invitation);

		others_add(c->a, s, better ? s->invitation : inv);
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
	if (c->w->organization->invitations_listed && !k->id &&
	    !c->w->known->accounts[s->account].attempts)
		return; /* a line of the worklist, and the list shows it was not done */
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

/* In the same order as the members. */
static void invitations_claim(struct casting *c)
{
	const struct known *k = c->w->known;

	for (size_t i = 0; i < k->accounts_nr; i++) {
		const struct known_invitation *ours = c->subjects.items[i].ours;
		uint32_t at = index_find(&c->invitations_by_id, ours ? ours->id : NULL);

		if (at != INDEX_NONE)
			invitation_take(c, i, at);
	}
	/* Only now: what another account knows by its id is that one's. */
	for (size_t i = 0; i < k->accounts_nr; i++) {
		const struct known_invitation *ours = c->subjects.items[i].ours;

		if (ours && !ours->id)
			address_invitations(c, i, ours->address);
	}
	for (size_t i = 0; i < c->subjects.nr; i++)
		if (speaks(&c->subjects.items[i]))
			address_invitations(c, i, c->subjects.items[i].address);
	for (size_t i = 0; i < k->accounts_nr; i++)
		address_invitations(c, i, k->accounts[i].address);
	for (size_t i = 0; i < c->subjects.nr; i++) {
		unique_aliases(c, i, address_invitations);
		invitation_recall(c, &c->subjects.items[i]);
	}
}

bool account_lives(const struct casting *c, size_t account)
{
	return index_find(&c->members_by_id, c->w->known->accounts[account].member_id) != INDEX_NONE;
}

/* ---- what an operator named ------------------------------------------------------------------- */

static const char *account_member_id(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->w->known->accounts[i].member_id;
}

static const char *ours_address(const void *ctx, uint32_t i)
{
	return ((const struct casting *)ctx)->subjects.items[i].ours->address;
}

/* The account that has the member, else our invitation, with this address; or INDEX_NONE. */
static uint32_t address_account(const struct casting *c, const struct index *by_member,
				const struct index *by_ours, const char *address)
{
	uint32_t m = index_find(&c->members_by_address, address);
	uint32_t i = m == INDEX_NONE ? INDEX_NONE : index_find(by_member, member_id(c, m));

	return i == INDEX_NONE ? index_find(by_ours, address) : i;
}

static void accounts_index(struct casting *c, struct index *by_member, struct index *by_ours)
{
	const struct known *k = c->w->known;

	index_make(by_member, &c->scratch, k->accounts_nr, account_member_id, c);
	index_make(by_ours, &c->scratch, k->accounts_nr, ours_address, c);
	for (uint32_t i = 0; i < k->accounts_nr; i++) {
		if (k->accounts[i].member_id)
			index_add(by_member, i);
		if (c->subjects.items[i].ours && c->subjects.items[i].ours->address)
			index_add(by_ours, i);
	}
}

/*
 * Of the active entries that bear the address the first, by directory and id;
 * INDEX_NONE when one is the account's own.
 */
static uint32_t address_entry(const struct casting *c, const char *address, uint32_t account)
{
	uint32_t best = INDEX_NONE;

	for (uint32_t e = index_find(&c->by_address, address); e != INDEX_NONE; e = c->next[e]) {
		if (entry_person(c, e)->disabled)
			continue;
		if (c->owner[e] == account)
			return INDEX_NONE;
		if (best == INDEX_NONE || entry_before(c, e, best))
			best = e;
	}
	return best;
}

/* The account's people are let go, and whoever bears the address takes their place. */
static void account_rebind(struct casting *c, struct subject *account, uint32_t entry)
{
	uint32_t owner = c->owner[entry];

	people_release(c, account);
	if (owner == INDEX_NONE) {
		place_add(c, account, entry_place(c, entry));
	} else {
		places_move(c, account, &c->subjects.items[owner]);
		c->subjects.items[owner].merged = true;
	}
}

void wishes_grant(struct casting *c)
{
	const char *const *wish = c->w->known->adopt;
	struct index by_member, by_ours;

	if (!wish || !*wish || c->cast->unseen)
		return;
	accounts_index(c, &by_member, &by_ours);
	for (; *wish; wish++) {
		uint32_t account = address_account(c, &by_member, &by_ours, *wish);
		uint32_t entry = account == INDEX_NONE ? INDEX_NONE
						       : address_entry(c, *wish, account);

		if (entry != INDEX_NONE &&
		    (c->owner[entry] == INDEX_NONE || !account_lives(c, c->owner[entry])))
			account_rebind(c, &c->subjects.items[account], entry);
	}
}

/* ---- all of it ------------------------------------------------------------------------------------ */

void claims_index(struct casting *c)
{
	members_index(c);
	invitations_index(c);
}

void claims_make(struct casting *c)
{
	members_claim(c);
	invitations_claim(c);
}
