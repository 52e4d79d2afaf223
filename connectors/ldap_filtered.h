/*
 * ldap_filtered.h - groups that are none in the directory: a rule's selector in
 * parentheses is a filter, and whoever of the people it takes is its group.
 *
 * The server decides, as far as we may read what the filter asks for.  The
 * group's id and name are the filter's text.
 */
#ifndef SEATSYNC_LDAP_FILTERED_H
#define SEATSYNC_LDAP_FILTERED_H

#include "connectors/ldap_groups.h"

/* Of the selectors (NULL-terminated) those that are filters.  After people_finish. */
int filtered_read(struct groups *g, struct server *s, const char *const *wanted, struct err *e);

#endif
