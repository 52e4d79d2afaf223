/*
 * moved.h - a person who moved within a directory whose groups do not follow.
 *
 * Many directories leave a group with the name that a member had before a
 * move.  By the directory alone that name is nobody's, and the person has left
 * the group.  The state knows better: by the immutable id it is the same
 * person.  They stay a member, and the group is told as a problem.
 *
 *	moved_follow(...)     after the readings, before the plan; writes nothing
 *	moved_remember(...)   when the plan's links are in the state
 *
 * A place of former times is remembered while a group names it; one that
 * nobody names in a whole reading is forgotten, and so is one at which another
 * person was read, so that it can never be taken for a later holder's.
 */
#ifndef SEATSYNC_MOVED_H
#define SEATSYNC_MOVED_H

#include "agent/reader.h"
#include "state/state.h"

/* readings[i] is what readers[i] brought: its groups get who moved. */
int moved_follow(struct state *s, struct reader *const *readers, struct reading *readings,
		 size_t nr, struct err *e);

/* Where the plan's people are now. */
int moved_remember(struct state *s, struct reader *const *readers, const struct reading *readings,
		   size_t nr, const struct plan *plan, utc now, struct err *e);

#endif
