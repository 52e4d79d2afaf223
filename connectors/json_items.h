/*
 * json_items.h - a list of JSON records read as it arrives.
 *
 * {"items": [ {...}, {...} ], ...} can be 26 MB for 100,000 members, and eight
 * times that as a tree.  Here each record is handed over and forgotten; what
 * stays is the envelope, the text without the records.  The records and the
 * envelope are both parsed strictly (no duplicate keys, valid UTF-8, bounded
 * depth), so the whole is as strict as one parse of everything.
 *
 *	items_begin(&s, "items", each, ctx);
 *	while (data) if (items_feed(&s, data, len)) ...    // s.why
 *	if (items_end(&s, &envelope)) ...                  // s.why
 *	items_clear(&s);                                   // in any case
 *
 * A record may hold a long list of its own (a group its members): set s.inner
 * to another struct items behind items_begin, itself begun, and each record is
 * fed to that one, byte by byte.  Its each() then gets the items of the inner
 * list, and the outer each() the record with that list empty.
 */
#ifndef SEATSYNC_JSON_ITEMS_H
#define SEATSYNC_JSON_ITEMS_H

#include <jansson.h>

#include "agent/base.h"

enum {
	ITEM_MAX = 1 << 20,      /* bytes of one record */
	ENVELOPE_MAX = 1 << 20,  /* bytes of all the rest */
};

/* Takes one record, an object that lives only during the call.  -1 with *why: no such list. */
typedef int items_each(void *ctx, const json_t *item, const char **why);

struct items_text {
	char *bytes;
	size_t len, cap;
};

struct items {
	const char *key;
	items_each *each;
	void *ctx;
	const char *why;     /* what is wrong, as "is not JSON" */
	size_t nr;           /* records so far */
	struct items *inner; /* takes the records' own list; NULL: none has one */
	const char *const *keys; /* what each() looks at, see json_plain.h; NULL: all; none with inner */
	bool anycase;        /* the key in any case of letters */
	bool optional;       /* no list at all, or null, is none; found tells */
	bool found;

	enum items_place {
		ITEMS_ENVELOPE,
		ITEMS_FIRST,     /* behind the [ */
		ITEMS_RECORD,    /* in a record */
		ITEMS_BEHIND,    /* behind a record */
		ITEMS_NEXT,      /* behind a comma */
	} place;
	struct items_text envelope, record;
	size_t depth;        /* of brackets within the envelope or the record */
	bool string, escape; /* within one */
	bool keyed;          /* a key of ours and its colon have just gone by */
	bool named;          /* the last string of the envelope's first level is our key */
	size_t string_at;    /* where it begins */
};

/* Begins anew; inner, keys, anycase and optional are then unset. */
void items_begin(struct items *s, const char *key, items_each *each, void *ctx);
int items_feed(struct items *s, const char *data, size_t len) MUST_CHECK;
/* The caller owns *envelope, in which the list is empty. */
int items_end(struct items *s, json_t **envelope) MUST_CHECK;
void items_clear(struct items *s); /* not the inner one */

#endif
