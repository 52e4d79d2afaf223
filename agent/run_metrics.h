/*
 * run_metrics.h - what a sync or apply leaves for monitoring (metrics.h):
 * gathered from the state after its end, and from what was read.
 */
#ifndef SEATSYNC_RUN_METRICS_H
#define SEATSYNC_RUN_METRICS_H

#include "agent/run.h"

/*
 * Writes metrics.textfile, if there is one.  `status` is what the command ends
 * with; r may be a run that failed early, or one that never began.  The
 * organization does not depend on it: what goes wrong here is only logged.
 */
void run_metrics(struct session *s, const struct run *r, enum status status);

/* NULL when the file could be written, else why not; for `check`. */
const char *metrics_refused(const char *path);

#endif
