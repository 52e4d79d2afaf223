/*
 * anaconda_parse.h - the records of the organization's API, typed and checked.
 *
 * Unknown fields are ignored.  Each parser takes parsed JSON and fills a
 * struct of the model with strings in the arena; -1 with *why when nothing
 * can be made of it.
 */
#ifndef SEATSYNC_ANACONDA_PARSE_H
#define SEATSYNC_ANACONDA_PARSE_H

#include "connectors/json_value.h"
#include "connectors/platform.h"

enum { API_ID_MAX = 256 };

/*
 * An OrganizationUser.  A record with an id and anything else wrong with it
 * is kept as a member that is left alone (ROLE_NONE, no address), *broken is
 * set: leaving it out would invite the person again.  Without an id, -1.
 */
extern const char *const member_keys[]; /* what it looks at; ends with NULL */
int member_parse(const json_t *user, const char *product, struct arena *a, struct member *m,
		 bool *broken, const char **why);

/* What a parsed invitation leaves open. */
struct invitation_doubts {
	bool broken;   /* no e-mail: kept with "" and no address */
	bool unstated; /* no status: the clock decides, see invitation_expire */
};

/*
 * An invitation.  The platform's status is believed; an unknown word says
 * nothing, and it counts as open.  Without an expiry it is when it was last
 * sent, or else created, plus the lifetime.
 */
int invitation_parse(const json_t *json, const struct platform_settings *s, struct arena *a,
		     struct invitation *i, struct invitation_doubts *doubts, const char **why);

/* For one without a status: expired if its time is over by the platform's clock. */
void invitation_expire(struct invitation *i, utc now);

/* {total, assigned, available, product_code}; numbers may be strings. */
int seats_parse(const json_t *json, const char *product, int64_t *total, int64_t *assigned,
		const char **why);

/*
 * {items: [{id, expires_at, metadata, revoked}]}, all in one word: the live one,
 * else the one that would have lasted longest.  Without a time it lives for ever.
 */
int tokens_parse(const json_t *json, utc now, struct token_seen *seen, const char **why);

/* The time at key: ISO 8601, or seconds since the epoch.  0: none that can be read. */
utc json_time(const json_t *object, const char *key);

/* An id that may be used: 1 to API_ID_MAX bytes, no control characters, not all dots. */
bool id_usable(const char *id);

#endif
