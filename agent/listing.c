#include "agent/listing.h"

#include "agent/model.h"
#include "agent/text.h"

/* ---- cells ------------------------------------------------------------ */

void cell_text(struct cell *c, const char *text)
{
	c->kind = text ? CELL_TEXT : CELL_NONE;
	c->text = text;
}

void cell_number(struct cell *c, int64_t number)
{
	c->kind = CELL_NUMBER;
	c->number = number;
}

void cell_seats(struct cell *c, int64_t number)
{
	c->kind = number == SEATS_UNKNOWN ? CELL_NULL : CELL_NUMBER;
	c->number = number;
}

void cell_time(struct cell *c, utc t)
{
	c->kind = t ? CELL_TIME : CELL_NONE;
	c->number = t;
}

void cell_flag(struct cell *c, bool flag)
{
	c->kind = CELL_FLAG;
	c->number = flag;
}

void cell_json(struct cell *c, json_t *value)
{
	c->kind = CELL_JSON;
	c->json = value;
}

void cell_format(struct cell *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->own, sizeof c->own, fmt, ap);
	va_end(ap);
	c->kind = CELL_TEXT;
	c->text = c->own;
}

/* ---- text ------------------------------------------------------------- */

/* The cell as text, perhaps written into its own room; NULL when empty. */
static const char *cell_shown(struct cell *c)
{
	switch (c->kind) {
	case CELL_NULL:
		return "-";
	case CELL_TEXT:
		return *c->text ? c->text : NULL;
	case CELL_NUMBER:
		snprintf(c->own, sizeof c->own, "%lld", (long long)c->number);
		return c->own;
	case CELL_TIME:
		return utc_format(c->own, c->number);
	case CELL_FLAG:
		return c->number ? "yes" : NULL;
	case CELL_JSON:
		json_decref(c->json);
		return NULL;
	case CELL_NO_WORD:
	case CELL_NONE:
		break;
	}
	return NULL;
}

static size_t cell_width(const struct cell *c, const char *text)
{
	return (c->before ? strlen(c->before) : 0) + text_width(text);
}

static bool cell_right(const struct cell *c)
{
	return c->kind == CELL_NUMBER || c->kind == CELL_NULL;
}

struct layout {
	size_t width[COLUMNS_MAX]; /* 0: the column is left out */
	size_t last;               /* the last column shown */
};

static void row_fill(const struct listing *l, size_t i, struct cell *cells)
{
	memset(cells, 0, COLUMNS_MAX * sizeof *cells);
	l->fill(l->rows, i, cells);
}

static void row_measure(const struct listing *l, struct cell *cells, struct layout *layout)
{
	for (size_t k = 0; k < l->columns_nr; k++) {
		const char *text = cell_shown(&cells[k]);
		size_t width = text && l->columns[k].title ? cell_width(&cells[k], text) : 0;

		if (width > ALIGN_MAX)
			width = ALIGN_MAX;
		if (width > layout->width[k])
			layout->width[k] = width;
	}
}

static void layout_make(const struct listing *l, bool titles, struct layout *layout)
{
	struct cell cells[COLUMNS_MAX];

	*layout = (struct layout){0};
	for (size_t i = 0; i < l->rows_nr; i++) {
		row_fill(l, i, cells);
		row_measure(l, cells, layout);
	}
	for (size_t k = 0; k < l->columns_nr; k++) {
		size_t title = layout->width[k] && titles ? strlen(l->columns[k].title) : 0;

		if (title > layout->width[k])
			layout->width[k] = title;
		if (layout->width[k])
			layout->last = k;
	}
}

static void spaces(FILE *out, size_t nr)
{
	fprintf(out, "%*s", (int)nr, "");
}

/* One cell and the gap to the next; the last of a line leaves no blanks behind it. */
static void cell_write(FILE *out, const struct cell *c, const char *text, size_t width, bool last)
{
	size_t used = text ? cell_width(c, text) : 0;
	size_t pad = used < width ? width - used : 0;

	if (cell_right(c))
		spaces(out, pad);
	if (text && c->before)
		fputs(c->before, out);
	if (text)
		text_show(out, text);
	if (!last)
		spaces(out, (cell_right(c) ? 0 : pad) + 2);
}

static void titles_write(FILE *out, const struct listing *l, const struct layout *layout,
			 const char *indent)
{
	const struct cell plain = {.kind = CELL_TEXT};

	fputs(indent, out);
	for (size_t k = 0; k < l->columns_nr; k++)
		if (layout->width[k])
			cell_write(out, &plain, l->columns[k].title, layout->width[k],
				   k == layout->last);
	fputc('\n', out);
}

static void row_write(FILE *out, const struct listing *l, struct cell *cells,
		      const struct layout *layout, const char *indent)
{
	const char *texts[COLUMNS_MAX] = {NULL};
	size_t last = 0;

	for (size_t k = 0; k < l->columns_nr; k++) {
		texts[k] = cell_shown(&cells[k]);
		if (texts[k] && layout->width[k])
			last = k;
	}
	fputs(indent, out);
	for (size_t k = 0; k <= last; k++)
		if (layout->width[k])
			cell_write(out, &cells[k], texts[k], layout->width[k], k == last);
	fputc('\n', out);
}

void listing_text(FILE *out, const struct listing *l, bool titles, const char *indent)
{
	struct cell cells[COLUMNS_MAX];
	struct layout layout;

	BUG_IF(l->columns_nr > COLUMNS_MAX);
	layout_make(l, titles, &layout);
	if (titles && l->rows_nr)
		titles_write(out, l, &layout, indent);
	for (size_t i = 0; i < l->rows_nr; i++) {
		row_fill(l, i, cells);
		row_write(out, l, cells, &layout, indent);
	}
}

/* ---- JSON ------------------------------------------------------------- */

static json_t *cell_value(const struct cell *c)
{
	switch (c->kind) {
	case CELL_NULL:
	case CELL_NO_WORD:
		return json_null();
	case CELL_TEXT:
		return document_text(c->text);
	case CELL_NUMBER:
		return json_integer(c->number);
	case CELL_TIME:
		return document_time(c->number);
	case CELL_FLAG:
		return json_boolean(c->number != 0);
	case CELL_JSON:
		return c->json;
	case CELL_NONE:
		break;
	}
	return NULL;
}

void listing_json(struct document *d, const struct listing *l)
{
	struct cell cells[COLUMNS_MAX];

	BUG_IF(l->columns_nr > COLUMNS_MAX);
	document_list(d, l->name);
	for (size_t i = 0; i < l->rows_nr; i++) {
		json_t *object = json_object();

		row_fill(l, i, cells);
		for (size_t k = 0; k < l->columns_nr; k++) {
			json_t *value = l->columns[k].key ? cell_value(&cells[k]) : NULL;

			if (value)
				json_object_set_new(object, l->columns[k].key, value);
		}
		document_item(d, object);
	}
	document_list_end(d);
}
