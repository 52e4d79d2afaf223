/*
 * json_value.h - values out of JSON that a stranger sent: of the type that is
 * wanted, or none.
 */
#ifndef SEATSYNC_JSON_VALUE_H
#define SEATSYNC_JSON_VALUE_H

#include <jansson.h>

#include "agent/base.h"

/* Parses strictly; NULL when it is no object.  Memory of all JSON is wiped when freed. */
json_t *json_object_parse(const char *text, size_t len);

/* The string at key, or NULL when it is missing or of another type. */
const char *json_text(const json_t *object, const char *key);

enum { JSON_COUNT_MAX = 100000000 };

/* A whole number of 0 to JSON_COUNT_MAX, also as a string or as 7.0; -1 when it is none. */
int json_count(const json_t *value, int64_t *n);

#endif
