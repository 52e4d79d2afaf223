#include "tests/sim/api.h"

#include <stdio.h>

static void violation(struct exchange *x, const char *rule, const char *text)
{
	audit_violation(&x->sim->audit, x->entry, rule, "%s", text);
}

/* ---- the shape of a request -------------------------------------------- */

static void headers_check(struct exchange *x)
{
	const char *accept = request_header(x->request, "Accept");
	const char *org = request_header(x->request, "X-Org-Name");

	if (!x->bearer)
		violation(x, "missing_bearer", "no Authorization: Bearer header");
	if (!accept || (!strstr(accept, "application/json") && !strstr(accept, "*/*")))
		violation(x, "accept", "no Accept: application/json header");
	if (org && !str_eq(org, x->sim->org_id))
		violation(x, "org_header", "X-Org-Name names another organization");
	if (!x->world->switches.strict_headers)
		return;
	if (!org || !request_header(x->request, "X-API-Version"))
		violation(x, "missing_header", "X-Org-Name or X-API-Version is missing");
}

static void fields_check(struct exchange *x)
{
	const char *name;
	json_t *value;

	json_object_foreach(x->body, name, value)
		if (!word_in(x->route->fields, name))
			audit_violation(&x->sim->audit, x->entry, "unknown_field",
					"no such field in this call: %s", name);
}

static void content_check(struct exchange *x)
{
	static const char *const types[] = {
		[BODY_JSON] = "application/json",
		[BODY_FORM] = "application/x-www-form-urlencoded",
	};
	const char *type = request_header(x->request, "Content-Type");
	enum body_kind wanted = x->route->body;

	if (wanted == BODY_NONE) {
		if (x->request->body)
			violation(x, "unwanted_body", "a body where none belongs");
		return;
	}
	if (!x->request->body)
		violation(x, "missing_body", "no body");
	else if (!type || strncasecmp(type, types[wanted], strlen(types[wanted])) != 0)
		violation(x, "content_type", "wrong content type");
	else if (wanted == BODY_JSON && !x->body)
		violation(x, "bad_json", "the body is no JSON object");
	fields_check(x);
}

static void query_check(void *ctx, const char *name)
{
	struct exchange *x = ctx;
	const struct switches *s = &x->world->switches;
	bool paging = str_eq(name, "limit") || str_eq(name, "offset");

	if (!word_in(x->route->query, name))
		audit_violation(&x->sim->audit, x->entry, "unknown_query",
				"no such parameter in this call: %s", name);
	else if (paging && !s->page_size && !s->total_count)
		violation(x, "undeclared_paging", "limit or offset, and no total_count was shown");
}

/* ---- what must not be asked again -------------------------------------- */

/* Who is told that a bearer is dead asks for another at once: that repeats nothing. */
static uint64_t request_digest(const struct exchange *x)
{
	char died[24];

	snprintf(died, sizeof died, "%zu", json_object_size(x->sim->audit.dead));
	return digest_of(x->bearer ? x->bearer : died, x->request->method, x->request->path,
			 x->request->body ? x->request->body : "", NULL);
}

static void repetition_check(struct exchange *x)
{
	struct audit *a = &x->sim->audit;
	char key[20];

	snprintf(key, sizeof key, "%016llx", (unsigned long long)request_digest(x));
	if (json_object_get(a->denied, key))
		violation(x, "denied_again", "repeated after 403");
	if (str_eq(x->request->method, "POST") &&
	    audit_post_is_doubled(a, request_digest(x), x->world->switches.doubled_ms * 1000000))
		violation(x, "doubled_post", "the same POST twice in a moment");
	if ((int64_t)a->in_flight > x->world->switches.parallel_max)
		audit_violation(a, x->entry, "parallel", "%u requests in flight", a->in_flight);
}

void rules_answered(struct exchange *x)
{
	struct audit *a = &x->sim->audit;
	char key[20];
	json_int_t dead;

	if (x->answer->status == 403) {
		snprintf(key, sizeof key, "%016llx", (unsigned long long)request_digest(x));
		json_object_set_new(a->denied, key, json_true());
	}
	if (x->answer->status != 401 || !x->bearer)
		return;
	dead = 1 + json_integer_value(json_object_get(a->dead, x->bearer));
	json_object_set_new(a->dead, x->bearer, json_integer(dead));
	if (dead > x->world->switches.dead_token_max)
		audit_violation(a, x->entry, "dead_token", "%d requests with a bearer that is dead",
				(int)dead);
}

/* ---- what the agent must have known ------------------------------------ */

/*
 * Only what the agent has been shown counts against it: who was invited or
 * joined after the last list it read may be met by surprise.
 */
static bool was_seen(const struct list *l, uint64_t born)
{
	return born < l->seen_at;
}

static void invite_check(struct exchange *x)
{
	struct lists *l = &x->sim->lists;
	const char *email = json_string_value(json_object_get(x->body, "email"));
	struct invitation *i = email ? invitation_by_email(x->world, email, true) : NULL;
	struct member *m = email ? member_by_email(x->world, email) : NULL;

	if (m && was_seen(&l->members, m->born))
		violation(x, "invite_member", "the address is a member's, as the list has shown");
	if (i && was_seen(&l->invitations, i->born) &&
	    x->world->switches.duplicate_invite != DUPLICATE_REFRESH)
		violation(x, "invite_open", "the address has an open invitation, as listed");
}

static void resend_check(struct exchange *x)
{
	struct invitation *i = invitation_by_id(x->world, x->ids[0]);

	if (i && str_eq(i->status, "accepted") && x->sim->lists.invitations.seen_at > i->closed)
		violation(x, "resend_accepted", "the invitation was accepted before the last list");
}

static void meaning_check(struct exchange *x)
{
	const char *call = x->route->name;

	if (str_eq(call, "invite"))
		invite_check(x);
	else if (str_eq(call, "resend"))
		resend_check(x);
	else if (str_eq(call, "add_user") && !json_is_string(json_object_get(x->body, "email")))
		violation(x, "managed_user", "without an e-mail this makes a managed user");
	else if (x->route->offer == OFFER_NEVER)
		violation(x, "service_accounts", "these calls are not for an agent");
}

void rules_check(struct exchange *x)
{
	repetition_check(x);
	if (!x->route) {
		violation(x, "unknown_call", x->path_known ? "wrong method" : "no such path");
		return;
	}
	if (x->route->path[0] != '/')
		headers_check(x);
	content_check(x);
	request_each_query(x->request, query_check, x);
	meaning_check(x);
}
