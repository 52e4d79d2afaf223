#include "connectors/check.h"

#include "agent/canary.h"
#include "agent/rules.h"
#include "agent/strays.h"
#include "agent/text.h"

void check_say(struct check *c, bool ok, const char *subject, const char *text)
{
	struct check_line line = {
		.subject = arena_printf(c->arena, "%s: %s", c->settings->name, subject),
		.ok = ok,
		.text = text,
	};

	c->well &= ok;
	c->sink(c->ctx, &line);
}

/* About the group of a selector. */
static void group_say(struct check *c, bool ok, bool absent, const char *selector, const char *text)
{
	struct check_line line = {
		.subject = arena_printf(c->arena, "%s: group %s", c->settings->name,
					text_shown(c->arena, selector)),
		.ok = ok,
		.text = text,
		.group = selector,
		.absent = absent,
	};

	c->well &= ok || absent;
	c->sink(c->ctx, &line);
}

static const char *hinted(struct check *c, const char *text, const char *hint)
{
	return hint ? arena_printf(c->arena, "%s\nhint: %s", text, hint) : text;
}

static void people_say(struct check *c, const struct reading *r, const struct check_hints *hints)
{
	size_t addressed = 0, disabled = 0;
	const char *text;

	for (size_t i = 0; i < r->people_nr; i++) {
		addressed += r->people[i].address != NULL;
		disabled += r->people[i].disabled;
	}
	if (!r->people_nr) {
		check_say(c, false, "people", hinted(c, "nobody was found", hints->people));
		return;
	}
	text = arena_printf(c->arena, "%zu found, %zu with an e-mail address, %zu disabled",
			    r->people_nr, addressed, disabled);
	check_say(c, addressed > 0, "people", addressed ? text : hinted(c, text, hints->email));
}

static const char *group_text(struct arena *a, const struct group *g)
{
	const char *strays = group_strays_text(a, g), *gone = group_gone_text(a, g);

	return arena_printf(a, "%s: %u people, %u groups%s%s%s%s%s%s",
			    text_shown(a, g->place  ? g->place
					  : g->name ? g->name
						    : g->id),
			    g->people_nr, g->groups_nr,
			    g->state == COMPLETE  ? ""
			    : g->state == PARTIAL ? "; is partial: "
						  : "; cannot be used: ",
			    g->why ? g->why : "", strays ? "\n" : "", strays ? strays : "",
			    gone ? "\n" : "", gone ? gone : "");
}

/* A name that several groups bear says nothing: see set_ambiguous() in agent/groups.c. */
static void ambiguous_say(struct check *c, const struct reading *r, const char *selector)
{
	const char *places = "";

	for (size_t i = 0; i < r->groups_nr; i++) {
		const struct group *g = &r->groups[i];

		if (selector_matches(selector, g))
			places = arena_printf(c->arena, "%s%s%s", places, *places ? " and " : "",
					      text_shown(c->arena, g->place ? g->place : g->id));
	}
	group_say(c, false, false, selector,
		  arena_printf(c->arena,
			       "the name is borne by %s\nhint: name the one meant in the "
			       "rules by its DN or id",
			       places));
}

static void selector_say(struct check *c, const struct reading *r, const char *selector,
			 const struct check_hints *hints)
{
	size_t nr = 0;
	int best = 1;

	for (size_t i = 0; i < r->groups_nr; i++) {
		int how = selector_matches(selector, &r->groups[i]);

		nr = how > best ? 1 : nr + (how == best);
		best = how > best ? how : best;
	}
	if (nr > 1 && !selector_is_glob(selector)) {
		ambiguous_say(c, r, selector);
		return;
	}
	for (size_t i = 0; i < r->groups_nr; i++) {
		const struct group *g = &r->groups[i];

		if (selector_matches(selector, g) == best)
			group_say(c, g->state == COMPLETE, false, selector,
				  group_text(c->arena, g));
	}
	if (!nr)
		group_say(c, false, true, selector, hinted(c, "was not found", hints->group));
}

/* Several rules may name one group. */
static bool said_before(const char *const *wanted, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (str_eq(wanted[j], wanted[i]))
			return true;
	return false;
}

static void canary_say(struct check *c, const struct reading *r, const struct canary *canary)
{
	const char *subject = arena_printf(c->arena, "canary %s", canary->person);
	uint32_t group;
	const char *why = canary_silent(c->arena, r, canary, &group);

	if (!why)
		check_say(c, true, subject,
			  canary->group ? arena_printf(c->arena, "is there, and in the group %s",
						       canary->group)
					: "is there");
	else
		check_say(c, false, subject,
			  arena_printf(c->arena,
				       "%s; while that is so nobody loses anything that rests on "
				       "this %s\nhint: find out what is not read, or correct or "
				       "replace this canary",
				       why, group == NO_GROUP ? "directory" : "group"));
}

void check_reading(struct check *c, const struct reading *r, const char *const *wanted,
		   const struct check_hints *hints)
{
	people_say(c, r, hints);
	if (r->state != COMPLETE)
		check_say(c, false, "reading", arena_printf(c->arena, "is partial: %s", r->why));
	check_say(c, r->groups_nr > 0, "groups",
		  r->groups_nr ? arena_printf(c->arena, "%zu found", r->groups_nr)
			       : hinted(c, "none was found", hints->groups));
	for (size_t i = 0; wanted && wanted[i]; i++)
		if (!said_before(wanted, i))
			selector_say(c, r, wanted[i], hints);
	for (size_t i = 0; i < c->settings->canaries_nr; i++)
		canary_say(c, r, &c->settings->canaries[i]);
}
