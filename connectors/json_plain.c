#include "connectors/json_plain.h"

#include <strings.h>

#include "agent/text.h"

/* What is beyond these is left to jansson. */
enum {
	DEPTH_MAX = 8,
	KEYS_MAX = 48, /* of one object */
	DIGITS_MAX = 15,
};

struct cursor {
	const char *at, *end;
	unsigned depth;
};

struct piece {
	const char *from;
	size_t len;
};

static bool value_take(struct cursor *c, json_t **out);

/* The byte at hand, and '\0', which is nowhere in a record, behind the last. */
static char byte_at(const struct cursor *c)
{
	return c->at < c->end ? *c->at : '\0';
}

static char blanks_pass(struct cursor *c)
{
	while (byte_at(c) == ' ' || byte_at(c) == '\n' || byte_at(c) == '\t' || byte_at(c) == '\r')
		c->at++;
	return byte_at(c);
}

static bool byte_pass(struct cursor *c, char byte)
{
	if (blanks_pass(c) != byte)
		return false;
	c->at++;
	return true;
}

/* ---- strings and numbers ------------------------------------------------------------ */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four digits of a character of the first plane: neither NUL nor a surrogate. */
static bool hex_pass(struct cursor *c)
{
	unsigned code = 0;

	if (c->end - c->at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = hex_value(*c->at++);

		if (digit < 0)
			return false;
		code = 16 * code + (unsigned)digit;
	}
	return code != 0 && (code < 0xd800 || code > 0xdfff);
}

static bool escape_pass(struct cursor *c)
{
	char what = byte_at(c);

	c->at++;
	return what == 'u' ? hex_pass(c) : what && strchr("\"\\/bfnrt", what) != NULL;
}

/* Behind the opening quote.  *escaped: it is not what it stands for. */
static bool string_pass(struct cursor *c, struct piece *string, bool *escaped)
{
	bool ascii = true;

	string->from = c->at;
	*escaped = false;
	for (; c->at < c->end && *c->at != '"'; c->at++) {
		unsigned char byte = (unsigned char)*c->at;

		if (byte < 0x20)
			return false;
		ascii &= byte < 0x80;
		if (byte != '\\')
			continue;
		*escaped = true;
		c->at++;
		if (!escape_pass(c))
			return false;
		c->at--;
	}
	string->len = (size_t)(c->at - string->from);
	return byte_pass(c, '"') && (ascii || utf8_valid(string->from, string->len) == string->len);
}

static bool string_take(struct cursor *c, json_t **out)
{
	struct piece string;
	bool escaped;

	if (!string_pass(c, &string, &escaped) || (escaped && out))
		return false;
	if (out)
		*out = json_stringn_nocheck(string.from, string.len);
	return true;
}

static size_t digits_pass(struct cursor *c, json_int_t *number)
{
	size_t nr = 0;

	for (*number = 0; byte_at(c) >= '0' && byte_at(c) <= '9' && nr <= DIGITS_MAX; c->at++, nr++)
		*number = 10 * *number + (byte_at(c) - '0');
	return nr <= DIGITS_MAX ? nr : 0;
}

/* No exponent, so that nothing is out of range. */
static bool number_take(struct cursor *c, json_t **out)
{
	bool minus = byte_at(c) == '-', zero;
	json_int_t number, fraction;
	size_t nr;

	c->at += minus;
	zero = byte_at(c) == '0';
	nr = digits_pass(c, &number);
	if (!nr || (zero && nr > 1))
		return false;
	if (byte_at(c) == '.') {
		c->at++;
		if (out || !digits_pass(c, &fraction))
			return false;
	}
	if (byte_at(c) == 'e' || byte_at(c) == 'E')
		return false;
	if (out)
		*out = json_integer(minus ? -number : number);
	return true;
}

static bool word_take(struct cursor *c, const char *word, json_t *value, json_t **out)
{
	size_t len = strlen(word);

	if ((size_t)(c->end - c->at) < len || memcmp(c->at, word, len) != 0)
		return false;
	c->at += len;
	if (out)
		*out = value;
	return true;
}

/* ---- lists and objects ----------------------------------------------------------------- */

/* Behind the opening bracket; list NULL: passed by. */
static bool list_take(struct cursor *c, json_t *list)
{
	if (blanks_pass(c) == ']')
		return byte_pass(c, ']');
	do {
		json_t *value = NULL;

		if (!value_take(c, list ? &value : NULL) ||
		    (list && json_array_append_new(list, value)))
			return false;
	} while (byte_pass(c, ','));
	return byte_pass(c, ']');
}

static bool key_there(const struct piece *keys, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (keys[i].len == keys[nr].len &&
		    memcmp(keys[i].from, keys[nr].from, keys[nr].len) == 0)
			return true;
	return false;
}

/* keys[nr] and its colon. */
static bool key_take(struct cursor *c, struct piece *keys, size_t nr)
{
	bool escaped;

	return nr < KEYS_MAX && byte_pass(c, '"') && string_pass(c, &keys[nr], &escaped) &&
	       !escaped && byte_pass(c, ':') && !key_there(keys, nr);
}

static bool is_wanted(const char *const *wanted, const struct piece *key)
{
	if (!wanted)
		return true;
	for (; *wanted; wanted++)
		if (strncasecmp(*wanted, key->from, key->len) == 0 && !(*wanted)[key->len])
			return true;
	return false;
}

static bool member_take(struct cursor *c, const struct piece *key, json_t *object)
{
	json_t *value = NULL;

	return value_take(c, object ? &value : NULL) &&
	       !(object && json_object_setn_new_nocheck(object, key->from, key->len, value));
}

/* Behind the opening brace; object NULL: passed by; wanted NULL: all. */
static bool object_take(struct cursor *c, const char *const *wanted, json_t *object)
{
	struct piece keys[KEYS_MAX];
	size_t nr = 0;

	if (blanks_pass(c) == '}')
		return byte_pass(c, '}');
	do {
		if (!key_take(c, keys, nr))
			return false;
		if (!member_take(c, &keys[nr], is_wanted(wanted, &keys[nr]) ? object : NULL))
			return false;
		nr++;
	} while (byte_pass(c, ','));
	return byte_pass(c, '}');
}

static bool inner_take(struct cursor *c, bool list, json_t **out)
{
	json_t *inner = out ? list ? json_array() : json_object() : NULL;

	if (c->depth++ == DEPTH_MAX ||
	    !(list ? list_take(c, inner) : object_take(c, NULL, inner))) {
		json_decref(inner);
		return false;
	}
	c->depth--;
	if (out)
		*out = inner;
	return true;
}

/* Out NULL: passed by.  False: not plain, and nothing is left behind. */
static bool value_take(struct cursor *c, json_t **out)
{
	char first = blanks_pass(c);

	switch (first) {
	case '"':
		c->at++;
		return string_take(c, out);
	case '{':
	case '[':
		c->at++;
		return inner_take(c, first == '[', out);
	case 't':
		return word_take(c, "true", json_true(), out);
	case 'f':
		return word_take(c, "false", json_false(), out);
	case 'n':
		return word_take(c, "null", json_null(), out);
	default:
		return number_take(c, out);
	}
}

json_t *json_plain(const char *text, size_t len, const char *const *wanted)
{
	struct cursor c = {.at = text, .end = text + len};
	json_t *object = json_object();

	if (byte_pass(&c, '{') && object_take(&c, wanted, object) && c.at == c.end)
		return object;
	json_decref(object);
	return NULL;
}
