#include "agent/seats_now.h"

#include "agent/state_rows.h"

static struct forecast forecast_of(struct arena *a, const struct seat_sample *samples, size_t nr,
				   int64_t free, utc now)
{
	struct use *uses = arena_array(a, nr, sizeof *uses);

	for (size_t i = 0; i < nr; i++)
		uses[i] = (struct use){samples[i].at, samples[i].assigned + samples[i].reserved};
	return forecast_make(uses, nr, free, now);
}

static int64_t outlook_seats(const struct outlook_row *rows, size_t nr, const char *list)
{
	int64_t wanted = 0;

	for (size_t i = 0; i < nr; i++)
		wanted += rows[i].wants_seat && str_eq(rows[i].list, list);
	return wanted;
}

/* The free seats of today are for those whom an operator should invite, then for who waits. */
static int64_t seats_needed(int64_t waiting, int64_t worklisted, int64_t free)
{
	int64_t left = free > worklisted ? free - worklisted : 0;

	return free == SEATS_UNKNOWN || waiting <= left ? 0 : waiting - left;
}

int seats_now_load(struct seats_now *n, struct session *s, const struct seat_sample *last,
		   struct err *e)
{
	struct seat_sample *recent;
	struct outlook_row *rows;
	size_t nr, rows_nr;

	if (state_seat_samples(s->state, &s->arena, s->now - FORECAST_SPAN, &recent, &nr, e) ||
	    state_outlook(s->state, &s->arena, NULL, &rows, &rows_nr, e))
		return -1;
	*n = (struct seats_now){.last = *last,
				.reserve = s->settings.policy.seats.reserve,
				.worklisted = outlook_seats(rows, rows_nr, "manual"),
				.asked = s->now};
	n->needed = seats_needed(outlook_seats(rows, rows_nr, "waiting"), n->worklisted, last->free);
	n->forecast = forecast_of(&s->arena, recent, nr, last->free, s->now);
	return 0;
}

/* One column of titles, as in `status`. */
static void title(FILE *out, const char *word)
{
	fprintf(out, "%-14s", word);
}

static void forecast_text(FILE *out, const struct seats_now *n)
{
	const struct forecast *f = &n->forecast;

	if (!f->known && n->last.free != 0)
		return;
	title(out, "forecast");
	if (n->last.free == 0)
		fputs("full now\n", out);
	else if (f->days)
		fprintf(out, "full in about %u day%s: ", f->days, f->days == 1 ? "" : "s");
	else
		fputs("full within a day: ", out);
	if (f->known)
		fprintf(out, "%.1f more a day in the last %u days\n", f->per_day, f->seen);
}

static void waiting_text(FILE *out, const struct seats_now *n)
{
	int64_t people = n->last.waiting;

	if (!people)
		return;
	title(out, "waiting");
	fprintf(out, "%lld %s; ", (long long)people, people == 1 ? "person" : "people");
	if (n->needed)
		fprintf(out, "%lld more seat%s would serve all\n", (long long)n->needed,
			n->needed == 1 ? "" : "s");
	else
		fputs("not for a seat but for tomorrow's invitations\n", out);
}

void seats_now_text(FILE *out, const struct seats_now *n)
{
	const struct seat_sample *s = &n->last;
	struct cell age = {0}, total = {0}, free_now = {0};

	cell_age(&age, s->at, n->asked);
	cell_format(&total, s->total < 0 ? "unknown" : "%lld", (long long)s->total);
	cell_format(&free_now, s->free < 0 ? "unknown" : "%lld", (long long)s->free);
	title(out, "seats");
	fprintf(out, "total %s, assigned %lld, reserved for invitations %lld, kept back %lld, "
		"free %s, ", total.own, (long long)s->assigned, (long long)s->reserved,
		(long long)n->reserve, free_now.own);
	if (n->worklisted && s->free > 0)
		fprintf(out, "for %lld on the worklist, ", (long long)n->worklisted);
	fprintf(out, "%s\n", age.own);
	if (s->total >= 0 && s->assigned > s->total) {
		title(out, "over");
		fprintf(out, "%lld more are assigned than there are; nobody loses one for it\n",
			(long long)(s->assigned - s->total));
	}
	waiting_text(out, n);
	forecast_text(out, n);
}

json_t *forecast_value(const struct seats_now *n)
{
	const struct forecast *f = &n->forecast;

	if (!f->known)
		return json_null();
	return json_pack("{s:i, s:o, s:f, s:i}", "full_in_days", (int)f->days, "full_at",
			 document_time(n->asked + (int64_t)f->days * DAY), "per_day", f->per_day,
			 "days_seen", (int)f->seen);
}
