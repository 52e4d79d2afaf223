/*
 * url.h - the URLs of the configuration, read strictly: a scheme, a host in
 * ASCII, perhaps a port and a path.  User names, passwords, queries and
 * fragments are refused (fault K2).
 */
#ifndef SEATSYNC_CONFIG_URL_H
#define SEATSYNC_CONFIG_URL_H

#include "agent/base.h"

struct url {
	const char *scheme; /* lower case */
	const char *origin; /* "https://host:8443": scheme, host, port as given, lower case */
	const char *path;   /* "" or begins with a slash */
	bool loopback;      /* localhost, 127.0.0.0/8, ::1 */
};

/* -1 with *why, as "has a query or a fragment", when it is none. */
int url_parse(struct url *u, struct arena *a, const char *text, const char **why);

/* True when a path (or a template of one) has only characters that a URL may have. */
bool url_path_valid(const char *path);

#endif
