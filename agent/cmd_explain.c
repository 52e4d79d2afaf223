/* explain: everything about one person, for whoever is asked "why not me?". */
#include "agent/explain.h"
#include "agent/report.h"

enum { HISTORY_SHOWN = 10 };

static int past_load(struct explanation *x, struct session *s, struct err *e)
{
	const struct history_filter filter = {.address = x->address, .limit = HISTORY_SHOWN};

	if (state_history(s->state, &s->arena, &filter, &x->history, &x->history_nr, e))
		return -1;
	x->found |= x->history_nr > 0;
	return 0;
}

/* The lists of the last plan that name the person. */
static int outlook_load(struct explanation *x, struct session *s, struct err *e)
{
	static const char *const lists[] = {"held", "waiting", "manual", "skipped", "unmanaged"};
	VEC(struct outlook_row) rows = {0};
	int failed = 0;

	for (size_t k = 0; !failed && k < ARRAY_SIZE(lists); k++) {
		struct outlook_row *all;
		size_t nr;

		failed = state_outlook(s->state, &s->arena, lists[k], &all, &nr, e);
		for (size_t i = 0; !failed && i < nr; i++)
			if (email_is_address(all[i].email, x->address))
				VEC_ADD(&rows, all[i]);
	}
	x->outlook = arena_array(&s->arena, rows.nr, sizeof *x->outlook);
	x->outlook_nr = rows.nr;
	if (rows.nr)
		memcpy(x->outlook, rows.items, rows.nr * sizeof *x->outlook);
	VEC_FREE(&rows);
	return failed;
}

/* A fresh reading when it can be had; else what the state says. */
static int explanation_make(struct explanation *x, struct run *r, struct session *s,
			    const char *address, struct err *e)
{
	struct err unread = {0};
	struct known known;

	if (run_begin(r, s, NULL, &unread) == 0 && run_read(r, &unread) == 0) {
		if (run_plan(r, e))
			return -1;
		explanation_live(x, r, address);
		explanation_answer(x, &s->arena);
		return past_load(x, s, e);
	}
	log_progress_end();
	log_warn("%s; this is from the state alone", unread.text);
	x->policy = &s->settings.policy;
	x->now = s->now;
	if (state_load(s->state, &s->arena, s->now, &known, e))
		return -1;
	explanation_remembered(x, &known, address);
	if (state_decision(s->state, &s->arena, address, &x->decision, e))
		return -1;
	explanation_answer(x, &s->arena);
	return past_load(x, s, e) || outlook_load(x, s, e) ? -1 : 0;
}

static int explanation_show(const struct invocation *in, const struct explanation *x)
{
	if (!x->found)
		log_error("nobody that is known has the address %s", x->address);
	if (in->json)
		explanation_json(stdout, x);
	else if (x->found)
		explanation_text(stdout, x);
	return x->found && x->live ? STATUS_AGREES : STATUS_FAILED;
}

int cmd_explain(struct invocation *in)
{
	CLEANUP(session_close) struct session s = {0};
	struct explanation x = {0};
	const char *address;
	struct run r = {0};
	struct err e = {0};
	int status;

	if (!command_parse(in, NULL, 0, 1, 1))
		return in->status;
	address = command_address(in, &s.arena, in->operands[0]);
	if (!address || !session_open(&s, in, SETTINGS_WITH_SECRETS, STATE_READ))
		return in->status;
	if (explanation_make(&x, &r, &s, address, &e))
		status = run_abort(&r, &e);
	else
		status = explanation_show(in, &x);
	explanation_free(&x);
	run_close(&r);
	return status;
}
