/* holds and release: what is kept back, and an administrator's word on it. */
#include "agent/command.h"
#include "agent/report.h"
#include "agent/state_rows.h"

enum { PREFIX_LEAST = 4 };

struct holds {
	struct hold_row *items;
	size_t nr;
};

static int holds_load(const struct invocation *in, struct holds *h, struct session *s)
{
	struct err e = {0};

	if (state_holds(s->state, &s->arena, &h->items, &h->nr, &e))
		return command_fail(in, &e);
	return 0;
}

/* The one hold whose id begins so; NULL with in->status set, and why said. */
static struct hold_row *hold_find(struct invocation *in, const struct holds *h, const char *id)
{
	struct hold_row *found = NULL;
	struct err e = {0};

	for (size_t i = 0; i < h->nr; i++) {
		if (str_eq(h->items[i].id, id))
			return &h->items[i];
		if (strlen(id) < PREFIX_LEAST || strncmp(h->items[i].id, id, strlen(id)) != 0)
			continue;
		if (found) {
			in->status = command_usage(in, "more than one hold begins with %s", id);
			return NULL;
		}
		found = &h->items[i];
	}
	if (!found) {
		err_set(&e, ERR_REFUSED, "there is no hold %s\nhint: `seatsync holds` lists them",
			id);
		in->status = command_fail(in, &e);
	}
	return found;
}

static void holds_text(const struct holds *h)
{
	const struct listing l = hold_listing(h->items, h->nr);

	if (!h->nr) {
		puts("nothing is held");
		return;
	}
	listing_text(stdout, &l, true, "");
	for (size_t i = 0; i < h->nr; i++) {
		printf("\nhold %s\n", h->items[i].id);
		hold_people_text(stdout, &h->items[i], "  ");
		if (!hold_releasable(h->items[i].cause))
			puts("  cannot be released; ends by itself with its cause");
		else if (!h->items[i].released_at)
			printf("  `seatsync release %s` lets the next run do this\n",
			       h->items[i].id);
	}
}

int cmd_holds(struct invocation *in)
{
	CLEANUP(session_close) struct session s = {0};
	struct holds h = {0};
	struct listing l;
	struct document d;
	int failed;

	if (!command_parse(in, NULL, 0, 0, 1))
		return in->status;
	if (!session_open(&s, in, SETTINGS_WITHOUT_SECRETS, STATE_READ))
		return in->status;
	failed = holds_load(in, &h, &s);
	if (failed)
		return failed;
	if (in->operands_nr) {
		h.items = hold_find(in, &h, in->operands[0]);
		if (!h.items)
			return in->status;
		h.nr = 1;
	}
	l = hold_listing(h.items, h.nr);
	if (in->json) {
		document_begin(&d, stdout, "holds");
		listing_json(&d, &l);
		document_end(&d);
	} else {
		holds_text(&h);
	}
	return STATUS_AGREES;
}

static int hold_release(const struct invocation *in, struct session *s,
			const struct hold_row *hold)
{
	struct err e = {0};
	struct document d;

	if (!hold_releasable(hold->cause))
		return err_set(&e, ERR_REFUSED,
			       "hold %s cannot be released: %s\nhint: it ends by itself with its "
			       "cause", hold->id, hold_meaning(hold->cause)),
		       command_fail(in, &e);
	if (state_release(s->state, hold->id, actor_name(&s->arena), s->now, &e))
		return command_fail(in, &e);
	if (in->json) {
		document_begin(&d, stdout, "release");
		document_field(&d, "hold", document_text(hold->id));
		document_field(&d, "people", json_integer((json_int_t)hold->emails_nr));
		document_end(&d);
	} else {
		printf("released %s: the next run within 24 hours does this for %zu %s, and no "
		       "others\n", hold->id, hold->emails_nr,
		       hold->emails_nr == 1 ? "person" : "people");
	}
	return STATUS_AGREES;
}

int cmd_release(struct invocation *in)
{
	CLEANUP(session_close) struct session s = {0};
	const struct hold_row *hold;
	struct holds h = {0};
	int failed;

	if (!command_parse(in, NULL, 0, 1, 1))
		return in->status;
	if (!session_open(&s, in, SETTINGS_WITHOUT_SECRETS, STATE_RUN))
		return in->status;
	failed = holds_load(in, &h, &s);
	if (failed)
		return failed;
	hold = hold_find(in, &h, in->operands[0]);
	return hold ? hold_release(in, &s, hold) : in->status;
}
