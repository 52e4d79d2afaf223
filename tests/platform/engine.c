/* See engine.h. */
#include "tests/platform/engine.h"

static void on_done(struct http_request *r, const struct http_answer *a)
{
	struct outcome_seen *o = r->ctx;

	o->answer = *a;
	snprintf(o->body, sizeof o->body, "%s", a->body);
	o->answer.body = o->body;
	o->at = http_clock();
	o->done++;
}

bool on_sink(struct http_request *r, const char *data, size_t len)
{
	struct outcome_seen *o = r->ctx;

	if (data)
		o->streamed += len;
	else
		o->begun++, o->streamed = 0;
	return true;
}

struct http *engine_with(struct http_options o)
{
	struct http *h = NULL;
	struct err e;

	if (!o.parallel)
		o.parallel = 4;
	if (!o.deadline)
		o.deadline = http_clock() / 1000 + HOUR;
	assert_int_equal(http_open(&h, &o, &e), 0);
	return h;
}

struct http *engine(void)
{
	return engine_with((struct http_options){0});
}

void prepare(struct outcome_seen *o, const char *method, const char *url)
{
	*o = (struct outcome_seen){.request = {.method = method, .url = url, .done = on_done}};
	o->request.ctx = o;
}

void finish_all(struct http *h)
{
	while (http_wait(h))
		;
}

void send_one(struct http *h, struct outcome_seen *o)
{
	http_submit(h, &o->request);
	finish_all(h);
	assert_int_equal(o->done, 1);
}

struct outcome_seen play(const char *method, bool once, bool sink, struct reply reply)
{
	struct script *s = script_start(&reply, 1);
	struct http *h = engine();
	struct outcome_seen o;

	prepare(&o, method, script_url(s));
	o.request.once = once;
	o.request.sink = sink ? on_sink : NULL;
	send_one(h, &o);
	http_close(h);
	assert_true(script_end(s));
	return o;
}

int engine_setup(void **state)
{
	(void)state;
	http_tuning = (struct http_tuning){
		.connect = 60000,
		.total = 60000,
		.list = 60000,
		.stall = 60000,
		.grace = 300,
		.retry_base = 2,
		.retry_cap = 8,
		.tries = 4,
	};
	return 0;
}
