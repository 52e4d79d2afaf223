/* What comes out of a real slapd with the company of company.ldif. */
#include "company.h"

#include <time.h>

static void people_and_names(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;
	const struct person *p;

	(void)state;
	read_good(&o, &s);
	expect_state(&o.r, COMPLETE, NULL);
	assert_int_equal(o.r.people_nr, 11);
	p = person_at(&o.r, "uid=ada,");
	assert_string_equal(p->id, "aaaaaaaa-0000-4000-8000-00000000000a");
	assert_string_equal(p->email, "ada@example.com");
	assert_ptr_equal(p->email, p->address); /* one copy of what is the same */
	assert_string_equal(p->given_name, "Ada");
	assert_string_equal(p->family_name, "Lovelace");
	assert_null(p->aliases);
	assert_false(p->disabled);
	p = person_at(&o.r, "uid=linus,");
	assert_string_equal(p->email, "Linus.Torvalds@Example.COM");
	assert_string_equal(p->address, "linus.torvalds@example.com");
	assert_null(p->given_name);
	outcome_free(&o);
}

/* Attributes have no order: the address that sorts first is the primary, every time. */
static void several_addresses(void **state)
{
	static const char *const aliases[] = {"labeledURI", NULL};
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;
	const struct person *p;

	(void)state;
	s.ldap.people.aliases = aliases;
	read_good(&o, &s);
	p = person_at(&o.r, "uid=grace,");
	assert_string_equal(p->email, "Grace.Hopper@EXAMPLE.com");
	assert_string_equal(p->address, "grace.hopper@example.com");
	assert_string_equal(p->aliases[0], "hopper@example.com");
	assert_null(p->aliases[1]);
	assert_string_equal(p->given_name, "Amazing");
	p = person_at(&o.r, "uid=linus,");
	assert_string_equal(p->aliases[0], "linus@example.com");
	assert_null(p->aliases[1]); /* the primary's own and the x500 name are none */
	outcome_free(&o);
}

/* faults D16, D17: delivered as they are; what to do about them is the core's */
static void d16_d17_mail(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	read_good(&o, &s);
	assert_string_equal(person_at(&o.r, "uid=twin1,")->address, "twin@example.com");
	assert_string_equal(person_at(&o.r, "uid=twin2,")->address, "twin@example.com");
	assert_string_not_equal(person_at(&o.r, "uid=twin1,")->id,
				person_at(&o.r, "uid=twin2,")->id);
	assert_null(person_at(&o.r, "uid=nomail,")->email);
	assert_null(person_at(&o.r, "uid=nomail,")->address);
	assert_string_equal(person_at(&o.r, "uid=badmail,")->email, "@nowhere");
	assert_null(person_at(&o.r, "uid=badmail,")->address);
	outcome_free(&o);
}

static void d15_disabled(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	s.ldap.people.disabled = "employeeType";
	read_good(&o, &s);
	assert_true(person_at(&o.r, "uid=gone,")->disabled);
	assert_false(person_at(&o.r, "uid=odd,")->disabled);
	assert_false(person_at(&o.r, "uid=ada,")->disabled);
	expect_state(&o.r, COMPLETE, NULL);
	outcome_free(&o);
	s.ldap.people.disabled = "sn"; /* says neither yes nor no */
	read_good(&o, &s);
	assert_false(person_at(&o.r, "uid=ada,")->disabled);
	expect_state(&o.r, PARTIAL, "neither yes nor no");
	outcome_free(&o);
}

/* fault H6 too: names with every character that means something */
static void h6_members_by_name(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	read_good(&o, &s);
	assert_string_equal(
		members_text(&o, "plain"),
		"Ren\xc3\xa9\\2C Jr ada grace we*(i)rd\\2B\\5Cx | | others 0 dangling 0");
	assert_int_equal(group_named(&o.r, "plain")->state, COMPLETE);
	assert_string_equal(group_named(&o.r, "plain")->place,
			    "cn=plain,ou=groups,dc=example,dc=com");
	outcome_free(&o);
}

static void d14_nested(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	read_good(&o, &s);
	assert_string_equal(members_text(&o, "top"), "| left right top | others 0 dangling 0");
	assert_string_equal(members_text(&o, "right"), "| bottom top | others 0 dangling 0");
	assert_string_equal(members_text(&o, "bottom"), "ada | | others 0 dangling 0");
	outcome_free(&o);
	s.ldap.groups.nested = false;
	read_good(&o, &s);
	assert_string_equal(members_text(&o, "top"), "| | others 3 dangling 0");
	assert_string_equal(members_text(&o, "leads-outside"), "| | others 1 dangling 0");
	outcome_free(&o);
}

static void groups_outside_the_base(void **state)
{
	static const char *const wanted[] = {
		"CN=Only-Named, OU=elsewhere,dc=example,dc=com",
		"cn=only-named,ou=elsewhere,dc=example,dc=com",
		"cn=nowhere,ou=elsewhere,dc=example,dc=com",
		"plain",
		"cn=plain,ou=groups,dc=example,dc=com",
		NULL,
	};
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	outcome_read(&o, &s, wanted, LONG);
	assert_int_equal(o.rc, 0);
	expect_state(&o.r, COMPLETE, NULL);
	assert_string_equal(members_text(&o, "leads-outside"), "| outside | others 0 dangling 0");
	assert_string_equal(members_text(&o, "outside"), "grace | further | others 0 dangling 0");
	assert_string_equal(members_text(&o, "further"), "linus | plain | others 0 dangling 0");
	assert_string_equal(members_text(&o, "only-named"), "ada | | others 0 dangling 0");
	assert_int_equal(o.r.groups_nr, 8 + 1 + 3);
	outcome_free(&o);
}

static void d13_dangling(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	read_good(&o, &s);
	assert_string_equal(members_text(&o, "dangling"), "ada | | others 2 dangling 2");
	assert_string_equal(
		nobodies_text(&o, "dangling"),
		"2 of its members are no people: "
		"cn=seatsync,ou=services,dc=example,dc=com (neither a person nor a group), "
		"uid=helper,ou=people,dc=example,dc=com (neither a person nor a group); "
		"2 of its members do not exist: "
		"uid=left-long-ago,ou=people,dc=example,dc=com, "
		"uid=other,ou=no-such-unit,dc=example,dc=com");
	assert_int_equal(group_named(&o.r, "dangling")->state, COMPLETE);
	outcome_free(&o);
}

static void d10_empty(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	read_good(&o, &s);
	assert_string_equal(members_text(&o, "empty"), "| | others 0 dangling 0");
	assert_int_equal(group_named(&o.r, "empty")->state, COMPLETE);
	outcome_free(&o);
}

static void d11_hidden_members(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	read_good(&o, &s);
	assert_int_equal(group_named(&o.r, "hidden")->state, FAILED);
	assert_non_null(strstr(group_named(&o.r, "hidden")->why, "missing or hidden"));
	expect_state(&o.r, COMPLETE, NULL); /* the others are not touched by it */
	outcome_free(&o);
}

static void unique_members(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	s.ldap.groups.filter = "(objectClass=groupOfUniqueNames)";
	s.ldap.groups.member = "uniqueMember";
	read_good(&o, &s);
	assert_string_equal(members_text(&o, "unique"), "ada grace | | others 0 dangling 0");
	outcome_free(&o);
}

static void posix_members(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	s.ldap.groups.filter = "(objectClass=posixGroup)";
	s.ldap.groups.member = "memberUid";
	read_good(&o, &s);
	assert_string_equal(members_text(&o, "posix"),
			    "ada we*(i)rd\\2B\\5Cx | | others 1 dangling 2");
	assert_string_equal(members_text(&o, "posix-empty"), "| | others 0 dangling 0");
	assert_int_equal(group_named(&o.r, "posix-empty")->state, COMPLETE);
	outcome_free(&o);
}

/* An id that entries lack, or that an access rule hides: nobody is dropped in silence. */
static void people_without_id(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	s.ldap.people.id = "mail";
	read_good(&o, &s);
	expect_state(&o.r, PARTIAL, " id");
	assert_null(person_at(&o.r, "uid=nomail,"));
	assert_null(person_at(&o.r, "uid=grace,")); /* three values */
	assert_non_null(person_at(&o.r, "uid=ada,"));
	assert_int_equal(group_named(&o.r, "plain")->state, PARTIAL);
	assert_int_equal(group_named(&o.r, "bottom")->state, COMPLETE);
	assert_true(group_named(&o.r, "bottom")->id[8] == '-'); /* still by its entryUUID */
	outcome_free(&o);
}

/* ---- limits, bases, references ------------------------------------------------------ */

static void d4_size_limit(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	s.ldap.bind_dn = "cn=limited,ou=services,dc=example,dc=com";
	s.ldap.bind_password = "limited-secret";
	outcome_read(&o, &s, NULL, LONG);
	assert_int_equal(o.rc, -1);
	error_says(&o.e, ERR_INCOMPLETE, "Size limit exceeded (4)");
	error_says(&o.e, ERR_INCOMPLETE, "limits");
	assert_int_equal(o.r.people_nr, 0);
	outcome_free(&o);
}

static void pages_where_the_server_demands_them(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome whole, paged;

	(void)state;
	read_good(&whole, &s);
	s.ldap.bind_dn = "cn=paged,ou=services,dc=example,dc=com";
	s.ldap.bind_password = "paged-secret";
	s.ldap.page_size = 2;
	read_good(&paged, &s);
	expect_state(&paged.r, COMPLETE, NULL);
	assert_int_equal(paged.r.people_nr, whole.r.people_nr);
	assert_int_equal(paged.r.groups_nr, whole.r.groups_nr);
	assert_string_equal(members_text(&paged, "plain"), members_text(&whole, "plain"));
	outcome_free(&whole);
	outcome_free(&paged);
}

static void d5_base_gone(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	s.ldap.people.bases = (const char *const[]){"ou=former,dc=example,dc=com", NULL};
	outcome_read(&o, &s, NULL, LONG);
	error_says(&o.e, ERR_FAILED, "No such object (32)");
	outcome_free(&o);
	s = settings_for(slapd.url);
	s.ldap.groups.bases = (const char *const[]){"ou=former,dc=example,dc=com", NULL};
	outcome_read(&o, &s, NULL, LONG);
	error_says(&o.e, ERR_FAILED, "reading groups in ou=former,dc=example,dc=com failed");
	outcome_free(&o);
}

static void bad_filter(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct outcome o;

	(void)state;
	s.ldap.people.filter = "(objectClass=";
	outcome_read(&o, &s, NULL, LONG);
	error_says(&o.e, ERR_CONFIG, "(objectClass=");
	outcome_free(&o);
}

static void d6_references(void **state)
{
	struct directory_settings s = settings_for(slapd.url);
	struct hostile other;
	struct outcome o;

	(void)state;
	hostile_start(&other, "good");
	run("printf 'dn: ou=branch,ou=people,dc=example,dc=com\\nobjectClass: referral\\n"
	    "objectClass: extensibleObject\\nou: branch\\nref: %s/ou=people,dc=example,dc=com\\n' "
	    "| "
	    "ldapadd -x -M -H %s -D cn=admin,dc=example,dc=com -w admin-secret >/dev/null",
	    other.url, slapd.url);
	outcome_read(&o, &s, NULL, LONG);
	assert_int_equal(o.rc, 0);
	expect_state(&o.r, PARTIAL, "1 reference to other servers among the people not followed");
	assert_int_equal(o.r.people_nr, 11);
	outcome_free(&o);

	s.ldap.people.bases = (const char *const[]){"ou=branch,ou=people,dc=example,dc=com",
						    NULL}; /* the base itself */
	outcome_read(&o, &s, NULL, LONG);
	error_says(&o.e, ERR_FAILED, "Referral (10)");
	outcome_free(&o);
	assert_int_equal(hostile_count(&other, "connection"), 0);
	run("ldapdelete -x -M -H %s -D cn=admin,dc=example,dc=com -w admin-secret "
	    "ou=branch,ou=people,dc=example,dc=com",
	    slapd.url);
	hostile_stop(&other);
}

/* ---- check --------------------------------------------------------------------------- */

static void line_add(void *out, const struct check_line *line)
{
	fprintf(out, "%s %s: %s\n", line->ok ? "ok" : "NOT", line->subject, line->text);
}

static void check_tells(void **state)
{
	static const char *const wanted[] = {"plain", "absent", "hidden", NULL};
	struct directory_settings s = settings_for(slapd.url);
	struct directory *d;
	struct arena a = {0};
	struct err e;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(directory_open(&d, &s, &e), 0);
	assert_false(d->ops->check(d, &a, wanted, (int64_t)time(NULL) + LONG, line_add, out));
	d->ops->close(d);
	fclose(out);
	assert_non_null(strstr(text, "bind: the server knows us as dn:cn=seatsync,ou=services"));
	assert_non_null(strstr(text, "ok corp: people: 11 found, 9 with an e-mail address"));
	assert_non_null(strstr(
		text, "ok corp: group plain: cn=plain,ou=groups,dc=example,dc=com: 4 people"));
	assert_non_null(strstr(text, "NOT corp: group absent: was not found"));
	assert_non_null(strstr(text, "NOT corp: group hidden: "));
	free(text);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_and_names),
		cmocka_unit_test(several_addresses),
		cmocka_unit_test(d16_d17_mail),
		cmocka_unit_test(d15_disabled),
		cmocka_unit_test(h6_members_by_name),
		cmocka_unit_test(d14_nested),
		cmocka_unit_test(groups_outside_the_base),
		cmocka_unit_test(d13_dangling),
		cmocka_unit_test(d10_empty),
		cmocka_unit_test(d11_hidden_members),
		cmocka_unit_test(unique_members),
		cmocka_unit_test(posix_members),
		cmocka_unit_test(people_without_id),
		cmocka_unit_test(d4_size_limit),
		cmocka_unit_test(pages_where_the_server_demands_them),
		cmocka_unit_test(d5_base_gone),
		cmocka_unit_test(bad_filter),
		cmocka_unit_test(d6_references),
		cmocka_unit_test(check_tells),
	};
	return cmocka_run_group_tests(tests, company_start, company_stop);
}
