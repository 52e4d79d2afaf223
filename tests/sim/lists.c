#include "tests/sim/lists.h"

/* ---- the items, fresh ------------------------------------------------ */

static json_t *member_item(const struct world *w, const struct member *m, bool include_groups)
{
	json_t *item;

	if (!include_groups && w->switches.groups == GROUPS_NULL)
		return json_incref(m->api);
	item = json_copy(m->api);
	if (include_groups)
		json_object_set_new(item, "groups",
				    m->groups ? json_incref(m->groups) : json_array());
	else
		json_object_del(item, "groups");
	return item;
}

static json_t *members_items(const struct world *w, bool include_groups)
{
	json_t *items = json_array();

	for (size_t i = 0; i < w->members.nr; i++)
		if (!w->members.items[i].gone)
			json_array_append_new(items,
					      member_item(w, &w->members.items[i], include_groups));
	return items;
}

static void time_field(const struct world *w, json_t *item, const char *name, utc t)
{
	char text[TIME_TEXT_SIZE];

	json_object_set_new(
		item, name,
		json_string(time_format(text, t, (enum time_format)w->switches.time_format)));
}

json_t *invitation_json(const struct world *w, const struct invitation *i)
{
	const struct switches *s = &w->switches;
	json_t *item = json_pack("{s:s, s:s}", "id", i->id, "email", i->email);

	if (s->invitation_status)
		json_object_set_new(item, "status", json_string(invitation_status(w, i)));
	if (s->invitation_role)
		json_object_set_new(item, "role", json_string(i->role));
	if (s->invitation_created)
		time_field(w, item, "created_at", i->created);
	if (s->invitation_expiry)
		time_field(w, item, "expires_at", i->expires);
	if (i->last_sent)
		time_field(w, item, "last_sent_at", i->last_sent);
	return item;
}

static bool invitation_is_listed(const struct world *w, const struct invitation *i)
{
	const char *status = invitation_status(w, i);

	if (i->gone)
		return false;
	if (str_eq(status, "expired"))
		return w->switches.expired_invitations == LISTED;
	if (str_eq(status, "accepted") || str_eq(status, "removed"))
		return w->switches.closed_invitations == LISTED;
	return true;
}

static json_t *invitations_items(const struct world *w)
{
	json_t *items = json_array();

	for (size_t i = 0; i < w->invitations.nr; i++)
		if (invitation_is_listed(w, &w->invitations.items[i]))
			json_array_append_new(items, invitation_json(w, &w->invitations.items[i]));
	return items;
}

/* ---- lag --------------------------------------------------------------- */

static bool lists_lag(const struct world *w)
{
	return w->switches.lag_reads > 0 || w->switches.lag_ms > 0;
}

static bool list_is_behind(struct list *l, const struct world *w)
{
	if (!lists_lag(w) || !l->shown || l->shown_of == w->changes)
		return false;
	if (l->lagging_of != w->changes) {
		l->lagging_of = w->changes;
		l->lagged = 0;
	}
	if (l->lagged < w->switches.lag_reads) {
		l->lagged++;
		return true;
	}
	return clock_real_ns() - w->changed_ns < w->switches.lag_ms * 1000000;
}

/* Takes the fresh items, gives those to show: a new reference. */
static json_t *list_show(struct list *l, const struct world *w, json_t *fresh)
{
	if (list_is_behind(l, w)) {
		json_decref(fresh);
		fresh = json_incref(l->shown);
	} else {
		json_decref(l->shown);
		l->shown = lists_lag(w) ? json_deep_copy(fresh) : NULL;
		l->shown_of = w->changes;
		l->shown_at = w->sequence;
	}
	l->seen_at = l->shown_at;
	return fresh;
}

/* ---- pages ------------------------------------------------------------- */

static json_t *page_cut(const struct world *w, json_t *items, struct page p)
{
	json_t *cut = json_array();
	int64_t size = w->switches.page_size, nr = (int64_t)json_array_size(items);

	if (p.limit <= 0 || p.limit > size)
		p.limit = size;
	for (int64_t i = p.offset; i < nr && i < p.offset + p.limit; i++)
		json_array_append(cut, json_array_get(items, (size_t)i));
	json_decref(items);
	return cut;
}

static struct blob *list_render(const struct world *w, json_t *items, struct page p)
{
	bool paged = w->switches.page_size > 0, counted = paged || w->switches.total_count;
	int64_t total = (int64_t)json_array_size(items) + w->switches.total_count_lie;
	json_t *list = json_object();
	struct blob *text;

	json_object_set_new(list, "items", paged ? page_cut(w, items, p) : items);
	if (counted)
		json_object_set_new(list, "total_count", json_integer(total));
	text = blob_from_json(list);
	json_decref(list);
	return text;
}

/* ---- the lists --------------------------------------------------------- */

static bool text_is_kept(const struct world *w)
{
	return w->switches.page_size == 0 && !lists_lag(w);
}

static void text_renew(struct list *l, const struct world *w)
{
	if (l->text && l->text_of == w->changes)
		return;
	blob_drop(l->text);
	l->text = list_render(w, members_items(w, false), (struct page){0});
	l->text_of = w->changes;
}

struct blob *members_list(struct lists *lists, struct world *w, struct page p, bool include_groups)
{
	struct list *l = &lists->members;

	if (include_groups || !text_is_kept(w))
		return list_render(w, list_show(l, w, members_items(w, include_groups)), p);
	text_renew(l, w);
	l->seen_at = w->sequence;
	return blob_hold(l->text);
}

struct blob *invitations_list(struct lists *lists, struct world *w, struct page p)
{
	return list_render(w, list_show(&lists->invitations, w, invitations_items(w)), p);
}

static void list_settle(struct list *l, const struct world *w, json_t *fresh)
{
	json_decref(l->shown);
	l->shown = json_deep_copy(fresh);
	l->shown_of = w->changes;
	l->shown_at = w->sequence;
	json_decref(fresh);
}

void lists_settle(struct lists *l, struct world *w)
{
	world_changed(w);
	/* The first reader of many members need not wait for them. */
	if (text_is_kept(w) && !l->members.text)
		text_renew(&l->members, w);
	if (!lists_lag(w))
		return;
	list_settle(&l->members, w, members_items(w, false));
	list_settle(&l->invitations, w, invitations_items(w));
}

static void list_clear(struct list *l)
{
	json_decref(l->shown);
	blob_drop(l->text);
	*l = (struct list){0};
}

void lists_clear(struct lists *l)
{
	list_clear(&l->members);
	list_clear(&l->invitations);
}
