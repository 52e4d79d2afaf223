#include "tests/sim/world.h"

#include <stdio.h>

/* ---- finding ---- */

static struct member *member_at(struct world *w, json_t *place)
{
	return place ? &w->members.items[json_integer_value(place)] : NULL;
}

struct member *member_by_id(struct world *w, const char *id)
{
	return member_at(w, json_object_get(w->member_ids, id));
}

struct member *member_by_email(struct world *w, const char *email)
{
	char *folded = email_fold(email);
	json_t *place = json_object_get(w->member_emails, folded);

	free(folded);
	return member_at(w, place);
}

const char *member_email(const struct member *m)
{
	return json_string_value(json_object_get(m->api, "email"));
}

static size_t member_place(const struct world *w, const struct member *m)
{
	return (size_t)(m - w->members.items);
}

/* Two members with one address may be seeded: the first is the one found by it. */
static void email_index(struct world *w, const struct member *m)
{
	char *folded = member_email(m) ? email_fold(member_email(m)) : NULL;

	if (folded && !json_object_get(w->member_emails, folded))
		json_object_set_new(w->member_emails, folded,
				    json_integer((json_int_t)member_place(w, m)));
	free(folded);
}

static void email_unindex(struct world *w, const struct member *m)
{
	char *folded = member_email(m) ? email_fold(member_email(m)) : NULL;
	json_t *place = folded ? json_object_get(w->member_emails, folded) : NULL;

	if (place && (size_t)json_integer_value(place) == member_place(w, m))
		json_object_del(w->member_emails, folded);
	free(folded);
}

/* ---- seats ---- */

static bool code_is_seat(const struct world *w, const char *code)
{
	return code && (str_eq(code, w->product) || !strstr(code, "starter"));
}

static bool has_seat(const struct world *w, const struct member *m)
{
	json_t *codes = json_object_get(m->api, "subscriptions"), *code;
	size_t i;

	json_array_foreach(codes, i, code)
		if (code_is_seat(w, json_string_value(code)))
			return true;
	return false;
}

static void seat_count(struct world *w, struct member *m)
{
	bool seated = !m->gone && has_seat(w, m);

	w->seats_assigned += seated - m->seated;
	m->seated = seated;
}

int64_t seats_free(const struct world *w)
{
	int64_t left = w->seats_total - w->seats_assigned - (int64_t)w->onboarding.nr;

	return left > 0 ? left : 0;
}

void member_set(struct world *w, struct member *m, const char *field, json_t *value)
{
	email_unindex(w, m);
	json_object_set_new(m->api, field, value);
	email_index(w, m);
	seat_count(w, m);
	world_changed(w);
}

void seat_assign(struct world *w, struct member *m)
{
	json_t *codes = json_copy(json_object_get(m->api, "subscriptions"));

	json_array_append_new(codes, json_string(w->product));
	member_set(w, m, "subscriptions", codes);
}

void seat_revoke(struct world *w, struct member *m)
{
	json_t *kept = json_array(), *code;
	size_t i;

	json_array_foreach(json_object_get(m->api, "subscriptions"), i, code)
		if (!code_is_seat(w, json_string_value(code)))
			json_array_append(kept, code);
	member_set(w, m, "subscriptions", kept);
	tokens_revoke(m);
}

/* ---- coming and going ---- */

static json_t *field_or(json_t *fields, const char *name, json_t *otherwise)
{
	json_t *given = json_object_get(fields, name);

	if (!given)
		return otherwise;
	json_decref(otherwise);
	return json_incref(given);
}

/* The published fields in their order, then whatever else was given. */
static json_t *member_shape(const char *id, json_t *fields)
{
	static const char *const control_only[] = {"seat", "tokens", "groups"};
	json_t *api = json_object(), *value;
	const char *name;

	json_object_set_new(api, "id", field_or(fields, "id", json_string(id)));
	json_object_set_new(api, "email", field_or(fields, "email", json_null()));
	json_object_set_new(api, "first_name", field_or(fields, "first_name", json_null()));
	json_object_set_new(api, "last_name", field_or(fields, "last_name", json_null()));
	json_object_set_new(api, "role", field_or(fields, "role", json_string("member")));
	json_object_set_new(api, "subscriptions", field_or(fields, "subscriptions", json_array()));
	json_object_set_new(api, "groups", json_null());
	json_object_foreach(fields, name, value)
		if (word_index(control_only, ARRAY_SIZE(control_only), name) < 0)
			json_object_set(api, name, value);
	return api;
}

static struct member *member_insert(struct world *w, json_t *fields)
{
	struct member m = {.born = w->sequence, .groups = json_object_get(fields, "groups")};
	const char *id = json_string_value(json_object_get(fields, "id"));
	json_int_t place = (json_int_t)w->members.nr;

	random_uuid(&w->random, m.id);
	if (id)
		snprintf(m.id, sizeof m.id, "%s", id);
	json_incref(m.groups);
	m.api = member_shape(m.id, fields);
	VEC_ADD(&w->members, m);
	json_object_set_new(w->member_ids, m.id, json_integer(place));
	return &w->members.items[place];
}

struct member *member_add(struct world *w, json_t *fields)
{
	struct member *m = member_insert(w, fields);
	json_int_t tokens = json_integer_value(json_object_get(fields, "tokens"));

	email_index(w, m);
	seat_count(w, m);
	if (json_is_true(json_object_get(fields, "seat")) && !m->seated)
		seat_assign(w, m);
	for (; tokens > 0; tokens--)
		token_issue(w, m, world_now(w) + 365 * DAY);
	world_changed(w);
	return m;
}

void member_remove(struct world *w, struct member *m)
{
	email_unindex(w, m);
	json_object_del(w->member_ids, m->id);
	tokens_revoke(m);
	m->gone = true;
	seat_count(w, m);
	world_changed(w);
}

bool member_is_last_admin(const struct world *w, const struct member *m)
{
	size_t others = 0;

	if (!str_eq(json_string_value(json_object_get(m->api, "role")), "admin"))
		return false;
	for (size_t i = 0; i < w->members.nr && !others; i++) {
		const struct member *o = &w->members.items[i];

		others += o != m && !o->gone &&
			  str_eq(json_string_value(json_object_get(o->api, "role")), "admin");
	}
	return others == 0;
}

/* ---- user tokens ---- */

void tokens_revoke(struct member *m)
{
	json_t *token;
	size_t i;

	json_array_foreach(m->tokens, i, token)
		json_object_set_new(token, "revoked", json_true());
}

json_t *token_live(const struct world *w, const struct member *m)
{
	json_t *token;
	size_t i;

	json_array_foreach(m->tokens, i, token)
		if (!json_is_true(json_object_get(token, "revoked")) &&
		    json_integer_value(json_object_get(token, "expires_at")) > world_now(w))
			return token;
	return NULL;
}

json_t *token_issue(struct world *w, struct member *m, utc expires)
{
	char id[UUID_SIZE];
	json_t *token;

	random_uuid(&w->random, id);
	tokens_revoke(m);
	if (w->switches.token_most && expires > world_now(w) + w->switches.token_most)
		expires = world_now(w) + w->switches.token_most;
	token = json_pack("{s:s, s:I, s:b}", "id", id, "expires_at", (json_int_t)expires, "revoked",
			  0);
	if (!m->tokens)
		m->tokens = json_array();
	json_array_append_new(m->tokens, token);
	return token;
}
