/*
 * rival.c - is another writer at work?  The platform has a Directory Sync of
 * its own, which nobody can see from outside.  What shows is that we set the
 * same thing of the same member again and again: somebody changes it back.
 * Nothing is decided differently for that; it is said.
 */
#include "agent/draft.h"

static int redone_order(const void *left, const void *right)
{
	const struct known_redone *a = left, *b = right;

	if (a->account != b->account)
		return a->account < b->account ? -1 : 1;
	return a->kind < b->kind ? -1 : a->kind > b->kind;
}

/* We did this before, more than once, and it is wanted again. */
static const struct known_redone *redone_find(const struct drafting *d, const struct draft *draft)
{
	const struct known *k = d->w->known;
	const struct subject *s = &d->cast->subjects[draft->subject];
	struct known_redone wanted = {.account = (size_t)s->account, .kind = draft->action.kind};
	const struct known_redone *found = NULL;

	if (s->account >= 0 && draft->verdict != VERDICT_DROPPED && k->redone_nr)
		found = bsearch(&wanted, k->redone, k->redone_nr, sizeof wanted, redone_order);
	return found && found->role == draft->action.role ? found : NULL;
}

void rival_say(struct drafting *d)
{
	size_t members = 0, last = SIZE_MAX;

	for (size_t i = 0; i < d->drafts.nr; i++) {
		struct draft *draft = &d->drafts.items[i];
		const struct known_redone *redone = redone_find(d, draft);

		if (!redone)
			continue;
		draft->action.reason = arena_printf(
			d->a, "%s; done %u times within %d days, and undone each time by another hand",
			draft->action.reason, redone->times, (int)(REDONE_SECONDS / DAY));
		members += draft->subject != last;
		last = draft->subject;
	}
	if (members)
		VEC_ADD(&d->problems,
			((struct plan_problem){
				.state = "undone",
				.why = arena_printf(
					d->a,
					"what was set of %zu members is undone again and again by another "
					"hand: if the platform's own Directory Sync is on, switch it off",
					members)}));
}
