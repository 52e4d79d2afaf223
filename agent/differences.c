#include "agent/differences.h"

/* ---- one entry against another ------------------------------------------------- */

static int order_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int order_number(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/* Whom it concerns, and what. */
static int subject_order(const struct planned *a, const struct planned *b)
{
	int order = order_text(a->email, b->email);

	return order ? order : order_number(a->kind, b->kind);
}

static int planned_order(const struct planned *a, const struct planned *b)
{
	int order = subject_order(a, b);

	if (!order)
		order = order_number(a->held, b->held);
	if (!order)
		order = order_text(a->hold, b->hold);
	if (!order)
		order = order_number(a->role, b->role);
	if (!order)
		order = order_number(a->from_role, b->from_role);
	if (!order)
		order = order_number(a->wants_seat, b->wants_seat);
	if (!order)
		order = order_text(a->member_id, b->member_id);
	return order ? order : order_text(a->invitation_id, b->invitation_id);
}

static int pointer_order(const void *left, const void *right)
{
	const struct planned *const *a = left, *const *b = right;
	int order = planned_order(*a, *b);

	return order ? order : order_number((int64_t)(*a)->place, (int64_t)(*b)->place);
}

static void part_add(struct arena *a, const char **change, const char *name, const char *was,
		     const char *now)
{
	if (str_eq(was, now))
		return;
	*change = arena_printf(a, "%s%s%s: %s -> %s", *change ? *change : "", *change ? ", " : "",
			       name, was ? was : "none", now ? now : "none");
}

static const char *change_text(struct arena *a, const struct planned *was,
			       const struct planned *now)
{
	static const char *const done_or_held[] = {"to be done", "held"};
	const char *change = NULL;

	part_add(a, &change, "is", done_or_held[was->held], done_or_held[now->held]);
	part_add(a, &change, "hold", was->hold, now->hold);
	part_add(a, &change, "role", role_name(was->role), role_name(now->role));
	part_add(a, &change, "role before", role_name(was->from_role), role_name(now->from_role));
	part_add(a, &change, "seat", was->wants_seat ? "yes" : "no",
		 now->wants_seat ? "yes" : "no");
	part_add(a, &change, "member", was->member_id, now->member_id);
	part_add(a, &change, "invitation", was->invitation_id, now->invitation_id);
	return change;
}

/* ---- one plan against the other --------------------------------------------------- */

/* Sorted by person; the fresh plan's in the form of the saved one's. */
struct side {
	const struct planned **items;
	size_t nr;
};

static struct planned planned_of(const struct action *act, bool held, size_t place)
{
	return (struct planned){
		.kind = act->kind,
		.role = act->role,
		.from_role = act->from_role,
		.email = act->email,
		.member_id = act->member_id,
		.invitation_id = act->invitation_id,
		.hold = held ? act->hold : NULL,
		.reason = act->reason,
		.wants_seat = act->wants_seat,
		.held = held,
		.place = place,
	};
}

static struct side side_of(struct arena *a, const struct planned *planned, size_t nr)
{
	struct side side = {arena_array(a, nr, sizeof *side.items), nr};

	for (size_t i = 0; i < nr; i++)
		side.items[i] = &planned[i];
	if (nr)
		qsort(side.items, nr, sizeof *side.items, pointer_order);
	return side;
}

static struct side side_fresh(struct arena *a, const struct plan *plan)
{
	size_t nr = plan->actions_nr + plan->held_nr;
	struct planned *planned = arena_array(a, nr, sizeof *planned);

	for (size_t i = 0; i < plan->actions_nr; i++)
		planned[i] = planned_of(&plan->actions[i], false, i);
	for (size_t i = 0; i < plan->held_nr; i++)
		planned[plan->actions_nr + i] = planned_of(&plan->held[i], true, i);
	return side_of(a, planned, nr);
}

static void difference_add(struct differences *d, enum difference_kind kind,
			   const struct planned *was, const struct planned *now, const char *change)
{
	d->items[d->nr++] = (struct difference){kind, was, now, change};
	d->counts[kind]++;
}

typedef int planned_order_fn(const struct planned *, const struct planned *);

/* < 0: the saved plan's next one stands alone; > 0: the fresh one's; 0: they belong together. */
static int next_order(const struct side *was, size_t i, const struct side *now, size_t k,
		      planned_order_fn *order)
{
	if (i == was->nr || k == now->nr)
		return i == was->nr ? 1 : -1;
	return order(was->items[i], now->items[k]);
}

/* What is the same on both sides goes from both; where it moved, to `moved`. */
static void same_drop(struct side *was, struct side *now, struct arena *a,
		      struct differences *moved)
{
	size_t was_left = 0, now_left = 0;

	for (size_t i = 0, k = 0; i < was->nr || k < now->nr;) {
		int order = next_order(was, i, now, k, planned_order);

		if (!order && was->items[i]->place != now->items[k]->place)
			difference_add(moved, DIFFERENCE_MOVED, was->items[i], now->items[k],
				       arena_printf(a, "place: %zu -> %zu",
						    was->items[i]->place + 1,
						    now->items[k]->place + 1));
		if (order < 0)
			was->items[was_left++] = was->items[i];
		else if (order > 0)
			now->items[now_left++] = now->items[k];
		i += order <= 0;
		k += order >= 0;
	}
	was->nr = was_left;
	now->nr = now_left;
}

static void rest_compare(struct differences *d, struct arena *a, const struct side *was,
			 const struct side *now)
{
	for (size_t i = 0, k = 0; i < was->nr || k < now->nr;) {
		int order = next_order(was, i, now, k, subject_order);

		if (order < 0)
			difference_add(d, DIFFERENCE_GONE, was->items[i], NULL, NULL);
		else if (order > 0)
			difference_add(d, DIFFERENCE_NEW, NULL, now->items[k], NULL);
		else
			difference_add(d, DIFFERENCE_CHANGED, was->items[i], now->items[k],
				       change_text(a, was->items[i], now->items[k]));
		i += order <= 0;
		k += order >= 0;
	}
}

void differences_find(struct differences *d, struct arena *a, const struct saved *saved,
		      const struct plan *plan)
{
	struct side was = side_of(a, saved->planned, saved->planned_nr);
	struct side now = side_fresh(a, plan);
	struct difference *room = arena_array(a, was.nr + now.nr, sizeof *room);
	struct differences moved = {.items = room};

	same_drop(&was, &now, a, &moved);
	*d = moved;
	if (!was.nr && !now.nr)
		return;
	*d = (struct differences){.items = room};
	rest_compare(d, a, &was, &now);
}

/* ---- for people and programs ---------------------------------------------------- */

static const char *const names[DIFFERENCE_NR] = {
	[DIFFERENCE_NEW] = "new",
	[DIFFERENCE_GONE] = "gone",
	[DIFFERENCE_CHANGED] = "changed",
	[DIFFERENCE_MOVED] = "moved",
};

static void difference_fill(const void *rows, size_t i, struct cell *cells)
{
	const struct difference *item = (const struct difference *)rows + i;
	const struct planned *p = item->now ? item->now : item->was;

	cell_text(&cells[0], names[item->kind]);
	cell_text(&cells[1], action_name(p->kind));
	cell_text(&cells[2], p->email);
	if (p->held)
		cell_flag(&cells[3], true);
	cell_text(&cells[4], item->change);
	cell_text(&cells[5], p->reason);
}

struct listing difference_listing(const struct differences *d)
{
	static const struct column columns[] = {{"difference", "difference"}, {"action", "action"},
						{"email", "e-mail"},          {"held", "held"},
						{"change", "change"},         {"reason", "reason"}};

	return (struct listing){"differences", columns, ARRAY_SIZE(columns),
				d->items,      d->nr,   difference_fill};
}

char *differences_line(struct arena *a, const struct differences *d)
{
	char *line = arena_strdup(a, "");

	for (int kind = 0; kind < DIFFERENCE_NR; kind++)
		if (d->counts[kind])
			line = arena_printf(a, "%s%s%zu %s", line, *line ? ", " : "",
					    d->counts[kind], names[kind]);
	return line;
}
