/* What Samba does not do: Active Directory played by hostile.py. */
#include "tests/ldap/fixture.h"

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

static void read_kind(struct outcome *o, const char *kind)
{
	struct directory_settings s;

	hostile_start(&hostile, kind);
	s = settings_for(hostile.url);
	s.ldap.kind = LDAP_ACTIVE_DIRECTORY;
	s.ldap.people.id = "objectGUID";
	s.ldap.people.disabled = "userAccountControl";
	outcome_read(o, &s, NULL, LONG);
	if (o->rc)
		fail_msg("%s: %s", kind, o->e.text);
}

/* It never answers more than a page, and says nothing worse than "size limit" about the rest. */
static void asked_for_pages_at_once(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "windows");
	assert_int_equal(o.r.state, COMPLETE);
	assert_int_equal(hostile_count(&hostile, "search ou="), 2);
	assert_int_equal(hostile_count(&hostile,
				       "search ou=people,dc=example,dc=com 2 0xa3 objectGUID,"
				       "mail,givenName,sn,userAccountControl,objectSid,"
				       "primaryGroupID paged"),
			 1);
	outcome_free(&o);
}

static void ids_and_primary_groups(void **state)
{
	struct outcome o;

	(void)state;
	read_kind(&o, "windows");
	assert_string_equal(o.r.people[0].id, "03020100-0504-0706-0809-0a0b0c0d0e0f");
	assert_string_equal(members_text(&o, "team"), "p1 | | others 0 dangling 0");
	assert_string_equal(group_named(&o.r, "team")->id, "67676767-6767-6767-6767-676767676767");
	outcome_free(&o);
}

static void expect_doubt(const char *kind, const char *why)
{
	struct outcome o;

	read_kind(&o, kind);
	assert_int_equal(o.r.state, PARTIAL);
	if (!strstr(o.r.why, why))
		fail_msg("%s: %s", kind, o.r.why);
	outcome_free(&o);
	hostile_stop(&hostile);
}

/* fault D6: what the server has itself is no loss; what another has, is */
static void d6_references(void **state)
{
	(void)state;
	expect_doubt("windows_child",
		     "1 reference to other servers among the people not followed (and 1 more)");
	expect_doubt("windows_mute",
		     "1 reference to other servers among the people not followed (and 1 more)");
}

static void hidden_is_not_absent(void **state)
{
	(void)state;
	expect_doubt("windows_hidden",
		     "the primary group of uid=p1,ou=people,dc=example,dc=com may "
		     "not be read (and 1 more)");
}

#define ON(test) cmocka_unit_test_setup_teardown(test, NULL, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON(asked_for_pages_at_once),
		ON(ids_and_primary_groups),
		ON(d6_references),
		ON(hidden_is_not_absent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
