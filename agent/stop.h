/*
 * stop.h - SIGTERM, SIGINT and SIGHUP.  While a plan is being done the calls
 * in flight are finished and nothing new is sent; at any other time nothing
 * has to be finished, and the process ends at once with STATUS_FAILED.  So it
 * does at the second signal: what is then in flight is looked up by the next
 * run.
 *
 * A run that a signal ended was stopped, and has not failed: systemctl stop, a
 * machine that is shut down, Ctrl-C.  What hangs is not waited for until somebody
 * stops it: it ends by its own deadlines, and has failed.
 */
#ifndef SEATSYNC_STOP_H
#define SEATSYNC_STOP_H

#include "connectors/platform.h"
#include "state/state.h"

void stop_install(void);

/* From now on a signal asks this platform to stop; NULL: ends at once again. */
void stop_guard(struct platform *p);

/* From now on a signal is noted of the run that this state begins or has begun; NULL: of none again. */
void stop_note(struct state *s);

bool stop_asked(void);

/* For threads that should see no signal: blocks all until stop_unblock. */
void stop_block(void);
void stop_unblock(void);

#endif
