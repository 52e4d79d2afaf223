/* Several directories in one run, and files, which show nothing of their own end. */
#include "tests/core/scenario.h"

static const struct scenario table[] = {
	/* ---- a file with fewer people than before ---- */
	{"fewer than half of last time: not whole",
	 "rules: staff -> member\n"
	 "directory list unproven: ann@example.com in staff; eve@example.com in staff\n"
	 "memory: people 5; ann@example.com member; bob@example.com member leaving -9d\n"
	 "members: ann@example.com; bob@example.com\n",
	 "invite eve@example.com member\n"
	 "held incomplete remove_member bob@example.com: may have left; directory list has 2 people, "
	 "fewer than half of the 5 of last time\n"
	 "problem partial list: if that is right, put it into limits.allow_empty\n status 3\n"
	 "incomplete"},
	{"half of last time is enough",
	 "rules: staff -> member\n"
	 "directory list unproven: ann@example.com in staff; eve@example.com in staff\n"
	 "memory: people 4; ann@example.com member; bob@example.com member leaving -9d\n"
	 "members: ann@example.com; bob@example.com\n",
	 "remove_member bob@example.com\n invite eve@example.com member"},
	{"fewer than half, and allowed",
	 "settings: allow_empty list\nrules: staff -> member\n"
	 "directory list unproven: ann@example.com in staff\n"
	 "memory: people 50; ann@example.com member; bob@example.com member leaving -9d\n"
	 "members: ann@example.com; bob@example.com\n",
	 "remove_member bob@example.com"},
	{"what proves its own end may shrink",
	 "rules: staff -> member\n"
	 "directory corp: ann@example.com in staff\n"
	 "memory: people 50; ann@example.com member; bob@example.com member leaving -9d\n"
	 "members: ann@example.com; bob@example.com\n",
	 "remove_member bob@example.com"},
	{"the size of another directory says nothing",
	 "rules: staff -> member\n"
	 "directory list unproven: ann@example.com in staff\n directory corp: bob@example.com in staff\n"
	 "memory: people 50 of corp; ann@example.com member; bob@example.com of corp/bob member\n"
	 "members: ann@example.com; bob@example.com\n",
	 "status 0"},

	/* ---- several directories ---- */
	{"one e-mail in two directories: one person with what both give",
	 "rules: leads -> admin; staff -> seat\n"
	 "directory corp: ann@example.com in staff\n"
	 "directory list unproven: ANN@Example.com id 7 in leads\n",
	 "invite ann@example.com admin seat"},
	{"a group of one name in two directories",
	 "rules: staff -> member\n"
	 "directory corp: ann@example.com in staff\n directory list: bob@example.com in staff\n",
	 "invite ann@example.com member\n invite bob@example.com member"},
	{"a group that is in another directory only: an answer",
	 "rules: staff -> member\n"
	 "directory corp: ann@example.com in staff\n directory list: zoe@example.com\n"
	 "memory: ann@example.com member; bob@example.com of list/bob member leaving -9d\n"
	 "members: ann@example.com; bob@example.com\n",
	 "remove_member bob@example.com"},
	{"a group that had members here and is gone: no answer, there or not elsewhere",
	 "rules: staff -> member\n"
	 "directory corp: ann@example.com in staff\n directory list: zoe@example.com\n"
	 "memory: group staff of list; ann@example.com member\n"
	 "memory: bob@example.com of list/bob member leaving -9d\n"
	 "members: ann@example.com; bob@example.com\n",
	 "held incomplete remove_member bob@example.com: group staff is gone from directory list\n"
	 "problem failed list/staff: it had members here before and is gone"},
	{"a group that had members here and is gone, and may be",
	 "settings: allow_empty staff\nrules: staff -> member\n"
	 "directory corp: ann@example.com in staff\n directory list: zoe@example.com\n"
	 "memory: group staff of list; ann@example.com member\n"
	 "memory: bob@example.com of list/bob member leaving -9d\n"
	 "members: ann@example.com; bob@example.com\n",
	 "remove_member bob@example.com"},
	{"the last one has left the only group, and it may be empty",
	 "settings: allow_empty staff\nrules: staff -> member\n"
	 "directory list unproven: zoe@example.com\n"
	 "memory: group staff; bob@example.com member leaving -9d\nmembers: bob@example.com\n",
	 "remove_member bob@example.com"},
	{"a directory that failed holds what rests on it and nothing else",
	 "rules: leads -> admin only corp; staff -> member; crew -> seat only list\n"
	 "directory corp: ann@example.com in staff; group leads\n directory list failed:\n"
	 "memory: ann@example.com member\n"
	 "members: ann@example.com admin seat\n",
	 "set_role ann@example.com admin -> member\n"
	 "held incomplete revoke_seat ann@example.com: directory list could not be read\n"
	 "problem failed list"},
};

SCENARIOS(table)
