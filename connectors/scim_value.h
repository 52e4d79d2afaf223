/*
 * scim_value.h - attributes of a SCIM resource (RFC 7643).
 *
 * Names have no case (2.1): the exact spelling first, then any.  null and
 * absent are the same state (2.5).
 */
#ifndef SEATSYNC_SCIM_VALUE_H
#define SEATSYNC_SCIM_VALUE_H

#include "connectors/json_value.h"

enum {
	SCIM_ID_MAX = 512,    /* bytes of an id */
	SCIM_TEXT_MAX = 256,  /* bytes of a name as kept */
};

/* NULL when there is none, or null. */
const json_t *scim_at(const json_t *resource, const char *name);

/* The same, when it is text; NULL otherwise. */
const char *scim_text(const json_t *resource, const char *name);

enum scim_truth { SCIM_ABSENT, SCIM_FALSE, SCIM_TRUE, SCIM_ODD };

/* Some servers say "True" (text) for true. */
enum scim_truth scim_truth(const json_t *resource, const char *name);

/* 1 to SCIM_ID_MAX bytes without control characters. */
bool scim_id_usable(const char *id);

/* In `a`, cut to SCIM_TEXT_MAX bytes between characters; NULL stays NULL, and "" becomes it. */
const char *scim_name(struct arena *a, const char *text);

/* In `a`: the word as a string of JSON, with its quotes: for a filter. */
const char *scim_filter_word(struct arena *a, const char *word);

#endif
