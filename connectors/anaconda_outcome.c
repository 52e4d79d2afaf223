#include "connectors/anaconda_outcome.h"

const char *outcome_name(enum outcome o)
{
	static const char *const names[] = {
		[OUTCOME_DONE] = "done",
		[OUTCOME_NO_SEATS] = "no_seats",
		[OUTCOME_GONE] = "gone",
		[OUTCOME_CONFLICT] = "conflict",
		[OUTCOME_UNAVAILABLE] = "unavailable",
		[OUTCOME_LOOK] = "look",
		[OUTCOME_UNKNOWN] = "unknown",
		[OUTCOME_INVALID] = "invalid",
		[OUTCOME_DENIED] = "denied",
		[OUTCOME_NOT_OFFERED] = "not_offered",
		[OUTCOME_NOT_SENT] = "not_sent",
	};
	return names[o];
}

enum answer_class answer_class(const struct http_answer *a)
{
	if (a->verdict == HTTP_NOT_SENT)
		return ANSWER_UNSENT;
	if (a->verdict == HTTP_UNKNOWN)
		return ANSWER_FAILED;
	if (a->status >= 200 && a->status < 300)
		return a->body_len > 0 && !a->json ? ANSWER_ODD : ANSWER_OK;
	switch (a->status) {
	case 401:
		return ANSWER_UNKNOWN_US;
	case 402:
		return ANSWER_NO_SEATS;
	case 403:
		return ANSWER_DENIED;
	case 404:
	case 410:
		return ANSWER_ABSENT;
	case 405:
	case 501:
		return ANSWER_NO_METHOD;
	case 409:
		return ANSWER_CONFLICT;
	case 429: /* an earlier try of it may have been carried out: then it is no clear no */
		return a->doubtful ? ANSWER_FAILED : ANSWER_LIMITED;
	case 408:
		return ANSWER_FAILED;
	default:
		break;
	}
	if (a->status >= 500)
		return ANSWER_FAILED;
	return a->status >= 400 ? ANSWER_INVALID : ANSWER_ODD;
}

/* What differs from action to action; the rest is the same for all. */
static const enum outcome by_action[ACTION_NR][3] = {
	/*                              402                404                  409            */
	[ACTION_ASSIGN_SEAT] =        {OUTCOME_NO_SEATS, OUTCOME_GONE,        OUTCOME_DONE},
	[ACTION_REVOKE_SEAT] =        {OUTCOME_UNKNOWN,  OUTCOME_DONE,        OUTCOME_CONFLICT},
	[ACTION_REMOVE_MEMBER] =      {OUTCOME_UNKNOWN,  OUTCOME_DONE,        OUTCOME_CONFLICT},
	[ACTION_SET_ROLE] =           {OUTCOME_UNKNOWN,  OUTCOME_GONE,        OUTCOME_CONFLICT},
	[ACTION_INVITE] =             {OUTCOME_NO_SEATS, OUTCOME_NOT_OFFERED, OUTCOME_LOOK},
	[ACTION_REISSUE_INVITATION] = {OUTCOME_UNKNOWN,  OUTCOME_GONE,        OUTCOME_LOOK},
	[ACTION_CANCEL_INVITATION] =  {OUTCOME_UNKNOWN,  OUTCOME_DONE,        OUTCOME_LOOK},
	[ACTION_ISSUE_TOKEN] =        {OUTCOME_NO_SEATS, OUTCOME_GONE,        OUTCOME_CONFLICT},
	[ACTION_REVOKE_TOKEN] =       {OUTCOME_UNKNOWN,  OUTCOME_DONE,        OUTCOME_CONFLICT},
};

enum outcome answer_outcome(enum action_kind kind, enum answer_class class)
{
	static const enum outcome same[ANSWER_CLASS_NR] = {
		[ANSWER_OK] = OUTCOME_DONE,
		[ANSWER_INVALID] = OUTCOME_INVALID,
		[ANSWER_UNKNOWN_US] = OUTCOME_DENIED,
		[ANSWER_DENIED] = OUTCOME_DENIED,
		[ANSWER_NO_METHOD] = OUTCOME_NOT_OFFERED,
		[ANSWER_LIMITED] = OUTCOME_NOT_SENT,
		[ANSWER_FAILED] = OUTCOME_UNKNOWN,
		[ANSWER_ODD] = OUTCOME_UNKNOWN,
		[ANSWER_UNSENT] = OUTCOME_NOT_SENT,
	};

	switch (class) {
	case ANSWER_NO_SEATS:
		return by_action[kind][0];
	case ANSWER_ABSENT:
		return by_action[kind][1];
	case ANSWER_CONFLICT:
		return by_action[kind][2];
	default:
		return same[class];
	}
}

bool outcome_refuses(enum outcome o, int http_status)
{
	return o == OUTCOME_INVALID || o == OUTCOME_GONE || o == OUTCOME_CONFLICT ||
	       (o == OUTCOME_LOOK && http_status == 409);
}
