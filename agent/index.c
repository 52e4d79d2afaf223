#include "agent/index.h"

void index_make(struct index *x, struct arena *a, size_t nr, index_key *key, const void *ctx)
{
	size_t size = 16;

	BUG_IF(nr >= INDEX_NONE / 2);
	while (size < nr + nr / 4) /* what fits a cache is worth more than fewer steps in it */
		size *= 2;
	x->slots = arena_array(a, size, sizeof *x->slots);
	x->mask = size - 1;
	x->key = key;
	x->ctx = ctx;
}

enum { WORD = sizeof(uint64_t) };

/* Eight letters at a time, with a final mix; 0 marks a free slot and is never a tag. */
uint64_t index_hash(const char *text)
{
	size_t len = strlen(text);
	uint64_t h = len, word = 0;

	for (; len > WORD; len -= WORD, text += WORD) {
		memcpy(&word, text, WORD);
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	word = 0;
	memcpy(&word, text, len);
	h = (h ^ word) * 0xbf58476d1ce4e5b9u;
	h ^= h >> 32;
	h *= 0x94d049bb133111ebu;
	return h ^ (h >> 31);
}

static uint32_t hash_tag(uint64_t hash)
{
	return (uint32_t)(hash >> 32) | 1;
}

static struct index_slot *slot_for(const struct index *x, const char *text, uint32_t *tag)
{
	uint64_t h = index_hash(text);
	size_t at = (size_t)h & x->mask;

	*tag = hash_tag(h);
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

	if (!s->tag)
		*s = (struct index_slot){tag, item};
	return s->item;
}

static bool keys_equal(const struct index *x, uint32_t one, uint32_t other)
{
	const char *text = x->key(x->ctx, one);

	return strcmp(text, x->key(x->ctx, other)) == 0;
}

uint32_t index_add_hashed(struct index *x, uint32_t item, uint64_t hash)
{
	struct index_slot *s = &x->slots[hash & x->mask];
	uint32_t tag = hash_tag(hash);

	while (s->tag && (s->tag != tag || !keys_equal(x, s->item, item)))
		s = &x->slots[(size_t)(s - x->slots + 1) & x->mask];
	if (!s->tag)
		*s = (struct index_slot){tag, item};
	return s->item;
}

void index_replace(struct index *x, uint32_t item)
{
	uint32_t tag;
	struct index_slot *s = slot_for(x, x->key(x->ctx, item), &tag);

	BUG_IF(!s->tag);
	s->item = item;
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
