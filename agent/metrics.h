/*
 * metrics.h - how things stand, as text for the node exporter's textfile
 * collector; run_metrics.h fills the file.
 *
 *	struct metrics m = {.organization = "acme", .status = status, ...};
 *	metrics_print(out, &m);
 *
 * The text is OpenMetrics and the older Prometheus format at once: gauges
 * only, for one program that ends has no counters, and every name begins with
 * seatsync_ and has the organization as a label, so that the files of several
 * organizations can lie in one folder.  seatsync(1) lists the names; a test
 * keeps the two equal.
 */
#ifndef SEATSYNC_METRICS_H
#define SEATSYNC_METRICS_H

#include <stdio.h>

#include "state/state.h"

/* One directory as this command read it. */
struct metrics_directory {
	const char *name;
	bool whole;
	int64_t people; /* -1: not read */
};

struct metrics {
	const char *organization, *version;
	enum status status;                     /* this command ends with it */
	utc now;
	const struct state_summary *summary;
	const struct run_actions *actions;      /* of the last run */
	bool quarantine;
	const struct metrics_directory *directories;
	const struct invitation_row *invitations;
	const struct hold_row *holds;
	const struct outlook_row *outlook;      /* of every list */
	const struct plan_problem *problems;
	size_t directories_nr, invitations_nr, holds_nr, outlook_nr, problems_nr;
};

void metrics_print(FILE *out, const struct metrics *m);

#endif
