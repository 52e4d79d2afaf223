/*
 * ldap_directory.h - LDAP behind the contract of directory.h.
 *
 * The files, each knowing only those above it:
 *	ldap_dn         names that mean the same get one text
 *	ldap_wire       connecting, and bytes under a deadline
 *	ldap_server     one server: TLS (ldap_tls, ldap_probe), who we are
 *	                (ldap_sasl, ldap_ticket), what an answer means (ldap_words)
 *	ldap_search     entries as they stream in, whole or refused
 *	ldap_people     entries to people, and (ldap_names.c) whose a name is;
 *	                accounts that are disabled (ldap_account, ldap_time)
 *	ldap_primary    who has which primary group (ldap_windows)
 *	ldap_groups     entries to groups, and which members are still strangers
 *	ldap_filtered   groups that are a filter on people
 *	ldap_ranges     members that come in ranges
 *	ldap_members    strangers looked up (ldap_lookup)
 *	ldap_follow     members named by a place that they left
 *	ldap_root       what the server says about itself
 *	ldap_read       one reading of one server
 *	ldap_directory  servers in turn; check
 */
#ifndef SEATSYNC_LDAP_DIRECTORY_H
#define SEATSYNC_LDAP_DIRECTORY_H

#include "connectors/directory.h"

extern const struct directory_ops directory_ldap;

/*
 * libldap takes defaults from the environment and from an ldaprc in the
 * working directory, among them "accept any certificate".  This makes it
 * ignore both, once and for all.  Opening a directory calls it; a program
 * that opens directories in threads calls it in main before the first, as it
 * changes the environment.  main must also ignore SIGPIPE: our own writes
 * never raise it, but a library's could.
 */
void ldap_environment_forget(void);

#endif
