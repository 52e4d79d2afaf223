/*
 * quarantine.h - a timer that fails every hour gains nothing and may lock an
 * account: after QUARANTINE_FAILURES failed runs in a row `sync` tries once a
 * day, until one succeeds.
 *
 *	struct quarantine q = quarantine_judge(&summary, settings.digest, now);
 *	if (q.on && q.next_at > now)
 *		... sync does nothing now ...
 *
 * A failed run ended with status 1 or was killed: by itself, by who ran out of
 * memory, with the power; nobody can tell these apart afterwards.  One that a
 * signal asked to stop has not failed, and neither has it succeeded.  Usage,
 * configuration and lock errors are no runs, and a run of which only some
 * actions failed has read and decided, so it is none either.  What sync leaves
 * out is no run: it is not in the journal and counts for nothing.
 *
 * Never for ever: the try of the day comes, and comes again if it was stopped; a
 * changed configuration file is tried at once, and so is what began in the
 * future, for then the clock was set back.  apply, and sync --now, ask nobody.
 */
#ifndef SEATSYNC_QUARANTINE_H
#define SEATSYNC_QUARANTINE_H

#include "state/state.h"

enum {
	QUARANTINE_FAILURES = 5,
	QUARANTINE_SECONDS = DAY - HOUR / 2, /* a timer is not exact: no try must miss its day */
};

struct quarantine {
	bool on;
	utc next_at; /* the next try; not after now: the next sync is one */
};

/* config: digest of the file as it is now. */
struct quarantine quarantine_judge(const struct state_summary *s, const char *config, utc now);

#endif
