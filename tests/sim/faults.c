#include "tests/sim/faults.h"

#include <stdio.h>
#include <strings.h>

#include "tests/sim/clock.h"

enum { HUGE_SECONDS = 999999999 };

/* How a kind changes the answer, and whether the call is carried out before it unless told. */
struct kind {
	const char *name;
	bool after_commit;
	void (*apply)(const struct fault *f, struct answer *a, utc now);
};

/* ---- fields of a rule -------------------------------------------------- */

static int64_t rule_integer(const struct fault *f, const char *name, int64_t otherwise)
{
	json_t *value = json_object_get(f->rule, name);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

static const char *rule_text(const struct fault *f, const char *name, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(f->rule, name));

	return text ? text : otherwise;
}

/* ---- the kinds --------------------------------------------------------- */

static void advice_add(const struct fault *f, struct answer *a, utc now)
{
	const char *form = rule_text(f, "advice", "none");
	int64_t seconds = rule_integer(f, "seconds", 1);
	bool reset = strncmp(form, "reset_", 6) == 0;
	char text[TIME_TEXT_SIZE] = "";

	if (str_eq(form, "none"))
		return;
	if (str_eq(form, "date"))
		time_http(text, now + seconds);
	else if (str_eq(form, "reset_iso"))
		time_format(text, now + seconds, TIME_Z);
	else if (str_eq(form, "garbage"))
		snprintf(text, sizeof text, "in a while");
	else
		snprintf(text, sizeof text, "%lld",
			 (long long)(str_eq(form, "negative")      ? -seconds
				     : str_eq(form, "huge")        ? HUGE_SECONDS
				     : str_eq(form, "reset_epoch") ? now + seconds
								   : seconds));
	answer_header(a, reset ? "X-RateLimit-Reset" : "Retry-After", text);
}

static void status_apply(const struct fault *f, struct answer *a, utc now)
{
	unsigned status = (unsigned)rule_integer(f, "status", 503);
	json_t *body = json_object_get(f->rule, "body");

	if (body)
		answer_json(a, status, json_incref(body));
	else if (status < 300)
		answer_empty(a, status);
	else
		answer_error(a, status, "injected", "injected fault %u", status);
	advice_add(f, a, now);
}

static void close_apply(const struct fault *f, struct answer *a, utc now)
{
	(void)f, (void)now;
	answer_clear(a);
	a->sending = SEND_NOTHING;
}

static void reset_apply(const struct fault *f, struct answer *a, utc now)
{
	close_apply(f, a, now);
	a->sending = SEND_RESET;
}

static void cut_apply(const struct fault *f, struct answer *a, utc now)
{
	size_t half = a->body ? a->body->len / 2 : 0;

	(void)now;
	a->sending = SEND_PART;
	a->bytes = (size_t)rule_integer(f, "bytes", (int64_t)half);
}

static void idle_close_apply(const struct fault *f, struct answer *a, utc now)
{
	(void)f, (void)now;
	a->sending = SEND_THEN_CLOSE;
}

static void drip_apply(const struct fault *f, struct answer *a, utc now)
{
	(void)now;
	a->sending = SEND_DRIP;
	a->bytes = (size_t)rule_integer(f, "bytes", 1);
	a->piece_ns = rule_integer(f, "ms", 100) * 1000000;
}

static void stall_apply(const struct fault *f, struct answer *a, utc now)
{
	(void)now;
	a->delay_ns = rule_integer(f, "ms", 60000) * 1000000;
}

static void hold_apply(const struct fault *f, struct answer *a, utc now)
{
	(void)f, (void)now;
	a->held = true;
}

static void html_apply(const struct fault *f, struct answer *a, utc now)
{
	(void)now;
	answer_html(a, (unsigned)rule_integer(f, "status", 200));
}

static void empty_apply(const struct fault *f, struct answer *a, utc now)
{
	unsigned status = (unsigned)rule_integer(f, "status", a->status ? a->status : 200);

	(void)now;
	answer_blob(a, status, "application/json", NULL);
}

/* All of it arrives, and it is not whole. */
static void truncated_apply(const struct fault *f, struct answer *a, utc now)
{
	static const char torn[] = "{\"items\":[{\"id\":\"";
	size_t len = a->body ? a->body->len : 0;
	struct blob *half =
		len > 1 ? blob_make(a->body->bytes, len / 2) : blob_make(torn, sizeof torn - 1);

	(void)f, (void)now;
	blob_drop(a->body);
	a->body = half;
	a->status = a->status ? a->status : 200;
	a->type = "application/json";
}

static void content_type_apply(const struct fault *f, struct answer *a, utc now)
{
	(void)now;
	a->type = rule_text(f, "type", "text/plain");
}

static void redirect_apply(const struct fault *f, struct answer *a, utc now)
{
	(void)now;
	answer_empty(a, (unsigned)rule_integer(f, "status", 301));
	answer_header(a, "Location", rule_text(f, "location", "http://127.0.0.1:1/elsewhere"));
}

static void huge_apply(const struct fault *f, struct answer *a, utc now)
{
	(void)now;
	a->sending = SEND_PADDED;
	a->bytes = (size_t)rule_integer(f, "bytes", 256 << 20);
}

static void nothing_apply(const struct fault *f, struct answer *a, utc now)
{
	(void)f, (void)a, (void)now;
}

static const struct kind kinds[] = {
	{"status", false, status_apply},
	{"close", false, close_apply},
	{"reset", false, reset_apply},
	{"html", false, html_apply},
	{"redirect", false, redirect_apply},
	{"cut", true, cut_apply},
	{"idle_close", true, idle_close_apply},
	{"drip", true, drip_apply},
	{"stall", true, stall_apply},
	{"hold", true, hold_apply},
	{"empty", true, empty_apply},
	{"truncated", true, truncated_apply},
	{"content_type", true, content_type_apply},
	{"huge", true, huge_apply},
	{"second_writer", true, nothing_apply},
};

static const struct kind *kind_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (str_eq(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

/* ---- rules ------------------------------------------------------------- */

static int when_read(json_t *rule, bool *after_commit, struct err *e)
{
	const char *when = json_string_value(json_object_get(rule, "when"));

	if (!when)
		return 0;
	if (!str_eq(when, "before") && !str_eq(when, "after"))
		return err_set(e, ERR_USAGE, "when: \"before\" or \"after\" (the commit) expected");
	*after_commit = str_eq(when, "after");
	return 0;
}

static int keys_check(json_t *rule, struct err *e)
{
	static const char *const known[] = {
		"call",    "email", "kind", "count", "after", "chance", "when",     "status", "advice",
		"seconds", "body", "bytes", "ms",    "type",   "location", "action",
	};
	static const char *const forms[] = {
		"none",     "seconds", "date",        "garbage",
		"negative", "huge",    "reset_epoch", "reset_iso",
	};
	json_t *advice = json_object_get(rule, "advice"), *value;
	const char *name;

	json_object_foreach(rule, name, value)
		if (word_index(known, ARRAY_SIZE(known), name) < 0)
			return err_set(e, ERR_USAGE, "unknown key %s in a fault", name);
	if (advice && word_index(forms, ARRAY_SIZE(forms), json_string_value(advice)) < 0)
		return err_set(e, ERR_USAGE, "unknown form of advice in a fault");
	return 0;
}

int faults_add(struct faults *f, json_t *rule, struct err *e)
{
	const char *name = json_string_value(json_object_get(rule, "kind"));
	const char *call = json_string_value(json_object_get(rule, "call"));
	const struct kind *kind = kind_find(name);
	json_t *chance = json_object_get(rule, "chance");
	struct fault new = {.rule = rule, .chance = chance ? json_number_value(chance) : 1};

	if (!kind)
		return err_set(e, ERR_USAGE, "unknown kind of fault: %s", name ? name : "(none)");
	new.after_commit = kind->after_commit;
	if (keys_check(rule, e) || when_read(rule, &new.after_commit, e))
		return -1;
	new.kind = kind->name;
	new.call = call ? call : "any";
	new.email = rule_text(&new, "email", NULL);
	new.skip = rule_integer(&new, "after", 0);
	new.left = rule_integer(&new, "count", 1);
	json_incref(rule);
	VEC_ADD(&f->rules, new);
	return 0;
}

static bool fault_happens(struct fault *f, struct random *random, const char *call,
			  const char *email)
{
	if (f->left == 0 || (!str_eq(f->call, "any") && !str_eq(f->call, call)))
		return false;
	if (f->email && (!email || strcasecmp(f->email, email) != 0))
		return false;
	if (f->skip > 0) {
		f->skip--;
		return false;
	}
	if (f->chance < 1 && !random_chance(random, f->chance))
		return false;
	f->left -= f->left > 0;
	f->hits++;
	return true;
}

const struct fault *faults_take(struct faults *f, struct random *random, const char *call,
				const char *email)
{
	for (size_t i = 0; i < f->rules.nr; i++)
		if (fault_happens(&f->rules.items[i], random, call, email))
			return &f->rules.items[i];
	return NULL;
}

void fault_apply(const struct fault *f, struct answer *answer, utc now)
{
	kind_find(f->kind)->apply(f, answer, now);
	if (!answer->status && answer->sending != SEND_NOTHING && answer->sending != SEND_RESET)
		answer->status = 503; /* a way of sending, and nothing to send */
}

json_t *fault_action(const struct fault *f)
{
	return str_eq(f->kind, "second_writer") ? json_object_get(f->rule, "action") : NULL;
}

bool fault_replaces(const struct fault *f)
{
	return !f->after_commit;
}

json_t *faults_json(const struct faults *f)
{
	json_t *items = json_array();

	for (size_t i = 0; i < f->rules.nr; i++) {
		const struct fault *rule = &f->rules.items[i];
		json_t *item = json_copy(rule->rule);

		json_object_set_new(item, "hits", json_integer(rule->hits));
		json_object_set_new(item, "left", json_integer(rule->left));
		json_array_append_new(items, item);
	}
	return json_pack("{s:o}", "items", items);
}

void faults_clear(struct faults *f)
{
	for (size_t i = 0; i < f->rules.nr; i++)
		json_decref(f->rules.items[i].rule);
	VEC_FREE(&f->rules);
}
