/*
 * identify.c - ids for plans and holds, so that two can be compared by a word.
 * Apart from the pure core because a digest is a library's business.
 */
#include <stdio.h>

#include "agent/digest.h"
#include "agent/plan.h"

/* Enough of a digest to tell things apart by eye and still by machine. */
enum { PLAN_ID_LETTERS = 16, HOLD_ID_LETTERS = 8 };

static void digest_action(struct digest *d, const struct action *act)
{
	digest_text(d, action_name(act->kind));
	digest_text(d, act->email);
	digest_text(d, act->member_id);
	digest_text(d, act->invitation_id);
	digest_text(d, role_name(act->role));
	digest_text(d, role_name(act->from_role));
	digest_number(d, act->needs);
}

static char *hold_id(struct arena *a, const struct plan_hold *hold)
{
	char text[DIGEST_TEXT_SIZE];
	struct digest d;

	digest_begin(&d);
	digest_text(&d, hold_cause_name(hold->cause));
	for (size_t i = 0; hold->addresses[i]; i++) {
		digest_text(&d, hold->addresses[i]);
		digest_number(&d, hold->losses[i]);
	}
	digest_end(&d, text);
	return arena_printf(a, "h-%.*s", HOLD_ID_LETTERS, text);
}

static void holds_identify(struct plan *plan, struct arena *a)
{
	for (size_t i = 0; i < plan->holds_nr; i++) {
		struct plan_hold *hold = &plan->holds[i];

		if (!hold->fresh)
			continue;
		hold->id = hold_id(a, hold);
		for (size_t j = 0; j < plan->held_nr; j++)
			if (!plan->held[j].hold && plan->held[j].cause == hold->cause)
				plan->held[j].hold = hold->id;
	}
}

void plan_identify(struct plan *plan, struct arena *a, int64_t last_run)
{
	char text[DIGEST_TEXT_SIZE];
	struct digest d;

	holds_identify(plan, a);
	digest_begin(&d);
	digest_text(&d, plan->organization);
	digest_number(&d, plan->created_at);
	digest_number(&d, last_run);
	for (size_t i = 0; i < plan->actions_nr; i++)
		digest_action(&d, &plan->actions[i]);
	digest_end(&d, text);
	plan->id = arena_printf(a, "p-%.*s", PLAN_ID_LETTERS, text);
}
