/*
 * ldap_check.h - what `seatsync check` says about one directory: every server
 * step by step, then what one of them shows us.
 */
#ifndef SEATSYNC_LDAP_CHECK_H
#define SEATSYNC_LDAP_CHECK_H

#include "connectors/ldap_server.h"

struct ldap_check {
	const struct directory_settings *directory;
	struct server *server;
	struct arena *arena; /* the lines' texts; valid as long as it is */
	const char *const *wanted;
	int64_t end; /* wire_now */
	check_sink *sink;
	void *ctx;
	bool well;   /* so far */
	bool denied; /* a server refused our credential */
};

/* True when every line was ok. */
bool check_run(struct ldap_check *c);

#endif
