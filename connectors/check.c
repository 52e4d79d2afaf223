#include "connectors/check.h"

#include "agent/rules.h"
#include "agent/strays.h"
#include "agent/text.h"

void check_say(struct check *c, bool ok, const char *subject, const char *text)
{
	struct check_line line = {
		.subject = arena_printf(c->arena, "%s: %s", c->directory, subject),
		.ok = ok,
		.text = text,
	};

	c->well &= ok;
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

static void selector_say(struct check *c, const struct reading *r, const char *selector,
			 const struct check_hints *hints)
{
	const char *subject = arena_printf(c->arena, "group %s", text_shown(c->arena, selector));
	bool found = false;

	for (size_t i = 0; i < r->groups_nr; i++) {
		const struct group *g = &r->groups[i];

		if (!selector_matches(selector, g))
			continue;
		found = true;
		check_say(c, g->state == COMPLETE, subject, group_text(c->arena, g));
	}
	if (!found)
		check_say(c, false, subject, hinted(c, "was not found", hints->group));
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
	for (; wanted && *wanted; wanted++)
		selector_say(c, r, *wanted, hints);
}
