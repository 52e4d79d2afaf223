/* Tokens of those who have a seat. */
#include "tests/core/scenario.h"

#define ON "settings: tokens mailed\nrules: staff -> seat; guests -> member\n"
#define ANN "directory corp: ann@example.com in staff; group guests\n"
#define GUEST "directory corp: ann@example.com in guests; group staff\n"

static const struct scenario table[] = {
	/* ---- who gets one ---- */
	{"a member with a seat and no token gets one",
	 ON ANN "members: ann@example.com seat token none\nmemory: ann@example.com member\n",
	 "issue_token ann@example.com: has a seat and no token; rule staff\n"
	 "memory ann@example.com token none seen 0s"},
	{"none where tokens.issue is false",
	 "rules: staff -> seat; guests -> member\n" ANN
	 "members: ann@example.com seat token none\nmemory: ann@example.com member\n", "status 0"},
	{"a seat of this run brings a token, after it and last",
	 ON "directory corp: ann@example.com in staff; bob@example.com in staff; zoe@example.com in guests\n"
	 "members: ann@example.com; bob@example.com seat token none\n"
	 "memory: ann@example.com member; bob@example.com member\n",
	 "assign_seat ann@example.com\n invite zoe@example.com member\n"
	 "issue_token bob@example.com\n issue_token ann@example.com after 1: comes with the seat"},
	{"who waits for a seat gets no token",
	 ON ANN "platform: total 1\nmembers: ann@example.com; x@other.example seat\n"
	 "memory: ann@example.com member\n",
	 "waiting assign_seat ann@example.com\n unmanaged x@other.example"},
	{"who is adopted with a seat gets one",
	 ON ANN "members: ann@example.com seat token none\n",
	 "issue_token ann@example.com\n adopted ann@example.com"},
	{"an unmanaged member gets none",
	 ON ANN "settings: adopt none\nmembers: ann@example.com seat token none\n",
	 "unmanaged ann@example.com"},
	{"a protected person gets none",
	 ON ANN "settings: protect ann@*\nmembers: ann@example.com seat token none\n"
	 "memory: ann@example.com member\n", "skipped ann@example.com: is protected"},
	{"a seat that no rule grants brings none",
	 ON GUEST "members: ann@example.com seat token none\nmemory: ann@example.com member\n",
	 "revoke_seat ann@example.com"},
	{"a seat in doubt brings none",
	 "settings: tokens mailed\nrules: guests -> member; staff -> seat\n"
	 "directory corp: ann@example.com in guests; group staff partial\n"
	 "members: ann@example.com seat token none\nmemory: ann@example.com member\n",
	 "held incomplete revoke_seat ann@example.com\n problem partial corp/staff"},
	{"tokens.email false: it is fetched on the site, and the plan says so",
	 ON ANN "settings: tokens unmailed\nmembers: ann@example.com seat token none\n"
	 "memory: ann@example.com member\n",
	 "issue_token ann@example.com: not mailed (tokens.email): the person fetches it on the site"},
	/* ---- who keeps what there is ---- */
	{"a live token of another's making is left, however soon it ends",
	 ON ANN "members: ann@example.com seat token live ends +1d\nmemory: ann@example.com member\n",
	 "memory ann@example.com token live !ours ends +1d seen 0s"},
	{"a live token that ends a day apart from what we asked for is another's",
	 ON "directory corp: ann@example.com in staff; bob@example.com in staff; group guests\n"
	 "members: ann@example.com seat token live ends +11d; bob@example.com seat token live ends +9d\n"
	 "memory: ann@example.com member token live ours ends +10d seen -1d\n"
	 "memory: bob@example.com member token live ours ends +10d seen -1d\n",
	 "memory ann@example.com token live !ours ends +11d seen 0s\n"
	 "memory bob@example.com token live !ours ends +9d seen 0s"},
	{"a live one that never ends is left",
	 ON ANN "members: ann@example.com seat token live\nmemory: ann@example.com member token live ours\n",
	 "status 0"},
	{"ours is renewed 30 days before it ends",
	 ON ANN "members: ann@example.com seat token live ends +30d\n"
	 "memory: ann@example.com member token live ours ends +30d seen -1d tokens 1 mailed -335d\n",
	 "issue_token ann@example.com renewal: renewal: the token expires on 2027-02-14\n"
	 "memory ann@example.com token live ours ends +30d seen 0s tokens 1"},
	{"and not before that",
	 ON ANN "members: ann@example.com seat token live ends +31d\n"
	 "memory: ann@example.com member token live ours ends +31d seen -1d\n", "status 0"},
	{"a short one is renewed after nine tenths of its life",
	 ON ANN "settings: token_lifetime 10d\nmembers: ann@example.com seat token live ends +1d\n"
	 "memory: ann@example.com member token live ours ends +1d seen -1d\n",
	 "issue_token ann@example.com renewal"},
	{"the platform may round the expiry by less than a day",
	 ON ANN "members: ann@example.com seat token live ends +5d\n"
	 "memory: ann@example.com member token live ours ends +130h seen -1d\n",
	 "issue_token ann@example.com renewal"},
	{"in both directions",
	 ON ANN "members: ann@example.com seat token live ends +5d\n"
	 "memory: ann@example.com member token live ours ends +110h seen -1d\n",
	 "issue_token ann@example.com renewal"},
	{"one that ends another day is another's: not renewed",
	 ON ANN "members: ann@example.com seat token live ends +5d\n"
	 "memory: ann@example.com member token live ours ends +90d seen -8d\n",
	 "memory ann@example.com token live !ours ends +5d"},
	{"and so the other way round",
	 ON ANN "members: ann@example.com seat token live ends +15d\n"
	 "memory: ann@example.com member token live ours ends +5d seen -8d\n",
	 "memory ann@example.com token live !ours ends +15d"},
	{"what is due only by time waits for a clock that can be trusted",
	 ON "directory corp: ann@example.com in staff; bob@example.com in staff; group guests\n"
	 "platform: clock +1h\n"
	 "members: ann@example.com seat token live ends +5d; bob@example.com seat token expired ends -1d\n"
	 "memory: ann@example.com member token live ours ends +5d seen -1d; bob@example.com member\n",
	 "problem clock"},
	/* ---- what has ended ---- */
	{"an expired one is issued anew",
	 ON ANN "members: ann@example.com seat token expired ends -2d\nmemory: ann@example.com member\n",
	 "issue_token ann@example.com: the token expired on 2027-01-13"},
	{"one that another's hand revoked is not",
	 ON ANN "members: ann@example.com seat token revoked ends +90d\n"
	 "memory: ann@example.com member token live ours ends +90d seen -8d\n",
	 "skipped ann@example.com: was revoked by another's hand\n"
	 "memory ann@example.com token revoked !ours ends +90d seen 0s\n status 0"},
	{"nor where nothing is remembered",
	 ON ANN "members: ann@example.com seat token revoked ends -9d\nmemory: ann@example.com member\n",
	 "skipped ann@example.com: was revoked by another's hand"},
	{"`adopt` issues one all the same",
	 ON ANN "members: ann@example.com seat token revoked ends +90d\nmemory: adopt ann@example.com\n"
	 "memory: ann@example.com member token revoked seen -1h tokens 3 mailed -1d\n",
	 "issue_token ann@example.com: was named with `seatsync adopt`\n"
	 "memory ann@example.com token none !tokens"},
	{"`adopt` leaves a live one alone",
	 ON ANN "members: ann@example.com seat token live ends +90d\nmemory: adopt ann@example.com\n"
	 "memory: ann@example.com member token revoked seen -1h\n", "status 0"},
	{"one that ended with an earlier seat does not count",
	 ON ANN "members: ann@example.com seat token revoked ends +90d\n"
	 "memory: ann@example.com member token none\n",
	 "issue_token ann@example.com: the earlier token ended with the earlier seat"},
	{"a platform that hides what was revoked: ours is gone before its time",
	 ON ANN "members: ann@example.com seat token none\n"
	 "memory: ann@example.com member token live ours ends +90d seen -8d\n",
	 "skipped ann@example.com: was revoked by another's hand"},
	{"one without an end that is gone was revoked",
	 ON ANN "members: ann@example.com seat token none\n"
	 "memory: ann@example.com member token live seen -8d\n",
	 "skipped ann@example.com: was revoked by another's hand"},
	{"and stays so when it is asked for again",
	 ON ANN "members: ann@example.com seat token none\n"
	 "memory: ann@example.com member token revoked ends +90d seen -8d\n",
	 "skipped ann@example.com: was revoked by another's hand"},
	{"a platform that hides what expired: ours is over",
	 ON ANN "members: ann@example.com seat token none\n"
	 "memory: ann@example.com member token live ours ends -1d seen -8d\n",
	 "issue_token ann@example.com: the token expired on 2027-01-14"},
	{"in this very second, too",
	 ON ANN "members: ann@example.com seat token none\n"
	 "memory: ann@example.com member token live ours ends 0 seen -8d\n",
	 "issue_token ann@example.com: the token expired on 2027-01-15"},
	/* ---- nobody is mailed for ever ---- */
	{"after `attempts` in a row a pause",
	 ON ANN "members: ann@example.com seat token expired ends -1h\n"
	 "memory: ann@example.com member token live ours ends -1h seen -2h tokens 3 mailed -2d\n",
	 "skipped ann@example.com: was issued 3 tokens (invitations.attempts) and has none that lives; "
	 "the next one not before 2027-02-12\n"
	 "memory ann@example.com token none !ours seen 0s tokens 3 mailed -2d"},
	{"for a new seat, too",
	 ON ANN "members: ann@example.com\nmemory: ann@example.com member tokens 3 mailed -2d\n",
	 "assign_seat ann@example.com"},
	{"of 30 days",
	 ON ANN "members: ann@example.com seat token expired ends -1h\n"
	 "memory: ann@example.com member token live ours ends -1h seen -2h tokens 3 mailed -30d\n",
	 "issue_token ann@example.com\n memory ann@example.com token none !tokens"},
	{"by a clock that can be trusted",
	 ON ANN "platform: clock +1h\nmembers: ann@example.com seat token none\n"
	 "memory: ann@example.com member tokens 3 mailed -31d\n",
	 "skipped ann@example.com: was issued 3 tokens\n problem clock"},
	{"an unknown outcome is looked up first",
	 ON ANN "members: ann@example.com seat token none\nmemory: ann@example.com member\n"
	 "memory: unknown issue_token ann@example.com -1h\n",
	 "problem unknown corp: a token was asked for and the outcome is not known"},
	{"also when the seat is assigned anew",
	 ON ANN "members: ann@example.com\nmemory: ann@example.com member\n"
	 "memory: unknown issue_token ann@example.com -1h\n",
	 "assign_seat ann@example.com\n problem unknown corp"},
	{"of two whose outcome is not known neither is asked for again",
	 ON "directory corp: ann@example.com in staff; bob@example.com in staff; group guests\n"
	 "members: ann@example.com seat token none; bob@example.com seat token none\n"
	 "memory: ann@example.com member; bob@example.com member\n"
	 "memory: unknown issue_token ann@example.com -1h; unknown issue_token bob@example.com -1h\n",
	 "problem unknown corp: ann@example.com\n problem unknown corp: bob@example.com"},
	{"an unknown outcome of another kind, or of another person, is none of this",
	 ON "directory corp: ann@example.com in staff; bob@example.com in guests\n"
	 "members: ann@example.com seat token none; bob@example.com\n"
	 "memory: ann@example.com member; bob@example.com member\n"
	 "memory: unknown assign_seat ann@example.com -1h; unknown issue_token bob@example.com -1h\n",
	 "issue_token ann@example.com"},
	/* ---- what must be asked ---- */
	{"nothing is known: ask",
	 ON ANN "members: ann@example.com seat\nmemory: ann@example.com member\n", "unread 1"},
	{"what is known and young is not asked for",
	 ON "directory corp: ann@example.com in staff; bob@example.com in staff; cid@example.com in staff; "
	 "dan@example.com in staff; group guests\n"
	 "members: ann@example.com seat; bob@example.com seat; cid@example.com seat; dan@example.com seat\n"
	 "memory: ann@example.com member token live ours ends +90d seen -3d\n"
	 "memory: bob@example.com member token live ends +1d seen -3d\n"
	 "memory: cid@example.com member token live seen -3d\n"
	 "memory: dan@example.com member token revoked ends +90d seen -3d\n",
	 "skipped dan@example.com: was revoked by another's hand\n"
	 "memory ann@example.com token live ours ends +90d seen -3d\n"
	 "memory dan@example.com token revoked ends +90d seen -3d"},
	{"what is old, to be renewed, over, due, expired or of the future is",
	 ON "directory corp: ann@example.com in staff; bob@example.com in staff; cid@example.com in staff; "
	 "dan@example.com in staff; eve@example.com in staff; fay@example.com in staff; group guests\n"
	 "members: ann@example.com seat; bob@example.com seat; cid@example.com seat; dan@example.com seat; "
	 "eve@example.com seat; fay@example.com seat\n"
	 "memory: ann@example.com member token live ours ends +90d seen -7d\n"
	 "memory: bob@example.com member token live ours ends +29d seen -1d\n"
	 "memory: cid@example.com member token live ends -1h seen -1d\n"
	 "memory: dan@example.com member token none seen -1h\n"
	 "memory: eve@example.com member token live ours ends +90d seen +2h\n"
	 "memory: fay@example.com member token expired ends -1d seen -1d\n",
	 "unread 6"},
	{"not all are asked for in the same run: the second a little earlier than the first",
	 ON "directory corp: ann@example.com in staff; bob@example.com in staff; group guests\n"
	 "members: ann@example.com seat; bob@example.com seat\n"
	 "memory: ann@example.com member token live ours ends +90d seen -165h\n"
	 "memory: bob@example.com member token live ours ends +90d seen -165h\n", "unread 1"},
	{"what is known since this second is young; a week, less what sets the accounts apart, is old",
	 ON "directory corp: ann@example.com in staff; bob@example.com in staff; cid@example.com in staff; "
	 "group guests\n"
	 "members: ann@example.com seat; bob@example.com seat; cid@example.com seat\n"
	 "memory: ann@example.com member token live seen -594827s\n"
	 "memory: bob@example.com member token live seen -584853s\n"
	 "memory: cid@example.com member token live seen 0\n", "unread 1"},
	{"but not all of them before half a week is over",
	 ON "directory corp: 1..21 p#@example.com in staff; group guests\n"
	 "members: 1..21 p#@example.com seat\n"
	 "memory: 1..21 p#@example.com member token live seen -110h\n", "unread 1"},
	{"what ends in this second is over",
	 ON ANN "members: ann@example.com seat\nmemory: ann@example.com member token live ends 0 seen -1h\n",
	 "unread 1"},
	{"`adopt` asks",
	 ON ANN "members: ann@example.com seat\nmemory: adopt ann@example.com\n"
	 "memory: ann@example.com member token revoked seen -1h\n", "unread 1"},
	{"without a seat nothing is asked, and nothing kept but the count",
	 ON GUEST "members: ann@example.com\n"
	 "memory: ann@example.com member token live ours ends +90d seen -1d tokens 2 mailed -1d\n",
	 "memory ann@example.com token none !ends tokens 2 mailed -1d"},
	{"nothing is kept of it at all where tokens.issue is false",
	 "rules: staff -> seat; guests -> member\n" GUEST
	 "members: ann@example.com\nmemory: ann@example.com member\n", "memory ann@example.com !token"},
	{"nor is anything made of a count that is left",
	 "rules: staff -> seat; guests -> member\n" GUEST
	 "members: ann@example.com\nmemory: ann@example.com member tokens 1 mailed -1d\n",
	 "memory ann@example.com !token tokens 1 mailed -1d"},
	{"but that a seat has ended one that was known",
	 "rules: staff -> seat; guests -> member\n" GUEST
	 "members: ann@example.com\nmemory: ann@example.com member token live ours ends +90d seen -1d\n",
	 "memory ann@example.com token none !ends"},
	{"ours stays ours when it was to be ended, and was not",
	 ON ANN "members: ann@example.com seat token live ends +5d\n"
	 "memory: ann@example.com member token none ours ends +5d seen -1d\n",
	 "issue_token ann@example.com renewal"},
	{"what cannot be read issues nothing and is said once",
	 ON "directory corp: ann@example.com in staff; bob@example.com in staff; group guests\n"
	 "members: ann@example.com seat token unreadable; bob@example.com seat token unreadable\n"
	 "memory: ann@example.com member; bob@example.com member token live ours ends +5d seen -8d\n",
	 "problem failed: the tokens of 2 members could not be read; none is issued or renewed for them: 503\n"
	 "memory bob@example.com token live ours ends +5d seen -8d\n status 5"},
	/* ---- those who leave ---- */
	{"a leaver's token goes first, whatever tokens.issue says",
	 ON "directory corp: group staff; group guests; zoe@example.com in guests\n"
	 "members: ann@example.com seat token live ends +90d; zoe@example.com\n"
	 "memory: ann@example.com member token live ours ends +90d seen -1d; zoe@example.com member\n",
	 "revoke_token ann@example.com\n revoke_seat ann@example.com"},
};

SCENARIOS(table)
