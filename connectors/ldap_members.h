/*
 * ldap_members.h - strangers looked up: members that are no person we read.
 *
 * Each name is looked up once, many at a time on one connection.  Only the
 * server's "no such object" (for a uid: a search that finds nobody) makes a
 * member dangling; one that exists is a person after all (renamed while we
 * read, or written in a way only the server understands), a group, or one of
 * the others; any other answer leaves it open and makes the group partial.
 */
#ifndef SEATSYNC_LDAP_MEMBERS_H
#define SEATSYNC_LDAP_MEMBERS_H

#include "connectors/ldap_groups.h"

enum {
	NESTING_ROUNDS_MAX = 100, /* groups outside the base that lead to further ones */
};

/*
 * Reads the groups among `wanted` (the rules' selectors) that are names and
 * were not found in the base, then settles every stranger.
 */
int members_settle(struct groups *g, struct server *s, const char *const *wanted, struct err *e);

#endif
