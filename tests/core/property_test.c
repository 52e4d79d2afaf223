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

enum { WORLDS = 3000, PEOPLE = 9, GROUPS = 5, FAILURES_MAX = 5 };

/* ---- chance ------------------------------------------------------------------------ */

static uint64_t state;
static unsigned worlds = WORLDS;
static uint64_t first_seed = 1;

static uint64_t chance(uint64_t below)
{
	state ^= state << 13; /* xorshift64 */
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

static bool often(void)
{
	return chance(3) != 0;
}

static bool seldom(void)
{
	return chance(8) == 0;
}

static const char *pick(const char *const *words, size_t nr)
{
	return words[chance(nr)];
}

#define PICK(...)                                                             \
	pick((const char *const[]){__VA_ARGS__},                              \
	     ARRAY_SIZE(((const char *const[]){__VA_ARGS__})))

/* ---- a world, in the words of world.h ------------------------------------------------ */

static const char *const names[PEOPLE] = {"ann", "bob", "cid", "dan", "eve",
					  "fay", "gus", "hal", "ida"};
static const char *const groups[GROUPS] = {"leads", "money", "staff", "guests", "bad"};

/* Mostly the name's own address, now and then another's. */
static void email_write(FILE *f, size_t who)
{
	const char *name = names[seldom() ? chance(PEOPLE) : who];

	if (seldom())
		fprintf(f, "%c%s@Example.com", name[0] - 32, name + 1);
	else
		fprintf(f, "%s@example.com", name);
}

static void groups_write(FILE *f)
{
	bool any = false;

	for (size_t g = 0; g < GROUPS; g++)
		if (chance(g == GROUPS - 1 ? 8 : 3) == 0) {
			fprintf(f, "%s %s", any ? "" : " in", groups[g]);
			any = true;
		}
}

static void directory_write(FILE *f, const char *name)
{
	const char *how = seldom() ? PICK(" partial", " failed") : "";

	fprintf(f, "directory %s%s:", name, how);
	for (size_t g = 0; g < GROUPS; g++) {
		fprintf(f, " group %s%s", groups[g], seldom() ? " partial" : "");
		if (seldom())
			fprintf(f, " holds %s", groups[chance(GROUPS)]);
		fputc(';', f);
	}
	for (size_t i = 0; i < PEOPLE; i++) {
		if (!often())
			continue;
		if (chance(20) == 0)
			fprintf(f, " -");
		else
			fputc(' ', f), email_write(f, i);
		fprintf(f, " id %zu%s", i, seldom() ? " disabled" : "");
		if (seldom())
			fprintf(f, " alias %s@home.example", names[chance(PEOPLE)]);
		groups_write(f);
		fputc(';', f);
	}
	fputc('\n', f);
}

static void rules_write(FILE *f)
{
	fprintf(f, "rules: leads -> admin%s; money -> billing_manager%s\n",
		often() ? " + seat" : "", seldom() ? " only corp" : "");
	fprintf(f, "rules: staff -> %s%s%s; guests -> %s%s\n", PICK("member", "access", "seat"),
		often() ? " seat" : "", seldom() ? " except bad" : "", PICK("member", "access"),
		seldom() ? PICK(" require staff", " until +1d", " until -1d") : "");
}

/* Members, invitations and memory that fit each other, mostly. */
static void person_write(FILE *f, size_t i, bool listed)
{
	const char *n = names[i], *role = PICK("member", "member", "admin", "billing_manager");
	const char *seat = often() ? " seat" : "", *forgotten = seldom() ? " forgotten" : "";
	const char *leaving = seldom() ? PICK(" leaving -2h", " leaving -3d runs 4") : "";
	const char *of = PICK("corp", "corp", "idp");
	const char *token = PICK("", "", " token none", " token live ends +200d", " token live ends +5d",
				 " token live", " token expired ends -2d", " token revoked ends +90d",
				 " token unreadable");
	const char *had = PICK("", "", " token none", " token live ours ends +200d seen -1d",
			       " token live ours ends +5d seen -1d tokens 1 mailed -9d",
			       " token live ends +2d seen -2d", " token revoked seen -1h",
			       " token live ours ends -2d seen -4d tokens 3 mailed -9d",
			       " tokens 3 mailed -31d");
	unsigned days = (unsigned)chance(9);

	switch (chance(8)) {
	case 0: /* a managed member */
	case 1:
	case 2:
		fprintf(f, "members: %s@example.com %s%s%s\n", n, role, seat, *seat ? token : "");
		fprintf(f, "memory: %s@example.com of %s/%zu member%s%s%s\n", n, of, i, leaving,
			forgotten, had);
		if (seldom())
			fprintf(f, "memory: redone %s %s@example.com 2\n",
				PICK("assign_seat", "revoke_seat"), n);
		break;
	case 3: /* a stranger, perhaps with an alias for address */
		fprintf(f, "members: %s@%s %s%s%s\n", n, often() ? "example.com" : "home.example",
			role, seat, *seat ? token : "");
		break;
	case 4: /* our invitation, listed or hidden */
		fprintf(f, "memory: %s@example.com of %s/%zu invited -%ud attempts %llu%s%s\n", n, of, i,
			days, (unsigned long long)chance(4), seldom() ? " tried admin" : "", leaving);
		if (listed && often())
			fprintf(f, "invitations: %s@example.com %s %s sent -%ud expires %+dd\n", n,
				days < 7 ? PICK("pending", "pending", "accepted", "removed") : "expired",
				role, days, 7 - (int)days);
		if (listed && seldom())
			fprintf(f, "invitations: %s@example.com pending id i2-%s\n", n, n);
		break;
	case 5: /* somebody else's invitation */
		if (listed)
			fprintf(f, "invitations: %s@example.com %s %s\n", n,
				PICK("pending", "expired"), role);
		break;
	case 6: /* parked or waiting, or gone by another's hand */
		fprintf(f, "memory: %s@example.com of %s/%zu%s%s\n", n, of, i,
			PICK(" waiting -2d", " member", " member parked removed",
			     " invited -3d gone -2d", " invited -3d parked elsewhere",
			     " invited -2h inv -", " invited -3d inv - attempts 2",
			     " parked unavailable"),
			forgotten);
		break;
	default:
		break;
	}
}

static void settings_write(FILE *f)
{
	static const char *const choices[] = {
		"settings: per_day 2", "settings: removals 1", "settings: percent 10",
		"settings: seat keep", "settings: disabled grace", "settings: remove no",
		"settings: adopt none", "settings: invitations manual", "settings: roles manual",
		"settings: reissue 24h", "settings: reissue never", "settings: reserve 1",
		"settings: min_admins 1", "settings: min_admins 2", "settings: runs 1",
		"settings: domain example.com", "settings: protect ann@*", "settings: protect h*",
		"settings: min_people 5", "settings: grace 6h", "settings: attempts 1",
		"platform: self bob@example.com", "platform: clock +1h",
		"memory: config new", "memory: config changed", "memory: mails 49",
		"memory: learnt 2", "memory: lost ida@example.com", "memory: fresh",
		"memory: adopt cid@example.com", "memory: adopt gus@example.com",
		"memory: group staff of corp", "memory: group guests of idp",
		"memory: hold h-1 limit who dan@example.com, eve@example.com",
		"memory: hold h-2 config released -1h who fay@example.com, bob@example.com",
		"memory: hold h-3 limit released -9d taken who gus@example.com",
		"settings: invitations add_user", "settings: invitations onboard",
		"settings: no_call reissue_invitation", "settings: no_call cancel_invitation",
		"memory: trial passed ann@example.com", "memory: trial failed bob@example.com",
		"memory: adopt bob@example.com", "memory: told 5",
		"members: x@anonym.ized admin seat id m-deleted",
	};

	for (size_t i = 0; i < ARRAY_SIZE(choices); i++)
		if (chance(10) == 0)
			fprintf(f, "%s\n", choices[i]);
	if (often())
		fprintf(f, "settings: tokens %s\n", PICK("mailed", "unmailed"));
	if (often())
		fprintf(f, "platform: total %llu\n", (unsigned long long)chance(8));
}

static char *world_write(uint64_t seed)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	bool listed;

	state = seed * 0x9e3779b97f4a7c15u + 1;
	for (int i = 0; i < 8; i++)
		chance(2);
	directory_write(f, "corp");
	if (often())
		directory_write(f, "idp");
	else
		fprintf(f, "directory idp: group guests; nobody@example.com\n");
	rules_write(f);
	listed = !seldom();
	if (!listed)
		fprintf(f, "platform: unlisted\n");
	for (size_t i = 0; i < PEOPLE; i++)
		person_write(f, i, listed);
	settings_write(f);
	fclose(f);
	return text;
}

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
	plan_identify(&plan, &s->arena);
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
