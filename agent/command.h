/*
 * command.h - what every command stands on: its row in main.c's table, its
 * options, the configuration and the state it works with.
 *
 * A command is `int cmd_NAME(struct invocation *in)`: it parses its options,
 * opens a session, does its work and returns an exit status (status.h).
 * Results go to stdout, all else through log.h.
 *
 *	if (!command_parse(in, specs, ARRAY_SIZE(specs), 0, 1))
 *		return in->status;
 *	if (!session_open(&s, in, SETTINGS_WITHOUT_SECRETS, STATE_READ))
 *		return in->status;
 */
#ifndef SEATSYNC_COMMAND_H
#define SEATSYNC_COMMAND_H

#include <stdio.h>

#include "agent/listing.h"
#include "agent/log.h"
#include "agent/status.h"
#include "config/config.h"
#include "state/state.h"

struct command;

struct invocation {
	const struct command *command;
	int argc;             /* argv[0] is the command's name */
	char **argv;
	char **operands;      /* by command_parse; what is no option */
	size_t operands_nr;
	const char *config;   /* -c */
	enum log_level level;
	enum log_format format;
	bool json;
	int status;           /* set when a function below returns false */
};

struct command {
	const char *name;
	int (*run)(struct invocation *in);
	const char *help;     /* one line */
	const char *usage;    /* after "seatsync NAME" */
	const char *options;  /* a paragraph, lines indented by two; "" none */
	bool acts;            /* its output is not the job: lost output is no failure */
};

extern const struct command commands[];
extern const size_t commands_nr;

/* ---- the command line --------------------------------------------------- */

/* `--name` sets *flag, `--name VALUE` sets *value; exactly one is given. */
struct option_spec {
	const char *name;
	bool *flag;
	const char **value;
};

/*
 * Every command also takes -c, --log-level, --log-format, --json and -h.
 * False when there is nothing more to do: -h was answered (status 0) or the
 * command line is wrong (said, status 64).
 */
bool command_parse(struct invocation *in, const struct option_spec *specs, size_t nr, size_t least,
		   size_t most);

/* Options that stand before the command; argv is all of main's.  The index of the command's name. */
bool command_parse_globals(struct invocation *in, int argc, char **argv, int *at);

/* Says what is wrong and how to get help; returns STATUS_USAGE. */
int command_usage(const struct invocation *in, const char *fmt, ...) PRINTF_LIKE(2, 3);

/*
 * Logs the error with its kind; with --json also prints the command's object
 * with `status` and `error` {kind, text, hint} instead of its lists.  Returns
 * the exit status of the kind.
 */
int command_fail(const struct invocation *in, const struct err *e);

/* The same with a list in the object that shows what was wrong; NULL: none. */
int command_fail_with(const struct invocation *in, const struct err *e, const struct listing *more);

/* The row with this name; NULL none. */
const struct command *command_find(const char *name);

/*
 * --since: "7d", "24h", "2026-11-22", "2026-11-22T09:30:00Z"; NULL is `span`
 * seconds ago, or with a span of 0 the beginning.
 */
bool command_since(struct invocation *in, const char *text, int64_t span, utc *since);

/* The normal form of an operand that should be an e-mail; says so when it is none. */
const char *command_address(struct invocation *in, struct arena *a, const char *email);

/*
 * Who is giving the order, for the history: "alice", "alice by sudo" for root,
 * "alice by sudo as seatsync" for others, "systemd".
 */
const char *actor_name(struct arena *a);

bool stdout_colour(void);

/* ---- configuration and state ------------------------------------------- */

struct session {
	const struct invocation *in;
	struct settings settings;
	struct state *state;
	struct arena arena;
	utc now;
	bool loaded; /* settings */
};

/* False with in->status set when the configuration or the state is no good; said already. */
bool session_load(struct session *s, struct invocation *in, enum settings_secrets secrets);
bool session_open(struct session *s, struct invocation *in, enum settings_secrets secrets,
		  enum state_mode mode);
void session_close(struct session *s);

/* ---- the commands -------------------------------------------------------- */

int cmd_check(struct invocation *in);
int cmd_plan(struct invocation *in);
int cmd_apply(struct invocation *in);
int cmd_sync(struct invocation *in);
int cmd_status(struct invocation *in);
int cmd_invitations(struct invocation *in);
int cmd_seats(struct invocation *in);
int cmd_history(struct invocation *in);
int cmd_holds(struct invocation *in);
int cmd_release(struct invocation *in);
int cmd_adopt(struct invocation *in);
int cmd_forget(struct invocation *in);
int cmd_explain(struct invocation *in);

#endif
