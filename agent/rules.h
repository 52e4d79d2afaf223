/*
 * rules.h - from groups to entitlements, in three values.
 *
 * Who was seen in a group is in it.  Who was not seen is out only when the
 * group and all groups inside it were read whole; else MAYBE.  A rule is
 * worked out with these three values (Kleene's logic), so that what comes out
 * the same either way can be done, and what does not can be held or skipped.
 * Where a canary (canary.h) is missing not even who was seen is out or has a
 * smaller role for it.
 *
 *	struct rulebook rb;
 *	rulebook_make(&rb, &arena, world);      // resolves every selector once
 *	entitlement_make(&rb, places, nr, &e);  // for one person, any number of times
 */
#ifndef SEATSYNC_RULES_H
#define SEATSYNC_RULES_H

#include "agent/plan.h"

enum tri { NO, MAYBE, YES };

/* Where a person stands: an entry of a reading, or known there and not seen. */
#define NOT_SEEN UINT32_MAX
struct place {
	uint32_t reading;
	uint32_t person; /* index into the reading's people, or NOT_SEEN */
};

/*
 * A reading's people who are in any group, numbered from 1 as they are met: a
 * large directory has many people and few of them in the groups that matter.
 */
struct roster {
	uint32_t *number;   /* for each person; 0: in no group */
	uint32_t nr, room;  /* room: more than this cannot come */
	uint64_t *named;    /* a bit for each number: in a rule's group */
};

/* What one selector came to in one reading. */
struct group_set_part {
	uint64_t *people;   /* a bit for each number of the roster; NULL: nobody */
	const char *unsure; /* why who is not seen may be in; NULL: whole */
	bool alarmed;       /* for a canary is missing: who is seen may be out */
};

/* One selector (a rule's group, an except, a require), resolved. */
struct group_set {
	const char *selector;
	const char *directory;        /* NULL: every one */
	struct group_set_part *parts; /* one for each reading */
	struct group_set *next;
};

struct rulebook {
	const struct world *world;
	struct roster *rosters;                    /* one for each reading */
	struct group_set *sets;                    /* by `next`; each selector once */
	struct rule_sets {
		const struct group_set *group;
		const struct group_set **except, **require; /* NULL-terminated */
	} *rules;                                  /* one for each of the policy's */
	const char **reading_unsure;               /* why a reading is not whole; NULL: whole */
	struct alarm {
		const char *why;    /* a canary is missing from the reading; NULL: none */
		const char **group; /* the same of each of its groups; NULL: of none */
	} *alarms;                                 /* one for each reading */
	bool alarmed;                              /* any of them */
	VEC(struct plan_problem) problems;         /* heap: rulebook_free */
	VEC(struct plan_note) skipped;             /* members of rules' groups that are no people */
	VEC(struct known_group) groups;            /* what to remember */
	bool clock_trusted;                        /* else nothing is due by time alone */
	bool complete;
};

/* The reading of a directory, or NO_INDEX: it is not configured any more. */
ptrdiff_t reading_index(const struct world *w, const char *directory);

void rulebook_make(struct rulebook *rb, struct arena *a, const struct world *world);
void rulebook_free(struct rulebook *rb);

/* True when a rule's group has this person, for certain. */
bool rulebook_names(const struct rulebook *rb, struct place at);

/* What the rules give one person. */
struct entitlement {
	enum tri member : 8; /* small: there is one for each member of the organization */
	enum tri seat : 8;
	unsigned roles;      /* of members, bit 1 << role: each that may come out; one bit when certain */
	unsigned feared;     /* roles that may be due instead where a canary is missing */
	int rule;            /* first that matches or may; NO_INDEX none */
	int role_rule;       /* the one that decided the role; NO_INDEX: none names one */
	int seat_rule;       /* gives the place in the queue; NO_INDEX none */
	const char *unsure;  /* why the first rule may match of which nobody can tell; NULL: none is */
	const char *fear;    /* why they may; NULL: none is missing */
};

/* believing: take whom a group without its canary shows for certain members all the same. */
void entitlement_make(const struct rulebook *rb, const struct place *places, size_t nr,
		      bool believing, struct entitlement *e);

/* The role that comes out whatever is unknown, or ROLE_NONE. */
enum role entitlement_role(const struct entitlement *e);

/* Why the role is not to be lowered to this one after all; NULL: it may be, or is not lowered. */
const char *entitlement_fears(const struct entitlement *e, enum role have, enum role want);

/* One rule tried on one person, for `explain`. */
struct rule_trace {
	const struct rule *rule;
	enum tri match;
	bool nearly; /* in the group, but excepted, or without what the rule requires */
	const char *why;
};

/* One for each rule, in order; in `a`. */
struct rule_trace *rule_traces(const struct rulebook *rb, struct arena *a,
			       const struct place *places, size_t nr);

/*
 * Does this selector name this group?  3 by id, 2 by DN, 1 by name or glob,
 * 0 not at all.
 */
int selector_matches(const char *selector, const struct group *g);
bool selector_is_glob(const char *selector);

#endif
