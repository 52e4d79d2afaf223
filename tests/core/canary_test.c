/* Fault D20: people who must always be there, and are not. */
#include "tests/core/scenario.h"

/* Bob has left, by what is read; Eve came. */
#define LEAVES                                                                                     \
	"rules: staff -> member\n"                                                                 \
	"memory: bob@example.com member leaving -9d\nmembers: bob@example.com\n"
#define GOES "remove_member bob@example.com\n invite eve@example.com member\n"
#define STAYS                                                                                      \
	"invite eve@example.com member\n held incomplete remove_member bob@example.com: may have " \
	"left; directory corp: the canary "

static const struct scenario table[] = {
	/* ---- in the directory ---- */
	{"fault D20: it is there: who left may go",
	 "settings: canary eve@example.com\n directory corp: eve@example.com in staff\n" LEAVES,
	 GOES},
	{"fault D20: it is not there: losses are held, adds go on",
	 "settings: canary cid@example.com\n directory corp: eve@example.com in staff\n" LEAVES,
	 STAYS
	 "cid@example.com is not in the directory\n"
	 "problem partial corp: the canary cid@example.com is not in the directory; before that "
	 "is put right nobody loses anything\n status 3\n incomplete"},
	{"it is not there, and nothing is to be lost: degraded, not held",
	 "rules: staff -> member\n settings: canary cid@example.com\n"
	 "directory corp: eve@example.com in staff\n memory: eve@example.com member\n"
	 "members: eve@example.com\n",
	 "problem partial corp\n status 5\n incomplete"},
	{"its address is compared as addresses are",
	 "settings: canary EVE@Example.com\n directory corp: eve@example.com in staff\n" LEAVES,
	 GOES},
	{"known by an alias",
	 "settings: canary e@example.com\n"
	 "directory corp: eve@example.com alias x@example.com alias e@example.com in "
	 "staff\n" LEAVES,
	 GOES},
	{"an alias of somebody else",
	 "settings: canary e@example.com\n"
	 "directory corp: eve@example.com alias x@example.com in staff\n" LEAVES,
	 STAYS "e@example.com is not in the directory\n problem partial corp"},
	{"known by its id, whatever its address",
	 "settings: canary 4711\n directory corp: eve@example.com id 4711 in staff\n" LEAVES, GOES},
	{"an id is no address",
	 "settings: canary 4711\n"
	 "directory corp: eve@example.com alias e@example.com in staff; - id 4712\n" LEAVES,
	 STAYS "4711 is not in the directory\n problem partial corp\n"},
	{"disabled is not there",
	 "settings: canary cid@example.com\n"
	 "directory corp: eve@example.com in staff; cid@example.com disabled\n" LEAVES,
	 STAYS "cid@example.com is disabled\n problem partial corp: is disabled"},
	{"disabled, and made anew: there",
	 "settings: canary cid@example.com\n directory corp: eve@example.com in staff; "
	 "cid@example.com id 1 disabled; cid@example.com id 2\n" LEAVES,
	 GOES},
	{"two of them, and both are missing: both are told",
	 "settings: canary cid@example.com; canary dan@example.com\n"
	 "directory corp: eve@example.com in staff\n" LEAVES,
	 STAYS "dan@example.com\n problem partial corp: the canary cid@example.com\n"
	       "problem partial corp: the canary dan@example.com"},
	{"that it may be empty does not mean that canaries may be missing",
	 "settings: canary cid@example.com; allow_empty corp\n"
	 "directory corp: eve@example.com in staff\n" LEAVES,
	 STAYS "cid@example.com\n problem partial corp"},
	{"a directory that failed says nothing of its canary",
	 "settings: canary cid@example.com\n directory corp failed:\n"
	 "directory list: eve@example.com in staff\n" LEAVES,
	 "invite eve@example.com member\n held incomplete remove_member bob@example.com: directory "
	 "corp could not be read\n problem failed corp\n"},
	{"one that is partial lacks it, too: both are told",
	 "settings: canary cid@example.com\n directory corp partial: eve@example.com in "
	 "staff\n" LEAVES,
	 STAYS
	 "cid@example.com\n problem partial corp: the canary\n problem partial corp: the server"},
	{"another directory is believed",
	 "settings: canary cid@example.com of list\n"
	 "directory corp: eve@example.com in staff\n directory list: ann@example.com\n" LEAVES,
	 "invite eve@example.com member\n held incomplete remove_member bob@example.com: directory "
	 "list: the canary\n problem partial list"},
	{"what rests on another directory alone goes on",
	 "rules: staff -> member only corp\n settings: canary cid@example.com of list\n"
	 "directory corp: zoe@example.com in staff\n directory list: ann@example.com\n"
	 "memory: bob@example.com member leaving -9d; zoe@example.com member\n"
	 "members: bob@example.com; zoe@example.com\n",
	 "remove_member bob@example.com\n problem partial list\n incomplete"},

	/* ---- not even what it shows is believed, where that takes something away ---- */
	{"who is disabled there may not be",
	 "rules: staff -> member\n settings: canary cid@example.com\n"
	 "directory corp: bob@example.com disabled; group staff\n"
	 "memory: bob@example.com member\n members: bob@example.com seat\n",
	 "held incomplete revoke_token bob@example.com\n held incomplete revoke_seat "
	 "bob@example.com: "
	 "may have left; directory corp: the canary\n problem partial corp\n"
	 "memory bob@example.com !leaving"},
	{"who is disabled elsewhere is",
	 "rules: staff -> member only corp\n settings: canary cid@example.com of list\n"
	 "directory corp: bob@example.com disabled; ann@example.com in staff\n"
	 "directory list: ann@example.com\n"
	 "memory: ann@example.com member; bob@example.com member\n"
	 "members: ann@example.com; bob@example.com\n",
	 "remove_member bob@example.com\n problem partial list\n"},
	{"a canary that is there does not make a partial directory stranger than it is",
	 "rules: staff -> member\n settings: canary cid@example.com\n"
	 "directory corp partial: bob@example.com disabled; cid@example.com; group staff\n"
	 "memory: bob@example.com member\n members: bob@example.com\n",
	 "remove_member bob@example.com: is disabled in the directory\n problem partial corp\n"},
	{"who has no e-mail there is skipped as ever",
	 "rules: staff -> member\n settings: canary cid@example.com\n"
	 "directory corp: - id bob in staff\n"
	 "memory: bob@example.com member leaving -9d\n members: bob@example.com\n",
	 "skipped bob@example.com: has no e-mail address\n problem partial corp\n"
	 "memory bob@example.com !leaving"},
	{"who is excepted by it may not be",
	 "rules: staff -> member except bad\n settings: canary cid@example.com\n"
	 "directory corp: bob@example.com in staff bad\n"
	 "memory: bob@example.com member leaving -9d\n members: bob@example.com\n",
	 "held incomplete remove_member bob@example.com\n problem partial corp\n"},
	{"whose seat is excepted by it may have it",
	 "rules: staff -> member; staff -> seat except bad\n settings: canary cid@example.com\n"
	 "directory corp: bob@example.com in staff bad\n"
	 "memory: bob@example.com member\n members: bob@example.com seat\n",
	 "held incomplete revoke_seat bob@example.com: no seat may be due; directory corp: the "
	 "canary\n"
	 "problem partial corp\n"},
	{"a smaller role by an earlier rule",
	 "rules: guests -> member; leads -> admin\n settings: canary cid@example.com\n"
	 "directory corp: bob@example.com in guests leads\n"
	 "memory: bob@example.com member\n members: bob@example.com admin\n",
	 "held incomplete set_role bob@example.com admin -> member: directory corp: the canary\n"
	 "problem partial corp\n"},
	{"a role that is smaller by one, by an earlier rule",
	 "rules: guests -> member; money -> billing_manager\n settings: canary cid@example.com\n"
	 "directory corp: bob@example.com in guests money\n"
	 "memory: bob@example.com member\n members: bob@example.com billing_manager\n",
	 "held incomplete set_role bob@example.com billing_manager -> member\n problem partial corp\n"},
	{"a greater role by an earlier rule",
	 "rules: leads -> admin; guests -> member\n settings: canary cid@example.com\n"
	 "directory corp: bob@example.com in guests leads\n"
	 "memory: bob@example.com member\n members: bob@example.com\n",
	 "set_role bob@example.com member -> admin\n problem partial corp\n"},
	{"a greater role where one that is greater still may be due",
	 "rules: money -> billing_manager; leads -> admin\n settings: canary cid@example.com\n"
	 "directory corp: bob@example.com in money; group leads\n"
	 "memory: bob@example.com member\n members: bob@example.com\n",
	 "set_role bob@example.com member -> billing_manager\n problem partial corp\n"},
	{"a smaller role that no rule could exceed",
	 "rules: guests -> member only list; leads -> admin\n settings: canary cid@example.com\n"
	 "directory corp: zoe@example.com; group leads\n directory list: bob@example.com in "
	 "guests\n"
	 "memory: bob@example.com of list/bob member\n members: bob@example.com admin\n",
	 "set_role bob@example.com admin -> member\n problem partial corp\n"},
	{"an invitation for a greater role is left as it is",
	 "rules: guests -> member; leads -> admin\n settings: canary cid@example.com\n"
	 "directory corp: bob@example.com in guests leads\n"
	 "memory: bob@example.com invited -1d role admin\n invitations: bob@example.com pending "
	 "admin\n",
	 "problem partial corp\n"},
	{"an invitation for a smaller role is made anew",
	 "rules: leads -> admin; guests -> member\n settings: canary cid@example.com\n"
	 "directory corp: bob@example.com in guests leads\n"
	 "memory: bob@example.com invited -1d\n invitations: bob@example.com pending member\n",
	 "cancel_invitation bob@example.com\n invite bob@example.com admin after 1\n problem "
	 "partial corp\n"},

	/* ---- in a group ---- */
	{"in its group",
	 "settings: canary eve@example.com in staff\n directory corp: eve@example.com in "
	 "staff\n" LEAVES,
	 GOES},
	{"in a group inside its group, and circles end",
	 "settings: canary cid@example.com in staff\n directory corp: eve@example.com in staff; "
	 "cid@example.com in inner; group staff holds inner; group inner holds staff\n" LEAVES,
	 "remove_member bob@example.com\n invite cid@example.com member\n"
	 "invite eve@example.com member\n"},
	{"there, and not in its group: the group is not believed",
	 "settings: canary cid@example.com in staff\n"
	 "directory corp: eve@example.com in staff; cid@example.com\n" LEAVES,
	 STAYS "cid@example.com is not in the group staff\n"
	       "problem partial corp/staff: the canary cid@example.com is not in the group staff; "
	       "before\n"
	       "status 3\n incomplete"},
	{"two are missing from one group",
	 "settings: canary cid@example.com in staff; canary dan@example.com in staff\n"
	 "directory corp: eve@example.com in staff; cid@example.com; dan@example.com\n" LEAVES,
	 STAYS "dan@example.com is not in the group staff\n"
	       "problem partial corp/staff: cid@example.com\n problem partial corp/staff: "
	       "dan@example.com"},
	{"only its disabled twin is in the group",
	 "settings: canary cid@example.com in staff\n directory corp: eve@example.com in staff; "
	 "cid@example.com id 1; cid@example.com id 2 disabled in staff\n" LEAVES,
	 STAYS "cid@example.com is not in the group staff\n problem partial corp/staff"},
	{"other groups are believed",
	 "rules: staff -> member; crew -> seat\n settings: canary zoe@example.com in staff\n"
	 "directory corp: zoe@example.com; bob@example.com in staff; group crew\n"
	 "memory: bob@example.com member\n members: bob@example.com seat\n",
	 "revoke_seat bob@example.com\n problem partial corp/staff\n"},
	{"a group that holds it is not believed, either",
	 "rules: all -> member\n settings: canary zoe@example.com in staff\n"
	 "directory corp: zoe@example.com; eve@example.com in all; group all holds staff; group "
	 "staff\n"
	 "memory: bob@example.com member leaving -9d\n members: bob@example.com\n",
	 STAYS "zoe@example.com is not in the group staff\n problem partial corp/staff\n"},
	{"who is excepted by the group without it may not be",
	 "rules: staff -> member except bad\n settings: canary zoe@example.com in bad\n"
	 "directory corp: bob@example.com in staff bad; zoe@example.com\n"
	 "memory: bob@example.com member leaving -9d\n members: bob@example.com\n",
	 "held incomplete remove_member bob@example.com\n problem partial corp/bad"},
	{"no such group: then nothing here is believed",
	 "settings: canary eve@example.com in trained\n"
	 "directory corp: eve@example.com in staff; group staff\n" LEAVES,
	 STAYS "eve@example.com has no group trained to be in\n problem partial corp"},
	{"several such groups: then nothing here is believed",
	 "settings: canary eve@example.com in trained\n directory corp: eve@example.com in staff "
	 "trained; group trained; group trained\n" LEAVES,
	 STAYS
	 "eve@example.com may be in any of several groups named trained\n problem partial corp"},
	{"of two groups the one that is meant by its id",
	 "settings: canary eve@example.com in g-1\n directory corp: eve@example.com in staff one; "
	 "group g-1 id x; group one id g-1; group g-1 id y\n" LEAVES,
	 GOES},
	{"in no group that a rule names",
	 "settings: canary cid@example.com in trained\n directory corp: eve@example.com in staff; "
	 "cid@example.com; group trained\n" LEAVES,
	 "remove_member bob@example.com\n invite eve@example.com member\n"
	 "problem partial corp/trained\n complete"},
};

SCENARIOS(table)
