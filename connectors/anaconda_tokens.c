#include <time.h>

#include "connectors/anaconda.h"
#include "connectors/anaconda_parse.h"

/*
 * One call for each member, as many at a time as may be in flight.  One answer
 * that cannot be used is that member's; many in a row, and nobody else is asked.
 */
enum { LOST_MOST = 5 }; /* in a row, or as many as are in flight */

struct asking;

struct ask {
	struct api_call call;
	struct asking *all;
	uint32_t member;
	bool busy;
};

struct asking {
	struct anaconda *p;
	struct arena *a;        /* of the reading: for the first cause */
	struct organization *o;
	const uint32_t *members;
	size_t nr, next, busy;
	size_t lost;            /* in a row */
	struct arena scratch;   /* URLs */
	struct ask asks[HTTP_PARALLEL_MAX];
};

static void member_unreadable(struct asking *x, uint32_t member, const char *why)
{
	x->o->members[member].token = (struct token_seen){.state = TOKEN_UNREADABLE};
	if (!x->o->tokens_why)
		x->o->tokens_why = arena_strdup(x->a, why);
}

/* NULL, or why the answer cannot be used. */
static const char *answer_take(struct asking *x, const struct http_answer *a,
			       struct token_seen *seen)
{
	const char *why = "the answer is no JSON object";
	struct err e;
	json_t *json;

	if (a->verdict != HTTP_ANSWERED || a->status != 200) {
		answer_fail(x->p, a, "a member's tokens", &e);
		return arena_strndup(&x->scratch, e.text, strcspn(e.text, "\n"));
	}
	json = json_object_parse(a->body, a->body_len);
	if (json && tokens_parse(json, a->date ? a->date : (utc)time(NULL), seen, &why) == 0)
		why = NULL;
	json_decref(json);
	return why;
}

static void on_tokens(struct api_call *c, const struct http_answer *a)
{
	struct ask *ask = c->ctx;
	struct asking *x = ask->all;
	struct token_seen seen = {0};
	const char *why = answer_take(x, a, &seen);

	ask->busy = false;
	x->busy--;
	x->lost = why ? x->lost + 1 : 0;
	if (why)
		member_unreadable(x, ask->member, why);
	else
		x->o->members[ask->member].token = seen;
}

static void ask_send(struct asking *x, struct ask *ask, uint32_t member)
{
	const char *id = x->o->members[member].id;

	ask->all = x;
	ask->member = member;
	ask->busy = true;
	x->busy++;
	api_prepare(&ask->call, x->p, x->p->endpoints[API_TOKENS].method,
		    api_url(x->p, &x->scratch, API_TOKENS, id, NULL), NULL, false, on_tokens, ask);
	api_submit(&ask->call);
}

static bool asking_vain(const struct asking *x)
{
	size_t parallel = x->p->base.settings->parallel;

	return x->p->fatal.kind != ERR_NONE || http_stopped(x->p->http) ||
	       x->lost >= (parallel < LOST_MOST ? LOST_MOST : parallel);
}

static void asking_refill(struct asking *x)
{
	for (size_t i = 0; i < x->p->base.settings->parallel && x->next < x->nr; i++)
		if (!x->asks[i].busy && !asking_vain(x))
			ask_send(x, &x->asks[i], x->members[x->next++]);
}

void anaconda_tokens(struct platform *base, struct arena *a, struct organization *o,
		     const uint32_t *members, size_t nr)
{
	struct asking *x = mem_resize(NULL, 1, sizeof *x);

	memset(x, 0, sizeof *x);
	x->p = anaconda_of(base);
	x->a = a;
	x->o = o;
	x->members = members;
	x->nr = nr;
	x->p->fatal.kind = ERR_NONE;
	do
		asking_refill(x);
	while (x->busy && api_wait(x->p));
	BUG_IF(x->busy);
	for (; x->next < nr; x->next++)
		member_unreadable(x, members[x->next], "not asked for: the run was asked to stop");
	arena_free(&x->scratch);
	free(x);
}
