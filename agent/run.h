/*
 * run.h - the one pipeline behind plan, apply, sync and explain: read every
 * directory and the organization at the same time, look into the memory,
 * decide; and, for apply and sync, do.
 *
 *	struct run r = {0};
 *	if (run_begin(&r, &session, "sync", &e) ||     // acting: the run is in the journal
 *	    run_read(&r, &e) || run_plan(&r, &e))       // r.plan is whole
 *		... run_abort(&r, &e); run_close(&r) ...
 *	status = run_apply(&r, progress, ctx, &result);
 *	run_close(&r);
 *
 * A dry run (plan, explain) gives command NULL: nothing is written anywhere.
 * The session must be open (STATE_RUN when acting) and outlive the run; the
 * plan and all it points to live until run_close.
 */
#ifndef SEATSYNC_RUN_H
#define SEATSYNC_RUN_H

#include "agent/apply.h"
#include "agent/command.h"

enum {
	RUN_SECONDS = 30 * MINUTE,       /* a whole run */
	DIRECTORY_SECONDS = 10 * MINUTE, /* reading one directory */
	CONFIRM_SECONDS = 5 * MINUTE,    /* asking one directory for those who are missing */
	LOOK_AGAIN_SECONDS = 5,          /* between two looks for a missing effect */
};

struct run {
	struct session *session;
	const char *command; /* NULL: a dry run */
	const struct plan_file *saved; /* the plan out of a file that this run does; NULL: none */
	bool begun;          /* there is a row of this run in the journal */
	struct platform *platform;
	struct reader **readers; /* one for each directory, then the platform's */
	size_t readers_nr;
	struct reading *readings;
	struct organization organization;
	struct known known;
	struct world world;
	struct plan plan;
	int64_t deadline; /* CLOCK_BOOTTIME, seconds */
	bool abandoned;   /* a reader hangs: its memory must stay */
};

int run_begin(struct run *r, struct session *s, const char *command, struct err *e);

/* -1 when the organization or every directory could not be read; else r->readings. */
int run_read(struct run *r, struct err *e);

/*
 * Looks for the outcome of what earlier runs left unknown, and decides.  A dry run
 * does so in a copy of the memory: what it plans is what sync would do.
 */
int run_plan(struct run *r, struct err *e);

/*
 * Does the plan and ends the run in the journal; returns its exit status.
 * An error is logged.  progress may be NULL.
 */
enum status run_apply(struct run *r,
		      void (*progress)(void *ctx, const struct action *, const struct applied *),
		      void *ctx, struct apply_result *result);

/* Ends a run that will not be done, with why; logs the error and returns its status. */
int run_abort(struct run *r, const struct err *e);

/*
 * The same for a plan that somebody said no to: the command fails, and the
 * journal says what the plan said, for nothing is wrong with this machine.
 * more: as for command_fail_with.
 */
int run_decline(struct run *r, const struct err *e, const struct listing *more);

/* The status that a plan and what became of it ask for: the first that applies. */
enum status run_status(const struct plan *plan, const struct apply_result *result);

void run_close(struct run *r);

/* CLOCK_BOOTTIME in seconds: a plan gets old while the machine sleeps, too. */
int64_t monotonic_now(void);

/* The selectors of rules and canaries for one directory, NULL-terminated. */
const char *const *rules_selectors(struct arena *a, const struct policy *policy,
				   const char *directory);

#endif
