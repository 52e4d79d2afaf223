/*
 * directory.h - the contract of the source side.
 *
 * A directory is read once per run, whole, and then closed.  What comes back
 * is a struct reading (agent/model.h) whose completeness the connector must
 * be able to defend: every search ended with success, every page and range
 * was followed to its end, no reference was left unread, every member that
 * could not be resolved is known not to exist.  What cannot be proved whole
 * is said to be PARTIAL or FAILED, never guessed.
 *
 *	struct directory *d;
 *	if (directory_open(&d, &settings, deadline, &err)) ...
 *	if (directory_read(d, &arena, wanted, &reading, &err)) ...   // -1: FAILED
 *	directory_close(d);
 *
 * A new kind of directory is one .c file with a const struct directory_ops
 * and one row in directory.c.
 */
#ifndef SEATSYNC_DIRECTORY_H
#define SEATSYNC_DIRECTORY_H

#include "agent/policy.h"

enum directory_kind { DIRECTORY_LDAP, DIRECTORY_SCIM, DIRECTORY_CSV, DIRECTORY_LDIF };

/* The families of LDAP servers: what differs beyond the names of attributes. */
enum ldap_kind {
	LDAP_OPENLDAP,
	LDAP_RFC2307,
	LDAP_ACTIVE_DIRECTORY, /* pages always, primary groups, references to what it has itself */
	LDAP_389DS,            /* a groupOfNames may have no member; so in FreeIPA, which is one */
	LDAP_FREEIPA,
	LDAP_KINDS
};

enum ldap_sasl { LDAP_SASL_NONE, LDAP_SASL_EXTERNAL, LDAP_SASL_GSSAPI };

/* The `ldap` section of the configuration, checked and with its defaults. */
struct ldap_settings {
	const char *const *urls;       /* tried in order; NULL-terminated */
	enum ldap_kind kind;
	bool start_tls;
	const char *ca_file;           /* NULL: the system's */
	const char *bind_dn;           /* NULL: anonymous, or SASL */
	const char *bind_password;     /* secret; NULL with SASL or anonymous; never empty */
	enum ldap_sasl sasl;
	const char *cert_file;         /* client certificate for EXTERNAL over TLS; NULL: ldapi */
	const char *key_file;
	const char *keytab_file;       /* for GSSAPI */
	bool allow_cleartext;          /* a password over ldap:// to another host than loopback */
	struct {
		const char *const *bases;    /* NULL-terminated; NULL: everywhere (DIRECTORY_LDIF) */
		const char *filter;
		const char *id, *email, *given_name, *family_name;
		const char *const *aliases;  /* attribute names; NULL-terminated */
		const char *disabled;        /* attribute; NULL: nobody is */
		const char *expires;         /* attribute with an account's end; NULL: none has one */
	} people;
	struct {
		const char *const *bases;
		const char *filter;
		const char *name, *member;
		bool nested;
	} groups;
	unsigned page_size;            /* 1..20000 */
};

/* A file: the `csv` or `ldif` section; people and groups of the latter are in ldap_settings. */
struct file_settings {
	const char *path;
	int64_t max_age;           /* seconds since it was written; 0: no limit */
	const char *const *ignore; /* csv: columns of no interest; NULL-terminated */
	const char *people_class;  /* ldif: object class of people, and of groups */
	const char *groups_class;
	bool missing_gone;         /* ldif: a member that is not in the file does not exist */
};

enum scim_auth { SCIM_AUTH_BASIC, SCIM_AUTH_POST };
enum scim_id { SCIM_ID, SCIM_EXTERNAL_ID };
enum scim_email { SCIM_EMAIL_AUTO, SCIM_EMAIL_PRIMARY, SCIM_EMAIL_WORK, SCIM_EMAIL_USER_NAME };
enum scim_search { SCIM_SEARCH_GET, SCIM_SEARCH_POST }; /* see scim_query.h */
enum scim_paging { SCIM_PAGING_AUTO, SCIM_PAGING_INDEX, SCIM_PAGING_CURSOR };
/* Where the members of a group come from: see scim_ways.h. */
enum scim_membership {
	SCIM_MEMBERS_LIST,
	SCIM_MEMBERS_LIST_ATTRIBUTES,
	SCIM_MEMBERS_GROUP,
	SCIM_MEMBERS_GROUP_ATTRIBUTES,
	SCIM_MEMBERS_USERS_FILTER,
	SCIM_MEMBERS_USER_GROUPS,
	SCIM_MEMBERS_FILTER,
};

/* The `scim` section. */
struct scim_settings {
	const char *url;               /* up to /Users, without a slash at its end */
	const char *token;             /* secret; NULL: oauth2, or a certificate alone */
	struct {
		const char *token_url; /* NULL: no OAuth 2 */
		const char *client_id, *client_secret, *scope;
		enum scim_auth auth;
	} oauth2;
	const char *ca_file, *cert_file, *key_file, *proxy; /* each may be NULL */
	enum scim_id id;
	enum scim_email email;
	enum scim_membership membership;
	enum scim_paging paging;
	enum scim_search search;
	unsigned page_size;            /* 1..10000 */
	unsigned parallel, rate;       /* as http_options */
};

struct directory_settings {
	const char *name;
	struct canary *canaries;       /* in the policy, too */
	size_t canaries_nr;
	enum directory_kind kind;
	struct ldap_settings ldap;     /* DIRECTORY_LDAP, DIRECTORY_LDIF */
	struct file_settings file;     /* DIRECTORY_CSV, DIRECTORY_LDIF */
	struct scim_settings scim;     /* DIRECTORY_SCIM */
};

/* One line of `seatsync check`. */
struct check_line {
	const char *subject;           /* "corp: bind" */
	bool ok;
	const char *text;              /* what was found, or what is wrong and what to do */
	const char *group;             /* the rules' selector that it is about; NULL: none */
	bool absent;                   /* no group here is meant by it; not ok for that alone */
};

typedef void check_sink(void *ctx, const struct check_line *line);

/* Somebody in a reading, and a place at which they once were. */
struct former {
	const char *place;
	uint32_t person;
};

struct directory;

struct directory_ops {
	const char *name;
	/* No network yet.  The settings must outlive the directory. */
	int (*open)(struct directory **d, const struct directory_settings *s, struct err *e);
	/*
	 * Reads people and groups into *r, strings in `a`.  wanted: the rules'
	 * selectors, NULL-terminated, for what lies outside the search base.
	 * deadline: on CLOCK_BOOTTIME, in seconds.  Returns -1 with *e set
	 * when nothing can be used; otherwise r->state says how whole it is.
	 */
	int (*read)(struct directory *d, struct arena *a, const char *const *wanted,
		    int64_t deadline, struct reading *r, struct err *e);
	/*
	 * Optional.  NULL: who is not in a reading that is whole is not in the
	 * directory.  Otherwise the caller, before a loss may rest on absence,
	 * names the people it knew here and does not find in a COMPLETE reading
	 * (ids: NULL-terminated, at least one).  Whoever is not certainly gone
	 * or disabled makes *r PARTIAL, with why in `a`: absence is then unknown.
	 */
	void (*confirm)(struct directory *d, struct arena *a, const char *const *ids,
			int64_t deadline, struct reading *r);
	/*
	 * Optional: where groups name their members by place.  Whoever one of
	 * them names by a former place becomes its member again (group.moved
	 * says so).  A place that was two people's makes the group PARTIAL.
	 */
	void (*follow)(struct arena *a, const struct former *formers, size_t nr,
		       struct reading *r);
	/*
	 * Reports each step of connecting and reading to the sink; true when
	 * all is well.  That a group is absent is its caller's to judge:
	 * another directory may have it.
	 */
	bool (*check)(struct directory *d, struct arena *a, const char *const *wanted,
		      int64_t deadline, check_sink *sink, void *ctx);
	void (*close)(struct directory *d); /* tolerates NULL */
};

/* Embedded first in each implementation. */
struct directory {
	const struct directory_ops *ops;
	const struct directory_settings *settings;
};

/* The implementation for a kind. */
int directory_open(struct directory **d, const struct directory_settings *s, struct err *e);

#endif
