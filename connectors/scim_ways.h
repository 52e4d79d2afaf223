/*
 * scim_ways.h - who is in a group, in each of the ways that servers offer.
 *
 * No server offers all, some offer one that comes back empty, and none says
 * which: so it is configured, and `check` tries them out (scim_check.h).
 *
 *	list             `members` of the list of groups
 *	list_attributes  the same, asked for by name: Keycloak
 *	group            GET /Groups/{id}, of the groups that rules name: Databricks
 *	group_attributes the same, with the attribute asked for by name
 *	users_filter     /Users?filter=groups.value eq "id": Entra
 *	user_groups      `groups` of each user
 *	members_filter   /Groups?filter=id eq .. and members eq .., for each group
 *	                 and person: AWS
 *
 * With the last three the server says who is in a group inside a group, or
 * does not; nesting is not followed.
 */
#ifndef SEATSYNC_SCIM_WAYS_H
#define SEATSYNC_SCIM_WAYS_H

#include "connectors/scim_groups.h"

enum { SCIM_PAIRS_MAX = 1000000 };

/* For messages and the configuration. */
const char *scim_membership_name(enum scim_membership way);

/* What the list of groups is asked for besides. */
const char *scim_membership_wish(enum scim_membership way);

/* True when the groups must be there before the users are read. */
bool scim_membership_by_user(enum scim_membership way);

/*
 * Reads the members of every wanted group, and of those inside, in the way of
 * the settings; those of the list are there already.  A group that cannot be
 * read is `lost`, with a doubt.  -1: nothing may be used.
 */
int scim_members_read(struct scim_groups *g, struct scim *s, const struct scim_hints *hints,
		      enum scim_membership way, struct err *e);

/* user_groups: the groups of one user, whose number this is. */
void scim_user_groups_take(struct scim_groups *g, uint32_t person, const json_t *user);

#endif
