/*
 * fixture.h - a file read as a directory, and what came of it in one text.
 *
 *	struct fixture f = {0};
 *	reading_of(&f, &settings, bytes, len)     // the text; see reading_text
 *	fixture_end(&f)
 */
#ifndef SEATSYNC_TESTS_FILES_FIXTURE_H
#define SEATSYNC_TESTS_FILES_FIXTURE_H

#include "connectors/directory.h"

struct fixture {
	char folder[64];
	char path[96]; /* of the file */
	struct arena arena;
	struct reading r;
	struct err e;
};

/* Makes the folder, at first, and writes the file, new. */
void file_write(struct fixture *f, const char *bytes, size_t len);

/* Reads the file as `kind` with the rest of the settings; returns what read did. */
int file_read(struct fixture *f, struct directory_settings settings);

/* The lines of `check`: "+ subject: text" or "- subject: text". */
const char *file_check_lines(struct fixture *f, struct directory_settings settings,
			     const char *const *wanted);

/*
 * "STATE: WHY", a line "ID EMAIL|ADDRESS GIVEN FAMILY [disabled] @PLACE" for each person and
 * "NAME(ID): IDS [+GROUPS] [others] [dangling] [STATE: WHY]" for each group, in their order.
 * After a failed reading its error, with "F" for the file's name.
 */
const char *reading_text(struct fixture *f);

void fixture_end(struct fixture *f);

#endif
