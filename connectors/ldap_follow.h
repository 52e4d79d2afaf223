/*
 * ldap_follow.h - members named by a place at which they are no more: the
 * `follow` of directory.h, for directories whose groups hold names.
 */
#ifndef SEATSYNC_LDAP_FOLLOW_H
#define SEATSYNC_LDAP_FOLLOW_H

#include "connectors/directory.h"

void formers_follow(struct arena *a, const struct former *formers, size_t nr, struct reading *r);

#endif
