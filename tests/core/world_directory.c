#include "tests/core/building.h"

#include <fnmatch.h>

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

/* The rest of the item: names that nobody has. */
static void gone_words(struct building *b, struct group *g)
{
	VEC(const char *) names = {0};

	while (more(b))
		VEC_ADD(&names, word(b));
	g->dangling = g->gone_nr = (uint32_t)names.nr;
	g->gone = KEEP(b, &names);
}

/* How many members are no people, and the rest of the item: the names of some of them. */
static void strays_words(struct building *b, struct group *g)
{
	VEC(struct stray) strays = {0};

	g->others = (uint32_t)strtoul(word(b), NULL, 10);
	while (more(b))
		VEC_ADD(&strays, ((struct stray){word(b), "a computer"}));
	g->strays_nr = (uint32_t)strays.nr;
	g->strays = KEEP(b, &strays);
}

void group_item(struct building *b, struct scene_directory *d)
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
			g->g.place = is(b, "-") ? NULL : word(b);
		else if (is(b, "gone"))
			gone_words(b, &g->g);
		else if (is(b, "strays"))
			strays_words(b, &g->g);
		else if (is(b, "holds"))
			while (more(b)) {
				uint32_t child = group_named(b, d, word(b));

				VEC_ADD(&d->groups.items[i].groups, child);
			}
		else
			nonsense(b, "no word of a group");
	}
}

void person_item(struct building *b, struct scene_directory *d)
{
	const char *email = word(b);
	struct person p = {.email = strcmp(email, "-") ? email : NULL};
	uint32_t index = (uint32_t)d->people.nr;
	bool placeless = false;
	texts aliases = {0};

	p.address = normal(b->a, p.email);
	p.id = local(b->a, email);
	while (more(b)) {
		if (is(b, "id"))
			p.id = word(b);
		else if (is(b, "disabled"))
			p.disabled = true;
		else if (is(b, "place"))
			placeless = is(b, "-");
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
	if (!placeless)
		p.place = arena_printf(b->a, "uid=%s,dc=example", p.id);
	if (aliases.nr)
		p.aliases = keep_texts(b, &aliases);
	VEC_ADD(&d->people, p);
}

/* One directory may be written on several lines. */
struct scene_directory *directory_named(struct building *b)
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

void directory_finish(struct building *b, struct scene_directory *d, struct reading *r)
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
