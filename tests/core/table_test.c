/* The decision table, cell by cell: what the organization has against what the rules give. */
#include "tests/core/scenario.h"

#define CORP "rules: staff -> member; analysts -> seat\n"
#define IN_STAFF CORP "directory corp: ann@example.com in staff; group analysts\n"
#define IN_ANALYSTS CORP "directory corp: ann@example.com in analysts; group staff\n"
#define IN_NOTHING CORP "directory corp: ann@example.com; zoe@example.com in staff; group analysts\n" \
			"memory: zoe@example.com member\nmembers: zoe@example.com\n"

static const struct scenario table[] = {
	/* ---- the organization has nothing ---- */
	{"nothing, entitled: invite", IN_STAFF,
	 "invite ann@example.com member: is in staff (rule 1): member\n"
	 "status 2\n complete\n accepted\n"
	 "memory ann@example.com new attempts 0 of corp/ann"},
	{"nothing, entitled with a seat: invite, when one is allotted",
	 IN_ANALYSTS "platform: total 1\n",
	 "invite ann@example.com member seat: is in analysts (rule 2): member, with a seat\n"
	 "seats total 1 assigned 0 reserved 0 free 1 waiting 0 after 0 reserved 1 free 0"},
	{"nothing, entitled with a seat: waits when none is free",
	 IN_ANALYSTS "platform: total 0\n",
	 "waiting invite ann@example.com member seat: no seat is free\n"
	 "status 0\n seats total 0 waiting 1\n memory ann@example.com new waiting 0s"},
	{"nothing, entitled: waits when the quota is used", IN_STAFF "memory: mails 50\n",
	 "waiting invite ann@example.com member: invitations.per_day: 50\n status 0"},
	{"nothing, not entitled", IN_NOTHING, "status 0\n no memory ann@example.com"},

	/* ---- an invitation is open ---- */
	{"open, entitled: wait",
	 IN_STAFF "memory: ann@example.com invited -1d\ninvitations: ann@example.com pending\n",
	 "status 0\n memory ann@example.com invited i-ann attempts 1"},
	{"open, not entitled: cancel",
	 IN_NOTHING "memory: ann@example.com invited -1d\ninvitations: ann@example.com pending\n",
	 "cancel_invitation ann@example.com: is in no group that a rule names"},
	{"open, gone from the directory: cancel",
	 IN_NOTHING "memory: bob@example.com invited -1d\ninvitations: bob@example.com pending\n",
	 "cancel_invitation bob@example.com: is in no directory any more"},
	{"open, disabled: cancel",
	 CORP "directory corp: ann@example.com disabled in staff; group analysts\n"
	      "memory: ann@example.com invited -1d\ninvitations: ann@example.com pending\n",
	 "cancel_invitation ann@example.com: is disabled in the directory"},

	/* ---- an invitation is expired ---- */
	{"expired, entitled: reissue",
	 IN_STAFF "memory: ann@example.com invited -8d\ninvitations: ann@example.com expired\n",
	 "reissue_invitation ann@example.com member: expired and was not accepted"},
	{"expired, entitled, attempts used: parked",
	 IN_STAFF "memory: ann@example.com invited -8d attempts 3\n"
		  "invitations: ann@example.com expired\n",
	 "problem parked corp: was invited 3 times without accepting\n status 5\n"
	 "memory ann@example.com attempts 3 parked attempts"},
	{"expired, entitled with a seat: waits for one",
	 IN_ANALYSTS "platform: total 0\nmemory: ann@example.com invited -8d\n"
		     "invitations: ann@example.com expired\n",
	 "waiting reissue_invitation ann@example.com member seat: no seat is free"},
	{"expired, entitled: waits for the quota",
	 IN_STAFF "memory: mails 50; ann@example.com invited -8d\n"
		  "invitations: ann@example.com expired\n",
	 "waiting reissue_invitation ann@example.com member: per_day"},
	{"expired, not entitled: cancelled, no loss",
	 IN_NOTHING "settings: removals 0\nmemory: ann@example.com invited -8d\n"
		    "invitations: ann@example.com expired\n",
	 "cancel_invitation ann@example.com"},
	{"expired, not entitled, no call: not even manual",
	 IN_NOTHING "settings: invitations manual\nmemory: ann@example.com invited -8d\n"
		    "invitations: ann@example.com expired\n",
	 "status 0\n memory ann@example.com forget"},

	/* ---- an invitation was accepted, and there is no such member ---- */
	{"accepted, no member, entitled: parked and reported",
	 IN_STAFF "memory: ann@example.com invited -2d\ninvitations: ann@example.com accepted\n",
	 "problem parked corp: accepted the invitation, and no member has the address\n"
	 "status 5\n memory ann@example.com parked elsewhere"},
	{"accepted, no member, an alias cures it",
	 CORP "directory corp: ann@example.com alias ann@home.example in staff; group analysts\n"
	      "memory: ann@example.com invited -2d parked elsewhere\n"
	      "invitations: ann@example.com accepted\nmembers: ann@home.example\n",
	 "status 0\n memory ann@home.example member m-ann !parked"},
	{"accepted, no member, not entitled: forget",
	 IN_NOTHING "memory: ann@example.com invited -2d\ninvitations: ann@example.com accepted\n",
	 "memory ann@example.com forget"},

	/* ---- our invitation is gone, not by us, and there is no member ---- */
	{"gone, entitled: waits for the grace",
	 IN_STAFF "memory: ann@example.com invited -2d\n",
	 "waiting invite ann@example.com member: our invitation is gone\n"
	 "status 0\n memory ann@example.com invited i-ann attempts 1 gone 0s"},
	{"gone, entitled, after the grace: as nothing, attempts counted",
	 IN_STAFF "memory: ann@example.com invited -3d gone -24h\n",
	 "invite ann@example.com member\n memory ann@example.com attempts 1 !gone"},
	{"gone, entitled, before the end of the grace",
	 IN_STAFF "memory: ann@example.com invited -3d gone -23h\n",
	 "waiting invite ann@example.com member: our invitation is gone\n status 0"},
	{"gone, entitled, attempts used: parked",
	 IN_STAFF "memory: ann@example.com invited -3d gone -2d attempts 3\n",
	 "problem parked corp: was invited 3 times\n memory ann@example.com parked attempts"},
	{"gone, not entitled: forget",
	 IN_NOTHING "memory: ann@example.com invited -3d gone -1h\n",
	 "memory ann@example.com forget"},
	{"declined: as gone", IN_STAFF "memory: ann@example.com invited -2d\n"
				       "invitations: ann@example.com removed\n",
	 "waiting invite ann@example.com member: our invitation is gone\n"
	 "status 0\n memory ann@example.com gone 0s"},

	/* ---- was a member, gone by another's hand ---- */
	{"member gone by another's hand, entitled: parked and reported",
	 IN_STAFF "memory: ann@example.com member\n",
	 "problem parked corp: removed by another's hand\n"
	 "status 5\n memory ann@example.com member m-ann parked removed"},
	{"member gone by another's hand, not entitled: forget",
	 IN_NOTHING "memory: ann@example.com member\n", "memory ann@example.com forget"},

	/* ---- a member without a seat ---- */
	{"member, entitled: agrees",
	 IN_STAFF "memory: ann@example.com member\nmembers: ann@example.com\n", "status 0"},
	{"member, wants a seat: assign",
	 IN_ANALYSTS "platform: total 1\nmemory: ann@example.com member\n"
		     "members: ann@example.com\n",
	 "assign_seat ann@example.com: is in analysts (rule 2), which grants a seat"},
	{"member, wants a seat, none free: waits",
	 IN_ANALYSTS "platform: total 0\nmemory: ann@example.com member\n"
		     "members: ann@example.com\n",
	 "waiting assign_seat ann@example.com: no seat is free\n status 0"},
	{"member, role differs: set_role up",
	 "rules: staff -> admin\ndirectory corp: ann@example.com in staff\n"
	 "memory: ann@example.com member\nmembers: ann@example.com\n",
	 "set_role ann@example.com member -> admin: is in staff (rule 1), which gives admin"},
	{"member, role differs: set_role down",
	 IN_STAFF "memory: ann@example.com member\nmembers: ann@example.com admin\n",
	 "set_role ann@example.com admin -> member: is in staff (rule 1), which gives member"},
	{"member without a seat, leaver: role at once",
	 IN_NOTHING "memory: ann@example.com member\nmembers: ann@example.com admin\n",
	 "set_role ann@example.com admin -> member: is in no group that a rule names\n"
	 "memory ann@example.com leaving 0s runs 1"},
	{"member without a seat, leaver: removed after the grace",
	 IN_NOTHING "memory: ann@example.com member leaving -25h\nmembers: ann@example.com\n",
	 "remove_member ann@example.com\n memory ann@example.com runs 2"},

	/* ---- a member with a seat ---- */
	{"member with a seat, entitled: agrees",
	 IN_ANALYSTS "memory: ann@example.com member\nmembers: ann@example.com seat\n", "status 0"},
	{"member with a seat, no rule grants one: revoke",
	 IN_STAFF "memory: ann@example.com member\nmembers: ann@example.com seat\n",
	 "revoke_seat ann@example.com: no rule that matches grants a seat"},
	{"member with a seat, role differs: set_role",
	 IN_ANALYSTS "memory: ann@example.com member\nmembers: ann@example.com admin seat\n",
	 "set_role ann@example.com admin -> member: no rule that matches names a role"},
	{"member with a seat, leaver: token, seat, role at once",
	 IN_NOTHING "memory: ann@example.com member\nmembers: ann@example.com admin seat\n",
	 "revoke_token ann@example.com\n revoke_seat ann@example.com\n"
	 "set_role ann@example.com admin -> member\n memory ann@example.com leaving 0s runs 1"},
	{"member with a seat, leaver after the grace: all of it",
	 IN_NOTHING "memory: ann@example.com member leaving -2d\nmembers: ann@example.com admin seat\n",
	 "revoke_token ann@example.com\n revoke_seat ann@example.com\n remove_member ann@example.com"},
	{"P: a role that we do not know is left alone",
	 IN_STAFF "memory: ann@example.com member\nmembers: ann@example.com odd\n", "status 0"},

	/* ---- the order of a run ---- */
	{"cancel, tokens, seats, removals, demotions; seats, promotions, invitations and reissues",
	 "rules: leads -> admin; staff -> member + seat; guests -> member\n"
	 "directory corp: a@example.com in leads; b@example.com in staff; c@example.com in guests\n"
	 "directory corp: d@example.com in guests; f@example.com in guests; g@example.com in guests\n"
	 "memory: a@example.com member; b@example.com member; c@example.com member; f@example.com invited -9d\n"
	 "memory: e@example.com member leaving -9d; h@example.com invited -1d; g@example.com member\n"
	 "members: a@example.com; b@example.com; c@example.com admin; e@example.com seat; g@example.com seat\n"
	 "invitations: f@example.com expired; h@example.com pending\n",
	 "cancel_invitation h@example.com\n revoke_token e@example.com\n revoke_seat e@example.com\n"
	 "revoke_seat g@example.com\n remove_member e@example.com\n"
	 "set_role c@example.com admin -> member\n assign_seat b@example.com\n"
	 "set_role a@example.com member -> admin\n invite d@example.com member\n"
	 "reissue_invitation f@example.com member"},

	/* ---- several at once ---- */
	{"member before open: the invitation is cancelled, no loss",
	 IN_STAFF "settings: removals 0\nmemory: ann@example.com member invited -1d\n"
		  "members: ann@example.com\ninvitations: ann@example.com pending\n",
	 "cancel_invitation ann@example.com: the person is a member already"},
	{"open before expired: waits for the open one, adopted",
	 IN_STAFF "memory: ann@example.com invited -8d\n"
		  "invitations: ann@example.com expired; ann@example.com pending id i-2\n",
	 "adopted ann@example.com\n status 0\n memory ann@example.com invited i-2"},
	{"every other open invitation is cancelled, no loss",
	 IN_STAFF "settings: removals 0\nmemory: ann@example.com invited -1d\n"
		  "invitations: ann@example.com pending; ann@example.com pending id i-2\n",
	 "cancel_invitation ann@example.com: more than one invitation\n"
	 "memory ann@example.com invited i-ann"},
};

SCENARIOS(table)
