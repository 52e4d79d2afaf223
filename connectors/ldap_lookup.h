/*
 * ldap_lookup.h - many small searches on one connection, without waiting for
 * each: at 0.1 ms and a round trip apiece, one after the other would take
 * minutes for a large group.
 */
#ifndef SEATSYNC_LDAP_LOOKUP_H
#define SEATSYNC_LDAP_LOOKUP_H

#include "connectors/ldap_search.h"

struct lookup {
	struct query query;
	void *ctx; /* the caller's */
	/* filled in */
	int code;          /* the server's result */
	bool found;        /* an entry came */
	bool elsewhere;    /* a reference to another server came */
	const char *words; /* the server's, harmless; NULL */
};

enum { LOOKUPS_AT_ONCE = 64 };

/* Takes what a lookup found; called before its code is known. */
typedef int lookup_sink(void *ctx, struct lookup *l, struct entry *en, struct err *e);

/*
 * Runs them all; -1 when the conversation itself broke, or a sink said so.
 * A code other than success is the lookup's, not an error.
 */
int lookups_run(struct server *s, struct lookup *lookups, size_t nr, struct arena *a,
		lookup_sink *take, void *ctx, struct err *e);

#endif
