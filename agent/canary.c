#include "agent/canary.h"

#include "agent/groups.h"

static bool is_canary(const struct person *p, const struct canary *c)
{
	if (str_eq(p->id, c->person) || (c->address && str_eq(p->address, c->address)))
		return true;
	for (const char *const *alias = c->address ? p->aliases : NULL; alias && *alias; alias++)
		if (str_eq(*alias, c->address))
			return true;
	return false;
}

/* Why the reading does not show it active, or NULL. */
static const char *person_silent(const struct reading *r, const struct canary *c)
{
	const char *why = "is not in the directory";

	for (size_t i = 0; i < r->people_nr; i++) {
		if (!is_canary(&r->people[i], c))
			continue;
		if (!r->people[i].disabled)
			return NULL;
		why = "is disabled";
	}
	return why;
}

/* Why its group is not known, or NULL with *group set. */
static const char *group_silent(struct arena *a, const struct reading *r, const struct canary *c,
				uint32_t *group)
{
	uint32_t found = NO_GROUP;
	bool several = false;
	int best = 1;

	for (uint32_t g = 0; g < r->groups_nr; g++) {
		int how = selector_matches(c->group, &r->groups[g]);

		if (how < best)
			continue;
		several = how == best && found != NO_GROUP;
		best = how;
		found = g;
	}
	if (found == NO_GROUP)
		return arena_printf(a, "has no group %s to be in", c->group);
	if (several)
		return arena_printf(a, "may be in any of several groups named %s", c->group);
	*group = found;
	return NULL;
}

static bool group_has(const struct reading *r, uint32_t group, const struct canary *c)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	uint64_t *seen = arena_array(&scratch, r->groups_nr / 64 + 1, sizeof *seen);
	uint32_t *inside = arena_array(&scratch, r->groups_nr, sizeof *inside);
	size_t nr = groups_inside(r, group, seen, inside);

	for (size_t i = 0; i < nr; i++) {
		const struct group *g = &r->groups[inside[i]];

		for (uint32_t j = 0; j < g->people_nr; j++)
			if (!r->people[g->people[j]].disabled &&
			    is_canary(&r->people[g->people[j]], c))
				return true;
	}
	return false;
}

const char *canary_silent(struct arena *a, const struct reading *r, const struct canary *c,
			  uint32_t *group)
{
	const char *why = person_silent(r, c);
	uint32_t own = NO_GROUP;

	*group = NO_GROUP;
	if (!why && c->group)
		why = group_silent(a, r, c, &own);
	if (why || !c->group || group_has(r, own, c))
		return why;
	*group = own;
	return arena_printf(a, "is not in the group %s", group_label(&r->groups[own]));
}
