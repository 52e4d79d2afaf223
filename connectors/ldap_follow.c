#include "connectors/ldap_follow.h"

#include "agent/index.h"
#include "agent/text.h"
#include "connectors/ldap_dn.h"

struct following {
	struct arena *a; /* of the reading */
	struct arena scratch;
	const struct former *formers;
	const char **names; /* of the formers, dn_normal; "" when it is none */
	bool *shared;       /* the name was somebody else's, too */
	struct index by_name;
	char normal[DN_NORMAL_SIZE];
};

static const char *former_key(const void *following, uint32_t i)
{
	return ((const struct following *)following)->names[i];
}

static const char *name_normal(struct following *f, const char *name)
{
	return dn_normal(f->normal, name, dn_without_uid(name, strlen(name))) ? "" : f->normal;
}

static void formers_index(struct following *f, size_t nr)
{
	f->names = arena_array(&f->scratch, nr, sizeof *f->names);
	f->shared = arena_array(&f->scratch, nr, sizeof *f->shared);
	index_make(&f->by_name, &f->scratch, nr, former_key, f);
	for (uint32_t i = 0; i < nr; i++) {
		uint32_t first;

		f->names[i] = arena_strdup(&f->scratch, name_normal(f, f->formers[i].place));
		first = index_add(&f->by_name, i);
		f->shared[first] |= f->formers[first].person != f->formers[i].person;
	}
}

/* The former with a name that a group has, or INDEX_NONE. */
static uint32_t former_of(struct following *f, const char *name)
{
	const char *normal = name_normal(f, name);

	return *normal ? index_find(&f->by_name, normal) : INDEX_NONE;
}

/* What becomes of a group's members. */
struct members {
	VEC(uint32_t) people;
	VEC(const char *) gone;
	VEC(struct moved) moved;
};

static void member_follow(struct following *f, struct group *g, struct members *m, const char *name)
{
	uint32_t i = former_of(f, name);

	if (i == INDEX_NONE) {
		VEC_ADD(&m->gone, name);
	} else if (f->shared[i]) {
		VEC_ADD(&m->gone, name);
		if (g->state == COMPLETE) {
			g->state = PARTIAL;
			g->why = arena_printf(
				f->a,
				"the member %.200s was the name of two people who "
				"have moved since: which of them is meant is not known",
				text_shown(&f->scratch, name));
		}
	} else {
		VEC_ADD(&m->people, f->formers[i].person);
		VEC_ADD(&m->moved, ((struct moved){arena_strdup(f->a, f->formers[i].place),
						   f->formers[i].person}));
	}
}

static void members_set(struct following *f, struct group *g, struct members *m)
{
	for (uint32_t i = 0; i < g->people_nr; i++)
		VEC_ADD(&m->people, g->people[i]);
	g->people = arena_number_set(f->a, m->people.items, m->people.nr, &g->people_nr);
	g->dangling -= (uint32_t)m->moved.nr;
	g->gone_nr = (uint32_t)m->gone.nr;
	g->gone = arena_copy(f->a, m->gone.items, m->gone.nr, sizeof *m->gone.items);
	g->moved_nr = (uint32_t)m->moved.nr;
	g->moved = arena_copy(f->a, m->moved.items, m->moved.nr, sizeof *m->moved.items);
}

static void group_follow(struct following *f, struct group *g)
{
	struct members m = {0};

	for (uint32_t i = 0; i < g->gone_nr; i++)
		member_follow(f, g, &m, g->gone[i]);
	if (m.moved.nr)
		members_set(f, g, &m);
	VEC_FREE(&m.people);
	VEC_FREE(&m.gone);
	VEC_FREE(&m.moved);
}

void formers_follow(struct arena *a, const struct former *formers, size_t nr, struct reading *r)
{
	struct following f = {.a = a, .formers = formers};

	formers_index(&f, nr);
	for (size_t g = 0; g < r->groups_nr; g++)
		group_follow(&f, &r->groups[g]);
	arena_free(&f.scratch);
}
