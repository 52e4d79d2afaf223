/* adopt and forget: an administrator's word on who is managed. */
#include "agent/command.h"
#include "agent/document.h"
#include "agent/text.h"

typedef int state_word(struct state *s, const char *address, const char *actor, utc now,
		       struct err *e);

static void words_show(const struct invocation *in, const char *const *addresses, size_t nr,
		       const char *meaning)
{
	struct document d;

	if (in->json) {
		document_begin(&d, stdout, in->command->name);
		document_list(&d, "people");
		for (size_t i = 0; i < nr; i++)
			document_item(&d, json_pack("{s:o}", "email", document_text(addresses[i])));
		document_list_end(&d);
		document_end(&d);
		return;
	}
	for (size_t i = 0; i < nr; i++) {
		text_show(stdout, addresses[i]);
		printf(": %s\n", meaning);
	}
}

/* All addresses are looked at before the first is entered; the first that fails ends it. */
static int words_enter(struct invocation *in, state_word *word, const char *meaning)
{
	CLEANUP(session_close) struct session s = {0};
	const char **addresses;
	struct err e = {0};
	size_t nr = 0;
	int status = STATUS_AGREES;

	if (!command_parse(in, NULL, 0, 1, SIZE_MAX))
		return in->status;
	addresses = arena_array(&s.arena, in->operands_nr, sizeof *addresses);
	for (size_t i = 0; i < in->operands_nr; i++)
		if (!(addresses[i] = command_address(in, &s.arena, in->operands[i])))
			return in->status;
	if (!session_open(&s, in, SETTINGS_WITHOUT_SECRETS, STATE_RUN))
		return in->status;
	while (nr < in->operands_nr && status == STATUS_AGREES)
		if (word(s.state, addresses[nr], actor_name(&s.arena), s.now, &e))
			status = command_fail(in, &e);
		else
			nr++;
	if (status == STATUS_AGREES || !in->json)
		words_show(in, addresses, nr, meaning); /* one object alone */
	return status;
}

int cmd_adopt(struct invocation *in)
{
	return words_enter(in, state_adopt,
			   "the next run adopts the member or invitation with this address, and "
			   "tries anew what was parked or refused");
}

int cmd_forget(struct invocation *in)
{
	return words_enter(in, state_forget, "no longer managed; nothing is done to the member");
}
