/*
 * ldap_read.h - one reading of one server, from its first entry to its last.
 */
#ifndef SEATSYNC_LDAP_READ_H
#define SEATSYNC_LDAP_READ_H

#include "connectors/ldap_search.h"

/* search_all below each of the bases, one that is below another with that. */
int bases_search(struct server *s, const char *const *bases, struct query *q, struct taker *t,
		 struct err *e);

/*
 * People first, then all groups with their members in one search, then the
 * members that are neither.  Any error voids all of it: a reading that broke
 * is begun anew, never continued.  References to other servers are counted
 * and make the reading partial; they are never followed, as that would show
 * our password to whoever they name.
 */
int directory_whole(struct server *s, struct arena *a, const char *const *wanted, struct reading *r,
		    struct err *e);

#endif
