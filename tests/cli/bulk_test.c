/* Bulk Upload: fault H2, and RFC 4180. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "agent/base.h"
#include "agent/report_bulk.h"

static void H2_no_cell_begins_like_a_formula(void **state)
{
	static const char *const formulas[] = {
		"=cmd|' /C calc'!A0@example.com", "+1@example.com", "-1@example.com",
		"@sum(a1)@example.com", "\t=1@example.com", "\r=1@example.com", "\n=1@example.com",
		"\xef\xbc\x9d" "1@example.com", "\xef\xbc\x8b" "1@example.com",
		"\xef\xbc\x8d" "1@example.com", "\xef\xbc\xa0" "1@example.com",
	};
	static const char *const addresses[] = {
		"ann@example.com", "a=b@example.com", "a+b@example.com", "a-b@example.com",
		"_ann@example.com", "'ann@example.com", "1@example.com",
		"\xc3\xa9mile@example.com", "",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formulas); i++)
		assert_false(bulk_harmless(formulas[i]));
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
		assert_true(bulk_harmless(addresses[i]));
}

static void a_line_is_what_rfc_4180_says(void **state)
{
	static const struct {
		const char *email, *line;
	} rows[] = {
		{"ann@example.com", "ann@example.com\r\n"},
		{"\xc3\xa9mile@example.com", "\xc3\xa9mile@example.com\r\n"},
		{"\"a,b\"@example.com", "\"\"\"a,b\"\"@example.com\"\r\n"},
		{"a,b@example.com", "\"a,b@example.com\"\r\n"},
		{"a\nb@example.com", "\"a\nb@example.com\"\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text;
		size_t len;
		FILE *out = open_memstream(&text, &len);

		bulk_line(out, rows[i].email);
		fclose(out);
		assert_string_equal(text, rows[i].line);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(H2_no_cell_begins_like_a_formula),
		cmocka_unit_test(a_line_is_what_rfc_4180_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
