/*
 * ldap_account.h - does an attribute say that an account is disabled, or has ended?
 */
#ifndef SEATSYNC_LDAP_ACCOUNT_H
#define SEATSYNC_LDAP_ACCOUNT_H

#include "connectors/ldap_search.h"

enum account { ACCOUNT_ACTIVE, ACCOUNT_DISABLED, ACCOUNT_UNCLEAR };

/*
 * By the attribute's own meaning where it has one:
 *	userAccountControl     bit 2, ACCOUNTDISABLE
 *	pwdAccountLockedTime   000001010000Z only, "locked by an administrator";
 *	                       any other time is a lock after wrong passwords,
 *	                       and a locked person has not left
 * else as a yes or no (yes_no.h).
 * One value that says disabled is enough.  UNCLEAR: a value that is none of
 * these; nobody loses anything by it, and it is reported.
 */
enum account account_state(const struct attribute *at);

/*
 * Has the account ended before `now`?  accountExpires counts as Active
 * Directory does, shadowExpire in days, any other attribute is a Generalized
 * Time (krbPrincipalExpiration).  ACTIVE also when it never ends.
 */
enum account account_expired(const struct attribute *at, utc now);

#endif
