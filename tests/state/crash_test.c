/*
 * A small agent does three runs against a small platform (a file).  It is
 * killed at each write that SQLite makes, the disk fills up at each, each
 * fsync fails.  After every such fault the file is whole, and the runs, gone
 * on with, end in the same memory and the same mails (faults L1, L2, L6).
 */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- faults --------------------------------------------------------------------- */

static struct {
	enum { FAULT_NONE, FAULT_KILL, FAULT_FULL, FAULT_SYNC } kind;
	unsigned long at, writes, syncs;
} fault;

static bool write_fails(void)
{
	fault.writes++;
	if (fault.kind == FAULT_KILL && fault.writes == fault.at)
		raise(SIGKILL);
	if (fault.kind != FAULT_FULL || fault.writes < fault.at)
		return false;
	errno = ENOSPC;
	return true;
}

static ssize_t faulty_pwrite(int fd, const void *bytes, size_t nr, off_t at)
{
	return write_fails() ? -1 : pwrite(fd, bytes, nr, at);
}

static ssize_t faulty_write(int fd, const void *bytes, size_t nr)
{
	return write_fails() ? -1 : write(fd, bytes, nr);
}

static int faulty_ftruncate(int fd, off_t size)
{
	return write_fails() ? -1 : ftruncate(fd, size);
}

/* SQLite calls this one by its name: the program's own comes first. */
int fdatasync(int fd)
{
	if (++fault.syncs == fault.at && fault.kind == FAULT_SYNC) {
		errno = EIO;
		return -1;
	}
	if (fault.kind == FAULT_KILL)
		write_fails();
	return (int)syscall(SYS_fdatasync, fd);
}

static int faults_install(void **state)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	(void)state;
	return vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)faulty_pwrite) ||
	       vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)faulty_pwrite) ||
	       vfs->xSetSystemCall(vfs, "write", (sqlite3_syscall_ptr)faulty_write) ||
	       vfs->xSetSystemCall(vfs, "ftruncate", (sqlite3_syscall_ptr)faulty_ftruncate);
}

/* ---- the platform: one line for each request it did ------------------------------- */

static char *world_path(struct fixture *f)
{
	return arena_printf(&f->a, "%s/world", f->folder);
}

static char *world_read(struct fixture *f)
{
	char *text = arena_alloc(&f->a, 8192);
	FILE *file = fopen(world_path(f), "r");

	if (file) {
		text[fread(text, 1, 8191, file)] = '\0';
		fclose(file);
	}
	return text;
}

static char *world_line(struct fixture *f, enum action_kind kind, const char *email)
{
	return arena_printf(&f->a, "%s %s\n", action_name(kind), email);
}

static void world_do(struct fixture *f, const struct action *action)
{
	FILE *file = fopen(world_path(f), "a");

	fputs(world_line(f, action->kind, action->email), file);
	fclose(file);
	if (fault.kind == FAULT_KILL)
		write_fails();
}

/* ---- the agent ----------------------------------------------------------------------- */

enum { RUNS = 3 };
static const char *const held[] = {"c@x.org", NULL};

static struct plan *script_plan(struct fixture *f, size_t run)
{
	struct plan *p = run ? plan_known(f) : plan_begin(f);

	p->id = arena_printf(&f->a, "plan %zu", run);
	if (run == 0) {
		plan_account(f, p, "a@x.org");
		plan_account(f, p, "b@x.org")->memory.waiting_since = NOON;
		plan_account(f, p, "c@x.org")->memory.member_id = "mc";
		plan_action(f, p, ACTION_INVITE, 0);
		plan_action(f, p, ACTION_INVITE, 1)->wants_seat = true;
		plan_hold(f, p, "hold-c", HOLD_LIMIT, held);
	} else if (run == 1) {
		p->accounts[0].memory.member_id = "ma";
		p->accounts[0].invitation = NULL;
		p->accounts[2].memory.leaving_since = NOON;
		p->accounts[2].memory.leaving_runs++;
		plan_action(f, p, ACTION_ASSIGN_SEAT, 0);
		plan_action(f, p, ACTION_REISSUE_INVITATION, 1);
	} else if (run == 2) {
		p->accounts[2].memory.leaving_runs++;
		p->config_accepted = true;
		p->holds_nr = 0;
		plan_action(f, p, ACTION_REMOVE_MEMBER, 2)->loss = true;
		plan_action(f, p, ACTION_CANCEL_INVITATION, 1);
	}
	return p;
}

/* What a run interrupted before has done of the plan is not planned again. */
static void plan_reduce(struct fixture *f, struct plan *p)
{
	const char *world = world_read(f);
	size_t kept = 0;

	for (size_t i = 0; i < p->actions_nr; i++)
		if (!strstr(world, world_line(f, p->actions[i].kind, p->actions[i].email)))
			p->actions[kept++] = p->actions[i];
	p->actions_nr = kept;
}

static int agent_settle(struct fixture *f, const struct known *k)
{
	for (size_t i = 0; i < k->unknown_nr; i++) {
		const struct known_unknown *u = &k->unknown[i];
		bool happened = strstr(world_read(f), world_line(f, u->kind, u->email)) != NULL;

		if (state_settle(f->s, u->row, happened, "inv", NOON + 7 * DAY, NOON, &f->e))
			return -1;
	}
	return 0;
}

static int agent_act(struct fixture *f, const struct plan *p)
{
	for (size_t i = 0; i < p->actions_nr; i++) {
		struct journal_end end = {.action = i, .state = JOURNAL_DONE,
					  .invitation_id = "inv", .expires_at = NOON + 7 * DAY};

		if (state_turn(f->s,
			       &(struct journal_turn){.leaving = &i, .leaving_nr = 1,
						      .lifetime = 7 * DAY},
			       NOON, &f->e))
			return -1;
		world_do(f, &p->actions[i]);
		if (state_turn(f->s, &(struct journal_turn){.ended = &end, .ended_nr = 1}, NOON,
			       &f->e))
			return -1;
	}
	return 0;
}

static int agent_run(struct fixture *f, size_t run)
{
	struct run_end end = {.fingerprint = "print", .seats_learnt = 5, .keep = 400 * DAY,
			      .readings_counted = true};
	struct plan *p;
	struct known k;

	if (state_run_begin(f->s, "sync", "c0ffee", "test", NOON, &f->e) ||
	    state_load(f->s, &f->a, NOON, &k, &f->e) || agent_settle(f, &k) ||
	    state_load(f->s, &f->a, NOON, &k, &f->e)) /* settling may forget an account */
		return -1;
	if (run == 2 && k.holds_nr && !k.holds[0].taken &&
	    state_release(f->s, "hold-c", "root", NOON, &f->e))
		return -1;
	if (run == 0 && k.accounts_nr) { /* run_plan was done, and perhaps some of it */
		p = plan_known(f);
		p->id = "plan 0";
		p->accounts[1].memory.waiting_since = NOON;
		if (!k.holds_nr)
			plan_hold(f, p, "hold-c", HOLD_LIMIT, held);
		plan_action(f, p, ACTION_INVITE, 0);
		plan_action(f, p, ACTION_INVITE, 1)->wants_seat = true;
	} else if (run == 2 && k.accounts_nr < 3) { /* removed, but the end was not written */
		p = plan_known(f);
		p->id = "plan 2";
		p->config_accepted = true;
		p->holds_nr = 0;
		plan_action(f, p, ACTION_CANCEL_INVITATION, 1);
	} else {
		p = script_plan(f, run);
	}
	plan_reduce(f, p);
	return state_run_plan(f->s, p, NOON, &f->e) || agent_act(f, p) ||
	       state_run_end(f->s, p, &end, NOON, &f->e);
}

static int agent_all(struct fixture *f)
{
	for (;;) {
		struct run_row *rows;
		size_t nr, ended = 0;
		int failed = state_open(&f->s, f->path, "acme", STATE_RUN, NOON, &f->e);

		if (failed)
			return -1;
		failed = state_runs(f->s, &f->a, 0, &rows, &nr, &f->e);
		for (size_t i = 0; !failed && i < nr; i++)
			ended += rows[i].ended_at != 0;
		if (!failed && ended < RUNS)
			failed = agent_run(f, ended);
		fixture_close(f);
		if (failed || ended == RUNS)
			return failed;
	}
}

/* ---- the trials -------------------------------------------------------------------------- */

/* Each point takes a tenth of a second: all of them only when asked for. */
enum { KILL_STEP = 5, FULL_STEP = 3 };

static unsigned long step(unsigned long usual)
{
	return getenv("SEATSYNC_TEST_EXHAUSTIVE") ? 1 : usual;
}

struct trial {
	struct fixture *f;
	char *memory, *world; /* of the uninterrupted runs */
	unsigned long writes, syncs;
};

static void again(struct fixture *f)
{
	static const char *const names[] = {"", "-wal", "-shm", "-journal"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		unlink(arena_printf(&f->a, "%s%s", f->path, names[i]));
	unlink(world_path(f));
}

static void trial_begin(struct trial *t, struct fixture *f)
{
	fault.kind = FAULT_NONE;
	fault.writes = fault.syncs = 0;
	t->f = f;
	MUST(agent_all(f));
	t->memory = fixture_dump(f);
	t->world = world_read(f);
	t->writes = fault.writes;
	t->syncs = fault.syncs;
	assert_true(t->writes > 20 && t->syncs > 10);
	again(f);
}

/* Whole after the fault; and gone on with, the same as if there had been none. */
static void trial_recover(struct trial *t, unsigned long at)
{
	struct fixture *f = t->f;
	size_t links;
	char *memory;

	fault.kind = FAULT_NONE;
	fixture_open(f, STATE_READ);
	MUST(state_history_verify(f->s, &links, &f->e));
	fixture_close(f);
	MUST(agent_all(f));
	memory = fixture_dump(f);
	if (strcmp(memory, t->memory) || strcmp(world_read(f), t->world))
		fail_msg("fault at %lu ends otherwise:\n%s%s\ninstead of\n%s%s", at, memory,
			 world_read(f), t->memory, t->world);
	free(memory);
	again(f);
}

static void l6_killed_at_any_write(void **state)
{
	struct fixture *f = *state;
	struct trial t;
	unsigned long at = 1;
	int status = 1;

	trial_begin(&t, f);
	for (; status; at += step(KILL_STEP)) {
		pid_t child = fork();

		if (!child) {
			fault.kind = FAULT_KILL;
			fault.writes = 0;
			fault.at = at;
			_exit(agent_all(f) ? 3 : 0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
		trial_recover(&t, at);
	}
	assert_true(at >= t.writes);
	free(t.memory);
}

static void l1_disk_full_at_any_write(void **state)
{
	struct fixture *f = *state;
	struct trial t;

	trial_begin(&t, f);
	for (unsigned long at = 1; at <= t.writes; at += step(FULL_STEP)) {
		fault.kind = FAULT_FULL;
		fault.writes = 0;
		fault.at = at;
		/* A log that cannot be copied into the file at the end harms nobody. */
		if (agent_all(f))
			assert_int_equal(f->e.kind, ERR_FAILED);
		fixture_close(f);
		trial_recover(&t, at);
	}
	free(t.memory);
}

static void l2_fsync_fails(void **state)
{
	struct fixture *f = *state;
	struct trial t;

	trial_begin(&t, f);
	for (unsigned long at = 1; at <= t.syncs; at++) {
		fault.kind = FAULT_SYNC;
		fault.syncs = 0;
		fault.at = at;
		if (agent_all(f)) {
			assert_int_equal(f->e.kind, ERR_FAILED);
			if (!strstr(f->e.text, "disk I/O error"))
				fail_msg("%s", f->e.text);
		}
		fixture_close(f);
		trial_recover(&t, at);
	}
	free(t.memory);
}

/* After a failed fsync nothing more is written through the same connection. */
static void l2_nothing_is_written_after(void **state)
{
	struct fixture *f = *state;

	fixture_open(f, STATE_RUN);
	fault.kind = FAULT_SYNC;
	fault.syncs = 0;
	fault.at = 1;
	assert_int_equal(state_run_begin(f->s, "sync", "c0ffee", "test", NOON, &f->e), -1);
	fault.writes = 0;
	REFUSED(state_adopt(f->s, "a@x.org", "root", NOON, &f->e), ERR_FAILED, "nothing more");
	fixture_close(f);
	assert_int_equal(fault.writes, 0);
	fault.kind = FAULT_NONE;
}

/* A turn is durable when it returns, and cheap: runs do thousands. */
static void turn_is_synced_at_most_twice(void **state)
{
	struct fixture *f = *state;
	struct plan *p = script_plan(f, 0);

	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	fault.syncs = 0;
	turn_leave(f, 0);
	assert_in_range(fault.syncs, 1, 2);
	fault.syncs = 0;
	turn_end(f, 0, JOURNAL_DONE);
	assert_in_range(fault.syncs, 1, 2);
}

/* The same with a limit of the system instead of a wrapped call. */
static void l1_file_size_limit(void **state)
{
	struct fixture *f = *state;
	struct rlimit limit, small;
	struct trial t;

	trial_begin(&t, f);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	for (small.rlim_cur = 1 << 12; small.rlim_cur < 1 << 18; small.rlim_cur += 1 << 12) {
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		if (agent_all(f))
			assert_int_equal(f->e.kind, ERR_FAILED);
		fixture_close(f);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		trial_recover(&t, small.rlim_cur);
	}
	free(t.memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)
		T(l6_killed_at_any_write),
		T(l1_disk_full_at_any_write),
		T(l2_fsync_fails),
		T(l2_nothing_is_written_after),
		T(turn_is_synced_at_most_twice),
		T(l1_file_size_limit),
	};

	return cmocka_run_group_tests(tests, faults_install, NULL);
}
