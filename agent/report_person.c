#include "agent/report.h"

#include <strings.h>

#include "agent/address.h"

/* All that is one person: their addresses, entries and accounts. */
struct traits {
	VEC(const char *) addresses; /* normal form */
	VEC(const char *) places;
	bool *accounts;              /* one for each of the plan's */
	bool found;
};

static bool text_ascii(const char *text)
{
	while (*text && !((unsigned char)*text & 0x80))
		text++;
	return !*text;
}

/* ASCII takes the short way. */
bool email_is_address(const char *email, const char *address)
{
	struct arena scratch = {0};
	const char *normal, *why;
	bool same;

	if (!email)
		return false;
	if (strcasecmp(email, address) == 0)
		return true;
	if (text_ascii(email) && !strstr(email, "xn--") && text_ascii(address))
		return false;
	normal = address_normal(&scratch, email, strlen(email), NULL, &why);
	same = normal && str_eq(normal, address);
	arena_free(&scratch);
	return same;
}

/* address: the same in normal form where somebody worked it out already, else NULL. */
static bool traits_have_email(const struct traits *t, const char *email, const char *address)
{
	for (size_t i = 0; i < t->addresses.nr; i++)
		if (address ? str_eq(address, t->addresses.items[i])
			    : email_is_address(email, t->addresses.items[i]))
			return true;
	return false;
}

static void traits_add(struct traits *t, const char *address)
{
	for (size_t i = 0; i < t->addresses.nr; i++)
		if (str_eq(t->addresses.items[i], address))
			return;
	if (address)
		VEC_ADD(&t->addresses, address);
}

bool person_has_address(const struct person *p, const char *address)
{
	if (str_eq(p->address, address))
		return true;
	for (const char *const *alias = p->aliases; alias && *alias; alias++)
		if (str_eq(*alias, address))
			return true;
	return false;
}

static bool account_of(const struct plan_account *account, const struct reading *r,
		       const struct person *p)
{
	for (size_t i = 0; i < account->people_nr; i++)
		if (str_eq(account->people[i].directory, r->directory) &&
		    str_eq(account->people[i].id, p->id))
			return true;
	return false;
}

static void traits_add_person(struct traits *t, const struct plan *plan, const struct reading *r,
			      const struct person *p)
{
	t->found = true;
	traits_add(t, p->address);
	for (const char *const *alias = p->aliases; alias && *alias; alias++)
		traits_add(t, *alias);
	if (p->place)
		VEC_ADD(&t->places, p->place);
	for (size_t i = 0; i < plan->accounts_nr; i++)
		if (account_of(&plan->accounts[i], r, p))
			t->accounts[i] = true;
}

static void traits_make(struct traits *t, struct arena *a, const struct plan *plan,
			const struct world *world, const char *address)
{
	traits_add(t, address);
	t->accounts = arena_array(a, plan->accounts_nr, sizeof *t->accounts);
	for (size_t k = 0; k < world->readings_nr; k++) {
		const struct reading *r = &world->readings[k];

		for (size_t i = 0; r->state != FAILED && i < r->people_nr; i++)
			if (person_has_address(&r->people[i], address))
				traits_add_person(t, plan, r, &r->people[i]);
	}
	for (size_t i = 0; i < plan->accounts_nr; i++) {
		const struct plan_account *account = &plan->accounts[i];

		if (!t->accounts[i] && !str_eq(account->memory.address, address))
			continue;
		t->found = t->accounts[i] = true;
		traits_add(t, account->memory.address);
		if (account->invitation)
			traits_add(t, account->invitation->address);
	}
	for (size_t i = 0; i < world->organization->members_nr; i++)
		t->found |= str_eq(world->organization->members[i].address, address);
	for (size_t i = 0; i < world->organization->invitations_nr; i++)
		t->found |= str_eq(world->organization->invitations[i].address, address);
}

static size_t actions_choose(struct action **out, struct arena *a, const struct traits *t,
			     const struct action *actions, size_t nr)
{
	VEC(struct action) list = {0};
	size_t chosen;

	for (size_t i = 0; i < nr; i++)
		if ((actions[i].account >= 0 && t->accounts[actions[i].account]) ||
		    traits_have_email(t, actions[i].email, actions[i].address))
			VEC_ADD(&list, actions[i]);
	*out = arena_array(a, list.nr, sizeof **out);
	if (list.nr)
		memcpy(*out, list.items, list.nr * sizeof **out);
	chosen = list.nr;
	VEC_FREE(&list);
	return chosen;
}

static bool traits_have_note(const struct traits *t, const struct plan_note *note)
{
	for (size_t i = 0; note->dn && i < t->places.nr; i++)
		if (str_eq(t->places.items[i], note->dn))
			return true;
	return traits_have_email(t, note->email, NULL);
}

static size_t notes_choose(struct plan_note **out, struct arena *a, const struct traits *t,
			   const struct plan_note *notes, size_t nr)
{
	size_t chosen = 0;

	*out = arena_array(a, nr, sizeof **out);
	for (size_t i = 0; i < nr; i++)
		if (traits_have_note(t, &notes[i]))
			(*out)[chosen++] = notes[i];
	return chosen;
}

bool problem_names_person(const struct plan_problem *p)
{
	return !p->group && !str_eq(p->state, completeness_name(PARTIAL)) &&
	       !str_eq(p->state, completeness_name(FAILED)) && !str_eq(p->state, "clock") &&
	       !str_eq(p->state, "undone");
}

static bool problem_concerns(const struct traits *t, const struct plan_problem *problem)
{
	if (!problem_names_person(problem))
		return true;
	for (size_t i = 0; i < t->addresses.nr; i++)
		if (problem->why && strcasestr(problem->why, t->addresses.items[i]))
			return true;
	return false;
}

static size_t problems_choose(struct plan_problem **out, struct arena *a, const struct traits *t,
			      const struct plan *plan)
{
	size_t chosen = 0;

	*out = arena_array(a, plan->problems_nr, sizeof **out);
	for (size_t i = 0; i < plan->problems_nr; i++)
		if (problem_concerns(t, &plan->problems[i]))
			(*out)[chosen++] = plan->problems[i];
	return chosen;
}

static size_t accounts_choose(struct plan_account **out, struct arena *a, const struct traits *t,
			      const struct plan *plan)
{
	size_t chosen = 0;

	*out = arena_array(a, plan->accounts_nr, sizeof **out);
	for (size_t i = 0; i < plan->accounts_nr; i++)
		if (t->accounts[i])
			(*out)[chosen++] = plan->accounts[i];
	return chosen;
}

bool plan_of_person(struct plan *part, struct arena *a, const struct plan *plan,
		    const struct world *world, const char *address)
{
	struct traits t = {0};

	traits_make(&t, a, plan, world, address);
	*part = *plan;
	part->actions_nr = actions_choose(&part->actions, a, &t, plan->actions, plan->actions_nr);
	part->held_nr = actions_choose(&part->held, a, &t, plan->held, plan->held_nr);
	part->waiting_nr = actions_choose(&part->waiting, a, &t, plan->waiting, plan->waiting_nr);
	part->manual_nr = actions_choose(&part->manual, a, &t, plan->manual, plan->manual_nr);
	part->adopted_nr = notes_choose(&part->adopted, a, &t, plan->adopted, plan->adopted_nr);
	part->unmanaged_nr =
		notes_choose(&part->unmanaged, a, &t, plan->unmanaged, plan->unmanaged_nr);
	part->skipped_nr = notes_choose(&part->skipped, a, &t, plan->skipped, plan->skipped_nr);
	part->problems_nr = problems_choose(&part->problems, a, &t, plan);
	part->accounts_nr = accounts_choose(&part->accounts, a, &t, plan);
	memset(part->counts, 0, sizeof part->counts);
	for (size_t i = 0; i < part->actions_nr; i++)
		part->counts[part->actions[i].kind]++;
	VEC_FREE(&t.addresses);
	VEC_FREE(&t.places);
	return t.found || part->unmanaged_nr || part->skipped_nr;
}
