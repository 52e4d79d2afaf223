/*
 * api.h - the platform's API: which call a request is, whether it may be made,
 * and its answer.  The calls are one table (api.c), their bodies one file for
 * each noun (api_access.c, api_members.c, api_seats.c, api_invitations.c).
 */
#ifndef SIM_API_H
#define SIM_API_H

#include "tests/sim/sim.h"
#include "tests/sim/words.h"

enum body_kind { BODY_NONE, BODY_JSON, BODY_FORM };
enum offer { ALWAYS, OFFER_INVITATIONS, OFFER_RESEND, OFFER_ROLES, OFFER_SEATS, OFFER_NEVER };

struct exchange;

struct route {
	const char *name; /* of the call, for faults and logs */
	const char *method;
	const char *path; /* below /api/v1/organizations/{org_id}/, or absolute; {} is an id */
	enum body_kind body;
	const char *fields; /* known in the body, divided by spaces */
	const char *query;  /* known parameters */
	enum offer offer;
	void (*run)(struct exchange *x);
};

/* One request on its way to its answer. */
struct exchange {
	struct sim *sim;
	struct world *world;
	struct request *request;
	struct answer *answer;
	struct entry *entry;
	const struct route *route; /* NULL: no such path or method */
	bool path_known;           /* only the method is wrong */
	char ids[2][64];           /* of the path, as they were sent */
	char org[64];
	json_t *body;       /* of BODY_JSON; NULL: none or no JSON object */
	const char *bearer; /* NULL: none */
};

void api_handle(void *sim, struct request *r);
void api_done(void *sim, struct request *r);

/* rules.c: records what the request does wrong; answers nothing. */
void rules_check(struct exchange *x);
void rules_answered(struct exchange *x); /* the same for what follows from its answer */

/* ---- helpers of the calls: false or NULL when they have answered the error ---- */
bool access_check(struct exchange *x); /* the bearer and, if strict, the headers */
struct member *exchange_member(struct exchange *x);
const char *exchange_email(struct exchange *x);
const char *exchange_role(struct exchange *x, const char *otherwise);
bool exchange_text_or_null(struct exchange *x, const char *field);
bool exchange_page(struct exchange *x, struct page *p);
bool exchange_flag(struct exchange *x, const char *name, bool otherwise, bool *flag);

/* ---- the calls ---- */
void access_token(struct exchange *x);
void members_get(struct exchange *x);
void members_post(struct exchange *x);
void member_delete(struct exchange *x);
void member_role(struct exchange *x);
void members_onboard(struct exchange *x);
void seat_post(struct exchange *x);
void seat_delete(struct exchange *x);
void seats_get(struct exchange *x);
void token_post(struct exchange *x);
void token_patch(struct exchange *x);
void tokens_get(struct exchange *x);
void token_delete(struct exchange *x);
void invitations_get(struct exchange *x);
void invitations_post(struct exchange *x);
void invitation_resend(struct exchange *x);
void invitation_delete(struct exchange *x);
void service_accounts(struct exchange *x);

#endif
