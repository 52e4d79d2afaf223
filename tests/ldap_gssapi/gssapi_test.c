/* SASL GSSAPI: a real MIT realm (kdc.sh) and a real slapd that trusts it. */
#include "tests/ldap/configured.h"
#include "tests/ldap/fixture.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
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

static void read_within(struct outcome *o, const char *url, const char *keytab, const char *lines,
			int seconds)
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
	outcome_read(o, s, NULL, seconds);
	configured_close(c);
	arena_free(&a);
}

static void read_with(struct outcome *o, const char *url, const char *keytab, const char *lines)
{
	read_within(o, url, keytab, lines, LONG);
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

/* ---- a KDC that never answers ----------------------------------------------------------- */

/* Takes what comes by UDP and TCP and says nothing; its realm is in silent.conf. */
static void silence_start(int sockets[2])
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof at;

	sockets[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(sockets[0], (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(sockets[0], 5), 0);
	assert_int_equal(getsockname(sockets[0], (struct sockaddr *)&at, &len), 0);
	sockets[1] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(sockets[1], (struct sockaddr *)&at, sizeof at), 0);
	run("sed 's/kdc = .*/kdc = 127.0.0.1:%u/' %s/krb5.conf >%s/silent.conf", ntohs(at.sin_port),
	    realm.dir, realm.dir);
	setenv("KRB5_CONFIG", realm_file("silent.conf"), 1);
}

static void silence_end(const int sockets[2])
{
	setenv("KRB5_CONFIG", realm_file("krb5.conf"), 1);
	close(sockets[0]);
	close(sockets[1]);
}

static void expect_silence(const char *url, const char *keytab)
{
	struct outcome o;

	read_within(&o, url, keytab, "", 2);
	assert_int_equal(o.rc, -1);
	error_says(&o.e, ERR_DENIED, "no KDC answered in time");
	error_says(&o.e, ERR_DENIED, "hint: see which KDCs krb5.conf names");
	if (o.seconds > 10) /* Kerberos by itself: 27 */
		fail_msg("it took %.1f s", o.seconds);
	outcome_free(&o);
}

/* Neither when it is asked for our ticket nor when for the server's does it outlast the deadline.
 */
static void d2_a_silent_kdc(void **state)
{
	struct arena a = {0};
	int sockets[2];
	struct outcome o;

	(void)state;
	run("cp -p %s/seatsync.keytab %s/first.keytab; cp -p %s/seatsync.keytab %s/second.keytab",
	    realm.dir, realm.dir, realm.dir, realm.dir);
	read_with(&o, slapd.url, "second.keytab", "");
	assert_int_equal(o.rc, 0);
	outcome_free(&o);
	silence_start(sockets);
	expect_silence(slapd.url, "first.keytab");
	expect_silence(arena_printf(&a, "ldap://localhost%s", strrchr(slapd.url, ':')),
		       "second.keytab");
	silence_end(sockets);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kerberos_encrypts),
		cmocka_unit_test(kerberos_within_tls),
		cmocka_unit_test(d7_refused),
		cmocka_unit_test(d2_a_silent_kdc),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
