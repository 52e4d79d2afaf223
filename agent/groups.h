/*
 * groups.h - from a selector to the people in its groups, for rules.c and for
 * nobody else.
 */
#ifndef SEATSYNC_GROUPS_H
#define SEATSYNC_GROUPS_H

#include "agent/rules.h"

/*
 * The set of a selector, made once.  rb->sets must have room for it, and
 * rb->reading_unsure be known.  What an operator should know goes to
 * rb->problems, what is to be remembered to rb->groups.
 */
const struct group_set *group_set_make(struct rulebook *rb, struct arena *a, const char *selector,
				       const char *directory);

/* What to call a group: it may have no name. */
const char *group_label(const struct group *g);

/* True when the word is in the NULL-terminated list (may be NULL), whatever the case. */
bool listed(const char *const *list, const char *word);

void rulebook_problem(struct rulebook *rb, const char *directory, const char *group,
		      const char *state, const char *why);

#endif
