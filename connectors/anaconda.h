/*
 * anaconda.h - what the files of the Anaconda connector share.  Private.
 *
 *	anaconda.c          open, close, templates and URLs
 *	anaconda_token.c    the access token: fetched, renewed, forgotten
 *	anaconda_api.c      calls with a token, replayed once after a 401
 *	anaconda_words.c    what an answer says, in words fit to be shown
 *	json_items.c        lists as a stream
 *	anaconda_parse.c    records, typed
 *	anaconda_read.c     platform_ops.read
 *	anaconda_outcome.c  the table: status to outcome
 *	anaconda_job.c      one action, step by step
 *	anaconda_run.c      platform_ops.run
 *	anaconda_tokens.c   platform_ops.tokens: of people, not of ours
 *	anaconda_check.c    platform_ops.check
 */
#ifndef SEATSYNC_ANACONDA_H
#define SEATSYNC_ANACONDA_H

#include "connectors/http.h"
#include "connectors/platform.h"

/* ---- templates ------------------------------------------------------------ */

/* "METHOD path" taken apart; method NULL: not offered. */
struct endpoint {
	const char *method;
	const char *path; /* "{org}/invitations/{id}" */
};

/* The published calls, then those of `endpoints:`. */
enum api_endpoint {
	API_USERS,
	API_USER_ADD,
	API_USER_REMOVE,
	API_SEAT_ASSIGN,
	API_SEAT_REVOKE,
	API_TOKEN_ISSUE,
	API_TOKEN_RENEW,
	API_TOKENS,
	API_TOKEN_REVOKE,
	API_ONBOARD,
	API_INVITATIONS,
	API_INVITE,
	API_RESEND,
	API_CANCEL,
	API_ROLE,
	API_SEATS,
	API_NR
};

/* ---- the connector ---------------------------------------------------------- */

struct api_call;

struct token {
	char *text;            /* secret; NULL: none */
	unsigned generation;   /* counts the tokens got */
	int64_t renew_at;      /* CLOCK_BOOTTIME ms, which goes on while a machine sleeps */
	int64_t dead_at;
	bool fetching;
	enum http_fault fault; /* of the last fetch */
	struct http_request request;
	char *form;            /* secret */
	size_t form_len;
	char *subject, *email; /* of a JWT's payload: who we are; NULL unknown */
};

/* How one kind of action fared since the connector was opened. */
struct fared {
	size_t answered, denied;
};

struct anaconda {
	struct platform base;
	struct http *http;
	struct arena arena;                   /* what lives as long as the connector */
	struct endpoint endpoints[API_NR];
	const char *prefix;                   /* "https://host/api/v1/organizations/acme" */
	struct http_header *headers;          /* of every call but the token's: Accept, and the configured */
	size_t headers_nr;
	struct token token;
	struct err fatal;                     /* why no call can be made any more; ERR_NONE: they can */
	struct api_call *ready, **ready_tail; /* waiting for a token */
	struct fared fared[ACTION_NR];
	enum offered { OFFERED_UNKNOWN, OFFERED, OFFERED_NOT } invitations_offered;
};

/* The URL of an endpoint, placeholders filled and encoded; id and token_id may be NULL. */
char *api_url(const struct anaconda *p, struct arena *a, enum api_endpoint at, const char *id,
	      const char *token_id);

/* ---- calls with a token ------------------------------------------------------ */

typedef void api_done(struct api_call *c, const struct http_answer *a);

/* The caller's, unmoved until done is called; fill with api_prepare. */
struct api_call {
	struct anaconda *platform;
	struct http_request request;
	api_done *done;
	void *ctx;
	char *bearer;               /* secret */
	struct http_header *headers;
	unsigned generation;        /* of the token it went out with */
	bool replayed;
	struct api_call *next;
};

/* url and body stay the caller's.  body is JSON; NULL none. */
void api_prepare(struct api_call *c, struct anaconda *p, const char *method, const char *url,
		 const char *body, bool once, api_done *done, void *ctx);
void api_submit(struct api_call *c);

/* As http_wait, for calls and the token they need. */
size_t api_wait(struct anaconda *p);

/* ---- the token ----------------------------------------------------------------- */

void token_open(struct anaconda *p);
bool token_usable(const struct anaconda *p);
bool token_renewable(const struct anaconda *p); /* it is time, or there is none */
void token_fetch(struct anaconda *p);           /* urgent; api_wait sees it through */
void token_forget(struct anaconda *p);          /* wipes it */
void token_close(struct anaconda *p);

/* ---- words ---------------------------------------------------------------------- */

/*
 * What an answer says, harmless to show and with our secrets taken out, cut to
 * fit: the platform's own message, or the fault.
 */
void answer_words(const struct anaconda *p, const struct http_answer *a, char *text, size_t size);

/* Sets *e from an answer that is no good: kind by its status or fault.  Returns -1. */
int answer_fail(const struct anaconda *p, const struct http_answer *a, const char *what,
		struct err *e);

/* Whether this says that there is no such call: 404, 405, 501, or a page instead of JSON. */
bool answer_not_offered(const struct http_answer *a);

/* ---- the operations ----------------------------------------------------------------- */

int anaconda_read(struct platform *p, struct arena *a, struct organization *o, struct err *e);
void anaconda_tokens(struct platform *p, struct arena *a, struct organization *o,
		     const uint32_t *members, size_t nr);
int anaconda_run(struct platform *p, struct arena *a, platform_turn *turn, void *ctx,
		 struct err *e);
bool anaconda_check(struct platform *p, struct arena *a, check_sink *sink, void *ctx);

static inline struct anaconda *anaconda_of(struct platform *p)
{
	return (struct anaconda *)((char *)p - offsetof(struct anaconda, base));
}

#endif
