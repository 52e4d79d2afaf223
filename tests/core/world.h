/*
 * world.h - a world for the core, written in the words of an administrator.
 *
 *	struct scene s;
 *	scene_make(&s, "directory corp: alice@example.com in leads; bob@example.com disabled\n"
 *		       "rules: leads -> admin + seat\n"
 *		       "members: alice@example.com member seat\n");
 *	plan_make(&plan, &s.arena, &s.world);
 *	scene_free(&s);
 *
 * A line is `section: item; item`.  Words stand apart by spaces and commas;
 * "..." is one word.  What is not understood fails the test, and so does a
 * group that nobody declares and no rule names.  `1..60 p#@example.com in staff`
 * is sixty items, with their numbers for #.
 *
 * directory NAME [partial|failed|unproven]:
 *	EMAIL [id X] [place -] [disabled] [alias A]... [in GROUP...]   - for no e-mail
 *	group NAME [id X] [dn X|-] [partial|failed] [holds GROUP...|gone DN...|strays N DN...]
 *	The id is the e-mail's local part, a group's "g-NAME".
 * rules:
 *	GROUP -> [access|ROLE] [+ seat] [only DIRECTORY] [except G]... [require G]... [until TIME]
 *	`access` names no role.
 * members:
 *	EMAIL [ROLE|odd] [seat] [id X] [token STATE] [ends TIME]
 *	id: m-LOCAL, role: member; STATE: as in agent/model.h, unread if nothing is said
 * invitations:
 *	EMAIL pending|expired|accepted|removed [ROLE|hidden] [sent TIME|-] [expires TIME|-] [id X]
 *	id: i-LOCAL, role: member; pending: -1d to +6d, expired: -8d to -1d
 * memory:
 *	EMAIL [of DIRECTORY/ID]... [unlinked] [member] [id MEMBER] [invited TIME] [inv ID|-]
 *	      [to EMAIL] [unending]
 *	      [role ROLE] [attempts N] [parked WHY] [leaving TIME] [runs N] [waiting TIME] [front]
 *	      [gone TIME] [tried ROLE] [forgotten]
 *	      [token STATE] [ours] [ends TIME] [seen TIME] [tokens N] [mailed TIME]
 *	One account.  Linked to FIRST-DIRECTORY/LOCAL, if nothing else is said;
 *	`member`: m-LOCAL; `invited`: i-LOCAL is ours, sent then, one attempt.  `to`: where it
 *	went, if not to the account's e-mail; `unending`: nobody said when it expires.
 *	config new|changed  mails N  last TIME  learnt N [left N]  told N  fresh  restored
 *	trial begun|passed|failed EMAIL                        the first that add_user made
 *	adopt EMAIL  lost EMAIL
 *	removed EMAIL                                          in the order of their bytes
 *	group NAME [of DIRECTORY] [id X] [for SELECTOR] [empty]
 *	people N [of DIRECTORY]                                in its last whole reading
 *	hold ID CAUSE [made TIME] [released TIME] [taken] [keeps LOSS] who EMAIL...
 *	LOSS: as in agent/model.h; if nothing is said, any
 *	unknown KIND EMAIL TIME
 *	redone KIND EMAIL N [ROLE]                             within 7 days
 *	refused KIND EMAIL N [role ROLE] [since TIME] [at TIME]
 *		[of ADDRESS] [saying WORDS]                    in a row; since: -2h, at: -1h
 * platform:
 *	total N  assigned N  unlisted  clock TIME  self X
 * settings:
 *	per_day N  attempts N  lifetime TIME  reissue expired|never|TIME  total N  reserve N
 *	seat revoke|keep  disabled now|grace  remove yes|no  grace TIME  runs N  adopt matched|none
 *	removals N  percent N  min_admins N  min_people N  allow_empty X  domain X  protect X
 *	invitations api|manual|add_user|onboard  roles api|manual  no_call KIND
 *	tokens mailed|unmailed  token_lifetime TIME
 *	canary EMAIL|ID [of DIRECTORY] [in GROUP]              of corp, if nothing else is said
 *	As the product's defaults, but percent 100, min_admins 0 and no domain,
 *	so that a scenario needs only the people it is about.
 *
 * TIME is relative to now: -30h, +6d, -90m, 0.
 */
#ifndef SEATSYNC_TESTS_WORLD_H
#define SEATSYNC_TESTS_WORLD_H

#include "agent/plan.h"

enum { SCENE_NOW = 1800014400 }; /* 2027-01-15 12:00 UTC */

struct scene {
	struct arena arena;
	struct policy policy;
	struct reading *readings;
	struct organization organization;
	struct known known;
	struct world world;
	const char *const *refuses; /* whom the platform gives nothing (after.h); NULL: nobody */
};

void scene_make(struct scene *s, const char *text);
void scene_free(struct scene *s);

#endif
