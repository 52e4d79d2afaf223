#include "connectors/http_transfer.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>

#include "connectors/http_retry.h"

enum {
	CONNECTION_AGE = 2,      /* seconds: see transfer_begin */
	STALL_SPEED = 10,        /* bytes a second */
	BODY_START = 16 << 10,
};

/* ---- receiving ------------------------------------------------------- */

/* The value of header line[0..len) when its name is `name`: cut to fit. */
static bool header_value(const char *line, size_t len, const char *name, char *value, size_t size)
{
	size_t skip = strlen(name);

	if (len <= skip || strncasecmp(line, name, skip) != 0 || line[skip] != ':')
		return false;
	for (skip++; skip < len && (line[skip] == ' ' || line[skip] == '\t'); skip++)
		;
	while (len > skip && isspace((unsigned char)line[len - 1]))
		len--;
	snprintf(value, size, "%.*s", (int)(len - skip), line + skip);
	return true;
}

static bool type_is_json(const char *type)
{
	size_t len = strcspn(type, "; \t");

	return (len == 16 && strncasecmp(type, "application/json", len) == 0) ||
	       (len > 5 && strncasecmp(type + len - 5, "+json", 5) == 0);
}

/* An answer's head starts anew: after a 100, or the second try of curl's own. */
static void head_reset(struct transfer *t)
{
	t->head_whole = false;
	t->answer.date = 0;
	t->answer.json = false;
	t->answer.type[0] = t->answer.location[0] = '\0';
	t->retry_after[0] = t->rate_reset[0] = '\0';
}

static size_t on_header(char *line, size_t size, size_t nr, void *ctx)
{
	struct transfer *t = ctx;
	struct http_answer *a = &t->answer;
	size_t len = size * nr;
	char date[64];

	t->head_len += len;
	if (t->head_len > HTTP_HEAD_MAX) {
		t->oversized = true;
		return 0;
	}
	if (len > 5 && strncmp(line, "HTTP/", 5) == 0)
		head_reset(t);
	else if (len <= 2)
		t->head_whole = true;
	else if (header_value(line, len, "content-type", a->type, sizeof a->type))
		a->json = type_is_json(a->type);
	else if (header_value(line, len, "date", date, sizeof date))
		a->date = curl_getdate(date, NULL) > 0 ? (utc)curl_getdate(date, NULL) : 0;
	else if (!header_value(line, len, "location", a->location, sizeof a->location) &&
		 !header_value(line, len, "retry-after", t->retry_after, sizeof t->retry_after) &&
		 (t->retry_after[0] || !header_value(line, len, "x-retry-after", t->retry_after,
						     sizeof t->retry_after)))
		header_value(line, len, "x-ratelimit-reset", t->rate_reset, sizeof t->rate_reset);
	return len;
}

/* Grows by copying, so that nothing secret stays behind in freed memory. */
static void body_keep(struct transfer *t, const char *data, size_t len)
{
	size_t used = t->answer.body_len;

	if (used + len + 1 > t->body_cap) {
		size_t cap = 2 * (used + len) + BODY_START;
		char *moved = mem_resize(NULL, cap, 1);

		if (t->body) {
			memcpy(moved, t->body, used);
			explicit_bzero(t->body, t->body_cap);
			free(t->body);
		}
		t->body = moved;
		t->body_cap = cap;
	}
	memcpy(t->body + used, data, len);
	t->body[used + len] = '\0';
}

static size_t on_body(char *data, size_t size, size_t nr, void *ctx)
{
	struct transfer *t = ctx;
	struct http_answer *a = &t->answer;
	size_t len = size * nr;
	long status = 0;
	bool streamed;

	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	streamed = t->request->sink && status == 200 && (a->json || t->request->any_type);
	if (len > (size_t)(streamed ? HTTP_BODY_MAX : HTTP_TEXT_MAX) - a->body_len) {
		t->oversized = true;
		return 0;
	}
	if (!streamed)
		body_keep(t, data, len);
	else if (!t->request->sink(t->request, data, len)) {
		t->refused = true;
		return 0;
	}
	a->body_len += len;
	return len;
}

/*
 * curl with OpenSSL still takes a certificate without any alternative name by
 * its common name, which no authority vouches for since RFC 6125 (fault N1).
 * Known only where the handshake was this transfer's own; one on a connection
 * used again has been looked at then.
 */
static bool common_name_only(struct transfer *t)
{
	const char *backend = curl_version_info(CURLVERSION_NOW)->ssl_version;
	struct curl_certinfo *chain = NULL;

	if (!backend || strncmp(backend, "OpenSSL", 7) != 0 ||
	    curl_easy_getinfo(t->easy, CURLINFO_CERTINFO, &chain) || !chain ||
	    chain->num_of_certs < 1)
		return false;
	for (struct curl_slist *line = chain->certinfo[0]; line; line = line->next)
		if (strncmp(line->data, "X509v3 Subject Alternative Name:", 32) == 0)
			return false;
	return true;
}

/*
 * Called each time curl is about to send the request on a connection that
 * stands.  Never called: nothing was sent.  A second time: the connection
 * went away unanswered, and curl means to send once more.
 */
static int on_send(void *ctx, char *to, char *from, int to_port, int from_port)
{
	struct transfer *t = ctx;

	(void)to, (void)from, (void)to_port, (void)from_port;
	if (common_name_only(t)) {
		t->nameless = true;
		return CURL_PREREQFUNC_ABORT;
	}
	if (t->begun++ > 0) {
		if (t->request->once)
			return CURL_PREREQFUNC_ABORT;
		head_reset(t);
	}
	return CURL_PREREQFUNC_OK;
}

/* ---- sending --------------------------------------------------------- */

#define SET(option, value) (void)curl_easy_setopt(t->easy, (option), (value))

void transfer_open(struct transfer *t, const struct transfer_common *common)
{
	const char *proxy = common->options->proxy;

	t->common = common;
	t->easy = curl_easy_init();
	BUG_IF(!t->easy);
	SET(CURLOPT_PRIVATE, t);
	SET(CURLOPT_ERRORBUFFER, t->curl_text);
	SET(CURLOPT_USERAGENT, "seatsync/" SEATSYNC_VERSION);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_CERTINFO, 1L);
	if (common->trust.len)
		SET(CURLOPT_CAINFO_BLOB, &common->trust);
	if (common->bundle_only)
		SET(CURLOPT_CAPATH, NULL);
	SET(CURLOPT_SSLCERT, common->options->cert_file);
	SET(CURLOPT_SSLKEY, common->options->key_file);
	SET(CURLOPT_PROXY, proxy ? proxy : "");
	SET(CURLOPT_NOPROXY, "");
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(CURLOPT_PATH_AS_IS, 1L);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_ACCEPT_ENCODING, "gzip");
	SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)HTTP_BODY_MAX);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)common->tuning.connect);
	SET(CURLOPT_LOW_SPEED_LIMIT, (long)STALL_SPEED);
	SET(CURLOPT_LOW_SPEED_TIME, (long)((common->tuning.stall + 999) / 1000));
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_PREREQFUNCTION, on_send);
	SET(CURLOPT_PREREQDATA, t);
}

static void headers_free(struct curl_slist *list)
{
	for (struct curl_slist *h = list; h; h = h->next)
		explicit_bzero(h->data, strlen(h->data));
	curl_slist_free_all(list);
}

static void headers_add(struct transfer *t, const char *name, const char *value)
{
	size_t size = strlen(name) + strlen(value) + 3;
	char *line = mem_resize(NULL, size, 1);
	struct curl_slist *list;

	snprintf(line, size, "%s: %s", name, value);
	list = curl_slist_append(t->headers, line);
	BUG_IF(!list);
	t->headers = list;
	explicit_bzero(line, size);
	free(line);
}

static void body_set(struct transfer *t, const struct http_request *r)
{
	bool post = r->body || str_eq(r->method, "POST") || str_eq(r->method, "PUT") ||
		    str_eq(r->method, "PATCH");

	if (post) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
		SET(CURLOPT_POSTFIELDS, r->body ? r->body : "");
	} else {
		SET(CURLOPT_HTTPGET, 1L);
	}
	SET(CURLOPT_CUSTOMREQUEST, r->method);
}

/*
 * A once request goes out only on a connection that is new or was busy a
 * moment ago: servers close those that were idle for seconds, and one closed
 * in the moment of sending leaves the outcome unknown.
 */
void transfer_begin(struct transfer *t, struct http_request *r, int64_t limit_ms)
{
	bool cleartext = strncmp(r->url, "http://", 7) == 0;

	t->request = r;
	SET(CURLOPT_URL, r->url);
	SET(CURLOPT_PROTOCOLS_STR, cleartext ? "http" : "https");
	SET(CURLOPT_TIMEOUT_MS, (long)limit_ms);
	SET(CURLOPT_MAXAGE_CONN, r->once ? (long)CONNECTION_AGE : 100L);
	body_set(t, r);
	for (size_t i = 0; i < r->headers_nr; i++)
		headers_add(t, r->headers[i].name, r->headers[i].value);
	if (!r->body)
		headers_add(t, "Content-Type", "");
	SET(CURLOPT_HTTPHEADER, t->headers);
	if (r->sink)
		r->sink(r, NULL, 0);
}

/* ---- ending ---------------------------------------------------------- */

static enum http_fault fault_of(const struct transfer *t, CURLcode code)
{
	if (t->oversized)
		return HTTP_FAULT_SIZE;
	if (t->refused)
		return HTTP_FAULT_REFUSED;
	if (t->nameless)
		return HTTP_FAULT_CERTIFICATE;
	switch (code) {
	case CURLE_OK: /* a head that breaks off is none, whatever curl makes of it */
		return t->head_whole ? HTTP_NO_FAULT : HTTP_FAULT_BROKEN;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return HTTP_FAULT_NAME;
	case CURLE_COULDNT_CONNECT:
		return HTTP_FAULT_CONNECT;
	case CURLE_PEER_FAILED_VERIFICATION:
		return HTTP_FAULT_CERTIFICATE;
	case CURLE_SSL_CONNECT_ERROR:
		return HTTP_FAULT_TLS;
	case CURLE_OPERATION_TIMEDOUT:
		return HTTP_FAULT_TIME;
	case CURLE_FILESIZE_EXCEEDED:
	case CURLE_OUT_OF_MEMORY: /* curl's word for a header line beyond 100 KiB */
		return HTTP_FAULT_SIZE;
	default:
		return HTTP_FAULT_BROKEN;
	}
}

static void fault_tell(struct transfer *t, CURLcode code)
{
	const char *words = t->curl_text[0] ? t->curl_text : curl_easy_strerror(code);
	struct http_answer *a = &t->answer;

	if (a->fault == HTTP_FAULT_SIZE)
		snprintf(a->text, sizeof a->text, "the answer is larger than we take (%s)",
			 !t->head_whole || t->head_len > HTTP_HEAD_MAX ? "its head over 64 KiB"
			 : t->request->sink                             ? "64 MiB"
									: "1 MiB");
	else if (t->nameless)
		snprintf(a->text, sizeof a->text,
			 "the server's certificate names its host only in its common name, and "
			 "has no subject alternative name");
	else if (t->refused)
		snprintf(a->text, sizeof a->text, "the answer is not what was asked for");
	else if (code == CURLE_ABORTED_BY_CALLBACK && t->begun > 1)
		snprintf(a->text, sizeof a->text,
			 "the connection was closed before an answer came");
	else
		snprintf(a->text, sizeof a->text, "%s",
			 code == CURLE_OK ? "the answer's head breaks off" : words);
}

void transfer_end(struct transfer *t, CURLcode code)
{
	struct http_answer *a = &t->answer;
	utc now = a->date ? a->date : (utc)time(NULL);
	long status = 0;

	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	a->status = (int)status;
	a->body = t->body && a->body_len ? t->body : "";
	a->fault = fault_of(t, code);
	a->verdict = !t->begun	? HTTP_NOT_SENT
		     : a->fault ? HTTP_UNKNOWN
				: HTTP_ANSWERED;
	if (a->fault)
		fault_tell(t, code);
	a->doubtful = t->request->doubtful;
	if (a->doubtful && a->verdict == HTTP_NOT_SENT)
		a->verdict = HTTP_UNKNOWN;
	t->advice = t->retry_after[0] ? http_retry_after(t->retry_after, now) : HTTP_NO_ADVICE;
	t->reset = t->rate_reset[0] ? http_rate_reset(t->rate_reset, now) : HTTP_NO_ADVICE;
}

void transfer_clear(struct transfer *t)
{
	SET(CURLOPT_HTTPHEADER, NULL);
	SET(CURLOPT_POSTFIELDS, NULL);
	headers_free(t->headers);
	if (t->body)
		explicit_bzero(t->body, t->body_cap);
	if (t->body_cap > HTTP_BODY_MAX / 64) {
		free(t->body);
		t->body = NULL;
		t->body_cap = 0;
	}
	t->request = NULL;
	t->headers = NULL;
	t->head_len = 0;
	t->begun = 0;
	t->oversized = t->refused = t->nameless = false;
	t->curl_text[0] = '\0';
	memset(&t->answer, 0, sizeof t->answer);
	head_reset(t);
}

void transfer_close(struct transfer *t)
{
	if (!t->easy)
		return;
	transfer_clear(t);
	free(t->body);
	curl_easy_cleanup(t->easy);
}
