/*
 * ldap_people.h - entries to people, and whose a name is.
 *
 *	people_begin(&p, settings, &arena);
 *	search_all(s, &query, &taker{person_take, people_forget, &p}, ...)
 *	people_finish(&p);                 // p.items[0..nr), in `arena`
 *	people_by_dn(&p, normal) ...
 *	people_free(&p);                   // what only the reading needed
 *
 * What a directory leaves open is settled so, and the same way every time:
 *
 *	id        One value.  objectGUID as Windows prints it; other text that
 *	          looks like a UUID in lower case; bytes that are no text in
 *	          hex.  An entry without one, with several, or with another's
 *	          cannot be told from others: it is left out, its name is
 *	          kept, and the reading is partial.
 *	e-mail    Of several values the one whose normal form sorts first, as
 *	          attributes have no order; the others are aliases.
 *	aliases   At most ADDRESSES_MAX, an "smtp:" before them removed, those
 *	          that are no address ignored.
 *	names     Of several values the one that sorts first; at most TEXT_MAX
 *	          bytes, cut between characters.
 *	disabled  See ldap_account.h; an account that has expired is disabled
 *	          too.
 */
#ifndef SEATSYNC_LDAP_PEOPLE_H
#define SEATSYNC_LDAP_PEOPLE_H

#include "agent/index.h"
#include "connectors/ldap_dn.h"
#include "connectors/doubt.h"
#include "connectors/ldap_primary.h"
#include "connectors/ldap_search.h"

enum {
	PEOPLE_MAX = 5000000,
	ID_MAX = 256,        /* bytes as delivered */
	TEXT_MAX = 256,      /* a name as kept */
	ADDRESSES_MAX = 64,  /* aliases of one person */
	VALUES_MAX = 1000,   /* e-mail values of one person that are looked at */
	PEOPLE_CHUNK = 4096, /* allocated at once: so large that free gives it back to the system */
};

#define PERSON_NONE     INDEX_NONE
#define PERSON_UNUSABLE (INDEX_NONE - 1) /* there, but left out, or one name for two */

struct uid {
	const char *uid;
	uint32_t person;
};

struct mail {
	const char *email, *address;
	bool primary;
};

/* What is known so far of the entry that is taken. */
struct at_hand {
	struct account_number primary;
	bool flags_seen, end_seen;
};

struct people {
	const struct ldap_settings *settings;
	struct arena *a; /* of the reading */
	struct arena scratch;
	struct person *items; /* after people_finish */
	size_t nr;
	struct doubts doubts;
	VEC(const char *) attributes; /* that a search must ask for; NULL-terminated */
	/* private */
	VEC(struct person *) chunks; /* until people_finish */
	VEC(uint64_t) hashes;        /* index_hash of each one's normal name */
	VEC(const char *) unusable;  /* names of entries left out */
	VEC(uint32_t) ambiguous;     /* items whose name is another's too */
	VEC(struct uid) uids;        /* for posixGroup only */
	bool wants_uids, wants_primary;
	bool catalogue;         /* a server that has not every attribute */
	utc now;                /* accounts that end before are expired */
	VEC(struct mail) mails; /* of the entry at hand */
	struct at_hand at_hand;
	struct primaries primaries;        /* Active Directory only */
	struct index by_dn, by_uid, by_id; /* by_id: when first asked for */
	struct asked {
		struct berval name; /* as delivered; bv_val NULL: nobody is asked for */
		const char *normal;
	} asked;                         /* see name_key */
	char normals[2][DN_NORMAL_SIZE]; /* of the entry at hand, or name_key's last two */
	unsigned turn;
};

void people_begin(struct people *p, const struct ldap_settings *settings, struct arena *a);
int person_take(void *people, struct entry *en, struct err *e);
void people_forget(void *people);
void people_finish(struct people *p);
void people_free(struct people *p);

/* PERSON_NONE, PERSON_UNUSABLE, or an index into items.  normal: of dn_normal of name. */
uint32_t people_by_dn(struct people *p, const struct berval *name, const char *normal);
uint32_t people_by_uid(struct people *p, const char *uid);
uint32_t people_by_id(struct people *p, const char *id);

/*
 * The id in an attribute's values, as kept, in `a`.  NULL: *why says what is
 * wrong ("has two values").  Groups use it too.
 */
const char *id_text(struct arena *a, const struct attribute *at, const char **why);

/* The value that sorts first, cut to TEXT_MAX bytes of valid UTF-8; NULL when empty. */
const char *name_text(struct arena *a, const struct attribute *at);

#endif
