#include "agent/forecast.h"

enum { WINDOW = FORECAST_SPAN / DAY + 1 };

struct day {
	utc at;
	int64_t number, taken;
};

/* The last use of each day of the window, in order; how many there are. */
static size_t days_collect(const struct use *uses, size_t nr, utc now, struct day days[WINDOW])
{
	struct day found[WINDOW] = {{0}};
	int64_t first = (now - FORECAST_SPAN) / DAY;
	size_t kept = 0;

	for (size_t i = 0; i < nr; i++) {
		int64_t number = uses[i].at / DAY;

		if (uses[i].at > now || number < first || uses[i].at < found[number - first].at)
			continue;
		found[number - first] = (struct day){uses[i].at, number, uses[i].taken};
	}
	for (size_t i = 0; i < WINDOW; i++)
		if (found[i].at)
			days[kept++] = found[i];
	return kept;
}

static int slope_order(const void *x, const void *y)
{
	double one = *(const double *)x, other = *(const double *)y;

	return one < other ? -1 : one > other;
}

static double slopes_median(const struct day *days, size_t nr)
{
	double slopes[WINDOW * (WINDOW - 1) / 2] = {0}; /* as far as a linter can see, nr may be 0 */
	size_t pairs = 0;

	for (size_t i = 0; i < nr; i++)
		for (size_t k = i + 1; k < nr; k++)
			slopes[pairs++] = (double)(days[k].taken - days[i].taken) /
					  (double)(days[k].number - days[i].number);
	qsort(slopes, pairs, sizeof *slopes, slope_order);
	return pairs % 2 ? slopes[pairs / 2] : (slopes[pairs / 2 - 1] + slopes[pairs / 2]) / 2;
}

struct forecast forecast_make(const struct use *uses, size_t nr, int64_t free, utc now)
{
	struct day days[WINDOW];
	size_t kept = days_collect(uses, nr, now, days);
	struct forecast f = {0};

	if (free <= 0 || kept < FORECAST_POINTS)
		return f;
	f.seen = (unsigned)(days[kept - 1].number - days[0].number);
	if (f.seen < FORECAST_DAYS)
		return f;
	f.per_day = slopes_median(days, kept);
	if (f.per_day * FORECAST_MOST < (double)free)
		return f;
	f.days = (unsigned)((double)free / f.per_day);
	f.known = true;
	return f;
}
