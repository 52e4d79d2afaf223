#include "agent/report.h"
#include "agent/run.h"
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
		.status = known ? (enum status)plan_status(&part) : STATUS_FAILED,
	};
	struct err e = {0};

	if (known && csv && worklist_write_plan(csv, &part, &e))
		return command_fail(in, &e);
	if (!known)
		log_error("nobody in a directory, the organization or the memory has the "
			  "address %s", address);
	if (in->json)
		report_plan_json(stdout, &report);
	else if (known)
		report_plan_text(stdout, &report);
	return (int)report.status;
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
	if (out)
		return command_usage(in, "--out is not supported by this version yet");
	if (person && !(address = command_address(in, &s.arena, person)))
		return in->status;
	if (!session_open(&s, in, SETTINGS_WITH_SECRETS, STATE_READ))
		return in->status;
	if (run_begin(&r, &s, NULL, &e) || run_read(&r, &e) || run_plan(&r, &e))
		status = run_abort(&r, &e);
	else
		status = plan_show(in, &r, address, csv);
	run_close(&r);
	return status;
}
