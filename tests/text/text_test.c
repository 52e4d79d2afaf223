#include "agent/text.h"

#include <setjmp.h>
#include <cmocka.h>

static void utf8_valid_ends_at_the_first_wrong_byte(void **state)
{
	static const struct {
		const char *s;
		size_t len, valid;
	} rows[] = {
		{"", 0, 0},
		{"plain", 5, 5},
		{"a\0b", 3, 1},
		{"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9, 9},
		{"a\xc0\x80", 3, 1},             /* overlong NUL */
		{"a\xe0\x80\xaf", 4, 1},         /* overlong slash */
		{"a\xf0\x80\x80\xaf", 5, 1},
		{"a\xed\xa0\x80", 4, 1},         /* surrogate */
		{"a\xed\x9f\xbf", 4, 4},
		{"a\xf4\x8f\xbf\xbf", 5, 5},     /* U+10FFFF */
		{"a\xf4\x90\x80\x80", 5, 1},
		{"a\xf5\x80\x80\x80", 5, 1},
		{"a\xff", 2, 1},
		{"a\x80", 2, 1},
		{"a\xe2\x82", 3, 1},             /* cut off */
		{"a\xe2\x28\xa1", 4, 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		/* A copy of exactly that size, so that reading beyond it is seen. */
		char *copy = mem_resize(NULL, rows[i].len, 1);

		if (rows[i].len)
			memcpy(copy, rows[i].s, rows[i].len);
		assert_int_equal(utf8_valid(copy, rows[i].len), rows[i].valid);
		free(copy);
	}
}

/* Faults H1 and H7. */
static const struct {
	const char *raw, *shown;
	size_t width;
} shown[] = {
	{"", "", 0},
	{"Ren\xc3\xa9 \xe5\xb1\xb1\xe7\x94\xb0", "Ren\xc3\xa9 \xe5\xb1\xb1\xe7\x94\xb0", 9},
	{"e\xcc\x81", "e\xcc\x81", 1},
	{"a\\x1b", "a\\x1b", 5},
	{"\x1b[2J\\", "\\x1b[2J\\\\", 9},
	{"a\nb\tc\r", "a\\x0ab\\x09c\\x0d", 15},
	{"\x7f", "\\x7f", 4},
	{"\xc2\x80\xc2\x9b" "31m\xc2\x9f", "\\x80\\x9b31m\\x9f", 15},
	{"\xc2\xa0", "\xc2\xa0", 1},
	{"\xe2\x80\xaa\xe2\x80\xae", "\\u202a\\u202e", 12},
	{"\xe2\x81\xa6\xe2\x81\xa9", "\\u2066\\u2069", 12},
	{"\xe2\x80\x8b\xe2\x80\x8f\xe2\x80\x8d", "\\u200b\\u200f\\u200d", 18},
	{"\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029", 12},
	{"\xd8\x9c", "\\u061c", 6},
	{"\xef\xbb\xbfx", "\\ufeffx", 7},
	{"\xc2\xad", "\\u00ad", 6},
	{"\xf3\xa0\x81\x81", "\\U000e0041", 10},
	{"\xff\xfe", "\\xff\\xfe", 8},
	{"\xc0\x80", "\\xc0\\x80", 8},
	{"a\xe2\x82", "a\\xe2\\x82", 9},
	{"\xed\xa0\x80", "\\xed\\xa0\\x80", 12},
	{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", 2},
};

static void strangers_text_is_shown_harmlessly(void **state)
{
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		char *text = NULL;
		size_t len = 0;
		FILE *f = open_memstream(&text, &len);

		text_show(f, shown[i].raw);
		fclose(f);
		assert_string_equal(text, shown[i].shown);
		free(text);
		assert_string_equal(text_shown(&a, shown[i].raw), shown[i].shown);
		assert_int_equal(text_width(shown[i].raw), shown[i].width);
	}
	arena_free(&a);
}

/* Whatever the bytes: what is shown is valid, holds no control, and shows as itself again. */
static void nothing_harmful_comes_through(void **state)
{
	struct arena a = {0};

	(void)state;
	for (unsigned seed = 1, n = 0; n < 20000; n++) {
		char raw[9] = "";
		const char *text;

		for (size_t i = 0; i < 8; i++) {
			seed = seed * 1103515245U + 12345U;
			raw[i] = (char)(seed >> 16 & 0xff);
		}
		text = text_shown(&a, raw);
		assert_int_equal(utf8_valid(text, strlen(text)), strlen(text));
		for (const char *p = text; *p; p++)
			assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
		assert_null(strstr(text, "\xc2\x9b"));
		assert_null(strstr(text, "\xe2\x80\xae"));
		assert_string_equal(text_shown(&a, text), text);
	}
	arena_free(&a);
}

static void times_have_one_spelling(void **state)
{
	static const struct {
		utc t;
		const char *text;
	} rows[] = {
		{0, "1970-01-01T00:00:00Z"},
		{-1, "1969-12-31T23:59:59Z"},
		{951782400, "2000-02-29T00:00:00Z"},
		{1795339800, "2026-11-22T09:30:00Z"},
		{2147483648, "2038-01-19T03:14:08Z"},
		{4107542399, "2100-02-28T23:59:59Z"},
		{4107542400, "2100-03-01T00:00:00Z"},
		{-62135596800, "0001-01-01T00:00:00Z"},
		{253402300799, "9999-12-31T23:59:59Z"},
	};
	char text[UTC_TEXT_SIZE];
	utc t;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_string_equal(utc_format(text, rows[i].t), rows[i].text);
		assert_int_equal(utc_parse(rows[i].text, &t), 0);
		assert_int_equal(t, rows[i].t);
	}
	assert_string_equal(utc_format(text, INT64_MAX), "9999-12-31T23:59:59Z");
	assert_string_equal(utc_format(text, INT64_MIN), "0001-01-01T00:00:00Z");
	for (t = -62135596800; t < 253402214400; t += 86399 * 37) {
		utc back;

		assert_int_equal(utc_parse(utc_format(text, t), &back), 0);
		assert_int_equal(back, t);
	}
}

static void times_are_read_as_others_write_them(void **state)
{
	static const struct {
		const char *text;
		utc t;
	} rows[] = {
		{"2026-11-22T09:30:00+00:00", 1795339800},
		{"2026-11-22T10:30:00+01:00", 1795339800},
		{"2026-11-22T04:00:00-0530", 1795339800},
		{"2026-11-22T11:30:00+02", 1795339800},
		{"2026-11-22t09:30:00z", 1795339800},
		{"2026-11-22 09:30:00", 1795339800},
		{"2026-11-22T09:30", 1795339800},
		{"2026-11-22T09:30:00.123456789Z", 1795339800},
		{"2026-11-22T09:30:00,5", 1795339800},
		{"2016-12-31T23:59:60Z", 1483228800},
	};
	static const char *const wrong[] = {
		"", "x", "2026-11-22", "2026-11-22T", "2026-11-22T09", "2026-11-22T09:30:00Zx",
		"2026-11-22T09:30:00 Z", " 2026-11-22T09:30:00Z", "2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
		"2100-02-29T00:00:00Z", "0000-01-01T00:00:00Z", "2026-11-22T24:00:00Z",
		"2026-11-22T09:60:00Z", "2026-11-22T09:30:61Z", "2026-11-22T09:30:00.Z",
		"2026-11-22T09:30:00+24:00", "2026-11-22T09:30:00+1", "2026-11-22T09:30:00+01:",
		"2026-11-22T09:30:00+01:60", "20261122T093000Z", "+026-11-22T09:30:00Z",
		"2026-1-22T09:30:00Z", "2026-11-22T9:30:00Z", "2026-11-22T-9:30:00Z",
	};
	utc t;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(utc_parse(rows[i].text, &t), 0);
		assert_int_equal(t, rows[i].t);
	}
	t = 42;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(utc_parse(wrong[i], &t), -1);
		assert_int_equal(t, 42);
	}
}

static void durations_are_short(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} rows[] = {
		{0, "0s"}, {45, "45s"}, {59, "59s"}, {60, "1m"}, {89, "1m"}, {90, "2m"},
		{720, "12m"}, {3569, "59m"}, {3570, "1h"}, {18000, "5h"}, {84599, "23h"},
		{84600, "1d"}, {6 * DAY + 3 * HOUR, "6d 3h"}, {7 * DAY, "7d"}, {-45, "-45s"},
		{-2 * DAY, "-2d"}, {INT64_MAX, "106751991167300d 16h"},
		{INT64_MIN, "-106751991167300d 16h"},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(duration_format(&a, rows[i].seconds), rows[i].text);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_valid_ends_at_the_first_wrong_byte),
		cmocka_unit_test(strangers_text_is_shown_harmlessly),
		cmocka_unit_test(nothing_harmful_comes_through),
		cmocka_unit_test(times_have_one_spelling),
		cmocka_unit_test(times_are_read_as_others_write_them),
		cmocka_unit_test(durations_are_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
