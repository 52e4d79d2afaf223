/* check: everything that a run stands on, tested one by one. */
#include <libgen.h>
#include <time.h>
#include <unistd.h>

#include "agent/document.h"
#include "agent/run_metrics.h"
#include "agent/text.h"

enum { CHECK_SECONDS = 60, SUBJECT_COLUMNS = 40 };

enum verdict_word { CHECK_OK, CHECK_FAIL, CHECK_NOT };

struct checker {
	bool json;
	struct document d;
	bool failed;
	const struct policy *policy;
	const char *directory; /* the one at hand */
	bool several;          /* there are more */
	VEC(struct anywhere {
		const char *selector;
		bool found;
	}) groups;             /* what may be in any directory */
};

/* ---- telling -------------------------------------------------------------------- */

static void line_text(const char *word, const char *subject, const char *text)
{
	size_t used = text_width(subject);
	char *copy = strdup(text), *rest = copy;

	printf("%-4s  ", word);
	text_show(stdout, subject);
	printf("%*s", (int)(used < SUBJECT_COLUMNS ? SUBJECT_COLUMNS - used : 0) + 2, "");
	for (char *line; (line = strsep(&rest, "\n")); rest ? printf("%*s", SUBJECT_COLUMNS + 8, "") : 0) {
		text_show(stdout, line);
		putchar('\n');
	}
	free(copy);
	fflush(stdout);
}

static void check_tell(struct checker *c, enum verdict_word verdict, const char *subject,
		       const char *text)
{
	static const char *const words[] = {"ok", "FAIL", "--"};

	c->failed |= verdict == CHECK_FAIL;
	if (!c->json) {
		line_text(words[verdict], subject, text);
		return;
	}
	document_item(&c->d, json_pack("{s:o, s:o, s:o}", "subject", document_text(subject), "ok",
				       verdict == CHECK_NOT ? json_null()
							    : json_boolean(verdict == CHECK_OK),
				       "text", document_text(text)));
}

static void check_line_tell(void *ctx, const struct check_line *line)
{
	check_tell(ctx, line->ok ? CHECK_OK : CHECK_FAIL, line->subject, line->text);
}

/* ---- groups that rules name ------------------------------------------------------- */

static bool rule_names(const struct rule *r, const char *selector)
{
	bool names = str_eq(r->group, selector);

	for (const char *const *g = r->except; g && *g; g++)
		names |= str_eq(*g, selector);
	for (const char *const *g = r->require; g && *g; g++)
		names |= str_eq(*g, selector);
	return names;
}

/* Whether a rule or a canary looks for it in the directory at hand and nowhere else. */
static bool looked_for_here_only(const struct checker *c, const char *selector)
{
	for (size_t i = 0; i < c->policy->rules_nr; i++) {
		const struct rule *r = &c->policy->rules[i];

		if (str_eq(r->directory, c->directory) && rule_names(r, selector))
			return true;
	}
	for (size_t i = 0; i < c->policy->canaries_nr; i++)
		if (str_eq(c->policy->canaries[i].directory, c->directory) &&
		    str_eq(c->policy->canaries[i].group, selector))
			return true;
	return !c->several;
}

static void group_note(struct checker *c, const char *selector, bool found)
{
	for (size_t i = 0; i < c->groups.nr; i++)
		if (str_eq(c->groups.items[i].selector, selector)) {
			c->groups.items[i].found |= found;
			return;
		}
	VEC_ADD(&c->groups, ((struct anywhere){selector, found}));
}

/* One line of a directory. */
static void directory_line_tell(void *ctx, const struct check_line *line)
{
	struct checker *c = ctx;

	if (!line->group || looked_for_here_only(c, line->group)) {
		check_line_tell(c, line);
		return;
	}
	group_note(c, line->group, !line->absent);
	if (line->absent)
		check_tell(c, CHECK_NOT, line->subject, "is not in this directory");
	else
		check_line_tell(c, line);
}

static void groups_tell(struct checker *c, struct arena *a)
{
	for (size_t i = 0; i < c->groups.nr; i++)
		if (!c->groups.items[i].found)
			check_tell(c, CHECK_FAIL, arena_printf(a, "group %s", c->groups.items[i].selector),
				   "is in none of the directories that were read\nhint: check its name "
				   "and how each directory spells it, and that seatsync may read it there");
	VEC_FREE(&c->groups);
}

static void check_err(struct checker *c, const char *subject, const struct err *e)
{
	check_tell(c, CHECK_FAIL, subject, e->text);
}

/* ---- what needs no network --------------------------------------------------------- */

static bool config_check(struct checker *c, struct invocation *in, struct session *s)
{
	struct config_faults faults = {0};
	struct err e = {0};

	s->now = time(NULL);
	s->loaded = settings_load(&s->settings, in->config, SETTINGS_WITH_SECRETS, &faults, &e) ==
		    0;
	for (size_t i = 0; i < faults.list.nr; i++)
		check_tell(c, CHECK_FAIL, "config",
			   config_fault_text(&s->arena, in->config, &faults.list.items[i]));
	if (!s->loaded && !faults.list.nr)
		check_err(c, "config", &e);
	config_faults_free(&faults);
	if (s->loaded)
		check_tell(c, CHECK_OK, "config",
			   arena_printf(&s->arena, "%s: organization %s, directories: %zu, rules: %zu",
					in->config, s->settings.organization.org_id,
					s->settings.directories_nr, s->settings.policy.rules_nr));
	return s->loaded;
}

/* What is allowed, but should be done on purpose only. */
static void policy_check(struct checker *c, const struct policy *p)
{
	if (p->limits.removals_percent == PERCENT_OFF)
		check_tell(c, CHECK_NOT, "limits.removals_percent",
			   "100%: no share of the people is too many to lose at once");
	if (!p->limits.removals || !p->limits.removals_percent)
		check_tell(c, CHECK_NOT, "limits", "0: whatever takes something away is held");
	if (!p->rules_nr)
		check_tell(c, CHECK_NOT, "rules", "there are none: nobody is entitled to anything");
}

static void state_text(struct checker *c, struct session *s, const struct state_summary *summary)
{
	const char *path = s->settings.state_path;
	char *copy = arena_strdup(&s->arena, path);
	const char *folder = dirname(copy);

	if (!summary->fresh)
		check_tell(c, CHECK_OK, "state",
			   arena_printf(&s->arena, "%s: %zu accounts", path, summary->accounts));
	else if (access(folder, W_OK | X_OK) == 0)
		check_tell(c, CHECK_OK, "state",
			   arena_printf(&s->arena, "%s: the first run makes it", path));
	else
		check_tell(c, CHECK_FAIL, "state",
			   arena_printf(&s->arena,
					"%s: is not there, and %s cannot be written\nhint: make "
					"the folder, owned by the user that seatsync runs as, with "
					"mode 0700", path, folder));
}

static void state_check(struct checker *c, struct session *s)
{
	struct plan_problem *problems;
	struct state_summary summary;
	struct err e = {0};
	size_t nr;

	if (state_open(&s->state, s->settings.state_path, s->settings.organization.org_id,
		       STATE_READ, s->now, &e) ||
	    state_summary(s->state, &s->arena, &summary, &e) ||
	    state_problems(s->state, &s->arena, &problems, &nr, &e)) {
		check_err(c, "state", &e);
		return;
	}
	state_text(c, s, &summary);
	for (size_t i = 0; i < nr; i++)
		if (str_eq(problems[i].state, "undone"))
			check_tell(c, CHECK_NOT, "second writer", problems[i].why);
}

static void metrics_check(struct checker *c, struct session *s)
{
	const char *path = s->settings.metrics_file;
	const char *why = path ? metrics_refused(path) : NULL;

	if (why)
		check_tell(c, CHECK_FAIL, "metrics",
			   arena_printf(&s->arena, "%s: cannot be written: %s\nhint: make its "
					"folder, writable for the user that seatsync runs as", path, why));
	else if (path)
		check_tell(c, CHECK_OK, "metrics", path);
}

/* ---- what does ------------------------------------------------------------------------ */

static void platform_check(struct checker *c, struct session *s)
{
	const struct platform_settings *settings = &s->settings.organization;
	struct platform *p = NULL;
	struct err e = {0};

	log_progress("testing %s", settings->org_id);
	if (platform_anaconda.open(&p, settings, monotonic_now() + CHECK_SECONDS, &e)) {
		check_err(c, settings->org_id, &e);
		return;
	}
	c->failed |= !p->ops->check(p, &s->arena, check_line_tell, c);
	p->ops->close(p);
}

static void directory_check(struct checker *c, struct session *s,
			    const struct directory_settings *settings)
{
	const char *const *wanted =
		rules_selectors(&s->arena, &s->settings.policy, settings->name);
	struct directory *d = NULL;
	struct err e = {0};

	log_progress("testing %s", settings->name);
	c->directory = settings->name;
	if (directory_open(&d, settings, &e)) {
		check_err(c, settings->name, &e);
		return;
	}
	c->failed |= !d->ops->check(d, &s->arena, wanted, monotonic_now() + DIRECTORY_SECONDS,
				    directory_line_tell, c);
	d->ops->close(d);
}

static void network_check(struct checker *c, struct session *s, bool offline)
{
	const struct settings *settings = &s->settings;

	if (offline)
		check_tell(c, CHECK_NOT, "connections", "not tested (--offline)");
	else
		platform_check(c, s);
	c->policy = &settings->policy;
	c->several = settings->directories_nr > 1;
	for (size_t i = 0; !offline && i < settings->directories_nr; i++)
		directory_check(c, s, &settings->directories[i]);
	groups_tell(c, &s->arena);
	log_progress_end();
}

int cmd_check(struct invocation *in)
{
	CLEANUP(session_close) struct session s = {0};
	bool offline = false, valid;
	const struct option_spec specs[] = {{"offline", .flag = &offline}};
	struct checker c = {0};

	if (!command_parse(in, specs, ARRAY_SIZE(specs), 0, 0))
		return in->status;
	c.json = in->json;
	if (c.json) {
		document_begin(&c.d, stdout, "check");
		document_list(&c.d, "checks");
	}
	valid = config_check(&c, in, &s);
	if (valid) {
		policy_check(&c, &s.settings.policy);
		state_check(&c, &s);
		metrics_check(&c, &s);
		network_check(&c, &s, offline);
	}
	if (c.json) {
		document_list_end(&c.d);
		document_end(&c.d);
	}
	if (!valid)
		return STATUS_CONFIG;
	return c.failed ? STATUS_FAILED : STATUS_AGREES;
}
