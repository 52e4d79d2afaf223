#include "agent/apply.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "agent/apply_sight.h"

static void pause_seconds(unsigned seconds)
{
	struct timespec left = {.tv_sec = (time_t)seconds};

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

/* ---- settling what earlier runs left unknown ------------------------------------ */

static struct trace unknown_trace(const struct known *known, size_t i)
{
	const struct known_unknown *u = &known->unknown[i];
	bool token = u->kind == ACTION_ISSUE_TOKEN;

	return (struct trace){.kind = u->kind, .email = u->email, .address = u->address,
			      .member_id = token ? known->accounts[u->account].member_id : NULL,
			      .invitation_id = u->invitation_id,
			      .expires_before = u->expires_before};
}

static void unknown_tokens(struct platform *p, struct arena *a, const struct known *known,
			   struct organization *o)
{
	struct wanted wanted = {0};

	for (size_t i = 0; i < known->unknown_nr; i++) {
		struct trace t = unknown_trace(known, i);

		token_want(&wanted, o, &t);
	}
	tokens_read(p, a, o, &wanted);
}

/* True when some mail is not there: a list may lag, so look again. */
static bool mail_missing(const struct known *known, const struct organization *o)
{
	struct found found;

	for (size_t i = 0; i < known->unknown_nr; i++) {
		struct trace t = unknown_trace(known, i);

		if (action_sends_mail(t.kind) && trace_sight(o, &t, &found) == NOT_THERE)
			return true;
	}
	return false;
}

int apply_settle(struct state *s, struct platform *p, struct arena *a, const struct known *known,
		 struct organization *organization, const struct apply_options *o, struct err *e)
{
	unknown_tokens(p, a, known, organization);
	if (mail_missing(known, organization)) {
		struct organization again;

		pause_seconds(o->look_again);
		if (p->ops->read(p, a, &again, e))
			return err_wrap(e, "looking again for what an earlier run sent");
		unknown_tokens(p, a, known, &again);
		*organization = again;
	}
	for (size_t i = 0; i < known->unknown_nr; i++) {
		const struct known_unknown *u = &known->unknown[i];
		struct trace t = unknown_trace(known, i);
		struct found found;
		enum sight sight = trace_sight(organization, &t, &found);

		if (sight == INVISIBLE &&
		    o->clock() < u->sent_at + o->policy->invitations.lifetime)
			continue;
		if (state_settle(s, u->row, sight == SEEN, found.invitation_id,
				 found.expires_at, o->clock(), e))
			return -1;
	}
	return 0;
}

/* ---- doing a plan: one phase at a time --------------------------------------------- */

struct applying {
	struct state *state;
	struct platform *platform;
	struct arena *arena;
	const struct plan *plan;
	const struct apply_options *o;
	struct apply_result *result;
	size_t next, end;                /* actions of the phase not yet looked at */
	bool no_seats;                   /* a 402 came: nobody gets one after it */
	bool failed;                     /* the state could not be written: err says why */
	struct err *err;
	VEC(struct journal_end) ended;
	VEC(size_t) leaving;
};

static void action_end(struct applying *x, size_t i, enum fate fate, enum journal_state state,
		       int http_status, const char *text)
{
	struct applied *f = &x->result->fates[i];

	f->fate = fate;
	f->http_status = http_status;
	f->text = text;
	VEC_ADD(&x->ended, ((struct journal_end){.action = i, .state = state, .text = text}));
	if (fate != FATE_UNKNOWN && x->o->progress)
		x->o->progress(x->o->ctx, &x->plan->actions[i], f);
}

static void result_take(struct applying *x, const struct platform_result *r)
{
	static const struct {
		enum fate fate;
		enum journal_state state;
	} ends[] = {
		[OUTCOME_DONE] = {FATE_DONE, JOURNAL_DONE},
		[OUTCOME_NO_SEATS] = {FATE_WAITING, JOURNAL_TODO},
		[OUTCOME_GONE] = {FATE_FAILED, JOURNAL_FAILED},
		[OUTCOME_CONFLICT] = {FATE_FAILED, JOURNAL_FAILED},
		[OUTCOME_UNAVAILABLE] = {FATE_FAILED, JOURNAL_FAILED},
		[OUTCOME_LOOK] = {FATE_UNKNOWN, JOURNAL_SENT},
		[OUTCOME_UNKNOWN] = {FATE_UNKNOWN, JOURNAL_SENT},
		[OUTCOME_INVALID] = {FATE_FAILED, JOURNAL_FAILED},
		[OUTCOME_DENIED] = {FATE_FAILED, JOURNAL_FAILED},
		[OUTCOME_NOT_OFFERED] = {FATE_FAILED, JOURNAL_FAILED},
		[OUTCOME_NOT_SENT] = {FATE_FAILED, JOURNAL_FAILED},
	};
	bool token = x->plan->actions[r->tag].kind == ACTION_ISSUE_TOKEN;
	/* a token waits for no seat: the member that we saw with one has lost it, which is said */
	enum outcome o = token && r->outcome == OUTCOME_NO_SEATS ? OUTCOME_CONFLICT : r->outcome;
	const char *text = r->text[0] ? arena_strdup(x->arena, r->text) : NULL;
	struct journal_end *end;

	action_end(x, r->tag, ends[o].fate, ends[o].state, r->http_status, text);
	end = &x->ended.items[x->ended.nr - 1];
	end->refused = x->result->fates[r->tag].refused = r->refused;
	end->invitation_id = r->invitation_id;
	end->expires_at = r->expires_at;
	end->gone = o == OUTCOME_GONE;
	end->unavailable = r->outcome == OUTCOME_UNAVAILABLE;
	if (r->seats_total > 0)
		x->result->seats_told = r->seats_total;
	x->no_seats |= o == OUTCOME_NO_SEATS;
}

static bool needs_seat(const struct action *act)
{
	return act->kind == ACTION_ASSIGN_SEAT || act->wants_seat;
}

/* True when the action is to be sent; else its fate is settled here. */
static bool action_begin(struct applying *x, size_t i)
{
	const struct action *act = &x->plan->actions[i];
	enum fate needed = act->needs == NO_INDEX ? FATE_DONE : x->result->fates[act->needs].fate;

	if (x->result->fates[i].fate != FATE_PENDING)
		return false;
	if (needed == FATE_WAITING) { /* the seat that a token needs */
		action_end(x, i, FATE_WAITING, JOURNAL_TODO, 0, "no seat is free");
		return false;
	}
	if (needed != FATE_DONE) {
		action_end(x, i, FATE_SKIPPED, JOURNAL_FAILED, 0,
			   arena_printf(x->arena, "not sent: %s of %s, which it needs, did not succeed",
					action_name(x->plan->actions[act->needs].kind),
					x->plan->actions[act->needs].email));
		return false;
	}
	if (x->no_seats && needs_seat(act)) {
		action_end(x, i, FATE_WAITING, JOURNAL_TODO, 0, "no seat is free");
		return false;
	}
	return true;
}

static struct platform_call action_call(const struct applying *x, size_t i)
{
	const struct action *act = &x->plan->actions[i];

	return (struct platform_call){.kind = act->kind,
				      .tag = i,
				      .email = act->email,
				      .given_name = act->given_name,
				      .family_name = act->family_name,
				      .member_id = act->member_id,
				      .invitation_id = act->invitation_id,
				      .role = act->role,
				      .expires_before = act->expires_before,
				      .token_expires = x->o->clock() + x->o->policy->tokens.lifetime,
				      .mail_token = x->o->policy->tokens.email};
}

/* Writes what ended and what is about to leave, in one commit. */
static int journal_commit(struct applying *x)
{
	bool onboards = x->o->policy->invitations_mode == INVITATIONS_ONBOARD;
	struct journal_turn turn = {.ended = x->ended.items,
				    .ended_nr = x->ended.nr,
				    .leaving = x->leaving.items,
				    .leaving_nr = x->leaving.nr,
				    .lifetime = onboards ? ONBOARDING_SECONDS
							 : x->o->policy->invitations.lifetime,
				    .token_lifetime = x->o->policy->tokens.lifetime};

	if (!x->failed && (turn.ended_nr || turn.leaving_nr) &&
	    state_turn(x->state, &turn, x->o->clock(), x->err))
		x->failed = true;
	x->ended.nr = 0;
	x->leaving.nr = 0;
	return x->failed ? -1 : 0;
}

static size_t turn(void *ctx, const struct platform_result *results, size_t nr,
		   struct platform_call *calls, size_t room)
{
	struct applying *x = ctx;
	size_t given = 0;

	for (size_t i = 0; i < nr; i++)
		result_take(x, &results[i]);
	for (; !x->failed && given < room && x->next < x->end; x->next++) {
		if (!action_begin(x, x->next))
			continue;
		calls[given++] = action_call(x, x->next);
		VEC_ADD(&x->leaving, x->next);
	}
	crash_point();
	if (journal_commit(x))
		return 0;
	crash_point();
	return given;
}

/* ---- looking for what a phase left unknown -------------------------------------------- */

static struct trace action_trace(const struct action *act)
{
	return (struct trace){.kind = act->kind, .email = act->email, .address = act->address,
			      .member_id = act->member_id, .invitation_id = act->invitation_id,
			      .role = act->role, .expires_before = act->expires_before};
}

/*
 * One look at all unknown actions of [first, end).  final: what is not there
 * did not happen.  Returns how many are still not there.
 */
static size_t phase_look(struct applying *x, size_t first, const struct organization *o, bool final)
{
	size_t missing = 0;

	for (size_t i = first; i < x->end; i++) {
		struct trace t = action_trace(&x->plan->actions[i]);
		struct found found;
		enum sight sight;

		if (x->result->fates[i].fate != FATE_UNKNOWN)
			continue;
		sight = trace_sight(o, &t, &found);
		missing += sight == NOT_THERE;
		if (sight == SEEN) {
			action_end(x, i, FATE_DONE, JOURNAL_DONE, x->result->fates[i].http_status, NULL);
			x->ended.items[x->ended.nr - 1].invitation_id = found.invitation_id;
			x->ended.items[x->ended.nr - 1].expires_at = found.expires_at;
		} else if (sight == NOT_THERE && final) {
			action_end(x, i, FATE_FAILED, JOURNAL_FAILED, x->result->fates[i].http_status,
				   x->result->fates[i].text ? x->result->fates[i].text
							    : "no answer came, and it did not happen");
			x->ended.items[x->ended.nr - 1].refused = x->result->fates[i].refused;
		}
	}
	return missing;
}

/* The organization anew, with the tokens that [first, end) left unknown. */
static int phase_read(struct applying *x, size_t first, struct organization *o)
{
	struct wanted wanted = {0};
	struct err ignored;

	if (x->platform->ops->read(x->platform, x->arena, o, &ignored))
		return -1;
	for (size_t i = first; i < x->end; i++) {
		struct trace t = action_trace(&x->plan->actions[i]);

		if (x->result->fates[i].fate == FATE_UNKNOWN)
			token_want(&wanted, o, &t);
	}
	tokens_read(x->platform, x->arena, o, &wanted);
	return 0;
}

/* What stays unknown is looked for by the next run: nothing is guessed here. */
static int phase_settle(struct applying *x, size_t first)
{
	struct organization o;
	bool unknown = false;

	for (size_t i = first; i < x->end; i++)
		unknown |= x->result->fates[i].fate == FATE_UNKNOWN;
	if (!unknown || x->failed || phase_read(x, first, &o))
		return x->failed ? -1 : 0;
	if (phase_look(x, first, &o, false)) {
		pause_seconds(x->o->look_again);
		if (!phase_read(x, first, &o))
			phase_look(x, first, &o, true);
	}
	return journal_commit(x);
}

/* ---- the floor, counted anew ------------------------------------------------------------- */

static void floor_hold(struct applying *x, enum role role, size_t holders, size_t least)
{
	size_t spare = holders > least ? holders - least : 0;

	for (size_t i = x->next; i < x->end; i++) {
		if (!action_takes_role(&x->plan->actions[i], role) ||
		    x->result->fates[i].fate != FATE_PENDING)
			continue;
		if (spare)
			spare--;
		else
			action_end(x, i, FATE_HELD, JOURNAL_TODO, 0,
				   arena_printf(x->arena, "a fresh count found %zu with the role %s; at "
							  "least %zu must stay", holders,
						role_name(role), least));
	}
}

/* Before anybody loses such a role: is the plan's count still true? */
static int floor_check(struct applying *x)
{
	struct organization o;
	bool takes = false;

	for (size_t i = x->next; i < x->end; i++)
		takes |= action_takes_role(&x->plan->actions[i], ROLE_ADMIN) ||
			 action_takes_role(&x->plan->actions[i], ROLE_BILLING_MANAGER);
	if (!takes)
		return 0;
	if (x->platform->ops->read(x->platform, x->arena, &o, x->err))
		return err_wrap(x->err, "counting the administrators anew");
	floor_hold(x, ROLE_ADMIN, organization_holders(&o, ROLE_ADMIN), x->o->policy->limits.min_admins);
	floor_hold(x, ROLE_BILLING_MANAGER, organization_holders(&o, ROLE_BILLING_MANAGER), 1);
	return journal_commit(x);
}

/* ---- all of it ------------------------------------------------------------------------------ */

static int phase_apply(struct applying *x)
{
	size_t first = x->next;
	int stopped;

	if (floor_check(x))
		return -1;
	stopped = x->platform->ops->run(x->platform, x->arena, turn, x, x->err);
	if (journal_commit(x) || phase_settle(x, first))
		return -1;
	return stopped;
}

static void fates_count(struct applying *x)
{
	struct apply_result *r = x->result;
	int64_t assigned = x->plan->seats.assigned;

	for (size_t i = 0; i < x->plan->actions_nr; i++) {
		enum fate fate = r->fates[i].fate;
		enum action_kind kind = x->plan->actions[i].kind;

		r->done += fate == FATE_DONE;
		r->failed += fate == FATE_FAILED || fate == FATE_SKIPPED;
		r->unknown += fate == FATE_UNKNOWN;
		r->waiting += fate == FATE_WAITING;
		r->held += fate == FATE_HELD;
		r->pending += fate == FATE_PENDING;
		if (fate == FATE_DONE)
			assigned += (kind == ACTION_ASSIGN_SEAT) - (kind == ACTION_REVOKE_SEAT);
	}
	r->seats_left = assigned;
	r->seats_learnt = x->no_seats ? assigned : SEATS_UNKNOWN;
	r->stopped |= r->pending > 0;
}

int apply_plan(struct state *s, struct platform *p, struct arena *a, const struct plan *plan,
	       const struct apply_options *o, struct apply_result *result, struct err *e)
{
	struct applying x = {.state = s, .platform = p, .arena = a, .plan = plan, .o = o,
			     .result = result, .err = e};
	int rc = 0;

	*result = (struct apply_result){.fates = arena_array(a, plan->actions_nr,
							     sizeof *result->fates)};
	while (rc == 0 && x.end < plan->actions_nr) {
		x.next = x.end;
		while (x.end < plan->actions_nr &&
		       plan->actions[x.end].phase == plan->actions[x.next].phase)
			x.end++;
		rc = phase_apply(&x);
		if (x.next < x.end)
			break; /* asked to stop: what was not begun stays pending */
	}
	fates_count(&x);
	VEC_FREE(&x.ended);
	VEC_FREE(&x.leaving);
	return rc;
}
