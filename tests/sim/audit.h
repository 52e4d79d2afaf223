/*
 * audit.h - what the agent asked: a log of every API request, and the
 * violations: requests that the real platform would have had to refuse, or
 * that a well-made agent never sends.  No secret is ever kept here.
 */
#ifndef SIM_AUDIT_H
#define SIM_AUDIT_H

#include <jansson.h>

#include "agent/base.h"

struct entry {
	uint64_t seq;
	utc at;
	char method[8];
	char *path;         /* with what is not printable shown as ? */
	const char *call;   /* static */
	unsigned status;    /* 0: the connection was closed instead of an answer */
	const char *fault;  /* static; NULL: none */
	json_t *keys;       /* names in the body; NULL: no body */
	char *email;        /* the subject, where the body names one; NULL */
	unsigned in_flight; /* this one included */
};

struct audit {
	VEC(struct entry) entries;
	json_t *violations;
	unsigned in_flight, in_flight_peak;
	struct post {
		uint64_t digest;
		int64_t at_ns;
	} posts[256]; /* the last ones, for those that come twice */
	size_t posts_at;
	json_t *dead;   /* bearer -> how often it was answered 401 */
	json_t *denied; /* digest of a request that was answered 403 -> true */
};

void audit_init(struct audit *a); /* zeroed, or cleared */
void audit_clear(struct audit *a);

/* Opens the entry of a request; the pointer is good until the next one is opened. */
struct entry *audit_arrive(struct audit *a, uint64_t seq, utc at, const char *method,
			   const char *path);
void audit_leave(struct audit *a); /* the answer of one request is out */

void audit_violation(struct audit *a, const struct entry *e, const char *rule, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* True when the same POST came less than within_ns ago: a client that sends twice. */
bool audit_post_is_doubled(struct audit *a, uint64_t digest, int64_t within_ns);

json_t *audit_requests(const struct audit *a, uint64_t since, const char *call);
void audit_forget_requests(struct audit *a);
void audit_forget_violations(struct audit *a);

/* FNV-1a over the parts, NULL-terminated. */
uint64_t digest_of(const char *part, ...) __attribute__((sentinel));

#endif
