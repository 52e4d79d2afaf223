/*
 * text.h - text in and out: what strangers wrote is shown harmlessly, times
 * and durations have one spelling.  libc only.
 */
#ifndef SEATSYNC_TEXT_H
#define SEATSYNC_TEXT_H

#include <stdio.h>

#include "agent/base.h"

/* Length of the valid UTF-8 prefix of s[0..len); len when all is valid and holds no NUL. */
size_t utf8_valid(const char *s, size_t len);

/*
 * Writes s with every character that could move a cursor or deceive an eye
 * made visible: C0, DEL and C1 controls as \x1b, bidirectional and invisible
 * format characters as \u202e, bytes that are no UTF-8 as \xff.  A backslash
 * is doubled only inside such a text, so that it can be read back.
 */
void text_show(FILE *out, const char *s);
char *text_shown(struct arena *a, const char *s);

/* Columns that text_show(s) takes on a terminal (wcwidth-like, East Asian wide = 2). */
size_t text_width(const char *s);

/* "2026-11-22T09:30:00Z" */
enum { UTC_TEXT_SIZE = 21 };
const char *utc_format(char text[UTC_TEXT_SIZE], utc t);

/* RFC 3339 / ISO 8601 with Z or offset, or without (UTC); fraction ignored.  -1 when it is none. */
int utc_parse(const char *text, utc *t);

/* "36 hours" -> short and rounded: "45s" "12m" "5h" "6d 3h"; for people. */
char *duration_format(struct arena *a, int64_t seconds);

#endif
