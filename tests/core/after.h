/*
 * after.h - what is after a plan was done: a platform that obeys, and a state
 * that remembers as state/ does (state_run_plan, state_turn, state_run_end).
 *
 * The platform is strict: an action that it would refuse (an invitation of a
 * member, a seat that is not there, a second seat, a role below the floor)
 * is a mistake of the plan, and is returned as text.  But it gives nothing to
 * those in before->refuses, which is the platform's mistake.
 */
#ifndef SEATSYNC_TESTS_AFTER_H
#define SEATSYNC_TESTS_AFTER_H

#include "tests/core/world.h"

/*
 * Does the plan of `before` and makes *s the world after it, `later` seconds
 * on.  Strings are shared with `before`, which must live as long.  NULL, or
 * what the platform refused (*s is made all the same).
 */
const char *scene_after(struct scene *s, const struct scene *before, const struct plan *plan,
			int64_t later);

#endif
