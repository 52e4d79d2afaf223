/* The small parts of the core by themselves: the index, selectors, traces, ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "agent/index.h"
#include "agent/rules.h"
#include "agent/strays.h"
#include "tests/core/lines.h"
#include "tests/core/world.h"

/* ---- index ------------------------------------------------------------------------ */

enum { TEXTS = 20000 };

static const char *text_key(const void *ctx, uint32_t item)
{
	return ((const char *const *)ctx)[item];
}

static void index_finds_each_and_no_other(void **state)
{
	struct arena a = {0};
	const char **texts = arena_array(&a, TEXTS, sizeof *texts);
	struct index x;

	(void)state;
	index_make(&x, &a, TEXTS, text_key, texts);
	for (uint32_t i = 0; i < TEXTS; i++)
		texts[i] = arena_printf(&a, "%0*u", (int)(i % 23) + 1, i);
	for (uint32_t i = 0; i < TEXTS; i++)
		assert_int_equal(index_add(&x, i), i);
	for (uint32_t i = 0; i < TEXTS; i++)
		assert_int_equal(index_find(&x, texts[i]), i);
	for (uint32_t i = 0; i < TEXTS; i++)
		assert_int_equal(index_find(&x, arena_printf(&a, "no-%u", i)),
				 (uint32_t)INDEX_NONE);
	arena_free(&a);
}

static void index_keeps_the_first(void **state)
{
	const char *const texts[] = {"same", "", "same", "other", ""};
	struct arena a = {0};
	struct index x;

	(void)state;
	index_make(&x, &a, ARRAY_SIZE(texts), text_key, texts);
	assert_int_equal(index_add(&x, 0), 0);
	assert_int_equal(index_add(&x, 1), 1);
	assert_int_equal(index_add(&x, 2), 0);
	assert_int_equal(index_add(&x, 3), 3);
	assert_int_equal(index_add(&x, 4), 1);
	assert_int_equal(index_find(&x, "same"), 0);
	assert_int_equal(index_find(&x, ""), 1);
	assert_int_equal(index_find(&x, NULL), (uint32_t)INDEX_NONE);
	arena_free(&a);
}

/* Found by search: both fall into one slot, under one tag. */
static void index_tells_equal_tags_apart(void **state)
{
	const char *const texts[] = {"p765362", "p605770"};
	struct arena a = {0};
	struct index x;

	(void)state;
	assert_int_equal(index_hash(texts[0]) >> 33, index_hash(texts[1]) >> 33);
	index_make(&x, &a, ARRAY_SIZE(texts), text_key, texts);
	assert_int_equal(index_add(&x, 0), 0);
	assert_int_equal(index_find(&x, texts[1]), (uint32_t)INDEX_NONE);
	assert_int_equal(index_add(&x, 1), 1);
	assert_int_equal(index_find(&x, texts[1]), 1);
	arena_free(&a);
}

/* Equal hashes are no equal keys: here all have one and the same. */
static void index_tells_equal_hashes_apart(void **state)
{
	const char *const texts[] = {"one", "two", "one", "three", "two"};
	struct arena a = {0};
	struct index x;

	(void)state;
	index_make(&x, &a, ARRAY_SIZE(texts), text_key, texts);
	assert_int_equal(index_add_hashed(&x, 0, UINT64_MAX), 0);
	assert_int_equal(index_add_hashed(&x, 1, UINT64_MAX), 1);
	assert_int_equal(index_add_hashed(&x, 2, UINT64_MAX), 0);
	assert_int_equal(index_add_hashed(&x, 3, UINT64_MAX), 3);
	assert_int_equal(index_add_hashed(&x, 4, UINT64_MAX), 1);
	index_make(&x, &a, ARRAY_SIZE(texts), text_key, texts);
	assert_int_equal(index_add_hashed(&x, 0, (uint64_t)2 << 32), 0); /* one place, two tags */
	assert_int_equal(index_add_hashed(&x, 1, (uint64_t)4 << 32), 1);
	arena_free(&a);
}

static void index_finds_what_was_added_hashed(void **state)
{
	const char *const texts[] = {"one", "two", "three"};
	struct arena a = {0};
	struct index x;

	(void)state;
	index_make(&x, &a, ARRAY_SIZE(texts), text_key, texts);
	for (uint32_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_int_equal(index_add_hashed(&x, i, index_hash(texts[i])), i);
	for (uint32_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_int_equal(index_find(&x, texts[i]), i);
	arena_free(&a);
}

static void index_of_nothing(void **state)
{
	struct arena a = {0};
	struct index x;

	(void)state;
	index_make(&x, &a, 0, text_key, NULL);
	assert_int_equal(index_find(&x, "anything"), (uint32_t)INDEX_NONE);
	arena_free(&a);
}

/* ---- selectors ----------------------------------------------------------------------- */

static void selectors_match(void **state)
{
	static const struct {
		const char *selector;
		int how;
	} rows[] = {
		{"1f3a-77", 3},
		{"1F3A-77", 0}, /* an id is compared as it is */
		{"cn=Data\\, Science,ou=groups,dc=example", 2},
		{"CN=data\\, science , OU = groups, dc=example", 2},
		{" cn=data\\, science,ou=groups,dc=example", 2},
		{"cn=data\\,  science,ou=groups,dc=example", 0}, /* space behind an escaped comma counts */
		{"cn=data\\,science,ou=groups,dc=example", 0},
		{"cn=data, science,ou=groups,dc=example", 0},    /* and a comma is no escaped one */
		{"cn=data\\, science,ou=groups,dc=example,dc=com", 0},
		{"cn=data\\, science,ou=groups", 0},
		{"cn=data\\, science,ou=groups,dc=example ", 2},
		{"Data, Science", 1},
		{"DATA, SCIENCE", 1},
		{"data*", 1},
		{"D?ta, [rs]cience", 1},
		{"science", 0},
		{"*nothing*", 0},
		{"cn=data\\", 0}, /* ends in the middle of an escape */
		{"", 0},
	};
	const struct group g = {.id = "1f3a-77", .name = "data, science",
				.place = "cn=data\\, science,ou=groups,dc=example"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (selector_matches(rows[i].selector, &g) != rows[i].how)
			fail_msg("%s: %d", rows[i].selector, selector_matches(rows[i].selector, &g));
}

static void selectors_match_what_has_little(void **state)
{
	const struct group g = {.id = "7"}, comma = {.id = "8", .place = "cn=a\\,"};

	(void)state;
	assert_int_equal(selector_matches("cn=a\\, ", &comma), 2);
	assert_int_equal(selector_matches("7", &g), 3);
	assert_int_equal(selector_matches("*", &g), 0);
	assert_int_equal(selector_matches("cn=x", &g), 0);
}

/* ---- groups in groups -------------------------------------------------------------------- */

enum { DEPTH = 130 }; /* more than two words of 64 bits */

/* g0 holds g1 holds ... and the last holds g0 again; one person at the bottom. */
static void deep_circle(void **state)
{
	struct group groups[DEPTH] = {{0}};
	uint32_t inner[DEPTH], who = 0;
	struct person ann = {.id = "1", .email = "ann@example.com", .address = "ann@example.com"};
	struct rule rule = {.group = "g0", .role = ROLE_MEMBER};
	struct scene s;
	struct plan plan;
	char names[DEPTH][8];

	(void)state;
	scene_make(&s, "directory corp: group g0\nrules: g0 -> member\n");
	for (uint32_t i = 0; i < DEPTH; i++) {
		snprintf(names[i], sizeof names[i], "g%u", i);
		inner[i] = (i + 1) % DEPTH;
		groups[i] = (struct group){.id = names[i], .name = names[i], .place = names[i],
					   .groups = &inner[i], .groups_nr = 1};
	}
	groups[DEPTH - 1].people = &who;
	groups[DEPTH - 1].people_nr = 1;
	s.readings[0].people = &ann;
	s.readings[0].people_nr = 1;
	s.readings[0].groups = groups;
	s.readings[0].groups_nr = DEPTH;
	s.policy.rules = &rule;
	plan_make(&plan, &s.arena, &s.world);
	assert_true(plan_agrees(&s.arena, &plan, "invite ann@example.com member\n"));
	scene_free(&s);
}

static void a_group_with_little_is_told_by_what_it_has(void **state)
{
	struct group groups[2] = {{.id = "77", .state = PARTIAL, .why = "a limit"},
				  {.id = "78", .place = "cn=x", .state = FAILED}};
	struct scene s;
	struct plan plan;

	(void)state;
	scene_make(&s, "directory corp: ann@example.com\nrules: 77 -> member; 78 -> member\n");
	s.readings[0].groups = groups;
	s.readings[0].groups_nr = 2;
	plan_make(&plan, &s.arena, &s.world);
	assert_true(plan_agrees(&s.arena, &plan,
				"problem partial corp/77: a limit\n"
				"problem failed corp/cn=x: no reason given\n"));
	scene_free(&s);
}

/* ---- traces -------------------------------------------------------------------------------- */

static void traces_tell_each_rule(void **state)
{
	static const struct {
		enum tri match;
		bool nearly;
		const char *why;
	} rows[] = {
		{YES, false, "is in staff"},
		{NO, true, "is in staff, and excepted by bad"},
		{NO, true, "is in staff, and not in trained, which it requires"},
		{NO, false, "the rule has ended"},
		{NO, false, "is not in other"},
		{MAYBE, false, "group half was not read whole: the size limit was reached"},
	};
	struct place at = {0, 0};
	struct rule_trace *traces;
	struct rulebook rb;
	struct scene s;

	(void)state;
	scene_make(&s, "rules: staff -> access; staff -> access except bad\n"
		       "rules: staff -> access require trained; staff -> access until -1d\n"
		       "rules: other -> access; half -> access\n"
		       "directory corp: ann@example.com in staff, bad; group trained; group other\n"
		       "directory corp: group half partial\n");
	rulebook_make(&rb, &s.arena, &s.world);
	traces = rule_traces(&rb, &s.arena, &at, 1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_ptr_equal(traces[i].rule, &s.policy.rules[i]);
		assert_int_equal(traces[i].match, rows[i].match);
		assert_int_equal(traces[i].nearly, rows[i].nearly);
		assert_string_equal(traces[i].why, rows[i].why);
	}
	rulebook_free(&rb);
	scene_free(&s);
}

static void traces_tell_who_is_seen_where_a_canary_is_not(void **state)
{
	struct place at = {0, 0};
	struct rulebook rb;
	struct scene s;

	(void)state;
	scene_make(&s, "rules: staff -> access\nsettings: canary zoe@example.com\n"
		       "directory corp: ann@example.com in staff\n");
	rulebook_make(&rb, &s.arena, &s.world);
	assert_int_equal(rule_traces(&rb, &s.arena, &at, 1)[0].match, YES);
	rulebook_free(&rb);
	scene_free(&s);
}

static void traces_doubt_who_takes_away_without_its_canary(void **state)
{
	struct place at = {0, 0};
	struct rulebook rb;
	struct rule_trace t;
	struct scene s;

	(void)state;
	scene_make(&s, "rules: staff -> access except bad\nsettings: canary zoe@example.com\n"
		       "directory corp: ann@example.com in staff, bad\n");
	rulebook_make(&rb, &s.arena, &s.world);
	t = rule_traces(&rb, &s.arena, &at, 1)[0];
	assert_int_equal(t.match, MAYBE);
	assert_false(t.nearly);
	assert_string_equal(t.why, "directory corp: the canary zoe@example.com is not in the directory");
	rulebook_free(&rb);
	scene_free(&s);
}

static void an_invitation_bears_the_name(void **state)
{
	struct scene s;
	struct plan plan;

	(void)state;
	scene_make(&s, "rules: staff -> member\ndirectory corp: ann@example.com in staff\n");
	s.readings[0].people[0].given_name = "Ann";
	s.readings[0].people[0].family_name = "Lee";
	plan_make(&plan, &s.arena, &s.world);
	assert_string_equal(plan.actions[0].given_name, "Ann");
	assert_string_equal(plan.actions[0].family_name, "Lee");
	scene_free(&s);
}

/* ---- lists that are not there ------------------------------------------------------------------ */

static void a_list_that_is_not_there_is_empty(void **state)
{
	static const char world[] =
		"rules: staff -> member except bad; leads -> admin require bad\n"
		"directory corp: ann@example.com in staff; bob@example.com in leads; group bad\n"
		"memory: cid@example.com member\nmembers: cid@example.com seat; dan@example.com\n";
	struct place at = {0, 1};
	struct rulebook rb;
	struct scene s;
	struct plan plan;

	(void)state;
	scene_make(&s, world);
	s.policy.domains = s.policy.protect = s.policy.limits.allow_empty = NULL;
	s.organization.self = s.known.adopt = s.known.lost_24h = NULL;
	s.policy.rules[0].except = s.policy.rules[0].require = NULL;
	s.policy.rules[1].except = NULL;
	plan_make(&plan, &s.arena, &s.world);
	assert_true(plan_agrees(&s.arena, &plan,
				"revoke_token cid@example.com\n revoke_seat cid@example.com\n"
				"invite ann@example.com member\n unmanaged dan@example.com\n"));
	rulebook_make(&rb, &s.arena, &s.world);
	assert_string_equal(rule_traces(&rb, &s.arena, &at, 1)[1].why,
			    "is in leads, and not in bad, which it requires");
	rulebook_free(&rb);
	scene_free(&s);
}

static void nobody_wished_and_nobody_said_why(void **state)
{
	struct scene s;
	struct plan plan;

	(void)state;
	scene_make(&s, "settings: invitations add_user; tokens mailed\nrules: staff -> member + seat\n"
		       "directory corp: ann@example.com in staff; bob@example.com in staff\n"
		       "memory: ann@example.com member; trial failed cid@example.com\n"
		       "members: ann@example.com seat token unreadable\n");
	s.known.adopt = NULL;
	s.organization.tokens_why = NULL;
	plan_make(&plan, &s.arena, &s.world);
	assert_true(plan_agrees(&s.arena, &plan,
				"waiting invite bob@example.com member seat\nproblem failed: the tokens of 1 "
				"member could not be read; none is issued or renewed for them: no answer "
				"came\nproblem trial\n"));
	scene_free(&s);
}

static void who_loses_several_things_is_once_in_the_hold(void **state)
{
	struct scene s;
	struct plan plan;

	(void)state;
	scene_make(&s, "settings: removals 0\nrules: staff -> member\n"
		       "directory corp: ann@example.com; group staff\n"
		       "memory: ann@example.com member\nmembers: ann@example.com admin seat\n");
	plan_make(&plan, &s.arena, &s.world);
	assert_int_equal(plan.held_nr, 3);
	assert_int_equal(plan.holds_nr, 1);
	assert_string_equal(plan.holds[0].addresses[0], "ann@example.com");
	assert_null(plan.holds[0].addresses[1]);
	scene_free(&s);
}

static void a_second_exception_is_told_by_its_name(void **state)
{
	struct place at = {0, 0};
	struct rulebook rb;
	struct scene s;

	(void)state;
	scene_make(&s, "rules: staff -> access except good except bad\n"
		       "directory corp: ann@example.com in staff, bad; group good\n");
	rulebook_make(&rb, &s.arena, &s.world);
	assert_string_equal(rule_traces(&rb, &s.arena, &at, 1)[0].why,
			    "is in staff, and excepted by bad");
	rulebook_free(&rb);
	scene_free(&s);
}

/* ---- kinds ---------------------------------------------------------------------------------------- */

static void three_kinds_send_mail(void **state)
{
	static const bool sends[ACTION_NR] = {
		[ACTION_INVITE] = true, [ACTION_REISSUE_INVITATION] = true,
		[ACTION_ISSUE_TOKEN] = true};

	(void)state;
	for (enum action_kind kind = 0; kind < ACTION_NR; kind++)
		assert_int_equal(action_sends_mail(kind), sends[kind]);
}

/* ---- members that are nobody's ------------------------------------------------------------------- */

static void losses_have_names(void **state)
{
	(void)state;
	for (unsigned loss = 1; loss < LOSS_END; loss *= 2)
		assert_int_equal(loss_parse(loss_name(loss)), loss);
	assert_string_equal(loss_name(LOSS_MEMBERSHIP), "membership");
	assert_int_equal(loss_parse("nonsense"), 0);
}

static void strays_are_named_as_far_as_known(void **state)
{
	const struct stray strays[] = {{"cn=pc,dc=x", "a computer"}, {"cn=tel,dc=x", "a contact"}};
	const char *const gone[] = {"uid=a,dc=x"};
	const struct {
		struct group g;
		const char *strays, *gone;
	} rows[] = {
		{{0}, NULL, NULL},
		{{.others = 1, .dangling = 1}, "1 of its members is no person",
		 "1 of its members does not exist"},
		{{.others = 2, .strays = strays, .strays_nr = 2, .dangling = 3, .gone = gone,
		  .gone_nr = 1},
		 "2 of its members are no people: cn=pc,dc=x (a computer), cn=tel,dc=x (a contact)",
		 "3 of its members do not exist: uid=a,dc=x and 2 more"},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(str_eq(group_strays_text(&a, &rows[i].g), rows[i].strays));
		assert_true(str_eq(group_gone_text(&a, &rows[i].g), rows[i].gone));
	}
	arena_free(&a);
}

/* Eleven of them: ten are named. */
static void who_moved_is_followed_and_named(void **state)
{
	struct moved moved[11];
	struct scene s;
	struct plan plan;

	(void)state;
	scene_make(&s, "rules: staff -> member\ndirectory corp: ann@example.com in staff\n");
	for (size_t i = 0; i < ARRAY_SIZE(moved); i++)
		moved[i] = (struct moved){.place = "uid=ann,ou=old", .person = 0};
	s.readings[0].groups[0].moved = moved;
	s.readings[0].groups[0].moved_nr = ARRAY_SIZE(moved);
	plan_make(&plan, &s.arena, &s.world);
	assert_true(plan_agrees(&s.arena, &plan,
				"invite ann@example.com member\nproblem moved corp/staff: it names 11 of its "
				"members by a place they left, and they are followed: uid=ann,ou=old is "
				"uid=ann,dc=example now\nstatus 2\ncomplete\n"));
	assert_non_null(strstr(plan.problems[0].why, "now and 1 more; put the group right"));
	s.readings[0].groups[0].moved_nr = 1;
	plan_make(&plan, &s.arena, &s.world);
	assert_non_null(strstr(plan.problems[0].why, "is uid=ann,dc=example now; put the group right"));
	scene_free(&s);
}

/* ---- problems -------------------------------------------------------------------------------------- */

static void some_problems_only_tell(void **state)
{
	static const struct {
		const char *state;
		bool waits;
	} rows[] = {{"partial", true},   {"failed", true},   {"duplicate", true}, {"parked", true},
		    {"overdrawn", true}, {"renamed", false}, {"moved", false},	  {"dangling", false},
		    {"unruled", false}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(problem_waits(&(struct plan_problem){.state = rows[i].state}),
				 rows[i].waits);
}

/* ---- ids --------------------------------------------------------------------------------------- */

static const char *plan_id(const char *world, int64_t last_run, struct scene *s, struct plan *plan)
{
	scene_make(s, world);
	plan_make(plan, &s->arena, &s->world);
	plan_identify(plan, &s->arena, last_run);
	return plan->id;
}

static void equal_plans_have_equal_ids(void **state)
{
	static const char one[] = "rules: staff -> member\ndirectory corp: ann@example.com in staff\n";
	static const char two[] = "rules: staff -> member\ndirectory corp: bob@example.com in staff\n";
	struct scene s[4];
	struct plan plans[4];
	const char *id = plan_id(one, 7, &s[0], &plans[0]);

	(void)state;
	assert_string_equal(id, plan_id(one, 7, &s[1], &plans[1]));
	assert_string_not_equal(id, plan_id(two, 7, &s[2], &plans[2]));
	assert_string_not_equal(id, plan_id(one, 8, &s[3], &plans[3])); /* in the same second */
	assert_memory_equal(id, "p-", 2);
	for (size_t i = 0; i < ARRAY_SIZE(s); i++)
		scene_free(&s[i]);
}

static void a_new_hold_and_its_actions_have_one_id(void **state)
{
	struct scene s;
	struct plan plan;

	(void)state;
	plan_id("settings: removals 0\nrules: staff -> member\n"
		"directory corp: zoe@example.com in staff\n"
		"memory: bob@example.com member\nmembers: bob@example.com seat\n", 0, &s, &plan);
	assert_int_equal(plan.holds_nr, 1);
	assert_int_equal(plan.held_nr, 2);
	assert_memory_equal(plan.holds[0].id, "h-", 2);
	assert_string_equal(plan.held[0].hold, plan.holds[0].id);
	assert_string_equal(plan.held[1].hold, plan.holds[0].id);
	scene_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index_finds_each_and_no_other),
		cmocka_unit_test(index_keeps_the_first),
		cmocka_unit_test(index_tells_equal_tags_apart),
		cmocka_unit_test(index_tells_equal_hashes_apart),
		cmocka_unit_test(index_finds_what_was_added_hashed),
		cmocka_unit_test(index_of_nothing),
		cmocka_unit_test(selectors_match),
		cmocka_unit_test(selectors_match_what_has_little),
		cmocka_unit_test(deep_circle),
		cmocka_unit_test(a_group_with_little_is_told_by_what_it_has),
		cmocka_unit_test(traces_tell_each_rule),
		cmocka_unit_test(traces_tell_who_is_seen_where_a_canary_is_not),
		cmocka_unit_test(traces_doubt_who_takes_away_without_its_canary),
		cmocka_unit_test(an_invitation_bears_the_name),
		cmocka_unit_test(a_list_that_is_not_there_is_empty),
		cmocka_unit_test(nobody_wished_and_nobody_said_why),
		cmocka_unit_test(who_loses_several_things_is_once_in_the_hold),
		cmocka_unit_test(a_second_exception_is_told_by_its_name),
		cmocka_unit_test(three_kinds_send_mail),
		cmocka_unit_test(losses_have_names),
		cmocka_unit_test(strays_are_named_as_far_as_known),
		cmocka_unit_test(who_moved_is_followed_and_named),
		cmocka_unit_test(some_problems_only_tell),
		cmocka_unit_test(equal_plans_have_equal_ids),
		cmocka_unit_test(a_new_hold_and_its_actions_have_one_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
