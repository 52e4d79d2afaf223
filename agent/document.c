#include "agent/document.h"

#include "agent/model.h"
#include "agent/text.h"

enum { DUMP_FLAGS = JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY };

static void value_write(struct document *d, json_t *value)
{
	BUG_IF(!value);
	json_dumpf(value, d->out, DUMP_FLAGS);
	json_decref(value);
}

void document_begin(struct document *d, FILE *out, const char *name)
{
	*d = (struct document){.out = out};
	fprintf(out, "{\"format\":\"seatsync-%s-1\"", name);
}

void document_field(struct document *d, const char *key, json_t *value)
{
	fprintf(d->out, ",\n\"%s\":", key);
	value_write(d, value);
}

void document_list(struct document *d, const char *key)
{
	fprintf(d->out, ",\n\"%s\":[", key);
	d->item_before = false;
}

void document_item(struct document *d, json_t *value)
{
	fputs(d->item_before ? ",\n " : "\n ", d->out);
	d->item_before = true;
	value_write(d, value);
}

void document_list_end(struct document *d)
{
	fputc(']', d->out);
}

void document_end(struct document *d)
{
	fputs("}\n", d->out);
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
