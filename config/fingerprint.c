#include "config/fingerprint.h"

#include "agent/digest.h"

/* The order of what follows must not change: it would unaccept every configuration. */

static int text_order(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* A list whose order means nothing; NULL is an empty one. */
static void digest_set(struct digest *d, struct arena *a, const char *const *list)
{
	const char **sorted;
	size_t nr = 0;

	while (list && list[nr])
		nr++;
	sorted = arena_array(a, nr, sizeof *sorted);
	if (nr) {
		memcpy(sorted, list, nr * sizeof *sorted);
		qsort(sorted, nr, sizeof *sorted, text_order);
	}
	digest_number(d, (int64_t)nr);
	for (size_t i = 0; i < nr; i++)
		digest_text(d, sorted[i]);
}

static void digest_rule(struct digest *d, struct arena *a, const struct rule *r)
{
	digest_text(d, r->group);
	digest_text(d, r->directory);
	digest_set(d, a, r->except);
	digest_set(d, a, r->require);
	digest_text(d, role_name(r->role));
	digest_number(d, r->seat);
	digest_number(d, r->until);
}

/* One base is digested as it was when there could be no more. */
static void digest_bases(struct digest *d, struct arena *a, const char *const *bases)
{
	if (bases && bases[0] && bases[1])
		digest_set(d, a, bases);
	else
		digest_text(d, bases ? bases[0] : NULL);
}

static void digest_directory(struct digest *d, struct arena *a, const struct directory_settings *s)
{
	const struct ldap_settings *l = &s->ldap;

	digest_text(d, s->name);
	digest_bases(d, a, l->people.bases);
	digest_text(d, l->people.filter);
	digest_text(d, l->people.id);
	digest_text(d, l->people.email);
	digest_set(d, a, l->people.aliases);
	digest_text(d, l->people.disabled);
	digest_bases(d, a, l->groups.bases);
	digest_text(d, l->groups.filter);
	digest_text(d, l->groups.name);
	digest_text(d, l->groups.member);
	digest_number(d, l->groups.nested);
	if (l->people.expires)
		digest_text(d, l->people.expires);
	if (s->scim.url) { /* a directory is of one kind */
		digest_text(d, s->scim.url);
		digest_number(d, s->scim.id);
		digest_number(d, s->scim.email);
		digest_number(d, s->scim.membership);
	}
	if (s->file.path) {
		digest_text(d, s->file.path);
		digest_text(d, s->file.people_class);
		digest_text(d, s->file.groups_class);
	}
}

static int directory_order(const void *x, const void *y)
{
	const struct directory_settings *const *one = x, *const *other = y;

	return strcmp((*one)->name, (*other)->name);
}

static void digest_directories(struct digest *d, struct arena *a, const struct settings *s)
{
	const struct directory_settings **sorted =
		arena_array(a, s->directories_nr, sizeof *sorted);

	for (size_t i = 0; i < s->directories_nr; i++)
		sorted[i] = &s->directories[i];
	qsort(sorted, s->directories_nr, sizeof *sorted, directory_order);
	digest_number(d, (int64_t)s->directories_nr);
	for (size_t i = 0; i < s->directories_nr; i++)
		digest_directory(d, a, sorted[i]);
}

const char *file_digest(struct arena *a, const char *bytes)
{
	char *text = arena_alloc(a, DIGEST_TEXT_SIZE);
	struct digest d;

	digest_begin(&d);
	digest_text(&d, bytes);
	digest_end(&d, text);
	return text;
}

const char *fingerprint_make(struct arena *a, const struct settings *s)
{
	const struct policy *p = &s->policy;
	char *text = arena_alloc(a, DIGEST_TEXT_SIZE);
	struct digest d;

	digest_begin(&d);
	digest_text(&d, "seatsync-config-1");
	digest_number(&d, (int64_t)p->rules_nr);
	for (size_t i = 0; i < p->rules_nr; i++)
		digest_rule(&d, a, &p->rules[i]);
	digest_set(&d, a, p->domains);
	digest_number(&d, p->leavers.keep_seat);
	digest_number(&d, p->leavers.disabled_grace);
	digest_number(&d, p->leavers.remove);
	digest_number(&d, p->leavers.grace);
	digest_number(&d, p->leavers.runs);
	digest_number(&d, p->adopt);
	digest_directories(&d, a, s);
	digest_end(&d, text);
	return text;
}
