/*
 * configured.h - a directory as somebody would configure it, so that what a
 * kind sets by default is tested against the server it is for.
 */
#ifndef SEATSYNC_TESTS_LDAP_CONFIGURED_H
#define SEATSYNC_TESTS_LDAP_CONFIGURED_H

#include "connectors/directory.h"

struct configured;

/*
 * Writes DIR/seatsync.yaml with these lines, each indented by six spaces, as
 * the directory's ldap section, and loads it.  Its password is in the
 * environment's LDAP_PASSWORD.
 */
const struct directory_settings *configured_open(struct configured **c, const char *dir,
						 const char *lines);
void configured_close(struct configured *c);

#endif
