/*
 * differences.h - is a fresh plan the one that was approved?  Compared is what
 * would be done and what is held: action, person, role, ids, seat, hold, and
 * the order of doing; not the reasons, who waits, or who is adopted.
 */
#ifndef SEATSYNC_DIFFERENCES_H
#define SEATSYNC_DIFFERENCES_H

#include "agent/listing.h"
#include "agent/saved.h"

enum difference_kind {
	DIFFERENCE_NEW,     /* only in the fresh plan */
	DIFFERENCE_GONE,    /* only in the saved one */
	DIFFERENCE_CHANGED, /* the same action on the same person, otherwise */
	DIFFERENCE_MOVED,   /* the same, at another place; only where nothing else differs */
	DIFFERENCE_NR
};

struct difference {
	enum difference_kind kind;
	const struct planned *was, *now; /* NULL: is not there */
	const char *change;              /* "role: member -> admin"; NULL: new, gone */
};

struct differences {
	struct difference *items; /* person by person */
	size_t nr;
	size_t counts[DIFFERENCE_NR];
};

/* In `a`; refers to both plans. */
void differences_find(struct differences *d, struct arena *a, const struct saved *saved,
		      const struct plan *plan);

struct listing difference_listing(const struct differences *d);

/* "2 new, 1 gone" */
char *differences_line(struct arena *a, const struct differences *d);

#endif
