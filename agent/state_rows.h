/*
 * state_rows.h - the lists that come from the state, described once for text
 * and JSON; and reading them, with the error said.
 */
#ifndef SEATSYNC_STATE_ROWS_H
#define SEATSYNC_STATE_ROWS_H

#include "agent/command.h"
#include "agent/listing.h"
#include "state/state.h"

enum { EXPIRING_SECONDS = 48 * HOUR }; /* an invitation that ends so soon is about to expire */

struct invitation_rows {
	struct invitation_row *items;
	size_t nr;
	struct outlook_row *left; /* what the last plan left: sorted by e-mail */
	size_t left_nr;
	const struct policy *policy;
	struct arena *a;
	utc now;
};

/* All that are ours, and what is needed to tell the next step of each. */
int invitations_load(struct invitation_rows *rows, struct session *s, struct err *e);

struct listing invitation_listing(const char *name, const struct invitation_rows *rows);
struct listing outlook_listing(const char *name, const struct outlook_row *rows, size_t nr);
struct listing hold_listing(const struct hold_row *rows, size_t nr);
struct listing history_listing(const struct history_row *rows, size_t nr);
struct listing sample_listing(const struct seat_sample *rows, size_t nr);

/* Those whom a hold is about. */
void hold_people_text(FILE *out, const struct hold_row *hold, const char *indent);

/* Keeps the pending ones that end soon. */
void invitations_expiring(struct invitation_rows *rows);

/* A heading with the number, and the list; nothing for an empty one. */
void listing_section(FILE *out, const char *title, const struct listing *l);

/* The same, but of a long list only the first few, and where the rest is: "`seatsync seats`". */
void listing_glance(FILE *out, const char *title, const struct listing *l, const char *where);

struct leaver_rows {
	const struct leaver_row *items;
	size_t nr;
	const struct policy *policy;
	utc now;
};

struct listing leaver_listing(const struct leaver_rows *rows);

/* "in 5h", "3h ago"; for people. */
void cell_age(struct cell *c, utc t, utc now);

#endif
