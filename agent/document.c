#include "agent/document.h"

#include "agent/model.h"
#include "agent/text.h"

enum { DUMP_FLAGS = JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY };

/* An output that fails is seen at its end: ferror, fflush. */
static int bytes_write(const char *bytes, size_t len, void *document)
{
	struct document *d = document;

	fwrite(bytes, 1, len, d->out);
	digest_bytes(&d->digest, bytes, len);
	return 0;
}

static void text_write(struct document *d, const char *text)
{
	bytes_write(text, strlen(text), d);
}

static void value_write(struct document *d, json_t *value)
{
	json_dump_callback(mem_need(value), bytes_write, d, DUMP_FLAGS);
	json_decref(value);
}

static void key_write(struct document *d, const char *key)
{
	text_write(d, ",\n\"");
	text_write(d, key);
	text_write(d, "\":");
}

void document_begin(struct document *d, FILE *out, const char *name)
{
	*d = (struct document){.out = out};
	digest_begin(&d->digest);
	text_write(d, "{\"format\":\"seatsync-");
	text_write(d, name);
	text_write(d, "-1\"");
}

void document_field(struct document *d, const char *key, json_t *value)
{
	key_write(d, key);
	value_write(d, value);
}

void document_list(struct document *d, const char *key)
{
	key_write(d, key);
	text_write(d, "[");
	d->item_before = false;
}

void document_item(struct document *d, json_t *value)
{
	text_write(d, d->item_before ? ",\n " : "\n ");
	d->item_before = true;
	value_write(d, value);
}

void document_list_end(struct document *d)
{
	text_write(d, "]");
}

void document_end(struct document *d)
{
	text_write(d, "}\n");
}

/* ---- the seal --------------------------------------------------------------- */

#define SEAL_BEGIN "\"digest\":\""
#define SEAL_END   "\"}\n"

void document_end_sealed(struct document *d)
{
	char digest[DIGEST_TEXT_SIZE];

	text_write(d, ",\n");
	digest_end(&d->digest, digest);
	fprintf(d->out, SEAL_BEGIN "%s" SEAL_END, digest);
}

enum document_seal document_sealed(const char *text, size_t len)
{
	enum { SEAL_SIZE = sizeof SEAL_BEGIN SEAL_END - 1 + DIGEST_TEXT_SIZE - 1 };
	char seal[SEAL_SIZE + 1], digest[DIGEST_TEXT_SIZE];
	struct digest d;

	if (len < SEAL_SIZE || memcmp(text + len - SEAL_SIZE, SEAL_BEGIN, strlen(SEAL_BEGIN)) != 0)
		return SEAL_NONE;
	digest_begin(&d);
	digest_bytes(&d, text, len - SEAL_SIZE);
	digest_end(&d, digest);
	snprintf(seal, sizeof seal, SEAL_BEGIN "%s" SEAL_END, digest);
	return memcmp(text + len - SEAL_SIZE, seal, SEAL_SIZE) == 0 ? SEAL_WHOLE : SEAL_BROKEN;
}

json_t *document_text(const char *text)
{
	struct arena a = {0};
	json_t *value;

	if (!text)
		return json_null();
	value = json_string(text);
	if (!value)
		value = json_string(text_shown(&a, text));
	arena_free(&a);
	return value;
}

json_t *document_time(utc t)
{
	char text[UTC_TEXT_SIZE];

	return t ? json_string(utc_format(text, t)) : json_null();
}

json_t *document_seats(int64_t number)
{
	return number == SEATS_UNKNOWN ? json_null() : json_integer(number);
}
