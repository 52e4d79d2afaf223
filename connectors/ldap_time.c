#include "connectors/ldap_time.h"

#include <errno.h>
#include <stdio.h>

#include "agent/text.h"

/* A decimal number and nothing else; libldap ends every value with a NUL. */
static int number_of(const struct berval *v, long long *number)
{
	char *end;

	if (!v->bv_len || !(*v->bv_val == '-' || (*v->bv_val >= '0' && *v->bv_val <= '9')))
		return -1;
	errno = 0;
	*number = strtoll(v->bv_val, &end, 10);
	return errno || end != v->bv_val + v->bv_len ? -1 : 0;
}

int time_generalized(const struct berval *v, utc *t)
{
	enum { HOURS = 10, MINUTES = 12, SECONDS = 14 };
	const char *s = v->bv_val, *zone;
	size_t digits = strspn(s, "0123456789");
	char text[64];

	if (strlen(s) != v->bv_len || v->bv_len > 40 ||
	    (digits != HOURS && digits != MINUTES && digits != SECONDS))
		return -1;
	zone = s + digits;
	if (*zone == '.' || *zone == ',')
		zone += 1 + strspn(zone + 1, "0123456789");
	if (strcmp(zone, "Z") != 0 &&
	    !(strchr("+-", *zone) && (strlen(zone) == 5 || strlen(zone) == 3)))
		return -1;
	snprintf(text, sizeof text, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s%.3s%s%s", s, s + 4, s + 6, s + 8,
		 digits >= MINUTES ? s + 10 : "00", digits == SECONDS ? s + 12 : "00", zone,
		 *zone == 'Z' ? "" : ":",
		 *zone == 'Z'        ? ""
		 : strlen(zone) == 5 ? zone + 3
				     : "00");
	return utc_parse(text, t);
}

int time_windows(const struct berval *v, utc *t)
{
	static const long long a_second = 10000000, since_1601 = 11644473600;
	long long number;

	if (number_of(v, &number) || number < 0)
		return -1;
	*t = 0;
	if (number == 0 || number == INT64_MAX)
		return 0;
	/* What is before 1970 is long past, and 0 would mean never. */
	number = number / a_second - since_1601;
	*t = number > 0 ? number : 1;
	return 0;
}

int time_days(const struct berval *v, utc *t)
{
	enum { DAYS_MAX = 10000000 };
	long long number;

	if (number_of(v, &number) || number > DAYS_MAX)
		return -1;
	*t = number < 0 ? 0 : number == 0 ? 1 : number * DAY;
	return 0;
}
