/*
 * forecast.h - when will the seats be full?  From how many were taken over
 * time, members' and invitations' alike.  Pure.
 *
 *	struct forecast f = forecast_make(uses, nr, free, now);
 *	if (f.known)
 *		... full in about f.days days ...
 *
 * One use a day counts, the day's last.  The growth is the median of the slopes
 * between all pairs of days (Theil and Sen): a day on which a group was empty by
 * mistake, or a class of forty joined, does not bend it, as it would bend least
 * squares.  Not known, and so not said: with fewer than FORECAST_POINTS days or
 * FORECAST_DAYS between the first and the last; when the use does not grow; when
 * no seat is free, or nobody knows how many are; beyond a year.
 */
#ifndef SEATSYNC_FORECAST_H
#define SEATSYNC_FORECAST_H

#include "agent/base.h"

enum {
	FORECAST_SPAN = 30 * DAY, /* older uses tell nothing of the present growth */
	FORECAST_DAYS = 7,
	FORECAST_POINTS = 5,
	FORECAST_MOST = 365,      /* days ahead */
};

struct use {
	utc at;
	int64_t taken; /* assigned and reserved */
};

struct forecast {
	bool known;
	double per_day;  /* seats more each day */
	unsigned days;   /* until none is free; 0: today */
	unsigned seen;   /* days between the first and the last use that counted */
};

/* uses in any order; free is SEATS_UNKNOWN (-1) when nobody knows. */
struct forecast forecast_make(const struct use *uses, size_t nr, int64_t free, utc now);

#endif
