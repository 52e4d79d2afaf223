/*
 * ldap_primary.h - the members that a group of Active Directory does not
 * list: those whose primary group it is.  Their entries name it, by number
 * (primaryGroupID); it is the group of their own domain whose objectSid ends
 * with that number.  "Domain Users" is that of nearly everybody.
 */
#ifndef SEATSYNC_LDAP_PRIMARY_H
#define SEATSYNC_LDAP_PRIMARY_H

#include "connectors/ldap_windows.h"

/* An account's number in its domain; domain 0: not known. */
struct account_number {
	uint32_t domain, number;
};

struct primary {
	struct account_number group;
	uint32_t person;
};

struct primaries {
	VEC(struct sid) domains;
	VEC(struct primary) items;
};

/* From an objectSid; domain 0 when it is none. */
struct account_number account_number(struct primaries *p, const struct berval *sid);

/* The person's primary group, whose number is in the person's own domain. */
void primary_add(struct primaries *p, struct account_number group, uint32_t person);

/* Persons were renumbered: moved[old] is the new one, or above all of them for none. */
void primaries_move(struct primaries *p, const uint32_t *moved, uint32_t end);

/* After the last of these. */
void primaries_sort(struct primaries *p);

/* Those whose primary group this is; *nr of them. */
const struct primary *primaries_of(const struct primaries *p, struct account_number group,
				   size_t *nr);

void primaries_forget(struct primaries *p);
void primaries_free(struct primaries *p);

#endif
