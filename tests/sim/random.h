/*
 * random.h - numbers that are the same in every run from the same seed
 * (splitmix64): ids, token values, the chance of a fault.
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include "agent/base.h"

struct random {
	uint64_t state;
};

enum { UUID_SIZE = 37 };

uint64_t random_next(struct random *r);
bool random_chance(struct random *r, double chance); /* 0 never, 1 always */
void random_uuid(struct random *r, char text[UUID_SIZE]);
void random_hex(struct random *r, char *text, size_t digits); /* and a NUL */

bool uuid_valid(const char *text);

#endif
