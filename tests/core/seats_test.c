/* Seats, the queue, the quota, invitations over time, manual work. */
#include "tests/core/scenario.h"

#define SEATS "rules: leads -> seat; staff -> seat; guests -> member\n"

static const struct scenario table[] = {
	/* ---- free seats ---- */
	{"free = total - assigned - reserved - reserve",
	 "settings: reserve 1\nplatform: total 6\n" SEATS
	 "directory corp: ann@example.com in staff; bob@example.com in staff; cid@example.com in staff\n"
	 "directory corp: group leads; group guests\n"
	 "memory: ann@example.com member; bob@example.com invited -1d; cid@example.com member\n"
	 "members: ann@example.com seat; cid@example.com; x@other.example seat\n"
	 "invitations: bob@example.com pending\n",
	 "assign_seat cid@example.com\n unmanaged x@other.example\n"
	 "seats total 6 assigned 2 reserved 1 free 2 waiting 0 after 3 reserved 1 free 1"},
	{"the platform's counter of assigned seats is believed when it is higher",
	 "platform: total 5; assigned 5\n" SEATS "directory corp: ann@example.com in staff\n"
	 "directory corp: group leads; group guests\nmemory: ann@example.com member\n"
	 "members: ann@example.com\n",
	 "waiting assign_seat ann@example.com: no seat is free\n seats total 5 assigned 5"},
	{"the configured total wins over the counter",
	 "settings: total 1\nplatform: total 9\n" SEATS
	 "directory corp: ann@example.com in staff; bob@example.com in staff; group leads; group guests\n",
	 "invite ann@example.com member seat\n waiting invite bob@example.com member seat"},
	{"a total that was learnt",
	 "memory: learnt 1\n" SEATS
	 "directory corp: ann@example.com in staff; bob@example.com in staff; group leads; group guests\n"
	 "memory: ann@example.com member\nmembers: ann@example.com seat\n",
	 "waiting invite bob@example.com member seat\n seats total 1 assigned 1 reserved 0 free 0"},
	{"a total that was learnt is not known any more when a seat is seen freed: they try at once",
	 "memory: learnt 2\n" SEATS
	 "directory corp: ann@example.com in staff; bob@example.com in staff; cid@example.com in staff; "
	 "group leads; group guests\n"
	 "memory: ann@example.com member; bob@example.com member; cid@example.com member\n"
	 "members: ann@example.com seat; bob@example.com; cid@example.com\n",
	 "assign_seat bob@example.com\n assign_seat cid@example.com\n seats total -1 assigned 1 free -1"},
	{"a total that was learnt stays known when we freed a seat ourselves",
	 "memory: learnt 2 left 1\n" SEATS
	 "directory corp: ann@example.com in staff; bob@example.com in staff; cid@example.com in staff; "
	 "group leads; group guests\n"
	 "memory: ann@example.com member; bob@example.com member; cid@example.com member\n"
	 "members: ann@example.com seat; bob@example.com; cid@example.com\n",
	 "assign_seat bob@example.com\n waiting assign_seat cid@example.com\n"
	 "seats total 2 assigned 1 free 1"},
	{"the total is not known: enough",
	 SEATS "directory corp: ann@example.com in staff; bob@example.com in staff; group leads; group guests\n",
	 "invite ann@example.com member seat\n invite bob@example.com member seat\n seats total -1 free -1"},
	{"the pool shrank below its use: nobody is evicted, none is shown below 0",
	 "platform: total 1\n" SEATS
	 "directory corp: ann@example.com in staff; bob@example.com in staff; cid@example.com in leads; "
	 "group guests\n"
	 "memory: ann@example.com member; bob@example.com member; cid@example.com member\n"
	 "members: ann@example.com seat; bob@example.com seat; cid@example.com\n",
	 "waiting assign_seat cid@example.com\n"
	 "problem overdrawn: 2 seats are assigned and there are only 1; nobody loses one for it\n"
	 "status 5\n seats total 1 assigned 2 free 0 free 0"},
	{"a seat freed while the pool is overdrawn is not given away",
	 "platform: total 1\n" SEATS
	 "directory corp: ann@example.com in guests; bob@example.com in staff; cid@example.com in leads\n"
	 "memory: ann@example.com member; bob@example.com member; cid@example.com member\n"
	 "members: ann@example.com seat; bob@example.com seat; cid@example.com\n",
	 "revoke_seat ann@example.com\n waiting assign_seat cid@example.com\n problem overdrawn"},
	{"a total that was only learnt is nobody's word: nothing is said",
	 "memory: learnt 1\n" SEATS
	 "directory corp: ann@example.com in staff; bob@example.com in staff; group leads; group guests\n"
	 "memory: ann@example.com member; bob@example.com member\n"
	 "members: ann@example.com seat; bob@example.com seat\n",
	 "status 0\n seats total 1 assigned 2"},
	{"a seat freed in this run is spent in this run",
	 "platform: total 1\n" SEATS
	 "directory corp: ann@example.com in guests; cid@example.com in leads; group staff\n"
	 "memory: ann@example.com member; cid@example.com member\n"
	 "members: ann@example.com seat; cid@example.com\n",
	 "revoke_seat ann@example.com\n assign_seat cid@example.com\n"
	 "seats total 1 assigned 1 reserved 0 free 0 waiting 0 after 1 reserved 0 free 0"},
	{"a seat that is held back is not spent",
	 "settings: removals 0\nplatform: total 1\n" SEATS
	 "directory corp: ann@example.com in guests; cid@example.com in leads; group staff\n"
	 "memory: ann@example.com member; cid@example.com member\n"
	 "members: ann@example.com seat; cid@example.com\n",
	 "held limit revoke_seat ann@example.com\n waiting assign_seat cid@example.com"},
	{"a leaver's open invitation reserves none any more",
	 "platform: total 1\n" SEATS
	 "directory corp: ann@example.com; cid@example.com in leads; group staff; group guests\n"
	 "memory: ann@example.com invited -1d; cid@example.com member\n"
	 "members: cid@example.com\ninvitations: ann@example.com pending\n",
	 "cancel_invitation ann@example.com\n assign_seat cid@example.com"},
	{"two invitations of one person reserve one seat",
	 "platform: total 2\n" SEATS
	 "directory corp: ann@example.com in staff; cid@example.com in leads; group guests\n"
	 "memory: ann@example.com invited -1d; cid@example.com member\nmembers: cid@example.com\n"
	 "invitations: ann@example.com pending; ann@example.com pending id i-2\n",
	 "cancel_invitation ann@example.com\n assign_seat cid@example.com\n seats total 2 reserved 1"},
	{"who gets nothing from us reserves nothing",
	 "settings: protect ann@example.com\nplatform: total 1\n" SEATS
	 "directory corp: ann@example.com in staff; cid@example.com in leads; group guests\n"
	 "memory: ann@example.com invited -1d; cid@example.com member\n"
	 "members: cid@example.com\ninvitations: ann@example.com pending\n",
	 "assign_seat cid@example.com\n skipped ann@example.com\n seats total 1 assigned 0 reserved 0"},

	/* ---- the queue ---- */
	{"the order: rule, waiting since, e-mail",
	 "platform: total 3\n" SEATS
	 "directory corp: ann@example.com in staff; bob@example.com in staff; cid@example.com in staff\n"
	 "directory corp: dan@example.com in leads; group guests\n"
	 "memory: ann@example.com member waiting -1d; bob@example.com member waiting -2d\n"
	 "memory: cid@example.com member waiting -1d; dan@example.com member\n"
	 "members: ann@example.com; bob@example.com; cid@example.com; dan@example.com\n",
	 "assign_seat dan@example.com\n assign_seat bob@example.com\n assign_seat ann@example.com\n"
	 "waiting assign_seat cid@example.com"},
	{"who cannot take one now is passed over and keeps the place",
	 "platform: total 1\nmemory: mails 50\n" SEATS
	 "directory corp: ann@example.com in leads; bob@example.com in staff; group guests\n"
	 "memory: ann@example.com waiting -9d; bob@example.com member\nmembers: bob@example.com\n",
	 "assign_seat bob@example.com\n waiting invite ann@example.com member seat: per_day\n"
	 "memory ann@example.com waiting -9d"},
	{"parked keeps the place, too",
	 "platform: total 0\n" SEATS
	 "directory corp: ann@example.com in leads; group staff; group guests\n"
	 "memory: ann@example.com invited -9d attempts 3 waiting -9d\n"
	 "invitations: ann@example.com expired\n",
	 "problem parked corp\n memory ann@example.com waiting -9d"},
	{"members and invitations stand in one queue",
	 "platform: total 1\n" SEATS
	 "directory corp: ann@example.com in staff; bob@example.com in staff; group leads; group guests\n"
	 "memory: ann@example.com member waiting -1d; bob@example.com waiting -2d\n"
	 "members: ann@example.com\n",
	 "invite bob@example.com member seat\n waiting assign_seat ann@example.com"},
	{"assignments come before promotions and invitations",
	 "rules: leads -> admin + seat\n"
	 "directory corp: ann@example.com in leads; bob@example.com in leads\n"
	 "memory: bob@example.com member\nmembers: bob@example.com\n",
	 "assign_seat bob@example.com\n set_role bob@example.com member -> admin\n"
	 "invite ann@example.com admin seat"},

	/* ---- the quota and the attempts ---- */
	{"per_day counts what was sent in the last 24 hours",
	 "settings: per_day 2\nmemory: mails 1\n" SEATS
	 "directory corp: ann@example.com in guests; bob@example.com in guests; group leads; group staff\n",
	 "invite ann@example.com member\n waiting invite bob@example.com member"},
	{"reissues count, too",
	 "settings: per_day 1\nrules: staff -> member\n"
	 "directory corp: ann@example.com in staff; bob@example.com in staff\n"
	 "memory: bob@example.com invited -9d\ninvitations: bob@example.com expired\n",
	 "invite ann@example.com member\n waiting reissue_invitation bob@example.com member"},
	{"attempts counts the first, too",
	 "settings: attempts 1\nrules: staff -> member\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -9d\ninvitations: bob@example.com expired\n",
	 "problem parked corp: invited 1 time \n memory bob@example.com parked attempts"},
	{"adopt unparks and starts anew",
	 "rules: staff -> member\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -9d attempts 3 parked attempts; adopt bob@example.com\n"
	 "invitations: bob@example.com expired\n",
	 "reissue_invitation bob@example.com member\n memory bob@example.com attempts 0 !parked"},
	{"adopt unparks who was removed by another's hand",
	 "rules: staff -> member\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com member parked removed attempts 1; adopt bob@example.com\n",
	 "invite bob@example.com member\n memory bob@example.com !m-bob attempts 0 !parked"},
	{"adopt unparks who accepted elsewhere",
	 "rules: staff -> member\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -3d parked elsewhere; adopt bob@example.com\n"
	 "invitations: bob@example.com accepted\n",
	 "invite bob@example.com member\n memory bob@example.com !invited attempts 0 !parked"},
	{"a new address unparks",
	 "rules: staff -> member\ndirectory corp: bob.new@example.com id bob in staff\n"
	 "memory: bob@example.com member parked removed attempts 1\n",
	 "invite bob.new@example.com member\n memory bob.new@example.com attempts 0 !parked"},
	{"a member under an older address, removed by another's hand: parked",
	 "rules: staff -> member\ndirectory corp: bob.new@example.com id bob in staff\n"
	 "memory: bob@example.com member\n",
	 "problem parked corp\n memory bob.new@example.com member m-bob parked removed"},
	{"a new entitlement after a leave unparks",
	 "rules: staff -> member\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com member parked removed attempts 3 leaving -2d\n",
	 "invite bob@example.com member\n memory bob@example.com attempts 0 !parked !leaving"},
	{"who accepted elsewhere stays parked when the list forgets it",
	 "rules: staff -> member\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -30d parked elsewhere\n",
	 "problem parked corp: accepted the invitation\n memory bob@example.com parked elsewhere"},
	{"more attempts allowed: not parked any more",
	 "settings: attempts 4\nrules: staff -> member\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -9d attempts 3 parked attempts\n"
	 "invitations: bob@example.com expired\n",
	 "reissue_invitation bob@example.com member\n memory bob@example.com !parked"},

	/* ---- reissue ---- */
	{"reissue: never parks",
	 "settings: reissue never\nrules: staff -> member\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -9d\ninvitations: bob@example.com expired\n",
	 "problem parked corp: invitations.reissue is never"},
	{"reissue: before it expires",
	 "settings: reissue 24h\nrules: staff -> member\n"
	 "directory corp: ann@example.com in staff; bob@example.com in staff\n"
	 "memory: bob@example.com invited -6d; ann@example.com invited -5d\n"
	 "invitations: bob@example.com pending sent -6d expires +1d; "
	 "ann@example.com pending sent -5d expires +2d\n",
	 "reissue_invitation bob@example.com member: expires soon"},
	{"reissue before it expires: not when the attempts are used, and not parked yet",
	 "settings: reissue 24h\nrules: staff -> member\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -6d attempts 3\n"
	 "invitations: bob@example.com pending sent -6d expires +1h\n",
	 "status 0\n memory bob@example.com !parked"},
	{"expired ones that the platform hides are reissued",
	 "rules: staff -> member\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -8d\n",
	 "reissue_invitation bob@example.com member\n memory bob@example.com invited i-bob"},
	{"the platform's status is believed over the clock",
	 "rules: staff -> member\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -8d\n"
	 "invitations: bob@example.com pending sent -8d expires -1d\n",
	 "status 0"},

	/* ---- cancel and invite ---- */
	{"a higher role: one unit, no loss, keeping its seat",
	 "settings: removals 0\nplatform: total 1\nrules: staff -> admin + seat\n"
	 "directory corp: bob@example.com in staff\nmemory: bob@example.com invited -1d\n"
	 "invitations: bob@example.com pending\n",
	 "cancel_invitation bob@example.com: the invitation is for member; is in staff (rule 1), which "
	 "gives admin\n invite bob@example.com admin seat after 1\n"
	 "seats total 1 assigned 0 reserved 1 free 0 waiting 0 after 0 reserved 1 free 0\n"
	 "memory bob@example.com attempts 1 tried admin"},
	{"a lower role is a loss: both are held, or neither",
	 "settings: removals 0\nrules: staff -> member\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -1d role admin\n"
	 "invitations: bob@example.com pending admin\n",
	 "held limit cancel_invitation bob@example.com\n held limit invite bob@example.com member\n"
	 "memory bob@example.com invited i-bob bob@example.com admin !tried"},
	{"only with quota left, and not taken for tried",
	 "memory: mails 50\nrules: staff -> admin\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -1d\ninvitations: bob@example.com pending\n",
	 "waiting invite bob@example.com admin: per_day\n memory bob@example.com !tried"},
	{"a role that stays wrong after one try is left",
	 "rules: staff -> admin\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -1d attempts 2 tried admin\n"
	 "invitations: bob@example.com pending\n",
	 "status 0"},
	{"a role that the platform does not show is not wrong",
	 "rules: staff -> admin\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -1d\ninvitations: bob@example.com pending hidden\n",
	 "status 0"},
	{"the attempts are used: the wrong role stays",
	 "rules: staff -> admin\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com invited -1d attempts 3\ninvitations: bob@example.com pending\n",
	 "status 0"},
	{"an address that is none of the person's any more",
	 "rules: staff -> member\ndirectory corp: bob.new@example.com id bob in staff\n"
	 "memory: bob@example.com invited -1d attempts 3\ninvitations: bob@example.com pending\n",
	 "cancel_invitation bob@example.com: no address of the person any more\n"
	 "invite bob.new@example.com member after 1\n memory bob.new@example.com attempts 0"},
	{"an address that is an alias now is right",
	 "rules: staff -> member\n"
	 "directory corp: bob.new@example.com id bob alias bob@example.com in staff\n"
	 "memory: bob@example.com invited -1d\ninvitations: bob@example.com pending\n",
	 "status 0"},
	{"an old address, and a role that nobody can tell: the new address, the least role",
	 "rules: leads -> admin; staff -> member\n"
	 "directory corp: bob.new@example.com id bob in staff; group leads partial\n"
	 "memory: bob@example.com invited -9d\ninvitations: bob@example.com expired admin\n",
	 "cancel_invitation bob@example.com\n invite bob.new@example.com member after 1\n"
	 "skipped bob.new@example.com: a higher role may be due\n problem partial corp/leads"},
	{"an expired invitation to an old address",
	 "rules: staff -> member\ndirectory corp: bob.new@example.com id bob in staff\n"
	 "memory: bob@example.com invited -9d attempts 3\ninvitations: bob@example.com expired\n",
	 "cancel_invitation bob@example.com\n invite bob.new@example.com member after 1"},

	/* ---- unknown outcomes, lists that are not there ---- */
	{"an unknown outcome is not repeated",
	 "rules: staff -> member\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com; unknown invite bob@example.com -1h\n",
	 "problem unknown corp: outcome is not known\n status 5"},
	{"an unknown outcome counts no longer when the person leaves",
	 "rules: staff -> member\ndirectory corp: bob@example.com; zoe@example.com in staff\n"
	 "memory: zoe@example.com member; bob@example.com; unknown invite bob@example.com -1h\n"
	 "members: zoe@example.com\n",
	 "memory bob@example.com forget"},
	{"not listed: what we sent is open until it expires",
	 "platform: unlisted\nrules: staff -> member\n"
	 "directory corp: ann@example.com in staff; bob@example.com in staff\n"
	 "memory: ann@example.com invited -6d; bob@example.com invited -8d\n",
	 "reissue_invitation bob@example.com member\n memory ann@example.com invited i-ann"},
	{"not listed: an unknown one is not repeated before lifetime",
	 "platform: unlisted\nrules: staff -> member\n"
	 "directory corp: ann@example.com in staff; bob@example.com in staff\n"
	 "memory: ann@example.com; bob@example.com\n"
	 "memory: unknown invite ann@example.com -6d; unknown invite bob@example.com -7d\n",
	 "invite bob@example.com member\n problem unknown corp: ann@example.com"},
	{"not listed and a new state: none is sent, all are manual",
	 "platform: unlisted\nmemory: fresh; config new\nrules: staff -> member\n"
	 "directory corp: ann@example.com in staff\n",
	 "manual invite ann@example.com member: the state is new\n status 5\n"
	 "memory ann@example.com new invited - attempts 0"},
	{"not listed: who was on the worklist is not invited another way before lifetime",
	 "platform: unlisted\nrules: staff -> member\n"
	 "directory corp: ann@example.com in staff; bob@example.com in staff\n"
	 "memory: ann@example.com invited -6d inv - attempts 0; bob@example.com invited -8d inv - attempts 0\n",
	 "invite bob@example.com member\n memory ann@example.com invited - attempts 0"},
	{"not listed: the worklist stays as it is until it is done",
	 "platform: unlisted\nsettings: invitations manual\nrules: staff -> member\n"
	 "directory corp: ann@example.com in staff; bob@example.com in staff\n"
	 "memory: ann@example.com invited -6d inv - attempts 0; bob@example.com invited -8d inv - attempts 0\n",
	 "manual invite ann@example.com member\n manual invite bob@example.com member\n status 5"},
	{"not listed: a cancel leaves the worklist after lifetime",
	 "platform: unlisted\nsettings: invitations manual\nrules: staff -> member\n"
	 "directory corp: zoe@example.com in staff\nmembers: zoe@example.com\n"
	 "memory: zoe@example.com member; ann@example.com invited -6d inv - attempts 0\n"
	 "memory: bob@example.com invited -8d inv - attempts 0\n",
	 "manual cancel_invitation ann@example.com\n memory bob@example.com forget"},
	{"not listed, without an id: a cancel is manual, an expired one is sent anew",
	 "platform: unlisted\nrules: staff -> member\n"
	 "directory corp: zoe@example.com in staff\n"
	 "memory: zoe@example.com invited -9d inv -; ann@example.com invited -6d inv -\n",
	 "invite zoe@example.com member\n manual cancel_invitation ann@example.com\n"
	 "memory zoe@example.com attempts 1"},

	/* ---- no call for it ---- */
	{"invitations: manual: the worklist, in queue order up to the free seats, no quota",
	 "settings: invitations manual; per_day 0\nplatform: total 2\n" SEATS
	 "directory corp: ann@example.com in staff; bob@example.com in leads; cid@example.com in staff\n"
	 "directory corp: dan@example.com in guests\n",
	 "waiting invite cid@example.com member seat: no seat is free\n"
	 "manual invite bob@example.com member seat\n manual invite ann@example.com member seat\n"
	 "manual invite dan@example.com member\n status 5"},
	{"recognised as done when the organization shows it",
	 "settings: invitations manual\nrules: staff -> member\n"
	 "directory corp: ann@example.com in staff\nmemory: ann@example.com\nmembers: ann@example.com\n",
	 "adopted ann@example.com\n status 0\n memory ann@example.com member m-ann"},
	{"invitations: manual: cancel and invite are both manual",
	 "settings: invitations manual\nrules: staff -> admin\n"
	 "directory corp: bob@example.com in staff\nmemory: bob@example.com invited -1d\n"
	 "invitations: bob@example.com pending\n",
	 "manual cancel_invitation bob@example.com\n manual invite bob@example.com admin\n"
	 "memory bob@example.com !tried attempts 1"},
	{"roles: manual",
	 "settings: roles manual\nrules: staff -> admin\ndirectory corp: bob@example.com in staff\n"
	 "memory: bob@example.com member\nmembers: bob@example.com\n",
	 "manual set_role bob@example.com member -> admin\n status 5"},
};

SCENARIOS(table)
