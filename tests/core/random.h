/*
 * random.h - chance, and worlds made by it: small and nasty, in the words of
 * world.h.  The same seed gives the same world.
 */
#ifndef SEATSYNC_TESTS_RANDOM_H
#define SEATSYNC_TESTS_RANDOM_H

#include "tests/core/world.h"

enum { PEOPLE = 9 };

void chance_begin(uint64_t seed);
uint64_t chance(uint64_t below); /* 0 .. below - 1 */

/* A whole world; begins chance anew.  The caller frees it. */
char *world_write(uint64_t seed);

/* Its directories alone, as they may be an hour later; goes on with chance. */
char *directories_write(void);

#endif
