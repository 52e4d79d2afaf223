#include "agent/canary.h"
#include "agent/groups.h"

/*
 * How far this machine may be off the platform's Date, and how far time servers
 * may have set it back since the last run, before nothing is due by time alone.
 */
enum { CLOCK_SLACK = 10 * MINUTE, CLOCK_STEP = MINUTE };

/* ---- the rulebook ------------------------------------------------------------ */

/* Of its last whole reading; 0 when there was none. */
static size_t people_before(const struct known *k, const char *directory)
{
	for (size_t i = 0; i < k->directories_nr; i++)
		if (str_eq(k->directories[i].name, directory))
			return k->directories[i].people;
	return 0;
}

/* Why this reading cannot show that somebody is gone. */
static const char *reading_doubt(struct arena *a, const struct world *w, const struct reading *r)
{
	const struct policy *p = w->policy;
	size_t before = people_before(w->known, r->directory);

	if (r->state != COMPLETE)
		return arena_printf(a, "directory %s %s", r->directory,
				    r->state == FAILED ? "could not be read" : "was not read whole");
	if (listed(p->limits.allow_empty, r->directory))
		return NULL;
	if (r->people_nr == 0)
		return arena_printf(a, "directory %s came back empty", r->directory);
	if (r->people_nr < p->limits.min_people)
		return arena_printf(a, "directory %s has %zu %s, fewer than limits.min_people: %u",
				    r->directory, r->people_nr, r->people_nr == 1 ? "person" : "people",
				    p->limits.min_people);
	if (r->unproven && r->people_nr < before - before / 2)
		return arena_printf(a, "directory %s has %zu %s, fewer than half of the %zu of last "
				       "time; if that is right, put it into limits.allow_empty",
				    r->directory, r->people_nr, r->people_nr == 1 ? "person" : "people",
				    before);
	return NULL;
}

static void readings_judge(struct rulebook *rb, struct arena *a)
{
	const struct world *w = rb->world;

	rb->reading_unsure = arena_array(a, w->readings_nr, sizeof *rb->reading_unsure);
	for (size_t i = 0; i < w->readings_nr; i++) {
		const struct reading *r = &w->readings[i];

		rb->reading_unsure[i] = reading_doubt(a, w, r);
		if (!rb->reading_unsure[i])
			continue;
		rb->complete = false;
		rulebook_problem(rb, r->directory, NULL, r->state == FAILED ? "failed" : "partial",
			r->state != COMPLETE ? r->why : rb->reading_unsure[i]);
	}
}

/* Neither the directory nor the group takes anything away before its canary is there again. */
static void canary_alarm(struct rulebook *rb, struct arena *a, size_t reading, uint32_t group,
			 const struct canary *c, const char *why)
{
	const struct reading *r = &rb->world->readings[reading];
	struct alarm *alarm = &rb->alarms[reading];
	const char *text = arena_printf(a, "directory %s: the canary %s %s", r->directory,
					c->person, why);

	rb->alarmed = true;
	if (group != NO_GROUP) {
		if (!alarm->group)
			alarm->group = arena_array(a, r->groups_nr, sizeof *alarm->group);
		alarm->group[group] = text;
	} else {
		rb->complete = false;
		alarm->why = text;
		rb->reading_unsure[reading] = text;
	}
	rulebook_problem(rb, r->directory,
			 group == NO_GROUP ? NULL : group_label(&r->groups[group]), "partial",
			 arena_printf(a, "the canary %s %s; before that is put right nobody loses "
					 "anything that rests on this: find out what is not read, "
					 "or, if it is right, change canaries", c->person, why));
}

static void canaries_judge(struct rulebook *rb, struct arena *a)
{
	const struct world *w = rb->world;

	rb->alarms = arena_array(a, w->readings_nr, sizeof *rb->alarms);
	for (size_t i = 0; i < w->policy->canaries_nr; i++)
		for (size_t r = 0; r < w->readings_nr; r++) {
			const struct canary *c = &w->policy->canaries[i];
			const struct reading *reading = &w->readings[r];
			const char *why = NULL;
			uint32_t group;

			if (reading->state != FAILED && str_eq(c->directory, reading->directory))
				why = canary_silent(a, reading, c, &group);
			if (why)
				canary_alarm(rb, a, r, group, c, why);
		}
}

static void groups_judge(struct rulebook *rb)
{
	const struct world *w = rb->world;

	for (size_t i = 0; i < w->readings_nr; i++)
		for (size_t g = 0; w->readings[i].state != FAILED && g < w->readings[i].groups_nr; g++) {
			const struct group *group = &w->readings[i].groups[g];

			if (group->state != COMPLETE)
				rulebook_problem(rb, w->readings[i].directory, group_label(group),
					completeness_name(group->state),
					group->why ? group->why : "no reason given");
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
		sets[i] = group_set_make(rb, a, selectors[i], NULL);
	return sets;
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
		rulebook_problem(rb, NULL, NULL, "clock",
			arena_printf(a, "%s; what is due only by time does not happen until it is put "
					"right", why));
}

/* No more people than there are, nor than the groups have places. */
static void rosters_make(struct rulebook *rb, struct arena *a)
{
	const struct world *w = rb->world;

	rb->rosters = arena_array(a, w->readings_nr, sizeof *rb->rosters);
	for (size_t i = 0; i < w->readings_nr; i++) {
		const struct reading *r = &w->readings[i];
		size_t room = 0;

		for (size_t g = 0; r->state != FAILED && g < r->groups_nr; g++)
			room += r->groups[g].people_nr;
		rb->rosters[i].room = (uint32_t)(room < r->people_nr ? room : r->people_nr);
		rb->rosters[i].number = arena_array(a, r->people_nr, sizeof *rb->rosters[i].number);
	}
}

/* Who is in any rule's group. */
static void rosters_name(struct rulebook *rb, struct arena *a)
{
	for (size_t r = 0; r < rb->world->readings_nr; r++) {
		struct roster *roster = &rb->rosters[r];
		size_t words = roster->room / 64 + 1;

		roster->named = arena_array(a, words, sizeof *roster->named);
		for (size_t i = 0; i < rb->world->policy->rules_nr; i++) {
			const uint64_t *people = rb->rules[i].group->parts[r].people;

			for (size_t j = 0; people && j < words; j++)
				roster->named[j] |= people[j];
		}
	}
}

ptrdiff_t reading_index(const struct world *w, const char *directory)
{
	for (size_t r = 0; r < w->readings_nr; r++)
		if (str_eq(w->readings[r].directory, directory))
			return (ptrdiff_t)r;
	return NO_INDEX;
}

void rulebook_make(struct rulebook *rb, struct arena *a, const struct world *world)
{
	const struct policy *p = world->policy;

	*rb = (struct rulebook){.world = world, .complete = true};
	clock_judge(rb, a);
	if (world->known->restored)
		rulebook_problem(rb, NULL, NULL, "restored",
				 "the state is older than what this machine has seen, as if a backup "
				 "was put back; what would be lost is held until it is released");
	readings_judge(rb, a);
	canaries_judge(rb, a);
	groups_judge(rb);
	rosters_make(rb, a);
	rb->rules = arena_array(a, p->rules_nr, sizeof *rb->rules);
	for (size_t i = 0; i < p->rules_nr; i++) {
		rb->rules[i].group = group_set_make(rb, a, p->rules[i].group, p->rules[i].directory);
		rb->rules[i].except = sets_make(rb, a, p->rules[i].except);
		rb->rules[i].require = sets_make(rb, a, p->rules[i].require);
	}
	groups_unruled(rb, a);
	rosters_name(rb, a);
}

void rulebook_free(struct rulebook *rb)
{
	VEC_FREE(&rb->problems);
	VEC_FREE(&rb->skipped);
	VEC_FREE(&rb->groups);
}

/* ---- one person ---------------------------------------------------------------- */

static bool bit_get(const uint64_t *bits, uint32_t i)
{
	return bits[i / 64] >> (i % 64) & 1;
}

/* The person's number in the roster, or 0. */
static uint32_t place_number(const struct rulebook *rb, struct place at)
{
	return at.person == NOT_SEEN ? 0 : rb->rosters[at.reading].number[at.person];
}

bool rulebook_names(const struct rulebook *rb, struct place at)
{
	uint32_t n = place_number(rb, at);

	return n && bit_get(rb->rosters[at.reading].named, n);
}

/* Whether a rule takes whom a group without its canary shows for certain members. */
struct belief {
	bool all;
	const char *unsure; /* the last doubt that was met; NULL: none was */
};

static enum tri set_has(const struct rulebook *rb, const struct group_set *set,
			const struct place *places, size_t nr, struct belief *belief)
{
	enum tri has = NO;

	for (size_t i = 0; i < nr; i++) {
		const struct group_set_part *part = &set->parts[places[i].reading];
		uint32_t n = place_number(rb, places[i]);

		if (n && part->people && bit_get(part->people, n) &&
		    (belief->all || !part->alarmed))
			return YES;
		if (part->unsure) {
			has = MAYBE;
			belief->unsure = part->unsure;
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
			   size_t nr, struct belief *belief, const char **culprit)
{
	const struct rule *rule = &rb->world->policy->rules[i];
	enum tri match = set_has(rb, rb->rules[i].group, places, nr, belief);

	*culprit = NULL;
	if (match == NO)
		return NO;
	if (rule->until && rb->world->now >= rule->until && rb->clock_trusted) {
		*culprit = "until";
		return NO;
	}
	for (const struct group_set **s = rb->rules[i].except; *s && match != NO; s++) {
		enum tri not_in = (enum tri)(YES - set_has(rb, *s, places, nr, belief));

		if (not_in < match)
			*culprit = (*s)->selector;
		match = tri_and(match, not_in);
	}
	for (const struct group_set **s = rb->rules[i].require; *s && match != NO; s++) {
		enum tri in = set_has(rb, *s, places, nr, belief);

		if (in < match)
			*culprit = (*s)->selector;
		match = tri_and(match, in);
	}
	return match;
}

void entitlement_make(const struct rulebook *rb, const struct place *places, size_t nr,
		      bool believing, struct entitlement *e)
{
	const struct policy *p = rb->world->policy;
	bool role_settled = false;

	*e = (struct entitlement){.rule = NO_INDEX, .role_rule = NO_INDEX, .seat_rule = NO_INDEX};
	for (size_t i = 0; i < p->rules_nr; i++) {
		struct belief belief = {.all = believing};
		const char *culprit;
		enum tri m = rule_match(rb, i, places, nr, &belief, &culprit);

		if (m == NO)
			continue;
		if (m == MAYBE && !e->unsure)
			e->unsure = belief.unsure;
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
	if (!role_settled) {
		e->role_rule = NO_INDEX;
		e->roles |= 1u << ROLE_MEMBER;
	}
}

enum role entitlement_role(const struct entitlement *e)
{
	for (enum role r = ROLE_MEMBER; r < ROLE_NR; r++)
		if (e->roles == 1u << r)
			return r;
	return ROLE_NONE;
}

const char *entitlement_fears(const struct entitlement *e, enum role have, enum role want)
{
	return want < have && e->feared >> (want + 1) ? e->fear : NULL;
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
		struct belief belief = {.all = true}, doubting = {0};
		const char *culprit, *doubted;

		t[i].rule = &p->rules[i];
		t[i].match = rule_match(rb, i, places, nr, &belief, &culprit);
		if (t[i].match == NO && rule_match(rb, i, places, nr, &doubting, &doubted) != NO) {
			t[i].match = MAYBE;
			belief = doubting;
			culprit = doubted;
		}
		t[i].nearly = t[i].match == NO && culprit && !str_eq(culprit, "until");
		t[i].why = trace_why(a, rb, i, t[i].match, belief.unsure, culprit);
	}
	return t;
}
