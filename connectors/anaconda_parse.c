#include "connectors/anaconda_parse.h"

#include "agent/address.h"
#include "agent/text.h"

enum { EMAIL_BYTES_MAX = 1024 };

/* ---- values --------------------------------------------------------- */

static bool has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	return false;
}

bool id_usable(const char *id)
{
	size_t len = id ? strlen(id) : 0;

	return len > 0 && len <= API_ID_MAX && !has_control(id) && strspn(id, ".") != len;
}

utc json_time(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	utc t = 0;

	if (json_is_integer(value))
		return json_integer_value(value) > 0 ? (utc)json_integer_value(value) : 0;
	if (!json_is_string(value) || utc_parse(json_string_value(value), &t))
		return 0;
	return t;
}

/* ---- members --------------------------------------------------------- */

/* email as it is sent to us, and its normal form; one copy where they are equal. */
static bool email_take(const json_t *object, const char *key, struct arena *a,
		       const char **email, const char **address)
{
	const char *text = json_text(object, key), *why;
	bool same = false;

	*email = "";
	*address = NULL;
	if (!text || !*text || strlen(text) > EMAIL_BYTES_MAX || has_control(text))
		return false;
	*address = address_normal(a, text, strlen(text), &same, &why);
	*email = *address && same ? *address : arena_strdup(a, text);
	return true;
}

/* 1 when one of the codes is a seat, 0 when none is, -1 when they are no codes. */
static int seat_held(const json_t *codes, const char *product)
{
	int held = 0;
	const json_t *code;
	size_t i;

	if (!json_is_array(codes))
		return -1;
	json_array_foreach(codes, i, code)
	{
		const char *text = json_string_value(code);

		if (!text)
			return -1;
		if (product ? str_eq(text, product) : *text && !strcasestr(text, "starter"))
			held = 1;
	}
	return held;
}

const char *const member_keys[] = {"id", "email", "role", "subscriptions", NULL};

int member_parse(const json_t *user, const char *product, struct arena *a, struct member *m,
		 bool *broken, const char **why)
{
	const char *id = json_text(user, "id"), *role = json_text(user, "role");
	int seat = seat_held(json_object_get(user, "subscriptions"), product);
	bool email;

	if (!id_usable(id)) {
		*why = "has a member without a usable id";
		return -1;
	}
	memset(m, 0, sizeof *m);
	email = email_take(user, "email", a, &m->email, &m->address);
	*broken = !email || !role || seat < 0;
	m->id = arena_strdup(a, id);
	m->role = *broken ? ROLE_NONE : role_parse(role);
	m->seat = seat > 0;
	return 0;
}

/* ---- invitations ----------------------------------------------------- */

/* False when the word is none that we know. */
static bool status_parse(const char *word, enum invitation_status *status)
{
	static const struct {
		const char *word;
		enum invitation_status status;
	} words[] = {
		{"pending", INVITATION_OPEN},      {"accepted", INVITATION_ACCEPTED},
		{"expired", INVITATION_EXPIRED},   {"removed", INVITATION_REMOVED},
		{"declined", INVITATION_REMOVED},  {"cancelled", INVITATION_REMOVED},
		{"canceled", INVITATION_REMOVED},  {"revoked", INVITATION_REMOVED},
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcasecmp(word, words[i].word) == 0) {
			*status = words[i].status;
			return true;
		}
	return false;
}

static const char *field(const char *configured, const char *usual)
{
	return configured ? configured : usual;
}

int invitation_parse(const json_t *json, const struct platform_settings *s, struct arena *a,
		     struct invitation *i, struct invitation_doubts *doubts, const char **why)
{
	const struct platform_endpoints *e = &s->endpoints;
	const char *id = json_text(json, field(e->fields.id, "id"));
	const char *word = json_text(json, field(e->fields.status, "status"));
	struct invitation made = {.status = INVITATION_OPEN};

	if (!id_usable(id)) {
		*why = "has an invitation without a usable id";
		return -1;
	}
	doubts->broken = !email_take(json, field(e->fields.email, "email"), a, &made.email,
				     &made.address);
	doubts->unstated = !word;
	made.id = arena_strdup(a, id);
	made.role = role_parse(json_text(json, field(e->fields.role, "role")));
	made.sent_at = json_time(json, "last_sent_at");
	if (!made.sent_at)
		made.sent_at = json_time(json, field(e->fields.created, "created_at"));
	made.expires_at = json_time(json, field(e->fields.expires, "expires_at"));
	if (!made.expires_at && made.sent_at)
		made.expires_at = made.sent_at + s->lifetime;
	if (word)
		(void)status_parse(word, &made.status);
	*i = made;
	return 0;
}

void invitation_expire(struct invitation *i, utc now)
{
	if (i->status == INVITATION_OPEN && i->expires_at && i->expires_at <= now)
		i->status = INVITATION_EXPIRED;
}

/* ---- seats ----------------------------------------------------------- */

int seats_parse(const json_t *json, const char *product, int64_t *total, int64_t *assigned,
		const char **why)
{
	const char *code = json_text(json, "product_code");
	int64_t all = SEATS_UNKNOWN, used = SEATS_UNKNOWN, left;

	if (json_count(json_object_get(json, "total"), &all)) {
		*why = "has no number at total";
		return -1;
	}
	if (json_count(json_object_get(json, "assigned"), &used) &&
	    json_count(json_object_get(json, "available"), &left) == 0 && left <= all)
		used = all - left;
	if (product && code && !str_eq(product, code))
		all = used = SEATS_UNKNOWN; /* the counter is of another product */
	*total = all;
	*assigned = used;
	return 0;
}

/* ---- tokens ---------------------------------------------------------- */

/* Does the first tell more than the second?  What lives, then what lasts longer. */
static bool token_tells(const struct token_seen *a, const struct token_seen *b)
{
	if (b->state == TOKEN_NONE || (a->state == TOKEN_LIVE) != (b->state == TOKEN_LIVE))
		return b->state == TOKEN_NONE || a->state == TOKEN_LIVE;
	return a->state == TOKEN_LIVE && (!a->expires_at || !b->expires_at)
		       ? !a->expires_at : a->expires_at > b->expires_at;
}

/* -1: neither "revoked" nor a time can be believed. */
static int token_parse(const json_t *json, utc now, struct token_seen *seen)
{
	const json_t *revoked = json_object_get(json, "revoked");
	const json_t *expires = json_object_get(json, "expires_at");

	*seen = (struct token_seen){TOKEN_LIVE, json_time(json, "expires_at")};
	if (!json_is_object(json) ||
	    (revoked && !json_is_boolean(revoked) && !json_is_null(revoked)) ||
	    (expires && !json_is_null(expires) && !seen->expires_at))
		return -1;
	if (json_is_true(revoked))
		seen->state = TOKEN_REVOKED;
	else if (seen->expires_at && seen->expires_at <= now)
		seen->state = TOKEN_EXPIRED;
	return 0;
}

int tokens_parse(const json_t *json, utc now, struct token_seen *seen, const char **why)
{
	const json_t *items = json_object_get(json, "items"), *item;
	struct token_seen best = {.state = TOKEN_NONE}, one;
	size_t i;

	if (!json_is_array(items)) {
		*why = "the answer has no list of tokens";
		return -1;
	}
	json_array_foreach(items, i, item)
	{
		if (token_parse(item, now, &one)) {
			*why = "the answer has a token without a usable state";
			return -1;
		}
		if (token_tells(&one, &best))
			best = one;
	}
	*seen = best;
	return 0;
}
