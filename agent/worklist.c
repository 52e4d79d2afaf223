#include "agent/worklist.h"

#include <stdio.h>

#include "agent/log.h"
#include "agent/outfile.h"
#include "agent/report_bulk.h"
#include "agent/text.h"

struct worklist {
	FILE *out;
	char *text;
	size_t len;
	size_t taken;
	VEC(const char *) left_out;
};

static void worklist_begin(struct worklist *w)
{
	w->out = open_memstream(&w->text, &w->len);
	BUG_IF(!w->out);
}

static void worklist_add(struct worklist *w, const char *email)
{
	if (!bulk_harmless(email)) {
		VEC_ADD(&w->left_out, email);
		return;
	}
	bulk_line(w->out, email);
	w->taken++;
}

static void worklist_say(const struct worklist *w, const char *path)
{
	CLEANUP(arena_free) struct arena a = {0};

	if (w->taken)
		log_info("%s: %zu addresses for the site's Bulk Upload", path, w->taken);
	else
		log_info("%s: empty, nobody is to be invited by Bulk Upload", path);
	for (size_t i = 0; i < w->left_out.nr; i++)
		log_warn("%s: %s is not in it: a spreadsheet would take the address for a formula\n"
			 "hint: invite this one on the site by hand",
			 path, text_shown(&a, w->left_out.items[i]));
}

static int worklist_end(struct worklist *w, const char *path, struct err *e)
{
	int failed;

	fclose(w->out);
	failed = outfile_write(path, OUTFILE_PRIVATE, w->text, w->len, e);
	if (!failed)
		worklist_say(w, path);
	free(w->text);
	VEC_FREE(&w->left_out);
	return failed;
}

int worklist_write_plan(const char *path, const struct plan *plan, struct err *e)
{
	struct worklist w = {0};

	worklist_begin(&w);
	for (size_t i = 0; i < plan->manual_nr; i++)
		if (plan->manual[i].kind == ACTION_INVITE)
			worklist_add(&w, plan->manual[i].email);
	return worklist_end(&w, path, e);
}

int worklist_write_outlook(const char *path, const struct outlook_row *rows, size_t nr,
			   struct err *e)
{
	struct worklist w = {0};

	worklist_begin(&w);
	for (size_t i = 0; i < nr; i++)
		if (str_eq(rows[i].action, action_name(ACTION_INVITE)) && rows[i].email)
			worklist_add(&w, rows[i].email);
	return worklist_end(&w, path, e);
}
