/*
 * main.c - the process and the table of commands; the only file that knows
 * them all.
 */
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/command.h"
#include "agent/stop.h"

#ifndef SEATSYNC_CONFIG
#define SEATSYNC_CONFIG "/etc/seatsync/seatsync.yaml"
#endif

const struct command commands[] = {
	{"check", cmd_check, "test the configuration, the state and each connection",
	 "[--offline]",
	 "  --offline           only what needs no network\n", false},
	{"plan", cmd_plan, "show what apply would change, and why; changes nothing",
	 "[--out FILE] [--person EMAIL] [--csv FILE]",
	 "  --out FILE          also keep the plan, for `apply FILE`\n"
	 "  --person EMAIL      only what is about this person\n"
	 "  --csv FILE          also whom to invite by hand, for the site's Bulk Upload\n", false},
	{"apply", cmd_apply, "plan, show, ask, do",
	 "[FILE] [--yes]",
	 "  FILE                a plan that was kept: done only if it still comes out the same\n"
	 "  --yes               do not ask\n", true},
	{"sync", cmd_sync, "plan and do within the limits, unattended; for the timer",
	 "[--now]",
	 "  --now               at once, even after so many failures that one a day is tried\n", true},
	{"status", cmd_status, "last success and attempt, seats, holds, who waits, problems",
	 "[--csv FILE]",
	 "  --csv FILE          also whom to invite by hand, as of the last run\n"
	 "\nEnds with 1 when no run ever succeeded, the last one failed, or the last success is\n"
	 "older than 25 hours, or dated in the future; 4 when some actions of the last run\n"
	 "failed; 3 when something is held; 5 when something waits for an operator; else 0.\n\n", false},
	{"explain", cmd_explain, "all about one person: groups, rule, seat, invitation, history",
	 "EMAIL", "", false},
	{"invitations", cmd_invitations, "the managed invitations: sent, end, mails, next step",
	 "[--expiring] [--person EMAIL]",
	 "  --expiring          only those that end within 48 hours\n"
	 "  --person EMAIL      only this person's\n", false},
	{"seats", cmd_seats, "the seats, who waits, how many more would do, when they are full",
	 "[--since TIME]",
	 "  --since TIME        numbers since then (7d, 24h, 2026-11-22); default 30d\n", false},
	{"history", cmd_history, "everything that was done, newest last",
	 "[--person EMAIL] [--since TIME] [--limit N] [--verify]",
	 "  --person EMAIL      only what was about this person\n"
	 "  --since TIME        7d, 24h, 2026-11-22, 2026-11-22T09:30:00Z\n"
	 "  --limit N           the newest N; 0 is all; default 100\n"
	 "  --verify            prove that nothing was changed or taken out\n", false},
	{"holds", cmd_holds, "what is held back, why, and whom it concerns",
	 "[HOLD]",
	 "  HOLD                only this one; the first letters of its id are enough\n", false},
	{"release", cmd_release, "let the next run do what a hold keeps back", "HOLD",
	 "  HOLD                its id, or enough of its first letters\n", true},
	{"adopt", cmd_adopt, "make members managed and bound to whoever has the address; unpark",
	 "EMAIL...", "", true},
	{"forget", cmd_forget, "make members no longer managed", "EMAIL...", "", true},
};
const size_t commands_nr = ARRAY_SIZE(commands);

/* ---- the process -------------------------------------------------------------- */

/* A file opened as number 2 would receive every message: none is ever left free. */
static void streams_keep(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		/* what is written to a closed output must fail, not vanish */
		int mode = fd == STDOUT_FILENO ? O_RDONLY : O_RDWR;

		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", mode) != fd)
			_exit(STATUS_FAILED);
	}
}

/* Secrets are in this memory: no core, no debugger.  The leak sanitizer is one. */
static void memory_guard(void)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(SEATSYNC_CRASH_POINTS)
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/*
 * What a reading needs lies between what it keeps.  From this size on, an
 * arena's block too, memory is mapped for itself, and goes back when it is freed.
 */
static void memory_return(void)
{
#ifdef M_MMAP_THRESHOLD
	enum { MAPPED_FROM = 48 << 10, MAPS_MAX = 60000 }; /* below vm.max_map_count */

	mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
	mallopt(M_MMAP_MAX, MAPS_MAX);
#endif
}

static void process_prepare(void)
{
	streams_keep();
	memory_return();
	/* libldap would take LDAPTLS_REQSAN=never and ./ldaprc for orders. */
	setenv("LDAPNOINIT", "1", 1);
	memory_guard();
	umask(077);
	stop_install();
	log_open(LEVEL_INFO, LOG_TEXT);
}

/* ---- running a command ---------------------------------------------------------- */

static const char *command_nearest(const char *word)
{
	const char *names[ARRAY_SIZE(commands)];

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		names[i] = commands[i].name;
	return word_nearest(names, ARRAY_SIZE(names), word);
}

static int command_unknown(struct invocation *in, const char *word)
{
	const char *nearest = command_nearest(word);

	if (nearest)
		return command_usage(in, "there is no command %s; did you mean %s?", word, nearest);
	return command_usage(in, "there is no command %s", word);
}

static int command_run(struct invocation *in, int argc, char **argv)
{
	int at;

	if (!command_parse_globals(in, argc, argv, &at))
		return in->status;
	if (at == argc)
		return command_usage(in, "no command was given");
	in->command = command_find(argv[at]);
	if (!in->command)
		return command_unknown(in, argv[at]);
	in->argc = argc - at;
	in->argv = argv + at;
	return in->command->run(in);
}

/* Whoever read our output and went away has seen enough. */
static bool stdout_closed_early(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

	return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

/* Lost output never stopped the work; at the end it is told. */
static int output_end(const struct invocation *in, int status)
{
	bool lost = fflush(stdout) != 0;

	lost |= ferror(stdout) != 0;
	if (!lost || stdout_closed_early())
		return status;
	log_error("the output could not be written; it is not whole%s",
		  in->command && in->command->acts ? ", but the work was done" : "");
	return in->command && in->command->acts ? status : STATUS_FAILED;
}

int main(int argc, char **argv)
{
	struct invocation in = {.config = SEATSYNC_CONFIG, .level = LEVEL_INFO};

	process_prepare();
	return output_end(&in, command_run(&in, argc, argv));
}
