/* Faults C1 and C3: the exact text, line, column, key and hint of each. */
#include "tests/config/fixture.h"

#include <setjmp.h>
#include <cmocka.h>

#define PARALLEL "is not a number; counts go from 1 to 64\n"
#define SEATS    "is not a number; counts go from 0 to 1000000\n"
#define TIMES    "is not a time\n    hint: write it as 30s, 15m, 24h or 7d\n"
#define PERCENTS "is not a percentage; percentages go from 0% to 100%\n"

static void numbers_times_and_percentages(void **state)
{
	static const struct row rows[] = {
		{"  parallel: 64\n", NULL, NULL, ""},
		{"  parallel: 65\n", NULL, NULL,
		 "f:5:13: organization.parallel: is out of range; counts go from 1 to 64\n"},
		{"  parallel: 0\n", NULL, NULL,
		 "f:5:13: organization.parallel: is out of range; counts go from 1 to 64\n"},
		{"  parallel: 010\n", NULL, NULL,
		 "f:5:13: organization.parallel: " PARALLEL
		 "    hint: write it without the zero in front\n"},
		{"  parallel: 8x\n", NULL, NULL, "f:5:13: organization.parallel: " PARALLEL},
		{"  parallel: 8 9\n", NULL, NULL, "f:5:13: organization.parallel: " PARALLEL},
		{"  parallel: 8.0\n", NULL, NULL, "f:5:13: organization.parallel: " PARALLEL},
		{"  parallel: 1e1\n", NULL, NULL, "f:5:13: organization.parallel: " PARALLEL},
		{"  parallel: 0x8\n", NULL, NULL, "f:5:13: organization.parallel: " PARALLEL},
		{"  parallel: 1_0\n", NULL, NULL, "f:5:13: organization.parallel: " PARALLEL},
		{"  parallel: +8\n", NULL, NULL, "f:5:13: organization.parallel: " PARALLEL},
		{"  parallel: eight\n", NULL, NULL, "f:5:13: organization.parallel: " PARALLEL},
		{"  parallel: \"8\"\n", NULL, NULL,
		 "f:5:13: organization.parallel: is text in quotes where a number is wanted\n"
		 "    hint: write it without the quotes\n"},
		{"  parallel: [8]\n", NULL, NULL,
		 "f:5:13: organization.parallel: is a list where a number is wanted\n"},
		{"  parallel: {n: 8}\n", NULL, NULL,
		 "f:5:13: organization.parallel: is a mapping where a number is wanted\n"},
		{"  parallel: null\n", NULL, NULL,
		 "f:5:13: organization.parallel: has no value where a number is wanted\n"},
		{"  rate: 0\n", NULL, NULL, ""},
		{"  rate: -1\n", NULL, NULL,
		 "f:5:9: organization.rate: is out of range; counts go from 0 to 1000000\n"},
		{"  rate: 1000001\n", NULL, NULL,
		 "f:5:9: organization.rate: is out of range; counts go from 0 to 1000000\n"},
		{"  rate: 18446744073709551616\n", NULL, NULL,
		 "f:5:9: organization.rate: is out of range; counts go from 0 to 1000000\n"},
		{"  rate: 18446744073709551636\n", NULL, NULL, /* 2^64 + 20 */
		 "f:5:9: organization.rate: is out of range; counts go from 0 to 1000000\n"},
		{NULL, NULL, "seats: {total: 0}\n", ""},
		{NULL, NULL, "seats: {total: Auto}\n", "f:13:16: seats.total: " SEATS},
		{NULL, NULL, "leavers: {grace: 0s}\n", ""},
		{NULL, NULL, "leavers: {grace: 36500d}\n", ""},
		{NULL, NULL, "leavers: {grace: 36501d}\n",
		 "f:13:18: leavers.grace: is out of range; times go from 0s to 36500d\n"},
		{NULL, NULL, "leavers: {grace: 9223372036854775807d}\n",
		 "f:13:18: leavers.grace: is out of range; times go from 0s to 36500d\n"},
		{NULL, NULL, "leavers: {grace: 0}\n", "f:13:18: leavers.grace: " TIMES},
		{NULL, NULL, "leavers: {grace: 24}\n", "f:13:18: leavers.grace: " TIMES},
		{NULL, NULL, "leavers: {grace: 1w}\n", "f:13:18: leavers.grace: " TIMES},
		{NULL, NULL, "leavers: {grace: 24 h}\n", "f:13:18: leavers.grace: " TIMES},
		{NULL, NULL, "leavers: {grace: 1d12h}\n", "f:13:18: leavers.grace: " TIMES},
		{NULL, NULL, "leavers: {grace: -1d}\n", "f:13:18: leavers.grace: " TIMES},
		{NULL, NULL, "leavers: {grace: d}\n", "f:13:18: leavers.grace: " TIMES},
		{NULL, NULL, "leavers: {grace: 07d}\n", "f:13:18: leavers.grace: " TIMES},
		{NULL, NULL, "limits: {removals_percent: 0%}\n", ""},
		{NULL, NULL, "limits: {removals_percent: 100%}\n", ""},
		{NULL, NULL, "limits: {removals_percent: 101%}\n",
		 "f:13:28: limits.removals_percent: is out of range; "
		 "percentages go from 0% to 100%\n"},
		{NULL, NULL, "limits: {removals_percent: 5%0}\n",
		 "f:13:28: limits.removals_percent: " PERCENTS},
		{NULL, NULL, "limits: {removals_percent: 10}\n",
		 "f:13:28: limits.removals_percent: " PERCENTS "    hint: write it as 10%\n"},
		{NULL, NULL, "limits: {removals_percent: 2.5%}\n",
		 "f:13:28: limits.removals_percent: " PERCENTS},
		{NULL, NULL, "limits: {removals: 0}\n", ""},
		{NULL, NULL, "limits: {min_admins: 0}\n",
		 "f:13:22: limits.min_admins: is out of range; counts go from 1 to 1000000\n"},
		{NULL, NULL, "leavers: {runs: 0}\n",
		 "f:13:17: leavers.runs: is out of range; counts go from 1 to 1000000\n"},
	};

	(void)state;
	rows_check(rows, ARRAY_SIZE(rows));
}

#define REISSUE "is no time to reissue\n    hint: write it as expired, never, or before 24h\n"

static void words_and_days(void **state)
{
	static const struct row rows[] = {
		{NULL, NULL, "allow_cleartext: true\n", ""},
		{NULL, NULL, "allow_cleartext: yes\n",
		 "f:13:18: allow_cleartext: is neither true nor false\n    hint: write true\n"},
		{NULL, NULL, "allow_cleartext: Off\n",
		 "f:13:18: allow_cleartext: is neither true nor false\n    hint: write false\n"},
		{NULL, NULL, "allow_cleartext: True\n",
		 "f:13:18: allow_cleartext: is neither true nor false\n    hint: write true\n"},
		{NULL, NULL, "allow_cleartext: 1\n",
		 "f:13:18: allow_cleartext: is neither true nor false\n"},
		{NULL, NULL, "allow_cleartext: 'true'\n",
		 "f:13:18: allow_cleartext: is text in quotes where true or false is wanted\n"
		 "    hint: write it without the quotes\n"},
		{NULL, NULL, "leavers: {seat: kepe}\n",
		 "f:13:17: leavers.seat: is none of the words that may stand here: revoke, keep\n"
		 "    hint: did you mean keep?\n"},
		{NULL, NULL, "leavers: {seat: 5}\n",
		 "f:13:17: leavers.seat: is none of the words that may stand here: revoke, keep\n"},
		{NULL, NULL, "    role: owner\n",
		 "f:13:11: rules[0].role: is none of the words that may stand here: "
		 "member, billing_manager, admin\n"},
		{NULL, NULL, "    role: null\n    until: null\n    directory: ~\n", ""},
		{NULL, NULL, "    until: \"2028-02-29\"\n", ""},
		{NULL, NULL, "    until: 2027-02-29\n",
		 "f:13:12: rules[0].until: is no day\n    hint: write it as 2027-06-30\n"},
		{NULL, NULL, "    until: 2027-06-30T12:00:00Z\n",
		 "f:13:12: rules[0].until: is no day\n    hint: write it as 2027-06-30\n"},
		{NULL, NULL, "invitations: {reissue: before 24h}\n", ""},
		{NULL, NULL, "invitations: {reissue: before}\n",
		 "f:13:24: invitations.reissue: " REISSUE},
		{NULL, NULL, "invitations: {reissue: before 0s}\n",
		 "f:13:24: invitations.reissue: " REISSUE},
		{NULL, NULL, "invitations: {reissue: 24h}\n",
		 "f:13:24: invitations.reissue: " REISSUE},
		{NULL, NULL, "invitations: {reissue: before 7d}\n",
		 "f:13:24: invitations.reissue: is not shorter than the lifetime of an "
		 "invitation\n"},
	};

	(void)state;
	rows_check(rows, ARRAY_SIZE(rows));
}

static void keys_unknown_twice_or_missing(void **state)
{
	static const struct row rows[] = {
		{"  paralel: 8\n", NULL, NULL,
		 "f:5:3: organization.paralel: is no known key\n    hint: did you mean parallel?\n"},
		{"  CA-File: x\n", NULL, NULL,
		 "f:5:3: organization.CA-File: is no known key\n    hint: did you mean ca_file?\n"},
		{NULL, NULL, "limit: {}\n",
		 "f:13:1: limit: is no known key\n    hint: did you mean limits?\n"},
		{NULL, "      page_szie: 5\n", NULL,
		 "f:9:7: directories[0].ldap.page_szie: is no known key\n"
		 "    hint: did you mean page_size?\n"},
		{NULL, NULL, "scope: {zebra: 1}\n",
		 "f:13:9: scope.zebra: is no known key\n    hint: the keys here are domains\n"},
		{"  rate: 1\n  rate: 2\n", NULL, NULL,
		 "f:6:3: organization.rate: is given twice; the first is in line 5\n"},
		{"  rate: 1\n  \"rate\": 2\n", NULL, NULL,
		 "f:6:3: organization.rate: is given twice; the first is in line 5\n"},
		{NULL, NULL, "rules: []\n", "f:13:1: rules: is given twice; the first is in line 11\n"},
		{"  headers: {X-One: a, x-one: b}\n", NULL, NULL,
		 "f:5:23: organization.headers.x-one: is given twice; the first is in line 5\n"},
		{NULL, NULL, "  - role: admin\n", "f:13:5: rules[1].group: is missing\n"},
		{NULL, NULL, "  - x\n", "f:13:5: rules[1]: is text where a mapping is wanted\n"},
		{NULL, NULL, "limits: []\n", "f:13:9: limits: is a list where a mapping is wanted\n"},
		{NULL, NULL, "limits:\n", ""},
		{NULL, NULL, "protect: a@example.com\n",
		 "f:13:10: protect: is text where a list is wanted\n"
		 "    hint: write it in brackets, as [one, two]\n"},
		{NULL, NULL, "protect: {a: b}\n",
		 "f:13:10: protect: is a mapping where a list is wanted\n"},
		{NULL, NULL, "? [a]\n: b\n",
		 "f:13:3: ?: is no word where a key is wanted\n"},
		{NULL, NULL, "limits:\n\tremovals: 5\n",
		 "f:14:1: a tab stands where YAML allows only spaces\n    hint: indent with spaces\n"},
		{NULL, NULL, "limits: {removals: 5\n",
		 "f:14:1: this is no valid YAML: did not find expected ',' or '}'\n"},
	};

	(void)state;
	rows_check(rows, ARRAY_SIZE(rows));
}

#define LATER "is not supported by this version yet\n"

static void what_comes_later_is_refused(void **state)
{
	static const struct row rows[] = {
		{"  invitations: add_user\n", NULL, NULL, ""},
		{"  invitations: onboard\n", NULL, NULL, ""},
		{NULL, "      kind: active_directory\n", NULL, ""},
		{NULL, "      kind: 389ds\n", NULL, ""},
		{NULL, "      kind: freeipa\n", NULL, ""},
		{NULL, "      incremental: off\n", NULL, ""},
		{NULL, NULL, "tokens: {issue: true, lifetime: 30d, email: false}\n", ""},
		{NULL, NULL, "metrics: {textfile: null}\nnotify: {}\n", ""},
		{NULL, NULL, "notify: {webhook: x}\n",
		 "f:13:9: notify: " LATER "    hint: use systemd's OnFailure=\n"},
	};

	(void)state;
	rows_check(rows, ARRAY_SIZE(rows));
}

static void urls_are_strict(void **state)
{
	static const struct row rows[] = {
		{"  url: https://Example.COM:8443/\n", NULL, NULL, ""},
		{"  url: http://127.0.0.1:80\n", NULL, NULL, ""},
		{"  url: http://[::1]:80\n", NULL, NULL, ""},
		{"  url: http://localhost\n", NULL, NULL, ""},
		{"  url: http://example.com\n", NULL, NULL,
		 "f:5:8: organization.url: " CLEAR
		 "    hint: use https://, or set allow_cleartext: true\n"},
		{"  url: http://example.com\n", NULL, "allow_cleartext: true\n", ""},
		{"  url: http://127.0.0.1.example.com\n", NULL, NULL,
		 "f:5:8: organization.url: " CLEAR
		 "    hint: use https://, or set allow_cleartext: true\n"},
		{"  url: http://127.1\n", NULL, NULL,
		 "f:5:8: organization.url: " CLEAR
		 "    hint: use https://, or set allow_cleartext: true\n"},
		{"  url: https://u:p@example.com\n", NULL, NULL,
		 "f:5:8: organization.url: has a user name or a password in it\n"},
		{"  url: http://localhost@example.com\n", NULL, NULL,
		 "f:5:8: organization.url: has a user name or a password in it\n"},
		{"  url: https://example.com/?a=b\n", NULL, NULL,
		 "f:5:8: organization.url: has a query or a fragment\n"},
		{"  url: https://example.com/#x\n", NULL, NULL,
		 "f:5:8: organization.url: has a query or a fragment\n"},
		{"  url: https://example.com/api\n", NULL, NULL,
		 "f:5:8: organization.url: has a path; only a scheme, a host and a port go here\n"},
		{"  url: ftp://example.com\n", NULL, NULL,
		 "f:5:8: organization.url: is neither https:// nor http://\n"},
		{"  url: example.com\n", NULL, NULL,
		 "f:5:8: organization.url: is no URL; it does not begin as https://\n"},
		{"  url: https://\n", NULL, NULL, "f:5:8: organization.url: has no valid host\n"},
		{"  url: https://ex ample.com\n", NULL, NULL,
		 "f:5:8: organization.url: has a character in it that no URL has\n"},
		{"  url: https://ex\\ample.com\n", NULL, NULL,
		 "f:5:8: organization.url: has a character in it that no URL has\n"},
		{"  url: https://b\xc3\xbc" "cher.example\n", NULL, NULL,
		 "f:5:8: organization.url: has a character in it that no URL has\n"},
		{"  url: https://example.com:0\n", NULL, NULL,
		 "f:5:8: organization.url: has no valid port\n"},
		{"  url: https://example.com:65536\n", NULL, NULL,
		 "f:5:8: organization.url: has no valid port\n"},
		{"  url: https://[::1\n", NULL, NULL, "f:5:8: organization.url: has no valid host\n"},
		{"  token_url: /api/auth/token\n", NULL, NULL, ""},
		{"  token_url: //example.com/x\n", NULL, NULL,
		 "f:5:14: organization.token_url: has no valid path\n"},
		{"  token_url: http://idp.example.com/token\n", NULL, NULL,
		 "f:5:14: organization.token_url: " CLEAR
		 "    hint: use https://, or set allow_cleartext: true\n"},
		{"  proxy: http://proxy.example.com:3128\n", NULL, NULL, ""},
		{"  proxy: socks5://proxy\n", NULL, NULL,
		 "f:5:10: organization.proxy: is neither https:// nor http://\n"},
		{"  proxy: http://u:p@proxy\n", NULL, NULL,
		 "f:5:10: organization.proxy: has a user name or a password in it\n"},
	};

	(void)state;
	rows_check(rows, ARRAY_SIZE(rows));
}

static void calls_and_headers(void **state)
{
	static const struct row rows[] = {
		{"  endpoints: {role: \"PUT {org}/users/{id}/role\", seats: null}\n", NULL, NULL, ""},
		{"  endpoints: {seats: \"GET {org}/seats?product=x\"}\n", NULL, NULL, ""},
		{"  endpoints: {seats: \"POST {org}/seats\"}\n", NULL, NULL,
		 "f:5:22: organization.endpoints.seats: has a method that this call cannot have\n"
		 "    hint: write it as \"GET {org}/invitations\"\n"},
		{"  endpoints: {seats: \"{org}/seats\"}\n", NULL, NULL,
		 "f:5:22: organization.endpoints.seats: is no method and path\n"
		 "    hint: write it as \"GET {org}/invitations\"\n"},
		{"  endpoints: {seats: \"GET //evil.example/x\"}\n", NULL, NULL,
		 "f:5:22: organization.endpoints.seats: has no valid path; it begins with {org}/ or "
		 "with /\n    hint: write it as \"GET {org}/invitations\"\n"},
		{"  endpoints: {seats: \"GET https://evil.example/x\"}\n", NULL, NULL,
		 "f:5:22: organization.endpoints.seats: has no valid path; it begins with {org}/ or "
		 "with /\n    hint: write it as \"GET {org}/invitations\"\n"},
		{"  endpoints: {seats: \"GET {org}/x y\"}\n", NULL, NULL,
		 "f:5:22: organization.endpoints.seats: has no valid path; it begins with {org}/ or "
		 "with /\n    hint: write it as \"GET {org}/invitations\"\n"},
		{"  endpoints: {seats: \"GET {org}/{user}\"}\n", NULL, NULL,
		 "f:5:22: organization.endpoints.seats: has a place to fill that is neither {org} "
		 "nor {id}\n    hint: write it as \"GET {org}/invitations\"\n"},
		{"  endpoints: {seats: \"GET {org}/{id}\"}\n", NULL, NULL,
		 "f:5:22: organization.endpoints.seats: has an {id} that this call has not\n"
		 "    hint: write it as \"GET {org}/invitations\"\n"},
		{"  endpoints: {role: \"PATCH {org}/users\"}\n", NULL, NULL,
		 "f:5:21: organization.endpoints.role: needs {id} once\n"
		 "    hint: write it as \"PATCH {org}/users/{id}\"\n"},
		{"  endpoints: {invitations: {create: \"DELETE {org}/invitations\"}}\n", NULL, NULL,
		 "f:5:37: organization.endpoints.invitations.create: has a method that this call "
		 "cannot have\n    hint: write it as \"POST {org}/invitations\"\n"},
		{"  headers: {Authorization: x}\n", NULL, NULL,
		 "f:5:13: organization.headers.Authorization: is a header that seatsync sets "
		 "itself\n"},
		{"  headers: {\"X Y\": x}\n", NULL, NULL,
		 "f:5:13: organization.headers.X Y: is no name of a header\n"},
		{"  headers: {X-A: \"a\\r\\nb\"}\n", NULL, NULL,
		 "f:5:18: organization.headers.X-A: has a control character in it\n"},
		{"  headers: {X-A: null}\n", NULL, NULL,
		 "f:5:18: organization.headers.X-A: has no value where text is wanted\n"},
	};

	(void)state;
	rows_check(rows, ARRAY_SIZE(rows));
}

/* The id becomes part of URLs and of a file name (fault H5). */
static void an_organization_has_a_plain_name(void **state)
{
	static const char *const good[] = {"a", "acme-2.x_Y", "..."};
	static const char *const bad[] = {".", "..", "a/b", "../a", "a%2fb", "a b", "b\xc3\xbc", "a?b"};
	struct fixture f = {0};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good) + ARRAY_SIZE(bad); i++) {
		bool is_good = i < ARRAY_SIZE(good);
		const char *id = is_good ? good[i] : bad[i - ARRAY_SIZE(good)];
		const char *text = arena_printf(&a,
						"organization: {client_id: r, client_secret_env: X, "
						"id: \"%s\"}\n" BASE_DIRECTORY BASE_BASES BASE_RULES,
						id);

		fixture_load(&f, text, strlen(text), SETTINGS_WITHOUT_SECRETS);
		assert_string_equal(f.printed,
				    is_good ? "" : "f:1:56: organization.id: is no such name; it is made "
						   "of letters, digits, '.', '_' and '-'\n");
	}
	arena_free(&a);
	fixture_end(&f);
}

static void all_faults_come_at_once_in_the_order_of_the_file(void **state)
{
	static const char text[] = "organization: &a\n"
				   "  id: a/b\n"
				   "  client_secret_env: 1X\n"
				   "  rate: x\n"
				   "rules: !!seq\n"
				   "  - <<: *a\n"
				   "directories: []\n"
				   "protects: []\n";
	struct fixture f = {0};

	(void)state;
	assert_int_equal(fixture_load(&f, text, sizeof text - 1, SETTINGS_WITHOUT_SECRETS), -1);
	assert_string_equal(f.printed,
			    "f:1:15: organization: has an anchor; anchors are not allowed\n"
			    "f:5:8: rules: has a tag; tags are not allowed\n"
			    "f:6:5: rules[0].<<: is a merge key; merge keys are not allowed\n"
			    "f:6:9: rules[0].<<: is an alias; aliases are not allowed\n"
			    "    hint: write the value out\n"
			    "f:7:14: directories: is empty; at least one is needed\n"
			    "f:8:1: protects: is no known key\n"
			    "    hint: did you mean protect?\n");
	assert_int_equal(f.s.directories_nr, 0);
	assert_null(f.s.arena.top);
	assert_non_null(strstr(f.e.text, "seatsync.yaml has 6 faults; nothing was done"));
	fixture_end(&f);
}

/* Faults H1 and K3: what stands in the file does not get at the terminal or into a log. */
static void what_is_printed_is_harmless(void **state)
{
	static const char text[] = "\"\\e[2Jevil\": 1\nlimits: {removals: hunter2}\n";
	struct fixture f = {0};

	(void)state;
	fixture_load(&f, text, sizeof text - 1, SETTINGS_WITHOUT_SECRETS);
	assert_non_null(strstr(f.printed, "f:1:1: \\x1b[2Jevil: is no known key\n"));
	assert_null(strchr(f.printed, '\x1b'));
	assert_null(strstr(f.printed, "hunter2"));
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_times_and_percentages),
		cmocka_unit_test(words_and_days),
		cmocka_unit_test(keys_unknown_twice_or_missing),
		cmocka_unit_test(what_comes_later_is_refused),
		cmocka_unit_test(urls_are_strict),
		cmocka_unit_test(calls_and_headers),
		cmocka_unit_test(an_organization_has_a_plain_name),
		cmocka_unit_test(all_faults_come_at_once_in_the_order_of_the_file),
		cmocka_unit_test(what_is_printed_is_harmless),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
