#include "fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/strays.h"

/* ---- commands ------------------------------------------------------------------ */

void run(const char *fmt, ...)
{
	struct arena a = {0};
	va_list ap;
	const char *command;

	va_start(ap, fmt);
	command = arena_vprintf(&a, fmt, ap);
	va_end(ap);
	if (system(command))
		fail_msg("failed: %s", command);
	arena_free(&a);
}

/* A folder of our own, and a process that removes it when `keeper` closes. */
static FILE *keeper_start(char dir[64], const char *then)
{
	struct arena a = {0};
	FILE *keeper;

	strcpy(dir, "/tmp/seatsync-ldap-XXXXXX");
	assert_non_null(mkdtemp(dir));
	keeper = popen(arena_printf(&a, "cat >/dev/null; %s rm -rf %s",
				    *then ? arena_printf(&a, "%s %s;", then, dir) : "", dir),
		       "we");
	assert_non_null(keeper);
	arena_free(&a);
	return keeper;
}

/* ---- slapd ------------------------------------------------------------------------ */

static void env_take(char *to, size_t size, const char *line, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(line, name, len) == 0 && line[len] == '=')
		snprintf(to, size, "%.*s", (int)strcspn(line + len + 1, "\n"), line + len + 1);
}

void slapd_start(struct slapd *s, const char *options)
{
	struct arena a = {0};
	char line[512];
	const char *text = arena_strdup(&a, ""), *at;
	FILE *env;

	memset(s, 0, sizeof *s);
	s->keeper = keeper_start(s->dir, "sh " FIXTURES "/slapd.sh stop");
	for (; (at = strchr(options, '@')); options = at + 1)
		text = arena_printf(&a, "%s%.*s" FIXTURES, text, (int)(at - options), options);
	run("sh " FIXTURES "/slapd.sh start %s %s%s >/dev/null", s->dir, text, options);
	env = fopen(arena_printf(&a, "%s/env", s->dir), "re");
	assert_non_null(env);
	while (fgets(line, sizeof line, env)) {
		env_take(s->url, sizeof s->url, line, "LDAP_URL");
		env_take(s->tls_url, sizeof s->tls_url, line, "LDAPS_URL");
		env_take(s->local_url, sizeof s->local_url, line, "LDAPI_URL");
		env_take(s->ca, sizeof s->ca, line, "LDAP_CA");
		env_take(s->cert, sizeof s->cert, line, "LDAP_CLIENT_CERT");
		env_take(s->key, sizeof s->key, line, "LDAP_CLIENT_KEY");
	}
	fclose(env);
	arena_free(&a);
}

void slapd_stop(struct slapd *s)
{
	if (s->keeper)
		pclose(s->keeper);
	s->keeper = NULL;
}

/* ---- hostile ------------------------------------------------------------------------ */

static unsigned port_wait(const char *file)
{
	for (;;) {
		FILE *f = fopen(file, "re");
		char line[16] = "";

		if (f) {
			char *got = fgets(line, sizeof line, f);

			fclose(f);
			if (got && strchr(line, '\n'))
				return (unsigned)strtoul(line, NULL, 10);
		}
		usleep(5000);
	}
}

void hostile_start(struct hostile *h, const char *kind)
{
	struct arena a = {0};
	unsigned port;

	memset(h, 0, sizeof *h);
	strcpy(h->dir, "/tmp/seatsync-ldap-XXXXXX");
	assert_non_null(mkdtemp(h->dir));
	snprintf(h->log, sizeof h->log, "%s/log", h->dir);
	h->keeper = popen(
		arena_printf(&a, "python3 " FIXTURES "/hostile.py %s %s %s >%s/port; rm -rf %s",
			     kind, strchr(kind, ' ') ? "" : "127.0.0.1", h->log, h->dir, h->dir),
		"we");
	assert_non_null(h->keeper);
	port = port_wait(arena_printf(&a, "%s/port", h->dir));
	snprintf(h->url, sizeof h->url, "ldap://127.0.0.1:%u", port);
	snprintf(h->tls_url, sizeof h->tls_url, "ldaps://127.0.0.1:%u", port);
	arena_free(&a);
}

void hostile_stop(struct hostile *h)
{
	if (h->keeper)
		pclose(h->keeper);
	h->keeper = NULL;
}

unsigned hostile_count(const struct hostile *h, const char *begin)
{
	FILE *f = fopen(h->log, "re");
	char line[512];
	unsigned nr = 0;

	if (!f)
		return 0;
	while (fgets(line, sizeof line, f))
		nr += strncmp(line, begin, strlen(begin)) == 0;
	fclose(f);
	return nr;
}

/* ---- readings --------------------------------------------------------------------- */

void settings_urls(struct directory_settings *s, const char *const *urls)
{
	s->ldap.urls = urls;
}

struct directory_settings settings_for(const char *url)
{
	static const char *const people_bases[] = {"ou=people,dc=example,dc=com", NULL};
	static const char *const groups_bases[] = {"ou=groups,dc=example,dc=com", NULL};
	static const char *urls[2];
	struct directory_settings s = {.name = "corp", .kind = DIRECTORY_LDAP};

	urls[0] = url;
	s.ldap.urls = urls;
	s.ldap.bind_dn = "cn=seatsync,ou=services,dc=example,dc=com";
	s.ldap.bind_password = "reader-secret";
	s.ldap.people.bases = people_bases;
	s.ldap.people.filter = "(objectClass=inetOrgPerson)";
	s.ldap.people.id = "entryUUID";
	s.ldap.people.email = "mail";
	s.ldap.people.given_name = "givenName";
	s.ldap.people.family_name = "sn";
	s.ldap.groups.bases = groups_bases;
	s.ldap.groups.filter = "(objectClass=groupOfNames)";
	s.ldap.groups.name = "cn";
	s.ldap.groups.member = "member";
	s.ldap.groups.nested = true;
	s.ldap.page_size = 500;
	return s;
}

static double clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void outcome_read(struct outcome *o, const struct directory_settings *s, const char *const *wanted,
		  int seconds)
{
	struct directory *d;
	double begin = clock_now();

	memset(o, 0, sizeof *o);
	o->rc = directory_open(&d, s, &o->e);
	if (!o->rc) {
		o->rc = d->ops->read(d, &o->a, wanted, (int64_t)begin + seconds, &o->r, &o->e);
		d->ops->close(d);
	}
	o->seconds = clock_now() - begin;
}

void outcome_free(struct outcome *o)
{
	arena_free(&o->a);
}

const struct person *person_at(const struct reading *r, const char *begin)
{
	for (size_t i = 0; i < r->people_nr; i++)
		if (strncmp(r->people[i].place, begin, strlen(begin)) == 0)
			return &r->people[i];
	return NULL;
}

const struct group *group_named(const struct reading *r, const char *name)
{
	for (size_t i = 0; i < r->groups_nr; i++)
		if (str_eq(r->groups[i].name, name))
			return &r->groups[i];
	fail_msg("no group %s", name);
	return NULL;
}

static int word_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *words_join(struct arena *a, const char **words, size_t nr)
{
	const char *text = arena_strdup(a, "");

	if (nr)
		qsort(words, nr, sizeof *words, word_order);
	for (size_t i = 0; i < nr; i++)
		text = arena_printf(a, "%s%s ", text, words[i]);
	return text;
}

/* "uid=ada,ou=people,..." -> "ada" */
static const char *place_word(struct arena *a, const char *place)
{
	const char *begin = strchr(place, '=') + 1;

	return arena_strndup(a, begin, strcspn(begin, ","));
}

const char *members_text(struct outcome *o, const char *group)
{
	const struct group *g = group_named(&o->r, group);
	const char **people = arena_array(&o->a, g->people_nr, sizeof *people);
	const char **groups = arena_array(&o->a, g->groups_nr, sizeof *groups);

	for (uint32_t i = 0; i < g->people_nr; i++)
		people[i] = place_word(&o->a, o->r.people[g->people[i]].place);
	for (uint32_t i = 0; i < g->groups_nr; i++)
		groups[i] = o->r.groups[g->groups[i]].name;
	return arena_printf(&o->a, "%s| %s| others %u dangling %u",
			    words_join(&o->a, people, g->people_nr),
			    words_join(&o->a, groups, g->groups_nr), g->others, g->dangling);
}

const char *nobodies_text(struct outcome *o, const char *group)
{
	const struct group *g = group_named(&o->r, group);
	const char *strays = group_strays_text(&o->a, g), *gone = group_gone_text(&o->a, g);

	return arena_printf(&o->a, "%s%s%s", strays ? strays : "", strays && gone ? "; " : "",
			    gone ? gone : "");
}

void error_says(const struct err *e, enum err_kind kind, const char *words)
{
	if (e->kind != kind)
		fail_msg("kind %s instead of %s: %s", err_kind_name(e->kind), err_kind_name(kind),
			 e->text);
	if (!strstr(e->text, words))
		fail_msg("\"%s\" is not in: %s", words, e->text);
	assert_null(strstr(e->text, "secret"));
}
