/*
 * lists.h - the two lists as the API shows them: members (rendered once per
 * change, 100,000 of them answered from memory) and invitations; whole or by
 * pages; at once or lagging behind what was written.
 */
#ifndef SIM_LISTS_H
#define SIM_LISTS_H

#include "tests/sim/answer.h"
#include "tests/sim/world.h"

struct list {
	json_t *shown;       /* the items last shown, kept only while lists lag */
	uint64_t shown_of;   /* world.changes then */
	uint64_t lagging_of; /* the change whose old view is being shown ... */
	int64_t lagged;      /* ... and how often it was */
	uint64_t shown_at;   /* the request whose world `shown` is */
	uint64_t seen_at;    /* the last request whose world a reader has seen */
	struct blob *text;   /* the whole list, rendered */
	uint64_t text_of;
};

struct lists {
	struct list members, invitations;
};

struct page {
	int64_t offset, limit; /* limit 0: the switch's page_size */
};

/* A held blob: {"items": [...], "total_count"?}. */
struct blob *members_list(struct lists *l, struct world *w, struct page p, bool include_groups);
struct blob *invitations_list(struct lists *l, struct world *w, struct page p);

json_t *invitation_json(const struct world *w, const struct invitation *i);

/* What control changes is shown at once: call after it has. */
void lists_settle(struct lists *l, struct world *w);
void lists_clear(struct lists *l);

#endif
