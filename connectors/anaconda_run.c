#include <stdio.h>

#include "connectors/anaconda.h"
#include "connectors/anaconda_job.h"

/*
 * The conversation.  Twice as many calls as may be in flight are taken from
 * turn(): while the caller commits, those already committed keep the places
 * full, so the commits' time is not added to the network's.
 */
enum {
	AHEAD = 2,
	DENIED_ENOUGH = 3,  /* writes, all of them denied: the right is missing for all */
};

struct runner {
	struct anaconda *p;
	struct arena *a;
	platform_turn *turn;
	void *ctx;
	struct job jobs[AHEAD * HTTP_PARALLEL_MAX];
	size_t jobs_nr, busy;
	VEC(struct platform_result) results;
	size_t denied;      /* of the writes answered so far */
	size_t answered;
	size_t lost;        /* in a row, without an answer that can be believed */
	struct err err;     /* why nothing more is begun; ERR_NONE: go on */
};

/* Nothing is won by asking on when everything is refused, or nobody answers. */
static void run_judge(struct runner *r, const struct platform_result *result)
{
	enum outcome o = result->outcome;
	size_t enough = r->p->base.settings->parallel;

	r->answered += result->http_status != 0;
	r->denied += o == OUTCOME_DENIED;
	if (o == OUTCOME_UNKNOWN || (o == OUTCOME_NOT_SENT && !http_stopped(r->p->http)))
		r->lost++;
	else
		r->lost = 0;
	if (r->err.kind != ERR_NONE)
		return;
	if (r->p->fatal.kind != ERR_NONE)
		r->err = r->p->fatal;
	else if (r->denied >= DENIED_ENOUGH && r->denied == r->answered)
		err_set(&r->err, ERR_DENIED,
			"platform: every change so far was denied: %s\n"
			"hint: give the service account the right to manage members; nothing more "
			"was sent",
			result->text);
	else if (r->lost >= (enough < 5 ? 5 : enough))
		err_set(&r->err, ERR_UNREACHABLE,
			"platform: %zu changes in a row got no answer that can be believed: %s",
			r->lost, result->text);
}

static void on_done(struct job *j)
{
	struct runner *r = j->ctx;

	r->busy--;
	run_judge(r, &j->result);
	VEC_ADD(&r->results, j->result);
}

static void calls_start(struct runner *r, const struct platform_call *calls, size_t nr)
{
	size_t at = 0;

	for (size_t i = 0; i < nr; i++) {
		while (r->jobs[at].busy)
			at++;
		BUG_IF(at >= r->jobs_nr);
		job_clear(&r->jobs[at]);
		r->busy++;
		job_start(&r->jobs[at], r->p, &calls[i], r->a, on_done, r);
	}
}

/* Hands over the results and takes new calls; false when there was nothing of either. */
static bool turn_once(struct runner *r)
{
	struct platform_call calls[AHEAD * HTTP_PARALLEL_MAX];
	struct platform_result *results = r->results.items;
	size_t nr = r->results.nr, room = r->jobs_nr - r->busy, taken;

	if (r->err.kind != ERR_NONE || http_stopped(r->p->http))
		room = 0;
	memset(calls, 0, sizeof calls);
	memset(&r->results, 0, sizeof r->results);
	taken = r->turn(r->ctx, results, nr, calls, room);
	BUG_IF(taken > room);
	free(results);
	calls_start(r, calls, taken);
	return nr > 0 || taken > 0;
}

int anaconda_run(struct platform *base, struct arena *a, platform_turn *turn, void *ctx,
		 struct err *e)
{
	struct runner *r = mem_resize(NULL, 1, sizeof *r);
	int rc = 0;

	memset(r, 0, sizeof *r);
	r->p = anaconda_of(base);
	r->a = a;
	r->turn = turn;
	r->ctx = ctx;
	r->jobs_nr = AHEAD * base->settings->parallel;
	r->p->fatal.kind = ERR_NONE;
	while (turn_once(r) || r->busy > 0)
		if (r->busy > 0 && r->results.nr == 0)
			(void)api_wait(r->p);
	for (size_t i = 0; i < r->jobs_nr; i++)
		job_clear(&r->jobs[i]);
	if (r->err.kind != ERR_NONE) {
		*e = r->err;
		rc = -1;
	}
	free(r);
	return rc;
}
