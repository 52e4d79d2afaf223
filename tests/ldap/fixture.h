/*
 * fixture.h - servers for the tests of the LDAP connector, and short words
 * for what they ask of a reading.
 */
#ifndef SEATSYNC_TESTS_LDAP_FIXTURE_H
#define SEATSYNC_TESTS_LDAP_FIXTURE_H

#include <stdio.h>

#include "connectors/directory.h"

/* ---- servers: each ends with the test program, however that ends ------------ */

/* A real one, by slapd.sh. */
struct slapd {
	char dir[64];
	char url[64], tls_url[64], local_url[256];
	char ca[128], cert[128], key[128];
	FILE *keeper; /* stops it and removes dir when this closes */
};

/* options: of slapd.sh start; "@" in it stands for this folder. */
void slapd_start(struct slapd *s, const char *options);
void slapd_stop(struct slapd *s);

/* One that misbehaves, by hostile.py. */
struct hostile {
	char dir[64], url[64], tls_url[64], log[128];
	FILE *keeper;
};

/* kind: of hostile.py; with another address than 127.0.0.1 after a space. */
void hostile_start(struct hostile *h, const char *kind);
void hostile_stop(struct hostile *h);

/* How many lines of its log begin so. */
unsigned hostile_count(const struct hostile *h, const char *begin);

/* Runs a command made of printf words; the test fails when it does. */
void run(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* ---- readings ------------------------------------------------------------------ */

enum { LONG = 600 }; /* seconds, where time is not what is tested */

/* Settings for the tree that slapd.sh makes, with url as the only server. */
struct directory_settings settings_for(const char *url);
void settings_urls(struct directory_settings *s, const char *const *urls);

struct outcome {
	int rc;
	struct err e;
	struct reading r;
	struct arena a;
	double seconds;
};

void outcome_read(struct outcome *o, const struct directory_settings *s, const char *const *wanted,
		  int seconds);
void outcome_free(struct outcome *o);

/* The person whose place begins so ("uid=ada,"); NULL none. */
const struct person *person_at(const struct reading *r, const char *begin);
const struct group *group_named(const struct reading *r, const char *name);

/* What an operator is told of members that are nobody's; "" nothing. */
const char *nobodies_text(struct outcome *o, const char *group);

/* The members of a group as "ada grace | left right | others 1 dangling 2", sorted. */
const char *members_text(struct outcome *o, const char *group);

/* Fails unless the text of the error holds all these words. */
void error_says(const struct err *e, enum err_kind kind, const char *words);

#endif
