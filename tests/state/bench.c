/*
 * state_bench [N] - what N accounts cost: each step's time, and what is kept
 * in memory.  `ninja state_bench && ./state_bench 100000`
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "state/state.h"

enum { NOW = 1795435200 };

static void must(int failed, const struct err *e)
{
	if (failed) {
		fprintf(stderr, "state_bench: %s\n", e->text);
		exit(1);
	}
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Of this program alone: getrusage(2) also counts what was before an exec. */
static long peak_mib(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[128];
	long kib = 0;

	while (status && fgets(line, sizeof line, status))
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	if (status)
		fclose(status);
	return kib >> 10;
}

static double step_shown(const char *what, double since)
{
	printf("%-34s %8.1f ms  peak %ld MiB\n", what, (seconds() - since) * 1e3, peak_mib());
	return seconds();
}

static void plan_fill(struct plan *p, struct arena *a, const struct known *k, size_t nr)
{
	struct known_invitation *sent = arena_array(a, nr, sizeof *sent);
	struct person_ref *people = arena_array(a, nr, sizeof *people);

	*p = (struct plan){.id = "p", .organization = "acme", .accounts_nr = nr,
			   .accounts = arena_array(a, nr, sizeof *p->accounts)};
	for (size_t i = 0; i < nr; i++) {
		struct plan_account *account = &p->accounts[i];
		struct known_account *m = &account->memory;

		if (k->accounts_nr)
			*m = k->accounts[i];
		m->email = m->address = arena_printf(a, "person.%zu@example.com", i);
		m->member_id = i % 3 ? arena_printf(a, "6ba7b810-9dad-11d1-80b4-%012zx", i) : NULL;
		m->managed = true;
		people[i] = (struct person_ref){
			"corp", arena_printf(a, "%012zx-9dad-11d1-80b4-00c04fd430c8", i * 7919)};
		account->people = &people[i];
		account->people_nr = 1;
		account->decision = "member by rule data-science, with a seat";
		if (i % 10 == 0) {
			sent[i] = (struct known_invitation){arena_printf(a, "inv-%zu", i), m->email,
							    m->email, i, ROLE_MEMBER, NOW,
							    NOW + 7 * DAY};
			account->invitation = &sent[i];
		}
	}
}

static void load(const char *path)
{
	struct arena a = {0};
	struct known k;
	struct state *s;
	struct err e;
	double t;

	t = seconds();
	must(state_open(&s, path, "acme", STATE_READ, NOW, &e), &e);
	must(state_load(s, &a, NOW, &k, &e), &e);
	step_shown("open and load alone", t);
	arena_free(&a);
	state_close(s);
}

/* In a process of its own: the peak is that of loading. */
static void load_alone(const char *path)
{
	fflush(stdout);
	if (fork()) {
		wait(NULL);
		return;
	}
	execl("/proc/self/exe", "state_bench", "load", path, (char *)NULL);
	_exit(1);
}

static void remove_all(const char *folder, const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm", ".lock"};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		char name[96];

		snprintf(name, sizeof name, "%s%s", path, ends[i]);
		unlink(name);
	}
	rmdir(folder);
}

int main(int argc, char **argv)
{
	size_t nr = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	struct run_end end = {.seats_learnt = SEATS_UNKNOWN, .keep = 400 * DAY,
			      .readings_counted = true};
	char folder[] = "/tmp/seatsync-bench-XXXXXX", path[64];
	struct action *actions = calloc(1000, sizeof *actions);
	struct arena a = {0}, first = {0};
	struct known k = {0};
	struct plan p;
	struct state *s;
	struct err e;
	double t;

	if (argc == 3) {
		load(argv[2]);
		return 0;
	}
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof path, "%s/acme.db", folder);
	t = seconds();
	must(state_open(&s, path, "acme", STATE_RUN, NOW, &e), &e);
	must(state_run_begin(s, "sync", "c0ffee", "bench", NOW, &e), &e);
	t = step_shown("make and begin", t);
	plan_fill(&p, &first, &k, nr);
	t = seconds();
	must(state_run_plan(s, &p, NOW, &e), &e);
	t = step_shown("first plan (all new)", t);
	must(state_run_end(s, &p, &end, NOW, &e), &e);
	step_shown("first end", t);
	state_close(s);
	arena_free(&first);

	t = seconds();
	must(state_open(&s, path, "acme", STATE_RUN, NOW, &e), &e);
	must(state_load(s, &a, NOW, &k, &e), &e);
	step_shown("open and load", t);
	must(state_run_begin(s, "sync", "c0ffee", "bench", NOW, &e), &e);
	plan_fill(&p, &a, &k, nr);
	p.actions = actions;
	p.actions_nr = 1000;
	for (size_t i = 0; i < p.actions_nr; i++)
		actions[i] = (struct action){.kind = ACTION_ASSIGN_SEAT, .email = "x@x.org",
					     .account = (ptrdiff_t)i, .needs = NO_INDEX};
	t = seconds();
	must(state_run_plan(s, &p, NOW, &e), &e);
	t = step_shown("second plan (nothing differs)", t);
	for (size_t i = 0; i <= p.actions_nr; i += 8) {
		struct journal_end ends[8];
		size_t leaving[8];
		struct journal_turn turn = {.ended = ends, .leaving = leaving};

		for (size_t j = 0; j < 8; j++) {
			ends[j] = (struct journal_end){.action = i + j - 8, .state = JOURNAL_DONE};
			leaving[j] = i + j;
		}
		turn.ended_nr = i ? 8 : 0;
		turn.leaving_nr = i < p.actions_nr ? 8 : 0;
		must(state_turn(s, &turn, NOW, &e), &e);
	}
	t = step_shown("1000 actions in turns of 8", t);
	must(state_run_end(s, &p, &end, NOW, &e), &e);
	t = step_shown("second end", t);
	state_close(s);
	arena_free(&a);
	free(actions);
	step_shown("close", t);
	load_alone(path);
	remove_all(folder, path);
	return 0;
}
