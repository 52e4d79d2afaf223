#include "connectors/ldap_dn.h"

#include <ldap.h>
#include <unicase.h>
#include <uninorm.h>

#include "agent/text.h"

static bool is_type_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.';
}

/* What has a meaning in a name, and so is not simple inside a value (RFC 4514 2.4). */
static bool is_special(char c)
{
	switch (c) {
	case '\\':
	case '"':
	case '+':
	case ',':
	case ';':
	case '<':
	case '=':
	case '>':
		return true;
	default:
		return false;
	}
}

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* ---- the short way: nothing escaped, nothing outside ASCII ----------------- */

static const char *spaces_skip(const char *s, const char *end)
{
	while (s < end && *s == ' ')
		s++;
	return s;
}

/* Copies "type=", lower-cased; NULL when something is not simple. */
static const char *simple_type(char **out, const char *s, const char *end)
{
	const char *begin = s = spaces_skip(s, end);

	while (s < end && is_type_char(*s))
		*(*out)++ = ascii_lower(*s++);
	if (s == begin)
		return NULL;
	s = spaces_skip(s, end);
	if (s == end || *s != '=')
		return NULL;
	*(*out)++ = '=';
	return spaces_skip(s + 1, end);
}

/* What a letter inside a value becomes; NUL when it is not simple.  Names come by the million. */
static char simple_letter(char c)
{
	static const char folded[] =
		" !\0#$%&'()*\0\0-./0123456789:\0\0\0\0?@abcdefghijklmnopqrstuvwxyz[\0]^_"
		"`abcdefghijklmnopqrstuvwxyz{|}~";
	unsigned char at = (unsigned char)(c - ' ');

	_Static_assert(sizeof folded == '~' - ' ' + 2, "one for each from space to tilde");
	return at < sizeof folded ? folded[at] : '\0';
}

/* Copies a value up to the next comma, folded; NULL when something is not simple. */
static const char *simple_value(char **out, const char *s, const char *end)
{
	char *begin = *out, *to = begin, c;

	if (s == end || *s == '#')
		return NULL;
	for (; s < end && (c = simple_letter(*s)); s++)
		if (c != ' ' || (to > begin && to[-1] != ' '))
			*to++ = c;
	if (s < end && *s != ',')
		return NULL;
	if (to > begin && to[-1] == ' ')
		to--;
	*out = to;
	return to > begin ? s : NULL;
}

static int simple_normal(char *out, const char *s, size_t len)
{
	const char *end = s + len;

	for (;;) {
		s = simple_type(&out, s, end);
		if (!s)
			return -1;
		s = simple_value(&out, s, end);
		if (!s)
			return -1;
		if (s == end)
			break;
		*out++ = ',';
		s++;
	}
	*out = '\0';
	return 0;
}

/* ---- the long way: libldap takes the name apart ---------------------------- */

struct text {
	char *at, *end;
	bool full;
};

static void text_put(struct text *t, char c)
{
	if (t->at == t->end)
		t->full = true;
	else
		*t->at++ = c;
}

/* Only what would read as structure is escaped, so that simple values stay as they are. */
static bool is_structure(char c, bool first)
{
	return is_special(c) || (c == '#' && first) || (c >= 0 && c < ' ') || c == 0x7f;
}

static void value_put(struct text *t, const char *s, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	bool first = true;

	for (; len; s++, len--) {
		if (*s == ' ' && (first || len == 1 || s[1] == ' '))
			continue;
		if (is_structure(*s, first)) {
			text_put(t, '\\');
			text_put(t, hex[(unsigned char)*s >> 4]);
			text_put(t, hex[(unsigned char)*s & 15]);
		} else {
			text_put(t, *s);
		}
		first = false;
	}
}

static int ava_put(struct text *t, const LDAPAVA *ava)
{
	size_t folded_len;
	uint8_t *folded;

	for (size_t i = 0; i < ava->la_attr.bv_len; i++)
		text_put(t, ascii_lower(ava->la_attr.bv_val[i]));
	text_put(t, '=');
	if (ava->la_flags & LDAP_AVA_BINARY) {
		text_put(t, '#'); /* a text that begins so is escaped, so these stay apart */
		value_put(t, ava->la_value.bv_val, ava->la_value.bv_len);
		return 0;
	}
	if (utf8_valid(ava->la_value.bv_val, ava->la_value.bv_len) != ava->la_value.bv_len)
		return -1;
	folded = u8_casefold((const uint8_t *)ava->la_value.bv_val, ava->la_value.bv_len, NULL,
			     UNINORM_NFKC, NULL, &folded_len);
	if (!folded)
		return -1;
	value_put(t, (const char *)folded, folded_len);
	free(folded);
	return 0;
}

enum { AVAS_MAX = 16 }; /* parts of one RDN; nobody has more than three */

static int text_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Parts of one RDN have no order: they are written sorted. */
static int rdn_put(struct text *t, LDAPRDN rdn)
{
	char *parts[AVAS_MAX], *begin = t->at, *end;
	struct arena scratch CLEANUP(arena_free) = {0};
	size_t nr = 0;

	for (; rdn[nr]; nr++) {
		if (nr == AVAS_MAX)
			return -1;
		t->at = begin;
		if (ava_put(t, rdn[nr]))
			return -1;
		parts[nr] = arena_strndup(&scratch, begin, (size_t)(t->at - begin));
	}
	if (nr < 2)
		return nr ? 0 : -1;
	qsort(parts, nr, sizeof *parts, text_order);
	t->at = begin;
	for (size_t i = 0; i < nr; i++) {
		if (i)
			text_put(t, '+');
		for (end = parts[i]; *end; end++)
			text_put(t, *end);
	}
	return 0;
}

static void dn_free(LDAPDN *dn)
{
	ldap_dnfree(*dn);
}

static int full_normal(char out[DN_NORMAL_SIZE], const char *dn, size_t len)
{
	struct text t = {out, out + DN_NORMAL_SIZE - 1, false};
	LDAPDN parts CLEANUP(dn_free) = NULL;
	char copy[DN_MAX + 1];

	if (utf8_valid(dn, len) != len)
		return -1;
	memcpy(copy, dn, len);
	copy[len] = '\0';
	if (ldap_str2dn(copy, &parts, LDAP_DN_FORMAT_LDAP) != LDAP_SUCCESS || !parts)
		return -1;
	for (size_t i = 0; parts[i]; i++) {
		if (i)
			text_put(&t, ',');
		if (rdn_put(&t, parts[i]))
			return -1;
	}
	*t.at = '\0';
	return t.full || t.at == out ? -1 : 0;
}

int dn_normal(char out[DN_NORMAL_SIZE], const char *dn, size_t len)
{
	if (!len || len > DN_MAX)
		return -1;
	return simple_normal(out, dn, len) == 0 ? 0 : full_normal(out, dn, len);
}

/* ---- for people ------------------------------------------------------------- */

static char *tidy_type(char *out, const struct berval *type)
{
	for (size_t i = 0; i < type->bv_len; i++)
		*out++ = ascii_lower(type->bv_val[i]);
	return out;
}

const char *dn_tidy(struct arena *a, const char *dn)
{
	LDAPDN parts CLEANUP(dn_free) = NULL;
	char *text = NULL;
	const char *tidy;

	if (ldap_str2dn(dn, &parts, LDAP_DN_FORMAT_LDAP) != LDAP_SUCCESS || !parts)
		return arena_strdup(a, dn);
	for (size_t i = 0; parts[i]; i++)
		for (size_t k = 0; parts[i][k]; k++)
			tidy_type(parts[i][k]->la_attr.bv_val, &parts[i][k]->la_attr);
	if (ldap_dn2str(parts, &text, LDAP_DN_FORMAT_LDAPV3 | LDAP_DN_PRETTY) != LDAP_SUCCESS)
		return arena_strdup(a, dn);
	tidy = arena_strdup(a, text);
	ldap_memfree(text);
	return tidy;
}

const char *dn_first_value(struct arena *a, const char *dn)
{
	LDAPDN parts CLEANUP(dn_free) = NULL;
	const struct berval *v;

	if (ldap_str2dn(dn, &parts, LDAP_DN_FORMAT_LDAP) != LDAP_SUCCESS || !parts || !parts[0] ||
	    !parts[0][0])
		return arena_strdup(a, dn);
	v = &parts[0][0]->la_value;
	return arena_strndup(a, v->bv_val, utf8_valid(v->bv_val, v->bv_len));
}

bool dn_is_name(const char *text)
{
	char normal[DN_NORMAL_SIZE];

	return strchr(text, '=') && dn_normal(normal, text, strlen(text)) == 0;
}

bool dn_below(const char *normal, const char *base)
{
	size_t len = strlen(normal), base_len = strlen(base);

	return len >= base_len && strcmp(normal + len - base_len, base) == 0 &&
	       (len == base_len || normal[len - base_len - 1] == ',');
}

/* What is no name stays itself: the server will say so. */
static const char *base_normal(struct arena *a, const char *base)
{
	char normal[DN_NORMAL_SIZE];

	return dn_normal(normal, base, strlen(base)) ? base : arena_strdup(a, normal);
}

/* Of two that are the same the first is searched. */
static bool base_within(const char *const *normals, size_t nr, size_t i)
{
	for (size_t k = 0; k < nr; k++)
		if (k != i && dn_below(normals[i], normals[k]) &&
		    (k < i || strcmp(normals[i], normals[k]) != 0))
			return true;
	return false;
}

const char *const *dn_bases(struct arena *a, const char *const *bases)
{
	const char **normals, **kept;
	size_t nr = 0, kept_nr = 0;

	while (bases[nr])
		nr++;
	normals = arena_array(a, nr, sizeof *normals);
	kept = arena_array(a, nr + 1, sizeof *kept);
	for (size_t i = 0; i < nr; i++)
		normals[i] = base_normal(a, bases[i]);
	for (size_t i = 0; i < nr; i++)
		if (!base_within(normals, nr, i))
			kept[kept_nr++] = bases[i];
	return kept;
}

size_t dn_without_uid(const char *value, size_t len)
{
	size_t at = len;

	if (len < 4 || value[len - 1] != 'B' || value[len - 2] != '\'')
		return len;
	for (at = len - 2; at && (value[at - 1] == '0' || value[at - 1] == '1'); at--)
		;
	return at >= 2 && value[at - 1] == '\'' && value[at - 2] == '#' ? at - 2 : len;
}
