/* 389 Directory Server, and FreeIPA's schema on it: ds.sh starts it, fill.py says what is in it. */
#include "tests/ldap/configured.h"
#include "tests/ldap/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

enum { CROWD = 2100 }; /* more than the server lets an account read at once by itself */

static struct {
	char dir[64], url[64], tls_url[64];
	FILE *keeper; /* stops the server and removes dir when this closes */
} ds;

/* ---- the server ---------------------------------------------------------------------- */

static bool file_open(const char *name, FILE **f)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", ds.dir, name);
	*f = fopen(path, "re");
	return *f != NULL;
}

static int start(void **state)
{
	struct arena a = {0};
	FILE *f;

	(void)state;
	strcpy(ds.dir, "/tmp/seatsync-ds-XXXXXX");
	assert_non_null(mkdtemp(ds.dir));
	run("python3 " FIXTURES "/fill.py %d >%s/fill.ldif", CROWD, ds.dir);
	ds.keeper = popen(
		arena_printf(&a, "sh " FIXTURES "/ds.sh serve %s %s/fill.ldif", ds.dir, ds.dir),
		"we");
	assert_non_null(ds.keeper);
	arena_free(&a);
	while (!file_open("ready", &f)) {
		if (file_open("failed", &f))
			run("cat %s/failed >&2; false", ds.dir);
		usleep(50000);
	}
	assert_non_null(fgets(ds.url, sizeof ds.url, f));
	ds.url[strcspn(ds.url, "\n")] = '\0';
	assert_non_null(fgets(ds.tls_url, sizeof ds.tls_url, f));
	ds.tls_url[strcspn(ds.tls_url, "\n")] = '\0';
	fclose(f);
	setenv("LDAP_PASSWORD", "reader-secret", 1);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	if (ds.keeper)
		pclose(ds.keeper);
	return 0;
}

/* ---- as it would be configured --------------------------------------------------------- */

static void read_at(struct outcome *o, struct configured **c, const char *url, const char *account,
		    const char *lines)
{
	struct arena a = {0};
	const struct directory_settings *s =
		configured_open(c, ds.dir,
				arena_printf(&a,
					     "      urls: ['%s']\n"
					     "      bind_dn: cn=%s,ou=services,dc=example,dc=com\n"
					     "      bind_password_env: LDAP_PASSWORD\n%s",
					     url, account, lines));

	outcome_read(o, s, NULL, LONG);
	arena_free(&a);
}

static void read_as(struct outcome *o, struct configured **c, const char *account,
		    const char *lines)
{
	read_at(o, c, ds.url, account, lines);
}

static void read_good(struct outcome *o, struct configured **c, const char *lines)
{
	read_as(o, c, "unlimited", lines);
	if (o->rc)
		fail_msg("%s", o->e.text);
	if (o->r.state != COMPLETE)
		fail_msg("%s", o->r.why);
}

static const char usual[] = "      kind: 389ds\n"
			    "      people: {base: \"ou=people,dc=example,dc=com\"}\n"
			    "      groups: {base: \"ou=groups,dc=example,dc=com\"}\n";

/* ---- what comes out --------------------------------------------------------------------- */

static bool is_ns_unique_id(const char *id)
{
	return strlen(id) == 35 && strspn(id, "0123456789abcdef-") == 35 && id[8] == '-' &&
	       id[17] == '-' && id[26] == '-';
}

static void people_by_the_defaults(void **state)
{
	struct configured *c;
	struct outcome o;

	(void)state;
	read_good(&o, &c, usual);
	assert_true(is_ns_unique_id(person_at(&o.r, "uid=ada,")->id));
	assert_string_equal(person_at(&o.r, "uid=ada,")->address, "ada@example.com");
	assert_string_equal(person_at(&o.r, "uid=modern,")->address, "modern@example.com");
	assert_true(person_at(&o.r, "uid=locked,")->disabled);
	assert_false(person_at(&o.r, "uid=unlocked,")->disabled);
	assert_false(person_at(&o.r, "uid=ada,")->disabled);
	assert_string_equal(members_text(&o, "team"),
			    "ada locked modern unlocked | | others 0 dangling 1");
	assert_string_equal(members_text(&o, "outer"), "| inner | others 0 dangling 0");
	assert_true(is_ns_unique_id(group_named(&o.r, "team")->id));
	outcome_free(&o);
	configured_close(c);
}

/* fault D10: its schema lets a group have no member, and none is then what it has */
static void d10_empty(void **state)
{
	struct configured *c;
	struct outcome o;

	(void)state;
	read_good(&o, &c, usual);
	assert_string_equal(members_text(&o, "empty"), "| | others 0 dangling 0");
	assert_int_equal(group_named(&o.r, "empty")->state, COMPLETE);
	outcome_free(&o);
	configured_close(c);
}

static void groups_of_uids(void **state)
{
	struct configured *c;
	struct outcome o;

	(void)state;
	read_good(&o, &c,
		  "      kind: rfc2307\n"
		  "      people: {base: \"ou=people,dc=example,dc=com\", id: nsUniqueId}\n"
		  "      groups: {base: \"ou=groups,dc=example,dc=com\"}\n");
	assert_int_equal(o.r.people_nr, 1);
	assert_string_equal(members_text(&o, "unixers"), "unix | | others 0 dangling 1");
	outcome_free(&o);
	configured_close(c);
}

static void freeipa(void **state)
{
	struct configured *c;
	struct outcome o;

	(void)state;
	read_good(&o, &c,
		  "      kind: freeipa\n"
		  "      people: {base: \"cn=users,cn=accounts,dc=example,dc=com\"}\n"
		  "      groups: {base: \"cn=groups,cn=accounts,dc=example,dc=com\"}\n");
	assert_string_equal(person_at(&o.r, "uid=alice,")->id,
			    "8f0f5a3e-0000-11ee-8000-000000000001");
	assert_true(person_at(&o.r, "uid=barred,")->disabled);
	assert_true(person_at(&o.r, "uid=ended,")->disabled);
	assert_false(person_at(&o.r, "uid=later,")->disabled);
	assert_false(person_at(&o.r, "uid=alice,")->disabled);
	assert_string_equal(members_text(&o, "ipausers"),
			    "alice barred ended later | | others 0 dangling 0");
	assert_string_equal(members_text(&o, "editors"), "| writers | others 0 dangling 0");
	assert_int_equal(group_named(&o.r, "nobody")->state, COMPLETE);
	assert_string_equal(group_named(&o.r, "editors")->id,
			    "9f0f5a3e-0000-11ee-8000-000000000006");
	assert_int_equal(o.r.groups_nr, 4); /* not the machines */
	outcome_free(&o);
	configured_close(c);
}

/* ---- its TLS -------------------------------------------------------------------------- */

static void expect_tls(const char *url, const char *lines)
{
	struct arena a = {0};
	struct configured *c;
	struct outcome o;

	read_at(&o, &c, url, "unlimited", arena_printf(&a, "%s%s", usual, lines));
	if (o.rc)
		fail_msg("%s", o.e.text);
	assert_int_equal(o.r.state, COMPLETE);
	assert_int_equal(o.r.people_nr, CROWD + 5);
	outcome_free(&o);
	configured_close(c);
	arena_free(&a);
}

static void encrypted(void **state)
{
	struct configured *c;
	struct outcome o;

	(void)state;
	expect_tls(ds.tls_url, "      ca_file: tls/ca.pem\n");
	expect_tls(ds.url, "      ca_file: tls/ca.pem\n      start_tls: true\n");
	/* fault N1: by an authority that is not ours */
	read_at(&o, &c, ds.tls_url, "unlimited", usual);
	assert_int_equal(o.rc, -1);
	error_says(&o.e, ERR_UNREACHABLE, "certificate");
	outcome_free(&o);
	configured_close(c);
}

/* ---- fault D4: its limits --------------------------------------------------------------- */

/* It ends at 2,000 with code 4, and goes on when asked in pages. */
static void d4_by_default(void **state)
{
	struct configured *c;
	struct outcome o;

	(void)state;
	read_as(&o, &c, "seatsync", usual);
	if (o.rc)
		fail_msg("%s", o.e.text);
	assert_int_equal(o.r.state, COMPLETE);
	assert_int_equal(o.r.people_nr, CROWD + 5);
	assert_int_equal(group_named(&o.r, "big")->people_nr, CROWD);
	outcome_free(&o);
	configured_close(c);
}

/* The limit meets the second of two bases: what came from the first is read anew, too. */
static void d4_in_the_second_base(void **state)
{
	struct configured *c;
	struct outcome o;

	(void)state;
	read_as(&o, &c, "seatsync",
		"      kind: 389ds\n"
		"      people: {base: [\"cn=accounts,dc=example,dc=com\", "
		"\"ou=people,dc=example,dc=com\"]}\n"
		"      groups: {base: [\"ou=groups,dc=example,dc=com\"]}\n");
	if (o.rc)
		fail_msg("%s", o.e.text);
	if (o.r.state != COMPLETE)
		fail_msg("%s", o.r.why);
	assert_int_equal(o.r.people_nr, CROWD + 5 + 4);
	outcome_free(&o);
	configured_close(c);
}

/* It gives some pages and then says that it looked at too many: those are no small company. */
static void d4_in_pages(void **state)
{
	struct configured *c;
	struct outcome o;

	(void)state;
	read_as(&o, &c, "narrow",
		"      kind: 389ds\n"
		"      people: {base: \"ou=people,dc=example,dc=com\", filter: \"(givenName=*)\"}\n"
		"      groups: {base: \"ou=groups,dc=example,dc=com\"}\n"
		"      page_size: 100\n");
	assert_int_equal(o.rc, -1);
	error_says(&o.e, ERR_INCOMPLETE, "Administrative limit exceeded (11)");
	error_says(&o.e, ERR_INCOMPLETE, "nsLookThroughLimit");
	assert_int_equal(o.r.people_nr, 0);
	outcome_free(&o);
	configured_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_by_the_defaults), cmocka_unit_test(d10_empty),
		cmocka_unit_test(groups_of_uids),         cmocka_unit_test(freeipa),
		cmocka_unit_test(d4_by_default),          cmocka_unit_test(d4_in_pages),
		cmocka_unit_test(d4_in_the_second_base),  cmocka_unit_test(encrypted),
	};

	if (geteuid() != 0) {
		fprintf(stderr, "skipped: 389-DS runs as its own user, which needs root\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, start, stop);
}
