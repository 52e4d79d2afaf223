#include "connectors/file_columns.h"

#include <strings.h>

#include "agent/text.h"

#define NOTHING "nothing of the file is used"

static const char *const names[COLUMN_NR] = {
	[COLUMN_EMAIL] = "email",
	[COLUMN_GROUPS] = "groups",
	[COLUMN_GIVEN_NAME] = "given_name",
	[COLUMN_FAMILY_NAME] = "family_name",
	[COLUMN_ID] = "id",
	[COLUMN_DISABLED] = "disabled",
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct csv_field field_trimmed(struct csv_field f)
{
	while (f.len && is_space(f.text[f.len - 1]))
		f.len--;
	while (f.len && is_space(*f.text))
		f.text++, f.len--;
	return f;
}

static bool field_is(const struct csv_field *f, const char *word)
{
	return strlen(word) == f->len && strncasecmp(f->text, word, f->len) == 0;
}

static bool ignored(const struct csv_field *f, const char *const *ignore)
{
	for (; ignore && *ignore; ignore++)
		if (field_is(f, *ignore))
			return true;
	return false;
}

static int column_find(const struct csv_field *f)
{
	int column = 0;

	while (column < COLUMN_NR && !field_is(f, names[column]))
		column++;
	return column < COLUMN_NR ? column : COLUMN_NONE;
}

/* A field of the header that is none of ours. */
static int column_unknown(const struct csv *c, const struct csv_field *f, struct err *e)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	char *name = arena_strndup(&scratch, f->text, f->len < 100 ? f->len : 100);
	const char *near;

	if (!f->len)
		return file_fault(c->file, f->line, f->column, e,
				  "a column without a name; " NOTHING);
	for (char *p = name; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
	near = word_nearest(names, ARRAY_SIZE(names), name);
	if (c->fields.nr == 1 && strpbrk(name, ";\t|"))
		return file_fault(c->file, f->line, f->column, e,
				  "the header has no commas; " NOTHING
				  "\nhint: save the file with commas between the columns");
	return file_fault(c->file, f->line, f->column, e,
			  "the column %s is unknown; " NOTHING "\nhint: %s%s%s",
			  text_shown(&scratch, name), near ? "did you mean " : "", near ? near : "",
			  near ? "? If not, put it into csv.ignore"
			       : "if it is of no interest, put it into csv.ignore");
}

static int column_take(struct columns *columns, const struct csv *c, size_t i,
		       const char *const *ignore, struct err *e)
{
	struct csv_field f = field_trimmed(c->fields.items[i]);
	int column = column_find(&f);

	if (column == COLUMN_NONE)
		return f.len && ignored(&f, ignore) ? 0 : column_unknown(c, &f, e);
	if (columns->at[column] != COLUMN_NONE)
		return file_fault(c->file, f.line, f.column, e, "a second column %s; " NOTHING,
				  names[column]);
	columns->at[column] = (int)i;
	return 0;
}

int columns_take(struct columns *columns, const struct csv *c, const char *const *ignore,
		 struct err *e)
{
	struct columns found = {.nr = c->fields.nr};

	for (int i = 0; i < COLUMN_NR; i++)
		found.at[i] = COLUMN_NONE;
	for (size_t i = 0; i < c->fields.nr; i++)
		if (column_take(&found, c, i, ignore, e))
			return -1;
	for (int i = COLUMN_EMAIL; i <= COLUMN_GROUPS; i++)
		if (found.at[i] == COLUMN_NONE)
			return file_fault(c->file, 1, 1, e,
					  "the header has no column %s; " NOTHING
					  "\nhint: the first line is email,groups"
					  "[,given_name,family_name,id,disabled]",
					  names[i]);
	*columns = found;
	return 0;
}

struct csv_field columns_field(const struct columns *columns, const struct csv *c,
			       enum column column)
{
	if (columns->at[column] == COLUMN_NONE)
		return (struct csv_field){.text = ""};
	return field_trimmed(c->fields.items[columns->at[column]]);
}
