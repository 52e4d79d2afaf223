#include <stdio.h>

#include "connectors/anaconda.h"

static void ready_add(struct api_call *c)
{
	struct anaconda *p = c->platform;

	c->next = NULL;
	*p->ready_tail = c;
	p->ready_tail = &c->next;
}

static struct api_call *ready_take(struct anaconda *p)
{
	struct api_call *c = p->ready;

	if (c && !(p->ready = c->next))
		p->ready_tail = &p->ready;
	return c;
}

static void bearer_wipe(struct api_call *c)
{
	if (c->bearer)
		explicit_bzero(c->bearer, strlen(c->bearer));
	free(c->bearer);
	c->bearer = NULL;
	free(c->headers);
	c->headers = NULL;
}

/*
 * A 401 says that nothing was done, so any call may be made again: once, with
 * a token that it has not been made with.
 */
static void on_answer(struct http_request *r, const struct http_answer *a)
{
	struct api_call *c = r->ctx;
	struct anaconda *p = c->platform;

	bearer_wipe(c);
	if (a->verdict == HTTP_ANSWERED && a->status == 401 && !c->replayed) {
		c->replayed = true;
		if (c->generation == p->token.generation)
			token_forget(p);
		ready_add(c);
		return;
	}
	if (a->verdict == HTTP_ANSWERED && a->status == 401 && p->fatal.kind == ERR_NONE)
		err_set(&p->fatal, ERR_DENIED,
			"platform: the organization's API refuses a token that was just issued\n"
			"hint: the service account may have lost its rights in %s",
			p->base.settings->org_id);
	c->done(c, a);
}

void api_prepare(struct api_call *c, struct anaconda *p, const char *method, const char *url,
		 const char *body, bool once, api_done *done, void *ctx)
{
	*c = (struct api_call){.platform = p, .done = done, .ctx = ctx};
	c->request = (struct http_request){
		.method = method,
		.url = url,
		.body = body,
		.body_len = body ? strlen(body) : 0,
		.once = once,
		.done = on_answer,
		.ctx = c,
	};
}

void api_submit(struct api_call *c)
{
	ready_add(c);
}

/* Adds the token and the other headers, and sends it off. */
static void dispatch(struct api_call *c)
{
	struct anaconda *p = c->platform;
	size_t size = strlen(p->token.text) + sizeof "Bearer ", nr = p->headers_nr;

	c->generation = p->token.generation;
	c->bearer = mem_resize(NULL, size, 1);
	snprintf(c->bearer, size, "Bearer %s", p->token.text);
	c->headers = mem_resize(NULL, nr + 2, sizeof *c->headers);
	memcpy(c->headers, p->headers, nr * sizeof *c->headers);
	c->headers[nr++] = (struct http_header){"Authorization", c->bearer};
	if (c->request.body)
		c->headers[nr++] = (struct http_header){"Content-Type", "application/json"};
	c->request.headers = c->headers;
	c->request.headers_nr = nr;
	http_submit(p->http, &c->request);
}

/* No token will come: every call ends unsent.  Returns how many. */
static size_t refuse_ready(struct anaconda *p)
{
	struct http_answer a = {.verdict = HTTP_NOT_SENT, .fault = HTTP_FAULT_ENDED, .body = ""};
	size_t nr = 0;

	snprintf(a.text, sizeof a.text, "not sent: %.200s", p->fatal.text);
	a.text[strcspn(a.text, "\n")] = '\0';
	for (struct api_call *c; (c = ready_take(p)); nr++)
		c->done(c, &a);
	return nr;
}

size_t api_wait(struct anaconda *p)
{
	size_t nr;

	for (;;) {
		if (p->fatal.kind != ERR_NONE && (nr = refuse_ready(p)))
			return nr;
		if (p->ready && token_renewable(p) && !p->token.fetching)
			token_fetch(p);
		while (p->ready && token_usable(p))
			dispatch(ready_take(p));
		nr = http_wait(p->http);
		if (nr || !p->ready)
			return nr;
	}
}
