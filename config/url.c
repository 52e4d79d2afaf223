#include "config/url.h"

#include <arpa/inet.h>

#include "config/value.h"

enum { HOST_MAX = 253, PORT_MAX = 65535 };

static int refuse(const char **why, const char *text)
{
	*why = text;
	return -1;
}

static char *lower_copy(struct arena *a, const char *s, size_t len)
{
	char *copy = arena_strndup(a, s, len);

	for (char *p = copy; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return copy;
}

/* Visible ASCII without those that RFC 3986 leaves out, and without a backslash. */
static bool chars_valid(const char *text)
{
	for (const char *p = text; *p; p++)
		if (*p <= ' ' || *p > '~' || strchr("\"<>\\^`|", *p))
			return false;
	return true;
}

bool url_path_valid(const char *path)
{
	return chars_valid(path) && !strchr(path, '#') && !strstr(path, "//") &&
	       !strstr(path, "/../") && !strstr(path, "/./");
}

static bool host_is_name(const char *host)
{
	size_t label = 0;

	for (const char *p = host; *p; p++) {
		bool letter = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-' ||
			      *p == '_';

		if (!letter && (*p != '.' || label == 0))
			return false;
		label = letter ? label + 1 : 0;
	}
	return label > 0 && strlen(host) <= HOST_MAX;
}

/* The host of an authority, without brackets; *rest is what follows it. */
static const char *host_take(struct arena *a, const char *authority, const char **rest,
			     bool *loopback)
{
	struct in6_addr six;
	struct in_addr four;
	const char *host, *end;

	if (authority[0] == '[') {
		end = strchr(authority, ']');
		host = end ? arena_strndup(a, authority + 1, (size_t)(end - authority) - 1) : "";
		*rest = end ? end + 1 : "";
		*loopback = inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
		return inet_pton(AF_INET6, host, &six) == 1 ? host : NULL;
	}
	*rest = authority + strcspn(authority, ":");
	host = arena_strndup(a, authority, (size_t)(*rest - authority));
	*loopback = str_eq(host, "localhost") ||
		    (inet_pton(AF_INET, host, &four) == 1 && ntohl(four.s_addr) >> 24 == 127);
	return host_is_name(host) ? host : NULL;
}

static bool port_valid(const char *rest)
{
	int64_t port;

	return *rest == '\0' ||
	       (*rest == ':' && value_count(rest + 1, &port) == 0 && port >= 1 && port <= PORT_MAX);
}

int url_parse(struct url *u, struct arena *a, const char *text, const char **why)
{
	static const char scheme[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	const char *sep = strstr(text, "://"), *authority, *rest;
	size_t len;

	if (!sep || sep == text || strspn(text, scheme) != (size_t)(sep - text))
		return refuse(why, "is no URL; it does not begin as https://");
	len = strcspn(sep + 3, "/?#");
	authority = lower_copy(a, sep + 3, len);
	if (strchr(authority, '@'))
		return refuse(why, "has a user name or a password in it");
	if (strpbrk(sep + 3 + len, "?#"))
		return refuse(why, "has a query or a fragment");
	if (!chars_valid(text))
		return refuse(why, "has a character in it that no URL has");
	if (!host_take(a, authority, &rest, &u->loopback))
		return refuse(why, "has no valid host");
	if (!port_valid(rest))
		return refuse(why, "has no valid port");
	if (!url_path_valid(sep + 3 + len))
		return refuse(why, "has no valid path");
	u->scheme = lower_copy(a, text, (size_t)(sep - text));
	u->origin = arena_printf(a, "%s://%s", u->scheme, authority);
	u->path = arena_strdup(a, sep + 3 + len);
	return 0;
}
