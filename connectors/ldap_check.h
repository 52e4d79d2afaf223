/*
 * ldap_check.h - what `seatsync check` says about one directory: every server
 * step by step, then what one of them shows us.
 */
#ifndef SEATSYNC_LDAP_CHECK_H
#define SEATSYNC_LDAP_CHECK_H

#include "connectors/check.h"
#include "connectors/ldap_server.h"

struct ldap_check {
	struct check lines;
	const struct ldap_settings *settings;
	struct server *server;
	const char *const *wanted;
	int64_t end; /* wire_now */
	bool denied; /* a server refused our credential */
};

/* True when every line was ok. */
bool check_run(struct ldap_check *c);

#endif
