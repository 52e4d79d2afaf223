/*
 * sim.h - the simulator as a whole: what main.c makes and the API and the
 * control interface act on.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "tests/sim/audit.h"
#include "tests/sim/faults.h"
#include "tests/sim/lists.h"
#include "tests/sim/server.h"
#include "tests/sim/world.h"

struct access {
	json_t *tokens; /* bearer -> when it ends, epoch */
	uint64_t issued;
};

struct sim {
	const char *org_id, *client_id, *client_secret;
	struct world world;
	struct lists lists;
	struct access access;
	struct faults faults;
	struct audit audit;
	struct server api, control;
};

void sim_init(struct sim *s);
void sim_clear(struct sim *s);
void sim_reset(struct sim *s); /* as newly started; the request numbers go on */

#endif
