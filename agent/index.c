#include "agent/index.h"

void index_make(struct index *x, struct arena *a, size_t nr, index_key *key, const void *ctx)
{
	size_t size = 16;

	BUG_IF(nr >= INDEX_NONE / 2);
	while (size < nr + nr / 2)
		size *= 2;
	x->slots = arena_array(a, size, sizeof *x->slots);
	x->mask = size - 1;
	x->key = key;
	x->ctx = ctx;
}

/* FNV-1a with a final mix; 0 marks a free slot and is never a tag. */
static uint64_t text_hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3u;
	h ^= h >> 32;
	h *= 0x9e3779b97f4a7c15u;
	return h ^ (h >> 29);
}

static struct index_slot *slot_for(const struct index *x, const char *text, uint32_t *tag)
{
	uint64_t h = text_hash(text);
	size_t at = (size_t)h & x->mask;

	*tag = (uint32_t)(h >> 32) | 1;
	for (;; at = (at + 1) & x->mask) {
		struct index_slot *s = &x->slots[at];

		if (!s->tag || (s->tag == *tag && strcmp(x->key(x->ctx, s->item), text) == 0))
			return s;
	}
}

uint32_t index_add(struct index *x, uint32_t item)
{
	uint32_t tag;
	struct index_slot *s = slot_for(x, x->key(x->ctx, item), &tag);

	if (!s->tag) {
		s->tag = tag;
		s->item = item;
	}
	return s->item;
}

uint32_t index_find(const struct index *x, const char *text)
{
	uint32_t tag;
	const struct index_slot *s;

	if (!text)
		return INDEX_NONE;
	s = slot_for(x, text, &tag);
	return s->tag ? s->item : (uint32_t)INDEX_NONE;
}
