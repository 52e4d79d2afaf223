/*
 * draft.h - a plan in the making, shared by the steps that make it and by
 * nobody else:
 *
 *	decide_all()   decide.c   who is ours to touch; then the decision table:
 *	               entitled.c  whom the rules name: roles, and who wants what
 *	               leavers.c   whom they do not: losses
 *	limits_apply() limits.c   the administrators' floor, the limits, the holds
 *	trial_judge()  ways.c     the ways to invite: which is open, and to how many
 *	queue_allot()  queue.c    seats and quota, in the order of the queue
 *	               tokens.c   tokens of those who have a seat, or get one
 *	refusals_say() refusals.c whom the platform refuses again and again
 *	rival_say()    rival.c    whether another writer undoes what we do
 *	               plan.c     sorts and hands it out
 *	               draft.c    drafts and sentences, for all of them
 */
#ifndef SEATSYNC_DRAFT_H
#define SEATSYNC_DRAFT_H

#include "agent/subjects.h"

/* Which list of the plan a draft ends in. */
enum verdict { VERDICT_DO, VERDICT_HELD, VERDICT_WAITING, VERDICT_MANUAL, VERDICT_DROPPED };

struct draft {
	struct action action;   /* needs: index of a draft until the plan is sorted */
	enum verdict verdict;
	size_t subject;
	size_t order;           /* place in the queue, for seats and invitations */
	bool disabled;          /* the person is: goes first where not all may go */
};

enum want_kind {
	WANT_SEAT,      /* a member without one */
	WANT_INVITE,
	WANT_REISSUE,
	WANT_REPLACE,   /* cancel and invite: one unit, keeps its seat */
};

/* Somebody who waits for a seat, for the quota, or for both. */
struct want {
	enum want_kind kind;
	size_t subject;
	bool seat;
	int rule;               /* place in the queue */
	bool front;
	utc since;
	const struct known_refusal *refused; /* REFUSED_LEAST times in a row: behind the others */
	ptrdiff_t cancel;       /* WANT_REPLACE: the draft that cancels */
	const char *reason;
};

struct drafting {
	const struct world *w;
	struct arena *a;
	const struct rulebook *rb;
	const struct cast *cast;
	VEC(struct draft) drafts;
	VEC(struct want) wants;
	VEC(struct plan_note) adopted, unmanaged, skipped;
	VEC(struct plan_problem) problems;
	VEC(struct plan_hold) holds;
	VEC(uint32_t) unread;          /* members whose tokens would have to be read */
	size_t unreadable;             /* members whose tokens were asked for in vain */
	struct plan_account *accounts; /* one for each subject */
	bool *remembered;              /* does the subject have one? */
	bool *managed;                 /* is the member or invitation that it has ours? */
	struct plan_seats seats;
	const char *(*grants)[2];      /* sentences of grant_reason, by rule and role, and seat */
	size_t put_back;               /* members whom we removed and another's hand put back */
	bool losses_found;             /* any, held, to come or not, the floor's apart */
	struct add_trial trial;        /* as this run sees it */
	size_t adds;                   /* that may be made now: SIZE_MAX, 1, or none */
	const char *adds_why;          /* why no more */
};

/* What the platform has of a subject. */
static inline const struct member *subject_member(const struct drafting *d, const struct subject *s)
{
	return s->member < 0 ? NULL : &d->w->organization->members[s->member];
}

static inline const struct known_account *subject_account(const struct drafting *d,
							  const struct subject *s)
{
	return s->account < 0 ? NULL : &d->w->known->accounts[s->account];
}

/* Notes and problems, these of people who have an entry and an e-mail; text is kept by reference. */
void draft_skip(struct drafting *d, const struct subject *s, const char *why);
void draft_problem(struct drafting *d, const struct subject *s, const char *state, const char *why);

/*
 * A new draft for this subject with the kind's own phase.  Like all of these
 * it is good until the next is added.  unsure: a reading that is not whole,
 * for which a loss is held.
 */
struct draft *draft_add(struct drafting *d, size_t subject, enum action_kind kind,
			const char *reason);
struct draft *loss_add(struct drafting *d, size_t subject, enum action_kind kind,
		       const char *reason, const char *unsure);
struct draft *cancel_add(struct drafting *d, size_t subject, const struct invitation *inv,
			 bool loss, const char *reason, const char *unsure);
void role_change(struct drafting *d, size_t subject, enum role want, const char *reason,
		 const char *unsure);

/* The rule's group. */
const char *rule_text(const struct drafting *d, int rule);
const char *grant_reason(struct drafting *d, const struct entitlement *e);
const char *role_reason(struct drafting *d, const struct entitlement *e);
const char *leaver_reason(const struct subject *s);

/* Why such a want is for the worklist in this run and not for us, or NULL. */
const char *by_hand_why(const struct drafting *d, enum want_kind kind, bool seat);

/* Was this person's account asked for by onboarding, and has not appeared yet? */
bool onboarding(const struct drafting *d, const struct subject *s);

/* True when what has expired is tried anew by another call than one that reissues. */
bool invited_anew(const struct drafting *d, const struct invitation *expired);

/* One subject that is ours to touch, by what the rules say. */
void entitled_decide(struct drafting *d, size_t subject);
void leaver_decide(struct drafting *d, size_t subject);
void unknown_decide(struct drafting *d, size_t subject);
void merged_decide(struct drafting *d, size_t subject);

/* Sent by us, or adopted with this person: ours to cancel. */
bool invitation_ours(const struct drafting *d, const struct subject *s,
		     const struct invitation *inv);

/* It is of no use any more: cancelled if ours, reported if open and another's. */
void invitation_end(struct drafting *d, size_t subject, const struct invitation *inv, bool loss,
		    const char *reason);

/* Every further invitation but the one that counts; no loss. */
void others_cancel(struct drafting *d, size_t subject, bool expired_too);

/* True when seatsync may neither give nor take. */
static inline bool subject_untouchable(const struct subject *s)
{
	return s->self || s->protected || s->doubled || s->skip;
}

/* The token of a member: kept, issued, renewed, or left alone. */
void token_decide(struct drafting *d, size_t subject);

/* The token that comes with a seat of this run; assign is the draft that gives it. */
void token_follow(struct drafting *d, size_t subject, size_t assign);

/* What is to be said of all tokens together. */
void tokens_report(struct drafting *d);

void decide_all(struct drafting *d);
void limits_apply(struct drafting *d);
void trial_judge(struct drafting *d);
void trial_take(struct drafting *d, const char *address); /* this one is added in this run */
void queue_allot(struct drafting *d);
void rival_say(struct drafting *d);

/* refusals.c.  NULL: not refused so often, or to be tried anew. */
const struct known_refusal *refusal_find(const struct drafting *d, size_t subject,
					 const struct action *act);
bool refusal_paused(const struct drafting *d, const struct known_refusal *r);
const char *refusal_text(struct drafting *d, const struct known_refusal *r);
const char *refusal_wait(struct drafting *d, size_t subject, const struct known_refusal *r);
void refusals_pause(struct drafting *d);
void refusals_say(struct drafting *d, struct plan *plan);

const char *put_back_why(struct drafting *d, const struct member *m); /* NULL: not removed by us */

#endif
