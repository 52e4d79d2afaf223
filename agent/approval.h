/*
 * approval.h - `apply FILE`: a plan that somebody looked at and approved is
 * done when a fresh one comes out the same, and once only.
 *
 *	if (!approval_open(&approval, in, &session, path)) // the file, and was it done before?
 *		return in->status;
 *	run.saved = &approval.saved.file; // remembered in one commit with the run's plan
 *	... run_begin, run_read, run_plan ...
 *	if (approval_holds(&approval, &run, &status)) // else says what differs, and ends the run
 *		... run_apply ...
 */
#ifndef SEATSYNC_APPROVAL_H
#define SEATSYNC_APPROVAL_H

#include "agent/run.h"
#include "agent/saved.h"

struct approval {
	const char *path;
	struct saved saved;
};

/* False with in->status set; said already. */
bool approval_open(struct approval *ap, struct invocation *in, struct session *s, const char *path);

/*
 * True when the run's plan does what was approved and nothing else.  False
 * with the status: what differs was shown, nothing was done, the run is over.
 */
bool approval_holds(const struct approval *ap, struct run *r, int *status);

#endif
