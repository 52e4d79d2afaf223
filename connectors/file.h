/*
 * file.h - a file with people, read from its first byte to its last.
 *
 *	if (file_open(&f, path, deadline, &e)) ...
 *	while ((c = file_byte(&f, &e)) >= 0) ...        // f.line, f.column: of c
 *	if (c == FILE_BROKEN || file_unchanged(&f, &e)) ...
 *	file_close(&f);                                  // also after a failed open
 *
 * Whoever can write the file decides who gets in and who goes.  So it must be
 * a regular file that the world cannot write; a symbolic link to one is
 * followed, as exports are switched by one.  A FIFO or a device is never
 * waited for.  A byte order mark of UTF-8 is skipped.
 *
 * A file tells nothing of its own end.  What can be told is: that it changed
 * while it was read, and how old it is.
 */
#ifndef SEATSYNC_FILE_H
#define SEATSYNC_FILE_H

#include <sys/stat.h>

#include "agent/base.h"

enum {
	FILE_SIZE_MAX = 256 << 20, /* about two million people */
	FILE_READAHEAD = 65536,
	FILE_CLOCK_SLACK = 600, /* a file may be that much younger than now */
	FILE_END = -1,
	FILE_BROKEN = -2,
};

struct file {
	const char *path;
	int fd;
	struct stat stat;      /* when it was opened */
	int64_t deadline;      /* CLOCK_BOOTTIME, seconds */
	int64_t size;          /* bytes read so far */
	unsigned line, column; /* of the byte that file_byte returned last; from 1 */
	int last;              /* that byte */
	size_t at, have;
	unsigned char bytes[FILE_READAHEAD];
};

/* A relative path begins in the working directory.  ERR_FAILED when it is not there or not safe. */
int file_open(struct file *f, const char *path, int64_t deadline, struct err *e);
void file_close(struct file *f);

/* The next byte, FILE_END, or FILE_BROKEN with *e set.  Peek leaves it there. */
int file_byte(struct file *f, struct err *e);
int file_peek(struct file *f, struct err *e);

/* From the first byte again. */
int file_rewind(struct file *f, struct err *e);

/* -1 with ERR_INCOMPLETE when it is another, or longer, or newer than when it was opened. */
int file_unchanged(const struct file *f, struct err *e);

/* Fills *e with "PATH:LINE:COLUMN: ..." as ERR_INCOMPLETE.  Returns -1. */
int file_fault(const struct file *f, unsigned line, unsigned column, struct err *e, const char *fmt,
	       ...) PRINTF_LIKE(5, 6);

/* Why a file written at that time is too old, or its age is none; NULL: it is not.  max_age 0: no
 * limit. */
const char *file_stale(struct arena *a, const struct file *f, int64_t now, int64_t max_age);

#endif
