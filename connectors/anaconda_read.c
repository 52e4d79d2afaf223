#include <stdio.h>
#include <time.h>

#include "agent/index.h"
#include "connectors/anaconda.h"
#include "connectors/json_items.h"
#include "connectors/anaconda_parse.h"

/*
 * Reads the two lists and the counter side by side.  A list comes in one
 * answer, or, when a total_count says that there is more, in pages.  What
 * cannot be proved whole (a page too short, a total that changes, an id seen
 * twice) is read anew once, and then refused: a member left out would be
 * invited again, or taken for a leaver.
 */
enum {
	RECORDS_MAX = 2000000, /* of one list */
	PAGES_MAX = 100000,
	READ_TRIES = 2,
};

struct list;

/* One answer's worth of a list. */
struct page {
	struct api_call call;
	struct list *list;
	struct items items;
	size_t expected;     /* records; SIZE_MAX for the first page */
	struct page *next;
	VEC(struct member) members;         /* the one or the other */
	VEC(struct invitation) invitations;
	VEC(bool) unstated;                 /* of the invitations: without a status */
	size_t broken;
};

struct list {
	struct reader *reader;
	const char *what;            /* "the list of members" */
	enum api_endpoint endpoint;
	struct page *pages;          /* newest first */
	size_t pages_left;           /* unanswered */
	size_t nr, broken;
	int64_t total;               /* -1: the platform gives none */
	bool not_offered;
	const char *doubt;           /* cannot be proved whole; worth another try */
};

struct reader {
	struct anaconda *p;
	struct arena *a;
	struct list members, invitations;
	struct api_call seats;
	bool seats_left;
	int64_t seats_total, seats_assigned;
	utc server_time;
	struct err err;              /* the first failure */
};

static void reader_fail(struct reader *r, const struct http_answer *a, const char *what)
{
	if (r->err.kind == ERR_NONE)
		answer_fail(r->p, a, what, &r->err);
}

/* ---- records --------------------------------------------------------- */

static int on_member(void *ctx, const json_t *item, const char **why)
{
	struct page *page = ctx;
	struct reader *r = page->list->reader;
	struct member m;
	bool broken = false;

	if (member_parse(item, r->p->base.settings->product, r->a, &m, &broken, why))
		return -1;
	page->broken += broken;
	VEC_ADD(&page->members, m);
	return 0;
}

static int on_invitation(void *ctx, const json_t *item, const char **why)
{
	struct page *page = ctx;
	struct reader *r = page->list->reader;
	struct invitation_doubts doubts;
	struct invitation i;

	if (invitation_parse(item, r->p->base.settings, r->a, &i, &doubts, why))
		return -1;
	page->broken += doubts.broken;
	VEC_ADD(&page->invitations, i);
	VEC_ADD(&page->unstated, doubts.unstated);
	return 0;
}

static bool on_data(struct http_request *request, const char *data, size_t len)
{
	struct api_call *c = request->ctx;
	struct page *page = c->ctx;
	struct list *l = page->list;

	if (data)
		return items_feed(&page->items, data, len) == 0 && page->items.nr <= RECORDS_MAX;
	page->members.nr = page->invitations.nr = page->unstated.nr = page->broken = 0;
	items_begin(&page->items, "items",
		    l->endpoint == API_USERS ? on_member : on_invitation, page);
	page->items.keys = l->endpoint == API_USERS ? member_keys : NULL;
	return true;
}

/* ---- pages ----------------------------------------------------------- */

static api_done on_page;

static void page_submit(struct list *l, size_t offset, size_t limit)
{
	struct anaconda *p = l->reader->p;
	struct page *page = mem_resize(NULL, 1, sizeof *page);
	char *url = api_url(p, l->reader->a, l->endpoint, NULL, NULL);

	memset(page, 0, sizeof *page);
	page->list = l;
	page->next = l->pages;
	page->expected = limit ? limit : SIZE_MAX;
	if (limit && (int64_t)(offset + limit) > l->total)
		page->expected = (size_t)l->total - offset;
	if (limit)
		url = arena_printf(l->reader->a, "%s%climit=%zu&offset=%zu", url,
				   strchr(url, '?') ? '&' : '?', limit, offset);
	l->pages = page;
	l->pages_left++;
	api_prepare(&page->call, p, p->endpoints[l->endpoint].method, url, NULL, false, on_page,
		    page);
	page->call.request.sink = on_data;
	api_submit(&page->call);
}

/* The total that an envelope gives: -1 none; -2 when it is no count. */
static int64_t total_parse(const json_t *envelope)
{
	const json_t *value = json_object_get(envelope, "total_count");
	int64_t n;

	if (!value || json_is_null(value))
		return -1;
	return json_count(value, &n) ? -2 : n;
}

static void pages_rest(struct list *l, size_t first)
{
	size_t nr = ((size_t)l->total - 1) / first;

	if (nr > PAGES_MAX) {
		l->doubt = "would take more pages than we read";
		return;
	}
	for (size_t i = 1; i <= nr; i++)
		page_submit(l, i * first, first);
}

/* Compares one page with what it should be, and asks for the rest after the first. */
static void page_accept(struct page *page, int64_t total)
{
	struct list *l = page->list;
	size_t nr = page->items.nr;

	l->nr += nr;
	l->broken += page->broken;
	if (total == -2) {
		l->doubt = "has a total_count that is no number";
	} else if (page->expected != SIZE_MAX) {
		if (nr != page->expected)
			l->doubt = "has a page shorter or longer than its total_count says";
		else if (total != l->total)
			l->doubt = "changed its total_count from page to page";
	} else if (total >= 0 && total < (int64_t)nr) {
		l->doubt = "has more records than its total_count says";
	} else if (total > (int64_t)nr && nr == 0) {
		l->doubt = "is empty although its total_count is not 0";
	} else {
		l->total = total;
		if (total > (int64_t)nr)
			pages_rest(l, nr);
	}
}

static void page_end(struct page *page)
{
	struct list *l = page->list;
	struct reader *r = l->reader;
	json_t *envelope;

	if (items_end(&page->items, &envelope)) {
		if (r->err.kind == ERR_NONE)
			err_set(&r->err, ERR_INCOMPLETE, "platform: %s: the answer %s", l->what,
				page->items.why);
		return;
	}
	page_accept(page, total_parse(envelope));
	json_decref(envelope);
}

static void on_page(struct api_call *c, const struct http_answer *a)
{
	struct page *page = c->ctx;
	struct list *l = page->list;
	struct reader *r = l->reader;

	l->pages_left--;
	if (a->date)
		r->server_time = a->date;
	if (l->endpoint == API_INVITATIONS && page->expected == SIZE_MAX && answer_not_offered(a))
		l->not_offered = true;
	else if (a->fault == HTTP_FAULT_REFUSED && r->err.kind == ERR_NONE)
		err_set(&r->err, ERR_INCOMPLETE, "platform: %s: the answer %s", l->what,
			page->items.why ? page->items.why : "has more records than we take");
	else if (a->verdict != HTTP_ANSWERED || a->status != 200 || (a->body_len && !a->json))
		reader_fail(r, a, l->what);
	else
		page_end(page);
	items_clear(&page->items);
}

/* ---- the counter ----------------------------------------------------- */

/* A counter that is not offered or not ours to see leaves the seats unknown. */
static void on_seats(struct api_call *c, const struct http_answer *a)
{
	struct reader *r = c->ctx;
	const char *why = "is no JSON object";
	json_t *json;

	r->seats_left = false;
	if (answer_not_offered(a) || (a->verdict == HTTP_ANSWERED && a->status == 403))
		return;
	if (a->verdict != HTTP_ANSWERED || a->status != 200) {
		reader_fail(r, a, "the seat counter");
		return;
	}
	json = json_object_parse(a->body, a->body_len);
	if ((!json || seats_parse(json, r->p->base.settings->product, &r->seats_total,
				  &r->seats_assigned, &why)) &&
	    r->err.kind == ERR_NONE)
		err_set(&r->err, ERR_INCOMPLETE, "platform: the seat counter: the answer %s", why);
	json_decref(json);
}

/* ---- collecting ------------------------------------------------------ */

static const char *id_at(const void *ids, uint32_t item)
{
	return ((const char *const *)ids)[item];
}

static bool ids_unique(const char **ids, size_t nr)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	struct index by_id;
	bool unique = true;

	index_make(&by_id, &scratch, nr, id_at, ids);
	for (uint32_t i = 0; i < nr && unique; i++)
		unique = index_add(&by_id, i) == i;
	return unique;
}

/* One array in the arena out of all pages; checks that no id comes twice. */
static struct member *members_collect(struct list *l, struct arena *a)
{
	struct member *all = arena_array(a, l->nr, sizeof *all);
	const char **ids = mem_resize(NULL, l->nr, sizeof *ids);
	size_t nr = 0;

	for (struct page *page = l->pages; page; page = page->next)
		for (size_t i = 0; i < page->members.nr; i++) {
			ids[nr] = page->members.items[i].id;
			all[nr++] = page->members.items[i];
		}
	if (!ids_unique(ids, nr))
		l->doubt = "has an id twice";
	free(ids);
	return all;
}

static struct invitation *invitations_collect(struct list *l, struct arena *a, utc now)
{
	struct invitation *all = arena_array(a, l->nr, sizeof *all);
	const char **ids = mem_resize(NULL, l->nr, sizeof *ids);
	size_t nr = 0;

	for (struct page *page = l->pages; page; page = page->next)
		for (size_t i = 0; i < page->invitations.nr; i++) {
			if (page->unstated.items[i])
				invitation_expire(&page->invitations.items[i], now);
			ids[nr] = page->invitations.items[i].id;
			all[nr++] = page->invitations.items[i];
		}
	if (!ids_unique(ids, nr))
		l->doubt = "has an id twice";
	free(ids);
	return all;
}

static void list_clear(struct list *l)
{
	for (struct page *page = l->pages, *next; page; page = next) {
		next = page->next;
		items_clear(&page->items);
		VEC_FREE(&page->members);
		VEC_FREE(&page->invitations);
		VEC_FREE(&page->unstated);
		free(page);
	}
	l->pages = NULL;
}

/* A list of which most is unreadable has changed its shape: it is not a list of broken records. */
static bool list_broken(const struct list *l)
{
	return 2 * l->broken > l->nr;
}

static const char *const *self_of(const struct anaconda *p, struct arena *a)
{
	const char **self = arena_array(a, 4, sizeof *self);
	size_t nr = 0;

	self[nr++] = arena_strdup(a, p->base.settings->client_id);
	if (p->token.subject)
		self[nr++] = arena_strdup(a, p->token.subject);
	if (p->token.email)
		self[nr++] = arena_strdup(a, p->token.email);
	return self;
}

/* ---- reading --------------------------------------------------------- */

static void read_submit(struct reader *r)
{
	struct anaconda *p = r->p;

	page_submit(&r->members, 0, 0);
	if (p->endpoints[API_INVITATIONS].method)
		page_submit(&r->invitations, 0, 0);
	else
		r->invitations.not_offered = true;
	if (!p->endpoints[API_SEATS].method)
		return;
	r->seats_left = true;
	api_prepare(&r->seats, p, p->endpoints[API_SEATS].method,
		    api_url(p, r->a, API_SEATS, NULL, NULL), NULL, false, on_seats, r);
	api_submit(&r->seats);
}

static void read_wait(struct reader *r)
{
	while (r->members.pages_left || r->invitations.pages_left || r->seats_left)
		if (!api_wait(r->p))
			break;
	BUG_IF(r->members.pages_left || r->invitations.pages_left || r->seats_left);
}

static void organization_fill(struct reader *r, struct organization *o)
{
	struct anaconda *p = r->p;
	bool listed = !r->invitations.not_offered;
	utc now = r->server_time ? r->server_time : (utc)time(NULL);

	*o = (struct organization){
		.id = arena_strdup(r->a, p->base.settings->org_id),
		.members = members_collect(&r->members, r->a),
		.members_nr = r->members.nr,
		.invitations = invitations_collect(&r->invitations, r->a, now),
		.invitations_nr = r->invitations.nr,
		.invitations_listed = listed,
		.seats_total = r->seats_total,
		.seats_assigned = r->seats_assigned,
		.server_time = r->server_time,
		.self = self_of(p, r->a),
	};
	p->invitations_offered = listed ? OFFERED : OFFERED_NOT;
}

/* -1 with *e: failed for good, or in doubt, which *doubtful tells. */
static int read_once(struct anaconda *p, struct arena *a, struct organization *o, bool *doubtful,
		     struct err *e)
{
	struct reader r = {
		.p = p,
		.a = a,
		.members = {.reader = &r, .what = "the list of members", .endpoint = API_USERS},
		.invitations = {.reader = &r, .what = "the list of invitations",
				.endpoint = API_INVITATIONS},
		.seats_total = SEATS_UNKNOWN,
		.seats_assigned = SEATS_UNKNOWN,
	};
	const struct list *l = &r.members;
	struct organization made = {0};

	read_submit(&r);
	read_wait(&r);
	if (p->fatal.kind != ERR_NONE)
		r.err = p->fatal;
	if (r.err.kind == ERR_NONE)
		organization_fill(&r, &made);
	if (!r.members.doubt && r.invitations.doubt)
		l = &r.invitations;
	if (r.err.kind == ERR_NONE && l->doubt)
		err_set(&r.err, ERR_INCOMPLETE, "platform: %s %s", l->what, l->doubt);
	*doubtful = l->doubt != NULL;
	if (r.err.kind == ERR_NONE && (list_broken(&r.members) || list_broken(&r.invitations)))
		err_set(&r.err, ERR_INCOMPLETE,
			"platform: most records of %s lack what is required (id, e-mail, role, "
			"subscriptions)",
			list_broken(&r.members) ? r.members.what : r.invitations.what);
	list_clear(&r.members);
	list_clear(&r.invitations);
	if (r.err.kind != ERR_NONE) {
		*e = r.err;
		return -1;
	}
	*o = made;
	return 0;
}

int anaconda_read(struct platform *base, struct arena *a, struct organization *o, struct err *e)
{
	struct anaconda *p = anaconda_of(base);
	bool doubtful = false;

	p->fatal.kind = ERR_NONE;
	for (int i = 0; i < READ_TRIES; i++) {
		if (read_once(p, a, o, &doubtful, e) == 0)
			return 0;
		if (!doubtful)
			break;
	}
	return -1;
}
