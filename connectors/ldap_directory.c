#include "connectors/ldap_directory.h"

#include <poll.h>
#include <pthread.h>

#include "connectors/ldap_check.h"
#include "connectors/ldap_follow.h"
#include "connectors/ldap_read.h"

enum {
	ROUNDS = 2,         /* over all servers, while none can be reached */
	ROUND_PAUSE = 2000, /* milliseconds between them */
	READINGS_MAX = 2,   /* begun: one that breaks is begun anew once */
};

/* The servers of one directory, and the one that was good last: it is asked first. */
struct ldap_directory {
	struct directory base;
	size_t good;
	struct server server;
};

/*
 * Asking for any option makes libldap take its defaults: now, and never again.
 * The program has set this before it had threads; here is for whoever has not.
 */
static void defaults_take(void)
{
	int version;

	setenv("LDAPNOINIT", "1", 0);
	ldap_get_option(NULL, LDAP_OPT_PROTOCOL_VERSION, &version);
}

void ldap_environment_forget(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, defaults_take);
}

static int ldap_directory_open(struct directory **d, const struct directory_settings *s,
			       struct err *e)
{
	struct ldap_directory *l;

	ldap_environment_forget();
	if (!s->ldap.urls || !s->ldap.urls[0])
		return err_set(e, ERR_CONFIG, "%s has no urls", s->name);
	l = mem_resize(NULL, 1, sizeof *l);
	memset(l, 0, sizeof *l);
	l->base.ops = &directory_ldap;
	l->base.settings = s;
	*d = &l->base;
	return 0;
}

static void ldap_directory_close(struct directory *d)
{
	free(d); /* `base` is its first member */
}

static struct ldap_directory *ldap_of(struct directory *d)
{
	return (struct ldap_directory *)d;
}

/* ---- one server after the other ---------------------------------------------------- */

struct attempt {
	struct ldap_directory *l;
	struct arena *a;
	const char *const *wanted;
	struct reading *r;
	int64_t end;    /* wire_now; of everything */
	unsigned begun; /* readings */
	struct arena scratch;
	const char *faults; /* what the servers so far said */
};

static size_t urls_nr(const struct ldap_directory *l)
{
	size_t nr = 0;

	while (l->base.settings->ldap.urls[nr])
		nr++;
	return nr;
}

/* One that is slow without end leaves half of the time to the next. */
static int server_read(struct attempt *t, const char *url, bool last, struct err *e)
{
	struct server *s = &t->l->server;
	int64_t now = wire_now(), end = last ? t->end : now + (t->end - now) / 2;
	int rc = server_open(s, &t->l->base.settings->ldap, url, end, e);

	if (!rc) {
		t->begun++;
		rc = directory_whole(s, t->a, t->wanted, t->r, e);
	}
	server_close(s);
	return rc;
}

static void fault_note(struct attempt *t, const struct err *e)
{
	int len = (int)strcspn(e->text, "\n"); /* without the hint */

	if (!t->faults)
		t->faults = arena_printf(&t->scratch, "%.*s", len, e->text);
	else if (!strstr(t->faults, arena_printf(&t->scratch, "%.*s", len, e->text)))
		t->faults = arena_printf(&t->scratch, "%s; %.*s", t->faults, len, e->text);
}

/* 1: another server may do better. */
static int round_read(struct attempt *t, unsigned round, struct err *e)
{
	size_t nr = urls_nr(t->l), first = t->l->good;

	for (size_t i = 0; i < nr; i++) {
		size_t server = (first + i) % nr;
		bool last = nr == 1 || (round + 1 == ROUNDS && i + 1 == nr);

		if (server_read(t, t->l->base.settings->ldap.urls[server], last, e) == 0) {
			t->l->good = server;
			return 0;
		}
		if (e->kind != ERR_UNREACHABLE)
			return -1;
		fault_note(t, e);
		if (t->begun == READINGS_MAX || wire_now() >= t->end)
			return -1;
	}
	return 1;
}

static void round_pause(const struct attempt *t)
{
	int64_t left = (t->end - wire_now()) / 10;

	poll(NULL, 0, left < 0 ? 0 : left < ROUND_PAUSE ? (int)left : ROUND_PAUSE);
}

/* What the servers said, what was therefore not done, and the last one's hint. */
static void nothing_read(struct attempt *t, struct err *e)
{
	const char *hint = strchr(e->text, '\n');

	hint = arena_strdup(&t->scratch, hint ? hint : "");
	if (e->kind != ERR_UNREACHABLE) {
		t->faults = NULL;
		fault_note(t, e);
	}
	err_set(e, e->kind, "%.700s%s%s", t->faults,
		strstr(t->faults, "nothing ") ? "" : "; nothing was read", hint);
}

static int ldap_directory_read(struct directory *d, struct arena *a, const char *const *wanted,
			       int64_t deadline, struct reading *r, struct err *e)
{
	struct reading found = {.directory = d->settings->name};
	struct attempt t = {
		.l = ldap_of(d), .a = a, .wanted = wanted, .r = &found, .end = deadline * 1000};
	int rc = 1;

	for (unsigned round = 0; rc > 0 && round < ROUNDS; round++) {
		if (round)
			round_pause(&t);
		rc = round_read(&t, round, e);
	}
	if (!rc)
		*r = found;
	else
		nothing_read(&t, e);
	arena_free(&t.scratch);
	return rc ? -1 : 0;
}

static bool ldap_directory_check(struct directory *d, struct arena *a, const char *const *wanted,
				 int64_t deadline, check_sink *sink, void *ctx)
{
	struct ldap_check c = {
		.lines = {d->settings, a, sink, ctx, true},
		.settings = &d->settings->ldap,
		.server = &ldap_of(d)->server,
		.wanted = wanted,
		.end = deadline * 1000,
	};

	return check_run(&c);
}

const struct directory_ops directory_ldap = {
	.name = "ldap",
	.open = ldap_directory_open,
	.read = ldap_directory_read,
	.follow = formers_follow,
	.check = ldap_directory_check,
	.close = ldap_directory_close,
};
