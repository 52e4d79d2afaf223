/* Rules, three-valued completeness, identity of groups. */
#include "tests/core/scenario.h"

static const struct scenario table[] = {
	/* ---- rules ---- */
	{"the first rule that names a role decides it, the first with a seat gives the place",
	 "rules: everybody -> seat; leads -> admin; staff -> member + seat\n"
	 "directory corp: ann@example.com in everybody, leads, staff\n",
	 "invite ann@example.com admin seat: is in everybody (rule 1): admin, with a seat"},
	{"the place in the queue is that of the first rule that grants a seat",
	 "platform: total 1\nrules: first -> seat; second -> seat; third -> seat\n"
	 "directory corp: ann@example.com in second; bob@example.com in first, third\n"
	 "memory: ann@example.com member waiting -9d; bob@example.com member\n"
	 "members: ann@example.com; bob@example.com\n",
	 "assign_seat bob@example.com: is in first (rule 1), which grants a seat\n"
	 "waiting assign_seat ann@example.com"},
	{"no rule names a role: member",
	 "rules: everybody -> access\ndirectory corp: ann@example.com in everybody\n",
	 "invite ann@example.com member"},
	{"except takes the match away",
	 "rules: staff -> member except suspended\n"
	 "directory corp: ann@example.com in staff, suspended; bob@example.com in staff\n",
	 "invite bob@example.com member"},
	{"except leaves the later rules",
	 "rules: staff -> admin except suspended; all -> member\n"
	 "directory corp: ann@example.com in staff, suspended, all\n",
	 "invite ann@example.com member: is in all (rule 2)"},
	{"require wants all of them",
	 "rules: staff -> member require trained require signed\n"
	 "directory corp: ann@example.com in staff, trained, signed; bob@example.com in staff, trained\n",
	 "invite ann@example.com member"},
	{"until: the rule ends with its last day",
	 "rules: staff -> member until 0\ndirectory corp: ann@example.com in staff\n", "status 0"},
	{"until: the last second of it counts",
	 "rules: staff -> member until +1s\ndirectory corp: ann@example.com in staff\n",
	 "invite ann@example.com member"},
	{"only in one directory",
	 "rules: staff -> member only corp\ndirectory corp: ann@example.com in staff\n"
	 "directory idp: bob@example.com in staff\n",
	 "invite ann@example.com member"},
	{"a glob, whatever the case",
	 "rules: team-* -> member\n"
	 "directory corp: ann@example.com in Team-A; bob@example.com in team-b; eve@example.com\n"
	 "directory corp: group Team-A\n",
	 "invite ann@example.com member\n invite bob@example.com member"},
	{"a DN, spaced and cased otherwise",
	 "rules: \"CN=staff, ou=Groups , dc=example\" -> member\n"
	 "directory corp: ann@example.com in staff; group staff dn \"cn=staff,ou=groups,dc=example\"\n",
	 "invite ann@example.com member"},
	{"nested groups, a diamond and a circle",
	 "rules: top -> member\n"
	 "directory corp: ann@example.com in low; bob@example.com in left\n"
	 "directory corp: group top holds left right; group left holds low\n"
	 "directory corp: group right holds low; group low holds top\n",
	 "invite ann@example.com member\n invite bob@example.com member"},
	{"a nested group alone gives nothing",
	 "rules: left -> member\n"
	 "directory corp: ann@example.com in top; bob@example.com in left; group top holds left\n",
	 "invite bob@example.com member"},

	/* ---- members that are nobody's ---- */
	{"contacts and computers are named and skipped, what does not exist is told; neither costs",
	 "rules: staff -> member; all -> member\n"
	 "directory corp: ann@example.com in staff; group all holds staff\n"
	 "directory corp: group staff strays 3 \"cn=pc1,dc=x\" \"cn=pc2,dc=x\"\n"
	 "memory: ann@example.com member\nmembers: ann@example.com\n",
	 "skipped cn=pc1,dc=x: is in the group staff and is a computer\n"
	 "skipped cn=pc2,dc=x: is in the group staff and is a computer\n"
	 "skipped cn=staff,ou=groups,dc=example: 1 more of its members are no people\n"
	 "status 0"},
	{"members that do not exist are told, each group once, and cost nothing",
	 "rules: staff -> member; all -> member\n"
	 "directory corp: ann@example.com in staff; group all holds staff\n"
	 "directory corp: group staff gone \"uid=x,dc=x\" \"uid=y,dc=x\"\n"
	 "memory: ann@example.com member\nmembers: ann@example.com\n",
	 "problem dangling corp/staff: 2 of its members do not exist: uid=x,dc=x, uid=y,dc=x\n"
	 "status 0"},
	{"eleven that do not exist: ten are named",
	 "rules: staff -> member\n"
	 "directory corp: ann@example.com in staff; group staff gone a b c d e f g h i j k\n"
	 "memory: ann@example.com member\nmembers: ann@example.com\n",
	 "problem dangling corp/staff: 11 of its members do not exist: a, b, c, d, e, f, g, h, i, j "
	 "and 1 more"},

	/* ---- what was not read whole ---- */
	{"a partial group: who is in is in, who was not seen is held",
	 "rules: staff -> member\n"
	 "directory corp: ann@example.com in staff; bob@example.com; group staff partial\n"
	 "memory: bob@example.com member\nmembers: bob@example.com admin seat\n",
	 "invite ann@example.com member\n"
	 "held incomplete revoke_token bob@example.com\n"
	 "held incomplete revoke_seat bob@example.com: group staff was not read whole\n"
	 "held incomplete set_role bob@example.com admin -> member\n"
	 "problem partial corp/staff\n"
	 "status 3\n incomplete\n memory bob@example.com !leaving !runs"},
	{"an unknown run neither counts nor resets",
	 "rules: staff -> member\n"
	 "directory corp: bob@example.com; group staff partial\n"
	 "memory: bob@example.com member leaving -30h\nmembers: bob@example.com\n",
	 "held incomplete remove_member bob@example.com\n problem partial corp/staff\n"
	 "memory bob@example.com leaving -30h runs 1"},
	{"not yet due: nothing to hold",
	 "rules: staff -> member\n"
	 "directory corp: bob@example.com; group staff partial\n"
	 "memory: bob@example.com member leaving -3h\nmembers: bob@example.com\n",
	 "problem partial corp/staff\n status 5\n memory bob@example.com leaving -3h runs 1"},
	{"a partial group inside counts for the outer",
	 "rules: staff -> member\n"
	 "directory corp: bob@example.com; group staff holds inner; group inner partial\n"
	 "memory: bob@example.com invited -1d\ninvitations: bob@example.com pending\n",
	 "held incomplete cancel_invitation bob@example.com: group inner was not read whole\n"
	 "problem partial corp/inner"},
	{"a partial group that no rule needs is only said",
	 "rules: staff -> member\n"
	 "directory corp: bob@example.com; zoe@example.com in staff; group other partial\n"
	 "memory: bob@example.com member leaving -2d; zoe@example.com member\n"
	 "members: bob@example.com; zoe@example.com\n",
	 "remove_member bob@example.com\n problem partial corp/other\n status 5\n complete"},
	{"D1: a directory that failed: nobody is lost for it",
	 "rules: staff -> member; analysts -> seat\n"
	 "directory corp failed:\ndirectory idp: eve@example.com in staff; group analysts\n"
	 "memory: ann@example.com of corp/ann member; bob@example.com of corp/bob invited -1d\n"
	 "members: ann@example.com seat\ninvitations: bob@example.com pending\n",
	 "invite eve@example.com member\n"
	 "held incomplete cancel_invitation bob@example.com: directory corp could not be read\n"
	 "held incomplete revoke_token ann@example.com\n held incomplete revoke_seat ann@example.com\n"
	 "skipped eve@example.com: a seat may be due\n"
	 "problem failed corp: the server went away\n incomplete"},
	{"a failed directory may have anybody, also who was never seen in it",
	 "rules: staff -> member\n"
	 "directory corp: ann@example.com; zoe@example.com in staff\ndirectory idp failed:\n"
	 "memory: ann@example.com member leaving -9d\nmembers: ann@example.com; zoe@example.com\n",
	 "held incomplete remove_member ann@example.com: directory idp could not be read\n"
	 "skipped zoe@example.com: is not adopted before all is read: directory idp\n problem failed idp"},
	{"a rule only for one directory does not care about the others",
	 "rules: staff -> member only corp\n"
	 "directory corp: ann@example.com; zoe@example.com in staff\ndirectory idp failed:\n"
	 "memory: ann@example.com member leaving -9d\nmembers: ann@example.com; zoe@example.com\n",
	 "remove_member ann@example.com\n skipped zoe@example.com: is not adopted\n problem failed idp"},
	{"a directory read in part: who is not there is unknown",
	 "rules: staff -> member\n"
	 "directory corp partial: zoe@example.com in staff\n"
	 "memory: ann@example.com member leaving -9d\nmembers: ann@example.com\n",
	 "invite zoe@example.com member\n"
	 "held incomplete remove_member ann@example.com: directory corp was not read whole\n"
	 "problem partial corp"},
	{"an empty directory is not complete",
	 "rules: staff -> member\ndirectory corp: group staff\n"
	 "memory: ann@example.com member leaving -9d\nmembers: ann@example.com\n",
	 "held incomplete remove_member ann@example.com: directory corp came back empty\n"
	 "problem partial corp: came back empty\n incomplete"},
	{"an empty directory is, when allowed",
	 "settings: allow_empty corp\nrules: staff -> member\ndirectory corp: group staff\n"
	 "memory: ann@example.com member leaving -9d\nmembers: ann@example.com\n",
	 "remove_member ann@example.com\n complete"},
	{"fewer than min_people is not complete",
	 "settings: min_people 2\nrules: staff -> member\n"
	 "directory corp: zoe@example.com in staff\n"
	 "memory: ann@example.com member leaving -9d; zoe@example.com member\n"
	 "members: ann@example.com; zoe@example.com\n",
	 "held incomplete remove_member ann@example.com: fewer than limits.min_people: 2\n"
	 "problem partial corp: has 1 person"},
	{"D10: a group that had members is empty: not complete",
	 "rules: staff -> member\ndirectory corp: ann@example.com; group staff\n"
	 "memory: group staff; ann@example.com member leaving -9d\nmembers: ann@example.com\n",
	 "held incomplete remove_member ann@example.com: group staff is empty and had members before\n"
	 "problem partial corp/staff: limits.allow_empty\n"
	 "group corp/staff g-staff for staff had-members"},
	{"D10: it is, when allowed",
	 "settings: allow_empty staff\n"
	 "rules: staff -> member\ndirectory corp: ann@example.com; group staff\n"
	 "memory: group staff; ann@example.com member leaving -9d\nmembers: ann@example.com\n",
	 "remove_member ann@example.com\n complete\n group corp/staff g-staff for staff !had-members"},
	{"a group made anew under its name, and empty: not complete either",
	 "rules: staff -> member\ndirectory corp: ann@example.com; group staff id g-new\n"
	 "memory: group staff; ann@example.com member leaving -9d\nmembers: ann@example.com\n",
	 "held incomplete remove_member ann@example.com\n problem partial corp/staff"},
	{"a group that was always empty gives nothing and holds nothing",
	 "rules: staff -> member\ndirectory corp: ann@example.com; group staff\n"
	 "memory: group staff empty; ann@example.com member leaving -9d\nmembers: ann@example.com\n",
	 "remove_member ann@example.com\n complete"},
	{"a group that is not found removes nobody",
	 "rules: stuff -> member\ndirectory corp: ann@example.com in staff; group staff\n"
	 "memory: ann@example.com member leaving -9d\nmembers: ann@example.com\n",
	 "held incomplete remove_member ann@example.com: group stuff was not found\n"
	 "problem failed /stuff: there is no such group"},
	{"an except that is not found gives nothing and takes nothing",
	 "rules: staff -> seat except nowhere\n"
	 "directory corp: ann@example.com in staff; bob@example.com in staff\n"
	 "memory: ann@example.com member\nmembers: ann@example.com seat\n",
	 "held incomplete revoke_token ann@example.com\n held incomplete revoke_seat ann@example.com\n"
	 "skipped bob@example.com: group nowhere was not found\n"
	 "problem failed /nowhere"},
	{"the same either way is done: an except that may apply, and a later rule",
	 "rules: staff -> member except odd; all -> member\n"
	 "directory corp: ann@example.com in staff, all; group odd partial\n",
	 "invite ann@example.com member: is in all (rule 2)\n problem partial corp/odd"},
	{"an earlier rule that may apply: the role that is certain, and no more",
	 "rules: leads -> admin; staff -> member\n"
	 "directory corp: ann@example.com in staff; bob@example.com in staff; group leads partial\n"
	 "memory: bob@example.com member\nmembers: bob@example.com\n",
	 "invite ann@example.com member\n skipped ann@example.com: a higher role may be due\n"
	 "skipped bob@example.com: a higher role may be due\n"
	 "problem partial corp/leads"},
	{"a role that may be lower is held",
	 "rules: leads -> admin; staff -> member\n"
	 "directory corp: bob@example.com in staff; group leads partial\n"
	 "memory: bob@example.com member\nmembers: bob@example.com admin\n",
	 "held incomplete set_role bob@example.com admin -> member: another role may be due\n"
	 "problem partial corp/leads"},
	{"a seat that may go is held, one that may come is not given",
	 "rules: staff -> member; users -> seat\n"
	 "directory corp: ann@example.com in staff; bob@example.com in staff; group users partial\n"
	 "memory: ann@example.com member; bob@example.com member waiting -3d\n"
	 "members: ann@example.com seat; bob@example.com\n",
	 "held incomplete revoke_seat ann@example.com: no seat may be due\n"
	 "skipped bob@example.com: a seat may be due\n problem partial corp/users\n"
	 "memory bob@example.com waiting -3d"},

	{"an alias may be another's, too, in a directory that was not read",
	 "rules: staff -> member\n"
	 "directory corp: ann@example.com alias ann@home.example in staff\ndirectory idp failed:\n"
	 "members: ann@home.example seat\n",
	 "skipped ann@example.com: may be the member ann@home.example by an alias; nobody can tell\n"
	 "problem failed idp"},

	/* ---- groups over time ---- */
	{"a group that matched a glob is gone by its id: not complete",
	 "rules: team-* -> member\n"
	 "directory corp: ann@example.com; bob@example.com in team-b; group team-b\n"
	 "memory: group team-a for team-*; group team-b for team-*\n"
	 "memory: ann@example.com member leaving -9d; bob@example.com member\n"
	 "members: ann@example.com; bob@example.com\n",
	 "held incomplete remove_member ann@example.com: group team-a is gone\n"
	 "problem failed corp/team-a: it matched team-* before and is gone\n"
	 "group corp/team-a g-team-a for team-* had-members"},
	{"a group that matched a glob is gone, and may be",
	 "settings: allow_empty team-a\nrules: team-* -> member\n"
	 "directory corp: ann@example.com; bob@example.com in team-b; group team-b\n"
	 "memory: group team-a for team-*; group team-b for team-*\n"
	 "memory: ann@example.com member leaving -9d; bob@example.com member\n"
	 "members: ann@example.com; bob@example.com\n",
	 "remove_member ann@example.com\n complete\n no group corp/team-a"},
	{"D5: a group that was renamed is followed by its id, and said",
	 "rules: staff -> member\n"
	 "directory corp: ann@example.com in crew; group crew id g-staff\n"
	 "memory: group staff; ann@example.com member\nmembers: ann@example.com\n",
	 "problem renamed corp/crew: it was staff when staff matched it\n"
	 "status 0\n complete\n group corp/crew g-staff for staff had-members"},
	{"D5: so is one that no longer fits the glob",
	 "rules: team-* -> member\n"
	 "directory corp: ann@example.com in crew; bob@example.com in team-b\n"
	 "directory corp: group crew id g-team-a; group team-b\n"
	 "memory: group team-a for team-*; ann@example.com member; bob@example.com member\n"
	 "members: ann@example.com; bob@example.com\n",
	 "problem renamed corp/crew\n status 0"},
	{"two groups of one name: neither is meant",
	 "rules: staff -> member\n"
	 "directory corp: ann@example.com in staff; bob@example.com; group staff; group staff\n"
	 "memory: bob@example.com member leaving -9d\nmembers: bob@example.com\n",
	 "held incomplete remove_member bob@example.com: group staff exists more than once\n"
	 "problem failed corp/staff: the name is borne by cn=staff,ou=1,dc=example and "
	 "cn=staff,ou=groups,dc=example"},
	{"one name in two directories is two groups",
	 "rules: staff -> member\ndirectory corp: ann@example.com in staff\n"
	 "directory idp: bob@example.com in staff\n",
	 "invite ann@example.com member\n invite bob@example.com member\n complete"},
	{"a group found in one directory needs none in the other",
	 "rules: staff -> member\ndirectory corp: ann@example.com in staff\n"
	 "directory idp: bob@example.com\nmemory: bob@example.com of idp/bob member leaving -9d\n"
	 "members: bob@example.com\n",
	 "remove_member bob@example.com\n invite ann@example.com member\n complete"},

	/* ---- the clock ---- */
	{"X6: off the platform's date: what is due by time alone does not happen",
	 "rules: staff -> member until -1d; other -> access\n"
	 "directory corp: ann@example.com in staff; zoe@example.com in other\n"
	 "platform: clock +11m\n"
	 "memory: bob@example.com member leaving -9d; ann@example.com member; zoe@example.com member\n"
	 "members: bob@example.com; ann@example.com admin; zoe@example.com\n",
	 "set_role ann@example.com admin -> member: is in staff\n problem clock: 660 seconds behind the platform's\n status 5\n"
	 "memory bob@example.com leaving -9d runs 2\n memory ann@example.com !leaving"},
	{"X6: ahead of the platform's date, too",
	 "rules: staff -> member\ndirectory corp: zoe@example.com in staff\n"
	 "platform: clock -11m\nmemory: bob@example.com member leaving -9d; zoe@example.com member\n"
	 "members: bob@example.com; zoe@example.com\n",
	 "problem clock: 660 seconds ahead of the platform's"},
	{"X6: ten minutes are no matter",
	 "rules: staff -> member\ndirectory corp: zoe@example.com in staff\n"
	 "platform: clock -10m\nmemory: bob@example.com member leaving -9d; zoe@example.com member\n"
	 "members: bob@example.com; zoe@example.com\n",
	 "remove_member bob@example.com"},
	{"X6: behind the state's last time, and no grace begins by such a clock",
	 "rules: staff -> member\ndirectory corp: zoe@example.com in staff\n"
	 "memory: last +2h; bob@example.com member; zoe@example.com invited -1d; eve@example.com "
	 "member leaving -9d\n"
	 "members: bob@example.com seat; eve@example.com\n",
	 "revoke_token bob@example.com\n revoke_seat bob@example.com\n"
	 "waiting invite zoe@example.com member: our invitation is gone\n"
	 "problem clock: behind what the state has seen\n"
	 "memory bob@example.com !leaving !runs\n memory zoe@example.com invited i-zoe !gone\n"
	 "memory eve@example.com leaving -9d"},
};

SCENARIOS(table)
