/*
 * ldap_ranges.h - members that come in ranges.
 *
 * Active Directory gives at most 1,500 values of an attribute at once, as
 * "member;range=0-1499" (MS-ADTS 3.1.1.3.1.3.3).  The rest is asked for, range
 * after range, until one ends with "*".  The server may give fewer than were
 * asked for; what counts is what it says it gave.
 *
 * Somebody who leaves the group meanwhile moves all behind one place forward,
 * and the first of the next range would be skipped: a member who seems to have
 * left.  So each range begins with the last value of the one before; when it
 * is another, the group is read anew.
 */
#ifndef SEATSYNC_LDAP_RANGES_H
#define SEATSYNC_LDAP_RANGES_H

#include "connectors/ldap_groups.h"

/* Takes the values of a group's member attribute, and notes where the next range begins. */
void range_first(struct groups *g, uint32_t draft, const struct attribute *at);

/* Fetches what is missing of every group. */
int groups_ranges(struct groups *g, struct server *s, struct err *e);

#endif
