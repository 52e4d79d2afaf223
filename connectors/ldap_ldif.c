#include "connectors/ldap_ldif.h"

#include <stdio.h>
#include <strings.h>
#include <ldif.h> /* needs stdio.h and ldap.h before it */

#include "agent/text.h"

#define NOTHING "nothing of the file is used"

static int fault(const struct ldif *l, struct err *e, const char *what)
{
	file_fault(l->file, l->at, 1, e, "%s; " NOTHING, what);
	return -1;
}

/* ---- lines ------------------------------------------------------------------------ */

enum line { LINE_BROKEN = -1, LINE_END, LINE_BLANK, LINE_TEXT };

/* Adds what is left of one line of the file, without its end. */
static int line_add(struct ldif *l, struct err *e)
{
	size_t start = l->line.nr;

	for (;;) {
		int byte = file_byte(l->file, e);

		l->at = l->at ? l->at : l->file->line;
		if (byte == FILE_BROKEN)
			return -1;
		if (byte == FILE_END)
			return fault(l, e, "the last line has no end; the file was cut off");
		if (byte == '\n')
			break;
		if (!byte)
			return fault(l, e, "a NUL byte");
		if (l->line.nr == LDIF_LINE_MAX)
			return fault(l, e, "a line of more than 16 MiB");
		VEC_ADD(&l->line, (char)byte);
	}
	if (l->line.nr > start && l->line.items[l->line.nr - 1] == '\r')
		l->line.nr--;
	return 0;
}

/* One line, unfolded. */
static enum line line_read(struct ldif *l, struct err *e)
{
	int next = file_peek(l->file, e);

	l->line.nr = 0;
	l->at = 0;
	if (next < 0)
		return next == FILE_END ? LINE_END : LINE_BROKEN;
	if (line_add(l, e))
		return LINE_BROKEN;
	if (!l->line.nr)
		return LINE_BLANK;
	while ((next = file_peek(l->file, e)) == ' ') {
		(void)file_byte(l->file, e);
		if (line_add(l, e))
			return LINE_BROKEN;
	}
	VEC_ADD(&l->line, '\0');
	if (*l->line.items == ' ')
		return (enum line)fault(l, e, "a folded line that continues nothing");
	return next == FILE_BROKEN ? LINE_BROKEN : LINE_TEXT;
}

/* "# refldap://..." and "# ref: ldap://...": how -LLL and -L write a reference. */
static bool comment_refers(const char *comment)
{
	static const char ref[] = "# ref";
	const char *url = comment + sizeof ref - 1;

	if (strncmp(comment, ref, sizeof ref - 1) != 0)
		return false;
	url += strspn(url, ": ");
	return strncasecmp(url, "ldap", 4) == 0 && strstr(url, "://");
}

static enum line line_next(struct ldif *l, struct err *e)
{
	enum line line;

	while ((line = line_read(l, e)) == LINE_TEXT && *l->line.items == '#')
		l->references += comment_refers(l->line.items);
	return line;
}

/* libldap takes a = anywhere, and says on stderr what it does not take. */
static bool base64_valid(const char *text)
{
	size_t len, digits;

	text += strspn(text, " ");
	len = strlen(text);
	digits = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
	return len && len % 4 == 0 && len - digits <= 2 &&
	       strspn(text + digits, "=") == len - digits;
}

/* Taken apart in place. */
static int line_parse(struct ldif *l, struct berval *type, struct berval *value, struct err *e)
{
	const char *colon = strchr(l->line.items, ':');
	int unused;

	if (!colon || colon == l->line.items)
		return fault(l, e, "no attribute and value");
	if (colon[1] == '<')
		return fault(l, e, "a value that is a URL, which is not fetched");
	if ((colon[1] == ':' && !base64_valid(colon + 2)) ||
	    ldif_parse_line2(l->line.items, type, value, &unused))
		return fault(l, e, "a value that is not base64");
	return 0;
}

static bool type_is(const struct berval *type, const char *name)
{
	return strcasecmp(type->bv_val, name) == 0;
}

/* ---- attributes -------------------------------------------------------------------- */

static bool type_wanted(const struct ldif *l, const struct berval *type)
{
	const struct attribute a = {.type = *type};

	for (const char *const *name = l->wanted; *name; name++)
		if (attribute_is(&a, *name))
			return true;
	return false;
}

/* The attribute of that type in the record, made at its first value; NULL with a fault. */
static struct attribute *attribute_for(struct ldif *l, const struct berval *type, size_t *nr,
				       struct err *e)
{
	for (*nr = 0; *nr < l->attributes.nr; ++*nr)
		if (type_is(type, l->attributes.items[*nr].type.bv_val))
			return &l->attributes.items[*nr];
	if (*nr == LDIF_TYPES_MAX) {
		fault(l, e, "more than 1000 attributes in one record");
		return NULL;
	}
	VEC_ADD(&l->attributes,
		((struct attribute){.type = {type->bv_len,
					     arena_strndup(&l->arena, type->bv_val, type->bv_len)},
				    .lent = true}));
	return &l->attributes.items[*nr];
}

static int value_keep(struct ldif *l, const struct berval *type, const struct berval *v,
		      struct err *e)
{
	struct ldif_value kept = {
		.value = {v->bv_len, arena_strndup(&l->arena, v->bv_val, v->bv_len)}};
	struct attribute *a = attribute_for(l, type, &kept.attribute, e);

	if (!a)
		return -1;
	a->nr++;
	l->held += v->bv_len + 2 * sizeof kept;
	VEC_ADD(&l->values, kept);
	return 0;
}

/* The values of each attribute beside each other, a NULL behind them. */
static void attributes_settle(struct ldif *l)
{
	size_t nr = l->values.nr + l->attributes.nr;
	struct berval *at = arena_array(&l->arena, nr, sizeof *at);

	for (size_t i = 0; i < l->attributes.nr; i++) {
		l->attributes.items[i].values = at;
		at += l->attributes.items[i].nr + 1;
		l->attributes.items[i].nr = 0;
	}
	for (size_t i = 0; i < l->values.nr; i++) {
		struct attribute *a = &l->attributes.items[l->values.items[i].attribute];

		a->values[a->nr++] = l->values.items[i].value;
	}
}

/* ---- records ------------------------------------------------------------------------- */

/* The lines behind the first, up to a blank one or the end. */
typedef int line_take(struct ldif *l, const struct berval *type, const struct berval *value,
		      struct err *e);

static int lines_take(struct ldif *l, line_take *take, struct err *e)
{
	struct berval type = {0}, value = {0};
	enum line line;

	while ((line = line_next(l, e)) == LINE_TEXT)
		if (line_parse(l, &type, &value, e) || take(l, &type, &value, e))
			return -1;
	return line == LINE_BROKEN ? -1 : 0;
}

static int entry_line(struct ldif *l, const struct berval *type, const struct berval *value,
		      struct err *e)
{
	if (type_is(type, "changetype") || type_is(type, "control"))
		return fault(l, e, "a change, not an entry");
	if (type_is(type, "dn"))
		return fault(l, e, "a second dn; a blank line is missing before it");
	return type_wanted(l, type) ? value_keep(l, type, value, e) : 0;
}

static int entry_record(struct ldif *l, const struct berval *dn, struct entry *en, struct err *e)
{
	*en = (struct entry){.dn = {dn->bv_len, arena_strndup(&l->arena, dn->bv_val, dn->bv_len)}};
	l->held += dn->bv_len;
	l->proven = false;
	l->attributes.nr = l->values.nr = 0;
	if (lines_take(l, entry_line, e))
		return -1;
	attributes_settle(l);
	en->given = l->attributes.items;
	en->given_nr = l->attributes.nr;
	return 1;
}

/* What ldapsearch writes behind the entries: search, result, perhaps controls. */
static int result_line(struct ldif *l, const struct berval *type, const struct berval *value,
		       struct err *e)
{
	if (type_is(type, "result") && strcmp(value->bv_val, "0 Success") != 0)
		return file_fault(l->file, l->at, 1, e, "the export ended with: %.100s; " NOTHING,
				  text_shown(&l->arena, value->bv_val));
	if (type_is(type, "result"))
		l->proven = true;
	if (type_is(type, "control"))
		l->paged = true;
	return 0;
}

static int result_record(struct ldif *l, struct err *e)
{
	l->proven = l->paged = false;
	if (lines_take(l, result_line, e))
		return -1;
	l->proven = l->proven && !l->paged;
	return 0;
}

static int reference_line(struct ldif *l, const struct berval *type, const struct berval *value,
			  struct err *e)
{
	(void)l, (void)type, (void)value, (void)e;
	return 0;
}

/* What begins with no dn. */
static int other_record(struct ldif *l, const struct berval *type, const struct berval *value,
			struct err *e)
{
	if (type_is(type, "version") && !l->begun) {
		l->begun = true;
		return strcmp(value->bv_val, "1") == 0 ? 0 : fault(l, e, "a version that is not 1");
	}
	if (type_is(type, "search"))
		return result_record(l, e);
	if (!type_is(type, "ref"))
		return fault(l, e, "a record that does not begin with dn");
	l->references++;
	return lines_take(l, reference_line, e);
}

/* What a million values took is given back now and then, not with each record. */
static void held_free(struct ldif *l)
{
	enum { HELD_MAX = 1 << 20 };

	if (l->held < HELD_MAX)
		return;
	arena_free(&l->arena);
	l->held = 0;
}

int ldif_next(struct ldif *l, struct entry *en, struct err *e)
{
	struct berval type = {0}, value = {0};
	enum line line;

	held_free(l);
	for (;;) {
		while ((line = line_next(l, e)) == LINE_BLANK)
			;
		if (line != LINE_TEXT)
			return line == LINE_END ? 0 : -1;
		if (line_parse(l, &type, &value, e))
			return -1;
		l->record = l->at;
		if (type_is(&type, "dn")) {
			l->begun = true;
			return entry_record(l, &value, en, e);
		}
		if (other_record(l, &type, &value, e))
			return -1;
	}
}

void ldif_free(struct ldif *l)
{
	VEC_FREE(&l->line);
	VEC_FREE(&l->attributes);
	VEC_FREE(&l->values);
	arena_free(&l->arena);
}
