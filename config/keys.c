#include "config/keys.h"

#include "config/value.h"

#define IN(record, field)                                                                          \
	.at = offsetof(struct record, field), .size = sizeof(((struct record *)0)->field)
#define WORDS(table) .words = (table), .words_nr = ARRAY_SIZE(table)
#define SECTION(table)                                                                             \
	static const struct section section_##table = {.keys = table, .nr = ARRAY_SIZE(table)}
#define COUNT KEY_NUMBER, .most = COUNT_MAX
#define TIME  KEY_TIME, .most = TIME_MAX

const struct platform_header headers_standard[2] = {
	{"X-Org-Name", "{org_id}"},
	{"X-API-Version", "v1"},
};

/* Words are in the order of the enum, or false and true, that they stand for. */
static const char *const invitations_words[] = {"manual", "api", "add_user", "onboard"};
static const char *const roles_words[] = {"manual", "api"};
static const char *const strategy_words[] = {"subresource", "recreate", "repost"};
static const char *const kind_words[] = {"openldap", "rfc2307", "active_directory", "389ds",
					 "freeipa"};
static const char *const sasl_words[] = {NULL, "external", "gssapi"};
static const char *const member_words[] = {"member", "uniqueMember", "memberUid"};
static const char *const missing_words[] = {"unknown", "gone"};
static const char *const incremental_words[] = {"auto", "off"};
static const char *const auth_words[] = {"basic", "post"};
static const char *const scim_id_words[] = {"id", "externalId"};
static const char *const scim_email_words[] = {"auto", "primary", "work", "userName"};
static const char *const membership_words[] = {"list", "list_attributes", "group",
					       "group_attributes", "users_filter", "user_groups",
					       "members_filter"};
static const char *const paging_words[] = {"auto", "index", "cursor"};
static const char *const search_words[] = {"get", "post"};
static const char *const role_words[] = {NULL, "member", "billing_manager", "admin"};
static const char *const seat_words[] = {"revoke", "keep"};
static const char *const disabled_words[] = {"now", "grace"};
static const char *const adopt_words[] = {"none", "matched"};

/* ---- organization ------------------------------------------------------------ */

static const struct key fields[] = {
	{"id", "of the invitation", KEY_TEXT, .standard = {"id"}, .shape = shape_field,
	 IN(settings, organization.endpoints.fields.id)},
	{"email", "of the person invited", KEY_TEXT, .standard = {"email"}, .shape = shape_field,
	 IN(settings, organization.endpoints.fields.email)},
	{"status", "pending, expired, accepted or removed", KEY_TEXT, .standard = {"status"},
	 .shape = shape_field, IN(settings, organization.endpoints.fields.status)},
	{"created", "when it was first sent", KEY_TEXT, .standard = {"created_at"},
	 .shape = shape_field, IN(settings, organization.endpoints.fields.created)},
	{"expires", "when it expires", KEY_TEXT, .standard = {"expires_at"}, .shape = shape_field,
	 IN(settings, organization.endpoints.fields.expires)},
	{"role", "that it brings", KEY_TEXT, .standard = {"role"}, .shape = shape_field,
	 IN(settings, organization.endpoints.fields.role)},
};
SECTION(fields);

static const struct key invitation_calls[] = {
	{"list", "lists the invitations; null: not offered", KEY_TEXT, .nullable = true,
	 .standard = {"GET {org}/invitations"}, .shape = shape_call_list,
	 IN(settings, organization.endpoints.invitations_list)},
	{"create", "invites somebody; null: not offered", KEY_TEXT, .nullable = true,
	 .standard = {"POST {org}/invitations"}, .shape = shape_call_make,
	 IN(settings, organization.endpoints.invitations_create)},
	{"resend", "sends an invitation again; null: not offered", KEY_TEXT, .nullable = true,
	 .standard = {"POST {org}/invitations/{id}/resend"}, .shape = shape_call_one,
	 IN(settings, organization.endpoints.invitations_resend)},
	{"remove", "cancels an invitation; null: not offered", KEY_TEXT, .nullable = true,
	 .standard = {"DELETE {org}/invitations/{id}"}, .shape = shape_call_one,
	 IN(settings, organization.endpoints.invitations_remove)},
	{"strategy", "how to reissue: by resend, by remove and create, or by create alone",
	 KEY_WORD, .standard = {"subresource"}, WORDS(strategy_words),
	 IN(settings, organization.endpoints.strategy)},
	{"fields", "names of the fields in what list and create answer", KEY_SECTION,
	 .section = &section_fields},
};
SECTION(invitation_calls);

static const struct key endpoints[] = {
	{"invitations", "used with invitations: api", KEY_SECTION,
	 .section = &section_invitation_calls},
	{"role", "changes a member's role, used with roles: api; null: not offered", KEY_TEXT,
	 .nullable = true, .standard = {"PATCH {org}/users/{id}"}, .shape = shape_call_one,
	 IN(settings, organization.endpoints.role)},
	{"seats", "the seat counter; null: not offered", KEY_TEXT, .nullable = true,
	 .standard = {"GET {org}/seats"}, .shape = shape_call_list,
	 IN(settings, organization.endpoints.seats)},
};
SECTION(endpoints);

static const struct key organization[] = {
	{"id", "the ORG_ID in the organization's URL", KEY_TEXT, .required = true,
	 .shape = shape_slug, IN(settings, organization.org_id)},
	{"url", "of the platform", KEY_TEXT, .standard = {"https://anaconda.com"},
	 IN(settings, organization.url)},
	{"token_url", "of the access token; joined to url unless absolute", KEY_TEXT,
	 .standard = {"/api/iam/token"}, IN(settings, organization.token_url)},
	{"client_id", "of the service account", KEY_TEXT, .required = true,
	 IN(settings, organization.client_id)},
	{"client_secret_file", "a file of mode 600 with the secret", KEY_TEXT, .nullable = true},
	{"client_secret_env", "or an environment variable with the secret", KEY_TEXT,
	 .shape = shape_variable},
	{"ca_file", "an extra trust anchor", KEY_TEXT, .shape = shape_file,
	 IN(settings, organization.ca_file)},
	{"proxy", "http://host:port; the environment's proxies are never used", KEY_TEXT,
	 IN(settings, organization.proxy)},
	{"invitations", "who sends them: an operator from a worklist, or seatsync", KEY_WORD,
	 .standard = {"manual"}, WORDS(invitations_words),
	 IN(settings, policy.invitations_mode)},
	{"roles", "who changes them: an operator from a worklist, or seatsync", KEY_WORD,
	 .standard = {"manual"}, WORDS(roles_words), IN(settings, policy.roles_mode)},
	{"endpoints", "the calls that the platform does not publish", KEY_SECTION,
	 .section = &section_endpoints},
	{"headers", "sent with every call, added to these; {org_id} is filled in", KEY_HEADERS,
	 IN(settings, organization)},
	{"parallel", "requests in flight", KEY_NUMBER, .standard = {"8"}, .least = 1, .most = 64,
	 IN(settings, organization.parallel)},
	{"rate", "requests a second; 0: no limit of our own", COUNT, .standard = {"20"},
	 IN(settings, organization.rate)},
};
SECTION(organization);

/* ---- directories --------------------------------------------------------------- */

/* What an entry is made of is one thing to a server and to a file. */
#define PEOPLE_ATTRIBUTES									\
	{"id", "attribute that never changes", KEY_TEXT,					\
	 .standard = {"entryUUID", NULL, "objectGUID", "nsUniqueId", "ipaUniqueID"},		\
	 .shape = shape_attribute, IN(directory_settings, ldap.people.id)},			\
	{"email", "attribute with the address", KEY_TEXT, .standard = {"mail"},			\
	 .shape = shape_attribute, IN(directory_settings, ldap.people.email)},			\
	{"aliases", "attributes with further addresses", KEY_LIST,				\
	 .standard = {NULL, NULL, "proxyAddresses"}, .shape = shape_attribute,			\
	 IN(directory_settings, ldap.people.aliases)},						\
	{"given_name", "attribute", KEY_TEXT, .nullable = true, .standard = {"givenName"},	\
	 .shape = shape_attribute, IN(directory_settings, ldap.people.given_name)},		\
	{"family_name", "attribute", KEY_TEXT, .nullable = true, .standard = {"sn"},		\
	 .shape = shape_attribute, IN(directory_settings, ldap.people.family_name)},		\
	{"disabled", "attribute of accounts that are locked for good; null: nobody is", KEY_TEXT, \
	 .nullable = true,									\
	 .standard = {NULL, NULL, "userAccountControl", "nsAccountLock", "nsAccountLock"},	\
	 .shape = shape_attribute, IN(directory_settings, ldap.people.disabled)},		\
	{"expires", "attribute with the time when an account ends; null: none does", KEY_TEXT,	\
	 .nullable = true, .standard = {NULL, NULL, "accountExpires", NULL, "krbPrincipalExpiration"}, \
	 .shape = shape_attribute, IN(directory_settings, ldap.people.expires)}

#define GROUPS_ATTRIBUTES									\
	{"name", "attribute", KEY_TEXT, .standard = {"cn"}, .shape = shape_attribute,		\
	 IN(directory_settings, ldap.groups.name)},						\
	{"member", "attribute with the members", KEY_TEXT, .standard = {"member", "memberUid"},	\
	 WORDS(member_words), .shape = shape_attribute, IN(directory_settings, ldap.groups.member)}, \
	{"nested", "whether groups are members of groups", KEY_BOOL, .standard = {"true", "false"}, \
	 IN(directory_settings, ldap.groups.nested)}

static const struct key people[] = {
	{"base", "where the people are, one place or a list", KEY_TEXTS, .required = true,
	 .most = BASES_MAX, .shape = shape_dn, IN(directory_settings, ldap.people.bases)},
	{"filter", "which entries are people", KEY_TEXT,
	 .standard = {"(objectClass=inetOrgPerson)", "(objectClass=posixAccount)",
		      "(sAMAccountType=805306368)",
		      "(|(objectClass=inetOrgPerson)(objectClass=nsPerson))"},
	 .shape = shape_filter, IN(directory_settings, ldap.people.filter)},
	PEOPLE_ATTRIBUTES,
};
SECTION(people);

static const struct key groups[] = {
	{"base", "where the groups are, one place or a list", KEY_TEXTS, .required = true,
	 .most = BASES_MAX, .shape = shape_dn, IN(directory_settings, ldap.groups.bases)},
	{"filter", "which entries are groups", KEY_TEXT,
	 .standard = {"(objectClass=groupOfNames)", "(objectClass=posixGroup)",
		      "(objectClass=group)", NULL, "(objectClass=ipaUserGroup)"},
	 .shape = shape_filter, IN(directory_settings, ldap.groups.filter)},
	GROUPS_ATTRIBUTES,
};
SECTION(groups);

static const struct key ldap[] = {
	{"urls", "of the servers, tried in order", KEY_LIST, .required = true,
	 IN(directory_settings, ldap.urls)},
	{"kind", "of server; sets defaults of people and groups", KEY_WORD,
	 .standard = {"openldap"}, WORDS(kind_words),
	 IN(directory_settings, ldap.kind)},
	{"start_tls", "on ldap:// urls", KEY_BOOL, .standard = {"false"},
	 IN(directory_settings, ldap.start_tls)},
	{"ca_file", "trust anchor; null: the system's", KEY_TEXT, .shape = shape_file,
	 IN(directory_settings, ldap.ca_file)},
	{"bind_dn", "who reads; null: anonymous, or by sasl", KEY_TEXT, .shape = shape_login,
	 IN(directory_settings, ldap.bind_dn)},
	{"bind_password_file", "a file of mode 600 with the password", KEY_TEXT, .nullable = true},
	{"bind_password_env", "or an environment variable with the password", KEY_TEXT,
	 .shape = shape_variable},
	{"sasl", "another way to bind: external, or Kerberos by a keytab", KEY_WORD,
	 .nullable = true, WORDS(sasl_words), IN(directory_settings, ldap.sasl)},
	{"cert_file", "client certificate for sasl: external over TLS", KEY_TEXT,
	 .shape = shape_file, IN(directory_settings, ldap.cert_file)},
	{"key_file", "its private key", KEY_TEXT, .shape = shape_file,
	 IN(directory_settings, ldap.key_file)},
	{"keytab_file", "a file of mode 600 with the Kerberos keys for sasl: gssapi", KEY_TEXT,
	 .nullable = true},
	{"people", "the entries of people", KEY_SECTION, .required = true,
	 .section = &section_people},
	{"groups", "the entries of groups", KEY_SECTION, .required = true,
	 .section = &section_groups},
	{"page_size", "entries a page", KEY_NUMBER,
	 .standard = {"500", NULL, "1000"}, .least = 1, .most = 20000,
	 IN(directory_settings, ldap.page_size)},
	{"incremental", "whether a run may read changes only", KEY_WORD, .standard = {"auto"},
	 WORDS(incremental_words)},
};
static const struct section section_ldap = {
	.keys = ldap, .nr = ARRAY_SIZE(ldap), .variant = "kind"};

static const struct key csv[] = {
	{"file", "email,groups[,given_name,family_name,id,disabled], a header and a row a person",
	 KEY_TEXT, .required = true, .shape = shape_file, IN(directory_settings, file.path)},
	{"max_age", "older than this it was not read whole; null: however old", KEY_TIME,
	 .nullable = true, .least = 1, .most = TIME_MAX, IN(directory_settings, file.max_age)},
	{"ignore", "columns of no interest", KEY_LIST, IN(directory_settings, file.ignore)},
};
SECTION(csv);

static const struct key ldif_people[] = {
	{"base", "only below this, or below one of a list; null: in the whole file", KEY_TEXTS,
	 .nullable = true, .most = BASES_MAX, .shape = shape_dn,
	 IN(directory_settings, ldap.people.bases)},
	{"class", "object class of people", KEY_TEXT,
	 .standard = {"inetOrgPerson", "posixAccount", "user"}, .shape = shape_attribute,
	 IN(directory_settings, file.people_class)},
	PEOPLE_ATTRIBUTES,
};
SECTION(ldif_people);

static const struct key ldif_groups[] = {
	{"base", "only below this, or below one of a list; null: in the whole file", KEY_TEXTS,
	 .nullable = true, .most = BASES_MAX, .shape = shape_dn,
	 IN(directory_settings, ldap.groups.bases)},
	{"class", "object class of groups", KEY_TEXT,
	 .standard = {"groupOfNames", "posixGroup", "group", NULL, "ipaUserGroup"},
	 .shape = shape_attribute, IN(directory_settings, file.groups_class)},
	GROUPS_ATTRIBUTES,
	{"missing", "a member that is not in the file: unknown, or gone from the directory",
	 KEY_WORD, .standard = {"unknown"}, WORDS(missing_words),
	 IN(directory_settings, file.missing_gone)},
};
SECTION(ldif_groups);

static const struct key ldif[] = {
	{"file", "as ldapsearch or slapcat writes it", KEY_TEXT, .required = true,
	 .shape = shape_file, IN(directory_settings, file.path)},
	{"max_age", "older than this it was not read whole; null: however old", KEY_TIME,
	 .nullable = true, .standard = {"2d"}, .least = 1, .most = TIME_MAX,
	 IN(directory_settings, file.max_age)},
	{"kind", "of server that wrote it; sets defaults of people and groups", KEY_WORD,
	 .standard = {"openldap"}, WORDS(kind_words),
	 IN(directory_settings, ldap.kind)},
	{"people", "the entries of people", KEY_SECTION, .section = &section_ldif_people},
	{"groups", "the entries of groups", KEY_SECTION, .section = &section_ldif_groups},
};
static const struct section section_ldif = {
	.keys = ldif, .nr = ARRAY_SIZE(ldif), .variant = "kind"};

static const struct key oauth2[] = {
	{"token_url", "of the access token", KEY_TEXT,
	 IN(directory_settings, scim.oauth2.token_url)},
	{"client_id", "who asks for it", KEY_TEXT, IN(directory_settings, scim.oauth2.client_id)},
	{"client_secret_file", "a file of mode 600 with the secret", KEY_TEXT, .nullable = true},
	{"client_secret_env", "or an environment variable with the secret", KEY_TEXT,
	 .shape = shape_variable},
	{"scope", "that is asked for", KEY_TEXT, IN(directory_settings, scim.oauth2.scope)},
	{"auth", "how the secret is sent: in a header, or in the form", KEY_WORD,
	 .standard = {"basic"}, WORDS(auth_words), IN(directory_settings, scim.oauth2.auth)},
};
SECTION(oauth2);

static const struct key scim[] = {
	{"url", "what stands before /Users, with its version", KEY_TEXT, .required = true,
	 IN(directory_settings, scim.url)},
	{"token_file", "a file of mode 600 with a bearer token", KEY_TEXT, .nullable = true},
	{"token_env", "or an environment variable with the token", KEY_TEXT,
	 .shape = shape_variable},
	{"oauth2", "or a token by client credentials", KEY_SECTION, .section = &section_oauth2},
	{"ca_file", "an extra trust anchor", KEY_TEXT, .shape = shape_file,
	 IN(directory_settings, scim.ca_file)},
	{"cert_file", "client certificate", KEY_TEXT, .shape = shape_file,
	 IN(directory_settings, scim.cert_file)},
	{"key_file", "its private key", KEY_TEXT, .shape = shape_file,
	 IN(directory_settings, scim.key_file)},
	{"proxy", "http://host:port; the environment's proxies are never used", KEY_TEXT,
	 IN(directory_settings, scim.proxy)},
	{"id", "attribute that never changes", KEY_WORD, .standard = {"id"}, WORDS(scim_id_words),
	 IN(directory_settings, scim.id)},
	{"email", "which one counts; auto: primary, else work, else the only one, else userName",
	 KEY_WORD, .standard = {"auto"}, WORDS(scim_email_words),
	 IN(directory_settings, scim.email)},
	{"membership", "where the members of a group come from; check tells what the server offers",
	 KEY_WORD, .standard = {"list"}, WORDS(membership_words),
	 IN(directory_settings, scim.membership)},
	{"paging", "how lists are paged", KEY_WORD, .standard = {"auto"}, WORDS(paging_words),
	 IN(directory_settings, scim.paging)},
	{"search", "where filters are sent: in the URL, or in the body of POST .search", KEY_WORD,
	 .standard = {"get"}, WORDS(search_words), IN(directory_settings, scim.search)},
	{"page_size", "resources a page", KEY_NUMBER, .standard = {"100"}, .least = 1,
	 .most = 10000, IN(directory_settings, scim.page_size)},
	{"parallel", "requests in flight", KEY_NUMBER, .standard = {"4"}, .least = 1, .most = 64,
	 IN(directory_settings, scim.parallel)},
	{"rate", "requests a second; 0: no limit of our own", COUNT, .standard = {"0"},
	 IN(directory_settings, scim.rate)},
};
SECTION(scim);

static const struct key canary[] = {
	{"person", "an address or an id", KEY_TEXT, .required = true, IN(canary, person)},
	{"group", "whose member the person must be, too; null: of none", KEY_TEXT, .nullable = true,
	 .shape = shape_one_group, IN(canary, group)},
};
static const struct section section_canary = {
	.keys = canary, .nr = ARRAY_SIZE(canary), .record = sizeof(struct canary)};

static const struct key directory[] = {
	{"name", "for rules and messages", KEY_TEXT, .required = true, .shape = shape_slug,
	 IN(directory_settings, name)},
	{"canaries", "who must always be there, else nothing here takes anything away", KEY_SECTIONS,
	 .most = CANARIES_MAX, .section = &section_canary, IN(directory_settings, canaries),
	 .nr_at = offsetof(struct directory_settings, canaries_nr)},
	{"ldap", "an LDAP server", KEY_SECTION, .one_of = true, .section = &section_ldap},
	{"csv", "a CSV file", KEY_SECTION, .one_of = true, .section = &section_csv},
	{"ldif", "an LDIF file", KEY_SECTION, .one_of = true, .section = &section_ldif},
	{"scim", "a SCIM 2.0 server", KEY_SECTION, .one_of = true, .section = &section_scim},
};
static const struct section section_directory = {.keys = directory,
						 .nr = ARRAY_SIZE(directory),
						 .record = sizeof(struct directory_settings)};

/* ---- rules --------------------------------------------------------------------- */

static const struct key rule[] = {
	{"group", "a name, a DN, an id, a glob, or a filter", KEY_TEXT, .required = true,
	 .shape = shape_group, IN(rule, group)},
	{"directory", "only there; null: in every directory", KEY_TEXT, IN(rule, directory)},
	{"except", "not if also in one of these groups", KEY_LIST,
	 .shape = shape_group, IN(rule, except)},
	{"require", "only if also in all of these groups", KEY_LIST,
	 .shape = shape_group, IN(rule, require)},
	{"role", "that the people of the group get; null: none", KEY_WORD, .nullable = true,
	 WORDS(role_words), IN(rule, role)},
	{"seat", "whether they get a seat", KEY_BOOL, .standard = {"false"}, IN(rule, seat)},
	{"until", "the last day of the rule, in UTC", KEY_DAY, .nullable = true, IN(rule, until)},
};
static const struct section section_rule = {
	.keys = rule, .nr = ARRAY_SIZE(rule), .record = sizeof(struct rule)};

/* ---- decisions -------------------------------------------------------------------- */

static const struct key scope[] = {
	{"domains", "of the addresses that are managed; empty: all", KEY_LIST,
	 .shape = shape_domain, IN(settings, policy.domains)},
};
SECTION(scope);

static const struct key invitations[] = {
	{"lifetime", "of an invitation, where the platform tells no expiry", TIME,
	 .standard = {"7d"}, IN(settings, policy.invitations.lifetime)},
	{"attempts", "mails to one person before an operator must decide", COUNT, .least = 1,
	 .standard = {"3"}, IN(settings, policy.invitations.attempts)},
	{"per_day", "mails in 24 hours", COUNT, .standard = {"50"},
	 IN(settings, policy.invitations.per_day)},
	{"reissue", "expired, never, or before 24h: so long before the expiry", KEY_REISSUE,
	 .standard = {"expired"}, IN(settings, policy)},
};
SECTION(invitations);

static const struct key seats[] = {
	{"total", "auto: by the platform's counter, else until it says there are none", KEY_TOTAL,
	 .standard = {"auto"}, .most = COUNT_MAX, IN(settings, policy.seats.total)},
	{"reserve", "seats left free for others", COUNT, .standard = {"0"},
	 IN(settings, policy.seats.reserve)},
	{"product", "the code that is a seat; null: any without \"starter\"", KEY_TEXT,
	 IN(settings, organization.product)},
};
SECTION(seats);

static const struct key leavers[] = {
	{"seat", "at once, or with the removal", KEY_WORD, .standard = {"revoke"},
	 WORDS(seat_words), IN(settings, policy.leavers.keep_seat)},
	{"grace", "before a leaver is removed", TIME, .standard = {"24h"},
	 IN(settings, policy.leavers.grace)},
	{"runs", "in a row that must see somebody leave", COUNT, .least = 1, .standard = {"2"},
	 IN(settings, policy.leavers.runs)},
	{"disabled", "people: at once, or after runs and grace", KEY_WORD, .standard = {"now"},
	 WORDS(disabled_words), IN(settings, policy.leavers.disabled_grace)},
	{"remove", "leavers; false: they stay, without seat or role", KEY_BOOL,
	 .standard = {"true"}, IN(settings, policy.leavers.remove)},
};
SECTION(leavers);

static const struct key limits[] = {
	{"removals", "people who may lose in 24 hours without a release", COUNT, .standard = {"25"},
	 IN(settings, policy.limits.removals)},
	{"removals_percent", "the same, of those managed; 100%: no such limit", KEY_PERCENT,
	 .standard = {"10%"}, .most = 100, IN(settings, policy.limits.removals_percent)},
	{"min_admins", "administrators left at any time", COUNT, .least = 1, .standard = {"2"},
	 IN(settings, policy.limits.min_admins)},
	{"min_people", "fewer in a directory: it is not whole", COUNT, .standard = {"1"},
	 IN(settings, policy.limits.min_people)},
	{"allow_empty", "groups or directories that may be empty", KEY_LIST,
	 IN(settings, policy.limits.allow_empty)},
};
SECTION(limits);

static const struct key members[] = {
	{"adopt", "members whose address is that of an entitled person", KEY_WORD,
	 .standard = {"matched"}, WORDS(adopt_words), IN(settings, policy.adopt)},
};
SECTION(members);

static const struct key tokens[] = {
	{"issue", "tokens to those with a seat", KEY_BOOL, .standard = {"false"},
	 IN(settings, policy.tokens.issue)},
	{"lifetime", "of a token; renewed before it ends", KEY_TIME, .least = DAY,
	 .most = TIME_MAX, .standard = {"365d"}, IN(settings, policy.tokens.lifetime)},
	{"email", "whether the platform mails the token", KEY_BOOL, .standard = {"true"},
	 IN(settings, policy.tokens.email)},
};
SECTION(tokens);

static const struct key state[] = {
	{"path", "of the state file; default /var/lib/seatsync/ID.db", KEY_TEXT, .shape = shape_file,
	 IN(settings, state_path)},
	{"keep", "history", TIME, .standard = {"400d"}, IN(settings, keep)},
};
SECTION(state);

static const struct key metrics[] = {
	{"textfile", "OpenMetrics for the node exporter, NAME.prom in its folder; null: none",
	 KEY_TEXT, .shape = shape_metrics, IN(settings, metrics_file)},
};
SECTION(metrics);

static const struct key root[] = {
	{"organization", "the target", KEY_SECTION, .required = true,
	 .section = &section_organization},
	{"directories", "the sources", KEY_SECTIONS, .required = true, .most = DIRECTORIES_MAX,
	 .section = &section_directory, IN(settings, directories),
	 .nr_at = offsetof(struct settings, directories_nr)},
	{"rules", "who gets what, in order: the first that names a role, or a seat, decides it",
	 KEY_SECTIONS, .required = true, .most = COUNT_MAX, .section = &section_rule,
	 IN(settings, policy.rules), .nr_at = offsetof(struct settings, policy.rules_nr)},
	{"scope", "whom seatsync invites", KEY_SECTION, .section = &section_scope},
	{"protect", "addresses or globs never touched", KEY_LIST, .shape = shape_protect,
	 IN(settings, policy.protect)},
	{"invitations", "how often", KEY_SECTION, .section = &section_invitations},
	{"seats", "how many", KEY_SECTION, .section = &section_seats},
	{"leavers", "what becomes of them", KEY_SECTION, .section = &section_leavers},
	{"limits", "beyond which losses are held", KEY_SECTION, .section = &section_limits},
	{"members", "whom seatsync manages", KEY_SECTION, .section = &section_members},
	{"tokens", "of people with a seat", KEY_SECTION, .section = &section_tokens},
	{"allow_cleartext", "http:// and ldap:// without TLS beyond loopback", KEY_BOOL,
	 .standard = {"false"}, IN(settings, organization.allow_cleartext)},
	{"state", "the state file", KEY_SECTION, .section = &section_state},
	{"metrics", "for monitoring", KEY_SECTION, .section = &section_metrics},
	{"notify", "whom to tell", KEY_LATER, .instead = "use systemd's OnFailure="},
};
const struct section section_root = {.keys = root, .nr = ARRAY_SIZE(root)};

const char *key_standard(const struct key *k, enum ldap_kind kind)
{
	return k->standard[kind] ? k->standard[kind] : k->standard[LDAP_OPENLDAP];
}
