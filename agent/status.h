/*
 * status.h - the exit statuses.  seatsync(1) and the README repeat this table;
 * a test keeps them equal.  Where several apply, the first in this order wins:
 * usage, config, locked, failed, some failed, held, degraded, pending, agrees.
 */
#ifndef SEATSYNC_STATUS_H
#define SEATSYNC_STATUS_H

enum status {
	STATUS_AGREES = 0,       /* the organization agrees with the directory */
	STATUS_FAILED = 1,       /* nothing could be planned, or the run had to stop */
	STATUS_PENDING = 2,      /* plan only: changes are pending */
	STATUS_HELD = 3,         /* losing actions are held; the rest was done */
	STATUS_SOME_FAILED = 4,  /* some actions failed; the rest was done */
	STATUS_DEGRADED = 5,     /* something waits for an operator */
	STATUS_USAGE = 64,       /* wrong command line */
	STATUS_LOCKED = 75,      /* another run holds the lock */
	STATUS_CONFIG = 78,      /* invalid configuration */
};

#endif
