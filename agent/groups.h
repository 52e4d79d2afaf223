/*
 * groups.h - from a selector to the people in its groups, for rules.c and
 * canary.c, and for nobody else.
 */
#ifndef SEATSYNC_GROUPS_H
#define SEATSYNC_GROUPS_H

#include "agent/rules.h"

/*
 * The set of a selector, made once.  rb->reading_unsure must be known.  What an
 * operator should know goes to rb->problems, what is to be remembered to
 * rb->groups.
 */
const struct group_set *group_set_make(struct rulebook *rb, struct arena *a, const char *selector,
				       const char *directory);

/*
 * Says which groups a rule named until now and none does any more.  After all
 * sets were made.
 */
void groups_unruled(struct rulebook *rb, struct arena *a);

/*
 * The group and all groups inside it, each once, into list; returns how many.
 * seen: a bit for each group of the reading, cleared here; list: room for all.
 */
size_t groups_inside(const struct reading *r, uint32_t first, uint64_t *seen, uint32_t *list);

/* What to call a group: it may have no name. */
const char *group_label(const struct group *g);

/* True when the word is in the NULL-terminated list (may be NULL), whatever the case. */
bool listed(const char *const *list, const char *word);

void rulebook_problem(struct rulebook *rb, const char *directory, const char *group,
		      const char *state, const char *why);

#endif
