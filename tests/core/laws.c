#include "tests/core/laws.h"

#include <fnmatch.h>

#include "agent/status.h"
#include "tests/core/after.h"
#include "tests/core/building.h"
#include "tests/core/laws_safety.h"
#include "tests/core/lines.h"

/* ---- the shape of a plan ------------------------------------------------------------- */

static const char *reasons_law(const struct trial *t)
{
	const struct plan *p = t->plan;

	for (size_t i = 0; i < p->actions_nr; i++)
		if (!p->actions[i].reason || !p->actions[i].email)
			return "an action without a reason or an e-mail";
	for (size_t i = 0; i < p->held_nr; i++)
		if (!p->held[i].reason || !p->held[i].why || !p->held[i].hold)
			return "something held without a reason, a why or a hold";
	for (size_t i = 0; i < p->waiting_nr; i++)
		if (!p->waiting[i].reason || !p->waiting[i].why)
			return "something waits without a reason or a why";
	for (size_t i = 0; i < p->manual_nr; i++)
		if (!p->manual[i].reason || !p->manual[i].why)
			return "something manual without a reason or a why";
	for (size_t i = 0; i < p->skipped_nr; i++)
		if (!p->skipped[i].why || (!p->skipped[i].email && !p->skipped[i].dn))
			return "somebody skipped without a name or a why";
	for (size_t i = 0; i < p->accounts_nr; i++)
		if (!p->accounts[i].decision && !p->accounts[i].forget)
			return arena_printf(t->a, "no decision about %s",
					    p->accounts[i].memory.email);
	return NULL;
}

static bool phase_fits(const struct action *act)
{
	static const unsigned phases[ACTION_NR] = {
		[ACTION_INVITE] = 1U << PHASE_INVITE,
		[ACTION_REISSUE_INVITATION] = 1U << PHASE_INVITE,
		[ACTION_CANCEL_INVITATION] = 1U << PHASE_CANCEL,
		[ACTION_ASSIGN_SEAT] = 1U << PHASE_ASSIGN,
		[ACTION_REVOKE_SEAT] = 1U << PHASE_REVOKE_SEAT,
		[ACTION_SET_ROLE] = 1U << PHASE_PROMOTE | 1U << PHASE_DEMOTE |
				    1U << PHASE_AFTER_PROMOTE,
		[ACTION_REMOVE_MEMBER] = 1U << PHASE_REMOVE | 1U << PHASE_AFTER_PROMOTE,
		[ACTION_ISSUE_TOKEN] = 1U << PHASE_ISSUE_TOKEN,
		[ACTION_REVOKE_TOKEN] = 1U << PHASE_REVOKE_TOKEN,
	};

	if (act->phase == PHASE_PROMOTE ? act->loss : act->phase == PHASE_DEMOTE && !act->loss)
		return false;
	return phases[act->kind] & 1U << act->phase;
}

static const char *order_law(const struct trial *t)
{
	const struct plan *p = t->plan;

	for (size_t i = 0; i < p->actions_nr; i++) {
		const struct action *act = &p->actions[i];

		if (i && act->phase < p->actions[i - 1].phase)
			return "the phases are not in order";
		if (!phase_fits(act))
			return arena_printf(t->a, "%s of %s is no action of its phase",
					    action_name(act->kind), act->email);
		if (act->needs != NO_INDEX && act->needs >= (ptrdiff_t)i)
			return "an action needs a later one";
		if (act->account != NO_INDEX && act->account >= (ptrdiff_t)p->accounts_nr)
			return "an action of no account";
		if (act->phase == PHASE_AFTER_PROMOTE && act->needs == NO_INDEX)
			return "after a promotion, but of nobody";
	}
	return NULL;
}

static const char *twice_law(const struct trial *t)
{
	const struct plan *p = t->plan;

	for (size_t i = 0; i < p->actions_nr; i++)
		for (size_t j = 0; j < i; j++) {
			const struct action *a = &p->actions[i], *b = &p->actions[j];

			if (a->kind == b->kind && str_eq(a->invitation_id, b->invitation_id) &&
			    (a->member_id || b->member_id ? str_eq(a->member_id, b->member_id)
							  : str_eq(a->email, b->email)))
				return arena_printf(t->a, "%s of %s twice", action_name(a->kind),
						    a->email);
		}
	return NULL;
}

static bool of_one(const struct action *a, const struct action *b)
{
	return (a->member_id && str_eq(a->member_id, b->member_id)) ||
	       (a->account != NO_INDEX && a->account == b->account);
}

/* fault P15: what one action gives a person, no other of the same plan takes */
static const char *opposites_law(const struct trial *t)
{
	static const unsigned opposites[ACTION_NR] = {
		[ACTION_REMOVE_MEMBER] = 1U << ACTION_ASSIGN_SEAT | 1U << ACTION_SET_ROLE |
					 1U << ACTION_INVITE | 1U << ACTION_REISSUE_INVITATION |
					 1U << ACTION_ISSUE_TOKEN,
		[ACTION_REVOKE_SEAT] = 1U << ACTION_ASSIGN_SEAT | 1U << ACTION_ISSUE_TOKEN,
		[ACTION_SET_ROLE] = 1U << ACTION_SET_ROLE,
	};
	const struct plan *p = t->plan;

	for (size_t i = 0; i < p->actions_nr; i++)
		for (size_t j = 0; j < p->actions_nr; j++) {
			const struct action *a = &p->actions[i], *b = &p->actions[j];

			if (i != j && opposites[a->kind] & 1U << b->kind && of_one(a, b))
				return arena_printf(t->a, "%s and %s of %s", action_name(a->kind),
						    action_name(b->kind), a->email);
		}
	return NULL;
}

static const char *counts_law(const struct trial *t)
{
	size_t nr[ACTION_NR] = {0};

	for (size_t i = 0; i < t->plan->actions_nr; i++)
		nr[t->plan->actions[i].kind]++;
	return memcmp(nr, t->plan->counts, sizeof nr) == 0 ? NULL : "the counts are not those of the list";
}

/*
 * The rule that a reason names is the action's; that of a seat is the place in the
 * queue.  A gift without a rule is none.
 */
static const char *rule_wrong(const struct trial *t, const struct action *act)
{
	const char *end = strstr(act->reason, " (rule ");
	bool gives = act->kind == ACTION_INVITE || act->kind == ACTION_ASSIGN_SEAT ||
		     act->kind == ACTION_REISSUE_INVITATION;

	if (gives && !act->rule)
		return arena_printf(t->a, "%s of %s by no rule", action_name(act->kind), act->email);
	if (end && !act->wants_seat && strncmp(act->reason, "is in ", 6) == 0 &&
	    !str_eq(act->rule, arena_strndup(t->a, act->reason + 6, (size_t)(end - act->reason) - 6)))
		return arena_printf(t->a, "%s of %s by another rule than its reason's: %s",
				    action_name(act->kind), act->email, act->rule);
	return NULL;
}

static const char *list_details(const struct trial *t, const struct action *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const char *why = rule_wrong(t, &list[i]);

		if (why)
			return why;
		if (!str_eq(list[i].address, normal(t->a, list[i].email)))
			return arena_printf(t->a, "%s of %s with another address: %s",
					    action_name(list[i].kind), list[i].email, list[i].address);
		if (list[i].kind == ACTION_SET_ROLE && list[i].loss != (list[i].role < list[i].from_role))
			return arena_printf(t->a, "a change of %s's role is counted wrongly",
					    list[i].email);
	}
	return NULL;
}

static const char *details_law(const struct trial *t)
{
	const struct plan *p = t->plan;
	const char *why = list_details(t, p->actions, p->actions_nr);

	why = why ? why : list_details(t, p->held, p->held_nr);
	why = why ? why : list_details(t, p->waiting, p->waiting_nr);
	return why ? why : list_details(t, p->manual, p->manual_nr);
}

static const char *memory_law(const struct trial *t)
{
	const struct plan *p = t->plan;

	for (size_t i = 0; i < p->accounts_nr; i++) {
		const struct known_account *k = &p->accounts[i].memory;

		if (!str_eq(k->address, normal(t->a, k->email)))
			return arena_printf(t->a, "%s is remembered with the address %s", k->email,
					    k->address);
		if (!k->parked != !k->parked_at || k->parked_at > p->created_at)
			return arena_printf(t->a, "%s is parked at no time", k->email);
		if (k->leaving_runs && !k->leaving_since)
			return arena_printf(t->a, "%s leaves since no time", k->email);
		if (p->accounts[i].adopted && !k->managed)
			return arena_printf(t->a, "%s is adopted and not managed", k->email);
	}
	return NULL;
}

/* ---- who may be touched ----------------------------------------------------------------- */

static const struct member *member_by_id(const struct world *w, const char *id)
{
	for (size_t i = 0; id && i < w->organization->members_nr; i++)
		if (str_eq(w->organization->members[i].id, id))
			return &w->organization->members[i];
	return NULL;
}

static bool spared(const struct world *w, const char *address, const char *id)
{
	for (const char *const *s = w->policy->protect; address && s && *s; s++)
		if (fnmatch(*s, address, 0) == 0)
			return true;
	for (const char *const *s = w->organization->self; s && *s; s++)
		if (str_eq(*s, address) || str_eq(*s, id))
			return true;
	return address && strstr(address, "@anonym.ized");
}

static bool adopted(const struct plan *p, const char *email)
{
	for (size_t i = 0; i < p->adopted_nr; i++)
		if (str_eq(p->adopted[i].email, email))
			return true;
	return false;
}

/* Ours by the memory alone: the member, or an invitation that became one. */
static bool member_ours(const struct world *w, const struct action *act)
{
	const struct known *k = w->known;
	const struct member *m = member_by_id(w, act->member_id);

	for (size_t i = 0; i < k->accounts_nr; i++)
		if (k->accounts[i].managed && str_eq(k->accounts[i].member_id, act->member_id))
			return true;
	for (size_t i = 0; m && i < k->invitations_nr; i++)
		if (k->accounts[k->invitations[i].account].managed)
			return true; /* by an alias perhaps; told apart by the scenarios */
	for (size_t i = 0; m && i < k->unknown_nr; i++)
		if (k->unknown[i].kind == ACTION_INVITE && str_eq(k->unknown[i].address, m->address))
			return true;
	return false;
}

static bool invitation_ours(const struct world *w, const struct action *act)
{
	const struct known *k = w->known;

	for (size_t i = 0; i < k->invitations_nr; i++)
		if (k->accounts[k->invitations[i].account].managed &&
		    (!k->invitations[i].id ||
		     str_eq(k->invitations[i].id, act->invitation_id)))
			return true;
	return false;
}

static const char *touch_law(const struct trial *t)
{
	const struct plan *p = t->plan;

	for (size_t i = 0; i < p->actions_nr; i++) {
		const struct action *act = &p->actions[i];
		const struct member *m = member_by_id(t->w, act->member_id);
		const char *address = m ? m->address : NULL;

		if (act->account != NO_INDEX && !address)
			address = p->accounts[act->account].memory.address;
		if (spared(t->w, address, act->member_id) || spared(t->w, act->email, NULL))
			return arena_printf(t->a, "%s of %s, who is never touched",
					    action_name(act->kind), act->email);
		if (m && !member_ours(t->w, act) && !adopted(p, m->email))
			return arena_printf(t->a, "%s of %s, who is not managed",
					    action_name(act->kind), act->email);
		if (act->invitation_id && !invitation_ours(t->w, act) &&
		    !(t->w->policy->adopt || t->w->known->adopt[0]))
			return arena_printf(t->a, "%s of %s, which is not ours",
					    action_name(act->kind), act->email);
	}
	return NULL;
}

/* ---- adding and onboarding --------------------------------------------------------------- */

static const char *ways_law(const struct trial *t)
{
	enum invitations_mode mode = t->w->policy->invitations_mode;
	size_t invites = 0;

	for (size_t i = 0; i < t->plan->actions_nr; i++) {
		const struct action *act = &t->plan->actions[i];

		invites += act->kind == ACTION_INVITE;
		if (t->w->policy->no_call[act->kind])
			return arena_printf(t->a, "%s of %s, for which there is no call",
					    action_name(act->kind), act->email);
		if (act->kind == ACTION_INVITE && mode == INVITATIONS_ONBOARD && !act->wants_seat)
			return arena_printf(t->a, "%s is onboarded and would get a seat", act->email);
	}
	if (mode == INVITATIONS_ADD_USER && invites > 1 && t->plan->trial.result != TRIAL_PASSED)
		return "a second one is added before the first was seen";
	if (mode == INVITATIONS_ADD_USER && invites && t->plan->trial.result == TRIAL_FAILED)
		return "one is added though the first was not as expected";
	if (mode == INVITATIONS_ONBOARD && invites > 1 && t->plan->seats.total == SEATS_UNKNOWN)
		return "more than one is onboarded without knowing the seats";
	return NULL;
}

/* ---- seats, quota, floor -------------------------------------------------------------------- */

static const char *quota_law(const struct trial *t)
{
	size_t mails = 0;

	for (size_t i = 0; i < t->plan->actions_nr; i++)
		mails += t->plan->actions[i].phase == PHASE_INVITE;
	if (mails && mails + t->w->known->mails_24h > t->w->policy->invitations.per_day)
		return "more mails than a day allows";
	return NULL;
}

static const char *seats_law(const struct trial *t)
{
	const struct plan_seats *s = &t->plan->seats;
	int64_t spent = 0, freed = 0;

	for (size_t i = 0; i < t->plan->actions_nr; i++) {
		const struct action *act = &t->plan->actions[i];

		spent += act->kind == ACTION_ASSIGN_SEAT;
		freed += act->kind == ACTION_REVOKE_SEAT;
	}
	if (s->assigned_after != s->assigned + spent - freed)
		return "the seats assigned do not add up";
	spent += s->reserved_after > s->reserved ? s->reserved_after - s->reserved : 0;
	if (s->total != SEATS_UNKNOWN && spent &&
	    s->assigned_after + s->reserved_after + s->reserve > s->total)
		return "more seats than there are";
	if (s->total != SEATS_UNKNOWN && (s->free < 0 || s->free_after < 0))
		return "a negative number of seats is shown";
	return NULL;
}

/* A token only to who has a seat, or gets one first; and nobody's live one is replaced. */
static const char *tokens_law(const struct trial *t)
{
	for (size_t i = 0; i < t->plan->actions_nr; i++) {
		const struct action *act = &t->plan->actions[i];
		const struct member *m = member_by_id(t->w, act->member_id);

		if (act->kind != ACTION_ISSUE_TOKEN)
			continue;
		if (!t->w->policy->tokens.issue)
			return "a token although tokens.issue is false";
		if (act->needs != NO_INDEX ? t->plan->actions[act->needs].kind != ACTION_ASSIGN_SEAT ||
						     !str_eq(t->plan->actions[act->needs].member_id, m->id)
					   : !m->seat)
			return arena_printf(t->a, "a token for %s without a seat", act->email);
		if (m->seat && (m->token.state == TOKEN_UNREAD || m->token.state == TOKEN_UNREADABLE))
			return arena_printf(t->a, "a token for %s on a guess", act->email);
		if (m->seat && (m->token.state == TOKEN_LIVE) != (act->expires_before != 0))
			return arena_printf(t->a, "the live token of %s is replaced", act->email);
	}
	return NULL;
}

/* Walks the plan: no step may go below the floor, or further below it. */
static const char *floor_law(const struct trial *t)
{
	size_t least[ROLE_NR] = {[ROLE_ADMIN] = t->w->policy->limits.min_admins,
				 [ROLE_BILLING_MANAGER] = 1};
	size_t have[ROLE_NR] = {0};

	for (size_t i = 0; i < t->w->organization->members_nr; i++) {
		const struct member *m = &t->w->organization->members[i];

		if (!m->address || !strstr(m->address, "@anonym.ized"))
			have[m->role]++;
	}
	for (size_t i = 0; i < t->plan->actions_nr; i++) {
		const struct action *act = &t->plan->actions[i];
		enum role from = act->from_role;

		if (act->kind != ACTION_SET_ROLE && act->kind != ACTION_REMOVE_MEMBER)
			continue;
		if (act->kind == ACTION_REMOVE_MEMBER)
			from = member_by_id(t->w, act->member_id)->role;
		if (from && have[from]-- <= least[from])
			return arena_printf(t->a, "too few are left with the role %s",
					    role_name(from));
		if (act->kind == ACTION_SET_ROLE)
			have[act->role]++;
	}
	return NULL;
}

const char *laws_broken(struct arena *a, const struct world *w, const struct plan *plan)
{
	static law *const laws[] = {
		reasons_law, order_law,	 twice_law,  opposites_law, counts_law, details_law,
		memory_law,  touch_law,	 quota_law,  ways_law,	    seats_law,	tokens_law,
		floor_law,   limits_law, config_law, holds_law,	    grace_law,	canary_law,
	};
	const struct trial t = {a, w, plan};

	for (size_t i = 0; i < ARRAY_SIZE(laws); i++) {
		const char *why = laws[i](&t);

		if (why)
			return why;
	}
	return NULL;
}

/* ---- once more ----------------------------------------------------------------------------------- */

/*
 * What the floor held may go after this run's promotions; a clock that was
 * behind the last run's is not behind this one's; onboarding one at a time goes
 * on until the seats are known; and (below) a wish of an
 * operator may be granted only after what this run did.
 */
static bool may_go_on(const struct world *w, const struct plan *p)
{
	if (w->policy->invitations_mode == INVITATIONS_ONBOARD && p->seats.total == SEATS_UNKNOWN)
		return true;
	for (size_t i = 0; i < p->held_nr; i++)
		if (p->held[i].cause == HOLD_FLOOR)
			return true;
	for (size_t i = 0; i < p->problems_nr; i++)
		if (str_eq(p->problems[i].state, "clock"))
			return true;
	return false;
}

/* What is held stays held, in the same hold, until somebody releases it. */
static const char *hold_lost(struct arena *a, const struct plan *first, const struct plan *second)
{
	for (size_t i = 0; i < first->held_nr; i++) {
		const struct action *act = &first->held[i];
		size_t j = 0;

		while (j < second->holds_nr && !str_eq(second->holds[j].id, act->hold))
			j++;
		if (j == second->holds_nr && act->cause <= HOLD_CONFIG)
			return arena_printf(a, "the hold %s of %s is gone in the next plan", act->hold,
					    act->email);
	}
	return NULL;
}

/* The second look is not one run more: nothing is due for that. */
static void run_uncount(struct scene *s, const struct scene *before)
{
	s->known.fresh = before->known.fresh;
	for (size_t i = 0; i < s->known.accounts_nr; i++)
		if (s->known.accounts[i].leaving_runs)
			s->known.accounts[i].leaving_runs--;
}

const char *laws_try(struct scene *s, struct plan *plan)
{
	struct scene after;
	const char *const *refuses = s->refuses;
	struct plan again, second;
	const char *why, *text;

	plan_make(plan, &s->arena, &s->world);
	plan_identify(plan, &s->arena, 0);
	plan_make(&again, &s->arena, &s->world);
	plan_identify(&again, &s->arena, 0);
	text = plan_text(&s->arena, plan);
	if (strcmp(text, plan_text(&s->arena, &again)) != 0)
		return "the same input gave another plan";
	why = laws_broken(&s->arena, &s->world, plan);
	if (why)
		return why;
	s->refuses = NULL; /* what would be left if it did all */
	why = arena_strdup(&s->arena, scene_after(&after, s, plan, 0));
	s->refuses = refuses;
	run_uncount(&after, s);
	if (!why) {
		plan_make(&second, &after.arena, &after.world);
		plan_identify(&second, &after.arena, 0);
		why = laws_broken(&s->arena, &after.world, &second);
		if (!why)
			why = hold_lost(&s->arena, plan, &second);
		if (!why && second.actions_nr && !may_go_on(&s->world, plan) &&
		    !after.known.adopt[0])
			why = arena_printf(&s->arena, "not done with one run; the next would:\n%s",
					   plan_text(&after.arena, &second));
	}
	arena_free(&after.arena);
	return why;
}
