/*
 * switches.h - how this platform behaves where the published documents are
 * silent.  One row of switches.def is one switch: its name in the control
 * interface, its field here, its kind, its default and its meaning.
 */
#ifndef SIM_SWITCHES_H
#define SIM_SWITCHES_H

#include <jansson.h>

#include "agent/base.h"

enum offered { OFFERED, OFFERED_404, OFFERED_405, OFFERED_HTML, OFFERED_403 };
enum duplicate { DUPLICATE_409, DUPLICATE_422, DUPLICATE_200, DUPLICATE_REFRESH };
enum listed { LISTED, HIDDEN };
enum adding { ADD_MEMBER, ADD_INVITATION, ADD_ADMIN, ADD_SEATED };
enum counters { COUNTERS_TEXT, COUNTERS_NUMBER, COUNTERS_ABSENT };
enum groups_shown { GROUPS_NULL, GROUPS_ABSENT };
enum token_shape { TOKEN_OPAQUE, TOKEN_JWT };
enum reinvited { REINVITED_REPLACED, REINVITED_KEPT };

struct switches {
#define SWITCH_BOOL(name, value, meaning)        bool name;
#define SWITCH_INT(name, value, meaning)         int64_t name;
#define SWITCH_WORD(name, words, value, meaning) int name;
#define SWITCH_TEXT(name, value, meaning)        char *name;
#include "tests/sim/switches.def"
};

void switches_init(struct switches *s);
void switches_clear(struct switches *s);

/*
 * Sets each switch that `values` names.  All or nothing: an unknown name or a
 * wrong type or word changes none, and *e names it.  A word that is a number
 * may be given as one.
 */
int switches_set(struct switches *s, json_t *values, struct err *e) MUST_CHECK;

/* {name: value, ...}; a new reference. */
json_t *switches_json(const struct switches *s);

#endif
