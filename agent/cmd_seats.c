#include "agent/command.h"
#include "agent/state_rows.h"

enum { SEATS_SPAN = 30 * DAY };

struct seats_view {
	struct seat_sample *samples;
	struct outlook_row *waiting;
	size_t samples_nr, waiting_nr;
};

static void seats_show(const struct invocation *in, const struct seats_view *v)
{
	const struct listing samples = sample_listing(v->samples, v->samples_nr);
	const struct listing waiting = outlook_listing("waiting", v->waiting, v->waiting_nr);
	struct document d;

	if (in->json) {
		document_begin(&d, stdout, "seats");
		listing_json(&d, &samples);
		listing_json(&d, &waiting);
		document_end(&d);
		return;
	}
	if (v->samples_nr)
		listing_text(stdout, &samples, true, "");
	else
		puts("no run has seen the seats yet");
	listing_section(stdout, "waiting, in the order of the queue", &waiting);
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
	if (state_seat_samples(s.state, &s.arena, since, &v.samples, &v.samples_nr, &e) ||
	    state_outlook(s.state, &s.arena, "waiting", &v.waiting, &v.waiting_nr, &e))
		return command_fail(in, &e);
	seats_show(in, &v);
	return STATUS_AGREES;
}
