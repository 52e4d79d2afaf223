/*
 * read.h - one value of the tree into one field, by the type of its key.
 */
#ifndef SEATSYNC_CONFIG_READ_H
#define SEATSYNC_CONFIG_READ_H

#include "config/bind.h"

/* field is NULL for a key that is checked only.  Faults are added, and the field left alone. */
void value_read(struct bind *b, const struct key *k, const struct node *n, void *field);

/* A fault: "is a list where %s is wanted". */
void node_unfit(struct config_faults *faults, const struct node *n, const char *wanted);

#endif
