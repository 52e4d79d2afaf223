#include "tests/core/building.h"

#include <stdio.h>

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

/* "1..60 p#@example.com in staff": the rest sixty times, each with its number for "#". */
static void items_parse(struct building *b, const char *section, struct scene_directory *d,
			const char *item)
{
	int from, to, length = 0;

	if (sscanf(item, " %d..%d %n", &from, &to, &length) < 2 || !length) {
		words_split(b, item);
		if (b->nr)
			item_parse(b, section, d);
		return;
	}
	for (int i = from; i <= to; i++) {
		const char *text = "", *at = item + length, *mark;

		for (; (mark = strchr(at, '#')); at = mark + 1)
			text = arena_printf(b->a, "%s%.*s%d", text, (int)(mark - at), at, i);
		words_split(b, arena_printf(b->a, "%s%s", text, at));
		item_parse(b, section, d);
	}
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
	for (char *item = strtok_r(items, ";", &rest); item; item = strtok_r(NULL, ";", &rest))
		items_parse(b, section, d, item);
}

static void defaults(struct scene *s)
{
	struct policy *p = &s->policy;

	p->organization = s->organization.id = "acme";
	p->fingerprint = s->known.accepted_config = "config-1";
	p->invitations_mode = INVITATIONS_API;
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
	p->tokens.lifetime = 365 * DAY;
	s->organization.invitations_listed = true;
	s->organization.seats_total = s->organization.seats_assigned = SEATS_UNKNOWN;
	s->known.seats_learnt = s->known.seats_left = SEATS_UNKNOWN;
}

static void lists_finish(struct building *b)
{
	struct scene *s = b->s;
	struct organization *o = &s->organization;
	struct known *k = &s->known;

	s->policy.rules_nr = b->rules.nr;
	s->policy.rules = KEEP(b, &b->rules);
	s->policy.canaries_nr = b->canaries.nr;
	s->policy.canaries = KEEP(b, &b->canaries);
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
	k->redone_nr = b->redone.nr;
	k->redone = KEEP(b, &b->redone);
	k->refusals_nr = b->refusals.nr;
	k->refusals = KEEP(b, &b->refusals);
	k->adopt = keep_texts(b, &b->adopt);
	k->lost_24h = keep_texts(b, &b->lost);
	k->removed_nr = b->removed.nr;
	k->removed = keep_texts(b, &b->removed);
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
