/* scim_token.c - what lets us in: a fixed token, or one from an OAuth 2 server (RFC 6749 4.4). */
#include <stdio.h>
#include <strings.h>

#include "connectors/scim_client.h"

enum {
	TOKEN_MAX = 16 << 10,
	TOKEN_LIFE_MAX = DAY,
	RENEW_PERCENT = 80,
};

static void text_wipe(char **text)
{
	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
	*text = NULL;
}

void scim_unauthorize(struct scim *s)
{
	text_wipe(&s->token.text);
	text_wipe(&s->authorization);
}

/* RFC 6750: visible ASCII, so that it fits a header and nothing else. */
static bool token_valid(const char *text)
{
	size_t len = text ? strlen(text) : 0;

	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return false;
	return len > 0 && len <= TOKEN_MAX;
}

static char *header_value(const char *scheme, const char *text)
{
	size_t size = strlen(scheme) + strlen(text) + 2;
	char *value = mem_resize(NULL, size, 1);

	snprintf(value, size, "%s %s", scheme, text);
	return value;
}

/* ---- asking for one ------------------------------------------------------------- */

static char *base64(const char *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789+/";
	size_t len = strlen(text), nr = 0;
	char *out = mem_resize(NULL, len / 3 * 4 + 5, 1);

	for (size_t i = 0; i < len; i += 3) {
		unsigned char b[3] = {0};
		size_t have = len - i < 3 ? len - i : 3;

		memcpy(b, text + i, have);
		out[nr++] = letters[b[0] >> 2];
		out[nr++] = letters[(b[0] & 3) << 4 | b[1] >> 4];
		out[nr++] = have > 1 ? letters[(b[1] & 15) << 2 | b[2] >> 6] : '=';
		out[nr++] = have > 2 ? letters[b[2] & 63] : '=';
	}
	out[nr] = '\0';
	return out;
}

/* RFC 6749 2.3.1: id and secret are form-encoded before they are base64. */
static char *basic(const char *id, const char *secret)
{
	size_t size = strlen(id) + strlen(secret) + 2;
	char *pair = mem_resize(NULL, size, 1), *encoded, *value;

	snprintf(pair, size, "%s:%s", id, secret);
	encoded = base64(pair);
	value = header_value("Basic", encoded);
	text_wipe(&pair);
	text_wipe(&encoded);
	return value;
}

struct token_call {
	struct scim *s;
	struct err *e;
	bool fetched;
};

/* NULL when the answer is a token; otherwise what is wrong with it. */
static const char *token_take(struct scim_token *t, const json_t *json)
{
	const char *text = json_text(json, "access_token"), *type = json_text(json, "token_type");
	int64_t life;

	if (!token_valid(text))
		return "has no usable access_token";
	if (type && strcasecmp(type, "bearer") != 0)
		return "has a token_type other than bearer";
	t->renew_at = INT64_MAX; /* expires_in is optional: then until it is refused */
	if (json_count(json_object_get(json, "expires_in"), &life) == 0 && life > 0)
		t->renew_at = http_clock() +
			      (life < TOKEN_LIFE_MAX ? life : TOKEN_LIFE_MAX) * 10 * RENEW_PERCENT;
	t->text = mem_strdup(text);
	return NULL;
}

/* An answer of another status than 200. */
static void token_refused(struct token_call *c, const struct http_answer *a, const json_t *json)
{
	const struct scim_settings *settings = c->s->settings;
	const char *code = json_text(json, "error"), *words = json_text(json, "error_description");
	const char *secrets[] = {settings->oauth2.client_secret};
	bool moved = a->status >= 300 && a->status < 400;
	char said[200], raw[400];

	if (moved)
		snprintf(raw, sizeof raw, "redirected to %s, which is not followed",
			 a->location[0] ? a->location : "nowhere");
	else
		snprintf(raw, sizeof raw, "%s%s%s", code ? code : "no reason given",
			 words ? ": " : "", words ? words : "");
	http_words(said, sizeof said, raw, secrets, 1);
	err_set(c->e,
		a->status >= 500 || a->status == 429 ? ERR_UNREACHABLE
		: moved                              ? ERR_FAILED
						     : ERR_DENIED,
		"no access token: %s: %d: %s\nhint: %s", settings->oauth2.token_url, a->status,
		said,
		moved ? "set oauth2.token_url to where the server really is"
		      : "check oauth2.client_id, its secret and scope, and oauth2.auth (basic or "
			"post)");
}

static void on_token(struct http_request *r, const struct http_answer *a)
{
	struct token_call *c = r->ctx;
	const char *url = c->s->settings->oauth2.token_url;
	json_t *json = a->verdict == HTTP_ANSWERED ? json_object_parse(a->body, a->body_len) : NULL;
	const char *why = json ? NULL : "is no JSON object", *hint;

	if (a->verdict != HTTP_ANSWERED) {
		enum err_kind kind = http_fault_kind(a->fault, &hint);

		err_set(c->e, kind, "no access token: %s: %s%s%s", url, a->text,
			hint ? "\nhint: " : "", hint ? hint : "");
	} else if (a->status != 200) {
		token_refused(c, a, json);
	} else if (why || (why = token_take(&c->s->token, json))) {
		err_set(c->e, ERR_FAILED, "no access token: the answer of %s %s", url, why);
	} else {
		c->fetched = true;
	}
	json_decref(json);
}

static int token_fetch(struct scim *s, struct err *e)
{
	const struct scim_settings *settings = s->settings;
	bool post = settings->oauth2.auth == SCIM_AUTH_POST;
	struct arena a = {0};
	char *id = http_encode(&a, settings->oauth2.client_id);
	char *secret = http_encode(&a, settings->oauth2.client_secret);
	const char *scope = settings->oauth2.scope ? http_encode(&a, settings->oauth2.scope) : NULL;
	char *header = basic(id, secret);
	const struct http_header headers[] = {
		{"Accept", "application/json"},
		{"Content-Type", "application/x-www-form-urlencoded"},
		{"Authorization", header},
	};
	char *form =
		arena_printf(&a, "grant_type=client_credentials%s%s%s%s%s%s",
			     scope ? "&scope=" : "", scope ? scope : "", post ? "&client_id=" : "",
			     post ? id : "", post ? "&client_secret=" : "", post ? secret : "");
	struct token_call call = {.s = s, .e = e};
	struct http_request request = {
		.method = "POST",
		.url = settings->oauth2.token_url,
		.headers = headers,
		.headers_nr = post ? 2 : 3,
		.body = form,
		.body_len = strlen(form),
		.urgent = true,
		.done = on_token,
		.ctx = &call,
	};

	http_submit(s->http, &request);
	while (http_wait(s->http))
		;
	explicit_bzero(form, strlen(form));
	explicit_bzero(secret, strlen(secret));
	text_wipe(&header);
	arena_free(&a);
	return call.fetched ? 0 : -1;
}

int scim_authorize(struct scim *s, bool anew, struct err *e)
{
	const struct scim_settings *settings = s->settings;

	if (!settings->oauth2.token_url) {
		if (settings->token && !s->authorization)
			s->authorization = header_value("Bearer", settings->token);
		return 0;
	}
	if (s->token.text && !anew && http_clock() < s->token.renew_at)
		return 0;
	while (http_wait(s->http)) /* what still waits to leave carries the old one */
		;
	scim_unauthorize(s);
	if (token_fetch(s, e))
		return -1;
	s->authorization = header_value("Bearer", s->token.text);
	return 0;
}
