#include "connectors/ldap_lookup.h"

/* Which lookups are under way; slot i is free when its id is 0. */
struct flight {
	int ids[LOOKUPS_AT_ONCE];
	struct lookup *lookups[LOOKUPS_AT_ONCE];
	size_t nr;
};

static void message_free(LDAPMessage **m)
{
	ldap_msgfree(*m);
}

static int lookup_send(struct server *s, struct flight *f, struct lookup *l, struct err *e)
{
	int id = search_send(s, &l->query, NULL, e);
	size_t i = 0;

	if (id < 0)
		return -1;
	while (f->ids[i])
		i++;
	f->ids[i] = id;
	f->lookups[i] = l;
	f->nr++;
	l->code = 0;
	l->found = l->elsewhere = false;
	l->words = NULL;
	return 0;
}

static int lookup_entry(struct server *s, struct lookup *l, LDAPMessage *m, lookup_sink *take,
			void *ctx, struct err *e)
{
	struct entry en CLEANUP(entry_close);

	if (entry_open(&en, s, m, e))
		return -1;
	l->found = true;
	return take(ctx, l, &en, e);
}

/* One message of any of them. */
static int flight_next(struct server *s, struct flight *f, struct arena *a, lookup_sink *take,
		       void *ctx, struct err *e)
{
	LDAPMessage *m CLEANUP(message_free) = NULL;
	int id, type;
	size_t i = 0;

	s->wire.deadline = wire_now() + SERVER_IDLE_SECONDS * 1000;
	if (s->wire.deadline > s->deadline)
		s->wire.deadline = s->deadline;
	type = server_next(s, LDAP_RES_ANY, &m, e);
	if (type < 0)
		return -1;
	id = ldap_msgid(m);
	while (i < LOOKUPS_AT_ONCE && f->ids[i] != id)
		i++;
	if (i == LOOKUPS_AT_ONCE || !id)
		return err_set(e, ERR_INCOMPLETE, "%s: an answer came to a question not asked",
			       s->url);
	if (type == LDAP_RES_SEARCH_ENTRY)
		return lookup_entry(s, f->lookups[i], m, take, ctx, e);
	if (type == LDAP_RES_SEARCH_REFERENCE)
		f->lookups[i]->elsewhere = true;
	if (type == LDAP_RES_SEARCH_RESULT) {
		f->lookups[i]->code = server_result(s, m, a, &f->lookups[i]->words, NULL);
		f->ids[i] = 0;
		f->nr--;
	}
	return 0;
}

int lookups_run(struct server *s, struct lookup *lookups, size_t nr, struct arena *a,
		lookup_sink *take, void *ctx, struct err *e)
{
	struct flight f = {0};
	size_t next = 0;

	while (next < nr || f.nr) {
		s->wire.deadline = s->deadline;
		for (; next < nr && f.nr < LOOKUPS_AT_ONCE; next++)
			if (lookup_send(s, &f, &lookups[next], e))
				return -1;
		if (flight_next(s, &f, a, take, ctx, e))
			return -1;
	}
	return 0;
}
