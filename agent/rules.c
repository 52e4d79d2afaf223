#include "agent/rules.h"

#include <ctype.h>
#include <fnmatch.h>
#include <strings.h>

/*
 * How far this machine may be off the platform's Date, and how far time servers
 * may have set it back since the last run, before nothing is due by time alone.
 */
enum { CLOCK_SLACK = 10 * MINUTE, CLOCK_STEP = MINUTE };

/* ---- selectors --------------------------------------------------------- */

bool selector_is_glob(const char *selector)
{
	return strpbrk(selector, "*?[") != NULL;
}

/* Space around the separators of a DN means nothing; case of ASCII neither. */
static bool dn_equal(const char *a, const char *b)
{
	bool start = true;

	for (;;) {
		while (start && *a == ' ')
			a++;
		while (start && *b == ' ')
			b++;
		while (*a == ' ' && strchr(",=+", a[1 + strspn(a + 1, " ")]))
			a++;
		while (*b == ' ' && strchr(",=+", b[1 + strspn(b + 1, " ")]))
			b++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
		start = strchr(",=+", *a) != NULL;
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

static bool listed(const char *const *list, const char *word)
{
	for (; word && list && *list; list++)
		if (strcasecmp(*list, word) == 0)
			return true;
	return false;
}

/* ---- one selector in one reading ----------------------------------------- */

struct expansion {
	const struct reading *r;
	uint64_t *people;
	uint64_t *taken; /* groups that the selector matched */
	uint64_t *seen;  /* groups visited below one of them: cycles and diamonds end here */
	const char *unsure;
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

/* Adds everybody in the group and in the groups inside it; false when there is nobody. */
static bool expand(struct arena *a, struct expansion *x, uint32_t first)
{
	VEC(uint32_t) todo = {0};
	bool anybody = false;

	memset(x->seen, 0, (x->r->groups_nr / 64 + 1) * sizeof *x->seen);
	bit_set(x->seen, first);
	VEC_ADD(&todo, first);
	while (todo.nr) {
		const struct group *g = &x->r->groups[todo.items[--todo.nr]];

		for (uint32_t i = 0; i < g->people_nr; i++)
			bit_set(x->people, g->people[i]);
		anybody |= g->people_nr > 0;
		if (g->state != COMPLETE)
			doubt(x, arena_printf(a, "group %s was not read whole: %s", g->name,
					      g->why ? g->why : completeness_name(g->state)));
		for (uint32_t i = 0; i < g->groups_nr; i++)
			if (!bit_set(x->seen, g->groups[i]))
				VEC_ADD(&todo, g->groups[i]);
	}
	VEC_FREE(&todo);
	return anybody;
}

static void problem(struct rulebook *rb, const char *directory, const char *group,
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

static bool had_members(const struct rulebook *rb, const struct group_set *set,
			const char *directory, const char *id)
{
	const struct known_group *k;

	for (size_t at = 0; (k = known_next(rb, set, directory, &at));)
		if (str_eq(k->id, id))
			return k->had_members;
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
	bool empty;

	if (bit_set(x->taken, group))
		return;
	empty = !expand(a, x, group);
	if (empty && had_members(rb, set, x->r->directory, g->id) &&
	    !may_be_empty(rb, set, g->name, g->id)) {
		const char *why = arena_printf(
			a, "it is empty and had members before; if that is right, put it into "
			   "limits.allow_empty");

		problem(rb, x->r->directory, g->name, "partial", why);
		doubt(x, arena_printf(a, "group %s is empty and had members before", g->name));
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
			problem(rb, x->r->directory, x->r->groups[g].name, "renamed",
				arena_printf(a, "it was %s when %s matched it; it is followed by its id, "
						"change the rule", k->name, set->selector));
			set_take(rb, a, set, reading, x, g);
			found = true;
		} else if (selector_is_glob(set->selector) &&
			   !may_be_empty(rb, set, k->name, k->id)) {
			problem(rb, x->r->directory, k->name, "failed",
				arena_printf(a, "it matched %s before and is gone; if that is right, put "
						"it into limits.allow_empty", set->selector));
			doubt(x, arena_printf(a, "group %s is gone", k->name));
		}
	}
	return found;
}

/* Two groups of one name: none of them can be meant for certain. */
static void set_ambiguous(struct rulebook *rb, struct arena *a, const struct group_set *set,
			  struct expansion *x, const uint32_t *groups, size_t nr)
{
	const char *places = "";
	const char *last = NULL;

	for (size_t i = 0; i < nr; i++) { /* in alphabetical order: they are few */
		const char *next = NULL;

		for (size_t j = 0; j < nr; j++) {
			const char *p = x->r->groups[groups[j]].place;

			if ((!last || strcmp(p, last) > 0) && (!next || strcmp(p, next) < 0))
				next = p;
		}
		if (!next)
			break;
		places = arena_printf(a, "%s%s%s", places, i ? " and " : "", next);
		last = next;
	}
	problem(rb, x->r->directory, set->selector, "failed",
		arena_printf(a, "the name is borne by %s; name the one meant by its DN or id", places));
	doubt(x, arena_printf(a, "group %s exists more than once", set->selector));
}

static bool set_resolve(struct rulebook *rb, struct arena *a, struct group_set *set,
			uint32_t reading)
{
	const struct reading *r = &rb->world->readings[reading];
	struct group_set_part *part = &set->parts[reading];
	struct expansion x = {.r = r, .unsure = rb->reading_unsure[reading]};
	VEC(uint32_t) groups = {0};
	int best = 1;
	bool found;

	if (r->state == FAILED) {
		part->unsure = x.unsure;
		return true;
	}
	x.people = arena_array(a, r->people_nr / 64 + 1, sizeof *x.people);
	x.seen = arena_array(a, r->groups_nr / 64 + 1, sizeof *x.seen);
	x.taken = arena_array(a, r->groups_nr / 64 + 1, sizeof *x.taken);
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

static struct group_set *set_make(struct rulebook *rb, struct arena *a, const char *selector,
				  const char *directory)
{
	const struct world *w = rb->world;
	struct group_set *set;
	bool found = false;

	for (size_t i = 0; i < rb->sets_nr; i++)
		if (str_eq(rb->sets[i].selector, selector) &&
		    str_eq(rb->sets[i].directory, directory))
			return &rb->sets[i];
	set = &rb->sets[rb->sets_nr++];
	set->selector = selector;
	set->directory = directory;
	set->parts = arena_array(a, w->readings_nr, sizeof *set->parts);
	for (uint32_t r = 0; r < w->readings_nr; r++)
		if (!directory || str_eq(directory, w->readings[r].directory))
			found |= set_resolve(rb, a, set, r);
	for (uint32_t r = 0; r < w->readings_nr; r++) {
		if (directory && !str_eq(directory, w->readings[r].directory))
			continue;
		if (!found && !set->parts[r].unsure)
			set->parts[r].unsure = arena_printf(a, "group %s was not found", selector);
		if (set->parts[r].unsure)
			rb->complete = false;
		set_remember(rb, set, r);
	}
	if (!found)
		problem(rb, directory, selector, "failed",
			selector_is_glob(selector)
				? "no group matches; nothing rests on it, and nobody is removed for it"
				: "there is no such group; nobody is removed for it");
	return set;
}

/* ---- the rulebook ------------------------------------------------------------ */

/* Why this reading cannot show that somebody is gone. */
static const char *reading_doubt(struct arena *a, const struct policy *p, const struct reading *r)
{
	if (r->state != COMPLETE)
		return arena_printf(a, "directory %s %s: %s", r->directory,
				    r->state == FAILED ? "could not be read" : "was not read whole",
				    r->why ? r->why : "no reason given");
	if (listed(p->limits.allow_empty, r->directory))
		return NULL;
	if (r->people_nr == 0)
		return arena_printf(a, "directory %s came back empty", r->directory);
	if (r->people_nr < p->limits.min_people)
		return arena_printf(a, "directory %s has %zu people, fewer than limits.min_people: %u",
				    r->directory, r->people_nr, p->limits.min_people);
	return NULL;
}

static void readings_judge(struct rulebook *rb, struct arena *a)
{
	const struct world *w = rb->world;

	rb->reading_unsure = arena_array(a, w->readings_nr, sizeof *rb->reading_unsure);
	for (size_t i = 0; i < w->readings_nr; i++) {
		const struct reading *r = &w->readings[i];

		rb->reading_unsure[i] = reading_doubt(a, w->policy, r);
		if (!rb->reading_unsure[i])
			continue;
		rb->complete = false;
		problem(rb, r->directory, NULL, r->state == FAILED ? "failed" : "partial",
			r->why && r->state != COMPLETE ? r->why : rb->reading_unsure[i]);
	}
}

static void groups_judge(struct rulebook *rb)
{
	const struct world *w = rb->world;

	for (size_t i = 0; i < w->readings_nr; i++)
		for (size_t g = 0; w->readings[i].state != FAILED && g < w->readings[i].groups_nr; g++) {
			const struct group *group = &w->readings[i].groups[g];

			if (group->state != COMPLETE)
				problem(rb, w->readings[i].directory, group->name,
					completeness_name(group->state), group->why);
		}
}

static const struct group_set **sets_make(struct rulebook *rb, struct arena *a,
					  const char *const *selectors)
{
	const struct group_set **sets;
	size_t nr = 0;

	while (selectors && selectors[nr])
		nr++;
	sets = arena_array(a, nr + 1, sizeof *sets);
	for (size_t i = 0; i < nr; i++)
		sets[i] = set_make(rb, a, selectors[i], NULL);
	return sets;
}

static size_t selectors_count(const struct policy *p)
{
	size_t nr = p->rules_nr;

	for (size_t i = 0; i < p->rules_nr; i++) {
		for (const char *const *s = p->rules[i].except; s && *s; s++)
			nr++;
		for (const char *const *s = p->rules[i].require; s && *s; s++)
			nr++;
	}
	return nr;
}

static void clock_judge(struct rulebook *rb, struct arena *a)
{
	const struct world *w = rb->world;
	utc server = w->organization->server_time;
	const char *why = NULL;

	if (server && (w->now > server + CLOCK_SLACK || w->now < server - CLOCK_SLACK))
		why = arena_printf(a, "this machine's clock is %lld seconds %s the platform's",
				   (long long)(w->now > server ? w->now - server : server - w->now),
				   w->now > server ? "ahead of" : "behind");
	else if (w->now < w->known->last_time - CLOCK_STEP)
		why = arena_printf(a, "this machine's clock is %lld seconds behind what the state has "
				      "seen", (long long)(w->known->last_time - w->now));
	rb->clock_trusted = !why;
	if (why)
		problem(rb, NULL, NULL, "clock",
			arena_printf(a, "%s; what is due only by time does not happen until it is put "
					"right", why));
}

void rulebook_make(struct rulebook *rb, struct arena *a, const struct world *world)
{
	const struct policy *p = world->policy;

	*rb = (struct rulebook){.world = world, .complete = true};
	clock_judge(rb, a);
	readings_judge(rb, a);
	groups_judge(rb);
	rb->sets = arena_array(a, selectors_count(p), sizeof *rb->sets);
	rb->rules = arena_array(a, p->rules_nr, sizeof *rb->rules);
	for (size_t i = 0; i < p->rules_nr; i++) {
		rb->rules[i].group = set_make(rb, a, p->rules[i].group, p->rules[i].directory);
		rb->rules[i].except = sets_make(rb, a, p->rules[i].except);
		rb->rules[i].require = sets_make(rb, a, p->rules[i].require);
	}
}

void rulebook_free(struct rulebook *rb)
{
	VEC_FREE(&rb->problems);
	VEC_FREE(&rb->groups);
}

/* ---- one person ---------------------------------------------------------------- */

static bool part_has(const struct group_set_part *part, uint32_t person)
{
	return part->people && person != NOT_SEEN &&
	       (part->people[person / 64] >> (person % 64) & 1);
}

bool rulebook_names(const struct rulebook *rb, struct place at)
{
	for (size_t i = 0; i < rb->world->policy->rules_nr; i++)
		if (part_has(&rb->rules[i].group->parts[at.reading], at.person))
			return true;
	return false;
}

static enum tri set_has(const struct group_set *set, const struct place *places, size_t nr,
			const char **unsure)
{
	enum tri has = NO;

	for (size_t i = 0; i < nr; i++) {
		const struct group_set_part *part = &set->parts[places[i].reading];

		if (part_has(part, places[i].person))
			return YES;
		if (part->unsure) {
			has = MAYBE;
			*unsure = part->unsure;
		}
	}
	return has;
}

static enum tri tri_and(enum tri a, enum tri b)
{
	return a < b ? a : b;
}

/* The group first, then what takes it away again; `why` for whoever asks. */
static enum tri rule_match(const struct rulebook *rb, size_t i, const struct place *places,
			   size_t nr, const char **unsure, const char **culprit)
{
	const struct rule *rule = &rb->world->policy->rules[i];
	enum tri match = set_has(rb->rules[i].group, places, nr, unsure);

	*culprit = NULL;
	if (match == NO)
		return NO;
	if (rule->until && rb->world->now >= rule->until && rb->clock_trusted) {
		*culprit = "until";
		return NO;
	}
	for (const struct group_set **s = rb->rules[i].except; *s && match != NO; s++) {
		enum tri not_in = (enum tri)(YES - set_has(*s, places, nr, unsure));

		if (not_in < match)
			*culprit = (*s)->selector;
		match = tri_and(match, not_in);
	}
	for (const struct group_set **s = rb->rules[i].require; *s && match != NO; s++) {
		enum tri in = set_has(*s, places, nr, unsure);

		if (in < match)
			*culprit = (*s)->selector;
		match = tri_and(match, in);
	}
	return match;
}

void entitlement_make(const struct rulebook *rb, const struct place *places, size_t nr,
		      struct entitlement *e)
{
	const struct policy *p = rb->world->policy;
	bool role_settled = false;

	*e = (struct entitlement){.rule = NO_INDEX, .role_rule = NO_INDEX, .seat_rule = NO_INDEX};
	for (size_t i = 0; i < p->rules_nr; i++) {
		const char *unsure = NULL, *culprit;
		enum tri m = rule_match(rb, i, places, nr, &unsure, &culprit);

		if (m == NO)
			continue;
		if (m == MAYBE && !e->unsure)
			e->unsure = unsure;
		if (m > e->member) {
			e->member = m;
			e->rule = (int)i;
		}
		if (p->rules[i].role && !role_settled) {
			e->roles |= 1u << p->rules[i].role;
			role_settled = m == YES;
			e->role_rule = (int)i;
		}
		if (p->rules[i].seat && m > e->seat) {
			e->seat = m;
			e->seat_rule = (int)i;
		}
	}
	if (e->member != NO && !role_settled)
		e->roles |= 1u << ROLE_MEMBER;
	if (e->member == YES && e->seat != MAYBE && entitlement_role(e))
		e->unsure = NULL;
}

enum role entitlement_role(const struct entitlement *e)
{
	for (enum role r = ROLE_MEMBER; r < ROLE_NR; r++)
		if (e->roles == 1u << r)
			return r;
	return ROLE_NONE;
}

/* ---- explaining ------------------------------------------------------------------ */

static const char *trace_why(struct arena *a, const struct rulebook *rb, size_t i, enum tri match,
			     const char *unsure, const char *culprit)
{
	const struct rule *rule = &rb->world->policy->rules[i];

	if (match == YES)
		return arena_printf(a, "is in %s", rule->group);
	if (match == MAYBE)
		return unsure;
	if (str_eq(culprit, "until"))
		return "the rule has ended";
	if (!culprit)
		return arena_printf(a, "is not in %s", rule->group);
	for (const char *const *s = rule->except; s && *s; s++)
		if (*s == culprit)
			return arena_printf(a, "is in %s, and excepted by %s", rule->group, culprit);
	return arena_printf(a, "is in %s, and not in %s, which it requires", rule->group, culprit);
}

struct rule_trace *rule_traces(const struct rulebook *rb, struct arena *a,
			       const struct place *places, size_t nr)
{
	const struct policy *p = rb->world->policy;
	struct rule_trace *t = arena_array(a, p->rules_nr, sizeof *t);

	for (size_t i = 0; i < p->rules_nr; i++) {
		const char *unsure = NULL, *culprit;

		t[i].rule = &p->rules[i];
		t[i].match = rule_match(rb, i, places, nr, &unsure, &culprit);
		t[i].why = trace_why(a, rb, i, t[i].match, unsure, culprit);
	}
	return t;
}
