/*
 * groups.c - selectors: which groups they name, who is in these and in the
 * groups inside them, and how sure that is.
 */
#include "agent/groups.h"

#include <ctype.h>
#include <fnmatch.h>
#include <strings.h>

#include "agent/strays.h"

/* ---- selectors --------------------------------------------------------- */

bool selector_is_glob(const char *selector)
{
	return strpbrk(selector, "*?[") != NULL;
}

/*
 * The next letter of a DN that counts, or '\0': the space around separators
 * does not.  An escaped letter ("\\,") is no separator; *escaped tells.
 */
static const char *dn_next(const char *dn, bool start, bool *escaped)
{
	size_t spaces = strspn(dn, " ");

	if (start || strchr(",=+", dn[spaces])) /* also at the end */
		dn += spaces;
	*escaped = *dn == '\\' && dn[1];
	return dn;
}

/* Case of ASCII letters does not count either. */
static bool dn_equal(const char *a, const char *b)
{
	bool start = true;

	for (;;) {
		bool a_escaped, b_escaped;

		a = dn_next(a, start, &a_escaped);
		b = dn_next(b, start, &b_escaped);
		if (a_escaped != b_escaped)
			return false;
		a += a_escaped;
		b += b_escaped;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
		start = !a_escaped && strchr(",=+", *a);
		a++, b++;
	}
}

int selector_matches(const char *selector, const struct group *g)
{
	if (str_eq(selector, g->id))
		return 3;
	if (g->place && strchr(selector, '=') && dn_equal(selector, g->place))
		return 2;
	if (!g->name)
		return 0;
	if (selector_is_glob(selector))
		return fnmatch(selector, g->name, FNM_CASEFOLD) == 0;
	return strcasecmp(selector, g->name) == 0;
}

bool listed(const char *const *list, const char *word)
{
	for (; word && list && *list; list++)
		if (strcasecmp(*list, word) == 0)
			return true;
	return false;
}

/* ---- one selector in one reading ----------------------------------------- */

struct expansion {
	const struct reading *r;
	struct roster *roster;
	uint64_t *people;
	uint64_t *seen;  /* for groups_inside */
	uint32_t *inside;
	const char *unsure;
	bool alarmed;
};

/* Of several doubts the first in the alphabet is told, whatever the order of reading. */
static void doubt(struct expansion *x, const char *why)
{
	if (!x->unsure || strcmp(why, x->unsure) < 0)
		x->unsure = why;
}

static bool bit_set(uint64_t *bits, uint32_t i)
{
	bool was = bits[i / 64] >> (i % 64) & 1;

	bits[i / 64] |= (uint64_t)1 << (i % 64);
	return was;
}

static uint32_t roster_number(struct roster *r, uint32_t person)
{
	if (!r->number[person]) {
		BUG_IF(r->nr == r->room);
		r->number[person] = ++r->nr;
	}
	return r->number[person];
}

/* Who is named in a rule's group and is nobody's: told, however often it is met, once. */
static void strays_tell(struct rulebook *rb, struct arena *a, const struct reading *r,
			const struct group *g)
{
	const char *gone = group_gone_text(a, g), *moved = group_moved_text(a, g, r);

	for (uint32_t i = 0; i < g->strays_nr; i++) {
		const char *why = arena_printf(a, "is in the group %s and is %s", group_label(g),
					       g->strays[i].kind);

		VEC_ADD(&rb->skipped, ((struct plan_note){.dn = g->strays[i].place, .why = why}));
	}
	if (g->others > g->strays_nr && g->strays_nr)
		VEC_ADD(&rb->skipped,
			((struct plan_note){
				.dn = g->place,
				.why = arena_printf(a, "%u more of its members are no people",
						    g->others - g->strays_nr)}));
	if (gone)
		rulebook_problem(rb, r->directory, group_label(g), "dangling", gone);
	if (moved)
		rulebook_problem(rb, r->directory, group_label(g), "moved", moved);
}

/* What is seen ends cycles and diamonds. */
size_t groups_inside(const struct reading *r, uint32_t first, uint64_t *seen, uint32_t *list)
{
	size_t nr = 1;

	memset(seen, 0, (r->groups_nr / 64 + 1) * sizeof *seen);
	bit_set(seen, first);
	list[0] = first;
	for (size_t i = 0; i < nr; i++) {
		const struct group *g = &r->groups[list[i]];

		for (uint32_t j = 0; j < g->groups_nr; j++)
			if (!bit_set(seen, g->groups[j]))
				list[nr++] = g->groups[j];
	}
	return nr;
}

/* Adds everybody in the group and in the groups inside it; false when there is nobody. */
static bool expand(struct rulebook *rb, struct arena *a, struct expansion *x, uint32_t first)
{
	const char **alarms = rb->alarms[x->r - rb->world->readings].group;
	size_t nr = groups_inside(x->r, first, x->seen, x->inside);
	bool anybody = false;

	for (size_t at = 0; at < nr; at++) {
		const struct group *g = &x->r->groups[x->inside[at]];
		const char *alarm = alarms ? alarms[x->inside[at]] : NULL;

		for (uint32_t i = 0; i < g->people_nr; i++)
			bit_set(x->people, roster_number(x->roster, g->people[i]));
		anybody |= g->people_nr > 0;
		strays_tell(rb, a, x->r, g);
		if (g->state != COMPLETE)
			doubt(x, arena_printf(a, "group %s was not read whole: %s", group_label(g),
					      g->why ? g->why : completeness_name(g->state)));
		if (alarm)
			doubt(x, alarm);
		x->alarmed |= alarm != NULL;
	}
	return anybody;
}

const char *group_label(const struct group *g)
{
	return g->name ? g->name : g->place ? g->place : g->id;
}

void rulebook_problem(struct rulebook *rb, const char *directory, const char *group,
		      const char *state, const char *why)
{
	VEC_ADD(&rb->problems, ((struct plan_problem){directory, group, state, why}));
}

/* What we remember of this selector in this directory, one after the other. */
static const struct known_group *known_next(const struct rulebook *rb, const struct group_set *set,
					    const char *directory, size_t *at)
{
	const struct known *k = rb->world->known;

	while (*at < k->groups_nr) {
		const struct known_group *g = &k->groups[(*at)++];

		if (str_eq(g->selector, set->selector) && str_eq(g->directory, directory))
			return g;
	}
	return NULL;
}

/* A group made anew under its old name has another id: all that a name matched counts. */
static bool had_members(const struct rulebook *rb, const struct group_set *set,
			const char *directory, const char *id)
{
	bool any = !selector_is_glob(set->selector);
	const struct known_group *k;

	for (size_t at = 0; (k = known_next(rb, set, directory, &at));)
		if (k->had_members && (any || str_eq(k->id, id)))
			return true;
	return false;
}

static bool may_be_empty(const struct rulebook *rb, const struct group_set *set,
			 const char *name, const char *id)
{
	const char *const *allowed = rb->world->policy->limits.allow_empty;

	return listed(allowed, set->selector) || listed(allowed, name) || listed(allowed, id);
}

/* Takes one group of the reading into the set, with all that is inside it. */
static void set_take(struct rulebook *rb, struct arena *a, const struct group_set *set,
		     uint32_t reading, struct expansion *x, uint32_t group)
{
	const struct group *g = &x->r->groups[group];
	bool empty = !expand(rb, a, x, group);

	if (empty && had_members(rb, set, x->r->directory, g->id) &&
	    !may_be_empty(rb, set, g->name, g->id)) {
		const char *why = arena_printf(
			a, "it is empty and had members before; if that is right, put it into "
			   "limits.allow_empty");

		rulebook_problem(rb, x->r->directory, group_label(g), "partial", why);
		doubt(x, arena_printf(a, "group %s is empty and had members before",
				      group_label(g)));
	}
	VEC_ADD(&rb->groups, ((struct known_group){rb->world->readings[reading].directory, g->id,
						   g->name, set->selector, !empty}));
}

/* A group that matched before: still there by its id, perhaps under another name? */
static bool set_follow(struct rulebook *rb, struct arena *a, const struct group_set *set,
		       uint32_t reading, struct expansion *x, bool found)
{
	const struct known_group *k;

	for (size_t at = 0; (k = known_next(rb, set, x->r->directory, &at));) {
		uint32_t g = 0;

		while (g < x->r->groups_nr && !str_eq(x->r->groups[g].id, k->id))
			g++;
		if (g < x->r->groups_nr) {
			if (selector_matches(set->selector, &x->r->groups[g]))
				continue;
			if (found && !selector_is_glob(set->selector))
				continue; /* the name now belongs to another group */
			rulebook_problem(rb, x->r->directory, group_label(&x->r->groups[g]), "renamed",
				arena_printf(a, "it was %s when %s matched it; it is followed by its id, "
						"change the rule", k->name, set->selector));
			set_take(rb, a, set, reading, x, g);
			found = true;
		} else if (selector_is_glob(set->selector) &&
			   !may_be_empty(rb, set, k->name, k->id)) {
			rulebook_problem(rb, x->r->directory, k->name, "failed",
				arena_printf(a, "it matched %s before and is gone; if that is right, put "
						"it into limits.allow_empty", set->selector));
			doubt(x, arena_printf(a, "group %s is gone", k->name));
		}
	}
	return found;
}

static const char *group_place(const struct group *g)
{
	return g->place ? g->place : g->id;
}

/* The first of their places in alphabetical order after `last`; NULL when there is none. */
static const char *place_after(const struct expansion *x, const uint32_t *groups, size_t nr,
			       const char *last)
{
	const char *next = NULL;

	for (size_t i = 0; i < nr; i++) {
		const char *p = group_place(&x->r->groups[groups[i]]);

		if ((!last || strcmp(p, last) > 0) && (!next || strcmp(p, next) < 0))
			next = p;
	}
	return next;
}

/* Two groups of one name: none of them can be meant for certain. */
static void set_ambiguous(struct rulebook *rb, struct arena *a, const struct group_set *set,
			  struct expansion *x, const uint32_t *groups, size_t nr)
{
	const char *next, *last = place_after(x, groups, nr, NULL), *places = last;

	for (; (next = place_after(x, groups, nr, last)); last = next) /* they are few */
		places = arena_printf(a, "%s and %s", places, next);
	rulebook_problem(rb, x->r->directory, set->selector, "failed",
		arena_printf(a, "the name is borne by %s; name the one meant by its DN or id", places));
	doubt(x, arena_printf(a, "group %s exists more than once", set->selector));
}

static bool set_resolve(struct rulebook *rb, struct arena *a, struct group_set *set,
			uint32_t reading)
{
	const struct reading *r = &rb->world->readings[reading];
	struct group_set_part *part = &set->parts[reading];
	struct arena scratch CLEANUP(arena_free) = {0};
	struct expansion x = {.r = r, .roster = &rb->rosters[reading],
			      .unsure = rb->reading_unsure[reading],
			      .alarmed = rb->alarms[reading].why != NULL};
	VEC(uint32_t) groups = {0};
	int best = 1;
	bool found;

	if (r->state == FAILED) {
		part->unsure = x.unsure;
		return true;
	}
	x.people = arena_array(a, x.roster->room / 64 + 1, sizeof *x.people);
	x.seen = arena_array(&scratch, r->groups_nr / 64 + 1, sizeof *x.seen);
	x.inside = arena_array(&scratch, r->groups_nr, sizeof *x.inside);
	for (uint32_t g = 0; g < r->groups_nr; g++) {
		int how = selector_matches(set->selector, &r->groups[g]);

		if (how > best)
			groups.nr = 0;
		if (how >= best) {
			VEC_ADD(&groups, g);
			best = how;
		}
	}
	found = groups.nr > 0;
	if (groups.nr > 1 && !selector_is_glob(set->selector))
		set_ambiguous(rb, a, set, &x, groups.items, groups.nr);
	else
		for (size_t i = 0; i < groups.nr; i++)
			set_take(rb, a, set, reading, &x, groups.items[i]);
	found = set_follow(rb, a, set, reading, &x, found);
	VEC_FREE(&groups);
	part->people = x.people;
	part->unsure = x.unsure;
	part->alarmed = x.alarmed;
	return found;
}

/* While a set is not whole somewhere, what was remembered there stays remembered. */
static void set_remember(struct rulebook *rb, const struct group_set *set, uint32_t reading)
{
	const char *directory = rb->world->readings[reading].directory;
	const struct known_group *k;
	size_t kept = 0;

	if (!set->parts[reading].unsure)
		return;
	for (size_t i = 0; i < rb->groups.nr; i++) {
		const struct known_group *g = &rb->groups.items[i];

		if (!str_eq(g->selector, set->selector) || !str_eq(g->directory, directory))
			rb->groups.items[kept++] = *g;
	}
	rb->groups.nr = kept;
	for (size_t at = 0; (k = known_next(rb, set, directory, &at));)
		VEC_ADD(&rb->groups, *k);
}

/*
 * Not one group of this reading: is that an answer?  Not when there is none
 * anywhere, nor when there was one here with members.  NULL: it is.
 */
static const char *set_absent(struct rulebook *rb, struct arena *a, const struct group_set *set,
			      const char *directory, bool found)
{
	const struct known_group *k;

	if (may_be_empty(rb, set, NULL, NULL))
		return NULL;
	if (!found)
		return arena_printf(a, "group %s was not found", set->selector);
	for (size_t at = 0; (k = known_next(rb, set, directory, &at));) {
		if (!k->had_members || may_be_empty(rb, set, k->name, k->id))
			continue;
		rulebook_problem(rb, directory, set->selector, "failed",
			"it had members here before and is gone; if that is right, put it into "
			"limits.allow_empty");
		return arena_printf(a, "group %s is gone from directory %s", set->selector, directory);
	}
	return NULL;
}

const struct group_set *group_set_make(struct rulebook *rb, struct arena *a, const char *selector,
				       const char *directory)
{
	const struct world *w = rb->world;
	struct arena scratch CLEANUP(arena_free) = {0};
	bool *here = arena_array(&scratch, w->readings_nr, sizeof *here), found = false;
	struct group_set *set;

	for (set = rb->sets; set; set = set->next)
		if (str_eq(set->selector, selector) && str_eq(set->directory, directory))
			return set;
	set = arena_alloc(a, sizeof *set);
	*set = (struct group_set){selector, directory,
				  arena_array(a, w->readings_nr, sizeof *set->parts), rb->sets};
	rb->sets = set;
	for (uint32_t r = 0; r < w->readings_nr; r++)
		if (!directory || str_eq(directory, w->readings[r].directory))
			found |= here[r] = set_resolve(rb, a, set, r);
	for (uint32_t r = 0; r < w->readings_nr; r++) {
		if (directory && !str_eq(directory, w->readings[r].directory))
			continue;
		if (!here[r] && !set->parts[r].unsure)
			set->parts[r].unsure =
				set_absent(rb, a, set, w->readings[r].directory, found);
		if (set->parts[r].unsure)
			rb->complete = false;
		set_remember(rb, set, r);
	}
	if (!found && !may_be_empty(rb, set, NULL, NULL))
		rulebook_problem(rb, directory, selector, "failed",
			selector_is_glob(selector)
				? "no group matches; nothing rests on it, and nobody is removed for it"
				: "there is no such group; nobody is removed for it; if it may be empty, "
				  "put it into limits.allow_empty");
	return set;
}

/* ---- what no rule names any more --------------------------------------------- */

static bool selector_used(const struct rulebook *rb, const struct known_group *k)
{
	for (const struct group_set *set = rb->sets; set; set = set->next)
		if (str_eq(set->selector, k->selector) &&
		    (!set->directory || str_eq(set->directory, k->directory)))
			return true;
	return false;
}

static bool group_ruled(const struct rulebook *rb, const struct known_group *k)
{
	for (size_t i = 0; i < rb->groups.nr; i++)
		if (str_eq(rb->groups.items[i].id, k->id) &&
		    str_eq(rb->groups.items[i].directory, k->directory))
			return true;
	return false;
}

/* Where not all was read, the group may be matched unseen: it is remembered, and said later. */
void groups_unruled(struct rulebook *rb, struct arena *a)
{
	const struct known *known = rb->world->known;

	for (size_t i = 0; i < known->groups_nr; i++) {
		const struct known_group *k = &known->groups[i];
		ptrdiff_t r = reading_index(rb->world, k->directory);

		if (r < 0 || selector_used(rb, k) || group_ruled(rb, k))
			continue;
		if (rb->world->readings[r].state != COMPLETE)
			VEC_ADD(&rb->groups, *k);
		else
			rulebook_problem(rb, k->directory, k->name, "unruled",
				arena_printf(a, "the rules named it until now, as %s, and do not any "
						"more; if that is not meant, correct the rules",
					     k->selector));
	}
}
