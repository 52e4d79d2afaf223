/* A plan, and what became of it, for people. */
#include "agent/report_rows.h"
#include "agent/text.h"

/* ---- sections --------------------------------------------------------- */

enum tone { TONE_PLAIN, TONE_GAIN, TONE_LOSS, TONE_CARE };

static const char *tone_code(enum tone tone)
{
	static const char *const codes[] = {
		[TONE_PLAIN] = "\033[1m",
		[TONE_GAIN] = "\033[1;32m",
		[TONE_LOSS] = "\033[1;31m",
		[TONE_CARE] = "\033[1;33m",
	};
	return codes[tone];
}

static void toned(FILE *out, const struct report *r, enum tone tone, const char *text)
{
	fprintf(out, "%s%s%s", r->colour ? tone_code(tone) : "", text, r->colour ? "\033[0m" : "");
}

static void heading(FILE *out, const struct report *r, enum tone tone, const char *title, size_t nr,
		    const char *note)
{
	fputc('\n', out);
	toned(out, r, tone, title);
	fprintf(out, " (%zu)%s%s\n", nr, *note ? ": " : "", note);
}

static void more(FILE *out, size_t hidden)
{
	if (hidden)
		fprintf(out, "  ... and %zu more; --json has all\n", hidden);
}

/* ---- the head ---------------------------------------------------------- */

static void dry_run_mark(FILE *out, const struct report *r)
{
	if (!r->dry_run)
		return;
	toned(out, r, TONE_CARE, "DRY RUN");
	fputs(": nothing was changed\n", out);
}

static void head(FILE *out, const struct report *r)
{
	const struct plan *p = r->plan;
	const struct listing directories = directory_listing(p->directories, p->directories_nr);
	char at[UTC_TEXT_SIZE];

	toned(out, r, TONE_PLAIN, p->organization);
	fprintf(out, ": plan %s of %s\n", p->id, utc_format(at, p->created_at));
	dry_run_mark(out, r);
	if (r->person) {
		fputs("only what is about ", out);
		text_show(out, r->person);
		fputc('\n', out);
	}
	fputs("\ndirectories\n", out);
	listing_text(out, &directories, false, "  ");
}

/* ---- what is to be done -------------------------------------------------- */

static const struct kind_words {
	const char *title;
	enum tone tone;
} kind_words[ACTION_NR] = {
	[ACTION_INVITE] = {"invite", TONE_GAIN},
	[ACTION_REISSUE_INVITATION] = {"reissue the invitation", TONE_GAIN},
	[ACTION_CANCEL_INVITATION] = {"cancel the invitation", TONE_LOSS},
	[ACTION_ASSIGN_SEAT] = {"assign a seat", TONE_GAIN},
	[ACTION_REVOKE_SEAT] = {"revoke the seat", TONE_LOSS},
	[ACTION_SET_ROLE] = {"raise the role", TONE_GAIN},
	[ACTION_REMOVE_MEMBER] = {"remove from the organization", TONE_LOSS},
	[ACTION_ISSUE_TOKEN] = {"issue a token", TONE_GAIN},
	[ACTION_REVOKE_TOKEN] = {"revoke the token", TONE_LOSS},
};

static struct kind_words action_words(const struct action *action)
{
	if (action->kind == ACTION_SET_ROLE && action->role < action->from_role)
		return (struct kind_words){"lower the role", TONE_LOSS};
	return kind_words[action->kind];
}

typedef VEC(const struct action *) action_list;

static void actions_show(FILE *out, const struct action_rows *rows, size_t nr)
{
	const struct listing l = action_listing(NULL, rows, nr);

	listing_text(out, &l, false, "  ");
}

/* Those of one phase and kind: in the order of doing, a heading for each. */
static void kind_section(FILE *out, const struct report *r, enum phase phase, enum action_kind kind)
{
	const struct plan *p = r->plan;
	struct kind_words words = {0};
	action_list list = {0};

	for (size_t i = 0; i < p->actions_nr; i++) {
		const struct action *action = &p->actions[i];

		if (action->phase != phase || action->kind != kind)
			continue;
		words = action_words(action);
		VEC_ADD(&list, action);
	}
	heading(out, r, words.tone, words.title, list.nr,
		phase == PHASE_AFTER_PROMOTE ? "after a promotion of this run" : "");
	actions_show(out, &(struct action_rows){.all = p->actions, .chosen = list.items,
						.result = r->result}, list.nr);
	VEC_FREE(&list);
}

static void actions_sections(FILE *out, const struct report *r)
{
	bool present[PHASE_NR][ACTION_NR] = {{false}};

	for (size_t i = 0; i < r->plan->actions_nr; i++)
		present[r->plan->actions[i].phase][r->plan->actions[i].kind] = true;
	for (int phase = 0; phase < PHASE_NR; phase++)
		for (int kind = 0; kind < ACTION_NR; kind++)
			if (present[phase][kind])
				kind_section(out, r, (enum phase)phase, (enum action_kind)kind);
}

/* ---- what is not done, and why ------------------------------------------- */

static bool same_hold(const struct action *a, const struct action *b)
{
	return a->cause == b->cause && str_eq(a->hold, b->hold);
}

/* What keeps back every one of these; NULL when it differs or is not said. */
static const char *why_shared(const struct action *actions, size_t nr)
{
	for (size_t i = 1; i < nr; i++)
		if (!str_eq(actions[i].why, actions[0].why))
			return NULL;
	return actions[0].why;
}

static void hold_section(FILE *out, const struct report *r, const struct action *first)
{
	const struct plan *p = r->plan;
	action_list list = {0};
	const char *why = first->why;

	for (size_t i = (size_t)(first - p->held); i < p->held_nr; i++) {
		if (!same_hold(first, &p->held[i]))
			continue;
		VEC_ADD(&list, &p->held[i]);
		if (!str_eq(p->held[i].why, first->why))
			why = NULL; /* then each says its own */
	}
	heading(out, r, TONE_LOSS, "held", list.nr, why ? why : hold_meaning(first->cause));
	actions_show(out, &(struct action_rows){.all = p->held, .chosen = list.items, .kinds = true,
						.why_said = why != NULL}, list.nr);
	if (hold_releasable(first->cause) && first->hold)
		fprintf(out, "  `seatsync release %s` lets the next run do these and no others\n",
			first->hold);
	else
		fputs("  cannot be released; ends by itself with its cause\n", out);
	VEC_FREE(&list);
}

static void held_sections(FILE *out, const struct report *r)
{
	const struct plan *p = r->plan;
	action_list firsts = {0};

	for (size_t i = 0; i < p->held_nr; i++) {
		size_t k = 0;

		while (k < firsts.nr && !same_hold(firsts.items[k], &p->held[i]))
			k++;
		if (k == firsts.nr)
			VEC_ADD(&firsts, &p->held[i]);
	}
	for (size_t k = 0; k < firsts.nr; k++)
		hold_section(out, r, firsts.items[k]);
	VEC_FREE(&firsts);
}

/* `shared_note` is the note where one cause keeps all of them back, and is said before it. */
static void queue_section(FILE *out, const struct report *r, const char *title, const char *note,
			  const char *shared_note, const struct action *actions, size_t nr)
{
	struct arena a = {0};
	const char *why;

	if (!nr)
		return;
	why = nr > 1 ? why_shared(actions, nr) : NULL;
	heading(out, r, TONE_CARE, title, nr,
		why ? arena_printf(&a, "%s; %s", why, shared_note) : note);
	actions_show(out, &(struct action_rows){.all = actions, .numbered = !r->person,
						.kinds = true, .why_said = why != NULL}, nr);
	arena_free(&a);
}

/* Lists that may be as long as the organization are cut short for people. */
enum { NOTES_SHOWN = 20 };

static void notes_section(FILE *out, const struct report *r, const char *title, const char *note,
			  const struct plan_note *notes, size_t nr)
{
	size_t shown = nr < NOTES_SHOWN ? nr : NOTES_SHOWN;
	const struct listing l = note_listing(NULL, notes, shown);

	if (!nr)
		return;
	heading(out, r, TONE_PLAIN, title, nr, note);
	listing_text(out, &l, false, "  ");
	more(out, nr - shown);
}

static void problems_section(FILE *out, const struct report *r)
{
	const struct listing l = problem_listing(r->plan->problems, r->plan->problems_nr);

	if (!l.rows_nr)
		return;
	heading(out, r, TONE_LOSS, "problems", l.rows_nr, "an operator should look at these");
	listing_text(out, &l, false, "  ");
}

/* ---- the foot ------------------------------------------------------------ */

struct seats_row {
	const char *when;
	int64_t total, assigned, reserved, free, waiting;
};

static void seats_fill(const void *data, size_t i, struct cell *cells)
{
	const struct seats_row *row = (const struct seats_row *)data + i;

	cell_text(&cells[0], row->when);
	cell_seats(&cells[1], row->total);
	cell_number(&cells[2], row->assigned);
	cell_number(&cells[3], row->reserved);
	cell_seats(&cells[4], row->free);
	cell_number(&cells[5], row->waiting);
}

static void seats_section(FILE *out, const struct plan_seats *s)
{
	static const struct column columns[] = {{NULL, "seats"},    {NULL, "total"},
						{NULL, "assigned"}, {NULL, "reserved"},
						{NULL, "free"},     {NULL, "waiting"}};
	const struct seats_row rows[] = {
		{"before", s->total, s->assigned, s->reserved, s->free, s->waiting},
		{"after", s->total, s->assigned_after, s->reserved_after, s->free_after,
		 s->waiting},
	};
	const struct listing l = {NULL, columns, ARRAY_SIZE(columns), rows, ARRAY_SIZE(rows),
				  seats_fill};

	fputc('\n', out);
	listing_text(out, &l, true, "");
	if (s->reserve)
		fprintf(out, "%lld of the total are kept free by `seats.reserve`\n",
			(long long)s->reserve);
}

void report_status_line(FILE *out, enum status status)
{
	const char *next, *meaning = status_meaning(status, &next);

	fprintf(out, "status %d: %s%s%s\n", status, meaning, next ? "; " : "", next ? next : "");
}

static void totals(FILE *out, const struct report *r)
{
	struct arena a = {0};
	const char *between = "actions: ";

	fputc('\n', out);
	for (int kind = 0; kind < ACTION_NR; kind++) {
		if (!r->plan->counts[kind])
			continue;
		fprintf(out, "%s%s %zu", between, action_name((enum action_kind)kind),
			r->plan->counts[kind]);
		between = ", ";
	}
	fprintf(out, "%stotal: %s\n", str_eq(between, ", ") ? "\n" : "",
		report_result_line(&a, r));
	arena_free(&a);
}

static void foot(FILE *out, const struct report *r)
{
	seats_section(out, &r->plan->seats);
	totals(out, r);
	if (!r->dry_run)
		return; /* what it ends with is told after the doing */
	dry_run_mark(out, r);
	report_status_line(out, r->status);
}

static void lists_text(FILE *out, const struct report *r)
{
	const struct plan *p = r->plan;

	actions_sections(out, r);
	held_sections(out, r);
	queue_section(out, r, "waiting",
		      "for a seat, for tomorrow's invitations or after a refusal, in the order of the queue",
		      "in the order of the queue", p->waiting, p->waiting_nr);
	queue_section(out, r, "manual", "no call of the platform does these; an operator does",
		      "an operator does these", p->manual, p->manual_nr);
	notes_section(out, r, "adopted", "managed from now on", p->adopted, p->adopted_nr);
	notes_section(out, r, "unmanaged", "left alone; `seatsync adopt` makes one managed",
		      p->unmanaged, p->unmanaged_nr);
	notes_section(out, r, "skipped", "given nothing, and nothing taken", p->skipped,
		      p->skipped_nr);
	problems_section(out, r);
}

void report_plan_text(FILE *out, const struct report *r)
{
	head(out, r);
	lists_text(out, r);
	foot(out, r);
}

void report_result_text(FILE *out, const struct report *r)
{
	const struct plan *p = r->plan;
	action_list list = {0};

	for (size_t i = 0; i < p->actions_nr; i++)
		if (r->result->fates[i].fate != FATE_DONE)
			VEC_ADD(&list, &p->actions[i]);
	if (list.nr) {
		heading(out, r, TONE_LOSS, "not done", list.nr, "");
		actions_show(out, &(struct action_rows){.all = p->actions, .chosen = list.items,
							.result = r->result, .kinds = true},
			     list.nr);
	}
	VEC_FREE(&list);
	if (p->actions_nr) /* else the plan's foot has said it */
		totals(out, r);
	report_status_line(out, r->status);
}
