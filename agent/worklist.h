/*
 * worklist.h - the invitations that an operator sends by hand, as a file for
 * the site's Bulk Upload (report_bulk.h).
 */
#ifndef SEATSYNC_WORKLIST_H
#define SEATSYNC_WORKLIST_H

#include "agent/plan.h"
#include "state/state.h"

/*
 * Writes those of a plan, or of what the last run left, to the file, in the
 * order of the queue, and says on stderr how many and who was left out.  An
 * empty worklist makes an empty file: an old one would be uploaded again.
 */
int worklist_write_plan(const char *path, const struct plan *plan, struct err *e);
int worklist_write_outlook(const char *path, const struct outlook_row *rows, size_t nr,
			   struct err *e);

#endif
