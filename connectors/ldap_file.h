/*
 * ldap_file.h - an LDIF file behind the contract of directory.h.
 *
 * The file stands for a server that was asked once: the same entries become
 * the same people and groups.  It is read twice, people first, so that members
 * are settled as the groups stream in.
 *
 * Which entries are people and which are groups, their class says, and the
 * base when there is one: whoever exports has filtered already.  A member that
 * is no entry of the file cannot be asked for: the group is partial, unless
 * `missing: gone` says that the export has everything a group may hold.
 */
#ifndef SEATSYNC_LDAP_FILE_H
#define SEATSYNC_LDAP_FILE_H

#include "connectors/directory.h"

extern const struct directory_ops directory_ldif;

#endif
