/*
 * building.h - a world while its text is read, for world.c and the sections it
 * consists of.  What is not understood ends the test through nonsense().
 */
#ifndef SEATSYNC_TESTS_BUILDING_H
#define SEATSYNC_TESTS_BUILDING_H

#include "tests/core/world.h"

enum { WORDS_MAX = 64 };

typedef VEC(const char *) texts;

struct scene_group {
	struct group g;
	VEC(uint32_t) people, groups;
	bool declared;
};

struct scene_directory {
	struct reading r;
	VEC(struct person) people;
	VEC(struct scene_group) groups;
};

/* Everything while it grows; becomes arrays of the arena at the end. */
struct building {
	struct scene *s;
	struct arena *a;
	const char *item;  /* for messages */
	const char *words[WORDS_MAX];
	size_t nr, at;
	VEC(struct scene_directory) directories;
	VEC(struct rule) rules;
	VEC(struct canary) canaries;
	VEC(struct member) members;
	VEC(struct invitation) invitations;
	VEC(struct known_account) accounts;
	VEC(struct known_person) links;
	VEC(struct known_invitation) ours;
	VEC(struct known_group) groups;
	VEC(struct known_directory) sizes;
	VEC(struct known_hold) holds;
	VEC(struct known_unknown) unknown;
	VEC(struct known_redone) redone;
	VEC(struct known_refusal) refusals;
	texts adopt, lost, removed, self, domains, protect, allow_empty;
};

/* ---- words.c: one item, word by word ---- */

_Noreturn void nonsense(const struct building *b, const char *what);
void words_split(struct building *b, const char *item);
bool more(const struct building *b);
const char *word(struct building *b);

/* Takes the next word when it is this one. */
bool is(struct building *b, const char *text);

long number(struct building *b);
int64_t span(struct building *b);
utc moment(struct building *b);
bool is_role(struct building *b, enum role *role);
enum role role_word(struct building *b);

/* 0 or 1: which of the two the next word is. */
int choice(struct building *b, const char *first, const char *second);
enum token_state token_word(struct building *b);
bool completeness_word(struct building *b, enum completeness *state);

/* An e-mail in normal form, NULL when it is none; its local part, else itself. */
const char *normal(struct arena *a, const char *email);
const char *local(struct arena *a, const char *email);

/* Moves a growing array into the arena. */
void *keep(struct arena *a, void *items, size_t nr, size_t size);
const char *const *keep_texts(struct building *b, texts *list);
#define KEEP(b, vec) keep((b)->a, (vec)->items, (vec)->nr, sizeof *(vec)->items)

enum action_kind kind_word(struct building *b);

/* ---- world_directory.c, world_items.c, world_memory.c: an item of each section ---- */

struct scene_directory *directory_named(struct building *b);
void group_item(struct building *b, struct scene_directory *d);
void person_item(struct building *b, struct scene_directory *d);
void directory_finish(struct building *b, struct scene_directory *d, struct reading *r);
void rule_item(struct building *b);
void member_item(struct building *b);
void invitation_item(struct building *b);
void platform_item(struct building *b);
void settings_item(struct building *b);
void memory_item(struct building *b);

#endif
