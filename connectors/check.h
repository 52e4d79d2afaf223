/*
 * check.h - the lines of `seatsync check` that every kind of directory has:
 * what a reading brought, and each group that the rules name.
 */
#ifndef SEATSYNC_CHECK_H
#define SEATSYNC_CHECK_H

#include "connectors/directory.h"

struct check {
	const struct directory_settings *settings; /* its name begins each subject */
	struct arena *arena; /* the lines' texts */
	check_sink *sink;
	void *ctx;
	bool well; /* every line so far was ok */
};

void check_say(struct check *c, bool ok, const char *subject, const char *text);

/* What to look at when there is nobody, no address, no group, not this group; each may be NULL. */
struct check_hints {
	const char *people, *email, *groups, *group;
};

/* wanted: the rules' selectors, NULL-terminated; may be NULL. */
void check_reading(struct check *c, const struct reading *r, const char *const *wanted,
		   const struct check_hints *hints);

#endif
