#include "connectors/ldap_sasl.h"

#include <sasl/sasl.h>

#include "agent/text.h"
#include "connectors/ldap_ticket.h"

static const unsigned long ssf_least = 128; /* bits, where there is no TLS */

static void credential_free(gss_cred_id_t *credential)
{
	OM_uint32 unused;

	gss_release_cred(&unused, credential);
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

	if (tickets_take(&credential, s->settings->keytab_file, s->host, s->wire.deadline, e))
		return err_wrap(e, "%s", s->url);
	if (options_set(s, e) || bind_talk(s, credential, e))
		return -1;
	if (!s->secure && (ldap_get_option(s->ld, LDAP_OPT_X_SASL_SSF, &bits) || bits < ssf_least))
		return err_set(e, ERR_DENIED, "%s: Kerberos does not encrypt: nothing was read",
			       s->url);
	return 0;
}
