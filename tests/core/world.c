#include "tests/core/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include <ctype.h>
#include <fnmatch.h>

enum { WORDS_MAX = 64 };

typedef VEC(const char *) texts;

struct scene_group {
	struct group g;
	VEC(uint32_t) people, groups;
	bool declared;
};

struct scene_directory {
	struct reading r;
	VEC(struct person) people;
	VEC(struct scene_group) groups;
};

/* Everything while it grows; becomes arrays of the arena at the end. */
struct building {
	struct scene *s;
	struct arena *a;
	const char *item;  /* for messages */
	const char *words[WORDS_MAX];
	size_t nr, at;
	VEC(struct scene_directory) directories;
	VEC(struct rule) rules;
	VEC(struct member) members;
	VEC(struct invitation) invitations;
	VEC(struct known_account) accounts;
	VEC(struct known_person) links;
	VEC(struct known_invitation) ours;
	VEC(struct known_group) groups;
	VEC(struct known_directory) sizes;
	VEC(struct known_hold) holds;
	VEC(struct known_unknown) unknown;
	texts adopt, lost, self, domains, protect, allow_empty;
};

/* ---- words -------------------------------------------------------------------- */

static _Noreturn void nonsense(const struct building *b, const char *what)
{
	print_error("scenario: %s in \"%s\"%s%s\n", what, b->item, b->at < b->nr ? " at " : "",
		    b->at < b->nr ? b->words[b->at] : "");
	fail();
	abort();
}

static void words_split(struct building *b, const char *item)
{
	b->item = item;
	b->nr = b->at = 0;
	while (*item) {
		size_t len;

		item += strspn(item, " \t,");
		if (!*item)
			break;
		if (b->nr == WORDS_MAX)
			nonsense(b, "too many words");
		len = *item == '"' ? strcspn(++item, "\"") : strcspn(item, " \t,");
		b->words[b->nr++] = arena_strndup(b->a, item, len);
		item += len + (item[len] == '"');
	}
}

static bool more(const struct building *b)
{
	return b->at < b->nr;
}

static const char *word(struct building *b)
{
	if (!more(b))
		nonsense(b, "a word is missing");
	return b->words[b->at++];
}

/* Takes the next word when it is this one. */
static bool is(struct building *b, const char *text)
{
	if (!more(b) || strcmp(b->words[b->at], text) != 0)
		return false;
	b->at++;
	return true;
}

static long number(struct building *b)
{
	const char *text = word(b);
	char *end;
	long n = strtol(text, &end, 10);

	if (*end || end == text)
		nonsense(b, "no number");
	return n;
}

static int64_t span(struct building *b)
{
	const char *text = word(b);
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || (*end && end[1]))
		nonsense(b, "no time");
	switch (*end) {
	case '\0':
		if (n)
			nonsense(b, "a time without a unit");
		return 0;
	case 's':
		return n;
	case 'm':
		return n * MINUTE;
	case 'h':
		return n * HOUR;
	case 'd':
		return n * DAY;
	default:
		nonsense(b, "no time");
	}
}

static utc moment(struct building *b)
{
	return SCENE_NOW + span(b);
}

static bool is_role(struct building *b, enum role *role)
{
	enum role r = more(b) ? role_parse(b->words[b->at]) : ROLE_NONE;

	if (!r)
		return false;
	*role = r;
	b->at++;
	return true;
}

static enum role role_word(struct building *b)
{
	enum role r;

	if (!is_role(b, &r))
		nonsense(b, "no role");
	return r;
}

/* The position of the next word among the choices. */
static int choice(struct building *b, const char *first, const char *second)
{
	if (is(b, first))
		return 0;
	if (!is(b, second))
		nonsense(b, "no such choice");
	return 1;
}

/* ---- small things -------------------------------------------------------------- */

static const char *normal(struct arena *a, const char *email)
{
	char *copy;

	if (!email || !strchr(email, '@'))
		return NULL;
	copy = arena_strdup(a, email);
	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

static const char *local(struct arena *a, const char *email)
{
	const char *address = normal(a, email);

	return address ? arena_strndup(a, address, strcspn(address, "@")) : email;
}

static void *keep(struct arena *a, void *items, size_t nr, size_t size)
{
	void *copy = arena_array(a, nr ? nr : 1, size);

	if (nr)
		memcpy(copy, items, nr * size);
	free(items);
	return copy;
}

#define KEEP(b, vec) keep((b)->a, (vec)->items, (vec)->nr, sizeof *(vec)->items)

static const char *const *keep_texts(struct building *b, texts *list)
{
	VEC_ADD(list, NULL);
	return KEEP(b, list);
}

static bool completeness_word(struct building *b, enum completeness *state)
{
	if (is(b, "partial"))
		*state = PARTIAL;
	else if (is(b, "failed"))
		*state = FAILED;
	else
		return false;
	return true;
}

/* ---- directories ------------------------------------------------------------------ */

static uint32_t group_named(struct building *b, struct scene_directory *d, const char *name)
{
	struct scene_group new = {0};

	for (uint32_t i = 0; i < d->groups.nr; i++)
		if (strcmp(d->groups.items[i].g.name, name) == 0)
			return i;
	new.g.name = name;
	new.g.id = arena_printf(b->a, "g-%s", name);
	new.g.place = arena_printf(b->a, "cn=%s,ou=groups,dc=example", name);
	VEC_ADD(&d->groups, new);
	return (uint32_t)d->groups.nr - 1;
}

static void group_item(struct building *b, struct scene_directory *d)
{
	uint32_t i = group_named(b, d, word(b));
	struct scene_group *g = &d->groups.items[i];

	if (g->declared) { /* a second one of that name */
		struct scene_group twin = {.g = {.name = g->g.name}};

		VEC_ADD(&d->groups, twin);
		i = (uint32_t)d->groups.nr - 1;
		g = &d->groups.items[i];
		g->g.id = arena_printf(b->a, "g%u-%s", i, g->g.name);
		g->g.place = arena_printf(b->a, "cn=%s,ou=%u,dc=example", g->g.name, i);
	}
	g->declared = true;
	while (more(b)) {
		if (completeness_word(b, &g->g.state))
			g->g.why = "the size limit was reached";
		else if (is(b, "id"))
			g->g.id = word(b);
		else if (is(b, "dn"))
			g->g.place = word(b);
		else if (is(b, "holds"))
			while (more(b)) {
				uint32_t child = group_named(b, d, word(b));

				VEC_ADD(&d->groups.items[i].groups, child);
			}
		else
			nonsense(b, "no word of a group");
	}
}

static void person_item(struct building *b, struct scene_directory *d)
{
	const char *email = word(b);
	struct person p = {.email = strcmp(email, "-") ? email : NULL};
	uint32_t index = (uint32_t)d->people.nr;
	texts aliases = {0};

	p.address = normal(b->a, p.email);
	p.id = local(b->a, email);
	while (more(b)) {
		if (is(b, "id"))
			p.id = word(b);
		else if (is(b, "disabled"))
			p.disabled = true;
		else if (is(b, "alias"))
			VEC_ADD(&aliases, normal(b->a, word(b)));
		else if (is(b, "in"))
			while (more(b)) {
				uint32_t g = group_named(b, d, word(b));

				VEC_ADD(&d->groups.items[g].people, index);
			}
		else
			nonsense(b, "no word of a person");
	}
	p.place = arena_printf(b->a, "uid=%s,dc=example", p.id);
	if (aliases.nr)
		p.aliases = keep_texts(b, &aliases);
	VEC_ADD(&d->people, p);
}

/* One directory may be written on several lines. */
static struct scene_directory *directory_named(struct building *b)
{
	struct scene_directory new = {0};
	const char *name = word(b);
	struct scene_directory *d = NULL;

	for (size_t i = 0; i < b->directories.nr; i++)
		if (strcmp(b->directories.items[i].r.directory, name) == 0)
			d = &b->directories.items[i];
	if (!d) {
		new.r.directory = name;
		VEC_ADD(&b->directories, new);
		d = &b->directories.items[b->directories.nr - 1];
	}
	if (completeness_word(b, &d->r.state))
		d->r.why = "the server went away";
	else if (is(b, "unproven"))
		d->r.unproven = true;
	if (more(b))
		nonsense(b, "no word of a directory");
	return d;
}

static bool group_wanted(const struct building *b, const char *name)
{
	for (size_t i = 0; i < b->rules.nr; i++) {
		const struct rule *r = &b->rules.items[i];

		if (fnmatch(r->group, name, 0) == 0)
			return true;
		for (const char *const *s = r->except; s && *s; s++)
			if (fnmatch(*s, name, 0) == 0)
				return true;
		for (const char *const *s = r->require; s && *s; s++)
			if (fnmatch(*s, name, 0) == 0)
				return true;
	}
	return false;
}

static void directory_finish(struct building *b, struct scene_directory *d, struct reading *r)
{
	struct group *groups = arena_array(b->a, d->groups.nr, sizeof *groups);

	*r = d->r;
	for (size_t i = 0; i < d->groups.nr; i++) {
		struct scene_group *g = &d->groups.items[i];

		b->item = g->g.name;
		if (!g->declared && !group_wanted(b, g->g.name))
			nonsense(b, "a group that no rule names");
		groups[i] = g->g;
		groups[i].people_nr = (uint32_t)g->people.nr;
		groups[i].groups_nr = (uint32_t)g->groups.nr;
		groups[i].people = KEEP(b, &g->people);
		groups[i].groups = KEEP(b, &g->groups);
	}
	r->groups = groups;
	r->groups_nr = d->groups.nr;
	r->people_nr = d->people.nr;
	r->people = KEEP(b, &d->people);
	VEC_FREE(&d->groups);
}

/* ---- rules, members, invitations ------------------------------------------------------ */

static void rule_item(struct building *b)
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

static void member_item(struct building *b)
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
		else
			m.role = role_word(b);
	}
	VEC_ADD(&b->members, m);
}

static void invitation_item(struct building *b)
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
			i.sent_at = moment(b);
		else if (is(b, "expires"))
			i.expires_at = moment(b);
		else if (is(b, "id"))
			i.id = word(b);
		else if (is(b, "hidden"))
			i.role = ROLE_NONE;
		else
			i.role = role_word(b);
	}
	VEC_ADD(&b->invitations, i);
}

/* ---- memory ------------------------------------------------------------------------------ */

static void link_add(struct building *b, const char *text)
{
	size_t len = strcspn(text, "/");

	if (!text[len])
		nonsense(b, "DIRECTORY/ID expected");
	VEC_ADD(&b->links, ((struct known_person){arena_strndup(b->a, text, len), text + len + 1,
						  b->accounts.nr}));
}

static enum parked parked_word(struct building *b)
{
	for (enum parked p = PARKED_ATTEMPTS; p <= PARKED_ELSEWHERE; p++)
		if (is(b, parked_name(p)))
			return p;
	nonsense(b, "no such parking");
}

static bool account_word(struct building *b, struct known_account *k)
{
	if (is(b, "member"))
		k->member_id = arena_printf(b->a, "m-%s", local(b->a, k->email));
	else if (is(b, "id"))
		k->member_id = word(b);
	else if (is(b, "attempts"))
		k->attempts = (unsigned)number(b);
	else if (is(b, "parked"))
		k->parked = parked_word(b), k->parked_at = SCENE_NOW - DAY;
	else if (is(b, "leaving"))
		k->leaving_since = moment(b), k->leaving_runs = 1;
	else if (is(b, "runs"))
		k->leaving_runs = (unsigned)number(b);
	else if (is(b, "waiting"))
		k->waiting_since = moment(b);
	else if (is(b, "front"))
		k->front = true;
	else if (is(b, "gone"))
		k->gone_since = moment(b);
	else if (is(b, "tried"))
		k->role_tried = role_word(b);
	else if (is(b, "forgotten"))
		k->managed = false;
	else
		return false;
	return true;
}

static void account_item(struct building *b)
{
	struct known_account k = {.email = word(b), .managed = true};
	struct known_invitation i = {.account = b->accounts.nr, .role = ROLE_MEMBER};
	bool linked = false;

	k.key = (int64_t)b->accounts.nr + 1;
	k.address = i.address = normal(b->a, k.email);
	i.email = k.email;
	i.id = arena_printf(b->a, "i-%s", local(b->a, k.email));
	while (more(b)) {
		if (is(b, "of"))
			link_add(b, word(b)), linked = true;
		else if (is(b, "unlinked"))
			linked = true;
		else if (is(b, "invited"))
			i.sent_at = moment(b), i.expires_at = i.sent_at + 7 * DAY, k.attempts = 1;
		else if (is(b, "inv"))
			i.id = is(b, "-") ? NULL : word(b);
		else if (is(b, "role"))
			i.role = role_word(b);
		else if (!account_word(b, &k))
			nonsense(b, "no word of the memory");
	}
	if (!linked && b->directories.nr)
		link_add(b, arena_printf(b->a, "%s/%s", b->directories.items[0].r.directory,
					 local(b->a, k.email)));
	if (i.sent_at)
		VEC_ADD(&b->ours, i);
	VEC_ADD(&b->accounts, k);
}

static void known_directory_item(struct building *b)
{
	struct known_directory d = {.people = (size_t)number(b)};

	d.name = is(b, "of") ? word(b) : b->directories.items[0].r.directory;
	VEC_ADD(&b->sizes, d);
}

static void known_group_item(struct building *b)
{
	struct known_group g = {.name = word(b), .had_members = true};

	g.directory = b->directories.items[0].r.directory;
	g.selector = g.name;
	g.id = arena_printf(b->a, "g-%s", g.name);
	while (more(b)) {
		if (is(b, "of"))
			g.directory = word(b);
		else if (is(b, "id"))
			g.id = word(b);
		else if (is(b, "for"))
			g.selector = word(b);
		else if (is(b, "empty"))
			g.had_members = false;
		else
			nonsense(b, "no word of a remembered group");
	}
	VEC_ADD(&b->groups, g);
}

static void hold_item(struct building *b)
{
	struct known_hold h = {.id = word(b), .made_at = SCENE_NOW - DAY};
	texts who = {0};

	while (h.cause < HOLD_FLOOR && !is(b, hold_cause_name(h.cause)))
		h.cause++;
	if (h.cause == HOLD_FLOOR && !is(b, "floor"))
		nonsense(b, "no cause of a hold");
	while (more(b)) {
		if (is(b, "made"))
			h.made_at = moment(b);
		else if (is(b, "released"))
			h.released_at = moment(b);
		else if (is(b, "taken"))
			h.taken = true;
		else if (is(b, "who"))
			while (more(b))
				VEC_ADD(&who, normal(b->a, word(b)));
		else
			nonsense(b, "no word of a hold");
	}
	h.addresses = keep_texts(b, &who);
	VEC_ADD(&b->holds, h);
}

static void unknown_item(struct building *b)
{
	struct known_unknown u = {.row = (int64_t)b->unknown.nr + 1};
	int kind = action_parse(word(b));

	if (kind < 0)
		nonsense(b, "no kind of action");
	u.kind = (enum action_kind)kind;
	u.email = word(b);
	u.address = normal(b->a, u.email);
	u.sent_at = moment(b);
	while (u.account < b->accounts.nr &&
	       !str_eq(b->accounts.items[u.account].address, u.address))
		u.account++;
	if (u.account == b->accounts.nr)
		nonsense(b, "no account of that e-mail");
	VEC_ADD(&b->unknown, u);
}

static void memory_item(struct building *b)
{
	struct known *k = &b->s->known;

	if (is(b, "config"))
		k->accepted_config = choice(b, "new", "changed") ? "another" : NULL;
	else if (is(b, "mails"))
		k->mails_24h = (unsigned)number(b);
	else if (is(b, "last"))
		k->last_time = moment(b);
	else if (is(b, "learnt"))
		k->seats_learnt = number(b);
	else if (is(b, "fresh"))
		k->fresh = true;
	else if (is(b, "adopt"))
		VEC_ADD(&b->adopt, normal(b->a, word(b)));
	else if (is(b, "lost"))
		VEC_ADD(&b->lost, normal(b->a, word(b)));
	else if (is(b, "group"))
		known_group_item(b);
	else if (is(b, "people"))
		known_directory_item(b);
	else if (is(b, "hold"))
		hold_item(b);
	else if (is(b, "unknown"))
		unknown_item(b);
	else
		account_item(b);
}

/* ---- platform, settings ------------------------------------------------------------------- */

static void platform_item(struct building *b)
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

static void settings_reissue(struct building *b, struct policy *p)
{
	if (is(b, "never")) {
		p->invitations.reissue = REISSUE_NEVER;
	} else if (!is(b, "expired")) {
		p->invitations.reissue = REISSUE_BEFORE;
		p->invitations.reissue_before = span(b);
	}
}

static void settings_item(struct building *b)
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
		p->invitations_mode = choice(b, "api", "manual") ? INVITATIONS_MANUAL
								 : INVITATIONS_API;
	else if (is(b, "roles"))
		p->roles_mode = choice(b, "api", "manual") ? ROLES_MANUAL : ROLES_API;
	else if (is(b, "domain"))
		VEC_ADD(&b->domains, word(b));
	else if (is(b, "protect"))
		VEC_ADD(&b->protect, word(b));
	else if (!settings_leavers(b, p))
		nonsense(b, "no such setting");
}

/* ---- lines ------------------------------------------------------------------------------------ */

typedef void item_read(struct building *b);

static void item_parse(struct building *b, const char *section, struct scene_directory *d)
{
	static const struct {
		const char *section;
		item_read *read;
	} sections[] = {
		{"rules", rule_item},	    {"members", member_item},
		{"invitations", invitation_item}, {"memory", memory_item},
		{"platform", platform_item}, {"settings", settings_item},
	};

	if (d) {
		if (is(b, "group"))
			group_item(b, d);
		else
			person_item(b, d);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		if (strcmp(section, sections[i].section) == 0) {
			sections[i].read(b);
			if (more(b))
				nonsense(b, "a word too many");
			return;
		}
	nonsense(b, "no such section");
}

static void line_parse(struct building *b, char *line)
{
	char *items = strstr(line, ":"), *rest = NULL;
	struct scene_directory *d = NULL;
	const char *section;

	if (line[strspn(line, " \t")] == '\0')
		return;
	b->item = line;
	if (!items)
		nonsense(b, "no section");
	*items++ = '\0';
	words_split(b, line);
	section = word(b);
	if (strcmp(section, "directory") == 0)
		d = directory_named(b);
	for (char *item = strtok_r(items, ";", &rest); item; item = strtok_r(NULL, ";", &rest)) {
		words_split(b, item);
		if (b->nr)
			item_parse(b, section, d);
	}
}

static void defaults(struct scene *s)
{
	struct policy *p = &s->policy;

	p->organization = s->organization.id = "acme";
	p->fingerprint = s->known.accepted_config = "config-1";
	p->invitations_mode = INVITATIONS_API;
	p->roles_mode = ROLES_API;
	p->adopt = true;
	p->invitations.lifetime = 7 * DAY;
	p->invitations.attempts = 3;
	p->invitations.per_day = 50;
	p->seats.total = SEATS_UNKNOWN;
	p->leavers.remove = true;
	p->leavers.grace = DAY;
	p->leavers.runs = 2;
	p->limits.removals = 25;
	p->limits.removals_percent = PERCENT_OFF;
	p->limits.min_people = 1;
	s->organization.invitations_listed = true;
	s->organization.seats_total = s->organization.seats_assigned = SEATS_UNKNOWN;
	s->known.seats_learnt = SEATS_UNKNOWN;
}

static void lists_finish(struct building *b)
{
	struct scene *s = b->s;
	struct organization *o = &s->organization;
	struct known *k = &s->known;

	s->policy.rules_nr = b->rules.nr;
	s->policy.rules = KEEP(b, &b->rules);
	s->policy.domains = keep_texts(b, &b->domains);
	s->policy.protect = keep_texts(b, &b->protect);
	s->policy.limits.allow_empty = keep_texts(b, &b->allow_empty);
	o->members_nr = b->members.nr;
	o->members = KEEP(b, &b->members);
	o->invitations_nr = b->invitations.nr;
	o->invitations = KEEP(b, &b->invitations);
	o->self = keep_texts(b, &b->self);
	k->accounts_nr = b->accounts.nr;
	k->accounts = KEEP(b, &b->accounts);
	k->people_nr = b->links.nr;
	k->people = KEEP(b, &b->links);
	k->invitations_nr = b->ours.nr;
	k->invitations = KEEP(b, &b->ours);
	k->groups_nr = b->groups.nr;
	k->groups = KEEP(b, &b->groups);
	k->directories_nr = b->sizes.nr;
	k->directories = KEEP(b, &b->sizes);
	k->holds_nr = b->holds.nr;
	k->holds = KEEP(b, &b->holds);
	k->unknown_nr = b->unknown.nr;
	k->unknown = KEEP(b, &b->unknown);
	k->adopt = keep_texts(b, &b->adopt);
	k->lost_24h = keep_texts(b, &b->lost);
}

void scene_make(struct scene *s, const char *text)
{
	struct building b = {.s = s};
	char *copy, *rest = NULL;

	*s = (struct scene){0};
	b.a = &s->arena;
	defaults(s);
	copy = arena_strdup(b.a, text);
	for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		line_parse(&b, line);
	s->readings = arena_array(b.a, b.directories.nr, sizeof *s->readings);
	for (size_t i = 0; i < b.directories.nr; i++)
		directory_finish(&b, &b.directories.items[i], &s->readings[i]);
	s->world = (struct world){.policy = &s->policy, .readings = s->readings,
				  .readings_nr = b.directories.nr,
				  .organization = &s->organization, .known = &s->known,
				  .now = SCENE_NOW};
	VEC_FREE(&b.directories);
	lists_finish(&b);
}

void scene_free(struct scene *s)
{
	arena_free(&s->arena);
}
