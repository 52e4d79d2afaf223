#include "tests/core/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/core/laws.h"
#include "tests/core/lines.h"

static void scenario_test(void **state)
{
	const struct scenario *row = *state;
	struct scene s;
	struct plan plan;
	const char *why;
	bool agrees;

	scene_make(&s, row->world);
	why = laws_try(&s, &plan);
	agrees = plan_agrees(&s.arena, &plan, row->plan);
	if (why)
		print_error("%s: %s\n", row->name, why);
	if (why && agrees)
		print_error("%s\n", plan_text(&s.arena, &plan));
	scene_free(&s);
	assert_true(agrees);
	assert_null(why);
}

int scenarios_run(const struct scenario *table, size_t nr, int argc, char **argv)
{
	VEC(struct CMUnitTest) tests = {0};
	int failed;

	for (size_t i = 0; i < nr; i++)
		if (argc < 2 || strstr(table[i].name, argv[1]))
			VEC_ADD(&tests, ((struct CMUnitTest){
						.name = table[i].name,
						.test_func = scenario_test,
						.initial_state = (void *)(uintptr_t)&table[i]}));
	failed = _cmocka_run_group_tests("scenarios", tests.items, tests.nr, NULL, NULL);
	VEC_FREE(&tests);
	return failed;
}
