/*
 * saved.h - a plan that was kept for somebody to approve: what `plan --json`
 * prints and `plan --out` writes, read back.
 *
 * Everything in it is a stranger's word: sizes and depth are limited, a key
 * may stand once, and the digest at its end must fit.  A digest is no
 * signature; what makes a saved plan safe is that it is only compared
 * (differences.h): nothing is ever sent that a fresh plan does not contain.
 */
#ifndef SEATSYNC_SAVED_H
#define SEATSYNC_SAVED_H

#include "agent/plan.h"

enum {
	SAVED_SIZE_MAX = 64 << 20, /* bytes: about 250,000 entries */
	SAVED_DEPTH_MAX = 8,       /* lists and objects within each other; the format has 3 */
	SAVED_WORD_MAX = 64,       /* letters of an id */
};

/* All that one entry of `actions` or `held` does. */
struct planned {
	enum action_kind kind;
	enum role role, from_role;
	const char *email, *member_id, *invitation_id;
	const char *hold;   /* held only */
	const char *reason; /* for people; not compared */
	bool wants_seat;
	bool held;
	size_t place;       /* in its list */
};

struct saved {
	struct plan_file file;
	const char *organization;
	const char *config; /* fingerprint */
	bool complete;
	struct planned *planned; /* actions in their order, then what is held */
	size_t planned_nr;
};

/* Everything in `a`.  ERR_REFUSED for what is no plan, or was edited since. */
int saved_parse(struct saved *s, struct arena *a, const char *text, size_t len, struct err *e);

/* Refused: of another organization, under other rules, or of an incomplete reading. */
int saved_fits(const struct saved *s, const struct policy *policy, struct err *e);

/* The beginning of every such file. */
extern const char saved_mark[];

#endif
