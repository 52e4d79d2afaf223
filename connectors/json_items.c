#include "connectors/json_items.h"

#include <strings.h>

#include "connectors/json_plain.h"

static int fail(struct items *s, const char *why)
{
	s->why = why;
	return -1;
}

static int text_add(struct items *s, struct items_text *t, const char *bytes, size_t len,
		    size_t max)
{
	if (len > max - t->len)
		return fail(s, t == &s->record ? "has a record beyond 1 MiB"
					       : "is beyond 1 MiB without its records");
	if (len > t->cap - t->len) {
		t->cap = 2 * (t->len + len) + 1024;
		t->bytes = mem_resize(t->bytes, t->cap, 1);
	}
	memcpy(t->bytes + t->len, bytes, len);
	t->len += len;
	return 0;
}

static int envelope_add(struct items *s, char c)
{
	return text_add(s, &s->envelope, &c, 1, ENVELOPE_MAX);
}

/* Follows strings and brackets; the syntax itself is the parser's business. */
static void nesting_follow(struct items *s, char c)
{
	if (s->string) {
		if (s->escape)
			s->escape = false;
		else if (c == '\\')
			s->escape = true;
		else if (c == '"')
			s->string = false;
		return;
	}
	if (c == '"')
		s->string = true;
	else if (c == '{' || c == '[')
		s->depth++;
	else if ((c == '}' || c == ']') && s->depth > 0)
		s->depth--;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Whether the string of the envelope that has just ended is our key. */
static bool key_ours(const struct items *s)
{
	const char *name = s->envelope.bytes + s->string_at;
	size_t len = strlen(s->key);

	return s->depth == 1 && s->envelope.len - s->string_at == len &&
	       (s->anycase ? strncasecmp(name, s->key, len) : memcmp(name, s->key, len)) == 0;
}

/*
 * Looks for our key at the first level and for the [ behind its colon.  A key
 * spelled with escapes is not found, and then missed: stricter, never laxer.
 */
static int envelope_take(struct items *s, char c)
{
	bool was_string = s->string;

	if (s->keyed && !blank(c)) {
		s->keyed = false;
		if (s->found)
			return fail(s, "has its list twice");
		if (c == '[') {
			s->place = ITEMS_FIRST;
			return envelope_add(s, c);
		}
	}
	nesting_follow(s, c);
	if (!was_string && s->string) {
		s->string_at = s->envelope.len + 1;
		s->named = false;
	} else if (was_string && !s->string) {
		s->named = key_ours(s);
	} else if (!s->string && !blank(c)) {
		s->keyed = s->named && c == ':';
		s->named = false;
	}
	return envelope_add(s, c);
}

/* The inner one is ready for the next record: its list is where each() had it. */
static void inner_again(struct items *inner)
{
	const char *const *keys = inner->keys;
	bool anycase = inner->anycase, optional = inner->optional;

	items_begin(inner, inner->key, inner->each, inner->ctx);
	inner->keys = keys;
	inner->anycase = anycase;
	inner->optional = optional;
}

static json_t *record_whole(struct items *s)
{
	json_t *item = NULL;

	if (s->inner) {
		if (items_end(s->inner, &item))
			s->why = s->inner->why;
		return item;
	}
	if (s->keys)
		item = json_plain(s->record.bytes, s->record.len, s->keys);
	if (!item)
		item = json_loadb(s->record.bytes, s->record.len, JSON_REJECT_DUPLICATES, NULL);
	if (!item)
		s->why = "has a record that is not JSON";
	return item;
}

static int record_end(struct items *s)
{
	const char *why = "has a record that cannot be used";
	json_t *item = record_whole(s);
	int rc;

	if (!item)
		return -1;
	rc = s->each(s->ctx, item, &why);
	json_decref(item);
	s->record.len = 0;
	s->nr++;
	s->place = ITEMS_BEHIND;
	if (s->inner)
		inner_again(s->inner);
	return rc ? fail(s, why) : 0;
}

/* Behind the record's last bracket; `end` when that is yet to come. */
static const char *record_follow(struct items *s, const char *at, const char *end)
{
	for (; at < end; at++) {
		if (s->string && !s->escape && *at != '"' && *at != '\\')
			continue; /* nearly all */
		nesting_follow(s, *at);
		if (s->depth == 0)
			return at + 1;
	}
	return end;
}

/* Takes the part of data[0..len) that is the record's; *taken says how much. */
static int record_take(struct items *s, const char *data, size_t len, size_t *taken)
{
	*taken = (size_t)(record_follow(s, data, data + len) - data);
	if (s->inner && items_feed(s->inner, data, *taken))
		return fail(s, s->inner->why);
	if (!s->inner && text_add(s, &s->record, data, *taken, ITEM_MAX))
		return -1;
	return s->depth == 0 ? record_end(s) : 0;
}

/* Between the records: only commas where they belong, the next record's begin, and the end. */
static int between_take(struct items *s, char c)
{
	size_t taken;

	if (blank(c))
		return 0;
	if (c == ']' && s->place != ITEMS_NEXT) {
		s->place = ITEMS_ENVELOPE;
		s->depth = 1;
		s->found = true;
		return envelope_add(s, c);
	}
	if (c == ',' && s->place == ITEMS_BEHIND) {
		s->place = ITEMS_NEXT;
		return 0;
	}
	if (c != '{' || s->place == ITEMS_BEHIND)
		return fail(s, "has a list of something else than records");
	s->place = ITEMS_RECORD;
	s->depth = 0;
	return record_take(s, &c, 1, &taken);
}

void items_begin(struct items *s, const char *key, items_each *each, void *ctx)
{
	struct items_text envelope = s->envelope, record = s->record;

	*s = (struct items){.key = key, .each = each, .ctx = ctx};
	envelope.len = record.len = 0;
	s->envelope = envelope;
	s->record = record;
}

int items_feed(struct items *s, const char *data, size_t len)
{
	size_t taken;

	for (; len; data += taken, len -= taken) {
		taken = 1;
		if (s->place == ITEMS_RECORD ? record_take(s, data, len, &taken)
		    : s->place == ITEMS_ENVELOPE ? envelope_take(s, *data)
						 : between_take(s, *data))
			return -1;
	}
	return 0;
}

int items_end(struct items *s, json_t **envelope)
{
	json_t *root;

	if (s->envelope.len == 0)
		return fail(s, "is empty");
	if (s->place != ITEMS_ENVELOPE)
		return fail(s, "breaks off in the middle");
	root = json_loadb(s->envelope.bytes, s->envelope.len, JSON_REJECT_DUPLICATES, NULL);
	if (!root)
		return fail(s, "is not JSON, or breaks off in the middle");
	if (json_is_object(root) && (s->found || s->optional)) {
		*envelope = root;
		return 0;
	}
	json_decref(root);
	return fail(s, "has no list where one is expected");
}

void items_clear(struct items *s)
{
	free(s->envelope.bytes);
	free(s->record.bytes);
	memset(s, 0, sizeof *s);
}
