/*
 * fingerprint.h - what makes a configuration "not yet accepted" when it
 * changes: rules, scope, leavers, members, and what a directory's people and
 * groups are.  Limits, protection, servers and secrets are not part of it.
 */
#ifndef SEATSYNC_CONFIG_FINGERPRINT_H
#define SEATSYNC_CONFIG_FINGERPRINT_H

#include "config/config.h"

const char *fingerprint_make(struct arena *a, const struct settings *s);

/* Of the whole file: another one whenever anything was edited. */
const char *file_digest(struct arena *a, const char *bytes);

#endif
