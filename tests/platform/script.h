/*
 * script.h - a server that plays a script: which requests must come, and what
 * each gets for an answer or a fault.  What comes without being expected, and
 * what is expected without coming, fails the test.
 *
 *	struct script *s = script_start(replies, ARRAY_SIZE(replies));
 *	... script_url(s) ...
 *	script_end(s);      // asserts that all was used up
 */
#ifndef SEATSYNC_TEST_SCRIPT_H
#define SEATSYNC_TEST_SCRIPT_H

#include "agent/base.h"

enum script_fault {
	SCRIPT_ANSWER,
	SCRIPT_CLOSE,        /* reads the request, then closes without a byte */
	SCRIPT_RESET,        /* the same with RST */
	SCRIPT_MID_BODY,     /* half the body, then closes */
	SCRIPT_SILENT,       /* never answers */
	SCRIPT_DRIP,         /* a byte every 200 ms */
	SCRIPT_ENDLESS,      /* chunks of JSON for ever */
	SCRIPT_BIG_HEADER,   /* a header line of 1 MB */
	SCRIPT_RAW,          /* body is sent as it is, then closes */
	SCRIPT_LAST,         /* answers, then closes the connection unannounced */
};

struct reply {
	const char *method, *path; /* path with query */
	const char *holds;         /* the body must hold this; NULL: whatever */
	const char *head;          /* the same of the request line and the headers */
	int status;
	const char *headers;       /* "Name: value\r\n..." ; NULL none */
	const char *body;          /* NULL: none */
	size_t body_len;           /* 0: strlen(body) */
	enum script_fault fault;
	unsigned times;            /* 0: once */
	void (*read)(void);        /* called when the request is there, in another thread */
	unsigned delay_ms;
	bool optional;             /* may be left over */
};

struct script;

struct script *script_start(const struct reply *replies, size_t nr);
const char *script_url(const struct script *s);
/* Requests seen so far; method and path may be NULL: any. */
unsigned script_count(struct script *s, const char *method, const char *path);
unsigned script_connections(struct script *s);
/* How many requests had `text` in their head. */
unsigned script_heads(struct script *s, const char *text);
/* Stops the server; false when something was left over or unexpected, told on stderr. */
bool script_end(struct script *s);

#define SCRIPT(...) script_start((const struct reply[]){__VA_ARGS__}, \
		sizeof((const struct reply[]){__VA_ARGS__}) / sizeof(struct reply))

#endif
