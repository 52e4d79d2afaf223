/*
 * plan.h - the decision: from people, organization and memory to the ordered
 * actions that would make the organization agree, each with its reason.
 *
 * Pure: no I/O, no clock, no locale.  The same input gives the same plan byte
 * for byte, whatever the order of people, groups, members or invitations.
 * The dry run and the real run call the same function; what differs is only
 * whether anybody does it.
 *
 *	struct plan plan;
 *	plan_make(&plan, &arena, &world);   // decide
 *	if (plan.unread_nr) ...             // read those tokens into world.organization; decide anew
 *	plan_identify(&plan, &arena);       // ids for the plan and its new holds (digest.h)
 *	... report, apply ...
 *	arena_free(&arena);                 // everything of the plan lives there
 */
#ifndef SEATSYNC_PLAN_H
#define SEATSYNC_PLAN_H

#include "agent/model.h"
#include "agent/policy.h"

struct world {
	const struct policy *policy;
	const struct reading *readings; /* one for each configured directory, in that order */
	size_t readings_nr;
	const struct organization *organization;
	const struct known *known;
	utc now;
};

/*
 * A run does the phases in this order, each finished before the next begins:
 * free before spending.
 */
enum phase {
	PHASE_CANCEL,
	PHASE_REVOKE_TOKEN,
	PHASE_REVOKE_SEAT,
	PHASE_REMOVE,
	PHASE_DEMOTE,
	PHASE_ASSIGN,
	PHASE_PROMOTE,
	PHASE_AFTER_PROMOTE, /* losses that the floor allows only now */
	PHASE_INVITE,
	PHASE_ISSUE_TOKEN,
	PHASE_NR
};

enum { NO_INDEX = -1 };

struct action {
	enum action_kind kind;
	enum phase phase;
	const char *email;
	const char *address;        /* the same in normal form; NULL when it is none */
	const char *given_name;     /* invite only; NULL unknown */
	const char *family_name;
	const char *reason;         /* a sentence */
	const char *rule;           /* the rule's group; NULL when none decided it */
	const char *why;            /* held, waiting, manual: why it is not done */
	const char *hold;           /* held: the hold's id */
	const char *member_id;
	const char *invitation_id;
	enum role role;             /* invite, reissue, set_role */
	enum role from_role;        /* set_role, and cancel-and-invite for a wrong role */
	bool wants_seat;            /* invite, reissue: reserves one */
	bool loss;                  /* takes something away: counts against the limits */
	bool released;              /* a loss that a release lets through */
	enum hold_cause cause;      /* held: why */
	ptrdiff_t account;          /* index into plan.accounts */
	ptrdiff_t needs;            /* index of an earlier action that must have succeeded, or NO_INDEX */
	utc expires_before;         /* reissue: the expiry it must move; issue_token: the same, of
				       the live one to be renewed, or 0 for a new one */
};

/* True when doing it takes the role away from somebody. */
static inline bool action_takes_role(const struct action *act, enum role role)
{
	return act->from_role == role &&
	       (act->kind == ACTION_REMOVE_MEMBER || act->kind == ACTION_SET_ROLE);
}

/* A person, member or entry that gets nothing, and why.  Either may be NULL. */
struct plan_note {
	const char *email;
	const char *dn;
	const char *why;
};

/* A directory or group that is not whole, or another thing for an operator. */
struct plan_problem {
	const char *directory; /* NULL: not about a directory */
	const char *group;     /* NULL: the whole directory */
	const char *state;     /* one of problem_states */
	const char *why;
};

/* "partial" "failed" ...; seatsync(1) says the same. */
enum { PROBLEM_STATES_NR = 15 };
extern const char *const problem_states[PROBLEM_STATES_NR];

/* False when all went on in spite of it and nothing waits: the last four. */
bool problem_waits(const struct plan_problem *p);

/* A directory's person, by name and immutable id. */
struct person_ref {
	const char *directory;
	const char *id;
};

/*
 * The memory after this run: what the state writes, and what help desks read.
 * memory.key is 0 for a new account.  forget: the row goes.
 */
struct plan_account {
	struct known_account memory;
	const struct person_ref *people;
	uint32_t people_nr;
	bool adopted;                              /* becomes managed in this run */
	bool forget;
	const struct known_invitation *invitation; /* open or expired one that is ours now; NULL none */
	const char *decision;                      /* a sentence */
};

struct plan_hold {
	const char *id;           /* by plan_identify for a new one */
	enum hold_cause cause;
	utc made_at;
	bool fresh;               /* made by this run */
	const char *const *addresses; /* sorted, NULL-terminated */
	const unsigned *losses;       /* of each of them, enum loss: as they were when it was made */
};

/* Before the plan is done; free is SEATS_UNKNOWN when total is. */
struct plan_seats {
	int64_t total;
	int64_t assigned;
	int64_t reserved;
	int64_t reserve;
	int64_t free;
	int64_t waiting;
	int64_t assigned_after; /* as the plan would leave it */
	int64_t reserved_after;
	int64_t free_after;
};

/* What the readings brought, for the head of the report. */
struct plan_directory {
	const char *name;
	enum completeness state;
	const char *why;
	size_t people;
	size_t groups;
	size_t unwhole; /* of these, as far as rules name them: not read whole, or not usable */
};

struct plan {
	const char *id;            /* by plan_identify */
	const char *organization;
	utc created_at;
	bool complete;             /* every directory and every group that counts was read whole */
	bool config_accepted;      /* after this run, if it finishes */
	struct add_trial trial;        /* after this run */
	size_t counts[ACTION_NR];  /* of actions */
	struct plan_seats seats;

	struct action *actions;    /* in the order of doing */
	struct action *held;
	struct action *waiting;
	struct action *manual;
	struct plan_note *adopted;
	struct plan_note *unmanaged;
	struct plan_note *skipped;
	struct plan_problem *problems;
	struct plan_hold *holds;
	struct plan_account *accounts;   /* known ones in order of key, then new ones by address */
	struct known_group *groups;      /* as matched by this run's complete readings */
	struct plan_directory *directories;
	int64_t *over;                   /* rows of known.refusals that count no longer */
	uint32_t *unread;                /* members whose tokens decide something and were not read:
					    indexes into organization.members, rising */
	size_t actions_nr, held_nr, waiting_nr, manual_nr, adopted_nr, unmanaged_nr, skipped_nr,
		problems_nr, holds_nr, accounts_nr, groups_nr, directories_nr, over_nr, unread_nr;
};

/* A plan out of a file (saved.h): by its id and the SHA-256 of its bytes. */
struct plan_file {
	const char *id;
	const char *digest;
	utc created_at;
};

/*
 * Fills *plan.  Cannot fail: bad data becomes a note or a problem.  Strings
 * may point into the world, which must live as long as the plan.
 */
void plan_make(struct plan *plan, struct arena *a, const struct world *world);

/*
 * Gives the plan its id, and its new holds theirs (and their entries in
 * `held`).  A hold's is a digest of what it holds, so that `plan` and the run
 * after it name it alike.  A plan's also tells when it was made and after which
 * run, since the same may rightly have to be done again.
 */
void plan_identify(struct plan *plan, struct arena *a, int64_t last_run);

/*
 * The exit status this plan alone asks for: STATUS_HELD, STATUS_DEGRADED,
 * STATUS_PENDING or STATUS_AGREES (status.h).
 */
int plan_status(const struct plan *plan);

#endif
