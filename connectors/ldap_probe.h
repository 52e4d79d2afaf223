/*
 * ldap_probe.h - what is wrong with a server's TLS, in words.
 *
 * libldap on GnuTLS reports an expired, a foreign and an unknown certificate
 * all as "can't contact server".  libcurl names the reason.  It is given a
 * connection of ours on which the next bytes are to be the handshake, does
 * that handshake and nothing else.  Nothing is ever decided by its answer.
 */
#ifndef SEATSYNC_LDAP_PROBE_H
#define SEATSYNC_LDAP_PROBE_H

#include "agent/base.h"

enum { PROBE_TEXT_SIZE = 256 };

struct probe {
	int fd;           /* connected; stays the caller's */
	const char *host; /* whom the certificate should name */
	const char *ca_file;
	const char *cert_file, *key_file; /* of ours; NULL none */
	int64_t milliseconds;             /* to spend at most */
};

/* True when the handshake succeeds; else text says why not. */
bool probe_tls(const struct probe *p, char text[PROBE_TEXT_SIZE]);

#endif
