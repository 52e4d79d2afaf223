/*
 * ldap_windows.h - the two binary identifiers of Active Directory.
 */
#ifndef SEATSYNC_LDAP_WINDOWS_H
#define SEATSYNC_LDAP_WINDOWS_H

#include <lber.h>

#include "agent/base.h"

enum {
	GUID_SIZE = 16,
	SID_DOMAIN_MAX = 8 + 4 * 14, /* bytes: 15 numbers at most, the last is the account's */
};

/*
 * A GUID (MS-DTYP 2.3.4) as Windows prints it, in lower case, in `a`: its
 * first three parts are little-endian.  NULL when it is none.
 */
const char *guid_text(struct arena *a, const struct berval *v);

/* A SID (MS-DTYP 2.4.2): the domain, and the account's number (RID) in it. */
struct sid {
	unsigned char domain[SID_DOMAIN_MAX];
	size_t domain_len;
	uint32_t account;
};

/* -1 when it is none. */
int sid_split(struct sid *sid, const struct berval *v);

#endif
