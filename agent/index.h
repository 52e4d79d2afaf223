/*
 * index.h - finds items by a text: an open-addressed table of item numbers.
 *
 * The texts stay where they are; the index keeps eight bytes an item and asks
 * `key` for the text when a tag fits.  Items are never removed.  Nothing ever
 * depends on the order inside.
 *
 * The hash is quick and has no secret: who may name thousands of entries at will
 * can choose names that are slow to find, never ones that are found wrongly.  A
 * seed would not change that, for a difference in a word's topmost bit comes
 * through every multiplication; it would take a keyed hash (SipHash).
 */
#ifndef SEATSYNC_INDEX_H
#define SEATSYNC_INDEX_H

#include "agent/base.h"

/* No item; a macro, for an enumerator is an int. */
#define INDEX_NONE UINT32_MAX

typedef const char *index_key(const void *ctx, uint32_t item);

struct index {
	struct index_slot {
		uint32_t tag, item;
	} *slots;
	size_t mask;
	index_key *key;
	const void *ctx;
};

/* Room for nr items; lives in `a`. */
void index_make(struct index *x, struct arena *a, size_t nr, index_key *key, const void *ctx);

/* Adds item under its key.  An item that has the same key already wins and is returned. */
uint32_t index_add(struct index *x, uint32_t item);

/*
 * The same for keys that are dear to make: index_hash of its key was kept, and
 * only an item with the same hash is asked for its own.  Two answers of `key`
 * in a row must live side by side.
 */
uint64_t index_hash(const char *text);
uint32_t index_add_hashed(struct index *x, uint32_t item, uint64_t hash);

/* The item takes the place of the one that has the same key; one has. */
void index_replace(struct index *x, uint32_t item);

/* The item with this key, or INDEX_NONE; text NULL finds none. */
uint32_t index_find(const struct index *x, const char *text);

#endif
