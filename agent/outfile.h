/*
 * outfile.h - a file that an operator asked for: there whole or not at all,
 * and nobody else's to read.
 */
#ifndef SEATSYNC_OUTFILE_H
#define SEATSYNC_OUTFILE_H

#include "agent/base.h"

/*
 * Makes the file, or puts this in the place of the one that is there; mode
 * 0600.  It is on the disk when this returns 0; after -1 the old one is as it
 * was.  What is there and no regular file (a folder, a link, a device) is
 * refused: it would be replaced, not written to.
 */
int outfile_write(const char *path, const void *bytes, size_t len, struct err *e);

#endif
