/*
 * doubt.h - why something read is not whole: how often, and the first
 * reason in words.
 */
#ifndef SEATSYNC_DOUBT_H
#define SEATSYNC_DOUBT_H

#include "agent/base.h"

struct doubts {
	unsigned nr;
	const char *first;
};

/* Notes one more; its text is kept, in `a`, when it is the first. */
void doubt_add(struct doubts *d, struct arena *a, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Adds what another has noted. */
void doubts_join(struct doubts *d, const struct doubts *other);

/* All of them in a sentence; NULL when there are none. */
const char *doubts_text(const struct doubts *d, struct arena *a);

#endif
