/*
 * yes_no.h - a yes or no as people and programs write it.
 */
#ifndef SEATSYNC_YES_NO_H
#define SEATSYNC_YES_NO_H

#include <stddef.h>

enum yes_no { SAYS_NO, SAYS_YES, SAYS_NEITHER };

/* true yes 1 on / false no 0 off, whatever the case. */
enum yes_no yes_no_parse(const char *text, size_t len);

#endif
