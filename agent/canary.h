/*
 * canary.h - people who must always be there.
 *
 * A server may answer with success and leave things out, and no protocol shows
 * it.  Whom an operator named as a canary is looked for in every reading: a
 * directory without one, or a group, is not believed.  It still gives; it takes
 * nothing away, neither by whom it does not show nor by how it shows somebody.
 */
#ifndef SEATSYNC_CANARY_H
#define SEATSYNC_CANARY_H

#include "agent/plan.h"

enum { NO_GROUP = UINT32_MAX };

/*
 * What is wrong with a canary in the reading of its directory, as "is not in
 * the directory"; NULL: it sings.  *group: the only group that is not to be
 * believed for it, or NO_GROUP: nothing is.  A disabled one does not count, a
 * member of a group inside its group does.
 */
const char *canary_silent(struct arena *a, const struct reading *r, const struct canary *c,
			  uint32_t *group);

#endif
