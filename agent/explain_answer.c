/*
 * explain_answer.c - "why does she (not) have a seat?" in at most ten lines
 * that a help desk understands; the rest of explain is for those who ask on.
 */
#include "agent/explain.h"
#include "agent/report.h"
#include "agent/state_rows.h"
#include "agent/text.h"

static PRINTF_LIKE(4, 5) void say(struct explanation *x, struct arena *a, const char *about,
				  const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	VEC_ADD(&x->answer, ((struct answer_line){about, arena_vprintf(a, fmt, ap)}));
	va_end(ap);
}

/* ---- the answer itself ---------------------------------------------------- */

static bool seat_granted(const struct explanation *x)
{
	for (size_t i = 0; i < x->rules.nr; i++)
		if (x->rules.items[i].gives_place)
			return true;
	return false;
}

static bool rule_matches(const struct explanation *x)
{
	for (size_t i = 0; i < x->rules.nr; i++)
		if (x->rules.items[i].trace.match == YES)
			return true;
	return false;
}

/* What nobody decided, because the person is left alone or cannot be told. */
static const char *why_undecided(const struct explanation *x, struct arena *a)
{
	if (x->part.skipped_nr)
		return arena_printf(a, "nothing is given and nothing taken: %s",
				    x->part.skipped[0].why);
	if (x->part.unmanaged_nr)
		return arena_printf(a, "is left alone: %s", x->part.unmanaged[0].why);
	return NULL;
}

static const char *seat_why(const struct explanation *x, struct arena *a, const char *decision)
{
	const char *undecided = why_undecided(x, a);

	/* Of who has a seat, what is skipped is something else: a role, a token. */
	if (undecided && !(decision && x->member && x->member->seat))
		return undecided;
	if (!decision)
		return x->entries.nr ? "no rule names the person" : "is in no directory";
	if (rule_matches(x) && !seat_granted(x))
		return arena_printf(a, "no rule that matches gives one; %s", decision);
	return decision;
}

/* One line a person: two may bear the address. */
static void seat_answer(struct explanation *x, struct arena *a)
{
	const char *has = !x->member ? "no, and not a member" : x->member->seat ? "yes" : "no";
	size_t said = x->answer.nr;

	for (size_t i = 0; i < x->part.accounts_nr; i++) {
		const struct plan_account *k = &x->part.accounts[i];

		if (k->decision && x->part.accounts_nr > 1 && k->people_nr)
			say(x, a, "seat", "%s %s: %s", k->people[0].directory, k->people[0].id,
			    k->decision);
		else if (k->decision)
			say(x, a, "seat", "%s: %s", has, seat_why(x, a, k->decision));
	}
	if (x->answer.nr == said)
		say(x, a, "seat", "%s: %s", has, seat_why(x, a, NULL));
}

/* ---- what comes of it -------------------------------------------------------- */

static void actions_answer(struct explanation *x, struct arena *a)
{
	const struct plan *p = &x->part;

	for (size_t i = 0; i < p->actions_nr; i++)
		say(x, a, "next run", "%s", action_name(p->actions[i].kind));
	for (size_t i = 0; i < p->held_nr; i++)
		say(x, a, "held", "%s, %s", action_name(p->held[i].kind),
		    p->held[i].hold ? arena_printf(a, "by hold %s: %s", p->held[i].hold,
						   hold_meaning(p->held[i].cause))
				    : p->held[i].why ? p->held[i].why : hold_meaning(p->held[i].cause));
	for (size_t i = 0; i < p->manual_nr; i++)
		say(x, a, "manual", "%s: %s", action_name(p->manual[i].kind), p->manual[i].why);
}

/* What else is not done for somebody who has a seat: a role in doubt, a token. */
static void skipped_answer(struct explanation *x, struct arena *a)
{
	const char *decision = x->part.accounts_nr ? x->part.accounts[0].decision : NULL;

	for (size_t i = 0; x->member && x->member->seat && i < x->part.skipped_nr; i++)
		if (decision && !str_eq(decision, x->part.skipped[i].why))
			say(x, a, "not done", "%s", x->part.skipped[i].why);
}

static void queue_answer(struct explanation *x, struct arena *a)
{
	char since[UTC_TEXT_SIZE];
	utc waits = x->account ? x->account->waiting_since : 0;

	if (!x->place)
		return;
	say(x, a, "queue", "place %zu of %zu%s%s", x->place, x->queue_nr, waits ? ", since " : "",
	    waits ? utc_format(since, waits) : "");
}

/* ---- what it rests on ----------------------------------------------------------- */

static void person_answer(struct explanation *x, struct arena *a)
{
	for (size_t i = 0; i < x->entries.nr; i++) {
		const struct entry_row *e = &x->entries.items[i];

		if (e->person)
			say(x, a, "person", "in %s, %s: %s", e->directory,
			    e->person->disabled ? "disabled" : "active",
			    e->person->place ? e->person->place : e->person->id);
		else
			say(x, a, "person", "known in %s, and not seen there now", e->directory);
	}
	if (x->live && !x->entries.nr)
		say(x, a, "person", "in no directory has this address");
}

static void rule_answer(struct explanation *x, struct arena *a)
{
	bool said = false;

	for (size_t i = 0; i < x->rules.nr; i++) {
		const struct rule_row *r = &x->rules.items[i];

		if (!r->decides_role && !r->gives_place && r->trace.match != MAYBE &&
		    !r->trace.nearly)
			continue;
		say(x, a, "rule", "%zu, group %s: %s%s", r->number, r->trace.rule->group,
		    r->trace.why ? r->trace.why : "matches",
		    r->gives_place ? "; gives the seat" : r->decides_role ? "; gives the role" : "");
		said = true;
	}
	if (x->rules.nr && !said)
		say(x, a, "rule", rule_matches(x) ? "those that match give membership alone"
						  : "none of them matches");
}

static void member_answer(struct explanation *x, struct arena *a)
{
	const struct member *m = x->member;

	if (m)
		say(x, a, "member", "%s, %s, %s%s", m->email,
		    m->role ? role_name(m->role) : "of an unknown role",
		    m->seat ? "with a seat" : "without a seat",
		    x->account && x->account->managed ? "" : ", not managed by seatsync");
}

static void invitation_answer(struct explanation *x, struct arena *a)
{
	const struct invitation *inv = x->invitation;
	const struct known_account *k = x->account;
	unsigned mails = k ? k->attempts : 0;
	char sent[UTC_TEXT_SIZE], end[UTC_TEXT_SIZE];
	struct cell age = {0};

	if (!inv)
		return;
	if (inv->status == INVITATION_OPEN && k && k->managed && seat_granted(x))
		say(x, a, "seat", "one is kept for the invitation");
	cell_age(&age, inv->expires_at, x->now);
	say(x, a, "invitation", "%s, mail %u of %u%s%s%s%s%s%s", invitation_status_name(inv->status),
	    mails, x->policy->invitations.attempts, inv->sent_at ? ", sent " : "",
	    inv->sent_at ? utc_format(sent, inv->sent_at) : "",
	    !inv->expires_at ? "" : inv->expires_at > x->now ? ", ends " : ", ended ",
	    inv->expires_at ? utc_format(end, inv->expires_at) : "", inv->expires_at ? ", " : "",
	    inv->expires_at ? age.own : "");
}

static void account_answer(struct explanation *x, struct arena *a)
{
	const struct known_account *k = x->account;
	const struct policy *p = x->policy;
	char at[UTC_TEXT_SIZE], end[UTC_TEXT_SIZE];

	if (x->worklisted && !x->member)
		say(x, a, "invitation", "none is known; on the worklist since %s",
		    utc_format(at, x->worklisted));
	if (!k)
		return;
	if (k->leaving_since)
		say(x, a, "leaving", "not entitled since %s, seen by %u of %u runs; %s%s",
		    utc_format(at, k->leaving_since), k->leaving_runs, p->leavers.runs,
		    p->leavers.remove ? "stays a member until " : "stays without seat and role",
		    p->leavers.remove ? utc_format(end, k->leaving_since + p->leavers.grace) : "");
	if (k->parked)
		say(x, a, "parked", "since %s (%s), after %u mail%s; `seatsync adopt %s` starts anew",
		    utc_format(at, k->parked_at), parked_name(k->parked), k->attempts,
		    k->attempts == 1 ? "" : "s", x->address);
}

/* Losses are tried in every run, and what an operator does waits for nothing. */
utc refusal_next(const struct explanation *x, const struct known_refusal *r)
{
	bool lower = x->member && x->member->role > r->role;

	if (x->policy->no_call[r->kind])
		return 0;
	for (size_t i = 0; i < x->part.manual_nr; i++)
		if (x->part.manual[i].kind == r->kind)
			return 0;
	switch (r->kind) {
	case ACTION_INVITE:
	case ACTION_REISSUE_INVITATION:
	case ACTION_ASSIGN_SEAT:
	case ACTION_ISSUE_TOKEN:
		return refusal_pause(r);
	case ACTION_SET_ROLE:
		return r->role > ROLE_MEMBER && !lower ? refusal_pause(r) : 0;
	default:
		return 0;
	}
}

static const char *refusal_advice(struct arena *a, const struct explanation *x,
				  const struct known_refusal *r)
{
	bool queued = r->kind != ACTION_SET_ROLE && r->kind != ACTION_ISSUE_TOKEN;
	const char *mend = "put right what it says, in the directory or on the site";
	const char *first = queued ? "others go first; " : "";
	utc next = refusal_next(x, r);
	char at[UTC_TEXT_SIZE];

	if (!next)
		return mend;
	if (next <= x->now)
		return arena_printf(a, "%s%s; tried again %s", first, mend,
				    queued ? "when its turn comes" : "by the next run");
	return arena_printf(a, "%s%s; tried again after %s, at once with `seatsync adopt %s`", first,
			    mend, utc_format(at, next), x->address);
}

/* What the platform said, and what one can do. */
static void refusals_answer(struct explanation *x, struct arena *a)
{
	for (size_t i = 0; i < x->refusals_nr; i++) {
		const struct known_refusal *r = &x->refusals[i];
		char at[UTC_TEXT_SIZE];

		say(x, a, "refused", "by the platform: %s, %u time%s in a row, last at %s%s%s",
		    action_name(r->kind), r->times, r->times == 1 ? "" : "s", utc_format(at, r->at),
		    r->text ? ": " : "", r->text ? r->text : "");
		if (r->times >= REFUSED_LEAST)
			say(x, a, "refused", "%s", refusal_advice(a, x, r));
	}
}

/* Of the member as just read, when the decision needed it; else as last seen. */
static void token_answer(struct explanation *x, struct arena *a)
{
	struct known_token t = x->account ? account_token(x->account) : (struct known_token){0};
	char end[UTC_TEXT_SIZE], at[UTC_TEXT_SIZE];

	if (x->member && x->member->token.state)
		say(x, a, "token", "%s%s%s", token_state_name(x->member->token.state),
		    x->member->token.expires_at ? ", ends " : "",
		    x->member->token.expires_at ? utc_format(end, x->member->token.expires_at) : "");
	else if (t.state > TOKEN_NONE)
		say(x, a, "token", "%s%s%s%s%s%s", token_state_name(t.state),
		    t.ours ? ", issued by seatsync" : "", t.expires_at ? ", ends " : "",
		    t.expires_at ? utc_format(end, t.expires_at) : "",
		    t.seen_at ? ", seen " : "", t.seen_at ? utc_format(at, t.seen_at) : "");
	if (t.mails)
		say(x, a, "token", "%u issued in a row, the last %s", t.mails,
		    utc_format(at, t.mailed_at));
}

/* Without a reading: what the last run said, and that it is old. */
static void remembered_answer(struct explanation *x, struct arena *a)
{
	const struct known_account *k = x->account;

	if (x->decision)
		say(x, a, "last run", "%s", x->decision);
	if (k)
		say(x, a, "member", "%s, %s", k->member_id ? "was one" : "was none",
		    k->managed ? "managed by seatsync" : "not managed by seatsync");
	if (x->remembered) {
		char end[UTC_TEXT_SIZE];

		say(x, a, "invitation", "sent to %s, ends %s", x->remembered->email,
		    utc_format(end, x->remembered->expires_at));
	}
}

void explanation_answer(struct explanation *x, struct arena *a)
{
	if (x->live) {
		seat_answer(x, a);
		actions_answer(x, a);
		skipped_answer(x, a);
		queue_answer(x, a);
		person_answer(x, a);
		rule_answer(x, a);
		member_answer(x, a);
		invitation_answer(x, a);
	} else {
		remembered_answer(x, a);
	}
	account_answer(x, a);
	refusals_answer(x, a);
	token_answer(x, a);
}
