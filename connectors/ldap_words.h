/*
 * ldap_words.h - what a server's result code means to us, and to whoever must
 * put it right.
 */
#ifndef SEATSYNC_LDAP_WORDS_H
#define SEATSYNC_LDAP_WORDS_H

#include "agent/base.h"

enum err_kind code_kind(int code);

/* What to do about it; words: the server's, may be NULL.  NULL: nothing to say. */
const char *code_hint(int code, const char *words);

#endif
