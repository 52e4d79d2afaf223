#include "tests/sim/sim.h"

void sim_init(struct sim *s)
{
	world_init(&s->world);
	audit_init(&s->audit);
	s->access = (struct access){.tokens = json_object()};
}

void sim_clear(struct sim *s)
{
	world_clear(&s->world);
	audit_clear(&s->audit);
	lists_clear(&s->lists);
	faults_clear(&s->faults);
	json_decref(s->access.tokens);
}

void sim_reset(struct sim *s)
{
	uint64_t sequence = s->world.sequence;

	sim_clear(s);
	sim_init(s);
	s->world.sequence = sequence;
}
