#include "connectors/scim_read.h"

/* ---- users --------------------------------------------------------------------------- */

static void on_again(void *ctx)
{
	struct scim_reading *x = ctx;

	scim_people_clear(&x->people);
	for (size_t i = 0; i < x->groups.items.nr; i++)
		scim_members_clear(&x->groups.items.items[i].members);
}

static int on_user(void *ctx, const char *id, bool fresh, const json_t *user, const char **why)
{
	struct scim_reading *x = ctx;
	uint32_t person;

	(void)why;
	if (!fresh)
		return 0;
	scim_person_add(&x->people, id, user);
	person = x->people.person.items[x->people.person.nr - 1];
	if (x->groups.items.nr && person != INDEX_NONE)
		scim_user_groups_take(&x->groups, person, user);
	return 0;
}

static int users_read(struct scim_reading *x, struct scim *s, struct err *e)
{
	struct scim_walk walk = {
		.s = s,
		.hints = &x->hints,
		.resource = "/Users",
		.wish = x->hints.sort ? "&sortBy=id" : NULL,
		.what = "the list of users",
		.keys = scim_person_keys,
		.ids = &x->people.ids,
		.take = on_user,
		.again = on_again,
		.ctx = x,
	};
	int rc = scim_walk(&walk, x->people.a, e);

	x->users_doubt = walk.doubt;
	x->by_cursor = walk.cursor;
	x->pages = walk.pages;
	return rc;
}

/* ---- groups --------------------------------------------------------------------------- */

/*
 * Some servers leave members out and do not say so (AWS, Entra, Databricks):
 * where no group shows any, an empty one proves nothing (fault S5).
 */
static void emptiness_judge(struct scim_groups *g)
{
	for (size_t i = 0; i < g->items.nr; i++)
		if (g->items.items[i].members.nr)
			return;
	for (size_t i = 0; i < g->items.nr; i++)
		if (g->items.items[i].wanted)
			doubt_add(&g->items.items[i].doubts, g->a,
				  "no group shows a member, so that this one is empty proves nothing; "
				  "seatsync check tells which scim.membership the server answers to");
}

static int groups_list(struct scim_reading *x, struct scim *s, const char *const *wanted,
		       struct err *e)
{
	if (scim_groups_list(&x->groups, s, &x->hints,
			     scim_membership_wish(s->settings->membership), e))
		return -1;
	scim_groups_want(&x->groups, wanted);
	return 0;
}

static int all_read(struct scim_reading *x, struct scim *s, const char *const *wanted,
		    struct err *e)
{
	enum scim_membership way = s->settings->membership;
	bool by_user = scim_membership_by_user(way);

	if (scim_hints_read(s, &x->hints, e))
		return -1;
	if (by_user && groups_list(x, s, wanted, e))
		return -1;
	if (users_read(x, s, e))
		return -1;
	if (!by_user && groups_list(x, s, wanted, e))
		return -1;
	if (scim_members_read(&x->groups, s, &x->hints, way, e))
		return -1;
	scim_groups_link(&x->groups);
	emptiness_judge(&x->groups);
	return scim_strangers_settle(&x->groups, s, e);
}

/* ---- the reading ------------------------------------------------------------------------- */

static void people_finish(struct scim_reading *x, struct reading *r)
{
	struct scim_people *p = &x->people;

	if (p->twins)
		scim_groups_people(&x->groups, scim_people_close_up(p, &x->groups.scratch));
	r->people = arena_array(p->a, p->items.nr, sizeof *r->people);
	if (p->items.nr)
		memcpy(r->people, p->items.items, p->items.nr * sizeof *r->people);
	r->people_nr = p->items.nr;
}

static const char *doubt_of(struct scim_reading *x)
{
	if (x->users_doubt)
		return x->users_doubt;
	return x->groups.doubt ? x->groups.doubt : doubts_text(&x->people.doubts, x->people.a);
}

int scim_reading_make(struct scim_reading *x, struct scim *s, struct arena *a,
		      const char *const *wanted, struct reading *r, struct err *e)
{
	*x = (struct scim_reading){
		.people = {.settings = s->settings, .a = a},
		.groups = {.a = a},
	};
	x->groups.people = &x->people;
	if (all_read(x, s, wanted, e))
		return -1;
	*r = (struct reading){.directory = s->name, .why = doubt_of(x)};
	r->state = r->why ? PARTIAL : COMPLETE;
	people_finish(x, r);
	r->groups = scim_groups_finish(&x->groups, &r->groups_nr);
	return 0;
}

void scim_reading_clear(struct scim_reading *x)
{
	scim_people_clear(&x->people);
	scim_groups_clear(&x->groups);
}
