/* todo -> sent -> done or failed, and what each leaves in the memory. */
#include "fixture.h"

#include <string.h>

static struct plan *member_plan(struct fixture *f)
{
	struct plan *p = plan_begin(f);

	plan_account(f, p, "a@x.org")->memory.member_id = "m1";
	plan_account(f, p, "b@x.org");
	return p;
}

static void turn_done(struct fixture *f, size_t action, const char *id, utc expires_at)
{
	struct journal_end end = {.action = action, .state = JOURNAL_DONE, .invitation_id = id,
				  .expires_at = expires_at};

	MUST(state_turn(f->s, &(struct journal_turn){.ended = &end, .ended_nr = 1}, f->now, &f->e));
}

static void invite_is_recorded_and_counted(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct known k;

	plan_action(f, p, ACTION_INVITE, 1)->wants_seat = true;
	p->accounts[1].memory.gone_since = 5;
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	f->now += 60;
	turn_done(f, 0, "inv-1", NOON + 9 * DAY);
	fixture_load(f, &k);
	assert_int_equal(k.invitations_nr, 1);
	assert_string_equal(k.invitations[0].id, "inv-1");
	assert_int_equal(k.invitations[0].account, 1);
	assert_int_equal(k.invitations[0].role, ROLE_MEMBER);
	assert_int_equal(k.invitations[0].sent_at, NOON);
	assert_int_equal(k.invitations[0].expires_at, NOON + 9 * DAY);
	assert_int_equal(k.accounts[1].attempts, 1);
	assert_int_equal(k.accounts[1].gone_since, 0);
	assert_int_equal(k.accounts[0].attempts, 0);
	assert_int_equal(k.mails_24h, 1);
	run_end(f, p);
}

static void expiry_defaults_to_sent_plus_lifetime(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct known k;

	plan_action(f, p, ACTION_INVITE, 1);
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	f->now += 60;
	turn_done(f, 0, NULL, 0);
	fixture_load(f, &k);
	assert_null(k.invitations[0].id);
	assert_int_equal(k.invitations[0].expires_at, NOON + 7 * DAY);
}

/* The new id of a reissue replaces the old row; the role stays. */
static void reissue_replaces(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct known k;

	p->accounts[1].invitation =
		&(struct known_invitation){"old", "b@x.org", "b@x.org", 1, ROLE_ADMIN, 1, 2};
	p->accounts[1].memory.attempts = 1;
	plan_action(f, p, ACTION_REISSUE_INVITATION, 1);
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	turn_done(f, 0, "new", NOON + 1);
	fixture_load(f, &k);
	assert_int_equal(k.invitations_nr, 1);
	assert_string_equal(k.invitations[0].id, "new");
	assert_int_equal(k.invitations[0].role, ROLE_ADMIN);
	assert_int_equal(k.invitations[0].expires_at, NOON + 1);
	assert_int_equal(k.accounts[1].attempts, 2);
	run_end(f, p);
	p = plan_known(f); /* an answer without an id leaves the one that is known */
	plan_action(f, p, ACTION_REISSUE_INVITATION, 1);
	run_whole(f, p);
	fixture_load(f, &k);
	assert_string_equal(k.invitations[0].id, "new");
	assert_int_equal(k.accounts[1].attempts, 3);
}

/* Another open invitation of the same person is cancelled, ours stays. */
static void cancel_removes_only_its_own(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct known k;

	p->accounts[1].invitation =
		&(struct known_invitation){"ours", "b@x.org", "b@x.org", 1, ROLE_MEMBER, 1, 2};
	plan_action(f, p, ACTION_CANCEL_INVITATION, 1)->invitation_id = "another";
	plan_action(f, p, ACTION_CANCEL_INVITATION, 1);
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	turn_done(f, 0, NULL, 0);
	fixture_load(f, &k);
	assert_int_equal(k.invitations_nr, 1);
	turn_leave(f, 1);
	turn_done(f, 1, NULL, 0);
	fixture_load(f, &k);
	assert_int_equal(k.invitations_nr, 0);
	assert_int_equal(k.accounts_nr, 2);
}

static void removal_forgets_and_settles_the_rest(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct known k;

	plan_action(f, p, ACTION_REVOKE_SEAT, 0)->loss = true;
	plan_action(f, p, ACTION_REMOVE_MEMBER, 0)->loss = true;
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	turn_end(f, 0, JOURNAL_SENT); /* outcome unknown */
	turn_leave(f, 1);
	turn_done(f, 1, NULL, 0);
	run_end(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.accounts_nr, 1);
	assert_string_equal(k.accounts[0].address, "b@x.org");
	assert_int_equal(k.people_nr, 1);
	assert_int_equal(k.unknown_nr, 0);
	assert_string_equal(k.lost_24h[0], "a@x.org");
	assert_null(k.lost_24h[1]);
}

static void failures_change_nothing(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct known k;
	struct run_row *runs;
	size_t nr;

	plan_action(f, p, ACTION_INVITE, 1);
	plan_action(f, p, ACTION_REMOVE_MEMBER, 0)->loss = true;
	plan_action(f, p, ACTION_ASSIGN_SEAT, 0);
	plan_action(f, p, ACTION_REVOKE_SEAT, 0);
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	for (size_t i = 0; i < 3; i++)
		turn_leave(f, i);
	turn_end(f, 0, JOURNAL_FAILED);
	turn_end(f, 1, JOURNAL_FAILED);
	turn_end(f, 2, JOURNAL_TODO); /* no seat after all */
	turn_end(f, 3, JOURNAL_FAILED); /* never left */
	run_end(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.accounts_nr, 2);
	assert_int_equal(k.accounts[1].attempts, 0);
	assert_int_equal(k.mails_24h + k.invitations_nr + k.unknown_nr, 0);
	assert_null(k.lost_24h[0]);
	MUST(state_runs(f->s, &f->a, 0, &runs, &nr, &f->e));
	assert_int_equal(nr, 1);
	assert_int_equal(runs[0].failed, 3);
	assert_int_equal(runs[0].done, 0);
	assert_string_equal(runs[0].plan_id, p->id);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM journal"), 3);
}

/* The platform says that the invitation is not there: its grace begins now. */
static void gone_begins_the_grace(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct journal_end end = {.state = JOURNAL_FAILED, .gone = true};
	struct known k;

	p->accounts[1].invitation =
		&(struct known_invitation){"i", "b@x.org", "b@x.org", 1, ROLE_MEMBER, 1, 2};
	plan_action(f, p, ACTION_REISSUE_INVITATION, 1);
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	f->now += 60;
	MUST(state_turn(f->s, &(struct journal_turn){.ended = &end, .ended_nr = 1}, f->now, &f->e));
	fixture_load(f, &k);
	assert_int_equal(k.accounts[1].gone_since, f->now);
	assert_int_equal(k.accounts[0].gone_since, 0);
	assert_int_equal(k.invitations_nr, 1);
}

static void decision_is_told(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	const char *decision;

	p->accounts[1].decision = "waits for a seat";
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	MUST(state_decision(f->s, &f->a, "b@x.org", &decision, &f->e));
	assert_string_equal(decision, "waits for a seat");
	p = plan_known(f);
	p->accounts[1].decision = "has a seat";
	run_whole(f, p);
	MUST(state_decision(f->s, &f->a, "b@x.org", &decision, &f->e));
	assert_string_equal(decision, "has a seat");
	MUST(state_decision(f->s, &f->a, "c@x.org", &decision, &f->e));
	assert_null(decision);
}

/* Ends and departures are one commit: if one cannot be written, none is. */
static void turns_are_whole_or_nothing(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct journal_end end = {.action = 0, .state = JOURNAL_DONE};
	size_t leaving = 1;
	struct journal_turn turn = {.ended = &end, .leaving = &leaving, .ended_nr = 1,
				    .leaving_nr = 1, .lifetime = DAY};

	plan_action(f, p, ACTION_INVITE, 1);
	plan_action(f, p, ACTION_ASSIGN_SEAT, 0);
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	REFUSED(state_turn(f->s, &turn, f->now, &f->e), ERR_FAILED, "cannot become done");
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM journal WHERE state='sent'"), 0);
	turn_leave(f, 0);
	MUST(state_turn(f->s, &turn, f->now, &f->e));
	end.state = JOURNAL_FAILED;
	REFUSED(state_turn(f->s, &turn, f->now, &f->e), ERR_FAILED, "cannot become failed");
	turn.ended_nr = 0;
	REFUSED(state_turn(f->s, &turn, f->now, &f->e), ERR_FAILED, "left before");
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM journal WHERE state='done'"), 1);
}

static void killed(struct fixture *f)
{
	fixture_close(f);
	fixture_open(f, STATE_RUN);
}

static void unknown_is_settled_as_done(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct known k;

	plan_action(f, p, ACTION_INVITE, 1);
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	killed(f);
	f->now += HOUR;
	fixture_load(f, &k);
	assert_int_equal(k.unknown_nr, 1);
	assert_int_equal(k.unknown[0].kind, ACTION_INVITE);
	assert_int_equal(k.unknown[0].account, 1);
	assert_string_equal(k.unknown[0].email, "b@x.org");
	assert_int_equal(k.unknown[0].sent_at, NOON);
	assert_int_equal(k.mails_24h, 1);
	assert_int_equal(k.accounts[1].attempts, 0);
	run_begin(f, NULL);
	MUST(state_settle(f->s, k.unknown[0].row, true, "inv-7", 0, f->now, &f->e));
	REFUSED(state_settle(f->s, k.unknown[0].row, true, "inv-7", 0, f->now, &f->e), ERR_FAILED,
		"settled already");
	REFUSED(state_settle(f->s, 999, true, NULL, 0, f->now, &f->e), ERR_FAILED, "no row 999");
	fixture_load(f, &k);
	assert_int_equal(k.unknown_nr, 0);
	assert_int_equal(k.accounts[1].attempts, 1);
	assert_string_equal(k.invitations[0].id, "inv-7");
	assert_int_equal(k.invitations[0].sent_at, NOON);
	assert_int_equal(k.invitations[0].expires_at, NOON + 7 * DAY);
}

/* A run whose clock was weeks ahead: what it sent is not of these 24 hours when all is right again. */
static void x6_what_was_sent_in_the_future(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct known k;

	plan_action(f, p, ACTION_INVITE, 1);
	plan_action(f, p, ACTION_REVOKE_SEAT, 0)->loss = true;
	fixture_open(f, STATE_RUN);
	f->now += 20 * DAY;
	run_begin(f, p);
	turn_leave(f, 0);
	turn_done(f, 0, NULL, 0);
	turn_leave(f, 1);
	turn_done(f, 1, NULL, 0);
	run_end(f, p);
	f->now -= DAY; /* set back by a day at most: on the safe side */
	fixture_load(f, &k);
	assert_int_equal(k.mails_24h, 1);
	assert_string_equal(k.lost_24h[0], "a@x.org");
	f->now -= 19 * DAY;
	fixture_load(f, &k);
	assert_int_equal(k.mails_24h, 0);
	assert_null(k.lost_24h[0]);
}

static void unknown_is_settled_as_failed(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct known k;

	p->accounts[1].invitation =
		&(struct known_invitation){"i", "b@x.org", "b@x.org", 1, ROLE_MEMBER, 1, 2};
	plan_action(f, p, ACTION_REISSUE_INVITATION, 1)->expires_before = 77;
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	turn_end(f, 0, JOURNAL_SENT);
	run_end(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.unknown_nr, 1);
	assert_string_equal(k.unknown[0].invitation_id, "i");
	assert_int_equal(k.unknown[0].expires_before, 77);
	run_begin(f, NULL);
	MUST(state_settle(f->s, k.unknown[0].row, false, NULL, 0, f->now, &f->e));
	fixture_load(f, &k);
	assert_int_equal(k.unknown_nr + k.mails_24h, 0);
	assert_int_equal(k.accounts[1].attempts, 0);
	assert_int_equal(k.invitations[0].expires_at, 2);
}

/* An account whose mail may have left is not forgotten before that is known. */
static void unknown_keeps_its_account(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct known k;

	plan_action(f, p, ACTION_INVITE, 1);
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	run_end(f, p);
	p = plan_known(f);
	p->accounts[1].forget = true;
	run_whole(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.accounts_nr, 2);
	assert_int_equal(k.unknown_nr, 1);
	run_begin(f, NULL);
	MUST(state_settle(f->s, k.unknown[0].row, false, NULL, 0, f->now, &f->e));
	run_end(f, NULL);
	run_whole(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.accounts_nr, 1);
}

/* A signal asked it: that is kept beside the file, through whatever opens it before the next run. */
static void stopped_run_is_no_failure(void **state)
{
	struct fixture *f = *state;
	struct state_summary summary;
	struct run_row *runs;
	size_t nr;

	fixture_open(f, STATE_RUN);
	run_begin(f, NULL);
	state_run_stop(f->s);
	MUST(state_adopt(f->s, "ada@example.com", "root", f->now, &f->e)); /* writes the mark again */
	killed(f);
	killed(f);
	MUST(state_summary(f->s, &f->a, &summary, &f->e));
	assert_int_equal(summary.failures_in_a_row, 0);
	assert_true(summary.last.stopped);
	run_begin(f, NULL);
	MUST(state_summary(f->s, &f->a, &summary, &f->e));
	assert_false(summary.last.stopped);
	killed(f);
	MUST(state_summary(f->s, &f->a, &summary, &f->e));
	assert_int_equal(summary.failures_in_a_row, 1);
	assert_false(summary.last.stopped);
	MUST(state_runs(f->s, &f->a, 0, &runs, &nr, &f->e));
	assert_int_equal(nr, 2);
	assert_true(runs[1].stopped && runs[1].interrupted);
	assert_false(runs[0].stopped);
}

/* How a run ended that has no end of its own, as the history tells. */
static void assert_ended_by_next(struct fixture *f, const char *result, const char *said)
{
	struct history_row *rows;
	size_t nr, at = 0;

	killed(f);
	run_begin(f, NULL);
	MUST(state_history(f->s, &f->a, &(struct history_filter){.event = "run"}, &rows, &nr, &f->e));
	while (at < nr && strcmp(rows[at].result, result) != 0)
		at++;
	assert_true(at < nr);
	if (said)
		assert_string_equal(rows[at].text, said);
	else
		assert_null(rows[at].text);
}

static void what_was_not_sent_is_counted(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);

	plan_action(f, p, ACTION_INVITE, 1);
	plan_action(f, p, ACTION_ASSIGN_SEAT, 0);
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	assert_ended_by_next(f, "interrupted", "1 action was not sent");
	state_run_stop(f->s);
	assert_ended_by_next(f, "stopped", NULL);
}

static void interrupted_run_is_marked(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct state_summary summary;
	struct run_actions ends;
	struct run_row *runs;
	struct known k;
	size_t nr;

	plan_action(f, p, ACTION_INVITE, 1);
	plan_action(f, p, ACTION_ASSIGN_SEAT, 0);
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	MUST(state_summary(f->s, &f->a, &summary, &f->e));
	assert_int_equal(summary.last.status, -1);
	assert_int_equal(summary.failures_in_a_row, 0);
	killed(f);
	MUST(state_summary(f->s, &f->a, &summary, &f->e)); /* with the lock: it does not last */
	assert_int_equal(summary.failures_in_a_row, 1);
	assert_int_equal(summary.failing_since, summary.last.started_at);
	assert_string_equal(summary.last.config, "c0ffee");
	fixture_load(f, &k);
	assert_true(k.fresh);
	run_begin(f, NULL);
	MUST(state_run_actions(f->s, 1, &ends, &f->e));
	assert_int_equal(ends.unknown[ACTION_INVITE], 1);
	assert_int_equal(ends.failed[ACTION_ASSIGN_SEAT], 1);
	assert_int_equal(ends.done[ACTION_ASSIGN_SEAT], 0);
	run_end(f, NULL);
	fixture_load(f, &k);
	assert_false(k.fresh);
	MUST(state_runs(f->s, &f->a, 0, &runs, &nr, &f->e));
	assert_int_equal(nr, 2);
	assert_int_equal(runs[1].status, -1);
	assert_int_equal(runs[1].ended_at, 0);
	assert_int_equal(runs[1].failed, 1);
	assert_int_equal(runs[1].unknown, 1);
	assert_int_equal(runs[0].status, STATUS_AGREES);
	MUST(state_runs(f->s, &f->a, 1, &runs, &nr, &f->e));
	assert_int_equal(nr, 1);
	assert_int_equal(runs[0].id, 2);
}

static void failures_in_a_row(void **state)
{
	struct fixture *f = *state;
	struct run_end failed = {.status = STATUS_FAILED, .error = "no directory could be read",
				 .seats_learnt = SEATS_UNKNOWN, .keep = 400 * DAY};
	struct state_summary summary;
	struct known k;

	fixture_open(f, STATE_RUN);
	for (int i = 0; i < 3; i++) {
		run_begin(f, NULL);
		MUST(state_run_end(f->s, NULL, &failed, f->now, &f->e));
	}
	MUST(state_summary(f->s, &f->a, &summary, &f->e));
	assert_int_equal(summary.failures_in_a_row, 3);
	assert_int_equal(summary.last_success.id, 0);
	assert_true(summary.fresh);
	assert_string_equal(summary.last.error, failed.error);
	fixture_load(f, &k);
	assert_true(k.fresh);
	f->now += HOUR;
	run_whole(f, plan_begin(f));
	MUST(state_summary(f->s, &f->a, &summary, &f->e));
	assert_int_equal(summary.failures_in_a_row, 0);
	assert_int_equal(summary.last_success.ended_at, f->now);
}

/* The quota and the limits look back 24 hours, to the second. */
static void windows_of_a_day(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct known k;

	plan_action(f, p, ACTION_INVITE, 1);
	plan_action(f, p, ACTION_REVOKE_SEAT, 0)->loss = true;
	plan_action(f, p, ACTION_SET_ROLE, 0)->loss = true;
	plan_action(f, p, ACTION_ASSIGN_SEAT, 1);
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	f->now += DAY - 1;
	fixture_load(f, &k);
	assert_int_equal(k.mails_24h, 1);
	assert_string_equal(k.lost_24h[0], "a@x.org");
	assert_null(k.lost_24h[1]);
	f->now++;
	fixture_load(f, &k);
	assert_int_equal(k.mails_24h, 0);
	assert_null(k.lost_24h[0]);
	p = plan_known(f);
	plan_action(f, p, ACTION_REVOKE_SEAT, 0)->loss = true;
	p->actions[0].released = true;
	run_whole(f, p);
	fixture_load(f, &k);
	assert_null(k.lost_24h[0]);
}

static void lists_are_those_of_the_last_plan(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct outlook_row *rows;
	struct plan_problem *problems;
	struct seat_sample *seats;
	size_t nr;

	p->waiting = (struct action[]){{.kind = ACTION_INVITE, .email = "w@x.org", .rule = "r",
					.reason = "because", .why = "no seat is free",
					.role = ROLE_ADMIN}};
	p->manual = (struct action[]){{.kind = ACTION_SET_ROLE, .email = "m@x.org"}};
	p->skipped = (struct plan_note[]){{NULL, "cn=x", "has no e-mail"}};
	p->unmanaged = (struct plan_note[]){{"u@x.org", NULL, "not ours"}};
	p->problems = (struct plan_problem[]){{"corp", "g", "partial", "size limit"}};
	p->waiting_nr = p->manual_nr = p->skipped_nr = p->unmanaged_nr = p->problems_nr = 1;
	p->seats.total = SEATS_UNKNOWN;
	p->seats.free = p->seats.free_after = SEATS_UNKNOWN;
	p->seats.assigned_after = 3;
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	MUST(state_outlook(f->s, &f->a, NULL, &rows, &nr, &f->e));
	assert_int_equal(nr, 4);
	MUST(state_outlook(f->s, &f->a, "waiting", &rows, &nr, &f->e));
	assert_int_equal(nr, 1);
	assert_string_equal(rows[0].action, "invite");
	assert_string_equal(rows[0].email, "w@x.org");
	assert_string_equal(rows[0].rule, "r");
	assert_string_equal(rows[0].reason, "because");
	assert_string_equal(rows[0].why, "no seat is free");
	assert_null(rows[0].hold);
	assert_int_equal(rows[0].role, ROLE_ADMIN);
	MUST(state_outlook(f->s, &f->a, "skipped", &rows, &nr, &f->e));
	assert_string_equal(rows[0].email, "cn=x");
	MUST(state_problems(f->s, &f->a, &problems, &nr, &f->e));
	assert_int_equal(nr, 1);
	assert_string_equal(problems[0].group, "g");
	MUST(state_seat_samples(f->s, &f->a, 0, &seats, &nr, &f->e));
	assert_int_equal(nr, 1);
	assert_int_equal(seats[0].total, SEATS_UNKNOWN);
	assert_int_equal(seats[0].assigned, 3);
	p->waiting[0].why = "the quota is used"; /* that alone */
	run_whole(f, p);
	MUST(state_outlook(f->s, &f->a, "waiting", &rows, &nr, &f->e));
	assert_string_equal(rows[0].why, "the quota is used");
	p->waiting_nr = p->problems_nr = 0;
	p->skipped[0].why = "is outside scope";
	run_whole(f, p);
	MUST(state_outlook(f->s, &f->a, NULL, &rows, &nr, &f->e));
	assert_int_equal(nr, 3);
	assert_string_equal(rows[1].why, "is outside scope");
	run_begin(f, NULL);
	run_end(f, NULL); /* without a plan: the last one's stay */
	MUST(state_outlook(f->s, &f->a, NULL, &rows, &nr, &f->e));
	assert_int_equal(nr, 3);
}

static void seats_are_as_read_when_not_all_was_done(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct state_summary summary;

	p->seats = (struct plan_seats){.total = 9, .assigned = 1, .free = 8, .assigned_after = 2,
				       .free_after = 7};
	plan_action(f, p, ACTION_ASSIGN_SEAT, 0);
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	run_end(f, p);
	MUST(state_summary(f->s, &f->a, &summary, &f->e));
	assert_int_equal(summary.seats.assigned, 1);
	assert_int_equal(summary.members, 1);
	assert_int_equal(summary.accounts, 2);
	run_whole(f, p = plan_known(f));
	assert_int_equal(p->seats.assigned, 0);
}

static void invitations_are_listed(void **state)
{
	struct fixture *f = *state;
	struct plan *p = member_plan(f);
	struct invitation_row *rows;
	size_t nr;

	plan_action(f, p, ACTION_INVITE, 1)->wants_seat = true;
	p->accounts[1].memory.parked = PARKED_ATTEMPTS;
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	MUST(state_invitations(f->s, &f->a, &rows, &nr, &f->e));
	assert_int_equal(nr, 1);
	assert_string_equal(rows[0].email, "b@x.org");
	assert_int_equal(rows[0].attempts, 1);
	assert_int_equal(rows[0].parked, PARKED_ATTEMPTS);
	assert_true(rows[0].wants_seat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)
		T(invite_is_recorded_and_counted),
		T(expiry_defaults_to_sent_plus_lifetime),
		T(reissue_replaces),
		T(cancel_removes_only_its_own),
		T(removal_forgets_and_settles_the_rest),
		T(failures_change_nothing),
		T(gone_begins_the_grace),
		T(decision_is_told),
		T(turns_are_whole_or_nothing),
		T(unknown_is_settled_as_done),
		T(x6_what_was_sent_in_the_future),
		T(unknown_is_settled_as_failed),
		T(unknown_keeps_its_account),
		T(what_was_not_sent_is_counted),
		T(interrupted_run_is_marked),
		T(stopped_run_is_no_failure),
		T(failures_in_a_row),
		T(windows_of_a_day),
		T(lists_are_those_of_the_last_plan),
		T(seats_are_as_read_when_not_all_was_done),
		T(invitations_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
