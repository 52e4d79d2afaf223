/*
 * What is true of many runs, one after the other, of random worlds: who loses
 * in a day, whom a release lets go, what is left when nothing was read or
 * remembered, and how a day's quota is carried over.
 *
 *	test_core_runs [SEED [WORLDS]]
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/core/after.h"
#include "tests/core/laws.h"
#include "tests/core/lines.h"
#include "tests/core/random.h"

enum { WORLDS = 1000, RUNS = 8, FAILURES_MAX = 3 };

static unsigned worlds = WORLDS;
static uint64_t first_seed = 1;

typedef const char *trial(const char *world, struct arena *a);

static void each_world(trial *try)
{
	unsigned failed = 0;

	for (uint64_t seed = first_seed; seed < first_seed + worlds && failed < FAILURES_MAX; seed++) {
		struct arena a = {0};
		char *text = world_write(seed);
		const char *why = try(text, &a);

		if (why)
			fprintf(stderr, "seed %llu: %s\n---- the world\n%s", (unsigned long long)seed, why,
				text);
		failed += why != NULL;
		free(text);
		arena_free(&a);
	}
	assert_int_equal(failed, 0);
}

static const char *address_of(const struct plan *plan, const struct action *act)
{
	const char *address = NULL;

	if (act->account != NO_INDEX)
		address = plan->accounts[act->account].memory.address;
	return address ? address : act->address;
}

static bool has_text(const char *const *list, const char *text)
{
	for (; list && *list; list++)
		if (str_eq(*list, text))
			return true;
	return false;
}

/* ---- a release lets through those of the hold, and no others ------------------------------- */

static const struct plan_hold *hold_any(const struct plan *plan)
{
	for (size_t i = 0; i < plan->holds_nr; i++)
		if (plan->holds[i].fresh && plan->holds[i].cause <= HOLD_CONFIG)
			return &plan->holds[i];
	return NULL;
}

/* Is the action that was held in the plan now, or held by what cannot be released? */
static bool came_through(const struct plan *plan, const struct action *held)
{
	for (size_t i = 0; i < plan->actions_nr; i++)
		if (plan->actions[i].kind == held->kind &&
		    str_eq(plan->actions[i].member_id, held->member_id) &&
		    str_eq(plan->actions[i].invitation_id, held->invitation_id))
			return true;
	for (size_t i = 0; i < plan->held_nr; i++)
		if (plan->held[i].kind == held->kind && plan->held[i].cause >= HOLD_INCOMPLETE &&
		    str_eq(plan->held[i].member_id, held->member_id))
			return true;
	/* cancel and invite: both or neither, and the quota or the seat may be gone */
	return !held->loss || (held->kind == ACTION_CANCEL_INVITATION && held->from_role);
}

static const char *released_wrongly(struct arena *a, const struct plan *first,
				    const struct plan *second, const struct plan_hold *hold)
{
	for (size_t i = 0; i < first->held_nr; i++)
		if (str_eq(first->held[i].hold, hold->id) && !came_through(second, &first->held[i]))
			return arena_printf(a, "%s of %s was released and is not done",
					    action_name(first->held[i].kind), first->held[i].email);
	for (size_t i = 0; i < second->actions_nr; i++) {
		const struct action *act = &second->actions[i];
		const char *address = address_of(second, act);

		if (act->loss && act->released && !has_text(hold->addresses, address))
			return arena_printf(a, "%s went by a release of others", address);
		for (size_t j = 0; j < first->holds_nr; j++)
			if (act->loss && &first->holds[j] != hold &&
			    first->holds[j].cause <= HOLD_CONFIG && !act->released &&
			    has_text(first->holds[j].addresses, address))
				return arena_printf(a, "%s was held, and went unreleased", address);
	}
	return NULL;
}

static const char *release_try(const char *world, struct arena *a)
{
	struct scene before, after;
	struct plan first, second;
	const struct plan_hold *hold;
	const char *why = NULL;

	scene_make(&before, world);
	plan_make(&first, &before.arena, &before.world);
	plan_identify(&first, &before.arena, 0);
	hold = hold_any(&first);
	if (hold) {
		scene_after(&after, &before, &first, 0);
		for (size_t i = 0; i < after.known.holds_nr; i++)
			if (str_eq(after.known.holds[i].id, hold->id))
				after.known.holds[i].released_at = after.world.now;
		plan_make(&second, &after.arena, &after.world);
		plan_identify(&second, &after.arena, 0);
		why = arena_strdup(a, released_wrongly(a, &first, &second, hold));
		scene_free(&after);
	}
	scene_free(&before);
	return why;
}

static void a_release_lets_through_its_own(void **unused)
{
	(void)unused;
	each_world(release_try);
}

/* ---- a day of runs, while the directories change ----------------------------------------------- */

struct day {
	const char **losers;
	size_t nr;
};

static void losers_add(struct day *day, struct arena *a, const struct plan *plan)
{
	for (size_t i = 0; i < plan->actions_nr; i++) {
		const struct action *act = &plan->actions[i];
		const char *address = address_of(plan, act);
		size_t j = 0;

		if (!act->loss || act->released)
			continue;
		while (j < day->nr && !str_eq(day->losers[j], address))
			j++;
		if (j == day->nr)
			day->losers[day->nr++] = arena_strdup(a, address);
	}
}

/* The same organization and memory an hour later, and other directories. */
static void hour_pass(struct scene *next, const struct scene *after, const char *rest)
{
	char *directories = directories_write();
	struct arena a = {0};

	scene_make(next, arena_printf(&a, "%s%s", directories, rest));
	arena_free(&a);
	free(directories);
	next->policy = after->policy;
	next->known = after->known;
	next->organization = after->organization;
	next->world.now = after->world.now;
}

/* Rules and settings of a world: all that is no directory, memory, member or invitation. */
static const char *policy_lines(struct arena *a, const char *world)
{
	char *copy = arena_strdup(a, world), *rest = NULL;
	const char *text = "";

	for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (strncmp(line, "rules:", 6) == 0)
			text = arena_printf(a, "%s%s\n", text, line);
	return text;
}

/* Two accounts turned out to be one person's: what the one had is the other's in the next run. */
static bool merges(const struct plan *plan)
{
	for (size_t i = 0; i < plan->accounts_nr; i++)
		if (str_eq(plan->accounts[i].decision, "belongs to a person who has another account"))
			return true;
	return false;
}

static const char *day_try(const char *world, struct arena *a)
{
	struct scene runs[RUNS], after[RUNS];
	const char *rules = policy_lines(a, world), *why = NULL;
	struct day day = {.losers = arena_array(a, 1000, sizeof *day.losers)};
	size_t r;

	for (r = 0; r < RUNS && !why; r++) {
		struct plan plan;

		if (r)
			hour_pass(&runs[r], &after[r - 1], rules);
		else
			scene_make(&runs[r], world);
		why = arena_strdup(a, laws_try(&runs[r], &plan));
		if (why && strstr(why, "not done with one run") &&
		    (!runs[r].organization.invitations_listed || merges(&plan)))
			why = NULL; /* two accounts of one address: each is put right in a run of its own */
		losers_add(&day, a, &plan);
		if (!why && day.nr > runs[r].policy.limits.removals)
			why = "more people lost within a day than limits.removals allows";
		if (why)
			why = arena_printf(a, "run %zu: %s\n%s", r + 1, why,
					   plan_text(&runs[r].arena, &plan));
		scene_after(&after[r], &runs[r], &plan, HOUR);
	}
	while (r-- > 0) {
		scene_free(&runs[r]);
		scene_free(&after[r]);
	}
	return why;
}

static void a_day_keeps_the_laws(void **unused)
{
	(void)unused;
	each_world(day_try);
}

/* ---- nothing read, nothing remembered ------------------------------------------------------------ */

static const char *loss_of(struct arena *a, const struct plan *plan, const char *when)
{
	for (size_t i = 0; i < plan->actions_nr; i++)
		if (plan->actions[i].loss)
			return arena_printf(a, "%s of %s, %s", action_name(plan->actions[i].kind),
					    plan->actions[i].email, when);
	return NULL;
}

static const char *nothing_try(const char *world, struct arena *a)
{
	static const char *const nobody[] = {NULL};
	struct scene s;
	struct plan plan;
	const char *why;

	scene_make(&s, world);
	for (size_t i = 0; i < s.world.readings_nr; i++) {
		s.readings[i].state = FAILED;
		s.readings[i].why = "nobody answers";
	}
	plan_make(&plan, &s.arena, &s.world);
	why = loss_of(a, &plan, "though no directory was read");
	scene_free(&s);
	if (why)
		return why;
	scene_make(&s, world);
	s.known = (struct known){.fresh = true, .adopt = nobody, .lost_24h = nobody,
				 .seats_learnt = SEATS_UNKNOWN, .seats_left = SEATS_UNKNOWN};
	plan_make(&plan, &s.arena, &s.world);
	why = loss_of(a, &plan, "though the state was lost");
	scene_free(&s);
	return why;
}

static void nothing_read_or_remembered_takes_nothing(void **unused)
{
	(void)unused;
	each_world(nothing_try);
}

/* ---- the quota, day by day ---------------------------------------------------------------------------- */

enum { CROWD = 23 };

/* `per_day` a day, in the order of the queue, until everybody was invited once. */
static void quota_try(unsigned per_day)
{
	struct scene days[CROWD + 1];
	char text[200];
	unsigned invited = 0, day;

	snprintf(text, sizeof text, "settings: per_day %u; lifetime +99d\nrules: staff -> member\n"
				    "directory corp: 10..%d p#@example.com in staff\n",
		 per_day, 9 + CROWD);
	scene_make(&days[0], text);
	for (day = 0; day < CROWD && invited < CROWD; day++) {
		struct plan plan;

		plan_make(&plan, &days[day].arena, &days[day].world);
		plan_identify(&plan, &days[day].arena, 0);
		assert_int_equal(plan.actions_nr,
				 per_day < CROWD - invited ? per_day : CROWD - invited);
		for (size_t i = 0; i < plan.actions_nr; i++) {
			snprintf(text, sizeof text, "p%u@example.com", 10 + invited++);
			assert_string_equal(plan.actions[i].email, text);
		}
		assert_int_equal(plan.waiting_nr, CROWD - invited);
		assert_null(scene_after(&days[day + 1], &days[day], &plan, DAY));
		days[day + 1].known.mails_24h = 0;
	}
	assert_int_equal(invited, CROWD);
	for (unsigned i = 0; i <= day; i++)
		scene_free(&days[i]);
}

static void the_quota_is_carried_over_in_order(void **unused)
{
	(void)unused;
	for (unsigned per_day = 1; per_day <= CROWD; per_day++)
		quota_try(per_day);
}

/* ---- nobody behind those whom the platform refuses waits for ever ---------------------------------- */

enum { STAFF = 9, HOURS = 2 * STAFF + 1 };

static const char *serve_text(struct arena *a, unsigned refused, const char *limit)
{
	const char *text = arena_printf(a, "%s\nrules: leads -> seat; staff -> seat\n"
					   "directory corp: group leads; group staff", limit);

	for (unsigned i = 0; i < STAFF; i++)
		text = arena_printf(a, "%s; p%u@example.com in %s", text, i,
				    refused >> i & 1 ? "leads" : "staff");
	return arena_printf(a, "%s\n", text);
}

static const char *const *serve_refuses(struct arena *a, unsigned refused)
{
	const char **list = arena_array(a, STAFF + 1, sizeof *list);
	size_t nr = 0;

	for (unsigned i = 0; i < STAFF; i++)
		if (refused >> i & 1)
			list[nr++] = arena_printf(a, "p%u@example.com", i);
	return list;
}

/* Each of them is the first twice; then the others have all there is. */
static void serve_try(unsigned refused, const char *limit, size_t places)
{
	struct scene hours[HOURS + 1];
	struct arena a = {0};
	size_t no = (size_t)__builtin_popcount(refused), others = STAFF - no;
	size_t runs = 2 * ((no + places - 1) / places) + 1;

	scene_make(&hours[0], serve_text(&a, refused, limit));
	hours[0].refuses = serve_refuses(&a, refused);
	for (unsigned i = 0; i < HOURS; i++) {
		struct plan plan;

		plan_make(&plan, &hours[i].arena, &hours[i].world);
		plan_identify(&plan, &hours[i].arena, 0);
		assert_null(scene_after(&hours[i + 1], &hours[i], &plan, HOUR));
	}
	assert_int_equal(hours[runs].known.invitations_nr, places < others ? places : others);
	assert_int_equal(hours[HOURS].known.invitations_nr, places < others ? places : others);
	for (unsigned i = 0; i <= HOURS; i++)
		scene_free(&hours[i]);
	arena_free(&a);
}

static void nobody_waits_behind_whom_the_platform_refuses(void **unused)
{
	static const struct {
		const char *limit;
		size_t places;
	} rows[] = {
		{"platform: total 1", 1}, {"platform: total 4", 4}, {"settings: per_day 1", 1},
		{"settings: per_day 3", 3}, {"platform: total 9", 9},
		{"settings: invitations add_user", 1},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (unsigned refused = 0; refused < 1U << STAFF; refused += 7)
			serve_try(refused, rows[i].limit, rows[i].places);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_release_lets_through_its_own),
		cmocka_unit_test(a_day_keeps_the_laws),
		cmocka_unit_test(nothing_read_or_remembered_takes_nothing),
		cmocka_unit_test(the_quota_is_carried_over_in_order),
		cmocka_unit_test(nobody_waits_behind_whom_the_platform_refuses),
	};

	if (argc > 1)
		first_seed = strtoull(argv[1], NULL, 10);
	if (argc > 2)
		worlds = (unsigned)strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
