#include "config/tree.h"

#include <yaml.h>

#include "agent/text.h"
#include "config/fault.h"

struct reader {
	yaml_parser_t parser;
	struct arena *a;
	const char *input;
	size_t len;
	struct config_faults *faults;
	bool stopped; /* nothing more can be read */
};

static void event_clear(yaml_event_t *event)
{
	yaml_event_delete(event);
}
#define AUTO_EVENT CLEANUP(event_clear) yaml_event_t

static unsigned from_one(size_t n)
{
	return n < UINT32_MAX - 1 ? (unsigned)n + 1 : UINT32_MAX - 1;
}

static int stop(struct reader *r)
{
	r->stopped = true;
	return -1;
}

/* ---- before libyaml sees it ------------------------------------------------ */

/* The line and column, in characters, of a byte. */
static void place_find(const char *text, size_t at, unsigned *line, unsigned *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n') {
			(*line)++;
			*column = 1;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			(*column)++;
		}
	}
}

static int bytes_check(const char *text, size_t len, struct config_faults *faults)
{
	unsigned line, column;
	size_t valid;

	if (len > CONFIG_MAX)
		return fault_place(faults, 0, 0, NULL,
				   "the file is larger than %d KiB; nothing of it was read",
				   CONFIG_MAX >> 10);
	if ((len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0)) ||
	    (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0))
		return fault_place(faults, 1, 1, "save it as UTF-8 without a byte order mark",
				   "the file begins with a byte order mark");
	valid = utf8_valid(text, len);
	if (valid == len)
		return 0;
	place_find(text, valid, &line, &column);
	if (text[valid] == '\0')
		return fault_place(faults, line, column, NULL, "a NUL byte is in the file");
	return fault_place(faults, line, column, "save the file as UTF-8",
			   "these bytes are not UTF-8");
}

/* ---- events ------------------------------------------------------------------ */

/* libyaml counts characters, not bytes. */
static char char_at(const struct reader *r, size_t index)
{
	for (size_t i = 0; i < r->len; i++)
		if (((unsigned char)r->input[i] & 0xc0) != 0x80 && index-- == 0)
			return r->input[i];
	return '\0';
}

static int event_fail(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	unsigned line = from_one(p->problem_mark.line), column = from_one(p->problem_mark.column);

	mem_need(p->error == YAML_MEMORY_ERROR ? NULL : r);
	if (p->error == YAML_READER_ERROR) {
		size_t at = p->problem_offset < r->len ? p->problem_offset : r->len;

		place_find(r->input, at, &line, &column);
		fault_place(r->faults, line, column, NULL, "a control character is in the file");
	} else if (char_at(r, p->problem_mark.index) == '\t') {
		fault_place(r->faults, line, column, "indent with spaces",
			    "a tab stands where YAML allows only spaces");
	} else {
		fault_place(r->faults, line, column, NULL, "this is no valid YAML: %s",
			    p->problem ? p->problem : "it cannot be read");
	}
	return stop(r);
}

static int event_next(struct reader *r, yaml_event_t *event)
{
	if (r->stopped)
		return -1;
	return yaml_parser_parse(&r->parser, event) ? 0 : event_fail(r);
}

/* Faults for what YAML offers and a configuration does without. */
static bool event_foreign(struct reader *r, const yaml_event_t *event, const struct node *n)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	switch (event->type) {
	case YAML_ALIAS_EVENT:
		fault_at(r->faults, n, "write the value out",
			 "is an alias; aliases are not allowed");
		return true;
	case YAML_SCALAR_EVENT:
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
		break;
	default:
		break;
	}
	if (anchor)
		fault_at(r->faults, n, NULL, "has an anchor; anchors are not allowed");
	if (tag)
		fault_at(r->faults, n, NULL, "has a tag; tags are not allowed");
	return anchor || tag;
}

/* ---- nodes --------------------------------------------------------------------- */

static struct node *child_add(struct reader *r, struct node *parent)
{
	struct node *n = arena_alloc(r->a, sizeof *n);

	n->parent = parent;
	if (!parent)
		return n;
	n->index = parent->nr++;
	if (parent->last)
		parent->last->next = n;
	else
		parent->first = n;
	parent->last = n;
	return n;
}

static void scalar_fill(struct reader *r, struct node *n, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;

	n->kind = NODE_SCALAR;
	n->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	n->text = arena_strndup(r->a, value, event->data.scalar.length);
	if (strlen(n->text) == event->data.scalar.length)
		return;
	fault_at(r->faults, n, NULL, "has a NUL in it");
	n->kind = NODE_BROKEN;
}

static void node_fill(struct reader *r, struct node *n, const yaml_event_t *event, int depth);

static void list_fill(struct reader *r, struct node *n, int depth)
{
	while (!r->stopped) {
		AUTO_EVENT event = {0};

		if (event_next(r, &event) || event.type == YAML_SEQUENCE_END_EVENT)
			return;
		node_fill(r, child_add(r, n), &event, depth);
	}
}

/* The child that a key begins; a key that is none makes a broken one. */
static struct node *key_read(struct reader *r, struct node *map, const yaml_event_t *event,
			     int depth)
{
	struct node *n = child_add(r, map), nowhere = {.parent = map, .key = "?"};
	const char *wrong = NULL;

	n->line = n->key_line = from_one(event->start_mark.line);
	n->column = n->key_column = from_one(event->start_mark.column);
	n->key = "?";
	if (event->type != YAML_SCALAR_EVENT) {
		if (event->type != YAML_ALIAS_EVENT)
			fault_at(r->faults, n, NULL, "is no word where a key is wanted");
		n->kind = NODE_BROKEN;
		node_fill(r, &nowhere, event, depth);
		return n;
	}
	n->key = arena_strndup(r->a, (const char *)event->data.scalar.value,
			       event->data.scalar.length < KEY_MAX ? event->data.scalar.length
								   : KEY_MAX);
	if (strlen(n->key) < event->data.scalar.length)
		wrong = "is too long for a key, or has a NUL in it";
	else if (strcmp(n->key, "<<") == 0)
		wrong = "is a merge key; merge keys are not allowed";
	if (wrong)
		fault_at(r->faults, n, NULL, "%s", wrong);
	if (wrong || event_foreign(r, event, n))
		n->kind = NODE_BROKEN;
	return n;
}

static void map_fill(struct reader *r, struct node *map, int depth)
{
	while (!r->stopped) {
		AUTO_EVENT key = {0};
		AUTO_EVENT value = {0};
		struct node *n;
		bool broken;

		if (event_next(r, &key) || key.type == YAML_MAPPING_END_EVENT)
			return;
		n = key_read(r, map, &key, depth);
		broken = n->kind == NODE_BROKEN;
		if (event_next(r, &value))
			return;
		node_fill(r, n, &value, depth);
		if (broken)
			n->kind = NODE_BROKEN;
	}
}

static void node_fill(struct reader *r, struct node *n, const yaml_event_t *event, int depth)
{
	n->line = from_one(event->start_mark.line);
	n->column = from_one(event->start_mark.column);
	n->kind = NODE_BROKEN;
	if (depth >= DEPTH_MAX) {
		fault_at(r->faults, n, NULL, "is nested deeper than %d levels", DEPTH_MAX);
		stop(r);
		return;
	}
	if (!event_foreign(r, event, n))
		n->kind = event->type == YAML_SCALAR_EVENT           ? NODE_SCALAR
			  : event->type == YAML_SEQUENCE_START_EVENT ? NODE_LIST
								     : NODE_MAP;
	if (event->type == YAML_SEQUENCE_START_EVENT)
		list_fill(r, n, depth + 1);
	else if (event->type == YAML_MAPPING_START_EVENT)
		map_fill(r, n, depth + 1);
	else if (n->kind == NODE_SCALAR)
		scalar_fill(r, n, event);
}

/* ---- the document ----------------------------------------------------------------- */

static const struct node *document_read(struct reader *r)
{
	AUTO_EVENT stream = {0};
	AUTO_EVENT begin = {0};
	AUTO_EVENT content = {0};
	AUTO_EVENT end = {0};
	AUTO_EVENT after = {0};
	struct node *root = child_add(r, NULL);

	if (event_next(r, &stream) || event_next(r, &begin))
		return NULL;
	if (begin.type != YAML_DOCUMENT_START_EVENT) {
		fault_place(r->faults, 1, 1, NULL, "the file is empty");
		return NULL;
	}
	if (event_next(r, &content))
		return NULL;
	node_fill(r, root, &content, 0);
	if (event_next(r, &end) || event_next(r, &after))
		return NULL;
	if (after.type == YAML_DOCUMENT_START_EVENT)
		fault_place(r->faults, from_one(after.start_mark.line),
			    from_one(after.start_mark.column), "one file is for one organization",
			    "a second document begins here; only one is allowed");
	return root;
}

const struct node *tree_read(struct arena *a, const char *text, size_t len,
			     struct config_faults *faults)
{
	struct reader r = {.a = a, .input = text, .len = len, .faults = faults};
	const struct node *root;

	if (bytes_check(text, len, faults))
		return NULL;
	if (!yaml_parser_initialize(&r.parser)) {
		fault_place(faults, 0, 0, NULL, "there is no memory to read the file");
		return NULL;
	}
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
	root = document_read(&r);
	yaml_parser_delete(&r.parser);
	return root;
}

/* ---- walking ------------------------------------------------------------------------ */

const char *node_path(struct arena *a, const struct node *n)
{
	const char *above = n->parent ? node_path(a, n->parent) : NULL;

	if (!n->parent)
		return NULL;
	if (n->key)
		return above ? arena_printf(a, "%s.%s", above, n->key) : arena_strdup(a, n->key);
	return arena_printf(a, "%s[%zu]", above ? above : "", n->index);
}

const struct node *node_find(const struct node *map, const char *key)
{
	if (map && map->kind == NODE_MAP)
		for (const struct node *n = map->first; n; n = n->next)
			if (n->key && strcmp(n->key, key) == 0)
				return n;
	return NULL;
}

bool node_null(const struct node *n)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL"};

	return n->kind == NODE_SCALAR && n->plain &&
	       word_index(words, ARRAY_SIZE(words), n->text) >= 0;
}
