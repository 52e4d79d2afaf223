#include "connectors/ldap_members.h"

#include "agent/text.h"
#include "connectors/ldap_lookup.h"
#include "connectors/ldap_ranges.h"

/* What a name turned out to be. */
enum being { BEING_OPEN, BEING_PERSON, BEING_GROUP, BEING_OTHER, BEING_NOTHING };

/* One name, however many groups it is a member of: strangers[first..first+nr). */
struct name {
	size_t first, nr;
	enum being being;
	uint32_t number;   /* of the person or draft */
	const char *why;   /* OPEN */
	const char *place; /* as the server writes it; NULL it did not say */
	const char *kind;  /* OTHER, in words */
};

struct names {
	struct groups *groups;
	struct server *server;
	struct arena scratch;
	struct name *items;
	size_t nr;
};

static int stranger_order(const void *a, const void *b)
{
	const struct stranger *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->group > y->group) - (x->group < y->group);
}

/* Sorts the strangers from `from` on, so that each name is met once. */
static void names_make(struct names *n, size_t from)
{
	struct groups *g = n->groups;
	struct stranger *s = g->strangers.items;

	if (g->strangers.nr > from)
		qsort(s + from, g->strangers.nr - from, sizeof *s, stranger_order);
	n->items = arena_array(&n->scratch, g->strangers.nr - from, sizeof *n->items);
	n->nr = 0;
	for (size_t i = from; i < g->strangers.nr; i++) {
		if (i == from || strcmp(s[i].name, s[i - 1].name) != 0)
			n->items[n->nr++].first = i;
		n->items[n->nr - 1].nr++;
	}
}

static const struct stranger *name_stranger(const struct names *n, const struct name *name)
{
	return &n->groups->strangers.items[name->first];
}

/* ---- does it exist? ------------------------------------------------------------------ */

/* A uid is looked for among all entries with people's base, not only those the filter takes. */
static const char *uid_filter(struct names *n, const char *uid)
{
	union {
		const char *in;
		char *out;
	} text = {uid};
	struct berval in = {strlen(uid), text.out}, escaped;
	const char *filter;

	BUG_IF(ldap_bv2escaped_filter_value(&in, &escaped) > 0); /* below: no memory */
	filter = arena_printf(&n->scratch, "(uid=%s)", (char *)mem_need(escaped.bv_val));
	ber_memfree(escaped.bv_val);
	return filter;
}

/* base: of the people, for a uid. */
static struct query name_query(struct names *n, const struct name *name, const char *base)
{
	const struct ldap_settings *c = n->groups->settings;
	const char **attributes = arena_array(&n->scratch, 3, sizeof *attributes);
	struct query q = {"a member", name_stranger(n, name)->place, LDAP_SCOPE_BASE,
			  "(objectClass=*)", attributes};

	attributes[0] = c->people.id;
	attributes[1] = "objectClass";
	if (n->groups->by_uid) {
		q.base = base;
		q.scope = LDAP_SCOPE_SUBTREE;
		q.filter = uid_filter(n, name_stranger(n, name)->name);
	}
	return q;
}

/* The id of an entry, and what it is; each NULL when it cannot be read. */
static int entry_facts(struct names *n, struct entry *en, const char **id, const char **kind,
		       struct err *e)
{
	struct attribute at;
	const char *unused;
	int more;

	*id = *kind = NULL;
	while ((more = entry_next(en, &at)) > 0) {
		if (attribute_is(&at, n->groups->settings->people.id))
			*id = id_text(&n->scratch, &at, &unused);
		if (attribute_is(&at, "objectClass"))
			*kind = being_words(&at);
		attribute_done(&at);
	}
	return more < 0 ? err_set(e, ERR_INCOMPLETE, "a member's entry cannot be decoded") : 0;
}

static void name_is_person(struct name *name, uint32_t person)
{
	name->being = BEING_PERSON;
	name->number = person;
	if (person == PERSON_UNUSABLE) {
		name->being = BEING_OPEN;
		name->why = "is there but cannot be used";
	}
}

/*
 * The server's own spelling may be that of somebody we know, and so may the
 * id: a person renamed after we read the people.
 */
static int name_exists(void *ctx, struct lookup *l, struct entry *en, struct err *e)
{
	struct names *n = ctx;
	struct name *name = l->ctx;
	char normal[DN_NORMAL_SIZE];
	uint32_t person = PERSON_NONE;
	const char *id;

	name->place = arena_strndup(&n->scratch, en->dn.bv_val, en->dn.bv_len);
	if (dn_normal(normal, en->dn.bv_val, en->dn.bv_len) == 0) {
		person = people_by_dn(n->groups->people, &en->dn, normal);
		name->number = groups_by_dn(n->groups, normal);
	} else {
		name->number = INDEX_NONE;
	}
	if (entry_facts(n, en, &id, &name->kind, e))
		return -1;
	if (person == PERSON_NONE)
		person = people_by_id(n->groups->people, id);
	if (person != PERSON_NONE)
		name_is_person(name, person);
	else
		name->being = name->number == INDEX_NONE ? BEING_OTHER : BEING_GROUP;
	return 0;
}

static void name_answered(struct names *n, const struct lookup *l)
{
	struct name *name = l->ctx;

	if (l->code == LDAP_SUCCESS && l->found)
		return;
	name->being = BEING_OPEN;
	if (l->code == LDAP_NO_SUCH_OBJECT && !n->groups->by_uid)
		name->being = BEING_NOTHING;
	else if (l->code == LDAP_SUCCESS && !l->elsewhere && n->groups->by_uid)
		name->being = BEING_NOTHING;
	else if (l->elsewhere || l->code == LDAP_REFERRAL)
		name->why = "is on another server, which was not asked";
	else if (l->code == LDAP_SUCCESS)
		name->why = "is there but may not be read";
	else
		name->why = arena_printf(&n->scratch, "could not be looked up: %s (%d)%s%.100s",
					 ldap_err2string(l->code), l->code, l->words ? ": " : "",
					 l->words ? l->words : "");
}

static int names_look_up(struct names *n, struct err *e)
{
	const char *const by_name[] = {NULL};
	const char *const *bases =
		n->groups->by_uid ? dn_bases(&n->scratch, n->groups->settings->people.bases)
				  : by_name;
	struct lookup *lookups;
	size_t nr = 0, places = 1;

	while (bases[0] && bases[places])
		places++;
	lookups = arena_array(&n->scratch, n->nr * places, sizeof *lookups);
	for (size_t i = 0; i < n->nr; i++) {
		struct name *name = &n->items[i];

		name->number = groups_by_dn(n->groups, name_stranger(n, name)->name);
		if (name->number != INDEX_NONE && !n->groups->by_uid) {
			name->being = BEING_GROUP;
			continue;
		}
		for (size_t k = 0; k < places; k++) {
			lookups[nr].ctx = name;
			lookups[nr++].query = name_query(n, name, bases[k]);
		}
	}
	if (lookups_run(n->server, lookups, nr, &n->scratch, name_exists, n, e))
		return -1;
	for (size_t i = 0; i < nr; i++) {
		const struct name *name = lookups[i].ctx;

		/* Not when it was found below another base, or could not be looked up there. */
		if (!name->why && (lookups[i].found || !name->place))
			name_answered(n, &lookups[i]);
	}
	return 0;
}

/* ---- is it a group outside the base? --------------------------------------------------- */

static int outside_take(void *ctx, struct lookup *l, struct entry *en, struct err *e)
{
	struct name *name = l->ctx;

	if (group_add(ctx, en, &name->number, e))
		return -1;
	if (name->number != INDEX_NONE)
		name->being = BEING_GROUP;
	return 0;
}

/* Those that exist and that the groups' filter takes become groups, with members of their own. */
static int outside_read(struct names *n, struct err *e)
{
	const struct ldap_settings *c = n->groups->settings;
	struct lookup *lookups = arena_array(&n->scratch, n->nr, sizeof *lookups);
	size_t nr = 0;

	if (!c->groups.nested || n->groups->by_uid)
		return 0;
	for (size_t i = 0; i < n->nr; i++) {
		if (n->items[i].being != BEING_OTHER)
			continue;
		lookups[nr].ctx = &n->items[i];
		lookups[nr++].query =
			(struct query){"a nested group", n->items[i].place, LDAP_SCOPE_BASE,
				       c->groups.filter, n->groups->attributes.items};
	}
	if (lookups_run(n->server, lookups, nr, &n->scratch, outside_take, n->groups, e))
		return -1;
	for (size_t i = 0; i < nr; i++) {
		if (lookups[i].elsewhere ||
		    (lookups[i].code && lookups[i].code != LDAP_NO_SUCH_OBJECT))
			name_answered(n, &lookups[i]);
	}
	return 0;
}

/* ---- told to the groups ------------------------------------------------------------------ */

static void other_settle(struct names *n, const struct name *name, const struct stranger *s)
{
	const char *kind = name->being == BEING_GROUP ? "a group, and nested is false"
			   : name->kind               ? name->kind
						      : "neither a person nor a group";

	group_other_add(n->groups, s->group, name->place ? name->place : s->place, kind);
}

static void membership_settle(struct names *n, struct name *name, const struct stranger *s)
{
	struct groups *g = n->groups;
	struct draft *d = &g->drafts.items[s->group];

	switch (name->being) {
	case BEING_PERSON:
		VEC_ADD(&d->people, name->number);
		break;
	case BEING_GROUP:
		if (g->settings->groups.nested)
			VEC_ADD(&d->groups, name->number);
		else
			other_settle(n, name, s);
		break;
	case BEING_OTHER:
		other_settle(n, name, s);
		break;
	case BEING_NOTHING:
		/* However many groups have it, its name is kept once. */
		if (!name->place)
			name->place = arena_strdup(g->a, s->place);
		group_gone_add(g, s->group, name->place);
		break;
	case BEING_OPEN:
		doubt_add(&d->doubts, g->a, "the member %.200s %s",
			  text_shown(&n->scratch, s->place), name->why);
		break;
	}
}

static void names_settle(struct names *n)
{
	for (size_t i = 0; i < n->nr; i++) {
		struct name *name = &n->items[i];

		for (size_t k = name->first; k < name->first + name->nr; k++)
			membership_settle(n, name, &n->groups->strangers.items[k]);
	}
}

static void names_free(struct names *n)
{
	arena_free(&n->scratch);
}

/* The strangers from `from` on, and not those that their groups bring in. */
static int round_settle(struct groups *g, struct server *s, size_t from, struct err *e)
{
	struct names n CLEANUP(names_free) = {.groups = g, .server = s};

	names_make(&n, from);
	if (names_look_up(&n, e) || outside_read(&n, e) || groups_ranges(g, s, e))
		return -1;
	names_settle(&n);
	return 0;
}

/* ---- groups that rules name -------------------------------------------------------------- */

static int wanted_take(void *ctx, struct lookup *l, struct entry *en, struct err *e)
{
	uint32_t nr;

	(void)l;
	return group_add(ctx, en, &nr, e);
}

static void wanted_answered(struct groups *g, const struct lookup *l)
{
	struct arena scratch CLEANUP(arena_free) = {0};

	if (l->code == LDAP_NO_SUCH_OBJECT || (!l->code && l->found))
		return; /* not there: the rules say so themselves */
	group_unread(g, l->query.base,
		     l->code == LDAP_REFERRAL || l->elsewhere
			     ? "it is on another server, which was not asked"
		     : l->code ? arena_printf(&scratch, "it could not be read: %s (%d)",
					      ldap_err2string(l->code), l->code)
			       : "it is there but may not be read");
}

static int wanted_read(struct groups *g, struct server *s, const char *const *wanted, struct err *e)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	char normal[DN_NORMAL_SIZE];
	struct lookup *lookups;
	size_t nr = 0;

	while (wanted && wanted[nr])
		nr++;
	lookups = arena_array(&scratch, nr, sizeof *lookups);
	nr = 0;
	for (; wanted && *wanted; wanted++)
		if (dn_is_name(*wanted) && dn_normal(normal, *wanted, strlen(*wanted)) == 0 &&
		    groups_by_dn(g, normal) == INDEX_NONE)
			lookups[nr++].query =
				(struct query){"a rule's group", *wanted, LDAP_SCOPE_BASE,
					       "(objectClass=*)", g->attributes.items};
	if (lookups_run(s, lookups, nr, &scratch, wanted_take, g, e))
		return -1;
	for (size_t i = 0; i < nr; i++)
		wanted_answered(g, &lookups[i]);
	return 0;
}

int members_settle(struct groups *g, struct server *s, const char *const *wanted, struct err *e)
{
	size_t from = 0;

	if (wanted_read(g, s, wanted, e) || groups_ranges(g, s, e))
		return -1;
	for (unsigned round = 0; from < g->strangers.nr; round++) {
		size_t end = g->strangers.nr;

		if (round == NESTING_ROUNDS_MAX)
			return err_set(e, ERR_REFUSED,
				       "groups outside the base lead to others more than "
				       "%d times: nothing is used",
				       NESTING_ROUNDS_MAX);
		if (round_settle(g, s, from, e))
			return -1;
		from = end;
	}
	return 0;
}
