/*
 * http_retry.h - when a request may go out again, and when not before.  Pure:
 * times come in as arguments.
 */
#ifndef SEATSYNC_HTTP_RETRY_H
#define SEATSYNC_HTTP_RETRY_H

#include "connectors/http.h"

enum { HTTP_NO_ADVICE = -1 };

/*
 * Milliseconds to wait by a Retry-After (seconds or an HTTP date), or
 * HTTP_NO_ADVICE when it is neither.  now: the server's own Date if it gave
 * one.  A date gone by is 0; negative seconds are no advice; what is beyond a
 * year is a year.
 */
int64_t http_retry_after(const char *text, utc now);

/* The same by an X-RateLimit-Reset: epoch seconds or milliseconds, seconds from now, or ISO 8601. */
int64_t http_rate_reset(const char *text, utc now);

/* The longest wait before try number `failed` + 1; what is waited is a random part of it. */
int64_t http_backoff(const struct http_tuning *t, unsigned failed);

enum http_verb {
	HTTP_FINAL,     /* this is the answer */
	HTTP_AGAIN,     /* try again; it counts as a failed try */
	HTTP_TOLD_WAIT, /* the server named a time: pause everybody, no failed try */
};

/* advice: by Retry-After; reset: by X-RateLimit-Reset; each may be HTTP_NO_ADVICE. */
enum http_verb http_retry(const struct http_request *r, const struct http_answer *a,
			  int64_t advice, int64_t reset, unsigned tries);

#endif
