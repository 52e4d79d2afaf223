/*
 * plan_bench [PEOPLE [MEMBERS]] - what the pure plan costs: 1,000,000 people
 * of a directory, 200 groups, and an organization of 100,000 members who are
 * all known, but for one in a hundred who comes and one who goes.
 *
 * Prints CPU seconds and the greatest resident size, of the plan alone and in
 * all.  The goal: 2 s of CPU and 300 MB in a release build.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "agent/plan.h"

enum { GROUPS = 200, ONE_IN = 100, NOW = 1800014400 };

struct company {
	struct arena arena;
	struct reading reading;
	struct organization organization;
	struct known known;
	struct policy policy;
	size_t people, members;
};

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double peak_megabytes(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)r.ru_maxrss / 1024;
}

/* ---- the company --------------------------------------------------------------- */

static void people_make(struct company *c)
{
	struct arena *a = &c->arena;
	struct person *p = arena_array(a, c->people, sizeof *p);

	for (size_t i = 0; i < c->people; i++) {
		p[i].id = arena_printf(a, "5f0c3b1e-8a52-4d6f-9c41-%012zx", i * 2654435761u);
		p[i].place = arena_printf(a, "uid=p%07zu,ou=people,dc=example,dc=com", i);
		p[i].email = p[i].address = arena_printf(a, "person.%07zu@example.com", i);
		p[i].disabled = i % 50 == 49;
	}
	c->reading.people = p;
	c->reading.people_nr = c->people;
}

/* The members' share of the people, dealt out to the groups; some are in two. */
static void groups_make(struct company *c)
{
	struct arena *a = &c->arena;
	struct group *g = arena_array(a, GROUPS, sizeof *g);
	size_t each = c->members / GROUPS, more = each + each / 4;

	for (uint32_t i = 0; i < GROUPS; i++) {
		uint32_t *people = arena_array(a, more, sizeof *people);

		for (uint32_t j = 0; j < more; j++)
			people[j] = (uint32_t)((i * each + j) * 7 % c->people);
		g[i] = (struct group){.id = arena_printf(a, "group-%03u", i),
				      .name = arena_printf(a, "team-%03u", i),
				      .place = arena_printf(a, "cn=team-%03u,ou=groups,dc=example,dc=com", i),
				      .people = people, .people_nr = (uint32_t)more};
	}
	c->reading.groups = g;
	c->reading.groups_nr = GROUPS;
}

static void rules_make(struct company *c)
{
	struct arena *a = &c->arena;
	struct policy *p = &c->policy;

	p->rules = arena_array(a, GROUPS, sizeof *p->rules);
	p->rules_nr = GROUPS;
	for (size_t i = 0; i < GROUPS; i++)
		p->rules[i] = (struct rule){.group = c->reading.groups[i].name,
					    .role = i % 40 == 0 ? ROLE_ADMIN : ROLE_MEMBER,
					    .seat = i % 2 == 0};
	p->fingerprint = c->known.accepted_config = "config";
	p->invitations_mode = INVITATIONS_API;
	p->roles_mode = ROLES_API;
	p->adopt = true;
	p->invitations.lifetime = 7 * DAY;
	p->invitations.attempts = 3;
	p->invitations.per_day = 1000000;
	p->seats.total = SEATS_UNKNOWN;
	p->leavers.remove = true;
	p->leavers.grace = DAY;
	p->leavers.runs = 2;
	p->limits.removals = 1000000;
	p->limits.removals_percent = PERCENT_OFF;
	p->limits.min_admins = 2;
	p->limits.min_people = 1;
}

/* Each a member and known; one in a hundred has left, and as many are not there yet. */
static void members_make(struct company *c)
{
	struct arena *a = &c->arena;
	struct known *k = &c->known;
	struct organization *o = &c->organization;

	o->members = arena_array(a, c->members, sizeof *o->members);
	k->accounts = arena_array(a, c->members, sizeof *k->accounts);
	k->people = arena_array(a, c->members, sizeof *k->people);
	for (size_t i = 0; i < c->members; i++) {
		size_t who = (i % ONE_IN == 1 ? i * 7 + 3 : i * 7) % c->people;
		const struct person *p = &c->reading.people[who];
		const char *id = arena_printf(a, "8d1f77aa-20c3-4b77-b7d0-%012zx", i * 40503u);

		if (i % ONE_IN == 0)
			continue;
		o->members[o->members_nr++] = (struct member){
			.id = id, .email = p->email, .address = p->address, .role = ROLE_MEMBER,
			.seat = i % 3 == 0};
		k->people[k->people_nr++] = (struct known_person){"corp", p->id, k->accounts_nr};
		k->accounts[k->accounts_nr] = (struct known_account){
			.key = (int64_t)i + 1, .email = p->email, .address = p->address,
			.member_id = id, .managed = true, .attempts = 1};
		k->accounts_nr++;
	}
	o->invitations_listed = true;
	o->seats_total = o->seats_assigned = k->seats_learnt = SEATS_UNKNOWN;
}

int main(int argc, char **argv)
{
	struct company c = {.people = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000,
			    .members = argc > 2 ? strtoul(argv[2], NULL, 10) : 100000};
	struct arena a = {0};
	struct world w;
	struct plan plan;
	double start;

	c.reading.directory = "corp";
	people_make(&c);
	groups_make(&c);
	rules_make(&c);
	members_make(&c);
	w = (struct world){.policy = &c.policy, .readings = &c.reading, .readings_nr = 1,
			   .organization = &c.organization, .known = &c.known, .now = NOW};
	printf("%zu people, %zu members: %.0f MB before the plan\n", c.people,
	       c.organization.members_nr, peak_megabytes());
	start = cpu_seconds();
	plan_make(&plan, &a, &w);
	printf("plan: %.2f s of CPU; in all %.2f s, %.0f MB\n", cpu_seconds() - start, cpu_seconds(),
	       peak_megabytes());
	printf("%zu actions, %zu waiting, %zu held, %zu accounts\n", plan.actions_nr,
	       plan.waiting_nr, plan.held_nr, plan.accounts_nr);
	arena_free(&a);
	arena_free(&c.arena);
	return 0;
}
