/* What explain prints: the answer first, then what it rests on. */
#include "agent/explain.h"
#include "agent/report.h"
#include "agent/report_rows.h"
#include "agent/state_rows.h"
#include "agent/text.h"

/* ---- rows --------------------------------------------------------------------------- */

static json_t *aliases_value(const struct person *p)
{
	json_t *aliases = json_array();

	for (const char *const *alias = p->aliases; alias && *alias; alias++)
		json_array_append_new(aliases, document_text(*alias));
	return aliases;
}

static void entry_fill(const void *data, size_t i, struct cell *cells)
{
	const struct entry_row *row = (const struct entry_row *)data + i;
	const struct person *p = row->person;

	cell_text(&cells[0], row->directory);
	cell_flag(&cells[1], p != NULL);
	cell_text(&cells[2], p ? p->email ? p->email : "no e-mail" : "not seen");
	if (!p)
		return;
	cell_text(&cells[3], p->email);
	cell_text(&cells[4], p->disabled ? "disabled" : NULL);
	cell_flag(&cells[5], p->disabled);
	cell_text(&cells[6], p->place);
	cell_text(&cells[7], p->id);
	cells[7].before = "id ";
	cell_text(&cells[8], row->aliases);
	cells[8].before = "aliases ";
	cell_json(&cells[9], aliases_value(p));
}

static struct listing entry_listing(const struct explanation *x)
{
	static const struct column columns[] = {
		{"directory", "directory"}, {"seen", NULL},     {NULL, "e-mail"},
		{"email", NULL},            {NULL, "disabled"}, {"disabled", NULL},
		{"dn", "entry"},            {"id", "id"},       {NULL, "aliases"},
		{"aliases", NULL},
	};

	return (struct listing){"people", columns, ARRAY_SIZE(columns), x->entries.items,
				x->entries.nr, entry_fill};
}

static void group_fill(const void *data, size_t i, struct cell *cells)
{
	const struct group_row *row = (const struct group_row *)data + i;

	cell_text(&cells[0], row->directory);
	cell_text(&cells[1], row->group->name);
	cell_text(&cells[2], row->through ? row->through : "directly");
	cells[2].before = row->through ? "through " : NULL;
	cell_text(&cells[3], row->through);
	cell_text(&cells[4], completeness_name(row->group->state));
	if (row->group->state != COMPLETE)
		cell_text(&cells[5], row->group->why);
	cell_text(&cells[6], row->group->place);
}

static struct listing group_listing(const struct explanation *x)
{
	static const struct column columns[] = {
		{"directory", "directory"}, {"group", "group"}, {NULL, "how"}, {"through", NULL},
		{"state", NULL},            {"why", "why"},     {"dn", NULL},
	};

	return (struct listing){"groups", columns, ARRAY_SIZE(columns), x->groups.items,
				x->groups.nr, group_fill};
}

static void rule_fill(const void *data, size_t i, struct cell *cells)
{
	static const char *const matches[] = {
		[NO] = "no", [MAYBE] = "unknown", [YES] = "match"};
	const struct rule_row *row = (const struct rule_row *)data + i;
	const struct rule *rule = row->trace.rule;
	const char *role = role_name(rule->role);

	cell_number(&cells[0], (int64_t)row->number);
	cell_text(&cells[1], matches[row->trace.match]);
	cell_text(&cells[2], rule->group);
	cell_text(&cells[3], rule->directory);
	cells[3].before = "in ";
	cell_text(&cells[4], role);
	cell_flag(&cells[5], rule->seat);
	cell_format(&cells[6], "%s%s%s", role ? role : "", role && rule->seat ? ", " : "",
		    rule->seat ? "seat" : "");
	cell_text(&cells[7], row->trace.why);
	cell_flag(&cells[8], row->decides_role);
	cell_flag(&cells[9], row->gives_place);
	cell_text(&cells[10], row->decides_role && row->gives_place ? "<- role and seat"
			      : row->decides_role		      ? "<- role"
			      : row->gives_place		      ? "<- seat"
								      : NULL);
	cell_text(&cells[11], row->whose);
}

static struct listing rule_listing(const struct explanation *x)
{
	static const struct column columns[] = {
		{"rule", "rule"},    {"match", "match"},      {"group", "group"},
		{"directory", "in"}, {"role", NULL},          {"seat", NULL},
		{NULL, "gives"},     {"why", "why"},          {"decides_role", NULL},
		{"gives_place", NULL}, {NULL, "counts"},      {"whose", "whose"},
	};

	return (struct listing){"rules", columns, ARRAY_SIZE(columns), x->rules.items, x->rules.nr,
				rule_fill};
}

/* ---- text ------------------------------------------------------------------------------ */

static void answer_fill(const void *data, size_t i, struct cell *cells)
{
	const struct answer_line *line = (const struct answer_line *)data + i;

	cell_text(&cells[0], line->about);
	cell_text(&cells[1], line->text);
}

static struct listing answer_listing(const struct explanation *x)
{
	static const struct column columns[] = {{"about", "about"}, {"text", "text"}};

	return (struct listing){"answer", columns, ARRAY_SIZE(columns), x->answer.items,
				x->answer.nr, answer_fill};
}

/* The answer first; what it rests on after it. */
void explanation_text(FILE *out, const struct explanation *x)
{
	const struct listing answer = answer_listing(x), entries = entry_listing(x);
	const struct listing groups = group_listing(x), rules = rule_listing(x);
	const struct listing outlook = outlook_listing("outlook", x->outlook, x->outlook_nr);
	const struct listing problems = problem_listing(x->part.problems, x->part.problems_nr);
	const struct listing history = history_listing(x->history, x->history_nr);

	text_show(out, x->address);
	fputs(x->live ? "\n" : ", from the state alone\n", out);
	listing_text(out, &answer, false, "  ");
	listing_section(out, "directory entries", &entries);
	listing_section(out, "groups", &groups);
	listing_section(out, "rules, in order", &rules);
	listing_section(out, "problems", &problems);
	listing_section(out, "as the last run left it", &outlook);
	listing_section(out, "last actions", &history);
}

/* ---- JSON ------------------------------------------------------------------------------- */

static json_t *token_value(struct known_token t)
{
	return json_pack("{s:o, s:b, s:o, s:o, s:o, s:i}",
			 "state", document_text(token_state_name(t.state)),
			 "ours", (int)t.ours,
			 "expires_at", document_time(t.expires_at),
			 "seen_at", document_time(t.seen_at),
			 "issued_at", document_time(t.mailed_at),
			 "issued", (int)t.mails);
}

static json_t *refusals_value(const struct explanation *x)
{
	json_t *refusals = json_array();

	for (size_t i = 0; i < x->refusals_nr; i++) {
		const struct known_refusal *r = &x->refusals[i];

		json_array_append_new(refusals,
				      json_pack("{s:s, s:i, s:o, s:o, s:o, s:o}",
						"action", action_name(r->kind), "refused", (int)r->times,
						"since", document_time(r->since),
						"refused_at", document_time(r->at),
						"next_at", document_time(refusal_next(x, r)),
						"text", document_text(r->text)));
	}
	return refusals;
}

static json_t *account_value(const struct explanation *x)
{
	const struct known_account *k = x->account;

	if (!k)
		return json_null();
	return json_pack("{s:b, s:o, s:o, s:i, s:o, s:o, s:i, s:o, s:o, s:o}",
			 "managed", (int)k->managed,
			 "email", document_text(k->email),
			 "member_id", document_text(k->member_id),
			 "attempts", (int)k->attempts,
			 "parked", document_text(parked_name(k->parked)),
			 "leaving_since", document_time(k->leaving_since),
			 "leaving_runs", (int)k->leaving_runs,
			 "waiting_since", document_time(k->waiting_since),
			 "token", token_value(account_token(k)),
			 "refusals", refusals_value(x));
}

static json_t *member_value(const struct member *m)
{
	if (!m)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:b, s:o, s:o}",
			 "id", document_text(m->id),
			 "email", document_text(m->email),
			 "role", document_text(role_name(m->role)),
			 "seat", (int)m->seat,
			 "token", document_text(token_state_name(m->token.state)),
			 "token_expires_at", document_time(m->token.expires_at));
}

static json_t *invitation_value(const struct invitation *inv)
{
	if (!inv)
		return json_null();
	return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o}",
			 "id", document_text(inv->id),
			 "email", document_text(inv->email),
			 "status", invitation_status_name(inv->status),
			 "role", document_text(role_name(inv->role)),
			 "sent_at", document_time(inv->sent_at),
			 "expires_at", document_time(inv->expires_at));
}

static json_t *decision_value(const struct explanation *x)
{
	json_t *decisions = json_array();

	for (size_t i = 0; i < x->part.accounts_nr; i++)
		if (x->part.accounts[i].decision)
			json_array_append_new(decisions,
					      document_text(x->part.accounts[i].decision));
	return decisions;
}

void explanation_json(FILE *out, const struct explanation *x)
{
	const struct listing lists[] = {
		answer_listing(x), entry_listing(x), group_listing(x), rule_listing(x),
		history_listing(x->history, x->history_nr),
		outlook_listing("outlook", x->outlook, x->outlook_nr),
	};
	const struct report report = {.plan = &x->part, .person = x->address};
	struct document d;

	document_begin(&d, out, "explain");
	document_field(&d, "email", document_text(x->address));
	document_field(&d, "found", json_boolean(x->found));
	document_field(&d, "live", json_boolean(x->live));
	document_field(&d, "decisions", decision_value(x));
	document_field(&d, "queue_place",
		       x->place ? json_integer((json_int_t)x->place) : json_null());
	document_field(&d, "member", member_value(x->member));
	document_field(&d, "invitation", invitation_value(x->invitation));
	document_field(&d, "account", account_value(x));
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		listing_json(&d, &lists[i]);
	report_lists_json(&d, &report);
	document_end(&d);
}
