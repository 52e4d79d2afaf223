/*
 * ldap_dn.h - distinguished names, compared.
 *
 * A server stores a member's name as somebody typed it: other case, other
 * spaces, other escapes.  Two names are one entry when their normal forms are
 * equal: types in lower case, values case-folded (Unicode, NFKC), runs of
 * spaces made one, the parts of a multi-valued RDN sorted, one way to escape.
 * Schema knowledge ("commonName" is "cn") is left to the server: a name that
 * matches nobody is looked up there.
 */
#ifndef SEATSYNC_LDAP_DN_H
#define SEATSYNC_LDAP_DN_H

#include "agent/base.h"

enum {
	DN_MAX = 4096,                   /* bytes as delivered */
	DN_NORMAL_SIZE = 3 * DN_MAX + 1, /* escaping triples, the worst case */
};

/*
 * The normal form, in `out`; -1 when it is no name: too long, not UTF-8, a
 * NUL in it, bad syntax, or empty.
 */
int dn_normal(char out[DN_NORMAL_SIZE], const char *dn, size_t len) MUST_CHECK;

/*
 * The same name fit for showing and for the rules to compare: types in lower
 * case, no spaces around separators, values as delivered.  In `a`; the name
 * itself when it cannot be taken apart.
 */
const char *dn_tidy(struct arena *a, const char *dn);

/* The value of the first RDN, as delivered; the whole name when there is none. */
const char *dn_first_value(struct arena *a, const char *dn);

/* Does a rule's selector look like a name: does it parse, with at least one "type=value"? */
bool dn_is_name(const char *text);

/* Is the first at or below the second?  Both dn_normal, in which a comma is always a separator. */
bool dn_below(const char *normal, const char *base);

/*
 * The bases that must be searched for all of them, in `a`, NULL-terminated: one
 * at or below another is searched with that.  bases: NULL-terminated, as given.
 */
const char *const *dn_bases(struct arena *a, const char *const *bases);

/* Strips the #'0101'B that Name and Optional UID syntax (RFC 4517 3.3.21) may append. */
size_t dn_without_uid(const char *value, size_t len);

#endif
