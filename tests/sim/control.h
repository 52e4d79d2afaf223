/*
 * control.h - the test's hand on the simulator: seed, look, accept, let time
 * pass, set switches and faults.  README.md describes each call.
 */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include "tests/sim/sim.h"

void control_handle(void *sim, struct request *r);

/* {path, body}: what POST path with this body would do; the answer is dropped.  NULL: nothing. */
void control_act(struct sim *s, json_t *action);

#endif
