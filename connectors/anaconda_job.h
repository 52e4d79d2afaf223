/*
 * anaconda_job.h - one action of a run, step by step, until its outcome.
 *
 * Most actions are one call.  Some are several: revoking tokens lists them
 * first; renewing one lists them afterwards, for the answer does not tell;
 * removing a member whom the platform does not let go revokes tokens and seat
 * and tries once more; reissuing may be a removal and a new one.
 */
#ifndef SEATSYNC_ANACONDA_JOB_H
#define SEATSYNC_ANACONDA_JOB_H

#include "connectors/anaconda.h"
#include "connectors/anaconda_outcome.h"

struct job;
typedef void job_done(struct job *j);

struct job {
	struct api_call api;
	struct anaconda *p;
	struct platform_call call;
	struct platform_result result; /* when done() is called */
	struct arena *results;         /* for what result points to */
	job_done *done;
	void *ctx;
	bool busy;

	enum job_step {
		JOB_ONLY,     /* the action's own call */
		JOB_TOKENS,   /* list the tokens */
		JOB_TOKEN,    /* revoke the next one */
		JOB_SEAT,     /* revoke the seat of a member that would not go */
		JOB_AGAIN,    /* remove that member once more */
		JOB_RENEWED,  /* look whether the renewed token lives longer */
		JOB_CANCEL,   /* remove the old invitation; JOB_ONLY makes the new one */
	} step;
	bool moved;               /* an earlier step has changed something */
	VEC(const char *) tokens; /* unrevoked, still to be revoked */
	size_t token_at;
	struct arena arena;       /* URLs, bodies, token ids */
};

/* Sends the first step, or ends at once when there is no such call; done() may be called from it. */
void job_start(struct job *j, struct anaconda *p, const struct platform_call *call,
	       struct arena *results, job_done *done, void *ctx);
void job_clear(struct job *j);

#endif
