/*
 * address.h - e-mail addresses, compared.
 *
 * Two spellings are one address when their normal forms are equal: the local
 * part case-folded and NFC (Unicode, not only ASCII), the domain in lower-case
 * A-labels (IDNA 2008, UTS #46 non-transitional).  Built on libunistring and
 * libidn2; plain ASCII takes a short way past both.
 */
#ifndef SEATSYNC_ADDRESS_H
#define SEATSYNC_ADDRESS_H

#include "agent/base.h"

enum { ADDRESS_MAX = 254 }; /* RFC 5321 4.5.3.1.3, less the angle brackets */

/*
 * The normal form of email[0..len), in `a`; NULL when it is no address that
 * one can invite: not UTF-8, too long, no single @, an empty part, white
 * space or a control character in it, a domain that is none (at least two
 * labels, no leading or trailing dot or hyphen).  *why then says which, as
 * "has no domain".  `same` (may be NULL) is set when the normal form equals
 * the text, so that a caller can keep one copy; nothing is allocated when
 * that text is a string that was just made in `a`: email itself is returned.
 */
const char *address_normal(struct arena *a, const char *email, size_t len, bool *same,
			   const char **why);

/* The normal form of a domain for comparing with an address's; NULL when it is none. */
const char *address_domain_normal(struct arena *a, const char *domain);

/* The part behind the @ of a normal form. */
const char *address_domain(const char *address);

#endif
