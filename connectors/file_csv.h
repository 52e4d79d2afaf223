/*
 * file_csv.h - rows of a CSV file, RFC 4180, strictly.
 *
 *	struct csv c = {.file = &f};
 *	while ((more = csv_row(&c, &e)) > 0) ... c.fields ...
 *	csv_free(&c);
 *
 * Lines end with CRLF or LF.  A field in quotes may hold commas, line ends,
 * and quotes written twice.  Refused, with line and column: a quote that does
 * not open or close a field, one that is never closed, a carriage return that
 * ends no line, a NUL, what is not UTF-8, a field or a row too long, too many
 * fields.  Lines without a character are skipped.
 *
 * Nothing in Debian gives this: libcsv tells no positions, knows no limits,
 * and takes spaces off.
 */
#ifndef SEATSYNC_FILE_CSV_H
#define SEATSYNC_FILE_CSV_H

#include "connectors/file.h"

enum {
	CSV_FIELD_MAX = 64 << 10, /* bytes */
	CSV_ROW_MAX = 256 << 10,  /* bytes of all its fields */
	CSV_FIELDS_MAX = 256,
};

struct csv_field {
	const char *text; /* NUL-terminated; gone with the next row */
	size_t len;
	unsigned line, column; /* where it begins, its quote included */
};

struct csv {
	struct file *file;
	VEC(struct csv_field) fields;
	bool cut;        /* the last row's line has no end */
	VEC(char) bytes; /* of the fields */
};

/* 1, 0 at the end, -1 with ERR_INCOMPLETE. */
int csv_row(struct csv *c, struct err *e);
void csv_free(struct csv *c);

#endif
