/* Holds and their releases; the chain, its trimming, and every way to break it. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const both[] = {"a@x.org", "b@x.org", NULL};
static const char *const one[] = {"b@x.org", NULL};
static const char *const none[] = {NULL};

/* A run that holds two people back. */
static struct plan *held_plan(struct fixture *f, enum hold_cause cause)
{
	struct plan *p = plan_begin(f);

	plan_account(f, p, "a@x.org");
	plan_account(f, p, "b@x.org");
	plan_hold(f, p, "hold-1", cause, both);
	p->held[0] = (struct action){.kind = ACTION_REVOKE_SEAT, .email = "A@x.org",
				     .reason = "left the group", .hold = "hold-1", .account = 0};
	p->held[1] = (struct action){.kind = ACTION_REMOVE_MEMBER, .email = "A@x.org",
				     .reason = "second", .hold = "hold-1", .account = 0};
	p->held_nr = 2;
	return p;
}

/* ---- holds --------------------------------------------------------------------- */

static void hold_is_made_and_shrinks(void **state)
{
	struct fixture *f = *state;
	struct plan *p;
	struct hold_row *rows;
	struct known k;
	size_t nr;

	fixture_open(f, STATE_RUN);
	run_whole(f, held_plan(f, HOLD_LIMIT));
	MUST(state_holds(f->s, &f->a, &rows, &nr, &f->e));
	assert_int_equal(nr, 1);
	assert_string_equal(rows[0].id, "hold-1");
	assert_int_equal(rows[0].cause, HOLD_LIMIT);
	assert_int_equal(rows[0].made_at, NOON);
	assert_int_equal(rows[0].emails_nr, 2);
	assert_string_equal(rows[0].emails[0], "A@x.org");
	assert_string_equal(rows[0].reasons[0], "left the group");
	assert_string_equal(rows[0].emails[1], "b@x.org");
	assert_null(rows[0].emails[2]);
	p = plan_known(f);
	p->holds[0].addresses = one;
	p->holds[0].losses = (const unsigned[]){LOSS_SEAT}; /* as they were when it was made */
	run_whole(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.holds_nr, 1);
	assert_string_equal(k.holds[0].addresses[0], "b@x.org");
	assert_int_equal(k.holds[0].losses[0], LOSS_LEAVING | LOSS_MEMBERSHIP);
	fixture_sql(f, "UPDATE hold_person SET losses = NULL");
	fixture_load(f, &k);
	assert_int_equal(k.holds[0].losses[0], 0); /* of a version that did not note them */
	assert_null(k.holds[0].addresses[1]);
	p = plan_known(f);
	p->holds[0].addresses = none;
	run_whole(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.holds_nr, 0);
	REFUSED(state_release(f->s, "hold-1", "root", f->now, &f->e), ERR_REFUSED, "no such hold");
}

static void hold_not_in_the_plan_is_closed(void **state)
{
	struct fixture *f = *state;
	struct known k;
	struct plan *p;

	fixture_open(f, STATE_RUN);
	run_whole(f, held_plan(f, HOLD_LIMIT));
	run_begin(f, NULL);
	run_end(f, NULL); /* without a plan nothing is known of it */
	fixture_load(f, &k);
	assert_int_equal(k.holds_nr, 1);
	p = plan_known(f);
	p->holds_nr = 0;
	run_whole(f, p);
	fixture_load(f, &k);
	assert_int_equal(k.holds_nr, 0);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM hold_person"), 2);
}

static void release_is_valid_for_a_day(void **state)
{
	struct fixture *f = *state;
	struct known k;

	fixture_open(f, STATE_RUN);
	run_whole(f, held_plan(f, HOLD_CONFIG));
	MUST(state_release(f->s, "hold-1", "root", f->now, &f->e));
	f->now += DAY - 1;
	fixture_load(f, &k);
	assert_int_equal(k.holds[0].released_at, NOON);
	assert_false(k.holds[0].taken);
	f->now++;
	fixture_load(f, &k);
	assert_int_equal(k.holds[0].released_at, 0);
	run_whole(f, plan_known(f));
	fixture_load(f, &k);
	assert_false(k.holds[0].taken);
	MUST(state_release(f->s, "hold-1", "root", f->now, &f->e));
	fixture_load(f, &k);
	assert_int_equal(k.holds[0].released_at, f->now);
}

/* Taken when the journal is written, so that a killed run has taken it too; then it lasts. */
static void release_is_taken_by_the_first_plan(void **state)
{
	struct fixture *f = *state;
	struct known k;

	fixture_open(f, STATE_RUN);
	run_whole(f, held_plan(f, HOLD_LIMIT));
	MUST(state_release(f->s, "hold-1", "root", f->now, &f->e));
	run_begin(f, NULL);
	run_end(f, NULL); /* could not plan: does not take it */
	fixture_load(f, &k);
	assert_false(k.holds[0].taken);
	run_begin(f, plan_known(f));
	fixture_close(f); /* killed */
	fixture_open(f, STATE_RUN);
	f->now += 9 * DAY;
	fixture_load(f, &k);
	assert_true(k.holds[0].taken);
	assert_int_equal(k.holds[0].released_at, NOON);
	REFUSED(state_release(f->s, "hold-1", "root", f->now, &f->e), ERR_REFUSED, "by root");
}

static void release_is_refused(void **state)
{
	struct fixture *f = *state;

	fixture_open(f, STATE_RUN);
	REFUSED(state_release(f->s, "'; DROP TABLE hold; --", "root", f->now, &f->e), ERR_REFUSED,
		"seatsync holds");
	run_whole(f, held_plan(f, HOLD_INCOMPLETE));
	REFUSED(state_release(f->s, "hold-1", "root", f->now, &f->e), ERR_REFUSED, "incomplete");
	fixture_sql(f, "UPDATE hold SET cause = 'floor'");
	REFUSED(state_release(f->s, "hold-1", "root", f->now, &f->e), ERR_REFUSED, "floor");
}

/* ---- the chain ------------------------------------------------------------------- */

static void busy_day(struct fixture *f)
{
	struct plan *p = plan_begin(f);

	plan_account(f, p, "a@x.org");
	plan_account(f, p, "b@x.org")->adopted = true;
	plan_action(f, p, ACTION_INVITE, 0);
	plan_action(f, p, ACTION_ASSIGN_SEAT, 1);
	run_whole(f, p);
	MUST(state_adopt(f->s, "c@x.org", "alice (sudo)", f->now, &f->e));
}

/* Long after, nobody knows by heart what the rules said on that day. */
static void an_action_keeps_its_reason_beside_what_was_said(void **state)
{
	struct journal_end end = {.state = JOURNAL_FAILED, .text = "409: in use"};
	struct fixture *f = *state;
	struct history_row *rows;
	struct plan *p;
	size_t nr;

	fixture_open(f, STATE_RUN);
	busy_day(f);
	p = plan_begin(f);
	plan_account(f, p, "a@x.org");
	plan_action(f, p, ACTION_REMOVE_MEMBER, 0)->reason = "left the group";
	run_begin(f, p);
	turn_leave(f, 0);
	MUST(state_turn(f->s, &(struct journal_turn){.ended = &end, .ended_nr = 1}, f->now, &f->e));
	MUST(state_history(f->s, &f->a, &(struct history_filter){.address = "a@x.org"}, &rows, &nr,
			   &f->e));
	assert_int_equal(nr, 2);
	assert_string_equal(rows[0].text, "because");
	assert_string_equal(rows[1].text, "left the group; 409: in use");
}

static size_t verified(struct fixture *f)
{
	size_t links;

	MUST(state_history_verify(f->s, &links, &f->e));
	return links;
}

static void everything_is_a_link(void **state)
{
	static const char *const events[] = {"run", "adopt", "invite", "assign_seat", "run", "adopt"};
	static const char *const results[] = {"begun", "done", "done", "done", "status 0", "done"};
	struct fixture *f = *state;
	struct history_row *rows;
	size_t nr;

	fixture_open(f, STATE_RUN);
	busy_day(f);
	MUST(state_history(f->s, &f->a, &(struct history_filter){0}, &rows, &nr, &f->e));
	assert_int_equal(nr, ARRAY_SIZE(events));
	for (size_t i = 0; i < nr; i++) {
		assert_int_equal(rows[i].seq, i + 1);
		assert_int_equal(rows[i].at, NOON);
		assert_string_equal(rows[i].event, events[i]);
		assert_string_equal(rows[i].result, results[i]);
	}
	assert_string_equal(rows[0].actor, "unit:seatsync");
	assert_int_equal(rows[0].run, 1);
	assert_string_equal(rows[5].actor, "alice (sudo)");
	assert_int_equal(rows[5].run, 0);
	assert_int_equal(verified(f), nr);
	MUST(state_history(f->s, &f->a, &(struct history_filter){.address = "a@x.org"}, &rows, &nr,
			   &f->e));
	assert_int_equal(nr, 1);
	assert_string_equal(rows[0].event, "invite");
	MUST(state_history(f->s, &f->a, &(struct history_filter){.event = "run", .limit = 1}, &rows,
			   &nr, &f->e));
	assert_int_equal(nr, 1);
	assert_int_equal(rows[0].seq, 5);
	MUST(state_history(f->s, &f->a, &(struct history_filter){.since = NOON + 1}, &rows, &nr,
			   &f->e));
	assert_int_equal(nr, 0);
}

/* Nothing in the file itself lets a link be changed or go (fault K4). */
static void links_are_guarded(void **state)
{
	static const char *const attempts[] = {
		"UPDATE history SET text = 'x'", "DELETE FROM history WHERE seq = 6",
		"DELETE FROM history", "DELETE FROM anchor", "UPDATE anchor SET seq = 3",
		"UPDATE anchor SET seq = seq, hash = 'x'",
	};
	struct fixture *f = *state;
	sqlite3 *db;

	fixture_open(f, STATE_RUN);
	busy_day(f);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++)
		assert_int_equal(sqlite3_exec(db, attempts[i], NULL, NULL, NULL),
				 SQLITE_CONSTRAINT);
	sqlite3_close(db);
	assert_int_equal(verified(f), 6);
}

static void tampered(struct fixture *f, const char *sql, const char *words)
{
	struct fixture other = {.now = f->now};
	char command[400];
	size_t links = 0;

	snprintf(other.path, sizeof other.path, "%s/copy.db", f->folder);
	snprintf(command, sizeof command, "cp %s %s && rm -f %s-*", f->path, other.path, other.path);
	assert_int_equal(system(command), 0);
	fixture_sql(&other, "DROP TRIGGER history_keep; DROP TRIGGER history_freeze;"
			    "DROP TRIGGER anchor_keep; DROP TRIGGER anchor_move");
	fixture_sql(&other, sql);
	fixture_open(&other, STATE_READ);
	if (!state_history_verify(other.s, &links, &other.e))
		fail_msg("goes unseen: %s", sql);
	assert_int_equal(other.e.kind, ERR_STATE);
	if (!strstr(other.e.text, words))
		fail_msg("%s: \"%s\" does not say \"%s\"", sql, other.e.text, words);
	fixture_close(&other);
}

/* Whoever takes the guards away is found by the chain, with the link's number. */
static void tampering_is_named(void **state)
{
	static const char *const columns[] = {"at", "run", "actor", "event", "email",
					      "address", "result", "text", "hash"};
	struct fixture *f = *state;

	fixture_open(f, STATE_RUN);
	busy_day(f);
	fixture_close(f);
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		char sql[96];

		snprintf(sql, sizeof sql, "UPDATE history SET %s = 9 WHERE seq = 3", columns[i]);
		tampered(f, sql, "link 3 does not fit");
	}
	tampered(f, "UPDATE history SET email = NULL WHERE seq = 4", "link 4 does not fit");
	tampered(f, "DELETE FROM history WHERE seq = 2", "link 2 is missing");
	tampered(f, "DELETE FROM history WHERE seq = 1", "link 1 is missing");
	tampered(f, "DELETE FROM history WHERE seq = 6", "link 6 is missing; it was the last");
	tampered(f, "DELETE FROM history", "link 1 is missing; it was the last");
	tampered(f, "INSERT INTO history SELECT 7, at, run, actor, event, email, address, result,"
		    " text, hash FROM history WHERE seq = 6", "link 7 does not fit");
	tampered(f, "UPDATE history SET seq = seq + 10", "link 1 is missing; the next is 11");
	tampered(f, "UPDATE anchor SET hash = replace(hash, 'a', 'b')", "anchor was changed");
	tampered(f, "DELETE FROM anchor", "anchor is gone");
	tampered(f, "UPDATE memory SET head_hash = replace(head_hash, 'a', 'b')", "not the last");
	tampered(f, "UPDATE anchor SET seq = 3, hash = (SELECT hash FROM history WHERE seq = 4)",
		 "link 4 is missing; the next is 1");
}

/* Every byte of the file that a link lies in, one after the other. */
static void every_byte_of_a_link(void **state)
{
	static const char mark[] = "a sentence that stands nowhere else";
	struct fixture *f = *state;
	struct plan *p = plan_begin(f);
	struct journal_end end = {.state = JOURNAL_FAILED, .text = mark};
	unsigned char *bytes = malloc(1 << 20);
	size_t len, links, found = 0;
	FILE *file;

	plan_account(f, p, "a@x.org");
	plan_action(f, p, ACTION_REMOVE_MEMBER, 0);
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	turn_leave(f, 0);
	MUST(state_turn(f->s, &(struct journal_turn){.ended = &end, .ended_nr = 1}, f->now, &f->e));
	run_end(f, p);
	fixture_close(f);
	fixture_sql(f, "UPDATE journal SET text = NULL; PRAGMA wal_checkpoint(TRUNCATE)");
	file = fopen(f->path, "r+");
	assert_non_null(file);
	len = fread(bytes, 1, 1 << 20, file);
	for (size_t i = 0; i + sizeof mark - 1 <= len; i++) {
		if (memcmp(bytes + i, mark, sizeof mark - 1))
			continue;
		found++;
		/* the text and the whole hash behind it */
		for (size_t at = i; at < i + sizeof mark - 1 + 64; at++) {
			fseek(file, (long)at, SEEK_SET);
			fputc(bytes[at] ^ 1, file);
			fflush(file);
			fixture_open(f, STATE_READ);
			REFUSED(state_history_verify(f->s, &links, &f->e), ERR_STATE, "link 2 ");
			fixture_close(f);
			fseek(file, (long)at, SEEK_SET);
			fputc(bytes[at], file);
			fflush(file);
		}
	}
	fclose(file);
	free(bytes);
	assert_int_equal(found, 1);
	fixture_open(f, STATE_READ);
	assert_int_equal(verified(f), 3);
}

/* ---- trimming ----------------------------------------------------------------------- */

static void run_keeping(struct fixture *f, struct plan *p, int64_t keep)
{
	struct run_end end = {.seats_learnt = SEATS_UNKNOWN, .keep = keep, .readings_counted = true};

	run_begin(f, p);
	MUST(state_run_end(f->s, p, &end, f->now, &f->e));
}

static void old_history_is_trimmed_behind_an_anchor(void **state)
{
	struct fixture *f = *state;
	struct history_row *rows;
	struct plan *p;
	struct known k;
	size_t nr;

	fixture_open(f, STATE_RUN);
	busy_day(f);
	p = plan_known(f);
	plan_action(f, p, ACTION_INVITE, 1);
	run_begin(f, p);
	turn_leave(f, 0); /* and nobody knows how it ended */
	run_end(f, p);
	f->now += 11 * DAY;
	run_keeping(f, plan_known(f), 10 * DAY);
	MUST(state_history(f->s, &f->a, &(struct history_filter){0}, &rows, &nr, &f->e));
	assert_int_equal(nr, 3); /* begun, status, trimmed */
	assert_string_equal(rows[2].event, "trimmed");
	assert_int_equal(verified(f), 3);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM journal"), 1);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM journal WHERE state='sent'"), 1);
	fixture_load(f, &k);
	assert_false(k.fresh);
	assert_int_equal(k.accounts_nr, 2);
	assert_int_equal(k.people_nr, 2);
	assert_int_equal(k.accounts[0].attempts, 1);
	assert_int_equal(k.unknown_nr, 1);
	fixture_close(f);
	tampered(f, "UPDATE anchor SET hash = replace(hash, 'a', 'b')", "does not fit");
	tampered(f, "UPDATE anchor SET seq = seq - 1", "is missing");
}

/* The last run that succeeded is never trimmed: the state would look new. */
static void trimming_does_not_make_it_fresh(void **state)
{
	struct fixture *f = *state;
	struct run_end failed = {.status = STATUS_FAILED, .error = "stopped",
				 .seats_learnt = SEATS_UNKNOWN, .keep = DAY};
	struct plan *p = plan_begin(f);
	struct known k;

	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	for (int i = 0; i < 4; i++) {
		f->now += 9 * DAY;
		run_begin(f, p);
		MUST(state_run_end(f->s, p, &failed, f->now, &f->e));
	}
	fixture_load(f, &k);
	assert_false(k.fresh);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM run"), 2);
}

/* A clock that may be wrong trims nothing (fault X6); `keep` is never under two days. */
static void nothing_is_trimmed_by_a_doubtful_clock(void **state)
{
	static struct plan_problem clock = {.state = "clock", .why = "is 10 years ahead"};
	struct fixture *f = *state;
	struct plan *p;

	fixture_open(f, STATE_RUN);
	busy_day(f);
	f->now += DAY + HOUR;
	run_keeping(f, plan_known(f), 1);
	assert_int_equal(verified(f), 8);
	f->now = NOON + 3650 * (utc)DAY;
	p = plan_known(f);
	p->problems = &clock;
	p->problems_nr = 1;
	run_keeping(f, p, 400 * DAY);
	assert_int_equal(verified(f), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)
		T(hold_is_made_and_shrinks),
		T(hold_not_in_the_plan_is_closed),
		T(release_is_valid_for_a_day),
		T(release_is_taken_by_the_first_plan),
		T(release_is_refused),
		T(everything_is_a_link),
		T(an_action_keeps_its_reason_beside_what_was_said),
		T(links_are_guarded),
		T(tampering_is_named),
		T(every_byte_of_a_link),
		T(old_history_is_trimmed_behind_an_anchor),
		T(trimming_does_not_make_it_fresh),
		T(nothing_is_trimmed_by_a_doubtful_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
