/* Members named by a place that they left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/strays.h"
#include "connectors/ldap_follow.h"

static struct person people[] = {
	{.id = "1", .place = "uid=ada,ou=new,o=x"},
	{.id = "2", .place = "uid=bob,ou=new,o=x"},
	{.id = "3", .place = "uid=cem,o=x"},
};
static const uint32_t cem[] = {2};
static const char *const gone[] = {"UID=Ada, ou=Old,o=x", "uid=nobody,o=x", "uid=two,o=x",
				   "no name"};

static struct reading reading_with(struct group *group)
{
	*group = (struct group){.people = cem,
				.people_nr = 1,
				.gone = gone,
				.gone_nr = ARRAY_SIZE(gone),
				.dangling = ARRAY_SIZE(gone)};
	return (struct reading){.people = people, .people_nr = 3, .groups = group, .groups_nr = 1};
}

/* fault D13 */
static void d13_who_moved_is_a_member_again(void **state)
{
	static const struct former formers[] = {{"uid=ada,ou=old,o=x", 0},
						{"uid=ada,ou=older,o=x", 0}};
	struct arena a = {0};
	struct group g;
	struct reading r = reading_with(&g);

	(void)state;
	formers_follow(&a, formers, ARRAY_SIZE(formers), &r);
	assert_int_equal(g.state, COMPLETE);
	assert_int_equal(g.people_nr, 2);
	assert_int_equal(g.people[0], 0);
	assert_int_equal(g.people[1], 2);
	assert_string_equal(
		group_moved_text(&a, &g, &r),
		"it names 1 of its members by a place they left, and they are followed: "
		"uid=ada,ou=old,o=x is uid=ada,ou=new,o=x now; put the group right");
	assert_string_equal(group_gone_text(&a, &g),
			    "3 of its members do not exist: uid=nobody,o=x, "
			    "uid=two,o=x, no name");
	arena_free(&a);
}

static void d13_a_place_of_two_people_is_nobodys(void **state)
{
	static const struct former formers[] = {{"uid=two,o=x", 0}, {"UID=two,o=x", 1}};
	struct arena a = {0};
	struct group g;
	struct reading r = reading_with(&g);

	(void)state;
	formers_follow(&a, formers, ARRAY_SIZE(formers), &r);
	assert_int_equal(g.state, PARTIAL);
	assert_string_equal(g.why,
			    "the member uid=two,o=x was the name of two people who have moved "
			    "since: which of them is meant is not known");
	assert_int_equal(g.people_nr, 1);
	assert_int_equal(g.gone_nr, 4);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(d13_who_moved_is_a_member_again),
		cmocka_unit_test(d13_a_place_of_two_people_is_nobodys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
