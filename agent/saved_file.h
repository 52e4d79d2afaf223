/*
 * saved_file.h - where a saved plan lies.
 *
 * It is there whole or not at all (outfile.h).  The place may be free, an
 * empty file, or an older plan; anything else is refused and left as it is.
 */
#ifndef SEATSYNC_SAVED_FILE_H
#define SEATSYNC_SAVED_FILE_H

#include "agent/report.h"
#include "agent/saved.h"

/* May a plan be written there?  Asked before a long reading, and again by saved_write. */
int saved_place(const char *path, struct err *e);

/* Refused as well when the plan is not complete, or larger than saved_read would take. */
int saved_write(const char *path, const struct report *r, struct err *e);

/*
 * Refused: what is no regular file, too large, or can be written by others
 * (nobody knows then that it is the one that was approved); and see saved_parse.
 */
int saved_read(struct saved *s, struct arena *a, const char *path, struct err *e);

#endif
