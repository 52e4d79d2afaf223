#include "connectors/ldap_words.h"

#include <ldap.h>

enum err_kind code_kind(int code)
{
	switch (code) {
	case LDAP_INVALID_CREDENTIALS:
	case LDAP_INAPPROPRIATE_AUTH:
	case LDAP_INSUFFICIENT_ACCESS:
	case LDAP_STRONG_AUTH_REQUIRED:
	case LDAP_CONFIDENTIALITY_REQUIRED:
	case LDAP_AUTH_METHOD_NOT_SUPPORTED:
		return ERR_DENIED;
	case LDAP_TIMELIMIT_EXCEEDED:
	case LDAP_SIZELIMIT_EXCEEDED:
	case LDAP_ADMINLIMIT_EXCEEDED:
		return ERR_INCOMPLETE;
	case LDAP_BUSY:
	case LDAP_UNAVAILABLE:
	case LDAP_SERVER_DOWN:
	case LDAP_DECODING_ERROR:
	case LDAP_TIMEOUT:
	case LDAP_CONNECT_ERROR:
		return ERR_UNREACHABLE;
	default:
		return ERR_FAILED;
	}
}

/*
 * Active Directory says only "invalid credentials", and why in a number of
 * Windows' behind it: "... AcceptSecurityContext error, data 775, v4563".
 */
static const char *account_hint(const char *words)
{
	static const struct {
		const char *data, *hint;
	} causes[] = {
		{"525", "there is no such account: check bind_dn"},
		{"52e", "the password is wrong; no other server was asked, so that the account is "
			"not locked"},
		{"530", "the account may not log on at this time"},
		{"531", "the account may not log on from this machine"},
		{"532", "the account's password has expired"},
		{"533", "the account is disabled"},
		{"701", "the account has expired"},
		{"773", "the account's password must be changed first"},
		{"775", "the account is locked out; no other server was asked"},
	};
	const char *data = strstr(words, ", data ");

	for (size_t i = 0; data && i < ARRAY_SIZE(causes); i++)
		if (strncmp(data + strlen(", data "), causes[i].data, 3) == 0)
			return causes[i].hint;
	return NULL;
}

const char *code_hint(int code, const char *words)
{
	const char *hint = code == LDAP_INVALID_CREDENTIALS && words ? account_hint(words) : NULL;

	if (hint)
		return hint;
	switch (code) {
	case LDAP_INVALID_CREDENTIALS:
		return "check bind_dn and the password file; the account may be locked or expired; "
		       "no other server was asked, so that it is not locked further";
	case LDAP_LOCAL_ERROR:
		return "check the keytab, krb5.conf, this machine's clock, and that the url names "
		       "the server as Kerberos knows it";
	case LDAP_STRONG_AUTH_REQUIRED:
		/* Samba's words for a Kerberos bind within TLS. */
		if (words && strstr(words, "Sign or Seal"))
			return "use an ldap:// url without start_tls: Kerberos then encrypts itself, "
			       "which this server insists on";
		return "use an ldaps:// url or start_tls: true";
	case LDAP_CONFIDENTIALITY_REQUIRED:
		return "use an ldaps:// url or start_tls: true";
	case LDAP_INSUFFICIENT_ACCESS:
		return "give the account of bind_dn the right to read this";
	case LDAP_NO_SUCH_OBJECT:
		return "check the base in the configuration, and that the account of bind_dn may "
		       "see it";
	case LDAP_SIZELIMIT_EXCEEDED:
	case LDAP_TIMELIMIT_EXCEEDED:
	case LDAP_ADMINLIMIT_EXCEEDED:
		return "ask for the account of bind_dn to be free of size and time limits "
		       "(slapd: limits ... size=unlimited time=unlimited size.prtotal=unlimited; "
		       "389-DS: nsSizeLimit, nsTimeLimit, nsLookThroughLimit and "
		       "nsPagedLookThroughLimit of -1 in its entry)";
	case LDAP_REFERRAL:
		return "this server does not hold the base; name the one that does in urls";
	default:
		return NULL;
	}
}
