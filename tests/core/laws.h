/*
 * laws.h - what is true of every plan, whatever the world: checked after each
 * scenario and for thousands of random worlds.
 */
#ifndef SEATSYNC_TESTS_LAWS_H
#define SEATSYNC_TESTS_LAWS_H

#include "tests/core/world.h"

/* NULL, or the law that this plan breaks; the text is in `a`. */
const char *laws_broken(struct arena *a, const struct world *w, const struct plan *plan);

/*
 * Plans, does the plan and plans again: the same input gives the same bytes,
 * all laws hold, the platform refuses nothing, and nothing is left to do.
 * Returns NULL or what went wrong; *plan is the first plan, in s->arena.
 */
const char *laws_try(struct scene *s, struct plan *plan);

#endif
