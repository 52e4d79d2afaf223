/* Reaching a server, trusting it, and being trusted: faults D1-D3, D7-D9, N1. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* A port where nobody listens: connect() never takes one below 1024 by itself. */
static const char closed[] = "ldap://127.0.0.1:1";
static const char unknown[] = "ldap://no-such-host.invalid";

static struct slapd slapd;
static char **self;

static int start(void **state)
{
	(void)state;
	slapd_start(&slapd, "--ldif @/company.ldif --dbconf @/company.conf");
	return 0;
}

static int stop(void **state)
{
	(void)state;
	slapd_stop(&slapd);
	return 0;
}

static void expect_good(const struct directory_settings *s)
{
	struct outcome o;

	outcome_read(&o, s, NULL, LONG);
	if (o.rc)
		fail_msg("%s", o.e.text);
	assert_int_equal(o.r.people_nr, 11);
	outcome_free(&o);
}

static void expect_refusal(const struct directory_settings *s, int seconds, enum err_kind kind,
			   const char *words)
{
	struct outcome o;

	outcome_read(&o, s, NULL, seconds);
	assert_int_equal(o.rc, -1);
	error_says(&o.e, kind, words);
	assert_true(o.seconds < seconds + 5);
	outcome_free(&o);
}

/* ---- reaching --------------------------------------------------------------------------- */

static void d1_refused(void **state)
{
	struct directory_settings s = settings_for(closed);

	(void)state;
	expect_refusal(&s, 5, ERR_UNREACHABLE, "cannot connect: Connection refused; nothing was read");
}

static void d1_unknown_host(void **state)
{
	struct directory_settings s = settings_for(unknown);

	(void)state;
	expect_refusal(&s, 5, ERR_UNREACHABLE, "cannot resolve no-such-host.invalid");
}

static void d2_silent(void **state)
{
	struct hostile h;
	struct directory_settings s;

	(void)state;
	hostile_start(&h, "silent");
	s = settings_for(h.url);
	expect_refusal(&s, 2, ERR_UNREACHABLE, "did not answer in time");
	s = settings_for(h.tls_url); /* silent in the handshake */
	s.ldap.ca_file = slapd.ca;
	expect_refusal(&s, 2, ERR_UNREACHABLE, "did not answer in time");
	hostile_stop(&h);
	hostile_start(&h, "tls_consenting");
	s = settings_for(h.url);
	s.ldap.ca_file = slapd.ca;
	s.ldap.start_tls = true;
	expect_refusal(&s, 2, ERR_UNREACHABLE, "did not answer in time");
	assert_int_equal(hostile_count(&h, "bind"), 0);
	hostile_stop(&h);
}

static void d3_dripping(void **state)
{
	struct hostile h;
	struct directory_settings s;

	(void)state;
	hostile_start(&h, "dripping");
	s = settings_for(h.url);
	expect_refusal(&s, 2, ERR_UNREACHABLE, "did not answer in time");
	hostile_stop(&h);
}

static void servers_in_turn(void **state)
{
	struct hostile closing, busy, silent;
	struct directory_settings s = settings_for(NULL);
	struct outcome o;

	(void)state;
	hostile_start(&closing, "closing");
	hostile_start(&busy, "busy");
	hostile_start(&silent, "silent");
	s.ldap.ca_file = slapd.ca;
	settings_urls(&s, (const char *const[]){closed, unknown, closing.url, closing.tls_url,
						busy.url, slapd.tls_url, NULL});
	expect_good(&s);
	assert_int_equal(hostile_count(&busy, "bind"), 1);
	settings_urls(&s, (const char *const[]){silent.tls_url, silent.url, slapd.url, NULL});
	outcome_read(&o, &s, NULL, 12); /* each may use half of what is left */
	assert_int_equal(o.rc, 0);
	outcome_free(&o);
	settings_urls(&s, (const char *const[]){closed, unknown, closing.url, NULL});
	outcome_read(&o, &s, NULL, 5);
	error_says(&o.e, ERR_UNREACHABLE, "Connection refused");
	error_says(&o.e, ERR_UNREACHABLE, "cannot resolve");
	error_says(&o.e, ERR_UNREACHABLE, "closed the connection");
	outcome_free(&o);
	hostile_stop(&closing);
	hostile_stop(&busy);
	hostile_stop(&silent);
}

/* The one that was good is asked first the next time. */
static void sticky_server(void **state)
{
	struct hostile busy;
	struct directory_settings s = settings_for(NULL);
	struct directory *d;
	struct arena a = {0};
	struct reading r;
	struct err e;

	(void)state;
	hostile_start(&busy, "busy");
	settings_urls(&s, (const char *const[]){busy.url, slapd.url, NULL});
	assert_int_equal(directory_open(&d, &s, &e), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(d->ops->read(d, &a, NULL, INT32_MAX, &r, &e), 0);
	assert_int_equal(hostile_count(&busy, "bind"), 1);
	d->ops->close(d);
	arena_free(&a);
	hostile_stop(&busy);
}

/* ---- being trusted ---------------------------------------------------------------------- */

/* One try, on one server, in one run: a second would bring the account nearer its lock. */
static void d7_denied_once(void **state)
{
	static const struct { const char *kind, *words; } rows[] = {
		{"denying", "Invalid credentials (49): account \\x1b[31mlocked"},
		{"unwilling", "(53)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct hostile h;
		struct directory_settings s = settings_for(NULL);

		hostile_start(&h, rows[i].kind);
		settings_urls(&s, (const char *const[]){h.url, h.url, slapd.url, NULL});
		expect_refusal(&s, 10, ERR_DENIED, rows[i].words);
		assert_int_equal(hostile_count(&h, "bind"), 1);
		hostile_stop(&h);
	}
}

static void d7_wrong_password(void **state)
{
	struct directory_settings s = settings_for(slapd.url);

	(void)state;
	s.ldap.bind_password = "wrong";
	expect_refusal(&s, LONG, ERR_DENIED, "bind as cn=seatsync,ou=services,dc=example,dc=com "
		       "failed: Invalid credentials (49)");
}

/* Neither half of a credential reaches a server without the other. */
static void d9_empty_password(void **state)
{
	static const struct { const char *dn, *password; } rows[] = {
		{"cn=seatsync", ""}, {"cn=seatsync", NULL}, {NULL, "x"}, {"", "x"}, {"", ""},
	};
	struct hostile h;

	(void)state;
	hostile_start(&h, "good");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct directory_settings s = settings_for(h.url);

		s.ldap.bind_dn = rows[i].dn;
		s.ldap.bind_password = rows[i].password;
		expect_refusal(&s, LONG, ERR_CONFIG, "password");
	}
	assert_int_equal(hostile_count(&h, "bind"), 0);
	hostile_stop(&h);
}

static void external_over_ldapi(void **state)
{
	struct directory_settings s = settings_for(slapd.local_url);

	(void)state;
	expect_good(&s); /* with a password, too */
	s.ldap.bind_dn = s.ldap.bind_password = NULL;
	s.ldap.sasl = LDAP_SASL_EXTERNAL;
	expect_good(&s);
}

static void external_by_certificate(void **state)
{
	struct directory_settings s = settings_for(slapd.tls_url);

	(void)state;
	s.ldap.ca_file = slapd.ca;
	s.ldap.bind_dn = s.ldap.bind_password = NULL;
	s.ldap.sasl = LDAP_SASL_EXTERNAL;
	s.ldap.cert_file = slapd.cert;
	s.ldap.key_file = slapd.key;
	expect_good(&s);
	settings_urls(&s, (const char *const[]){slapd.url, NULL});
	s.ldap.start_tls = true;
	expect_good(&s);
	s.ldap.key_file = "/nonexistent/key.pem";
	expect_refusal(&s, LONG, ERR_CONFIG, "cannot read /nonexistent/key.pem");
}

static void anonymous_sees_nothing(void **state)
{
	struct directory_settings s = settings_for(slapd.url);

	(void)state;
	s.ldap.bind_dn = s.ldap.bind_password = NULL;
	expect_refusal(&s, LONG, ERR_FAILED, "No such object (32)");
}

/* ---- trusting --------------------------------------------------------------------------- */

static void tls_good(void **state)
{
	struct directory_settings s = settings_for(slapd.tls_url);

	(void)state;
	s.ldap.ca_file = slapd.ca;
	expect_good(&s);
	settings_urls(&s, (const char *const[]){slapd.url, NULL});
	s.ldap.start_tls = true;
	expect_good(&s);
}

/* A second handle must not trust what the first one was told to. */
static void trust_is_not_shared(void **state)
{
	struct directory_settings s = settings_for(slapd.tls_url);

	(void)state;
	s.ldap.ca_file = slapd.ca;
	expect_good(&s);
	s.ldap.ca_file = NULL; /* the system's do not know our CA */
	expect_refusal(&s, 5, ERR_UNREACHABLE, "certificate");
	s.ldap.ca_file = "/nonexistent/ca.pem";
	expect_refusal(&s, LONG, ERR_CONFIG, "cannot read /nonexistent/ca.pem");
	s.ldap.ca_file = slapd.key;
	expect_refusal(&s, 5, ERR_UNREACHABLE, "certificate file"); /* a key is none */
}

static void n1_bad_certificates(void **state)
{
	static const struct { const char *kind, *words; } rows[] = {
		{"expired", "expired"},
		{"wronghost", "does not match|no alternative certificate subject name matches"},
		{"untrusted", "unable to get local issuer|self-signed|signer not found"},
		{"cnonly", "subject alternative name"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a = {0};
		struct slapd bad;
		struct directory_settings s;
		const char *urls[2] = {NULL, NULL};

		slapd_start(&bad, arena_printf(&a, "--certificate %s", rows[i].kind));
		s = settings_for(NULL);
		settings_urls(&s, urls);
		s.ldap.ca_file = bad.ca;
		for (int start_tls = 0; start_tls < 2; start_tls++) {
			struct outcome o;
			char *words = arena_strdup(&a, rows[i].words), *save, *word;
			bool said = false;

			urls[0] = start_tls ? bad.url : bad.tls_url;
			s.ldap.start_tls = start_tls;
			outcome_read(&o, &s, NULL, 4);
			assert_int_equal(o.rc, -1);
			assert_int_equal(o.e.kind, ERR_UNREACHABLE);
			for (word = strtok_r(words, "|", &save); word; word = strtok_r(NULL, "|", &save))
				said |= strstr(o.e.text, word) != NULL;
			if (!said)
				fail_msg("%s: %s", rows[i].kind, o.e.text);
			outcome_free(&o);
		}
		slapd_stop(&bad);
		arena_free(&a);
	}
}

static void start_tls_is_mandatory(void **state)
{
	static const char *const kinds[] = {"tls_refusing", "injecting"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct hostile h;
		struct directory_settings s;

		hostile_start(&h, kinds[i]);
		s = settings_for(h.url);
		s.ldap.start_tls = true;
		s.ldap.ca_file = slapd.ca;
		expect_refusal(&s, 3, ERR_UNREACHABLE, "TLS");
		assert_int_equal(hostile_count(&h, "bind"), 0);
		hostile_stop(&h);
	}
}

/* A server on every address of this machine, reached by one that is not loopback. */
static void cleartext_is_for_loopback(void **state)
{
	char host[64] = "", url[80];
	struct directory_settings s = settings_for(NULL);
	struct hostile h;
	FILE *f = popen("hostname -I 2>/dev/null | cut -d' ' -f1", "re");

	(void)state;
	if (f && fgets(host, sizeof host, f))
		host[strcspn(host, "\n")] = '\0';
	if (f)
		pclose(f);
	if (!*host || strchr(host, ':'))
		skip();
	hostile_start(&h, "good 0.0.0.0");
	snprintf(url, sizeof url, "ldap://%s%s", host, strrchr(h.url, ':'));
	settings_urls(&s, (const char *const[]){url, NULL});
	expect_refusal(&s, 5, ERR_CONFIG, "is not encrypted and not this machine: nothing was sent");
	assert_int_equal(hostile_count(&h, "bind"), 0);
	s.ldap.allow_cleartext = true;
	{
		struct outcome o;

		outcome_read(&o, &s, NULL, LONG);
		assert_int_equal(o.rc, 0);
		outcome_free(&o);
	}
	assert_int_equal(hostile_count(&h, "bind"), 1);
	hostile_stop(&h);
}

/*
 * The environment and an ldaprc in the working directory may not weaken
 * anything.  libldap reads them once in a process, so each trap has its own.
 */
static void environment_traps(void **state)
{
	static const char *const traps[] = {
		"LDAPTLS_REQCERT=never LDAPTLS_REQSAN=never",
		"LDAPTLS_REQCERT=allow LDAPTLS_REQSAN=allow LDAPTLS_PROTOCOL_MIN=0",
		"LDAPCONF=ldaprc LDAPRC=ldaprc HOME=.",
	};
	static const char *const kinds[] = {"expired", "wronghost", "untrusted", "cnonly"};

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct arena a = {0};
		struct slapd bad;

		slapd_start(&bad, arena_printf(&a, "--certificate %s", kinds[k]));
		for (size_t i = 0; i < ARRAY_SIZE(traps); i++)
			run("cd %s && echo 'TLS_REQCERT never' >ldaprc && echo 'TLS_REQSAN never' >>ldaprc && "
			    "%s %s trap %s %s", bad.dir, traps[i], self[0], bad.tls_url, bad.ca);
		slapd_stop(&bad);
		arena_free(&a);
	}
}

/* Exits with 0 when the server is refused, as it must be. */
static int trap(const char *url, const char *ca)
{
	struct directory_settings s = settings_for(url);
	struct outcome o;
	int rc;

	s.ldap.ca_file = ca;
	outcome_read(&o, &s, NULL, 4);
	rc = o.rc && o.e.kind == ERR_UNREACHABLE && !o.r.people_nr ? 0 : 1;
	if (rc)
		fprintf(stderr, "the trap worked: %s\n", o.rc ? o.e.text : "read");
	outcome_free(&o);
	return rc;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(d1_refused),
		cmocka_unit_test(d1_unknown_host),
		cmocka_unit_test(d2_silent),
		cmocka_unit_test(d3_dripping),
		cmocka_unit_test(servers_in_turn),
		cmocka_unit_test(sticky_server),
		cmocka_unit_test(d7_denied_once),
		cmocka_unit_test(d7_wrong_password),
		cmocka_unit_test(d9_empty_password),
		cmocka_unit_test(external_over_ldapi),
		cmocka_unit_test(external_by_certificate),
		cmocka_unit_test(anonymous_sees_nothing),
		cmocka_unit_test(tls_good),
		cmocka_unit_test(trust_is_not_shared),
		cmocka_unit_test(n1_bad_certificates),
		cmocka_unit_test(start_tls_is_mandatory),
		cmocka_unit_test(cleartext_is_for_loopback),
		cmocka_unit_test(environment_traps),
	};

	self = argv;
	if (argc == 4 && str_eq(argv[1], "trap"))
		return trap(argv[2], argv[3]);
	return cmocka_run_group_tests(tests, start, stop);
}
