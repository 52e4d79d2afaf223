/*
 * bytes.h - an open file into memory, up to a limit.
 */
#ifndef SEATSYNC_CONFIG_BYTES_H
#define SEATSYNC_CONFIG_BYTES_H

#include "agent/base.h"

/*
 * Reads to the end, or until `room` bytes are there: give one more than is
 * allowed to see that a file is too large.  -1 with errno.
 */
int bytes_read(int fd, char *bytes, size_t room, size_t *len);

#endif
