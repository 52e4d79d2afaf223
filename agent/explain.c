#include "agent/explain.h"

#include "agent/report.h"
#include "agent/subjects.h"

/* ---- groups, direct and through others --------------------------------------------- */

static bool indexes_have(const uint32_t *indexes, uint32_t nr, uint32_t wanted)
{
	for (uint32_t i = 0; i < nr; i++)
		if (indexes[i] == wanted)
			return true;
	return false;
}

/* The groups of one person in one reading, nearest first. */
struct climb {
	const struct reading *reading;
	struct arena *a;
	uint32_t *queue;
	size_t queued;
	const char **through; /* for each group, how it was reached */
	bool *reached;
};

static void climb_reach(struct climb *c, uint32_t group, const char *through)
{
	if (c->reached[group])
		return;
	c->reached[group] = true;
	c->through[group] = through;
	c->queue[c->queued++] = group;
}

static void climb_from(struct climb *c, uint32_t group)
{
	const struct group *groups = c->reading->groups;
	const char *below = c->through[group];
	const char *through = below ? arena_printf(c->a, "%s > %s", below, groups[group].name)
				    : groups[group].name;

	for (size_t i = 0; i < c->reading->groups_nr; i++)
		if (indexes_have(groups[i].groups, groups[i].groups_nr, group))
			climb_reach(c, (uint32_t)i, through);
}

static void groups_add(struct explanation *x, struct arena *a, const struct reading *reading,
		       uint32_t person)
{
	size_t nr = reading->groups_nr;
	struct climb c = {
		.reading = reading,
		.a = a,
		.queue = arena_array(a, nr, sizeof *c.queue),
		.through = arena_array(a, nr, sizeof *c.through),
		.reached = arena_array(a, nr, sizeof *c.reached),
	};

	for (size_t i = 0; i < nr; i++)
		if (indexes_have(reading->groups[i].people, reading->groups[i].people_nr, person))
			climb_reach(&c, (uint32_t)i, NULL);
	for (size_t i = 0; i < c.queued; i++) {
		VEC_ADD(&x->groups, ((struct group_row){reading->directory,
							&reading->groups[c.queue[i]],
							c.through[c.queue[i]]}));
		climb_from(&c, c.queue[i]);
	}
}

/* ---- the person ---------------------------------------------------------------------- */

static const char *aliases_joined(struct arena *a, const struct person *p)
{
	const char *text = NULL;

	for (const char *const *alias = p->aliases; alias && *alias; alias++)
		text = text ? arena_printf(a, "%s, %s", text, *alias) : *alias;
	return text;
}

static void entry_add(struct explanation *x, struct arena *a, const struct world *world,
		      struct place at)
{
	const struct reading *reading = &world->readings[at.reading];
	const struct person *p = at.person == NOT_SEEN ? NULL : &reading->people[at.person];

	VEC_ADD(&x->entries, ((struct entry_row){reading->directory, p,
						 p ? aliases_joined(a, p) : NULL}));
	if (p)
		groups_add(x, a, reading, at.person);
}

static bool subject_has(const struct subject *s, const struct world *world, const char *address)
{
	if (str_eq(s->address, address) ||
	    (s->account >= 0 && str_eq(world->known->accounts[s->account].address, address)) ||
	    (s->member >= 0 && str_eq(world->organization->members[s->member].address, address)))
		return true;
	for (size_t i = 0; i < s->places_nr; i++) {
		const struct reading *reading = &world->readings[s->places[i].reading];

		if (s->places[i].person != NOT_SEEN &&
		    person_has_address(&reading->people[s->places[i].person], address))
			return true;
	}
	return false;
}

/* whose: the entry's name where several bear the address, else NULL. */
/* Remembered in the place of an invitation, but nobody was seen to send one: see queue.c. */
static bool worklist_line(const struct known_account *k, const struct known_invitation *inv)
{
	return inv && !inv->id && k && !k->attempts;
}

static void subject_add(struct explanation *x, struct run *r, const struct rulebook *rb,
			const struct subject *s, const char *whose)
{
	struct arena *a = &r->session->arena;
	const struct rule_trace *traces = rule_traces(rb, a, s->places, s->places_nr);

	for (size_t i = 0; i < s->places_nr; i++)
		entry_add(x, a, &r->world, s->places[i]);
	for (size_t i = 0; i < x->policy->rules_nr; i++)
		VEC_ADD(&x->rules, ((struct rule_row){traces[i], i + 1, whose,
						      s->gets.role_rule == (int)i,
						      s->gets.seat_rule == (int)i}));
	if (s->account >= 0 && !x->account)
		x->account = &r->known.accounts[s->account];
	if (s->member >= 0 && !x->member)
		x->member = &r->organization.members[s->member];
	if (worklist_line(x->account, s->ours) && !(s->invitation && s->invitation->id)) {
		x->worklisted = s->ours->sent_at;
		return;
	}
	if (!x->invitation)
		x->invitation = s->invitation;
	if (!x->remembered)
		x->remembered = s->ours;
}

static void subjects_add(struct explanation *x, struct run *r, const struct rulebook *rb,
			 const struct cast *cast)
{
	size_t bearers = 0;

	for (size_t i = 0; i < cast->subjects_nr; i++)
		bearers += subject_has(&cast->subjects[i], &r->world, x->address);
	for (size_t i = 0; i < cast->subjects_nr; i++) {
		const struct subject *s = &cast->subjects[i];
		const char *whose = s->person ? s->person->place : s->email;

		if (subject_has(s, &r->world, x->address))
			subject_add(x, r, rb, s, bearers > 1 ? whose : NULL);
	}
}

static void bystander_rules(struct explanation *x, struct arena *a, const struct rulebook *rb,
			    struct place at)
{
	const struct rule_trace *traces = rule_traces(rb, a, &at, 1);

	for (size_t i = 0; i < x->policy->rules_nr; i++)
		VEC_ADD(&x->rules, ((struct rule_row){.trace = traces[i], .number = i + 1}));
}

/* Whom no rule names and nobody remembers is no subject, and may ask all the same. */
static void bystanders_add(struct explanation *x, struct run *r, const struct rulebook *rb)
{
	const struct world *w = &r->world;

	for (uint32_t k = 0; k < w->readings_nr; k++) {
		const struct reading *reading = &w->readings[k];

		for (uint32_t i = 0; reading->state != FAILED && i < reading->people_nr; i++) {
			struct place at = {k, i};

			if (!person_has_address(&reading->people[i], x->address))
				continue;
			entry_add(x, &r->session->arena, w, at);
			bystander_rules(x, &r->session->arena, rb, at);
		}
	}
}

/* What no person of a directory has. */
static void organization_find(struct explanation *x, const struct organization *o)
{
	for (size_t i = 0; !x->member && i < o->members_nr; i++)
		if (str_eq(o->members[i].address, x->address))
			x->member = &o->members[i];
	for (size_t i = 0; !x->invitation && i < o->invitations_nr; i++)
		if (str_eq(o->invitations[i].address, x->address))
			x->invitation = &o->invitations[i];
}

/* ---- the queue ---------------------------------------------------------------------- */

static size_t queue_place(const struct plan *plan, const struct plan *part)
{
	if (!part->waiting_nr)
		return 0;
	for (size_t i = 0; i < plan->waiting_nr; i++)
		if (str_eq(plan->waiting[i].email, part->waiting[0].email))
			return i + 1;
	return 0;
}

/* What waits for nobody explains nothing here. */
static size_t problems_keep(struct plan *part)
{
	size_t kept = 0;

	for (size_t i = 0; i < part->problems_nr; i++)
		if (problem_waits(&part->problems[i]))
			part->problems[kept++] = part->problems[i];
	return kept;
}

/* They stand together. */
static void refusals_add(struct explanation *x, const struct known *known)
{
	for (size_t i = 0; x->account && i < known->refusals_nr; i++)
		if (&known->accounts[known->refusals[i].account] == x->account) {
			x->refusals = x->refusals_nr ? x->refusals : &known->refusals[i];
			x->refusals_nr++;
		}
}

void explanation_live(struct explanation *x, struct run *r, const char *address)
{
	struct arena *a = &r->session->arena;
	struct rulebook rb = {0};
	struct cast cast = {0};

	*x = (struct explanation){.address = address, .live = true, .now = r->session->now,
				  .policy = &r->session->settings.policy};
	rulebook_make(&rb, a, &r->world);
	cast_make(&cast, a, &r->world, &rb);
	subjects_add(x, r, &rb, &cast);
	if (!x->entries.nr)
		bystanders_add(x, r, &rb);
	cast_free(&cast);
	refusals_add(x, &r->known);
	organization_find(x, &r->organization);
	x->found = plan_of_person(&x->part, a, &r->plan, &r->world, address);
	x->part.problems_nr = problems_keep(&x->part);
	x->place = queue_place(&r->plan, &x->part);
	x->queue_nr = r->plan.waiting_nr;
	rulebook_free(&rb);
}

void explanation_remembered(struct explanation *x, const struct known *known, const char *address)
{
	for (size_t i = 0; !x->account && i < known->accounts_nr; i++)
		if (str_eq(known->accounts[i].address, address))
			x->account = &known->accounts[i];
	for (size_t i = 0; !x->remembered && i < known->invitations_nr; i++)
		if (str_eq(known->invitations[i].address, address))
			x->remembered = &known->invitations[i];
	refusals_add(x, known);
	x->address = address;
	x->found = x->account || x->remembered;
	if (worklist_line(x->account, x->remembered)) {
		x->worklisted = x->remembered->sent_at;
		x->remembered = NULL;
	}
}

void explanation_free(struct explanation *x)
{
	VEC_FREE(&x->entries);
	VEC_FREE(&x->groups);
	VEC_FREE(&x->rules);
	VEC_FREE(&x->answer);
}
