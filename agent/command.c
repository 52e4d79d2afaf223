#include "agent/command.h"

#include <getopt.h>
#include <pwd.h>
#include <time.h>
#include <unistd.h>

#include "agent/address.h"
#include "agent/text.h"

/* ---- usage ---------------------------------------------------------------- */

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < commands_nr; i++)
		if (str_eq(commands[i].name, name))
			return &commands[i];
	return NULL;
}

int command_usage(const struct invocation *in, const char *fmt, ...)
{
	const char *name = in->command ? in->command->name : NULL;
	char text[ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	log_error("%s%s%s\nhint: `seatsync %s%s-h` shows how", name ? name : "", name ? ": " : "",
		  text, name ? name : "", name ? " " : "");
	return STATUS_USAGE;
}

static void usage_show(const struct command *c)
{
	printf("seatsync %s: %s\n\nusage: seatsync [-c FILE] %s%s%s\n\n"
	       "%s"
	       "  --json              one object for programs\n"
	       "  -c, --config FILE   the configuration\n"
	       "  --log-level LEVEL   error, warn, info, debug\n"
	       "  --log-format FORMAT text, json\n"
	       "  -h, --help          this\n",
	       c->name, c->help, c->name, *c->usage ? " " : "", c->usage, c->options);
}

/* ---- options -------------------------------------------------------------- */

enum { OPTION_WORD_MAX = 33 };
enum { OPTION_FIRST = 256, OPTIONS_MAX = 16, OPTION_JSON = 'j' + 1000, OPTION_LEVEL, OPTION_FORMAT };

static const struct option common_options[] = {
	{"config", required_argument, NULL, 'c'},
	{"log-level", required_argument, NULL, OPTION_LEVEL},
	{"log-format", required_argument, NULL, OPTION_FORMAT},
	{"json", no_argument, NULL, OPTION_JSON},
	{"help", no_argument, NULL, 'h'},
};

static bool usage_wrong(struct invocation *in, const char *what, const char *argument)
{
	in->status = command_usage(in, "%s %s", what, argument);
	return false;
}

static bool option_word(struct invocation *in, const char *const *words, size_t nr, const char *what,
			int *chosen)
{
	int i = word_index(words, nr, optarg);

	if (i < 0)
		return usage_wrong(in, what, optarg);
	*chosen = i;
	return true;
}

/* One of the options that every command takes. */
static bool option_common(struct invocation *in, int c)
{
	int chosen;

	switch (c) {
	case 'c':
		in->config = optarg;
		return true;
	case OPTION_JSON:
		in->json = true;
		return true;
	case OPTION_LEVEL:
		if (!option_word(in, log_level_names, LEVEL_NR,
				 "--log-level is error, warn, info or debug, not", &chosen))
			return false;
		in->level = (enum log_level)chosen;
		break;
	case OPTION_FORMAT:
		if (!option_word(in, log_format_names, LOG_FORMAT_NR,
				 "--log-format is text or json, not", &chosen))
			return false;
		in->format = (enum log_format)chosen;
		break;
	default:
		bug_found(__FILE__, __LINE__, "an option without a case");
	}
	log_open(in->level, in->format);
	return true;
}

/* getopt_long's '?' or ':': says which argument it was, and what was meant. */
static bool option_ambiguous(const char *const *names, size_t nr, const char *word)
{
	size_t begin = 0;

	for (size_t i = 0; *word && i < nr; i++)
		begin += names[i] && strncmp(names[i], word, strlen(word)) == 0;
	return begin > 1;
}

static bool option_unknown(struct invocation *in, int c, const char *argument,
			   const struct option *options, size_t nr)
{
	const char *names[OPTIONS_MAX], *nearest;
	char word[OPTION_WORD_MAX];

	if (c == ':')
		return usage_wrong(in, "a value is missing after", argument);
	for (size_t i = 0; i < nr; i++)
		names[i] = options[i].name;
	if (strncmp(argument, "--", 2) != 0) {
		snprintf(word, sizeof word, "-%c", optopt);
		return usage_wrong(in, "there is no option", word);
	}
	snprintf(word, sizeof word, "%.*s", (int)strcspn(argument + 2, "="), argument + 2);
	if (word_index(names, nr, word) >= 0)
		return usage_wrong(in, "takes no value:", argument);
	if (option_ambiguous(names, nr, word))
		return usage_wrong(in, "more than one option begins with", argument);
	nearest = word_nearest(names, nr, word);
	if (!nearest)
		return usage_wrong(in, "there is no option", argument);
	in->status = command_usage(in, "there is no option --%s; did you mean --%s?", word, nearest);
	return false;
}

static bool option_take(struct invocation *in, int c, const struct option_spec *specs)
{
	if (c < OPTION_FIRST || c >= OPTION_FIRST + OPTIONS_MAX)
		return option_common(in, c);
	if (specs[c - OPTION_FIRST].flag)
		*specs[c - OPTION_FIRST].flag = true;
	else
		*specs[c - OPTION_FIRST].value = optarg;
	return true;
}

static bool operands_take(struct invocation *in, size_t least_nr, size_t most)
{
	in->operands = in->argv + optind;
	in->operands_nr = (size_t)(in->argc - optind);
	if (in->operands_nr > most)
		return usage_wrong(in, "there is no place for", in->operands[most]);
	if (in->operands_nr >= least_nr)
		return true;
	return usage_wrong(in, "an argument is missing:", in->command->usage);
}

bool command_parse(struct invocation *in, const struct option_spec *specs, size_t nr,
		   size_t least_nr, size_t most)
{
	struct option options[OPTIONS_MAX + 1] = {{0}};
	size_t all = nr + ARRAY_SIZE(common_options);
	int c;

	BUG_IF(all > OPTIONS_MAX);
	for (size_t i = 0; i < nr; i++)
		options[i] = (struct option){specs[i].name,
					     specs[i].flag ? no_argument : required_argument, NULL,
					     OPTION_FIRST + (int)i};
	memcpy(options + nr, common_options, sizeof common_options);
	optind = 0; /* glibc: anew, with its own argv */
	opterr = 0;
	while ((c = getopt_long(in->argc, in->argv, ":c:h", options, NULL)) != -1) {
		if (c == '?' || c == ':')
			return option_unknown(in, c, in->argv[optind - 1], options, all);
		if (c == 'h') {
			usage_show(in->command);
			in->status = STATUS_AGREES;
			return false;
		}
		if (!option_take(in, c, specs))
			return false;
	}
	return operands_take(in, least_nr, most);
}

static void help_show(void)
{
	puts("seatsync keeps the members, seats and roles of an organization in agreement with\n"
	     "the groups of a directory.\n\n"
	     "usage: seatsync [-c FILE] [--log-level LEVEL] [--log-format text|json] COMMAND [options]\n");
	for (size_t i = 0; i < commands_nr; i++)
		printf("  %-12s %s\n", commands[i].name, commands[i].help);
	puts("\n`seatsync COMMAND -h` tells more about one; so does seatsync(1).");
}

bool command_parse_globals(struct invocation *in, int argc, char **argv, int *at)
{
	enum { OPTION_VERSION = OPTION_FIRST };
	struct option options[] = {
		{"version", no_argument, NULL, OPTION_VERSION},
		common_options[0], common_options[1], common_options[2], common_options[4], {0},
	};
	int c;

	optind = 0;
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:c:h", options, NULL)) != -1) {
		if (c == '?' || c == ':')
			return option_unknown(in, c, argv[optind - 1], options,
					      ARRAY_SIZE(options) - 1);
		if (c != 'h' && c != OPTION_VERSION) {
			if (!option_common(in, c))
				return false;
			continue;
		}
		if (c == 'h')
			help_show();
		else
			puts("seatsync " SEATSYNC_VERSION);
		in->status = STATUS_AGREES;
		return false;
	}
	*at = optind;
	return true;
}

/* ---- small things that several commands need --------------------------------- */

static int err_status(enum err_kind kind)
{
	switch (kind) {
	case ERR_LOCKED:
		return STATUS_LOCKED;
	case ERR_CONFIG:
		return STATUS_CONFIG;
	case ERR_USAGE:
		return STATUS_USAGE;
	default:
		return STATUS_FAILED;
	}
}

static json_t *err_value(const struct err *e)
{
	static const char mark[] = "\nhint: ";
	const char *hint = strstr(e->text, mark);
	struct arena a = {0};
	char *text = arena_strndup(&a, e->text, hint ? (size_t)(hint - e->text) : strlen(e->text));
	json_t *value = json_pack("{s:s, s:o, s:o}", "kind", err_kind_name(e->kind), "text",
				  document_text(text), "hint",
				  document_text(hint ? hint + sizeof mark - 1 : NULL));

	arena_free(&a);
	return value;
}

int command_fail(const struct invocation *in, const struct err *e)
{
	return command_fail_with(in, e, NULL);
}

int command_fail_with(const struct invocation *in, const struct err *e, const struct listing *more)
{
	const struct log_field kind = {"kind", err_kind_name(e->kind), false};
	int status = err_status(e->kind);
	struct document d;

	log_fields(LEVEL_ERROR, &kind, 1, "%s", e->text);
	if (in->json) {
		document_begin(&d, stdout, in->command->name);
		document_field(&d, "status", json_integer(status));
		document_field(&d, "error", err_value(e));
		if (more)
			listing_json(&d, more);
		document_end(&d);
	}
	return status;
}

static bool span_parse(const char *text, int64_t *seconds)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', MINUTE}, {'h', HOUR}, {'d', DAY}};
	enum { SPAN_DIGITS = 9 };
	size_t digits = strspn(text, "0123456789");

	if (!digits || digits > SPAN_DIGITS)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (text[digits] != units[i].unit || text[digits + 1])
			continue;
		*seconds = strtoll(text, NULL, 10) * units[i].seconds;
		return true;
	}
	return false;
}

bool command_since(struct invocation *in, const char *text, int64_t span, utc *since)
{
	char date[UTC_TEXT_SIZE];
	utc now = time(NULL);

	if (!text && !span) {
		*since = 0;
		return true;
	}
	if (!text || span_parse(text, &span)) {
		*since = now > span ? now - span : 0;
		return true;
	}
	snprintf(date, sizeof date, "%.10sT00:00:00Z", text);
	if (utc_parse(strlen(text) == strlen("2026-11-22") ? date : text, since) == 0)
		return true;
	in->status = command_usage(in, "--since is 7d, 24h or 2026-11-22, not %s", text);
	return false;
}

const char *command_address(struct invocation *in, struct arena *a, const char *email)
{
	const char *why = NULL;
	const char *address = address_normal(a, email, strlen(email), NULL, &why);

	if (!address)
		in->status = command_usage(in, "%s is no e-mail address: %s", email, why);
	return address;
}

const char *actor_name(struct arena *a)
{
	const struct passwd *user = getpwuid(getuid());
	const char *sudo = getenv("SUDO_USER"), *name;

	if (getenv("INVOCATION_ID") && !isatty(STDIN_FILENO))
		return "systemd";
	name = user ? arena_strdup(a, user->pw_name) : arena_printf(a, "uid %ld", (long)getuid());
	if (!sudo || !*sudo)
		return name;
	/* a word of the environment: who it really was stands beside it, but for root */
	sudo = text_shown(a, sudo);
	return getuid() ? arena_printf(a, "%s by sudo as %s", sudo, name)
			: arena_printf(a, "%s by sudo", sudo);
}

bool stdout_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && !str_eq(term, "dumb");
}
