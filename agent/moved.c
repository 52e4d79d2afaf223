#include "agent/moved.h"

#include <strings.h>

#include "agent/index.h"

typedef VEC(struct whereabout) whereabouts;

static bool can_follow(const struct reader *reader, const struct reading *r)
{
	return r->state != FAILED && reader->directory && reader->directory->ops->follow;
}

/* ---- before the plan ----------------------------------------------------------------- */

static bool anybody_gone(const struct reading *r)
{
	for (size_t g = 0; g < r->groups_nr; g++)
		if (r->groups[g].gone_nr)
			return true;
	return false;
}

struct rows {
	struct whereabout *items; /* by id */
	size_t nr;
};

static const char *row_id(const void *rows, uint32_t i)
{
	return ((const struct rows *)rows)->items[i].id;
}

/* index_find gives the first row of an id; the others are behind it. */
static void rows_index(struct index *by_id, struct arena *a, const struct rows *rows)
{
	index_make(by_id, a, rows->nr, row_id, rows);
	for (uint32_t i = 0; i < rows->nr; i++)
		index_add(by_id, i);
}

/* The places of people in the reading at which they are no more. */
static struct former *formers_find(struct arena *a, const struct rows *rows,
				   const struct reading *r, size_t *nr)
{
	struct former *formers = arena_array(a, rows->nr, sizeof *formers);
	struct index by_id;

	rows_index(&by_id, a, rows);
	*nr = 0;
	for (uint32_t p = 0; p < r->people_nr; p++) {
		const struct person *who = &r->people[p];

		for (size_t i = index_find(&by_id, who->id);
		     i < rows->nr && str_eq(rows->items[i].id, who->id); i++)
			if (!str_eq(rows->items[i].place, who->place))
				formers[(*nr)++] = (struct former){rows->items[i].place, p};
	}
	return formers;
}

static int reading_follow(struct state *s, struct reader *reader, struct reading *r, struct err *e)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	struct former *formers;
	struct rows rows;
	size_t nr;

	if (state_whereabouts(s, &scratch, r->directory, &rows.items, &rows.nr, e))
		return -1;
	formers = formers_find(&scratch, &rows, r, &nr);
	if (nr)
		reader->directory->ops->follow(&reader->arena, formers, nr, r);
	return 0;
}

int moved_follow(struct state *s, struct reader *const *readers, struct reading *readings,
		 size_t nr, struct err *e)
{
	for (size_t i = 0; i < nr; i++)
		if (can_follow(readers[i], &readings[i]) && anybody_gone(&readings[i]) &&
		    reading_follow(s, readers[i], &readings[i], e))
			return -1;
	return 0;
}

/* ---- after it --------------------------------------------------------------------------- */

static bool all_whole(const struct reading *r)
{
	if (r->state != COMPLETE)
		return false;
	for (size_t g = 0; g < r->groups_nr; g++)
		if (r->groups[g].state != COMPLETE)
			return false;
	return true;
}

static const char *ref_id(const void *refs, uint32_t i)
{
	return ((const struct person_ref *const *)refs)[i]->id;
}

/* The people of this directory that the plan's accounts are linked to. */
static const struct person_ref **refs_find(struct arena *a, const struct plan *plan,
					   const char *directory, size_t *nr)
{
	const struct person_ref **refs;
	size_t room = 0;

	for (size_t i = 0; i < plan->accounts_nr; i++)
		room += plan->accounts[i].people_nr;
	refs = arena_array(a, room, sizeof *refs);
	*nr = 0;
	for (size_t i = 0; i < plan->accounts_nr; i++)
		for (size_t k = 0; !plan->accounts[i].forget && k < plan->accounts[i].people_nr;
		     k++)
			if (str_eq(plan->accounts[i].people[k].directory, directory))
				refs[(*nr)++] = &plan->accounts[i].people[k];
	return refs;
}

/* Where they are, and the names by which a group goes on calling them. */
static void places_find(whereabouts *places, struct arena *a, const struct plan *plan,
			const struct reading *r)
{
	size_t nr;
	const struct person_ref **refs = refs_find(a, plan, r->directory, &nr);
	struct index by_id;

	index_make(&by_id, a, nr, ref_id, refs);
	for (uint32_t i = 0; i < nr; i++)
		index_add(&by_id, i);
	for (size_t p = 0; p < r->people_nr; p++)
		if (index_find(&by_id, r->people[p].id) != INDEX_NONE)
			VEC_ADD(places, ((struct whereabout){r->people[p].id, r->people[p].place}));
	for (size_t g = 0; g < r->groups_nr; g++)
		for (uint32_t i = 0; i < r->groups[g].moved_nr; i++) {
			const struct moved *m = &r->groups[g].moved[i];

			if (index_find(&by_id, r->people[m->person].id) != INDEX_NONE)
				VEC_ADD(places,
					((struct whereabout){r->people[m->person].id, m->place}));
		}
}

static int place_order(const void *left, const void *right)
{
	const struct whereabout *a = left, *b = right;
	int order = strcmp(a->id, b->id);

	return order ? order : strcmp(a->place, b->place);
}

/* Each once: several groups may name somebody by the same place. */
static void places_sort(whereabouts *places)
{
	size_t kept = 0;

	if (places->nr)
		qsort(places->items, places->nr, sizeof *places->items, place_order);
	for (size_t i = 0; i < places->nr; i++)
		if (!kept || place_order(&places->items[kept - 1], &places->items[i]) != 0)
			places->items[kept++] = places->items[i];
	places->nr = kept;
}

/* ---- whose place is another's now ----------------------------------------------------- */

static int whereabout_order(const void *left, const void *right)
{
	const struct whereabout *a = left, *b = right;

	return strcasecmp(a->place, b->place);
}

/* The rows of places at which their people were not read, by place. */
static void former_rows(whereabouts *former, struct arena *a, const struct rows *rows,
			const struct reading *r)
{
	bool *now = arena_array(a, rows->nr, sizeof *now);
	struct index by_id;

	rows_index(&by_id, a, rows);
	for (size_t p = 0; p < r->people_nr; p++)
		for (size_t i = index_find(&by_id, r->people[p].id);
		     i < rows->nr && str_eq(rows->items[i].id, r->people[p].id); i++)
			now[i] = str_eq(rows->items[i].place, r->people[p].place);
	for (size_t i = 0; i < rows->nr; i++)
		if (!now[i])
			VEC_ADD(former, rows->items[i]);
	if (former->nr)
		qsort(former->items, former->nr, sizeof *former->items, whereabout_order);
}

/* The first at this place, or where it would be. */
static size_t former_find(const whereabouts *former, const char *place)
{
	size_t low = 0, high = former->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcasecmp(former->items[middle].place, place) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void taken_find(whereabouts *taken, const whereabouts *former, const struct reading *r)
{
	for (size_t p = 0; p < r->people_nr && former->nr; p++) {
		const struct person *who = &r->people[p];

		for (size_t i = who->place ? former_find(former, who->place) : former->nr;
		     i < former->nr && strcasecmp(former->items[i].place, who->place) == 0; i++)
			if (!str_eq(former->items[i].id, who->id))
				VEC_ADD(taken, former->items[i]);
	}
}

/*
 * Whoever has a place now has it alone: what a group says of it when that one
 * has gone, too, is nothing about those who were there before.
 */
static int taken_forget(struct state *s, const struct reading *r, utc now, struct err *e)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	whereabouts former = {0}, taken = {0};
	struct rows rows;
	int failed;

	if (state_whereabouts(s, &scratch, r->directory, &rows.items, &rows.nr, e))
		return -1;
	former_rows(&former, &scratch, &rows, r);
	taken_find(&taken, &former, r);
	failed = state_whereabouts_forget(s, r->directory, taken.items, taken.nr, now, e);
	VEC_FREE(&former);
	VEC_FREE(&taken);
	return failed;
}

int moved_remember(struct state *s, struct reader *const *readers, const struct reading *readings,
		   size_t nr, const struct plan *plan, utc now, struct err *e)
{
	int failed = 0;

	for (size_t i = 0; i < nr && !failed; i++) {
		struct arena scratch CLEANUP(arena_free) = {0};
		whereabouts places = {0};

		if (!can_follow(readers[i], &readings[i]))
			continue;
		places_find(&places, &scratch, plan, &readings[i]);
		places_sort(&places);
		failed = taken_forget(s, &readings[i], now, e) ||
			 state_whereabouts_write(s, readings[i].directory, places.items, places.nr,
						 all_whole(&readings[i]), now, e);
		VEC_FREE(&places);
	}
	return failed;
}
