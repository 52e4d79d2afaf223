#include "connectors/ldap_account.h"

#include <stdlib.h>
#include <strings.h>

#include "connectors/ldap_time.h"
#include "connectors/yes_no.h"

static bool value_is(const struct berval *v, const char *text)
{
	return v->bv_len == strlen(text) && strncasecmp(v->bv_val, text, v->bv_len) == 0;
}

static enum account by_word(const struct berval *v)
{
	static const enum account meaning[] = {
		[SAYS_NO] = ACCOUNT_ACTIVE,
		[SAYS_YES] = ACCOUNT_DISABLED,
		[SAYS_NEITHER] = ACCOUNT_UNCLEAR,
	};

	return meaning[yes_no_parse(v->bv_val, v->bv_len)];
}

/* MS-ADTS 2.2.16: a signed decimal number of flags. */
static enum account by_flags(const struct berval *v)
{
	enum { ACCOUNTDISABLE = 2 };
	char *end;
	long flags = strtol(v->bv_val, &end, 10);

	if (!v->bv_len || end != v->bv_val + v->bv_len)
		return ACCOUNT_UNCLEAR;
	return flags & ACCOUNTDISABLE ? ACCOUNT_DISABLED : ACCOUNT_ACTIVE;
}

/* draft-behera-ldap-password-policy 5.3.3 */
static enum account by_lock_time(const struct berval *v)
{
	return value_is(v, "000001010000Z") ? ACCOUNT_DISABLED : ACCOUNT_ACTIVE;
}

enum account account_state(const struct attribute *at)
{
	enum account (*meaning)(const struct berval *) =
		attribute_is(at, "userAccountControl")     ? by_flags
		: attribute_is(at, "pwdAccountLockedTime") ? by_lock_time
							   : by_word;
	enum account all = ACCOUNT_ACTIVE;

	for (size_t i = 0; i < at->nr; i++) {
		enum account one = meaning(&at->values[i]);

		if (one == ACCOUNT_DISABLED)
			return one;
		if (one == ACCOUNT_UNCLEAR)
			all = one;
	}
	return all;
}

enum account account_expired(const struct attribute *at, utc now)
{
	int (*meaning)(const struct berval *, utc *) =
		attribute_is(at, "accountExpires") ? time_windows
		: attribute_is(at, "shadowExpire") ? time_days
						   : time_generalized;
	utc end;

	if (at->nr != 1)
		return at->nr ? ACCOUNT_UNCLEAR : ACCOUNT_ACTIVE;
	if (meaning(at->values, &end))
		return ACCOUNT_UNCLEAR;
	return end && end <= now ? ACCOUNT_DISABLED : ACCOUNT_ACTIVE;
}
