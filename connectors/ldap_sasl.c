#include "connectors/ldap_sasl.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <sasl/sasl.h>

#include "agent/text.h"

static const unsigned long ssf_least = 128; /* bits, where there is no TLS */

/* ---- the ticket ------------------------------------------------------------------------ */

/* What Kerberos says about it, in `a`. */
static const char *gss_words(struct arena *a, OM_uint32 code)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 more = 0, unused;
	const char *words = "for a reason not known";

	if (gss_display_status(&unused, code, GSS_C_MECH_CODE, gss_mech_krb5, &more, &text) ==
	    GSS_S_COMPLETE)
		words = text_shown(a, arena_strndup(a, text.value, text.length));
	gss_release_buffer(&unused, &text);
	return words;
}

static void credential_free(gss_cred_id_t *credential)
{
	OM_uint32 unused;

	gss_release_cred(&unused, credential);
}

/* A cache for each keytab, so that the servers of one directory share a ticket. */
static int credential_take(gss_cred_id_t *credential, const struct server *s, struct err *e)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	const char *keytab = s->settings->keytab_file;
	gss_key_value_element_desc elements[] = {
		{"client_keytab", arena_printf(&scratch, "FILE:%s", keytab)},
		{"ccache", arena_printf(&scratch, "MEMORY:seatsync-%s", keytab)},
	};
	const gss_key_value_set_desc store = {ARRAY_SIZE(elements), elements};
	union {
		gss_const_OID in;
		gss_OID out;
	} krb5 = {gss_mech_krb5};
	gss_OID_set_desc mechanism = {1, krb5.out};
	OM_uint32 minor, major;

	major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanism,
				      GSS_C_INITIATE, &store, credential, NULL, NULL);
	if (!GSS_ERROR(major))
		return 0;
	return err_set(
		e, ERR_DENIED,
		"%s: no Kerberos ticket by %s: %.300s\n"
		"hint: the keytab may be older than the account's key; see krb5.conf and the clock",
		s->url, keytab, gss_words(&scratch, minor));
}

/* ---- the bind --------------------------------------------------------------------------- */

/*
 * Called when the library has made its context and before it uses Kerberos:
 * only here can it be told whose ticket to use.  All else it asks, as whom to
 * act, say, is answered with nothing: as who we are.
 */
static int prompts_answer(LDAP *ld, unsigned flags, void *credential, void *prompts)
{
	(void)flags;
	for (sasl_interact_t *p = prompts; p->id != SASL_CB_LIST_END; p++) {
		p->result = "";
		p->len = 0;
	}
	return ldap_set_option(ld, LDAP_OPT_X_SASL_GSS_CREDS, credential) ? LDAP_LOCAL_ERROR
									  : LDAP_SUCCESS;
}

static int options_set(struct server *s, struct err *e)
{
	const char *security = s->secure ? "maxssf=0" : "minssf=128";

	if (ldap_set_option(s->ld, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON) ||
	    ldap_set_option(s->ld, LDAP_OPT_X_SASL_SECPROPS, security))
		return err_set(e, ERR_FAILED, "%s: cannot prepare a Kerberos bind", s->url);
	return 0;
}

static int bind_refused(struct server *s, int code, struct err *e)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	char *diagnostic = NULL;
	const char *words = NULL;

	ldap_get_option(s->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &diagnostic);
	if (diagnostic && *diagnostic)
		words = text_shown(&scratch, diagnostic);
	ldap_memfree(diagnostic);
	server_refused(s, code, words, "bind with Kerberos", e);
	/* As with a password: only "come back later" is another server's chance. */
	if (e->kind != ERR_UNREACHABLE)
		e->kind = ERR_DENIED;
	return -1;
}

/* Message by message: the library's own loop would wait without end. */
static int bind_talk(struct server *s, gss_cred_id_t credential, struct err *e)
{
	LDAPMessage *answer = NULL;
	const char *mechanism = NULL;
	int id, rc;

	for (;;) {
		rc = ldap_sasl_interactive_bind(s->ld, NULL, "GSSAPI", NULL, NULL, LDAP_SASL_QUIET,
						prompts_answer, credential, answer, &mechanism,
						&id);
		ldap_msgfree(answer);
		answer = NULL;
		if (rc != LDAP_SASL_BIND_IN_PROGRESS)
			return rc ? bind_refused(s, rc, e) : 0;
		if (server_next(s, id, &answer, e) < 0)
			return -1;
	}
}

int kerberos_bind(struct server *s, struct err *e)
{
	gss_cred_id_t credential CLEANUP(credential_free) = GSS_C_NO_CREDENTIAL;
	ber_len_t bits = 0;

	if (credential_take(&credential, s, e) || options_set(s, e) || bind_talk(s, credential, e))
		return -1;
	if (!s->secure && (ldap_get_option(s->ld, LDAP_OPT_X_SASL_SSF, &bits) || bits < ssf_least))
		return err_set(e, ERR_DENIED, "%s: Kerberos does not encrypt: nothing was read",
			       s->url);
	return 0;
}
