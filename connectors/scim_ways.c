#include "connectors/scim_ways.h"

enum { AT_ONCE = 64 }; /* requests whose answers are held at one time */

const char *scim_membership_name(enum scim_membership way)
{
	static const char *const names[] = {
		[SCIM_MEMBERS_LIST] = "list",
		[SCIM_MEMBERS_LIST_ATTRIBUTES] = "list_attributes",
		[SCIM_MEMBERS_GROUP] = "group",
		[SCIM_MEMBERS_GROUP_ATTRIBUTES] = "group_attributes",
		[SCIM_MEMBERS_USERS_FILTER] = "users_filter",
		[SCIM_MEMBERS_USER_GROUPS] = "user_groups",
		[SCIM_MEMBERS_FILTER] = "members_filter",
	};
	return names[way];
}

const char *scim_membership_wish(enum scim_membership way)
{
	if (way == SCIM_MEMBERS_LIST)
		return NULL;
	return way == SCIM_MEMBERS_LIST_ATTRIBUTES ? "&attributes=displayName,externalId,members"
						   : "&excludedAttributes=members";
}

bool scim_membership_by_user(enum scim_membership way)
{
	return way == SCIM_MEMBERS_USER_GROUPS;
}

/* ---- GET /Groups/{id} -------------------------------------------------------------- */

struct group_get {
	struct scim_get get;
	struct scim_groups *groups;
	struct scim_group *group;
	struct items items;
	struct scim_members members;
};

static bool on_group_data(struct scim_get *get, const char *data, size_t len)
{
	struct group_get *gg = get->ctx;

	if (data)
		return items_feed(&gg->items, data, len) == 0;
	scim_members_clear(&gg->members);
	scim_members_begin(&gg->members, &gg->items);
	return true;
}

/* NULL, or why the answer is not this group. */
static const char *group_whole(struct group_get *gg)
{
	json_t *group;
	bool same, odd;

	if (items_end(&gg->items, &group))
		return gg->items.why;
	same = str_eq(scim_text(group, "id"), gg->group->id);
	odd = !gg->items.found && scim_at(group, "members");
	json_decref(group);
	return !same ? "is another group" : odd ? "has members that are no list" : NULL;
}

static void on_group_done(struct scim_get *get)
{
	struct group_get *gg = get->ctx;
	struct scim_group *group = gg->group;
	struct arena *a = gg->groups->a;
	const char *why = gg->items.why;

	if (get->status == 200 && !(why = group_whole(gg))) {
		scim_members_clear(&group->members);
		group->members = gg->members;
	} else {
		group->lost = true;
		doubt_add(&group->doubts, a, "GET /Groups/{id}: %s%s", why ? "the answer " : "",
			  why ? why : get->words);
		scim_members_clear(&gg->members);
	}
	items_clear(&gg->items);
}

/* The wanted groups that were not read yet, some at a time.  1: there may be more. */
static int groups_get(struct scim_groups *g, struct scim *s, const char *attributes, struct err *e)
{
	struct group_get *some = arena_array(&g->scratch, AT_ONCE, sizeof *some);
	struct scim_get *gets = arena_array(&g->scratch, AT_ONCE, sizeof *gets);
	size_t nr = 0;

	for (size_t i = 0; i < g->items.nr && nr < AT_ONCE; i++) {
		struct scim_group *group = &g->items.items[i];

		if (!group->wanted || group->read)
			continue;
		group->read = true;
		some[nr] = (struct group_get){.groups = g, .group = group};
		some[nr].members = (struct scim_members){.all = g->people, .a = &g->scratch};
		gets[nr] = (struct scim_get){
			.path = arena_printf(&g->scratch, "/Groups/%s%s",
					     http_encode(&g->scratch, group->id), attributes),
			.sink = on_group_data,
			.done = on_group_done,
			.ctx = &some[nr],
		};
		nr++;
	}
	if (!nr)
		return 0;
	if (scim_run(s, gets, nr, e))
		return -1;
	for (size_t i = 0; i < nr; i++)
		if (gets[i].status == 401 || gets[i].status == 403)
			return scim_fail(&gets[i], "GET /Groups/{id}", e);
	scim_groups_link(g);
	return 1;
}

static int by_group(struct scim_groups *g, struct scim *s, bool attributes, struct err *e)
{
	int rc;

	while ((rc = groups_get(g, s, attributes ? "?attributes=displayName,members" : "", e)) > 0)
		;
	return rc;
}

/* ---- /Users?filter=groups.value eq "id" --------------------------------------------------- */

struct filter_walk {
	struct scim_groups *groups;
	struct scim_group *group;
};

static void on_filter_again(void *ctx)
{
	struct filter_walk *f = ctx;

	scim_members_clear(&f->group->members);
}

static int on_filter_user(void *ctx, const char *id, bool fresh, const json_t *user,
			  const char **why)
{
	struct filter_walk *f = ctx;
	struct scim_members *m = &f->group->members;
	uint32_t person = scim_person_find(f->groups->people, id);

	(void)user, (void)why;
	if (!fresh)
		return 0;
	m->nr++;
	if (person != INDEX_NONE)
		VEC_ADD(&m->people, person);
	else
		VEC_ADD(&m->strangers, ((struct scim_stranger){arena_strdup(m->a, id), SCIM_USER}));
	return 0;
}

static int filter_walk_once(struct filter_walk *f, struct scim *s, const struct scim_hints *hints,
			    struct scim_names *ids, struct scim_walk *walk, struct err *e)
{
	struct arena *a = &f->groups->scratch;
	static const char *const keys[] = {"id", NULL};
	const char *filter = arena_printf(a, "groups.value eq %s",
					  scim_filter_word(a, f->group->id));

	*walk = (struct scim_walk){
		.s = s,
		.hints = hints,
		.resource = "/Users",
		.filter = filter,
		.what = "the users of a group, by filter",
		.keys = keys,
		.ids = ids,
		.take = on_filter_user,
		.again = on_filter_again,
		.ctx = f,
	};
	return scim_walk(walk, a, e);
}

static bool names_equal(const struct scim_names *x, const struct scim_names *y)
{
	if (x->texts.nr != y->texts.nr)
		return false;
	for (size_t i = 0; i < x->texts.nr; i++)
		if (scim_names_find(y, x->texts.items[i]) == INDEX_NONE)
			return false;
	return true;
}

/*
 * Who leaves the group and who joins it between two pages may hide a third
 * from the walk: several pages are believed when two walks have the same.
 */
static int filter_walk_twice(struct filter_walk *f, struct scim *s, const struct scim_hints *hints,
			     struct err *e)
{
	struct scim_names ids = {0}, again = {0};
	struct scim_group *group = f->group;
	struct scim_walk walk;
	int rc = filter_walk_once(f, s, hints, &ids, &walk, e);

	if (!rc && !walk.doubt && walk.pages > 2) {
		rc = filter_walk_once(f, s, hints, &again, &walk, e);
		if (!rc && !walk.doubt && !names_equal(&ids, &again))
			doubt_add(&group->doubts, f->groups->a, "it changed while it was read");
	}
	if (!rc && walk.doubt)
		doubt_add(&group->doubts, f->groups->a, "%s", walk.doubt);
	scim_names_clear(&ids);
	scim_names_clear(&again);
	return rc;
}

static int by_filter(struct scim_groups *g, struct scim *s, const struct scim_hints *hints,
		     struct err *e)
{
	for (size_t i = 0; i < g->items.nr; i++) {
		struct filter_walk f = {g, &g->items.items[i]};

		if (!f.group->wanted)
			continue;
		f.group->read = true;
		f.group->members = (struct scim_members){.all = g->people, .a = &g->scratch};
		if (filter_walk_twice(&f, s, hints, e))
			return -1;
	}
	return 0;
}

/* ---- `groups` of each user ------------------------------------------------------------------ */

/* A server may give the name and no id. */
static uint32_t group_by_name(const struct scim_groups *g, const char *name)
{
	uint32_t found = INDEX_NONE;

	for (uint32_t i = 0; name && i < g->items.nr; i++) {
		if (!str_eq(g->items.items[i].name, name))
			continue;
		if (found != INDEX_NONE)
			return INDEX_NONE;
		found = i;
	}
	return found;
}

void scim_user_groups_take(struct scim_groups *g, uint32_t person, const json_t *user)
{
	const json_t *groups = scim_at(user, "groups"), *one;
	size_t i;

	json_array_foreach(groups, i, one)
	{
		const char *id = scim_text(one, "value");
		uint32_t at = id ? scim_names_find(&g->ids, id)
				 : group_by_name(g, scim_text(one, "display"));

		if (at == INDEX_NONE)
			continue;
		g->items.items[at].members.nr++;
		VEC_ADD(&g->items.items[at].members.people, person);
	}
}

/* ---- /Groups?filter=id eq "id" and members eq "id" ------------------------------------------- */

struct pair_get {
	struct scim_groups *groups;
	struct scim_group *group;
	uint32_t person;
	const char *user;
};

/* An answer that has the group says yes; a whole one without any says no. */
static void on_pair_done(struct scim_get *get)
{
	struct pair_get *p = get->ctx;
	const json_t *found = scim_at(get->body, "Resources");
	int64_t total = -1;

	(void)json_count(scim_at(get->body, "totalResults"), &total);
	if (get->status == 200 && str_eq(scim_text(json_array_get(found, 0), "id"), p->group->id)) {
		p->group->members.nr++;
		VEC_ADD(&p->group->members.people, p->person);
	} else if (get->status != 200 || total != 0 || json_array_size(found) != 0) {
		doubt_add(&p->group->doubts, p->groups->a, "whether user %s is in it: %s", p->user,
			  get->status == 200 ? "an answer that is neither yes nor no" : get->words);
	}
}

static int pairs_ask(struct scim_groups *g, struct scim *s, struct pair_get *pairs, size_t nr,
		     struct err *e)
{
	struct scim_get gets[AT_ONCE];
	struct arena a = {0};
	int rc;

	for (size_t i = 0; i < nr; i++) {
		struct scim_query q = {.resource = "/Groups"};

		q.filter = arena_printf(&a, "id eq %s and members eq %s",
					scim_filter_word(&a, pairs[i].group->id),
					scim_filter_word(&a, pairs[i].user));
		gets[i] = (struct scim_get){.done = on_pair_done, .ctx = &pairs[i]};
		scim_query_put(s, &a, &q, &gets[i]);
	}
	(void)g;
	rc = scim_run(s, gets, nr, e);
	for (size_t i = 0; i < nr && !rc; i++)
		if (gets[i].status == 401 || gets[i].status == 403)
			rc = scim_fail(&gets[i], "GET /Groups by filter", e);
	arena_free(&a);
	return rc;
}

static int group_pairs(struct scim_groups *g, struct scim *s, struct scim_group *group,
		       struct err *e)
{
	const struct scim_people *people = g->people;
	struct pair_get pairs[AT_ONCE];
	size_t nr = 0;

	for (size_t i = 0; i < people->ids.texts.nr; i++) {
		if (people->person.items[i] == INDEX_NONE)
			continue;
		pairs[nr++] = (struct pair_get){g, group, people->person.items[i],
						people->ids.texts.items[i]};
		if (nr < AT_ONCE)
			continue;
		if (pairs_ask(g, s, pairs, nr, e))
			return -1;
		nr = 0;
	}
	return nr ? pairs_ask(g, s, pairs, nr, e) : 0;
}

static int by_pairs(struct scim_groups *g, struct scim *s, struct err *e)
{
	size_t wanted = 0;

	for (size_t i = 0; i < g->items.nr; i++)
		wanted += g->items.items[i].wanted;
	if (wanted && g->people->items.nr > SCIM_PAIRS_MAX / wanted)
		return err_set(e, ERR_FAILED, "members_filter would take a request for each of %zu "
			       "people in %zu groups\nhint: choose another scim.membership",
			       g->people->items.nr, wanted);
	for (size_t i = 0; i < g->items.nr; i++) {
		struct scim_group *group = &g->items.items[i];

		if (!group->wanted)
			continue;
		group->read = true;
		if (group_pairs(g, s, group, e))
			return -1;
	}
	return 0;
}

/* ---- each in its way ------------------------------------------------------------------------ */

static int by_list(struct scim_groups *g)
{
	for (size_t i = 0; i < g->items.nr; i++)
		g->items.items[i].read = true;
	return 0;
}

int scim_members_read(struct scim_groups *g, struct scim *s, const struct scim_hints *hints,
		      enum scim_membership way, struct err *e)
{
	switch (way) {
	case SCIM_MEMBERS_GROUP:
	case SCIM_MEMBERS_GROUP_ATTRIBUTES:
		return by_group(g, s, way == SCIM_MEMBERS_GROUP_ATTRIBUTES, e);
	case SCIM_MEMBERS_USERS_FILTER:
		return by_filter(g, s, hints, e);
	case SCIM_MEMBERS_FILTER:
		return by_pairs(g, s, e);
	case SCIM_MEMBERS_LIST:
	case SCIM_MEMBERS_LIST_ATTRIBUTES:
	case SCIM_MEMBERS_USER_GROUPS:
		break;
	}
	return by_list(g);
}
