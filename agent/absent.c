#include "agent/absent.h"

#include "agent/index.h"

static const char *person_id(const void *ctx, uint32_t i)
{
	return ((const struct reading *)ctx)->people[i].id;
}

/* Known in this directory and not in its reading, NULL-terminated; NULL when there is nobody. */
static const char *const *absent_find(struct arena *a, const struct reading *r,
				      const struct known *known)
{
	const char **ids = arena_array(a, known->people_nr + 1, sizeof *ids);
	struct index by_id;
	size_t nr = 0;

	index_make(&by_id, a, r->people_nr, person_id, r);
	for (uint32_t i = 0; i < r->people_nr; i++)
		index_add(&by_id, i);
	for (size_t i = 0; i < known->people_nr; i++)
		if (str_eq(known->people[i].directory, r->directory) &&
		    index_find(&by_id, known->people[i].id) == INDEX_NONE)
			ids[nr++] = known->people[i].id;
	return nr ? ids : NULL;
}

void absent_confirm(struct reader *const *readers, struct reading *readings, size_t nr,
		    const struct known *known, int64_t deadline)
{
	for (size_t i = 0; i < nr; i++) {
		struct directory *d = readers[i]->directory;
		const char *const *ids;
		struct arena a = {0};

		if (readings[i].state != COMPLETE || !d || !d->ops->confirm)
			continue;
		ids = absent_find(&a, &readings[i], known);
		if (ids)
			d->ops->confirm(d, &readers[i]->arena, ids, deadline, &readings[i]);
		arena_free(&a);
	}
}
