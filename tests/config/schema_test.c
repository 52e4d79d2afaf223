/*
 * The example and the editors' schema say what the table of keys says.  The
 * schema is made from the table here; `test_config_schema write` writes it.
 */
#include "config/fault.h"
#include "config/keys.h"
#include "config/tree.h"
#include "tests/config/fixture.h"

#include <setjmp.h>
#include <cmocka.h>
#include <jansson.h>

#define SCHEMA  CONFIG_FOLDER "/seatsync.schema.json"
#define EXAMPLE CONFIG_FOLDER "/seatsync.example.yaml"

static void set(json_t *object, const char *name, json_t *value)
{
	assert_int_equal(json_object_set_new(object, name, value), 0);
}

/* ---- the schema, from the table ---------------------------------------------- */

static json_t *section_schema(const struct section *s);

static json_t *typed(const char *type, bool nullable)
{
	return nullable ? json_pack("{s:[s,s]}", "type", type, "null")
			: json_pack("{s:s}", "type", type);
}

static json_t *pattern_schema(const char *pattern, bool nullable)
{
	json_t *schema = typed("string", nullable);

	set(schema, "pattern", json_string(pattern));
	return schema;
}

static json_t *words_schema(const struct key *k)
{
	size_t now = k->words_now ? k->words_now : k->words_nr;
	json_t *words = json_array();

	for (size_t i = 0; i < now; i++)
		if (k->words[i])
			json_array_append_new(words, json_string(k->words[i]));
	if (k->nullable)
		json_array_append_new(words, json_null());
	return json_pack("{s:o}", "enum", words);
}

static json_t *number_schema(const struct key *k)
{
	return json_pack("{s:s,s:I,s:I}", "type", "integer", "minimum", (json_int_t)k->least,
			 "maximum", (json_int_t)k->most);
}

static json_t *list_schema(json_t *items, bool required, int64_t most)
{
	json_t *schema = json_pack("{s:s,s:o}", "type", "array", "items", items);

	if (required)
		set(schema, "minItems", json_integer(1));
	if (most)
		set(schema, "maxItems", json_integer(most));
	return schema;
}

#define TIME_PATTERN "(0|[1-9][0-9]*)[smhd]"

static json_t *key_schema(const struct key *k)
{
	bool nullable = k->nullable || (!k->required && !k->standard[0]);

	switch (k->type) {
	case KEY_SECTION:
		return section_schema(k->section);
	case KEY_SECTIONS:
		return list_schema(section_schema(k->section), k->required, k->most);
	case KEY_TEXT:
		return k->words ? words_schema(k) : typed("string", nullable);
	case KEY_LIST:
		return list_schema(typed("string", false), k->required, 0);
	case KEY_TEXTS:
		return json_pack("{s:[o,o]}", "anyOf", typed("string", nullable),
				 list_schema(typed("string", false), true, k->most));
	case KEY_NUMBER:
		return number_schema(k);
	case KEY_TIME:
		return pattern_schema("^" TIME_PATTERN "$", nullable);
	case KEY_PERCENT:
		return pattern_schema("^(100|[1-9]?[0-9])%$", false);
	case KEY_BOOL:
		return typed("boolean", false);
	case KEY_WORD:
		return words_schema(k);
	case KEY_TOTAL:
		return json_pack("{s:[{s:s},o]}", "anyOf", "const", "auto", number_schema(k));
	case KEY_REISSUE:
		return pattern_schema("^(expired|never|before [1-9][0-9]*[smhd])$", false);
	case KEY_DAY:
		return pattern_schema("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", true);
	case KEY_HEADERS:
		return json_pack("{s:s,s:{s:s},s:i}", "type", "object", "additionalProperties",
				 "type", "string", "maxProperties", HEADERS_MAX);
	case KEY_LATER:
		return json_pack("{s:[n,{}]}", "enum");
	}
	fail();
	return NULL;
}

/* The default as JSON; NULL where there is none. */
static json_t *standard_json(const struct key *k)
{
	const char *text = key_standard(k, LDAP_OPENLDAP);

	if (k->required || k->type == KEY_SECTION)
		return NULL;
	if (k->type == KEY_LIST || k->type == KEY_SECTIONS)
		return json_array();
	if (k->type == KEY_HEADERS)
		return json_pack("{s:s,s:s}", headers_standard[0].name, headers_standard[0].value,
				 headers_standard[1].name, headers_standard[1].value);
	if (!text)
		return json_null();
	if (k->type == KEY_NUMBER)
		return json_integer(strtoll(text, NULL, 10));
	if (k->type == KEY_BOOL)
		return json_boolean(str_eq(text, "true"));
	return json_string(text);
}

static json_t *section_schema(const struct section *s)
{
	json_t *properties = json_object(), *required = json_array(), *choices = json_array();
	json_t *schema = json_pack("{s:s,s:b}", "type", "object", "additionalProperties", 0);

	for (size_t i = 0; i < s->nr; i++) {
		const struct key *k = &s->keys[i];
		json_t *property = key_schema(k), *standard = standard_json(k);

		assert_non_null(property);
		set(property, "description", json_string(k->about));
		if (standard)
			set(property, "default", standard);
		set(properties, k->name, property);
		if (k->required)
			json_array_append_new(required, json_string(k->name));
		if (k->one_of)
			json_array_append_new(choices, json_pack("{s:[s]}", "required", k->name));
	}
	if (json_array_size(choices))
		set(schema, "oneOf", json_incref(choices));
	json_decref(choices);
	if (json_array_size(required))
		set(schema, "required", required);
	else
		json_decref(required);
	set(schema, "properties", properties);
	return schema;
}

static char *schema_text(void)
{
	json_t *schema = section_schema(&section_root);
	char *text;

	set(schema, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
	set(schema, "title", json_string("seatsync.yaml"));
	text = json_dumps(schema, JSON_INDENT(2) | JSON_SORT_KEYS);
	json_decref(schema);
	return text;
}

/* ---- files ------------------------------------------------------------------------ */

static char *file_text(const char *path, size_t *len)
{
	char *bytes = mem_resize(NULL, CONFIG_MAX, 1);
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	*len = fread(bytes, 1, CONFIG_MAX - 1, f);
	bytes[*len] = '\0';
	fclose(f);
	return bytes;
}

static void the_schema_is_what_the_table_says(void **state)
{
	char *made = schema_text(), *text;
	size_t len;

	(void)state;
	text = file_text(SCHEMA, &len);
	assert_true(len > 1 && text[len - 1] == '\n');
	text[len - 1] = '\0';
	assert_string_equal(text, made);
	free(text);
	free(made);
}

/* ---- the example ------------------------------------------------------------------- */

/* Keys whose value there is an example, because they have no default. */
static bool only_an_example(const char *path)
{
	static const char *const paths[] = {
		"organization.client_secret_file",
		"directories[0].ldap.bind_dn",
		"directories[0].ldap.bind_password_file",
		"directories[3].scim.token_file",
		"state.path",
	};

	return word_index(paths, ARRAY_SIZE(paths), path) >= 0;
}

/* Comes with a later version: in a comment, behind "not yet". */
static void commented(const char *text, const char *name)
{
	const char *at = strstr(text, "# not yet:");
	char key[64];

	snprintf(key, sizeof key, "  #   %s:", name);
	assert_non_null(at);
	assert_non_null(strstr(at, key));
}

static void key_shown(const struct key *k, const struct node *n, const char *path)
{
	const char *standard = key_standard(k, LDAP_OPENLDAP);

	if (k->required || only_an_example(path))
		return;
	if (k->type == KEY_LIST)
		assert_int_equal(n->nr, 0);
	else if (k->type == KEY_HEADERS)
		assert_int_equal(n->nr, ARRAY_SIZE(headers_standard));
	else if (!standard)
		assert_true(node_null(n) || (n->kind == NODE_MAP && n->nr == 0));
	else
		assert_string_equal(n->text, standard);
}

/* An empty list, with what may stand in it in a comment: "# [{person: X, group: Y}]". */
static void empty_shown(const struct section *s, const struct node *list, const char *text)
{
	const char *comment = strstr(text, "# [{");
	char key[64];

	assert_int_equal(list->nr, 0);
	assert_non_null(comment);
	for (size_t i = 0; i < s->nr; i++) {
		snprintf(key, sizeof key, "%s: ", s->keys[i].name);
		assert_non_null(strstr(comment, key));
		assert_true(strstr(comment, key) < strchr(comment, '\n'));
	}
}

/* Of the mappings of a list, the one that makes this choice. */
static const struct node *map_with(const struct node *map, const char *name)
{
	while (map && !node_find(map, name))
		map = map->next;
	return map;
}

static void section_shown(const struct section *s, const struct node *map, const char *text)
{
	struct arena a = {0};

	assert_non_null(map);
	assert_int_equal(map->kind, NODE_MAP);
	for (size_t i = 0; i < s->nr; i++) {
		const struct key *k = &s->keys[i];
		const struct node *n = node_find(k->one_of ? map_with(map, k->name) : map, k->name);

		if (!n && k->type == KEY_LATER) {
			commented(text, k->name);
			continue;
		}
		if (!n)
			print_error("%s.%s is not in the example\n", map->key, k->name);
		assert_non_null(n);
		if (k->type == KEY_SECTION)
			section_shown(k->section, n, text);
		else if (k->type == KEY_SECTIONS && !k->required)
			empty_shown(k->section, n, text);
		else if (k->type == KEY_SECTIONS)
			section_shown(k->section, n->first, text);
		else
			key_shown(k, n, node_path(&a, n));
	}
	arena_free(&a);
}

static void the_example_shows_every_key_with_its_default(void **state)
{
	struct config_faults faults = {0};
	struct arena a = {0};
	size_t len;
	char *text = file_text(EXAMPLE, &len);
	const struct node *root = tree_read(&a, text, len, &faults);

	(void)state;
	assert_int_equal(faults.list.nr, 0);
	section_shown(&section_root, root, text);
	for (const char *line = text; line < text + len; line = strchr(line, '\n') + 1)
		assert_true(strchr(line, '\n') - line <= 120);
	arena_free(&a);
	config_faults_free(&faults);
	free(text);
}

/* ---- the table ----------------------------------------------------------------------- */

static void section_sound(const struct section *s)
{
	assert_true(s->nr <= 32);
	for (size_t i = 0; i < s->nr; i++) {
		const struct key *k = &s->keys[i];

		assert_true(strlen(k->name) <= KEY_MAX);
		assert_true(strlen(k->about) > 0);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(k->name, s->keys[j].name);
		if (k->section)
			section_sound(k->section);
		assert_true(!k->one_of || (k->type == KEY_SECTION && !k->required));
		if (k->words_now || k->type == KEY_LATER)
			assert_non_null(k->instead);
		if (k->type == KEY_TIME || k->type == KEY_NUMBER || k->type == KEY_PERCENT)
			assert_true(k->most > k->least);
	}
}

static void the_table_is_sound(void **state)
{
	(void)state;
	section_sound(&section_root);
}

static int schema_write(void)
{
	FILE *f = fopen(SCHEMA, "w");
	char *text = schema_text();

	if (!f)
		return 1;
	fprintf(f, "%s\n", text);
	free(text);
	return fclose(f) ? 1 : 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_schema_is_what_the_table_says),
		cmocka_unit_test(the_example_shows_every_key_with_its_default),
		cmocka_unit_test(the_table_is_sound),
	};

	if (argc == 2 && str_eq(argv[1], "write"))
		return schema_write();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
