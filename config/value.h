/*
 * value.h - the few kinds of values of the configuration, out of text.  Each
 * returns -1 when the text is no such value; ranges are for the caller.
 */
#ifndef SEATSYNC_CONFIG_VALUE_H
#define SEATSYNC_CONFIG_VALUE_H

#include "agent/base.h"

enum { COUNT_MAX = 1000000 };
#define TIME_MAX ((int64_t)36500 * DAY)

/* Decimal digits, perhaps behind a minus; beyond int64_t: INT64_MAX or INT64_MIN. */
int value_count(const char *text, int64_t *n);

/* A count and a unit: 30s, 15m, 24h, 7d; beyond int64_t: INT64_MAX. */
int value_time(const char *text, int64_t *seconds);

/* A count and a percent sign. */
int value_percent(const char *text, int64_t *percent);

/* A day as 2027-06-30: the first second behind it, in UTC. */
int value_day_end(const char *text, utc *t);

#endif
