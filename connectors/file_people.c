#include "connectors/file_people.h"

#include "agent/address.h"
#include "agent/text.h"
#include "connectors/yes_no.h"

void roster_begin(struct roster *r, struct arena *a)
{
	*r = (struct roster){.a = a};
}

void roster_free(struct roster *r)
{
	for (size_t i = 0; i < r->groups.nr; i++)
		VEC_FREE(&r->groups.items[i].people);
	VEC_FREE(&r->groups);
	VEC_FREE(&r->people);
	VEC_FREE(&r->id);
	arena_free(&r->scratch);
}

/* ---- groups --------------------------------------------------------------------- */

static const char *group_key(const void *roster, uint32_t item)
{
	const struct roster *r = roster;

	return r->groups.items[item].id;
}

/* Twice as large when it is full. */
static void groups_room(struct roster *r)
{
	if (r->groups.nr < r->room)
		return;
	r->room = 2 * r->groups.nr + 64;
	index_make(&r->by_id, &r->scratch, r->room, group_key, r);
	for (uint32_t i = 0; i < r->groups.nr; i++)
		index_add(&r->by_id, i);
}

/* The name in lower case; lives until the next one. */
static const char *group_id(struct roster *r, struct csv_field name)
{
	r->id.nr = 0;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.text[i];

		VEC_ADD(&r->id, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
	VEC_ADD(&r->id, '\0');
	return r->id.items;
}

static int group_join(struct roster *r, const struct csv *c, struct csv_field name, uint32_t person,
		      struct err *e)
{
	const char *id = group_id(r, name);
	struct roster_group *g;
	uint32_t nr;

	groups_room(r);
	nr = index_find(&r->by_id, id);
	if (nr == INDEX_NONE) {
		if (r->groups.nr == ROSTER_GROUPS_MAX)
			return file_fault(c->file, name.line, name.column, e,
					  "more than %d groups; nothing of the file is used",
					  ROSTER_GROUPS_MAX);
		nr = (uint32_t)r->groups.nr;
		VEC_ADD(&r->groups,
			((struct roster_group){.id = arena_strdup(r->a, id),
					       .name = arena_strndup(r->a, name.text, name.len)}));
		index_add(&r->by_id, nr);
	}
	g = &r->groups.items[nr];
	if (!g->people.nr || g->people.items[g->people.nr - 1] != person)
		VEC_ADD(&g->people, person);
	return 0;
}

static int groups_join(struct roster *r, const struct csv *c, struct csv_field list,
		       uint32_t person, struct err *e)
{
	while (list.len) {
		size_t len = 0;
		struct csv_field name = list;

		while (len < list.len && list.text[len] != ';' && list.text[len] != ',')
			len++;
		name.len = len;
		name = field_trimmed(name);
		if (name.len && group_join(r, c, name, person, e))
			return -1;
		len += len < list.len;
		list.text += len;
		list.len -= len;
	}
	return 0;
}

/* ---- one person ------------------------------------------------------------------- */

/* The field as a text of at most ROSTER_NAME_MAX bytes; NULL when it is empty. */
static const char *field_text(struct roster *r, struct csv_field f)
{
	size_t len = f.len < ROSTER_NAME_MAX ? f.len : ROSTER_NAME_MAX;

	return f.len ? arena_strndup(r->a, f.text, utf8_valid(f.text, len)) : NULL;
}

static void email_set(struct roster *r, struct person *who, struct csv_field f, const char **why)
{
	bool same = false;

	*why = "has no e-mail";
	if (!f.len)
		return;
	who->email = field_text(r, f);
	who->address = address_normal(r->a, f.text, f.len, &same, why);
	if (who->address && same)
		who->email = who->address;
}

static bool has_control(struct csv_field f)
{
	for (size_t i = 0; i < f.len; i++)
		if ((unsigned char)f.text[i] < ' ' || f.text[i] == 0x7f)
			return true;
	return false;
}

static void id_set(struct roster *r, struct person *who, struct csv_field f, const char **why)
{
	*why = !f.len                  ? "has no id"
	       : f.len > ROSTER_ID_MAX ? "has too long an id"
	       : has_control(f)        ? "has an id with a control character"
				       : NULL;
	if (!*why)
		who->id = arena_strndup(r->a, f.text, f.len);
}

static void disabled_set(struct roster *r, struct person *who, struct csv_field f)
{
	enum yes_no says = f.len ? yes_no_parse(f.text, f.len) : SAYS_NO;

	who->disabled = says == SAYS_YES;
	if (says == SAYS_NEITHER)
		doubt_add(&r->doubts, r->a,
			  "%u:%u: disabled says neither yes nor no; taken as active", f.line,
			  f.column);
}

static bool row_blank(const struct csv *c)
{
	for (size_t i = 0; i < c->fields.nr; i++)
		if (field_trimmed(c->fields.items[i]).len)
			return false;
	return true;
}

static int row_judge(const struct roster *r, const struct columns *columns, const struct csv *c,
		     struct err *e)
{
	const struct csv_field *odd = &c->fields.items[c->fields.nr - 1];

	if (r->people.nr == ROSTER_PEOPLE_MAX)
		return file_fault(c->file, odd->line, 1, e,
				  "more than %d people; nothing of the file is used",
				  ROSTER_PEOPLE_MAX);
	if (c->fields.nr == columns->nr)
		return 0;
	if (c->fields.nr > columns->nr)
		odd = &c->fields.items[columns->nr];
	return file_fault(c->file, odd->line, odd->column, e,
			  "%zu field%s, but the header has %zu; the file was cut off, or a comma "
			  "stands outside quotes; nothing of the file is used",
			  c->fields.nr, c->fields.nr == 1 ? "" : "s", columns->nr);
}

int roster_take(struct roster *r, const struct columns *columns, const struct csv *c, struct err *e)
{
	bool with_id = columns->at[COLUMN_ID] != COLUMN_NONE;
	struct csv_field email, id;
	struct person who = {0};
	const char *why, *no_id;

	if (row_judge(r, columns, c, e))
		return -1;
	if (row_blank(c))
		return 0;
	email = columns_field(columns, c, COLUMN_EMAIL);
	id = columns_field(columns, c, COLUMN_ID);
	email_set(r, &who, email, &why);
	if (with_id) {
		id_set(r, &who, id, &no_id);
		why = no_id;
	} else {
		who.id = who.address;
		id = email;
	}
	if (!who.id) {
		doubt_add(&r->doubts, r->a, "%u:%u: a person %s, and is left out", id.line,
			  id.column, why);
		return 0;
	}
	who.place = arena_printf(r->a, "line %u", c->fields.items[0].line);
	who.given_name = field_text(r, columns_field(columns, c, COLUMN_GIVEN_NAME));
	who.family_name = field_text(r, columns_field(columns, c, COLUMN_FAMILY_NAME));
	disabled_set(r, &who, columns_field(columns, c, COLUMN_DISABLED));
	if (groups_join(r, c, columns_field(columns, c, COLUMN_GROUPS), (uint32_t)r->people.nr, e))
		return -1;
	VEC_ADD(&r->people, who);
	return 0;
}

/* ---- all together ------------------------------------------------------------------- */

static const char *person_key(const void *roster, uint32_t item)
{
	const struct roster *r = roster;

	return r->people.items[item].id;
}

/* Marks in `twins` who has another's id. */
static bool twins_find(struct roster *r, struct arena *scratch, bool *twins)
{
	struct index by_id;
	bool found = false;

	index_make(&by_id, scratch, r->people.nr, person_key, r);
	for (uint32_t i = 0; i < r->people.nr; i++) {
		uint32_t first = index_add(&by_id, i);

		if (first == i)
			continue;
		doubt_add(&r->doubts, r->a,
			  "%s and %s are one person by their id; both are left out",
			  r->people.items[first].place, r->people.items[i].place);
		twins[first] = twins[i] = found = true;
	}
	return found;
}

static void twins_remove(struct roster *r)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	bool *twins = arena_array(&scratch, r->people.nr, sizeof *twins);
	uint32_t *moved = arena_array(&scratch, r->people.nr, sizeof *moved);
	uint32_t kept = 0;

	if (!twins_find(r, &scratch, twins))
		return;
	for (size_t i = 0; i < r->people.nr; i++) {
		moved[i] = kept;
		if (!twins[i])
			r->people.items[kept++] = r->people.items[i];
	}
	r->people.nr = kept;
	for (size_t g = 0; g < r->groups.nr; g++) {
		struct roster_group *group = &r->groups.items[g];

		kept = 0;
		for (size_t i = 0; i < group->people.nr; i++)
			if (!twins[group->people.items[i]])
				group->people.items[kept++] = moved[group->people.items[i]];
		group->people.nr = kept;
	}
}

static void *array_keep(struct arena *a, const void *items, size_t nr, size_t size)
{
	void *copy = arena_array(a, nr, size);

	if (nr)
		memcpy(copy, items, nr * size);
	return copy;
}

void roster_finish(struct roster *r, struct reading *to)
{
	twins_remove(r);
	to->people = array_keep(r->a, r->people.items, r->people.nr, sizeof *to->people);
	to->people_nr = r->people.nr;
	to->groups = arena_array(r->a, r->groups.nr, sizeof *to->groups);
	to->groups_nr = r->groups.nr;
	for (size_t i = 0; i < r->groups.nr; i++) {
		const struct roster_group *g = &r->groups.items[i];

		to->groups[i] = (struct group){
			.id = g->id,
			.name = g->name,
			.people = array_keep(r->a, g->people.items, g->people.nr,
					     sizeof *g->people.items),
			.people_nr = (uint32_t)g->people.nr,
		};
	}
	to->state = r->doubts.nr ? PARTIAL : COMPLETE;
	to->why = doubts_text(&r->doubts, r->a);
}
