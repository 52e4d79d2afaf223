/*
 * ldap_wire.h - the bytes between us and one server, under a deadline.
 *
 * libldap 2.5 waits for ever when a server accepts a connection and is then
 * silent in the TLS handshake, whatever its options say.  So we connect
 * ourselves and give libldap our own lowest layer: every read and write of
 * its, TLS below or not, waits at most until `deadline` and then fails.  The
 * layer also reads ahead (one system call for many entries instead of three
 * for each), gathers what streams in, and never raises SIGPIPE.
 *
 *	wire_connect(&w, &address, deadline, &e)
 *	ber_sockbuf_add_io(sb, &wire_io, LBER_SBIOD_LEVEL_PROVIDER, &w)
 *	w.deadline = ...           before each operation
 *	wire_close(&w)             after ldap_unbind; the layer may have done it
 */
#ifndef SEATSYNC_LDAP_WIRE_H
#define SEATSYNC_LDAP_WIRE_H

#include <lber.h>

#include "agent/base.h"

enum { WIRE_READAHEAD = 65536 };

struct wire {
	int fd;           /* -1: not open */
	int64_t deadline; /* milliseconds, as wire_now */
	bool silent;      /* the deadline passed while we waited */
	bool closed;      /* the server closed */
	int error;        /* errno of what broke; 0 */
	bool streaming;   /* many answers are on their way: see wire_gather */
	size_t at, have;
	char bytes[WIRE_READAHEAD];
};

/* Where to: a host and port, or the path of a local socket. */
struct wire_address {
	const char *host;
	unsigned port;
	const char *path; /* not NULL: local */
};

/* CLOCK_BOOTTIME in milliseconds. */
int64_t wire_now(void);

/*
 * Resolves and connects by `deadline`.  Several addresses of one name are
 * raced, a quarter second apart, so that one dead family does not cost the
 * whole time.  -1: e->text says "cannot resolve ..." or "cannot connect: ...".
 */
int wire_connect(struct wire *w, const struct wire_address *to, int64_t deadline, struct err *e);
void wire_close(struct wire *w);

/* True when the other end is this machine: a loopback address or a local socket. */
bool wire_is_local(const struct wire *w);

/* Why the last operation failed, as "did not answer in time"; NULL when the wire is well. */
const char *wire_fault(const struct wire *w);

extern Sockbuf_IO wire_io;

#endif
