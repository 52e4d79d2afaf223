#include "connectors/file_csv.h"

#include "agent/text.h"

#define NOTHING "nothing of the file is used"

/* What follows a field. */
enum after { AFTER_COMMA, AFTER_LINE, AFTER_END };

static int fault_here(const struct csv *c, struct err *e, const char *what)
{
	const struct file *f = c->file;

	return file_fault(f, f->line, f->column, e, "%s; " NOTHING, what);
}

static int byte_keep(struct csv *c, size_t start, int byte, struct err *e)
{
	if (!byte)
		return fault_here(c, e, "a NUL byte");
	if (c->bytes.nr - start == CSV_FIELD_MAX)
		return fault_here(c, e, "a field of more than 64 KiB");
	if (c->bytes.nr >= CSV_ROW_MAX)
		return fault_here(c, e, "a row of more than 256 KiB");
	VEC_ADD(&c->bytes, (char)byte);
	return 0;
}

/*
 * Takes what ends a field, `byte` being read already; -1 when it is nothing
 * that does.
 */
static int after_take(struct csv *c, int byte, struct err *e)
{
	if (byte == FILE_END)
		return AFTER_END;
	if (byte == ',')
		return AFTER_COMMA;
	if (byte == '\n')
		return AFTER_LINE;
	if (byte != '\r')
		return fault_here(c, e, "text behind a closing quote");
	if (file_peek(c->file, e) == FILE_BROKEN)
		return -1;
	if (file_peek(c->file, e) != '\n')
		return fault_here(c, e, "a carriage return that ends no line");
	(void)file_byte(c->file, e);
	return AFTER_LINE;
}

/* Behind the opening quote. */
static int quoted_take(struct csv *c, size_t start, struct err *e)
{
	unsigned line = c->file->line, column = c->file->column;

	for (;;) {
		int byte = file_byte(c->file, e);

		if (byte == '"') {
			byte = file_byte(c->file, e);
			if (byte == FILE_BROKEN)
				return -1;
			if (byte != '"')
				return after_take(c, byte, e);
		}
		if (byte == FILE_BROKEN)
			return -1;
		if (byte == FILE_END)
			return file_fault(
				c->file, line, column, e,
				"a quote that is never closed; the file was cut off, or a "
				"quote is missing; " NOTHING);
		if (byte_keep(c, start, byte, e))
			return -1;
	}
}

static int plain_take(struct csv *c, size_t start, int byte, struct err *e)
{
	for (;; byte = file_byte(c->file, e)) {
		if (byte == FILE_BROKEN)
			return -1;
		if (byte == FILE_END || byte == ',' || byte == '\n' || byte == '\r')
			return after_take(c, byte, e);
		if (byte == '"')
			return fault_here(c, e,
					  "a quote inside a field that does not begin with one");
		if (byte_keep(c, start, byte, e))
			return -1;
	}
}

static int field_take(struct csv *c, struct err *e)
{
	size_t start = c->bytes.nr;
	int byte = file_byte(c->file, e), after;
	struct csv_field field = {.line = c->file->line, .column = c->file->column};

	/* What ends an empty field stands where the field would. */
	if (c->fields.nr == CSV_FIELDS_MAX)
		return fault_here(c, e, "more than 256 fields");
	after = byte == '"' ? quoted_take(c, start, e) : plain_take(c, start, byte, e);
	if (after < 0)
		return -1;
	field.len = c->bytes.nr - start;
	VEC_ADD(&c->fields, field);
	VEC_ADD(&c->bytes, '\0');
	return after;
}

/* The bytes stay where they are now: each field gets its part of them. */
static int fields_settle(struct csv *c, struct err *e)
{
	const char *at = c->bytes.items;

	for (size_t i = 0; i < c->fields.nr; i++) {
		struct csv_field *f = &c->fields.items[i];

		f->text = at;
		at += f->len + 1;
		if (utf8_valid(f->text, f->len) != f->len)
			return file_fault(c->file, f->line, f->column, e,
					  "a field that is not UTF-8; " NOTHING
					  "\nhint: save the file as UTF-8");
	}
	return 1;
}

static bool row_empty(const struct csv *c)
{
	return c->fields.nr == 1 && c->fields.items[0].len == 0;
}

/* One line, perhaps an empty one. */
static int line_take(struct csv *c, struct err *e)
{
	int after;

	c->fields.nr = c->bytes.nr = 0;
	do
		after = field_take(c, e);
	while (after == AFTER_COMMA);
	c->cut = after == AFTER_END;
	return after < 0 ? -1 : 0;
}

int csv_row(struct csv *c, struct err *e)
{
	do {
		int next = file_peek(c->file, e);

		if (next < 0)
			return next == FILE_END ? 0 : -1;
		if (line_take(c, e))
			return -1;
	} while (row_empty(c));
	return fields_settle(c, e);
}

void csv_free(struct csv *c)
{
	VEC_FREE(&c->fields);
	VEC_FREE(&c->bytes);
}
