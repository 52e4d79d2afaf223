/*
 * ldap_search.h - searches: entries as they stream in; whole, or refused.
 *
 * The attributes of an entry are looked at in place, without a copy, and are
 * gone when the callback returns.
 */
#ifndef SEATSYNC_LDAP_SEARCH_H
#define SEATSYNC_LDAP_SEARCH_H

#include "connectors/ldap_server.h"

struct query {
	const char *what; /* "people", for messages */
	const char *base;
	int scope;
	const char *filter;
	const char *const *attributes; /* NULL-terminated */
};

struct entry {
	LDAP *ld;
	LDAPMessage *message;
	BerElement *ber;
	struct berval dn; /* as delivered */
	/* what is left of an entry out of a file; message is NULL then */
	const struct attribute *given;
	size_t given_nr;
};

struct attribute {
	struct berval type;    /* with options, as "member;range=0-1499" */
	struct berval *values; /* ends with bv_val NULL; NULL: no values */
	size_t nr;
	bool lent; /* the values are freed by whoever gave them */
};

/*
 * The next attribute; 1, 0 at the end, -1 when the entry cannot be decoded
 * (then no more of it can be believed).  Free with attribute_done each time.
 */
int entry_next(struct entry *en, struct attribute *a);
void attribute_done(struct attribute *a);

/* Is this attribute `name`, whatever its case and options? */
bool attribute_is(const struct attribute *a, const char *name);

/* Returns -1 with *e set to stop the search. */
typedef int entry_sink(void *ctx, struct entry *en, struct err *e);

/* Who takes what a search finds. */
struct taker {
	entry_sink *take;
	void (*forget)(void *ctx); /* all that was taken is void; it starts anew */
	void *ctx;
	unsigned references; /* to other servers; none is followed */
};

/*
 * Reads all of it, or fails.  A server is first asked in one piece: paging
 * costs it up to twice the work.  One that will not (size or administrative
 * limit, unwilling) is asked again in pages of page_size, and from then on in
 * this conversation at once.  Whatever ends with another code than success leaves
 * nothing: the entries so far are no part of an answer.
 */
int search_all(struct server *s, const struct query *q, struct taker *t, struct err *e);

/* Opens an entry of a message; -1 when it cannot be decoded.  Close frees it. */
int entry_open(struct entry *en, struct server *s, LDAPMessage *m, struct err *e);
void entry_close(struct entry *en);

/* Starts a search without waiting; its message id, or -1. */
int search_send(struct server *s, const struct query *q, LDAPControl **controls, struct err *e);

#endif
