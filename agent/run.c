#include "agent/run.h"

#include <time.h>

#include "agent/absent.h"
#include "agent/moved.h"
#include "agent/reader.h"
#include "agent/stop.h"

int64_t monotonic_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

static utc clock_now(void)
{
	return time(NULL);
}

int run_begin(struct run *r, struct session *s, const char *command, struct err *e)
{
	r->session = s;
	r->command = command;
	r->deadline = monotonic_now() + RUN_SECONDS;
	if (!command)
		return 0;
	stop_note(s->state);
	r->begun = state_run_begin(s->state, command, s->settings.digest, actor_name(&s->arena),
				   s->now, e) == 0;
	if (r->begun)
		return 0;
	stop_note(NULL);
	return -1;
}

/* ---- reading ------------------------------------------------------------- */

static size_t texts_add(const char **out, const char *const *texts)
{
	size_t nr = 0;

	for (; texts && texts[nr]; nr++)
		if (out)
			out[nr] = texts[nr];
	return nr;
}

/* Counts when out is NULL, else fills it. */
static size_t selectors_add(const char **out, const struct policy *policy, const char *directory)
{
	size_t nr = 0;

	for (size_t i = 0; i < policy->rules_nr; i++) {
		const struct rule *rule = &policy->rules[i];
		const char *const group[] = {rule->group, NULL};

		if (rule->directory && !str_eq(rule->directory, directory))
			continue;
		nr += texts_add(out ? out + nr : NULL, group);
		nr += texts_add(out ? out + nr : NULL, rule->except);
		nr += texts_add(out ? out + nr : NULL, rule->require);
	}
	for (size_t i = 0; i < policy->canaries_nr; i++) {
		const char *const group[] = {policy->canaries[i].group, NULL};

		if (str_eq(policy->canaries[i].directory, directory))
			nr += texts_add(out ? out + nr : NULL, group);
	}
	return nr;
}

const char *const *rules_selectors(struct arena *a, const struct policy *policy,
				   const char *directory)
{
	const char **out =
		arena_array(a, selectors_add(NULL, policy, directory) + 1, sizeof *out);

	selectors_add(out, policy, directory);
	return out;
}

/* A reader that is still not back this long after its deadline never will be. */
enum { HANG_SECONDS = 30, TICK_SECONDS = 1, SAY_EVERY = 10 };

static void reader_report(const struct reader *r)
{
	if (r->hangs || r->failed)
		log_progress_done("%s was not read, after %.1f s", r->name, r->seconds);
	else if (r->directory)
		log_progress_done("read %s: %zu people, %zu groups, %s, %.1f s", r->name,
				  r->reading.people_nr, r->reading.groups_nr,
				  completeness_name(r->reading.state), r->seconds);
	else
		log_progress_done("read %s: %zu members, %zu invitations, %.1f s", r->name,
				  r->organization.members_nr, r->organization.invitations_nr,
				  r->seconds);
}

static void reader_finish(struct run *run, struct reader *r)
{
	int64_t start = monotonic_now();

	log_progress("reading %s", r->name);
	while (!reader_wait(r, TICK_SECONDS)) {
		int64_t waited = monotonic_now() - start;

		if (waited % SAY_EVERY == 0)
			log_progress("reading %s, %lld s", r->name, (long long)waited);
		if (monotonic_now() <= r->deadline + HANG_SECONDS)
			continue;
		r->hangs = run->abandoned = true;
		break;
	}
	reader_report(r);
}

static void readers_start(struct run *r)
{
	const struct settings *settings = &r->session->settings;
	int64_t deadline = monotonic_now() + DIRECTORY_SECONDS;
	size_t nr = settings->directories_nr;

	r->readers = arena_array(&r->session->arena, nr + 1, sizeof *r->readers);
	for (size_t i = 0; i < nr; i++) {
		const struct directory_settings *d = &settings->directories[i];

		r->readers[i] = reader_start_directory(
			d, rules_selectors(&r->session->arena, &settings->policy, d->name),
			deadline);
	}
	r->readers[nr] = reader_start_platform(r->platform, r->deadline);
	r->readers_nr = nr + 1;
}

/* The first line of an error: what hints say is for when it is the error. */
static const char *err_line(struct arena *a, const struct err *e)
{
	return arena_strndup(a, e->text, strcspn(e->text, "\n"));
}

static bool reading_take(struct run *r, size_t i)
{
	const struct reader *reader = r->readers[i];
	struct reading *reading = &r->readings[i];

	if (!reader->failed && !reader->hangs) {
		*reading = reader->reading;
		reading->directory = reader->name;
		return reading->state != FAILED;
	}
	*reading = (struct reading){
		.directory = reader->name,
		.state = FAILED,
		.why = reader->hangs ? "does not answer, and does not end"
				     : err_line(&r->session->arena, &reader->err),
	};
	return false;
}

/* Nothing can be decided: says why of each, in the one error or before it. */
static int nothing_read(struct run *r, size_t nr, struct err *e)
{
	const struct reader *only = r->readers[0];

	if (nr == 1 && only->failed) {
		*e = only->err;
		err_wrap(e, "%s", only->name);
		return err_wrap(e, "no directory could be read; nothing was changed");
	}
	for (size_t i = 0; i < nr; i++)
		log_error("directory %s: %s", r->readings[i].directory, r->readings[i].why);
	return err_set(e, only->hangs ? ERR_UNREACHABLE : only->err.kind ? only->err.kind : ERR_FAILED,
		       "no directory could be read; nothing was changed");
}

static int readings_take(struct run *r, struct err *e)
{
	size_t nr = r->readers_nr - 1, read = 0;

	r->readings = arena_array(&r->session->arena, nr, sizeof *r->readings);
	for (size_t i = 0; i < nr; i++)
		read += reading_take(r, i);
	return read ? 0 : nothing_read(r, nr, e);
}

static int organization_take(struct run *r, struct err *e)
{
	const struct reader *reader = r->readers[r->readers_nr - 1];

	if (reader->hangs)
		return err_set(e, ERR_UNREACHABLE,
			       "organization %s: does not answer, and does not end; "
			       "nothing was changed", reader->name);
	if (reader->failed) {
		*e = reader->err;
		return err_wrap(e, "the organization could not be read; nothing was changed");
	}
	r->organization = reader->organization;
	return 0;
}

int run_read(struct run *r, struct err *e)
{
	const struct platform_settings *organization = &r->session->settings.organization;

	if (platform_anaconda.open(&r->platform, organization, r->deadline, e))
		return -1;
	r->session->now = clock_now();
	readers_start(r);
	for (size_t i = 0; i < r->readers_nr; i++)
		reader_finish(r, r->readers[i]);
	log_progress_end();
	if (readings_take(r, e))
		return -1;
	return organization_take(r, e);
}

/* ---- deciding ------------------------------------------------------------ */

static int known_load(struct run *r, struct state *s, struct err *e)
{
	return state_load(s, &r->session->arena, r->session->now, &r->known, e);
}

static struct apply_options apply_options(const struct run *r)
{
	return (struct apply_options){.policy = &r->session->settings.policy,
				      .clock = clock_now,
				      .look_again = LOOK_AGAIN_SECONDS};
}

static int unknown_settle(struct run *r, struct state *s, struct err *e)
{
	const struct apply_options options = apply_options(r);

	log_progress("looking for the outcome of %zu earlier action%s", r->known.unknown_nr,
		     r->known.unknown_nr == 1 ? "" : "s");
	if (apply_settle(s, r->platform, &r->session->arena, &r->known,
			 &r->organization, &options, e))
		return -1;
	log_progress_end();
	return known_load(r, s, e);
}

/* A dry run finds out the same, and writes it into a copy that nobody keeps. */
static int unknown_imagine(struct run *r, struct err *e)
{
	const struct session *s = r->session;
	struct state *copy;
	int failed;

	if (state_copy(&copy, s->state, e))
		return -1;
	failed = state_run_begin(copy, "plan", s->settings.digest, "nobody", s->now, e) ||
		 unknown_settle(r, copy, e);
	state_close(copy);
	return failed ? -1 : 0;
}

/*
 * Decides; and where tokens would have to be seen for that, reads those and
 * decides again.  What the first plan was made of is of no use any more.
 */
static void decide(struct run *r)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	struct plan plan;

	if (r->world.policy->tokens.issue) {
		plan_make(&plan, &scratch, &r->world);
		if (plan.unread_nr) {
			log_progress("reading the tokens of %zu member%s", plan.unread_nr,
				     plan.unread_nr == 1 ? "" : "s");
			r->platform->ops->tokens(r->platform, &r->session->arena, &r->organization,
						 plan.unread, plan.unread_nr);
			log_progress_end();
		}
	}
	plan_make(&r->plan, &r->session->arena, &r->world);
	plan_identify(&r->plan, &r->session->arena, r->known.last_run);
}

int run_plan(struct run *r, struct err *e)
{
	if (known_load(r, r->session->state, e))
		return -1;
	if (r->known.unknown_nr &&
	    (r->command ? unknown_settle(r, r->session->state, e) : unknown_imagine(r, e)))
		return -1;
	absent_confirm(r->readers, r->readings, r->readers_nr - 1, &r->known,
		       monotonic_now() + CONFIRM_SECONDS);
	if (moved_follow(r->session->state, r->readers, r->readings, r->readers_nr - 1, e))
		return -1;
	r->world = (struct world){
		.policy = &r->session->settings.policy,
		.readings = r->readings,
		.readings_nr = r->readers_nr - 1,
		.organization = &r->organization,
		.known = &r->known,
		.now = r->session->now,
	};
	decide(r);
	return 0;
}

/* ---- doing --------------------------------------------------------------- */

enum status run_status(const struct plan *plan, const struct apply_result *result)
{
	enum status planned = (enum status)plan_status(plan);

	if (result->pending || (result->failed && stop_asked()))
		return STATUS_FAILED; /* the last one may have been asked for, and not sent */
	if (result->failed || result->unknown)
		return STATUS_SOME_FAILED;
	if (planned == STATUS_HELD || result->held)
		return STATUS_HELD;
	return planned == STATUS_PENDING ? STATUS_AGREES : planned;
}

/* The plan's memory, and what only the readings know. */
static int run_remember(struct run *r, struct err *e)
{
	struct state *s = r->session->state;

	if (state_run_saved(s, &r->plan, r->saved, clock_now(), e))
		return -1;
	return moved_remember(s, r->readers, r->readings, r->readers_nr - 1, &r->plan, clock_now(),
			      e);
}

static int run_end(struct run *r, const struct plan *plan, const struct run_end *end)
{
	struct err e = {0};

	r->begun = false;
	stop_note(NULL);
	if (state_run_end(r->session->state, plan, end, clock_now(), &e) == 0)
		return 0;
	log_error("the end of this run was not recorded: %s", e.text);
	return -1;
}

enum status run_apply(struct run *r,
		      void (*progress)(void *ctx, const struct action *, const struct applied *),
		      void *ctx, struct apply_result *result)
{
	const struct settings *settings = &r->session->settings;
	struct apply_options options = apply_options(r);
	struct run_end end = {.fingerprint = settings->policy.fingerprint,
			      .keep = settings->keep,
			      .readings_counted = true,
			      .seats_learnt = SEATS_UNKNOWN};
	struct err e = {0};
	bool planned, failed;
	size_t left;

	options.progress = progress;
	options.ctx = ctx;
	*result = (struct apply_result){
		.fates = arena_array(&r->session->arena, r->plan.actions_nr, sizeof *result->fates),
		.seats_learnt = SEATS_UNKNOWN,
		.pending = r->plan.actions_nr};
	stop_guard(r->platform);
	planned = run_remember(r, &e) == 0;
	failed = !planned || apply_plan(r->session->state, r->platform, &r->session->arena,
					&r->plan, &options, result, &e);
	log_progress_end();
	left = result->pending + result->failed;
	end.status = failed ? STATUS_FAILED : run_status(&r->plan, result);
	end.seats_learnt = result->seats_learnt;
	end.seats_left = result->seats_left;
	end.seats_told = result->seats_told;
	if (failed)
		log_error("%s", e.text);
	else if (end.status == STATUS_FAILED)
		err_set(&e, ERR_FAILED, "stopped with %zu action%s not done", left, left == 1 ? "" : "s");
	end.error = end.status == STATUS_FAILED ? e.text : NULL;
	end.stopped = end.status == STATUS_FAILED && stop_asked();
	if (run_end(r, planned ? &r->plan : NULL, &end))
		end.status = STATUS_FAILED;
	stop_guard(NULL);
	return end.status;
}

static int run_give_up(struct run *r, enum status recorded, const struct err *e,
		       const struct listing *more)
{
	const struct run_end end = {.status = recorded,
				    .error = recorded == STATUS_FAILED ? e->text : NULL,
				    .seats_learnt = SEATS_UNKNOWN,
				    .keep = r->session->settings.keep};

	log_progress_end();
	if (r->begun)
		run_end(r, NULL, &end);
	return command_fail_with(r->session->in, e, more);
}

int run_abort(struct run *r, const struct err *e)
{
	return run_give_up(r, STATUS_FAILED, e, NULL);
}

int run_decline(struct run *r, const struct err *e, const struct listing *more)
{
	return run_give_up(r, (enum status)plan_status(&r->plan), e, more);
}

void run_close(struct run *r)
{
	if (r->abandoned) {
		/* A thread still works in this memory: it goes with the process. */
		r->session->loaded = false;
		r->session->arena = (struct arena){0};
		return;
	}
	for (size_t i = 0; i < r->readers_nr; i++)
		reader_free(r->readers[i]);
	if (r->platform)
		r->platform->ops->close(r->platform);
	*r = (struct run){0};
}
