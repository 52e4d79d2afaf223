/*
 * scim_confirm.h - is who is missing from the list really gone?
 *
 * A list may be wrong and look right: one user deleted and one made between
 * two pages hide a third, and every number agrees.  So whoever was known and
 * is not in a reading is asked for by the id.  404, or active: false, is an
 * answer; whatever else leaves the reading partial, and nothing is taken.
 *
 * A server, or a proxy before it, that says 404 to everything is found out
 * by asking for somebody who is in the list, with an id as odd if there is one.
 */
#ifndef SEATSYNC_SCIM_CONFIRM_H
#define SEATSYNC_SCIM_CONFIRM_H

#include "connectors/scim_client.h"

void scim_confirm(struct scim *s, struct arena *a, const char *const *ids, struct reading *r);

/* Makes the reading partial: why nobody could be confirmed gone. */
void scim_unconfirmed(struct arena *a, struct reading *r, const char *why);

#endif
