#include "tests/sim/api.h"

/* ---- seats ---------------------------------------------------------------- */

void seat_post(struct exchange *x)
{
	struct world *w = x->world;
	struct member *m;
	bool mail;

	if (!exchange_flag(x, "send_seat_assigned_email", true, &mail))
		return;
	m = exchange_member(x);
	if (!m)
		return;
	if (m->seated) {
		answer_error(x->answer, 409, "seat_already_assigned", "the user has a seat");
	} else if (seats_free(w) == 0) {
		answer_error(x->answer, 402, "no_seats_available", "no free seats remaining");
	} else {
		seat_assign(w, m);
		if (mail)
			mail_send(&w->mail, MAIL_SEAT_ASSIGNED, member_email(m), world_now(w));
		answer_empty(x->answer, 201);
	}
}

void seat_delete(struct exchange *x)
{
	struct member *m = exchange_member(x);

	if (!m)
		return;
	if (!m->seated) {
		answer_error(x->answer, 404, "seat_not_found", "the user has no seat");
		return;
	}
	seat_revoke(x->world, m);
	answer_empty(x->answer, 204);
}

void seats_get(struct exchange *x)
{
	const struct world *w = x->world;
	int64_t free = seats_free(w);

	answer_json(x->answer, 200,
		    json_pack("{s:I, s:I, s:I, s:s}", "total", (json_int_t)w->seats_total,
			      "assigned", w->seats_assigned + (json_int_t)w->onboarding.nr,
			      "available", (json_int_t)free, "product_code", w->product));
}

/* ---- user tokens ----------------------------------------------------------- */

/* The field as a time in the future; what is missing is 0 and well. */
static bool expiry_read(struct exchange *x, bool required, utc *expires)
{
	json_t *value = json_object_get(x->body, "expires_at");
	const char *text = json_string_value(value);

	*expires = 0;
	if (!required && (!value || json_is_null(value)))
		return true;
	if (!value)
		answer_invalid(x->answer, "body", "expires_at", "missing", "Field required");
	else if (!text || time_parse(text, expires))
		answer_invalid(x->answer, "body", "expires_at", "datetime_parsing",
			       "Input should be a valid datetime");
	else if (*expires <= world_now(x->world))
		answer_invalid(x->answer, "body", "expires_at", "value_error",
			       "expires_at must be in the future");
	else
		return true;
	return false;
}

static bool flag_read(struct exchange *x, const char *name, bool otherwise, bool *flag)
{
	json_t *value = json_object_get(x->body, name);

	*flag = value ? json_is_true(value) : otherwise;
	if (!value || json_is_boolean(value))
		return true;
	answer_invalid(x->answer, "body", name, "bool_type", "Input should be a valid boolean");
	return false;
}

static bool tolerance_check(struct exchange *x)
{
	json_t *value = json_object_get(x->body, "expiration_tolerance_months");

	if (!value || json_is_integer(value))
		return true;
	answer_invalid(x->answer, "body", "expiration_tolerance_months", "int_type",
		       "Input should be a valid integer");
	return false;
}

static json_t *time_json(const struct world *w, utc t)
{
	char text[TIME_TEXT_SIZE];

	return json_string(time_format(text, t, (enum time_format)w->switches.time_format));
}

/* The value is shown this once and kept nowhere. */
static void token_answer(struct exchange *x, utc expires)
{
	char value[45] = "ana-";

	random_hex(&x->world->random, value + 4, 40);
	answer_json(x->answer, 200,
		    json_pack("{s:s, s:o}", "token", value, "expires_at",
			      time_json(x->world, expires)));
}

void token_post(struct exchange *x)
{
	struct member *m = exchange_member(x);
	struct world *w = x->world;
	json_t *made;
	utc expires;
	bool mail;

	if (!m || !expiry_read(x, true, &expires) || !tolerance_check(x) ||
	    !flag_read(x, "send_token_email", true, &mail))
		return;
	if (!m->seated) {
		answer_invalid(x->answer, "path", "user_id", "value_error",
			       "the user has no seat and can have no token");
		return;
	}
	made = token_issue(w, m, expires);
	if (mail)
		mail_send(&w->mail, MAIL_TOKEN, member_email(m), world_now(w));
	token_answer(x, json_integer_value(json_object_get(made, "expires_at")));
}

void token_patch(struct exchange *x)
{
	struct member *m = exchange_member(x);
	json_t *token;
	utc expires;
	bool renewal;

	if (!m || !tolerance_check(x) || !flag_read(x, "is_renewal", false, &renewal) ||
	    !expiry_read(x, false, &expires))
		return;
	token = token_live(x->world, m);
	if (!token) {
		answer_invalid(x->answer, "path", "user_id", "value_error",
			       "the user has no token");
		return;
	}
	if (renewal && !expires)
		expires = world_now(x->world) + 365 * DAY;
	if (expires && x->world->switches.token_renewal_moves)
		json_object_set_new(token, "expires_at", json_integer(expires));
	answer_json(x->answer, 200, json_null());
}

void tokens_get(struct exchange *x)
{
	struct member *m = exchange_member(x);
	json_t *items, *token;
	size_t i;

	if (!m)
		return;
	items = json_array();
	json_array_foreach(m->tokens, i, token) {
		utc expires = json_integer_value(json_object_get(token, "expires_at"));

		if (x->world->switches.ended_tokens == HIDDEN && token != token_live(x->world, m))
			continue;
		json_array_append_new(items,
				      json_pack("{s:O, s:o, s:{}, s:O}", "id",
						json_object_get(token, "id"), "expires_at",
						time_json(x->world, expires), "metadata", "revoked",
						json_object_get(token, "revoked")));
	}
	answer_json(x->answer, 200, json_pack("{s:o}", "items", items));
}

void token_delete(struct exchange *x)
{
	struct member *m = exchange_member(x);
	json_t *token;
	size_t i;

	if (!m)
		return;
	if (!uuid_valid(x->ids[1])) {
		answer_invalid(x->answer, "path", "token_id", "uuid_parsing",
			       "Input should be a valid UUID");
		return;
	}
	json_array_foreach(m->tokens, i, token) {
		if (!str_eq(json_string_value(json_object_get(token, "id")), x->ids[1]))
			continue;
		if (json_is_true(json_object_get(token, "revoked"))) {
			answer_error(x->answer, 409, "token_revoked",
				     "the token is revoked already");
		} else {
			json_object_set_new(token, "revoked", json_true());
			answer_empty(x->answer, 204);
		}
		return;
	}
	answer_error(x->answer, 404, "token_not_found", "no such token");
}
