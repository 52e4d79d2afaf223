/*
 * scenario.h - tables of worlds and the plans they must give.
 *
 *	static const struct scenario table[] = {
 *		{"an invitation is sent", "rules: ...", "invite ..."},
 *	};
 *	SCENARIOS(table)
 *
 * Each row is a test of its own.  The world is written as world.h says, the
 * plan as lines.h says; and laws.h holds for every row.
 */
#ifndef SEATSYNC_TESTS_SCENARIO_H
#define SEATSYNC_TESTS_SCENARIO_H

#include <stddef.h>

struct scenario {
	const char *name;
	const char *world;
	const char *plan;
};

/* Runs every row, or those whose name contains argv[1]. */
int scenarios_run(const struct scenario *table, size_t nr, int argc, char **argv);

#define SCENARIOS(table)                                                      \
	int main(int argc, char **argv)                                       \
	{                                                                     \
		return scenarios_run(table, sizeof(table) / sizeof *(table), argc, argv); \
	}

#endif
