/*
 * report.h - a plan, and what became of it, for people and for programs.
 *
 * The JSON is a contract: "seatsync-plan-1" for a plan, "seatsync-apply-1" and
 * "seatsync-sync-1" for the same object with what became of each action.  An administrator
 * reads the text: grouped by kind in the order of doing, with the reason of
 * each line, and at the end what the exit status means and what to do next.
 * Both are written item by item and need no memory for a long plan.
 */
#ifndef SEATSYNC_REPORT_H
#define SEATSYNC_REPORT_H

#include <stdio.h>

#include "agent/apply.h"
#include "agent/document.h"
#include "agent/plan.h"
#include "agent/status.h"

struct report {
	const struct plan *plan;
	const struct apply_result *result; /* NULL: nothing was done */
	const struct plan_file *saved;     /* the plan out of a file that was done; NULL: none */
	const char *command;               /* that did it, for the JSON's format; NULL: plan */
	const char *config;                /* fingerprint of the configuration */
	bool dry_run;                      /* marked at the start and the end of the text */
	bool colour;                       /* of the text */
	const char *person;                /* the plan is of this person alone; NULL: everybody */
	enum status status;                /* that the command is going to end with */
};

/* Sealed (document.h) when it is a whole plan that nobody did: fit for saved.h. */
void report_plan_json(FILE *out, const struct report *r);
void report_plan_text(FILE *out, const struct report *r);

/* The lists alone, as parts of another object. */
void report_lists_json(struct document *d, const struct report *r);

/* After doing: what did not come out as planned, and the totals. */
void report_result_text(FILE *out, const struct report *r);

/* "12 done, 1 failed, 3 held, 2 waiting" */
char *report_result_line(struct arena *a, const struct report *r);
/* As read, or as the plan leaves it: "total 100, assigned 90, reserved 5, free 5, waiting 2" */
char *report_seats_line(struct arena *a, const struct plan *plan, bool after);

const char *fate_name(enum fate fate); /* "done" "failed" "unknown" ... */

/* What a status says and what to do about it; *next is NULL when nothing is. */
const char *status_meaning(enum status status, const char **next);

/* "status 3: what it says; what to do" */
void report_status_line(FILE *out, enum status status);

/* Why a hold holds, and what ends it. */
const char *hold_meaning(enum hold_cause cause);
bool hold_releasable(enum hold_cause cause);

/* Has this entry the address, as its own or as an alias? */
bool person_has_address(const struct person *p, const char *address);

/* About one person; else about a reading or the clock, which concerns everybody. */
bool problem_names_person(const struct plan_problem *p);

/* Is this e-mail, as somebody wrote it, the address (normal form)?  NULL is nobody's. */
bool email_is_address(const char *email, const char *address);

/*
 * The part of a plan that is about one person: whoever has `address` (normal
 * form) in a reading, as e-mail or alias, in the memory, or in the
 * organization.  Directories and what is wrong with their readings stay; of
 * the accounts those of the person, though actions count in the whole plan's.
 * False when the address is nobody's.
 */
bool plan_of_person(struct plan *part, struct arena *a, const struct plan *plan,
		    const struct world *world, const char *address);

#endif
