/*
 * explain.h - all about one person, gathered for `seatsync explain`.
 *
 *	explanation_live(&x, &run, address);          // a fresh reading and plan
 *	explanation_remembered(&x, &known, address);  // without one
 *	explanation_answer(&x, &arena);               // once all of x is there
 *
 * Everything lives in the session's arena.  Only cmd_explain.c and
 * explain_show.c include this.
 */
#ifndef SEATSYNC_EXPLAIN_H
#define SEATSYNC_EXPLAIN_H

#include "agent/rules.h"
#include "agent/run.h"

/* Where the person stands in one directory. */
struct entry_row {
	const char *directory;
	const struct person *person; /* NULL: known there, and not seen */
	const char *aliases;         /* joined; NULL none */
};

/* A group that has the person, directly or through others. */
struct group_row {
	const char *directory;
	const struct group *group;
	const char *through; /* "data-science > research"; NULL: directly */
};

struct rule_row {
	struct rule_trace trace;
	size_t number;       /* the rule's, from 1 */
	const char *whose;   /* the entry, where several people bear the address; else NULL */
	bool decides_role, gives_place;
};

/* One line of the answer: "seat" "no: no seat is free". */
struct answer_line {
	const char *about, *text;
};

struct explanation {
	const char *address;
	bool live;           /* else from the state alone */
	bool found;
	VEC(struct entry_row) entries;
	VEC(struct group_row) groups;
	VEC(struct rule_row) rules;
	const struct known_account *account;
	const struct known_refusal *refusals;      /* the account's */
	size_t refusals_nr;
	const struct member *member;
	const struct invitation *invitation;       /* as the organization has it */
	const struct known_invitation *remembered; /* as we remember it */
	utc worklisted;      /* no invitation is known: on the worklist since; 0: was not */
	struct plan part;    /* live: what the plan has of the person */
	size_t place;        /* in the queue, from 1; 0: does not wait */
	size_t queue_nr;
	const char *decision; /* not live: what the last run decided; NULL none */
	VEC(struct answer_line) answer;
	struct history_row *history;
	struct outlook_row *outlook; /* not live: what the last plan left */
	size_t history_nr, outlook_nr;
	const struct policy *policy;
	utc now;
};

void explanation_live(struct explanation *x, struct run *r, const char *address);
void explanation_remembered(struct explanation *x, const struct known *known, const char *address);
void explanation_answer(struct explanation *x, struct arena *a);
void explanation_free(struct explanation *x);

/* When what was refused is tried again, if it waits for that; 0: it does not. */
utc refusal_next(const struct explanation *x, const struct known_refusal *r);

void explanation_text(FILE *out, const struct explanation *x);
void explanation_json(FILE *out, const struct explanation *x);

#endif
