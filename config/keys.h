/*
 * keys.h - every key of the configuration: one table that the parser, the
 * defaults, the ranges, the nearest key meant, the example and the editors'
 * schema stand on.
 */
#ifndef SEATSYNC_CONFIG_KEYS_H
#define SEATSYNC_CONFIG_KEYS_H

#include "config/config.h"
#include "config/shape.h"

enum key_type {
	KEY_SECTION,  /* a mapping of further keys, into the same record */
	KEY_SECTIONS, /* a list of mappings, each a record of its own; empty unless required */
	KEY_TEXT,     /* const char * */
	KEY_LIST,     /* of texts: const char *const *, NULL-terminated */
	KEY_TEXTS,    /* a text, or a list of 1..most texts: const char *const *, NULL-terminated */
	KEY_NUMBER,   /* unsigned or int64_t, least..most */
	KEY_TIME,     /* int64_t seconds, least..most */
	KEY_PERCENT,  /* unsigned, 0..100 */
	KEY_BOOL,     /* bool */
	KEY_WORD,     /* one of words: its index, as an enum or a bool */
	KEY_TOTAL,    /* auto or a number: int64_t */
	KEY_REISSUE,  /* expired, never or "before TIME": in struct policy */
	KEY_DAY,      /* 2027-06-30: utc of the first second behind it */
	KEY_HEADERS,  /* names and values: in struct platform_settings */
	KEY_LATER,    /* comes with a later version: nothing but its default may be given */
};

struct section;

struct key {
	const char *name;
	const char *about;                /* one line, for editors */
	enum key_type type;
	bool required;
	bool one_of;                      /* KEY_SECTION: of these, one and only one is given */
	bool nullable;                    /* null may be given */
	const char *standard[LDAP_KINDS]; /* default as YAML, by kind, of a list its one item;
					     NULL: as the first; that NULL: null */
	size_t at, size;                  /* the field in the record; size 0: not stored */
	int64_t least, most;
	const char *const *words;
	size_t words_nr;
	size_t words_now;                 /* those behind come with a later version; 0: all are here */
	shape_fn *shape;                  /* of the text or of each of the list */
	const char *instead;              /* what to do about what comes later */
	const struct section *section;
	size_t nr_at;                     /* KEY_SECTIONS: the size_t that counts them */
};

struct section {
	const struct key *keys;
	size_t nr;
	size_t record;                    /* KEY_SECTIONS: size of one */
	const char *variant;              /* the key whose word chooses among defaults; NULL: none */
};

enum { DIRECTORIES_MAX = 32, URLS_MAX = 16, HEADERS_MAX = 16, BASES_MAX = 16, CANARIES_MAX = 16 };

extern const struct section section_root;

/* What every call carries unless the configuration says otherwise. */
extern const struct platform_header headers_standard[2];

/* As YAML; NULL: null. */
const char *key_standard(const struct key *k, enum ldap_kind kind);

#endif
