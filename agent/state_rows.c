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

enum { GLANCE_MOST = 20 };

void listing_glance(FILE *out, const char *title, const struct listing *l, const char *where)
{
	struct listing first = *l;

	if (l->rows_nr <= GLANCE_MOST) {
		listing_section(out, title, l);
		return;
	}
	first.rows_nr = GLANCE_MOST;
	fprintf(out, "\n%s (%zu)\n", title, l->rows_nr);
	listing_text(out, &first, false, "  ");
	fprintf(out, "  ... and %zu more; see %s\n", l->rows_nr - first.rows_nr, where);
}

/* ---- leavers ------------------------------------------------------------------- */

static void leaver_next(struct cell *c, const struct leaver_row *row, const struct leaver_rows *rows)
{
	const struct policy *p = rows->policy;
	struct arena a = {0};
	int64_t left = row->since + p->leavers.grace - rows->now;

	if (!p->leavers.remove)
		cell_format(c, "stays, without a seat or a role (leavers.remove)");
	else if (left > 0)
		cell_format(c, "removed in %s, if not back", duration_format(&a, left));
	else if (row->runs < p->leavers.runs)
		cell_format(c, "removed when %u more runs see it", p->leavers.runs - row->runs);
	else
		cell_format(c, "removed by the next run, unless held");
	arena_free(&a);
}

static void leaver_fill(const void *data, size_t i, struct cell *cells)
{
	const struct leaver_rows *rows = data;
	const struct leaver_row *row = &rows->items[i];

	cell_text(&cells[0], row->email);
	cell_time(&cells[1], row->since);
	cells[1].before = "not entitled since ";
	cell_number(&cells[2], row->runs);
	cell_format(&cells[3], "seen by %u of %u runs", row->runs, rows->policy->leavers.runs);
	cell_time(&cells[4], row->since + rows->policy->leavers.grace);
	leaver_next(&cells[5], row, rows);
}

struct listing leaver_listing(const struct leaver_rows *rows)
{
	static const struct column columns[] = {
		{"email", "e-mail"}, {"since", "since"},      {"runs", NULL},
		{NULL, "runs"},      {"grace_ends_at", NULL}, {"next", "next"},
	};

	return (struct listing){"leavers", columns, ARRAY_SIZE(columns), rows, rows->nr,
				leaver_fill};
}

/* ---- invitations ------------------------------------------------------------ */

static int left_order(const void *x, const void *y)
{
	const struct outlook_row *one = x, *other = y;

	return strcmp(one->email ? one->email : "", other->email ? other->email : "");
}

int invitations_load(struct invitation_rows *rows, struct session *s, struct err *e)
{
	struct outlook_row *all;
	size_t nr;

	if (state_invitations(s->state, &s->arena, &rows->items, &rows->nr, e) ||
	    state_outlook(s->state, &s->arena, NULL, &all, &nr, e))
		return -1;
	rows->left = all;
	rows->left_nr = 0;
	for (size_t i = 0; i < nr; i++)
		if (all[i].action)
			rows->left[rows->left_nr++] = all[i];
	if (rows->left_nr)
		qsort(rows->left, rows->left_nr, sizeof *rows->left, left_order);
	rows->policy = &s->settings.policy;
	rows->a = &s->arena;
	rows->now = s->now;
	return 0;
}

static bool invitation_ended(const struct invitation_row *row, utc now)
{
	return row->expires_at && row->expires_at <= now;
}

static const char *invitation_state(const struct invitation_row *row, utc now)
{
	if (!row->made)
		return "refused";
	if (row->gone_since)
		return "gone";
	return invitation_status_name(invitation_ended(row, now) ? INVITATION_EXPIRED
								 : INVITATION_OPEN);
}

/* What the last plan left to be done for this address; NULL: nothing. */
static const char *next_left(const struct invitation_rows *rows, const struct invitation_row *row)
{
	const struct outlook_row key = {.email = row->email}, *left;

	left = rows->left_nr ? bsearch(&key, rows->left, rows->left_nr, sizeof key, left_order)
			     : NULL;
	if (!left)
		return NULL;
	if (str_eq(left->list, "manual"))
		return arena_printf(rows->a, "an operator does it: %s", left->action);
	return arena_printf(rows->a, "%s %s: %s", left->action,
			    str_eq(left->list, "held") ? "is held" : "waits",
			    left->why ? left->why : left->reason);
}

/* The rules of the invitations, in the words of whoever asks what comes next. */
static const char *invitation_next(const struct invitation_rows *rows,
				   const struct invitation_row *row)
{
	const struct policy *p = rows->policy;
	const char *left = next_left(rows, row);
	bool ended = invitation_ended(row, rows->now);
	char at[UTC_TEXT_SIZE];

	if (left)
		return left;
	if (row->parked)
		return arena_printf(rows->a, "none; `seatsync adopt %s` starts anew", row->email);
	if (row->refused)
		return arena_printf(rows->a, "tried again; the platform refused it %u time%s in a row, "
					     "last at %s%s%s", row->refused, row->refused == 1 ? "" : "s",
				    utc_format(at, row->refused_at), row->refused_text ? ": " : "",
				    row->refused_text ? row->refused_text : "");
	if (row->gone_since)
		return "invited again after the grace, if no member came";
	if (row->attempts >= p->invitations.attempts || p->invitations.reissue == REISSUE_NEVER)
		return ended ? "parked by the next run" : "the last mail; parked when it ends";
	if (p->invitations_mode == INVITATIONS_MANUAL)
		return ended ? "on the worklist of the next run" : "on the worklist when it ends";
	if (ended)
		return "sent again by the next run";
	if (p->invitations.reissue == REISSUE_BEFORE && p->invitations_mode == INVITATIONS_API)
		return arena_printf(rows->a, "sent again %s before it ends",
				    duration_format(rows->a, p->invitations.reissue_before));
	return "sent again when it ends";
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
	cell_text(&cells[1], invitation_state(row, rows->now));
	cell_text(&cells[2], role_name(row->role));
	cell_time(&cells[3], row->sent_at);
	cell_time(&cells[4], row->expires_at);
	cell_age(&cells[5], row->expires_at, rows->now);
	cell_number(&cells[6], row->attempts);
	cell_format(&cells[7], "%u of %u", row->attempts, rows->policy->invitations.attempts);
	cell_text(&cells[8], parked_name(row->parked));
	cell_flag(&cells[9], row->wants_seat);
	cell_text(&cells[10], invitation_next(rows, row));
	cell_text(&cells[11], row->id);
	cell_number(&cells[12], row->refused);
	cell_time(&cells[13], row->refused_at);
}

struct listing invitation_listing(const char *name, const struct invitation_rows *rows)
{
	static const struct column columns[] = {
		{"email", "e-mail"},          {"status", "status"}, {"role", "role"},
		{"sent_at", "sent"},          {"expires_at", NULL}, {NULL, "ends"},
		{"attempts", NULL},           {NULL, "mails"},      {"parked", "parked"},
		{"wants_seat", "wants a seat"}, {"next", "next step"}, {"id", NULL},
		{"refused", NULL},            {"refused_at", NULL},
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
	cell_format(&cells[3], "%zu %s", hold->emails_nr, hold->emails_nr == 1 ? "person" : "people");
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
