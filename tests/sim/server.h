/*
 * server.h - HTTP and HTTPS on 127.0.0.1: requests come in whole, a function
 * answers them, the answer goes out in the way that it asks for.
 *
 * One thread and no locks: the caller polls server_fd, calls server_run when
 * it is readable or server_wait_ns has passed, and that is all there is.  A
 * delayed answer is a suspended connection, so that it holds up no other.
 *
 *	server_open(&s, &options, &err);
 *	while (...) { poll(server_fd(&s), server_wait_ns(&s)); server_run(&s); }
 *	server_close(&s);
 */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include "tests/sim/answer.h"

struct MHD_Connection;
struct MHD_Daemon;

struct request {
	const char *method;
	char *path; /* as it was sent: not decoded, without the query */
	char *body; /* NUL-terminated; NULL: none */
	size_t body_nr;
	struct answer answer;
	/* the server's own */
	struct server *server;
	struct MHD_Connection *connection;
	size_t body_cap;
	bool too_large, handled;
	int64_t due_ns; /* while waiting */
	struct request *next_waiting;
};

struct server_options {
	uint16_t port;          /* 0: a free one */
	const char *cert, *key; /* PEM text; NULL: plain HTTP */
	size_t body_max;
	utc (*now)(void *ctx);                        /* for the Date header */
	void (*handle)(void *ctx, struct request *r); /* fills r->answer */
	void (*done)(void *ctx, struct request *r);   /* sent, or given up */
	void *ctx;
};

struct server {
	struct server_options options;
	struct MHD_Daemon *daemon;
	struct request *waiting;
	bool closing;         /* nobody waits any more */
	unsigned connections; /* opened since the start */
};

int server_open(struct server *s, const struct server_options *o, struct err *e) MUST_CHECK;
uint16_t server_port(const struct server *s);
int server_fd(const struct server *s);
int64_t server_wait_ns(const struct server *s); /* -1: until the fd is readable */
void server_run(struct server *s);
void server_let_go(struct server *s); /* answers that are held are sent by the next server_run */
void server_close(struct server *s); /* tolerates one that was never opened */

/* NULL: not there.  Header names in any case. */
const char *request_header(const struct request *r, const char *name);
const char *request_query(const struct request *r, const char *name);
/* Calls each for every query parameter. */
void request_each_query(const struct request *r, void (*each)(void *ctx, const char *name),
			void *ctx);
/* The credentials of HTTP Basic, freed by the caller with free(3); false: none. */
bool request_basic(const struct request *r, char **user, char **password);

#endif
