/*
 * file_directory.h - a CSV file behind the contract of directory.h.
 *
 *	file            bytes, with their place in the file; how old it is
 *	file_csv        bytes to rows
 *	file_columns    the header
 *	file_people     rows to people and groups
 *	file_directory  all of it; check
 *
 * A reading of a file is whole when every row could be understood, the file
 * is not older than max_age and did not change meanwhile.  That it was not cut
 * off between two rows, nothing in it can show: the reading is `unproven`, and
 * the core compares it with the last one.
 */
#ifndef SEATSYNC_FILE_DIRECTORY_H
#define SEATSYNC_FILE_DIRECTORY_H

#include "connectors/check.h"
#include "connectors/file.h"

extern const struct directory_ops directory_csv;

/* The line of `check` that says what file this is; false when it cannot be used. */
bool file_check(struct check *c, const char *path, int64_t deadline, int64_t max_age);

#endif
