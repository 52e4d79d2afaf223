/*
 * file_people.h - rows of a CSV file to people and groups.
 *
 *	roster_begin(&r, &arena);
 *	for each row: roster_take(&r, &columns, &csv, &e)
 *	roster_finish(&r, &reading);
 *	roster_free(&r);
 *
 * id          The column `id`, else the e-mail in normal form.  A row that
 *             has none cannot be told from others: it is left out, and the
 *             reading is partial.  So are rows with one id.
 * e-mail      One that is no address stays with its person, for the core to
 *             report, where an id says who it is.
 * groups      Names with ; or , between them; spaces around them and empty
 *             ones mean nothing, nor does the case of ASCII letters.  A group
 *             exists as long as somebody is in it; its id is its name.
 * disabled    As yes_no.h; empty is no.  Neither: active, the reading partial.
 * names       Cut to ROSTER_NAME_MAX bytes.
 *
 * A row of nothing but empty fields, as spreadsheets leave them, is no person.
 */
#ifndef SEATSYNC_FILE_PEOPLE_H
#define SEATSYNC_FILE_PEOPLE_H

#include "agent/index.h"
#include "agent/model.h"
#include "connectors/doubt.h"
#include "connectors/file_columns.h"

enum {
	ROSTER_PEOPLE_MAX = 5000000,
	ROSTER_GROUPS_MAX = 200000,
	ROSTER_ID_MAX = 256,
	ROSTER_NAME_MAX = 256,
};

struct roster_group {
	const char *id;       /* its name in lower case */
	const char *name;     /* as first written */
	VEC(uint32_t) people; /* in order, each once */
};

struct roster {
	struct arena *a; /* of the reading */
	struct arena scratch;
	struct doubts doubts;
	VEC(struct person) people;
	VEC(struct roster_group) groups;
	VEC(char) id;       /* of the group at hand */
	struct index by_id; /* groups */
	size_t room;
};

void roster_begin(struct roster *r, struct arena *a);
int roster_take(struct roster *r, const struct columns *columns, const struct csv *c,
		struct err *e);
/* People, groups, state and why of *to. */
void roster_finish(struct roster *r, struct reading *to);
void roster_free(struct roster *r);

#endif
