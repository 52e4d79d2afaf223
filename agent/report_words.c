/* What a status, a hold and a result are called; and the last line of a run. */
#include "agent/report.h"

#include "agent/text.h"

const char *fate_name(enum fate fate)
{
	static const char *const names[] = {
		[FATE_PENDING] = "pending", [FATE_DONE] = "done",
		[FATE_FAILED] = "failed",   [FATE_UNKNOWN] = "unknown",
		[FATE_WAITING] = "waiting", [FATE_HELD] = "held",
		[FATE_SKIPPED] = "skipped",
	};
	return names[fate];
}

const char *status_meaning(enum status status, const char **next)
{
	static const struct {
		enum status status;
		const char *meaning, *next;
	} words[] = {
		{STATUS_AGREES, "the organization agrees with the directory", NULL},
		{STATUS_FAILED, "the run failed, or had to stop",
		 "see the error above; the next run takes up what is left"},
		{STATUS_PENDING, "changes are pending", "`seatsync apply` does them"},
		{STATUS_HELD, "what takes something away is held; the rest is not affected",
		 "look at `seatsync holds`, then fix the cause or `seatsync release HOLD`"},
		{STATUS_SOME_FAILED, "some actions failed; the rest was done",
		 "see what was said above; the next run tries again what can be tried again"},
		{STATUS_DEGRADED, "all that can be done is done, but something waits for an operator",
		 "do the manual work and look at the problems listed"},
		{STATUS_USAGE, "the command line is wrong", "`seatsync -h` shows how"},
		{STATUS_LOCKED, "another run holds the lock", "wait for it to end"},
		{STATUS_CONFIG, "the configuration is invalid", "`seatsync check --offline`"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (words[i].status != status)
			continue;
		*next = words[i].next;
		return words[i].meaning;
	}
	bug_found(__FILE__, __LINE__, "a status without words");
}

const char *hold_meaning(enum hold_cause cause)
{
	static const char *const words[] = {
		[HOLD_LIMIT] = "too many would lose at once (limits)",
		[HOLD_CONFIG] = "the configuration is new or changed, and not yet accepted",
		[HOLD_INCOMPLETE] = "a directory or group was not read whole, or lacks a canary",
		[HOLD_FLOOR] = "the organization needs its administrators",
	};
	return words[cause];
}

bool hold_releasable(enum hold_cause cause)
{
	return cause == HOLD_LIMIT || cause == HOLD_CONFIG;
}

/* Appends ", 3 held" to a line that is being built; nothing for none. */
static const char *count_add(struct arena *a, const char *line, size_t nr, const char *word)
{
	if (!nr)
		return line;
	return arena_printf(a, "%s%s%zu %s", line, *line ? ", " : "", nr, word);
}

char *report_result_line(struct arena *a, const struct report *r)
{
	const struct apply_result *done = r->result;
	const struct plan *p = r->plan;
	const struct {
		size_t nr;
		const char *word;
	} counts[] = {
		{done ? done->done : 0, "done"},
		{done ? 0 : p->actions_nr, "to do"},
		{done ? done->failed : 0, "failed"},
		{done ? done->unknown : 0, "with an unknown outcome"},
		{done ? done->pending : 0, "not reached"},
		{p->held_nr + (done ? done->held : 0), "held"},
		{p->waiting_nr + (done ? done->waiting : 0), "waiting"},
		{p->manual_nr, "for an operator"},
	};
	const char *line = "";

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		line = count_add(a, line, counts[i].nr, counts[i].word);
	return arena_strdup(a, *line ? line : "nothing to do");
}

static const char *seats_word(struct arena *a, int64_t number)
{
	return number == SEATS_UNKNOWN ? "unknown" : arena_printf(a, "%lld", (long long)number);
}

char *report_seats_line(struct arena *a, const struct plan *plan, bool after)
{
	const struct plan_seats *s = &plan->seats;

	return arena_printf(a, "total %s, assigned %lld, reserved %lld, free %s, waiting %lld",
			    seats_word(a, s->total),
			    (long long)(after ? s->assigned_after : s->assigned),
			    (long long)(after ? s->reserved_after : s->reserved),
			    seats_word(a, after ? s->free_after : s->free), (long long)s->waiting);
}
