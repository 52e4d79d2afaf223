/* Servers that lie, cheat or break: hostile.py says what each kind does. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct hostile hostile;

static int stop(void **state)
{
	(void)state;
	hostile_stop(&hostile);
	return 0;
}

static void read_kind(struct outcome *o, const char *kind, int seconds)
{
	struct directory_settings s;

	hostile_start(&hostile, kind);
	s = settings_for(hostile.url);
	outcome_read(o, &s, NULL, seconds);
}

static void expect_refusal(const char *kind, enum err_kind error, const char *words)
{
	struct outcome o;

	read_kind(&o, kind, LONG);
	assert_int_equal(o.rc, -1);
	error_says(&o.e, error, words);
	assert_int_equal(o.r.people_nr, 0);
	outcome_free(&o);
}

static void good_is_good(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "good", LONG);
	assert_int_equal(o.rc, 0);
	assert_int_equal(o.r.state, COMPLETE);
	assert_string_equal(members_text(&o, "team"), "p1 p2 p3 | | others 0 dangling 0");
	assert_int_equal(hostile_count(&hostile, "search"), 2); /* no question for each person */
	outcome_free(&o);
}

static void empty_is_said_to_be_empty(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "empty", LONG);
	assert_int_equal(o.rc, 0);
	assert_int_equal(o.r.people_nr, 0);
	assert_int_equal(o.r.groups_nr, 0);
	outcome_free(&o);
}

/* ---- fault D4: codes that come with entries --------------------------------------- */

static void d4_time_limit(void **state)
{
	(void)state;
	expect_refusal("timelimit", ERR_INCOMPLETE, "Time limit exceeded (3)");
	assert_int_equal(hostile_count(&hostile, "search"), 1);
}

static void d4_admin_limit(void **state)
{
	(void)state;
	expect_refusal("adminlimit", ERR_INCOMPLETE, "Administrative limit exceeded (11)");
	assert_int_equal(hostile_count(&hostile, "search"), 2); /* in one piece, then in pages */
}

/* ---- fault D8: not now --------------------------------------------------------------- */

static void d8_busy_is_asked_again_and_given_up(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "busy", 10);
	assert_int_equal(o.rc, -1);
	error_says(&o.e, ERR_UNREACHABLE, "Server is busy (51): come back later; nothing was read");
	assert_int_equal(hostile_count(&hostile, "bind"), 2);
	outcome_free(&o);
}

static void d8_unavailable_in_the_middle(void **state)
{
	struct outcome o;

	(void)state;
	expect_refusal("unavailable", ERR_UNREACHABLE, "Server is unavailable (52)");
	assert_int_equal(hostile_count(&hostile, "connection"), 2);
	hostile_stop(&hostile);
	read_kind(&o, "unavailable_once", LONG);
	assert_int_equal(o.rc, 0);
	assert_string_equal(members_text(&o, "team"), "p1 p2 p3 | | others 0 dangling 0");
	outcome_free(&o);
}

static void d7_reading_forbidden(void **state)
{
	(void)state;
	expect_refusal("forbidding", ERR_DENIED, "Insufficient access (50)");
	assert_int_equal(hostile_count(&hostile, "bind"), 1);
}

/* ---- fault D12: members in ranges ---------------------------------------------------- */

static void d12_ranges(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "ranges", LONG);
	assert_int_equal(o.rc, 0);
	assert_string_equal(members_text(&o, "team"),
			    "p0 p1 p2 p3 p4 p5 p6 | | others 0 dangling 0");
	assert_int_equal(group_named(&o.r, "team")->state, COMPLETE);
	outcome_free(&o);
}

static void d12_ranges_without_their_end(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "ranges_cut", LONG);
	assert_int_equal(o.rc, 0);
	assert_int_equal(group_named(&o.r, "team")->state, PARTIAL);
	assert_non_null(strstr(group_named(&o.r, "team")->why, "from the 5th on did not come"));
	assert_string_equal(members_text(&o, "team"), "p0 p1 p2 p3 p4 | | others 0 dangling 0");
	outcome_free(&o);
}

static void expect_partial(const char *kind, const char *why)
{
	struct outcome o;

	read_kind(&o, kind, LONG);
	assert_int_equal(o.rc, 0);
	assert_int_equal(group_named(&o.r, "team")->state, PARTIAL);
	if (!strstr(group_named(&o.r, "team")->why, why))
		fail_msg("%s: %s", kind, group_named(&o.r, "team")->why);
	outcome_free(&o);
}

static void d12_ranges_that_cannot_be(void **state)
{
	static const char *const kinds[] = {"ranges_elsewhere", "ranges_short"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		expect_partial(kinds[i], "a range of its members cannot be understood");
		hostile_stop(&hostile);
	}
}

static void expect_members(const char *kind, uint32_t nr)
{
	struct outcome o;

	read_kind(&o, kind, LONG);
	assert_int_equal(o.rc, 0);
	assert_int_equal(group_named(&o.r, "team")->state, COMPLETE);
	assert_int_equal(group_named(&o.r, "team")->people_nr, nr);
	outcome_free(&o);
}

static void d12_large_and_shrinking_ranges(void **state)
{
	(void)state;
	expect_members("ranges_1500", 5000);
	assert_int_equal(hostile_count(&hostile, "search"), 2 + 3);
	hostile_stop(&hostile);
	expect_members("ranges_shrinking", 40);
}

/* Whoever leaves meanwhile moves all behind one place forward: nobody may be skipped by that. */
static void d12_members_that_move(void **state)
{
	(void)state;
	expect_members("ranges_leaving", 7);
	hostile_stop(&hostile);
	expect_partial("ranges_restless", "changed whenever they were read");
}

/* ---- fault D21: it breaks in the middle --------------------------------------------------- */

static void d21_begun_anew_once(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "breaking_once", LONG);
	assert_int_equal(o.rc, 0);
	assert_int_equal(o.r.people_nr, 3);
	assert_string_equal(members_text(&o, "team"), "p1 p2 p3 | | others 0 dangling 0");
	assert_int_equal(hostile_count(&hostile, "connection"), 2);
	outcome_free(&o);
}

static void d21_given_up(void **state)
{
	(void)state;
	expect_refusal("breaking", ERR_UNREACHABLE, "closed the connection");
	assert_int_equal(hostile_count(&hostile, "connection"), 2);
}

static void d3_dripping_people(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "dripping_search", 3);
	assert_int_equal(o.rc, -1);
	error_says(&o.e, ERR_UNREACHABLE, "did not answer in time");
	assert_true(o.seconds < 10);
	outcome_free(&o);
}

/* A server that is never idle is no reason to stay longer. */
static void d3_never_at_an_end(void **state)
{
	static const char *const kinds[] = {"trickling", "referring_endlessly",
					    "nameless_endlessly", "useless_endlessly",
					    "pages_endlessly"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct outcome o;

		read_kind(&o, kinds[i], 3);
		assert_int_equal(o.rc, -1);
		error_says(&o.e, ERR_UNREACHABLE, "did not answer in time");
		if (o.seconds >= 10)
			fail_msg("%s: took %d seconds", kinds[i], (int)o.seconds);
		outcome_free(&o);
		hostile_stop(&hostile);
	}
}

/* ---- values --------------------------------------------------------------------------------- */

/* faults H4, H7, H8: what is wrong with one stays with that one */
static void h4_h7_h8_dirty_people(void **state)
{
	struct outcome o;
	const struct person *p;
	size_t aliases = 0;

	(void)state;
	read_kind(&o, "dirty", LONG);
	assert_int_equal(o.rc, 0);
	assert_int_equal(o.r.state, PARTIAL);
	assert_non_null(o.r.why);
	assert_string_equal(person_at(&o.r, "uid=p2,")->email, "p2");
	assert_null(person_at(&o.r, "uid=p2,")->address);
	assert_null(person_at(&o.r, "uid=p3,")->address);
	assert_null(person_at(&o.r, "uid=p4,")->address);
	assert_null(person_at(&o.r, "uid=p5,"));
	assert_null(person_at(&o.r, "uid=p6,"));
	assert_null(person_at(&o.r, "uid=p7,"));
	assert_string_equal(person_at(&o.r, "uid=p8,")->id, "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
	p = person_at(&o.r, "uid=p9,");
	assert_string_equal(p->given_name, "Ren\xc3\xa9");
	assert_int_equal(strlen(p->family_name), 256);
	p = person_at(&o.r, "uid=p10,");
	assert_string_equal(p->address, "alias00000@example.com");
	while (p->aliases[aliases])
		aliases++;
	assert_int_equal(aliases, 64);
	assert_null(person_at(&o.r, "uid=p1,")); /* its id is p11's too: neither */
	assert_null(person_at(&o.r, "uid=p11,"));
	assert_string_equal(person_at(&o.r, "uid=p12,")->id,
			    "abcdef00-0000-4000-8000-000000000012");
	assert_string_equal(person_at(&o.r, "uid=p13,")->address, "p13@example.com");
	assert_int_equal(o.r.people_nr, 8);
	assert_int_equal(group_named(&o.r, "team")->state, PARTIAL);
	assert_string_equal(members_text(&o, "team"), "p2 | | others 0 dangling 0");
	assert_int_equal(group_named(&o.r, "twins")->state, PARTIAL);
	assert_int_equal(group_named(&o.r, "clean")->state, COMPLETE);
	outcome_free(&o);
}

static void open_question_about_a_member(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "unknown_member", LONG);
	assert_int_equal(o.rc, 0);
	assert_int_equal(o.r.state, COMPLETE);
	assert_int_equal(group_named(&o.r, "team")->state, PARTIAL);
	assert_non_null(strstr(group_named(&o.r, "team")->why, "uid=p99,"));
	assert_string_equal(members_text(&o, "team"), "p1 | | others 0 dangling 0");
	outcome_free(&o);
}

static void inner_base_that_is_held_apart(void **state)
{
	static const char *const bases[] = {"ou=apart,ou=people,dc=example,dc=com",
					    "ou=people,dc=example,dc=com", NULL};
	struct directory_settings s;
	struct outcome o;

	(void)state;
	hostile_start(&hostile, "apart");
	s = settings_for(hostile.url);
	s.ldap.people.bases = bases;
	outcome_read(&o, &s, NULL, LONG);
	assert_int_equal(o.rc, 0);
	assert_int_equal(o.r.state, PARTIAL);
	assert_string_equal(o.r.why, "1 people of the base ou=apart,ou=people,dc=example,dc=com are "
				     "not shown by the base it lies in: make it a directory of its "
				     "own");
	assert_int_equal(o.r.people_nr, 3);
	outcome_free(&o);
}

static void nested_group_on_another_server(void **state)
{
	(void)state;
	expect_partial("elsewhere", "is on another server, which was not asked");
}

static void person_renamed_while_we_read(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "renaming", LONG);
	assert_int_equal(o.rc, 0);
	assert_string_equal(members_text(&o, "team"), "p1 | | others 0 dangling 0");
	outcome_free(&o);
}

/* ---- fault H10: what is no LDAP ------------------------------------------------------------ */

static void h10_too_large_a_message(void **state)
{
	(void)state;
	expect_refusal("endless", ERR_UNREACHABLE, "nothing was read");
}

static void h10_lying_lengths(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "garbage", 5);
	/* What of it can still be decoded is no person, and is said to be missing. */
	assert_true(o.rc || (o.r.state == PARTIAL && !o.r.people_nr));
	outcome_free(&o);
}

static void h10_nested_bomb(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "nested_bomb", 5);
	/* Whatever libldap makes of it: nobody may come out of it. */
	assert_true(o.rc || !o.r.people_nr);
	outcome_free(&o);
}

static void h10_noise(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "noise", 3);
	assert_int_equal(o.rc, -1);
	outcome_free(&o);
}

static void answer_to_no_question(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "strange_id", LONG);
	/* libldap drops it; the real answer counts. */
	assert_int_equal(o.rc, 0);
	outcome_free(&o);
}

#define ON(test) cmocka_unit_test_setup_teardown(test, NULL, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON(good_is_good),
		ON(empty_is_said_to_be_empty),
		ON(d4_time_limit),
		ON(d4_admin_limit),
		ON(d7_reading_forbidden),
		ON(d8_busy_is_asked_again_and_given_up),
		ON(d8_unavailable_in_the_middle),
		ON(d12_ranges),
		ON(d12_ranges_without_their_end),
		ON(d12_ranges_that_cannot_be),
		ON(d12_large_and_shrinking_ranges),
		ON(d12_members_that_move),
		ON(d21_begun_anew_once),
		ON(d21_given_up),
		ON(d3_dripping_people),
		ON(d3_never_at_an_end),
		ON(h4_h7_h8_dirty_people),
		ON(open_question_about_a_member),
		ON(inner_base_that_is_held_apart),
		ON(nested_group_on_another_server),
		ON(person_renamed_while_we_read),
		ON(h10_too_large_a_message),
		ON(h10_lying_lengths),
		ON(h10_nested_bomb),
		ON(h10_noise),
		ON(answer_to_no_question),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
