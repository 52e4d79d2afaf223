/*
 * ldap_resolve.h - a host's addresses, by a deadline.
 */
#ifndef SEATSYNC_LDAP_RESOLVE_H
#define SEATSYNC_LDAP_RESOLVE_H

#include <netdb.h>

#include "agent/base.h"

/*
 * The addresses of host and port, to be freed with freeaddrinfo.  deadline in
 * milliseconds of CLOCK_BOOTTIME.  -1: e->text says why.
 */
int host_resolve(struct addrinfo **list, const char *host, unsigned port, int64_t deadline,
		 struct err *e);

#endif
