/*
 * fixture.h - a configuration in a folder of its own, loaded.
 */
#ifndef SEATSYNC_TESTS_CONFIG_FIXTURE_H
#define SEATSYNC_TESTS_CONFIG_FIXTURE_H

#include <stdio.h>

#include "config/config.h"

#define BASE_HEAD                                                                                  \
	"organization:\n"                                                                          \
	"  id: acme\n"                                                                             \
	"  client_id: robot\n"                                                                     \
	"  client_secret_env: SEATSYNC_TEST_SECRET\n"
#define BASE_DIRECTORY                                                                             \
	"directories:\n"                                                                           \
	"  - name: corp\n"                                                                         \
	"    ldap:\n"                                                                              \
	"      urls: [ldaps://dc1.example.com]\n"
#define BASE_BASES                                                                                 \
	"      people: {base: \"ou=people,dc=x\"}\n"                                               \
	"      groups: {base: \"ou=groups,dc=x\"}\n"
#define BASE_RULES                                                                                 \
	"rules:\n"                                                                                 \
	"  - group: staff\n"
/* As little as there can be. */
#define BASE BASE_HEAD BASE_DIRECTORY BASE_BASES BASE_RULES

struct fixture {
	char folder[64]; /* empty: none yet */
	char path[512];  /* of the file last written by fixture_file */
	struct settings s;
	struct config_faults faults;
	struct err e;
	char *printed;   /* every fault, for a file named f */
};

/* Writes a file into the fixture's folder and returns its full name (until the next call). */
const char *fixture_file(struct fixture *f, const char *name, const char *bytes, size_t len);

/* Loads bytes[0..len) as a file; returns what settings_load did. */
int fixture_load(struct fixture *f, const char *bytes, size_t len, enum settings_secrets secrets);

#define CLEAR "goes to another host in clear text\n"

/* Lines added to the base: line 5, line 9, line 13 and behind; and all that is said of them. */
struct row {
	const char *organization, *ldap, *rest, *printed;
};
void rows_check(const struct row *rows, size_t nr);

/* Frees what was loaded. */
void fixture_reset(struct fixture *f);

/* And removes the folder. */
void fixture_end(struct fixture *f);

#endif
