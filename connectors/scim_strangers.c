/*
 * scim_strangers.c - members that are in no list: deleted, hidden from our
 * token, or missed.  Each is asked for by its id.
 */
#include "connectors/scim_groups.h"

struct stranger_get {
	struct scim_groups *groups;
	const char *id;
	enum scim_kind kind;
	bool asked_user;  /* it is no user, and now asked for as a group */
	enum fate { FATE_UNKNOWN, FATE_USER, FATE_GROUP, FATE_GONE } fate;
	char words[300];
};

struct strangers {
	struct scim_groups *g;
	struct scim_names ids;
	VEC(struct stranger_get) items;
};

/* Each stranger of a wanted group, once; past the limit they stay unknown. */
static void strangers_collect(struct strangers *all)
{
	for (size_t i = 0; i < all->g->items.nr; i++) {
		const struct scim_group *group = &all->g->items.items[i];

		for (size_t j = 0; group->wanted && j < group->members.strangers.nr; j++) {
			const struct scim_stranger *one = &group->members.strangers.items[j];

			if (all->items.nr >= SCIM_STRANGERS_MAX)
				return;
			if (scim_names_find(&all->ids, one->id) != INDEX_NONE)
				continue;
			scim_names_add(&all->ids, one->id);
			VEC_ADD(&all->items, ((struct stranger_get){.groups = all->g, .id = one->id,
								    .kind = one->kind}));
		}
	}
}

/* A user that the list did not have: there, so the list is not whole. */
static void user_found(struct stranger_get *one, const json_t *user)
{
	struct scim_people *people = one->groups->people;
	const char *id = arena_strdup(people->a, one->id);

	if (!str_eq(scim_text(user, "id"), id)) {
		snprintf(one->words, sizeof one->words, "GET by its id answers another resource");
		return;
	}
	if (scim_names_find(&people->ids, id) != INDEX_NONE)
		return;
	scim_person_add(people, id, user);
	scim_names_add(&people->ids, id);
	one->fate = FATE_USER;
	doubt_add(&people->doubts, people->a, "user %s is a member of a group, and not in the list "
		  "of users", id);
}

static void on_done(struct scim_get *get)
{
	struct stranger_get *one = get->ctx;

	memcpy(one->words, get->words, sizeof one->words);
	if (get->status == 404)
		one->fate = FATE_GONE;
	else if (get->status != 200 || !get->body)
		one->fate = FATE_UNKNOWN;
	else if (one->asked_user || one->kind == SCIM_GROUP)
		one->fate = FATE_GROUP;
	else
		user_found(one, get->body);
}

/* Asks for them as users, or (again) as groups. */
static int strangers_ask(struct strangers *all, struct scim *s, bool again, struct err *e)
{
	struct scim_get *gets = arena_array(&all->g->scratch, all->items.nr, sizeof *gets);
	size_t nr = 0;

	for (size_t i = 0; i < all->items.nr; i++) {
		struct stranger_get *one = &all->items.items[i];

		if (again && (one->fate != FATE_GONE || one->kind != SCIM_ANY))
			continue;
		one->asked_user = again;
		gets[nr++] = (struct scim_get){
			.path = arena_printf(&all->g->scratch, "/%s/%s",
					     again || one->kind == SCIM_GROUP ? "Groups" : "Users",
					     http_encode(&all->g->scratch, one->id)),
			.done = on_done,
			.ctx = one,
		};
	}
	return scim_run(s, gets, nr, e);
}

/* What became of a stranger is so for each group that has it. */
static void stranger_settle(struct scim_groups *g, struct scim_group *group,
			    const struct strangers *all, const struct scim_stranger *stranger)
{
	uint32_t at = scim_names_find(&all->ids, stranger->id);
	const struct stranger_get *one = at == INDEX_NONE ? NULL : &all->items.items[at];
	uint32_t person = scim_person_find(g->people, stranger->id);

	if (!one)
		doubt_add(&group->doubts, g->a, "it has more than %d members that are in no list",
			  SCIM_STRANGERS_MAX);
	else if (one->fate == FATE_USER && person != INDEX_NONE)
		VEC_ADD(&group->members.people, person);
	else if (one->fate == FATE_GONE)
		group->dangling++;
	else if (one->fate == FATE_GROUP)
		doubt_add(&group->doubts, g->a, "group %s is in it, and not in the list of groups",
			  one->id);
	else if (one->fate == FATE_UNKNOWN)
		doubt_add(&group->doubts, g->a, "member %s is in no list, and cannot be looked up: %s",
			  one->id, one->words);
}

int scim_strangers_settle(struct scim_groups *g, struct scim *s, struct err *e)
{
	struct strangers all = {.g = g};
	int rc;

	strangers_collect(&all);
	rc = strangers_ask(&all, s, false, e);
	if (!rc)
		rc = strangers_ask(&all, s, true, e);
	for (size_t i = 0; !rc && i < g->items.nr; i++) {
		struct scim_group *group = &g->items.items[i];

		for (size_t j = 0; j < group->members.strangers.nr; j++) {
			if (group->wanted)
				stranger_settle(g, group, &all, &group->members.strangers.items[j]);
			else
				group->dangling++; /* nothing rests on it */
		}
	}
	scim_names_clear(&all.ids);
	VEC_FREE(&all.items);
	return rc;
}
