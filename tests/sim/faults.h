/*
 * faults.h - what goes wrong, by call, count and chance.  A rule is given as
 * JSON (POST /faults; README.md lists the kinds); the first rule that applies
 * to a request is the one that happens.
 */
#ifndef SIM_FAULTS_H
#define SIM_FAULTS_H

#include "tests/sim/answer.h"
#include "tests/sim/random.h"

struct fault {
	json_t *rule;      /* as given, with its defaults filled in */
	const char *kind;  /* static */
	const char *call;  /* in rule; "any" matches all */
	const char *email; /* in rule; whom it is about; NULL: anybody */
	bool after_commit; /* the call is carried out, then this happens to its answer */
	double chance;
	int64_t skip; /* so many matching requests pass first */
	int64_t left; /* so many times it happens; -1: for ever */
	int64_t hits;
};

struct faults {
	VEC(struct fault) rules;
};

/* -1 with *e for a rule that is none. */
int faults_add(struct faults *f, json_t *rule, struct err *e) MUST_CHECK;
/*
 * The fault that happens to this request, or NULL; counts it.  email: of the
 * person it is about, NULL unknown.  Good until the next add or clear.
 */
const struct fault *faults_take(struct faults *f, struct random *random, const char *call,
				const char *email);
/*
 * Turns the answer into the fault's.  `answer` is the call's own answer when
 * the call was carried out, and empty when it was not.
 */
void fault_apply(const struct fault *f, struct answer *answer, utc now);
/* A second writer's action {path, body}, to be done before the call; NULL: none. */
json_t *fault_action(const struct fault *f);
/* True when the fault answers in place of the call, which is then not carried out. */
bool fault_replaces(const struct fault *f);
json_t *faults_json(const struct faults *f);
void faults_clear(struct faults *f);

#endif
