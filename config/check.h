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

/* The same for one `scim` section; it reads the secrets if `read`. */
void scim_check(struct bind *b, const struct node *map, struct settings *s,
		struct scim_settings *scim, bool read);

/*
 * A URL of http or https with its path, without a slash at its end; NULL with
 * a fault.  bare: only a scheme, a host and a port.
 */
const char *http_url_check(struct bind *b, const struct node *n, const char *text, bool bare,
			   bool cleartext);

/* A certificate and its key are given together or not at all. */
void cert_check(struct bind *b, const struct node *map);

/* A value that is there and not null. */
const struct node *node_given(const struct node *map, const char *key);

/* Clear text to another host than loopback; true when it may not be. */
bool cleartext_refused(struct bind *b, const struct node *n, bool loopback, bool allowed,
		       const char *instead);

#endif
