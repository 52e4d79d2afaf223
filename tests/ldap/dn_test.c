#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connectors/ldap_account.h"
#include "connectors/ldap_dn.h"
#include "connectors/ldap_windows.h"

static const char *normal(const char *dn)
{
	static char out[DN_NORMAL_SIZE];

	return dn_normal(out, dn, strlen(dn)) ? NULL : out;
}

static void spellings_of_one_name(void **state)
{
	static const char *const same[][2] = {
		{"uid=ada,ou=People,dc=Example", "UID=Ada, OU = people,DC=example"},
		{"cn=Ada  Lovelace,o=x", "cn= ada lovelace ,o=x"},
		{"cn=a\\2Cb,o=x", "cn=A\\,b,o=x"},
		{"cn=a\\2Cb,o=x", "cn=\"a,b\",o=x"},
		{"cn=a+uid=b,o=x", "uid=B + cn=A,o=x"},
		{"cn=\xc3\x89mile,o=x", "cn=\xc3\xa9mile,o=x"},  /* É, é */
		{"cn=e\xcc\x81mile,o=x", "cn=\xc3\xa9mile,o=x"}, /* e + accent, é */
		{"cn=\\C3\\A9mile,o=x", "cn=\xc3\xa9mile,o=x"},
		{"cn=stra\xc3\x9f"
		 "e,o=x",
		 "cn=STRASSE,o=x"},
		{"cn=a\\#b,o=x", "cn=a#b,o=x"},
		{"cn=a\\=b,o=x", "cn=a=b,o=x"},
		{"cn=ab\\20,o=x", "cn=ab,o=x"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		char first[DN_NORMAL_SIZE];

		assert_int_equal(dn_normal(first, same[i][0], strlen(same[i][0])), 0);
		assert_string_equal(first, normal(same[i][1]));
	}
}

static void different_names(void **state)
{
	static const char *const different[][2] = {
		{"cn=a,o=x", "cn=b,o=x"},
		{"cn=a\\2Co=b,o=x", "cn=a,o=b,o=x"}, /* a comma is not a separator */
		{"cn=a\\+uid=b,o=x", "cn=a+uid=b,o=x"},
		{"cn=ab,o=x", "cn=a b,o=x"},
		{"cn=a\\5C2Cb,o=x", "cn=a\\2Cb,o=x"}, /* a backslash and three letters */
		{"cn=\\#0401,o=x", "cn=#04024142,o=x"},
		{"cn=a,o=x", "o=x,cn=a"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(different); i++) {
		char first[DN_NORMAL_SIZE];

		assert_int_equal(dn_normal(first, different[i][0], strlen(different[i][0])), 0);
		assert_non_null(normal(different[i][1]));
		assert_string_not_equal(first, normal(different[i][1]));
	}
}

static void no_names(void **state)
{
	static const char *const none[] = {
		"",
		"ada",
		"=ada",
		"uid",
		"uid=ada,",
		",uid=ada",
		"uid=ada,,o=x",
		"cn=\xff,o=x",
		"cn=a\\",
		"cn=\"a",
		"cn=a\\00b,o=x",
		"cn=a;b=c<",
		"cn=\xed\xa0\x80,o=x",
	};
	char out[DN_NORMAL_SIZE], large[DN_MAX + 2];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		if (normal(none[i]))
			fail_msg("%s -> %s", none[i], normal(none[i]));
	assert_int_equal(dn_normal(out, "cn=a\0b,o=x", 10), -1);
	memset(large, 'x', sizeof large);
	memcpy(large, "cn=", 3);
	assert_int_equal(dn_normal(out, large, DN_MAX), 0);
	assert_int_equal(dn_normal(out, large, DN_MAX + 1), -1);
	for (size_t i = 3; i + 1 < DN_MAX; i += 2)
		memcpy(large + i, "\\,", 2); /* the normal form is longer, and fits */
	assert_int_equal(dn_normal(out, large, DN_MAX - 1), 0);
	assert_int_equal(strlen(out), 3 + 3 * ((DN_MAX - 4) / 2));
}

static void names_for_people(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_string_equal(dn_tidy(&a, "CN = Data Science , OU=Groups,DC=Example"),
			    "cn=Data Science,ou=Groups,dc=Example");
	assert_string_equal(dn_tidy(&a, "not a name"), "not a name");
	assert_string_equal(dn_tidy(&a, "cn=Ren\\C3\\A9\\2C Jr,o=x"), "cn=Ren\xc3\xa9\\2C Jr,o=x");
	assert_string_equal(dn_first_value(&a, "cn=a\\2Cb,o=x"), "a,b");
	assert_string_equal(dn_first_value(&a, "plain"), "plain");
	assert_true(dn_is_name("cn=a,o=x"));
	assert_false(dn_is_name("data-science"));
	assert_false(dn_is_name("a=b=c,"));
	arena_free(&a);
}

static void uids_after_names(void **state)
{
	static const struct {
		const char *value;
		size_t len;
	} rows[] = {
		{"cn=a,o=x#'0101'B", 8},
		{"cn=a,o=x#''B", 8},
		{"cn=a,o=x", 8},
		{"cn=a,o=x'0101'B", 15},
		{"cn=a,o=x#'0201'B", 16},
		{"#''B", 0},
		{"'B", 2},
		{"", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(dn_without_uid(rows[i].value, strlen(rows[i].value)), rows[i].len);
}

/* fault D15: each flag means what its attribute means; locked has not left */
static void d15_accounts(void **state)
{
	static const struct {
		const char *attribute, *value;
		enum account is;
	} rows[] = {
		{"nsAccountLock", "TRUE", ACCOUNT_DISABLED},
		{"nsAccountLock", "true", ACCOUNT_DISABLED},
		{"nsAccountLock", "FALSE", ACCOUNT_ACTIVE},
		{"loginDisabled", "yes", ACCOUNT_DISABLED},
		{"loginDisabled", "No", ACCOUNT_ACTIVE},
		{"x", "1", ACCOUNT_DISABLED},
		{"x", "0", ACCOUNT_ACTIVE},
		{"x", "", ACCOUNT_UNCLEAR},
		{"x", "since monday", ACCOUNT_UNCLEAR},
		{"x", "truex", ACCOUNT_UNCLEAR},
		{"pwdAccountLockedTime", "000001010000Z", ACCOUNT_DISABLED},
		{"pwdAccountLockedTime", "20260101120000Z", ACCOUNT_ACTIVE},
		{"userAccountControl", "514", ACCOUNT_DISABLED},
		{"userAccountControl", "512", ACCOUNT_ACTIVE},
		{"userAccountControl", "-2147483646", ACCOUNT_DISABLED},
		{"userAccountControl", "TRUE", ACCOUNT_UNCLEAR},
		{"userAccountControl", "", ACCOUNT_UNCLEAR},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char type[64], value[64];
		struct berval v = {strlen(rows[i].value), value};
		struct attribute at = {
			.type = {strlen(rows[i].attribute), type}, .values = &v, .nr = 1};

		strcpy(type, rows[i].attribute);
		strcpy(value, rows[i].value);
		if (account_state(&at) != rows[i].is)
			fail_msg("%s: %s", rows[i].attribute, rows[i].value);
	}
}

/* fault D15: an account that has ended; one whose end is no time is nobody's loss */
static void d15_accounts_that_end(void **state)
{
	enum { NOW = 1780000000 }; /* 2026-05-28T20:26:40Z */
	static const struct {
		const char *attribute, *value;
		enum account is;
	} rows[] = {
		{"accountExpires", "0", ACCOUNT_ACTIVE},
		{"accountExpires", "9223372036854775807", ACCOUNT_ACTIVE},
		{"accountExpires", "132223104000000000", ACCOUNT_DISABLED},
		{"accountExpires", "200000000000000000", ACCOUNT_ACTIVE},
		{"accountExpires", "1", ACCOUNT_DISABLED},
		{"accountExpires", "134244736000000000", ACCOUNT_DISABLED}, /* now */
		{"accountExpires", "134244736010000000", ACCOUNT_ACTIVE},   /* a second later */
		{"accountExpires", "-1", ACCOUNT_UNCLEAR},
		{"accountExpires", "9223372036854775808", ACCOUNT_UNCLEAR},
		{"accountExpires", "", ACCOUNT_UNCLEAR},
		{"accountExpires", "never", ACCOUNT_UNCLEAR},
		{"shadowExpire", "-1", ACCOUNT_ACTIVE},
		{"shadowExpire", "0", ACCOUNT_DISABLED},
		{"shadowExpire", "20601", ACCOUNT_DISABLED},
		{"shadowExpire", "20602", ACCOUNT_ACTIVE},
		{"shadowExpire", "99999999999", ACCOUNT_UNCLEAR},
		{"krbPrincipalExpiration", "20260528202639Z", ACCOUNT_DISABLED},
		{"krbPrincipalExpiration", "20260528202641.5Z", ACCOUNT_ACTIVE},
		{"krbPrincipalExpiration", "202605282026Z", ACCOUNT_DISABLED},
		{"krbPrincipalExpiration", "2026052820Z", ACCOUNT_DISABLED},
		{"krbPrincipalExpiration", "20260528222639+0200", ACCOUNT_DISABLED},
		{"krbPrincipalExpiration", "20260528202639-02", ACCOUNT_ACTIVE},
		{"krbPrincipalExpiration", "20260528202639", ACCOUNT_UNCLEAR},
		{"krbPrincipalExpiration", "20261328202639Z", ACCOUNT_UNCLEAR},
		{"krbPrincipalExpiration", "20260528202639ZZ", ACCOUNT_UNCLEAR},
		{"krbPrincipalExpiration", "", ACCOUNT_UNCLEAR},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char type[64], value[64];
		struct berval v = {strlen(rows[i].value), value};
		struct attribute at = {
			.type = {strlen(rows[i].attribute), type}, .values = &v, .nr = 1};

		strcpy(type, rows[i].attribute);
		strcpy(value, rows[i].value);
		if (account_expired(&at, NOW) != rows[i].is)
			fail_msg("%s: %s", rows[i].attribute, rows[i].value);
	}
}

/* MS-DTYP 2.3.4.3 and 2.4.2.1, by their own examples */
static void identifiers_of_windows(void **state)
{
	static char guid[] = "\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff";
	static char sid[] = "\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0"; /* S-1-5-32-544 */
	struct berval v = {16, guid};
	struct arena a = {0};
	struct sid s;

	(void)state;
	assert_string_equal(guid_text(&a, &v), "00112233-4455-6677-8899-aabbccddeeff");
	v.bv_len = 15;
	assert_null(guid_text(&a, &v));
	v = (struct berval){16, sid};
	assert_int_equal(sid_split(&s, &v), 0);
	assert_int_equal(s.account, 544);
	assert_int_equal(s.domain_len, 12);
	v.bv_len = 12; /* says two numbers, has one */
	assert_int_equal(sid_split(&s, &v), -1);
	v.bv_len = 0;
	assert_int_equal(sid_split(&s, &v), -1);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings_of_one_name),
		cmocka_unit_test(different_names),
		cmocka_unit_test(no_names),
		cmocka_unit_test(names_for_people),
		cmocka_unit_test(uids_after_names),
		cmocka_unit_test(d15_accounts),
		cmocka_unit_test(d15_accounts_that_end),
		cmocka_unit_test(identifiers_of_windows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
