/*
 * scim_groups.h - groups, and their members as they stream in.
 *
 *	scim_groups_list(&g, s, hints, wish, &e);      // every group; members if they come along
 *	... scim_ways.h: members in another way ...
 *	scim_groups_link(&g);                          // groups inside groups
 *	scim_strangers_settle(&g, s, &e);              // members that are in no list
 *	r->groups = scim_groups_finish(&g, &nr);
 *
 * A member is an id: of a user, or of a group (RFC 7643 4.2).  Its type may be
 * missing, and is a word of the server's; what it is is looked up.  Only the
 * number of a person is kept for each, so memory does not grow with what else
 * a server says of members.
 */
#ifndef SEATSYNC_SCIM_GROUPS_H
#define SEATSYNC_SCIM_GROUPS_H

#include "connectors/scim_people.h"
#include "connectors/scim_walk.h"

enum { SCIM_STRANGERS_MAX = 2000 }; /* looked up in one reading */

/* A member that is no user of the list: perhaps a group. */
struct scim_stranger {
	const char *id;
	enum scim_kind { SCIM_ANY, SCIM_USER, SCIM_GROUP } kind;
};

struct scim_members {
	const struct scim_people *all;
	struct arena *a;            /* of what only the reading needs */
	VEC(uint32_t) people;
	VEC(struct scim_stranger) strangers;
	size_t nr;                  /* members that came, whatever they are */
	uint32_t others;            /* of a type that is neither */
	const char *doubt;          /* NULL: every one could be read */
};

/* Begins the list of members of one group, which go to *m. */
void scim_members_begin(struct scim_members *m, struct items *list);
void scim_members_clear(struct scim_members *m); /* all and a stay */

struct scim_group {
	const char *id, *name;
	struct scim_members members;
	VEC(uint32_t) groups;       /* inside it, by number */
	uint32_t dangling;
	bool wanted;                /* a rule names it, or it is inside one */
	bool read;                  /* its members are known, as far as `doubts` go */
	bool lost;                  /* they could not be read at all */
	struct doubts doubts;
};

struct scim_groups {
	struct scim_people *people;
	struct arena *a;            /* of the reading */
	struct arena scratch;
	struct scim_names ids;
	VEC(struct scim_group) items;
	const char *doubt;          /* why the list is not proved whole; NULL it is */
	struct items inner;         /* private: members as they come */
	struct scim_members current;
};

int scim_groups_list(struct scim_groups *g, struct scim *s, const struct scim_hints *hints,
		     const char *wish, struct err *e);

/* Marks those that the rules name, by id or name. */
void scim_groups_want(struct scim_groups *g, const char *const *selectors);

/* Strangers that are groups of the list become groups; wanted ones pass that on. */
void scim_groups_link(struct scim_groups *g);

/* Asks for each stranger of a wanted group by its id: does it exist? */
int scim_strangers_settle(struct scim_groups *g, struct scim *s, struct err *e);

/* People have other numbers now; INDEX_NONE: is none of them any more. */
void scim_groups_people(struct scim_groups *g, const uint32_t *number);

/* Those whose members are known, in the arena of the reading. */
struct group *scim_groups_finish(struct scim_groups *g, size_t *nr);
void scim_groups_clear(struct scim_groups *g);

#endif
