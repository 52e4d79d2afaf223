#include "config/check.h"
#include "config/url.h"

enum transport { LDAP_PLAIN, LDAP_OVER_TLS, LDAP_LOCAL };

static bool has_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Scheme, host and port of one URL; NULL with a fault. */
static const char *url_check(struct bind *b, const struct node *n, const struct ldap_settings *l,
			     const char *text, enum transport *transport)
{
	const char *why;
	struct url u;

	if (has_prefix(text, "ldapi://")) {
		*transport = LDAP_LOCAL;
		if (url_path_valid(text + strlen("ldapi://")) && !strchr(text, '?'))
			return text;
		fault_at(b->faults, n, "write it as ldapi://%2Frun%2Fslapd%2Fldapi",
			 "is no valid ldapi:// URL");
		return NULL;
	}
	if (url_parse(&u, b->a, text, &why)) {
		fault_at(b->faults, n, NULL, "%s", why);
		return NULL;
	}
	*transport = str_eq(u.scheme, "ldaps") ? LDAP_OVER_TLS : LDAP_PLAIN;
	if (!str_eq(u.scheme, "ldaps") && !str_eq(u.scheme, "ldap"))
		fault_at(b->faults, n, NULL, "is none of ldaps://, ldap:// and ldapi://");
	else if (!str_eq(u.path, "") && !str_eq(u.path, "/"))
		fault_at(b->faults, n, "where to search is said in people.base and groups.base",
			 "has a path");
	else if (*transport != LDAP_PLAIN || l->start_tls ||
		 l->sasl == LDAP_SASL_GSSAPI || /* which encrypts itself */
		 !cleartext_refused(b, n, u.loopback, l->allow_cleartext,
				    "use ldaps:// or start_tls: true"))
		return u.origin;
	return NULL;
}

/* What one URL and the way to bind must agree on. */
static void url_bind_check(struct bind *b, const struct node *n, const struct ldap_settings *l,
			   enum transport transport)
{
	bool tls = transport == LDAP_OVER_TLS || l->start_tls;

	if (l->start_tls && transport != LDAP_PLAIN)
		fault_at(b->faults, n, NULL, "does not go with start_tls, which is for ldap://");
	else if (l->sasl == LDAP_SASL_EXTERNAL && transport != LDAP_LOCAL && !(tls && l->cert_file))
		fault_at(b->faults, n, "give cert_file and key_file, or use ldapi://",
			 "gives sasl: external nothing to go by");
}

static void urls_check(struct bind *b, const struct node *map, struct ldap_settings *l)
{
	const struct node *list = node_find(map, "urls");
	const char **urls;
	size_t nr = 0;

	if (!list || list->kind != NODE_LIST)
		return;
	if (list->nr > URLS_MAX) {
		fault_at(b->faults, list, NULL, "has more than %d entries", URLS_MAX);
		return;
	}
	urls = arena_array(b->a, list->nr + 1, sizeof *urls);
	for (const struct node *n = list->first; n; n = n->next) {
		enum transport transport;
		const char *url;

		if (n->kind != NODE_SCALAR || node_null(n) || *n->text == '\0')
			continue; /* told already */
		url = url_check(b, n, l, arena_strdup(b->a, n->text), &transport);
		if (!url)
			continue;
		url_bind_check(b, n, l, transport);
		urls[nr++] = url;
	}
	l->urls = urls;
}

/* Faults for each of the keys that is given. */
static void useless(struct bind *b, const struct node *map, const char *const *keys, size_t nr,
		    const char *why)
{
	for (size_t i = 0; i < nr; i++) {
		const struct node *n = node_given(map, keys[i]);

		if (n)
			fault_at(b->faults, n, NULL, "is of no use %s", why);
	}
}

void ldap_check(struct bind *b, const struct node *map, struct ldap_settings *l)
{
	static const char *const password[] = {"bind_password_file", "bind_password_env"};
	static const char *const keytab[] = {"keytab_file"};
	static const char *const simple[] = {"bind_dn", "bind_password_file", "bind_password_env"};

	urls_check(b, map, l);
	if (l->sasl == LDAP_SASL_EXTERNAL)
		useless(b, map, simple, ARRAY_SIZE(simple), "with sasl: external");
	else if (l->sasl == LDAP_SASL_GSSAPI)
		useless(b, map, simple, ARRAY_SIZE(simple), "with sasl: gssapi");
	else if (!node_given(map, "bind_dn"))
		useless(b, map, password, ARRAY_SIZE(password), "without bind_dn");
	else if (!node_given(map, password[0]) && !node_given(map, password[1]))
		key_missing(b, map, password[0], "is missing; bind_dn needs a password",
			    "or give bind_password_env");
	if (l->sasl != LDAP_SASL_GSSAPI)
		useless(b, map, keytab, ARRAY_SIZE(keytab), "without sasl: gssapi");
	else if (!node_given(map, keytab[0]))
		key_missing(b, map, keytab[0], "is missing; sasl: gssapi needs it", NULL);
	cert_check(b, map);
}
