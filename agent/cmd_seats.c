/* seats: how many there are, who waits, how many more would do, when they are full. */
#include "agent/seats_now.h"
#include "agent/state_rows.h"

enum { SEATS_SPAN = 30 * DAY };

/* How many wait for a seat under one rule. */
struct rule_wait {
	const char *rule;
	size_t people;
};

struct seats_view {
	struct seats_now now;
	struct seat_sample *samples;
	struct outlook_row *waiting;
	VEC(struct rule_wait) rules; /* in the order of the queue */
	size_t samples_nr, waiting_nr;
};

/* ---- what follows from the numbers ------------------------------------------- */

static void rule_count(struct seats_view *v, const char *rule)
{
	for (size_t i = 0; i < v->rules.nr; i++) {
		if (!str_eq(v->rules.items[i].rule, rule))
			continue;
		v->rules.items[i].people++;
		return;
	}
	VEC_ADD(&v->rules, ((struct rule_wait){rule, 1}));
}

static int view_load(struct seats_view *v, struct session *s, utc since, struct err *e)
{
	struct state_summary summary;

	if (state_summary(s->state, &s->arena, &summary, e) ||
	    seats_now_load(&v->now, s, &summary.seats, e) ||
	    state_seat_samples(s->state, &s->arena, since, &v->samples, &v->samples_nr, e) ||
	    state_outlook(s->state, &s->arena, "waiting", &v->waiting, &v->waiting_nr, e))
		return -1;
	for (size_t i = 0; i < v->waiting_nr; i++)
		if (v->waiting[i].wants_seat)
			rule_count(v, v->waiting[i].rule);
	return 0;
}

/* ---- lists --------------------------------------------------------------------- */

static void rule_fill(const void *data, size_t i, struct cell *cells)
{
	const struct rule_wait *row = (const struct rule_wait *)data + i;

	cell_text(&cells[0], row->rule);
	cell_number(&cells[1], (int64_t)row->people);
}

static struct listing rule_listing(const struct seats_view *v)
{
	static const struct column columns[] = {{"rule", "rule"}, {"people", "people"}};

	return (struct listing){"by_rule", columns, ARRAY_SIZE(columns), v->rules.items,
				v->rules.nr, rule_fill};
}

static void place_fill(const void *data, size_t i, struct cell *cells)
{
	const struct outlook_row *row = (const struct outlook_row *)data + i;

	cell_number(&cells[0], (int64_t)i + 1);
	cell_text(&cells[1], row->email);
	cell_text(&cells[2], row->rule);
	cell_text(&cells[3], row->action);
	cell_text(&cells[4], row->why);
	cell_text(&cells[5], row->reason);
	cell_text(&cells[6], role_name(row->role));
}

static struct listing place_listing(const struct seats_view *v)
{
	static const struct column columns[] = {
		{"place", "place"}, {"email", "e-mail"},  {"rule", "rule"}, {"action", "action"},
		{"why", "why"},     {"reason", NULL},     {"role", NULL},
	};

	return (struct listing){"waiting", columns, ARRAY_SIZE(columns), v->waiting, v->waiting_nr,
				place_fill};
}

static bool sample_same(const struct seat_sample *x, const struct seat_sample *y)
{
	return x->total == y->total && x->assigned == y->assigned && x->reserved == y->reserved &&
	       x->free == y->free && x->waiting == y->waiting;
}

/* An hour like the one before tells a reader nothing; the last one stays, for its time. */
static size_t samples_changed(struct seat_sample *rows, size_t nr)
{
	size_t kept = 0;

	for (size_t i = 0; i < nr; i++)
		if (!kept || i + 1 == nr || !sample_same(&rows[i], &rows[kept - 1]))
			rows[kept++] = rows[i];
	return kept;
}

/* ---- showing -------------------------------------------------------------------- */

static void seats_text(struct seats_view *v)
{
	const struct listing rules = rule_listing(v), places = place_listing(v);
	struct listing samples;

	if (!v->now.last.at) {
		puts("no run has seen the seats yet");
		return;
	}
	seats_now_text(stdout, &v->now);
	v->samples_nr = samples_changed(v->samples, v->samples_nr);
	samples = sample_listing(v->samples, v->samples_nr);
	if (rules.rows_nr > 1)
		listing_section(stdout, "waiting for a seat, by rule", &rules);
	listing_section(stdout, "waiting, in the order of the queue", &places);
	if (v->samples_nr) {
		puts("\nover time, where it changed");
		listing_text(stdout, &samples, true, "  ");
	}
}

static json_t *now_value(const struct seats_view *v)
{
	const struct seat_sample *s = &v->now.last;

	if (!s->at)
		return json_null();
	return json_pack("{s:o, s:o, s:I, s:I, s:I, s:o, s:I, s:I}", "at", document_time(s->at),
			 "total", document_seats(s->total), "assigned", (json_int_t)s->assigned,
			 "reserved", (json_int_t)s->reserved, "reserve", (json_int_t)v->now.reserve,
			 "free", document_seats(s->free), "waiting", (json_int_t)s->waiting,
			 "needed", (json_int_t)v->now.needed);
}

static void seats_json(const struct seats_view *v)
{
	const struct listing lists[] = {rule_listing(v), place_listing(v),
					sample_listing(v->samples, v->samples_nr)};
	struct document d;

	document_begin(&d, stdout, "seats");
	document_field(&d, "now", now_value(v));
	document_field(&d, "forecast", forecast_value(&v->now));
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		listing_json(&d, &lists[i]);
	document_end(&d);
}

int cmd_seats(struct invocation *in)
{
	CLEANUP(session_close) struct session s = {0};
	const char *since_text = NULL;
	const struct option_spec specs[] = {{"since", .value = &since_text}};
	struct seats_view v = {0};
	struct err e = {0};
	utc since;

	if (!command_parse(in, specs, ARRAY_SIZE(specs), 0, 0) ||
	    !command_since(in, since_text, SEATS_SPAN, &since))
		return in->status;
	if (!session_open(&s, in, SETTINGS_WITHOUT_SECRETS, STATE_READ))
		return in->status;
	if (view_load(&v, &s, since, &e))
		return command_fail(in, &e);
	if (in->json)
		seats_json(&v);
	else
		seats_text(&v);
	VEC_FREE(&v.rules);
	return STATUS_AGREES;
}
