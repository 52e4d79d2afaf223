#include "agent/plan.h"

#include "agent/draft.h"
#include "agent/status.h"

const char *const problem_states[PROBLEM_STATES_NR] = {
	"partial", "failed", "duplicate", "parked", "clock", "unknown", "overdrawn", "trial",
	"restored", "undone", "refused", "renamed", "moved", "dangling", "unruled",
};

/* ---- from drafts to the lists of the plan --------------------------------------- */

static int order_number(size_t a, size_t b)
{
	return a < b ? -1 : a > b;
}

static int order_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* The order of doing; what is not done is listed in the same order. */
static int draft_order(const void *left, const void *right, void *ctx)
{
	const struct drafting *d = ctx;
	const struct draft *a = &d->drafts.items[*(const size_t *)left];
	const struct draft *b = &d->drafts.items[*(const size_t *)right];
	int order = order_number(a->verdict, b->verdict);

	if (!order)
		order = order_number(a->action.phase, b->action.phase);
	if (!order)
		order = order_number(a->order, b->order);
	if (!order)
		order = order_text(a->action.email, b->action.email);
	if (!order)
		order = order_text(a->action.invitation_id, b->action.invitation_id);
	return order ? order : order_text(a->action.member_id, b->action.member_id);
}

static void plan_list(struct plan *plan, const struct drafting *d, const size_t *order,
		      enum verdict verdict, struct action **list, size_t *list_nr,
		      const ptrdiff_t *account_index)
{
	size_t nr = 0;

	for (size_t i = 0; i < d->drafts.nr; i++)
		nr += d->drafts.items[i].verdict == verdict;
	*list = arena_array(d->a, nr, sizeof **list);
	for (size_t i = 0; i < d->drafts.nr; i++) {
		const struct draft *draft = &d->drafts.items[order[i]];

		if (draft->verdict != verdict)
			continue;
		(*list)[*list_nr] = draft->action;
		(*list)[(*list_nr)++].account = account_index[draft->subject];
		if (verdict == VERDICT_DO)
			plan->counts[draft->action.kind]++;
	}
}

/* An action that needs another names it by its place among the actions. */
static void needs_renumber(struct plan *plan, const struct drafting *d, const size_t *order)
{
	ptrdiff_t *place = arena_array(d->a, d->drafts.nr, sizeof *place);
	ptrdiff_t at = 0;

	for (size_t i = 0; i < d->drafts.nr; i++)
		place[order[i]] = d->drafts.items[order[i]].verdict == VERDICT_DO ? at++ : NO_INDEX;
	for (size_t i = 0; i < plan->actions_nr; i++)
		if (plan->actions[i].needs != NO_INDEX)
			plan->actions[i].needs = place[plan->actions[i].needs];
	for (size_t i = 0; i < plan->held_nr; i++)
		plan->held[i].needs = NO_INDEX;
}

static void plan_actions(struct plan *plan, const struct drafting *d, const ptrdiff_t *accounts)
{
	size_t *order = arena_array(d->a, d->drafts.nr, sizeof *order);

	for (size_t i = 0; i < d->drafts.nr; i++)
		order[i] = i;
	qsort_r(order, d->drafts.nr, sizeof *order, draft_order, (void *)(uintptr_t)d);
	plan_list(plan, d, order, VERDICT_DO, &plan->actions, &plan->actions_nr, accounts);
	plan_list(plan, d, order, VERDICT_HELD, &plan->held, &plan->held_nr, accounts);
	plan_list(plan, d, order, VERDICT_WAITING, &plan->waiting, &plan->waiting_nr, accounts);
	plan_list(plan, d, order, VERDICT_MANUAL, &plan->manual, &plan->manual_nr, accounts);
	needs_renumber(plan, d, order);
}

/* ---- notes, problems, groups: sorted, each once ------------------------------------- */

static int note_order(const void *left, const void *right)
{
	const struct plan_note *a = left, *b = right;
	int order = order_text(a->email, b->email);

	if (!order)
		order = order_text(a->dn, b->dn);
	return order ? order : order_text(a->why, b->why);
}

static int problem_order(const void *left, const void *right)
{
	const struct plan_problem *a = left, *b = right;
	int order = order_text(a->directory, b->directory);

	if (!order)
		order = order_text(a->group, b->group);
	if (!order)
		order = order_text(a->state, b->state);
	return order ? order : order_text(a->why, b->why);
}

static int group_order(const void *left, const void *right)
{
	const struct known_group *a = left, *b = right;
	int order = order_text(a->directory, b->directory);

	if (!order)
		order = order_text(a->selector, b->selector);
	return order ? order : order_text(a->id, b->id);
}

static int hold_order(const void *left, const void *right)
{
	const struct plan_hold *a = left, *b = right;
	int order = order_number(a->fresh, b->fresh);

	if (!order)
		order = order_number(a->cause, b->cause);
	return order ? order : order_text(a->id, b->id);
}

static int index_order(const void *left, const void *right)
{
	return order_number(*(const uint32_t *)left, *(const uint32_t *)right);
}

typedef int order_fn(const void *, const void *);

/* A sorted copy in the arena without doubles; *nr becomes its length. */
static void *list_copy(struct arena *a, const void *items, size_t count, size_t size, size_t *nr,
		       order_fn *order)
{
	char *copy = arena_array(a, count, size);

	*nr = 0;
	if (!count)
		return copy;
	memcpy(copy, items, count * size);
	qsort(copy, count, size, order);
	for (size_t i = 0; i < count; i++)
		if (!*nr || order(copy + (*nr - 1) * size, copy + i * size) != 0)
			memmove(copy + (*nr)++ * size, copy + i * size, size);
	return copy;
}

#define LIST_COPY(a, vec, length, order)                                      \
	list_copy((a), (vec)->items, (vec)->nr, sizeof *(vec)->items, (length), (order))

static void plan_notes(struct plan *plan, struct drafting *d, const struct rulebook *rb)
{
	struct arena *a = d->a;

	for (size_t i = 0; i < rb->problems.nr; i++)
		VEC_ADD(&d->problems, rb->problems.items[i]);
	for (size_t i = 0; i < rb->skipped.nr; i++)
		VEC_ADD(&d->skipped, rb->skipped.items[i]);
	plan->adopted = LIST_COPY(a, &d->adopted, &plan->adopted_nr, note_order);
	plan->unmanaged = LIST_COPY(a, &d->unmanaged, &plan->unmanaged_nr, note_order);
	plan->skipped = LIST_COPY(a, &d->skipped, &plan->skipped_nr, note_order);
	plan->problems = LIST_COPY(a, &d->problems, &plan->problems_nr, problem_order);
	plan->holds = LIST_COPY(a, &d->holds, &plan->holds_nr, hold_order);
	plan->groups = LIST_COPY(a, &rb->groups, &plan->groups_nr, group_order);
	plan->unread = LIST_COPY(a, &d->unread, &plan->unread_nr, index_order);
}

/* ---- memory ---------------------------------------------------------------------------- */

/* Those not remembered are closed up: no second copy of what may be a million. */
static ptrdiff_t *plan_accounts(struct plan *plan, const struct drafting *d)
{
	ptrdiff_t *index = arena_array(d->a, d->cast->subjects_nr, sizeof *index);

	plan->accounts = d->accounts;
	for (size_t i = 0; i < d->cast->subjects_nr; i++) {
		index[i] = d->remembered[i] ? (ptrdiff_t)plan->accounts_nr : NO_INDEX;
		if (d->remembered[i])
			plan->accounts[plan->accounts_nr++] = d->accounts[i];
	}
	return index;
}

/* A group may have several problems; they are sorted by then. */
static size_t groups_unwhole(const struct plan *plan, const char *directory)
{
	const char *last = NULL;
	size_t nr = 0;

	for (size_t i = 0; i < plan->problems_nr; i++) {
		const struct plan_problem *p = &plan->problems[i];
		bool unwhole = str_eq(p->state, "partial") || str_eq(p->state, "failed");

		if (!unwhole || !p->group || !str_eq(p->directory, directory))
			continue;
		nr += !str_eq(p->group, last);
		last = p->group;
	}
	return nr;
}

static void plan_directories(struct plan *plan, const struct drafting *d)
{
	const struct world *w = d->w;

	plan->directories = arena_array(d->a, w->readings_nr, sizeof *plan->directories);
	plan->directories_nr = w->readings_nr;
	for (size_t i = 0; i < w->readings_nr; i++) {
		const struct reading *r = &w->readings[i];
		const char *doubt = d->rb->reading_unsure[i];

		plan->directories[i] = (struct plan_directory){
			.name = r->directory,
			.state = r->state == COMPLETE && doubt ? PARTIAL : r->state,
			.why = r->state == COMPLETE ? doubt : r->why,
			.people = r->people_nr,
			.groups = r->groups_nr,
			.unwhole = groups_unwhole(plan, r->directory)};
	}
}

/* ---- the plan ------------------------------------------------------------------------------ */

void plan_make(struct plan *plan, struct arena *a, const struct world *world)
{
	struct rulebook rb;
	struct cast cast;
	struct drafting d = {.w = world, .a = a, .rb = &rb, .cast = &cast};
	ptrdiff_t *accounts;

	*plan = (struct plan){.organization = world->organization->id, .created_at = world->now};
	rulebook_make(&rb, a, world);
	cast_make(&cast, a, world, &rb);
	d.accounts = arena_array(a, cast.subjects_nr, sizeof *d.accounts);
	d.remembered = arena_array(a, cast.subjects_nr, sizeof *d.remembered);
	d.managed = arena_array(a, cast.subjects_nr, sizeof *d.managed);
	decide_all(&d);
	refusals_pause(&d);
	limits_apply(&d);
	queue_allot(&d);
	rival_say(&d);
	refusals_say(&d, plan);
	tokens_report(&d);
	cast_free(&cast);

	plan->complete = rb.complete;
	plan->config_accepted =
		str_eq(world->known->accepted_config, world->policy->fingerprint) ||
		(rb.complete && !d.losses_found);
	plan->seats = d.seats;
	plan->trial = d.trial;
	accounts = plan_accounts(plan, &d);
	plan_actions(plan, &d, accounts);
	plan_notes(plan, &d, &rb);
	plan_directories(plan, &d);
	VEC_FREE(&d.drafts);
	VEC_FREE(&d.wants);
	VEC_FREE(&d.adopted);
	VEC_FREE(&d.unmanaged);
	VEC_FREE(&d.skipped);
	VEC_FREE(&d.problems);
	VEC_FREE(&d.holds);
	VEC_FREE(&d.unread);
	rulebook_free(&rb);
}

bool problem_waits(const struct plan_problem *p)
{
	return !str_eq(p->state, "renamed") && !str_eq(p->state, "moved") &&
	       !str_eq(p->state, "dangling") && !str_eq(p->state, "unruled");
}

int plan_status(const struct plan *plan)
{
	if (plan->held_nr)
		return STATUS_HELD;
	if (plan->manual_nr)
		return STATUS_DEGRADED;
	for (size_t i = 0; i < plan->problems_nr; i++)
		if (problem_waits(&plan->problems[i]))
			return STATUS_DEGRADED;
	return plan->actions_nr ? STATUS_PENDING : STATUS_AGREES;
}
