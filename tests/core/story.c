#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/core/after.h"
#include "tests/core/building.h"
#include "tests/core/laws.h"
#include "tests/core/lines.h"

enum { RUNS_MAX = 16 };

/* One run: what is said before `plan`, and the plan. */
struct chapter {
	const char *later; /* "8d"; NULL for the first */
	VEC(const char *) world;
	VEC(const char *) plan;
	bool planned;
};

struct story {
	const char *name;
	size_t line;
	struct chapter chapters[RUNS_MAX];
	size_t nr;
};

typedef VEC(struct story) stories;

/* ---- reading the file --------------------------------------------------------------- */

static bool begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

/* The time of "8d later", or NULL. */
static const char *later_read(struct arena *a, const char *line)
{
	const char *end = strstr(line, " later");

	return end && strcmp(end, " later") == 0 ? arena_strndup(a, line, (size_t)(end - line))
						 : NULL;
}

static void line_read(struct arena *a, stories *all, const char *line, size_t nr)
{
	struct story *s = all->nr ? &all->items[all->nr - 1] : NULL;
	const char *later = later_read(a, line);
	struct chapter *c;

	line += strspn(line, " \t");
	if (!*line || *line == '#')
		return;
	if (begins(line, "== ")) {
		VEC_ADD(all, ((struct story){.name = line + 3, .line = nr, .nr = 1}));
		return;
	}
	if (!s || (later && s->nr == RUNS_MAX)) {
		print_error("line %zu: no story has begun, or it is too long\n", nr);
		abort();
	}
	if (later)
		s->chapters[s->nr++].later = later;
	c = &s->chapters[s->nr - 1];
	if (strcmp(line, "plan") == 0)
		c->planned = true;
	else if (c->planned)
		VEC_ADD(&c->plan, line);
	else if (!later)
		VEC_ADD(&c->world, line);
}

static stories file_read(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t size = 0, nr = 0;
	ssize_t len;
	stories all = {0};

	if (!f) {
		perror(path);
		abort();
	}
	while ((len = getline(&line, &size, f)) >= 0) {
		if (len && line[len - 1] == '\n')
			line[len - 1] = '\0';
		line_read(a, &all, arena_strdup(a, line), ++nr);
	}
	free(line);
	fclose(f);
	return all;
}

/* ---- the world of one run ------------------------------------------------------------- */

/* "directory corp" of "directory corp partial: ...", "rules", or NULL when it is not replaced. */
static const char *subject_of(struct arena *a, const char *line)
{
	if (begins(line, "rules:"))
		return "rules:";
	if (!begins(line, "directory "))
		return NULL;
	line += strlen("directory ");
	return arena_printf(a, "directory %.*s", (int)strcspn(line, " :"), line);
}

static bool replaced(struct arena *a, const struct story *s, size_t chapter, size_t upto,
		     const char *line)
{
	const char *subject = subject_of(a, line), *other;

	for (size_t c = chapter + 1; subject && c <= upto; c++)
		for (size_t i = 0; i < s->chapters[c].world.nr; i++)
			if ((other = subject_of(a, s->chapters[c].world.items[i])) &&
			    strcmp(subject, other) == 0)
				return true;
	return false;
}

/* What the first run has of the organization and the memory, later ones have from doing. */
static bool of_first_run(const char *line)
{
	return begins(line, "memory:") || begins(line, "members:") || begins(line, "invitations:");
}

static const char *world_text(struct arena *a, const struct story *s, size_t upto)
{
	const char *text = "";

	for (size_t c = 0; c <= upto; c++)
		for (size_t i = 0; i < s->chapters[c].world.nr; i++) {
			const char *line = s->chapters[c].world.items[i];

			if (!replaced(a, s, c, upto, line) && !begins(line, "meanwhile:") &&
			    !(upto && of_first_run(line)))
				text = arena_printf(a, "%s%s\n", text, line);
		}
	return text;
}

static const char *const nobody[] = {NULL};

/* ---- what others do meanwhile ------------------------------------------------------------ */

static struct member *member_of(struct scene *s, const char *address)
{
	for (size_t i = 0; i < s->organization.members_nr; i++)
		if (str_eq(s->organization.members[i].address, address))
			return &s->organization.members[i];
	return NULL;
}

static struct invitation *invitation_of(struct scene *s, const char *address)
{
	for (size_t i = 0; i < s->organization.invitations_nr; i++)
		if (str_eq(s->organization.invitations[i].address, address) &&
		    s->organization.invitations[i].status == INVITATION_OPEN)
			return &s->organization.invitations[i];
	return NULL;
}

static void accept(struct building *b, struct invitation *inv)
{
	struct organization *o = &b->s->organization;
	struct member *all = arena_array(b->a, o->members_nr + 1, sizeof *all);
	const char *email = is(b, "as") ? word(b) : inv->email;

	if (o->members_nr)
		memcpy(all, o->members, o->members_nr * sizeof *all);
	all[o->members_nr++] = (struct member){.id = arena_printf(b->a, "m-%s", local(b->a, email)),
					       .email = email, .address = normal(b->a, email),
					       .role = inv->role ? inv->role : ROLE_MEMBER};
	o->members = all;
	inv->status = INVITATION_ACCEPTED;
}

static void release(struct building *b, const char *address)
{
	struct known *k = &b->s->known;
	bool found = false;

	for (size_t i = 0; i < k->holds_nr; i++)
		for (const char *const *who = k->holds[i].addresses; *who; who++)
			if (strcmp(*who, address) == 0) {
				k->holds[i].released_at = b->s->world.now;
				found = true;
			}
	if (!found)
		nonsense(b, "no hold with this person");
}

static void member_change(struct building *b, struct member *m)
{
	struct organization *o = &b->s->organization;

	if (!m)
		nonsense(b, "no such member");
	if (is(b, "becomes")) {
		m->role = role_word(b);
	} else if (is(b, "gets") || is(b, "loses")) {
		m->seat = strcmp(b->words[b->at - 1], "gets") == 0;
		b->at += 2; /* a seat, the seat */
	} else if (is(b, "is") && is(b, "removed")) {
		*m = o->members[--o->members_nr];
	} else {
		nonsense(b, "nothing that others do");
	}
}

/* "refuses EMAIL" or "accepts EMAIL". */
static void platform_event(struct building *b)
{
	bool refuses = choice(b, "refuses", "accepts") == 0;
	const char *who = normal(b->a, word(b));
	texts all = {0};

	for (const char *const *s = b->s->refuses; s && *s; s++)
		if (!str_eq(*s, who))
			VEC_ADD(&all, *s);
	if (refuses)
		VEC_ADD(&all, who);
	b->s->refuses = keep_texts(b, &all);
}

static void event(struct building *b)
{
	struct known *k = &b->s->known;
	const char *who = word(b), *address = normal(b->a, who);
	struct invitation *inv = invitation_of(b->s, address);

	if (strcmp(b->item + strspn(b->item, " "), "the configuration changes") == 0) {
		b->at = b->nr; /* fingerprint() */
	} else if (strcmp(b->item + strspn(b->item, " "), "the state is lost") == 0) {
		b->at = b->nr;
		*k = (struct known){.fresh = true, .seats_learnt = SEATS_UNKNOWN, .seats_left = SEATS_UNKNOWN,
				    .adopt = nobody, .lost_24h = nobody};
	} else if (strcmp(who, "the") == 0 && is(b, "platform")) {
		platform_event(b);
	} else if (strcmp(who, "release") == 0) {
		release(b, normal(b->a, word(b)));
	} else if (strcmp(who, "adopt") == 0) {
		const char **adopt = arena_array(b->a, 2, sizeof *adopt);

		adopt[0] = normal(b->a, word(b));
		k->adopt = adopt;
	} else if (inv && is(b, "accepts")) {
		accept(b, inv);
	} else if (inv && is(b, "declines")) {
		inv->status = INVITATION_REMOVED;
	} else {
		member_change(b, member_of(b->s, address));
	}
	if (b->at < b->nr)
		nonsense(b, "a word too many");
}

static void events(struct scene *s, const struct chapter *c)
{
	struct building b = {.s = s, .a = &s->arena};

	for (size_t i = 0; i < c->world.nr; i++) {
		char *rest, *copy;

		if (!begins(c->world.items[i], "meanwhile:"))
			continue;
		copy = arena_strdup(b.a, c->world.items[i] + strlen("meanwhile:"));
		for (char *item = strtok_r(copy, ";", &rest); item; item = strtok_r(NULL, ";", &rest)) {
			words_split(&b, item);
			event(&b);
		}
	}
}

/* ---- one run after the other ---------------------------------------------------------------- */

/* The day's counts begin anew where a day has passed: stories count in days or not at all. */
static void time_passes(struct scene *s, int64_t span)
{
	for (size_t i = 0; i < s->organization.invitations_nr; i++) {
		struct invitation *inv = &s->organization.invitations[i];

		if (inv->status == INVITATION_OPEN && inv->expires_at <= s->world.now)
			inv->status = INVITATION_EXPIRED;
	}
	if (span >= DAY) {
		s->known.mails_24h = 0;
		s->known.lost_24h = nobody;
	}
}

/* The rules as they stand, and how often something else of the configuration changed. */
static const char *fingerprint(struct arena *a, const struct story *s, size_t upto)
{
	const char *text = "";

	for (size_t c = 0; c <= upto; c++)
		for (size_t i = 0; i < s->chapters[c].world.nr; i++) {
			const char *line = s->chapters[c].world.items[i];

			if (strstr(line, "the configuration changes") ||
			    (begins(line, "rules:") && !replaced(a, s, c, upto, line)))
				text = arena_printf(a, "%s%s\n", text, line);
		}
	return text;
}

/* The world of a later run: its own words, and what the run before it left. */
static void scene_continue(struct scene *s, const struct scene *after, int64_t span)
{
	s->known = after->known;
	s->refuses = after->refuses;
	s->organization.members = after->organization.members;
	s->organization.members_nr = after->organization.members_nr;
	s->organization.invitations = after->organization.invitations;
	s->organization.invitations_nr = after->organization.invitations_nr;
	s->world.now = after->world.now;
	time_passes(s, span);
}

static const char *joined(struct arena *a, const struct chapter *c)
{
	const char *text = "";

	for (size_t i = 0; i < c->plan.nr; i++)
		text = arena_printf(a, "%s%s\n", text, c->plan.items[i]);
	return text;
}

static int64_t span_read(struct arena *a, const char *text)
{
	struct building b = {.a = a};

	words_split(&b, text);
	return span(&b);
}

/* True when the run is as told; *after is what it leaves to the next, `span` later. */
static bool chapter_try(const struct story *story, size_t c, struct scene *s, struct scene *after,
			int64_t span)
{
	struct plan plan;
	const char *why = laws_try(s, &plan);
	bool agrees = plan_agrees(&s->arena, &plan, joined(&s->arena, &story->chapters[c]));

	if (why)
		print_error("%s\n", why);
	if (why || !agrees)
		print_error("story of line %zu, run %zu: %s\n", story->line, c + 1, story->name);
	scene_after(after, s, &plan, span);
	return agrees && !why;
}

static void story_test(void **state)
{
	const struct story *story = *state;
	struct scene runs[RUNS_MAX], after[RUNS_MAX];
	struct arena a = {0};
	bool good = true;
	size_t c;

	for (c = 0; c < story->nr && good; c++) {
		const char *next = c + 1 < story->nr ? story->chapters[c + 1].later : NULL;

		scene_make(&runs[c], world_text(&a, story, c));
		runs[c].policy.fingerprint = fingerprint(&a, story, c);
		if (c)
			scene_continue(&runs[c], &after[c - 1],
				       span_read(&a, story->chapters[c].later));
		else if (str_eq(runs[c].known.accepted_config, "config-1"))
			runs[c].known.accepted_config = runs[c].policy.fingerprint;
		events(&runs[c], &story->chapters[c]);
		good = story->chapters[c].planned &&
		       chapter_try(story, c, &runs[c], &after[c], next ? span_read(&a, next) : 0);
	}
	while (c-- > 0) {
		scene_free(&runs[c]);
		scene_free(&after[c]);
	}
	arena_free(&a);
	assert_true(good);
}

static void stories_free(stories *all)
{
	for (size_t i = 0; i < all->nr; i++)
		for (size_t c = 0; c < all->items[i].nr; c++) {
			VEC_FREE(&all->items[i].chapters[c].world);
			VEC_FREE(&all->items[i].chapters[c].plan);
		}
	VEC_FREE(all);
}

int stories_run(const char *file, int argc, char **argv)
{
	struct arena a = {0};
	stories all = file_read(&a, file);
	VEC(struct CMUnitTest) tests = {0};
	int failed;

	if (!all.nr) {
		print_error("%s: no story\n", file);
		return 1;
	}
	for (size_t i = 0; i < all.nr; i++)
		if (argc < 2 || strstr(all.items[i].name, argv[1]))
			VEC_ADD(&tests, ((struct CMUnitTest){.name = all.items[i].name,
							     .test_func = story_test,
							     .initial_state = &all.items[i]}));
	failed = _cmocka_run_group_tests(file, tests.items, tests.nr, NULL, NULL);
	VEC_FREE(&tests);
	stories_free(&all);
	arena_free(&a);
	return failed;
}
