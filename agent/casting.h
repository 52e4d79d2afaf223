/*
 * casting.h - the cast in the making, shared by these and by nobody else:
 *
 *	entries.c   entries by address and alias
 *	subjects.c  from entries and memory to subjects
 *	claims.c    members and invitations to subjects
 *	standing.c  what the rules give each, and whether it may be touched
 *
 * Entries are numbered through all readings: reading r's person p is entry
 * first[r] + p.
 */
#ifndef SEATSYNC_CASTING_H
#define SEATSYNC_CASTING_H

#include "agent/index.h"
#include "agent/subjects.h"

struct casting {
	struct cast *cast;
	struct arena *a;
	struct arena scratch;      /* what only the casting needs */
	const struct world *w;
	const struct rulebook *rb;
	uint32_t *first;
	uint32_t entries_nr;
	uint32_t *owner;           /* for each entry its subject, or INDEX_NONE */
	struct index by_address;   /* entries; further ones of an address hang on `next` */
	uint32_t *next;
	struct alias {
		const char *alias;
		uint32_t entry;
		bool shared;
	} *aliases;
	struct index by_alias;
	struct index by_wish;
	VEC(struct subject) subjects;
	struct index members_by_id, members_by_address;
	struct index invitations_by_address, invitations_by_id;
	uint32_t *invitations_next;
};

/* NULL: not seen. */
static inline const struct person *place_person(const struct casting *c, struct place at)
{
	return at.person == NOT_SEEN ? NULL : &c->w->readings[at.reading].people[at.person];
}

/* ---- entries.c ---- */

/* Numbers and indexes them all; subjects have none yet. */
void entries_index(struct casting *c);

struct place entry_place(const struct casting *c, uint32_t entry);
const struct person *entry_person(const struct casting *c, uint32_t entry);
const char *entry_address(const void *casting, uint32_t entry); /* an index_key */

/* By directory, then by id. */
bool entry_before(const struct casting *c, uint32_t a, uint32_t b);

/* Another active entry of the same directory and address, the smallest id; or NULL. */
const struct person *entry_double(const struct casting *c, struct place at);

/* Why an active entry gets nothing, or NULL. */
const char *entry_skip(const struct casting *c, const struct person *p);

/* ---- subjects.c ---- */

/* An operator named this address with `adopt`. */
bool address_wished(const struct casting *c, const char *address);

/* Chooses who speaks for the subject, and its address. */
void subject_speak(const struct casting *c, struct subject *s);

/* The people of `from` become those of `to`, too; one person; nobody any more. */
void places_move(struct casting *c, struct subject *to, struct subject *from);
void place_add(struct casting *c, struct subject *s, struct place at);
void people_release(struct casting *c, struct subject *s);

/* ---- claims.c ---- */

/* Indexes members and invitations, before anything else. */
void claims_index(struct casting *c);

/* Is the member to which this account is linked there? */
bool account_lives(const struct casting *c, size_t account);

/*
 * `adopt EMAIL`: whoever bears the address now takes the account over that has
 * the member or the invitation with it; who had it before is let go.
 */
void wishes_grant(struct casting *c);

/* Binds every member and invitation to the subject it belongs to, when all subjects are there. */
void claims_make(struct casting *c);

/* ---- standing.c ---- */

void subject_judge(struct casting *c, struct subject *s);

#endif
