/* Records that hold a list of their own, as a stream; and records of the plain kind against
 * jansson. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#include <cmocka.h>

#include "connectors/json_items.h"
#include "connectors/json_plain.h"

/* ---- lists in records -------------------------------------------------------------- */

/* What came, as "1,2=g 3=h": the members, then their group. */
struct seen {
	FILE *out;
	struct items list, inner;
	size_t groups, members;
};

static int on_member(void *ctx, const json_t *member, const char **why)
{
	struct seen *s = ctx;
	const char *value = json_string_value(json_object_get(member, "value"));

	*why = "has a member that the test does not like";
	s->members++;
	fprintf(s->out, "%s,", value ? value : "-");
	return value && strcmp(value, "bad") == 0 ? -1 : 0;
}

static int on_group(void *ctx, const json_t *group, const char **why)
{
	struct seen *s = ctx;
	const char *id = json_string_value(json_object_get(group, "id"));

	*why = "has a group that the test does not like";
	s->groups++;
	assert_int_equal(json_array_size(json_object_get(group, "members")), 0);
	fprintf(s->out, "=%s%s ", id ? id : "-", s->inner.found ? "" : "?");
	return id && strcmp(id, "bad") == 0 ? -1 : 0;
}

/* Fed in pieces of `step`.  What came, to be freed, or NULL with *why. */
static char *groups_read(const char *text, size_t len, size_t step, const char **why)
{
	static const char *const keys[] = {"value", NULL};
	struct seen s = {0};
	json_t *envelope;
	char *said = NULL;
	size_t size;
	bool well = true;

	s.out = open_memstream(&said, &size);
	items_begin(&s.inner, "members", on_member, &s);
	s.inner.optional = s.inner.anycase = true;
	s.inner.keys = keys;
	items_begin(&s.list, "Resources", on_group, &s);
	s.list.inner = &s.inner;
	for (size_t at = 0; at < len && well; at += step)
		well = items_feed(&s.list, text + at, len - at < step ? len - at : step) == 0;
	well = well && items_end(&s.list, &envelope) == 0;
	fclose(s.out);
	*why = s.list.why ? s.list.why : "";
	if (well) {
		assert_int_equal(s.list.nr, s.groups);
		json_decref(envelope);
	} else {
		free(said);
		said = NULL;
	}
	items_clear(&s.list);
	items_clear(&s.inner);
	return said;
}

static void the_lists_in_records_are_the_same_in_any_pieces(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{"{\"Resources\":[]}", ""},
		{"{\"Resources\":[{\"id\":\"g\"}]}", "=g? "},
		{"{\"Resources\":[{\"id\":\"g\",\"members\":null}]}", "=g? "},
		{"{\"Resources\":[{\"id\":\"g\",\"members\":[]}]}", "=g "},
		{"{\"Resources\":[{\"members\":[{\"value\":\"1\"}],\"id\":\"g\"}]}", "1,=g "},
		{"{\"Resources\":[{\"id\":\"g\",\"MEMBERS\" : [ {\"value\":\"1\"} , {} ] }, "
		 "{\"id\":\"h\",\"members\":[{\"value\":\"2\"}]},{\"id\":\"i\"}]}",
		 "1,-,=g 2,=h =i? "},
		/* a list of that name elsewhere is no list of members */
		{"{\"Resources\":[{\"id\":\"g\",\"x\":{\"members\":[{\"value\":\"1\"}]}}]}",
		 "=g? "},
		{"{\"x\":{\"members\":[{}]},\"Resources\":[{\"id\":\"g\",\"s\":\"members\"}],"
		 "\"members\":[{\"value\":\"1\"}]}",
		 "=g? "},
		{"{\"Resources\":[{\"id\":\"]}\\\"\",\"members\":[{\"value\":\"[{\\\\\"}]}]}",
		 "[{\\,=]}\" "},
		{"{\"Resources\":[{\"id\":\"g\",\"members\":[{\"value\":\"1\",\"members\":[{}]}]}]"
		 "}",
		 "1,=g "},
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t step = 1; step <= strlen(rows[i].text); step++) {
			char *said = groups_read(rows[i].text, strlen(rows[i].text), step, &why);

			if (!said)
				fail_msg("refused in pieces of %zu: %s: %s", step, rows[i].text,
					 why);
			assert_string_equal(said, rows[i].said);
			free(said);
		}
}

static void h9_faults_in_lists_of_records_are_refused(void **state)
{
	static const char *const rows[] = {
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{}],\"members\":[{}]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[],\"Members\":[]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{}],\"\\u006dembers\":[]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[1]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[[]]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[\"1\"]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{},]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[,{}]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{}{}]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{}}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{]]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{}]",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{}]}]",
		"{\"Resources\":[{\"id\":\"g\",\"id\":\"h\",\"members\":[{}]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{\"value\":\"1\",\"value\":\"2\"}]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{\"display\":1,\"display\":1}]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{\"display\":\"\xff\"}]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{\"display\":01}]}]}",
		"{\"Resources\":[{\"id\":\"\xff\",\"members\":[]}]}",
		"{\"Resources\":[{\"id\":\"g\",\"members\":[{\"value\":\"bad\"}]}]}",
		"{\"Resources\":[{\"id\":\"bad\",\"members\":[]}]}",
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t step = 1; step < 90; step += 8) {
			char *said = groups_read(rows[i], strlen(rows[i]), step, &why);

			if (said)
				fail_msg("taken in pieces of %zu: %s", step, rows[i]);
			assert_true(why[0] != '\0');
		}
}

/* `head`, then nr times `piece`, then `tail`. */
static char *groups_long(const char *head, const char *piece, size_t nr, const char *tail,
			 const char **why)
{
	char *text, *said;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	fputs(head, out);
	for (size_t i = 0; i < nr; i++)
		fputs(piece, out);
	fputs(tail, out);
	fclose(out);
	said = groups_read(text, len, 16384, why);
	free(text);
	return said;
}

static void h8_a_list_is_as_long_as_it_likes_and_the_rest_is_not(void **state)
{
	static const char group[] = "{\"Resources\":[{\"id\":\"g\",\"members\":[{\"value\":\"1\"}";
	const char *why;
	char *said;

	(void)state;
	said = groups_long(group, ",{\"value\":\"1\",\"display\":\"Ada Lovelace\"}", 100000, "]}]}",
			   &why);
	assert_non_null(said);
	assert_int_equal(strlen(said), 2 * 100001 + strlen("=g "));
	free(said);
	assert_null(groups_long(group, ",{\"value\":\"1\"}  ", 10, "],\"x\":\"", &why));
	assert_null(groups_long("{\"Resources\":[{\"id\":\"", "0123456789", ENVELOPE_MAX / 10,
				"\"}]}", &why));
	assert_non_null(strstr(why, "1 MiB"));
	assert_null(groups_long("{\"Resources\":[{\"members\":[{\"value\":\"", "0123456789",
				ITEM_MAX / 10, "\"}]}]}", &why));
	assert_non_null(strstr(why, "1 MiB"));
}

/* ---- plain records -------------------------------------------------------------------- */

static const char *const wanted[] = {"id", "Name", NULL};

/* What jansson makes of it, with the wanted members alone; NULL: it is not JSON. */
static json_t *judge(const char *text)
{
	json_t *all = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *value;
	const char *key;
	void *next;

	json_object_foreach_safe(all, next, key, value)
	{
		if (strcasecmp(key, "id") != 0 && strcasecmp(key, "name") != 0)
			json_object_del(all, key);
	}
	return all;
}

static void plain_records_are_what_jansson_makes_of_them(void **state)
{
	static const char *const rows[] = {
		"{}",
		" { }",
		"{\"id\":\"1\"}",
		"{\"id\":\"1\",\"name\":{\"a\":[],\"b\":{},\"c\":[1,-0,true,false,null,\"\"]}}",
		"{ \"x\" : 1.5 , \"ID\" : -999999999999999 ,\r\n\t\"y\":[[[{\"z\":0.0}]]] }",
		"{\"x\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00eb\\uFFFF\"}",
		"{\"name\":\"Zo\xc3\xab \xf0\x9f\x98\x80\"}",
		"{\"id\":1,\"Id\":2,\"name\":3,\"NAME\":4}",
		"{\"\":1,\"id\":\"\"}",
		"{\"x\":\"\x7f\",\"name\":\"\xef\xbf\xbd\"}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		json_t *plain = json_plain(rows[i], strlen(rows[i]), wanted),
		       *right = judge(rows[i]);

		if (!plain || !json_equal(plain, right))
			fail_msg("not taken, or for something else: %s", rows[i]);
		json_decref(plain);
		json_decref(right);
	}
}

static void all_else_is_left_to_jansson(void **state)
{
	static const char *const rows[] = {
		"",
		" ",
		"[]",
		"\"\"",
		"{",
		"}",
		"{]",
		"{}}",
		"{}x",
		"{,}",
		"{\"id\"}",
		"{\"id\":}",
		"{\"id\":1,}",
		"{\"id\":1 \"x\":2}",
		"{id:1}",
		"{'id':1}",
		"{\"id\":1;}",
		/* twice, wanted or not, at any depth */
		"{\"id\":1,\"id\":1}",
		"{\"x\":1,\"x\":1}",
		"{\"y\":{\"x\":1,\"x\":1}}",
		"{\"y\":[{\"x\":1,\"z\":2,\"x\":1}]}",
		"{\"\\u0069d\":1,\"id\":1}",
		"{\"x\":{\"\\n\":1}}",
		/* strings */
		"{\"x\":\"}",
		"{\"x\":\"\n\"}",
		"{\"x\":\"\x1f\"}",
		"{\"x\":\"\\x\"}",
		"{\"x\":\"\\\"}",
		"{\"x\":\"\\u12\"}",
		"{\"x\":\"\\u12g4\"}",
		"{\"x\":\"\\u0000\"}",
		"{\"x\":\"\\ud83d\"}",
		"{\"x\":\"\\ud83d\\ude00\"}",
		"{\"x\":\"\xff\"}",
		"{\"x\":\"\xc0\xaf\"}",
		"{\"\xff\":1}",
		"{\"x\":\"\xed\xa0\x80\"}",
		"{\"x\":\"\xf4\x90\x80\x80\"}",
		"{\"x\":\"\xc3\"}",
		"{\"id\":\"\\n\"}",
		"{\"name\":{\"x\":\"\\u00eb\"}}",
		/* numbers and words */
		"{\"x\":01}",
		"{\"x\":-}",
		"{\"x\":+1}",
		"{\"x\":1.}",
		"{\"x\":.5}",
		"{\"x\":1e5}",
		"{\"x\":1E5}",
		"{\"x\":1.5e400}",
		"{\"x\":1234567890123456}",
		"{\"x\":9223372036854775808}",
		"{\"id\":1.5}",
		"{\"x\":0x1}",
		"{\"x\":nul}",
		"{\"x\":TRUE}",
		"{\"x\":NaN}",
		"{\"x\":truefalse}",
		/* lists and depth */
		"{\"x\":[}",
		"{\"x\":[1,]}",
		"{\"x\":[,1]}",
		"{\"x\":[1 2]}",
		"{\"x\":{]}",
		"{\"x\":[[[[[[[[[0]]]]]]]]]}",
		"\xef\xbb\xbf{}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (json_plain(rows[i], strlen(rows[i]), wanted))
			fail_msg("taken for plain: %s", rows[i]);
	assert_null(json_plain("{\"x\":\"\0\"}", 10, wanted));
	assert_null(json_plain("{}\0", 3, wanted));
}

static void no_part_of_a_plain_record_is_one(void **state)
{
	static const char text[] =
		"{\"id\":\"a\",\"x\":[{\"y\":-12.5},null,\"\\u00eb\xc3\xab\"],\"name\":{}}";

	(void)state;
	for (size_t len = 0; len < strlen(text); len++) {
		char *part = mem_resize(NULL, len + 1, 1); /* its end is guarded by the sanitizer */

		part = mem_resize(part, len ? len : 1, 1);
		memcpy(part, text, len);
		assert_null(json_plain(part, len, wanted));
		free(part);
	}
}

static void more_keys_than_are_compared_are_left_to_jansson(void **state)
{
	char text[2048] = "{\"id\":1";
	size_t len = strlen(text);

	(void)state;
	for (int i = 1; i < 60; i++) {
		json_t *plain;

		len += (size_t)snprintf(text + len, sizeof text - len, ",\"k%d\":0", i);
		text[len] = '}';
		plain = json_plain(text, len + 1, wanted);
		assert_int_equal(plain != NULL, i < 48);
		json_decref(plain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lists_in_records_are_the_same_in_any_pieces),
		cmocka_unit_test(h9_faults_in_lists_of_records_are_refused),
		cmocka_unit_test(h8_a_list_is_as_long_as_it_likes_and_the_rest_is_not),
		cmocka_unit_test(plain_records_are_what_jansson_makes_of_them),
		cmocka_unit_test(all_else_is_left_to_jansson),
		cmocka_unit_test(no_part_of_a_plain_record_is_one),
		cmocka_unit_test(more_keys_than_are_compared_are_left_to_jansson),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
