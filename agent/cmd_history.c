/* history: all that was done, by whose order and why; and the proof that nothing is missing. */
#include "agent/command.h"
#include "agent/state_rows.h"

enum { HISTORY_SHOWN = 100, HISTORY_LIMIT_DIGITS = 9 };

static int history_verify(const struct invocation *in, struct session *s)
{
	struct document d;
	struct err e = {0};
	size_t links;
	bool whole = state_history_verify(s->state, &links, &e) == 0;

	if (in->json) {
		document_begin(&d, stdout, "history");
		document_field(&d, "whole", json_boolean(whole));
		if (whole)
			document_field(&d, "links", json_integer((json_int_t)links));
		else
			document_field(&d, "why", document_text(e.text));
		document_end(&d);
	} else if (whole) {
		printf("the history is whole: %zu links\n", links);
	}
	if (!whole)
		log_error("%s", e.text);
	return whole ? STATUS_AGREES : STATUS_FAILED;
}

static int history_show(const struct invocation *in, struct session *s,
			const struct history_filter *filter)
{
	struct history_row *rows;
	struct err e = {0};
	struct listing l;
	struct document d;
	size_t nr;

	if (state_history(s->state, &s->arena, filter, &rows, &nr, &e))
		return command_fail(in, &e);
	l = history_listing(rows, nr);
	if (in->json) {
		document_begin(&d, stdout, "history");
		listing_json(&d, &l);
		document_end(&d);
	} else if (!nr) {
		puts("nothing was done yet");
	} else {
		listing_text(stdout, &l, true, "");
		if (filter->limit && nr == filter->limit)
			printf("only the newest %zu; --limit 0 shows all\n", nr);
	}
	return STATUS_AGREES;
}

static bool limit_parse(struct invocation *in, const char *text, size_t *limit)
{
	size_t digits = text ? strspn(text, "0123456789") : 0;

	if (!text)
		return true;
	if (!digits || digits > HISTORY_LIMIT_DIGITS || text[digits]) {
		in->status = command_usage(in, "--limit is a number, not %s", text);
		return false;
	}
	*limit = strtoul(text, NULL, 10);
	return true;
}

int cmd_history(struct invocation *in)
{
	CLEANUP(session_close) struct session s = {0};
	const char *person = NULL, *since = NULL, *limit = NULL;
	bool verify = false;
	const struct option_spec specs[] = {{"person", .value = &person},
					    {"since", .value = &since},
					    {"limit", .value = &limit},
					    {"verify", .flag = &verify}};
	struct history_filter filter = {.limit = HISTORY_SHOWN};

	if (!command_parse(in, specs, ARRAY_SIZE(specs), 0, 0) ||
	    !command_since(in, since, 0, &filter.since) || !limit_parse(in, limit, &filter.limit))
		return in->status;
	if (person && !(filter.address = command_address(in, &s.arena, person)))
		return in->status;
	if (!session_open(&s, in, SETTINGS_WITHOUT_SECRETS, STATE_READ))
		return in->status;
	return verify ? history_verify(in, &s) : history_show(in, &s, &filter);
}
