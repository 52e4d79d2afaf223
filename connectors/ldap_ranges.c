#include "connectors/ldap_ranges.h"

#include <strings.h>

#include "connectors/ldap_lookup.h"

enum { RANGE_PASSES_MAX = 3 }; /* over one group, while it changes under us */

/* ---- what an attribute's option says ------------------------------------------------- */

struct range {
	uint32_t low, high;
	bool last; /* "*": there are no more */
};

enum ranged { RANGED_NOT, RANGED, RANGED_ODD };

/* A number before `stop`, which it moves *s behind; -1 when it is none. */
static int bound_take(uint32_t *n, const char **s, const char *end)
{
	uint64_t number = 0;
	const char *begin = *s;

	for (; *s < end && **s >= '0' && **s <= '9' && number < INT32_MAX; (*s)++)
		number = number * 10 + (uint64_t)(**s - '0');
	*n = (uint32_t)number;
	return *s == begin || number >= INT32_MAX ? -1 : 0;
}

static enum ranged range_parse(struct range *r, const struct attribute *at)
{
	static const char option[] = ";range=";
	const size_t len = sizeof option - 1;
	const char *s = at->type.bv_val, *end = s + at->type.bv_len;

	while (s + len <= end && strncasecmp(s, option, len) != 0)
		s++;
	if (s + len > end)
		return RANGED_NOT;
	s += len;
	*r = (struct range){0};
	if (bound_take(&r->low, &s, end) || s == end || *s++ != '-')
		return RANGED_ODD;
	r->last = end - s == 1 && *s == '*';
	if (r->last)
		return RANGED;
	/* So many as it says there are, or some were kept from us. */
	if (bound_take(&r->high, &s, end) || s != end || r->high < r->low ||
	    at->nr != (size_t)r->high - r->low + 1)
		return RANGED_ODD;
	return RANGED;
}

/* ---- the first ------------------------------------------------------------------------- */

static void members_add(struct groups *g, uint32_t draft, const struct attribute *at)
{
	for (size_t i = 0; i < at->nr; i++)
		group_member_add(g, draft, &at->values[i]);
}

static void place_note(struct groups *g, struct draft *d, const struct attribute *at, uint32_t high)
{
	const struct berval *last = &at->values[at->nr - 1];

	d->range_next = high + 1;
	d->range_end = arena_strndup(&g->scratch, last->bv_val, last->bv_len);
}

static void range_odd(struct groups *g, struct draft *d)
{
	doubt_add(&d->doubts, g->a, "a range of its members cannot be understood");
	d->range_next = 0;
}

void range_first(struct groups *g, uint32_t draft, const struct attribute *at)
{
	struct draft *d = &g->drafts.items[draft];
	struct range r;
	enum ranged kind = range_parse(&r, at);

	members_add(g, draft, at);
	if (kind == RANGED_ODD || (kind == RANGED && r.low))
		range_odd(g, d);
	else if (kind == RANGED && !r.last)
		place_note(g, d, at, r.high);
}

/* ---- the others ------------------------------------------------------------------------ */

enum found { FOUND_NOTHING, FOUND_MORE, FOUND_END, FOUND_CHANGE, FOUND_ODD };

struct pass {
	struct groups *groups;
	uint32_t draft;
	uint32_t asked; /* the first that was asked for */
	enum found found;
};

static bool anchor_is(const struct draft *d, const struct attribute *at)
{
	const struct berval *first = at->values;

	return !d->range_end || (at->nr && first->bv_len == strlen(d->range_end) &&
				 memcmp(first->bv_val, d->range_end, first->bv_len) == 0);
}

static void pass_take(struct pass *p, const struct attribute *at)
{
	struct draft *d = &p->groups->drafts.items[p->draft];
	bool anew = !d->range_end;
	struct range r;
	enum ranged kind = range_parse(&r, at);

	if (kind == RANGED_NOT && !at->nr)
		return; /* stands empty beside the range */
	if (kind == RANGED_ODD || (kind == RANGED && r.low != p->asked) ||
	    (kind == RANGED && !r.last && !anew && r.high == p->asked)) {
		p->found = FOUND_ODD;
		return;
	}
	if (kind == RANGED && !anchor_is(d, at)) {
		p->found = FOUND_CHANGE;
		return;
	}
	members_add(p->groups, p->draft, at);
	p->found = kind == RANGED && !r.last ? FOUND_MORE : FOUND_END;
	if (p->found == FOUND_MORE)
		place_note(p->groups, d, at, r.high);
}

static int pass_entry(void *ctx, struct lookup *l, struct entry *en, struct err *e)
{
	struct pass *p = ctx;
	struct attribute at;
	int more;

	(void)l;
	while ((more = entry_next(en, &at)) > 0) {
		if (attribute_is(&at, p->groups->settings->groups.member))
			pass_take(p, &at);
		attribute_done(&at);
	}
	return more < 0 ? err_set(e, ERR_INCOMPLETE, "a range of members cannot be decoded") : 0;
}

/* Asks for one range.  The server's refusal is the group's doubt, not an error. */
static int pass_read(struct pass *p, struct server *s, struct err *e)
{
	struct groups *g = p->groups;
	struct draft *d = &g->drafts.items[p->draft];
	const char *attributes[] = {NULL, NULL};
	struct lookup l = {.query = {"members", d->group.place, LDAP_SCOPE_BASE, "(objectClass=*)",
				     attributes}};

	p->asked = d->range_next - 1;
	p->found = FOUND_NOTHING;
	attributes[0] =
		arena_printf(&g->scratch, "%s;range=%u-*", g->settings->groups.member, p->asked);
	if (lookups_run(s, &l, 1, &g->scratch, pass_entry, p, e))
		return -1;
	d = &g->drafts.items[p->draft];
	if (!l.code)
		return 0;
	doubt_add(&d->doubts, g->a, "its members from the %uth on could not be read: %s (%d)",
		  d->range_next, ldap_err2string(l.code), l.code);
	d->range_next = 0;
	return 0;
}

/* What was found is neither the next range nor the end: all of it again, or not whole. */
static void pass_failed(const struct pass *p, unsigned passes)
{
	struct groups *g = p->groups;
	struct draft *d = &g->drafts.items[p->draft];

	if (p->found == FOUND_ODD) {
		range_odd(g, d);
	} else if (passes < RANGE_PASSES_MAX) {
		/* Who was seen stays seen: that errs on the side of no loss. */
		d->range_next = 1;
		d->range_end = NULL;
	} else {
		doubt_add(&d->doubts, g->a,
			  p->found == FOUND_CHANGE
				  ? "its members from the %uth on changed whenever they were read"
				  : "its members from the %uth on did not come",
			  d->range_next);
		d->range_next = 0;
	}
}

static int group_ranges(struct groups *g, uint32_t draft, struct server *s, struct err *e)
{
	struct pass p = {.groups = g, .draft = draft};
	unsigned passes = 1;

	while (g->drafts.items[draft].range_next) {
		if (pass_read(&p, s, e))
			return -1;
		if (p.found == FOUND_END)
			g->drafts.items[draft].range_next = 0;
		else if (p.found != FOUND_MORE && g->drafts.items[draft].range_next)
			pass_failed(&p, passes++);
	}
	return 0;
}

int groups_ranges(struct groups *g, struct server *s, struct err *e)
{
	for (uint32_t i = 0; i < g->drafts.nr; i++)
		if (group_ranges(g, i, s, e))
			return -1;
	return 0;
}
