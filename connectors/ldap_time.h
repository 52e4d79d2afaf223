/*
 * ldap_time.h - times as directories write them.
 *
 * Each returns -1 when the value is none of its kind.  *t is 0 where the
 * value says "never".
 */
#ifndef SEATSYNC_LDAP_TIME_H
#define SEATSYNC_LDAP_TIME_H

#include <lber.h>

#include "agent/base.h"

/* Generalized Time (RFC 4517 3.3.13): 20261122171200Z, 20261122171200.0Z, with an offset, without
 * seconds. */
int time_generalized(const struct berval *v, utc *t);

/*
 * accountExpires (MS-ADA1 2.2): tenths of a microsecond since 1601; 0 and
 * 9223372036854775807 are never.
 */
int time_windows(const struct berval *v, utc *t);

/* shadowExpire (RFC 2307 3.1, shadow(5)): days since 1970; negative is never. */
int time_days(const struct berval *v, utc *t);

#endif
