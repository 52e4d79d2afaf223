#include "tests/sim/clock.h"

#include <stdio.h>
#include <time.h>

utc clock_now(const struct clock *c)
{
	return (utc)time(NULL) + c->offset;
}

int64_t clock_real_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

const char *time_format(char text[TIME_TEXT_SIZE], utc t, enum time_format format)
{
	static const char *const zones[] = {
		[TIME_OFFSET] = "+00:00",
		[TIME_Z] = "Z",
		[TIME_FRACTION] = ".250000+00:00",
	};
	time_t seconds = (time_t)t;
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(text, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm))
		return memset(text, 0, 1);
	strncat(text, zones[format], TIME_TEXT_SIZE - strlen(text) - 1);
	return text;
}

/* Not strftime's names: they follow the locale. */
const char *time_http(char text[TIME_TEXT_SIZE], utc t)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t seconds = (time_t)t;
	struct tm tm;

	if (!gmtime_r(&seconds, &tm))
		return memset(text, 0, 1);
	snprintf(text, TIME_TEXT_SIZE, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
		 days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon, tm.tm_year + 1900,
		 tm.tm_hour, tm.tm_min, tm.tm_sec);
	return text;
}

/* ":00", "Z" or nothing after the seconds and their fraction. */
static int zone_parse(const char *text, int *seconds)
{
	int hours, minutes, used = 0;
	char sign;

	*seconds = 0;
	if (str_eq(text, "") || str_eq(text, "Z") || str_eq(text, "z"))
		return 0;
	if (sscanf(text, "%c%2d:%2d%n", &sign, &hours, &minutes, &used) != 3 || text[used] ||
	    (sign != '+' && sign != '-') || hours > 23 || minutes > 59)
		return -1;
	*seconds = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);
	return 0;
}

int time_parse(const char *text, utc *t)
{
	struct tm tm = {0};
	const char *rest = strptime(text, "%Y-%m-%d", &tm);
	int zone;

	if (!rest || (*rest != 'T' && *rest != ' '))
		return -1;
	rest = strptime(rest + 1, "%H:%M:%S", &tm);
	if (rest && *rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if (!rest || zone_parse(rest, &zone))
		return -1;
	*t = (utc)timegm(&tm) - zone;
	return 0;
}
