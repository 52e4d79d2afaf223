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

int seats_now_load(struct seats_now *n, struct session *s, const struct seat_sample *last,
		   struct err *e)
{
	struct seat_sample *recent;
	size_t nr;

	if (state_seat_samples(s->state, &s->arena, s->now - FORECAST_SPAN, &recent, &nr, e))
		return -1;
	*n = (struct seats_now){.last = *last,
				.reserve = s->settings.policy.seats.reserve,
				.asked = s->now};
	if (last->free != SEATS_UNKNOWN && last->waiting > last->free)
		n->needed = last->waiting - last->free;
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
		fputs("for no seat, but for tomorrow's invitations\n", out);
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
		"free %s, %s\n", total.own, (long long)s->assigned, (long long)s->reserved,
		(long long)n->reserve, free_now.own, age.own);
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
