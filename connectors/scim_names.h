/*
 * scim_names.h - a growing set of names, each with its number in the order of
 * coming.  The texts are its user's and must stay.
 */
#ifndef SEATSYNC_SCIM_NAMES_H
#define SEATSYNC_SCIM_NAMES_H

#include "agent/index.h"

struct scim_names {
	VEC(const char *) texts;
	struct arena slots;  /* of the index */
	struct index index;
	size_t room;
};

/* INDEX_NONE when it is not there; text NULL is never. */
uint32_t scim_names_find(const struct scim_names *n, const char *text);

/* One that is not there yet; its number. */
uint32_t scim_names_add(struct scim_names *n, const char *text);
void scim_names_clear(struct scim_names *n);

#endif
