/*
 * absent.h - before a loss may rest on absence: whoever was known and was not
 * seen in a whole reading is asked for, where the directory can be asked.
 */
#ifndef SEATSYNC_ABSENT_H
#define SEATSYNC_ABSENT_H

#include "agent/reader.h"

/*
 * readings[i] is what readers[i] brought; one that cannot be confirmed becomes
 * PARTIAL.  deadline: CLOCK_BOOTTIME, seconds, for each directory.
 */
void absent_confirm(struct reader *const *readers, struct reading *readings, size_t nr,
		    const struct known *known, int64_t deadline);

#endif
