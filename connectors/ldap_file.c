#include "connectors/ldap_follow.h"
#include "connectors/ldap_file.h"

#include <strings.h>
#include <time.h>

#include "agent/text.h"
#include "connectors/file_directory.h"
#include "connectors/ldap_groups.h"
#include "connectors/ldap_ldif.h"

/* ---- open and close ---------------------------------------------------------------- */

static int ldif_open_directory(struct directory **d, const struct directory_settings *s,
			       struct err *e)
{
	(void)e;
	*d = mem_resize(NULL, 1, sizeof **d);
	**d = (struct directory){.ops = &directory_ldif, .settings = s};
	return 0;
}

static void ldif_close_directory(struct directory *d)
{
	free(d);
}

/* ---- which entries ----------------------------------------------------------------- */

/* One reading; on the heap, as its parts bring their buffers. */
/* An entry that is neither person nor group. */
struct other {
	const char *name; /* dn_normal */
	const char *kind; /* in words; NULL not known */
};

struct export
{
	const struct directory_settings *settings;
	struct file file;
	struct ldif ldif;
	struct people people;
	struct groups groups;
	struct arena scratch;
	VEC(struct other) others;
	struct index by_dn;          /* of them */
	char normal[DN_NORMAL_SIZE]; /* name of the entry at hand; "" when it is none */
	const char **people_bases, **groups_bases; /* dn_normal; NULL: everywhere */
};

static void export_free(struct export **x)
{
	groups_free(&(*x)->groups);
	people_free(&(*x)->people);
	ldif_free(&(*x)->ldif);
	file_close(&(*x)->file);
	VEC_FREE(&(*x)->others);
	arena_free(&(*x)->scratch);
	free(*x);
}

static bool entry_has_class(const struct entry *en, const char *class)
{
	for (size_t i = 0; i < en->given_nr; i++) {
		const struct attribute *at = &en->given[i];

		if (!attribute_is(at, "objectClass"))
			continue;
		for (size_t k = 0; k < at->nr; k++)
			if (strcasecmp(at->values[k].bv_val, class) == 0)
				return true;
	}
	return false;
}

static bool name_below(const char *normal, const char *const *bases)
{
	if (!bases)
		return true;
	while (*bases && !dn_below(normal, *bases))
		bases++;
	return *bases;
}

/* A computer of Active Directory is of the class user, too. */
static bool entry_is_person(const struct export *x, const struct entry *en)
{
	return name_below(x->normal, x->people_bases) &&
	       entry_has_class(en, x->settings->file.people_class) &&
	       !entry_has_class(en, "computer");
}

static bool entry_is_group(const struct export *x, const struct entry *en)
{
	return name_below(x->normal, x->groups_bases) &&
	       entry_has_class(en, x->settings->file.groups_class);
}

/* ---- from the first record to the last --------------------------------------------- */

typedef int export_take(struct export *x, struct entry *en, struct err *e);

static int export_walk(struct export *x, const char *const *wanted, export_take *take,
		       struct err *e)
{
	struct entry en;
	int more;

	ldif_free(&x->ldif);
	x->ldif = (struct ldif){.file = &x->file, .wanted = wanted};
	while ((more = ldif_next(&x->ldif, &en, e)) > 0) {
		if (dn_normal(x->normal, en.dn.bv_val, en.dn.bv_len))
			*x->normal = '\0';
		if (take(x, &en, e))
			return -1;
	}
	return more < 0 ? -1 : file_unchanged(&x->file, e);
}

static int people_record(struct export *x, struct entry *en, struct err *e)
{
	return entry_is_person(x, en) ? person_take(&x->people, en, e) : 0;
}

/* "member;range=0-1499": how Active Directory writes the first of many. */
static bool entry_has_range(const struct entry *en, const char *member)
{
	for (size_t i = 0; i < en->given_nr; i++)
		if (attribute_is(&en->given[i], member) &&
		    strcasestr(en->given[i].type.bv_val, ";range="))
			return true;
	return false;
}

/* The rest of a range cannot be asked for. */
static int group_record(struct export *x, struct entry *en, struct err *e)
{
	struct groups *g = &x->groups;
	bool part = entry_has_range(en, g->settings->groups.member);
	uint32_t nr;

	if (group_take(g, en, e))
		return -1;
	nr = part && *x->normal ? groups_by_dn(g, x->normal) : INDEX_NONE;
	if (nr != INDEX_NONE)
		doubt_add(&g->drafts.items[nr].doubts, g->a,
			  "the file has only a part of its members");
	return 0;
}

static const char *entry_kind(const struct entry *en)
{
	for (size_t i = 0; i < en->given_nr; i++)
		if (attribute_is(&en->given[i], "objectClass"))
			return being_words(&en->given[i]);
	return NULL;
}

static int groups_record(struct export *x, struct entry *en, struct err *e)
{
	if (entry_is_group(x, en))
		return group_record(x, en, e);
	if (*x->normal && !entry_is_person(x, en))
		VEC_ADD(&x->others,
			((struct other){arena_strdup(&x->scratch, x->normal), entry_kind(en)}));
	return 0;
}

/* What people need, and the class. */
static const char *const *people_wanted(struct export *x)
{
	size_t nr = x->people.attributes.nr - 1; /* without the NULL */
	const char **wanted = arena_array(&x->scratch, nr + 2, sizeof *wanted);

	memcpy(wanted, x->people.attributes.items, nr * sizeof *wanted);
	wanted[nr] = "objectClass";
	return wanted;
}

/* ---- members that are no people ------------------------------------------------------ */

static const char *other_key(const void *export, uint32_t item)
{
	const struct export *x = export;

	return x->others.items[item].name;
}

static void others_index(struct export *x)
{
	index_make(&x->by_dn, &x->scratch, x->others.nr, other_key, x);
	for (uint32_t i = 0; i < x->others.nr; i++)
		index_add(&x->by_dn, i);
}

static void stranger_is_other(struct export *x, const struct stranger *s, const char *kind)
{
	group_other_add(&x->groups, s->group, s->place,
			kind ? kind : "neither a person nor a group");
}

static void stranger_settle(struct export *x, const struct stranger *s)
{
	struct groups *g = &x->groups;
	struct draft *d = &g->drafts.items[s->group];
	uint32_t group = g->by_uid ? INDEX_NONE : groups_by_dn(g, s->name), other;

	if (group != INDEX_NONE && g->settings->groups.nested)
		VEC_ADD(&d->groups, group);
	else if (group != INDEX_NONE)
		stranger_is_other(x, s, "a group, and nested is false");
	else if ((other = index_find(&x->by_dn, s->name)) != INDEX_NONE)
		stranger_is_other(x, s, x->others.items[other].kind);
	else if (x->settings->file.missing_gone)
		group_gone_add(g, s->group, arena_strdup(g->a, s->place));
	else
		doubt_add(&d->doubts, g->a, "the member %.200s is not in the file",
			  text_shown(&x->scratch, s->place));
}

static void members_of_file_settle(struct export *x)
{
	struct groups *g = &x->groups;

	others_index(x);
	for (size_t i = 0; i < g->strangers.nr; i++)
		stranger_settle(x, &g->strangers.items[i]);
}

/* ---- read ---------------------------------------------------------------------------- */

static int bases_normal(struct export *x, const char *const *bases, const char ***normals,
			struct err *e)
{
	size_t nr = 0;

	*normals = NULL;
	while (bases && bases[nr])
		nr++;
	if (!nr)
		return 0;
	*normals = arena_array(&x->scratch, nr + 1, sizeof **normals);
	for (size_t i = 0; i < nr; i++) {
		if (dn_normal(x->normal, bases[i], strlen(bases[i])))
			return err_set(e, ERR_CONFIG, "the base is no distinguished name: %.300s",
				       bases[i]);
		(*normals)[i] = arena_strdup(&x->scratch, x->normal);
	}
	return 0;
}

static int export_begin(struct export *x, const struct directory_settings *s, struct arena *a,
			int64_t deadline, struct err *e)
{
	memset(x, 0, sizeof *x);
	x->settings = s;
	people_begin(&x->people, &s->ldap, a);
	groups_begin(&x->groups, &x->people, a);
	if (file_open(&x->file, s->file.path, deadline, e))
		return -1;
	if (bases_normal(x, s->ldap.people.bases, &x->people_bases, e))
		return -1;
	return bases_normal(x, s->ldap.groups.bases, &x->groups_bases, e);
}

static int export_read(struct export *x, struct err *e)
{
	if (export_walk(x, people_wanted(x), people_record, e))
		return -1;
	people_finish(&x->people);
	if (file_rewind(&x->file, e) ||
	    export_walk(x, x->groups.attributes.items, groups_record, e))
		return -1;
	members_of_file_settle(x);
	return 0;
}

/* Of all doubts those about the file as a whole come first. */
static void export_judge(struct export *x, struct arena *a, struct reading *r)
{
	const char *stale = file_stale(a, &x->file, time(NULL), x->settings->file.max_age);
	struct doubts all = {0};

	if (stale)
		doubt_add(&all, a, "%s", stale);
	if (x->ldif.references)
		doubt_add(&all, a, "%u reference%s to other servers, not followed",
			  x->ldif.references, x->ldif.references == 1 ? "" : "s");
	doubts_join(&all, &x->people.doubts);
	doubts_join(&all, &x->groups.doubts);
	r->state = all.nr ? PARTIAL : COMPLETE;
	r->why = doubts_text(&all, a);
	r->unproven = !x->ldif.proven;
}

static int ldif_read(struct directory *d, struct arena *a, const char *const *wanted,
		     int64_t deadline, struct reading *r, struct err *e)
{
	struct export *x CLEANUP(export_free) = mem_resize(NULL, 1, sizeof *x);
	struct reading found = {.directory = d->settings->name};

	(void)wanted;
	if (export_begin(x, d->settings, a, deadline, e) || export_read(x, e))
		return -1;
	export_judge(x, a, &found);
	found.people = x->people.items;
	found.people_nr = x->people.nr;
	groups_finish(&x->groups, &found);
	*r = found;
	return 0;
}

/* ---- check ------------------------------------------------------------------------------- */

static bool ldif_check(struct directory *d, struct arena *a, const char *const *wanted,
		       int64_t deadline, check_sink *sink, void *ctx)
{
	static const struct check_hints hints = {
		.people = "see people.class and people.base, and that the id is exported: "
			  "ldapsearch ... '*' entryUUID",
		.email = "see people.email",
		.groups = "see groups.class and groups.base",
		.group = "see how the file spells it, groups.class and groups.base",
	};
	const struct directory_settings *s = d->settings;
	struct check c = {s, a, sink, ctx, true};
	struct reading r;
	struct err e = {0};

	if (!file_check(&c, s->file.path, deadline, s->file.max_age))
		return false;
	if (ldif_read(d, a, wanted, deadline, &r, &e)) {
		check_say(&c, false, "reading", arena_strdup(a, e.text));
		return false;
	}
	check_say(&c, true, "end",
		  r.unproven
			  ? "nothing in the file shows that it is whole; ldapsearch without -LLL "
			    "writes its result there"
			  : "ldapsearch's result is there: success");
	check_reading(&c, &r, wanted, &hints);
	return c.well;
}

const struct directory_ops directory_ldif = {
	.name = "ldif",
	.open = ldif_open_directory,
	.read = ldif_read,
	.follow = formers_follow,
	.check = ldif_check,
	.close = ldif_close_directory,
};
