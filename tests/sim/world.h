/*
 * world.h - the organization as it is, and what happens to it: members,
 * seats, user tokens, invitations, onboarding.  Nothing of HTTP here: the API
 * (api.h) and the control interface (control.h) both act on this.
 *
 * Addresses are compared without the case of ASCII letters.  Pointers to
 * members and invitations are good until the next one is added.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <jansson.h>

#include "tests/sim/clock.h"
#include "tests/sim/mail.h"
#include "tests/sim/random.h"
#include "tests/sim/switches.h"

struct member {
	char id[UUID_SIZE];
	json_t *api;    /* as GET users shows it without groups; a seat is a product code in it */
	json_t *groups; /* with include_groups; NULL: [] */
	json_t *tokens; /* [{id, expires_at: epoch, revoked}]; NULL: none */
	uint64_t born;  /* the request during or after which it came */
	bool seated;
	bool gone; /* removed: its place is kept so that the order of a list is */
};

struct invitation {
	char id[UUID_SIZE];
	char *email;
	char *role;
	char *status; /* as set; "pending" may have expired since: see invitation_status */
	utc created, expires, last_sent;
	unsigned attempts; /* mails sent for it */
	uint64_t closed;   /* the request during or after which it was accepted or removed */
	uint64_t born;
	bool gone; /* replaced by another */
};

struct onboarding {
	char *email;
	utc due; /* 0: never */
};

struct world {
	struct clock clock;
	struct switches switches;
	struct random random;
	struct mailbox mail;
	VEC(struct member) members;
	json_t *member_ids, *member_emails; /* -> place in members */
	VEC(struct invitation) invitations;
	json_t *invitation_ids;
	VEC(struct onboarding) onboarding;
	uint64_t onboarded;
	VEC(utc) sent; /* times of invitation mails, for the daily limit */
	int64_t seats_total, seats_assigned;
	char *product;
	uint64_t changes;   /* grows with every change that a list might show */
	int64_t changed_ns; /* when, in real time */
	uint64_t sequence;  /* of the API request being answered */
};

void world_init(struct world *w);
void world_clear(struct world *w);
void world_changed(struct world *w);
void world_advance(struct world *w); /* what was due by now happens: onboarding */
utc world_now(const struct world *w);

/* Letters A-Z lowered: how addresses are compared.  Freed by the caller. */
char *email_fold(const char *email);
bool email_valid(const char *email);

/* ---- members ---- */
/*
 * fields: as in GET users, plus seat, groups and tokens of POST /seed.  What
 * is missing gets its default, the rest is kept as it is, right or wrong.
 */
struct member *member_add(struct world *w, json_t *fields);
struct member *member_by_id(struct world *w, const char *id);
struct member *member_by_email(struct world *w, const char *email);
const char *member_email(const struct member *m); /* NULL: none */
void member_set(struct world *w, struct member *m, const char *field, json_t *value); /* steals */
void member_remove(struct world *w, struct member *m);
bool member_is_last_admin(const struct world *w, const struct member *m);

/* ---- seats ---- */
int64_t seats_free(const struct world *w); /* not below 0; those being onboarded have theirs */
void seat_assign(struct world *w, struct member *m);
void seat_revoke(struct world *w, struct member *m); /* and the tokens with it */

/* ---- user tokens ---- */
json_t *token_issue(struct world *w, struct member *m, utc expires); /* borrowed */
json_t *token_live(const struct world *w, const struct member *m);   /* borrowed, or NULL */
void tokens_revoke(struct member *m);

/* ---- onboarding ---- */
void onboarding_add(struct world *w, const char *email);
bool onboarding_has(const struct world *w, const char *email);

/* ---- invitations ---- */
struct invitation *invitation_add(struct world *w, const char *id, const char *email,
				  const char *role);
struct invitation *invitation_by_id(struct world *w, const char *id);
/* The newest one of the address that can still be accepted, or (open false) that has expired. */
struct invitation *invitation_by_email(struct world *w, const char *email, bool open);
const char *invitation_status(const struct world *w, const struct invitation *i);
bool invitation_open(const struct world *w, const struct invitation *i);
void invitation_set_status(struct world *w, struct invitation *i, const char *status);
/* Sends the mail: the first, or a reissue that moves the expiry. */
void invitation_send(struct world *w, struct invitation *i, enum mail_kind kind);
/* The recipient follows the link, signed in under `as`.  NULL: the link does not work. */
struct member *invitation_accept(struct world *w, const char *email, const char *as, json_t *names);
bool invitations_exhausted(const struct world *w); /* today's limit is reached */

#endif
