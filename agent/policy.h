/*
 * policy.h - what the administrator asked for, as the core reads it: the
 * part of the configuration that decides.  config/ fills it; the defaults
 * named here are those of config/seatsync.example.yaml.
 */
#ifndef SEATSYNC_POLICY_H
#define SEATSYNC_POLICY_H

#include "agent/model.h"

/* "People in this group get this role and, if so, a seat." */
struct rule {
	const char *group;                /* a name, a DN, an id, or a glob */
	const char *directory;            /* only there; NULL: every directory */
	const char *const *except;        /* not if also in one of these; NULL-terminated */
	const char *const *require;       /* only if also in all of these; NULL-terminated */
	enum role role;                   /* ROLE_NONE: names none */
	bool seat;
	utc until;                        /* first second after the last day; 0: no end */
};

/* Somebody who must always be in a directory, and there in a group. */
struct canary {
	const char *directory;            /* its name */
	const char *person;               /* an address, or an id */
	const char *address;              /* the same in normal form; NULL when it is none */
	const char *group;                /* a name, a DN, an id or a filter, no glob; NULL: in none */
};

enum invitations_mode { INVITATIONS_MANUAL, INVITATIONS_API, INVITATIONS_ADD_USER, INVITATIONS_ONBOARD };
enum roles_mode { ROLES_MANUAL, ROLES_API };
enum reissue { REISSUE_EXPIRED, REISSUE_BEFORE, REISSUE_NEVER };

/*
 * Onboarded people appear later, some never: after so long it is tried anew.
 * Our guess: nothing is published.
 */
enum { ONBOARDING_SECONDS = DAY };

enum { PERCENT_OFF = 100 }; /* removals_percent: 100 switches the percentage off */

struct policy {
	const char *organization;         /* its id */
	const char *fingerprint;          /* digest of what makes a config "not yet accepted" when changed */
	struct rule *rules;
	size_t rules_nr;
	const struct canary *canaries;
	size_t canaries_nr;
	const char *const *domains;       /* normal form; empty: every domain */
	const char *const *protect;       /* addresses or globs, normal form */
	enum invitations_mode invitations_mode;
	enum roles_mode roles_mode;
	bool no_call[ACTION_NR];          /* what the platform offers no call for: an operator's work */
	bool adopt;                       /* members.adopt: matched */
	struct {
		int64_t lifetime;         /* seconds */
		unsigned attempts;
		unsigned per_day;
		enum reissue reissue;
		int64_t reissue_before;   /* seconds before expiry, REISSUE_BEFORE only */
	} invitations;
	struct {
		int64_t total;            /* SEATS_UNKNOWN: auto */
		unsigned reserve;
	} seats;
	struct {
		bool keep_seat;           /* seat: keep (until the removal) */
		bool disabled_grace;      /* disabled: grace (else now) */
		bool remove;
		int64_t grace;            /* seconds */
		unsigned runs;
	} leavers;
	struct {
		unsigned removals;
		unsigned removals_percent;
		unsigned min_admins;
		unsigned min_people;
		const char *const *allow_empty; /* group selectors or directory names */
	} limits;
	struct {
		bool issue;               /* tokens to those with a seat */
		bool email;               /* the platform mails them */
		int64_t lifetime;         /* seconds */
	} tokens;
};

#endif
