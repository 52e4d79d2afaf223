/* Laws about what may be taken, and when: limits, acceptance, grace, the clock. */
#include "tests/core/laws_safety.h"

static bool in_texts(const char *const *list, const char *text)
{
	for (; list && *list; list++)
		if (str_eq(*list, text))
			return true;
	return false;
}

/* By whose address a loss is counted: the account's, else the action's. */
static const char *loser(const struct trial *t, const struct action *act)
{
	const char *address = NULL;

	if (act->account != NO_INDEX)
		address = t->plan->accounts[act->account].memory.address;
	return address ? address : act->address;
}

static bool is_loss_of_ours(const struct action *act)
{
	return act->loss && !act->released;
}

/* How many lose within the day, each counted once, released ones apart. */
static size_t losers_of_day(const struct trial *t)
{
	const struct plan *p = t->plan;
	const char *const *lost = t->w->known->lost_24h;
	size_t nr = 0;

	for (size_t i = 0; lost && lost[i]; i++) {
		size_t j = 0;

		while (!str_eq(lost[j], lost[i]))
			j++;
		nr += j == i;
	}
	for (size_t i = 0; i < p->actions_nr; i++) {
		size_t j = 0;

		if (!is_loss_of_ours(&p->actions[i]) || in_texts(lost, loser(t, &p->actions[i])))
			continue;
		while (!is_loss_of_ours(&p->actions[j]) ||
		       !str_eq(loser(t, &p->actions[j]), loser(t, &p->actions[i])))
			j++;
		nr += j == i;
	}
	return nr;
}

const char *limits_law(const struct trial *t)
{
	const struct policy *p = t->w->policy;
	const struct organization *o = t->w->organization;
	size_t nr = losers_of_day(t), base = o->members_nr, part;
	bool any = false;

	for (size_t i = 0; i < t->plan->actions_nr; i++)
		any |= is_loss_of_ours(&t->plan->actions[i]);
	if (!any)
		return NULL;
	if (nr > p->limits.removals)
		return "more people lose than limits.removals allows";
	/* of all there are, ours or not: the base can only be smaller */
	for (size_t i = 0; i < o->invitations_nr; i++)
		base += o->invitations[i].status == INVITATION_OPEN;
	base += !o->invitations_listed ? t->w->known->invitations_nr : 0;
	part = base < 50 ? base / 2 : base * p->limits.removals_percent / 100;
	if (p->limits.removals_percent < PERCENT_OFF && nr > (part < 3 ? 3 : part))
		return "more people lose than limits.removals_percent allows";
	return NULL;
}

const char *config_law(const struct trial *t)
{
	if (str_eq(t->w->known->accepted_config, t->w->policy->fingerprint))
		return t->plan->config_accepted ? NULL : "an accepted configuration was unaccepted";
	for (size_t i = 0; i < t->plan->actions_nr; i++)
		if (is_loss_of_ours(&t->plan->actions[i]))
			return "a loss under a configuration that nobody accepted";
	for (size_t i = 0; i < t->plan->held_nr && t->plan->config_accepted; i++)
		if (t->plan->held[i].loss && t->plan->held[i].cause != HOLD_FLOOR)
			return "a configuration was accepted with losses held";
	if (t->plan->config_accepted && !t->plan->complete)
		return "a configuration was accepted without all being read";
	return NULL;
}

static bool clock_doubted(const struct plan *p)
{
	for (size_t i = 0; i < p->problems_nr; i++)
		if (str_eq(p->problems[i].state, "clock"))
			return true;
	return false;
}

/* What this action takes; 0: a clock that nobody trusts hides who leaves. */
static unsigned action_loss(const struct trial *t, const struct action *act)
{
	if (act->kind == ACTION_REMOVE_MEMBER)
		return LOSS_MEMBERSHIP;
	if (t->plan->accounts[act->account].memory.leaving_since)
		return LOSS_LEAVING;
	if (clock_doubted(t->plan))
		return 0;
	if (act->kind == ACTION_REVOKE_SEAT)
		return LOSS_SEAT;
	return LOSS_ROLE_BILLING | LOSS_ROLE_MEMBER;
}

static bool keeps(const struct trial *t, const struct known_hold *h, const struct action *act)
{
	for (size_t i = 0; h->addresses[i]; i++)
		if (str_eq(h->addresses[i], loser(t, act)) && (h->losses[i] & action_loss(t, act)))
			return (h->losses[i] & action_loss(t, act)) == action_loss(t, act);
	return false;
}

/* Nobody loses what a hold that can be released, and was not, keeps. */
const char *holds_law(const struct trial *t)
{
	const struct known *k = t->w->known;

	for (size_t i = 0; i < k->holds_nr; i++) {
		const struct known_hold *h = &k->holds[i];

		if (h->released_at || (h->cause != HOLD_LIMIT && h->cause != HOLD_CONFIG))
			continue;
		for (size_t j = 0; j < t->plan->actions_nr; j++)
			if (is_loss_of_ours(&t->plan->actions[j]) &&
			    keeps(t, h, &t->plan->actions[j]))
				return arena_printf(t->a, "%s is in the hold %s, and loses",
						    loser(t, &t->plan->actions[j]), h->id);
	}
	return NULL;
}

const char *grace_law(const struct trial *t)
{
	const struct policy *p = t->w->policy;

	for (size_t i = 0; i < t->plan->actions_nr; i++) {
		const struct action *act = &t->plan->actions[i];
		const struct known_account *k;

		if (act->kind != ACTION_REMOVE_MEMBER)
			continue;
		if (act->account == NO_INDEX)
			return "somebody is removed of whom nothing is remembered";
		k = &t->plan->accounts[act->account].memory;
		if (!p->leavers.remove)
			return "a member is removed with leavers.remove: false";
		if (!p->leavers.disabled_grace && strstr(act->reason, "is disabled"))
			continue;
		if (!k->leaving_since || k->leaving_runs < p->leavers.runs ||
		    t->w->now - k->leaving_since < p->leavers.grace)
			return arena_printf(t->a, "%s is removed within the grace", act->email);
		if (p->leavers.grace && clock_doubted(t->plan))
			return arena_printf(t->a, "%s is removed by a clock that is not trusted",
					    act->email);
	}
	return NULL;
}

static bool shows(const struct reading *r, const struct canary *c)
{
	for (size_t i = 0; i < r->people_nr; i++) {
		const struct person *p = &r->people[i];

		if (!p->disabled && (str_eq(p->id, c->person) || str_eq(p->address, c->address) ||
				     in_texts(p->aliases, c->address)))
			return true;
	}
	return false;
}

/* Who is known in this directory, and what they lose for certain. */
static const char *loss_of(const struct trial *t, const char *directory)
{
	for (size_t i = 0; i < t->plan->actions_nr; i++) {
		const struct action *act = &t->plan->actions[i];
		const struct plan_account *k =
			act->account == NO_INDEX ? NULL : &t->plan->accounts[act->account];

		for (size_t p = 0; act->loss && k && p < k->people_nr; p++)
			if (str_eq(k->people[p].directory, directory))
				return act->email;
	}
	return NULL;
}

/* Only where no rule's last day, nor an except by another directory, may be the cause. */
const char *canary_law(const struct trial *t)
{
	const struct policy *p = t->w->policy;
	bool seats = false, other = false;

	for (size_t i = 0; i < p->rules_nr; i++) {
		seats |= p->rules[i].seat;
		other |= p->rules[i].until != 0 || (p->rules[i].except && *p->rules[i].except);
	}
	if (!seats || other)
		return NULL;
	for (size_t i = 0; i < p->canaries_nr; i++)
		for (size_t r = 0; r < t->w->readings_nr; r++) {
			const struct reading *reading = &t->w->readings[r];
			const char *loser = NULL;

			if (str_eq(reading->directory, p->canaries[i].directory) &&
			    !shows(reading, &p->canaries[i]))
				loser = loss_of(t, reading->directory);
			if (loser)
				return arena_printf(t->a, "%s loses something by a directory that "
							  "lacks its canary", loser);
		}
	return NULL;
}
