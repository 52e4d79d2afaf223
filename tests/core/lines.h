/*
 * lines.h - a plan in lines, to be read and compared.
 *
 * The lists, in the plan's own order, always compared whole:
 *	invite bob@example.com member [seat] [after N]       N: the action it needs, from 1
 *	reissue_invitation bob@example.com member [seat]
 *	set_role bob@example.com admin -> member
 *	issue_token bob@example.com [renewal] [after N]
 *	KIND bob@example.com                                 every other action
 *	held CAUSE ACTION      waiting ACTION      manual ACTION
 *	adopted WHO     unmanaged WHO     skipped WHO        an e-mail, else a DN
 *	problem STATE [DIRECTORY[/GROUP]]
 *	unread N                                             members whose tokens are to be asked for
 * An expected line may go on with ": text": then reason, why, "rule GROUP" or
 * "invitation ID" must contain it.
 *
 * Facts, compared where a scenario expects them:
 *	status N     complete | incomplete     accepted | unaccepted
 *	seats total N assigned N reserved N free N waiting N after N reserved N free N
 *	over N                                               refusals that count no longer
 *	trial begun|passed|failed EMAIL                          `no trial`: none yet
 *	hold ID CAUSE WHO...                                 a new one's id reads `new`
 *	directory NAME STATE people N groups N unwhole N why: ...
 *	group DIRECTORY/NAME ID for SELECTOR [had-members]
 *	memory EMAIL [new] [adopted] [forget] [forgotten] [member ID]
 *		[invited ID EMAIL ROLE [sent TIME] [ends TIME]]
 *		attempts N [parked WHY] [leaving TIME runs N] [waiting TIME] [front] [gone TIME]
 *		[tried ROLE] [token STATE [ours] [ends TIME] [seen TIME]] [tokens N mailed TIME]
 *		[of DIRECTORY/ID]... decides: ...
 *	no WORD ...                                          no fact begins like this
 * An expected fact gives some of the words, in that order; `!word` must be missing.
 */
#ifndef SEATSYNC_TESTS_LINES_H
#define SEATSYNC_TESTS_LINES_H

#include <stdio.h>

#include "agent/plan.h"

void plan_lists_write(FILE *f, const struct plan *plan);
void plan_facts_write(FILE *f, const struct plan *plan);

/* Every field, for comparing two plans byte by byte; in `a`. */
const char *plan_text(struct arena *a, const struct plan *plan);

/* True when the plan is as the expected lines say; else shows both and where they part. */
bool plan_agrees(struct arena *a, const struct plan *plan, const char *expected);

#endif
