/*
 * ldap_ldif.h - the records of an LDIF file (RFC 2849), as entries.
 *
 *	struct ldif l = {.file = &f, .wanted = attributes};
 *	while ((more = ldif_next(&l, &entry, &e)) > 0) ...   // no entry_close
 *	ldif_free(&l);
 *
 * What ldapsearch and slapcat write: folded lines, base64, comments,
 * "version: 1".  Refused, with the line: change records, values by URL (which
 * would open other files), a NUL, a line that is neither of these, and a last
 * line that has no end.
 *
 * ldapsearch without -LLL ends with its result.  One that is no success is
 * refused; success proves that the file is whole, unless it came in pages.
 * References to other servers are counted, in comments too: -LLL writes them
 * there.
 */
#ifndef SEATSYNC_LDAP_LDIF_H
#define SEATSYNC_LDAP_LDIF_H

#include "connectors/file.h"
#include "connectors/ldap_search.h"

enum {
	LDIF_LINE_MAX = 16 << 20, /* bytes of one line, unfolded */
	LDIF_TYPES_MAX = 1000,    /* wanted attributes of one record, with their options */
};

struct ldif {
	struct file *file;
	const char *const *wanted; /* attributes; others are skipped; NULL-terminated */
	unsigned record;           /* line where the last record begins */
	unsigned references;
	bool proven; /* its last record is a successful result */
	/* private */
	bool begun;
	unsigned at;                      /* line where the one below begins */
	VEC(char) line;                   /* unfolded */
	VEC(struct attribute) attributes; /* of the record */
	VEC(struct ldif_value {
		size_t attribute;
		struct berval value;
	})
	values;
	struct arena arena; /* their texts, and those of some records before */
	size_t held;        /* bytes in it, about */
	bool paged;
};

/* The entry and all in it live until the next call.  1, 0 at the end, -1 with ERR_INCOMPLETE. */
int ldif_next(struct ldif *l, struct entry *en, struct err *e);
void ldif_free(struct ldif *l);

#endif
