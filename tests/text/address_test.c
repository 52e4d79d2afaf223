#include "agent/address.h"

#include <locale.h>
#include <setjmp.h>
#include <stdio.h>
#include <wchar.h>
#include <cmocka.h>

static const char *normal(struct arena *a, const char *email, bool *same)
{
	const char *why = NULL;

	return address_normal(a, email, strlen(email), same, &why);
}

static void two_spellings_have_one_normal_form(void **state)
{
	static const struct {
		const char *email, *normal;
	} rows[] = {
		{"ann@example.com", "ann@example.com"},
		{"Ann.O'Neil+x@Example.COM", "ann.o'neil+x@example.com"},
		{"REN\xc3\x89@example.com", "ren\xc3\xa9@example.com"},
		{"Rene\xcc\x81@example.com", "ren\xc3\xa9@example.com"}, /* NFD twin, fault H7 */
		{"STRASSE@x.de", "strasse@x.de"},
		{"stra\xc3\x9f" "e@x.de", "strasse@x.de"},
		{"\xce\xa3\xce\xaf\xcf\x82@x.gr", "\xcf\x83\xce\xaf\xcf\x83@x.gr"},
		{"ann@B\xc3\xbc" "cher.example", "ann@xn--bcher-kva.example"},
		{"ann@bu\xcc\x88" "cher.example", "ann@xn--bcher-kva.example"},
		{"ann@XN--BCHER-KVA.Example", "ann@xn--bcher-kva.example"},
		{"ann@fa\xc3\x9f.de", "ann@xn--fa-hia.de"}, /* non-transitional */
		{"ann@example\xe3\x80\x82" "com", "ann@example.com"}, /* ideographic full stop */
		{"ann@\xef\xbd\x85xample.com", "ann@example.com"},    /* full width e */
		{"a@1.2.3.example", "a@1.2.3.example"},
		{"a@x-1.co", "a@x-1.co"},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool same;
		const char *n = normal(&a, rows[i].email, &same);

		assert_non_null(n);
		assert_string_equal(n, rows[i].normal);
		assert_int_equal(same, strcmp(rows[i].email, rows[i].normal) == 0);
		n = normal(&a, n, &same);
		assert_non_null(n);
		assert_true(same);
	}
	arena_free(&a);
}

static void homographs_stay_apart(void **state)
{
	struct arena a = {0};

	(void)state; /* Cyrillic a */
	assert_string_not_equal(normal(&a, "ann@p\xd0\xb0ypal.com", NULL), "ann@paypal.com");
	assert_string_not_equal(normal(&a, "\xd0\xb0nn@x.com", NULL), "ann@x.com");
	arena_free(&a);
}

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void what_is_no_address_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *email, *why;
	} rows[] = {
		{"", "is empty"},
		{"ann", "has no @"},
		{"ann@", "has no domain"},
		{"@example.com", "has nothing before the @"},
		{"@", "has nothing before the @"},
		{"ann@b@example.com", "has more than one @"},
		{"ann smith@example.com", "has white space in it"},
		{" ann@example.com", "has white space in it"},
		{"ann\xc2\xa0x@example.com", "has white space in it"},
		{"ann\xe3\x80\x80@example.com", "has white space in it"},
		{"ann@example.com ", "has a malformed domain"},
		{"ann\r\nBcc: x@example.com", "has a control character in it"}, /* fault H4 */
		{"ann\tx@example.com", "has a control character in it"},
		{"ann\x7f@example.com", "has a control character in it"},
		{"ann\xc2\x9b@example.com", "has an invisible character in it"},
		{"ann\xe2\x80\xaex@example.com", "has an invisible character in it"},
		{"ann\xe2\x80\x8bx@example.com", "has an invisible character in it"},
		{"\xef\xbb\xbf" "ann@example.com", "has an invisible character in it"},
		{"ann@exam\nple.com", "has a malformed domain"},
		{"<ann@example.com>", "has a character in it that no address has"},
		{"\"ann\"@example.com", "has a character in it that no address has"},
		{"a,b@example.com", "has a character in it that no address has"},
		{"ann@example.com>", "has a malformed domain"},
		{"ann@example", "has a domain without a dot"},
		{"ann@.example.com", "has a malformed domain"},
		{"ann@example.com.", "has a malformed domain"},
		{"ann@example..com", "has a malformed domain"},
		{"ann@-example.com", "has a malformed domain"},
		{"ann@example-.com", "has a malformed domain"},
		{"ann@ex_ample.com", "has a malformed domain"},
		{"ann@[192.0.2.1]", "has a malformed domain"},
		{"ann@192.0.2.1", "has a malformed domain"},
		{"ann@xn--\xc3\xbc.example", "has a malformed domain"},
		{"ann@xn--a.example", "has a malformed domain"},
		{"ann@\xe2\x80\xae" "example.com", "has a malformed domain"},
		{"ann@" A64 ".com", "has a malformed domain"},
		{"a" A64 "@example.com", "is too long before the @"},
		{"a@" A63 "." A63 "." A63 "." A63 ".com", "is too long"},
		{A64 "@" A63 "." A63 "." A63 ".com", "is too long"},
		{"ann\xff@example.com", "is not valid UTF-8"},
		{"ann@ex\xc3.com", "is not valid UTF-8"},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *why = NULL;
		bool same;

		assert_null(address_normal(&a, rows[i].email, strlen(rows[i].email), &same, &why));
		assert_string_equal(why, rows[i].why);
	}
	assert_null(a.top);
	arena_free(&a);
}

static void a_nul_is_no_end(void **state)
{
	static const char email[] = "ann\0x@example.com", late[] = "ann@example.com\0.evil.org";
	struct arena a = {0};
	const char *why;

	(void)state;
	assert_null(address_normal(&a, email, sizeof email - 1, NULL, &why));
	assert_null(address_normal(&a, late, sizeof late - 1, NULL, &why));
	assert_null(address_normal(&a, "ann@b\xc3\xbc.org\0.x", 14, NULL, &why));
}

static void only_len_bytes_are_read(void **state)
{
	static const char *const rows[] = {"ann@example.com", "Ann@EXAMPLE.com",
					   ("ann@b\xc3\xbc" "cher.example")};
	struct arena a = {0};
	const char *why;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t len = strlen(rows[i]);
		char *copy = mem_resize(NULL, len, 1);

		memcpy(copy, rows[i], len);
		assert_string_equal(address_normal(&a, copy, len, NULL, &why),
				    normal(&a, rows[i], NULL));
		free(copy);
	}
	arena_free(&a);
}

static void a_normal_string_of_the_arena_is_not_copied(void **state)
{
	struct arena a = {0}, b = {0};
	const char *email = arena_strdup(&a, "ann@example.com");
	const char *other = arena_strdup(&a, "xann@example.com.") + 1;
	const char *why;
	bool same;

	(void)state;
	assert_ptr_equal(normal(&a, email, &same), email);
	assert_true(same);
	assert_ptr_not_equal(normal(&b, email, NULL), email);
	assert_ptr_not_equal(address_normal(&a, other, strlen(other) - 1, &same, &why), other);
	assert_true(same);
	assert_false(arena_holds(&a, email - 16, 4096));
	arena_free(&a);
	arena_free(&b);
}

static void normal_forms_are_stable(void **state)
{
	struct arena a = {0};
	bool same;

	(void)state;
	for (unsigned c = 0x80; c < 0x20000; c++) {
		char email[32];
		const char *n;

		snprintf(email, sizeof email, "a%lcb@x.org", (wint_t)c);
		n = normal(&a, email, NULL);
		if (n) {
			assert_non_null(normal(&a, n, &same));
			assert_true(same);
		}
		if (c % 0x800 == 0)
			arena_free(&a);
	}
	arena_free(&a);
}

static void domains_compare_with_addresses(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_string_equal(address_domain_normal(&a, "EXAMPLE.com"), "example.com");
	assert_string_equal(address_domain_normal(&a, "B\xc3\xbc" "cher.example"),
			    address_domain(normal(&a, "x@xn--bcher-kva.example", NULL)));
	assert_null(address_domain_normal(&a, ""));
	assert_null(address_domain_normal(&a, "example"));
	assert_null(address_domain_normal(&a, "@example.com"));
	assert_null(address_domain_normal(&a, "*.example.com"));
	assert_null(address_domain_normal(&a, "b\xff.com"));
	assert_string_equal(address_domain("no at sign"), "");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_spellings_have_one_normal_form),
		cmocka_unit_test(homographs_stay_apart),
		cmocka_unit_test(what_is_no_address_is_refused_with_its_reason),
		cmocka_unit_test(a_nul_is_no_end),
		cmocka_unit_test(only_len_bytes_are_read),
		cmocka_unit_test(a_normal_string_of_the_arena_is_not_copied),
		cmocka_unit_test(normal_forms_are_stable),
		cmocka_unit_test(domains_compare_with_addresses),
	};
	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
