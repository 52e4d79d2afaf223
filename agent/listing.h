/*
 * listing.h - a list of anything, described once and shown twice: as aligned
 * columns for people and as a JSON list for programs.
 *
 *	static const struct column columns[] = {{"email", "e-mail"}, {"at", "when"}};
 *	struct listing l = {"seats", columns, 2, rows, rows_nr, fill};
 *	listing_text(stdout, &l, STYLE_TITLES);
 *	listing_json(&document, &l);
 */
#ifndef SEATSYNC_LISTING_H
#define SEATSYNC_LISTING_H

#include "agent/document.h"

enum cell_kind {
	CELL_NONE,    /* does not apply: an empty place, and no key */
	CELL_NULL,    /* not known: "-", and null */
	CELL_NO_WORD, /* an empty place, and null: the key is always there */
	CELL_TEXT,
	CELL_NUMBER,  /* SEATS_UNKNOWN is CELL_NULL */
	CELL_TIME,
	CELL_FLAG,    /* "yes" or an empty place; true, false */
	CELL_JSON,    /* JSON only; taken over */
};

enum { CELL_OWN = 96, COLUMNS_MAX = 16 };

struct cell {
	enum cell_kind kind;
	const char *text;
	const char *before; /* put before it for people only: "rule " */
	int64_t number;
	json_t *json;
	char own[CELL_OWN]; /* room for a text made on the way */
};

/* For fill(); NULL and 0 are CELL_NONE. */
void cell_text(struct cell *c, const char *text);
void cell_number(struct cell *c, int64_t number);
void cell_seats(struct cell *c, int64_t number);
void cell_time(struct cell *c, utc t);
void cell_flag(struct cell *c, bool flag);
void cell_json(struct cell *c, json_t *value);
void cell_format(struct cell *c, const char *fmt, ...) PRINTF_LIKE(2, 3);

struct column {
	const char *key;   /* NULL: not in JSON */
	const char *title; /* NULL: not in text */
};

struct listing {
	const char *name;  /* of the list in JSON */
	const struct column *columns;
	size_t columns_nr;
	const void *rows;
	size_t rows_nr;
	void (*fill)(const void *rows, size_t i, struct cell *cells); /* cells come zeroed */
};

/*
 * One line a row, each indented by `indent`; columns that are empty in every
 * row are left out.  titles: a line with them first.  Nothing is cut off; a
 * cell wider than ALIGN_MAX only pushes its own line.
 */
enum { ALIGN_MAX = 44 };

void listing_text(FILE *out, const struct listing *l, bool titles, const char *indent);
void listing_json(struct document *d, const struct listing *l);

#endif
