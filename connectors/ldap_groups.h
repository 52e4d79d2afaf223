/*
 * ldap_groups.h - entries to groups; which members are people we know, and
 * which are still strangers.
 *
 * A group's members are names (member, uniqueMember, ...) or the uids of
 * people (memberUid).  Those of people are settled as the group streams in;
 * the rest waits for ldap_members.h.  How whole a group is:
 *
 *	FAILED   it has no member attribute though its class demands one, or
 *	         its class is hidden too: an access rule keeps it from us, and
 *	         "no attribute" must not be read as "no members"
 *	PARTIAL  a member could not be looked up or not be used, or a range of
 *	         members did not come
 */
#ifndef SEATSYNC_LDAP_GROUPS_H
#define SEATSYNC_LDAP_GROUPS_H

#include "connectors/ldap_people.h"

enum { GROUPS_MAX = 200000 };

/* A group while it is put together. */
struct draft {
	struct group group; /* strings; counts and state so far */
	const char *normal; /* its name, dn_normal */
	struct doubts doubts;
	uint32_t range_next;   /* members from here on are still to be fetched; 0 none */
	const char *range_end; /* the one before, as delivered; NULL: from the first on again */
	struct account_number number; /* Active Directory's */
	VEC(uint32_t) people, groups; /* members, in no order, perhaps twice */
	VEC(struct stray) strays;
	VEC(const char *) gone;
};

/* A member that is no person we know, until it is looked up. */
struct stranger {
	const char *name;  /* dn_normal; of memberUid the uid */
	const char *place; /* as delivered */
	uint32_t group;    /* draft */
};

struct groups {
	const struct ldap_settings *settings;
	struct people *people;
	struct arena *a; /* of the reading */
	struct arena scratch;
	VEC(struct draft) drafts;
	VEC(struct stranger) strangers;
	VEC(const char *) attributes; /* that a search must ask for; NULL-terminated */
	struct doubts doubts;         /* about the reading, not one group */
	bool by_uid;                  /* members are uids */
	bool catalogue;               /* a server that has the members of universal groups only */
	size_t gone_nr;               /* of all drafts */
	/* private */
	struct index by_dn;
	size_t indexed, room;
	char member_normal[DN_NORMAL_SIZE]; /* of the member at hand: too large to make anew for
					       each */
};

void groups_begin(struct groups *g, struct people *people, struct arena *a);
int group_take(void *groups, struct entry *en, struct err *e);
void groups_forget(void *groups);
void groups_free(struct groups *g);

/*
 * Adds an entry as a group, or finds that it is one already: *nr is its draft,
 * INDEX_NONE when the entry's name is none.  group_take is the same for a
 * search that must bring each entry once.
 */
int group_add(struct groups *g, struct entry *en, uint32_t *nr, struct err *e);

/* One value of a group's member attribute: a person we know, or a stranger. */
void group_member_add(struct groups *g, uint32_t group, const struct berval *value);

/* A member that is there and is neither person nor group; kind: of being_words. */
void group_other_add(struct groups *g, uint32_t group, const char *place, const char *kind);

/* A member that does not exist; name, in g->a, as delivered. */
void group_gone_add(struct groups *g, uint32_t group, const char *name);

/* What an entry of these classes is, for a sentence: "a contact". */
const char *being_words(const struct attribute *classes);

/* The draft with that name (dn_normal), or INDEX_NONE. */
uint32_t groups_by_dn(struct groups *g, const char *normal);

/* A group that is none in the directory: the people whom this filter takes.  Its draft. */
uint32_t group_of_filter(struct groups *g, const char *filter);

/* A member by the name of its entry: one of the people, or the group is partial. */
void group_person_add(struct groups *g, uint32_t group, const struct berval *dn);

/*
 * A group that was asked for by name and could not be read: it is delivered
 * as FAILED, so that nobody takes it for one that does not exist.
 */
void group_unread(struct groups *g, const char *dn, const char *why);

/* The finished groups into *r, in the reading's arena. */
void groups_finish(struct groups *g, struct reading *r);

#endif
