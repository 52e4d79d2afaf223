/* Who is who: renamed, doubled, merged, recycled, skipped, protected, adopted. */
#include "tests/core/scenario.h"

#define STAFF "rules: staff -> member\n"
#define LEADS "rules: leads -> admin + seat; staff -> member\n" \
	      "directory corp: group leads; group staff\n"

static const struct scenario table[] = {
	/* ---- one person ---- */
	{"e-mails compare case-folded",
	 STAFF "directory corp: Ann@Example.com id 1 in staff\nmembers: ann@example.COM\n",
	 "adopted ann@example.COM\n status 0\n memory ann@example.COM new member m-ann of corp/1"},
	{"a renamed person stays one person: the member is linked by its id",
	 STAFF "directory corp: ann.new@example.com id ann in staff\n"
	       "memory: ann@example.com member\nmembers: ann@example.com\n",
	 "status 0\n memory ann@example.com member m-ann of corp/ann"},
	{"a renamed member whose e-mail changed on the platform, too",
	 STAFF "directory corp: ann@example.com in staff\n"
	       "memory: ann@example.com member\nmembers: ann.new@example.com id m-ann\n",
	 "status 0\n memory ann.new@example.com member m-ann"},
	{"a member by an alias that nobody else has",
	 STAFF "directory corp: ann@example.com alias ann@home.example in staff\n"
	       "members: ann@home.example id m-1\n",
	 "adopted ann@home.example\n status 0"},
	{"primary address before alias",
	 STAFF "directory corp: ann@example.com alias ann@home.example in staff\n"
	       "members: ann@home.example id m-1; ann@example.com id m-2\n",
	 "adopted ann@example.com\n unmanaged ann@home.example\n memory ann@example.com member m-2"},
	{"a shared alias matches nobody",
	 STAFF "directory corp: ann@example.com alias team@example.com in staff\n"
	       "directory corp: bob@example.com alias team@example.com\nmembers: team@example.com\n",
	 "invite ann@example.com member\n unmanaged team@example.com"},
	{"an alias that is another's primary address matches nobody",
	 STAFF "directory corp: ann@example.com alias bob@example.com in staff; bob@example.com\n"
	       "members: bob@example.com\n",
	 "invite ann@example.com member\n unmanaged bob@example.com"},
	{"an alias shared by two without e-mail is shared all the same",
	 STAFF "directory corp: - id 1 alias team@example.com in staff; - id 2 alias team@example.com\n"
	       "memory: x@example.com of corp/1 forgotten\nmembers: team@example.com\n",
	 "unmanaged team@example.com: a member that no rule entitles\n skipped x@example.com"},

	/* ---- duplicates ---- */
	{"two active people with one e-mail in one directory: both reported, neither touched",
	 STAFF "directory corp: ann@example.com id 1 in staff; ann@example.com id 2 in staff\n"
	       "memory: ann@example.com of corp/1 member\nmembers: ann@example.com admin seat\n",
	 "skipped ann@example.com: bears the same e-mail as uid=2\n"
	 "skipped ann@example.com: bears the same e-mail as uid=1\n"
	 "problem duplicate corp: uid=1\n problem duplicate corp: uid=2\n status 5"},
	{"a disabled entry makes no duplicate",
	 STAFF "directory corp: ann@example.com id 1 in staff; ann@example.com id 2 disabled in staff\n",
	 "invite ann@example.com member\n memory ann@example.com of corp/1"},

	/* ---- two directories ---- */
	{"the same e-mail in two directories is one person, with what both give",
	 LEADS "directory corp: ann@example.com id 1 in staff\n"
	       "directory idp: ann@example.com id 2 in leads\n",
	 "invite ann@example.com admin seat\n memory ann@example.com of corp/1 of idp/2"},
	{"disabled in one: what the other gives",
	 LEADS "directory corp: ann@example.com id 1 disabled in leads\n"
	       "directory idp: ann@example.com id 2 in staff; bob@example.com in leads\n"
	       "memory: ann@example.com of corp/1 of idp/2 member; bob@example.com of idp/bob member\n"
	       "members: ann@example.com seat; bob@example.com admin seat\n",
	 "revoke_seat ann@example.com: no rule that matches grants a seat"},
	{"disabled in one, new in the other: one person, who stays",
	 STAFF "directory corp: ann@example.com id 1 disabled in staff\n"
	       "directory idp: ann@example.com id 2 in staff\n"
	       "memory: ann@example.com of corp/1 member\nmembers: ann@example.com\n",
	 "status 0\n memory ann@example.com member m-ann of corp/1 of idp/2"},
	{"disabled when all the entries are",
	 STAFF "directory corp: ann@example.com id 1 disabled in staff\n"
	       "directory idp: ann@example.com id 2 disabled in staff; bob@example.com in staff\n"
	       "memory: ann@example.com of corp/1 of idp/2 member; bob@example.com of idp/bob member\n"
	       "members: ann@example.com; bob@example.com\n",
	 "remove_member ann@example.com: is disabled"},
	{"in two directories with two e-mails: by each of them one person",
	 STAFF "directory corp: ann@example.com id 1 in staff\n"
	       "directory idp: ann@home.example id 2 in staff\n"
	       "directory third: ann@home.example id 3 in staff\n"
	       "memory: ann@example.com of corp/1 of idp/2 member\nmembers: ann@example.com\n",
	 "status 0\n memory ann@example.com of corp/1 of idp/2 of third/3"},
	{"two accounts that turn out to be one person's become one",
	 LEADS "directory corp: ann@example.com id 1 in staff\n"
	       "directory idp: ann@example.com id 2 in leads\n"
	       "memory: ann@example.com of corp/1 member; ann@home.example of idp/2 invited -1d\n"
	       "members: ann@example.com\ninvitations: ann@home.example pending id i-ann\n",
	 "cancel_invitation ann@home.example: another account\n assign_seat ann@example.com\n"
	 "set_role ann@example.com member -> admin\n"
	 "memory ann@example.com member m-ann of corp/1 of idp/2"},
	{"two members stay two",
	 STAFF "directory corp: ann@example.com id 1 in staff\n"
	       "directory idp: ann@example.com id 2 in staff\n"
	       "memory: ann@example.com of corp/1 id m-1; ann@home.example of idp/2 id m-2\n"
	       "members: ann@example.com id m-1; ann@home.example id m-2\n",
	 "status 0"},
	{"gone from one directory: what the other gives",
	 LEADS "directory corp: zoe@example.com in leads\ndirectory idp: ann@example.com id 2 in staff\n"
	       "memory: ann@example.com of corp/1 of idp/2 member; zoe@example.com member\n"
	       "members: ann@example.com; zoe@example.com admin seat\n",
	 "status 0"},

	/* ---- recycled addresses ---- */
	{"the old holder is leaving: removed first, then the new one is invited",
	 LEADS "directory corp: ann@example.com id 2 in staff; zoe@example.com in leads\n"
	       "memory: ann@example.com of corp/1 member leaving -9d; zoe@example.com member\n"
	       "members: ann@example.com admin seat; zoe@example.com admin seat\n",
	 "revoke_token ann@example.com\n revoke_seat ann@example.com\n"
	 "remove_member ann@example.com: is in no directory any more\n"
	 "invite ann@example.com member after 3"},
	{"the old holder is in grace: the new one is skipped, nothing is inherited",
	 LEADS "directory corp: ann@example.com id 2 in leads\n"
	       "memory: ann@example.com of corp/1 member leaving -2h\nmembers: ann@example.com\n",
	 "skipped ann@example.com: the address belongs to the account of another person\n"
	 "memory ann@example.com member m-ann leaving -2h runs 2 of corp/1 !corp/2"},
	{"the old holder is still entitled, under another e-mail",
	 LEADS "directory corp: ann@example.com id 2 in leads; ann.old@example.com id 1 in staff\n"
	       "memory: ann@example.com of corp/1 member\nmembers: ann@example.com\n",
	 "skipped ann@example.com: the address belongs to the account of another person\n"
	 "no memory ann@example.com new"},
	{"the old holder is held",
	 "settings: removals 0\n" LEADS "directory corp: ann@example.com id 2 in leads\n"
	 "memory: ann@example.com of corp/1 member leaving -9d\nmembers: ann@example.com\n",
	 "held limit remove_member ann@example.com\n skipped ann@example.com: the address belongs"},
	{"the old holder is protected",
	 "settings: protect ann@example.com\n" LEADS "directory corp: ann@example.com id 2 in leads\n"
	 "memory: ann@example.com of corp/1 member leaving -9d\nmembers: ann@example.com\n",
	 "skipped ann@example.com: is protected\n skipped ann@example.com: is protected"},
	{"the old holder is invited, and leaves: cancelled first",
	 LEADS "directory corp: ann@example.com id 2 in staff\n"
	       "memory: ann@example.com of corp/1 invited -1d\n"
	       "invitations: ann@example.com pending admin\n",
	 "cancel_invitation ann@example.com\n invite ann@example.com member after 1"},
	{"an open invitation of the old holder, still entitled under another e-mail",
	 "settings: per_day 0\n" STAFF
	 "directory corp: ann@example.com id 2 in staff; ann.old@example.com id 1 in staff\n"
	 "memory: ann@example.com of corp/1 invited -1d\ninvitations: ann@example.com pending\n",
	 "waiting invite ann.old@example.com member\n"
	 "skipped ann@example.com: the address belongs to an invitation of another person"},
	{"adopt binds the member to who has the address now",
	 LEADS "directory corp: ann@example.com id 2 in staff\n"
	       "memory: ann@example.com of corp/1 member leaving -2h; adopt ann@example.com\n"
	       "members: ann@example.com\n",
	 "status 0\n memory ann@example.com member m-ann of corp/2 !leaving"},
	{"an address that a known person would move to is another's account",
	 STAFF "directory corp: ann@example.com id 1 in staff; ann@example.com id 9 disabled\n"
	       "directory corp: bob@example.com id 2 in staff\n"
	       "memory: bob.old@example.com of corp/2; bob@example.com of corp/9 member leaving -1h\n"
	       "members: bob@example.com\n",
	 "remove_member bob@example.com\n invite ann@example.com member\n"
	 "invite bob@example.com member after 1"},

	{"a disabled entry has no claim to another's member, however its e-mail reads",
	 STAFF "directory corp: fay@example.com id 1 disabled; fay@example.com id 5; zoe@example.com in staff\n"
	       "memory: bob@example.com of corp/1 invited -2d; zoe@example.com member\n"
	       "members: fay@example.com seat; zoe@example.com\n",
	 "unmanaged fay@example.com\n memory bob@example.com forget"},
	{"nor by the address that the account had before",
	 STAFF "directory corp: fay@example.com id 1 disabled; zoe@example.com in staff\n"
	       "memory: bob@example.com of corp/1; zoe@example.com member\n"
	       "members: bob@example.com seat; zoe@example.com\n",
	 "unmanaged bob@example.com: is not managed"},

	/* ---- skipped ---- */
	{"without an e-mail: reported, given nothing",
	 STAFF "directory corp: - id 1 in staff\n", "skipped uid=1,dc=example: has no e-mail address\n"
	 "status 0"},
	{"without an e-mail: nothing is taken",
	 STAFF "directory corp: - id ann in staff\n"
	       "memory: ann@example.com member leaving -9d\nmembers: ann@example.com admin seat\n",
	 "skipped ann@example.com: has no e-mail address in the directory\n"
	 "memory ann@example.com !leaving !runs"},
	{"protected and not entitled: neither counted nor begun anew",
	 "settings: protect ann@example.com\n" STAFF "directory corp: zoe@example.com in staff\n"
	 "memory: ann@example.com member leaving -9d; zoe@example.com member\n"
	 "members: ann@example.com; zoe@example.com\n",
	 "skipped ann@example.com: is protected\n memory ann@example.com leaving -9d runs 1"},
	{"H7: an e-mail that is no address",
	 STAFF "directory corp: ann in staff\n",
	 "skipped ann: the e-mail \"ann\" is no address that can be invited"},
	{"out of scope", "settings: domain example.com\n" STAFF
	 "directory corp: ann@example.com in staff; bob@other.example in staff\n",
	 "invite ann@example.com member\n skipped bob@other.example: outside scope.domains"},
	{"out of scope: a managed member is no leaver",
	 "settings: domain example.com\n" STAFF
	 "directory corp: bob@other.example in staff\n"
	 "memory: bob@other.example member\nmembers: bob@other.example admin seat\n",
	 "skipped bob@other.example: outside scope.domains"},
	{"out of scope and in no group: a leaver",
	 "settings: domain example.com\n" STAFF
	 "directory corp: bob@other.example; zoe@example.com in staff\n"
	 "memory: bob@other.example member leaving -9d\nmembers: bob@other.example\n",
	 "remove_member bob@other.example\n invite zoe@example.com member"},
	{"what only a skipped entry gives is not taken either",
	 LEADS "directory corp: ann@example.com id 1 in staff\ndirectory idp: - id 2 in leads\n"
	       "memory: ann@example.com of corp/1 of idp/2 member\nmembers: ann@example.com admin seat\n",
	 "skipped ann@example.com: has no e-mail address"},

	/* ---- protected, ourselves, deleted ---- */
	{"protected: nothing taken and nothing gained",
	 "settings: protect *@partner.example\n" LEADS
	 "directory corp: ann@partner.example in leads; bob@partner.example in leads\n"
	 "memory: ann@partner.example member\nmembers: ann@partner.example\n",
	 "skipped ann@partner.example: is protected\n skipped bob@partner.example: is protected\n"
	 "status 0"},
	{"protected wins over disabled, and matches any address of the person",
	 "settings: protect boss@example.com\n" LEADS
	 "directory corp: ann@example.com alias boss@example.com disabled\n"
	 "memory: ann@example.com member leaving -9d\nmembers: ann@example.com admin seat\n"
	 "directory corp: zoe@example.com in leads, staff\n"
	 "memory: zoe@example.com member\nmembers: zoe@example.com admin seat\n",
	 "skipped ann@example.com: is protected"},
	{"protected: the invitation of ours is not forgotten",
	 "settings: protect ann@example.com\n" STAFF "directory corp: zoe@example.com in staff\n"
	 "memory: ann@example.com invited -1d; zoe@example.com member\nmembers: zoe@example.com\n"
	 "invitations: ann@example.com pending\n",
	 "skipped ann@example.com: is protected\n memory ann@example.com invited i-ann"},
	{"our own identity is never touched",
	 "platform: self m-ann\n" LEADS "directory corp: ann@example.com; zoe@example.com in leads, staff\n"
	 "memory: ann@example.com member leaving -9d; zoe@example.com member\n"
	 "members: ann@example.com admin seat; zoe@example.com admin seat\n",
	 "skipped ann@example.com: is our own identity"},
	{"a deleted account is left alone",
	 LEADS "directory corp: ann@example.com in leads, staff\n"
	       "memory: ann@example.com id m-1\nmembers: x7f@anonym.ized id m-1 admin seat\n",
	 "unmanaged x7f@anonym.ized: a deleted account\n"
	 "problem parked corp: removed by another's hand"},

	/* ---- managed, adopted, forgotten ---- */
	{"an entitled person's member is adopted", STAFF
	 "directory corp: ann@example.com in staff\nmembers: ann@example.com seat\n",
	 "revoke_seat ann@example.com\n adopted ann@example.com"},
	{"an entitled person's invitation is adopted", STAFF
	 "directory corp: ann@example.com in staff\ninvitations: ann@example.com pending\n",
	 "adopted ann@example.com\n memory ann@example.com new adopted invited i-ann attempts 1"},
	{"adopt: none: no action at all, not invited, only reported",
	 "settings: adopt none\n" STAFF
	 "directory corp: ann@example.com in staff; bob@example.com in staff\n"
	 "members: ann@example.com seat\ninvitations: bob@example.com expired\n",
	 "unmanaged ann@example.com: members.adopt: none\n unmanaged bob@example.com"},
	{"not entitled and not managed: only reported",
	 STAFF "directory corp: ann@example.com; zoe@example.com in staff\n"
	       "members: ann@example.com admin seat; eve@other.example\n"
	       "invitations: dan@example.com pending\n",
	 "invite zoe@example.com member\n unmanaged ann@example.com\n unmanaged dan@example.com\n"
	 "unmanaged eve@other.example"},
	{"in a rule's group that is over, and not managed: reported, too",
	 "rules: staff -> member until 0; all -> access\n"
	 "directory corp: ann@example.com in staff; group all\nmembers: ann@example.com\n",
	 "unmanaged ann@example.com: no rule names the person"},
	{"what a mail without an answer made is ours: the dry run says what the run will do",
	 "settings: adopt none\n" STAFF "directory corp: ann@example.com in staff; bob@example.com in staff\n"
	 "memory: ann@example.com; bob@example.com; unknown invite ann@example.com -1h\n"
	 "memory: unknown reissue_invitation bob@example.com -1h\n"
	 "members: ann@example.com admin; bob@example.com admin\n",
	 "set_role ann@example.com admin -> member\n unmanaged bob@example.com: members.adopt: none"},
	{"a mail without an answer makes nothing ours that has another address",
	 "settings: adopt none\n" STAFF "directory corp: ann@example.com id 1 in staff\n"
	 "memory: old@example.com of corp/1; unknown invite old@example.com -1h\n"
	 "members: ann@example.com admin\n",
	 "unmanaged ann@example.com: members.adopt: none"},
	{"adopt makes a leaver's member managed",
	 STAFF "directory corp: ann@example.com; zoe@example.com in staff\n"
	       "memory: adopt ann@example.com; adopt gone@example.com; zoe@example.com member\n"
	       "members: ann@example.com seat; gone@example.com seat; zoe@example.com\n",
	 "revoke_token ann@example.com\n revoke_token gone@example.com\n"
	 "revoke_seat ann@example.com\n revoke_seat gone@example.com: is in no directory any more\n"
	 "adopted ann@example.com\n adopted gone@example.com: seatsync adopt\n"
	 "memory ann@example.com new adopted member m-ann leaving 0s"},
	{"adopt of whom nobody has does nothing",
	 STAFF "directory corp: zoe@example.com in staff\nmemory: adopt ann@example.com\n",
	 "invite zoe@example.com member"},
	{"forget: given up, entitled or not, member or not",
	 STAFF "directory corp: ann@example.com in staff; bob@example.com in staff; cid@example.com\n"
	       "memory: ann@example.com member forgotten; bob@example.com forgotten\n"
	       "memory: cid@example.com member forgotten\n"
	       "members: ann@example.com seat; cid@example.com seat\n",
	 "unmanaged ann@example.com: seatsync forget\n unmanaged bob@example.com\n"
	 "unmanaged cid@example.com\n memory ann@example.com forgotten"},
	{"forgotten, and nothing is there any more",
	 STAFF "directory corp: zoe@example.com in staff\n"
	       "memory: ann@example.com member forgotten; zoe@example.com member\nmembers: zoe@example.com\n",
	 "memory ann@example.com forget"},
	{"a member made by another's hand in place of ours is not ours",
	 STAFF "directory corp: ann@example.com; zoe@example.com in staff\n"
	       "memory: ann@example.com id m-1 leaving -9d; zoe@example.com member\n"
	       "members: ann@example.com id m-2 seat; zoe@example.com\n",
	 "unmanaged ann@example.com\n memory ann@example.com member m-1"},
	{"a second invitation by another's hand of who leaves is not ours",
	 STAFF "directory corp: ann@example.com; zoe@example.com in staff\n"
	       "memory: ann@example.com invited -1d; zoe@example.com member\nmembers: zoe@example.com\n"
	       "invitations: ann@example.com pending; ann@example.com pending id i-other\n",
	 "cancel_invitation ann@example.com\n unmanaged ann@example.com: by another's hand"},
	{"adopt: none, and a second invitation by another's hand: ours is not replaced",
	 "settings: adopt none\nrules: leads -> admin\ndirectory corp: ann@example.com in leads\n"
	 "memory: ann@example.com invited -1d\n"
	 "invitations: ann@example.com pending; ann@example.com pending id i-other\n",
	 "unmanaged ann@example.com: by another's hand"},
	{"adopt lets the old holder's person be a newcomer at once",
	 "rules: leads -> admin; staff -> member\n"
	 "directory corp: ann@example.com id 2 in leads; ann.old@example.com id 1 in staff\n"
	 "memory: ann@example.com of corp/1 member; adopt ann@example.com\n"
	 "members: ann@example.com; ann.old@example.com id m-old seat\n",
	 "revoke_seat ann.old@example.com\n set_role ann@example.com member -> admin\n"
	 "adopted ann.old@example.com\n memory ann@example.com member m-ann of corp/2 !corp/1\n"
	 "memory ann.old@example.com new adopted member m-old of corp/1"},
	{"another's invitation to whom nobody may touch: ours is not forgotten for it",
	 "rules: leads -> admin\n"
	 "directory corp: bob@example.com id 1; bob@example.com id 2 in leads; ann@example.com id 3 in leads\n"
	 "memory: ann@example.com of corp/1 invited -1d; bob@example.com of corp/2\n"
	 "invitations: ann@example.com pending\nmembers: bob@example.com\n",
	 "skipped ann@example.com: the address belongs to an invitation of another person\n"
	 "skipped bob@example.com\n skipped bob@example.com\n"
	 "problem duplicate corp\n problem duplicate corp\n"
	 "memory ann@example.com invited i-ann"},
	{"no state, no memory: unmanaged are listed, nobody is lost",
	 "memory: config new; fresh\n" STAFF
	 "directory corp: ann@example.com in staff\nmembers: ann@example.com; bob@example.com seat\n",
	 "adopted ann@example.com\n unmanaged bob@example.com\n accepted"},
};

SCENARIOS(table)
