/*
 * bind.h - from the tree to the structs, by the table of keys: unknown,
 * duplicate and missing keys, types, words, ranges, shapes, defaults.  What
 * more than one key must agree on is for check.h.
 */
#ifndef SEATSYNC_CONFIG_BIND_H
#define SEATSYNC_CONFIG_BIND_H

#include "config/fault.h"
#include "config/keys.h"
#include "config/tree.h"

struct bind {
	struct arena *a;             /* of the settings */
	const char *folder;          /* of the file, for relative names */
	struct config_faults *faults;
	enum ldap_kind kind;         /* whose defaults hold */
};

/* Fills the record that the section's keys point into. */
void section_bind(struct bind *b, const struct section *section, const struct node *map,
		  void *record);

/* A fault for a key that its mapping has already. */
void key_twice(struct bind *b, const struct node *n, const struct node *earlier);

/* A fault for a key that its mapping should have. */
void key_missing(struct bind *b, const struct node *map, const char *key, const char *text,
		 const char *hint);

#endif
