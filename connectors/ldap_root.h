/*
 * ldap_root.h - what Active Directory says about itself (its rootDSE).
 */
#ifndef SEATSYNC_LDAP_ROOT_H
#define SEATSYNC_LDAP_ROOT_H

#include "connectors/ldap_server.h"

struct root {
	const char *const *contexts; /* that this server holds itself: dn_normal, NULL-terminated */
	utc now;                     /* by its clock; 0 it did not say */
};

/* Strings in `a`.  A rootDSE that is hidden says nothing, which is no error. */
int root_read(struct root *root, struct server *s, struct arena *a, struct err *e);

#endif
