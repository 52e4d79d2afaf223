#include <stdio.h>
#include <strings.h>

#include "connectors/anaconda.h"
#include "connectors/anaconda_parse.h"

enum {
	TOKEN_MAX = 16 << 10,
	TOKEN_LIFE = 900,         /* seconds, where the answer tells none: as published */
	TOKEN_LIFE_MAX = DAY,
	RENEW_PERCENT = 80,
	RENEW_AGAIN = 10000,      /* ms until a failed renewal is tried again while a token is left */
};

static void text_wipe(char **text)
{
	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
	*text = NULL;
}

bool token_usable(const struct anaconda *p)
{
	return p->token.text && http_clock() < p->token.dead_at;
}

bool token_renewable(const struct anaconda *p)
{
	return !p->token.text || http_clock() >= p->token.renew_at;
}

void token_forget(struct anaconda *p)
{
	text_wipe(&p->token.text);
}

void token_close(struct anaconda *p)
{
	token_forget(p);
	text_wipe(&p->token.form);
	free(p->token.subject);
	free(p->token.email);
}

/* ---- who we are: a JWT's payload needs no trust for that ------------- */

static int base64url_value(char c)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-_";
	const char *at = c ? strchr(letters, c) : NULL;

	return at ? (int)(at - letters) : -1;
}

/* Into bytes[0..3/4 len]; the number of bytes, 0 when it is no base64url. */
static size_t base64url_decode(const char *text, size_t len, char *bytes)
{
	unsigned bits = 0, held = 0;
	size_t nr = 0;

	for (size_t i = 0; i < len; i++) {
		int value = base64url_value(text[i]);

		if (value < 0)
			return 0;
		bits = (bits << 6 | (unsigned)value) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			bytes[nr++] = (char)(bits >> held & 0xff);
		}
	}
	return nr;
}

static char *claim(const json_t *payload, const char *name)
{
	const char *text = json_text(payload, name);

	return id_usable(text) ? strdup(text) : NULL;
}

static void identity_take(struct token *t)
{
	const char *payload = strchr(t->text, '.'), *end = payload ? strchr(payload + 1, '.') : NULL;
	char *bytes;
	json_t *json;

	if (!end)
		return;
	bytes = mem_resize(NULL, (size_t)(end - payload) + 1, 1);
	json = json_object_parse(bytes, base64url_decode(payload + 1, (size_t)(end - payload - 1),
							 bytes));
	free(bytes);
	if (!json)
		return;
	free(t->subject);
	free(t->email);
	t->subject = claim(json, "sub");
	t->email = claim(json, "email");
	json_decref(json);
}

/* ---- the call -------------------------------------------------------- */

/* RFC 6750: visible ASCII, so that it fits a header and nothing else. */
static bool token_valid(const char *text)
{
	size_t len = text ? strlen(text) : 0;

	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return false;
	return len > 0 && len <= TOKEN_MAX;
}

/* NULL when the answer is a token; otherwise what is wrong with it. */
static const char *token_take(struct token *t, const json_t *json)
{
	const char *text = json_text(json, "access_token"), *type = json_text(json, "token_type");
	int64_t life = TOKEN_LIFE;

	if (!token_valid(text))
		return "has no usable access_token";
	if (type && strcasecmp(type, "bearer") != 0)
		return "has a token_type other than bearer";
	if (json_count(json_object_get(json, "expires_in"), &life) || life <= 0)
		life = TOKEN_LIFE;
	if (life > TOKEN_LIFE_MAX)
		life = TOKEN_LIFE_MAX;
	text_wipe(&t->text);
	t->text = mem_strdup(text);
	t->generation++;
	t->dead_at = http_clock() + life * 1000;
	t->renew_at = http_clock() + life * 10 * RENEW_PERCENT;
	identity_take(t);
	return NULL;
}

static int token_refused(struct anaconda *p, const struct http_answer *a)
{
	char words[200];

	answer_words(p, a, words, sizeof words);
	return err_set(&p->fatal, ERR_DENIED,
		       "platform: no token: %s refuses the client id or its secret: %s\n"
		       "hint: check client_id and the secret of the service account %s; it may "
		       "have been deleted or its secret replaced",
		       p->base.settings->token_url, words, p->base.settings->client_id);
}

static void on_token(struct http_request *r, const struct http_answer *a)
{
	struct anaconda *p = r->ctx;
	const char *why = "is no JSON object";
	json_t *json;

	p->token.fetching = false;
	p->token.fault = a->fault;
	p->token.renew_at = http_clock() + RENEW_AGAIN;
	if (a->verdict == HTTP_ANSWERED &&
	    (a->status == 400 || a->status == 401 || a->status == 403)) {
		token_refused(p, a);
		return;
	}
	if (a->verdict != HTTP_ANSWERED || a->status != 200 || !a->json) {
		if (!token_usable(p))
			answer_fail(p, a, "no token", &p->fatal);
		return;
	}
	json = json_object_parse(a->body, a->body_len);
	if (json)
		why = token_take(&p->token, json);
	json_decref(json);
	if (why && !token_usable(p))
		err_set(&p->fatal, ERR_FAILED, "platform: no token: the answer of %s %s",
			p->base.settings->token_url, why);
}

void token_open(struct anaconda *p)
{
	static const struct http_header headers[] = {
		{"Accept", "application/json"},
		{"Content-Type", "application/x-www-form-urlencoded"},
	};
	const struct platform_settings *s = p->base.settings;
	struct token *t = &p->token;
	struct arena a = {0};
	char *id = http_encode(&a, s->client_id), *secret = http_encode(&a, s->client_secret);
	size_t size = strlen(id) + strlen(secret) + 80;

	t->form = mem_resize(NULL, size, 1);
	t->form_len = (size_t)snprintf(
		t->form, size, "grant_type=client_credentials&client_id=%s&client_secret=%s", id,
		secret);
	explicit_bzero(secret, strlen(secret));
	arena_free(&a);
	t->request = (struct http_request){
		.method = "POST",
		.url = s->token_url,
		.headers = headers,
		.headers_nr = ARRAY_SIZE(headers),
		.body = t->form,
		.body_len = t->form_len,
		.urgent = true,
		.done = on_token,
		.ctx = p,
	};
}

void token_fetch(struct anaconda *p)
{
	p->token.fetching = true;
	http_submit(p->http, &p->token.request);
}
