#include "tests/sim/switches.h"

#include <stdio.h>

#include "tests/sim/clock.h" /* the words of time_format */
#include "tests/sim/words.h"

struct row {
	const char *name;
	enum kind { BOOL, INT, WORD, TEXT } kind;
	size_t at; /* of the field in struct switches */
	const char *words;
	int64_t number;
	const char *text;
};

static const struct row rows[] = {
#define SWITCH_BOOL(name, value, meaning)                                                          \
	{#name, BOOL, offsetof(struct switches, name), NULL, value, NULL},
#define SWITCH_INT(name, value, meaning)                                                           \
	{#name, INT, offsetof(struct switches, name), NULL, value, NULL},
#define SWITCH_WORD(name, words, value, meaning)                                                   \
	{#name, WORD, offsetof(struct switches, name), words, value, NULL},
#define SWITCH_TEXT(name, value, meaning)                                                          \
	{#name, TEXT, offsetof(struct switches, name), NULL, 0, value},
#include "tests/sim/switches.def"
};

static void *field(struct switches *s, const struct row *r)
{
	return (char *)s + r->at;
}

static const void *const_field(const struct switches *s, const struct row *r)
{
	return (const char *)s + r->at;
}

static void put_number(struct switches *s, const struct row *r, int64_t number)
{
	if (r->kind == BOOL)
		*(bool *)field(s, r) = number != 0;
	else if (r->kind == INT)
		*(int64_t *)field(s, r) = number;
	else
		*(int *)field(s, r) = (int)number;
}

static void put_text(struct switches *s, const struct row *r, const char *text)
{
	char **at = field(s, r);

	free(*at);
	*at = strdup(text);
}

void switches_init(struct switches *s)
{
	memset(s, 0, sizeof *s);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].kind == TEXT)
			put_text(s, &rows[i], rows[i].text);
		else
			put_number(s, &rows[i], rows[i].number);
	}
}

void switches_clear(struct switches *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].kind == TEXT)
			free(*(char **)field(s, &rows[i]));
}

/* 409 is as good as "409". */
static int value_place(const struct row *r, const json_t *value)
{
	char number[24];

	snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	if (json_is_integer(value))
		return word_place(r->words, number);
	return json_is_string(value) ? word_place(r->words, json_string_value(value)) : -1;
}

static json_t *place_word(const char *words, int place)
{
	for (; place > 0; place--)
		words += strcspn(words, " ") + 1;
	return json_stringn(words, strcspn(words, " "));
}

static const struct row *row_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (str_eq(rows[i].name, name))
			return &rows[i];
	return NULL;
}

static int value_check(const struct row *r, const char *name, const json_t *value, struct err *e)
{
	if (!r)
		return err_set(e, ERR_USAGE, "unknown switch %s", name);
	if (r->kind == BOOL && !json_is_boolean(value))
		return err_set(e, ERR_USAGE, "%s: true or false expected", name);
	if (r->kind == INT && !json_is_integer(value))
		return err_set(e, ERR_USAGE, "%s: an integer expected", name);
	if (r->kind == TEXT && !json_is_string(value))
		return err_set(e, ERR_USAGE, "%s: a string expected", name);
	if (r->kind == WORD && value_place(r, value) < 0)
		return err_set(e, ERR_USAGE, "%s: one of \"%s\" expected", name, r->words);
	return 0;
}

int switches_set(struct switches *s, json_t *values, struct err *e)
{
	const char *name;
	json_t *value;

	json_object_foreach(values, name, value)
		if (value_check(row_find(name), name, value, e))
			return -1;
	json_object_foreach(values, name, value) {
		const struct row *r = row_find(name);

		if (r->kind == TEXT)
			put_text(s, r, json_string_value(value));
		else if (r->kind == WORD)
			put_number(s, r, value_place(r, value));
		else
			put_number(s, r,
				   json_is_boolean(value) ? json_is_true(value)
							  : json_integer_value(value));
	}
	return 0;
}

json_t *switches_json(const struct switches *s)
{
	json_t *values = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];
		const void *at = const_field(s, r);
		json_t *value = r->kind == BOOL   ? json_boolean(*(const bool *)at)
				: r->kind == INT  ? json_integer(*(const int64_t *)at)
				: r->kind == WORD ? place_word(r->words, *(const int *)at)
						  : json_string(*(char *const *)at);

		json_object_set_new(values, r->name, value);
	}
	return values;
}
