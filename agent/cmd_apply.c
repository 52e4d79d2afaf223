/* apply and sync: the two commands that change the organization. */
#include <poll.h>
#include <strings.h>
#include <unistd.h>

#include "agent/approval.h"
#include "agent/quarantine.h"
#include "agent/report.h"
#include "agent/run_metrics.h"
#include "agent/text.h"

/* ---- telling what happens ------------------------------------------------- */

struct tally {
	size_t ended, all;
};

/* The one place where an address is logged. */
static void fate_logged(const struct action *action, const struct applied *fate)
{
	const struct log_field fields[] = {
		{"action", action_name(action->kind), true},
		{"email", action->email, true},
		{"result", fate_name(fate->fate), true},
		{"role", role_name(action->role), false},
		{"reason", action->reason, false},
		{"rule", action->rule, true},
		{"text", fate->text, false},
	};
	bool well = fate->fate == FATE_DONE || fate->fate == FATE_WAITING;

	log_fields(well ? LEVEL_INFO : LEVEL_WARN, fields, ARRAY_SIZE(fields), "%s %s: %s",
		   action_name(action->kind), action->email ? action->email : "nobody",
		   fate_name(fate->fate));
}

/* Called by apply.c as each action ends. */
static void action_told(void *ctx, const struct action *action, const struct applied *fate)
{
	struct tally *tally = ctx;

	tally->ended++;
	fate_logged(action, fate);
	log_progress("%zu of %zu actions", tally->ended, tally->all);
}

/* What has not ended is not told while it lasts. */
static void unknown_logged(const struct plan *plan, const struct apply_result *result)
{
	for (size_t i = 0; i < plan->actions_nr; i++)
		if (result->fates[i].fate == FATE_UNKNOWN)
			fate_logged(&plan->actions[i], &result->fates[i]);
}

/* Whose turn it is to be looked at is no log's business: people are only counted. */
static void problems_logged(const struct plan *plan)
{
	size_t people = 0;

	for (size_t i = 0; i < plan->problems_nr; i++) {
		const struct plan_problem *p = &plan->problems[i];
		const struct log_field fields[] = {{"directory", p->directory, false},
						   {"group", p->group, false},
						   {"state", p->state, false}};

		if (problem_names_person(p))
			people++;
		else if (str_eq(p->state, "dangling") || str_eq(p->state, "moved"))
			log_fields(LEVEL_DEBUG, fields, ARRAY_SIZE(fields),
				   "a group names people who are not there; `seatsync status` "
				   "names them");
		else
			log_fields(LEVEL_WARN, fields, ARRAY_SIZE(fields), "problem: %s",
				   p->why ? p->why : "");
	}
	if (people)
		log_warn("%zu %s for an operator; `seatsync status` names them", people,
			 people == 1 ? "person waits" : "people wait");
}

/* How many people a hold keeps from losing something in this run; none once it is released. */
static size_t hold_keeps(const struct plan *plan, const struct plan_hold *hold)
{
	size_t people = 0, at = 0;

	while (hold->addresses[people])
		people++;
	while (at < plan->held_nr && !str_eq(plan->held[at].hold, hold->id))
		at++;
	return at < plan->held_nr ? people : 0;
}

/* For the timer's journal: what an operator should know of, a line each. */
static void plan_logged(const struct plan *plan)
{
	problems_logged(plan);
	for (size_t i = 0; i < plan->holds_nr; i++) {
		const struct plan_hold *h = &plan->holds[i];
		const struct log_field fields[] = {{"hold", h->id, false},
						   {"cause", hold_cause_name(h->cause), false}};
		size_t people = hold_keeps(plan, h);

		if (people)
			log_fields(LEVEL_WARN, fields, ARRAY_SIZE(fields),
				   "held for %zu %s: %s", people, people == 1 ? "person" : "people",
				   hold_meaning(h->cause));
	}
}

/* ---- the two ways to a plan that may be done --------------------------------- */

/* Reads and plans; false with *status when there is no plan. */
static bool plan_reached(struct run *r, struct session *s, const char *command, int *status)
{
	struct err e = {0};

	if (run_begin(r, s, command, &e) == 0 && run_read(r, &e) == 0 && run_plan(r, &e) == 0)
		return true;
	*status = run_abort(r, &e);
	return false;
}

/* Two lines for a journal. */
static void summary_show(const struct report *r, struct arena *a)
{
	bool all = r->result->done == r->plan->actions_nr;

	printf("%s: %s; seats %s%s\n", r->plan->organization, report_result_line(a, r),
	       all ? "" : "before: ", report_seats_line(a, r->plan, all));
	if (r->status != STATUS_AGREES)
		report_status_line(stdout, r->status);
}

static int plan_done(struct invocation *in, struct run *r, bool summary)
{
	struct tally tally = {.all = r->plan.actions_nr};
	struct apply_result result;
	struct report report = {.plan = &r->plan,
				.result = &result,
				.saved = r->saved,
				.config = r->session->settings.policy.fingerprint,
				.command = r->command,
				.colour = stdout_colour()};

	report.status = run_apply(r, action_told, &tally, &result);
	unknown_logged(&r->plan, &result);
	if (in->json)
		report_plan_json(stdout, &report);
	else if (summary)
		summary_show(&report, &r->session->arena);
	else
		report_result_text(stdout, &report);
	return (int)report.status;
}

/* ---- sync, unless so many runs failed that one a day is enough ------------------ */

static void quarantine_said(struct err *e, const struct state_summary *s, utc next)
{
	char since[UTC_TEXT_SIZE], until[UTC_TEXT_SIZE];

	err_set(e, ERR_REFUSED,
		"quarantine: the last %u runs failed, the first at %s; one a day is tried, the "
		"next after %s; nothing was done\nhint: `seatsync status` says why; a changed "
		"configuration and `seatsync sync --now` are tried at once",
		s->failures_in_a_row, utc_format(since, s->failing_since),
		utc_format(until, next));
}

/* True when this sync is left out, which is no run: *status, and said. */
static bool sync_skipped(struct session *s, int *status)
{
	struct state_summary summary;
	struct quarantine q;
	struct err e = {0};

	if (state_summary(s->state, &s->arena, &summary, &e)) {
		*status = command_fail(s->in, &e);
		return true;
	}
	q = quarantine_judge(&summary, s->settings.digest, s->now);
	if (!q.on)
		return false;
	if (q.next_at <= s->now) {
		log_warn("quarantine: the last %u runs failed; this is a new try",
			 summary.failures_in_a_row);
		return false;
	}
	quarantine_said(&e, &summary, q.next_at);
	*status = command_fail(s->in, &e);
	return true;
}

int cmd_sync(struct invocation *in)
{
	CLEANUP(session_close) struct session s = {0};
	bool now = false;
	const struct option_spec specs[] = {{"now", .flag = &now}};
	struct run r = {0};
	int status;

	if (!command_parse(in, specs, ARRAY_SIZE(specs), 0, 0))
		return in->status;
	if (!session_open(&s, in, SETTINGS_WITH_SECRETS, STATE_RUN))
		return in->status;
	if ((now || !sync_skipped(&s, &status)) && plan_reached(&r, &s, "sync", &status)) {
		plan_logged(&r.plan);
		status = plan_done(in, &r, true);
	}
	run_metrics(&s, &r, (enum status)status);
	run_close(&r);
	return status;
}

/* ---- apply asks first ---------------------------------------------------------- */

/* A plan gets old: after this long without an answer it is not done. */
enum { QUESTION_SECONDS = 10 * MINUTE };

static bool answer_is_yes(void)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	char answer[16];

	if (poll(&in, 1, QUESTION_SECONDS * 1000) <= 0) {
		fputs("\n", stderr);
		return false;
	}
	if (!fgets(answer, sizeof answer, stdin)) {
		fputs("\n", stderr);
		return false;
	}
	answer[strcspn(answer, "\r\n")] = '\0';
	return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0;
}

/* Shows the plan and asks; nothing to do needs no answer. */
static bool plan_agreed(struct run *r, bool yes)
{
	const struct report report = {.plan = &r->plan,
				      .colour = stdout_colour(),
				      .status = (enum status)plan_status(&r->plan)};

	report_plan_text(stdout, &report);
	fflush(stdout);
	if (yes || !r->plan.actions_nr)
		return true;
	fprintf(stderr, "\nDo these %zu changes? [y/N] ", r->plan.actions_nr);
	return answer_is_yes();
}

static bool apply_allowed(struct invocation *in, bool yes)
{
	if (in->operands_nr && str_eq(in->operands[0], "-"))
		in->status = command_usage(in, "a plan is read from a file alone");
	else if (yes)
		return true;
	else if (in->json)
		in->status = command_usage(in, "--json cannot ask: add --yes");
	else if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		in->status = command_usage(in, "there is no terminal to ask on: nothing was done; "
					       "add --yes, or use `seatsync sync`");
	else
		return true;
	return false;
}

static int plan_agreed_done(struct invocation *in, struct run *r, bool yes)
{
	struct err e = {0};

	if (in->json || plan_agreed(r, yes))
		return plan_done(in, r, false);
	err_set(&e, ERR_REFUSED, "not agreed to; nothing was changed");
	return run_decline(r, &e, NULL);
}

int cmd_apply(struct invocation *in)
{
	CLEANUP(session_close) struct session s = {0};
	bool yes = false;
	const struct option_spec specs[] = {{"yes", .flag = &yes}};
	struct approval approval = {0};
	struct run r = {0};
	int status;

	if (!command_parse(in, specs, ARRAY_SIZE(specs), 0, 1) || !apply_allowed(in, yes))
		return in->status;
	if (!session_open(&s, in, SETTINGS_WITH_SECRETS, STATE_RUN))
		return in->status;
	if (in->operands_nr) {
		if (!approval_open(&approval, in, &s, in->operands[0]))
			return in->status;
		r.saved = &approval.saved.file;
	}
	if (plan_reached(&r, &s, "apply", &status) &&
	    (!r.saved || approval_holds(&approval, &r, &status)))
		status = plan_agreed_done(in, &r, yes);
	run_metrics(&s, &r, (enum status)status);
	run_close(&r);
	return status;
}
