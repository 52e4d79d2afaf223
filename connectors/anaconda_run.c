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
	DENIED_ENOUGH = 3,  /* of a kind, all denied: the right may be missing */
	DENIED_KIND = 20,   /* it is missing: the rest of the kind is not asked for */
};

struct runner {
	struct anaconda *p;
	struct arena *a;
	platform_turn *turn;
	void *ctx;
	struct job jobs[AHEAD * HTTP_PARALLEL_MAX];
	size_t jobs_nr, busy;
	VEC(struct platform_result) results;
	size_t lost;        /* in a row, without an answer that can be believed */
	struct err err;     /* why nothing more is begun; ERR_NONE: go on */
};

/* Some people may be refused, or one kind of action: the others go on. */
static bool kind_denied(const struct anaconda *p, enum action_kind kind, size_t enough)
{
	const struct fared *f = &p->fared[kind];

	return f->denied >= enough && f->denied == f->answered;
}

/* Whatever was tried in this run was refused, and that was more than one kind. */
static bool all_denied(const struct anaconda *p)
{
	size_t denied = 0;

	for (enum action_kind k = 0; k < ACTION_NR; k++) {
		if (p->fared[k].answered > p->fared[k].denied)
			return false;
		denied += kind_denied(p, k, DENIED_ENOUGH);
	}
	return denied >= 2;
}

/* Nothing is won by asking on when everything is refused, or nobody answers. */
static void run_judge(struct runner *r, enum action_kind kind, const struct platform_result *result)
{
	struct fared *fared = &r->p->fared[kind];
	enum outcome o = result->outcome;
	size_t enough = r->p->base.settings->parallel;

	fared->answered += result->http_status != 0;
	fared->denied += result->http_status != 0 && o == OUTCOME_DENIED;
	if (o == OUTCOME_UNKNOWN || (o == OUTCOME_NOT_SENT && !http_stopped(r->p->http)))
		r->lost++;
	else
		r->lost = 0;
	if (r->err.kind != ERR_NONE)
		return;
	if (r->p->fatal.kind != ERR_NONE)
		r->err = r->p->fatal;
	else if (o == OUTCOME_DENIED && all_denied(r->p))
		err_set(&r->err, ERR_DENIED,
			"platform: every change of this run was denied, nothing more was sent: %s\n"
			"hint: give the service account the right to manage members",
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
	run_judge(r, j->call.kind, &j->result);
	VEC_ADD(&r->results, j->result);
}

/* The answer to this call is known. */
static bool call_refuse(struct runner *r, const struct platform_call *call)
{
	struct platform_result result = {.tag = call->tag, .outcome = OUTCOME_DENIED};

	if (!kind_denied(r->p, call->kind, DENIED_KIND))
		return false;
	snprintf(result.text, sizeof result.text, "not sent: the first %zu of this kind were denied",
		 r->p->fared[call->kind].denied);
	VEC_ADD(&r->results, result);
	return true;
}

static void calls_start(struct runner *r, const struct platform_call *calls, size_t nr)
{
	size_t at = 0;

	for (size_t i = 0; i < nr; i++) {
		if (call_refuse(r, &calls[i]))
			continue;
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
