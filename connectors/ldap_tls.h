/*
 * ldap_tls.h - TLS to a server, with full verification that nothing outside
 * the configuration can weaken, and a name for what is wrong with it.
 */
#ifndef SEATSYNC_LDAP_TLS_H
#define SEATSYNC_LDAP_TLS_H

#include "connectors/ldap_server.h"

/*
 * The handshake, TLS 1.2 or newer: the certificate must be signed by ca_file
 * (NULL: the system's), be in force, and name the URL's host as a subject
 * alternative name.  -1 with ERR_UNREACHABLE (or ERR_CONFIG for a file of
 * ours): e->text says which of these it is.
 */
int tls_begin(struct server *s, struct err *e);

/* The trust anchors a connection uses; NULL with *e set when there are none. */
const char *tls_trust(const struct ldap_settings *settings, struct err *e);

#endif
