/*
 * answer.h - one answer: what it says, in the API's shapes, and how it is
 * sent.  Each answer_* replaces what was there before.
 */
#ifndef SIM_ANSWER_H
#define SIM_ANSWER_H

#include <jansson.h>

#include "agent/base.h"

/* Bytes that several connections send at once: the list of 100,000 members. */
struct blob {
	unsigned refs;
	size_t len;
	char bytes[];
};

struct blob *blob_make(const char *bytes, size_t len);
struct blob *blob_from_json(const json_t *json); /* compact; "null" for what cannot be written */
struct blob *blob_hold(struct blob *b);
void blob_drop(struct blob *b); /* tolerates NULL */

enum sending {
	SEND_WHOLE,
	SEND_NOTHING,    /* the connection is closed instead */
	SEND_RESET,      /* the same, and the client hears a reset */
	SEND_PART,       /* closed after `bytes` of the body */
	SEND_DRIP,       /* `bytes` of the body every `piece_ns` */
	SEND_THEN_CLOSE, /* all of it, and the connection closed without a word about it */
	SEND_PADDED,     /* `bytes` of blanks after the body, in chunks of unknown number */
};

struct answer {
	unsigned status;
	const char *type;  /* content type, static; NULL: none */
	struct blob *body; /* NULL: empty */
	json_t *headers;   /* {name: value} beside those of HTTP; NULL: none */
	enum sending sending;
	size_t bytes;
	int64_t piece_ns;
	int64_t delay_ns; /* before the first byte */
	bool held;        /* not before server_let_go() */
};

void answer_clear(struct answer *a);
void answer_empty(struct answer *a, unsigned status);
void answer_json(struct answer *a, unsigned status, json_t *json);                     /* steals */
void answer_blob(struct answer *a, unsigned status, const char *type, struct blob *b); /* steals */
void answer_header(struct answer *a, const char *name, const char *value);

/* {"error": {"message", "code"}}: a business error. */
void answer_error(struct answer *a, unsigned status, const char *code, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
/* {"detail": text} */
void answer_detail(struct answer *a, unsigned status, const char *text);
/* 422 {"detail": [{loc: [where, field], msg, type}]}; field NULL: loc is [where]. */
void answer_invalid(struct answer *a, const char *where, const char *field, const char *type,
		    const char *msg);
void answer_html(struct answer *a, unsigned status);

#endif
