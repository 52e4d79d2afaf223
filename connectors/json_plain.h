/*
 * json_plain.h - one record of the plain kind, and of it only what is looked at.
 *
 * Lists have thousands of records of 700 bytes to many KiB, of which less than
 * half is looked at.  jansson reads 30 MB/s, and was four fifths of all CPU;
 * this reads ten times that.
 *
 * jansson stays the judge of what is JSON.  A record is plain when all of it,
 * wanted or not, is beyond doubt: each key once in its object and without
 * escapes, strings of valid UTF-8, numbers of a few digits, no deep nesting,
 * and nothing wanted that needs converting.  Any other is left to jansson.  So
 * the answer is always jansson's: tests/fuzz holds the two against each other.
 */
#ifndef SEATSYNC_JSON_PLAIN_H
#define SEATSYNC_JSON_PLAIN_H

#include <jansson.h>

#include "agent/base.h"

/*
 * text[0..len) as an object with the wanted members alone, whose names are
 * compared in any case of letters; wanted ends with NULL.  NULL when it is not
 * plain.  The caller owns it.
 */
json_t *json_plain(const char *text, size_t len, const char *const *wanted);

#endif
