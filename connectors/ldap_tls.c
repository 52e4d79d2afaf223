#include "connectors/ldap_tls.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "connectors/ldap_probe.h"

const char *tls_trust(const struct ldap_settings *settings, struct err *e)
{
	/* Where distributions keep the anchors they trust: Debian, Fedora, SUSE, Alpine. */
	static const char *const system_files[] = {
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/ca-bundle.pem",
		"/etc/ssl/cert.pem",
	};

	if (settings->ca_file)
		return settings->ca_file;
	for (size_t i = 0; i < ARRAY_SIZE(system_files); i++)
		if (access(system_files[i], R_OK) == 0)
			return system_files[i];
	err_set(e, ERR_CONFIG,
		"this system has no file of certificate authorities\n"
		"hint: install ca-certificates, or set ca_file");
	return NULL;
}

/*
 * TLS 1.2 or newer.  On GnuTLS, Debian's, libldap takes PROTOCOL_MIN and
 * ignores it (ldap.conf(5)); there the cipher suite says it.
 */
static int versions_limit(LDAP *ld)
{
	static const int oldest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
	char *package = NULL;
	int rc = ldap_set_option(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest);

	if (rc || ldap_get_option(ld, LDAP_OPT_X_TLS_PACKAGE, &package) || !package)
		return -1;
	if (strcmp(package, "GnuTLS") == 0)
		rc = ldap_set_option(ld, LDAP_OPT_X_TLS_CIPHER_SUITE,
				     "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2");
	ldap_memfree(package);
	return rc;
}

/* What came out of it, whatever was asked for: "TLS1.3" on GnuTLS, "TLSv1.3" on OpenSSL. */
static bool version_is_good(LDAP *ld)
{
	char *version = NULL;
	bool good;

	if (ldap_get_option(ld, LDAP_OPT_X_TLS_VERSION, &version) || !version)
		return false;
	good = strstr(version, "1.2") || strstr(version, "1.3");
	ldap_memfree(version);
	return good;
}

/*
 * Every option is set on this handle, whatever the defaults are: some can be
 * made weaker from outside.  NEWCTX comes last and takes them all; without it
 * a second handle shares the first one's anchors.
 */
static int context_make(struct server *s, const char *trust)
{
	static const int demand = LDAP_OPT_X_TLS_DEMAND, client = 0,
			 no_revocation = LDAP_OPT_X_TLS_CRL_NONE;
	static pthread_mutex_t start = PTHREAD_MUTEX_INITIALIZER;
	const struct ldap_settings *c = s->settings;
	int rc;

	if (ldap_set_option(s->ld, LDAP_OPT_X_TLS_CACERTFILE, trust) ||
	    ldap_set_option(s->ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) ||
	    ldap_set_option(s->ld, LDAP_OPT_X_TLS_REQUIRE_SAN, &demand) || versions_limit(s->ld))
		return -1;
	ldap_set_option(s->ld, LDAP_OPT_X_TLS_CRLCHECK, &no_revocation);
	if (c->cert_file && (ldap_set_option(s->ld, LDAP_OPT_X_TLS_CERTFILE, c->cert_file) ||
			     ldap_set_option(s->ld, LDAP_OPT_X_TLS_KEYFILE, c->key_file)))
		return -1;
	/* The first of a process also starts the TLS library, which has no lock for it. */
	pthread_mutex_lock(&start);
	rc = ldap_set_option(s->ld, LDAP_OPT_X_TLS_NEWCTX, &client);
	pthread_mutex_unlock(&start);
	return rc ? -1 : 0;
}

/* Which of our files is the cause, when there is one to name. */
static int context_refused(const struct server *s, const char *trust, struct err *e)
{
	const char *const files[] = {trust, s->settings->cert_file, s->settings->key_file};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (files[i] && access(files[i], R_OK))
			return err_set(e, ERR_CONFIG, "%s: cannot use TLS: cannot read %s: %s",
				       s->url, files[i], strerror(errno));
	return err_set(e, ERR_CONFIG, "%s: cannot use TLS: %s%s%s holds no usable certificate%s",
		       s->url, trust, s->settings->cert_file ? " or " : "",
		       s->settings->cert_file ? s->settings->cert_file : "",
		       s->settings->cert_file ? " or its key does not fit" : "");
}

enum { PROBE_MILLISECONDS = 3000 }; /* a name is worth no more */

/* Does the same again with a library that names the fault. */
static void fault_name(const struct server *failed, const char *trust, char text[PROBE_TEXT_SIZE])
{
	struct server *s = mem_resize(NULL, 1, sizeof *s);
	bool ldaps = strncmp(failed->url, "ldaps:", 6) == 0;
	struct err unused;

	int64_t end = wire_now() + PROBE_MILLISECONDS;

	snprintf(text, PROBE_TEXT_SIZE, "for a reason not known");
	if (end > failed->deadline)
		end = failed->deadline;
	if (server_connect(s, failed->settings, failed->url, end, &unused) == 0 &&
	    (ldaps || server_start_tls(s, &unused) == 0)) {
		struct probe p = {
			.fd = s->wire.fd,
			.host = s->host,
			.ca_file = trust,
			.cert_file = s->settings->cert_file,
			.key_file = s->settings->key_file,
			.milliseconds = end - wire_now(),
		};

		if (p.milliseconds > 0 && probe_tls(&p, text))
			snprintf(text, PROBE_TEXT_SIZE,
				 "the certificate's signature and dates are good, but it may not "
				 "name %s as a subject alternative name",
				 s->host);
	}
	server_close(s);
	free(s);
}

int tls_begin(struct server *s, struct err *e)
{
	const char *trust = tls_trust(s->settings, e), *fault;
	char text[PROBE_TEXT_SIZE];

	if (!trust)
		return -1;
	if (context_make(s, trust))
		return context_refused(s, trust, e);
	if (ldap_install_tls(s->ld) == LDAP_SUCCESS)
		return version_is_good(s->ld)
			       ? 0
			       : err_set(e, ERR_UNREACHABLE, "%s: TLS is older than 1.2", s->url);
	fault = wire_fault(&s->wire);
	if (s->wire.silent)
		return err_set(e, ERR_UNREACHABLE, "%s: the TLS handshake failed: the server %s",
			       s->url, fault);
	fault_name(s, trust, text);
	return err_set(e, ERR_UNREACHABLE,
		       "%s: the TLS handshake failed: %s\nhint: the server's certificate must be "
		       "in force, name the host of the url, and be signed by %s",
		       s->url, text, trust);
}

#ifdef __SANITIZE_ADDRESS__
#define LEAKS_ARE_SOUGHT
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LEAKS_ARE_SOUGHT
#endif
#endif

#ifdef LEAKS_ARE_SOUGHT
/*
 * libldap 2.5 on GnuTLS never frees the priorities behind a cipher suite, nor
 * a client's key and certificate (tlsg_ctx_init): 10 kB for each connection.
 * The leak sanitizer is told, so that it can speak of ours.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:gnutls_priority_init\n"
	       "leak:gnutls_x509_privkey_init\n"
	       "leak:gnutls_x509_crt_init\n";
}
#endif
