/*
 * scim_check.h - what `seatsync check` says about a SCIM server: whether it
 * lets us in, what a reading brings, and which of the ways to read membership
 * it answers to.
 */
#ifndef SEATSYNC_SCIM_CHECK_H
#define SEATSYNC_SCIM_CHECK_H

#include "connectors/check.h"
#include "connectors/scim_client.h"

/* wanted: the rules' selectors, NULL-terminated; may be NULL. */
void scim_check_run(struct check *c, struct scim *s, const char *const *wanted);

#endif
