/*
 * engine.h - the HTTP engine before a scripted server: one request, and what
 * came of it.
 *
 *	struct outcome_seen o = play("GET", false, false, (struct reply){...});
 *
 * plays one reply to one request.  For more: script_start(), engine(), then
 * prepare() and http_submit() each, finish_all(), http_close(), script_end().
 */
#ifndef SEATSYNC_TEST_ENGINE_H
#define SEATSYNC_TEST_ENGINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "connectors/http.h"
#include "connectors/http_retry.h"
#include "tests/platform/script.h"

struct outcome_seen {
	struct http_request request;
	struct http_answer answer;
	char body[256];
	unsigned done;
	size_t streamed, begun;
	int64_t at; /* http_clock when it ended */
};

/* cmocka's setup: times short enough for a test. */
int engine_setup(void **state);

/* An engine with four requests in flight and an hour's time; `o` where it says more. */
struct http *engine_with(struct http_options o);
struct http *engine(void);

/* A request for http_submit(), whose end is noted in `o`. */
void prepare(struct outcome_seen *o, const char *method, const char *url);
/* A sink that counts what is streamed, and how often it begins anew. */
bool on_sink(struct http_request *r, const char *data, size_t len);
void finish_all(struct http *h);
/* Submits, waits, and asserts that it ended once. */
void send_one(struct http *h, struct outcome_seen *o);
/* Sends one request with a fresh engine to a server that plays this one reply. */
struct outcome_seen play(const char *method, bool once, bool sink, struct reply reply);

#endif
