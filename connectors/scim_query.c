#include "connectors/scim_query.h"

#include <strings.h>

#include "connectors/scim_value.h"

#define SEARCH_SCHEMA "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
#define LIST_SCHEMA   "urn:ietf:params:scim:api:messages:2.0:ListResponse"

/* ---- what is sent ----------------------------------------------------------------- */

static const char *body_make(struct arena *a, const struct scim_query *q)
{
	json_t *body = json_pack("{s:[s], s:s}", "schemas", SEARCH_SCHEMA, "filter", q->filter);
	const char *text;
	char *made;

	if (q->start)
		json_object_set_new(body, "startIndex", json_integer(q->start));
	if (q->cursor)
		json_object_set_new(body, "cursor", json_string(q->cursor));
	if (q->count)
		json_object_set_new(body, "count", json_integer(q->count));
	made = mem_need(json_dumps(body, JSON_COMPACT));
	text = arena_strdup(a, made);
	free(made);
	json_decref(body);
	return text;
}

static const char *path_make(struct arena *a, const struct scim_query *q)
{
	const char *path = q->resource, *mark = "?";

	if (q->start) {
		path = arena_printf(a, "%s%sstartIndex=%lld", path, mark, (long long)q->start);
		mark = "&";
	} else if (q->cursor) {
		path = arena_printf(a, "%s%scursor=%s", path, mark, http_encode(a, q->cursor));
		mark = "&";
	}
	if (q->count) {
		path = arena_printf(a, "%s%scount=%u", path, mark, q->count);
		mark = "&";
	}
	if (q->filter)
		path = arena_printf(a, "%s%sfilter=%s", path, mark, http_encode(a, q->filter));
	return q->wish ? arena_printf(a, "%s%s", path, q->wish) : path;
}

void scim_query_put(const struct scim *s, struct arena *a, const struct scim_query *q,
		    struct scim_get *g)
{
	if (q->filter && s->settings->search == SCIM_SEARCH_POST) {
		g->path = arena_printf(a, "%s/.search", q->resource);
		g->search = body_make(a, q);
	} else {
		g->path = path_make(a, q);
		g->filtered = q->filter != NULL;
	}
}

/* ---- the proof --------------------------------------------------------------------- */

static bool is_list(const json_t *body)
{
	const json_t *schemas = scim_at(body, "schemas"), *schema;
	size_t i;

	json_array_foreach(schemas, i, schema)
	{
		const char *text = json_string_value(schema);

		if (text && strcasecmp(text, LIST_SCHEMA) == 0)
			return true;
	}
	return false;
}

/* NULL when it is the answer to a search. */
static const char *answer_wrong(const struct scim_get *g)
{
	int64_t total;

	if (g->status == 400 && strcasecmp(g->scim_type, "invalidFilter") == 0)
		return NULL;
	if (g->status == 201 || (g->status == 200 && scim_text(g->body, "id")))
		return "the server took it for a new resource and made one";
	if (g->status != 200)
		return g->words;
	if (!is_list(g->body) || json_count(scim_at(g->body, "totalResults"), &total))
		return "the answer is no list";
	if (total || json_array_size(scim_at(g->body, "Resources")))
		return "the answer has resources that were not asked for: the server ignores the "
		       "filter";
	return NULL;
}

static int search_refuse(const struct scim_get *g, const char *path, const char *why,
			 struct err *e)
{
	const char *id = scim_text(g->body, "id");
	bool made = g->status == 201 || id;

	if (!g->status || g->status == 401)
		return scim_fail(g, path, e);
	return err_set(e, ERR_FAILED,
		       "POST %s is no search on this server: %d: %s; no other was sent\nhint: %s%s%s%s",
		       path, g->status, why,
		       made ? "remove what it made" : "", made && id ? ", id " : "",
		       made && id ? id : "",
		       made ? ", and set scim.search: get"
			    : "set scim.search: get, and choose scim.id and scim.membership so "
			      "that no filter is needed");
}

int scim_search_prove(struct scim *s, const char *path, struct err *e)
{
	static const char nobody[] = "id eq \"nobody: seatsync proves that this is a search\"";
	const struct scim_query q = {.filter = nobody, .start = 1, .count = 1};
	struct arena a CLEANUP(arena_free) = {0};
	struct scim_get g = {.path = path, .search = body_make(&a, &q), .proof = true};
	struct scim_searching *known = strncmp(path, "/Users", 6) == 0 ? &s->users : &s->groups;
	const char *why;
	int rc;

	if (known->state == SCIM_SEARCH_UNPROVED) {
		known->state = SCIM_SEARCH_REFUSED;
		rc = scim_run(s, &g, 1, &known->err);
		why = rc ? NULL : answer_wrong(&g);
		if (why)
			rc = search_refuse(&g, path, why, &known->err);
		if (!rc)
			known->state = SCIM_SEARCH_PROVED;
		json_decref(g.body);
	}
	if (known->state == SCIM_SEARCH_PROVED)
		return 0;
	*e = known->err;
	return -1;
}
