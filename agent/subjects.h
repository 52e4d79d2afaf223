/*
 * subjects.h - who is who: one subject for each human, with everything that
 * belongs to them: entries of the directories, memory, member, invitations.
 *
 * Identity is (directory, immutable id), never the e-mail.  Entries of
 * different directories with one primary address are one human.  A human has
 * one member: the one linked in the memory, else by primary address, else by
 * an alias that nobody else has.  Who is known comes first, so that a
 * newcomer never takes the account of another by bearing its address.
 */
#ifndef SEATSYNC_SUBJECTS_H
#define SEATSYNC_SUBJECTS_H

#include "agent/rules.h"

/* Another subject has the member or the invitation with the address of this one. */
struct holding {
	size_t subject;
	const char *address;
	const char *id;               /* of that member or invitation */
};

struct other_invitation {
	const struct invitation *invitation;
	const struct other_invitation *next;
};

struct subject {
	const struct place *places;   /* by reading; those not seen included */
	const struct person_ref *refs; /* the same people by id, and those of directories not
					  configured any more */
	uint32_t places_nr, refs_nr;
	ptrdiff_t account;            /* index into known.accounts, or NO_INDEX */
	ptrdiff_t member;             /* index into organization.members, or NO_INDEX */
	const struct person *person;  /* the entry that speaks for them; NULL: none was seen */
	const char *email, *address;  /* the person's primary, else the account's; may be NULL */
	struct entitlement gets;
	const char *skip;             /* why nothing is given and nothing taken; NULL */
	const char *doubled;          /* who else bears the address in the same directory; NULL */
	bool disabled;                /* every entry that was seen is */
	bool protected;
	bool self;                    /* our own identity */
	bool wished;                  /* an operator named the address with `adopt` */
	bool accepted;                /* an invitation of theirs was accepted */
	bool vanished;                /* our invitation is in no list and has not expired */
	bool merged;                  /* its people belong to another subject now */
	const struct invitation *invitation; /* open before expired; NULL none */
	const struct known_invitation *ours; /* what we remember of an invitation; NULL */
	const struct other_invitation *others; /* further open or expired ones, in no order */
	const struct holding *held;   /* the address is another's; NULL: it is not */
};

struct cast {
	const char *unseen;           /* why there may be people whom nobody saw; NULL: all was read */
	struct subject *subjects;     /* known ones in order of key, then newcomers by address */
	size_t subjects_nr;
	ptrdiff_t *member_owner;      /* for each member its subject, or NO_INDEX */
	ptrdiff_t *invitation_owner;  /* for each invitation the same */
};

/* What the subjects refer to is in `a`, or in the world. */
void cast_make(struct cast *cast, struct arena *a, const struct world *world,
	       const struct rulebook *rb);
void cast_free(struct cast *cast);

/* True when a pattern of `protect` fits the address. */
bool address_protected(const struct policy *p, const char *address);

#endif
