#include "agent/metrics.h"

enum { SOON_SECONDS = 48 * HOUR };

/* ---- lines ------------------------------------------------------------ */

struct label {
	const char *key, *value;
};

static void label_print(FILE *out, const char *key, const char *value)
{
	fprintf(out, "%s=\"", key);
	for (; *value; value++) {
		if (*value == '\\' || *value == '"')
			fputc('\\', out);
		if (*value == '\n')
			fputs("\\n", out);
		else
			fputc(*value, out);
	}
	fputc('"', out);
}

static void family(FILE *out, const char *name, const char *help)
{
	fprintf(out, "# HELP seatsync_%s %s\n# TYPE seatsync_%s gauge\n", name, help, name);
}

static void sample(FILE *out, const struct metrics *m, const char *name,
		   const struct label *labels, size_t nr, int64_t value)
{
	fprintf(out, "seatsync_%s{", name);
	label_print(out, "organization", m->organization);
	for (size_t i = 0; i < nr; i++) {
		fputc(',', out);
		label_print(out, labels[i].key, labels[i].value);
	}
	fprintf(out, "} %lld\n", (long long)value);
}

static void sample_of(FILE *out, const struct metrics *m, const char *name, const char *key,
		      const char *word, int64_t value)
{
	sample(out, m, name, &(const struct label){key, word}, 1, value);
}

/* ---- single numbers ----------------------------------------------------- */

static void gauge(FILE *out, const struct metrics *m, const char *name, const char *help,
		  int64_t value)
{
	family(out, name, help);
	sample(out, m, name, NULL, 0, value);
}

static void runs_print(FILE *out, const struct metrics *m)
{
	const struct state_summary *s = m->summary;
	utc ended = s->last.ended_at > s->last.started_at ? s->last.ended_at : s->last.started_at;

	gauge(out, m, "exit_status", "Exit status of the last sync or apply, skipped ones included.",
	      m->status);
	gauge(out, m, "last_attempt_timestamp_seconds",
	      "When the last run began, whatever became of it; 0: never.", s->last.started_at);
	gauge(out, m, "last_success_timestamp_seconds",
	      "When the last run that did not fail (status 1) began; 0: never.",
	      s->last_success.started_at);
	gauge(out, m, "last_attempt_duration_seconds", "How long the last run took.",
	      ended - s->last.started_at);
	gauge(out, m, "failures_in_a_row", "Failed runs since the last success.",
	      s->failures_in_a_row);
	gauge(out, m, "quarantine", "1 while sync tries only once a day after many failures.",
	      m->quarantine);
}

/* What is not known is left out: no number would be true. */
static void seats_print(FILE *out, const struct metrics *m)
{
	const struct seat_sample *s = &m->summary->seats;

	if (!s->at)
		return;
	if (s->total != SEATS_UNKNOWN)
		gauge(out, m, "seats", "Seats of the organization.", s->total);
	gauge(out, m, "seats_assigned", "Seats that members have.", s->assigned);
	gauge(out, m, "seats_reserved", "Seats that open invitations will take.", s->reserved);
	if (s->free != SEATS_UNKNOWN)
		gauge(out, m, "seats_free", "Seats that can be given.", s->free);
	gauge(out, m, "seats_waiting", "People who want a seat and have none.", s->waiting);
}

static void accounts_print(FILE *out, const struct metrics *m)
{
	const struct state_summary *s = m->summary;

	gauge(out, m, "managed_members", "Members whom seatsync manages.", (int64_t)s->members);
	gauge(out, m, "leaving", "Managed members who are not entitled any more.",
	      (int64_t)s->leaving);
	gauge(out, m, "parked", "People whom seatsync no longer invites by itself.",
	      (int64_t)s->parked);
	gauge(out, m, "unknown_outcomes", "Actions sent whose outcome is not known.",
	      (int64_t)s->unknown);
}

/* ---- numbers with a label ------------------------------------------------- */

static void invitations_print(FILE *out, const struct metrics *m)
{
	int64_t expired = 0, soon = 0, nr = (int64_t)m->invitations_nr;

	for (size_t i = 0; i < m->invitations_nr; i++) {
		utc end = m->invitations[i].expires_at;

		nr -= !m->invitations[i].made;
		expired += end && end <= m->now;
		soon += end > m->now && end <= m->now + SOON_SECONDS;
	}
	family(out, "invitations", "Managed invitations that nobody accepted yet.");
	sample_of(out, m, "invitations", "state", "pending", nr - expired);
	sample_of(out, m, "invitations", "state", "expired", expired);
	gauge(out, m, "invitations_expiring", "Pending invitations that end within 48 hours.", soon);
}

/* Those of one list, by kind; every kind has its line, that none appears from nowhere. */
static void list_print(FILE *out, const struct metrics *m, const char *list, const char *name,
		       const char *help)
{
	int64_t counts[ACTION_NR] = {0};

	for (size_t i = 0; i < m->outlook_nr; i++) {
		const struct outlook_row *row = &m->outlook[i];
		int kind = row->action ? action_parse(row->action) : -1;

		if (kind >= 0 && str_eq(row->list, list))
			counts[kind]++;
	}
	family(out, name, help);
	for (int kind = 0; kind < ACTION_NR; kind++)
		sample_of(out, m, name, "action", action_name((enum action_kind)kind), counts[kind]);
}

static void actions_print(FILE *out, const struct metrics *m)
{
	family(out, "run_actions", "Actions of the last run, by kind and how they ended.");
	for (int kind = 0; kind < ACTION_NR; kind++) {
		const char *name = action_name((enum action_kind)kind);
		const struct {
			const char *result;
			size_t nr;
		} ends[] = {{"done", m->actions->done[kind]},
			    {"failed", m->actions->failed[kind]},
			    {"unknown", m->actions->unknown[kind]}};

		for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
			sample(out, m, "run_actions",
			       (const struct label[]){{"action", name}, {"result", ends[i].result}},
			       2, (int64_t)ends[i].nr);
	}
}

static void holds_print(FILE *out, const struct metrics *m)
{
	int64_t people[HOLD_FLOOR + 1] = {0};

	for (size_t i = 0; i < m->holds_nr; i++)
		if (!m->holds[i].released_at)
			people[m->holds[i].cause] += (int64_t)m->holds[i].emails_nr;
	family(out, "held_people", "People in holds that nobody released, by cause.");
	for (int cause = 0; cause <= HOLD_FLOOR; cause++)
		sample_of(out, m, "held_people", "cause", hold_cause_name((enum hold_cause)cause),
			  people[cause]);
}

static void directories_print(FILE *out, const struct metrics *m)
{
	family(out, "directory_whole",
	       "1 when the last sync or apply read the directory, and each group that counts, whole.");
	for (size_t i = 0; i < m->directories_nr; i++)
		sample_of(out, m, "directory_whole", "directory", m->directories[i].name,
			  m->directories[i].whole);
	family(out, "directory_people", "People that the last sync or apply read.");
	for (size_t i = 0; i < m->directories_nr; i++)
		if (m->directories[i].people >= 0)
			sample_of(out, m, "directory_people", "directory", m->directories[i].name,
				  m->directories[i].people);
}

static void problems_print(FILE *out, const struct metrics *m)
{
	family(out, "problems", "What the last plan found for an operator, by kind.");
	for (size_t k = 0; k < PROBLEM_STATES_NR; k++) {
		int64_t nr = 0;

		for (size_t i = 0; i < m->problems_nr; i++)
			nr += str_eq(m->problems[i].state, problem_states[k]);
		sample_of(out, m, "problems", "kind", problem_states[k], nr);
	}
}

void metrics_print(FILE *out, const struct metrics *m)
{
	family(out, "build_info", "Always 1; the version that wrote this.");
	sample_of(out, m, "build_info", "version", m->version, 1);
	runs_print(out, m);
	seats_print(out, m);
	accounts_print(out, m);
	invitations_print(out, m);
	actions_print(out, m);
	list_print(out, m, "held", "held_actions", "Actions that a hold keeps back.");
	list_print(out, m, "waiting", "waiting_actions", "Actions that wait for a seat or the quota.");
	list_print(out, m, "manual", "manual_actions", "Actions that an operator does by hand.");
	holds_print(out, m);
	directories_print(out, m);
	problems_print(out, m);
	fputs("# EOF\n", out);
}
