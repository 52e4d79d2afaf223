/*
 * scim_walk.h - a list of resources, page by page, and the proof that it is
 * whole (RFC 7644 3.4.2, RFC 9865).
 *
 *	walk = (struct scim_walk){.s = s, .resource = "/Users", .what = "the list of users",
 *				  .ids = &ids, .take = take, .again = again, .ctx = people};
 *	if (scim_walk(&walk, &a, &e)) ...      // -1: nothing of it may be used
 *	if (walk.doubt) ...                    // what came is there, but more may be
 *
 * Paging by index has no state: a server deletes a row behind the walker, and
 * the next page begins one row too late.  So a walk is whole only when each
 * page said the same totalResults, as many different ids came as that, and,
 * where the last page was full, there is nothing behind it.  What is not
 * proved whole is walked once more.  A server that ignores startIndex, or
 * comes round to the first page again, is told from one that has ended by
 * this: a page brought no new id while some are missing (faults S1, S6).
 *
 * While a page is parsed the next ones are on their way: behind the first,
 * SCIM_AHEAD_MAX are asked for side by side as long as all are as long as that
 * one and totalResults says that there are so many.  At the first that is not,
 * those asked for in vain are thrown away, and from then on no page is guessed.
 *
 * A cursor has an end of its own: an answer without nextCursor.  Where
 * totalResults are given, they are held against the walk all the same.
 */
#ifndef SEATSYNC_SCIM_WALK_H
#define SEATSYNC_SCIM_WALK_H

#include "connectors/json_items.h"
#include "connectors/scim_names.h"
#include "connectors/scim_query.h"

enum {
	SCIM_RESOURCES_MAX = 5000000, /* of one list */
	SCIM_PAGES_MAX = 200000,
	SCIM_WALKS_MAX = 2,
	SCIM_AHEAD_MAX = 4, /* as many as scim.parallel allows by default */
};

/* What a server says of itself; only ever a hint. */
struct scim_hints {
	bool known;         /* it has a ServiceProviderConfig */
	bool cursor;        /* pages by cursor, and by index not, or not by default */
	bool sort;          /* knows sortBy */
	int64_t page_max;   /* 0: not said */
};

/*
 * Takes one resource.  id: kept in the walk's arena.  fresh: not seen before;
 * one that was is there again because pages overlap, or an answer broke off.
 */
typedef int scim_take(void *ctx, const char *id, bool fresh, const json_t *resource,
		      const char **why);

struct scim_walk {
	struct scim *s;
	const struct scim_hints *hints;
	const char *resource;       /* "/Users" */
	const char *filter;         /* as in scim_query; NULL none */
	const char *wish;           /* "&attributes=members": dropped at 400, 500 or 501 */
	const char *what;           /* for messages */
	const char *const *keys;    /* attributes that take() looks at, and "id"; NULL: all */
	struct scim_names *ids;     /* empty; then those that came */
	scim_take *take;
	void (*again)(void *ctx);   /* forget all that came */
	void (*page)(void *ctx);    /* a page begins, or begins anew; NULL */
	struct items *inner;        /* NULL: see json_items.h */
	void *ctx;

	bool cursor;                /* it was walked by cursor */
	bool wish_dropped;
	size_t pages;               /* of the last walk */
	int64_t total;              /* totalResults, or -1 */
	const char *doubt;          /* NULL: whole */

	struct arena *a;            /* from here on private */
	struct items items;
	size_t fresh;               /* ids that this page brought */
	size_t full;                /* resources on the first page */
	struct scim_ahead {
		struct scim_get get;
		int64_t start;      /* 0: not asked for */
	} ahead[SCIM_AHEAD_MAX];    /* the page at hand, and the next ones */
	bool uneven;                /* pages differ in length: where the next begins, only they tell */
	bool streamed;              /* pages are too large to be kept */
	unsigned page_size;
	bool page_total;            /* each page's totalResults was the number of its resources */
};

int scim_walk(struct scim_walk *w, struct arena *a, struct err *e);

/* Asks for the ServiceProviderConfig.  -1 only when the server cannot be reached at all. */
int scim_hints_read(struct scim *s, struct scim_hints *h, struct err *e);

#endif
