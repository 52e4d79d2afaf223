/* groupOfURLs, with and without the overlay that makes members of it (slapo-dynlist(5)). */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void read_groups(struct outcome *o, const char *options)
{
	struct directory_settings s;
	struct slapd slapd;

	slapd_start(&slapd, options);
	s = settings_for(slapd.url);
	s.ldap.groups.filter = "(objectClass=groupOfURLs)";
	outcome_read(o, &s, NULL, LONG);
	slapd_stop(&slapd);
	if (o->rc)
		fail_msg("%s", o->e.text);
}

#define COMPANY "--ldif @/company.ldif --ldif @/dynamic.ldif --conf @/dynamic.conf "

static void expanded_by_the_server(void **state)
{
	struct outcome o;

	(void)state;
	read_groups(&o, COMPANY "--dbconf @/dynlist.conf");
	assert_string_equal(members_text(&o, "twins"), "twin1 twin2 | | others 0 dangling 0");
	assert_int_equal(group_named(&o.r, "twins")->state, COMPLETE);
	assert_int_equal(group_named(&o.r, "everybody")->people_nr, o.r.people_nr);
	outcome_free(&o);
}

/* fault D11: that it shows no members does not mean that it has none */
static void d11_not_expanded(void **state)
{
	struct outcome o;

	(void)state;
	read_groups(&o, COMPANY);
	assert_int_equal(group_named(&o.r, "twins")->state, FAILED);
	assert_non_null(strstr(group_named(&o.r, "twins")->why, "dynamic (groupOfURLs)"));
	outcome_free(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expanded_by_the_server),
		cmocka_unit_test(d11_not_expanded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
