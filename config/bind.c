#include "config/bind.h"

#include "config/read.h"

static const struct key *key_find(const struct section *section, const char *name)
{
	for (size_t i = 0; i < section->nr; i++)
		if (strcmp(section->keys[i].name, name) == 0)
			return &section->keys[i];
	return NULL;
}

/* ---- keys that should not be, or be once --------------------------------------- */

/* The key of this section that names the file a secret belongs into. */
static const char *secret_key(const struct section *section, const char *name)
{
	static const char *const secrets[] = {"client_secret", "secret",  "bind_password",
					      "password",      "bind_pw", "bindpw",
					      "token",         "api_key", "api_token"};
	static const char *const files[] = {"client_secret_file", "bind_password_file",
					    "token_file"};

	if (word_index(secrets, ARRAY_SIZE(secrets), name) < 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (key_find(section, files[i]))
			return files[i];
	return NULL;
}

static const char *keys_list(struct arena *a, const struct section *section)
{
	const char *list = "";

	for (size_t i = 0; i < section->nr; i++)
		list = arena_printf(a, "%s%s%s", list, i ? ", " : "", section->keys[i].name);
	return list;
}

static void key_unknown(struct bind *b, const struct section *section, const struct node *n)
{
	struct arena *a = &b->faults->arena;
	const char *names[32], *nearest, *file = secret_key(section, n->key), *hint;

	if (file) {
		hint = arena_printf(a, "write it into a file of mode 600 and name that in %s",
				    file);
		fault_at_key(b->faults, n, hint, "is a secret; secrets are never written inline");
		return;
	}
	BUG_IF(section->nr > ARRAY_SIZE(names));
	for (size_t i = 0; i < section->nr; i++)
		names[i] = section->keys[i].name;
	nearest = word_nearest(names, section->nr, n->key);
	hint = nearest ? arena_printf(a, "did you mean %s?", nearest)
		       : arena_printf(a, "the keys here are %s", keys_list(a, section));
	fault_at_key(b->faults, n, hint, "is no known key");
}

void key_twice(struct bind *b, const struct node *n, const struct node *earlier)
{
	fault_at_key(b->faults, n, NULL, "is given twice; the first is in line %u",
		     earlier->key_line);
}

void key_missing(struct bind *b, const struct node *map, const char *key, const char *text,
		 const char *hint)
{
	struct node at = {.line = map->line, .column = map->column, .parent = map, .key = key};

	fault_at(b->faults, &at, hint, "%s", text);
}

/* ---- values ------------------------------------------------------------------------ */

static void sections_bind(struct bind *b, const struct key *k, const struct node *list,
			  void *record)
{
	bool empty = node_null(list) || (list->kind == NODE_LIST && !list->nr);
	char *items;
	size_t i = 0;

	if (empty && !k->required)
		return;
	if (list->kind != NODE_LIST || list->nr < 1 || list->nr > (size_t)k->most) {
		if (list->kind == NODE_LIST && list->nr)
			fault_at(b->faults, list, NULL, "has more than %lld entries",
				 (long long)k->most);
		else if (empty)
			fault_at(b->faults, list, NULL, "is empty; at least one is needed");
		else
			node_unfit(b->faults, list, "a list of mappings");
		return;
	}
	items = arena_array(b->a, list->nr, k->section->record);
	for (const struct node *n = list->first; n; n = n->next, i++) {
		if (n->kind == NODE_MAP)
			section_bind(b, k->section, n, items + i * k->section->record);
		else
			node_unfit(b->faults, n, "a mapping");
	}
	memcpy((char *)record + k->at, &items, sizeof items);
	memcpy((char *)record + k->nr_at, &list->nr, sizeof list->nr);
}

/* A section left empty is one whose every key was left out. */
static void section_value(struct bind *b, const struct key *k, const struct node *n, void *record)
{
	if (n->kind == NODE_MAP || node_null(n))
		section_bind(b, k->section, n, record);
	else
		node_unfit(b->faults, n, "a mapping");
}

static void value_bind(struct bind *b, const struct key *k, const struct node *n, void *record)
{
	if (n->kind == NODE_BROKEN)
		return;
	if (k->type == KEY_SECTION)
		section_value(b, k, n, record);
	else if (k->type == KEY_SECTIONS)
		sections_bind(b, k, n, record);
	else
		value_read(b, k, n, k->size ? (char *)record + k->at : NULL);
}

static const char *choices_list(struct arena *a, const struct section *section)
{
	const char *list = NULL;

	for (size_t i = 0; i < section->nr; i++)
		if (section->keys[i].one_of)
			list = list ? arena_printf(a, "%s, %s", list, section->keys[i].name)
				    : section->keys[i].name;
	return list;
}

/* Of the keys that are one_of, one and only one. */
static void choice_check(struct bind *b, const struct section *section, const struct node *map)
{
	const char *list = choices_list(&b->faults->arena, section);
	const struct node *chosen = NULL;

	for (const struct node *n = map->first; list && n; n = n->next) {
		const struct key *k = key_find(section, n->key);

		if (!k || !k->one_of || node_find(map, n->key) != n)
			continue; /* one that is given twice is told already */
		if (chosen)
			fault_at_key(b->faults, n, "make it a directory of its own",
				     "is given beside %s; only one may be", chosen->key);
		chosen = chosen ? chosen : n;
	}
	if (list && !chosen)
		fault_at(b->faults, map, NULL, "needs one of %s", list);
}

/* What the key has when the file does not name it. */
static void standard_bind(struct bind *b, const struct key *k, const struct node *map, void *record)
{
	const char *standard = key_standard(k, b->kind);
	struct node n = {.line = map->line, .column = map->column, .parent = map, .key = k->name};
	struct node item = {.parent = &n, .plain = true, .text = standard};

	if (k->type == KEY_SECTION) {
		n.kind = NODE_MAP;
	} else if (k->type == KEY_LIST) {
		n.kind = NODE_LIST;
		n.first = n.last = standard ? &item : NULL;
		n.nr = standard ? 1 : 0;
	} else {
		n.kind = NODE_SCALAR;
		n.plain = true;
		n.text = standard ? standard : "";
	}
	value_bind(b, k, &n, record);
}

/* Ends when no more faults are taken: a file may have thousands of keys. */
static void keys_check(struct bind *b, const struct section *section, const struct node *map)
{
	for (const struct node *n = map->first; n && b->faults->list.nr <= FAULTS_MAX;
	     n = n->next) {
		bool known = key_find(section, n->key);
		const struct node *first = known ? node_find(map, n->key) : n;

		if (first != n)
			key_twice(b, n, first);
		else if (!known && n->kind != NODE_BROKEN)
			key_unknown(b, section, n);
	}
}

/* Whose defaults hold; a word that is none is told when its key is read. */
static enum ldap_kind kind_find(const struct section *section, const struct node *map)
{
	const struct key *k = key_find(section, section->variant);
	const struct node *n = node_find(map, section->variant);
	int kind = n && n->kind == NODE_SCALAR ? word_index(k->words, LDAP_KINDS, n->text) : 0;

	return kind < 0 ? LDAP_OPENLDAP : (enum ldap_kind)kind;
}

void section_bind(struct bind *b, const struct section *section, const struct node *map,
		  void *record)
{
	keys_check(b, section, map);
	if (section->variant)
		b->kind = kind_find(section, map);
	for (size_t i = 0; i < section->nr; i++) {
		const struct key *k = &section->keys[i];
		const struct node *n = node_find(map, k->name);

		if (n)
			value_bind(b, k, n, record);
		else if (k->required)
			key_missing(b, map, k->name, "is missing", NULL);
		else if (!k->one_of)
			standard_bind(b, k, map, record);
	}
	choice_check(b, section, map);
}
