#include "connectors/ldap_groups.h"

#include <strings.h>

#include "agent/text.h"
#include "connectors/ldap_ranges.h"

void groups_begin(struct groups *g, struct people *people, struct arena *a)
{
	const struct ldap_settings *c = people->settings;

	memset(g, 0, sizeof *g);
	g->settings = c;
	g->people = people;
	g->a = a;
	g->by_uid = strcasecmp(c->groups.member, "memberUid") == 0;
	VEC_ADD(&g->attributes, c->groups.name);
	VEC_ADD(&g->attributes, c->groups.member);
	VEC_ADD(&g->attributes, "objectClass");
	VEC_ADD(&g->attributes, c->people.id);
	if (strcasecmp(c->people.id, "entryUUID") != 0)
		VEC_ADD(&g->attributes, "entryUUID");
	if (people->wants_primary)
		VEC_ADD(&g->attributes, "objectSid");
	if (people->wants_primary)
		VEC_ADD(&g->attributes, "groupType");
	VEC_ADD(&g->attributes, NULL);
}

static void drafts_free(struct groups *g)
{
	for (size_t i = 0; i < g->drafts.nr; i++) {
		VEC_FREE(&g->drafts.items[i].people);
		VEC_FREE(&g->drafts.items[i].groups);
		VEC_FREE(&g->drafts.items[i].strays);
		VEC_FREE(&g->drafts.items[i].gone);
	}
	g->drafts.nr = 0;
	g->gone_nr = 0;
}

void groups_forget(void *groups)
{
	struct groups *g = groups;

	drafts_free(g);
	g->strangers.nr = 0;
	g->doubts = (struct doubts){0};
	g->indexed = g->room = 0;
}

void groups_free(struct groups *g)
{
	drafts_free(g);
	VEC_FREE(&g->drafts);
	VEC_FREE(&g->strangers);
	VEC_FREE(&g->attributes);
	arena_free(&g->scratch);
}

/* ---- by name ------------------------------------------------------------------------ */

static const char *draft_key(const void *groups, uint32_t item)
{
	const struct groups *g = groups;

	return g->drafts.items[item].normal;
}

/* The index follows the drafts; it is made anew, twice as large, when it is full. */
uint32_t groups_by_dn(struct groups *g, const char *normal)
{
	if (g->drafts.nr > g->room || !g->room) {
		g->room = 2 * g->drafts.nr + 64;
		index_make(&g->by_dn, &g->scratch, g->room, draft_key, g);
		g->indexed = 0;
	}
	for (; g->indexed < g->drafts.nr; g->indexed++)
		index_add(&g->by_dn, (uint32_t)g->indexed);
	return index_find(&g->by_dn, normal);
}

/* ---- members -------------------------------------------------------------------------- */

static void stranger_add(struct groups *g, uint32_t group, const char *name, const struct berval *v)
{
	struct stranger s = {
		.name = arena_strdup(&g->scratch, name),
		.place = arena_strndup(&g->scratch, v->bv_val, v->bv_len),
		.group = group,
	};

	VEC_ADD(&g->strangers, s);
}

static void member_unusable(struct groups *g, struct draft *d, const struct berval *v,
			    const char *why)
{
	const char *text =
		arena_strndup(&g->scratch, v->bv_val, v->bv_len < DN_MAX ? v->bv_len : DN_MAX);

	doubt_add(&d->doubts, g->a, "the member %.200s %s", text_shown(&g->scratch, text), why);
}

void group_member_add(struct groups *g, uint32_t group, const struct berval *value)
{
	struct draft *d = &g->drafts.items[group];
	struct berval v = *value;
	char *normal = g->member_normal;
	uint32_t person;

	if (!v.bv_len)
		return; /* the root's name: how an empty groupOfNames satisfies its class */
	if (g->by_uid) {
		if (v.bv_len > ID_MAX || utf8_valid(v.bv_val, v.bv_len) != v.bv_len) {
			member_unusable(g, d, &v, "is no uid");
			return;
		}
		memcpy(normal, v.bv_val, v.bv_len);
		normal[v.bv_len] = '\0';
		person = people_by_uid(g->people, normal);
	} else {
		v.bv_len = dn_without_uid(v.bv_val, v.bv_len);
		if (dn_normal(normal, v.bv_val, v.bv_len)) {
			member_unusable(g, d, &v, "is no name");
			return;
		}
		person = people_by_dn(g->people, &v, normal);
	}
	if (person == PERSON_UNUSABLE)
		member_unusable(g, d, &v, "is there but cannot be used");
	else if (person == PERSON_NONE)
		stranger_add(g, group, normal, &v);
	else
		VEC_ADD(&d->people, person);
}

void group_other_add(struct groups *g, uint32_t group, const char *place, const char *kind)
{
	struct draft *d = &g->drafts.items[group];

	d->group.others++;
	if (d->strays.nr < STRAYS_MAX)
		VEC_ADD(&d->strays, ((struct stray){arena_strdup(g->a, place), kind}));
}

void group_gone_add(struct groups *g, uint32_t group, const char *name)
{
	struct draft *d = &g->drafts.items[group];

	d->group.dangling++;
	if (g->gone_nr++ < GONE_MAX)
		VEC_ADD(&d->gone, name);
	else
		doubt_add(&d->doubts, g->a,
			  "groups have more than %d members that do not exist: whether one of "
			  "them has moved is not known",
			  GONE_MAX);
}

enum { GROUP_UNIVERSAL = 8 }; /* of groupType, MS-ADTS 2.2.12 */

/* What one entry's attributes say, before it is known whose draft they are for. */
struct facts {
	const char *id, *entry_uuid, *name;
	bool class_seen, class_demands, dynamic, members_seen, universal;
};

static bool class_has(const struct attribute *classes, const char *class)
{
	size_t len = strlen(class);

	for (size_t i = 0; i < classes->nr; i++)
		if (classes->values[i].bv_len == len &&
		    strncasecmp(classes->values[i].bv_val, class, len) == 0)
			return true;
	return false;
}

/* Of several the first counts: a computer of Active Directory is a user, too. */
const char *being_words(const struct attribute *classes)
{
	static const struct {
		const char *class, *words;
	} rows[] = {
		{"msDS-GroupManagedServiceAccount", "a service account"},
		{"msDS-ManagedServiceAccount", "a service account"},
		{"computer", "a computer"},
		{"contact", "a contact"},
		{"foreignSecurityPrincipal", "a foreign security principal"},
		{"group", "a group that groups.filter leaves out"},
		{"groupOfNames", "a group that groups.filter leaves out"},
		{"groupOfUniqueNames", "a group that groups.filter leaves out"},
		{"posixGroup", "a group that groups.filter leaves out"},
		{"person", "a person whom people.base or people.filter leaves out"},
		{"posixAccount", "a person whom people.base or people.filter leaves out"},
		{"device", "a device"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (class_has(classes, rows[i].class))
			return rows[i].words;
	return NULL;
}

/* The standard classes whose schema demands a member (RFC 4519 3.5, 3.6). */
static bool class_demands(const struct groups *g, const struct attribute *classes)
{
	static const struct {
		const char *class, *attribute;
	} demands[] = {
		{"groupOfNames", "member"},
		{"groupOfUniqueNames", "uniqueMember"},
	};
	bool may_be_empty = g->settings->kind == LDAP_389DS || g->settings->kind == LDAP_FREEIPA;

	for (size_t i = 0; i < ARRAY_SIZE(demands) && !may_be_empty; i++)
		if (strcasecmp(g->settings->groups.member, demands[i].attribute) == 0 &&
		    class_has(classes, demands[i].class))
			return true;
	return false;
}

static void fact_take(struct groups *g, uint32_t group, const struct attribute *at, struct facts *f)
{
	const char *unused;

	if (attribute_is(at, g->settings->groups.member)) {
		f->members_seen |= at->nr > 0 || memchr(at->type.bv_val, ';', at->type.bv_len);
		range_first(g, group, at);
	}
	if (attribute_is(at, g->settings->groups.name))
		f->name = name_text(g->a, at);
	if (attribute_is(at, g->settings->people.id))
		f->id = id_text(g->a, at, &unused);
	if (g->people->wants_primary && attribute_is(at, "objectSid") && at->nr)
		g->drafts.items[group].number = account_number(&g->people->primaries, at->values);
	if (g->catalogue && attribute_is(at, "groupType") && at->nr)
		f->universal = strtol(at->values->bv_val, NULL, 10) & GROUP_UNIVERSAL;
	if (attribute_is(at, "entryUUID"))
		f->entry_uuid = id_text(g->a, at, &unused);
	if (attribute_is(at, "objectClass")) {
		f->class_seen = true;
		f->class_demands |= class_demands(g, at);
		f->dynamic |= class_has(at, "groupOfURLs");
	}
}

static int facts_take(struct groups *g, uint32_t group, struct entry *en, struct facts *f,
		      struct err *e)
{
	struct attribute at;
	int more;

	while ((more = entry_next(en, &at)) > 0) {
		fact_take(g, group, &at, f);
		attribute_done(&at);
	}
	if (more < 0)
		return err_set(e, ERR_INCOMPLETE, "the entry %.300s cannot be decoded",
			       g->drafts.items[group].normal);
	return 0;
}

static struct draft *draft_add(struct groups *g, const char *dn, const char *normal)
{
	struct draft d = {.normal = arena_strdup(&g->scratch, normal)};

	d.group.place = dn_tidy(g->a, dn);
	VEC_ADD(&g->drafts, d);
	return &g->drafts.items[g->drafts.nr - 1];
}

static void group_judge(const struct groups *g, struct draft *d, const struct facts *f)
{
	if (g->catalogue && !f->universal)
		doubt_add(&d->doubts, g->a,
			  "it is no universal group, and a global catalogue has the members of "
			  "these only: read its domain (port 636), or make it universal");
	if (f->members_seen || g->by_uid || (f->class_seen && !f->class_demands && !f->dynamic))
		return;
	d->group.state = FAILED;
	d->group.why = f->dynamic
			       ? "it is dynamic (groupOfURLs), and the server does not list its "
				 "members: see slapo-dynlist(5)"
			       : "its member attribute is missing or hidden: give the account of "
				 "bind_dn the right to read it";
}

static int group_fill(struct groups *g, uint32_t nr, struct entry *en, const char *dn,
		      struct err *e)
{
	struct facts f = {0};
	struct draft *d;

	if (facts_take(g, nr, en, &f, e))
		return -1;
	d = &g->drafts.items[nr];
	d->group.id = f.id ? f.id : f.entry_uuid ? f.entry_uuid : arena_strdup(g->a, d->normal);
	d->group.name = f.name ? f.name : dn_first_value(g->a, dn);
	group_judge(g, d, &f);
	return 0;
}

int group_add(struct groups *g, struct entry *en, uint32_t *nr, struct err *e)
{
	char normal[DN_NORMAL_SIZE];
	const char *dn;

	*nr = INDEX_NONE;
	if (dn_normal(normal, en->dn.bv_val, en->dn.bv_len)) {
		doubt_add(&g->doubts, g->a, "a group has a name that is none");
		return 0;
	}
	*nr = groups_by_dn(g, normal);
	if (*nr != INDEX_NONE)
		return 0;
	if (g->drafts.nr == GROUPS_MAX)
		return err_set(e, ERR_REFUSED, "more than %d groups: nothing of them is used",
			       GROUPS_MAX);
	*nr = (uint32_t)g->drafts.nr;
	dn = arena_strndup(&g->scratch, en->dn.bv_val, en->dn.bv_len);
	draft_add(g, dn, normal);
	return group_fill(g, *nr, en, dn, e);
}

int group_take(void *groups, struct entry *en, struct err *e)
{
	struct groups *g = groups;
	size_t before = g->drafts.nr;
	uint32_t nr;

	if (group_add(g, en, &nr, e))
		return -1;
	if (nr < before)
		doubt_add(&g->doubts, g->a, "the group %.300s came twice",
			  text_shown(&g->scratch, g->drafts.items[nr].group.place));
	return 0;
}

uint32_t group_of_filter(struct groups *g, const char *filter)
{
	uint32_t nr = (uint32_t)g->drafts.nr;
	struct draft *d = draft_add(g, filter, filter);

	d->group.id = d->group.name = arena_strdup(g->a, filter);
	return nr;
}

void group_person_add(struct groups *g, uint32_t group, const struct berval *dn)
{
	struct draft *d = &g->drafts.items[group];
	uint32_t person = PERSON_NONE;

	if (dn_normal(g->member_normal, dn->bv_val, dn->bv_len) == 0)
		person = people_by_dn(g->people, dn, g->member_normal);
	if (person == PERSON_UNUSABLE)
		member_unusable(g, d, dn, "is there but cannot be used");
	else if (person == PERSON_NONE)
		member_unusable(g, d, dn, "was not there when the people were read");
	else
		VEC_ADD(&d->people, person);
}

void group_unread(struct groups *g, const char *dn, const char *why)
{
	char normal[DN_NORMAL_SIZE];
	struct draft *d;

	if (dn_normal(normal, dn, strlen(dn)) || groups_by_dn(g, normal) != INDEX_NONE)
		return;
	d = draft_add(g, dn, normal);
	d->group.id = arena_strdup(g->a, normal);
	d->group.name = dn_first_value(g->a, dn);
	d->group.state = FAILED;
	d->group.why = arena_strdup(g->a, why);
}

/* ---- finished --------------------------------------------------------------------------- */

static void primary_members_add(struct groups *g, struct draft *d)
{
	size_t nr;
	const struct primary *p = primaries_of(&g->people->primaries, d->number, &nr);

	for (size_t i = 0; i < nr; i++)
		VEC_ADD(&d->people, p[i].person);
}

void groups_finish(struct groups *g, struct reading *r)
{
	r->groups = arena_array(g->a, g->drafts.nr, sizeof *r->groups);
	r->groups_nr = g->drafts.nr;
	for (size_t i = 0; i < g->drafts.nr; i++) {
		struct draft *d = &g->drafts.items[i];
		struct group *group = &d->group;

		primary_members_add(g, d);
		group->people =
			arena_number_set(g->a, d->people.items, d->people.nr, &group->people_nr);
		group->groups =
			arena_number_set(g->a, d->groups.items, d->groups.nr, &group->groups_nr);
		group->strays_nr = (uint32_t)d->strays.nr;
		group->strays =
			arena_copy(g->a, d->strays.items, d->strays.nr, sizeof *d->strays.items);
		group->gone_nr = (uint32_t)d->gone.nr;
		group->gone = arena_copy(g->a, d->gone.items, d->gone.nr, sizeof *d->gone.items);
		if (d->doubts.nr && group->state == COMPLETE) {
			group->state = PARTIAL;
			group->why = doubts_text(&d->doubts, g->a);
		}
		r->groups[i] = *group;
	}
}
