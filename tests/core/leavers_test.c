/* Leavers, limits over a day, the config's acceptance, holds and their release. */
#include "tests/core/scenario.h"

#define STAFF "rules: staff -> member + seat\ndirectory corp: zoe@example.com in staff\n"
#define BOB STAFF "members: bob@example.com seat; zoe@example.com seat\n" \
		  "memory: zoe@example.com member\n"
/* Six of ours leave, of eight. */
#define SIX STAFF "directory corp: yan@example.com in staff\n"                       \
	"memory: zoe@example.com member; yan@example.com member; a@example.com member\n" \
	"memory: b@example.com member; c@example.com member; d@example.com member\n"      \
	"memory: e@example.com member; f@example.com member\n"                            \
	"members: zoe@example.com seat; yan@example.com seat; a@example.com seat\n"      \
	"members: b@example.com seat; c@example.com seat; d@example.com seat\n"           \
	"members: e@example.com seat; f@example.com seat\n"
#define SIX_HELD(cause)                                                                    \
	"held " cause " revoke_token a@example.com\n held " cause " revoke_token b@example.com\n" \
	"held " cause " revoke_token c@example.com\n held " cause " revoke_token d@example.com\n" \
	"held " cause " revoke_token e@example.com\n held " cause " revoke_token f@example.com\n" \
	"held " cause " revoke_seat a@example.com\n held " cause " revoke_seat b@example.com\n"   \
	"held " cause " revoke_seat c@example.com\n held " cause " revoke_seat d@example.com\n"   \
	"held " cause " revoke_seat e@example.com\n held " cause " revoke_seat f@example.com\n"
#define SIX_DONE                                                                      \
	"revoke_token a@example.com\n revoke_token b@example.com\n revoke_token c@example.com\n" \
	"revoke_token d@example.com\n revoke_token e@example.com\n revoke_token f@example.com\n" \
	"revoke_seat a@example.com\n revoke_seat b@example.com\n revoke_seat c@example.com\n"    \
	"revoke_seat d@example.com\n revoke_seat e@example.com\n revoke_seat f@example.com\n"

static const struct scenario table[] = {
	/* ---- runs and grace ---- */
	{"the first run that sees it takes seat and token, and counts one",
	 BOB "memory: bob@example.com member\n",
	 "revoke_token bob@example.com\n revoke_seat bob@example.com: is in no directory any more\n"
	 "memory bob@example.com leaving 0s runs 1"},
	{"the grace is over, the runs are not",
	 STAFF "settings: runs 3\nmembers: bob@example.com; zoe@example.com seat\n"
	       "memory: zoe@example.com member; bob@example.com member leaving -9d\n",
	 "memory bob@example.com leaving -9d runs 2"},
	{"the runs are over, the grace is not",
	 STAFF "members: bob@example.com; zoe@example.com seat\n"
	       "memory: zoe@example.com member; bob@example.com member leaving -23h runs 20\n",
	 "memory bob@example.com runs 21"},
	{"the grace is over to the second",
	 STAFF "members: bob@example.com; zoe@example.com seat\n"
	       "memory: zoe@example.com member; bob@example.com member leaving -24h\n",
	 "remove_member bob@example.com"},
	{"a leaver waits for no seat any more",
	 STAFF "members: bob@example.com; zoe@example.com seat\n"
	       "memory: zoe@example.com member; bob@example.com member waiting -3d front\n",
	 "memory bob@example.com leaving 0s !waiting !front"},
	{"no grace and one run: all of it at once",
	 "settings: grace 0; runs 1\n" BOB "memory: bob@example.com member\n",
	 "revoke_token bob@example.com\n revoke_seat bob@example.com\n remove_member bob@example.com"},
	{"disabled: now",
	 STAFF "directory corp: bob@example.com disabled in staff\n"
	       "members: bob@example.com seat; zoe@example.com seat\n"
	       "memory: bob@example.com member; zoe@example.com member\n",
	 "revoke_token bob@example.com\n revoke_seat bob@example.com\n"
	 "remove_member bob@example.com: is disabled in the directory"},
	{"disabled: grace",
	 "settings: disabled grace\n" STAFF "directory corp: bob@example.com disabled in staff\n"
	 "members: bob@example.com seat; zoe@example.com seat\n"
	 "memory: bob@example.com member; zoe@example.com member\n",
	 "revoke_token bob@example.com\n revoke_seat bob@example.com\n"
	 "memory bob@example.com leaving 0s"},
	{"seat: keep, until the removal",
	 "settings: seat keep\n" BOB "memory: bob@example.com member\n",
	 "memory bob@example.com leaving 0s runs 1"},
	{"seat: keep, and the removal",
	 "settings: seat keep\n" BOB "memory: bob@example.com member leaving -2d\n",
	 "revoke_token bob@example.com\n revoke_seat bob@example.com\n remove_member bob@example.com"},
	{"remove: false leaves them without seat and role",
	 "settings: remove no\n" STAFF "members: bob@example.com admin seat; zoe@example.com seat\n"
	 "memory: zoe@example.com member; bob@example.com member leaving -9d\n",
	 "revoke_token bob@example.com\n revoke_seat bob@example.com\n"
	 "set_role bob@example.com admin -> member\n memory bob@example.com member m-bob !forget"},
	{"remove: false, and there is nothing left to take",
	 "settings: remove no\n" STAFF "members: bob@example.com; zoe@example.com seat\n"
	 "memory: zoe@example.com member; bob@example.com member leaving -9d\n",
	 "status 0"},
	{"back within the grace: cancelled, and first in the rule's queue",
	 "platform: total 1\nrules: staff -> seat\n"
	 "directory corp: ann@example.com in staff; bob@example.com in staff\n"
	 "members: ann@example.com; bob@example.com\n"
	 "memory: ann@example.com member waiting -3d; bob@example.com member leaving -5h runs 4\n",
	 "assign_seat bob@example.com\n waiting assign_seat ann@example.com\n"
	 "memory bob@example.com waiting 0s front !leaving !runs\n memory ann@example.com waiting -3d"},
	{"who came back waits in front, run after run",
	 "platform: total 0\nrules: staff -> seat\n"
	 "directory corp: ann@example.com in staff; bob@example.com in staff\n"
	 "members: ann@example.com; bob@example.com\n"
	 "memory: ann@example.com member waiting -3d; bob@example.com member waiting -1d front\n",
	 "waiting assign_seat bob@example.com\n waiting assign_seat ann@example.com\n"
	 "memory bob@example.com front"},
	{"a cancelled invitation has no grace, and the person is forgotten after it",
	 STAFF "memory: zoe@example.com member; bob@example.com\nmembers: zoe@example.com seat\n",
	 "memory bob@example.com forget"},

	/* ---- limits ---- */
	{"over removals: every loss of the run is held, the rest goes on",
	 "settings: removals 5\ndirectory corp: new@example.com in staff\n" SIX,
	 "invite new@example.com member seat\n" SIX_HELD("limit")
	 "status 3\n hold new limit a@example.com b@example.com c@example.com d@example.com "
	 "e@example.com f@example.com"},
	{"as many as removals allows", "settings: removals 6\n" SIX, SIX_DONE},
	{"removals 0 forbids every loss", "settings: removals 0\n" BOB "memory: bob@example.com member\n",
	 "held limit revoke_token bob@example.com\n held limit revoke_seat bob@example.com"},
	{"a small base: half of it", "settings: percent 10\n" SIX,
	 SIX_HELD("limit")},
	{"those who lost in the last 24 hours count",
	 "settings: removals 6\nmemory: lost x@example.com\n" SIX, SIX_HELD("limit")},
	{"each is counted once",
	 "settings: removals 6\nmemory: lost a@example.com; lost a@example.com\n" SIX, SIX_DONE},
	{"all of a base of two is too many, however few",
	 "settings: percent 10\n" STAFF "memory: a@example.com member; b@example.com member\n"
	 "members: a@example.com seat; b@example.com seat\n",
	 "invite zoe@example.com member seat\n"
	 "held limit revoke_token a@example.com\n held limit revoke_token b@example.com\n"
	 "held limit revoke_seat a@example.com\n held limit revoke_seat b@example.com: all 2 people"},
	{"all of a base of one is not",
	 "settings: percent 10\n" STAFF "memory: a@example.com member\nmembers: a@example.com seat\n",
	 "revoke_token a@example.com\n revoke_seat a@example.com\n invite zoe@example.com member seat"},
	{"three are always few, if not all",
	 "settings: percent 1\n" STAFF "memory: a@example.com member; b@example.com member; "
	 "c@example.com member; zoe@example.com member\n"
	 "members: a@example.com; b@example.com; c@example.com admin; zoe@example.com seat\n",
	 "set_role c@example.com admin -> member"},
	{"adopted members are of the base",
	 "settings: percent 10\n" STAFF "memory: a@example.com member\n"
	 "members: a@example.com seat; zoe@example.com seat\n",
	 "revoke_token a@example.com\n revoke_seat a@example.com\n adopted zoe@example.com"},
	{"manual work is no loss of ours",
	 "settings: removals 0; invitations manual\n" STAFF
	 "memory: zoe@example.com member; bob@example.com invited -1d\n"
	 "members: zoe@example.com seat\ninvitations: bob@example.com pending\n",
	 "manual cancel_invitation bob@example.com\n status 5"},

	/* ---- a config that nobody has accepted ---- */
	{"a new state: losses are held whatever their number",
	 "memory: config new\n" BOB "memory: bob@example.com member\n",
	 "held config revoke_token bob@example.com\n held config revoke_seat bob@example.com\n"
	 "unaccepted\n hold new config bob@example.com"},
	{"a changed config, too", "memory: config changed\n" BOB "memory: bob@example.com member\n",
	 "held config revoke_token bob@example.com\n held config revoke_seat bob@example.com\n unaccepted"},
	{"a complete run without losses accepts it",
	 "memory: config new\n" STAFF, "invite zoe@example.com member seat\n accepted"},
	{"one that is not complete does not",
	 "memory: config new\n" STAFF "directory corp: group other partial\nrules: other -> access\n",
	 "invite zoe@example.com member seat\n problem partial corp/other\n unaccepted"},
	{"released, the losses go; accepted it is by the next",
	 "memory: config new; hold h-1 config released -1h who bob@example.com\n"
	 BOB "memory: bob@example.com member\n",
	 "revoke_token bob@example.com\n revoke_seat bob@example.com\n unaccepted\n"
	 "hold h-1 config bob@example.com"},

	{"one that finds somebody within the grace does not: that loss is still to come",
	 "memory: config changed\n" STAFF "memory: zoe@example.com member; bob@example.com member\n"
	 "members: bob@example.com; zoe@example.com seat\n",
	 "memory bob@example.com leaving 0s runs 1\n unaccepted"},
	{"nor one that finds a seat kept until then",
	 "settings: remove no; seat keep\nmemory: config changed\n"
	 BOB "memory: bob@example.com member\n", "unaccepted"},
	{"one that finds them stay, with nothing left to lose, does",
	 "settings: remove no\nmemory: config changed\n" STAFF
	 "memory: zoe@example.com member; bob@example.com member\n"
	 "members: bob@example.com; zoe@example.com seat\n", "accepted"},
	{"so does one whose leavers are released to the end of their leaving",
	 "memory: config changed; hold h-1 config released -2h taken who bob@example.com\n" STAFF
	 "memory: zoe@example.com member; bob@example.com member leaving -2h\n"
	 "members: bob@example.com; zoe@example.com seat\n", "accepted\n hold h-1 config bob@example.com"},

	/* ---- holds ---- */
	{"a hold's id lasts, its people are held though the limit is not reached any more",
	 "memory: hold h-1 limit who bob@example.com eve@example.com\n"
	 BOB "memory: bob@example.com member\n",
	 "held limit revoke_token bob@example.com\n"
	 "held limit revoke_seat bob@example.com: it was held before and not released\n"
	 "hold h-1 limit bob@example.com\n no hold new"},
	{"others make another hold",
	 "settings: removals 1\nmemory: hold h-1 limit who bob@example.com; eve@example.com member\n"
	 "members: eve@example.com seat\n" BOB "memory: bob@example.com member\n",
	 "held limit revoke_token bob@example.com\n held limit revoke_token eve@example.com\n"
	 "held limit revoke_seat bob@example.com\n held limit revoke_seat eve@example.com\n"
	 "hold h-1 limit bob@example.com\n hold new limit eve@example.com"},
	{"who returns drops out, and the hold ends with the last",
	 "memory: hold h-1 limit who zoe@example.com\n" STAFF
	 "memory: zoe@example.com member\nmembers: zoe@example.com seat\n",
	 "no hold h-1"},
	{"nobody can tell: who is in a hold stays in it",
	 "memory: hold h-1 limit who bob@example.com\nrules: staff -> member\n"
	 "directory corp: bob@example.com; group staff partial\nmembers: bob@example.com seat\n"
	 "memory: bob@example.com member\n",
	 "held incomplete revoke_token bob@example.com\n held incomplete revoke_seat bob@example.com\n"
	 "problem partial corp/staff\n hold h-1 limit bob@example.com\n"
	 "hold new incomplete bob@example.com"},
	{"released: those of the hold, and no others",
	 "settings: removals 0\nmemory: hold h-1 limit released -23h who bob@example.com\n"
	 "memory: eve@example.com member\nmembers: eve@example.com seat\n"
	 BOB "memory: bob@example.com member\n",
	 "revoke_token bob@example.com\n revoke_seat bob@example.com\n"
	 "held limit revoke_token eve@example.com\n held limit revoke_seat eve@example.com\n"
	 "hold h-1 limit bob@example.com\n hold new limit eve@example.com"},
	{"a release that no run took in a day has gone",
	 "settings: removals 0\nmemory: hold h-1 limit released -24h who bob@example.com\n"
	 BOB "memory: bob@example.com member\n",
	 "held limit revoke_token bob@example.com\n held limit revoke_seat bob@example.com"},
	{"a release that was taken covers the leaving to its end",
	 "settings: removals 0\nmemory: hold h-1 limit released -9d taken who bob@example.com\n"
	 STAFF "memory: zoe@example.com member; bob@example.com member leaving -9d\n"
	 "members: bob@example.com; zoe@example.com seat\n",
	 "remove_member bob@example.com\n hold h-1 limit bob@example.com"},
	{"also through runs in which nothing is due",
	 "settings: removals 0\nmemory: hold h-1 limit released -2h taken who bob@example.com\n"
	 STAFF "memory: zoe@example.com member; bob@example.com member leaving -2h\n"
	 "members: bob@example.com; zoe@example.com seat\n",
	 "hold h-1 limit bob@example.com"},
	{"released ones are not counted",
	 "settings: removals 1\nmemory: hold h-1 limit released -1h who bob@example.com\n"
	 "memory: eve@example.com member\nmembers: eve@example.com seat\n"
	 BOB "memory: bob@example.com member\n",
	 "revoke_token bob@example.com\n revoke_token eve@example.com\n"
	 "revoke_seat bob@example.com\n revoke_seat eve@example.com"},
	{"what rests on an incomplete reading is not released",
	 "memory: hold h-1 limit released -1h who bob@example.com\nrules: staff -> member\n"
	 "directory corp: bob@example.com; group staff partial\nmembers: bob@example.com seat\n"
	 "memory: bob@example.com member\n",
	 "held incomplete revoke_token bob@example.com\n held incomplete revoke_seat bob@example.com\n"
	 "problem partial corp/staff\n hold h-1 limit bob@example.com"},
};

SCENARIOS(table)
