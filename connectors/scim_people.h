/*
 * scim_people.h - users to people.
 *
 * What a server leaves open is settled so, and the same way every time:
 *
 * id          `id`, or externalId where the settings say so: then a user
 *             without one is left out and the reading is partial, and so
 *             are two with the same, as nobody knows whose it is.
 * e-mail      The primary one; else the one of type work; else the only one;
 *             else userName when it is an address.  The settings may say
 *             which of these alone counts.  Of several of one rank the one
 *             that sorts first.  The others are aliases.  None of these, but
 *             several e-mails: none is chosen, and all are told.
 * disabled    active: false, also as text ("False").  Absent, as two servers
 *             have it that never set it, counts as active and is counted; what
 *             is neither true nor false, too, and the reading is partial.
 */
#ifndef SEATSYNC_SCIM_PEOPLE_H
#define SEATSYNC_SCIM_PEOPLE_H

#include "connectors/directory.h"
#include "connectors/doubt.h"
#include "connectors/scim_names.h"
#include "connectors/scim_value.h"

enum { SCIM_EMAILS_MAX = 64 }; /* of one user, that are looked at */

struct scim_people {
	const struct scim_settings *settings;
	struct arena *a;              /* of the reading */
	struct scim_names ids;        /* all users seen, by `id` */
	VEC(uint32_t) person;         /* of each of these; INDEX_NONE: left out */
	VEC(struct person) items;
	struct scim_names externals;  /* with id: externalId */
	bool twins;                   /* some of items have no id: see scim_people_close_up */
	struct doubts doubts;
	size_t unsaid;                /* have no `active` */
	size_t grouped;               /* show groups that they are in */
};

/* The attributes of a user that are looked at. */
extern const char *const scim_person_keys[];

/* A user not seen before, whose id is kept in `a`, and in ids. */
void scim_person_add(struct scim_people *p, const char *id, const json_t *user);

/* By `id`: the person's number; INDEX_NONE when there is no such user, or was left out. */
uint32_t scim_person_find(const struct scim_people *p, const char *id);

/*
 * Takes those out of items who cannot be told from a twin.  Returns everybody's
 * new number, in `a`: INDEX_NONE for these.  Nobody is found any more.
 */
uint32_t *scim_people_close_up(struct scim_people *p, struct arena *a);

void scim_people_clear(struct scim_people *p); /* settings and arena stay */

#endif
