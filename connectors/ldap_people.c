#include "connectors/ldap_people.h"

#include <strings.h>

#include "agent/address.h"
#include "agent/text.h"
#include "connectors/ldap_account.h"

/* ---- values to text ----------------------------------------------------------- */

static bool is_control(char c)
{
	return (c >= 0 && c < ' ') || c == 0x7f;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_uuid(const char *s, size_t len)
{
	if (len != 36)
		return false;
	for (size_t i = 0; i < len; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? s[i] != '-' : !is_hex(s[i]))
			return false;
	return true;
}

static const char *bytes_hex(struct arena *a, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * ID_MAX];

	for (size_t i = 0; i < len; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	return arena_strndup(a, text, 2 * len);
}

const char *id_text(struct arena *a, const struct attribute *at, const char **why)
{
	const struct berval *v = at->values;
	bool capitals = false, guid = attribute_is(at, "objectGUID");
	char *text;

	*why = at->nr > 1                       ? "has several ids"
	       : !at->nr || !v->bv_len          ? "has an empty id"
	       : v->bv_len > ID_MAX             ? "has too long an id"
	       : guid && v->bv_len != GUID_SIZE ? "has an objectGUID that is none"
						: NULL;
	if (*why)
		return NULL;
	if (guid)
		return guid_text(a, v);
	if (utf8_valid(v->bv_val, v->bv_len) != v->bv_len)
		return bytes_hex(a, (const unsigned char *)v->bv_val, v->bv_len);
	for (size_t i = 0; i < v->bv_len; i++) {
		if (is_control(v->bv_val[i]))
			*why = "has an id with a control character";
		capitals |= v->bv_val[i] >= 'A' && v->bv_val[i] <= 'Z';
	}
	if (*why)
		return NULL;
	text = arena_strndup(a, v->bv_val, v->bv_len);
	if (capitals && is_uuid(text, v->bv_len))
		for (char *c = text; *c; c++)
			*c = *c >= 'A' && *c <= 'F' ? (char)(*c - 'A' + 'a') : *c;
	return text;
}

static int value_order(const struct berval *x, const struct berval *y)
{
	size_t len = x->bv_len < y->bv_len ? x->bv_len : y->bv_len;
	int order = memcmp(x->bv_val, y->bv_val, len);

	return order ? order : (x->bv_len > y->bv_len) - (x->bv_len < y->bv_len);
}

/* At most max bytes, ending before what is no UTF-8 or half a character. */
static const char *text_cut(struct arena *a, const struct berval *v, size_t max)
{
	return arena_strndup(a, v->bv_val,
			     utf8_valid(v->bv_val, v->bv_len < max ? v->bv_len : max));
}

const char *name_text(struct arena *a, const struct attribute *at)
{
	const struct berval *first = at->values;

	for (size_t i = 1; i < at->nr; i++)
		if (value_order(&at->values[i], first) < 0)
			first = &at->values[i];
	return at->nr && first->bv_len ? text_cut(a, first, TEXT_MAX) : NULL;
}

/* ---- e-mail --------------------------------------------------------------------- */

static void mail_take(struct people *p, const struct berval *v, bool primary)
{
	static const char scheme[] = "smtp:";
	const size_t scheme_len = sizeof scheme - 1;
	struct berval bare = *v;
	struct mail m = {.primary = primary};
	const char *why;
	bool same = false;

	if (bare.bv_len > scheme_len && strncasecmp(bare.bv_val, scheme, scheme_len) == 0) {
		bare.bv_val += scheme_len;
		bare.bv_len -= scheme_len;
	}
	m.address = address_normal(p->a, bare.bv_val, bare.bv_len, &same, &why);
	if (!primary && !m.address)
		return;
	m.email = m.address && same ? m.address : primary ? text_cut(p->a, &bare, TEXT_MAX) : NULL;
	VEC_ADD(&p->mails, m);
}

static void mails_take(struct people *p, const struct attribute *at, bool primary)
{
	for (size_t i = 0; i < at->nr && i < VALUES_MAX; i++)
		if (at->values[i].bv_len)
			mail_take(p, &at->values[i], primary);
	if (at->nr > VALUES_MAX)
		doubt_add(&p->doubts, p->a, "an entry has more than %d values of %.*s", VALUES_MAX,
			  (int)at->type.bv_len, at->type.bv_val);
}

/* Primary before alias, address before none, then as they sort. */
static int mail_order(const void *a, const void *b)
{
	const struct mail *x = a, *y = b;

	if (x->primary != y->primary)
		return x->primary ? -1 : 1;
	if (!x->address != !y->address)
		return x->address ? -1 : 1;
	return strcmp(x->address ? x->address : x->email, y->address ? y->address : y->email);
}

static int address_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void aliases_set(struct people *p, struct person *who)
{
	const char *found[2 * VALUES_MAX + 1];
	const char **aliases;
	size_t nr = 0, kept = 0;

	for (size_t i = 0; i < p->mails.nr && nr < ARRAY_SIZE(found); i++)
		if (p->mails.items[i].address && !str_eq(p->mails.items[i].address, who->address))
			found[nr++] = p->mails.items[i].address;
	if (!nr)
		return;
	qsort(found, nr, sizeof *found, address_order);
	for (size_t i = 0; i < nr; i++)
		if (!kept || strcmp(found[kept - 1], found[i]) != 0)
			found[kept++] = found[i];
	if (kept > ADDRESSES_MAX)
		kept = ADDRESSES_MAX;
	aliases = arena_array(p->a, kept + 1, sizeof *aliases);
	memcpy(aliases, found, kept * sizeof *aliases);
	who->aliases = aliases;
}

static void mails_settle(struct people *p, struct person *who)
{
	if (!p->mails.nr)
		return;
	qsort(p->mails.items, p->mails.nr, sizeof *p->mails.items, mail_order);
	if (p->mails.items[0].primary) {
		who->email = p->mails.items[0].email;
		who->address = p->mails.items[0].address;
	}
	if (p->mails.nr > 1 || !p->mails.items[0].primary)
		aliases_set(p, who);
}

/* ---- one entry --------------------------------------------------------------------- */

static bool attribute_is_alias(const struct people *p, const struct attribute *at)
{
	const char *const *name = p->settings->people.aliases;

	for (; name && *name; name++)
		if (attribute_is(at, *name))
			return true;
	return false;
}

static void uids_take(struct people *p, const struct attribute *at)
{
	for (size_t i = 0; i < at->nr; i++) {
		const struct berval *v = &at->values[i];

		if (v->bv_len && v->bv_len <= ID_MAX &&
		    utf8_valid(v->bv_val, v->bv_len) == v->bv_len)
			VEC_ADD(&p->uids,
				((struct uid){arena_strndup(&p->scratch, v->bv_val, v->bv_len),
					      (uint32_t)p->nr}));
	}
}

static void state_take(struct people *p, struct person *who, enum account state,
		       const char *attribute, const char *unclear)
{
	who->disabled |= state == ACCOUNT_DISABLED;
	if (state == ACCOUNT_UNCLEAR)
		doubt_add(&p->doubts, p->a, "%s of %.300s %s; taken as active", attribute,
			  text_shown(p->a, who->place), unclear);
}

/* objectSid and primaryGroupID of the entry at hand; the domain is that of the former. */
static void number_take(struct people *p, const struct attribute *at)
{
	if (at->nr && attribute_is(at, "objectSid"))
		p->at_hand.primary.domain = account_number(&p->primaries, at->values).domain;
	if (at->nr && attribute_is(at, "primaryGroupID"))
		p->at_hand.primary.number = (uint32_t)strtoul(at->values->bv_val, NULL, 10);
}

/* Every user of Active Directory has these: one that has not is kept from us. */
static void windows_settle(struct people *p, const struct person *who)
{
	const char *disabled = p->settings->people.disabled;

	if (!p->wants_primary)
		return;
	if (p->at_hand.primary.domain && p->at_hand.primary.number)
		primary_add(&p->primaries, p->at_hand.primary, (uint32_t)p->nr);
	else
		doubt_add(&p->doubts, p->a, "the primary group of %.300s may not be read",
			  text_shown(p->a, who->place));
	if (p->catalogue && p->settings->people.expires && !p->at_hand.end_seen)
		doubt_add(
			&p->doubts, p->a,
			"the global catalogue does not show %s, as of %.300s: with people.expires: "
			"null nobody's account ends, or read the domain (port 636)",
			p->settings->people.expires, text_shown(p->a, who->place));
	if (disabled && strcasecmp(disabled, "userAccountControl") == 0 && !p->at_hand.flags_seen)
		doubt_add(&p->doubts, p->a, "%s of %.300s may not be read; taken as active",
			  disabled, text_shown(p->a, who->place));
}

/* One attribute may have several uses: e-mail as id, say. */
static void attribute_take(struct people *p, const struct attribute *at, struct person *who,
			   const char **why)
{
	const struct ldap_settings *c = p->settings;

	if (attribute_is(at, c->people.id))
		who->id = id_text(p->a, at, why);
	if (attribute_is(at, c->people.email))
		mails_take(p, at, true);
	if (attribute_is_alias(p, at))
		mails_take(p, at, false);
	if (c->people.given_name && attribute_is(at, c->people.given_name))
		who->given_name = name_text(p->a, at);
	if (c->people.family_name && attribute_is(at, c->people.family_name))
		who->family_name = name_text(p->a, at);
	if (c->people.disabled && attribute_is(at, c->people.disabled)) {
		state_take(p, who, account_state(at), c->people.disabled,
			   "says neither yes nor no");
		p->at_hand.flags_seen = true;
	}
	if (c->people.expires && attribute_is(at, c->people.expires)) {
		p->at_hand.end_seen = true;
		state_take(p, who, account_expired(at, p->now), c->people.expires, "is no time");
	}
	if (p->wants_primary)
		number_take(p, at);
	if (p->wants_uids && attribute_is(at, "uid"))
		uids_take(p, at);
}

static struct person *person_slot(struct people *p)
{
	if (p->nr == p->chunks.nr * PEOPLE_CHUNK)
		VEC_ADD(&p->chunks, mem_resize(NULL, PEOPLE_CHUNK, sizeof(struct person)));
	return &p->chunks.items[p->nr / PEOPLE_CHUNK][p->nr % PEOPLE_CHUNK];
}

/* The entry is there but cannot be used; its name is remembered for its groups. */
static void person_unusable(struct people *p, const char *place, const char *why)
{
	VEC_ADD(&p->unusable, place);
	doubt_add(&p->doubts, p->a, "the entry %.300s %s", text_shown(p->a, place), why);
}

int person_take(void *people, struct entry *en, struct err *e)
{
	struct people *p = people;
	struct person who = {0};
	struct attribute at;
	const char *why = NULL;
	size_t uids = p->uids.nr;
	int more;

	if (p->nr == PEOPLE_MAX)
		return err_set(e, ERR_REFUSED, "more than %d people: nothing of them is used",
			       PEOPLE_MAX);
	if (dn_normal(p->normals[0], en->dn.bv_val, en->dn.bv_len)) {
		doubt_add(&p->doubts, p->a, "an entry has a name that is none");
		return 0;
	}
	who.place = arena_strndup(p->a, en->dn.bv_val, en->dn.bv_len);
	p->mails.nr = 0;
	p->at_hand = (struct at_hand){0};
	while ((more = entry_next(en, &at)) > 0) {
		attribute_take(p, &at, &who, &why);
		attribute_done(&at);
	}
	if (more < 0)
		return err_set(e, ERR_INCOMPLETE, "the entry %.300s cannot be decoded", who.place);
	if (!who.id) {
		p->uids.nr = uids;
		person_unusable(p, who.place, why ? why : "has no id that we may read");
		return 0;
	}
	mails_settle(p, &who);
	windows_settle(p, &who);
	*person_slot(p) = who;
	VEC_ADD(&p->hashes, index_hash(p->normals[0]));
	p->nr++;
	return 0;
}
