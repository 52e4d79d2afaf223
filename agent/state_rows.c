#include "agent/state_rows.h"

#include "agent/report.h"
#include "agent/text.h"

void cell_age(struct cell *c, utc t, utc now)
{
	struct arena a = {0};

	if (t > now)
		cell_format(c, "in %s", duration_format(&a, t - now));
	else if (t)
		cell_format(c, "%s ago", duration_format(&a, now - t));
	arena_free(&a);
}

void listing_section(FILE *out, const char *title, const struct listing *l)
{
	if (!l->rows_nr)
		return;
	fprintf(out, "\n%s (%zu)\n", title, l->rows_nr);
	listing_text(out, l, false, "  ");
}

/* ---- invitations ------------------------------------------------------------ */

static enum invitation_status invitation_state(const struct invitation_row *row, utc now)
{
	return row->expires_at && row->expires_at <= now ? INVITATION_EXPIRED : INVITATION_OPEN;
}

void invitations_expiring(struct invitation_rows *rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->nr; i++)
		if (rows->items[i].expires_at > rows->now &&
		    rows->items[i].expires_at <= rows->now + EXPIRING_SECONDS)
			rows->items[kept++] = rows->items[i];
	rows->nr = kept;
}

static void invitation_fill(const void *data, size_t i, struct cell *cells)
{
	const struct invitation_rows *rows = data;
	const struct invitation_row *row = &rows->items[i];

	cell_text(&cells[0], row->email);
	cell_text(&cells[1], invitation_status_name(invitation_state(row, rows->now)));
	cell_text(&cells[2], role_name(row->role));
	cell_time(&cells[3], row->sent_at);
	cell_time(&cells[4], row->expires_at);
	cell_age(&cells[5], row->expires_at, rows->now);
	cell_number(&cells[6], row->attempts);
	cell_text(&cells[7], parked_name(row->parked));
	cell_flag(&cells[8], row->wants_seat);
	cell_text(&cells[9], row->id);
}

struct listing invitation_listing(const char *name, const struct invitation_rows *rows)
{
	static const struct column columns[] = {
		{"email", "e-mail"},          {"status", "status"}, {"role", "role"},
		{"sent_at", "sent"},          {"expires_at", NULL}, {NULL, "ends"},
		{"attempts", "mails"},        {"parked", "parked"}, {"wants_seat", "wants a seat"},
		{"id", NULL},
	};

	return (struct listing){name, columns, ARRAY_SIZE(columns), rows, rows->nr,
				invitation_fill};
}

/* ---- what the last plan left ------------------------------------------------- */

static void outlook_fill(const void *data, size_t i, struct cell *cells)
{
	const struct outlook_row *row = (const struct outlook_row *)data + i;

	cell_text(&cells[0], row->action);
	cell_text(&cells[1], row->email);
	cell_text(&cells[2], role_name(row->role));
	cell_text(&cells[3], row->reason);
	cell_text(&cells[4], row->rule);
	cell_text(&cells[5], row->hold);
	cells[5].before = "hold ";
	cell_text(&cells[6], row->why);
}

struct listing outlook_listing(const char *name, const struct outlook_row *rows, size_t nr)
{
	static const struct column columns[] = {
		{"action", "action"}, {"email", "e-mail"}, {"role", "role"}, {"reason", "reason"},
		{"rule", NULL},       {"hold", "hold"},    {"why", "why"},
	};

	return (struct listing){name, columns, ARRAY_SIZE(columns), rows, nr, outlook_fill};
}

/* ---- holds --------------------------------------------------------------------- */

static json_t *hold_people(const struct hold_row *hold)
{
	json_t *people = json_array();

	for (size_t i = 0; i < hold->emails_nr; i++)
		json_array_append_new(people, json_pack("{s:o, s:o}",
							"email", document_text(hold->emails[i]),
							"reason", document_text(hold->reasons[i])));
	return people;
}

static void hold_fill(const void *data, size_t i, struct cell *cells)
{
	const struct hold_row *hold = (const struct hold_row *)data + i;

	cell_text(&cells[0], hold->id);
	cell_text(&cells[1], hold_cause_name(hold->cause));
	cell_time(&cells[2], hold->made_at);
	cell_format(&cells[3], "%zu people", hold->emails_nr);
	cell_flag(&cells[4], hold_releasable(hold->cause));
	cell_time(&cells[5], hold->released_at);
	cells[5].before = "released ";
	cell_text(&cells[6], hold->released_by);
	cells[6].before = "by ";
	cell_text(&cells[7], hold_meaning(hold->cause));
	cell_json(&cells[8], hold_people(hold));
}

struct listing hold_listing(const struct hold_row *rows, size_t nr)
{
	static const struct column columns[] = {
		{"id", "hold"},         {"cause", "cause"},
		{"made_at", "made"},    {NULL, "size"},
		{"releasable", NULL},   {"released_at", "released"},
		{"released_by", "by"},  {"why", "why"},
		{"people", NULL},
	};

	return (struct listing){"holds", columns, ARRAY_SIZE(columns), rows, nr, hold_fill};
}

static void hold_person_fill(const void *data, size_t i, struct cell *cells)
{
	const struct hold_row *hold = data;

	cell_text(&cells[0], hold->emails[i]);
	cell_text(&cells[1], hold->reasons[i]);
}

void hold_people_text(FILE *out, const struct hold_row *hold, const char *indent)
{
	static const struct column columns[] = {{NULL, "e-mail"}, {NULL, "reason"}};
	const struct listing l = {NULL, columns, ARRAY_SIZE(columns), hold, hold->emails_nr,
				  hold_person_fill};

	listing_text(out, &l, false, indent);
}

/* ---- history --------------------------------------------------------------------- */

static void history_fill(const void *data, size_t i, struct cell *cells)
{
	const struct history_row *row = (const struct history_row *)data + i;

	cell_number(&cells[0], row->seq);
	cell_time(&cells[1], row->at);
	cell_text(&cells[2], row->event);
	cell_text(&cells[3], row->email);
	cell_text(&cells[4], row->result);
	cell_text(&cells[5], row->actor);
	if (row->run)
		cell_number(&cells[6], row->run);
	cell_text(&cells[7], row->text);
}

struct listing history_listing(const struct history_row *rows, size_t nr)
{
	static const struct column columns[] = {
		{"seq", "link"},      {"at", "when"},     {"event", "what"}, {"email", "e-mail"},
		{"result", "result"}, {"actor", "by"},    {"run", "run"},    {"text", "details"},
	};

	return (struct listing){"history", columns, ARRAY_SIZE(columns), rows, nr, history_fill};
}

/* ---- seats over time ---------------------------------------------------------------- */

static void sample_fill(const void *data, size_t i, struct cell *cells)
{
	const struct seat_sample *row = (const struct seat_sample *)data + i;

	cell_time(&cells[0], row->at);
	cell_seats(&cells[1], row->total);
	cell_number(&cells[2], row->assigned);
	cell_number(&cells[3], row->reserved);
	cell_seats(&cells[4], row->free);
	cell_number(&cells[5], row->waiting);
}

struct listing sample_listing(const struct seat_sample *rows, size_t nr)
{
	static const struct column columns[] = {
		{"at", "when"},           {"total", "total"}, {"assigned", "assigned"},
		{"reserved", "reserved"}, {"free", "free"},   {"waiting", "waiting"},
	};

	return (struct listing){"seats", columns, ARRAY_SIZE(columns), rows, nr, sample_fill};
}
