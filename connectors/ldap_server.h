/*
 * ldap_server.h - one conversation with one server: connected, private,
 * and known to it as whom we say.
 *
 *	server_open(&s, settings, url, deadline, &e)    all three steps:
 *		server_connect, server_secure, server_bind
 *	server_close(&s)                                also after a failed step
 *
 * Errors.  ERR_UNREACHABLE: the server cannot be reached, is silent, busy, or
 * fails in TLS; another may do better.  ERR_DENIED: our credential or a right
 * was refused; it must not be tried again elsewhere, or accounts get locked.
 * ERR_CONFIG: what we were told to do is not safe or not possible.
 * ERR_INCOMPLETE: a limit of the server.  ERR_FAILED: all else.
 */
#ifndef SEATSYNC_LDAP_SERVER_H
#define SEATSYNC_LDAP_SERVER_H

#include <ldap.h>

#include "connectors/directory.h"
#include "connectors/ldap_wire.h"

enum {
	SERVER_STEP_SECONDS = 15,        /* connecting, TLS and bind, each at most */
	SERVER_IDLE_SECONDS = 120,       /* between two answers of one search */
	CATALOGUE_PORT = 3268,           /* MS-ADTS 3.1.1.3 */
	CATALOGUE_TLS_PORT = 3269,
	SERVER_INCOMING_MAX = 256 << 20, /* one message; 6,000,000 members of one group */
};

struct server {
	const struct ldap_settings *settings;
	const char *url;
	struct wire wire;
	LDAP *ld;
	char *host;       /* as in the URL, for the certificate */
	bool secure;      /* TLS is up */
	bool catalogue;   /* by its port: a global catalogue of Active Directory */
	bool pages;       /* it is asked for pages: it refused to answer in one piece, or would */
	int64_t deadline; /* of everything, wire_now */
	const char *const *held; /* naming contexts it has itself, dn_normal; NULL: not known */
	char identity[256];      /* the server's word on who we are; "" unknown */
};

int server_open(struct server *s, const struct ldap_settings *settings, const char *url,
		int64_t deadline, struct err *e);
void server_close(struct server *s);

int server_connect(struct server *s, const struct ldap_settings *settings, const char *url,
		   int64_t deadline, struct err *e);
int server_secure(struct server *s, struct err *e);
int server_bind(struct server *s, struct err *e);

/* Asks for StartTLS and waits for the consent; the handshake is still to come. */
int server_start_tls(struct server *s, struct err *e);

/*
 * The next message to msgid (or to any, LDAP_RES_ANY), to be freed with
 * ldap_msgfree.  Returns its type; -1 with *e set when none comes.
 */
int server_next(struct server *s, int msgid, LDAPMessage **message, struct err *e);

/*
 * What a result code other than success means: fills *e with kind and
 * "URL: `doing` failed: NAME (CODE): the server's words".  Returns -1.
 */
int server_refused(const struct server *s, int code, const char *words, const char *doing,
		   struct err *e);

/* The code of a result message; `words` (in `a`, harmless) what the server added; NULL nothing. */
int server_result(struct server *s, LDAPMessage *message, struct arena *a, const char **words,
		  LDAPControl ***controls);

#endif
