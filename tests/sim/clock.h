/*
 * clock.h - the simulator's own time: the machine's plus an offset, so that a
 * test can let eight days pass.  It drives invitations, tokens and the Date
 * header; how long an answer takes is always real time.
 */
#ifndef SIM_CLOCK_H
#define SIM_CLOCK_H

#include "agent/base.h"

struct clock {
	int64_t offset; /* seconds */
};

utc clock_now(const struct clock *c);

/* CLOCK_MONOTONIC in nanoseconds: for delays, never shown. */
int64_t clock_real_ns(void);

/* How the API spells a time; the published example has the offset form. */
enum time_format { TIME_OFFSET, TIME_Z, TIME_FRACTION };
enum { TIME_TEXT_SIZE = 40 };

const char *time_format(char text[TIME_TEXT_SIZE], utc t, enum time_format format);
const char *time_http(char text[TIME_TEXT_SIZE], utc t); /* "Sun, 06 Nov 1994 08:49:37 GMT" */

/*
 * ISO 8601 with Z, an offset, or none (UTC).  Written apart from the agent's
 * own parser: one must not hide the other's mistake.  -1 when it is no time.
 */
int time_parse(const char *text, utc *t);

#endif
