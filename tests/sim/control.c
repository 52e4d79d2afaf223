#include "tests/sim/control.h"

#include <stdio.h>

#include "tests/sim/words.h"

/* One order and its answer.  query is NULL when a second writer gives it. */
struct order {
	struct sim *sim;
	struct world *world;
	const struct request *query;
	json_t *body; /* an object, maybe empty */
	struct answer *answer;
};

static void refuse(struct order *o, unsigned status, const char *what, const char *subject)
{
	char text[ERR_TEXT_MAX + 64];

	snprintf(text, sizeof text, subject ? "%s: %s" : "%s", what, subject);
	answer_json(o->answer, status, json_pack("{s:s}", "error", text));
}

static const char *body_text(struct order *o, const char *name)
{
	return json_string_value(json_object_get(o->body, name));
}

/* An epoch or an ISO text; `otherwise` when it is neither. */
static utc body_time(json_t *object, const char *name, utc otherwise)
{
	json_t *value = json_object_get(object, name);
	utc t;

	if (json_is_integer(value))
		return json_integer_value(value);
	return json_is_string(value) && !time_parse(json_string_value(value), &t) ? t : otherwise;
}

static void done(struct order *o)
{
	if (!o->answer->status)
		answer_json(o->answer, 200, json_object());
}

/* ---- seed and reset ------------------------------------------------------ */

static void seed_seats(struct order *o, json_t *seats)
{
	const char *product = json_string_value(json_object_get(seats, "product"));
	json_t *total = json_object_get(seats, "total");

	if (json_is_integer(total))
		o->world->seats_total = json_integer_value(total);
	if (product) {
		free(o->world->product);
		o->world->product = strdup(product);
	}
}

static void seed_invitation(struct order *o, json_t *given)
{
	struct world *w = o->world;
	const char *email = json_string_value(json_object_get(given, "email"));
	const char *status = json_string_value(json_object_get(given, "status"));
	utc age = json_integer_value(json_object_get(given, "age_seconds"));
	struct invitation *i;

	if (!email) {
		refuse(o, 400, "an invitation without an email", NULL);
		return;
	}
	i = invitation_add(w, json_string_value(json_object_get(given, "id")), email,
			   json_string_value(json_object_get(given, "role")));
	i->attempts = 1;
	i->created = body_time(given, "created_at", world_now(w) - age);
	i->last_sent = i->created;
	i->expires = body_time(given, "expires_at", i->created + w->switches.invitation_lifetime);
	if (status)
		invitation_set_status(w, i, status);
}

static void seed(struct order *o)
{
	json_t *item;
	size_t i;

	seed_seats(o, json_object_get(o->body, "seats"));
	json_array_foreach(json_object_get(o->body, "members"), i, item)
		member_add(o->world, item);
	json_array_foreach(json_object_get(o->body, "invitations"), i, item)
		seed_invitation(o, item);
}

static void reset(struct order *o)
{
	sim_reset(o->sim);
	server_let_go(&o->sim->api);
}

/* ---- looking --------------------------------------------------------------- */

static json_t *dump_members(const struct world *w)
{
	json_t *items = json_array();

	for (size_t i = 0; i < w->members.nr; i++) {
		const struct member *m = &w->members.items[i];
		json_t *item, *live = token_live(w, m);

		if (m->gone)
			continue;
		item = json_copy(m->api);
		json_object_set_new(item, "seat", json_boolean(m->seated));
		json_object_set_new(item, "tokens", json_integer(live != NULL));
		json_object_set_new(item, "tokens_ever",
				    json_integer((json_int_t)json_array_size(m->tokens)));
		if (live)
			json_object_set(item, "token_expires_at",
					json_object_get(live, "expires_at"));
		json_array_append_new(items, item);
	}
	return items;
}

static json_t *dump_invitations(const struct world *w)
{
	json_t *items = json_array();

	for (size_t nr = 0; nr < w->invitations.nr; nr++) {
		const struct invitation *i = &w->invitations.items[nr];

		if (i->gone)
			continue;
		json_array_append_new(items, json_pack("{s:s, s:s, s:s, s:s, s:i, s:I, s:I, s:I}",
						       "id", i->id, "email", i->email, "role",
						       i->role, "status", invitation_status(w, i),
						       "attempts", (int)i->attempts, "created_at",
						       (json_int_t)i->created, "expires_at",
						       (json_int_t)i->expires, "last_sent_at",
						       (json_int_t)i->last_sent));
	}
	return items;
}

static void dump(struct order *o)
{
	struct world *w = o->world;
	json_t *seats = json_pack("{s:I, s:I, s:I, s:s}", "total", (json_int_t)w->seats_total,
				  "assigned", (json_int_t)w->seats_assigned, "available",
				  (json_int_t)seats_free(w), "product", w->product);

	answer_json(o->answer, 200,
		    json_pack("{s:I, s:o, s:o, s:o, s:i, s:I, s:i, s:i}", "now",
			      (json_int_t)world_now(w), "seats", seats, "members", dump_members(w),
			      "invitations", dump_invitations(w), "onboarding",
			      (int)w->onboarding.nr, "access_tokens",
			      (json_int_t)o->sim->access.issued, "connections",
			      (int)o->sim->api.connections, "in_flight_peak",
			      (int)o->sim->audit.in_flight_peak));
}

static void mail_get(struct order *o)
{
	answer_json(o->answer, 200, mail_json(&o->world->mail));
}

static void mail_delete(struct order *o)
{
	mail_clear(&o->world->mail);
}

static void requests_get(struct order *o)
{
	const char *since = o->query ? request_query(o->query, "since") : NULL;
	const char *call = o->query ? request_query(o->query, "call") : NULL;

	answer_json(o->answer, 200,
		    audit_requests(&o->sim->audit, since ? strtoull(since, NULL, 10) : 0, call));
}

static void requests_delete(struct order *o)
{
	audit_forget_requests(&o->sim->audit);
}

static void violations_get(struct order *o)
{
	json_t *items = o->sim->audit.violations;

	answer_json(o->answer, 200,
		    json_pack("{s:O, s:I}", "items", items, "count",
			      (json_int_t)json_array_size(items)));
}

static void violations_delete(struct order *o)
{
	audit_forget_violations(&o->sim->audit);
}

/* ---- people ------------------------------------------------------------------ */

static bool accept_one(struct order *o, const char *email, const char *as, json_t *accepted)
{
	static const char *const known[] = {"first_name", "last_name"};
	json_t *names = json_object();
	struct member *m;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		json_object_set(names, known[i], json_object_get(o->body, known[i]));
	m = invitation_accept(o->world, email, as ? as : email, names);
	json_decref(names);
	if (!m)
		return false;
	json_array_append_new(accepted,
			      json_pack("{s:s, s:s}", "email", email, "member_id", m->id));
	return true;
}

static void accept_all(struct order *o, json_t *accepted)
{
	size_t nr = o->world->invitations.nr;

	for (size_t i = 0; i < nr; i++)
		if (invitation_open(o->world, &o->world->invitations.items[i]))
			accept_one(o, o->world->invitations.items[i].email, NULL, accepted);
}

static void accept(struct order *o)
{
	const char *email = body_text(o, "email"), *failed = NULL;
	json_t *emails = json_object_get(o->body, "emails"), *accepted = json_array(), *item;
	size_t i;

	if (email && !accept_one(o, email, body_text(o, "as"), accepted))
		failed = email;
	json_array_foreach(emails, i, item)
		if (!accept_one(o, json_string_value(item), NULL, accepted))
			failed = json_string_value(item);
	if (json_is_true(json_object_get(o->body, "all")))
		accept_all(o, accepted);
	answer_json(o->answer, 200, json_pack("{s:o}", "accepted", accepted));
	if (failed)
		refuse(o, 409, "this address has no link that works", failed);
}

/* Declined by the recipient or removed by another's hand: the link is dead. */
static void decline(struct order *o)
{
	const char *email = body_text(o, "email");
	struct invitation *i = email ? invitation_by_email(o->world, email, true) : NULL;

	if (i)
		invitation_set_status(o->world, i, "removed");
	else
		refuse(o, 409, "no open invitation", email);
}

static void change_seat(struct order *o, struct member *m)
{
	json_t *seat = json_object_get(o->body, "seat");

	if (json_is_true(seat) && !m->seated)
		seat_assign(o->world, m);
	if (json_is_false(seat) && m->seated)
		seat_revoke(o->world, m);
}

static void change(struct order *o)
{
	const char *email = body_text(o, "email"), *name;
	struct member *m = email ? member_by_email(o->world, email) : NULL;
	json_t *value;

	if (!m) {
		refuse(o, 409, "no such member", email);
		return;
	}
	json_object_foreach(json_object_get(o->body, "set"), name, value)
		member_set(o->world, m, name, json_incref(value));
	change_seat(o, m);
	if (json_is_true(json_object_get(o->body, "remove")))
		member_remove(o->world, m);
}

/* Another hand, on the site: issues a token that lives so long, or revokes all. */
static void token_change(struct order *o)
{
	const char *email = body_text(o, "email");
	struct member *m = email ? member_by_email(o->world, email) : NULL;
	json_int_t lives = json_integer_value(json_object_get(o->body, "issue"));

	if (!m || !m->seated) {
		refuse(o, 409, "no such member with a seat", email);
		return;
	}
	if (json_is_true(json_object_get(o->body, "revoke")))
		tokens_revoke(m);
	if (lives > 0)
		token_issue(o->world, m, world_now(o->world) + lives);
}

/* ---- the platform ------------------------------------------------------------- */

static void clock_post(struct order *o)
{
	struct clock *c = &o->world->clock;
	utc set = body_time(o->body, "set", 0);

	if (set)
		c->offset += set - clock_now(c);
	c->offset += json_integer_value(json_object_get(o->body, "advance"));
	world_advance(o->world);
	answer_json(o->answer, 200, json_pack("{s:I}", "now", (json_int_t)clock_now(c)));
}

static void pool_post(struct order *o)
{
	seed_seats(o, o->body);
}

static void tokens_revoke_all(struct order *o)
{
	json_object_clear(o->sim->access.tokens);
}

static void switches_get(struct order *o)
{
	answer_json(o->answer, 200, switches_json(&o->world->switches));
}

static void switches_post(struct order *o)
{
	struct err e;

	if (switches_set(&o->world->switches, o->body, &e))
		refuse(o, 400, e.text, NULL);
}

static void faults_get(struct order *o)
{
	answer_json(o->answer, 200, faults_json(&o->sim->faults));
}

static void faults_post(struct order *o)
{
	json_t *rules = json_object_get(o->body, "rules"), *seed_value, *rule;
	struct err e;
	size_t i;

	seed_value = json_object_get(o->body, "seed");
	if (json_is_integer(seed_value))
		o->world->random.state = (uint64_t)json_integer_value(seed_value);
	if (json_object_get(o->body, "kind") && faults_add(&o->sim->faults, o->body, &e))
		refuse(o, 400, e.text, NULL);
	json_array_foreach(rules, i, rule)
		if (faults_add(&o->sim->faults, rule, &e))
			refuse(o, 400, e.text, NULL);
}

static void faults_delete(struct order *o)
{
	faults_clear(&o->sim->faults);
	server_let_go(&o->sim->api);
}

/* ---- which order it is --------------------------------------------------------- */

static const struct call {
	const char *method, *path;
	const char *keys; /* known in the body, divided by spaces; NULL: the call's own check */
	void (*run)(struct order *o);
	bool second_writer; /* may be done while a request is being answered */
} calls[] = {
	{"POST", "/seed", "seats members invitations", seed, true},
	{"POST", "/reset", "", reset, false},
	{"GET", "/dump", "", dump, false},
	{"GET", "/mail", "", mail_get, false},
	{"DELETE", "/mail", "", mail_delete, false},
	{"GET", "/requests", "", requests_get, false},
	{"DELETE", "/requests", "", requests_delete, false},
	{"GET", "/violations", "", violations_get, false},
	{"DELETE", "/violations", "", violations_delete, false},
	{"POST", "/accept", "email as emails all first_name last_name", accept, true},
	{"POST", "/decline", "email", decline, true},
	{"POST", "/change", "email set seat remove", change, true},
	{"POST", "/token", "email issue revoke", token_change, true},
	{"POST", "/clock", "advance set", clock_post, true},
	{"POST", "/pool", "total product", pool_post, true},
	{"POST", "/revoke-tokens", "", tokens_revoke_all, true},
	{"GET", "/switches", "", switches_get, false},
	{"POST", "/switches", NULL, switches_post, true},
	{"GET", "/faults", "", faults_get, false},
	{"POST", "/faults", NULL, faults_post, false},
	{"DELETE", "/faults", "", faults_delete, false},
};

static const struct call *call_find(const char *method, const char *path)
{
	for (size_t i = 0; path && i < ARRAY_SIZE(calls); i++)
		if (str_eq(calls[i].method, method) && str_eq(calls[i].path, path))
			return &calls[i];
	return NULL;
}

static bool keys_check(struct order *o, const struct call *c)
{
	const char *name;
	json_t *value;

	json_object_foreach(o->body, name, value)
		if (c->keys && !word_in(c->keys, name)) {
			refuse(o, 400, "unknown key", name);
			return false;
		}
	return true;
}

static void order_run(struct order *o, const struct call *c)
{
	if (!c)
		refuse(o, 404, "no such control call", NULL);
	else if (!json_is_object(o->body))
		refuse(o, 400, "the body is no JSON object", NULL);
	else if (keys_check(o, c))
		c->run(o);
	if (c && str_eq(c->method, "POST"))
		lists_settle(&o->sim->lists, o->world);
	done(o);
}

void control_handle(void *sim, struct request *r)
{
	struct sim *s = sim;
	struct order o = {.sim = s, .world = &s->world, .query = r, .answer = &r->answer};

	world_advance(&s->world);
	o.body = r->body ? json_loadb(r->body, r->body_nr, 0, NULL) : json_object();
	order_run(&o, call_find(r->method, r->path));
	json_decref(o.body);
}

void control_act(struct sim *s, json_t *action)
{
	const struct call *c;
	struct answer dropped = {0};
	struct order o = {.sim = s, .world = &s->world, .answer = &dropped};
	json_t *nothing = json_object();

	c = call_find("POST", json_string_value(json_object_get(action, "path")));
	o.body = json_object_get(action, "body") ? json_object_get(action, "body") : nothing;
	if (c && c->second_writer)
		order_run(&o, c);
	answer_clear(&dropped);
	json_decref(nothing);
}
