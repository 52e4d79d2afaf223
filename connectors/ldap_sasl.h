/*
 * ldap_sasl.h - Kerberos: a bind by a keytab instead of a password (SASL
 * GSSAPI, RFC 4752).
 *
 * The ticket comes by keytab_file and stays in memory; no other ticket of
 * this machine is used.  Without TLS Kerberos itself encrypts what follows,
 * by 128 bits or more, or there is no bind; with TLS it does not, as Active
 * Directory refuses both at once.  The url's host is the server's Kerberos
 * name; the name service is not asked for another.
 *
 * A KDC that gives no ticket, or does not answer in time, counts as a refusal:
 * another LDAP server would change nothing.
 */
#ifndef SEATSYNC_LDAP_SASL_H
#define SEATSYNC_LDAP_SASL_H

#include "connectors/ldap_server.h"

int kerberos_bind(struct server *s, struct err *e);

#endif
