#include "connectors/scim_names.h"

enum { ROOM_MIN = 256 };

static const char *text_at(const void *ctx, uint32_t i)
{
	return ((const struct scim_names *)ctx)->texts.items[i];
}

uint32_t scim_names_find(const struct scim_names *n, const char *text)
{
	return n->texts.nr ? index_find(&n->index, text) : (uint32_t)INDEX_NONE;
}

/* An index has its size for ever: a larger one takes its place. */
static void names_grow(struct scim_names *n)
{
	arena_free(&n->slots);
	n->room = n->room ? 2 * n->room : ROOM_MIN;
	index_make(&n->index, &n->slots, n->room, text_at, n);
	for (uint32_t i = 0; i < n->texts.nr; i++)
		index_add(&n->index, i);
}

uint32_t scim_names_add(struct scim_names *n, const char *text)
{
	uint32_t i = (uint32_t)n->texts.nr;

	if (n->texts.nr >= n->room)
		names_grow(n);
	VEC_ADD(&n->texts, text);
	BUG_IF(index_add(&n->index, i) != i);
	return i;
}

void scim_names_clear(struct scim_names *n)
{
	VEC_FREE(&n->texts);
	arena_free(&n->slots);
	*n = (struct scim_names){0};
}
