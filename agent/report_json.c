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
	json_t *value = json_object();

	json_object_set_new(value, "total", document_seats(seats->total));
	json_object_set_new(value, "assigned", json_integer(seats->assigned));
	json_object_set_new(value, "reserved", json_integer(seats->reserved));
	json_object_set_new(value, "free", document_seats(seats->free));
	json_object_set_new(value, "waiting", json_integer(seats->waiting));
	return value;
}

static json_t *result_value(const struct report *r)
{
	const struct apply_result *done = r->result;
	const struct {
		const char *key;
		size_t nr;
	} fields[] = {
		{"done", done->done},       {"failed", done->failed}, {"unknown", done->unknown},
		{"waiting", done->waiting}, {"held", done->held},     {"pending", done->pending},
	};
	json_t *value = json_object();

	json_object_set_new(value, "status", json_integer(r->status));
	json_object_set_new(value, "stopped", json_boolean(done->stopped));
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		json_object_set_new(value, fields[i].key, json_integer((json_int_t)fields[i].nr));
	return value;
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

void report_plan_json(FILE *out, const struct report *r)
{
	const struct plan *p = r->plan;
	const struct listing problems = problem_listing(p->problems, p->problems_nr);
	struct document d;

	document_begin(&d, out, r->result ? "apply" : "plan");
	document_field(&d, "id", document_text(p->id));
	document_field(&d, "organization", document_text(p->organization));
	document_field(&d, "created_at", document_time(p->created_at));
	document_field(&d, "complete", json_boolean(p->complete));
	document_field(&d, "counts", counts_value(p));
	document_field(&d, "seats", seats_value(&p->seats));
	if (r->result)
		document_field(&d, "result", result_value(r));
	actions_write(&d, "actions", p->actions, p->actions_nr, r->result);
	actions_write(&d, "held", p->held, p->held_nr, NULL);
	actions_write(&d, "waiting", p->waiting, p->waiting_nr, NULL);
	actions_write(&d, "manual", p->manual, p->manual_nr, NULL);
	notes_write(&d, "adopted", p->adopted, p->adopted_nr);
	notes_write(&d, "unmanaged", p->unmanaged, p->unmanaged_nr);
	notes_write(&d, "skipped", p->skipped, p->skipped_nr);
	listing_json(&d, &problems);
	document_end(&d);
}
