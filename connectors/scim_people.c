#include "connectors/scim_people.h"

#include <strings.h>

#include "agent/address.h"

/* ---- e-mail ------------------------------------------------------------------------ */

struct mail {
	const char *email, *address; /* address NULL: it is none */
	enum mail_rank { MAIL_OTHER, MAIL_WORK, MAIL_PRIMARY } rank;
};

struct mails {
	struct mail items[SCIM_EMAILS_MAX];
	size_t nr;
};

static struct mail mail_make(struct arena *a, const char *text)
{
	struct mail m = {.email = arena_strdup(a, text)};
	const char *why;

	m.address = address_normal(a, m.email, strlen(m.email), NULL, &why);
	return m;
}

/* {"value": "ada@example.com", "type": "work", "primary": true}, or just the text. */
static void mail_take(struct arena *a, struct mails *all, const json_t *email)
{
	const char *text = json_is_string(email) ? json_string_value(email)
						 : scim_text(email, "value");
	const char *type = scim_text(email, "type");
	struct mail *m = &all->items[all->nr];

	if (!text || !*text || strlen(text) > SCIM_TEXT_MAX || all->nr == SCIM_EMAILS_MAX)
		return;
	*m = mail_make(a, text);
	if (scim_truth(email, "primary") == SCIM_TRUE)
		m->rank = MAIL_PRIMARY;
	else if (type && strcasecmp(type, "work") == 0)
		m->rank = MAIL_WORK;
	all->nr++;
}

static void mails_take(struct arena *a, struct mails *all, const json_t *emails)
{
	const json_t *email;
	size_t i;

	all->nr = 0;
	json_array_foreach(emails, i, email)
		mail_take(a, all, email);
}

static const char *sort_text(const struct mail *m)
{
	return m->address ? m->address : m->email;
}

/* The first of this rank: an address before what is none, then as they sort. */
static const struct mail *mail_of_rank(const struct mails *all, enum mail_rank rank)
{
	const struct mail *best = NULL;

	for (size_t i = 0; i < all->nr; i++) {
		const struct mail *m = &all->items[i];

		if (m->rank != rank)
			continue;
		if (!best || (m->address && !best->address) ||
		    (!m->address == !best->address && strcmp(sort_text(m), sort_text(best)) < 0))
			best = m;
	}
	return best;
}

static const struct mail *mail_choose(const struct mails *all, enum scim_email how)
{
	const struct mail *m = NULL;

	if (how == SCIM_EMAIL_AUTO || how == SCIM_EMAIL_PRIMARY)
		m = mail_of_rank(all, MAIL_PRIMARY);
	if (!m && (how == SCIM_EMAIL_AUTO || how == SCIM_EMAIL_WORK))
		m = mail_of_rank(all, MAIL_WORK);
	if (!m && how == SCIM_EMAIL_AUTO && all->nr == 1)
		m = &all->items[0];
	return m;
}

/* userName, where it may stand for the e-mail. */
static bool user_name_mail(struct arena *a, const json_t *user, enum scim_email how,
			   struct mail *m)
{
	const char *name = scim_text(user, "userName");

	if ((how != SCIM_EMAIL_AUTO && how != SCIM_EMAIL_USER_NAME) || !name || !*name ||
	    strlen(name) > SCIM_TEXT_MAX)
		return false;
	*m = mail_make(a, name);
	return m->address != NULL || how == SCIM_EMAIL_USER_NAME;
}

/* None of several is the one: told as it is, and no address. */
static const char *mails_told(struct arena *a, const struct mails *all)
{
	const char *text = all->nr ? all->items[0].email : NULL;

	for (size_t i = 1; i < all->nr && i < 4; i++)
		text = arena_printf(a, "%s or %s", text, all->items[i].email);
	return text;
}

static int address_order(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* Every other address, once; NULL when there is none. */
static const char *const *aliases_make(struct arena *a, const struct mails *all,
				       const char *address)
{
	const char *found[SCIM_EMAILS_MAX], **list;
	size_t nr = 0, kept = 0;

	for (size_t i = 0; i < all->nr; i++)
		if (all->items[i].address && !str_eq(all->items[i].address, address))
			found[nr++] = all->items[i].address;
	if (!nr)
		return NULL;
	qsort(found, nr, sizeof *found, address_order);
	list = arena_array(a, nr + 1, sizeof *list);
	for (size_t i = 0; i < nr; i++)
		if (!kept || strcmp(list[kept - 1], found[i]) != 0)
			list[kept++] = found[i];
	return list;
}

static void mails_set(const struct scim_people *p, struct person *who, const json_t *user)
{
	enum scim_email how = p->settings->email;
	struct mails all;
	struct mail by_name;
	const struct mail *m;

	mails_take(p->a, &all, scim_at(user, "emails"));
	m = mail_choose(&all, how);
	if (!m && user_name_mail(p->a, user, how, &by_name))
		m = &by_name;
	if (!m) {
		who->email = mails_told(p->a, &all);
		return;
	}
	who->email = m->email;
	who->address = m->address;
	if (all.nr > 1 || m == &by_name)
		who->aliases = aliases_make(p->a, &all, m->address);
}

/* ---- people ------------------------------------------------------------------------- */

static void active_set(struct scim_people *p, struct person *who, const json_t *user)
{
	enum scim_truth active = scim_truth(user, "active");

	who->disabled = active == SCIM_FALSE;
	p->unsaid += active == SCIM_ABSENT;
	if (active == SCIM_ODD)
		doubt_add(&p->doubts, p->a, "user %s has an `active` that is neither true nor false; "
			  "it counts as active", who->place ? who->place : who->id);
}

/* The text that a message names them by; one copy with the e-mail. */
static const char *place_make(const struct scim_people *p, const struct person *who,
			      const json_t *user)
{
	const char *name = scim_text(user, "userName");

	return str_eq(name, who->email) ? who->email : scim_name(p->a, name);
}

/* NULL: left out. */
static const char *id_choose(struct scim_people *p, const char *id, const json_t *user)
{
	const char *external = scim_text(user, "externalId");
	uint32_t twin;

	if (p->settings->id == SCIM_ID)
		return id;
	if (!scim_id_usable(external)) {
		doubt_add(&p->doubts, p->a, "user %s has no usable externalId and was left out", id);
		return NULL;
	}
	twin = scim_names_find(&p->externals, external);
	if (twin != INDEX_NONE) {
		doubt_add(&p->doubts, p->a,
			  "user %s has the externalId of another, which is to be the id; both were "
			  "left out",
			  id);
		p->items.items[twin].id = NULL; /* externals are numbered as the items are */
		p->twins = true;
		return NULL;
	}
	external = arena_strdup(p->a, external);
	scim_names_add(&p->externals, external);
	return external;
}

const char *const scim_person_keys[] = {"id",    "externalId", "userName", "name",
					"emails", "active",     "groups",   NULL};

void scim_person_add(struct scim_people *p, const char *id, const json_t *user)
{
	const json_t *name = scim_at(user, "name");
	struct person who = {.id = id_choose(p, id, user)};

	VEC_ADD(&p->person, who.id ? (uint32_t)p->items.nr : (uint32_t)INDEX_NONE);
	if (!who.id)
		return;
	mails_set(p, &who, user);
	who.place = place_make(p, &who, user);
	who.given_name = scim_name(p->a, scim_text(name, "givenName"));
	who.family_name = scim_name(p->a, scim_text(name, "familyName"));
	active_set(p, &who, user);
	p->grouped += json_array_size(scim_at(user, "groups")) > 0;
	VEC_ADD(&p->items, who);
}

uint32_t *scim_people_close_up(struct scim_people *p, struct arena *a)
{
	uint32_t *number = arena_array(a, p->items.nr, sizeof *number), kept = 0;

	for (size_t i = 0; i < p->items.nr; i++) {
		number[i] = p->items.items[i].id ? kept : (uint32_t)INDEX_NONE;
		if (p->items.items[i].id)
			p->items.items[kept++] = p->items.items[i];
	}
	p->items.nr = kept;
	return number;
}

uint32_t scim_person_find(const struct scim_people *p, const char *id)
{
	uint32_t i = scim_names_find(&p->ids, id);

	return i == INDEX_NONE ? (uint32_t)INDEX_NONE : p->person.items[i];
}

void scim_people_clear(struct scim_people *p)
{
	scim_names_clear(&p->ids);
	scim_names_clear(&p->externals);
	VEC_FREE(&p->person);
	VEC_FREE(&p->items);
	p->doubts = (struct doubts){0};
	p->unsaid = p->grouped = 0;
	p->twins = false;
}
