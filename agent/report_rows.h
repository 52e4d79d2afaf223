/*
 * report_rows.h - the rows of a plan's lists, described once for the text and
 * for the JSON.  Only report_*.c, explain_show.c and cmd_status.c
 * include this.
 */
#ifndef SEATSYNC_REPORT_ROWS_H
#define SEATSYNC_REPORT_ROWS_H

#include "agent/listing.h"
#include "agent/report.h"

/* Actions that are shown together; result is NULL when nothing was done. */
struct action_rows {
	const struct action *all;           /* for the index of one in `result` */
	const struct action *const *chosen; /* NULL: all of them */
	const struct apply_result *result;
	bool numbered;                      /* its place in the queue comes first */
	bool kinds;                         /* text names the kind of each */
	bool why_said;                      /* above: not again with each */
};

struct listing action_listing(const char *name, const struct action_rows *rows, size_t nr);
struct listing note_listing(const char *name, const struct plan_note *notes, size_t nr);
struct listing problem_listing(const struct plan_problem *problems, size_t nr);
struct listing directory_listing(const struct plan_directory *directories, size_t nr);

#endif
