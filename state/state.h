/*
 * state.h - the memory: one SQLite file for one organization.  The only
 * folder with SQL; the schema and its comments are in schema.sql.
 *
 * The file is history and memory, never the truth about the organization:
 * losing it removes nobody.  It is written by one run at a time, under a lock
 * taken by state_open(STATE_RUN); readers never wait for a run.
 *
 *	state_open(&s, path, org, STATE_RUN, now, &e)  lock, migrate
 *	state_load(s, &arena, now, &known, &e)          what the core may rest on
 *	state_run_begin(s, "sync", config, actor, now, &e)
 *	state_settle(s, row, happened, ..., &e)         for each known.unknown; then load
 *							again: it may forget an account
 *	state_run_plan(s, &plan, now, &e)               memory and journal: todo
 *	state_turn(s, &turn, now, &e)                   todo -> sent -> done | failed
 *	state_run_end(s, &plan, &end, now, &e)          counters, holds, lists
 *	state_close(s)
 *
 * Each of these is one transaction, durable when it returns (WAL,
 * synchronous=FULL).  A process may die between any two of them, or inside
 * one, and the next run goes on rightly.  Errors: ERR_STATE for a damaged,
 * foreign or newer file, ERR_LOCKED for a second run, else ERR_FAILED.
 */
#ifndef SEATSYNC_STATE_H
#define SEATSYNC_STATE_H

#include "agent/plan.h"
#include "agent/status.h"

struct state;

enum state_mode {
	STATE_READ, /* no lock, changes nothing; a missing file reads as an empty memory */
	STATE_RUN,  /* takes the run lock, creates and migrates the file */
};

/*
 * The file and its folder are private: made 0600 and 0700, refused when the
 * world can reach them or a group can write them (a group may read).  Refused
 * too: a symbolic or hard link, a network filesystem, another user's file
 * (root may run it: what root makes belongs to the folder's owner).  Beside
 * the file stay PATH-wal and PATH-shm, SQLite's, and PATH.lock, ours.
 */

/* A state of another organization than `organization` is refused. */
int state_open(struct state **s, const char *path, const char *organization, enum state_mode mode,
	       utc now, struct err *e);
void state_close(struct state *s); /* tolerates NULL */

/*
 * The same memory, apart from the file: what is written into it goes with it.  As
 * if opened to run, for somebody who wants to know what would come of that.
 */
int state_copy(struct state **copy, const struct state *s, struct err *e);

/*
 * Strings and arrays in `a`.  known.mails_24h, lost_24h and holds are as of
 * `now`: a release older than a day that no run took reads as none.
 */
int state_load(struct state *s, struct arena *a, utc now, struct known *known, struct err *e);

/* ---- one run ---------------------------------------------------------- */

/*
 * Opens a run of the configuration with that digest; one that never ended is
 * marked interrupted, and stopped if it was asked to; its todo rows failed.
 */
int state_run_begin(struct state *s, const char *command, const char *config, const char *actor,
		    utc now, struct err *e);

/*
 * Notes that somebody asks the open run to stop: if it has no end after that, it
 * was not killed.  For signal handlers.
 */
void state_run_stop(struct state *s);

/*
 * An action of an earlier run that was sent and never answered: what a fresh
 * reading showed.  happened: its effects are recorded as if the answer had
 * come (id and expiry as read); otherwise it failed.
 */
int state_settle(struct state *s, int64_t row, bool happened, const char *invitation_id,
		 utc expires_at, utc now, struct err *e);

/*
 * Writes the plan's memory but its counters (accounts, people, adopted
 * invitations, what is parked), forgets what is to be forgotten, and enters
 * the actions into the journal as todo.  Only rows that differ are written.
 * The counters (leaving, waiting, front) wait for state_run_end, so that a run
 * that dies counts nothing.  plan->groups replaces the groups known before, and
 * the size of each directory that was read whole its size before.
 * An account with an action in state sent is not forgotten before that is
 * settled.  Fulfilled `adopt` wishes go; every valid release is taken.  The
 * state keeps the actions' rows until state_run_end: state_turn names them by
 * their index in plan->actions.
 */
int state_run_plan(struct state *s, const struct plan *plan, utc now, struct err *e);

/*
 * The same for a plan out of a file, which is remembered as applied in the same
 * transaction: from then on it is never done again, whatever becomes of the run.
 */
int state_run_saved(struct state *s, const struct plan *plan, const struct plan_file *saved, utc now,
		    struct err *e);

/* Enters into the history that this run did not do it, and why. */
int state_saved_refused(struct state *s, const struct plan_file *saved, const char *why, utc now,
			struct err *e);

enum journal_state { JOURNAL_TODO, JOURNAL_SENT, JOURNAL_DONE, JOURNAL_FAILED };

/*
 * How one action ended.  DONE applies its effect to the memory (an invitation
 * is recorded and counted, a removed member's account forgotten, ...).  SENT:
 * the outcome stays unknown.  TODO: not done after all (waits for a seat).
 */
struct journal_end {
	size_t action;             /* index into plan->actions */
	enum journal_state state;
	const char *text;          /* what the platform said; NULL none */
	const char *invitation_id; /* DONE invite, reissue; NULL unknown */
	utc expires_at;            /* the same, and of issue_token; 0: sent + lifetime */
	bool gone;                 /* FAILED reissue: the invitation is not there any more */
	bool unavailable;          /* FAILED invite: the platform does not onboard the address */
	bool refused;              /* FAILED: by a clear no to this person; remembered until it is
				      DONE, or in plan->over */
};

/* Ends and departures in one commit: nothing may be sent before it returns 0. */
struct journal_turn {
	const struct journal_end *ended;
	const size_t *leaving;     /* actions about to be sent */
	size_t ended_nr, leaving_nr;
	int64_t lifetime;          /* seconds, for an invitation without expires_at */
	int64_t token_lifetime;    /* the same for a token */
};

int state_turn(struct state *s, const struct journal_turn *turn, utc now, struct err *e);

/* What a run came to.  plan is NULL when it failed before there was one. */
struct run_end {
	enum status status;
	const char *error;         /* STATUS_FAILED: why; else NULL */
	bool stopped;              /* STATUS_FAILED because somebody asked it to stop */
	const char *fingerprint;   /* of the config, stored when plan->config_accepted */
	int64_t seats_learnt;      /* by a 402; SEATS_UNKNOWN: nothing learnt */
	int64_t seats_left;        /* assigned after it */
	int64_t seats_told;        /* total, by an onboarding's counters; 0: not told */
	int64_t keep;              /* seconds of history to keep */
	bool readings_counted;     /* the leaving counters of plan->accounts are to be stored */
};

/*
 * Writes counters, holds, the lists of the plan, its problems, the seats, and
 * drops what is still todo.  Seats are noted as the plan would leave them when
 * all of it was done, else as they were read.  What is older than `keep` (at
 * least two days) goes, unless the plan doubts the clock: finished rows of the
 * journal, closed holds, runs but the last that succeeded, links of the
 * history behind its anchor; never accounts, people, or rows in state sent.
 */
int state_run_end(struct state *s, const struct plan *plan, const struct run_end *end, utc now,
		  struct err *e);

/* ---- where people are ------------------------------------------------------ */

struct whereabout {
	const char *id, *place;
};

/* Where this directory's people were read, and earlier places that were kept; by id and place. */
int state_whereabouts(struct state *s, struct arena *a, const char *directory,
		      struct whereabout **rows, size_t *nr, struct err *e);

/*
 * These (sorted by id and place, each once) are where its people are.  Other
 * places of the same people are forgotten if `whole`; people with no place here
 * keep theirs while an account is linked to them.  After state_run_plan.
 */
int state_whereabouts_write(struct state *s, const char *directory, const struct whereabout *w,
			    size_t nr, bool whole, utc now, struct err *e);

/* These are not where their people are, nor ever were for what is to come.  During a run. */
int state_whereabouts_forget(struct state *s, const char *directory, const struct whereabout *w,
			     size_t nr, utc now, struct err *e);

/* ---- an operator's word ------------------------------------------------- */

/*
 * release: an open hold for a limit or an unaccepted config, else ERR_REFUSED.
 * Valid for a day; taken by the first run that writes a plan; from then on it
 * lasts until nobody is left in the hold.
 * adopt: managed and unparked at once where an account has the address, and a
 * wish for the next plan, which binds it to the person.
 * forget: managed no longer; ERR_REFUSED when nobody is under that address.
 */
int state_release(struct state *s, const char *hold, const char *actor, utc now, struct err *e);
int state_adopt(struct state *s, const char *address, const char *actor, utc now, struct err *e);
int state_forget(struct state *s, const char *address, const char *actor, utc now, struct err *e);

/* ---- reading: for status, invitations, seats, history, holds, explain --- */

struct run_row {
	int64_t id;
	const char *command, *actor;
	utc started_at, ended_at;  /* ended_at 0: running, or interrupted */
	int status;                /* enum status; -1 while it runs or when interrupted */
	bool interrupted;          /* has no end, and does not run any more */
	bool stopped;              /* failed or interrupted because somebody asked it to stop */
	const char *error;
	const char *plan_id;
	const char *config;        /* digest of the configuration file; NULL: not known */
	size_t done, failed, unknown;
};

/* How the actions of one run ended. */
struct run_actions {
	size_t done[ACTION_NR], failed[ACTION_NR], unknown[ACTION_NR];
};

struct invitation_row {
	const char *id, *email;
	enum role role;
	utc sent_at, expires_at;
	unsigned attempts;
	enum parked parked;
	bool wants_seat;
	utc gone_since;            /* in no list any more since, and no member came; 0: no */
	bool made;                 /* false: there is none, for the platform refused it */
	unsigned refused;          /* so many times in a row, */
	utc refused_at;            /* the last of them; 0: not refused */
	const char *refused_text;
};

/* A managed member who is not entitled any more. */
struct leaver_row {
	const char *email;
	utc since;                 /* first run that saw no entitlement */
	unsigned runs;             /* in a row that saw none */
};

struct seat_sample {
	utc at;
	int64_t total, assigned, reserved, free, waiting; /* total, free: SEATS_UNKNOWN */
};

/* A row of the last plan that is not an action: waiting, manual, held, skipped, unmanaged. */
struct outlook_row {
	const char *list;          /* "waiting" ... */
	const char *action;        /* NULL for skipped and unmanaged */
	const char *email, *rule, *reason, *why, *hold;
	enum role role;
	bool wants_seat;
};

struct hold_row {
	const char *id;
	enum hold_cause cause;
	utc made_at, released_at;
	const char *released_by;
	const char *const *emails; /* NULL-terminated */
	const char *const *reasons;
	size_t emails_nr;
};

/* When, and by whose order, a saved plan was applied. */
struct applied_row {
	int64_t run;
	utc at;                    /* 0: never */
	const char *actor;
};

/* One link of the chain: every action's end, every release, adopt, forget, run, saved plan. */
struct history_row {
	int64_t seq;
	utc at;
	int64_t run;               /* 0: no run */
	const char *actor;
	const char *event;         /* an action, "run" "plan" "hold" "release" "adopt" "forget"
				      "trimmed" */
	const char *email;
	const char *result;        /* "done" "failed" "unknown" "waiting", "begun", "status 0",
				      of a saved plan "applied" "refused" */
	const char *text;          /* of an action: its reason, and what was said of it */
};

struct history_filter {
	const char *address;       /* NULL: everybody */
	const char *event;         /* NULL: every event */
	utc since;                 /* 0: from the beginning */
	size_t limit;              /* the newest so many; 0: all */
};

struct state_summary {
	bool fresh;
	struct run_row last;          /* last attempt; id 0: none ever */
	struct run_row last_success;  /* last with a status other than failed; id 0: none */
	unsigned failures_in_a_row;   /* failed or interrupted since the last success, and not stopped */
	utc failing_since;            /* when the first of them began; 0: none */
	const char *accepted_config;
	size_t accounts, members, invitations, parked, leaving, unknown;
	struct seat_sample seats;     /* at 0: never seen */
};

/*
 * All in the arena.  Runs come newest first; samples and links oldest first;
 * invitations by their expiry, those refused at last, leavers by how long; holds are the open ones, oldest first.
 */
int state_summary(struct state *s, struct arena *a, struct state_summary *out, struct err *e);
int state_runs(struct state *s, struct arena *a, size_t limit, struct run_row **rows, size_t *nr,
	       struct err *e);
int state_run_actions(struct state *s, int64_t run, struct run_actions *out, struct err *e);
int state_invitations(struct state *s, struct arena *a, struct invitation_row **rows, size_t *nr,
		      struct err *e);
int state_leavers(struct state *s, struct arena *a, struct leaver_row **rows, size_t *nr,
		  struct err *e);
int state_seat_samples(struct state *s, struct arena *a, utc since, struct seat_sample **rows,
		       size_t *nr, struct err *e);
int state_outlook(struct state *s, struct arena *a, const char *list, struct outlook_row **rows,
		  size_t *nr, struct err *e);
int state_problems(struct state *s, struct arena *a, struct plan_problem **rows, size_t *nr,
		   struct err *e);
int state_holds(struct state *s, struct arena *a, struct hold_row **rows, size_t *nr,
		struct err *e);
int state_history(struct state *s, struct arena *a, const struct history_filter *f,
		  struct history_row **rows, size_t *nr, struct err *e);

int state_applied(struct state *s, struct arena *a, const char *id, struct applied_row *row,
		  struct err *e);

/* What the last plan said of the account with this address; NULL when there is none. */
int state_decision(struct state *s, struct arena *a, const char *address, const char **decision,
		   struct err *e);

/* Walks the whole chain, then the file's structure; -1 names the first link that does not fit. */
int state_history_verify(struct state *s, size_t *links, struct err *e);

#endif
