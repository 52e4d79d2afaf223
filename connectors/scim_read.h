/*
 * scim_read.h - one reading of one SCIM server.
 */
#ifndef SEATSYNC_SCIM_READ_H
#define SEATSYNC_SCIM_READ_H

#include "connectors/scim_ways.h"

struct scim_reading {
	struct scim_hints hints;
	struct scim_people people;
	struct scim_groups groups;
	const char *users_doubt; /* why the list of users is not proved whole; NULL it is */
	bool by_cursor;
	size_t pages;            /* of the list of users */
};

/* Users, groups and members into *r, whose strings are in `a`; scim_reading_clear after. */
int scim_reading_make(struct scim_reading *x, struct scim *s, struct arena *a,
		      const char *const *wanted, struct reading *r, struct err *e);
void scim_reading_clear(struct scim_reading *x);

#endif
