/*
 * seats_now.h - the seats as the last run left them, and what follows: how
 * many more would serve all, when none will be free.  For seats and status.
 */
#ifndef SEATSYNC_SEATS_NOW_H
#define SEATSYNC_SEATS_NOW_H

#include "agent/command.h"
#include "agent/forecast.h"

struct seats_now {
	struct seat_sample last; /* at 0: no run has seen them */
	int64_t reserve;         /* kept back by the configuration */
	int64_t worklisted;      /* people whom an operator should invite, and who want one */
	int64_t needed;          /* more seats that would serve all who wait */
	struct forecast forecast;
	utc asked;
};

int seats_now_load(struct seats_now *n, struct session *s, const struct seat_sample *last,
		   struct err *e);

/* A line each: the numbers; who waits; when they are full, if that is known. */
void seats_now_text(FILE *out, const struct seats_now *n);

json_t *forecast_value(const struct seats_now *n); /* null when it is not known */

#endif
