#include "connectors/scim_confirm.h"

#include "connectors/scim_query.h"
#include "connectors/scim_value.h"

enum {
	AT_ONCE = 64,
	CONTROLS = 3,
};

enum presence { NOT_TOLD, GONE, DISABLED, THERE };

struct question {
	const char *id;
	bool by_filter;         /* id is an externalId */
	enum presence presence;
};

void scim_unconfirmed(struct arena *a, struct reading *r, const char *why)
{
	r->state = PARTIAL;
	r->why = arena_printf(a, "who is missing could not be confirmed gone: %.*s",
			      (int)strcspn(why, "\n"), why);
}

/* ---- one answer ------------------------------------------------------------------- */

static enum presence user_presence(const json_t *user)
{
	return scim_truth(user, "active") == SCIM_FALSE ? DISABLED : THERE;
}

static enum presence by_id(const struct scim_get *get, const char *id)
{
	if (get->status == 404)
		return GONE;
	if (get->status == 200 && str_eq(scim_text(get->body, "id"), id))
		return user_presence(get->body);
	return NOT_TOLD;
}

/* A filter may come back empty without being understood: the control tells. */
static enum presence by_filter(const struct scim_get *get, const char *external)
{
	const json_t *found = scim_at(get->body, "Resources");
	const json_t *user = json_array_get(found, 0);
	int64_t total;

	if (get->status != 200 || json_count(scim_at(get->body, "totalResults"), &total))
		return NOT_TOLD;
	if (total == 0 && json_array_size(found) == 0)
		return GONE;
	if (total == 1 && str_eq(scim_text(user, "externalId"), external))
		return user_presence(user);
	return NOT_TOLD;
}

static void on_done(struct scim_get *get)
{
	struct question *q = get->ctx;

	q->presence = q->by_filter ? by_filter(get, q->id) : by_id(get, q->id);
}

/* ---- questions ---------------------------------------------------------------------- */

static struct scim_get question_put(const struct scim *s, struct arena *a, struct question *q)
{
	struct scim_query query = {.resource = "/Users", .start = 1, .count = 2};
	struct scim_get get = {.done = on_done, .ctx = q};

	if (q->by_filter) {
		query.filter = arena_printf(a, "externalId eq %s", scim_filter_word(a, q->id));
		scim_query_put(s, a, &query, &get);
	} else {
		get.path = arena_printf(a, "/Users/%s", http_encode(a, q->id));
	}
	return get;
}

/* NULL when all are as wanted (GONE: or disabled); else who is not, in `a`. */
static const char *questions_ask(struct scim *s, struct arena *a, struct question *q, size_t nr,
				 enum presence wanted)
{
	struct scim_get gets[AT_ONCE];
	struct arena scratch = {0};
	const char *why = NULL;
	struct err e = {0};

	for (size_t i = 0; i < nr; i++)
		gets[i] = question_put(s, &scratch, &q[i]);
	if (scim_run(s, gets, nr, &e))
		why = arena_strdup(a, e.text);
	for (size_t i = 0; i < nr && !why; i++) {
		if (q[i].presence == wanted || (wanted == GONE && q[i].presence == DISABLED))
			continue;
		if (q[i].presence == THERE)
			why = arena_printf(a, "user %s is there, and not in the list of users",
					   q[i].id);
		else
			why = arena_printf(a, "user %s, asked for by %s: %d: %s", q[i].id,
					   q[i].by_filter ? "externalId" : "id", gets[i].status,
					   gets[i].words);
	}
	arena_free(&scratch);
	return why;
}

/* True when the id needs encoding in a path. */
static bool odd(const char *id)
{
	return id[strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			     "0123456789-_.~")] != '\0';
}

/* The first active person of the list from `from` on, round its end. */
static const char *living_find(const struct reading *r, size_t from, bool is_odd)
{
	for (size_t i = 0; i < r->people_nr; i++) {
		const struct person *p = &r->people[(from + i) % r->people_nr];

		if (!p->disabled && odd(p->id) == is_odd)
			return p->id;
	}
	return NULL;
}

/*
 * Somebody who is there is asked for in the same way; NULL when that is told.
 * The one may have gone since: then another.
 */
static const char *control_ask(struct scim *s, struct arena *a, const struct reading *r,
			       const char *const *ids)
{
	const char *why = "nobody active is in the list, so that there is nobody to compare with";
	bool is_odd = false;

	for (; *ids; ids++)
		is_odd |= odd(*ids);
	for (size_t i = 0; i < CONTROLS; i++) {
		size_t from = r->people_nr * i / CONTROLS;
		struct question q = {.by_filter = s->settings->id == SCIM_EXTERNAL_ID};

		q.id = living_find(r, from, is_odd);
		if (!q.id)
			q.id = living_find(r, from, !is_odd);
		if (!q.id)
			break;
		why = questions_ask(s, a, &q, 1, THERE);
		if (!why)
			return NULL;
		why = arena_printf(a, "not even who is in the list can be asked for: %s", why);
	}
	return why;
}

void scim_confirm(struct scim *s, struct arena *a, const char *const *ids, struct reading *r)
{
	struct question q[AT_ONCE];
	const char *why = control_ask(s, a, r, ids);

	while (*ids && !why) {
		size_t nr = 0;

		for (; *ids && nr < AT_ONCE; ids++)
			q[nr++] = (struct question){
				.id = *ids, .by_filter = s->settings->id == SCIM_EXTERNAL_ID};
		why = questions_ask(s, a, q, nr, GONE);
	}
	if (why)
		scim_unconfirmed(a, r, why);
}
