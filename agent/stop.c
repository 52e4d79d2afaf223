#include "agent/stop.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "agent/status.h"

/* A signal handler can only see what is global. */
static struct platform *volatile guarded;
static struct state *volatile noted;
static volatile sig_atomic_t asked;

static void say(const char *text, size_t size)
{
	ssize_t written = write(STDERR_FILENO, text, size);

	(void)written; /* nobody left to tell */
}

static void on_signal(int signal_nr)
{
	static const char ending[] = "seatsync: stopped by a signal; nothing more is done\n";
	static const char waiting[] =
		"seatsync: stopping after the calls in flight; a second signal ends at once\n";
	int before = errno;

	(void)signal_nr;
	if (noted)
		state_run_stop(noted);
	if (!guarded || asked) {
		say(ending, sizeof ending - 1);
		_exit(STATUS_FAILED);
	}
	asked = 1;
	say(waiting, sizeof waiting - 1);
	guarded->ops->stop(guarded);
	errno = before;
}

void stop_install(void)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

void stop_guard(struct platform *p)
{
	guarded = p;
}

void stop_note(struct state *s)
{
	noted = s;
}

bool stop_asked(void)
{
	return asked;
}

static void stop_mask(int how)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(how, &all, NULL);
}

void stop_block(void)
{
	stop_mask(SIG_BLOCK);
}

void stop_unblock(void)
{
	stop_mask(SIG_UNBLOCK);
}
