/* The rows of a plan's lists; see report_rows.h. */
#include "agent/report_rows.h"

/* ---- actions ---------------------------------------------------------- */

enum {
	AT_PLACE, AT_ACTION, AT_EMAIL, AT_CHANGE, AT_REASON, AT_RULE, AT_ROLE, AT_FROM_ROLE,
	AT_SEAT, AT_MEMBER, AT_INVITATION, AT_HOLD, AT_WHY, AT_RESULT, AT_HTTP, AT_TEXT, AT_NR
};

#define ACTION_COLUMNS(action_title)                                                               \
	{                                                                                          \
		[AT_PLACE] = {NULL, "place"}, [AT_ACTION] = {"action", action_title},              \
		[AT_EMAIL] = {"email", "e-mail"}, [AT_CHANGE] = {NULL, "change"},                  \
		[AT_REASON] = {"reason", "reason"}, [AT_RULE] = {"rule", NULL},                  \
		[AT_ROLE] = {"role", NULL}, [AT_FROM_ROLE] = {"from_role", NULL},                  \
		[AT_SEAT] = {"wants_seat", NULL}, [AT_MEMBER] = {"member_id", NULL},               \
		[AT_INVITATION] = {"invitation_id", NULL},                                         \
		[AT_HOLD] = {"hold", NULL}, [AT_WHY] = {"why", "why"},                             \
		[AT_RESULT] = {"result", "result"}, [AT_HTTP] = {"http_status", NULL},             \
		[AT_TEXT] = {"text", "what was said"},                                             \
	}
static const struct column kind_columns[AT_NR] = ACTION_COLUMNS("action");
static const struct column plain_columns[AT_NR] = ACTION_COLUMNS(NULL);

/* For people; what an invitation gives stands in its reason. */
static void change_cell(struct cell *c, const struct action *action)
{
	const char *role = role_name(action->role), *from = role_name(action->from_role);

	if (role && from)
		cell_format(c, "%s -> %s", from, role);
}

static void fate_cells(struct cell *cells, const struct applied *fate)
{
	cell_text(&cells[AT_RESULT], fate_name(fate->fate));
	cell_text(&cells[AT_TEXT], fate->text);
	if (fate->http_status)
		cell_number(&cells[AT_HTTP], fate->http_status);
}

static void action_fill(const void *data, size_t i, struct cell *cells)
{
	const struct action_rows *rows = data;
	const struct action *action = rows->chosen ? rows->chosen[i] : &rows->all[i];

	if (rows->numbered)
		cell_format(&cells[AT_PLACE], "%3zu.", i + 1);
	cell_text(&cells[AT_ACTION], action_name(action->kind));
	cell_text(&cells[AT_EMAIL], action->email);
	change_cell(&cells[AT_CHANGE], action);
	cell_text(&cells[AT_REASON], action->reason);
	cell_text(&cells[AT_RULE], action->rule);
	if (!action->rule)
		cells[AT_RULE].kind = CELL_NO_WORD;
	cell_text(&cells[AT_ROLE], role_name(action->role));
	cell_text(&cells[AT_FROM_ROLE], role_name(action->from_role));
	if (action->wants_seat)
		cell_flag(&cells[AT_SEAT], true);
	cell_text(&cells[AT_MEMBER], action->member_id);
	cell_text(&cells[AT_INVITATION], action->invitation_id);
	cell_text(&cells[AT_HOLD], action->hold);
	if (!rows->why_said)
		cell_text(&cells[AT_WHY], action->why);
	if (rows->result)
		fate_cells(cells, &rows->result->fates[action - rows->all]);
}

struct listing action_listing(const char *name, const struct action_rows *rows, size_t nr)
{
	return (struct listing){name, rows->kinds ? kind_columns : plain_columns, AT_NR, rows, nr,
				action_fill};
}

/* ---- notes, problems, directories --------------------------------------- */

static void note_fill(const void *data, size_t i, struct cell *cells)
{
	const struct plan_note *note = (const struct plan_note *)data + i;

	cell_text(&cells[0], note->email);
	cell_text(&cells[1], note->dn);
	cell_text(&cells[2], note->why);
}

struct listing note_listing(const char *name, const struct plan_note *notes, size_t nr)
{
	static const struct column columns[] = {{"email", "e-mail"}, {"dn", "entry"}, {"why", "why"}};

	return (struct listing){name, columns, ARRAY_SIZE(columns), notes, nr, note_fill};
}

static void problem_fill(const void *data, size_t i, struct cell *cells)
{
	const struct plan_problem *problem = (const struct plan_problem *)data + i;
	const char *const texts[] = {problem->directory, problem->group, problem->state,
				     problem->why};

	for (size_t k = 0; k < ARRAY_SIZE(texts); k++) {
		cell_text(&cells[k], texts[k]);
		if (!texts[k])
			cells[k].kind = CELL_NO_WORD;
	}
}

struct listing problem_listing(const struct plan_problem *problems, size_t nr)
{
	static const struct column columns[] = {{"directory", "directory"},
						{"group", "group"},
						{"state", "state"},
						{"why", "why"}};

	return (struct listing){"problems", columns, ARRAY_SIZE(columns), problems, nr,
				problem_fill};
}

static void directory_fill(const void *data, size_t i, struct cell *cells)
{
	const struct plan_directory *d = (const struct plan_directory *)data + i;

	cell_text(&cells[0], d->name);
	cell_text(&cells[1], completeness_name(d->state));
	if (d->state == FAILED) {
		cell_text(&cells[2], d->why);
		return;
	}
	if (d->unwhole)
		cell_format(&cells[2], "%zu people, %zu groups, %zu not whole", d->people, d->groups,
			    d->unwhole);
	else
		cell_format(&cells[2], "%zu people, %zu groups", d->people, d->groups);
	cell_text(&cells[3], d->why);
}

struct listing directory_listing(const struct plan_directory *directories, size_t nr)
{
	static const struct column columns[] = {
		{NULL, "directory"}, {NULL, "read"}, {NULL, "size"}, {NULL, "why"}};

	return (struct listing){NULL, columns, ARRAY_SIZE(columns), directories, nr,
				directory_fill};
}
