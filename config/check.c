#include "config/check.h"

#include "agent/address.h"
#include "config/secret.h"
#include "config/url.h"

const struct node *node_given(const struct node *map, const char *key)
{
	const struct node *n = node_find(map, key);

	return n && !node_null(n) ? n : NULL;
}

bool cleartext_refused(struct bind *b, const struct node *n, bool loopback, bool allowed,
		       const char *instead)
{
	if (loopback || allowed)
		return false;
	fault_at(b->faults, n,
		 arena_printf(&b->faults->arena, "%s, or set allow_cleartext: true", instead),
		 "goes to another host in clear text");
	return true;
}

/* ---- organization ------------------------------------------------------------- */

/* Parses a URL of http or https; NULL with a fault when it is none. */
static const struct url *http_url(struct bind *b, const struct node *n, const char *text,
				  struct url *u)
{
	const char *why;

	if (url_parse(u, b->a, text, &why))
		fault_at(b->faults, n, NULL, "%s", why);
	else if (!str_eq(u->scheme, "https") && !str_eq(u->scheme, "http"))
		fault_at(b->faults, n, NULL, "is neither https:// nor http://");
	else
		return u;
	return NULL;
}

static bool http_safe(struct bind *b, const struct node *n, const struct url *u, bool cleartext)
{
	return str_eq(u->scheme, "https") ||
	       !cleartext_refused(b, n, u->loopback, cleartext, "use https://");
}

const char *http_url_check(struct bind *b, const struct node *n, const char *text, bool bare,
			   bool cleartext)
{
	struct url u;
	size_t len;

	if (!http_url(b, n, text, &u) || !http_safe(b, n, &u, cleartext))
		return NULL;
	len = strlen(u.path);
	while (len && u.path[len - 1] == '/')
		len--;
	if (bare && len) {
		fault_at(b->faults, n, NULL,
			 "has a path; only a scheme, a host and a port go here");
		return NULL;
	}
	return arena_printf(b->a, "%s%.*s", u.origin, (int)len, u.path);
}

void cert_check(struct bind *b, const struct node *map)
{
	bool cert = node_given(map, "cert_file"), key = node_given(map, "key_file");

	if (cert != key)
		key_missing(b, map, cert ? "key_file" : "cert_file",
			    "is missing; a certificate and its key go together", NULL);
}

static const char *token_url_check(struct bind *b, const struct node *n, const char *text,
				   const char *origin, bool cleartext)
{
	struct url u;

	if (text[0] == '/' && (!url_path_valid(text) || strchr(text, '?')))
		fault_at(b->faults, n, NULL, "has no valid path");
	else if (text[0] == '/')
		return origin ? arena_printf(b->a, "%s%s", origin, text) : NULL;
	else if (http_url(b, n, text, &u) && http_safe(b, n, &u, cleartext))
		return arena_printf(b->a, "%s%s", u.origin, *u.path ? u.path : "/");
	return NULL;
}

/* A default has no node of its own, and no faults. */
static const struct node *node_or(const struct node *map, const char *key)
{
	const struct node *n = node_find(map, key);

	return n ? n : map;
}

static void urls_check(struct bind *b, const struct node *map, struct platform_settings *p)
{
	bool cleartext = p->allow_cleartext;

	if (p->url)
		p->url = http_url_check(b, node_or(map, "url"), p->url, true, cleartext);
	if (p->token_url)
		p->token_url = token_url_check(b, node_or(map, "token_url"), p->token_url, p->url,
					       cleartext);
	/* What goes through a proxy is encrypted from end to end; the way to it need not be. */
	if (p->proxy)
		p->proxy = http_url_check(b, node_or(map, "proxy"), p->proxy, true, true);
}

/* The standard calls are our guess: used only where the administrator says that they exist. */
static void endpoints_check(const struct node *map, struct settings *s)
{
	struct platform_endpoints *e = &s->organization.endpoints;
	const struct node *calls = node_find(map, "endpoints");
	const struct node *invitations = node_find(calls, "invitations");
	const struct {
		const char *key, **call;
	} rows[] = {
		{"list", &e->invitations_list},
		{"create", &e->invitations_create},
		{"resend", &e->invitations_resend},
		{"remove", &e->invitations_remove},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (s->policy.invitations_mode != INVITATIONS_API &&
		    !node_find(invitations, rows[i].key))
			*rows[i].call = NULL;
	if (s->policy.roles_mode != ROLES_API && !node_find(calls, "role"))
		e->role = NULL;
}

/* Where only a removal and a new invitation are offered, these two reissue. */
static bool reissue_offered(struct platform_endpoints *e, bool creates)
{
	bool recreates = creates && e->invitations_remove;

	if (e->strategy == RESEND_REPOST)
		return creates;
	if (e->strategy == RESEND_SUBRESOURCE && e->invitations_resend)
		return true;
	if (recreates)
		e->strategy = RESEND_RECREATE;
	return recreates;
}

/* What no call is configured for is an operator's work. */
static void calls_count(struct settings *s)
{
	struct platform_endpoints *e = &s->organization.endpoints;
	enum invitations_mode mode = s->policy.invitations_mode;
	bool creates = mode == INVITATIONS_API && e->invitations_create;
	bool *no_call = s->policy.no_call;

	no_call[ACTION_INVITE] = mode == INVITATIONS_MANUAL ||
				 (mode == INVITATIONS_API && !e->invitations_create);
	no_call[ACTION_REISSUE_INVITATION] = !reissue_offered(e, creates);
	no_call[ACTION_CANCEL_INVITATION] = !e->invitations_remove;
	no_call[ACTION_SET_ROLE] = s->policy.roles_mode != ROLES_API || !e->role;
}

/* Puts the organization's id for each {org_id}. */
static const char *header_fill(struct arena *a, const char *value, const char *org_id)
{
	const char *place = "{org_id}", *at = strstr(value, place);

	if (!at)
		return value;
	return arena_printf(a, "%.*s%s%s", (int)(at - value), value, org_id,
			    header_fill(a, at + strlen(place), org_id));
}

static void headers_check(struct arena *a, struct platform_settings *p)
{
	struct platform_header *filled = arena_array(a, p->headers_nr, sizeof *filled);

	if (!p->org_id)
		return;
	for (size_t i = 0; i < p->headers_nr; i++) {
		filled[i].name = p->headers[i].name;
		filled[i].value = header_fill(a, p->headers[i].value, p->org_id);
	}
	p->headers = filled;
}

static void organization_check(struct bind *b, const struct node *map, struct settings *s,
			       bool read)
{
	struct platform_settings *p = &s->organization;
	struct secret secret = {"client_secret_file", "client_secret_env", NULL, NULL};

	urls_check(b, map, p);
	endpoints_check(map, s);
	calls_count(s);
	headers_check(b->a, p);
	secret_find(&secret, b, map);
	if (!secret.file && !secret.variable && map->kind == NODE_MAP)
		key_missing(b, map, secret.file_key, "is missing", "or give client_secret_env");
	else if (read)
		p->client_secret = secret_read(&secret, b, s);
	p->invitations_mode = s->policy.invitations_mode;
	p->roles_mode = s->policy.roles_mode;
	p->lifetime = s->policy.invitations.lifetime;
	s->policy.organization = p->org_id;
	if (!s->state_path && p->org_id)
		s->state_path = arena_printf(b->a, "/var/lib/seatsync/%s.db", p->org_id);
}

/* ---- directories and rules -------------------------------------------------------- */

static bool directory_known(const struct settings *s, const char *name, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (s->directories[i].name && str_eq(s->directories[i].name, name))
			return true;
	return false;
}

static void directory_ldap_check(struct bind *b, const struct node *map, struct settings *s,
				 struct directory_settings *d, bool read)
{
	const struct node *ldap = node_find(map, "ldap");
	struct secret secret = {"bind_password_file", "bind_password_env", NULL, NULL};

	d->kind = DIRECTORY_LDAP;
	d->ldap.allow_cleartext = s->organization.allow_cleartext;
	if (!ldap || ldap->kind != NODE_MAP)
		return;
	ldap_check(b, ldap, &d->ldap);
	secret_find(&secret, b, ldap);
	if (read && (secret.file || secret.variable))
		d->ldap.bind_password = secret_read(&secret, b, s);
	if (read && node_given(ldap, "keytab_file"))
		d->ldap.keytab_file = secret_file(b, node_given(ldap, "keytab_file"));
}

static void directory_scim_check(struct bind *b, const struct node *map, struct settings *s,
				 struct directory_settings *d, bool read)
{
	const struct node *scim = node_find(map, "scim");

	d->kind = DIRECTORY_SCIM;
	if (scim && scim->kind == NODE_MAP)
		scim_check(b, scim, s, &d->scim, read);
}

/* A canary by its address is found however either is written. */
static void canaries_check(struct bind *b, struct directory_settings *d, struct policy *p)
{
	struct canary *all = arena_array(b->a, p->canaries_nr + d->canaries_nr, sizeof *all);

	for (size_t i = 0; i < p->canaries_nr; i++)
		all[i] = p->canaries[i];
	for (size_t i = 0; i < d->canaries_nr; i++) {
		struct canary *c = &d->canaries[i];
		const char *why;

		c->directory = d->name;
		c->address = c->person ? address_normal(b->a, c->person, strlen(c->person), NULL,
							&why)
				       : NULL;
		all[p->canaries_nr + i] = *c;
	}
	p->canaries = all;
	p->canaries_nr += d->canaries_nr;
}

static void directory_check(struct bind *b, const struct node *map, struct settings *s, size_t i,
			    bool read)
{
	struct directory_settings *d = &s->directories[i];

	if (d->name && directory_known(s, d->name, i))
		fault_at(b->faults, node_find(map, "name"), NULL,
			 "is the name of another directory, too");
	canaries_check(b, d, &s->policy);
	if (node_find(map, "csv"))
		d->kind = DIRECTORY_CSV;
	else if (node_find(map, "ldif"))
		d->kind = DIRECTORY_LDIF;
	else if (node_find(map, "scim"))
		directory_scim_check(b, map, s, d, read);
	else
		directory_ldap_check(b, map, s, d, read);
}

static void rule_check(struct bind *b, const struct node *map, const struct settings *s,
		       const struct rule *rule)
{
	if (rule->directory && !directory_known(s, rule->directory, s->directories_nr))
		fault_at(b->faults, node_find(map, "directory"), NULL,
			 "names no directory of this file");
}

void settings_check(struct bind *b, const struct node *root, struct settings *s,
		    enum settings_secrets secrets)
{
	const struct node *organization = node_find(root, "organization");
	const struct node *n = s->directories_nr ? node_find(root, "directories")->first : NULL;
	const struct policy *policy = &s->policy;
	bool read = secrets == SETTINGS_WITH_SECRETS;

	if (organization)
		organization_check(b, organization, s, read);
	for (size_t i = 0; n; n = n->next, i++)
		directory_check(b, n, s, i, read);
	n = policy->rules_nr ? node_find(root, "rules")->first : NULL;
	for (size_t i = 0; n; n = n->next, i++)
		rule_check(b, n, s, &policy->rules[i]);
	if (policy->invitations.reissue == REISSUE_BEFORE && policy->invitations.lifetime > 0 &&
	    policy->invitations.reissue_before >= policy->invitations.lifetime)
		fault_at(b->faults, node_find(node_find(root, "invitations"), "reissue"), NULL,
			 "is not shorter than the lifetime of an invitation");
}
