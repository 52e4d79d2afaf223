#include "tests/fuzz/sound.h"

#include "agent/text.h"

static void text_sound(const char *text)
{
	BUG_IF(text && utf8_valid(text, strlen(text)) != strlen(text));
}

void reading_sound(const struct reading *r)
{
	BUG_IF(r->state == FAILED || (r->state == COMPLETE) != !r->why);
	for (size_t i = 0; i < r->people_nr; i++) {
		BUG_IF(!r->people[i].id || !*r->people[i].id);
		BUG_IF(r->people[i].address && !r->people[i].email);
		text_sound(r->people[i].id);
		text_sound(r->people[i].email);
		text_sound(r->people[i].given_name);
	}
	for (size_t i = 0; i < r->groups_nr; i++) {
		const struct group *g = &r->groups[i];

		BUG_IF(!g->id || (g->state == COMPLETE) != !g->why);
		for (uint32_t k = 0; k < g->people_nr; k++)
			BUG_IF(g->people[k] >= r->people_nr ||
			       (k && g->people[k] <= g->people[k - 1]));
		for (uint32_t k = 0; k < g->groups_nr; k++)
			BUG_IF(g->groups[k] >= r->groups_nr);
	}
}
