#include "tests/core/lines.h"

#include <string.h>

/* ---- writing --------------------------------------------------------------------- */

static const char *shown(const char *text)
{
	return text ? text : "-";
}

static void action_write(FILE *f, const struct action *act)
{
	fprintf(f, "%s %s", action_name(act->kind), shown(act->email));
	if (act->kind == ACTION_SET_ROLE)
		fprintf(f, " %s -> %s", shown(role_name(act->from_role)),
			shown(role_name(act->role)));
	if (act->kind == ACTION_INVITE || act->kind == ACTION_REISSUE_INVITATION)
		fprintf(f, " %s%s", shown(role_name(act->role)), act->wants_seat ? " seat" : "");
	if (act->kind == ACTION_ISSUE_TOKEN && act->expires_before)
		fprintf(f, " renewal");
	if (act->needs != NO_INDEX)
		fprintf(f, " after %td", act->needs + 1);
}

/* Why, and what else it names. */
static void text_write(FILE *f, const struct action *act)
{
	fprintf(f, ": %s", shown(act->reason));
	if (act->why)
		fprintf(f, "; %s", act->why);
	if (act->rule)
		fprintf(f, "; rule %s", act->rule);
	if (act->invitation_id)
		fprintf(f, "; invitation %s", act->invitation_id);
	fputc('\n', f);
}

static void actions_write(FILE *f, const char *list, const struct action *act, size_t nr)
{
	for (size_t i = 0; i < nr; i++, act++) {
		fputs(list, f);
		action_write(f, act);
		text_write(f, act);
	}
}

static void notes_write(FILE *f, const char *list, const struct plan_note *notes, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		fprintf(f, "%s %s: %s\n", list, shown(notes[i].email ? notes[i].email : notes[i].dn),
			shown(notes[i].why));
}

static void problems_write(FILE *f, const struct plan *plan)
{
	for (size_t i = 0; i < plan->problems_nr; i++) {
		const struct plan_problem *p = &plan->problems[i];

		fprintf(f, "problem %s%s%s%s%s: %s\n", p->state, p->directory || p->group ? " " : "",
			p->directory ? p->directory : "", p->group ? "/" : "",
			p->group ? p->group : "", shown(p->why));
	}
}

void plan_lists_write(FILE *f, const struct plan *plan)
{
	actions_write(f, "", plan->actions, plan->actions_nr);
	for (size_t i = 0; i < plan->held_nr; i++) {
		fprintf(f, "held %s ", hold_cause_name(plan->held[i].cause));
		actions_write(f, "", &plan->held[i], 1);
	}
	actions_write(f, "waiting ", plan->waiting, plan->waiting_nr);
	actions_write(f, "manual ", plan->manual, plan->manual_nr);
	notes_write(f, "adopted", plan->adopted, plan->adopted_nr);
	notes_write(f, "unmanaged", plan->unmanaged, plan->unmanaged_nr);
	notes_write(f, "skipped", plan->skipped, plan->skipped_nr);
	problems_write(f, plan);
	if (plan->unread_nr)
		fprintf(f, "unread %zu: tokens\n", plan->unread_nr);
}

static void time_write(FILE *f, const char *what, const struct plan *plan, utc at)
{
	int64_t ago = at - plan->created_at;

	if (!at)
		return;
	if (ago % DAY == 0 && ago)
		fprintf(f, " %s %+lldd", what, (long long)ago / DAY);
	else if (ago % HOUR == 0 && ago)
		fprintf(f, " %s %+lldh", what, (long long)ago / HOUR);
	else
		fprintf(f, " %s %llds", what, (long long)ago);
}

static void token_write(FILE *f, const struct plan *plan, const struct known_token *t)
{
	if (t->state) {
		fprintf(f, " token %s%s", token_state_name(t->state), t->ours ? " ours" : "");
		time_write(f, "ends", plan, t->expires_at);
		time_write(f, "seen", plan, t->seen_at);
	}
	if (t->mails) {
		fprintf(f, " tokens %u", t->mails);
		time_write(f, "mailed", plan, t->mailed_at);
	}
}

static void account_write(FILE *f, const struct plan *plan, const struct plan_account *account)
{
	const struct known_account *k = &account->memory;

	fprintf(f, "memory %s%s%s%s%s", shown(k->email), k->key ? "" : " new",
		account->adopted ? " adopted" : "", account->forget ? " forget" : "",
		k->managed ? "" : " forgotten");
	if (k->member_id)
		fprintf(f, " member %s", k->member_id);
	if (account->invitation) {
		fprintf(f, " invited %s %s %s", shown(account->invitation->id),
			shown(account->invitation->email),
			shown(role_name(account->invitation->role)));
		time_write(f, "sent", plan, account->invitation->sent_at);
		time_write(f, "ends", plan, account->invitation->expires_at);
	}
	fprintf(f, " attempts %u", k->attempts);
	if (k->parked)
		fprintf(f, " parked %s", parked_name(k->parked));
	time_write(f, "leaving", plan, k->leaving_since);
	if (k->leaving_runs)
		fprintf(f, " runs %u", k->leaving_runs);
	time_write(f, "waiting", plan, k->waiting_since);
	fprintf(f, "%s", k->front ? " front" : "");
	time_write(f, "gone", plan, k->gone_since);
	if (k->role_tried)
		fprintf(f, " tried %s", role_name(k->role_tried));
	if (k->token)
		token_write(f, plan, k->token);
	for (size_t i = 0; i < account->people_nr; i++)
		fprintf(f, " of %s/%s", account->people[i].directory, account->people[i].id);
	fprintf(f, " decides: %s\n", shown(account->decision));
}

void plan_facts_write(FILE *f, const struct plan *plan)
{
	const struct plan_seats *s = &plan->seats;

	fprintf(f, "status %d\n%s\n%s\n", plan_status(plan), plan->complete ? "complete" : "incomplete",
		plan->config_accepted ? "accepted" : "unaccepted");
	fprintf(f, "seats total %lld assigned %lld reserved %lld free %lld waiting %lld"
		   " after %lld reserved %lld free %lld\n",
		(long long)s->total, (long long)s->assigned, (long long)s->reserved,
		(long long)s->free, (long long)s->waiting, (long long)s->assigned_after,
		(long long)s->reserved_after, (long long)s->free_after);
	if (plan->trial.address)
		fprintf(f, "trial %s %s\n",
			plan->trial.result == TRIAL_PASSED ? "passed"
			: plan->trial.result == TRIAL_FAILED ? "failed" : "begun",
			plan->trial.address);
	if (plan->over_nr)
		fprintf(f, "over %zu\n", plan->over_nr);
	for (size_t i = 0; i < plan->holds_nr; i++) {
		fprintf(f, "hold %s %s", plan->holds[i].fresh ? "new" : shown(plan->holds[i].id),
			hold_cause_name(plan->holds[i].cause));
		for (const char *const *a = plan->holds[i].addresses; *a; a++)
			fprintf(f, " %s", *a);
		fprintf(f, "\n");
	}
	for (size_t i = 0; i < plan->directories_nr; i++)
		fprintf(f, "directory %s %s people %zu groups %zu unwhole %zu why: %s\n",
			plan->directories[i].name, completeness_name(plan->directories[i].state),
			plan->directories[i].people, plan->directories[i].groups,
			plan->directories[i].unwhole, shown(plan->directories[i].why));
	for (size_t i = 0; i < plan->groups_nr; i++)
		fprintf(f, "group %s/%s %s for %s%s\n", plan->groups[i].directory,
			shown(plan->groups[i].name), plan->groups[i].id, plan->groups[i].selector,
			plan->groups[i].had_members ? " had-members" : "");
	for (size_t i = 0; i < plan->accounts_nr; i++)
		account_write(f, plan, &plan->accounts[i]);
}

static void details_write(FILE *f, const char *list, const struct action *act, size_t nr)
{
	for (size_t i = 0; i < nr; i++, act++)
		fprintf(f, "%s %zu: %d %s %s %s %s %s %s %s %d %d %d %td %td %lld\n", list, i,
			act->phase, shown(act->given_name), shown(act->family_name),
			shown(act->rule), shown(act->hold), shown(act->member_id),
			shown(act->invitation_id), shown(role_name(act->from_role)), act->loss,
			act->released, act->cause, act->account, act->needs,
			(long long)act->expires_before);
}

const char *plan_text(struct arena *a, const struct plan *plan)
{
	char *text = NULL;
	const char *copy;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	fprintf(f, "plan %s\n", shown(plan->id));
	plan_lists_write(f, plan);
	plan_facts_write(f, plan);
	details_write(f, "action", plan->actions, plan->actions_nr);
	details_write(f, "held", plan->held, plan->held_nr);
	details_write(f, "waiting", plan->waiting, plan->waiting_nr);
	details_write(f, "manual", plan->manual, plan->manual_nr);
	fclose(f);
	copy = arena_strndup(a, text, size);
	free(text);
	return copy;
}

/* ---- comparing -------------------------------------------------------------------- */

static bool is_fact(const char *line)
{
	static const char *const facts[] = {"status ", "complete", "incomplete", "accepted",
					    "unaccepted", "seats ", "trial ", "over ", "hold ", "group ", "memory ",
					    "directory ", "no "};

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		if (strncmp(line, facts[i], strlen(facts[i])) == 0)
			return true;
	return false;
}

/* The head before ": " is the same; what is expected behind it is in the text. */
static bool line_fits(const char *actual, const char *expected)
{
	const char *a = strstr(actual, ": "), *e = strstr(expected, ": ");
	size_t head = e ? (size_t)(e - expected) : strlen(expected);

	if (!a || (size_t)(a - actual) != head || strncmp(actual, expected, head) != 0)
		return false;
	return !e || strstr(a + 2, e + 2);
}

static bool has_word(const char *line, const char *word, const char **behind)
{
	size_t len = strlen(word);

	for (const char *at = line; (at = strstr(at, word)); at++)
		if ((at == line || at[-1] == ' ') && (at[len] == ' ' || !at[len])) {
			*behind = at + len;
			return true;
		}
	return false;
}

/* Some of the words, in order. */
static bool fact_fits(struct arena *a, const char *actual, const char *expected)
{
	char *copy = arena_strdup(a, expected), *rest = NULL;
	const char *at = actual, *unused;

	for (char *w = strtok_r(copy, " ", &rest); w; w = strtok_r(NULL, " ", &rest)) {
		if (*w == '!' ? has_word(actual, w + 1, &unused) : !has_word(at, w, &at))
			return false;
		if (at == actual)
			return false; /* the first word must be there */
		if (w == copy && at != actual + strlen(w))
			return false;
	}
	return true;
}

typedef VEC(char *) lines;

static lines lines_split(struct arena *a, const char *text)
{
	char *copy = arena_strdup(a, text), *rest = NULL;
	lines all = {0};

	for (char *l = strtok_r(copy, "\n", &rest); l; l = strtok_r(NULL, "\n", &rest))
		if (l[strspn(l, " \t")])
			VEC_ADD(&all, l + strspn(l, " \t"));
	return all;
}

static bool facts_fit(struct arena *a, const lines *facts, const char *expected)
{
	bool absent = strncmp(expected, "no ", 3) == 0;

	for (size_t i = 0; i < facts->nr; i++)
		if (fact_fits(a, facts->items[i], absent ? expected + 3 : expected))
			return !absent;
	return absent;
}

typedef void write_fn(FILE *f, const struct plan *plan);

static lines written(struct arena *a, const struct plan *plan, write_fn *write)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	lines all;

	write(f, plan);
	fclose(f);
	all = lines_split(a, text);
	free(text);
	return all;
}

static void differ(const struct plan *plan, const char *expected)
{
	fprintf(stderr, "---- the plan differs at: %s\n---- it is\n", expected);
	plan_lists_write(stderr, plan);
	plan_facts_write(stderr, plan);
}

bool plan_agrees(struct arena *a, const struct plan *plan, const char *expected)
{
	lines want = lines_split(a, expected);
	lines lists = written(a, plan, plan_lists_write);
	lines facts = written(a, plan, plan_facts_write);
	const char *wrong = NULL;
	size_t at = 0;

	for (size_t i = 0; i < want.nr && !wrong; i++)
		if (is_fact(want.items[i]))
			wrong = facts_fit(a, &facts, want.items[i]) ? NULL : want.items[i];
		else if (at < lists.nr && line_fits(lists.items[at], want.items[i]))
			at++;
		else
			wrong = want.items[i];
	if (!wrong && at < lists.nr)
		wrong = "(nothing more is expected)";
	if (wrong)
		differ(plan, wrong);
	VEC_FREE(&want);
	VEC_FREE(&lists);
	VEC_FREE(&facts);
	return !wrong;
}
