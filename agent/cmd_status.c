/* status: how things stand, from the state alone. */
#include "agent/command.h"
#include "agent/quarantine.h"
#include "agent/report_rows.h"
#include "agent/seats_now.h"
#include "agent/state_rows.h"
#include "agent/text.h"
#include "agent/worklist.h"

/*
 * A timer runs hourly, and a machine may be away for a day: a last success
 * that is older means that nobody looks after the organization.
 */
enum { FRESH_SECONDS = 25 * HOUR, AHEAD_SECONDS = 10 * MINUTE };

struct view {
	struct state_summary summary;
	struct seats_now seats;
	struct invitation_rows expiring;
	struct leaver_rows leavers;
	struct hold_row *holds;
	struct outlook_row *waiting, *manual;
	struct plan_problem *problems;
	size_t holds_nr, waiting_nr, manual_nr, problems_nr;
	struct quarantine quarantine;
	utc now;
	enum status status;
	const char *why;
};

static int view_load(struct view *v, struct session *s, struct err *e)
{
	struct arena *a = &s->arena;
	struct leaver_row *leavers;

	if (state_summary(s->state, a, &v->summary, e) ||
	    seats_now_load(&v->seats, s, &v->summary.seats, e) ||
	    state_leavers(s->state, a, &leavers, &v->leavers.nr, e) ||
	    invitations_load(&v->expiring, s, e) ||
	    state_holds(s->state, a, &v->holds, &v->holds_nr, e) ||
	    state_outlook(s->state, a, "waiting", &v->waiting, &v->waiting_nr, e) ||
	    state_outlook(s->state, a, "manual", &v->manual, &v->manual_nr, e) ||
	    state_problems(s->state, a, &v->problems, &v->problems_nr, e))
		return -1;
	v->now = v->leavers.now = s->now;
	v->leavers.items = leavers;
	v->leavers.policy = &s->settings.policy;
	v->quarantine = quarantine_judge(&v->summary, s->settings.digest, v->now);
	invitations_expiring(&v->expiring);
	return 0;
}

/* ---- how it stands ------------------------------------------------------------ */

static bool problems_wait(const struct view *v)
{
	for (size_t i = 0; i < v->problems_nr; i++)
		if (problem_waits(&v->problems[i]))
			return true;
	return false;
}

static bool holds_wait(const struct view *v)
{
	for (size_t i = 0; i < v->holds_nr; i++)
		if (!v->holds[i].released_at)
			return true;
	return false;
}

static void view_judge(struct view *v, struct arena *a)
{
	const struct state_summary *s = &v->summary;
	int64_t age = v->now - s->last_success.started_at;

	v->status = STATUS_FAILED;
	if (!s->last_success.id) {
		v->why = "no run has ever succeeded";
	} else if (s->failures_in_a_row) {
		v->why = s->failures_in_a_row == 1
				 ? "the last run failed"
				 : arena_printf(a, "the last %u runs failed", s->failures_in_a_row);
	} else if (age < -AHEAD_SECONDS) {
		v->why = arena_printf(a, "the last success is dated %s in the future: the clock was set "
				      "back, and nobody can tell how old it is",
				      duration_format(a, -age));
	} else if (age > FRESH_SECONDS) {
		v->why = arena_printf(a, "the last success was %s ago; is the timer enabled?",
				      duration_format(a, age));
	} else if (s->last.status == STATUS_SOME_FAILED) {
		v->status = STATUS_SOME_FAILED;
		v->why = "some actions of the last run failed";
	} else if (holds_wait(v)) {
		v->status = STATUS_HELD;
		v->why = "something is held; see `seatsync holds`";
	} else if (problems_wait(v) || v->manual_nr || s->parked || s->unknown) {
		v->status = STATUS_DEGRADED;
		v->why = "something waits for an operator";
	} else {
		v->status = STATUS_AGREES;
		v->why = "fresh and well";
	}
}

/* ---- showing --------------------------------------------------------------------- */

/* What failed, and below it the hint, which is a line of its own in what an error says. */
static void error_text(const char *error)
{
	static const char mark[] = "\nhint: ";
	struct arena a CLEANUP(arena_free) = {0};
	const char *hint = strstr(error, mark);

	fputs(": ", stdout);
	text_show(stdout, arena_strndup(&a, error, hint ? (size_t)(hint - error) : strlen(error)));
	if (!hint)
		return;
	fputs("\n              hint: ", stdout);
	text_show(stdout, hint + strlen(mark));
}

static void run_text(const char *title, const struct run_row *run, utc now)
{
	char at[UTC_TEXT_SIZE];
	struct cell age = {0};

	printf("%-14s", title);
	if (!run->id) {
		puts("never");
		return;
	}
	cell_age(&age, run->started_at, now);
	printf("%s, %s: %s ", utc_format(at, run->started_at), age.own, run->command);
	if (run->started_at > now)
		fputs("(in the future: the clock was set back) ", stdout);
	if (run->status < 0)
		fputs(run->stopped ? "was stopped by a signal"
		      : run->interrupted ? "was killed" : "has not ended", stdout);
	else
		printf("ended with status %d, %zu done, %zu failed, %zu unknown", run->status,
		       run->done, run->failed, run->unknown);
	if (run->error)
		error_text(run->error);
	putchar('\n');
}

static void quarantine_text(const struct view *v)
{
	const struct state_summary *s = &v->summary;
	char since[UTC_TEXT_SIZE], next[UTC_TEXT_SIZE];
	struct cell age = {0};

	if (!v->quarantine.on)
		return;
	printf("%-14s%u runs in a row failed, the first %s; sync tries once a day, ", "quarantine",
	       s->failures_in_a_row, utc_format(since, s->failing_since));
	cell_age(&age, v->quarantine.next_at, v->now);
	if (v->quarantine.next_at > v->now)
		printf("next after %s, %s", utc_format(next, v->quarantine.next_at), age.own);
	else
		fputs("and the next one is such a try", stdout);
	puts("; `seatsync sync --now` does not wait");
}

enum { LISTS_NR = 6 };

/* What each is called, and which command has all of it. */
static const struct {
	const char *title, *where;
} list_titles[LISTS_NR] = {
	{"invitations about to expire", "`seatsync invitations --expiring`"},
	{"held", "`seatsync holds`"},
	{"leavers", "`seatsync status --json`"},
	{"waiting", "`seatsync seats`"},
	{"manual: an operator does these", "`seatsync status --json`, or --csv"},
	{"problems", "`seatsync status --json`"},
};

static void view_lists(const struct view *v, struct listing lists[LISTS_NR])
{
	lists[0] = invitation_listing("expiring", &v->expiring);
	lists[1] = hold_listing(v->holds, v->holds_nr);
	lists[2] = leaver_listing(&v->leavers);
	lists[3] = outlook_listing("waiting", v->waiting, v->waiting_nr);
	lists[4] = outlook_listing("manual", v->manual, v->manual_nr);
	lists[5] = problem_listing(v->problems, v->problems_nr);
}

static void view_text(const struct view *v, const struct settings *settings)
{
	const struct state_summary *s = &v->summary;
	struct listing lists[LISTS_NR];

	printf("%s, from %s\n", settings->organization.org_id, settings->state_path);
	run_text("last success", &s->last_success, v->now);
	if (s->last.id && s->last.id == s->last_success.id)
		printf("%-14sthe same\n", "last attempt");
	else
		run_text("last attempt", &s->last, v->now);
	quarantine_text(v);
	if (s->seats.at)
		seats_now_text(stdout, &v->seats);
	printf("%-14smembers %zu, invitations %zu, leaving %zu, parked %zu, unknown outcomes %zu\n",
	       "managed", s->members, s->invitations, s->leaving, s->parked, s->unknown);
	view_lists(v, lists);
	for (size_t i = 0; i < LISTS_NR; i++)
		listing_glance(stdout, list_titles[i].title, &lists[i], list_titles[i].where);
	printf("\nstatus %d: %s\n", (int)v->status, v->why);
}

static json_t *run_value(const struct run_row *run)
{
	if (!run->id)
		return json_null();
	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:b}",
			 "id", (json_int_t)run->id,
			 "command", document_text(run->command),
			 "actor", document_text(run->actor),
			 "started_at", document_time(run->started_at),
			 "ended_at", document_time(run->ended_at),
			 "status", run->status < 0 ? json_null() : json_integer(run->status),
			 "error", document_text(run->error),
			 "done", (json_int_t)run->done,
			 "failed", (json_int_t)run->failed,
			 "unknown", (json_int_t)run->unknown,
			 "stopped", run->stopped);
}

static json_t *seats_value(const struct seat_sample *seats)
{
	if (!seats->at)
		return json_null();
	return json_pack("{s:o, s:o, s:I, s:I, s:o, s:I}",
			 "at", document_time(seats->at),
			 "total", document_seats(seats->total),
			 "assigned", (json_int_t)seats->assigned,
			 "reserved", (json_int_t)seats->reserved,
			 "free", document_seats(seats->free),
			 "waiting", (json_int_t)seats->waiting);
}

static json_t *quarantine_value(const struct view *v)
{
	if (!v->quarantine.on)
		return json_null();
	return json_pack("{s:I, s:o, s:o}", "failures", (json_int_t)v->summary.failures_in_a_row,
			 "failing_since", document_time(v->summary.failing_since),
			 "next_at", document_time(v->quarantine.next_at));
}

static void view_json(const struct view *v, const struct settings *settings)
{
	const struct state_summary *s = &v->summary;
	const struct {
		const char *key;
		size_t nr;
	} counts[] = {
		{"failures_in_a_row", s->failures_in_a_row}, {"accounts", s->accounts},
		{"members", s->members},                     {"managed_invitations", s->invitations},
		{"parked", s->parked},                       {"leaving", s->leaving},
		{"unknown", s->unknown},
	};
	struct listing lists[LISTS_NR];
	struct document d;

	document_begin(&d, stdout, "status");
	document_field(&d, "organization", document_text(settings->organization.org_id));
	document_field(&d, "status", json_integer(v->status));
	document_field(&d, "why", document_text(v->why));
	document_field(&d, "last_success", run_value(&s->last_success));
	document_field(&d, "last_attempt", run_value(&s->last));
	document_field(&d, "quarantine", quarantine_value(v));
	document_field(&d, "seats", seats_value(&s->seats));
	document_field(&d, "forecast", forecast_value(&v->seats));
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		document_field(&d, counts[i].key, json_integer((json_int_t)counts[i].nr));
	view_lists(v, lists);
	for (size_t i = 0; i < LISTS_NR; i++)
		listing_json(&d, &lists[i]);
	document_end(&d);
}

int cmd_status(struct invocation *in)
{
	CLEANUP(session_close) struct session s = {0};
	const char *csv = NULL;
	const struct option_spec specs[] = {{"csv", .value = &csv}};
	struct view v = {0};
	struct err e = {0};

	if (!command_parse(in, specs, ARRAY_SIZE(specs), 0, 0))
		return in->status;
	if (!session_open(&s, in, SETTINGS_WITHOUT_SECRETS, STATE_READ))
		return in->status;
	if (view_load(&v, &s, &e) ||
	    (csv && worklist_write_outlook(csv, v.manual, v.manual_nr, &e)))
		return command_fail(in, &e);
	view_judge(&v, &s.arena);
	if (in->json)
		view_json(&v, &s.settings);
	else
		view_text(&v, &s.settings);
	return (int)v.status;
}
