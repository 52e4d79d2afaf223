/*
 * strays.h - members of a group that are nobody's: those that are neither
 * person nor group, and those that do not exist.  Neither is a fault of the
 * reading; an operator sees them by name, up to a maximum.
 */
#ifndef SEATSYNC_STRAYS_H
#define SEATSYNC_STRAYS_H

#include "agent/model.h"

enum { GONE_NAMED_MAX = 10 }; /* in one sentence */

/* "2 of its members do not exist: uid=a,... and uid=b,...", in `a`; NULL when all exist. */
const char *group_gone_text(struct arena *a, const struct group *g);

/* "names uid=a,ou=x who is now uid=a,ou=y": those who moved; NULL when nobody did. */
const char *group_moved_text(struct arena *a, const struct group *g, const struct reading *r);

/* "3 of its members are no people: cn=pc,... (a computer) and 2 more"; NULL when there are none. */
const char *group_strays_text(struct arena *a, const struct group *g);

#endif
