/*
 * http.h - many requests at once, politely, and an exact account of each.
 *
 * The only door to the network for whoever speaks HTTP; curl stays behind it.
 *
 *	struct http *h;
 *	if (http_open(&h, &options, &err)) ...
 *	http_submit(h, &request);          // as often as wanted; nothing is sent yet
 *	while (http_wait(h)) ...           // sends; calls done() for each that has ended
 *	http_close(h);
 *
 * Safety.  TLS 1.2 or later, peer and host always verified, no way to switch
 * that off.  Redirects are not followed, the environment's proxies, netrc and
 * cookies are not used.  A URL's own scheme is the only one spoken.
 *
 * Politeness.  At most `parallel` requests are in flight and `rate` begin in
 * a second.  A 429, or a 503 that says when to come back, pauses the whole
 * engine until then; after that one request at a time goes out, then two, and
 * so on.  What asks to wait beyond the deadline ends everything that waits.
 *
 * Repetition.  A request is tried up to `tries` times, with exponential
 * backoff of which half is random, when that is safe: always when nothing of it left,
 * when it was answered 429, or 503 with Retry-After; and when it may have
 * been carried out (5xx, a lost answer) only if it is not `once`.  Waiting as
 * told by a 429 is no failed try.  libcurl itself sends a request again when
 * a kept-alive connection is closed before the answer (fault catalogue 0.11):
 * a `once` request is stopped at that moment and ends as HTTP_UNKNOWN.
 *
 * Time is CLOCK_BOOTTIME: the sleep of a machine counts.  Not for threads; only http_stop may be called
 * from a signal handler.  A SIGPIPE left at its default is ignored from
 * http_open on: a TLS connection that breaks would end the process.
 */
#ifndef SEATSYNC_HTTP_H
#define SEATSYNC_HTTP_H

#include "agent/base.h"

enum {
	HTTP_BODY_MAX = 64 << 20,  /* bytes of one answer, after decompression */
	HTTP_TEXT_MAX = 1 << 20,   /* bytes of an answer that is kept in memory */
	HTTP_HEAD_MAX = 64 << 10,  /* bytes of one answer's header lines */
	HTTP_PARALLEL_MAX = 64,
};

/*
 * Times in milliseconds.  The defaults are the product's; a test makes them
 * shorter before it opens an engine.  Nothing else writes here.
 */
struct http_tuning {
	int64_t connect;      /* name, connect and TLS: 30 s */
	int64_t total;        /* one request with its answer: 120 s */
	int64_t list;         /* the same for an answer that is streamed: 600 s */
	int64_t stall;        /* no byte for so long ends a request: 30 s */
	int64_t grace;        /* left to those in flight after http_stop or the deadline: 20 s */
	int64_t retry_base;   /* first backoff: 2 s, then doubled */
	int64_t retry_cap;    /* longest backoff: 120 s */
	unsigned tries;       /* 4 */
};
extern struct http_tuning http_tuning;

struct http_options {
	const char *ca_file;   /* PEM; trusted in addition to the system's; NULL none */
	const char *cert_file; /* PEM; the client's certificate, and its key; NULL none */
	const char *key_file;
	const char *proxy;     /* NULL: none, whatever the environment says */
	unsigned parallel;     /* 1..HTTP_PARALLEL_MAX */
	unsigned rate;         /* requests begun in a second; 0: no limit */
	int64_t deadline;      /* CLOCK_BOOTTIME seconds; no request begins after it */
};

struct http_header {
	const char *name, *value;
};

enum http_verdict {
	HTTP_ANSWERED, /* a whole answer came; status is set */
	HTTP_NOT_SENT, /* certainly no byte of the request left */
	HTTP_UNKNOWN,  /* it may have left, and no whole answer came */
};

enum http_fault {
	HTTP_NO_FAULT,
	HTTP_FAULT_NAME,    /* the host's name cannot be resolved */
	HTTP_FAULT_CONNECT, /* nobody there */
	HTTP_FAULT_TLS,     /* no handshake */
	HTTP_FAULT_CERTIFICATE, /* expired, for another host, or signed by nobody we trust */
	HTTP_FAULT_TIME,    /* no answer, or not all of it, in time */
	HTTP_FAULT_BROKEN,  /* closed, reset, or not HTTP */
	HTTP_FAULT_SIZE,    /* an answer beyond a limit */
	HTTP_FAULT_REFUSED, /* the receiver of a streamed body did not want it */
	HTTP_FAULT_ENDED,   /* not begun: stopped, or past the deadline */
};

/* Lives until done() returns. */
struct http_answer {
	enum http_verdict verdict;
	enum http_fault fault;
	int status;             /* also when the answer broke off after its status line; 0 none */
	bool json;              /* the content type is JSON */
	utc date;               /* the Date header; 0 none */
	bool doubtful;          /* an earlier try may have been carried out */
	char type[64];          /* content type as sent, cut; "" none */
	char location[128];     /* where a redirect points, cut; "" none */
	const char *body;       /* NUL-terminated; "" when streamed */
	size_t body_len;        /* of all that came, streamed or not */
	char text[256];         /* the fault in words, as "the server's ..." */
};

struct http_request;

/*
 * Takes the body of a 200 piece by piece as it comes, decompressed; of JSON,
 * unless any_type.  data is NULL when an answer begins, also a later one after a broken one.  false
 * ends the request with HTTP_FAULT_REFUSED.
 */
typedef bool http_sink(struct http_request *r, const char *data, size_t len);
typedef void http_done(struct http_request *r, const struct http_answer *a);

/*
 * The caller's, unmoved and unchanged from http_submit until done() is called,
 * once for each.  done() may submit it or others again.
 */
struct http_request {
	const char *method;
	const char *url;
	const struct http_header *headers;
	size_t headers_nr;
	const char *body;       /* NULL: none */
	size_t body_len;
	bool once;              /* doing it twice differs from doing it once */
	bool urgent;            /* goes before those that wait */
	bool any_type;          /* a 200 is streamed whatever its content type says */
	http_sink *sink;        /* NULL: the body is kept, up to HTTP_TEXT_MAX */
	http_done *done;
	void *ctx;

	struct http_request *next; /* from here on the engine's own */
	unsigned tries;
	int64_t not_before;
	bool doubtful;
};

struct http;

/* ERR_CONFIG when ca_file cannot be read. */
int http_open(struct http **h, const struct http_options *o, struct err *e);
void http_submit(struct http *h, struct http_request *r);

/*
 * Sends and waits until at least one request has ended, then calls done() for
 * all that have.  Returns how many are still to come, plus those that ended:
 * 0 when there was nothing to wait for.
 */
size_t http_wait(struct http *h);

/* Signal-safe.  Nothing new begins; what waits ends as HTTP_NOT_SENT. */
void http_stop(struct http *h);
bool http_stopped(const struct http *h);
void http_close(struct http *h); /* tolerates NULL; calls no done() */

/* ---- helpers of its users ---------------------------------------------- */

/* Percent-encodes all but letters, digits, - _ . ~ (RFC 3986 2.3). */
char *http_encode(struct arena *a, const char *text);

int64_t http_clock(void); /* CLOCK_BOOTTIME in milliseconds */

/* What a fault is to a caller; *hint: what to do about it, or NULL. */
enum err_kind http_fault_kind(enum http_fault fault, const char **hint);

/*
 * What a server said, fit to be shown: secrets that it may have repeated are
 * starred out, what could deceive an eye made visible, cut between characters.
 * raw is changed; secrets[0..nr) may hold NULLs.
 */
void http_words(char *text, size_t size, char *raw, const char *const *secrets, size_t nr);

#endif
