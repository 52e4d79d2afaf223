/*
 * tree.h - a YAML file as a tree of nodes with their places, read from
 * libyaml's events within limits: what a configuration needs and no more.
 *
 * libyaml itself takes a deep file's square in time, keeps duplicate keys and
 * lets NUL through (faults C1, C2).  Not allowed here, each a fault with its
 * place: more than CONFIG_MAX bytes, more than DEPTH_MAX levels, anchors,
 * aliases, merge keys, tags, a second document, a byte order mark, anything
 * that is not UTF-8.  Duplicate keys are for the reader of a mapping to find.
 */
#ifndef SEATSYNC_CONFIG_TREE_H
#define SEATSYNC_CONFIG_TREE_H

#include "agent/base.h"

enum { CONFIG_MAX = 256 << 10, DEPTH_MAX = 32, KEY_MAX = 64 };

enum node_kind {
	NODE_SCALAR,
	NODE_LIST,
	NODE_MAP,
	NODE_BROKEN, /* its fault is told already */
};

struct node {
	enum node_kind kind;
	unsigned line, column;
	const struct node *parent; /* NULL: the root */
	const char *key;           /* in a mapping; else NULL */
	unsigned key_line, key_column;
	size_t index;              /* in a list */
	const char *text;          /* of a scalar */
	bool plain;                /* written without quotes */
	struct node *first, *last, *next;
	size_t nr;                 /* children */
};

struct config_faults;

/* NULL when the text holds no tree; faults then says why. */
const struct node *tree_read(struct arena *a, const char *text, size_t len,
			     struct config_faults *faults);

/* "directories[0].ldap.page_size"; NULL for the root. */
const char *node_path(struct arena *a, const struct node *n);

/* The value of a key; NULL when the node is no mapping or has no such key. */
const struct node *node_find(const struct node *map, const char *key);

/* null, ~ or nothing at all. */
bool node_null(const struct node *n);

#endif
