/*
 * rival.c - is another writer at work?  The platform has a Directory Sync of
 * its own, which nobody can see from outside.  What shows is that we set the
 * same thing of the same member again and again: somebody changes it back; and
 * that whom we removed is there again.  Nothing is decided differently for
 * that; it is said.
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

/* ---- members put back ------------------------------------------------------------ */

static int word_order(const void *key, const void *word)
{
	return strcmp(key, *(const char *const *)word);
}

const char *put_back_why(struct drafting *d, const struct member *m)
{
	const struct known *k = d->w->known;

	if (!m->address || !k->removed_nr ||
	    !bsearch(m->address, k->removed, k->removed_nr, sizeof *k->removed, word_order))
		return NULL;
	d->put_back++;
	return arena_printf(d->a, "was removed by us within the last %d days, and is a member again by "
				  "another's hand; is not managed, `seatsync adopt` changes that",
			    (int)(REDONE_SECONDS / DAY));
}

static void put_back_say(struct drafting *d)
{
	if (d->put_back)
		VEC_ADD(&d->problems,
			((struct plan_problem){
				.state = "undone",
				.why = arena_printf(
					d->a,
					"%zu of the members removed within %d days are members again by "
					"another's hand; nobody removes them again before `seatsync adopt`",
					d->put_back, (int)(REDONE_SECONDS / DAY))}));
}

/* ---- all of it --------------------------------------------------------------------- */

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
	put_back_say(d);
	if (members)
		VEC_ADD(&d->problems,
			((struct plan_problem){
				.state = "undone",
				.why = arena_printf(
					d->a,
					"what was set of %zu member%s is undone again and again by another "
					"hand: if the platform's own Directory Sync is on, switch it off",
					members, members == 1 ? "" : "s")}));
}
