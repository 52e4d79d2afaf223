/*
 * fault.h - collecting what is wrong with a configuration.
 *
 * Nothing stops at the first fault.  Texts are copied; their values are never
 * those of the file, where a secret may stand in a wrong place.
 */
#ifndef SEATSYNC_CONFIG_FAULT_H
#define SEATSYNC_CONFIG_FAULT_H

#include "config/config.h"
#include "config/tree.h"

enum { FAULTS_MAX = 100 }; /* more are counted as one */

/* At a value, at its key, or at a place without either; hint may be NULL.  Always returns -1. */
int fault_at(struct config_faults *faults, const struct node *n, const char *hint, const char *fmt,
	     ...) PRINTF_LIKE(4, 5);
int fault_at_key(struct config_faults *faults, const struct node *n, const char *hint,
		 const char *fmt, ...) PRINTF_LIKE(4, 5);
int fault_place(struct config_faults *faults, unsigned line, unsigned column, const char *hint,
		const char *fmt, ...) PRINTF_LIKE(5, 6);

/* Into the order of the file. */
void faults_sort(struct config_faults *faults);

#endif
