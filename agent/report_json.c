/* The same for programs: seatsync(1), JSON. */
#include "agent/report_rows.h"

static json_t *counts_value(const struct plan *plan)
{
	json_t *counts = json_object();

	for (int kind = 0; kind < ACTION_NR; kind++)
		json_object_set_new(counts, action_name((enum action_kind)kind),
				    json_integer((json_int_t)plan->counts[kind]));
	return counts;
}

static json_t *seats_value(const struct plan_seats *seats)
{
	return json_pack("{s:o, s:I, s:I, s:o, s:I}",
			 "total", document_seats(seats->total),
			 "assigned", (json_int_t)seats->assigned,
			 "reserved", (json_int_t)seats->reserved,
			 "free", document_seats(seats->free),
			 "waiting", (json_int_t)seats->waiting);
}

static json_t *result_value(const struct report *r)
{
	const struct apply_result *done = r->result;

	return json_pack("{s:i, s:b, s:I, s:I, s:I, s:I, s:I, s:I}",
			 "status", (int)r->status,
			 "stopped", (int)done->stopped,
			 "done", (json_int_t)done->done,
			 "failed", (json_int_t)done->failed,
			 "unknown", (json_int_t)done->unknown,
			 "waiting", (json_int_t)done->waiting,
			 "held", (json_int_t)done->held,
			 "pending", (json_int_t)done->pending);
}

static void actions_write(struct document *d, const char *name, const struct action *actions,
			  size_t nr, const struct apply_result *result)
{
	const struct action_rows rows = {.all = actions, .result = result};
	const struct listing l = action_listing(name, &rows, nr);

	listing_json(d, &l);
}

static void notes_write(struct document *d, const char *name, const struct plan_note *notes,
			size_t nr)
{
	const struct listing l = note_listing(name, notes, nr);

	listing_json(d, &l);
}

void report_lists_json(struct document *d, const struct report *r)
{
	const struct plan *p = r->plan;
	const struct listing problems = problem_listing(p->problems, p->problems_nr);

	actions_write(d, "actions", p->actions, p->actions_nr, r->result);
	actions_write(d, "held", p->held, p->held_nr, NULL);
	actions_write(d, "waiting", p->waiting, p->waiting_nr, NULL);
	actions_write(d, "manual", p->manual, p->manual_nr, NULL);
	notes_write(d, "adopted", p->adopted, p->adopted_nr);
	notes_write(d, "unmanaged", p->unmanaged, p->unmanaged_nr);
	notes_write(d, "skipped", p->skipped, p->skipped_nr);
	listing_json(d, &problems);
}

static json_t *saved_value(const struct plan_file *saved)
{
	return json_pack("{s:o, s:o, s:o}", "id", document_text(saved->id), "created_at",
			 document_time(saved->created_at), "digest", document_text(saved->digest));
}

void report_plan_json(FILE *out, const struct report *r)
{
	const struct plan *p = r->plan;
	struct document d;

	document_begin(&d, out, r->command ? r->command : "plan");
	document_field(&d, "id", document_text(p->id));
	document_field(&d, "organization", document_text(p->organization));
	document_field(&d, "created_at", document_time(p->created_at));
	document_field(&d, "config", document_text(r->config));
	document_field(&d, "complete", json_boolean(p->complete));
	document_field(&d, "counts", counts_value(p));
	document_field(&d, "seats", seats_value(&p->seats));
	if (r->result)
		document_field(&d, "result", result_value(r));
	if (r->saved)
		document_field(&d, "saved", saved_value(r->saved));
	report_lists_json(&d, r);
	if (r->command || r->person)
		document_end(&d);
	else
		document_end_sealed(&d);
}
