/* Active Directory, by a real domain controller: dc.sh starts Samba, fill.py says who is in it. */
#include "tests/ldap/configured.h"
#include "tests/ldap/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

enum { CROWD = 5000 }; /* five pages, and four ranges of real Active Directory */

#define DOMAIN   "dc=ad,dc=example,dc=test"
#define CAPITALS "DC=ad,DC=example,DC=test"

static struct {
	char dir[64];
	FILE *keeper; /* stops the controller and removes dir when this closes */
} dc;

/* ---- the controller ------------------------------------------------------------------ */

static bool file_is(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", dc.dir, name);
	return access(path, F_OK) == 0;
}

static void start_controller(void)
{
	struct arena a = {0};

	strcpy(dc.dir, "/tmp/seatsync-ad-XXXXXX");
	assert_non_null(mkdtemp(dc.dir));
	dc.keeper =
		popen(arena_printf(&a, "sh " FIXTURES "/dc.sh serve %s --people %d", dc.dir, CROWD),
		      "we");
	assert_non_null(dc.keeper);
	arena_free(&a);
	while (!file_is("ready")) {
		if (file_is("failed"))
			run("cat %s/failed >&2; false", dc.dir);
		usleep(50000);
	}
}

static void stop_controller(void)
{
	if (dc.keeper)
		pclose(dc.keeper);
	dc.keeper = NULL;
}

/* ---- as it would be configured --------------------------------------------------------- */

static const char usual[] = "      urls: [ldaps://127.0.0.77]\n"
			    "      bind_dn: seatsync@ad.example.test\n";

/* The rest, which is always the same, and these lines. */
static const struct directory_settings *settings_with(struct configured **c, const char *lines)
{
	struct arena a = {0};
	const struct directory_settings *s =
		configured_open(c, dc.dir,
				arena_printf(&a,
					     "%s"
					     "      kind: active_directory\n"
					     "      ca_file: tls/ca.pem\n"
					     "      bind_password_env: LDAP_PASSWORD\n"
					     "      people: {base: \"" DOMAIN "\"}\n"
					     "      groups: {base: \"" DOMAIN "\"}\n",
					     lines));

	arena_free(&a);
	return s;
}

static void read_with(struct outcome *o, struct configured **c, const char *lines)
{
	setenv("LDAP_PASSWORD", "Reader.passw0rd", 1);
	outcome_read(o, settings_with(c, lines), NULL, LONG);
	if (o->rc)
		fail_msg("%s", o->e.text);
}

/* The tests of what comes out share one reading. */
static struct configured *shared;
static struct outcome reading;

static int start(void **state)
{
	start_controller();
	read_with(&reading, &shared, usual);
	*state = &reading;
	return 0;
}

static int stop(void **state)
{
	(void)state;
	outcome_free(&reading);
	configured_close(shared);
	stop_controller();
	return 0;
}

/* ---- what comes out --------------------------------------------------------------------- */

static void people_by_the_defaults(void **state)
{
	struct outcome *o = *state;
	const struct person *ada;
	char guid[64] = "";
	FILE *f;

	if (o->r.state != COMPLETE)
		fail_msg("%s", o->r.why);
	ada = person_at(&o->r, "CN=Ada Lovelace,");
	assert_non_null(ada);
	f = fopen(arena_printf(&o->a, "%s/domain/ada", dc.dir), "re");
	assert_non_null(f);
	assert_non_null(fgets(guid, sizeof guid, f));
	fclose(f);
	assert_string_equal(ada->id, guid);
	assert_string_equal(ada->email, "Ada.Lovelace@ad.example.test");
	assert_string_equal(ada->address, "ada.lovelace@ad.example.test");
	assert_string_equal(ada->aliases[0], "ada@ad.example.test");
	assert_null(ada->aliases[1]); /* neither sip: nor X500: */
	assert_string_equal(ada->given_name, "Ada");
	assert_string_equal(ada->family_name, "Lovelace");
	assert_null(person_at(&o->r, "CN=Outside Contact,"));
	assert_null(person_at(&o->r, "CN=PC1,"));
	assert_null(person_at(&o->r, "CN=DC1,"));
	assert_true(o->r.people_nr > CROWD);
}

/* fault D15 */
static void d15_disabled_and_expired(void **state)
{
	struct outcome *o = *state;

	assert_true(person_at(&o->r, "CN=Off Switched,")->disabled);
	assert_true(person_at(&o->r, "CN=Left Long,")->disabled);
	assert_false(person_at(&o->r, "CN=Later Leaver,")->disabled);
	assert_false(person_at(&o->r, "CN=Grace Hopper,")->disabled);
	assert_false(person_at(&o->r, "CN=Ada Lovelace,")->disabled);
}

static void groups_and_their_members(void **state)
{
	struct outcome *o = *state;

	assert_string_equal(members_text(o, "plain"),
			    "Ada Lovelace Grace Hopper J\xc3\xb6rg M\xc3\xbcller\\ Left Long "
			    "Off Switched | | others 0 dangling 0");
	/* a contact, a computer, a foreign principal */
	assert_string_equal(members_text(o, "mixed"), "Ada Lovelace | | others 3 dangling 0");
	assert_string_equal(nobodies_text(o, "mixed"),
			    "3 of its members are no people: CN=Outside Contact,OU=people," CAPITALS
			    " (a contact), CN=PC1,OU=people," CAPITALS " (a computer), "
			    "CN=S-1-5-11,CN=ForeignSecurityPrincipals," CAPITALS
			    " (a foreign security principal)");
	assert_int_equal(group_named(&o->r, "mixed")->state, COMPLETE);
	assert_string_equal(members_text(o, "empty"), "| | others 0 dangling 0");
	assert_string_equal(members_text(o, "outer"), "Grace Hopper | inner | others 0 dangling 0");
	assert_string_equal(members_text(o, "inner"),
			    "Ada Lovelace | outer outside | others 0 dangling 0");
}

static void primary_groups(void **state)
{
	struct outcome *o = *state;
	const struct group *all;

	/* Her primary group does not list her; the one before does, since it is that no more. */
	assert_string_equal(members_text(o, "chosen"), "Ada Lovelace | | others 0 dangling 0");
	all = group_named(&o->r, "Domain Users");
	assert_int_equal(all->state, COMPLETE);
	assert_int_equal(all->people_nr, o->r.people_nr - 1); /* without the guest */
}

/* faults D12 and D14, at size, in pages of another size than the server's */
static void d12_a_large_group(void **state)
{
	struct configured *c;
	struct outcome o;

	(void)state;
	read_with(&o, &c,
		  "      urls: [ldaps://127.0.0.77]\n"
		  "      bind_dn: seatsync@ad.example.test\n"
		  "      page_size: 333\n");
	assert_int_equal(o.r.state, COMPLETE);
	assert_int_equal(group_named(&o.r, "big")->state, COMPLETE);
	assert_int_equal(group_named(&o.r, "big")->people_nr, CROWD);
	outcome_free(&o);
	configured_close(c);
}

/* The members that Samba has, in ranges as Windows gives them, until the one that ends with "*". */
static void d12_ranges_of_a_large_group(void **state)
{
	static const char *const ranges[] = {"0-1499", "1499-2998", "2998-4497", "4497-5996"};
	struct arena a = {0};
	char port[16], line[64];
	unsigned seen[ARRAY_SIZE(ranges)] = {0};
	struct configured *c;
	struct outcome o;
	FILE *windows, *keeper;

	(void)state;
	run("mkfifo %s/between", dc.dir);
	windows = popen(arena_printf(&a,
				     "exec python3 " FIXTURES "/windows.py 0 %s/tls/good.pem "
				     "%s/tls/good.key 127.0.0.77 <%s/between",
				     dc.dir, dc.dir, dc.dir),
			"re");
	assert_non_null(windows);
	keeper = fopen(arena_printf(&a, "%s/between", dc.dir), "we");
	assert_non_null(keeper);
	assert_non_null(fgets(port, sizeof port, windows));
	read_with(&o, &c,
		  arena_printf(&a,
			       "      urls: ['ldaps://127.0.0.1:%d']\n"
			       "      bind_dn: seatsync@ad.example.test\n",
			       atoi(port)));
	assert_int_equal(o.r.state, COMPLETE);
	assert_int_equal(group_named(&o.r, "big")->state, COMPLETE);
	assert_int_equal(group_named(&o.r, "big")->people_nr, CROWD);
	assert_int_equal(group_named(&o.r, "plain")->people_nr, 5);
	outcome_free(&o);
	configured_close(c);
	fclose(keeper);
	while (fgets(line, sizeof line, windows))
		for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
			seen[i] += strncmp(line + strlen("member;range="), ranges[i],
					   strlen(ranges[i])) == 0;
	for (size_t i = 1; i < ARRAY_SIZE(ranges); i++)
		assert_int_equal(seen[i], 1); /* one group has so many, and none is asked twice */
	pclose(windows);
	arena_free(&a);
}

static void a_global_catalogue(void **state)
{
	struct configured *c;
	struct outcome o;

	(void)state;
	read_with(&o, &c,
		  "      urls: [ldaps://127.0.0.77:3269]\n"
		  "      bind_dn: seatsync@ad.example.test\n");
	assert_int_equal(group_named(&o.r, "everywhere")->state, COMPLETE);
	assert_string_equal(members_text(&o, "everywhere"),
			    "Ada Lovelace Grace Hopper | | others 0 dangling 0");
	assert_int_equal(group_named(&o.r, "plain")->state, PARTIAL);
	assert_non_null(strstr(group_named(&o.r, "plain")->why, "it is no universal group"));
	outcome_free(&o);
	configured_close(c);
}

/* ---- Kerberos: the controller is its own KDC ----------------------------------------------- */

static void read_by_kerberos(struct outcome *o, struct configured **c, const char *url)
{
	struct arena a = {0};

	setenv("KRB5_CONFIG", arena_printf(&a, "%s/krb5.conf", dc.dir), 1);
	outcome_read(o,
		     configured_open(c, dc.dir,
				     arena_printf(&a,
						  "      urls: [%s]\n"
						  "      kind: active_directory\n"
						  "      ca_file: tls/ca.pem\n"
						  "      sasl: gssapi\n"
						  "      keytab_file: seatsync.keytab\n"
						  "      people: {base: \"" DOMAIN "\"}\n"
						  "      groups: {base: \"" DOMAIN "\"}\n",
						  url)),
		     NULL, LONG);
	arena_free(&a);
}

/* It wants signed or sealed words, which Kerberos gives without TLS only. */
static void kerberos_by_a_keytab(void **state)
{
	struct configured *c;
	struct outcome o;

	(void)state;
	read_by_kerberos(&o, &c, "ldap://127.0.0.77");
	if (o.rc)
		fail_msg("%s", o.e.text);
	assert_int_equal(o.r.state, COMPLETE);
	assert_true(o.r.people_nr > CROWD);
	outcome_free(&o);
	configured_close(c);
	read_by_kerberos(&o, &c, "ldaps://127.0.0.77");
	assert_int_equal(o.rc, -1);
	error_says(&o.e, ERR_DENIED, "hint: use an ldap:// url without start_tls");
	outcome_free(&o);
	configured_close(c);
}

/* ---- the way in --------------------------------------------------------------------------- */

static void every_spelling_of_the_account(void **state)
{
	static const char *const names[] = {"'ADTEST\\seatsync'", "seatsync@ad.example.test",
					    "'cn=seatsync,ou=services," DOMAIN "'"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct arena a = {0};
		struct configured *c;
		struct outcome o;

		read_with(&o, &c,
			  arena_printf(&a,
				       "      urls: [ldap://127.0.0.77]\n      start_tls: true\n"
				       "      bind_dn: %s\n",
				       names[i]));
		assert_true(o.r.people_nr > CROWD);
		outcome_free(&o);
		configured_close(c);
		arena_free(&a);
	}
}

static void expect_refusal(const char *lines, const char *words)
{
	struct configured *c;
	struct outcome o;

	outcome_read(&o, settings_with(&c, lines), NULL, LONG);
	assert_int_equal(o.rc, -1);
	error_says(&o.e, ERR_DENIED, words);
	outcome_free(&o);
	configured_close(c);
}

static void a_password_in_the_clear_is_refused(void **state)
{
	(void)state;
	setenv("LDAP_PASSWORD", "Reader.passw0rd", 1);
	expect_refusal("      urls: [ldap://127.0.0.77]\n      bind_dn: seatsync@ad.example.test\n",
		       "use an ldaps:// url or start_tls: true");
}

/* fault D7: one try, however many servers there are; and why, in words */
static void d7_one_try(void **state)
{
	static const struct {
		const char *account, *words;
	} rows[] = {
		{"locked", "hint: the account is disabled"},
		{"expired", "hint: the account has expired"},
		{"watched", "hint: the password is wrong"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a = {0};

		setenv("LDAP_PASSWORD",
		       str_eq(rows[i].account, "watched") ? "not the passw0rd" : "Reader.passw0rd",
		       1);
		expect_refusal(
			arena_printf(&a,
				     "      urls: [ldaps://127.0.0.77, ldaps://127.0.0.77:636]\n"
				     "      bind_dn: %s@ad.example.test\n",
				     rows[i].account),
			rows[i].words);
		arena_free(&a);
	}
	run("env -u LDAPNOINIT LDAPTLS_CACERT=%s/tls/ca.pem ldapsearch -LLL -x -H "
	    "ldaps://127.0.0.77 -w "
	    "Reader.passw0rd -D seatsync@ad.example.test -b " DOMAIN
	    " '(sAMAccountName=watched)' badPwdCount | grep -qx 'badPwdCount: 1'",
	    dc.dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_by_the_defaults),
		cmocka_unit_test(d15_disabled_and_expired),
		cmocka_unit_test(groups_and_their_members),
		cmocka_unit_test(primary_groups),
		cmocka_unit_test(d12_a_large_group),
		cmocka_unit_test(d12_ranges_of_a_large_group),
		cmocka_unit_test(a_global_catalogue),
		cmocka_unit_test(kerberos_by_a_keytab),
		cmocka_unit_test(every_spelling_of_the_account),
		cmocka_unit_test(a_password_in_the_clear_is_refused),
		cmocka_unit_test(d7_one_try),
	};

	if (geteuid() != 0) {
		fprintf(stderr, "skipped: a domain controller needs root, for its ports\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, start, stop);
}
