/*
 * outfile.h - a file that an operator asked for: there whole or not at all.
 */
#ifndef SEATSYNC_OUTFILE_H
#define SEATSYNC_OUTFILE_H

#include "agent/base.h"

enum outfile_mode {
	OUTFILE_PRIVATE = 0600, /* nobody else's to read */
	OUTFILE_PUBLIC = 0644,
};

/*
 * Makes the file, or puts this in the place of the one that is there.
 * It is on the disk when this returns 0; after -1 the old one is as it
 * was.  What is there and no regular file (a folder, a link, a device) is
 * refused: it would be replaced, not written to.
 */
int outfile_write(const char *path, enum outfile_mode mode, const void *bytes, size_t len,
		  struct err *e);

#endif
