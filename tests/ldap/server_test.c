/* Reaching a server and being trusted by it: faults D1-D3, D7, D9. */
#include "company.h"

/* A port where nobody listens: connect() never takes one below 1024 by itself. */
static const char closed[] = "ldap://127.0.0.1:1";
/* With an empty label, so that no server is asked, who may not be there, or slow. */
static const char unknown[] = "ldap://no-such-host..invalid";

/* ---- reaching --------------------------------------------------------------------------- */

static void d1_refused(void **state)
{
	struct directory_settings s = settings_for(closed);

	(void)state;
	expect_refusal(&s, LONG, ERR_UNREACHABLE,
		       "cannot connect: Connection refused; nothing was read");
}

static void d1_unknown_host(void **state)
{
	struct directory_settings s = settings_for(unknown);

	(void)state;
	expect_refusal(&s, LONG, ERR_UNREACHABLE, "cannot resolve no-such-host..invalid");
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
	outcome_read(&o, &s, NULL, 16); /* each may use half of what is left */
	assert_int_equal(o.rc, 0);
	outcome_free(&o);
	settings_urls(&s, (const char *const[]){closed, unknown, closing.url, NULL});
	outcome_read(&o, &s, NULL, LONG);
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
	static const struct {
		const char *kind, *words;
	} rows[] = {
		{"denying", "Invalid credentials (49): account \\x1b[31mlocked"},
		{"unwilling", "(53)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct hostile h;
		struct directory_settings s = settings_for(NULL);

		hostile_start(&h, rows[i].kind);
		settings_urls(&s, (const char *const[]){h.url, h.url, slapd.url, NULL});
		expect_refusal(&s, LONG, ERR_DENIED, rows[i].words);
		assert_int_equal(hostile_count(&h, "bind"), 1);
		hostile_stop(&h);
	}
}

static void d7_wrong_password(void **state)
{
	struct directory_settings s = settings_for(slapd.url);

	(void)state;
	s.ldap.bind_password = "wrong";
	expect_refusal(&s, LONG, ERR_DENIED,
		       "bind as cn=seatsync,ou=services,dc=example,dc=com "
		       "failed: Invalid credentials (49)");
}

/* Neither half of a credential reaches a server without the other. */
static void d9_empty_password(void **state)
{
	static const struct {
		const char *dn, *password;
	} rows[] = {
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

int main(void)
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
	};
	return cmocka_run_group_tests(tests, company_start, company_stop);
}
