/*
 * file_columns.h - the header line of a CSV file: which column is what.
 *
 *	email,groups[,given_name,family_name,id,disabled]
 *
 * In any order, whatever the case of ASCII letters.  A column that is none of
 * these is refused unless the configuration ignores it by name: a misspelt
 * `disabled` must not pass for a column of no interest.
 */
#ifndef SEATSYNC_FILE_COLUMNS_H
#define SEATSYNC_FILE_COLUMNS_H

#include "connectors/file_csv.h"

enum column {
	COLUMN_EMAIL,
	COLUMN_GROUPS,
	COLUMN_GIVEN_NAME,
	COLUMN_FAMILY_NAME,
	COLUMN_ID,
	COLUMN_DISABLED,
	COLUMN_NR,
	COLUMN_NONE = -1,
};

struct columns {
	size_t nr;         /* fields of each row */
	int at[COLUMN_NR]; /* field of each column, or COLUMN_NONE */
};

/* From the row that c holds, the file's first; ignore: NULL-terminated, may be NULL. */
int columns_take(struct columns *columns, const struct csv *c, const char *const *ignore,
		 struct err *e);

/* The row's field of that column without the spaces around it; empty where there is no such column.
 */
struct csv_field columns_field(const struct columns *columns, const struct csv *c,
			       enum column column);

/* Without white space around it. */
struct csv_field field_trimmed(struct csv_field f);

#endif
