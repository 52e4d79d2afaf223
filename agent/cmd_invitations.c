/* invitations: the managed ones, how many mails were sent, and what comes next. */
#include "agent/command.h"
#include "agent/report.h"
#include "agent/state_rows.h"

static void invitations_of(struct invitation_rows *rows, const char *address)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->nr; i++)
		if (email_is_address(rows->items[i].email, address))
			rows->items[kept++] = rows->items[i];
	rows->nr = kept;
}

static int invitations_show(const struct invocation *in, const struct invitation_rows *rows)
{
	const struct listing l = invitation_listing("invitations", rows);
	struct document d;

	if (in->json) {
		document_begin(&d, stdout, "invitations");
		listing_json(&d, &l);
		document_end(&d);
	} else if (rows->nr) {
		listing_text(stdout, &l, true, "");
	} else {
		puts("no invitations");
	}
	return STATUS_AGREES;
}

int cmd_invitations(struct invocation *in)
{
	CLEANUP(session_close) struct session s = {0};
	const char *person = NULL, *address = NULL;
	bool expiring = false;
	const struct option_spec specs[] = {{"expiring", .flag = &expiring},
					    {"person", .value = &person}};
	struct invitation_rows rows = {0};
	struct err e = {0};

	if (!command_parse(in, specs, ARRAY_SIZE(specs), 0, 0))
		return in->status;
	if (person && !(address = command_address(in, &s.arena, person)))
		return in->status;
	if (!session_open(&s, in, SETTINGS_WITHOUT_SECRETS, STATE_READ))
		return in->status;
	if (invitations_load(&rows, &s, &e))
		return command_fail(in, &e);
	if (address)
		invitations_of(&rows, address);
	if (expiring)
		invitations_expiring(&rows);
	return invitations_show(in, &rows);
}
