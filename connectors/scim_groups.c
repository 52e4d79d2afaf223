#include "connectors/scim_groups.h"

#include <strings.h>

#include "agent/rules.h"

/* ---- members --------------------------------------------------------------------- */

static enum scim_kind kind_of(const json_t *member, bool *other)
{
	const char *type = scim_text(member, "type"), *ref = scim_text(member, "$ref");

	*other = false;
	if (type && strcasecmp(type, "user") == 0)
		return SCIM_USER;
	if (type && strcasecmp(type, "group") == 0)
		return SCIM_GROUP;
	if (type && strcasecmp(type, "direct") != 0 && strcasecmp(type, "indirect") != 0)
		*other = true;
	return ref && strstr(ref, "/Groups/") ? SCIM_GROUP : SCIM_ANY;
}

static int on_member(void *ctx, const json_t *member, const char **why)
{
	struct scim_members *m = ctx;
	const char *id = scim_text(member, "value");
	bool other;
	enum scim_kind kind = kind_of(member, &other);
	uint32_t person;

	(void)why;
	m->nr++;
	if (!scim_id_usable(id)) {
		m->doubt = "a member has no usable value";
		return 0;
	}
	person = kind == SCIM_GROUP ? (uint32_t)INDEX_NONE : scim_person_find(m->all, id);
	if (person != INDEX_NONE)
		VEC_ADD(&m->people, person);
	else if (other)
		m->others++;
	else
		VEC_ADD(&m->strangers,
			((struct scim_stranger){arena_strdup(m->a, id), kind}));
	return 0;
}

void scim_members_begin(struct scim_members *m, struct items *list)
{
	static const char *const keys[] = {"value", "type", "$ref", NULL};

	items_begin(list, "members", on_member, m);
	list->keys = keys;
	list->anycase = list->optional = true;
}

void scim_members_clear(struct scim_members *m)
{
	VEC_FREE(&m->people);
	VEC_FREE(&m->strangers);
	*m = (struct scim_members){.all = m->all, .a = m->a};
}

/* ---- the list of groups ------------------------------------------------------------ */

static void groups_forget(struct scim_groups *g)
{
	for (size_t i = 0; i < g->items.nr; i++) {
		scim_members_clear(&g->items.items[i].members);
		VEC_FREE(&g->items.items[i].groups);
	}
	VEC_FREE(&g->items);
	scim_members_clear(&g->current);
}

static void on_again(void *ctx)
{
	groups_forget(ctx);
}

static void on_page(void *ctx)
{
	struct scim_groups *g = ctx;

	scim_members_clear(&g->current);
	scim_members_begin(&g->current, &g->inner);
}

/* NULL or a list, however empty: else nobody knows what it is. */
static bool members_odd(const json_t *group)
{
	const json_t *members = scim_at(group, "members");

	return members && !json_is_array(members);
}

static int on_group(void *ctx, const char *id, bool fresh, const json_t *group, const char **why)
{
	struct scim_groups *g = ctx;
	struct scim_group new = {.id = id, .members = g->current};

	if (members_odd(group)) {
		*why = "has a group whose members are no list";
		return -1;
	}
	if (!fresh) {
		scim_members_clear(&g->current);
		return 0;
	}
	g->current = (struct scim_members){.all = g->people, .a = &g->scratch};
	new.name = scim_name(g->a, scim_text(group, "displayName"));
	VEC_ADD(&g->items, new);
	return 0;
}

int scim_groups_list(struct scim_groups *g, struct scim *s, const struct scim_hints *hints,
		     const char *wish, struct err *e)
{
	struct scim_walk walk = {
		.s = s,
		.hints = hints,
		.resource = "/Groups",
		.wish = wish,
		.what = "the list of groups",
		.ids = &g->ids,
		.take = on_group,
		.again = on_again,
		.page = on_page,
		.inner = &g->inner,
		.ctx = g,
	};
	int rc;

	g->current = (struct scim_members){.all = g->people, .a = &g->scratch};
	rc = scim_walk(&walk, g->a, e);
	items_clear(&g->inner);
	g->doubt = walk.doubt;
	return rc;
}

void scim_groups_want(struct scim_groups *g, const char *const *selectors)
{
	for (size_t i = 0; i < g->items.nr; i++) {
		const struct group as = {.id = g->items.items[i].id, .name = g->items.items[i].name};

		for (const char *const *s = selectors; s && *s; s++)
			g->items.items[i].wanted |= selector_matches(*s, &as) > 0;
	}
}

/* ---- groups inside groups ------------------------------------------------------------- */

/* Takes the strangers that are groups out of the list of strangers. */
static void group_link(struct scim_groups *g, struct scim_group *group)
{
	size_t kept = 0;

	for (size_t i = 0; i < group->members.strangers.nr; i++) {
		struct scim_stranger stranger = group->members.strangers.items[i];
		uint32_t inside = stranger.kind == SCIM_USER
					  ? (uint32_t)INDEX_NONE
					  : scim_names_find(&g->ids, stranger.id);
		uint32_t person = scim_person_find(g->people, stranger.id);

		if (inside != INDEX_NONE)
			VEC_ADD(&group->groups, inside);
		else if (person != INDEX_NONE) /* one called a group that is none */
			VEC_ADD(&group->members.people, person);
		else
			group->members.strangers.items[kept++] = stranger;
	}
	group->members.strangers.nr = kept;
}

static void wanted_pass(struct scim_groups *g)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < g->items.nr; i++) {
			const struct scim_group *group = &g->items.items[i];

			for (size_t j = 0; group->wanted && j < group->groups.nr; j++) {
				bool *wanted = &g->items.items[group->groups.items[j]].wanted;

				more |= !*wanted;
				*wanted = true;
			}
		}
	}
}

void scim_groups_link(struct scim_groups *g)
{
	for (size_t i = 0; i < g->items.nr; i++)
		group_link(g, &g->items.items[i]);
	wanted_pass(g);
}

/* ---- as the contract has them ------------------------------------------------------------ */

static void group_finish(struct scim_groups *g, struct scim_group *from, struct group *to)
{
	struct scim_members *m = &from->members;

	if (m->doubt)
		doubt_add(&from->doubts, g->a, "%s", m->doubt);
	*to = (struct group){
		.id = from->id,
		.name = from->name,
		.state = from->lost ? FAILED : from->doubts.nr ? PARTIAL : COMPLETE,
		.why = doubts_text(&from->doubts, g->a),
		.others = m->others,
		.dangling = from->dangling,
	};
	to->people = arena_number_set(g->a, m->people.items, m->people.nr, &to->people_nr);
	to->groups = arena_number_set(g->a, from->groups.items, from->groups.nr, &to->groups_nr);
}

/* Numbers of groups change when some are left out. */
static void groups_renumber(struct scim_groups *g, const uint32_t *number)
{
	for (size_t i = 0; i < g->items.nr; i++) {
		struct scim_group *group = &g->items.items[i];

		for (size_t j = 0; group->read && j < group->groups.nr; j++)
			group->groups.items[j] = number[group->groups.items[j]];
	}
}

void scim_groups_people(struct scim_groups *g, const uint32_t *number)
{
	for (size_t i = 0; i < g->items.nr; i++) {
		struct scim_members *m = &g->items.items[i].members;
		size_t kept = 0;

		for (size_t j = 0; j < m->people.nr; j++)
			if (number[m->people.items[j]] != INDEX_NONE)
				m->people.items[kept++] = number[m->people.items[j]];
		m->people.nr = kept;
	}
}

struct group *scim_groups_finish(struct scim_groups *g, size_t *nr)
{
	struct group *all = arena_array(g->a, g->items.nr, sizeof *all);
	uint32_t *number = arena_array(&g->scratch, g->items.nr, sizeof *number);

	*nr = 0;
	for (size_t i = 0; i < g->items.nr; i++)
		number[i] = g->items.items[i].read ? (uint32_t)(*nr)++ : 0;
	groups_renumber(g, number);
	for (size_t i = 0; i < g->items.nr; i++)
		if (g->items.items[i].read)
			group_finish(g, &g->items.items[i], &all[number[i]]);
	return all;
}

void scim_groups_clear(struct scim_groups *g)
{
	groups_forget(g);
	scim_names_clear(&g->ids);
	arena_free(&g->scratch);
}
