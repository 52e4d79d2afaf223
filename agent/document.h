/*
 * document.h - the one way JSON goes to stdout: an object with a format name,
 * fields, and lists that are written item by item, so that a plan of 100,000
 * entries needs the memory of one.
 *
 *	struct document d;
 *	document_begin(&d, stdout, "holds");              // {"format":"seatsync-holds-1"
 *	document_field(&d, "now", document_time(now));
 *	document_list(&d, "holds");
 *	document_item(&d, json_pack(...));                // any number
 *	document_list_end(&d);
 *	document_end(&d);
 *
 * Keys stand in the order of writing.  Output is ASCII: what could move a
 * cursor is an escape.  Values are taken over and freed.
 */
#ifndef SEATSYNC_DOCUMENT_H
#define SEATSYNC_DOCUMENT_H

#include <jansson.h>
#include <stdio.h>

#include "agent/digest.h"

struct document {
	FILE *out;
	struct digest digest; /* of all that was written */
	bool item_before;     /* in the open list */
};

void document_begin(struct document *d, FILE *out, const char *name);
void document_field(struct document *d, const char *key, json_t *value);
void document_list(struct document *d, const char *key);
void document_item(struct document *d, json_t *value);
void document_list_end(struct document *d);
void document_end(struct document *d);

/*
 * In place of document_end: a last field, `digest`, on a line of its own, is
 * the SHA-256 of all bytes before that line (`sed '$d' FILE | sha256sum`).
 * document_sealed tells whether the seal of such a text fits.
 */
enum document_seal { SEAL_NONE, SEAL_BROKEN, SEAL_WHOLE };

void document_end_sealed(struct document *d);
enum document_seal document_sealed(const char *text, size_t len);

/* A string; NULL: null; what is no UTF-8: in its visible form (text.h). */
json_t *document_text(const char *text);
json_t *document_time(utc t);          /* RFC 3339; 0: null */
json_t *document_seats(int64_t number); /* SEATS_UNKNOWN: null */

#endif
