/*
 * log.h - what is said on stderr: nothing here is a result.
 *
 *	log_open(LEVEL_INFO, LOG_TEXT);
 *	log_info("state %s was made", path);
 *	log_progress("reading %s", name);     // one line, replaced by the next
 *	log_progress_end();
 *
 * One line a message.  Text on a terminal is "seatsync: ..."; under the
 * journal it carries sd-daemon(3)'s <N> instead; elsewhere the time and the
 * level.  JSON is one object a line: time, level, message, hint and fields.
 * Secrets never come here, and an address only where an action on it is told.
 * Any thread may log.
 */
#ifndef SEATSYNC_LOG_H
#define SEATSYNC_LOG_H

#include "agent/base.h"

enum log_level { LEVEL_ERROR, LEVEL_WARN, LEVEL_INFO, LEVEL_DEBUG, LEVEL_NR };
enum log_format { LOG_TEXT, LOG_JSON, LOG_FORMAT_NR };

extern const char *const log_level_names[LEVEL_NR];   /* "error" "warn" "info" "debug" */
extern const char *const log_format_names[LOG_FORMAT_NR]; /* "text" "json" */

struct log_field {
	const char *key;
	const char *value; /* NULL: left out */
	bool said;         /* the message says it: not again in text */
};

/* Says less important than `level` are dropped.  Before: info, as text. */
void log_open(enum log_level level, enum log_format format);

/* A hint behind "\nhint: " is told on a line, or in a field, of its own. */
void log_fields(enum log_level level, const struct log_field *fields, size_t nr, const char *fmt,
		...) PRINTF_LIKE(4, 5);

#define log_error(...) log_fields(LEVEL_ERROR, NULL, 0, __VA_ARGS__)
#define log_warn(...) log_fields(LEVEL_WARN, NULL, 0, __VA_ARGS__)
#define log_info(...) log_fields(LEVEL_INFO, NULL, 0, __VA_ARGS__)
#define log_debug(...) log_fields(LEVEL_DEBUG, NULL, 0, __VA_ARGS__)

/*
 * Long work: on a terminal a line that the next one replaces; to systemd a
 * STATUS= and another minute of patience (notify.h); elsewhere nothing.
 */
void log_progress(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_progress_end(void);
/* What long work came to, as info; not where the line above was seen. */
void log_progress_done(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
