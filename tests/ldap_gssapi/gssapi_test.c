/* SASL GSSAPI: a real MIT realm (kdc.sh) and a real slapd that trusts it. */
#include "tests/ldap/configured.h"
#include "tests/ldap/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static struct {
	char dir[64];
	FILE *keeper; /* stops it and removes dir when this closes */
} realm;

static struct slapd slapd;

/* ---- the realm and the server ----------------------------------------------------------- */

static const char *realm_file(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", realm.dir, name);
	return path;
}

static void realm_start(void)
{
	struct arena a = {0};

	strcpy(realm.dir, "/tmp/seatsync-krb-XXXXXX");
	assert_non_null(mkdtemp(realm.dir));
	realm.keeper = popen(arena_printf(&a, "sh " FIXTURES "/kdc.sh serve %s; rm -rf %s",
					  realm.dir, realm.dir),
			     "we");
	assert_non_null(realm.keeper);
	arena_free(&a);
	while (access(realm_file("ready"), F_OK)) {
		if (access(realm_file("failed"), F_OK) == 0)
			run("cat %s/failed >&2; false", realm.dir);
		usleep(20000);
	}
}

/* Both slapd and we are in the realm; who comes as seatsync is the reader. */
static void server_start(void)
{
	struct arena a = {0};
	FILE *f = fopen(realm_file("slapd.conf"), "we");

	assert_non_null(f);
	fputs("localssf 256\n"
	      "security ssf=128\n"
	      "sasl-host 127.0.0.1\n"
	      "sasl-realm EXAMPLE.TEST\n"
	      "authz-regexp uid=seatsync,cn=[^,]*,cn=gssapi,cn=auth "
	      "cn=seatsync,ou=services,dc=example,dc=com\n"
	      "authz-regexp uid=seatsync,cn=gssapi,cn=auth "
	      "cn=seatsync,ou=services,dc=example,dc=com\n",
	      f);
	fclose(f);
	setenv("KRB5_CONFIG", realm_file("krb5.conf"), 1);
	setenv("KRB5_KTNAME", realm_file("service.keytab"), 1);
	slapd_start(&slapd, arena_printf(&a, "--conf %s/slapd.conf", realm.dir));
	arena_free(&a);
	/* What another has logged in as on this machine must not matter. */
	setenv("KRB5CCNAME", "FILE:/nonexistent", 1);
	setenv("KRB5_CLIENT_KTNAME", "/nonexistent", 1);
}

static int start(void **state)
{
	(void)state;
	realm_start();
	server_start();
	return 0;
}

static int stop(void **state)
{
	(void)state;
	slapd_stop(&slapd);
	if (realm.keeper)
		pclose(realm.keeper);
	return 0;
}

/* ---- as it would be configured ----------------------------------------------------------- */

static void read_with(struct outcome *o, const char *url, const char *keytab, const char *lines)
{
	struct arena a = {0};
	struct configured *c;
	const struct directory_settings *s;

	setenv("LDAP_PASSWORD", "unused", 1);
	s = configured_open(&c, realm.dir,
			    arena_printf(&a,
					 "      urls: ['%s']\n"
					 "      sasl: gssapi\n"
					 "      keytab_file: %s\n"
					 "      people: {base: \"ou=people,dc=example,dc=com\"}\n"
					 "      groups: {base: \"ou=groups,dc=example,dc=com\"}\n"
					 "%s",
					 url, keytab, lines));
	outcome_read(o, s, NULL, LONG);
	configured_close(c);
	arena_free(&a);
}

static void expect_good(const char *url, const char *lines)
{
	struct outcome o;

	read_with(&o, url, "seatsync.keytab", lines);
	if (o.rc)
		fail_msg("%s", o.e.text);
	assert_int_equal(o.r.state, COMPLETE);
	outcome_free(&o);
}

/* Without TLS Kerberos encrypts: slapd refuses to answer who is not private by 128 bits. */
static void kerberos_encrypts(void **state)
{
	(void)state;
	expect_good(slapd.url, "");
}

static void kerberos_within_tls(void **state)
{
	struct arena a = {0};
	const char *ca = arena_printf(&a, "      ca_file: %s\n", slapd.ca);

	(void)state;
	expect_good(slapd.tls_url, ca);
	expect_good(slapd.url, arena_printf(&a, "%s      start_tls: true\n", ca));
	arena_free(&a);
}

static void expect_refusal(const char *url, const char *keytab, const char *words)
{
	struct outcome o;

	read_with(&o, url, keytab, "");
	assert_int_equal(o.rc, -1);
	error_says(&o.e, ERR_DENIED, words);
	outcome_free(&o);
}

/* fault D7: one try, whatever it is that Kerberos does not like */
static void d7_refused(void **state)
{
	struct arena a = {0};
	const char *port = strrchr(slapd.url, ':');

	(void)state;
	expect_refusal(slapd.url, "stale.keytab", "no Kerberos ticket by");
	run("printf x >%s/empty.keytab; chmod 600 %s/empty.keytab", realm.dir, realm.dir);
	expect_refusal(slapd.url, "empty.keytab", "keytab");
	/* the server, by a name that is none of the realm's */
	expect_refusal(arena_printf(&a, "ldap://localhost%s", port), "seatsync.keytab",
		       "Kerberos database");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kerberos_encrypts),
		cmocka_unit_test(kerberos_within_tls),
		cmocka_unit_test(d7_refused),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
