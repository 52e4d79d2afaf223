#include <stdio.h>
#include <time.h>

#include "connectors/anaconda.h"
#include "connectors/anaconda_parse.h"

enum { CLOCK_TOLERANCE = 10 * MINUTE };

struct checker {
	struct anaconda *p;
	struct arena *a;
	check_sink *sink;
	void *ctx;
	bool well;
};

struct probe {
	struct api_call call;
	struct http_answer answer;
	char words[256];
	bool offered;
	bool answered;
	const struct anaconda *p;
};

static void tell(struct checker *c, const char *subject, bool ok, const char *text)
{
	struct check_line line = {.subject = subject, .ok = ok, .text = text};

	c->well &= ok;
	c->sink(c->ctx, &line);
}

/* An error's text as one line of `check`: the sink shows the hint too. */
static void tell_err(struct checker *c, const char *subject, const struct err *e)
{
	tell(c, subject, false, arena_strdup(c->a, e->text));
}

static void on_probe(struct api_call *call, const struct http_answer *a)
{
	struct probe *probe = call->ctx;

	probe->answer = *a;
	probe->answer.body = NULL;
	probe->answered = true;
	probe->offered = !answer_not_offered(a);
	answer_words(probe->p, a, probe->words, sizeof probe->words);
}

static void probe_make(struct checker *c, struct probe *probe, enum api_endpoint at)
{
	*probe = (struct probe){.p = c->p};
	api_prepare(&probe->call, c->p, c->p->endpoints[at].method,
		    api_url(c->p, c->a, at, NULL, NULL), NULL, false, on_probe, probe);
	api_submit(&probe->call);
	while (!probe->answered && api_wait(c->p))
		;
	BUG_IF(!probe->answered);
}

/* Without its list every invitation would go on the worklist. */
static bool relied_on(const struct checker *c, enum api_endpoint at)
{
	return at == API_INVITATIONS &&
	       c->p->base.settings->invitations_mode == INVITATIONS_API;
}

static void check_optional(struct checker *c, const char *subject, enum api_endpoint at)
{
	struct probe probe;
	const struct http_answer *a = &probe.answer;

	if (!c->p->endpoints[at].method) {
		tell(c, subject, true, "no call is configured");
		return;
	}
	probe_make(c, &probe, at);
	if (a->verdict == HTTP_ANSWERED && a->status == 200 && probe.offered)
		tell(c, subject, true, "offered");
	else if (!probe.offered)
		tell(c, subject, !relied_on(c, at),
		     arena_printf(c->a, "not offered: %s answered %d (%s)%s",
				  c->p->endpoints[at].path, a->status, a->type,
				  relied_on(c, at) ? "; set organization.invitations: manual, or put "
						     "organization.endpoints.invitations right"
						   : ""));
	else
		tell(c, subject, false,
		     arena_printf(c->a, "%s answered %d: %s", c->p->endpoints[at].path, a->status,
				  probe.words));
}

static void check_clock(struct checker *c, utc server)
{
	int64_t off = (int64_t)time(NULL) - server;

	if (!server)
		tell(c, "platform: clock", true, "the platform tells no time to compare with");
	else if (off > CLOCK_TOLERANCE || off < -CLOCK_TOLERANCE)
		tell(c, "platform: clock", false,
		     arena_printf(c->a,
				  "this machine's clock is %lld seconds %s the platform's\n"
				  "hint: keep it by NTP; what is due only by time does not happen "
				  "meanwhile",
				  (long long)(off < 0 ? -off : off), off < 0 ? "behind" : "ahead of"));
	else
		tell(c, "platform: clock", true,
		     arena_printf(c->a, "%lld seconds off the platform's", (long long)off));
}

/* True when the token was had: the rest can be asked. */
static bool check_token(struct checker *c)
{
	struct anaconda *p = c->p;
	static const char *const steps[] = {
		[HTTP_FAULT_NAME] = "platform: name",
		[HTTP_FAULT_CONNECT] = "platform: connect",
		[HTTP_FAULT_TLS] = "platform: TLS",
		[HTTP_FAULT_CERTIFICATE] = "platform: TLS",
	};
	enum http_fault fault;

	if (!token_usable(p))
		token_fetch(p);
	while (p->token.fetching && api_wait(p))
		;
	if (token_usable(p)) {
		tell(c, "platform: connect", true, p->base.settings->url);
		tell(c, "platform: token", true,
		     arena_printf(c->a, "issued to %s", p->base.settings->client_id));
		return true;
	}
	fault = p->token.fault;
	tell_err(c, fault < ARRAY_SIZE(steps) && steps[fault] ? steps[fault] : "platform: token",
		 &p->fatal);
	return false;
}

static void check_writes(struct checker *c)
{
	const struct platform_settings *s = c->p->base.settings;

	tell(c, "platform: role call", true,
	     s->roles_mode == ROLES_MANUAL      ? "manual: role changes go on the worklist"
	     : c->p->endpoints[API_ROLE].method ? "configured; it cannot be tried without a change"
						: "no call is configured: role changes go on the worklist");
	tell(c, "platform: second writer", true,
	     "cannot be seen from here: if the platform's own Directory Sync is on for this "
	     "organization, switch it off; two writers undo each other");
}

bool anaconda_check(struct platform *base, struct arena *a, check_sink *sink, void *ctx)
{
	struct checker c = {.p = anaconda_of(base), .a = a, .sink = sink, .ctx = ctx, .well = true};
	struct organization o;
	struct err e;

	c.p->fatal.kind = ERR_NONE;
	if (!check_token(&c))
		return false;
	if (anaconda_read(base, a, &o, &e)) {
		tell_err(&c, "platform: members", &e);
	} else {
		tell(&c, "platform: members", true,
		     arena_printf(a, "%zu in %s", o.members_nr, base->settings->org_id));
		check_clock(&c, o.server_time);
	}
	check_optional(&c, "platform: invitations", API_INVITATIONS);
	check_optional(&c, "platform: seats", API_SEATS);
	check_writes(&c);
	return c.well;
}
