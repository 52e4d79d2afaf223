#include "agent/run_metrics.h"

#include <errno.h>
#include <libgen.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent/metrics.h"
#include "agent/outfile.h"
#include "agent/quarantine.h"

/* A group that is nowhere may be missing in any directory. */
static bool directory_doubted(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->problems_nr; i++) {
		const struct plan_problem *p = &plan->problems[i];
		bool here = str_eq(p->directory, name) || (p->group && !p->directory);

		if (here && (str_eq(p->state, "partial") || str_eq(p->state, "failed")))
			return true;
	}
	return false;
}

/* A command that read nothing has read nothing whole. */
static void directories_gather(struct metrics *m, struct session *s, const struct run *r)
{
	size_t nr = s->settings.directories_nr;
	struct metrics_directory *rows = arena_array(&s->arena, nr, sizeof *rows);

	for (size_t i = 0; i < nr; i++) {
		const struct reading *reading = r->readings ? &r->readings[i] : NULL;

		rows[i] = (struct metrics_directory){.name = s->settings.directories[i].name,
						     .people = -1};
		if (reading && reading->state != FAILED)
			rows[i].people = (int64_t)reading->people_nr;
		if (r->plan.directories_nr)
			rows[i].whole = r->plan.directories[i].state == COMPLETE &&
					!directory_doubted(&r->plan, rows[i].name);
		else
			rows[i].whole = reading && reading->state == COMPLETE;
	}
	m->directories = rows;
	m->directories_nr = nr;
}

static void metrics_write(const char *path, const struct metrics *m)
{
	struct err e = {0};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (out)
		metrics_print(out, m);
	if (!out || fclose(out))
		err_set(&e, ERR_FAILED, "%s: no memory; it was not written", path);
	if (e.kind || outfile_write(path, OUTFILE_PUBLIC, text, len, &e))
		log_warn("metrics: %s\nhint: the folder must be there and be writable for the user "
			 "that runs seatsync; under systemd name it in ReadWritePaths=", e.text);
	free(text);
}

void run_metrics(struct session *s, const struct run *r, enum status status)
{
	struct arena *a = &s->arena;
	struct state_summary summary;
	struct run_actions actions;
	struct invitation_row *invitations;
	struct hold_row *holds;
	struct outlook_row *outlook;
	struct plan_problem *problems;
	struct err e = {0};
	struct metrics m = {.organization = s->settings.organization.org_id,
			    .version = SEATSYNC_VERSION, .status = status, .now = time(NULL),
			    .summary = &summary, .actions = &actions};

	if (!s->settings.metrics_file)
		return;
	directories_gather(&m, s, r);
	if (state_summary(s->state, a, &summary, &e) ||
	    state_run_actions(s->state, summary.last.id, &actions, &e) ||
	    state_invitations(s->state, a, &invitations, &m.invitations_nr, &e) ||
	    state_holds(s->state, a, &holds, &m.holds_nr, &e) ||
	    state_outlook(s->state, a, NULL, &outlook, &m.outlook_nr, &e) ||
	    state_problems(s->state, a, &problems, &m.problems_nr, &e)) {
		log_warn("metrics: %s; %s was not written", e.text, s->settings.metrics_file);
		return;
	}
	m.quarantine = quarantine_judge(&summary, s->settings.digest, m.now).on;
	m.invitations = invitations;
	m.holds = holds;
	m.outlook = outlook;
	m.problems = problems;
	metrics_write(s->settings.metrics_file, &m);
}

const char *metrics_refused(const char *path)
{
	char *copy = mem_strdup(path);
	struct stat st;
	const char *why = NULL;

	if (access(dirname(copy), W_OK | X_OK))
		why = strerror(errno);
	else if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		why = "it is there and no regular file";
	free(copy);
	return why;
}
