#include "connectors/ldap_filtered.h"

#include "agent/text.h"
#include "connectors/ldap_read.h"

struct filtered {
	struct groups *groups;
	uint32_t draft;
};

static int filtered_take(void *filtered, struct entry *en, struct err *e)
{
	struct filtered *f = filtered;

	(void)e;
	group_person_add(f->groups, f->draft, &en->dn);
	return 0;
}

static void filtered_forget(void *filtered)
{
	struct filtered *f = filtered;
	struct draft *d = &f->groups->drafts.items[f->draft];

	d->people.nr = 0;
	d->doubts = (struct doubts){0};
}

/* What the server says to the filter concerns the group; what breaks the talk, all. */
static int filter_read(struct filtered *f, struct server *s, const char *filter, struct err *e)
{
	static const char *const no_attributes[] = {LDAP_NO_ATTRS, NULL};
	const struct ldap_settings *c = s->settings;
	struct arena scratch CLEANUP(arena_free) = {0};
	struct query q = {"a rule's people", NULL, LDAP_SCOPE_SUBTREE,
			  arena_printf(&scratch, "(&%s%s)", c->people.filter, filter),
			  no_attributes};
	struct taker t = {filtered_take, filtered_forget, f, 0};
	struct draft *d;
	int rc = bases_search(s, c->people.bases, &q, &t, e);

	if (rc && e->kind == ERR_UNREACHABLE)
		return -1;
	d = &f->groups->drafts.items[f->draft];
	if (rc) {
		filtered_forget(f);
		d->group.state = FAILED;
		d->group.why = arena_strndup(f->groups->a, e->text, strcspn(e->text, "\n"));
	}
	if (t.references)
		doubt_add(&d->doubts, f->groups->a,
			  "%u references to other servers were not followed", t.references);
	return 0;
}

int filtered_read(struct groups *g, struct server *s, const char *const *wanted, struct err *e)
{
	for (; wanted && *wanted; wanted++) {
		struct filtered f = {.groups = g};

		if (**wanted != '(' || groups_by_dn(g, *wanted) != INDEX_NONE)
			continue;
		f.draft = group_of_filter(g, *wanted);
		if (filter_read(&f, s, *wanted, e))
			return -1;
	}
	return 0;
}
