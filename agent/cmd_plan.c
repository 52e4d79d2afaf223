/* plan: the dry run; keeps the plan for approval, and the worklist for Bulk Upload. */
#include "agent/report.h"
#include "agent/run.h"
#include "agent/saved_file.h"
#include "agent/worklist.h"

static int plan_show(struct invocation *in, struct run *r, const char *address, const char *csv)
{
	struct plan part = r->plan;
	bool known = !address || plan_of_person(&part, &r->session->arena, &r->plan, &r->world,
						address);
	struct report report = {
		.plan = &part,
		.dry_run = true,
		.colour = stdout_colour(),
		.person = address,
		.config = r->session->settings.policy.fingerprint,
		.status = known ? (enum status)plan_status(&part) : STATUS_FAILED,
	};
	struct err e = {0};

	if (known && csv && worklist_write_plan(csv, &part, &e))
		return command_fail(in, &e);
	if (!known)
		log_error("nobody in a directory, the organization or the state has the "
			  "address %s", address);
	if (in->json)
		report_plan_json(stdout, &report);
	else if (known)
		report_plan_text(stdout, &report);
	return (int)report.status;
}

static bool place_good(struct invocation *in, const char *path)
{
	struct err e = {0};

	if (!*path || str_eq(path, "-"))
		in->status = command_usage(in, "--out needs the name of a file; --json prints");
	else if (saved_place(path, &e))
		in->status = command_fail(in, &e);
	else
		return true;
	return false;
}

/* Keeps the plan for `apply FILE`; the status is still the plan's, unless it cannot be kept. */
static int plan_keep(const struct run *r, const char *path, int status)
{
	const struct report report = {.plan = &r->plan,
				      .config = r->session->settings.policy.fingerprint};
	struct err e = {0};

	fflush(stdout);
	if (saved_write(path, &report, &e)) {
		log_error("%s", e.text);
		return STATUS_FAILED;
	}
	log_info("plan %s was written to %s; `seatsync apply %s` does it", r->plan.id, path, path);
	return status;
}

int cmd_plan(struct invocation *in)
{
	CLEANUP(session_close) struct session s = {0};
	const char *person = NULL, *out = NULL, *csv = NULL, *address = NULL;
	const struct option_spec specs[] = {
		{"person", .value = &person}, {"out", .value = &out}, {"csv", .value = &csv}};
	struct run r = {0};
	struct err e = {0};
	int status;

	if (!command_parse(in, specs, ARRAY_SIZE(specs), 0, 0))
		return in->status;
	if (out && person)
		return command_usage(in, "--out keeps a whole plan, --person shows a part of one");
	if (person && !(address = command_address(in, &s.arena, person)))
		return in->status;
	if (out && !place_good(in, out))
		return in->status;
	if (!session_open(&s, in, SETTINGS_WITH_SECRETS, STATE_READ))
		return in->status;
	if (run_begin(&r, &s, NULL, &e) || run_read(&r, &e) || run_plan(&r, &e))
		status = run_abort(&r, &e);
	else
		status = plan_show(in, &r, address, csv);
	if (out && r.plan.id)
		status = plan_keep(&r, out, status);
	run_close(&r);
	return status;
}
