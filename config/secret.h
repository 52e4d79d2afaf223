/*
 * secret.h - secrets out of files or environment variables (faults K1, K2,
 * D9).  Each lives in pages of its own, locked and left out of dumps, until
 * settings_clear overwrites it.  No text ever holds one; nor the name of a
 * file before it is known to exist, as a secret may stand there by mistake.
 */
#ifndef SEATSYNC_CONFIG_SECRET_H
#define SEATSYNC_CONFIG_SECRET_H

#include "config/bind.h"

enum { SECRET_MAX = 4096 };

struct secret {
	const char *file_key, *variable_key;
	const struct node *file, *variable; /* by secret_find; NULL: not given */
};

/* Faults when both are given. */
void secret_find(struct secret *secret, struct bind *b, const struct node *map);

/* Owned by the settings; NULL with a fault. */
const char *secret_read(const struct secret *secret, struct bind *b, struct settings *s);

/*
 * The path of a file that must be as safe as a secret's and is another's to
 * read (a keytab); NULL with a fault.
 */
const char *secret_file(struct bind *b, const struct node *n);

/* Overwrites and frees them all. */
void secrets_clear(struct settings *s);

#endif
