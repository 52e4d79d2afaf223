#include "tests/sim/audit.h"

#include <stdio.h>

#include "tests/sim/clock.h"

enum { ENTRIES_MAX = 200000 };

void audit_init(struct audit *a)
{
	*a = (struct audit){
		.in_flight = a->in_flight, /* those go on through a reset */
		.violations = json_array(),
		.dead = json_object(),
		.denied = json_object(),
	};
}

static void entries_forget(struct audit *a, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		free(a->entries.items[i].path);
		free(a->entries.items[i].email);
		json_decref(a->entries.items[i].keys);
	}
	a->entries.nr -= nr;
	if (a->entries.nr)
		memmove(a->entries.items, a->entries.items + nr,
			a->entries.nr * sizeof *a->entries.items);
}

void audit_clear(struct audit *a)
{
	if (a->entries.nr)
		entries_forget(a, a->entries.nr);
	VEC_FREE(&a->entries);
	json_decref(a->violations);
	json_decref(a->dead);
	json_decref(a->denied);
}

static char *printable(const char *s)
{
	char *copy = strdup(s);

	for (char *c = copy; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return copy;
}

struct entry *audit_arrive(struct audit *a, uint64_t seq, utc at, const char *method,
			   const char *path)
{
	struct entry e = {.seq = seq, .at = at, .call = "unknown", .path = printable(path)};

	if (a->entries.nr == ENTRIES_MAX)
		entries_forget(a, ENTRIES_MAX / 2);
	snprintf(e.method, sizeof e.method, "%s", method);
	e.in_flight = ++a->in_flight;
	if (a->in_flight > a->in_flight_peak)
		a->in_flight_peak = a->in_flight;
	VEC_ADD(&a->entries, e);
	return &a->entries.items[a->entries.nr - 1];
}

void audit_leave(struct audit *a)
{
	a->in_flight--;
}

void audit_violation(struct audit *a, const struct entry *e, const char *rule, const char *fmt, ...)
{
	char text[256];
	va_list ap;
	json_t *v;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	v = json_pack("{s:I, s:I, s:s, s:s, s:s, s:s, s:s}", "seq", (json_int_t)e->seq, "at",
		      (json_int_t)e->at, "call", e->call, "method", e->method, "path", e->path,
		      "rule", rule, "text", text);
	json_array_append_new(a->violations, v);
}

bool audit_post_is_doubled(struct audit *a, uint64_t digest, int64_t within_ns)
{
	int64_t now = clock_real_ns();
	bool doubled = false;

	for (size_t i = 0; i < ARRAY_SIZE(a->posts); i++)
		doubled |= a->posts[i].digest == digest && now - a->posts[i].at_ns < within_ns;
	a->posts[a->posts_at++ % ARRAY_SIZE(a->posts)] = (struct post){digest, now};
	return doubled;
}

static json_t *entry_json(const struct entry *e)
{
	json_t *item =
		json_pack("{s:I, s:I, s:s, s:s, s:s, s:i, s:i}", "seq", (json_int_t)e->seq, "at",
			  (json_int_t)e->at, "method", e->method, "path", e->path, "call", e->call,
			  "status", (int)e->status, "in_flight", (int)e->in_flight);

	if (e->fault)
		json_object_set_new(item, "fault", json_string(e->fault));
	if (e->keys)
		json_object_set(item, "keys", e->keys);
	if (e->email)
		json_object_set_new(item, "email", json_string(e->email));
	return item;
}

json_t *audit_requests(const struct audit *a, uint64_t since, const char *call)
{
	json_t *items = json_array(), *calls = json_object();
	uint64_t last = a->entries.nr ? a->entries.items[a->entries.nr - 1].seq : since;

	for (size_t i = 0; i < a->entries.nr; i++) {
		const struct entry *e = &a->entries.items[i];

		if (e->seq <= since || (call && !str_eq(e->call, call)))
			continue;
		json_array_append_new(items, entry_json(e));
		json_object_set_new(
			calls, e->call,
			json_integer(1 + json_integer_value(json_object_get(calls, e->call))));
	}
	return json_pack("{s:o, s:o, s:I}", "items", items, "calls", calls, "last",
			 (json_int_t)last);
}

void audit_forget_requests(struct audit *a)
{
	entries_forget(a, a->entries.nr);
	a->in_flight_peak = a->in_flight;
}

void audit_forget_violations(struct audit *a)
{
	json_array_clear(a->violations);
	json_object_clear(a->dead);
	json_object_clear(a->denied);
}

uint64_t digest_of(const char *part, ...)
{
	uint64_t digest = 0xcbf29ce484222325u;
	va_list ap;

	va_start(ap, part);
	for (; part; part = va_arg(ap, const char *))
		for (const char *c = part;; c++) {
			digest = (digest ^ (unsigned char)*c) * 0x100000001b3u;
			if (!*c)
				break;
		}
	va_end(ap);
	return digest;
}
