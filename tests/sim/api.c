#include "tests/sim/api.h"

#include <stdio.h>

#include "tests/sim/control.h"

#define ORGANIZATIONS "/api/v1/organizations/"

/* The published calls, then those that are our model of the rest. */
static const struct route routes[] = {
	{"token", "POST", "/api/iam/token", BODY_FORM, "grant_type client_id client_secret", "",
	 ALWAYS, access_token},
	{"token", "POST", "/api/auth/oauth2/token", BODY_FORM, "grant_type client_id client_secret",
	 "", ALWAYS, access_token},
	{"users", "GET", "users", BODY_NONE, "", "include_groups limit offset", ALWAYS,
	 members_get},
	{"add_user", "POST", "users", BODY_JSON, "email first_name last_name", "", ALWAYS,
	 members_post},
	{"remove", "DELETE", "users/{}", BODY_NONE, "", "", ALWAYS, member_delete},
	{"assign", "POST", "users/{}/seats", BODY_NONE, "", "send_seat_assigned_email", ALWAYS,
	 seat_post},
	{"revoke", "DELETE", "users/{}/seats", BODY_NONE, "", "", ALWAYS, seat_delete},
	{"issue_token", "POST", "users/{}/token", BODY_JSON,
	 "expires_at expiration_tolerance_months send_token_email", "", ALWAYS, token_post},
	{"update_token", "PATCH", "users/{}/token", BODY_JSON,
	 "expires_at expiration_tolerance_months is_renewal", "", ALWAYS, token_patch},
	{"tokens", "GET", "users/{}/tokens", BODY_NONE, "", "", ALWAYS, tokens_get},
	{"revoke_token", "DELETE", "users/{}/tokens/{}", BODY_NONE, "", "", ALWAYS, token_delete},
	{"onboard", "POST", "users_auto_registration", BODY_JSON, "user_emails", "", ALWAYS,
	 members_onboard},
	{"service_accounts", "GET", "service-accounts", BODY_NONE, "", "", OFFER_NEVER,
	 service_accounts},
	{"service_accounts", "POST", "service-accounts", BODY_JSON, "name", "", OFFER_NEVER,
	 service_accounts},
	{"service_accounts", "DELETE", "service-accounts/{}", BODY_NONE, "", "", OFFER_NEVER,
	 service_accounts},
	{"invitations", "GET", "invitations", BODY_NONE, "", "limit offset", OFFER_INVITATIONS,
	 invitations_get},
	{"invite", "POST", "invitations", BODY_JSON, "email role", "", OFFER_INVITATIONS,
	 invitations_post},
	{"resend", "POST", "invitations/{}/resend", BODY_NONE, "", "", OFFER_RESEND,
	 invitation_resend},
	{"cancel", "DELETE", "invitations/{}", BODY_NONE, "", "", OFFER_INVITATIONS,
	 invitation_delete},
	{"role", "PATCH", "users/{}", BODY_JSON, "role", "", OFFER_ROLES, member_role},
	{"role", "PUT", "users/{}/role", BODY_JSON, "role", "", OFFER_ROLES, member_role},
	{"seats", "GET", "seats", BODY_NONE, "", "", OFFER_SEATS, seats_get},
};

/* ---- which call it is -------------------------------------------------- */

static bool segment_match(const char **pattern, const char **path, struct exchange *x, size_t *id)
{
	size_t wanted = strcspn(*pattern, "/"), len = strcspn(*path, "/");
	bool is_id = strncmp(*pattern, "{}", wanted) == 0 && wanted == 2;

	if (is_id ? len == 0 : len != wanted || memcmp(*pattern, *path, len) != 0)
		return false;
	if (is_id)
		snprintf(x->ids[(*id)++], sizeof x->ids[0], "%.*s", (int)len, *path);
	*pattern += wanted;
	*path += len;
	return true;
}

static bool path_match(const char *pattern, const char *path, struct exchange *x)
{
	size_t id = 0;

	if (*pattern == '/') /* absolute: no ids in it */
		return strcmp(pattern, path) == 0;
	if (strncmp(path, ORGANIZATIONS, strlen(ORGANIZATIONS)) != 0)
		return false;
	path += strlen(ORGANIZATIONS);
	snprintf(x->org, sizeof x->org, "%.*s", (int)strcspn(path, "/"), path);
	path += strcspn(path, "/");
	if (*path++ != '/')
		return false;
	while (segment_match(&pattern, &path, x, &id)) {
		if (!*pattern || !*path)
			return *pattern == *path;
		pattern++, path++;
	}
	return false;
}

static void route_find(struct exchange *x)
{
	for (size_t i = 0; i < ARRAY_SIZE(routes) && !x->route; i++) {
		if (!path_match(routes[i].path, x->request->path, x))
			continue;
		x->path_known = true;
		if (str_eq(routes[i].method, x->request->method))
			x->route = &routes[i];
	}
	x->entry->call = x->route ? x->route->name : "unknown";
}

/* ---- what is offered --------------------------------------------------- */

static enum offered offer_of(const struct exchange *x)
{
	const struct switches *s = &x->world->switches;

	switch (x->route->offer) {
	case OFFER_INVITATIONS:
		return (enum offered)s->invitations;
	case OFFER_RESEND:
		return (enum offered)(s->invitations != OFFERED ? s->invitations : s->resend);
	case OFFER_ROLES:
		return (enum offered)s->roles;
	case OFFER_SEATS:
		return (enum offered)s->seats_counter;
	case ALWAYS:
	case OFFER_NEVER:
		break;
	}
	return OFFERED;
}

static bool offer_check(struct exchange *x)
{
	switch (offer_of(x)) {
	case OFFERED:
		return true;
	case OFFERED_404:
		answer_detail(x->answer, 404, "Not Found");
		break;
	case OFFERED_405:
		answer_detail(x->answer, 405, "Method Not Allowed");
		break;
	case OFFERED_HTML:
		answer_html(x->answer, 200);
		break;
	case OFFERED_403:
		answer_error(x->answer, 403, "forbidden", "this account may not do this");
		break;
	}
	return false;
}

/* ---- the body ---------------------------------------------------------- */

static void body_read(struct exchange *x)
{
	const struct request *r = x->request;

	if (!x->route || x->route->body != BODY_JSON || !r->body)
		return;
	x->body = json_loadb(r->body, r->body_nr, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(x->body)) {
		json_decref(x->body);
		x->body = NULL;
	}
}

/* As FastAPI does: a body of another type is no object, one that is no JSON has a place. */
static bool body_check(struct exchange *x)
{
	const char *type = request_header(x->request, "Content-Type");

	if (x->route->body != BODY_JSON)
		return true;
	if (!x->request->body)
		answer_invalid(x->answer, "body", NULL, "missing", "Field required");
	else if (!type || strncasecmp(type, "application/json", 16) != 0)
		answer_invalid(x->answer, "body", NULL, "model_attributes_type",
			       "Input should be a valid dictionary or object");
	else if (!x->body)
		answer_json(x->answer, 422,
			    json_pack("{s:[{s:[s,i], s:s, s:s}]}", "detail", "loc", "body", 0,
				      "msg", "JSON decode error", "type", "json_invalid"));
	else
		return true;
	return false;
}

/* ---- carrying it out --------------------------------------------------- */

static void exchange_run(struct exchange *x)
{
	if (!x->route) {
		if (x->path_known)
			answer_detail(x->answer, 405, "Method Not Allowed");
		else
			answer_detail(x->answer, 404, "Not Found");
		return;
	}
	if (x->route->path[0] != '/') {
		if (!access_check(x))
			return;
		if (!str_eq(x->org, x->sim->org_id)) {
			answer_error(x->answer, 403, "forbidden", "no access to this organization");
			return;
		}
		if (!offer_check(x) || !body_check(x))
			return;
	}
	x->route->run(x);
}

/* Whom it is about: by the body, or by the member or invitation of the path. */
static const char *exchange_whose(struct exchange *x)
{
	const struct member *m;
	const struct invitation *i;

	if (!x->sim->faults.rules.nr || x->entry->email)
		return x->entry->email; /* without a rule nobody asks */
	m = member_by_id(x->world, x->ids[0]);
	if (m)
		return json_string_value(json_object_get(m->api, "email"));
	i = invitation_by_id(x->world, x->ids[0]);
	return i ? i->email : NULL;
}

static void exchange_do(struct exchange *x)
{
	struct sim *s = x->sim;
	const struct fault *taken =
		faults_take(&s->faults, &s->world.random, x->entry->call, exchange_whose(x));
	struct fault fault = taken ? *taken : (struct fault){0};

	if (taken) {
		x->entry->fault = fault.kind;
		json_incref(fault.rule); /* the action may clear the faults */
		control_act(s, fault_action(&fault));
	}
	if (!taken || !fault_replaces(&fault))
		exchange_run(x);
	if (taken)
		fault_apply(&fault, x->answer, world_now(x->world));
	json_decref(fault.rule);
}

static void entry_describe(struct exchange *x)
{
	const char *email = json_string_value(json_object_get(x->body, "email")), *name;
	json_t *value;

	if (x->body)
		x->entry->keys = json_array();
	json_object_foreach(x->body, name, value)
		json_array_append_new(x->entry->keys, json_string(name));
	x->entry->email = email ? strdup(email) : NULL;
}

static void bearer_read(struct exchange *x)
{
	const char *value = request_header(x->request, "Authorization");

	if (value && strncasecmp(value, "Bearer ", 7) == 0)
		x->bearer = value + 7;
}

void api_handle(void *sim, struct request *r)
{
	struct sim *s = sim;
	struct exchange x = {.sim = s, .world = &s->world, .request = r, .answer = &r->answer};

	s->world.sequence++;
	world_advance(&s->world);
	x.entry = audit_arrive(&s->audit, s->world.sequence, world_now(&s->world), r->method,
			       r->path);
	route_find(&x);
	body_read(&x);
	bearer_read(&x);
	entry_describe(&x);
	rules_check(&x);
	exchange_do(&x);
	rules_answered(&x);
	x.entry->status = x.answer->status;
	x.answer->delay_ns += s->world.switches.latency_ms * 1000000;
	json_decref(x.body);
}

void api_done(void *sim, struct request *r)
{
	struct sim *s = sim;

	(void)r;
	audit_leave(&s->audit);
}
