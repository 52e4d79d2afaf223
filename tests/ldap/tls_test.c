/* Trusting a server: fault N1, and everything that could make us trust too much. */
#include "company.h"

#include <time.h>

static char **self;

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

static void line_add(void *out, const struct check_line *line)
{
	fprintf(out, "%s %s: %s\n", line->ok ? "ok" : "NOT", line->subject, line->text);
}

static void expect_words(const struct directory_settings *s, const char *words)
{
	static const char *const wanted[] = {NULL};
	struct directory *d;
	struct arena a = {0};
	struct err e;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(directory_open(&d, s, &e), 0);
	assert_true(d->ops->check(d, &a, wanted, (int64_t)time(NULL) + LONG, line_add, out));
	d->ops->close(d);
	fclose(out);
	if (!strstr(text, words))
		fail_msg("\"%s\" is not in:\n%s", words, text);
	free(text);
	arena_free(&a);
}

static void check_tells_how_private_it_is(void **state)
{
	struct directory_settings s = settings_for(slapd.tls_url);

	(void)state;
	s.ldap.ca_file = slapd.ca;
	expect_words(&s, "privacy: TLS, certificate verified\n");
	settings_urls(&s, (const char *const[]){slapd.url, NULL});
	expect_words(&s, "privacy: not encrypted, but this machine\n");
	s.ldap.start_tls = true;
	expect_words(&s, "privacy: TLS, certificate verified\n");
}

/* A second handle must not trust what the first one was told to. */
static void trust_is_not_shared(void **state)
{
	struct directory_settings s = settings_for(slapd.tls_url);

	(void)state;
	s.ldap.ca_file = slapd.ca;
	expect_good(&s);
	s.ldap.ca_file = NULL; /* the system's do not know our CA */
	expect_refusal(&s, LONG, ERR_UNREACHABLE, "certificate");
	s.ldap.ca_file = "/nonexistent/ca.pem";
	expect_refusal(&s, LONG, ERR_CONFIG, "cannot read /nonexistent/ca.pem");
	s.ldap.ca_file = slapd.key;
	expect_refusal(&s, LONG, ERR_UNREACHABLE, "certificate file"); /* a key is none */
}

static void n1_bad_certificates(void **state)
{
	static const struct {
		const char *kind, *words;
	} rows[] = {
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
			outcome_read(&o, &s, NULL, LONG);
			assert_int_equal(o.rc, -1);
			assert_int_equal(o.e.kind, ERR_UNREACHABLE);
			for (word = strtok_r(words, "|", &save); word;
			     word = strtok_r(NULL, "|", &save))
				said |= strstr(o.e.text, word) != NULL;
			if (!said)
				fail_msg("%s: %s", rows[i].kind, o.e.text);
			outcome_free(&o);
		}
		slapd_stop(&bad);
		arena_free(&a);
	}
}

/* What a server still speaks that is too old; GnuTLS's libldap ignores PROTOCOL_MIN. */
static void n1_old_tls(void **state)
{
	struct arena a = {0};
	struct hostile h;
	struct directory_settings s;

	(void)state;
	setenv("HOSTILE_TLS", arena_printf(&a, "%s/tls/good", slapd.dir), 1);
	hostile_start(&h, "old_tls");
	s = settings_for(h.tls_url);
	s.ldap.ca_file = slapd.ca;
	expect_refusal(&s, LONG, ERR_UNREACHABLE, "protocol version");
	assert_int_equal(hostile_count(&h, "handshake"), 0);
	assert_int_equal(hostile_count(&h, "bind"), 0);
	hostile_stop(&h);
	arena_free(&a);
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
	expect_refusal(&s, LONG, ERR_CONFIG,
		       "is not encrypted and not this machine: nothing was sent");
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
			run("cd %s && echo 'TLS_REQCERT never' >ldaprc && echo 'TLS_REQSAN never' "
			    ">>ldaprc && "
			    "%s %s trap %s %s",
			    bad.dir, traps[i], self[0], bad.tls_url, bad.ca);
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
	outcome_read(&o, &s, NULL, LONG);
	rc = o.rc && o.e.kind == ERR_UNREACHABLE && !o.r.people_nr ? 0 : 1;
	if (rc)
		fprintf(stderr, "the trap worked: %s\n", o.rc ? o.e.text : "read");
	outcome_free(&o);
	return rc;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tls_good),
		cmocka_unit_test(check_tells_how_private_it_is),
		cmocka_unit_test(trust_is_not_shared),
		cmocka_unit_test(n1_bad_certificates),
		cmocka_unit_test(n1_old_tls),
		cmocka_unit_test(start_tls_is_mandatory),
		cmocka_unit_test(cleartext_is_for_loopback),
		cmocka_unit_test(environment_traps),
	};

	self = argv;
	if (argc == 4 && str_eq(argv[1], "trap"))
		return trap(argv[2], argv[3]);
	return cmocka_run_group_tests(tests, company_start, company_stop);
}
