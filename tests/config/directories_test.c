/* What a directory's section says wrong: fault C1, for each kind of directory. */
#include "tests/config/fixture.h"

#include <setjmp.h>
#include <cmocka.h>

/* The keys of a `scim` section, and what is said of them. */
static void scim_says(const char *keys, const char *said)
{
	struct fixture f = {0};
	char text[1024];
	int len = snprintf(text, sizeof text, "directories:\n  - name: idp\n    scim: {%s}\n"
			   BASE_RULES BASE_HEAD, keys);

	fixture_load(&f, text, (size_t)len, SETTINGS_WITHOUT_SECRETS);
	assert_string_equal(f.printed, said);
	fixture_end(&f);
}

static void a_scim_server_needs_a_way_in(void **state)
{
	(void)state;
	scim_says("url: \"https://x/scim/v2/\", token_file: t", "");
	scim_says("url: \"https://x\", token_env: T", "");
	scim_says("url: \"https://x\", cert_file: c, key_file: k", "");
	scim_says("url: \"http://127.0.0.1:1/scim\", oauth2: {token_url: \"https://y/t\", "
		  "client_id: a, client_secret_env: S, auth: post}", "");
	scim_says("token_file: t", "f:3:11: directories[0].scim.url: is missing\n");
	scim_says("url: \"https://x\"", "f:3:11: directories[0].scim.token_file: is missing\n"
		  "    hint: or give token_env, oauth2, or a client certificate\n");
	scim_says("url: \"https://x\", token_file: t, cert_file: c",
		  "f:3:11: directories[0].scim.key_file: is missing; a certificate and its key go "
		  "together\n");
	scim_says("url: \"https://x\", token_file: t, token_env: T",
		  "f:3:56: directories[0].scim.token_env: is given beside token_file; only one may be\n");
	scim_says("url: \"https://x\", token_file: t, oauth2: {token_url: \"https://y\", "
		  "client_id: a, client_secret_env: S}",
		  "f:3:45: directories[0].scim.oauth2: is given beside a token; only one may be\n");
	scim_says("url: \"https://x\", oauth2: {scope: a}",
		  "f:3:38: directories[0].scim.oauth2.token_url: is missing\n"
		  "f:3:38: directories[0].scim.oauth2.client_id: is missing\n"
		  "f:3:38: directories[0].scim.oauth2.client_secret_file: is missing\n"
		  "    hint: or give client_secret_env\n");
	scim_says("url: \"https://x\", token: abc, token_file: t",
		  "f:3:30: directories[0].scim.token: is a secret; secrets are never written inline\n"
		  "    hint: write it into a file of mode 600 and name that in token_file\n");
}

static void a_scim_url_is_strict(void **state)
{
	(void)state;
	scim_says("url: \"http://idp.example.com\", token_file: t",
		  "f:3:17: directories[0].scim.url: goes to another host in clear text\n"
		  "    hint: use https://, or set allow_cleartext: true\n");
	scim_says("url: \"https://x/scim?a=b\", token_file: t",
		  "f:3:17: directories[0].scim.url: has a query or a fragment\n");
	scim_says("url: \"https://u:p@x/scim\", token_file: t",
		  "f:3:17: directories[0].scim.url: has a user name or a password in it\n");
	scim_says("url: \"ldap://x\", token_file: t",
		  "f:3:17: directories[0].scim.url: is neither https:// nor http://\n");
	scim_says("url: \"https://x\", token_file: t, membership: members",
		  "f:3:57: directories[0].scim.membership: is none of the words that may stand here: "
		  "list, list_attributes, group, group_attributes, users_filter, user_groups, "
		  "members_filter\n");
}

static void each_directory_is_of_one_kind(void **state)
{
	static const char both[] = "directories:\n"
				   "  - name: one\n"
				   "    csv: {file: x}\n"
				   "    ldap: {urls: [ldaps://x], people: {base: \"o=x\"}, "
				   "groups: {base: \"o=x\"}}\n" BASE_RULES BASE_HEAD;
	static const char bad[] = "directories:\n"
				  "  - name: one\n"
				  "    csv: {max_age: 0s, ignore: [\"\"], path: y}\n"
				  "  - name: two\n"
				  "    csv: {file: x, max_age: null}\n"
				  "    csv: {file: y}\n"
				  "  - name: three\n" BASE_RULES BASE_HEAD;
	struct fixture f = {0};

	(void)state;
	fixture_load(&f, both, sizeof both - 1, SETTINGS_WITHOUT_SECRETS);
	assert_string_equal(f.printed,
			    "f:4:5: directories[0].ldap: is given beside csv; only one may be\n"
			    "    hint: make it a directory of its own\n");
	fixture_load(&f, bad, sizeof bad - 1, SETTINGS_WITHOUT_SECRETS);
	assert_string_equal(f.printed,
			    "f:3:10: directories[0].csv.file: is missing\n"
			    "f:3:20: directories[0].csv.max_age: is out of range; times go from 1s to "
			    "36500d\n"
			    "f:3:33: directories[0].csv.ignore[0]: is empty\n"
			    "f:3:38: directories[0].csv.path: is no known key\n"
			    "    hint: the keys here are file, max_age, ignore\n"
			    "f:6:5: directories[1].csv: is given twice; the first is in line 5\n"
			    "f:7:5: directories[2]: needs one of ldap, csv, ldif, scim\n");
	fixture_end(&f);
}

static void canaries_are_people_and_perhaps_a_group(void **state)
{
	static const char good[] = "directories:\n"
				   "  - name: one\n"
				   "    canaries: [{person: ADA@Example.com}]\n"
				   "    csv: {file: x}\n"
				   "  - name: two\n"
				   "    canaries: null\n"
				   "    csv: {file: x}\n"
				   "  - name: three\n"
				   "    canaries: [{person: 4711, group: a}, {person: b, group: null}]\n"
				   "    csv: {file: x}\n" BASE_RULES BASE_HEAD;
	static const char bad[] = "directories:\n"
				  "  - name: one\n"
				  "    canaries: [ada, {group: \"st*\"}, {person: \"\", persn: x}]\n"
				  "    csv: {file: x}\n"
				  "  - name: two\n"
				  "    canaries: ada\n"
				  "    csv: {file: x}\n" BASE_RULES BASE_HEAD;
	const struct canary *c;
	struct fixture f = {0};

	(void)state;
	fixture_load(&f, good, sizeof good - 1, SETTINGS_WITHOUT_SECRETS);
	assert_string_equal(f.printed, "");
	c = f.s.policy.canaries;
	assert_int_equal(f.s.policy.canaries_nr, 3);
	assert_string_equal(c[0].directory, "one");
	assert_string_equal(c[0].address, "ada@example.com");
	assert_null(c[0].group);
	assert_string_equal(c[1].directory, "three");
	assert_string_equal(c[1].person, "4711");
	assert_null(c[1].address);
	assert_string_equal(c[1].group, "a");
	assert_string_equal(c[2].person, "b");
	fixture_load(&f, bad, sizeof bad - 1, SETTINGS_WITHOUT_SECRETS);
	assert_string_equal(f.printed,
			    "f:3:16: directories[0].canaries[0]: is text where a mapping is wanted\n"
			    "f:3:21: directories[0].canaries[1].person: is missing\n"
			    "f:3:29: directories[0].canaries[1].group: is a glob where one group is "
			    "wanted\n"
			    "f:3:46: directories[0].canaries[2].person: is empty\n"
			    "f:3:50: directories[0].canaries[2].persn: is no known key\n"
			    "    hint: did you mean person?\n"
			    "f:6:15: directories[1].canaries: is text where a list of mappings is "
			    "wanted\n");
	fixture_end(&f);
}

static void directories_agree_with_themselves(void **state)
{
	static const struct row rows[] = {
		{NULL, "      bind_dn: cn=x\n", NULL,
		 "f:8:7: directories[0].ldap.bind_password_file: is missing; bind_dn needs a "
		 "password\n    hint: or give bind_password_env\n"},
		{NULL, "      bind_password_env: X\n", NULL,
		 "f:9:26: directories[0].ldap.bind_password_env: is of no use without bind_dn\n"},
		{NULL, "      bind_dn: cn=x\n      bind_password_env: X\n      bind_password_file: x\n",
		 NULL,
		 "f:10:26: directories[0].ldap.bind_password_env: is given beside "
		 "bind_password_file; only one may be\n"},
		{NULL, "      bind_dn: administrator\n      bind_password_env: X\n", NULL,
		 "f:9:16: directories[0].ldap.bind_dn: is no distinguished name\n"
		 "    hint: write it as ou=people,dc=example,dc=com\n"},
		{NULL, "      sasl: external\n", NULL,
		 "f:8:14: directories[0].ldap.urls[0]: gives sasl: external nothing to go by\n"
		 "    hint: give cert_file and key_file, or use ldapi://\n"},
		{NULL, "      sasl: external\n      cert_file: c\n      key_file: k\n", NULL, ""},
		{NULL, "      sasl: gssapi\n      keytab_file: k\n", NULL, ""},
		{NULL, "      sasl: gssapi\n", NULL,
		 "f:8:7: directories[0].ldap.keytab_file: is missing; sasl: gssapi needs it\n"},
		{NULL, "      keytab_file: k\n", NULL,
		 "f:9:20: directories[0].ldap.keytab_file: is of no use without sasl: gssapi\n"},
		{NULL, "      sasl: gssapi\n      keytab_file: k\n      bind_dn: cn=x\n", NULL,
		 "f:11:16: directories[0].ldap.bind_dn: is of no use with sasl: gssapi\n"},
		{NULL, "      bind_dn: 'CORP\\seatsync'\n      bind_password_env: P\n", NULL, ""},
		{NULL, "      bind_dn: seatsync@example.com\n      bind_password_env: P\n", NULL, ""},
		{NULL, "      bind_dn: seatsync\n      bind_password_env: P\n", NULL,
		 "f:9:16: directories[0].ldap.bind_dn: is no distinguished name\n"
		 "    hint: write it as ou=people,dc=example,dc=com\n"},
		{NULL, "      bind_dn: a@b@c\n      bind_password_env: P\n", NULL,
		 "f:9:16: directories[0].ldap.bind_dn: is no distinguished name\n"
		 "    hint: write it as ou=people,dc=example,dc=com\n"},
		{NULL, "      cert_file: c\n", NULL,
		 "f:8:7: directories[0].ldap.key_file: is missing; a certificate and its key go "
		 "together\n"},
		{NULL,
		 "      sasl: external\n      cert_file: c\n      key_file: k\n      bind_dn: cn=x\n",
		 NULL, "f:12:16: directories[0].ldap.bind_dn: is of no use with sasl: external\n"},
		{NULL, "      start_tls: true\n", NULL,
		 "f:8:14: directories[0].ldap.urls[0]: does not go with start_tls, which is for "
		 "ldap://\n"},
		{NULL, "      password: x\n", NULL,
		 "f:9:7: directories[0].ldap.password: is a secret; secrets are never written "
		 "inline\n    hint: write it into a file of mode 600 and name that in "
		 "bind_password_file\n"},
		{"  client_secret: hunter2\n", NULL, NULL,
		 "f:5:3: organization.client_secret: is a secret; secrets are never written "
		 "inline\n    hint: write it into a file of mode 600 and name that in "
		 "client_secret_file\n"},
		{NULL, NULL, "    directory: elsewhere\n",
		 "f:13:16: rules[0].directory: names no directory of this file\n"},
		{NULL, NULL, "scope: {domains: [example.com, \"*.x.org\"]}\n",
		 "f:13:32: scope.domains[1]: is no domain\n    hint: write it as example.com\n"},
		{NULL, NULL, "protect: [owner@example]\n",
		 "f:13:11: protect[0]: is no address: it has a domain without a dot\n"},
		{NULL, NULL, "protect: [\"*@x@y\"]\n",
		 "f:13:11: protect[0]: is neither an address nor a glob of addresses\n"
		 "    hint: write it as owner@example.com or \"*@example.com\"\n"},
		{NULL, NULL, "protect: [\"a[b@example.com\"]\n",
		 "f:13:11: protect[0]: is neither an address nor a glob of addresses\n"
		 "    hint: write it as owner@example.com or \"*@example.com\"\n"},
		{NULL, NULL, "protect: [\"*@example\"]\n",
		 "f:13:11: protect[0]: is a glob that matches no address\n"},
		{NULL, NULL, "protect: [\"\"]\n", "f:13:11: protect[0]: is empty\n"},
	};

	(void)state;
	rows_check(rows, ARRAY_SIZE(rows));
}

static void ldap_urls_are_strict(void **state)
{
	static const struct {
		const char *urls, *printed;
	} rows[] = {
		{"ldaps://dc1:636/, \"ldapi://%2Frun%2Fldapi\", \"ldap://127.0.0.1:389\"", ""},
		{"ldap://dc1",
		 "f:8:14: directories[0].ldap.urls[0]: " CLEAR
		 "    hint: use ldaps:// or start_tls: true, or set allow_cleartext: true\n"},
		{"ldaps://dc1/dc=x",
		 "f:8:14: directories[0].ldap.urls[0]: has a path\n"
		 "    hint: where to search is said in people.base and groups.base\n"},
		{"https://dc1", "f:8:14: directories[0].ldap.urls[0]: is none of ldaps://, ldap:// and "
				"ldapi://\n"},
		{"ldaps://cn=x@dc1",
		 "f:8:14: directories[0].ldap.urls[0]: has a user name or a password in it\n"},
		{"\"\"", "f:8:14: directories[0].ldap.urls[0]: is empty\n"},
		{"", "f:8:13: directories[0].ldap.urls: is empty; at least one is needed\n"},
	};
	struct fixture f = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a = {0};
		const char *text = arena_printf(&a,
						BASE_HEAD "directories:\n  - name: corp\n    ldap:\n"
							  "      urls: [%s]\n" BASE_BASES BASE_RULES,
						rows[i].urls);

		fixture_load(&f, text, strlen(text), SETTINGS_WITHOUT_SECRETS);
		assert_string_equal(f.printed, rows[i].printed);
		arena_free(&a);
	}
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scim_server_needs_a_way_in),
		cmocka_unit_test(a_scim_url_is_strict),
		cmocka_unit_test(each_directory_is_of_one_kind),
		cmocka_unit_test(canaries_are_people_and_perhaps_a_group),
		cmocka_unit_test(directories_agree_with_themselves),
		cmocka_unit_test(ldap_urls_are_strict),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
