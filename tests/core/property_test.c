/*
 * Thousands of random worlds, small and nasty, and what must be true of the
 * plan of each: laws.h, whatever the order of what was read; and nobody loses
 * by an incomplete reading who would not lose by the whole one.
 *
 *	test_core_property [SEED [WORLDS]]
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/core/laws.h"
#include "tests/core/lines.h"
#include "tests/core/random.h"

enum { WORLDS = 3000, FAILURES_MAX = 5 };

static unsigned worlds = WORLDS;
static uint64_t first_seed = 1;

/* ---- the same in another order -------------------------------------------------------- */

static void swap(void *a, void *b, size_t size)
{
	unsigned char *x = a, *y = b;

	for (size_t i = 0; i < size; i++) {
		unsigned char t = x[i];

		x[i] = y[i];
		y[i] = t;
	}
}

static void shuffle(void *items, size_t nr, size_t size)
{
	for (size_t i = nr; i > 1; i--)
		swap((char *)items + (i - 1) * size, (char *)items + chance(i) * size, size);
}

/* Moves people and groups and rewrites the indexes that name them. */
static void reading_shuffle(struct scene *s, struct reading *r)
{
	uint32_t *people = arena_array(&s->arena, r->people_nr + 1, sizeof *people);
	uint32_t *in = arena_array(&s->arena, r->groups_nr + 1, sizeof *in);
	struct person *p = arena_array(&s->arena, r->people_nr + 1, sizeof *p);
	struct group *g = arena_array(&s->arena, r->groups_nr + 1, sizeof *g);

	for (uint32_t i = 0; i < r->people_nr; i++)
		people[i] = i;
	for (uint32_t i = 0; i < r->groups_nr; i++)
		in[i] = i;
	shuffle(people, r->people_nr, sizeof *people);
	shuffle(in, r->groups_nr, sizeof *in);
	for (uint32_t i = 0; i < r->people_nr; i++)
		p[people[i]] = r->people[i];
	for (uint32_t i = 0; i < r->groups_nr; i++) {
		struct group *to = &g[in[i]];
		uint32_t *list = arena_array(&s->arena, r->groups[i].people_nr + 1, sizeof *list);
		uint32_t *inner = arena_array(&s->arena, r->groups[i].groups_nr + 1, sizeof *inner);

		*to = r->groups[i];
		for (uint32_t j = 0; j < to->people_nr; j++)
			list[j] = people[to->people[j]];
		for (uint32_t j = 0; j < to->groups_nr; j++)
			inner[j] = in[to->groups[j]];
		shuffle(list, to->people_nr, sizeof *list);
		shuffle(inner, to->groups_nr, sizeof *inner);
		to->people = list;
		to->groups = inner;
	}
	r->people = p;
	r->groups = g;
}

static void scene_shuffle(struct scene *s)
{
	struct known *k = &s->known;

	for (size_t i = 0; i < s->world.readings_nr; i++)
		reading_shuffle(s, &s->readings[i]);
	shuffle(s->organization.members, s->organization.members_nr, sizeof *s->organization.members);
	shuffle(s->organization.invitations, s->organization.invitations_nr,
		sizeof *s->organization.invitations);
	shuffle(k->people, k->people_nr, sizeof *k->people);
	shuffle(k->invitations, k->invitations_nr, sizeof *k->invitations);
	shuffle(k->groups, k->groups_nr, sizeof *k->groups);
	shuffle(k->holds, k->holds_nr, sizeof *k->holds);
}

static const char *order_try(struct scene *s, const char *text)
{
	struct plan plan;

	scene_shuffle(s);
	plan_make(&plan, &s->arena, &s->world);
	plan_identify(&plan, &s->arena, 0);
	if (strcmp(text, plan_text(&s->arena, &plan)) == 0)
		return NULL;
	return arena_printf(&s->arena, "in another order it is another plan:\n%s",
			    plan_text(&s->arena, &plan));
}

/* ---- less of the same ------------------------------------------------------------------- */

static bool loses(const struct plan *plan, const struct action *act)
{
	for (size_t i = 0; i < plan->actions_nr; i++) {
		const struct action *b = &plan->actions[i];

		if (b->loss && b->kind == act->kind && str_eq(b->member_id, act->member_id) &&
		    str_eq(b->invitation_id, act->invitation_id))
			return true;
		if (b->loss && b->kind == ACTION_REMOVE_MEMBER && act->kind == ACTION_SET_ROLE &&
		    str_eq(b->member_id, act->member_id))
			return true; /* removed at once where it would go down first */
	}
	return false;
}

/* A duplicate, or a protected alias, is not seen where it was not read. */
static bool untouchable(const struct plan *whole, const struct action *act)
{
	for (size_t i = 0; i < whole->accounts_nr; i++) {
		const struct plan_account *p = &whole->accounts[i];

		if (act->member_id ? str_eq(p->memory.member_id, act->member_id)
				   : p->invitation && str_eq(p->invitation->id, act->invitation_id))
			return strstr(p->decision, "bears the same e-mail") ||
			       strstr(p->decision, "is protected");
	}
	return false;
}

/* Takes a part of the members out of a group, and says so. */
static void group_thin(struct scene *s, struct group *g)
{
	uint32_t *list = arena_array(&s->arena, g->people_nr + 1, sizeof *list);
	uint32_t nr = 0;

	for (uint32_t i = 0; i < g->people_nr; i++)
		if (chance(2))
			list[nr++] = g->people[i];
	g->people = list;
	g->people_nr = nr;
	g->state = PARTIAL;
	g->why = "cut";
}

static void scene_thin(struct scene *s)
{
	struct reading *r = &s->readings[chance(s->world.readings_nr)];

	switch (chance(3)) {
	case 0:
		r->state = FAILED;
		r->why = "cut";
		r->people_nr = r->groups_nr = 0;
		break;
	default:
		for (size_t i = 0; i < r->groups_nr; i++)
			if (chance(2))
				group_thin(s, &r->groups[i]);
		break;
	}
}

/* Without quota, limits and floor, which a smaller plan may pass where a larger does not. */
static void scene_unlimit(struct scene *s)
{
	s->policy.limits.removals = 1000;
	s->policy.limits.removals_percent = PERCENT_OFF;
	s->policy.limits.min_admins = 0;
	s->known.accepted_config = s->policy.fingerprint;
	s->known.holds_nr = 0;
	s->known.mails_24h = 0;
	s->policy.invitations.per_day = 1000;
	s->organization.seats_total = s->known.seats_learnt = SEATS_UNKNOWN;
	for (size_t i = 0; i < s->organization.members_nr; i++)
		if (s->organization.members[i].role == ROLE_BILLING_MANAGER)
			s->organization.members[i].role = ROLE_ADMIN;
}

static const char *less_try(const char *text)
{
	struct scene s;
	struct plan whole, part;
	const char *why = NULL;

	scene_make(&s, text);
	scene_unlimit(&s);
	plan_make(&whole, &s.arena, &s.world);
	scene_thin(&s);
	plan_make(&part, &s.arena, &s.world);
	for (size_t i = 0; i < part.actions_nr && !why; i++)
		if (part.actions[i].loss && !loses(&whole, &part.actions[i]) &&
		    !untouchable(&whole, &part.actions[i]))
			why = arena_printf(&s.arena, "%s of %s only because less was read:\n%s\n%s",
					   action_name(part.actions[i].kind), part.actions[i].email,
					   plan_text(&s.arena, &whole), plan_text(&s.arena, &part));
	if (why)
		fprintf(stderr, "%s\n", why);
	scene_free(&s);
	return why ? "nobody may lose for less being read" : NULL;
}

/* ---- all of them ---------------------------------------------------------------------------- */

static bool world_try(uint64_t seed)
{
	char *text = world_write(seed);
	struct scene s;
	struct plan plan;
	const char *why;

	scene_make(&s, text);
	why = laws_try(&s, &plan);
	if (!why)
		why = order_try(&s, plan_text(&s.arena, &plan));
	if (!why)
		why = less_try(text);
	if (why)
		fprintf(stderr, "seed %llu: %s\n---- the world\n%s---- the plan\n%s\n",
			    (unsigned long long)seed, why, text, plan_text(&s.arena, &plan));
	scene_free(&s);
	free(text);
	return !why;
}

static void worlds_test(void **unused)
{
	(void)unused;
	unsigned failed = 0;

	for (uint64_t i = 0; i < worlds && failed < FAILURES_MAX; i++)
		failed += !world_try(first_seed + i);
	assert_int_equal(failed, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(worlds_test)};

	if (argc > 1)
		first_seed = strtoull(argv[1], NULL, 10);
	if (argc > 2)
		worlds = (unsigned)strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
