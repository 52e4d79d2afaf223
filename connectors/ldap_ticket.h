/*
 * ldap_ticket.h - Kerberos tickets, by a deadline.
 *
 * The Kerberos library waits for a silent KDC as long as it sees fit, about
 * half a minute, and no option of Debian 12's shortens that.  So our ticket
 * and the one for the server are fetched in a thread, which is left behind
 * when the deadline passes.  Both stay in a cache of this process: the bind
 * that follows needs no KDC any more.
 */
#ifndef SEATSYNC_LDAP_TICKET_H
#define SEATSYNC_LDAP_TICKET_H

#include <gssapi/gssapi.h>

#include "agent/base.h"

/*
 * *credential, to be released, by the keytab, and a ticket for ldap/HOST.
 * deadline: wire_now.  -1: e->text says "no Kerberos ticket ...".
 */
int tickets_take(gss_cred_id_t *credential, const char *keytab, const char *host, int64_t deadline,
		 struct err *e);

#endif
