/*
 * scim_query.h - resources by a filter: in the URL (RFC 7644 3.4.2.2), or in
 * the body of POST .../.search (3.4.3) where scim.search: post says so.
 *
 * A filter holds ids, and a server may refuse those in a URL, which proxies
 * keep (7.5.2).  But there are servers that know no .search and take the POST
 * for a new resource: so an operator chooses it, never we, and before the first
 * to a resource a proof is sent, once: a search for an id that is nobody's.  It
 * holds nothing that a resource could be made of, and only an empty list, or
 * word that the filter is not known, is the answer to a search.  After any
 * other nothing more of the kind is sent, and nothing is believed.
 */
#ifndef SEATSYNC_SCIM_QUERY_H
#define SEATSYNC_SCIM_QUERY_H

#include "connectors/scim_client.h"

struct scim_query {
	const char *resource; /* "/Users" */
	const char *filter;   /* as in the RFC, not encoded; NULL: none, and always a GET */
	int64_t start;        /* startIndex; 0: not said */
	const char *cursor;   /* NULL: none */
	unsigned count;       /* 0: not said */
	const char *wish;     /* "&sortBy=id", encoded, not with a filter; NULL: none */
};

/* Sets what is to be sent in *g; strings in `a`. */
void scim_query_put(const struct scim *s, struct arena *a, const struct scim_query *q,
		    struct scim_get *g);

/*
 * The proof, unless it was sent before.  -1 when the server does not search at
 * this path ("/Users/.search"), also whenever it was found not to before.
 */
int scim_search_prove(struct scim *s, const char *path, struct err *e);

#endif
