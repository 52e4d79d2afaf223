#include "agent/quarantine.h"

struct quarantine quarantine_judge(const struct state_summary *s, const char *config, utc now)
{
	utc last = s->last.started_at;

	if (s->failures_in_a_row < QUARANTINE_FAILURES)
		return (struct quarantine){0};
	if (last > now || s->last.stopped || !str_eq(s->last.config, config))
		return (struct quarantine){.on = true, .next_at = now};
	return (struct quarantine){.on = true, .next_at = last + QUARANTINE_SECONDS};
}
