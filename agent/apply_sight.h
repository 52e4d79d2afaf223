/*
 * apply_sight.h - what a reading of the organization shows of an action's effect:
 * how an unknown outcome is settled without doing anything twice.
 */
#ifndef SEATSYNC_APPLY_SIGHT_H
#define SEATSYNC_APPLY_SIGHT_H

#include "connectors/platform.h"

/* An action as one looks for it: what a plan and a journal row both know. */
struct trace {
	enum action_kind kind;
	const char *email, *address, *member_id, *invitation_id;
	enum role role;       /* ROLE_NONE: not known */
	utc expires_before;
};

enum sight { SEEN, NOT_THERE, INVISIBLE };

/* What was seen tells of the effect. */
struct found {
	const char *invitation_id;
	utc expires_at; /* of the invitation or token */
};

enum sight trace_sight(const struct organization *o, const struct trace *t, struct found *found);

/*
 * Tokens are in no list.  token_want() notes the member of an issue_token, of
 * other actions nothing; tokens_read() asks for all that were noted, and frees
 * the list.
 */
struct wanted {
	VEC(uint32_t) members;
};

void token_want(struct wanted *wanted, const struct organization *o, const struct trace *t);
void tokens_read(struct platform *p, struct arena *a, struct organization *o,
		 struct wanted *wanted);

#endif
