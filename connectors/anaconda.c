#include "connectors/anaconda.h"

#include <ctype.h>
#include <stdio.h>

/* Published, https://anaconda.com/docs: the Organization Management API. */
static const char *const published[API_NR] = {
	[API_USERS] = "GET {org}/users?include_groups=false",
	[API_USER_ADD] = "POST {org}/users",
	[API_USER_REMOVE] = "DELETE {org}/users/{id}",
	[API_SEAT_ASSIGN] = "POST {org}/users/{id}/seats?send_seat_assigned_email=true",
	[API_SEAT_REVOKE] = "DELETE {org}/users/{id}/seats",
	[API_TOKEN_ISSUE] = "POST {org}/users/{id}/token",
	[API_TOKEN_RENEW] = "PATCH {org}/users/{id}/token",
	[API_TOKENS] = "GET {org}/users/{id}/tokens",
	[API_TOKEN_REVOKE] = "DELETE {org}/users/{id}/tokens/{token_id}",
	[API_ONBOARD] = "POST {org}/users_auto_registration",
};

/* ---- templates ------------------------------------------------------- */

/* A path's text: visible ASCII, no blank, no fragment. */
static bool path_usable(const char *path)
{
	for (const char *c = path; *c; c++)
		if (*c <= ' ' || *c == 0x7f || *c == '#' || *c == '\\')
			return false;
	return strncmp(path, "{org}", 5) == 0 || (path[0] == '/' && path[1] != '/');
}

static int endpoint_parse(struct endpoint *ep, struct arena *a, const char *text, struct err *e)
{
	static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
	size_t len = text ? strcspn(text, " ") : 0;
	char *method;

	if (!text)
		return 0;
	method = arena_strndup(a, text, len);
	if (word_index(methods, ARRAY_SIZE(methods), method) < 0 || text[len] != ' ' ||
	    !path_usable(text + len + 1))
		return err_set(e, ERR_CONFIG,
			       "endpoints: \"%s\" is no call\n"
			       "hint: write a method and a path, as in "
			       "\"GET {org}/invitations\"",
			       text);
	ep->method = method;
	ep->path = arena_strdup(a, text + len + 1);
	return 0;
}

static int endpoints_open(struct anaconda *p, struct err *e)
{
	const struct platform_endpoints *s = &p->base.settings->endpoints;
	const char *texts[API_NR];

	memcpy(texts, published, sizeof texts);
	texts[API_INVITATIONS] = s->invitations_list;
	texts[API_INVITE] = s->invitations_create;
	texts[API_RESEND] = s->invitations_resend;
	texts[API_CANCEL] = s->invitations_remove;
	texts[API_ROLE] = s->role;
	texts[API_SEATS] = s->seats;
	for (size_t i = 0; i < API_NR; i++)
		if (endpoint_parse(&p->endpoints[i], &p->arena, texts[i], e))
			return -1;
	return 0;
}

/* Writes the value of the placeholder at `at` and returns its length in the template. */
static size_t placeholder(FILE *out, const struct anaconda *p, const char *at, struct arena *a,
			  const char *id, const char *token_id)
{
	const struct {
		const char *name, *value;
	} known[] = {
		{"{org}", NULL},
		{"{org_id}", p->base.settings->org_id},
		{"{id}", id},
		{"{token_id}", token_id},
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		size_t len = strlen(known[i].name);

		if (strncmp(at, known[i].name, len) != 0)
			continue;
		if (i == 0)
			fputs(p->prefix, out);
		else
			fputs(http_encode(a, known[i].value ? known[i].value : ""), out);
		return len;
	}
	return 0;
}

char *api_url(const struct anaconda *p, struct arena *a, enum api_endpoint at, const char *id,
	      const char *token_id)
{
	const char *c = p->endpoints[at].path;
	char *text = NULL, *url;
	size_t len;
	FILE *out = mem_need(open_memstream(&text, &len));

	BUG_IF(!c);
	if (*c == '/')
		fputs(p->base.settings->url, out);
	while (*c) {
		size_t taken = *c == '{' ? placeholder(out, p, c, a, id, token_id) : 0;

		if (!taken)
			fputc(*c, out);
		c += taken ? taken : 1;
	}
	fclose(out);
	url = arena_strdup(a, text);
	free(text);
	return url;
}

/* ---- opening --------------------------------------------------------- */

static bool header_usable(const struct platform_header *h)
{
	for (const char *c = h->name; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
			return false;
	for (const char *c = h->value; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	return h->name[0] != '\0';
}

static int headers_open(struct anaconda *p, struct err *e)
{
	const struct platform_settings *s = p->base.settings;

	p->headers = arena_array(&p->arena, s->headers_nr + 1, sizeof *p->headers);
	p->headers[p->headers_nr++] = (struct http_header){"Accept", "application/json"};
	for (size_t i = 0; i < s->headers_nr; i++) {
		const struct platform_header *h = &s->headers[i];

		if (!header_usable(h))
			return err_set(e, ERR_CONFIG,
				       "headers: a name or value has characters that no header "
				       "can have");
		p->headers[p->headers_nr++] = (struct http_header){h->name, h->value};
	}
	return 0;
}

/* http:// is for loopback, unless the configuration allows it for all. */
static int scheme_check(const struct platform_settings *s, const char *url, struct err *e)
{
	static const char *const loopback[] = {"127.0.0.1", "localhost", "[::1]"};
	const char *host;

	if (strncmp(url, "https://", 8) == 0)
		return 0;
	if (strncmp(url, "http://", 7) != 0)
		return err_set(e, ERR_CONFIG, "organization: %s is no https:// URL", url);
	host = url + 7;
	for (size_t i = 0; i < ARRAY_SIZE(loopback); i++) {
		size_t len = strlen(loopback[i]);

		if (strncmp(host, loopback[i], len) == 0 && strchr(":/", host[len]))
			return 0;
	}
	if (s->allow_cleartext)
		return 0;
	return err_set(e, ERR_CONFIG,
		       "organization: %s would send the secret in clear text\n"
		       "hint: use https://",
		       url);
}

static void anaconda_close(struct platform *base)
{
	struct anaconda *p = base ? anaconda_of(base) : NULL;

	if (!p)
		return;
	http_close(p->http);
	token_close(p);
	arena_free(&p->arena);
	free(p);
}

static int settings_take(struct anaconda *p, int64_t deadline, struct err *e)
{
	const struct platform_settings *s = p->base.settings;
	struct http_options o = {
		.ca_file = s->ca_file,
		.proxy = s->proxy,
		.parallel = s->parallel,
		.rate = s->rate,
		.deadline = deadline,
	};

	if (scheme_check(s, s->url, e) || scheme_check(s, s->token_url, e) ||
	    endpoints_open(p, e) || headers_open(p, e))
		return -1;
	p->prefix = arena_printf(&p->arena, "%s/api/v1/organizations/%s", s->url,
				 http_encode(&p->arena, s->org_id));
	token_open(p);
	return http_open(&p->http, &o, e);
}

static int anaconda_open(struct platform **out, const struct platform_settings *s,
			 int64_t deadline, struct err *e)
{
	struct anaconda *p = mem_resize(NULL, 1, sizeof *p);

	memset(p, 0, sizeof *p);
	p->base.ops = &platform_anaconda;
	p->base.settings = s;
	p->ready_tail = &p->ready;
	if (settings_take(p, deadline, e)) {
		anaconda_close(&p->base);
		return -1;
	}
	*out = &p->base;
	return 0;
}

static void anaconda_stop(struct platform *base)
{
	http_stop(anaconda_of(base)->http);
}

const struct platform_ops platform_anaconda = {
	.name = "anaconda",
	.open = anaconda_open,
	.read = anaconda_read,
	.tokens = anaconda_tokens,
	.run = anaconda_run,
	.check = anaconda_check,
	.stop = anaconda_stop,
	.close = anaconda_close,
};
