/*
 * check.h - what several keys must agree on, and what follows from them:
 * URLs and clear text, who binds how, names that refer to others, the calls
 * that a mode needs, secrets.
 */
#ifndef SEATSYNC_CONFIG_CHECK_H
#define SEATSYNC_CONFIG_CHECK_H

#include "config/bind.h"

/* s is filled by section_bind from root; a field with a fault is NULL. */
void settings_check(struct bind *b, const struct node *root, struct settings *s,
		    enum settings_secrets secrets);

/* The part of settings_check for one `ldap` section. */
void ldap_check(struct bind *b, const struct node *map, struct ldap_settings *l);

/* A value that is there and not null. */
const struct node *node_given(const struct node *map, const char *key);

/* Clear text to another host than loopback; true when it may not be. */
bool cleartext_refused(struct bind *b, const struct node *n, bool loopback, bool allowed,
		       const char *instead);

#endif
