#include "connectors/scim_walk.h"

#include "connectors/scim_value.h"

/* What one page said of itself. */
struct page {
	int64_t total;      /* -1: nothing */
	int64_t start;      /* startIndex answered; -1: none */
	size_t nr;          /* resources in it */
	const char *next;   /* nextCursor, in the walk's arena; NULL: none */
	int status;         /* 200, or 400 when the caller can do something about that */
	char scim_type[32];
};

/* ---- one page -------------------------------------------------------------------- */

static int on_resource(void *ctx, const json_t *resource, const char **why)
{
	struct scim_walk *w = ctx;
	const char *id = scim_text(resource, "id");
	uint32_t at;

	if (!scim_id_usable(id)) {
		*why = "has a resource without a usable id";
		return -1;
	}
	if (w->ids->texts.nr >= SCIM_RESOURCES_MAX) {
		*why = "has more resources than we take";
		return -1;
	}
	at = scim_names_find(w->ids, id);
	if (at != INDEX_NONE)
		return w->take(w->ctx, w->ids->texts.items[at], false, resource, why);
	w->fresh++;
	at = scim_names_add(w->ids, arena_strdup(w->a, id));
	return w->take(w->ctx, w->ids->texts.items[at], true, resource, why);
}

static bool on_data(struct scim_get *g, const char *data, size_t len)
{
	struct scim_walk *w = g->ctx;

	if (data)
		return items_feed(&w->items, data, len) == 0;
	items_begin(&w->items, "Resources", on_resource, w);
	w->items.anycase = w->items.optional = true; /* Entra and IBM spell it in lower case */
	w->items.inner = w->inner;
	w->items.keys = w->keys;
	if (w->page)
		w->page(w->ctx);
	return true;
}

static int page_refuse(const struct scim_walk *w, const struct scim_get *g, const char *why,
		       struct err *e)
{
	bool json = strstr(g->type, "json");

	return err_set(e, ERR_INCOMPLETE, "%s: the answer %s%s%s%s", w->what, why,
		       json ? "" : " (it is ", json ? "" : g->type[0] ? g->type : "of no type",
		       json ? "" : ": a proxy or a login page?)");
}

/* The numbers and the cursor around the resources; NULL, or what is wrong. */
static const char *envelope_take(struct scim_walk *w, const json_t *envelope, struct page *p)
{
	const json_t *total = scim_at(envelope, "totalResults");
	const json_t *next = scim_at(envelope, "nextCursor");

	p->total = p->start = -1;
	p->nr = w->items.nr;
	if (total && json_count(total, &p->total))
		return "has a totalResults that is no number";
	if (json_count(scim_at(envelope, "startIndex"), &p->start))
		p->start = -1;
	if (!w->items.found && scim_at(envelope, "Resources"))
		return "has Resources that are no list";
	if (!w->items.found && p->total != 0 && (p->total < 0 || w->pages == 0))
		return "has no list of Resources";
	p->next = json_string_value(next) ? arena_strdup(w->a, json_string_value(next)) : NULL;
	return next && (!p->next || !*p->next) ? "has a nextCursor that is none" : NULL;
}

static int page_end(struct scim_walk *w, const struct scim_get *g, struct page *p, struct err *e)
{
	json_t *envelope;
	const char *why;

	if (items_end(&w->items, &envelope))
		return page_refuse(w, g, w->items.why, e);
	why = envelope_take(w, envelope, p);
	json_decref(envelope);
	w->pages++;
	return why ? page_refuse(w, g, why, e) : 0;
}

/* Where a page begins. */
struct spot {
	int64_t start;      /* by index */
	const char *cursor; /* NULL: by index */
};

static void page_put(const struct scim_walk *w, struct spot at, struct scim_get *g)
{
	const struct scim_query q = {.resource = w->resource,
				     .filter = w->filter,
				     .start = at.start,
				     .cursor = at.cursor,
				     .count = w->page_size,
				     .wish = w->wish_dropped ? NULL : w->wish};

	scim_query_put(w->s, w->a, &q, g);
}

/* Asks for one page.  A 400 is no error here. */
static int page_get(struct scim_walk *w, struct spot at, struct page *p, struct err *e)
{
	struct scim_get g = {.sink = on_data, .ctx = w};
	int rc;

	page_put(w, at, &g);
	w->fresh = 0;
	*p = (struct page){0};
	rc = scim_run(w->s, &g, 1, e);
	p->status = g.status;
	memcpy(p->scim_type, g.scim_type, sizeof p->scim_type);
	if (!rc && g.fault == HTTP_FAULT_REFUSED && w->items.why)
		rc = page_refuse(w, &g, w->items.why, e);
	else if (!rc && g.status == 400)
		scim_fail(&g, w->what, e);
	else if (!rc && g.status != 200)
		rc = scim_fail(&g, w->what, e);
	else if (!rc)
		rc = page_end(w, &g, p, e);
	json_decref(g.body);
	items_clear(&w->items);
	return rc;
}

/* The first page, without the wish when that may be what the server does not like. */
static int page_first(struct scim_walk *w, struct spot at, struct page *p, struct err *e)
{
	int rc = page_get(w, at, p, e);
	bool refused = p->status == 400 || p->status == 500 || p->status == 501;

	if (refused && w->wish && !w->wish_dropped) {
		w->wish_dropped = true;
		rc = page_get(w, at, p, e);
	}
	return rc;
}

/* ---- the pages behind the one at hand ---------------------------------------------- */

/* The one asked for at this place; 0: one that is free. */
static struct scim_ahead *ahead_find(struct scim_walk *w, int64_t start)
{
	for (size_t i = 0; i < ARRAY_SIZE(w->ahead); i++)
		if (w->ahead[i].start == start)
			return &w->ahead[i];
	return NULL;
}

static void ahead_begin(struct scim_walk *w, int64_t start)
{
	struct scim_ahead *slot = ahead_find(w, 0);

	BUG_IF(!slot);
	slot->start = start;
	slot->get = (struct scim_get){.keep = true};
	page_put(w, (struct spot){.start = start}, &slot->get);
	scim_begin(w->s, &slot->get, w->a);
}

static void ahead_drop(struct scim_walk *w)
{
	for (size_t i = 0; i < ARRAY_SIZE(w->ahead); i++) {
		struct scim_ahead *slot = &w->ahead[i];

		if (!slot->start)
			continue;
		scim_finish(w->s, &slot->get);
		json_decref(slot->get.body);
		free(slot->get.text);
		*slot = (struct scim_ahead){0};
	}
}

/* From this place on, those that are not on their way yet. */
static void ahead_fill(struct scim_walk *w, int64_t start)
{
	size_t most = w->uneven ? 1 : ARRAY_SIZE(w->ahead);

	for (size_t i = 0; i < most && start <= w->total; i++, start += (int64_t)w->full)
		if (!ahead_find(w, start))
			ahead_begin(w, start);
}

static bool ahead_any(const struct scim_walk *w)
{
	for (size_t i = 0; i < ARRAY_SIZE(w->ahead); i++)
		if (w->ahead[i].start)
			return true;
	return false;
}

/* The page at this place; NULL: to be asked for without looking ahead. */
static struct scim_ahead *ahead_take(struct scim_walk *w, int64_t start)
{
	struct scim_ahead *slot;

	if (ahead_any(w) && !ahead_find(w, start)) {
		ahead_drop(w);
		w->uneven = true;
	}
	ahead_fill(w, start);
	slot = ahead_find(w, start);
	BUG_IF(!slot);
	scim_finish(w->s, &slot->get);
	if (slot->get.status == 200)
		return slot;
	w->streamed |= slot->get.fault == HTTP_FAULT_SIZE;
	ahead_drop(w);
	return NULL;
}

/* A page that is not the first: kept whole, then parsed while the next ones come. */
static int page_next(struct scim_walk *w, int64_t start, struct page *p, struct err *e)
{
	struct scim_ahead *slot = NULL;
	int rc = 0;

	if (!w->streamed && start <= w->total && !scim_authorize(w->s, false, e))
		slot = ahead_take(w, start);
	if (!slot)
		return page_get(w, (struct spot){.start = start}, p, e);
	w->fresh = 0;
	*p = (struct page){.status = 200};
	on_data(&(struct scim_get){.ctx = w}, NULL, 0);
	if (items_feed(&w->items, slot->get.text, slot->get.text_len))
		rc = page_refuse(w, &slot->get, w->items.why, e);
	else
		rc = page_end(w, &slot->get, p, e);
	free(slot->get.text);
	slot->get.text = NULL;
	slot->start = 0;
	items_clear(&w->items);
	return rc;
}

/* ---- by index -------------------------------------------------------------------- */

/*
 * Some servers count the page at hand (WSO2, scim2-server).  Then a list of
 * one page, with an empty one behind it, is whole; one of several never is.
 */
static void total_compare(struct scim_walk *w, const struct page *p)
{
	w->page_total = (w->pages == 1 || w->page_total) && p->total == (int64_t)p->nr;
	if (w->page_total && w->pages == 2 && p->nr == 0)
		return;
	if (w->total >= 0 && p->total >= 0 && p->total != w->total && !w->doubt)
		w->doubt = arena_printf(w->a, "%s %s: totalResults was %lld, then %lld", w->what,
					w->page_total ? "cannot be proved whole, as the server "
							"counts each page by itself"
						      : "changed while it was read",
					(long long)w->total, (long long)p->total);
	if (p->total >= 0)
		w->total = p->total;
}

static void total_prove(struct scim_walk *w)
{
	if (!w->doubt && w->total >= 0 && w->ids->texts.nr != (size_t)w->total)
		w->doubt = arena_printf(w->a, "%s has %zu resources, and says that it has %lld",
					w->what, w->ids->texts.nr, (long long)w->total);
}

/* A page that is none of those asked for; NULL when it can be. */
static const char *page_wrong(const struct scim_walk *w, const struct page *p, int64_t start)
{
	bool missing = (int64_t)w->ids->texts.nr < p->total;

	if (p->total < 0)
		return "has no totalResults";
	if (!missing || !p->nr || start == 1)
		return NULL;
	if (w->fresh == 0)
		return "repeats what came before: the server ignores startIndex";
	if (p->start >= 0 && p->start != start)
		return "begins elsewhere than asked: the server ignores startIndex";
	return NULL;
}

static int unusable(struct scim_walk *w, struct err *e, const char *why)
{
	return err_set(e, ERR_INCOMPLETE, "%s: the answer %s; it cannot be read page by page",
		       w->what, why);
}

enum { GO_ON, END, BY_CURSOR };

/* One page by index. */
static int index_step(struct scim_walk *w, int64_t *start, struct err *e)
{
	const char *why;
	bool beyond = w->pages && *start > w->total;
	struct page p = {0};

	if ((w->pages ? page_next(w, *start, &p, e)
		      : page_first(w, (struct spot){.start = *start}, &p, e)) ||
	    p.status != 200)
		return -1;
	if (p.next && w->s->settings->paging != SCIM_PAGING_INDEX)
		return BY_CURSOR;
	why = page_wrong(w, &p, *start);
	if (why)
		return unusable(w, e, why);
	total_compare(w, &p);
	if (p.nr == 0 || (beyond && w->fresh == 0))
		return END;
	if (w->pages == 1)
		w->full = p.nr;
	*start += (int64_t)p.nr;
	return *start > w->total && p.nr < w->full ? END : GO_ON;
}

static int walk_index(struct scim_walk *w, struct err *e)
{
	int64_t start = 1;
	int rc;

	while ((rc = index_step(w, &start, e)) == GO_ON)
		if (w->pages >= SCIM_PAGES_MAX) {
			rc = unusable(w, e, "has more pages than we read");
			break;
		}
	ahead_drop(w);
	if (rc == END)
		total_prove(w);
	return rc;
}

/* ---- by cursor -------------------------------------------------------------------- */

/* A 400 to a cursor: worth another walk, or not. */
static int cursor_refused(struct scim_walk *w, const struct page *p, struct err *e)
{
	int64_t most = w->hints ? w->hints->page_max : 0;

	if (str_eq(p->scim_type, "invalidCount") && most > 0 && most < w->page_size)
		w->page_size = (unsigned)most;
	else if (!str_eq(p->scim_type, "expiredCursor") && !str_eq(p->scim_type, "invalidCursor"))
		return -1;
	e->kind = ERR_INCOMPLETE; /* as it says: begin anew */
	return -1;
}

static int cursor_step(struct scim_walk *w, const char **cursor, struct scim_names *seen,
		       struct err *e)
{
	const struct spot at = {.cursor = *cursor};
	struct page p = {0};

	if ((w->pages ? page_get : page_first)(w, at, &p, e))
		return -1;
	if (p.status != 200)
		return cursor_refused(w, &p, e);
	total_compare(w, &p);
	if (!p.next)
		return END;
	if (scim_names_find(seen, p.next) != INDEX_NONE)
		return unusable(w, e, "has a nextCursor that came before");
	scim_names_add(seen, p.next);
	*cursor = p.next;
	return GO_ON;
}

static int walk_cursor(struct scim_walk *w, struct err *e)
{
	struct scim_names seen = {0};
	const char *cursor = "";
	int rc;

	while ((rc = cursor_step(w, &cursor, &seen, e)) == GO_ON)
		if (w->pages >= SCIM_PAGES_MAX) {
			rc = unusable(w, e, "has more pages than we read");
			break;
		}
	scim_names_clear(&seen);
	if (rc == END)
		total_prove(w);
	return rc;
}

/* ---- the walk ---------------------------------------------------------------------- */

static bool cursor_first(const struct scim_walk *w)
{
	if (w->s->settings->paging != SCIM_PAGING_AUTO)
		return w->s->settings->paging == SCIM_PAGING_CURSOR;
	return w->hints && w->hints->cursor;
}

static void walk_begin(struct scim_walk *w)
{
	scim_names_clear(w->ids);
	w->again(w->ctx);
	w->pages = 0;
	w->total = -1;
	w->doubt = NULL;
}

int scim_walk(struct scim_walk *w, struct arena *a, struct err *e)
{
	int rc = -1;

	w->a = a;
	w->page_size = w->s->settings->page_size;
	w->cursor = cursor_first(w);
	for (unsigned walks = 0; walks < SCIM_WALKS_MAX; walks++) {
		walk_begin(w);
		rc = w->cursor ? walk_cursor(w, e) : walk_index(w, e);
		if (rc == BY_CURSOR) { /* RFC 9865 2.3: it pages by cursor without being asked */
			w->cursor = true;
			walk_begin(w);
			rc = walk_cursor(w, e);
		}
		if (rc < 0 ? e->kind != ERR_INCOMPLETE : !w->doubt)
			break;
	}
	return rc < 0 ? -1 : 0;
}

/* ---- hints -------------------------------------------------------------------------- */

/* RFC 9865 4; what is not said means nothing. */
static void hints_take(struct scim_hints *h, const json_t *config)
{
	const json_t *paging = scim_at(config, "pagination");
	const char *standard = scim_text(paging, "defaultPaginationMethod");

	h->known = true;
	h->sort = scim_truth(scim_at(config, "sort"), "supported") == SCIM_TRUE;
	h->cursor = scim_truth(paging, "cursor") == SCIM_TRUE &&
		    (scim_truth(paging, "index") == SCIM_FALSE || str_eq(standard, "cursor"));
	if (json_count(scim_at(paging, "maxPageSize"), &h->page_max))
		h->page_max = 0;
}

int scim_hints_read(struct scim *s, struct scim_hints *h, struct err *e)
{
	struct scim_get g = {.path = "/ServiceProviderConfig"};

	*h = (struct scim_hints){0};
	if (scim_run(s, &g, 1, e))
		return -1;
	if (g.status == 200 && g.body)
		hints_take(h, g.body);
	json_decref(g.body);
	return g.status || g.fault == HTTP_FAULT_SIZE ? 0 : scim_fail(&g, s->settings->url, e);
}
