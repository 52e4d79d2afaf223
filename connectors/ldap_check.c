#include "connectors/ldap_check.h"

#include "agent/rules.h"
#include "agent/text.h"
#include "connectors/ldap_read.h"

static void line_say(struct ldap_check *c, bool ok, const char *subject, const char *text)
{
	struct check_line line = {
		.subject = arena_printf(c->arena, "%s: %s", c->directory->name, subject),
		.ok = ok,
		.text = text,
	};

	c->well &= ok;
	c->sink(c->ctx, &line);
}

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
		text = arena_strdup(c->arena, text);
	}
	line_say(c, !rc, arena_printf(c->arena, "%s: %s", url, step), text);
	return !rc;
}

static const char *secure_text(const struct server *s)
{
	if (s->secure)
		return "TLS, certificate verified";
	return wire_is_local(&s->wire) ? "not encrypted, but this machine"
				       : "not encrypted, as allow_cleartext says";
}

static const char *bind_text(struct ldap_check *c)
{
	const struct server *s = c->server;

	if (s->identity[0])
		return arena_printf(c->arena, "the server knows us as %s",
				    text_shown(c->arena, s->identity));
	return s->settings->bind_dn || s->settings->sasl ? "accepted" : "anonymous";
}

/* Leaves the server open when all went well. */
static bool server_check(struct ldap_check *c, const char *url)
{
	struct server *s = c->server;
	struct err e = {0};
	int64_t step = wire_now() + 3 * SERVER_STEP_SECONDS * 1000;
	int rc;

	if (!step_say(
		    c, url, "connect",
		    server_connect(s, &c->directory->ldap, url, step < c->end ? step : c->end, &e),
		    &e, "reached"))
		return false;
	if (!step_say(c, url, "privacy", server_secure(s, &e), &e, secure_text(s)))
		return false;
	rc = server_bind(s, &e);
	c->denied = rc && e.kind == ERR_DENIED;
	return step_say(c, url, "bind", rc, &e, bind_text(c));
}

/* Every server is tried, unless one refused the password: that must not be repeated. */
static const char *servers_check(struct ldap_check *c)
{
	const char *const *url = c->directory->ldap.urls;
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

static void people_check(struct ldap_check *c, const struct reading *r)
{
	size_t addressed = 0, disabled = 0;

	for (size_t i = 0; i < r->people_nr; i++) {
		addressed += r->people[i].address != NULL;
		disabled += r->people[i].disabled;
	}
	if (!r->people_nr)
		line_say(c, false, "people",
			 "nobody was found\nhint: check people.base and "
			 "people.filter, and that the account of bind_dn may read there");
	else
		line_say(c, addressed > 0, "people",
			 arena_printf(c->arena,
				      "%zu found, %zu with an e-mail address, %zu disabled%s",
				      r->people_nr, addressed, disabled,
				      addressed ? "" : "\nhint: check people.email"));
	if (r->state != COMPLETE)
		line_say(c, false, "reading", arena_printf(c->arena, "is partial: %s", r->why));
}

static const char *group_text(struct arena *a, const struct group *g)
{
	return arena_printf(a, "%s: %u people, %u groups, %u others, %u dangling%s%s",
			    text_shown(a, g->place), g->people_nr, g->groups_nr, g->others,
			    g->dangling,
			    g->state == COMPLETE  ? ""
			    : g->state == PARTIAL ? "; is partial: "
						  : "; cannot be used: ",
			    g->why ? g->why : "");
}

static void selector_check(struct ldap_check *c, const struct reading *r, const char *selector)
{
	const char *subject = arena_printf(c->arena, "group %s", text_shown(c->arena, selector));
	size_t found = 0;

	for (size_t i = 0; i < r->groups_nr; i++) {
		const struct group *g = &r->groups[i];

		if (!selector_matches(selector, g))
			continue;
		found++;
		line_say(c, g->state == COMPLETE, subject, group_text(c->arena, g));
	}
	if (!found)
		line_say(c, false, subject,
			 "was not found\nhint: check its name, groups.base and "
			 "groups.filter, and that the account of bind_dn may read it");
}

static void groups_check(struct ldap_check *c, const struct reading *r)
{
	line_say(c, r->groups_nr > 0, "groups",
		 r->groups_nr
			 ? arena_printf(c->arena, "%zu found", r->groups_nr)
			 : "none was found\nhint: check groups.base and groups.filter, and that "
			   "the account of bind_dn may read there");
	for (const char *const *w = c->wanted; w && *w; w++)
		selector_check(c, r, *w);
}

bool check_run(struct ldap_check *c)
{
	const char *url = servers_check(c);
	struct reading r = {0};
	struct err e = {0};

	if (!url)
		return false;
	if (server_open(c->server, &c->directory->ldap, url, c->end, &e) ||
	    directory_whole(c->server, c->arena, c->wanted, &r, &e)) {
		line_say(c, false, "reading", arena_strdup(c->arena, e.text));
	} else {
		people_check(c, &r);
		groups_check(c, &r);
	}
	server_close(c->server);
	return c->well;
}
