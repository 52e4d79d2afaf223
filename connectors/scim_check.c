#include "connectors/scim_check.h"

#include <stdio.h>

#include "connectors/scim_read.h"

/* ---- the server --------------------------------------------------------------------- */

static const char *access_text(const struct scim *s)
{
	if (s->settings->oauth2.token_url)
		return "accepted, with a token by client credentials";
	return s->settings->token ? "accepted, with the token" : "accepted, with the certificate";
}

static const char *hints_text(struct arena *a, const struct scim_reading *x)
{
	const struct scim_hints *h = &x->hints;

	if (!h->known)
		return "there is none; nothing depends on it";
	return arena_printf(a, "prefers paging by %s, %s sortBy; only a hint",
			    h->cursor ? "cursor" : "index", h->sort ? "knows" : "does not know");
}

static void lists_say(struct check *c, const struct scim *s, const struct scim_reading *x)
{
	struct arena *a = c->arena;

	check_say(c, true, "access", access_text(s));
	check_say(c, true, "ServiceProviderConfig", hints_text(a, x));
	check_say(c, !x->users_doubt && !x->groups.doubt, "paging",
		  arena_printf(a, "by %s, %zu pages of users%s%s", x->by_cursor ? "cursor" : "index",
			       x->pages, x->users_doubt || x->groups.doubt ? "; " : "",
			       x->users_doubt	  ? x->users_doubt
			       : x->groups.doubt ? x->groups.doubt
						  : ""));
	if (x->people.unsaid)
		check_say(c, true, "active", arena_printf(a, "%zu users do not say whether they are; "
			  "they count as active", x->people.unsaid));
}

/* ---- ways to read membership ------------------------------------------------------------ */

enum { WAYS = SCIM_MEMBERS_USERS_FILTER + 1 }; /* those that can be tried on one group */

static const char *way_name(unsigned way)
{
	return scim_membership_name((enum scim_membership)way);
}

struct probe {
	const char *id, *name;
	int64_t nr[WAYS]; /* members that each way shows; -1: refused */
};

/* A group that a rule names and that shows somebody, else one that a rule names, else any. */
static const struct scim_group *group_choose(const struct scim_groups *g)
{
	const struct scim_group *best = NULL;
	int rank = -1;

	for (size_t i = 0; i < g->items.nr; i++) {
		const struct scim_group *one = &g->items.items[i];
		int this = 2 * one->wanted + (one->members.nr > 0);

		if (this > rank) {
			best = one;
			rank = this;
		}
	}
	return best;
}

static int64_t list_try(struct scim *s, struct scim_reading *x, struct scim_groups *g,
			enum scim_membership way, const char *id)
{
	struct err e;
	uint32_t at;

	if (scim_groups_list(g, s, &x->hints, scim_membership_wish(way), &e))
		return -1;
	at = scim_names_find(&g->ids, id);
	return at == INDEX_NONE ? -1 : (int64_t)g->items.items[at].members.nr;
}

static int64_t group_try(struct scim *s, struct scim_reading *x, struct scim_groups *g,
			 enum scim_membership way, const char *id)
{
	const struct scim_group one = {.id = id, .wanted = true};
	struct err e;

	scim_names_add(&g->ids, id);
	VEC_ADD(&g->items, one);
	if (scim_members_read(g, s, &x->hints, way, &e) || g->items.items[0].lost)
		return -1;
	return (int64_t)g->items.items[0].members.nr;
}

static void ways_try(struct check *c, struct scim *s, struct scim_reading *x, struct probe *p)
{
	for (unsigned way = 0; way < WAYS; way++) {
		struct scim_groups g = {.people = &x->people, .a = c->arena};
		bool list = way == SCIM_MEMBERS_LIST || way == SCIM_MEMBERS_LIST_ATTRIBUTES;

		p->nr[way] = (list ? list_try : group_try)(s, x, &g, (enum scim_membership)way, p->id);
		scim_groups_clear(&g);
	}
}

static const char *ways_text(struct arena *a, const struct scim_reading *x, const struct probe *p)
{
	const char *text = arena_printf(a, "members of %s: ", p->name ? p->name : p->id);

	for (unsigned way = 0; way < WAYS; way++)
		text = p->nr[way] < 0
			? arena_printf(a, "%s%s refused, ", text, way_name(way))
			: arena_printf(a, "%s%s %lld, ", text, way_name(way),
				       (long long)p->nr[way]);
	return arena_printf(a, "%s%s shown by %zu users", text,
			    scim_membership_name(SCIM_MEMBERS_USER_GROUPS), x->people.grouped);
}

/* The first that shows as many as any. */
static enum scim_membership way_best(const struct probe *p, const struct scim_reading *x)
{
	unsigned best = SCIM_MEMBERS_LIST;

	for (unsigned way = 1; way < WAYS; way++)
		if (p->nr[way] > p->nr[best])
			best = way;
	if (p->nr[best] < 1)
		return x->people.grouped ? SCIM_MEMBERS_USER_GROUPS : SCIM_MEMBERS_FILTER;
	return (enum scim_membership)best;
}

static void membership_say(struct check *c, struct scim *s, struct scim_reading *x)
{
	unsigned way = s->settings->membership, best;
	const struct scim_group *group = group_choose(&x->groups);
	struct probe p = {0};
	const char *text;
	bool well;

	if (!group)
		return;
	p.id = group->id;
	p.name = group->name;
	ways_try(c, s, x, &p);
	text = ways_text(c->arena, x, &p);
	best = way_best(&p, x);
	if (best == SCIM_MEMBERS_FILTER && way < WAYS) {
		check_say(c, false, "membership",
			  arena_printf(c->arena, "%s\nhint: none of these shows a member: the token "
				       "may lack the right to see them; on AWS try scim.membership: "
				       "members_filter", text));
		return;
	}
	well = way >= WAYS || (p.nr[way] > 0 && p.nr[way] >= p.nr[best]);
	check_say(c, well, "membership",
		  well ? text
		       : arena_printf(c->arena, "%s\nhint: %s is configured; try scim.membership: %s",
				      text, way_name(way), way_name(best)));
}

/* What scim.search: post rests on: tried once more in the open, at each resource that is searched. */
static void search_say(struct check *c, struct scim *s)
{
	const struct scim_settings *settings = s->settings;
	bool users = settings->id == SCIM_EXTERNAL_ID ||
		     settings->membership == SCIM_MEMBERS_USERS_FILTER;
	bool groups = settings->membership == SCIM_MEMBERS_FILTER;
	struct err e = {0};

	if (settings->search != SCIM_SEARCH_POST)
		return;
	if ((users && scim_search_prove(s, "/Users/.search", &e)) ||
	    (groups && scim_search_prove(s, "/Groups/.search", &e)))
		check_say(c, false, "search", arena_strdup(c->arena, e.text));
	else
		check_say(c, true, "search",
			  users || groups
				  ? "filters go in the body of POST .search; it was tried, the server "
				    "searched and made nothing of it; that this stays so is relied on"
				  : "post, and of no use: scim.id and scim.membership need no filter");
}

/* ---- all of it ----------------------------------------------------------------------------- */

void scim_check_run(struct check *c, struct scim *s, const char *const *wanted)
{
	static const struct check_hints hints = {
		.people = "check that the token may read users, and scim.url",
		.email = "check scim.email",
		.groups = "check that the token may read groups",
		.group = "check its name, and that the token may read it",
	};
	struct scim_reading x = {0};
	struct reading r;
	struct err e = {0};

	if (scim_reading_make(&x, s, c->arena, wanted, &r, &e)) {
		check_say(c, false, "reading", arena_strdup(c->arena, e.text));
	} else {
		lists_say(c, s, &x);
		search_say(c, s);
		check_reading(c, &r, wanted, &hints);
		membership_say(c, s, &x);
	}
	scim_reading_clear(&x);
}
