/*
 * laws_safety.h - laws about what may be taken, for laws.c.  Each returns NULL,
 * or what is wrong.
 */
#ifndef SEATSYNC_TESTS_LAWS_SAFETY_H
#define SEATSYNC_TESTS_LAWS_SAFETY_H

#include "tests/core/world.h"

struct trial {
	struct arena *a;
	const struct world *w;
	const struct plan *plan;
};

typedef const char *law(const struct trial *t);

law limits_law; /* never over the limits, counted by person over 24 hours */
law config_law; /* nothing is taken under a configuration that nobody accepted */
law holds_law;  /* nor from who is held */
law canary_law; /* nor by what a directory says that lacks its canary */
law grace_law;  /* nobody is removed before both time and runs are over */

#endif
