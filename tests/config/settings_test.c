/* What a configuration becomes: defaults, the example, presets, normal forms, fingerprints. */
#include "tests/config/fixture.h"

#include <setjmp.h>
#include <cmocka.h>

#define HEAD "organization:\n  id: acme\n  client_id: robot\n  client_secret_env: X\n"

static const struct settings *loaded(struct fixture *f, const char *text)
{
	int rc = fixture_load(f, text, strlen(text), SETTINGS_WITHOUT_SECRETS);

	assert_string_equal(f->printed, "");
	assert_int_equal(rc, 0);
	return &f->s;
}

static void list_is(const char *const *list, const char *expected)
{
	struct arena a = {0};
	const char *text = "";

	for (; list && *list; list++)
		text = arena_printf(&a, "%s%s%s", text, *text ? " " : "", *list);
	assert_string_equal(text, expected);
	arena_free(&a);
}

static void platform_is_as_by_default(const struct platform_settings *p)
{
	assert_string_equal(p->url, "https://anaconda.com");
	assert_string_equal(p->token_url, "https://anaconda.com/api/iam/token");
	assert_null(p->ca_file);
	assert_null(p->proxy);
	assert_null(p->product);
	assert_int_equal(p->parallel, 8);
	assert_int_equal(p->rate, 20);
	assert_int_equal(p->lifetime, 7 * DAY);
	assert_int_equal(p->invitations_mode, INVITATIONS_MANUAL);
	assert_int_equal(p->roles_mode, ROLES_MANUAL);
	assert_false(p->allow_cleartext);
	assert_int_equal(p->headers_nr, 2);
	assert_string_equal(p->headers[0].name, "X-Org-Name");
	assert_string_equal(p->headers[0].value, "acme");
	assert_string_equal(p->headers[1].name, "X-API-Version");
	assert_string_equal(p->headers[1].value, "v1");
	assert_int_equal(p->endpoints.strategy, RESEND_SUBRESOURCE);
	assert_string_equal(p->endpoints.seats, "GET {org}/seats");
	assert_string_equal(p->endpoints.fields.expires, "expires_at");
}

static void policy_is_as_by_default(const struct policy *p)
{
	assert_string_equal(p->organization, "acme");
	assert_int_equal(strlen(p->fingerprint), 64);
	list_is(p->domains, "");
	list_is(p->protect, "");
	list_is(p->limits.allow_empty, "");
	assert_true(p->adopt);
	assert_int_equal(p->invitations.lifetime, 7 * DAY);
	assert_int_equal(p->invitations.attempts, 3);
	assert_int_equal(p->invitations.per_day, 50);
	assert_int_equal(p->invitations.reissue, REISSUE_EXPIRED);
	assert_int_equal(p->seats.total, SEATS_UNKNOWN);
	assert_int_equal(p->seats.reserve, 0);
	assert_false(p->leavers.keep_seat);
	assert_false(p->leavers.disabled_grace);
	assert_true(p->leavers.remove);
	assert_int_equal(p->leavers.grace, DAY);
	assert_int_equal(p->leavers.runs, 2);
	assert_int_equal(p->limits.removals, 25);
	assert_int_equal(p->limits.removals_percent, 10);
	assert_int_equal(p->limits.min_admins, 2);
	assert_int_equal(p->limits.min_people, 1);
}

static void ldap_is_as_by_default(const struct ldap_settings *l)
{
	assert_false(l->start_tls);
	assert_null(l->ca_file);
	assert_int_equal(l->sasl, LDAP_SASL_NONE);
	assert_string_equal(l->people.filter, "(objectClass=inetOrgPerson)");
	assert_string_equal(l->people.id, "entryUUID");
	assert_string_equal(l->people.email, "mail");
	assert_string_equal(l->people.given_name, "givenName");
	assert_string_equal(l->people.family_name, "sn");
	assert_null(l->people.disabled);
	list_is(l->people.aliases, "");
	assert_string_equal(l->groups.filter, "(objectClass=groupOfNames)");
	assert_string_equal(l->groups.name, "cn");
	assert_string_equal(l->groups.member, "member");
	assert_true(l->groups.nested);
	assert_int_equal(l->page_size, 500);
}

static void what_is_left_out_has_its_default(void **state)
{
	struct fixture f = {0};
	const struct settings *s = loaded(&f, BASE);

	(void)state;
	platform_is_as_by_default(&s->organization);
	policy_is_as_by_default(&s->policy);
	assert_string_equal(s->state_path, "/var/lib/seatsync/acme.db");
	assert_int_equal(s->keep, 400 * DAY);
	assert_int_equal(s->directories_nr, 1);
	assert_string_equal(s->directories[0].name, "corp");
	list_is(s->directories[0].ldap.urls, "ldaps://dc1.example.com");
	assert_null(s->directories[0].ldap.bind_dn);
	ldap_is_as_by_default(&s->directories[0].ldap);
	assert_int_equal(s->policy.rules_nr, 1);
	assert_string_equal(s->policy.rules[0].group, "staff");
	assert_null(s->policy.rules[0].directory);
	assert_int_equal(s->policy.rules[0].role, ROLE_NONE);
	assert_false(s->policy.rules[0].seat);
	assert_int_equal(s->policy.rules[0].until, 0);
	list_is(s->policy.rules[0].except, "");
	list_is(s->policy.rules[0].require, "");
	fixture_end(&f);
}

static void the_example_says_the_same(void **state)
{
	struct config_faults faults = {0};
	struct settings s;
	struct err e;

	(void)state;
	assert_int_equal(settings_load(&s, CONFIG_FOLDER "/seatsync.example.yaml",
				       SETTINGS_WITHOUT_SECRETS, &faults, &e),
			 0);
	platform_is_as_by_default(&s.organization);
	policy_is_as_by_default(&s.policy);
	ldap_is_as_by_default(&s.directories[0].ldap);
	assert_string_equal(s.state_path, "/var/lib/seatsync/acme.db");
	assert_int_equal(s.policy.rules_nr, 2);
	settings_clear(&s);
	config_faults_free(&faults);
}

/* No key has its default here. */
static const char every_key[] =
	"organization:\n"
	"  id: Acme_1.x-y\n"
	"  url: HTTPS://Example.COM:8443/\n"
	"  token_url: https://idp.example.com/token\n"
	"  client_id: 4711\n"
	"  client_secret_env: X\n"
	"  ca_file: ca.pem\n"
	"  proxy: http://proxy:3128/\n"
	"  invitations: api\n"
	"  roles: api\n"
	"  endpoints: {invitations: {list: null, strategy: repost, fields: {id: uuid}}, seats: ~}\n"
	"  headers: {x-org-name: \"{org_id}/{org_id}\", X-More: \"1\"}\n"
	"  parallel: 1\n"
	"  rate: 0\n"
	"directories:\n"
	"  - name: corp\n"
	"    ldap:\n"
	"      urls: [\"ldap://DC1:389/\", \"ldap://dc2\"]\n"
	"      start_tls: true\n"
	"      ca_file: /etc/ca.pem\n"
	"      people: {base: \"ou=p,dc=x\", filter: \"(&(a=b)(c=\\\\28))\", id: nsUniqueId,\n"
	"               email: rfc822Mailbox, aliases: [mailAlternateAddress, x;lang-en],\n"
	"               given_name: null, family_name: surname, disabled: pwdLocked}\n"
	"      groups: {base: [\"ou=g,dc=x\", \"ou=h,dc=x\"], filter: \"(objectClass=groupOfUniqueNames)\",\n"
	"               name: ou, member: uniqueMember, nested: false}\n"
	"      page_size: 20000\n"
	"rules:\n"
	"  - {group: 42, directory: corp, except: [a, b], require: [c], role: billing_manager,\n"
	"     seat: true, until: 2027-06-30}\n"
	"scope: {domains: [B\xc3\xbc" "cher.Example]}\n"
	"protect: [Owner@Example.com, \"*@Partner.Example\", \"Svc-[A-Z]*\", \"R\xc3\x89*@x.org\"]\n"
	"invitations: {lifetime: 168h, attempts: 1, per_day: 0, reissue: before 1440m}\n"
	"seats: {total: 7, reserve: 2, product: PRO}\n"
	"leavers: {seat: keep, grace: 90s, runs: 1, disabled: grace, remove: false}\n"
	"limits: {removals: 0, removals_percent: 100%, min_admins: 1, min_people: 0, "
	"allow_empty: [corp]}\n"
	"members: {adopt: none}\n"
	"allow_cleartext: true\n"
	"state: {path: mem.db, keep: 1d}\n";

static void organization_is_as_told(const struct settings *s, const char *folder)
{
	const struct platform_settings *p = &s->organization;
	char path[128];

	assert_string_equal(p->org_id, "Acme_1.x-y");
	assert_string_equal(p->url, "https://example.com:8443");
	assert_string_equal(p->token_url, "https://idp.example.com/token");
	assert_string_equal(p->client_id, "4711");
	snprintf(path, sizeof path, "%s/ca.pem", folder);
	assert_string_equal(p->ca_file, path);
	assert_string_equal(p->proxy, "http://proxy:3128");
	assert_int_equal(p->invitations_mode, INVITATIONS_API);
	assert_int_equal(p->roles_mode, ROLES_API);
	assert_int_equal(s->policy.invitations_mode, INVITATIONS_API);
	assert_int_equal(s->policy.roles_mode, ROLES_API);
	assert_null(p->endpoints.invitations_list);
	assert_string_equal(p->endpoints.invitations_create, "POST {org}/invitations");
	assert_string_equal(p->endpoints.invitations_resend, "POST {org}/invitations/{id}/resend");
	assert_string_equal(p->endpoints.invitations_remove, "DELETE {org}/invitations/{id}");
	assert_string_equal(p->endpoints.role, "PATCH {org}/users/{id}");
	assert_null(p->endpoints.seats);
	assert_int_equal(p->endpoints.strategy, RESEND_REPOST);
	assert_string_equal(p->endpoints.fields.id, "uuid");
	assert_int_equal(p->headers_nr, 3);
	assert_string_equal(p->headers[0].name, "x-org-name");
	assert_string_equal(p->headers[0].value, "Acme_1.x-y/Acme_1.x-y");
	assert_string_equal(p->headers[2].name, "X-More");
	assert_int_equal(p->parallel, 1);
	assert_int_equal(p->rate, 0);
	assert_string_equal(p->product, "PRO");
	assert_true(p->allow_cleartext);
}

static void directory_is_as_told(const struct ldap_settings *l)
{
	list_is(l->urls, "ldap://dc1:389 ldap://dc2");
	assert_true(l->start_tls);
	assert_true(l->allow_cleartext);
	assert_string_equal(l->ca_file, "/etc/ca.pem");
	list_is(l->people.bases, "ou=p,dc=x");
	assert_string_equal(l->people.filter, "(&(a=b)(c=\\28))");
	assert_string_equal(l->people.id, "nsUniqueId");
	assert_string_equal(l->people.email, "rfc822Mailbox");
	list_is(l->people.aliases, "mailAlternateAddress x;lang-en");
	assert_null(l->people.given_name);
	assert_string_equal(l->people.family_name, "surname");
	assert_string_equal(l->people.disabled, "pwdLocked");
	list_is(l->groups.bases, "ou=g,dc=x ou=h,dc=x");
	assert_string_equal(l->groups.filter, "(objectClass=groupOfUniqueNames)");
	assert_string_equal(l->groups.name, "ou");
	assert_string_equal(l->groups.member, "uniqueMember");
	assert_false(l->groups.nested);
	assert_int_equal(l->page_size, 20000);
}

static void rule_is_as_told(const struct rule *r)
{
	assert_string_equal(r->group, "42");
	assert_string_equal(r->directory, "corp");
	list_is(r->except, "a b");
	list_is(r->require, "c");
	assert_int_equal(r->role, ROLE_BILLING_MANAGER);
	assert_true(r->seat);
	assert_int_equal(r->until, 1814400000); /* 2027-07-01T00:00:00Z */
}

static void policy_is_as_told(const struct settings *s, const char *folder)
{
	char path[128];

	list_is(s->policy.domains, "xn--bcher-kva.example");
	list_is(s->policy.protect,
		"owner@example.com *@partner.example svc-[a-z]* r\xc3\xa9*@x.org");
	assert_int_equal(s->policy.invitations.lifetime, 7 * DAY);
	assert_int_equal(s->organization.lifetime, 7 * DAY);
	assert_int_equal(s->policy.invitations.attempts, 1);
	assert_int_equal(s->policy.invitations.per_day, 0);
	assert_int_equal(s->policy.invitations.reissue, REISSUE_BEFORE);
	assert_int_equal(s->policy.invitations.reissue_before, DAY);
	assert_int_equal(s->policy.seats.total, 7);
	assert_int_equal(s->policy.seats.reserve, 2);
	assert_true(s->policy.leavers.keep_seat);
	assert_true(s->policy.leavers.disabled_grace);
	assert_false(s->policy.leavers.remove);
	assert_int_equal(s->policy.leavers.grace, 90);
	assert_int_equal(s->policy.leavers.runs, 1);
	assert_int_equal(s->policy.limits.removals, 0);
	assert_int_equal(s->policy.limits.removals_percent, PERCENT_OFF);
	assert_int_equal(s->policy.limits.min_admins, 1);
	assert_int_equal(s->policy.limits.min_people, 0);
	list_is(s->policy.limits.allow_empty, "corp");
	assert_false(s->policy.adopt);
	snprintf(path, sizeof path, "%s/mem.db", folder);
	assert_string_equal(s->state_path, path);
	assert_int_equal(s->keep, DAY);
}

static void every_key_does_something(void **state)
{
	struct fixture f = {0};
	const struct settings *s = loaded(&f, every_key);

	(void)state;
	organization_is_as_told(s, f.folder);
	directory_is_as_told(&s->directories[0].ldap);
	rule_is_as_told(&s->policy.rules[0]);
	policy_is_as_told(s, f.folder);
	fixture_end(&f);
}

static void a_kind_sets_defaults_for_its_own_directory(void **state)
{
	static const char text[] = HEAD
		"directories:\n"
		"  - name: unix\n"
		"    ldap: {urls: [ldaps://a], people: {base: \"dc=a\", id: uidNumber}, groups: {base: \"dc=a\"}, kind: rfc2307}\n"
		"  - name: corp\n"
		"    ldap: {urls: [ldaps://b], people: {base: \"dc=b\"}, groups: {base: \"dc=b\"}}\n" BASE_RULES;
	struct fixture f = {0};
	const struct settings *s = loaded(&f, text);
	const struct ldap_settings *l = &s->directories[0].ldap;

	(void)state;
	assert_string_equal(l->people.filter, "(objectClass=posixAccount)");
	assert_string_equal(l->people.id, "uidNumber");
	assert_string_equal(l->people.email, "mail");
	assert_string_equal(l->groups.filter, "(objectClass=posixGroup)");
	assert_string_equal(l->groups.member, "memberUid");
	assert_false(l->groups.nested);
	ldap_is_as_by_default(&s->directories[1].ldap);
	fixture_end(&f);
}

static void calls_follow_the_modes(void **state)
{
	struct fixture f = {0};
	const struct platform_endpoints *e = &loaded(&f, BASE)->organization.endpoints;

	(void)state;
	assert_null(e->invitations_list);
	assert_null(e->invitations_create);
	assert_null(e->invitations_resend);
	assert_null(e->invitations_remove);
	assert_null(e->role);
	e = &loaded(&f, "organization: {id: acme, client_id: r, client_secret_env: X, "
			"endpoints: {invitations: {list: \"GET {org}/invites\"}}}\n" BASE_DIRECTORY
				BASE_BASES BASE_RULES)->organization.endpoints;
	assert_string_equal(e->invitations_list, "GET {org}/invites");
	assert_null(e->invitations_create);
	fixture_end(&f);
}

/* ---- fault C4: what unaccepts a configuration, and what does not --------------------- */

#define DIRECTORIES                                                                                \
	"directories: [{name: corp, ldap: {urls: [ldaps://a], people: {base: \"dc=a\", "           \
	"aliases: [x, y]}, groups: {base: \"dc=a\"}}}]\n"
#define RULES "rules: [{group: g, except: [a, b], until: 2020-01-01}]\n"

static void fingerprint(struct fixture *f, const char *text, char out[65])
{
	snprintf(out, 65, "%s", loaded(f, text)->policy.fingerprint);
}

static void fingerprints(const char *const *texts, size_t nr, bool changed)
{
	struct fixture f = {0};
	char base[65], other[65];

	fingerprint(&f, HEAD DIRECTORIES RULES, base);
	for (size_t i = 0; i < nr; i++) {
		fingerprint(&f, texts[i], other);
		assert_int_equal(strcmp(base, other) != 0, changed);
	}
	fixture_end(&f);
}

static void a_change_that_may_take_away_unaccepts(void **state)
{
#define LDAP(people, groups)                                                                       \
	"directories: [{name: corp, ldap: {urls: [ldaps://a], people: {" people                    \
	"}, groups: {" groups "}}}]\n"
	static const char *const texts[] = {
		HEAD DIRECTORIES "rules: [{group: h, except: [a, b], until: 2020-01-01}]\n",
		HEAD DIRECTORIES "rules: [{group: g, except: [a], until: 2020-01-01}]\n",
		HEAD DIRECTORIES "rules: [{group: g, except: [a, b], until: 2020-01-02}]\n",
		HEAD DIRECTORIES "rules: [{group: g, except: [a, b]}]\n",
		HEAD DIRECTORIES "rules: [{group: g, require: [a, b], until: 2020-01-01}]\n",
		HEAD DIRECTORIES "rules: [{group: g, except: [a, b], until: 2020-01-01, role: admin}]\n",
		HEAD DIRECTORIES "rules: [{group: g, except: [a, b], until: 2020-01-01, seat: true}]\n",
		HEAD DIRECTORIES
		"rules: [{group: g, except: [a, b], until: 2020-01-01, directory: corp}]\n",
		HEAD DIRECTORIES
		"rules: [{group: g, except: [a, b], until: 2020-01-01}, {group: h}]\n",
		HEAD DIRECTORIES RULES "scope: {domains: [example.com]}\n",
		HEAD DIRECTORIES RULES "leavers: {seat: keep}\n",
		HEAD DIRECTORIES RULES "leavers: {grace: 1h}\n",
		HEAD DIRECTORIES RULES "leavers: {runs: 3}\n",
		HEAD DIRECTORIES RULES "leavers: {disabled: grace}\n",
		HEAD DIRECTORIES RULES "leavers: {remove: false}\n",
		HEAD DIRECTORIES RULES "members: {adopt: none}\n",
		HEAD LDAP("base: \"dc=b\", aliases: [x, y]", "base: \"dc=a\"") RULES,
		HEAD LDAP("base: \"dc=a\", aliases: [x]", "base: \"dc=a\"") RULES,
		HEAD LDAP("base: \"dc=a\", aliases: [x, y], filter: (a=b)", "base: \"dc=a\"") RULES,
		HEAD LDAP("base: \"dc=a\", aliases: [x, y], id: uid", "base: \"dc=a\"") RULES,
		HEAD LDAP("base: \"dc=a\", aliases: [x, y], email: x", "base: \"dc=a\"") RULES,
		HEAD LDAP("base: \"dc=a\", aliases: [x, y], disabled: x", "base: \"dc=a\"") RULES,
		HEAD LDAP("base: \"dc=a\", aliases: [x, y]", "base: \"dc=b\"") RULES,
		HEAD LDAP("base: \"dc=a\", aliases: [x, y]", "base: \"dc=a\", filter: (a=b)") RULES,
		HEAD LDAP("base: \"dc=a\", aliases: [x, y]", "base: \"dc=a\", name: ou") RULES,
		HEAD LDAP("base: \"dc=a\", aliases: [x, y]",
			  "base: \"dc=a\", member: uniqueMember") RULES,
		HEAD LDAP("base: \"dc=a\", aliases: [x, y]", "base: \"dc=a\", nested: false") RULES,
	};

	(void)state;
	fingerprints(texts, ARRAY_SIZE(texts), true);
}

/* Where people come from is as much of a SCIM server and of a file. */
static void another_server_or_file_unaccepts(void **state)
{
#define KIND(section) HEAD "directories: [{name: corp, " section "}]\n" RULES
	static const char *const texts[] = {
		KIND("scim: {url: \"https://a\", token_file: t}"),
		KIND("scim: {url: \"https://b\", token_file: t}"),
		KIND("scim: {url: \"https://a\", token_file: t, membership: group}"),
		KIND("scim: {url: \"https://a\", token_file: t, id: externalId}"),
		KIND("csv: {file: a.csv}"),
		KIND("csv: {file: b.csv}"),
	};
	char made[ARRAY_SIZE(texts)][65];
	struct fixture f = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		fingerprint(&f, texts[i], made[i]);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(made[i], made[k]);
	}
	fixture_end(&f);
}

static void a_change_that_takes_nothing_away_does_not(void **state)
{
	static const char *const texts[] = {
		HEAD DIRECTORIES "rules: [{group: g, except: [b, a], until: 2020-01-01}]\n",
		HEAD DIRECTORIES RULES "protect: [a@example.com]\n",
		HEAD DIRECTORIES RULES "limits: {removals: 1, min_people: 5}\n",
		HEAD DIRECTORIES RULES "invitations: {attempts: 5}\nseats: {total: 5}\n",
		HEAD DIRECTORIES RULES "state: {keep: 30d}\nallow_cleartext: true\n",
		HEAD "  rate: 1\n  url: https://example.com\n" DIRECTORIES RULES,
		HEAD LDAP("base: \"dc=a\", aliases: [y, x], filter: (objectClass=inetOrgPerson), "
			  "given_name: x", "base: \"dc=a\"") RULES,
	};

	(void)state;
	fingerprints(texts, ARRAY_SIZE(texts), false);
}

/* What no call is configured for is an operator's work; two others may stand for a resend. */
static void what_has_no_call_is_by_hand(void **state)
{
	enum { INV = 1, RE = 2, CAN = 4, ROLE = 8 };
	static const struct {
		const char *lines;
		unsigned by_hand;
		enum resend_strategy strategy;
	} rows[] = {
		{"  rate: 1\n", INV | RE | CAN | ROLE, RESEND_SUBRESOURCE},
		{"  roles: api\n", INV | RE | CAN, RESEND_SUBRESOURCE},
		{"  roles: api\n  endpoints: {role: null}\n", INV | RE | CAN | ROLE, RESEND_SUBRESOURCE},
		{"  invitations: add_user\n", RE | CAN | ROLE, RESEND_SUBRESOURCE},
		{"  invitations: onboard\n", RE | CAN | ROLE, RESEND_SUBRESOURCE},
		{"  invitations: onboard\n  endpoints: {invitations: {remove: \"DELETE {org}/x/{id}\"}}\n",
		 RE | ROLE, RESEND_SUBRESOURCE},
		{"  endpoints: {invitations: {resend: \"POST {org}/x/{id}\"}}\n", INV | CAN | ROLE,
		 RESEND_SUBRESOURCE},
		{"  invitations: api\n", ROLE, RESEND_SUBRESOURCE},
		{"  invitations: api\n  endpoints: {invitations: {resend: null}}\n", ROLE,
		 RESEND_RECREATE},
		{"  invitations: api\n  endpoints: {invitations: {resend: null, remove: null}}\n",
		 RE | CAN | ROLE, RESEND_SUBRESOURCE},
		{"  invitations: api\n  endpoints: {invitations: {resend: null, create: null}}\n",
		 INV | RE | ROLE, RESEND_SUBRESOURCE},
		{"  invitations: api\n  endpoints: {invitations: {create: null}}\n", INV | ROLE,
		 RESEND_SUBRESOURCE},
		{"  invitations: api\n  endpoints: {invitations: {strategy: recreate}}\n", ROLE,
		 RESEND_RECREATE},
		{"  invitations: api\n  endpoints: {invitations: {strategy: recreate, remove: null}}\n",
		 RE | CAN | ROLE, RESEND_RECREATE},
		{"  invitations: api\n  endpoints: {invitations: {strategy: repost, remove: null}}\n",
		 CAN | ROLE, RESEND_REPOST},
		{"  invitations: api\n  endpoints: {invitations: {strategy: repost, create: null}}\n",
		 INV | RE | ROLE, RESEND_REPOST},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f = {0};
		struct arena a = {0};
		const struct settings *s = loaded(&f, arena_printf(&a, HEAD "%s" DIRECTORIES RULES,
								   rows[i].lines));
		const bool *no = s->policy.no_call;
		unsigned by_hand = (no[ACTION_INVITE] ? INV : 0u) |
				   (no[ACTION_REISSUE_INVITATION] ? RE : 0u) |
				   (no[ACTION_CANCEL_INVITATION] ? CAN : 0u) |
				   (no[ACTION_SET_ROLE] ? ROLE : 0u);

		if (by_hand != rows[i].by_hand ||
		    s->organization.endpoints.strategy != rows[i].strategy)
			fail_msg("row %zu: by hand %u, strategy %d", i, by_hand,
				 (int)s->organization.endpoints.strategy);
		assert_false(no[ACTION_ASSIGN_SEAT] || no[ACTION_REMOVE_MEMBER]);
		fixture_end(&f);
		arena_free(&a);
	}
}

/* Pinned: a new version of seatsync must not unaccept what is accepted. */
static void the_fingerprint_is_for_ever(void **state)
{
	struct fixture f = {0};

	(void)state;
	assert_string_equal(loaded(&f, HEAD DIRECTORIES RULES)->policy.fingerprint,
			    "2d65c357bf9a23e9bb4d244096bc758131e730a1d6c6dc8baaa9579f162dc870");
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_out_has_its_default),
		cmocka_unit_test(the_example_says_the_same),
		cmocka_unit_test(every_key_does_something),
		cmocka_unit_test(a_kind_sets_defaults_for_its_own_directory),
		cmocka_unit_test(calls_follow_the_modes),
		cmocka_unit_test(what_has_no_call_is_by_hand),
		cmocka_unit_test(a_change_that_may_take_away_unaccepts),
		cmocka_unit_test(another_server_or_file_unaccepts),
		cmocka_unit_test(a_change_that_takes_nothing_away_does_not),
		cmocka_unit_test(the_fingerprint_is_for_ever),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
