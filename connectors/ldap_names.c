/* The second half of ldap_people.h: all of them together, and whose a name is. */
#include "connectors/ldap_people.h"

#include <strings.h>
#include <time.h>

#include "agent/text.h"

static bool groups_name_uids(const struct ldap_settings *settings)
{
	return strcasecmp(settings->groups.member, "memberUid") == 0;
}

static void attribute_want(struct people *p, const char *name)
{
	if (!name)
		return;
	for (size_t i = 0; i < p->attributes.nr; i++)
		if (strcasecmp(p->attributes.items[i], name) == 0)
			return;
	VEC_ADD(&p->attributes, name);
}

void people_begin(struct people *p, const struct ldap_settings *settings, struct arena *a)
{
	const char *const *alias = settings->people.aliases;

	memset(p, 0, sizeof *p);
	p->settings = settings;
	p->a = a;
	p->wants_uids = groups_name_uids(settings);
	p->wants_primary = settings->kind == LDAP_ACTIVE_DIRECTORY;
	p->now = time(NULL);
	attribute_want(p, settings->people.id);
	attribute_want(p, settings->people.email);
	attribute_want(p, settings->people.given_name);
	attribute_want(p, settings->people.family_name);
	attribute_want(p, settings->people.disabled);
	attribute_want(p, settings->people.expires);
	for (; alias && *alias; alias++)
		attribute_want(p, *alias);
	if (p->wants_uids)
		attribute_want(p, "uid");
	if (p->wants_primary) {
		attribute_want(p, "objectSid");
		attribute_want(p, "primaryGroupID");
	}
	VEC_ADD(&p->attributes, NULL);
}

static void chunks_free(struct people *p)
{
	for (size_t i = 0; i < p->chunks.nr; i++)
		free(p->chunks.items[i]);
	VEC_FREE(&p->chunks);
}

void people_forget(void *people)
{
	struct people *p = people;

	chunks_free(p);
	p->nr = p->hashes.nr = 0;
	p->unusable.nr = 0;
	p->uids.nr = 0;
	primaries_forget(&p->primaries);
	p->doubts = (struct doubts){0};
}

void people_free(struct people *p)
{
	chunks_free(p);
	VEC_FREE(&p->hashes);
	VEC_FREE(&p->unusable);
	VEC_FREE(&p->uids);
	VEC_FREE(&p->ambiguous);
	VEC_FREE(&p->attributes);
	VEC_FREE(&p->mails);
	primaries_free(&p->primaries);
	arena_free(&p->scratch);
}

/* ---- all together ----------------------------------------------------------------- */

/* Each chunk is freed when it has been copied: the people are never twice in memory. */
static void chunks_join(struct people *p)
{
	p->items = arena_array(p->a, p->nr, sizeof *p->items);
	for (size_t i = 0; i < p->chunks.nr; i++) {
		size_t left = p->nr - i * PEOPLE_CHUNK;

		memcpy(p->items + i * PEOPLE_CHUNK, p->chunks.items[i],
		       (left < PEOPLE_CHUNK ? left : PEOPLE_CHUNK) * sizeof *p->items);
		free(p->chunks.items[i]);
	}
	VEC_FREE(&p->chunks);
}

static const char *id_key(const void *people, uint32_t item)
{
	const struct people *p = people;

	return p->items[item].id;
}

typedef VEC(uint32_t) items;

/* Items whose id another has too, and those others. */
static void twins_find(struct people *p, items *twins)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	struct index by_id;

	index_make(&by_id, &scratch, p->nr, id_key, p);
	for (uint32_t i = 0; i < p->nr; i++) {
		uint32_t first = index_add(&by_id, i);

		if (first == i)
			continue;
		doubt_add(&p->doubts, p->a,
			  "the entries %.200s and %.200s have the same id; both are "
			  "left out",
			  text_shown(p->a, p->items[first].place),
			  text_shown(p->a, p->items[i].place));
		VEC_ADD(twins, first);
		VEC_ADD(twins, i);
	}
}

/* Takes items without an id out; uids and primary groups follow theirs. */
static void people_close_up(struct people *p)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	uint32_t *moved = arena_array(&scratch, p->nr, sizeof *moved);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < p->nr; i++) {
		moved[i] = p->items[i].id ? kept : PERSON_UNUSABLE;
		if (!p->items[i].id)
			continue;
		p->hashes.items[kept] = p->hashes.items[i];
		p->items[kept++] = p->items[i];
	}
	p->nr = p->hashes.nr = kept;
	for (size_t i = 0; i < p->uids.nr; i++)
		p->uids.items[i].person = moved[p->uids.items[i].person];
	primaries_move(&p->primaries, moved, kept);
}

static void twins_remove(struct people *p)
{
	items twins = {0};

	twins_find(p, &twins);
	for (size_t i = 0; i < twins.nr; i++) {
		struct person *twin = &p->items[twins.items[i]];

		if (twin->id)
			VEC_ADD(&p->unusable, twin->place);
		twin->id = NULL;
	}
	if (twins.nr)
		people_close_up(p);
	VEC_FREE(&twins);
}

/* Is the name at hand written as the one that is asked for?  Members mostly are. */
static bool asked_is(const struct asked *asked, const char *place)
{
	return asked->name.bv_val && strncmp(place, asked->name.bv_val, asked->name.bv_len) == 0 &&
	       !place[asked->name.bv_len];
}

/*
 * Normal forms are not kept, to save their memory, but made from the places
 * when they are asked for, in two places by turns.
 */
static const char *name_key(const void *people, uint32_t item)
{
	struct people *p = (struct people *)(uintptr_t)people;
	const char *place = item < p->nr ? p->items[item].place : p->unusable.items[item - p->nr];
	char *normal = p->normals[p->turn++ % ARRAY_SIZE(p->normals)];

	if (asked_is(&p->asked, place))
		return p->asked.normal;
	BUG_IF(dn_normal(normal, place, strlen(place)));
	return normal;
}

static void names_index(struct people *p)
{
	uint32_t nr = (uint32_t)(p->nr + p->unusable.nr);

	index_make(&p->by_dn, &p->scratch, nr, name_key, p);
	for (uint32_t i = 0; i < nr; i++) {
		uint64_t hash = i < p->nr ? p->hashes.items[i] : index_hash(name_key(p, i));
		uint32_t first = index_add_hashed(&p->by_dn, i, hash);

		if (first == i)
			continue;
		VEC_ADD(&p->ambiguous, first);
		doubt_add(&p->doubts, p->a, "two entries have the same name: %.300s",
			  text_shown(p->a, name_key(p, i)));
	}
	VEC_FREE(&p->hashes);
}

static const char *uid_key(const void *people, uint32_t item)
{
	const struct people *p = people;

	return p->uids.items[item].uid;
}

static void uids_index(struct people *p)
{
	index_make(&p->by_uid, &p->scratch, p->uids.nr, uid_key, p);
	for (uint32_t i = 0; i < p->uids.nr; i++) {
		struct uid *first = &p->uids.items[index_add(&p->by_uid, i)];

		if (first->person != p->uids.items[i].person)
			first->person = PERSON_UNUSABLE;
	}
}

void people_finish(struct people *p)
{
	chunks_join(p);
	twins_remove(p);
	names_index(p);
	primaries_sort(&p->primaries);
	if (p->wants_uids)
		uids_index(p);
}

/* ---- whose a name is ---------------------------------------------------------------- */

uint32_t people_by_dn(struct people *p, const struct berval *name, const char *normal)
{
	uint32_t item;

	p->asked = (struct asked){*name, normal};
	item = index_find(&p->by_dn, normal);
	p->asked = (struct asked){0};
	if (item == INDEX_NONE)
		return PERSON_NONE;
	for (size_t i = 0; i < p->ambiguous.nr; i++)
		if (p->ambiguous.items[i] == item)
			return PERSON_UNUSABLE;
	return item < p->nr ? item : PERSON_UNUSABLE;
}

uint32_t people_by_uid(struct people *p, const char *uid)
{
	uint32_t item = index_find(&p->by_uid, uid);

	return item == INDEX_NONE ? PERSON_NONE : p->uids.items[item].person;
}

uint32_t people_by_id(struct people *p, const char *id)
{
	if (!p->by_id.slots) {
		index_make(&p->by_id, &p->scratch, p->nr, id_key, p);
		for (uint32_t i = 0; i < p->nr; i++)
			index_add(&p->by_id, i);
	}
	return index_find(&p->by_id, id);
}
