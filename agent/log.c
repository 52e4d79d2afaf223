#include "agent/log.h"

#include <jansson.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent/notify.h"
#include "agent/text.h"

const char *const log_level_names[LEVEL_NR] = {"error", "warn", "info", "debug"};
const char *const log_format_names[LOG_FORMAT_NR] = {"text", "json"};

/* syslog(3)'s numbers, as sd-daemon(3) wants them. */
static const char journal_priority[LEVEL_NR] = {'3', '4', '6', '7'};

enum { LOG_LINE_MAX = 4096, PROGRESS_MAX = 200 };

/* The one thing of the process that many threads share: where stderr leads. */
static struct {
	enum log_level level;
	enum log_format format;
	bool journal, terminal;
	bool progress; /* an unfinished line stands on the terminal */
} sink = {.level = LEVEL_INFO};

/* $JOURNAL_STREAM is "device:inode" of the journal's socket: systemd.exec(5). */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	char text[64];

	if (!stream || fstat(STDERR_FILENO, &st))
		return false;
	snprintf(text, sizeof text, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return str_eq(stream, text);
}

void log_open(enum log_level level, enum log_format format)
{
	sink.level = level;
	sink.format = format;
	sink.journal = stderr_is_journal();
	sink.terminal = isatty(STDERR_FILENO) == 1;
}

static void prefix_write(FILE *out, enum log_level level)
{
	char at[UTC_TEXT_SIZE];

	if (sink.journal)
		fprintf(out, "<%c>", journal_priority[level]);
	else if (!sink.terminal)
		fprintf(out, "%s %s: ", utc_format(at, time(NULL)), log_level_names[level]);
	else if (level == LEVEL_WARN || level == LEVEL_DEBUG)
		fprintf(out, "seatsync: %s: ", level == LEVEL_WARN ? "warning" : "debug");
	else
		fputs("seatsync: ", out);
}

/* key=value, quoted where a blank would end it. */
static void field_write(FILE *out, const struct log_field *field)
{
	const char *quote = strchr(field->value, ' ') ? "\"" : "";

	if (field->said)
		return;
	fprintf(out, " %s=%s", field->key, quote);
	text_show(out, field->value);
	fputs(quote, out);
}

static void write_text(FILE *out, enum log_level level, const struct log_field *fields, size_t nr,
		       char *text)
{
	bool first = true;

	for (char *next, *line = text; line; line = next, first = false) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		prefix_write(out, level);
		text_show(out, line);
		/* fields are for programs that read a journal or a file */
		for (size_t i = 0; first && !sink.terminal && i < nr; i++)
			if (fields[i].value)
				field_write(out, &fields[i]);
		fputc('\n', out);
	}
}

static void object_text(json_t *object, const char *key, const char *text)
{
	struct arena a = {0};
	json_t *value = json_string(text);

	if (!value)
		value = json_string(text_shown(&a, text)); /* no UTF-8 */
	json_object_set_new(object, key, value);
	arena_free(&a);
}

static void write_json(FILE *out, enum log_level level, const struct log_field *fields, size_t nr,
		       char *text)
{
	static const char hint_mark[] = "\nhint: ";
	json_t *object = json_object();
	char *hint = strstr(text, hint_mark);
	char at[UTC_TEXT_SIZE];

	if (hint)
		*hint = '\0';
	object_text(object, "time", utc_format(at, time(NULL)));
	object_text(object, "level", log_level_names[level]);
	object_text(object, "message", text);
	if (hint)
		object_text(object, "hint", hint + sizeof hint_mark - 1);
	for (size_t i = 0; i < nr; i++)
		if (fields[i].value)
			object_text(object, fields[i].key, fields[i].value);
	json_dumpf(object, out, JSON_COMPACT | JSON_ENSURE_ASCII);
	fputc('\n', out);
	json_decref(object);
}

/* One write a message, so that those of two threads do not mix. */
static void line_write(enum log_level level, const struct log_field *fields, size_t nr, char *text)
{
	char *line = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&line, &size);

	if (!out) { /* no memory: that it failed is told all the same */
		fputs("seatsync: ", stderr);
		text_show(stderr, text);
		fputc('\n', stderr);
		return;
	}
	if (sink.format == LOG_JSON)
		write_json(out, level, fields, nr, text);
	else
		write_text(out, level, fields, nr, text);
	if (fclose(out) == 0) {
		log_progress_end();
		fwrite(line, 1, size, stderr);
	}
	free(line);
}

void log_fields(enum log_level level, const struct log_field *fields, size_t nr, const char *fmt,
		...)
{
	char text[LOG_LINE_MAX];
	va_list ap;

	if (level > sink.level)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	line_write(level, fields, nr, text);
}

/* JSON on a terminal is somebody's test of what a program would see. */
static bool progress_seen(void)
{
	return sink.terminal && sink.format == LOG_TEXT && sink.level >= LEVEL_INFO;
}

void log_progress(const char *fmt, ...)
{
	char text[PROGRESS_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	notify_progress(text);
	if (!progress_seen())
		return;
	fputs("\r\033[K", stderr);
	text_show(stderr, text);
	sink.progress = true;
}

void log_progress_end(void)
{
	if (sink.progress)
		fputs("\r\033[K", stderr);
	sink.progress = false;
}

void log_progress_done(const char *fmt, ...)
{
	char text[LOG_LINE_MAX];
	va_list ap;

	if (progress_seen()) {
		log_progress_end();
		return;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	log_info("%s", text);
}
