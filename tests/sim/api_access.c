#include "tests/sim/api.h"

#include <stdio.h>

enum { FORM_MAX = 512, BEARER_MAX = 1024 };

/* ---- application/x-www-form-urlencoded --------------------------------- */

static int hex_value(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

static void form_decode(char *out, size_t size, const char *text, size_t len)
{
	size_t nr = 0;

	for (size_t i = 0; i < len && nr + 1 < size; i++) {
		bool coded = text[i] == '%' && i + 2 < len && hex_value(text[i + 1]) >= 0 &&
			     hex_value(text[i + 2]) >= 0;

		out[nr++] = coded ? (char)(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]))
			    : text[i] == '+' ? ' '
					     : text[i];
		i += coded ? 2 : 0;
	}
	out[nr] = '\0';
}

static bool form_field(const char *form, const char *name, char out[FORM_MAX])
{
	size_t wanted = strlen(name);

	for (const char *at = form; at && *at; at += *at == '&') {
		size_t len = strcspn(at, "&");

		if (len > wanted && memcmp(at, name, wanted) == 0 && at[wanted] == '=') {
			form_decode(out, FORM_MAX, at + wanted + 1, len - wanted - 1);
			return true;
		}
		at += len;
	}
	return false;
}

/* ---- bearers ----------------------------------------------------------- */

static void base64url(char *out, const char *text)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned bits = 0, nr = 0;

	for (; *text; text++) {
		bits = (bits << 8) | (unsigned char)*text;
		for (nr += 8; nr >= 6; nr -= 6)
			*out++ = letters[(bits >> (nr - 6)) & 63];
	}
	if (nr)
		*out++ = letters[(bits << (6 - nr)) & 63];
	*out = '\0';
}

/* Nobody checks the signature: only the platform could. */
static void bearer_jwt(struct sim *s, char out[BEARER_MAX], const char *random, utc ends)
{
	const char *email = s->world.switches.self_email;
	struct member *self = member_by_email(&s->world, email);
	char payload[BEARER_MAX / 4], coded[BEARER_MAX / 2];

	snprintf(payload, sizeof payload, "{\"sub\":\"%s\",\"email\":\"%.128s\",\"exp\":%lld}",
		 self ? self->id : s->client_id, email, (long long)ends);
	base64url(coded, payload);
	snprintf(out, BEARER_MAX, "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.%s.%s", coded, random);
}

static void bearer_make(struct sim *s, char out[BEARER_MAX], utc ends)
{
	char random[33];

	random_hex(&s->world.random, random, sizeof random - 1);
	if (s->world.switches.token_shape == TOKEN_JWT)
		bearer_jwt(s, out, random, ends);
	else
		snprintf(out, BEARER_MAX, "sat_%s", random);
	json_object_set_new(s->access.tokens, out, json_integer(ends));
	s->access.issued++;
}

/* ---- POST token -------------------------------------------------------- */

static void refuse(struct exchange *x, unsigned status, const char *error)
{
	answer_json(x->answer, status, json_pack("{s:s}", "error", error));
}

static bool credentials_good(struct exchange *x)
{
	char id[FORM_MAX], secret[FORM_MAX], *user = NULL, *password = NULL;
	bool good;

	if (request_basic(x->request, &user, &password)) {
		good = str_eq(user, x->sim->client_id) && str_eq(password, x->sim->client_secret);
		free(user);
		free(password);
		return good;
	}
	return form_field(x->request->body, "client_id", id) &&
	       form_field(x->request->body, "client_secret", secret) &&
	       str_eq(id, x->sim->client_id) && str_eq(secret, x->sim->client_secret);
}

void access_token(struct exchange *x)
{
	static const char form_type[] = "application/x-www-form-urlencoded";
	const char *type = request_header(x->request, "Content-Type");
	int64_t lifetime = x->world->switches.token_lifetime;
	char grant[FORM_MAX], bearer[BEARER_MAX];

	if (!type || strncasecmp(type, form_type, sizeof form_type - 1) != 0 ||
	    !form_field(x->request->body, "grant_type", grant)) {
		refuse(x, 400, "invalid_request");
	} else if (!str_eq(grant, "client_credentials")) {
		refuse(x, 400, "unsupported_grant_type");
	} else if (!credentials_good(x)) {
		refuse(x, 401, "invalid_client");
	} else {
		bearer_make(x->sim, bearer, world_now(x->world) + lifetime);
		answer_json(x->answer, 200,
			    json_pack("{s:s, s:s, s:I}", "access_token", bearer, "token_type",
				      "Bearer", "expires_in", (json_int_t)lifetime));
	}
}

/* ---- every other call --------------------------------------------------- */

bool access_check(struct exchange *x)
{
	json_t *ends = x->bearer ? json_object_get(x->sim->access.tokens, x->bearer) : NULL;

	if (!ends || json_integer_value(ends) <= world_now(x->world)) {
		answer_error(x->answer, 401, "auth_required", "Authentication required");
		return false;
	}
	if (x->world->switches.strict_headers &&
	    (!str_eq(request_header(x->request, "X-Org-Name"), x->sim->org_id) ||
	     !request_header(x->request, "X-API-Version"))) {
		answer_error(x->answer, 400, "missing_header",
			     "X-Org-Name and X-API-Version are required");
		return false;
	}
	return true;
}

void service_accounts(struct exchange *x)
{
	answer_error(x->answer, 403, "forbidden", "an organization admin's token is required");
}
