#include "tests/sim/answer.h"

#include <stdio.h>

struct blob *blob_make(const char *bytes, size_t len)
{
	struct blob *b = mem_resize(NULL, sizeof *b + len, 1);

	b->refs = 1;
	b->len = len;
	memcpy(b->bytes, bytes, len);
	return b;
}

struct blob *blob_from_json(const json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
	struct blob *b = text ? blob_make(text, strlen(text)) : blob_make("null", 4);

	free(text);
	return b;
}

struct blob *blob_hold(struct blob *b)
{
	b->refs++;
	return b;
}

void blob_drop(struct blob *b)
{
	if (b && --b->refs == 0)
		free(b);
}

void answer_clear(struct answer *a)
{
	blob_drop(a->body);
	json_decref(a->headers);
	*a = (struct answer){.sending = SEND_WHOLE};
}

void answer_empty(struct answer *a, unsigned status)
{
	answer_clear(a);
	a->status = status;
}

void answer_blob(struct answer *a, unsigned status, const char *type, struct blob *b)
{
	answer_empty(a, status);
	a->type = type;
	a->body = b;
}

void answer_json(struct answer *a, unsigned status, json_t *json)
{
	answer_blob(a, status, "application/json", blob_from_json(json));
	json_decref(json);
}

void answer_header(struct answer *a, const char *name, const char *value)
{
	if (!a->headers)
		a->headers = json_object();
	json_object_set_new(a->headers, name, json_string(value));
}

void answer_error(struct answer *a, unsigned status, const char *code, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	answer_json(a, status, json_pack("{s:{s:s, s:s}}", "error", "message", text, "code", code));
}

void answer_detail(struct answer *a, unsigned status, const char *text)
{
	answer_json(a, status, json_pack("{s:s}", "detail", text));
}

void answer_invalid(struct answer *a, const char *where, const char *field, const char *type,
		    const char *msg)
{
	json_t *loc = json_pack("[s]", where);

	if (field)
		json_array_append_new(loc, json_string(field));
	answer_json(
		a, 422,
		json_pack("{s:[{s:o, s:s, s:s}]}", "detail", "loc", loc, "msg", msg, "type", type));
}

void answer_html(struct answer *a, unsigned status)
{
	static const char page[] = "<!DOCTYPE html><html><head><title>Sign in</title></head>"
				   "<body><form action=\"/login\"></form></body></html>\n";

	answer_blob(a, status, "text/html; charset=utf-8", blob_make(page, sizeof page - 1));
}
