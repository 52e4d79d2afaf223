/*
 * scim_directory.h - SCIM 2.0 behind the contract of directory.h.
 *
 * The files, each knowing only those above it:
 *	scim_value      attributes, whatever the case of their names
 *	scim_names      a growing set of names
 *	scim_client     GETs, and (scim_token.c) what lets us in
 *	scim_walk       a list page by page, and the proof that it is whole
 *	scim_people     users to people
 *	scim_groups     groups with members, and (scim_strangers.c) members in no list
 *	scim_ways       members in the other ways that servers offer
 *	scim_read       one reading
 *	scim_confirm    is who is missing really gone?
 *	scim_check      check, and which way of membership works
 *	scim_directory  the contract
 */
#ifndef SEATSYNC_SCIM_DIRECTORY_H
#define SEATSYNC_SCIM_DIRECTORY_H

#include "connectors/directory.h"

extern const struct directory_ops directory_scim;

#endif
