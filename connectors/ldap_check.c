#include "connectors/ldap_check.h"

#include "agent/text.h"
#include "connectors/ldap_read.h"

/* ---- each server ----------------------------------------------------------------------- */

static bool step_say(struct ldap_check *c, const char *url, const char *step, int rc,
		     const struct err *e, const char *good)
{
	const char *text = good;

	if (rc) {
		size_t len = strlen(url);

		/* The subject names the server already. */
		text = strncmp(e->text, url, len) == 0 && e->text[len] == ':' ? e->text + len + 2
									      : e->text;
		text = arena_strdup(c->lines.arena, text);
	}
	check_say(&c->lines, !rc, arena_printf(c->lines.arena, "%s: %s", url, step), text);
	return !rc;
}

static const char *secure_text(const struct server *s)
{
	if (s->secure)
		return "TLS, certificate verified";
	if (s->settings->sasl == LDAP_SASL_GSSAPI)
		return "not encrypted so far; Kerberos will";
	return wire_is_local(&s->wire) ? "not encrypted, but this machine"
				       : "not encrypted, as allow_cleartext says";
}

static const char *bind_text(struct ldap_check *c)
{
	const struct server *s = c->server;

	if (s->identity[0])
		return arena_printf(c->lines.arena, "the server knows us as %s",
				    text_shown(c->lines.arena, s->identity));
	return s->settings->bind_dn || s->settings->sasl ? "accepted" : "anonymous";
}

/* Leaves the server open when all went well. */
static bool server_check(struct ldap_check *c, const char *url)
{
	struct server *s = c->server;
	struct err e = {0};
	int64_t step = wire_now() + 3 * SERVER_STEP_SECONDS * 1000;
	int rc;

	if (!step_say(c, url, "connect",
		      server_connect(s, c->settings, url, step < c->end ? step : c->end, &e), &e,
		      "reached"))
		return false;
	rc = server_secure(s, &e);
	if (!step_say(c, url, "privacy", rc, &e, secure_text(s)))
		return false;
	rc = server_bind(s, &e);
	c->denied = rc && e.kind == ERR_DENIED;
	return step_say(c, url, "bind", rc, &e, bind_text(c));
}

/* Every server is tried, unless one refused the password: that must not be repeated. */
static const char *servers_check(struct ldap_check *c)
{
	const char *const *url = c->settings->urls;
	const char *good = NULL;

	for (; *url; url++) {
		if (server_check(c, *url) && !good)
			good = *url;
		server_close(c->server);
		if (c->denied)
			break;
	}
	return good;
}

/* ---- what it shows us --------------------------------------------------------------------- */

static const struct check_hints hints = {
	.people = "check people.base and people.filter, and that the account of bind_dn may read "
		  "there",
	.email = "check people.email",
	.groups = "check groups.base and groups.filter, and that the account of bind_dn may read "
		  "there",
	.group = "check its name, groups.base and groups.filter, and that the account of bind_dn "
		 "may read it",
};

bool check_run(struct ldap_check *c)
{
	const char *url = servers_check(c);
	struct reading r = {0};
	struct err e = {0};

	if (!url)
		return false;
	if (server_open(c->server, c->settings, url, c->end, &e) ||
	    directory_whole(c->server, c->lines.arena, c->wanted, &r, &e))
		check_say(&c->lines, false, "reading", arena_strdup(c->lines.arena, e.text));
	else
		check_reading(&c->lines, &r, c->wanted, &hints);
	server_close(c->server);
	return c->lines.well;
}
