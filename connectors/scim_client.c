#include "connectors/scim_client.h"

#include <stdio.h>
#include <strings.h>

#include "connectors/scim_query.h"
#include "connectors/scim_value.h"

enum { BATCH = 256 }; /* requests handed over at once: between two, the token is looked at */

/* WSO2 answers 406 to application/scim+json alone. */
#define ACCEPT "application/scim+json, application/json;q=0.9"

int scim_open(struct scim *s, const struct directory_settings *d, int64_t deadline, struct err *e)
{
	const struct scim_settings *settings = &d->scim;
	const struct http_options options = {
		.ca_file = settings->ca_file,
		.cert_file = settings->cert_file,
		.key_file = settings->key_file,
		.proxy = settings->proxy,
		.parallel = settings->parallel,
		.rate = settings->rate,
		.deadline = deadline,
	};

	*s = (struct scim){.name = d->name, .settings = settings, .deadline = deadline};
	return http_open(&s->http, &options, e);
}

void scim_close(struct scim *s)
{
	http_close(s->http);
	scim_unauthorize(s);
	*s = (struct scim){0};
}

/* ---- what an answer said ------------------------------------------------------- */

/* RFC 7644 7.5.2: what is asked for is not to stand in a URL. */
static bool url_refused(const struct scim_get *g)
{
	return g->filtered && (g->status == 400 || g->status == 403) &&
	       strcasecmp(g->scim_type, "sensitive") == 0;
}

static void answer_say(FILE *out, const struct scim_get *g, const struct http_answer *a)
{
	const char *detail = scim_text(g->body, "detail");

	if (a->verdict != HTTP_ANSWERED)
		fputs(a->text, out);
	else if (a->status >= 300 && a->status < 400)
		fprintf(out, "redirected to %s, which is not followed",
			a->location[0] ? a->location : "nowhere");
	else if (detail)
		fprintf(out, "%s%s%s%s%s", detail, g->scim_type[0] ? " (" : "", g->scim_type,
			g->scim_type[0] ? ")" : "", url_refused(g) ? "; try scim.search: post" : "");
	else if (a->status == 400 && strstr(a->body, "SSL certificate"))
		fputs("the server wants a client certificate", out);
	else if (!g->body && a->body_len)
		fprintf(out, "answered with %s instead of JSON (a proxy or a login page?)",
			a->type[0] ? a->type : "something without a content type");
	else
		fputs(a->body_len ? "an answer without a message" : "an empty answer", out);
}

static void answer_keep(struct scim_get *g, const struct http_answer *a)
{
	const struct scim_settings *settings = g->server->settings;
	const char *const secrets[] = {settings->token, g->server->token.text,
				       settings->oauth2.client_secret};
	const char *scim_type;
	char *raw = NULL;
	size_t len;
	FILE *out = mem_need(open_memstream(&raw, &len));

	g->fault = a->fault;
	g->status = a->verdict == HTTP_ANSWERED ? a->status : 0;
	if (g->status == 200 && g->keep) {
		g->text = mem_resize(NULL, a->body_len + 1, 1);
		memcpy(g->text, a->body, a->body_len);
		g->text_len = a->body_len;
	} else if (g->status && !(g->sink && g->status == 200)) {
		g->body = json_object_parse(a->body, a->body_len);
	}
	scim_type = scim_text(g->body, "scimType");
	snprintf(g->scim_type, sizeof g->scim_type, "%s", scim_type ? scim_type : "");
	snprintf(g->type, sizeof g->type, "%s", a->type);
	answer_say(out, g, a);
	fclose(out);
	http_words(g->words, sizeof g->words, raw, secrets, ARRAY_SIZE(secrets));
	free(raw);
}

static void on_done(struct http_request *r, const struct http_answer *a)
{
	struct scim_get *g = r->ctx;

	answer_keep(g, a);
	g->ended = true;
	if (g->status == 401 && g->server->settings->oauth2.token_url && !g->renewed) {
		json_decref(g->body);
		g->body = NULL;
		return; /* scim_run asks again, with a new token */
	}
	if (!g->done)
		return;
	g->done(g);
	json_decref(g->body);
	g->body = NULL;
}

static bool on_data(struct http_request *r, const char *data, size_t len)
{
	struct scim_get *g = r->ctx;

	return g->sink(g, data, len);
}

/* ---- asking ---------------------------------------------------------------------- */

void scim_begin(struct scim *s, struct scim_get *g, struct arena *a)
{
	s->headers[0] = (struct http_header){"Content-Type", "application/scim+json"};
	s->headers[1] = (struct http_header){"Accept", ACCEPT};
	s->headers[2] = (struct http_header){"Authorization", s->authorization};
	g->server = s;
	g->ended = false;
	g->request = (struct http_request){
		.method = g->search ? "POST" : "GET",
		.url = arena_printf(a, "%s%s", s->settings->url, g->path),
		.headers = g->search ? s->headers : s->headers + 1,
		.headers_nr = (g->search ? 2u : 1u) + (s->authorization ? 1u : 0u),
		.body = g->search,
		.body_len = g->search ? strlen(g->search) : 0,
		.once = g->proof,
		.sink = g->sink && !g->keep ? on_data : NULL,
		.any_type = true,
		.done = on_done,
		.ctx = g,
	};
	s->requests++;
	http_submit(s->http, &g->request);
}

void scim_finish(struct scim *s, struct scim_get *g)
{
	while (!g->ended && http_wait(s->http))
		;
}

static bool denied(const struct scim_get *g)
{
	return g->status == 401 && g->server->settings->oauth2.token_url && !g->renewed;
}

/* Asks some of them; again: only those whose token was refused. */
static size_t batch_run(struct scim *s, struct scim_get *gets, size_t nr, bool again)
{
	struct arena a = {0};
	size_t refused = 0;

	for (size_t i = 0; i < nr; i++) {
		if (again && !denied(&gets[i]))
			continue;
		gets[i].renewed = again;
		scim_begin(s, &gets[i], &a);
	}
	for (size_t i = 0; i < nr; i++)
		scim_finish(s, &gets[i]);
	for (size_t i = 0; i < nr; i++)
		refused += denied(&gets[i]);
	arena_free(&a);
	return refused;
}

int scim_run(struct scim *s, struct scim_get *gets, size_t nr, struct err *e)
{
	for (size_t i = 0; i < nr; i++)
		if (gets[i].search && !gets[i].proof && scim_search_prove(s, gets[i].path, e))
			return -1;
	for (size_t i = 0; i < nr; i += BATCH) {
		size_t some = nr - i < BATCH ? nr - i : BATCH;

		if (scim_authorize(s, false, e))
			return -1;
		if (batch_run(s, gets + i, some, false) == 0)
			continue;
		if (scim_authorize(s, true, e))
			return -1;
		batch_run(s, gets + i, some, true);
	}
	return 0;
}

/* ---- as an error ------------------------------------------------------------------- */

struct failing {
	enum err_kind kind;
	const char *hint;
};

static struct failing failing_status(int status)
{
	switch (status) {
	case 401:
		return (struct failing){ERR_DENIED, "check the token, or the client id and secret"};
	case 403:
		return (struct failing){ERR_DENIED, "give the token the right to read users and "
						    "groups; both are needed"};
	case 404:
		return (struct failing){ERR_FAILED, "check scim.url: its path ends before /Users"};
	case 400:
		return (struct failing){ERR_FAILED, NULL};
	default:
		if (status >= 300 && status < 400)
			return (struct failing){ERR_FAILED, "set scim.url to where the server really is"};
		if (status == 200)
			return (struct failing){ERR_INCOMPLETE, NULL};
		return (struct failing){status == 429 || status >= 500 ? ERR_UNREACHABLE : ERR_FAILED,
					NULL};
	}
}

int scim_fail(const struct scim_get *g, const char *what, struct err *e)
{
	struct failing f = failing_status(g->status);
	char status[16] = "";

	if (!g->status)
		f.kind = http_fault_kind(g->fault, &f.hint);
	else if (g->status != 200)
		snprintf(status, sizeof status, "%d: ", g->status);
	if (url_refused(g))
		f.hint = "set scim.search: post, if the server knows POST .search; see "
			 "seatsync.yaml(5)";
	if (g->status == 400 && strstr(g->words, "client certificate"))
		f.hint = "set scim.cert_file and scim.key_file";
	return err_set(e, f.kind, "%s: %s%s%s%s", what, status, g->words, f.hint ? "\nhint: " : "",
		       f.hint ? f.hint : "");
}
