/*
 * platform.h - the contract of the target side: the organization.
 *
 *	struct platform *p;
 *	if (platform_open(&p, &settings, deadline, &err)) ...
 *	if (p->ops->read(p, &arena, &organization, &err)) ...    // anew in every run
 *	if (p->ops->run(p, turn, ctx, &err)) ...                 // do actions, several in flight
 *	p->ops->close(p);
 *
 * The connector knows the calls, the meaning of each answer and what may be
 * repeated; it decides nothing else.
 */
#ifndef SEATSYNC_PLATFORM_H
#define SEATSYNC_PLATFORM_H

#include "agent/plan.h"
#include "connectors/directory.h" /* check_sink */

/* One call of endpoints:, "METHOD path" with {org} and {id} to be filled; NULL: not offered. */
struct platform_endpoints {
	const char *invitations_list, *invitations_create, *invitations_resend, *invitations_remove;
	enum resend_strategy { RESEND_SUBRESOURCE, RESEND_RECREATE, RESEND_REPOST } strategy;
	struct {
		const char *id, *email, *status, *created, *expires, *role;
	} fields;
	const char *role;
	const char *seats;
};

struct platform_header {
	const char *name, *value; /* value with {org_id} filled in */
};

struct platform_settings {
	const char *org_id;
	const char *url;           /* https://host[:port], no path, no trailing slash */
	const char *token_url;     /* absolute */
	const char *client_id;
	const char *client_secret; /* secret */
	const char *ca_file;       /* extra trust anchor; NULL: the system's only */
	const char *proxy;         /* NULL: none; the environment's is never used */
	struct platform_endpoints endpoints;
	const struct platform_header *headers;
	size_t headers_nr;
	unsigned parallel;         /* requests in flight, 1..64 */
	unsigned rate;             /* requests a second; 0: no limit of our own */
	const char *product;       /* seats.product; NULL: any code without "starter" */
	int64_t lifetime;          /* of an invitation, seconds, where the platform tells no expiry */
	bool allow_cleartext;
	enum invitations_mode invitations_mode;
	enum roles_mode roles_mode;
};

enum outcome {
	OUTCOME_DONE,        /* done, or found done already (409 on assign, 404 on revoke ...) */
	OUTCOME_NO_SEATS,    /* 402: none free */
	OUTCOME_GONE,        /* its member or invitation is no longer there: list anew */
	OUTCOME_CONFLICT,    /* refused because of the organization's present state */
	OUTCOME_UNAVAILABLE, /* the platform does not onboard this address */
	OUTCOME_LOOK,        /* the answer leaves open what is so (409 on invite): read again and look */
	OUTCOME_UNKNOWN,     /* sent, and no answer that can be believed: look before repeating */
	OUTCOME_INVALID,     /* 400, 422: this request is wrong; never repeated */
	OUTCOME_DENIED,      /* 403: this right is missing; never repeated */
	OUTCOME_NOT_OFFERED, /* the platform has no such call */
	OUTCOME_NOT_SENT,    /* certainly nothing reached the platform: connect failed, deadline, stop */
};

const char *outcome_name(enum outcome o);

/* One action to do.  The strings outlive the call; tag comes back untouched. */
struct platform_call {
	enum action_kind kind;
	size_t tag;
	const char *email, *given_name, *family_name;
	const char *member_id, *invitation_id;
	enum role role;
	utc expires_before; /* reissue, renewal: an expiry that does not pass this one is no success;
			       issue_token: 0 for a new one */
	utc token_expires;  /* issue_token: the expiry asked for */
	bool mail_token;    /* a new one: the platform mails it */
};

struct platform_result {
	size_t tag;
	enum outcome outcome;
	int http_status;             /* 0: none came */
	bool refused;                /* a clear no to this action of this person: 400, 404, 409, 422 and
					their like, or no call could be made of what is known of them;
					not a missing right, call, seat or quota, nor a failure.  Of LOOK:
					unless it is found done */
	char text[256];              /* the platform's words or the failure, shown harmlessly */
	const char *invitation_id;   /* of an invite or reissue, in the arena given to run; NULL unknown */
	utc expires_at;              /* of that, or of an issue_token; 0 unknown */
	int64_t seats_total;         /* by the counters of an onboarding; 0: not told */
};

/*
 * The conversation between the one who decides and the one who sends: called
 * whenever calls have ended or places are free.  Takes `nr` results, then
 * writes at most `room` next calls and returns how many.  Nothing is sent
 * before it returns, so that the caller can commit "sent" first, once for
 * all.  Returning 0 with nothing in flight ends the run; returning 0 while
 * calls are in flight means "ask again when one ends".
 */
typedef size_t platform_turn(void *ctx, const struct platform_result *results, size_t nr,
			     struct platform_call *calls, size_t room);

struct platform;

struct platform_ops {
	const char *name;
	int (*open)(struct platform **p, const struct platform_settings *s, int64_t deadline,
		    struct err *e);
	/* Members, invitations and seat counter, in parallel; all or nothing. */
	int (*read)(struct platform *p, struct arena *a, struct organization *o, struct err *e);
	/*
	 * The tokens of some members (indexes), one call each, several in flight, into
	 * o->members; whose answer does not come is UNREADABLE, and o->tokens_why says
	 * why.  Gives up where nobody answers.
	 */
	void (*tokens)(struct platform *p, struct arena *a, struct organization *o,
		       const uint32_t *members, size_t nr);
	/* -1 only when nothing more can be done at all (all writes denied, no token). */
	int (*run)(struct platform *p, struct arena *a, platform_turn *turn, void *ctx,
		   struct err *e);
	bool (*check)(struct platform *p, struct arena *a, check_sink *sink, void *ctx);
	/* Asks a run to end: no new calls, those in flight are waited for.  Signal-safe. */
	void (*stop)(struct platform *p);
	void (*close)(struct platform *p); /* tolerates NULL */
};

struct platform {
	const struct platform_ops *ops;
	const struct platform_settings *settings;
};

extern const struct platform_ops platform_anaconda;

#endif
