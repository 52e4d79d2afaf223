/* The administrators' floor. */
#include "tests/core/scenario.h"

#define TWO "settings: min_admins 2\nrules: leads -> admin; money -> billing_manager; staff -> member\n"

static const struct scenario table[] = {
	{"never fewer than min_admins",
	 TWO "directory corp: ann@example.com in leads; bob@example.com in staff; group money\n"
	     "memory: ann@example.com member; bob@example.com member\n"
	     "members: ann@example.com admin; bob@example.com admin\n",
	 "held floor set_role bob@example.com admin -> member: fewer than 2\n status 3\n"
	 "hold new floor bob@example.com"},
	{"every member with the role counts, managed or not",
	 TWO "directory corp: ann@example.com in leads; bob@example.com in staff; group money\n"
	     "memory: ann@example.com member; bob@example.com member\n"
	     "members: ann@example.com admin; bob@example.com admin; x@other.example admin\n",
	 "set_role bob@example.com admin -> member\n unmanaged x@other.example"},
	{"a deleted account does not count",
	 TWO "directory corp: ann@example.com in leads; bob@example.com in staff; group money\n"
	     "memory: ann@example.com member; bob@example.com member\n"
	     "members: ann@example.com admin; bob@example.com admin; x@anonym.ized admin\n",
	 "held floor set_role bob@example.com admin -> member\n unmanaged x@anonym.ized"},
	{"disabled first, then leavers, then demotions, each by e-mail",
	 TWO "directory corp: ann@example.com in staff; bob@example.com in staff; cid@example.com\n"
	     "directory corp: dan@example.com disabled; eve@example.com in leads; group money\n"
	     "memory: ann@example.com member; bob@example.com member; cid@example.com member\n"
	     "memory: dan@example.com member; eve@example.com member\n"
	     "members: ann@example.com admin; bob@example.com admin; cid@example.com admin\n"
	     "members: dan@example.com admin; eve@example.com admin\n",
	 "remove_member dan@example.com\n set_role ann@example.com admin -> member\n"
	 "set_role cid@example.com admin -> member\n"
	 "held floor set_role bob@example.com admin -> member"},
	{"only one may go: the disabled one",
	 "settings: min_admins 2\nrules: leads -> admin; staff -> member\n"
	 "directory corp: ann@example.com; zoe@example.com disabled; eve@example.com in leads; group staff\n"
	 "memory: ann@example.com member; zoe@example.com member; eve@example.com member\n"
	 "members: ann@example.com admin; zoe@example.com admin; eve@example.com admin\n",
	 "remove_member zoe@example.com\n held floor set_role ann@example.com admin -> member"},
	{"only one may go: the leaver",
	 "settings: min_admins 2\nrules: leads -> admin; staff -> member\n"
	 "directory corp: ann@example.com in staff; zoe@example.com; eve@example.com in leads\n"
	 "memory: ann@example.com member; zoe@example.com member; eve@example.com member\n"
	 "members: ann@example.com admin; zoe@example.com admin; eve@example.com admin\n",
	 "set_role zoe@example.com admin -> member\n held floor set_role ann@example.com admin -> member"},
	{"a promotion of this run makes room, and comes first",
	 TWO "directory corp: ann@example.com in leads; bob@example.com in staff; cid@example.com in leads\n"
	     "directory corp: group money\n"
	     "memory: ann@example.com member; bob@example.com member; cid@example.com member\n"
	     "members: ann@example.com admin; bob@example.com admin; cid@example.com\n",
	 "set_role cid@example.com member -> admin\n set_role bob@example.com admin -> member after 1"},
	{"a promotion that only fills the gap makes no room",
	 TWO "directory corp: bob@example.com in staff; cid@example.com in leads; group money\n"
	     "memory: bob@example.com member; cid@example.com member\n"
	     "members: bob@example.com admin; cid@example.com\n",
	 "set_role cid@example.com member -> admin\n"
	 "held floor set_role bob@example.com admin -> member"},
	{"a removal is a loss of the role, too; the seat goes all the same",
	 TWO "directory corp: ann@example.com in leads; bob@example.com disabled; group money; group staff\n"
	     "memory: ann@example.com member; bob@example.com member\n"
	     "members: ann@example.com admin; bob@example.com admin seat\n",
	 "revoke_token bob@example.com\n revoke_seat bob@example.com\n"
	 "held floor remove_member bob@example.com"},
	{"never without the last billing manager",
	 "settings: min_admins 0\nrules: money -> billing_manager; staff -> member\n"
	 "directory corp: ann@example.com in staff; group money\n"
	 "memory: ann@example.com member\nmembers: ann@example.com billing_manager\n",
	 "held floor set_role ann@example.com billing_manager -> member: no billing manager would be left"},
	{"another billing manager of this run lets the last go, though he comes down to it",
	 "settings: min_admins 0\nrules: money -> billing_manager; staff -> member\n"
	 "directory corp: ann@example.com in staff; bob@example.com in money\n"
	 "memory: ann@example.com member; bob@example.com member\n"
	 "members: ann@example.com billing_manager; bob@example.com admin\n",
	 "set_role bob@example.com admin -> billing_manager\n"
	 "set_role ann@example.com billing_manager -> member after 1"},
	{"the last billing manager becomes an administrator only after another came",
	 "settings: min_admins 0\nrules: leads -> admin; money -> billing_manager\n"
	 "directory corp: ann@example.com in leads; bob@example.com in money\n"
	 "memory: ann@example.com member; bob@example.com member\n"
	 "members: ann@example.com billing_manager; bob@example.com\n",
	 "set_role bob@example.com member -> billing_manager\n"
	 "set_role ann@example.com billing_manager -> admin after 1"},
	{"two who would change places, and neither can go first: both are held",
	 "settings: min_admins 1\nrules: leads -> admin; money -> billing_manager\n"
	 "directory corp: ann@example.com in leads; bob@example.com in money\n"
	 "memory: ann@example.com member; bob@example.com member\n"
	 "members: ann@example.com billing_manager; bob@example.com admin\n",
	 "held floor set_role bob@example.com admin -> billing_manager: fewer than 1 administrators\n"
	 "held floor set_role ann@example.com billing_manager -> admin: no billing manager would be left"},
	{"what needs a promotion that is held is held, too",
	 "settings: min_admins 0; removals 0\nrules: money -> billing_manager; staff -> member\n"
	 "directory corp: ann@example.com in leads; bob@example.com in money; group staff\n"
	 "rules: leads -> admin\n"
	 "memory: ann@example.com member; bob@example.com member\n"
	 "members: ann@example.com billing_manager; bob@example.com admin\n",
	 "held limit set_role bob@example.com admin -> billing_manager\n"
	 "held floor set_role ann@example.com billing_manager -> admin"},
	{"one after the other, each after the one it needs",
	 "settings: min_admins 1\nrules: leads -> admin; money -> billing_manager; staff -> member\n"
	 "directory corp: ann@example.com in staff; bob@example.com in money; cid@example.com in leads\n"
	 "memory: ann@example.com member; bob@example.com member; cid@example.com member\n"
	 "members: ann@example.com billing_manager; bob@example.com admin; cid@example.com\n",
	 "set_role cid@example.com member -> admin\n"
	 "set_role bob@example.com admin -> billing_manager after 1\n"
	 "set_role ann@example.com billing_manager -> member after 2"},
	{"the floor cannot be released",
	 "memory: hold h-1 floor released -1h who bob@example.com\n"
	 TWO "directory corp: ann@example.com in leads; bob@example.com in staff; group money\n"
	     "memory: ann@example.com member; bob@example.com member\n"
	     "members: ann@example.com admin; bob@example.com admin\n",
	 "held floor set_role bob@example.com admin -> member"},
	{"what the floor holds does not count for the limits",
	 "settings: removals 1\n"
	 TWO "directory corp: ann@example.com in leads; bob@example.com in staff; cid@example.com in staff\n"
	     "directory corp: group money\n"
	     "memory: ann@example.com member; bob@example.com member; cid@example.com member\n"
	     "members: ann@example.com admin; bob@example.com admin; cid@example.com seat\n",
	 "revoke_seat cid@example.com\n held floor set_role bob@example.com admin -> member"},
	{"roles: manual: the floor holds for the worklist, too",
	 "settings: roles manual\n"
	 TWO "directory corp: ann@example.com in leads; bob@example.com in staff; group money\n"
	     "memory: ann@example.com member; bob@example.com member\n"
	     "members: ann@example.com admin; bob@example.com admin\n",
	 "held floor set_role bob@example.com admin -> member"},
};

SCENARIOS(table)
