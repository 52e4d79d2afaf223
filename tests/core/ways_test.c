/* The ways to invite where the platform publishes no call for it: add_user, onboard, by hand. */
#include "tests/core/scenario.h"

#define ADD "settings: invitations add_user\nplatform: unlisted\n"
#define ONBOARD "settings: invitations onboard\nplatform: unlisted\n"
#define STAFF "rules: staff -> seat; guests -> member\ndirectory corp: group guests\n"
#define GUESTS "rules: guests -> member\n"
#define THREE                                                                 \
	"directory corp: ann@example.com in staff; bob@example.com in staff; cid@example.com in guests\n"

static const struct scenario table[] = {
	/* ---- add_user: the first one ---- */
	{"add_user: one is added first",
	 ADD STAFF THREE,
	 "invite ann@example.com member seat\n"
	 "waiting invite bob@example.com member seat: one is added first\n"
	 "waiting invite cid@example.com member\n status 2\n"
	 "trial begun ann@example.com\n seats total -1 assigned 0 reserved 0 free -1 waiting 1 after 0 reserved 1"},
	{"add_user: a new state begins with one as well, not with a worklist",
	 "memory: fresh; config new\n" ADD STAFF THREE,
	 "invite ann@example.com member seat\n waiting invite bob@example.com member seat\n"
	 "waiting invite cid@example.com member\n"},
	{"add_user: nobody else before that member has been seen",
	 ADD STAFF THREE "memory: ann@example.com invited -10m inv -\n",
	 "waiting invite bob@example.com member seat: ann@example.com was added first\n"
	 "waiting invite cid@example.com member\n status 0\n memory ann@example.com invited - attempts 1"},
	{"add_user: of two of whom nothing is known either counts as the first",
	 ADD STAFF THREE "memory: ann@example.com member; bob@example.com\nmembers: ann@example.com seat\n"
	 "memory: unknown assign_seat ann@example.com -10m; unknown invite bob@example.com -10m\n",
	 "waiting invite cid@example.com member: bob@example.com was added first\n problem unknown corp"},
	{"add_user: who was a member before, and has an invitation besides, is no first one",
	 "settings: invitations add_user\n" GUESTS
	 "directory corp: ann@example.com in guests; bob@example.com in guests\n"
	 "memory: ann@example.com member invited -1d inv -\nmembers: ann@example.com\n"
	 "invitations: ann@example.com pending\n",
	 "invite bob@example.com member\n manual cancel_invitation ann@example.com"},
	{"add_user: one of two is not as expected: that counts",
	 ADD GUESTS "directory corp: ann@example.com in guests; bob@example.com in guests; cid@example.com in guests\n"
	 "memory: ann@example.com invited -1d inv -; bob@example.com invited -1d inv -\n"
	 "members: ann@example.com admin; bob@example.com\n",
	 "set_role ann@example.com admin -> member\n waiting invite cid@example.com member: not as expected\n"
	 "problem trial: ann@example.com\n trial failed ann@example.com"},
	{"add_user: adopt of somebody else says nothing about the first one",
	 ADD GUESTS "directory corp: ann@example.com in guests; bob@example.com in guests; cid@example.com\n"
	 "memory: ann@example.com member; trial failed ann@example.com; adopt cid@example.com\n"
	 "members: ann@example.com\n",
	 "waiting invite bob@example.com member: not as expected\n problem trial: ann@example.com"},
	{"add_user: after an hour without that member it is said",
	 ADD STAFF THREE "memory: ann@example.com invited -1h inv -\n",
	 "waiting invite bob@example.com member seat\n waiting invite cid@example.com member\n"
	 "problem trial\n status 5"},
	{"add_user: whose outcome is not known counts as the first one",
	 ADD STAFF THREE "memory: ann@example.com; unknown invite ann@example.com -10m\n",
	 "waiting invite bob@example.com member seat: ann@example.com was added first\n"
	 "waiting invite cid@example.com member\n problem unknown corp\n status 5"},
	{"add_user: an unknown change of another kind does not",
	 ADD STAFF THREE "memory: ann@example.com member; unknown assign_seat ann@example.com -10m\n"
	 "members: ann@example.com seat\n",
	 "invite bob@example.com member seat\n waiting invite cid@example.com member"},
	{"add_user: as expected, then the rest; the seat and the role come with the member",
	 "rules: leads -> admin + seat\n" ADD STAFF THREE "directory corp: group leads holds staff\n"
	 "memory: ann@example.com invited -2h inv -\nmembers: ann@example.com\n",
	 "assign_seat ann@example.com\n set_role ann@example.com member -> admin\n"
	 "invite bob@example.com admin seat\n invite cid@example.com member\n"
	 "trial passed ann@example.com\n memory ann@example.com member m-ann !invited"},
	{"add_user: whom the run added that a backup does not know of is on the worklist, not added again",
	 "memory: restored; fresh; config new; trial passed zoe@example.com\n" ADD STAFF THREE,
	 "manual invite ann@example.com member seat: the state is a backup\n"
	 "manual invite bob@example.com member seat\n manual invite cid@example.com member\n"
	 "problem restored\n trial passed zoe@example.com"},
	{"add_user: passed once, it stays so",
	 "memory: trial passed zoe@example.com\n" ADD STAFF THREE,
	 "invite ann@example.com member seat\n invite bob@example.com member seat\n"
	 "invite cid@example.com member\n trial passed zoe@example.com"},
	{"add_user: passed, and others are still on their way",
	 "memory: trial passed zoe@example.com\n" ADD STAFF THREE
	 "memory: ann@example.com invited -2h inv -\n",
	 "invite bob@example.com member seat\n invite cid@example.com member"},
	{"add_user: a seat that comes along is as expected where it is wanted",
	 ADD STAFF THREE "memory: ann@example.com invited -2h inv -\nmembers: ann@example.com seat\n",
	 "invite bob@example.com member seat\n invite cid@example.com member\n trial passed ann@example.com"},
	{"add_user: a seat that nobody asked for is not",
	 ADD STAFF THREE "memory: cid@example.com invited -2h inv -\nmembers: cid@example.com seat\n",
	 "revoke_seat cid@example.com\n"
	 "waiting invite ann@example.com member seat: not as expected\n"
	 "waiting invite bob@example.com member seat\n problem trial\n status 5\n"
	 "trial failed cid@example.com"},
	{"add_user: an administrator is not, even beside one who is as expected",
	 ADD STAFF THREE "memory: ann@example.com invited -2h inv -; bob@example.com invited -2h inv -\n"
	 "members: ann@example.com; bob@example.com admin\n",
	 "set_role bob@example.com admin -> member\n assign_seat ann@example.com\n"
	 "assign_seat bob@example.com\n waiting invite cid@example.com member: not as expected\n"
	 "problem trial\n trial failed bob@example.com"},
	{"add_user: failed once, it stays so, though the member was put right",
	 "memory: trial failed cid@example.com\n" ADD STAFF THREE
	 "memory: cid@example.com member\nmembers: cid@example.com\n",
	 "waiting invite ann@example.com member seat\n waiting invite bob@example.com member seat\n"
	 "problem trial\n status 5\n trial failed cid@example.com"},
	{"add_user: until an operator adopts that member",
	 "memory: trial failed cid@example.com; adopt zoe@example.com; adopt cid@example.com\n"
	 ADD STAFF THREE "memory: cid@example.com member\nmembers: cid@example.com\n",
	 "invite ann@example.com member seat\n invite bob@example.com member seat\n"
	 "trial passed cid@example.com"},
	{"add_user: another way in between begins anew",
	 "memory: trial passed zoe@example.com\nsettings: invitations manual\n" STAFF THREE,
	 "manual invite ann@example.com member seat\n manual invite bob@example.com member seat\n"
	 "manual invite cid@example.com member\n no trial"},
	{"add_user: a member seen before is nobody's first",
	 ADD STAFF THREE "memory: ann@example.com member invited -2h inv -\nmembers: ann@example.com seat\n",
	 "invite bob@example.com member seat\n waiting invite cid@example.com member\n"
	 "trial begun bob@example.com"},
	{"add_user: what an operator invited is not ours to judge",
	 ADD STAFF THREE "memory: ann@example.com invited -2h inv - attempts 0\nmembers: ann@example.com admin\n",
	 "set_role ann@example.com admin -> member\n assign_seat ann@example.com\n"
	 "invite bob@example.com member seat\n waiting invite cid@example.com member\n"
	 "trial begun bob@example.com"},

	/* ---- add_user: over time ---- */
	{"add_user: who has not appeared within lifetime is added again, by the same call",
	 "memory: trial passed zoe@example.com\n" ADD STAFF THREE
	 "memory: ann@example.com invited -8d inv -; bob@example.com invited -8d attempts 2\n"
	 "memory: cid@example.com invited -8d inv - attempts 3\n",
	 "invite ann@example.com member seat\n invite bob@example.com member seat\n"
	 "problem parked corp\n memory cid@example.com parked attempts"},
	{"add_user: the first one that never appeared makes room for another first one",
	 ADD STAFF THREE "memory: ann@example.com invited -8d inv - attempts 3\n",
	 "invite bob@example.com member seat\n waiting invite cid@example.com member\n problem parked corp"},
	{"add_user: a quota, seats and a list are as ever",
	 "memory: trial passed zoe@example.com; mails 49\nplatform: total 1\n"
	 "settings: invitations add_user\n" STAFF THREE,
	 "invite ann@example.com member seat\n"
	 "waiting invite bob@example.com member seat: per_day\n"
	 "waiting invite cid@example.com member: per_day"},
	{"add_user: where invitations are listed, one that is not there is waited for",
	 "settings: invitations add_user\n" STAFF THREE "memory: ann@example.com invited -10m inv -\n",
	 "waiting invite ann@example.com member: is gone\n"
	 "waiting invite bob@example.com member seat: ann@example.com was added first\n"
	 "waiting invite cid@example.com member\n"},
	{"add_user: and after the grace it is the first one no more",
	 "settings: invitations add_user\n" STAFF THREE
	 "memory: ann@example.com invited -26h inv - gone -25h\n",
	 "invite ann@example.com member seat\n waiting invite bob@example.com member seat\n"
	 "waiting invite cid@example.com member"},
	{"add_user: the invitation that the platform shows for the first one is waited for",
	 "settings: invitations add_user\n" STAFF THREE
	 "memory: trial begun ann@example.com; ann@example.com invited -2h\n"
	 "invitations: ann@example.com pending\n",
	 "waiting invite bob@example.com member seat: ann@example.com was added first\n"
	 "waiting invite cid@example.com member\n problem trial\n status 5\n trial begun ann@example.com"},
	{"add_user: and whoever accepts that one shows what they are",
	 "settings: invitations add_user\n" STAFF THREE
	 "memory: trial begun ann@example.com; ann@example.com invited -2h\n"
	 "members: ann@example.com admin\n",
	 "set_role ann@example.com admin -> member\n assign_seat ann@example.com\n"
	 "waiting invite bob@example.com member seat: not as expected\n"
	 "waiting invite cid@example.com member\n problem trial\n trial failed ann@example.com"},
	{"add_user: an invitation of another's hand is no first one",
	 "settings: invitations add_user\n" STAFF THREE "invitations: ann@example.com pending\n",
	 "invite bob@example.com member seat\n waiting invite cid@example.com member\n"
	 "adopted ann@example.com\n trial begun bob@example.com"},
	{"add_user: a first one of whom nothing came is one no more",
	 ADD STAFF THREE "memory: trial begun cid@example.com; cid@example.com\n",
	 "invite ann@example.com member seat\n waiting invite bob@example.com member seat\n"
	 "waiting invite cid@example.com member\n trial begun ann@example.com"},
	{"add_user: not even where nobody can take the place today",
	 ADD STAFF THREE "memory: trial begun cid@example.com; cid@example.com; mails 50\n",
	 "waiting invite ann@example.com member seat: per_day\n waiting invite bob@example.com member seat\n"
	 "waiting invite cid@example.com member\n no trial"},
	{"add_user: an invitation to an old address is the operator's, with the new one",
	 "memory: trial passed zoe@example.com\nsettings: invitations add_user\n" GUESTS
	 "directory corp: ann@example.com id a in guests\nmemory: old@example.com of corp/a invited -1d\n"
	 "invitations: old@example.com pending\n",
	 "manual cancel_invitation old@example.com\n manual invite ann@example.com member: do both"},
	{"add_user: who was on the worklist waits for its lifetime",
	 "memory: trial passed zoe@example.com\n" ADD GUESTS
	 "directory corp: ann@example.com in guests\nmemory: ann@example.com invited -6d inv - attempts 0\n",
	 "memory ann@example.com invited - attempts 0 decides: was on the"},
	{"add_user: unless an operator says that nobody invited them",
	 "memory: trial passed zoe@example.com; adopt ann@example.com\n" ADD GUESTS
	 "directory corp: ann@example.com in guests\nmemory: ann@example.com invited -6d inv - attempts 0\n",
	 "invite ann@example.com member"},

	/* ---- onboard ---- */
	{"onboard: only who wants a seat, up to the free ones; the others by hand",
	 "platform: total 1\n" ONBOARD STAFF THREE,
	 "invite ann@example.com member seat\n waiting invite bob@example.com member seat: no seat is free\n"
	 "manual invite cid@example.com member: would give a seat\n status 5"},
	{"onboard: while nobody knows how many seats there are, one tells",
	 ONBOARD STAFF THREE,
	 "invite ann@example.com member seat\n"
	 "waiting invite bob@example.com member seat: the first onboarding tells it\n"
	 "manual invite cid@example.com member\n seats total -1"},
	{"onboard: what its counters told is the total",
	 "memory: told 2\n" ONBOARD STAFF THREE,
	 "invite ann@example.com member seat\n invite bob@example.com member seat\n"
	 "manual invite cid@example.com member\n seats total 2"},
	{"onboard: a refusal to assign is believed more than its counters",
	 "memory: told 2; learnt 1\n" ONBOARD STAFF THREE
	 "memory: ann@example.com member\nmembers: ann@example.com seat\n",
	 "waiting invite bob@example.com member seat\n"
	 "manual invite cid@example.com member\n seats total 1"},
	{"onboard: who is on the way keeps a seat and is waited for",
	 "platform: total 1\n" ONBOARD STAFF THREE "memory: ann@example.com invited -1h inv -\n",
	 "waiting invite bob@example.com member seat\n manual invite cid@example.com member\n"
	 "seats total 1 assigned 0 reserved 1\n"
	 "memory ann@example.com decides: is being"},
	{"onboard: who never appeared is tried anew",
	 "platform: total 3\n" ONBOARD STAFF THREE
	 "memory: ann@example.com invited -8d inv -; bob@example.com invited -8d inv - attempts 3\n",
	 "invite ann@example.com member seat: no account appeared\n manual invite cid@example.com member\n"
	 "problem parked corp\n memory bob@example.com parked attempts"},
	{"onboard: whom the platform does not take is parked",
	 "platform: total 3\n" ONBOARD STAFF THREE "memory: ann@example.com parked unavailable\n",
	 "invite bob@example.com member seat\n manual invite cid@example.com member\n problem parked corp\n"
	 "memory ann@example.com parked unavailable decides: does not onboard"},
	{"onboard: until an operator adopts",
	 "platform: total 3\nmemory: adopt ann@example.com\n" ONBOARD STAFF
	 "directory corp: ann@example.com in staff\nmemory: ann@example.com parked unavailable\n",
	 "invite ann@example.com member seat\n memory ann@example.com !parked"},
	{"onboard: or invitations go another way",
	 "settings: invitations manual\n" STAFF
	 "directory corp: ann@example.com in staff\nmemory: ann@example.com parked unavailable\n",
	 "manual invite ann@example.com member seat\n memory ann@example.com !parked"},
	{"onboard: a leaver on the way is remembered, and removed when there",
	 ONBOARD STAFF "directory corp: zoe@example.com in staff\nmembers: zoe@example.com seat\n"
	 "memory: zoe@example.com member; ann@example.com invited -1h inv -\n",
	 "waiting cancel_invitation ann@example.com: cannot be called back\n status 0\n"
	 "memory ann@example.com invited - leaving 0s runs 1"},
	{"onboard: who is on the way is not onboarded again before it is over",
	 "platform: total 3\nsettings: reissue 30h\n" ONBOARD STAFF
	 "directory corp: ann@example.com in staff\nmemory: ann@example.com invited -6d inv -\n",
	 "memory ann@example.com attempts 1 decides: is being"},
	{"onboard: one who never came is forgotten",
	 ONBOARD STAFF "directory corp: zoe@example.com in staff\nmembers: zoe@example.com seat\n"
	 "memory: zoe@example.com member; ann@example.com invited -8d inv -\n",
	 "memory ann@example.com forget"},
	{"onboard: a new state sends none",
	 "memory: fresh; config new\nplatform: total 3\n" ONBOARD STAFF
	 "directory corp: ann@example.com in staff\n",
	 "manual invite ann@example.com member seat: the state is new"},
	{"onboard: an invitation of another time that expired is followed by an onboarding",
	 "platform: total 3\nsettings: invitations onboard\n" STAFF
	 "directory corp: ann@example.com in staff\nmemory: ann@example.com invited -8d\n"
	 "invitations: ann@example.com expired\n",
	 "invite ann@example.com member seat"},

	{"add_user: an invitation accepted before the member was added says nothing of it",
	 "settings: invitations add_user\n" STAFF
	 "directory corp: ann@example.com in staff\nmemory: ann@example.com invited -2h inv -\n"
	 "invitations: ann@example.com accepted sent -181m expires +3d\n",
	 "waiting invite ann@example.com member: is gone\n problem trial"},
	{"add_user: one accepted since is the same one",
	 "settings: invitations add_user\n" STAFF
	 "directory corp: ann@example.com in staff\nmemory: ann@example.com invited -2h inv -\n"
	 "invitations: ann@example.com accepted sent -150m expires +3d\n",
	 "problem parked corp\n memory ann@example.com parked elsewhere"},
	{"add_user: nobody waits for a first one who has left",
	 "settings: invitations add_user\n" STAFF "directory corp: bob@example.com in staff\n"
	 "memory: ann@example.com invited -2h inv -\n",
	 "invite bob@example.com member seat\n memory ann@example.com forget"},

	{"an invitation whose id is known is not taken by an account that only knows the address",
	 "rules: staff -> member\ndirectory corp: new@example.com id a; ann@example.com id b in staff\n"
	 "memory: ann@example.com of corp/a invited -2h inv -; ann@example.com of corp/b invited -1h\n"
	 "invitations: ann@example.com pending\n",
	 "memory ann@example.com invited i-ann of corp/b"},

	/* ---- another writer ---- */
	{"what is undone again and again is said, and done again",
	 "rules: staff -> admin + seat\n"
	 "directory corp: ann@example.com in staff; bob@example.com in staff; cid@example.com in staff\n"
	 "memory: ann@example.com member; bob@example.com member; cid@example.com member\n"
	 "memory: redone assign_seat ann@example.com 2; redone set_role ann@example.com 4 admin\n"
	 "memory: redone assign_seat bob@example.com 3; redone assign_seat cid@example.com 2\n"
	 "members: ann@example.com; bob@example.com admin; cid@example.com admin seat\n",
	 "assign_seat ann@example.com: done 2 times within 7 days, and undone\n"
	 "assign_seat bob@example.com: done 3 times within 7 days\n"
	 "set_role ann@example.com member -> admin: done 4 times\n"
	 "problem undone: set of 2 members\n status 5"},
	{"another role than the one that was undone is no fight",
	 "rules: staff -> billing_manager\ndirectory corp: ann@example.com in staff\n"
	 "memory: ann@example.com member; redone set_role ann@example.com 2 admin\n"
	 "members: ann@example.com\n",
	 "set_role ann@example.com member -> billing_manager: gives billing_manager\n status 2"},
	{"nor is what is undone of somebody else",
	 "rules: staff -> seat\ndirectory corp: ann@example.com in staff; bob@example.com in staff\n"
	 "memory: ann@example.com member; bob@example.com member; redone assign_seat ann@example.com 2\n"
	 "members: ann@example.com seat; bob@example.com\n",
	 "assign_seat bob@example.com\n status 2"},
	{"nor is another thing, or somebody new",
	 "rules: staff -> seat\ndirectory corp: ann@example.com; bob@example.com in staff\n"
	 "memory: ann@example.com member; redone assign_seat ann@example.com 2\n"
	 "members: ann@example.com seat\nsettings: grace 6h\n",
	 "revoke_token ann@example.com\n revoke_seat ann@example.com\n invite bob@example.com member seat"},
	{"what an operator is to do by hand is undone by the same hand",
	 "settings: roles manual\nrules: staff -> admin\ndirectory corp: ann@example.com in staff\n"
	 "memory: ann@example.com member; redone set_role ann@example.com 2 admin\nmembers: ann@example.com\n",
	 "manual set_role ann@example.com member -> admin: done 2 times\n problem undone"},
	{"whom we removed and another's hand put back is said, and left alone",
	 "rules: staff -> seat; all -> access until 0\n"
	 "directory corp: ann@example.com in staff; bob@example.com; cid@example.com in all\n"
	 "memory: ann@example.com member; removed bob@example.com; removed cid@example.com; removed zoe@example.com\n"
	 "members: ann@example.com seat; bob@example.com; cid@example.com; dan@example.com\n",
	 "unmanaged bob@example.com: was removed by us within\n unmanaged cid@example.com: was removed by us\n"
	 "unmanaged dan@example.com: that no rule entitles\n problem undone: 2 of the members removed\n"
	 "status 5"},
	{"what is not done after all says nothing",
	 "platform: clock +1h\nsettings: no_call cancel_invitation\nrules: staff -> seat\n"
	 "directory corp: zoe@example.com in staff\nmemory: zoe@example.com member; ann@example.com invited -8d\n"
	 "memory: redone cancel_invitation ann@example.com 2\nmembers: zoe@example.com seat\n"
	 "invitations: ann@example.com expired\n",
	 "problem clock"},

	/* ---- one call is missing ---- */
	{"no call to reissue: by hand, the rest goes on",
	 "settings: no_call reissue_invitation\n" STAFF THREE "memory: ann@example.com invited -8d\n"
	 "invitations: ann@example.com expired\n",
	 "invite bob@example.com member seat\n invite cid@example.com member\n"
	 "manual reissue_invitation ann@example.com member seat: no call to reissue\n status 5"},
	{"no call to cancel: both halves by hand",
	 "settings: no_call cancel_invitation\nrules: staff -> admin\n"
	 "directory corp: ann@example.com in staff\nmemory: ann@example.com invited -1d\n"
	 "invitations: ann@example.com pending\n",
	 "manual cancel_invitation ann@example.com\n manual invite ann@example.com admin: do both"},
	{"no call to invite: reissues go on",
	 "settings: no_call invite\n" STAFF THREE "memory: ann@example.com invited -8d\n"
	 "invitations: ann@example.com expired\n",
	 "manual reissue_invitation ann@example.com member seat\n"
	 "manual invite bob@example.com member seat\n manual invite cid@example.com member\n status 5"},
};

SCENARIOS(table)
