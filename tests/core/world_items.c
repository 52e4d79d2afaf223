#include "tests/core/building.h"

/* ---- rules, members, invitations ------------------------------------------------------ */

void rule_item(struct building *b)
{
	struct rule r = {.group = word(b)};
	texts except = {0}, require = {0};

	if (!is(b, "->"))
		nonsense(b, "-> is missing");
	while (more(b)) {
		if (is(b, "seat"))
			r.seat = true;
		else if (is(b, "only"))
			r.directory = word(b);
		else if (is(b, "except"))
			VEC_ADD(&except, word(b));
		else if (is(b, "require"))
			VEC_ADD(&require, word(b));
		else if (is(b, "until"))
			r.until = moment(b);
		else if (!is(b, "+") && !is(b, "access") && !is_role(b, &r.role))
			nonsense(b, "no word of a rule");
	}
	r.except = keep_texts(b, &except);
	r.require = keep_texts(b, &require);
	VEC_ADD(&b->rules, r);
}

void member_item(struct building *b)
{
	struct member m = {.email = word(b), .role = ROLE_MEMBER};

	m.address = normal(b->a, m.email);
	m.id = arena_printf(b->a, "m-%s", local(b->a, m.email));
	while (more(b)) {
		if (is(b, "seat"))
			m.seat = true;
		else if (is(b, "id"))
			m.id = word(b);
		else if (is(b, "odd"))
			m.role = ROLE_NONE;
		else if (is(b, "token"))
			m.token.state = token_word(b);
		else if (is(b, "ends"))
			m.token.expires_at = moment(b);
		else
			m.role = role_word(b);
	}
	if (m.token.state == TOKEN_UNREADABLE)
		b->s->organization.tokens_why = "503";
	VEC_ADD(&b->members, m);
}

void invitation_item(struct building *b)
{
	struct invitation i = {.email = word(b), .role = ROLE_MEMBER};

	i.address = normal(b->a, i.email);
	i.id = arena_printf(b->a, "i-%s", local(b->a, i.email));
	while (i.status < INVITATION_REMOVED && !is(b, invitation_status_name(i.status)))
		i.status++;
	if (i.status == INVITATION_REMOVED && !is(b, "removed"))
		nonsense(b, "no status");
	i.sent_at = SCENE_NOW - (i.status == INVITATION_EXPIRED ? 8 : 1) * DAY;
	i.expires_at = i.sent_at + 7 * DAY;
	while (more(b)) {
		if (is(b, "sent"))
			i.sent_at = is(b, "-") ? 0 : moment(b);
		else if (is(b, "expires"))
			i.expires_at = is(b, "-") ? 0 : moment(b);
		else if (is(b, "id"))
			i.id = word(b);
		else if (is(b, "hidden"))
			i.role = ROLE_NONE;
		else
			i.role = role_word(b);
	}
	VEC_ADD(&b->invitations, i);
}

/* ---- platform, settings ------------------------------------------------------------------- */

void platform_item(struct building *b)
{
	struct organization *o = &b->s->organization;

	if (is(b, "total"))
		o->seats_total = number(b);
	else if (is(b, "assigned"))
		o->seats_assigned = number(b);
	else if (is(b, "unlisted"))
		o->invitations_listed = false;
	else if (is(b, "clock"))
		o->server_time = moment(b);
	else if (is(b, "self"))
		VEC_ADD(&b->self, word(b));
	else
		nonsense(b, "no word of the platform");
}

static bool settings_leavers(struct building *b, struct policy *p)
{
	if (is(b, "seat"))
		p->leavers.keep_seat = choice(b, "revoke", "keep");
	else if (is(b, "disabled"))
		p->leavers.disabled_grace = choice(b, "now", "grace");
	else if (is(b, "remove"))
		p->leavers.remove = !choice(b, "yes", "no");
	else if (is(b, "grace"))
		p->leavers.grace = span(b);
	else if (is(b, "runs"))
		p->leavers.runs = (unsigned)number(b);
	else if (is(b, "removals"))
		p->limits.removals = (unsigned)number(b);
	else if (is(b, "percent"))
		p->limits.removals_percent = (unsigned)number(b);
	else if (is(b, "min_admins"))
		p->limits.min_admins = (unsigned)number(b);
	else if (is(b, "min_people"))
		p->limits.min_people = (unsigned)number(b);
	else if (is(b, "allow_empty"))
		VEC_ADD(&b->allow_empty, word(b));
	else
		return false;
	return true;
}

static void settings_canary(struct building *b)
{
	struct canary c = {.directory = "corp", .person = word(b)};

	c.address = normal(b->a, c.person);
	while (more(b))
		if (is(b, "of"))
			c.directory = word(b);
		else if (is(b, "in"))
			c.group = word(b);
		else
			nonsense(b, "no word of a canary");
	VEC_ADD(&b->canaries, c);
}

static void settings_reissue(struct building *b, struct policy *p)
{
	if (is(b, "never")) {
		p->invitations.reissue = REISSUE_NEVER;
	} else if (!is(b, "expired")) {
		p->invitations.reissue = REISSUE_BEFORE;
		p->invitations.reissue_before = span(b);
	}
}

/* As the configuration does where only the published calls are there. */
static void settings_invitations(struct building *b, struct policy *p)
{
	static const struct {
		const char *word;
		enum invitations_mode mode;
	} modes[] = {
		{"api", INVITATIONS_API},           {"manual", INVITATIONS_MANUAL},
		{"add_user", INVITATIONS_ADD_USER}, {"onboard", INVITATIONS_ONBOARD},
	};
	size_t i = 0;

	while (i < ARRAY_SIZE(modes) && !is(b, modes[i].word))
		i++;
	if (i == ARRAY_SIZE(modes))
		nonsense(b, "no such way to invite");
	p->invitations_mode = modes[i].mode;
	p->no_call[ACTION_INVITE] = p->invitations_mode == INVITATIONS_MANUAL;
	p->no_call[ACTION_REISSUE_INVITATION] = p->no_call[ACTION_CANCEL_INVITATION] =
		p->invitations_mode != INVITATIONS_API;
}

void settings_item(struct building *b)
{
	struct policy *p = &b->s->policy;

	if (is(b, "per_day"))
		p->invitations.per_day = (unsigned)number(b);
	else if (is(b, "attempts"))
		p->invitations.attempts = (unsigned)number(b);
	else if (is(b, "lifetime"))
		p->invitations.lifetime = span(b);
	else if (is(b, "reissue"))
		settings_reissue(b, p);
	else if (is(b, "total"))
		p->seats.total = number(b);
	else if (is(b, "reserve"))
		p->seats.reserve = (unsigned)number(b);
	else if (is(b, "adopt"))
		p->adopt = !choice(b, "matched", "none");
	else if (is(b, "invitations"))
		settings_invitations(b, p);
	else if (is(b, "roles"))
		p->no_call[ACTION_SET_ROLE] = choice(b, "api", "manual");
	else if (is(b, "no_call"))
		p->no_call[kind_word(b)] = true;
	else if (is(b, "tokens"))
		p->tokens.issue = true, p->tokens.email = !choice(b, "mailed", "unmailed");
	else if (is(b, "token_lifetime"))
		p->tokens.lifetime = span(b);
	else if (is(b, "domain"))
		VEC_ADD(&b->domains, word(b));
	else if (is(b, "canary"))
		settings_canary(b);
	else if (is(b, "protect"))
		VEC_ADD(&b->protect, word(b));
	else if (!settings_leavers(b, p))
		nonsense(b, "no such setting");
}
