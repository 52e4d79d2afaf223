#include "tests/sim/api.h"

#include <stdio.h>

static bool is_self(const struct world *w, const struct member *m)
{
	const char *self = w->switches.self_email, *email = member_email(m);

	return *self && email && strcasecmp(self, email) == 0;
}

void members_get(struct exchange *x)
{
	struct page p;
	bool groups;

	if (!exchange_page(x, &p) || !exchange_flag(x, "include_groups", false, &groups))
		return;
	answer_blob(x->answer, 200, "application/json",
		    members_list(&x->sim->lists, x->world, p, groups));
}

/* ---- POST users --------------------------------------------------------- */

static void managed_user_answer(struct exchange *x, const char *id)
{
	json_t *user =
		json_pack("{s:s, s:n, s:n, s:n}", "id", id, "email", "first_name", "last_name");

	json_object_update_existing(user, x->body);
	answer_json(x->answer, 200, user);
}

static void add_by_invitation(struct exchange *x, const char *email)
{
	struct invitation *i = invitation_by_email(x->world, email, true);

	if (i) {
		answer_error(x->answer, 409, "user_invited", "%s is invited already", email);
		return;
	}
	i = invitation_add(x->world, NULL, email, NULL);
	invitation_send(x->world, i, MAIL_INVITATION);
	managed_user_answer(x, i->id);
}

static void add_member(struct exchange *x)
{
	enum adding adding = (enum adding)x->world->switches.add_user;
	struct member *m = member_add(x->world, x->body);

	if (adding == ADD_ADMIN)
		member_set(x->world, m, "role", json_string("admin"));
	if (adding == ADD_SEATED)
		seat_assign(x->world, m);
	managed_user_answer(x, m->id);
}

void members_post(struct exchange *x)
{
	json_t *value = json_object_get(x->body, "email");
	const char *email = NULL;

	if (value && !json_is_null(value) && !(email = exchange_email(x)))
		return;
	if (!exchange_text_or_null(x, "first_name") || !exchange_text_or_null(x, "last_name"))
		return;
	if (email && member_by_email(x->world, email))
		answer_error(x->answer, 409, "user_exists", "%s is a member already", email);
	else if (email && x->world->switches.add_user == ADD_INVITATION)
		add_by_invitation(x, email);
	else
		add_member(x);
}

/* ---- one member --------------------------------------------------------- */

void member_delete(struct exchange *x)
{
	const struct switches *s = &x->world->switches;
	struct member *m = exchange_member(x);

	if (!m)
		return;
	if (is_self(x->world, m)) {
		answer_error(x->answer, 409, "own_account", "administrators cannot leave");
	} else if (!s->last_admin_allowed && member_is_last_admin(x->world, m)) {
		answer_error(x->answer, 409, "last_admin", "the last administrator cannot go");
	} else if (s->remove_seated_409 && m->seated) {
		answer_error(x->answer, 409, "user_has_seat", "the user still has a seat");
	} else {
		member_remove(x->world, m);
		answer_empty(x->answer, 204);
	}
}

void member_role(struct exchange *x)
{
	const struct switches *s = &x->world->switches;
	struct member *m = exchange_member(x);
	const char *role = m ? exchange_role(x, NULL) : NULL;

	if (!role)
		return;
	if (is_self(x->world, m)) {
		answer_error(x->answer, 403, "own_role", "nobody may change their own role");
		return;
	}
	if (!s->last_admin_allowed && !str_eq(role, "admin") && member_is_last_admin(x->world, m)) {
		answer_error(x->answer, 409, "last_admin", "the last administrator must stay one");
		return;
	}
	member_set(x->world, m, "role", json_string(role));
	if (s->role_status == 204)
		answer_empty(x->answer, 204);
	else
		answer_json(x->answer, (unsigned)s->role_status, json_incref(m->api));
}

/* ---- users_auto_registration -------------------------------------------- */

/* NULL: not told. */
static json_t *counter(const struct world *w, int64_t n)
{
	char text[24];

	if (w->switches.onboard_counters == COUNTERS_NUMBER)
		return json_integer((json_int_t)n);
	if (w->switches.onboard_counters == COUNTERS_ABSENT)
		return NULL;
	snprintf(text, sizeof text, "%lld", (long long)n);
	return json_string(text);
}

static bool can_onboard(struct exchange *x, const char *email)
{
	const struct switches *s = &x->world->switches;

	return seats_free(x->world) > 0 && !member_by_email(x->world, email) &&
	       (s->onboard_forget || !onboarding_has(x->world, email)) &&
	       strcasecmp(s->onboard_unavailable, email) != 0;
}

void members_onboard(struct exchange *x)
{
	json_t *emails = json_object_get(x->body, "user_emails"), *email;
	json_t *taken = json_array(), *refused = json_array();
	bool good = json_is_array(emails);
	size_t i;

	json_array_foreach(emails, i, email)
		good = good && json_is_string(email) && email_valid(json_string_value(email));
	json_array_foreach(good ? emails : NULL, i, email) {
		bool can = can_onboard(x, json_string_value(email));

		json_array_append(can ? taken : refused, email);
		if (can)
			onboarding_add(x->world, json_string_value(email));
	}
	answer_json(x->answer, 200,
		    json_pack("{s:o, s:o, s:o*, s:o*}", "users_in_onboarding_process", taken,
			      "users_unavailable_for_onboarding", refused,
			      "total_organization_seats", counter(x->world, x->world->seats_total),
			      "available_organization_seats", counter(x->world, seats_free(x->world))));
	if (!good)
		answer_invalid(x->answer, "body", "user_emails", emails ? "value_error" : "missing",
			       emails ? "a list of e-mail addresses expected" : "Field required");
}
