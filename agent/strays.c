#include "agent/strays.h"

/* A list in words while it grows: "a", "a, b"; what is left out is counted at its end. */
struct naming {
	struct arena *a;
	const char *text;
	uint32_t nr;
};

static void name_add(struct naming *n, const char *name)
{
	n->text = n->nr++ ? arena_printf(n->a, "%s, %s", n->text, name) : name;
}

static const char *naming_end(struct naming *n, uint32_t all)
{
	if (!n->nr)
		return "";
	return all > n->nr ? arena_printf(n->a, ": %s and %u more", n->text, all - n->nr)
			   : arena_printf(n->a, ": %s", n->text);
}

const char *group_gone_text(struct arena *a, const struct group *g)
{
	struct naming n = {.a = a};

	if (!g->dangling)
		return NULL;
	for (uint32_t i = 0; i < g->gone_nr && i < GONE_NAMED_MAX; i++)
		name_add(&n, arena_printf(a, "%.200s", g->gone[i]));
	return arena_printf(a, "%u of its members %s not exist%s", g->dangling,
			    g->dangling == 1 ? "does" : "do", naming_end(&n, g->dangling));
}

const char *group_moved_text(struct arena *a, const struct group *g, const struct reading *r)
{
	struct naming n = {.a = a};

	if (!g->moved_nr)
		return NULL;
	for (uint32_t i = 0; i < g->moved_nr && i < GONE_NAMED_MAX; i++)
		name_add(&n, arena_printf(a, "%.200s is %.200s now", g->moved[i].place,
					  r->people[g->moved[i].person].place));
	return arena_printf(a, "it names %u of its members by a place they left, and they are "
			       "followed%s; put the group right",
			    g->moved_nr, naming_end(&n, g->moved_nr));
}

const char *group_strays_text(struct arena *a, const struct group *g)
{
	struct naming n = {.a = a};

	if (!g->others)
		return NULL;
	for (uint32_t i = 0; i < g->strays_nr; i++)
		name_add(&n, arena_printf(a, "%.200s (%s)", g->strays[i].place, g->strays[i].kind));
	return arena_printf(a, "%u of its members %s%s", g->others,
			    g->others == 1 ? "is no person" : "are no people",
			    naming_end(&n, g->others));
}
