/*
 * apply.h - doing a plan: nothing lost, nothing twice.
 *
 * Each action is committed as `sent` before its request leaves and as done or
 * failed when its answer came; up to the platform's `parallel` are in flight.
 * The phases of a plan are barriers.  An action that needs an earlier one is
 * left out when that one did not succeed.  Whatever the outcome of one, the
 * others go on, except where the platform says that nothing can (every write
 * denied) or the deadline passes.
 */
#ifndef SEATSYNC_APPLY_H
#define SEATSYNC_APPLY_H

#include "agent/plan.h"
#include "connectors/platform.h"
#include "state/state.h"

/* What became of one action of the plan. */
enum fate {
	FATE_PENDING,  /* not reached: the run had to stop first */
	FATE_DONE,
	FATE_FAILED,
	FATE_UNKNOWN,  /* sent; the next run looks for its effect */
	FATE_WAITING,  /* no seat was free after all */
	FATE_HELD,     /* the fresh count of administrators said no */
	FATE_SKIPPED,  /* the action it needs did not succeed */
};

struct applied {
	enum fate fate;
	int http_status;
	const char *text; /* why it failed; NULL */
	bool refused;     /* FAILED: by a clear no of the platform to this person */
};

struct apply_result {
	struct applied *fates;    /* one for each of plan->actions, in the arena */
	size_t done, failed, unknown, waiting, held, pending;
	int64_t seats_learnt;     /* SEATS_UNKNOWN: nothing learnt */
	int64_t seats_left;       /* assigned after it, as far as the answers tell */
	int64_t seats_told;       /* total by the last onboarding's counters; 0: not told */
	bool stopped;             /* by signal, deadline, or because nothing more can be done */
};

struct apply_options {
	const struct policy *policy;
	utc (*clock)(void);                                   /* for what is recorded */
	void (*progress)(void *ctx, const struct action *action, const struct applied *fate);
	void *ctx;                                            /* of progress */
	unsigned look_again;      /* seconds between two looks for a missing effect: 5 */
};

/*
 * Settles what earlier runs left unknown against a fresh reading of the
 * organization, before anything is planned: what happened is recorded, what
 * did not may be planned again.  "Not there" takes two readings look_again
 * seconds apart; *organization is then the second one.
 */
int apply_settle(struct state *s, struct platform *p, struct arena *a, const struct known *known,
		 struct organization *organization, const struct apply_options *o, struct err *e);

/*
 * Does plan->actions.  -1 when the state cannot be written (nothing more was
 * sent after that) or the platform can do nothing more; *result is filled in
 * either case.
 */
int apply_plan(struct state *s, struct platform *p, struct arena *a, const struct plan *plan,
	       const struct apply_options *o, struct apply_result *result, struct err *e);

#endif
