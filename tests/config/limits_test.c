/* Fault C2: what YAML would allow and a configuration does not need. */
#include "config/tree.h"
#include "tests/config/fixture.h"

#include <setjmp.h>
#include <time.h>
#include <cmocka.h>

static void loads_as(struct fixture *f, const char *bytes, size_t len, const char *printed)
{
	assert_int_equal(fixture_load(f, bytes, len, SETTINGS_WITHOUT_SECRETS),
			 *printed ? -1 : 0);
	assert_string_equal(f->printed, printed);
}

static void bytes_that_are_no_text(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *printed;
	} rows[] = {
#define ROW(text, printed) {text, sizeof(text) - 1, printed}
		ROW("", "f:1:1: the file is empty\n"),
		ROW("# nothing\n", "f:1:1: the file is empty\n"),
		ROW("\xef\xbb\xbf" BASE, "f:1:1: the file begins with a byte order mark\n"
					 "    hint: save it as UTF-8 without a byte order mark\n"),
		ROW("\xff\xfeo\0", "f:1:1: the file begins with a byte order mark\n"
				   "    hint: save it as UTF-8 without a byte order mark\n"),
		ROW("\xfe\xff\0o", "f:1:1: the file begins with a byte order mark\n"
				   "    hint: save it as UTF-8 without a byte order mark\n"),
		ROW("a: b\nc: \xc3\xa9\0d\n", "f:2:5: a NUL byte is in the file\n"),
		ROW("a: b\nc: \xc3\xa9\xff\n",
		    "f:2:5: these bytes are not UTF-8\n    hint: save the file as UTF-8\n"),
		ROW("a: \xed\xa0\x80\n",
		    "f:1:4: these bytes are not UTF-8\n    hint: save the file as UTF-8\n"),
		ROW("a: b\nc: \x1b[2J\n", "f:2:4: a control character is in the file\n"),
		ROW("seatsync\n", "f:1:1: the file holds no keys and values\n"),
		ROW("- a\n", "f:1:1: the file holds no keys and values\n"),
#undef ROW
	};
	struct fixture f = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		loads_as(&f, rows[i].bytes, rows[i].len, rows[i].printed);
	fixture_end(&f);
}

static void documents_anchors_and_tags(void **state)
{
	static const struct {
		const char *text, *printed;
	} rows[] = {
		{"---\n" BASE "...\n", ""},
		{BASE "---\nb: c\n",
		 "f:13:1: a second document begins here; only one is allowed\n"
		 "    hint: one file is for one organization\n"},
		{BASE "limits: &x {}\n",
		 "f:13:9: limits: has an anchor; anchors are not allowed\n"},
		{BASE "protect: *x\n",
		 "f:13:10: protect: is an alias; aliases are not allowed\n"
		 "    hint: write the value out\n"},
		{BASE "limits: {<<: {removals: 1}}\n",
		 "f:13:10: limits.<<: is a merge key; merge keys are not allowed\n"},
		{BASE "limits: {removals: !!int 5}\n",
		 "f:13:20: limits.removals: has a tag; tags are not allowed\n"},
		{BASE "limits: !local {}\n", "f:13:9: limits: has a tag; tags are not allowed\n"},
		{BASE "protect: [\"a\\0b@example.com\"]\n", "f:13:11: protect[0]: has a NUL in it\n"},
		{BASE "\"a\\0b\": c\n",
		 "f:13:1: a: is too long for a key, or has a NUL in it\n"},
		{BASE "protect: [\"a\\eb@example.com\"]\n",
		 "f:13:11: protect[0]: has a control character in it\n"},
	};
	struct fixture f = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		loads_as(&f, rows[i].text, strlen(rows[i].text), rows[i].printed);
	fixture_end(&f);
}

static void windows_line_ends_are_fine(void **state)
{
	static const char base[] = BASE "limits:\n  removals: 5\t# five\n";
	struct fixture f = {0};
	struct arena a = {0};
	const char *text = "";

	(void)state;
	for (const char *p = base; *p; p++)
		text = arena_printf(&a, *p == '\n' ? "%s\r%c" : "%s%c", text, *p);
	loads_as(&f, text, strlen(text), "");
	assert_int_equal(f.s.policy.limits.removals, 5);
	arena_free(&a);
	fixture_end(&f);
}

/* All of a file's bytes the same, after a head: libyaml's bad cases. */
static void filled(struct fixture *f, const char *head, const char *unit, size_t size)
{
	size_t at = strlen(head), step = strlen(unit);
	char *bytes = mem_resize(NULL, size, 1);

	memset(bytes, '\n', size);
	memcpy(bytes, head, at);
	for (; at + step <= size; at += step)
		memcpy(bytes + at, unit, step);
	assert_int_equal(fixture_load(f, bytes, size, SETTINGS_WITHOUT_SECRETS), -1);
	free(bytes);
}

/*
 * libyaml alone takes two minutes for the first; the bound is wide, as the
 * machine may be slow, and counts our own time only.
 */
static void hostile_files_are_refused_quickly(void **state)
{
	static const struct {
		const char *head, *unit, *text;
	} rows[] = {
		{"", "[", "is nested deeper than 32 levels"},
		{"", "[\n", "is nested deeper than 32 levels"},
		{"", "{", "is nested deeper than 32 levels"},
		{"", "{a: ", "is nested deeper than 32 levels"},
		{"", "- ", "is nested deeper than 32 levels"},
		{"", "? ", "is nested deeper than 32 levels"},
		{"", "[]: ", "this is no valid YAML"},
		{"", "a", "the file holds no keys and values"},
		{"", "a: 1\n", "there are more faults; they are told when these are mended"},
		{BASE, "id: 1\n", "there are more faults; they are told when these are mended"},
		{BASE "limits:\n", "  removals: 1\n",
		 "there are more faults; they are told when these are mended"},
		{BASE "protect:\n", "- a\n",
		 "there are more faults; they are told when these are mended"},
		{BASE "limits: {", "a: {},", "this is no valid YAML"},
		{BASE "limits:\n", "  a: {}\n", "there are more faults"},
		{BASE, "&a ", "this is no valid YAML"},
		{BASE "x: \"", "\\x41", "this is no valid YAML"},
	};
	struct fixture f = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		clock_t begin = clock();

		filled(&f, rows[i].head, rows[i].unit, CONFIG_MAX);
		assert_true(clock() - begin < 10 * CLOCKS_PER_SEC);
		assert_non_null(strstr(f.printed, rows[i].text));
		assert_true(f.faults.list.nr <= 101);
	}
	fixture_end(&f);
}

static void size_and_depth_end_where_said(void **state)
{
	struct fixture f = {0};
	struct arena a = {0};
	const char *open = "", *close = "";
	char *bytes = mem_resize(NULL, CONFIG_MAX + 1, 1);

	(void)state;
	memset(bytes, '\n', CONFIG_MAX + 1);
	memcpy(bytes, BASE, strlen(BASE));
	loads_as(&f, bytes, CONFIG_MAX, "");
	loads_as(&f, bytes, CONFIG_MAX + 1,
		 "f: the file is larger than 256 KiB; nothing of it was read\n");
	free(bytes);
	for (int i = 0; i < DEPTH_MAX - 1; i++) {
		open = arena_printf(&a, "%s[", open);
		close = arena_printf(&a, "%s]", close);
	}
	open = arena_printf(&a, BASE "x: %s%s\n", open, close);
	loads_as(&f, open, strlen(open), "f:13:1: x: is no known key\n"
		 "    hint: the keys here are organization, directories, rules, scope, protect, "
		 "invitations, seats, leavers, limits, members, tokens, allow_cleartext, state, "
		 "metrics, notify\n");
	close = arena_printf(&a, BASE "x: [%s]\n", strchr(strstr(open, "x: "), '['));
	assert_int_equal(fixture_load(&f, close, strlen(close), SETTINGS_WITHOUT_SECRETS), -1);
	assert_non_null(strstr(f.printed, "is nested deeper than 32 levels"));
	arena_free(&a);
	fixture_end(&f);
}

static void a_file_that_is_none(void **state)
{
	struct config_faults faults = {0};
	struct settings s;
	struct err e;

	(void)state;
	assert_int_equal(settings_load(&s, "/nowhere/\x1b.yaml", SETTINGS_WITHOUT_SECRETS, &faults, &e),
			 -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_string_equal(e.text, "the configuration /nowhere/\\x1b.yaml cannot be read: No such "
				    "file or directory; nothing was done\n"
				    "hint: name another with -c FILE");
	assert_int_equal(settings_load(&s, "/tmp", SETTINGS_WITHOUT_SECRETS, &faults, &e), -1);
	assert_non_null(strstr(e.text, "it is no regular file"));
	assert_int_equal(faults.list.nr, 0);
	config_faults_free(&faults);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_that_are_no_text),
		cmocka_unit_test(documents_anchors_and_tags),
		cmocka_unit_test(windows_line_ends_are_fine),
		cmocka_unit_test(hostile_files_are_refused_quickly),
		cmocka_unit_test(size_and_depth_end_where_said),
		cmocka_unit_test(a_file_that_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
