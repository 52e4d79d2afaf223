#include "connectors/ldap_read.h"

#include "agent/text.h"
#include "connectors/ldap_filtered.h"
#include "connectors/ldap_members.h"
#include "connectors/ldap_root.h"

struct sources {
	struct arena scratch;
	struct people people;
	struct groups groups;
};

static void sources_free(struct sources **s)
{
	groups_free(&(*s)->groups);
	arena_free(&(*s)->scratch);
	people_free(&(*s)->people);
	free(*s);
}

static void references_doubt(struct doubts *d, struct arena *a, const struct taker *t,
			     const char *what)
{
	if (t->references)
		doubt_add(d, a, "%u reference%s to other servers among the %s not followed",
			  t->references, t->references == 1 ? "" : "s", what);
}

/*
 * When the server first asks for pages after the first base, what was taken is
 * forgotten, and all of it is read anew.
 */
int bases_search(struct server *s, const char *const *bases, struct query *q, struct taker *t,
		 struct err *e)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	const char *const *kept = dn_bases(&scratch, bases);
	unsigned references = 0;

	for (size_t i = 0; kept[i]; i++) {
		bool pages = s->pages;

		q->base = kept[i];
		if (search_all(s, q, t, e))
			return -1;
		references += t->references;
		if (i && s->pages && !pages) {
			t->forget(t->ctx);
			references = 0;
			i = SIZE_MAX; /* from the first on */
		}
	}
	t->references = references;
	return 0;
}

/* Entries of an inner base that its outer one did not show. */
struct apart {
	struct people *people;
	unsigned nr;
};

static int apart_take(void *apart, struct entry *en, struct err *e)
{
	struct apart *x = apart;
	char normal[DN_NORMAL_SIZE];

	(void)e;
	if (dn_normal(normal, en->dn.bv_val, en->dn.bv_len) ||
	    people_by_dn(x->people, &en->dn, normal) == PERSON_NONE)
		x->nr++;
	return 0;
}

static void apart_forget(void *apart)
{
	((struct apart *)apart)->nr = 0;
}

static bool base_is_kept(const char *const *kept, const char *base)
{
	while (*kept && *kept != base)
		kept++;
	return *kept;
}

/*
 * A base below another was not searched by itself.  A server may hold it apart
 * and not show it with the outer one (two databases of slapd that are not
 * glued): then its people are missing, and it must be said.
 */
static int inner_bases_prove(struct server *s, struct people *p, struct err *e)
{
	static const char *const no_attributes[] = {LDAP_NO_ATTRS, NULL};
	const struct ldap_settings *c = s->settings;
	struct arena scratch CLEANUP(arena_free) = {0};
	const char *const *kept = dn_bases(&scratch, c->people.bases);

	for (const char *const *base = c->people.bases; *base; base++) {
		struct query q = {"people", *base, LDAP_SCOPE_SUBTREE, c->people.filter,
				  no_attributes};
		struct apart x = {p, 0};
		struct taker t = {apart_take, apart_forget, &x, 0};

		if (base_is_kept(kept, *base))
			continue;
		if (search_all(s, &q, &t, e))
			return -1;
		references_doubt(&p->doubts, p->a, &t, "people");
		if (x.nr)
			doubt_add(&p->doubts, p->a,
				  "%u people of the base %.200s are not shown by the base it lies "
				  "in: make it a directory of its own",
				  x.nr, text_shown(p->a, *base));
	}
	return 0;
}

static int people_read(struct server *s, struct people *p, struct err *e)
{
	const struct ldap_settings *c = s->settings;
	struct query q = {"people", NULL, LDAP_SCOPE_SUBTREE, c->people.filter,
			  p->attributes.items};
	struct taker t = {person_take, people_forget, p, 0};

	if (bases_search(s, c->people.bases, &q, &t, e))
		return -1;
	references_doubt(&p->doubts, p->a, &t, "people");
	people_finish(p);
	return inner_bases_prove(s, p, e);
}

static int groups_read(struct server *s, struct groups *g, const char *const *wanted, struct err *e)
{
	const struct ldap_settings *c = s->settings;
	struct query q = {"groups", NULL, LDAP_SCOPE_SUBTREE, c->groups.filter,
			  g->attributes.items};
	struct taker t = {group_take, groups_forget, g, 0};

	if (bases_search(s, c->groups.bases, &q, &t, e))
		return -1;
	references_doubt(&g->doubts, g->a, &t, "groups");
	return filtered_read(g, s, wanted, e) || members_settle(g, s, wanted, e) ? -1 : 0;
}

static void reading_fill(struct reading *r, struct sources *from, struct arena *a)
{
	struct doubts all = from->people.doubts;

	doubts_join(&all, &from->groups.doubts);
	r->state = all.nr ? PARTIAL : COMPLETE;
	r->why = doubts_text(&all, a);
	r->people = from->people.items;
	r->people_nr = from->people.nr;
	groups_finish(&from->groups, r);
}

/*
 * Accounts end by the server's clock or ours, whichever is behind: one that is
 * wrong ends nobody's.
 */
static int itself_read(struct server *s, struct sources *from, struct err *e)
{
	struct root root;

	if (s->settings->kind != LDAP_ACTIVE_DIRECTORY)
		return 0;
	if (root_read(&root, s, &from->scratch, e))
		return -1;
	s->held = root.contexts;
	if (root.now && root.now < from->people.now)
		from->people.now = root.now;
	return 0;
}

int directory_whole(struct server *s, struct arena *a, const char *const *wanted, struct reading *r,
		    struct err *e)
{
	struct sources *from CLEANUP(sources_free) = mem_resize(NULL, 1, sizeof *from);

	from->scratch = (struct arena){0};
	people_begin(&from->people, s->settings, a);
	groups_begin(&from->groups, &from->people, a);
	from->people.catalogue = from->groups.catalogue = s->catalogue;
	if (itself_read(s, from, e) || people_read(s, &from->people, e) ||
	    groups_read(s, &from->groups, wanted, e))
		return -1;
	reading_fill(r, from, a);
	s->held = NULL;
	return 0;
}
