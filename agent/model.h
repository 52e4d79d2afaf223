/*
 * model.h - the nouns: what a directory says, what the organization has,
 * what we remember.  Plain data, no behaviour beyond names and lookup.
 *
 * Ownership: the strings and arrays of a reading, of an organization and of
 * what is known live in the arena given to whoever filled them.
 *
 * Words are those of the README's glossary.  `address` is always an e-mail
 * address in normal form (address.h), fit for comparing; `email` is the same
 * as somebody wrote it, fit for showing and sending.
 */
#ifndef SEATSYNC_MODEL_H
#define SEATSYNC_MODEL_H

#include "agent/base.h"

/* ---- roles, statuses, actions: enum, name, order ----------------------- */

/* In rising order of power: a change to a smaller one takes something away. */
enum role { ROLE_NONE, ROLE_MEMBER, ROLE_BILLING_MANAGER, ROLE_ADMIN, ROLE_NR };

const char *role_name(enum role role);             /* "member"; ROLE_NONE: NULL */
enum role role_parse(const char *name);            /* unknown or NULL: ROLE_NONE */

/* How much of a group or a directory was read. */
enum completeness { COMPLETE, PARTIAL, FAILED };

const char *completeness_name(enum completeness c); /* "complete" "partial" "failed" */

enum invitation_status {
	INVITATION_OPEN,
	INVITATION_EXPIRED,
	INVITATION_ACCEPTED,
	INVITATION_REMOVED, /* cancelled, declined */
};

const char *invitation_status_name(enum invitation_status s); /* "pending" "expired" ... */

/* One change of the organization. */
enum action_kind {
	ACTION_INVITE,
	ACTION_REISSUE_INVITATION,
	ACTION_CANCEL_INVITATION,
	ACTION_ASSIGN_SEAT,
	ACTION_REVOKE_SEAT,
	ACTION_SET_ROLE,
	ACTION_REMOVE_MEMBER,
	ACTION_ISSUE_TOKEN,
	ACTION_REVOKE_TOKEN,
	ACTION_NR
};

const char *action_name(enum action_kind kind); /* "invite", "reissue_invitation", ... */
int action_parse(const char *name);             /* -1 when unknown */

/* True where doing it twice differs from doing it once: a second mail. */
bool action_sends_mail(enum action_kind kind);

/* ---- what a directory says --------------------------------------------- */

/*
 * One entry.  id is the directory's immutable id in printable form; place is
 * where it was found (a DN in RFC 4514 form, a row), for messages only.
 * address is NULL when there is no e-mail or it is no address.  When email
 * is already in normal form, address is the same pointer (memory: a large
 * directory has a million of these).
 */
struct person {
	const char *id;
	const char *place;
	const char *email;
	const char *address;
	const char *const *aliases; /* normal form, NULL-terminated; NULL when none */
	const char *given_name;
	const char *family_name;
	bool disabled;
};

/* A member that exists and is neither a person nor a group here, and what it is. */
struct stray {
	const char *place;
	const char *kind; /* "a contact" */
};

/* A member that the group names by a place at which the person is no more. */
struct moved {
	const char *place;
	uint32_t person; /* in the reading */
};

enum {
	STRAYS_MAX = 10,    /* of one group are named, the rest is counted */
	GONE_MAX = 100000,  /* of one reading are named; a group with further ones is PARTIAL */
};

/*
 * One group with its direct members, as indexes into the reading's people
 * and groups.  `others` counts members that exist but are neither (contacts,
 * computers) and names some of them, `gone` names members that do not exist
 * by that name; neither makes a group incomplete.  `why` is a sentence when
 * state is not COMPLETE.
 */
struct group {
	const char *id;
	const char *name;
	const char *place; /* DN: lower-case types, no spaces around separators */
	enum completeness state;
	const char *why;
	const uint32_t *people;
	const uint32_t *groups;
	uint32_t people_nr;
	uint32_t groups_nr;
	uint32_t others;
	uint32_t dangling;
	uint32_t strays_nr;         /* at most STRAYS_MAX */
	uint32_t gone_nr;           /* of the dangling; fewer where their kind is not named */
	const struct stray *strays; /* the first of the others */
	const char *const *gone;    /* as the group names them */
	const struct moved *moved;  /* they are among `people` */
	uint32_t moved_nr;
};

/*
 * One directory, read once.  FAILED: nothing in it may be used.  PARTIAL: who
 * is here is here, who is not here is unknown; `why` is a sentence when state
 * is not COMPLETE.  The order of people and groups carries no meaning.
 * unproven: nothing in the source itself shows that its end is not missing, as
 * in a file.
 */
struct reading {
	const char *directory;
	enum completeness state;
	bool unproven;
	const char *why;
	struct person *people;
	struct group *groups;
	size_t people_nr;
	size_t groups_nr;
};

/* ---- what the organization has ------------------------------------------ */

/*
 * A member's tokens in one word: the live one, else the one that would have
 * lasted longest.  A token's value is not among what we know.
 */
enum token_state {
	TOKEN_UNREAD,     /* nobody has asked */
	TOKEN_NONE,
	TOKEN_LIVE,
	TOKEN_EXPIRED,
	TOKEN_REVOKED,
	TOKEN_UNREADABLE, /* asked for in vain */
};

const char *token_state_name(enum token_state s); /* "none" "live" ...; UNREAD: NULL */

struct token_seen {
	enum token_state state;
	utc expires_at; /* 0: never, or not told */
};

struct member {
	const char *id;
	const char *email;
	const char *address;
	enum role role; /* ROLE_NONE: one we do not know; it is left alone */
	bool seat;
	struct token_seen token; /* UNREAD unless somebody asked (plan.h: unread) */
};

struct invitation {
	const char *id;
	const char *email;
	const char *address;
	enum invitation_status status; /* the platform's word, else by expires_at */
	enum role role;                /* ROLE_NONE: the platform does not show it */
	utc sent_at;                   /* last sent, else created; 0 unknown */
	utc expires_at;                /* 0 unknown */
};

enum { SEATS_UNKNOWN = -1 };

struct organization {
	const char *id;
	struct member *members;
	struct invitation *invitations;
	size_t members_nr;
	size_t invitations_nr;
	bool invitations_listed;     /* false: the platform offers no list */
	int64_t seats_total;         /* by the platform's counter, or SEATS_UNKNOWN */
	int64_t seats_assigned;      /* by the same counter, or SEATS_UNKNOWN */
	utc server_time;             /* the platform's Date; 0 when it gave none */
	const char *tokens_why;      /* of members whose tokens are UNREADABLE: the first cause */
	const char *const *self;     /* our own ids and addresses, NULL-terminated */
};

/* Lists lag: what was done may be shown so much later. */
enum { LIST_LAG = HOUR };

/* The platform shows a deleted account as <random>@anonym.ized: left alone. */
bool member_deleted(const struct member *m);

/* How many have the role, managed or not; deleted accounts (@anonym.ized) apart. */
size_t organization_holders(const struct organization *o, enum role role);

/* ---- what we remember ----------------------------------------------------- */

/* Why seatsync no longer invites somebody by itself. */
enum parked {
	PARKED_NO,
	PARKED_ATTEMPTS,  /* the allowed number of mails was used */
	PARKED_REMOVED,   /* was a member, gone by another's hand */
	PARKED_ELSEWHERE, /* accepted under an address we do not know */
	PARKED_UNAVAILABLE, /* the platform does not onboard the address */
};

const char *parked_name(enum parked p); /* "attempts" ...; PARKED_NO: NULL */

/* What is remembered of an account's token. */
struct known_token {
	enum token_state state; /* as last seen; NONE: or ended by us, so what is found
				   revoked does not count; UNREAD: nothing is known */
	bool ours;              /* the one that ends then was issued by us */
	utc expires_at;
	utc seen_at;            /* by a reading, or in the answer to our own call */
	utc mailed_at;          /* the last one that we issued */
	unsigned mails;         /* issued in a row, renewals apart */
};

/*
 * What binds people of the directories to one member or invitation of the
 * organization.  key is the state's own; 0 for one that this run makes.
 */
struct known_account {
	int64_t key;
	const char *email;       /* where the last invitation went, or the member's */
	const char *address;
	const char *member_id;   /* NULL: not a member, as far as we saw */
	utc parked_at;
	utc leaving_since;       /* first run that saw no entitlement; 0: entitled */
	utc waiting_since;       /* wants a seat and has none since; 0: no */
	utc gone_since;          /* our invitation vanished, no member came; 0: no */
	unsigned attempts;       /* mails sent for the present entitlement */
	unsigned leaving_runs;   /* runs in a row that saw none */
	enum parked parked : 8;  /* small: a run keeps each account twice */
	enum role role_tried : 8; /* role put right once on an open invitation */
	bool managed;            /* false: forgotten on purpose, or adopt: none */
	bool front;              /* came back within the grace: first in the rule's queue */
	struct known_token *token; /* NULL: nothing is known, as where none are issued */
};

/* What is known of the account's token; UNREAD when nothing is. */
struct known_token account_token(const struct known_account *account);

struct known_person {
	const char *directory;
	const char *id;
	size_t account; /* index into known.accounts */
};

/* An invitation that is ours: sent by us, or adopted.  One for each account at most. */
struct known_invitation {
	const char *id; /* NULL where the platform does not tell ids */
	const char *email;
	const char *address;
	size_t account;
	enum role role;
	utc sent_at;
	utc expires_at;
};

/* A group that a rule matched in the last complete reading. */
struct known_group {
	const char *directory;
	const char *id;
	const char *name;
	const char *selector; /* the rule's text that matched it */
	bool had_members;
};

/* How many people a directory had when it was last read whole. */
struct known_directory {
	const char *name;
	size_t people;
};

enum hold_cause {
	HOLD_LIMIT,      /* too many would lose at once */
	HOLD_CONFIG,     /* the config is not yet accepted */
	HOLD_INCOMPLETE, /* rests on a reading that is not whole; cannot be released */
	HOLD_FLOOR,      /* the administrators' floor; cannot be released */
};

const char *hold_cause_name(enum hold_cause c); /* "limit" "config" "incomplete" "floor" */

/*
 * What a hold keeps from one person, a bit each: a release covers these and
 * nothing else.  Who stays loses the seat (with its token), or a role for a lower
 * one.  Who leaves loses whatever there is, and the membership where leavers are
 * removed.
 */
enum loss {
	LOSS_SEAT = 1,
	LOSS_ROLE_BILLING = 2, /* is lowered to billing_manager */
	LOSS_ROLE_MEMBER = 4,
	LOSS_LEAVING = 8,      /* invitation, seat, role */
	LOSS_MEMBERSHIP = 16,
	LOSS_END = 32,
};

const char *loss_name(unsigned loss); /* "seat" "role-billing_manager" ...; of one bit */
unsigned loss_parse(const char *name); /* unknown: 0 */

struct known_hold {
	const char *id;
	enum hold_cause cause;
	utc made_at;
	utc released_at;        /* 0: not released */
	bool taken;             /* a run has used the release */
	const char *const *addresses; /* who is held; NULL-terminated, sorted */
	const unsigned *losses;       /* of each of them, enum loss */
};

/*
 * Whether POST users makes members as we expect is nowhere promised: the first
 * one is looked at before there is a second.
 */
enum trial_result { TRIAL_NONE, TRIAL_PASSED, TRIAL_FAILED };

struct add_trial {
	enum trial_result result; /* of the first member made by `invitations: add_user` */
	const char *address;      /* whose it is, or was; NULL: none yet */
};

/* A mail whose outcome nobody knows: sent, and no answer seen. */
struct known_unknown {
	int64_t row; /* of the journal */
	enum action_kind kind;
	size_t account;
	const char *email;
	const char *address;
	const char *invitation_id;
	utc sent_at;
	utc expires_before; /* before a reissue, or the renewal of a token: its expiry */
};

/*
 * Done to a member at least REDONE_LEAST times in a row within REDONE_SECONDS,
 * and nothing of ours against it since: wanted once more, it was undone by
 * another hand each time.
 */
enum { REDONE_SECONDS = 7 * DAY, REDONE_LEAST = 2 };

struct known_redone {
	size_t account;
	enum action_kind kind; /* assign_seat, revoke_seat, set_role */
	enum role role;
	unsigned times;
};

/*
 * What the platform clearly refused a person: this action, for this address and
 * role, so many times in a row.  Counted are answers about the person alone
 * (platform.h: refused).  It is over when it was done, when it is not wanted any
 * more (another address, another role, no entitlement), and by `adopt`; a
 * reading that leaves in doubt what is wanted ends nothing.
 */
enum {
	REFUSED_LEAST = 2,      /* before that it may be chance */
	REFUSED_PAUSE_MOST = DAY,
};

struct known_refusal {
	int64_t row; /* the state's own */
	size_t account;
	enum action_kind kind;
	const char *address;
	enum role role;
	unsigned times;
	utc since, at; /* the first and the last of them */
	const char *text; /* what the platform said; NULL */
};

/*
 * When it is tried again, of an hourly run after one hour, two, four, then daily:
 * when as much time has passed as the refusals have lasted.  So whatever was wrong
 * for all is over about as soon after it was mended as it had lasted.
 */
utc refusal_pause(const struct known_refusal *r);

/*
 * Everything the state remembers that a decision may rest on.  Accounts are
 * sorted by key, the other arrays as it pleases the state.
 */
struct known {
	bool fresh;                   /* there was no state: nothing is known */
	bool restored;                /* the state is older than this machine saw: a backup */
	const char *accepted_config;  /* fingerprint; NULL: none accepted yet */
	utc last_time;                /* of the last change by an earlier process; 0 none */
	int64_t last_run;             /* its number; 0 none */
	unsigned mails_24h;           /* invitations sent in the last 24 hours, unknown ones included */
	int64_t seats_learnt;         /* total taught by a 402, or SEATS_UNKNOWN */
	int64_t seats_left;           /* assigned when the last run ended, or SEATS_UNKNOWN: where
					 fewer are now, another hand freed one */
	int64_t seats_told;           /* total by the counters of an onboarding; 0: not told */
	struct add_trial trial;
	struct known_account *accounts;
	struct known_person *people;
	struct known_invitation *invitations;
	struct known_group *groups;
	struct known_directory *directories;
	struct known_hold *holds;     /* open ones */
	struct known_unknown *unknown;
	struct known_redone *redone;  /* sorted by account, then kind */
	struct known_refusal *refusals; /* sorted by account */
	const char *const *removed;   /* addresses of members we removed within REDONE_SECONDS, longer
					 ago than lists lag; NULL-terminated, sorted by strcmp() */
	const char *const *adopt;     /* addresses an operator named with `adopt`; NULL-terminated */
	const char *const *lost_24h;  /* who lost in the last 24 hours, unreleased; as `adopt` */
	size_t accounts_nr, people_nr, invitations_nr, groups_nr, directories_nr, holds_nr,
		unknown_nr, redone_nr, refusals_nr, removed_nr;
};

#endif
