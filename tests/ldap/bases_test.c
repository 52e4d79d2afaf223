/* Where is searched, and groups that are a search: on the company of company.ldif. */
#include "company.h"

/* Several bases: each is searched once, and what is below two of them is there once. */
static void several_bases(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o, one;

	(void)state;
	read_good(&one, &s);
	s.ldap.people.bases = (const char *const[]){
		"uid=ada,ou=people,dc=example,dc=com", "ou=people,dc=example,dc=com",
		"OU=People, dc=example,dc=com", "ou=elsewhere,dc=example,dc=com", NULL};
	s.ldap.groups.bases = (const char *const[]){"ou=elsewhere,dc=example,dc=com",
						    "ou=groups,dc=example,dc=com", NULL};
	read_good(&o, &s);
	assert_int_equal(o.r.people_nr, one.r.people_nr);
	assert_string_equal(members_text(&o, "plain"), members_text(&one, "plain"));
	assert_string_equal(members_text(&o, "only-named"), "ada | | others 0 dangling 0");
	assert_int_equal(o.r.groups_nr, 8 + 1 + 3);
	outcome_free(&o);
	/* one of them is gone: nothing of the others is an answer */
	s.ldap.people.bases = (const char *const[]){"ou=people,dc=example,dc=com",
						    "ou=nowhere,dc=example,dc=com", NULL};
	outcome_read(&o, &s, NULL, LONG);
	assert_int_equal(o.rc, -1);
	error_says(&o.e, ERR_FAILED, "ou=nowhere");
	outcome_free(&o);
	/* nor when it would lie below another */
	s.ldap.people.bases = (const char *const[]){"ou=people,dc=example,dc=com",
						    "ou=branch,ou=people,dc=example,dc=com", NULL};
	outcome_read(&o, &s, NULL, LONG);
	assert_int_equal(o.rc, -1);
	error_says(&o.e, ERR_FAILED, "ou=branch");
	outcome_free(&o);
	outcome_free(&one);
}

/* memberUid: a uid is looked for below each of them before it is nobody's. */
static void several_bases_of_uids(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	s.ldap.groups.filter = "(objectClass=posixGroup)";
	s.ldap.groups.member = "memberUid";
	s.ldap.people.bases = (const char *const[]){"ou=groups,dc=example,dc=com",
						    "ou=people,dc=example,dc=com", NULL};
	read_good(&o, &s);
	assert_string_equal(members_text(&o, "posix"),
			    "ada we*(i)rd\\2B\\5Cx | | others 1 dangling 2");
	outcome_free(&o);
}

/* A group that is a filter on people, wherever they are and however groups name their members. */
static void groups_that_are_filters(void **state)
{
	static const char *const wanted[] = {"(|(uid=ada)(uid=grace)(uid=helper))",
					     "(uid=no-such)",
					     "(uid=ada",
					     "(uid=ada)",
					     "(uid=ada)",
					     NULL};
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	for (int by_uid = 0; by_uid < 2; by_uid++) {
		if (by_uid) {
			s.ldap.groups.filter = "(objectClass=posixGroup)";
			s.ldap.groups.member = "memberUid";
		}
		outcome_read(&o, &s, wanted, LONG);
		assert_int_equal(o.rc, 0);
		expect_state(&o.r, COMPLETE, NULL);
		/* not the helper, who is no person by people.filter */
		assert_string_equal(members_text(&o, wanted[0]),
				    "ada grace | | others 0 dangling 0");
		assert_string_equal(members_text(&o, "(uid=no-such)"), "| | others 0 dangling 0");
		assert_int_equal(group_named(&o.r, "(uid=no-such)")->state, COMPLETE);
		assert_string_equal(members_text(&o, "(uid=ada)"), "ada | | others 0 dangling 0");
		assert_int_equal(group_named(&o.r, "(uid=ada")->state, FAILED);
		assert_string_equal(group_named(&o.r, "(uid=ada)")->id, "(uid=ada)");
		outcome_free(&o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_bases),
		cmocka_unit_test(several_bases_of_uids),
		cmocka_unit_test(groups_that_are_filters),
	};
	return cmocka_run_group_tests(tests, company_start, company_stop);
}
