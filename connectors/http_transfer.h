/*
 * http_transfer.h - one request on one curl handle: how it is sent, what its
 * answer may be, and what is known when it ends.  Private to http.c.
 */
#ifndef SEATSYNC_HTTP_TRANSFER_H
#define SEATSYNC_HTTP_TRANSFER_H

#include <curl/curl.h>

#include "connectors/http.h"

/* What every transfer of an engine has in common. */
struct transfer_common {
	const struct http_options *options;
	struct http_tuning tuning;
	struct curl_blob trust; /* our own anchors, PEM; len 0: the system's alone */
	bool bundle_only;       /* the system's come from its one file, not its folder */
};

struct transfer {
	CURL *easy;
	const struct transfer_common *common;
	struct http_request *request; /* NULL: free */
	struct http_answer answer;
	int64_t advice, reset;        /* once ended; see http_retry.h */

	struct curl_slist *headers;
	char *body;                   /* wiped between requests: an answer may hold a token */
	size_t body_cap;
	size_t head_len;
	unsigned begun;               /* how often curl set out to send it */
	bool head_whole;              /* its empty line has come */
	bool oversized, refused;
	bool nameless;                /* the certificate has a common name only */
	char retry_after[64], rate_reset[64];
	char curl_text[CURL_ERROR_SIZE];
};

void transfer_open(struct transfer *t, const struct transfer_common *common);
void transfer_begin(struct transfer *t, struct http_request *r, int64_t limit_ms);
/* Fills answer, advice and reset. */
void transfer_end(struct transfer *t, CURLcode code);
/* Forgets the request and its answer. */
void transfer_clear(struct transfer *t);
void transfer_close(struct transfer *t);

#endif
