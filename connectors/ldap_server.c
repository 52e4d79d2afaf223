#include "connectors/ldap_server.h"

#include <openldap.h>

#include "agent/text.h"
#include "connectors/ldap_sasl.h"
#include "connectors/ldap_tls.h"
#include "connectors/ldap_words.h"

/* ---- what answers mean ------------------------------------------------------- */

int server_refused(const struct server *s, int code, const char *words, const char *doing,
		   struct err *e)
{
	const char *hint = code_hint(code, words), *fault = wire_fault(&s->wire);

	if (code < 0 && fault)
		return err_set(e, ERR_UNREACHABLE, "%s: %s failed: the server %s", s->url, doing,
			       fault);
	return err_set(e, code_kind(code), "%s: %s failed: %s (%d)%s%.300s%s%s", s->url, doing,
		       ldap_err2string(code), code, words ? ": " : "", words ? words : "",
		       hint ? "\nhint: " : "", hint ? hint : "");
}

int server_result(struct server *s, LDAPMessage *message, struct arena *a, const char **words,
		  LDAPControl ***controls)
{
	char *diagnostic = NULL;
	int code = LDAP_OTHER;
	int rc = ldap_parse_result(s->ld, message, &code, NULL, &diagnostic, NULL, controls, 0);

	*words = diagnostic && *diagnostic ? text_shown(a, diagnostic) : NULL;
	ldap_memfree(diagnostic);
	return rc ? rc : code;
}

static struct timeval time_until(int64_t deadline)
{
	int64_t left = deadline - wire_now();

	if (left < 1)
		left = 1;
	return (struct timeval){left / 1000, left % 1000 * 1000};
}

int server_next(struct server *s, int msgid, LDAPMessage **message, struct err *e)
{
	struct timeval wait = time_until(s->wire.deadline);
	int code = LDAP_SERVER_DOWN, type = 0;

	/* What was read ahead could go on for ever. */
	if (wire_now() < s->deadline)
		type = ldap_result(s->ld, msgid, LDAP_MSG_ONE, &wait, message);
	if (type > 0)
		return type;
	if (type == 0) {
		s->wire.silent = true;
		code = LDAP_TIMEOUT;
	} else {
		ldap_get_option(s->ld, LDAP_OPT_RESULT_CODE, &code);
	}
	return server_refused(s, code, NULL, "waiting for the answer", e);
}

static void message_free(LDAPMessage **m)
{
	ldap_msgfree(*m);
}

/* ---- connecting ----------------------------------------------------------------- */

static int64_t step_deadline(const struct server *s)
{
	int64_t step = wire_now() + SERVER_STEP_SECONDS * 1000;

	return step < s->deadline ? step : s->deadline;
}

static void url_free(LDAPURLDesc **url)
{
	ldap_free_urldesc(*url);
}

static bool url_is(const LDAPURLDesc *url, const char *scheme)
{
	return strcmp(url->lud_scheme, scheme) == 0;
}

static void options_set(struct server *s)
{
	static const int version = LDAP_VERSION3;
	ber_len_t incoming = SERVER_INCOMING_MAX;
	Sockbuf *sb = NULL;

	ldap_set_option(s->ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	ldap_set_option(s->ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	ldap_set_option(s->ld, LDAP_OPT_RESTART, LDAP_OPT_ON);
	ldap_get_option(s->ld, LDAP_OPT_SOCKBUF, &sb);
	ber_sockbuf_ctrl(sb, LBER_SB_OPT_SET_MAX_INCOMING, &incoming);
	ber_sockbuf_add_io(sb, &wire_io, LBER_SBIOD_LEVEL_PROVIDER, &s->wire);
}

static int server_wire(struct server *s, const LDAPURLDesc *url, struct err *e)
{
	struct wire_address to = {.host = url->lud_host, .port = (unsigned)url->lud_port};

	if (url_is(url, "ldapi"))
		to.path = url->lud_host && *url->lud_host ? url->lud_host : "/run/slapd/ldapi";
	if (wire_connect(&s->wire, &to, step_deadline(s), e))
		return err_wrap(e, "%s", s->url);
	return 0;
}

int server_connect(struct server *s, const struct ldap_settings *settings, const char *url,
		   int64_t deadline, struct err *e)
{
	LDAPURLDesc *parsed CLEANUP(url_free) = NULL;
	int rc;

	s->settings = settings;
	s->url = url;
	s->ld = NULL;
	s->host = NULL;
	s->secure = false;
	/* Active Directory ends at 1,000 entries, and logs each search that met the limit. */
	s->pages = settings->kind == LDAP_ACTIVE_DIRECTORY;
	s->catalogue = false;
	s->held = NULL;
	s->deadline = deadline;
	s->identity[0] = '\0';
	s->wire.fd = -1;
	if (ldap_url_parse(url, &parsed) != LDAP_URL_SUCCESS || !parsed->lud_host)
		return err_set(e, ERR_CONFIG, "%s: is no ldap url", url);
	s->catalogue =
		settings->kind == LDAP_ACTIVE_DIRECTORY &&
		(parsed->lud_port == CATALOGUE_PORT || parsed->lud_port == CATALOGUE_TLS_PORT);
	if (server_wire(s, parsed, e))
		return -1;
	/* libldap is given a connection: it must not make, or ever remake, one of its own. */
	rc = ldap_init_fd(s->wire.fd, LDAP_PROTO_EXT, url, &s->ld);
	if (rc)
		return err_set(e, ERR_FAILED, "%s: cannot start: %s", url, ldap_err2string(rc));
	options_set(s);
	s->host = mem_strdup(parsed->lud_host);
	return 0;
}

void server_close(struct server *s)
{
	/* The farewell must not wait for a server that hangs. */
	s->wire.deadline = wire_now() + 1000;
	if (s->ld)
		ldap_unbind_ext(s->ld, NULL, NULL);
	s->ld = NULL;
	wire_close(&s->wire);
	free(s->host);
	s->host = NULL;
}

int server_open(struct server *s, const struct ldap_settings *settings, const char *url,
		int64_t deadline, struct err *e)
{
	if (server_connect(s, settings, url, deadline, e) || server_secure(s, e))
		return -1;
	return server_bind(s, e);
}

/* ---- privacy --------------------------------------------------------------------- */

int server_start_tls(struct server *s, struct err *e)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	LDAPMessage *m CLEANUP(message_free) = NULL;
	const char *words;
	int id, rc = ldap_start_tls(s->ld, NULL, NULL, &id);

	if (rc)
		return server_refused(s, rc, NULL, "StartTLS", e);
	if (server_next(s, id, &m, e) < 0)
		return -1;
	rc = server_result(s, m, &scratch, &words, NULL);
	if (rc) {
		server_refused(s, rc, words, "StartTLS", e);
		e->kind = ERR_UNREACHABLE;
		return -1;
	}
	return 0;
}

int server_secure(struct server *s, struct err *e)
{
	bool ldaps = strncmp(s->url, "ldaps:", 6) == 0;

	s->wire.deadline = step_deadline(s);
	if (!ldaps && !s->settings->start_tls) {
		if (wire_is_local(&s->wire) || s->settings->allow_cleartext ||
		    s->settings->sasl == LDAP_SASL_GSSAPI) /* which encrypts itself */
			return 0;
		return err_set(
			e, ERR_CONFIG,
			"%s: is not encrypted and not this machine: nothing was "
			"sent\nhint: use ldaps://, or start_tls: true, or allow_cleartext: true",
			s->url);
	}
	if (!ldaps && server_start_tls(s, e))
		return -1;
	if (tls_begin(s, e))
		return -1;
	s->secure = true;
	return 0;
}

/* ---- who we are -------------------------------------------------------------------- */

/*
 * An empty password makes a server say "success" to anybody, as nobody (RFC
 * 4513 5.1.2); a name without a password is the same.  Neither is ever sent.
 */
static int credentials_check(const struct server *s, struct err *e)
{
	const struct ldap_settings *c = s->settings;

	if (c->sasl == LDAP_SASL_NONE && !c->bind_dn && !c->bind_password)
		return 0;
	if (c->sasl != LDAP_SASL_NONE && (c->bind_dn || c->bind_password))
		return err_set(e, ERR_CONFIG, "%s: sasl and bind_dn exclude each other", s->url);
	if (c->sasl == LDAP_SASL_GSSAPI && !c->keytab_file)
		return err_set(e, ERR_CONFIG, "%s: there is no keytab_file", s->url);
	if (c->sasl == LDAP_SASL_NONE && (!c->bind_dn || !*c->bind_dn))
		return err_set(e, ERR_CONFIG, "%s: there is a password but no bind_dn", s->url);
	if (c->sasl == LDAP_SASL_NONE && (!c->bind_password || !*c->bind_password))
		return err_set(e, ERR_CONFIG,
			       "%s: the password of %s is empty: nothing was sent\n"
			       "hint: a server takes an empty password for an anonymous visitor",
			       s->url, c->bind_dn);
	return 0;
}

static int bind_send(struct server *s, int *id)
{
	const struct ldap_settings *c = s->settings;
	char nobody_else[] = ""; /* EXTERNAL: we act as whom the connection shows */
	struct berval password = {0, nobody_else};
	/* libldap copies it into the request and does not change it. */
	union {
		const char *in;
		char *out;
	} secret = {c->bind_password};

	if (c->sasl == LDAP_SASL_EXTERNAL)
		return ldap_sasl_bind(s->ld, NULL, "EXTERNAL", &password, NULL, NULL, id);
	password.bv_val = secret.out;
	password.bv_len = strlen(c->bind_password);
	return ldap_sasl_bind(s->ld, c->bind_dn, LDAP_SASL_SIMPLE, &password, NULL, NULL, id);
}

static int bind_run(struct server *s, struct err *e)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	LDAPMessage *m CLEANUP(message_free) = NULL;
	const char *words, *doing, *name = s->settings->bind_dn;
	int id, rc = bind_send(s, &id);

	doing = name ? arena_printf(&scratch, "bind as %.200s", text_shown(&scratch, name))
		     : "bind with SASL EXTERNAL";
	if (rc)
		return server_refused(s, rc, NULL, doing, e);
	if (server_next(s, id, &m, e) < 0)
		return -1;
	rc = server_result(s, m, &scratch, &words, NULL);
	if (!rc)
		return 0;
	server_refused(s, rc, words, doing, e);
	/* Only "come back later" is another server's chance; all else counts against the account.
	 */
	if (e->kind != ERR_UNREACHABLE)
		e->kind = ERR_DENIED;
	return -1;
}

/*
 * The server's word on who we are (RFC 4532).  Not every server knows the
 * question; one that knows and says "nobody" would show us an empty directory.
 */
static int identity_ask(struct server *s, struct err *e)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	LDAPMessage *m CLEANUP(message_free) = NULL;
	struct berval *name = NULL;
	const char *unused;
	int id;

	if (ldap_whoami(s->ld, NULL, NULL, &id))
		return 0;
	if (server_next(s, id, &m, e) < 0)
		return -1;
	if (server_result(s, m, &scratch, &unused, NULL) == LDAP_SUCCESS &&
	    ldap_parse_whoami(s->ld, m, &name) == LDAP_SUCCESS) {
		size_t len = name && name->bv_val ? name->bv_len : 0;

		if (!len) {
			ber_bvfree(name);
			return err_set(e, ERR_DENIED,
				       "%s: the bind succeeded but the server takes "
				       "us for an anonymous visitor",
				       s->url);
		}
		if (len >= sizeof s->identity)
			len = sizeof s->identity - 1;
		memcpy(s->identity, name->bv_val, len);
		s->identity[utf8_valid(s->identity, len)] = '\0';
	}
	ber_bvfree(name);
	return 0;
}

int server_bind(struct server *s, struct err *e)
{
	if (credentials_check(s, e))
		return -1;
	if (s->settings->sasl == LDAP_SASL_NONE && !s->settings->bind_dn)
		return 0; /* anonymous: LDAPv3 needs no bind */
	s->wire.deadline = step_deadline(s);
	if (s->settings->sasl == LDAP_SASL_GSSAPI ? kerberos_bind(s, e) : bind_run(s, e))
		return -1;
	return identity_ask(s, e);
}
