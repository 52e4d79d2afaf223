/*
 * scim_client.h - GETs to one SCIM server, and searches by POST (scim_query.h),
 * with whatever it takes to be let in.  What an answer holds is its users'
 * business.
 *
 *	if (scim_open(&s, &settings, deadline, &e)) ...
 *	get = (struct scim_get){.path = "/Users?count=100", .sink = take, .ctx = walk};
 *	if (scim_run(&s, &get, 1, &e)) ...      // -1: no access token
 *	if (get.status != 200) scim_fail(&get, "the list of users", &e) ...
 *	scim_close(&s);
 *
 * A redirect is not followed, and no link of an answer ($ref, location): only
 * paths below the configured URL are ever asked for (fault S6).  The access
 * token is renewed at 80 % of its life, and once when it is refused.
 */
#ifndef SEATSYNC_SCIM_CLIENT_H
#define SEATSYNC_SCIM_CLIENT_H

#include "connectors/directory.h"
#include "connectors/http.h"
#include "connectors/json_value.h"

struct scim {
	const char *name;               /* of the directory, for messages */
	const struct scim_settings *settings;
	struct http *http;
	int64_t deadline;               /* CLOCK_BOOTTIME, seconds */
	struct scim_token {             /* private to scim_token.c */
		char *text;             /* NULL: none now */
		int64_t renew_at;       /* http_clock */
	} token;
	char *authorization;            /* the header's value; NULL: none is sent */
	struct http_header headers[3];  /* of a search; of a GET those behind the first */
	struct scim_searching {
		enum { SCIM_SEARCH_UNPROVED, SCIM_SEARCH_PROVED, SCIM_SEARCH_REFUSED } state;
		struct err err;         /* why it was refused */
	} users, groups;                /* private to scim_query.c */
	size_t requests;                /* so far */
};

struct scim_get {
	const char *path;               /* below the URL, with its query, encoded */
	/* Takes the body of a 200 as http_sink does; NULL: it is parsed into `body`. */
	bool (*sink)(struct scim_get *g, const char *data, size_t len);
	const char *search;             /* the body of a search; NULL: a GET */
	bool proof;                     /* the search that goes before all others, and only once */
	bool filtered;                  /* a GET with a filter in its path */
	bool keep;                      /* a 200's body into `text` instead, up to HTTP_TEXT_MAX */
	/* Called when it has ended, may be NULL; the body is gone afterwards. */
	void (*done)(struct scim_get *g);
	void *ctx;

	int status;                     /* 0: no whole answer came */
	enum http_fault fault;
	json_t *body;                   /* of any status, when it is a JSON object; else NULL */
	char *text;                     /* heap, its user's */
	size_t text_len;
	char scim_type[32];             /* the error's, or "" */
	char type[64];                  /* content type */
	char words[300];                /* what it said, or what went wrong, fit to be shown */

	struct scim *server;            /* from here on private */
	struct http_request request;
	bool renewed, ended;
};

int scim_open(struct scim *s, const struct directory_settings *d, int64_t deadline, struct err *e);
void scim_close(struct scim *s); /* tolerates one that was not opened */

/*
 * Runs them side by side, as many as the settings allow.  -1 when there is no
 * access token, or when searches are among them and the server does not know
 * them; what became of each is otherwise in each.
 */
int scim_run(struct scim *s, struct scim_get *gets, size_t nr, struct err *e);

/*
 * One that is asked for early: it leaves with the next wait for another, and
 * is waited for later.  Its path, and what it is in, stay until then.  A token
 * that is refused is not renewed for it.
 */
void scim_begin(struct scim *s, struct scim_get *g, struct arena *a);
void scim_finish(struct scim *s, struct scim_get *g);

/* Sets *e from what became of it: `what` is what was asked for.  Returns -1. */
int scim_fail(const struct scim_get *g, const char *what, struct err *e);

/* ---- scim_token.c, for scim_client.c ------------------------------------------- */

/* Has authorization ready, fetching a token where one is needed.  `anew`: whatever is there. */
int scim_authorize(struct scim *s, bool anew, struct err *e);
void scim_unauthorize(struct scim *s);

#endif
