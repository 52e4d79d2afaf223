#include "config/shape.h"

#include "agent/address.h"
#include "config/url.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

static const char *refuse(struct shape *x, const char *wrong, const char *hint)
{
	x->wrong = wrong;
	x->hint = hint;
	return NULL;
}

static bool made_of(const char *text, const char *letters)
{
	return text[strspn(text, letters)] == '\0';
}

const char *shape_text(struct shape *x, const char *text)
{
	if (*text == '\0')
		return refuse(x, "is empty", NULL);
	if (strlen(text) > TEXT_MAX)
		return refuse(x, "is longer than 1024 bytes", NULL);
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (*p < 0x20 || *p == 0x7f || (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0))
			return refuse(x, "has a control character in it", NULL);
	return arena_strdup(x->a, text);
}

const char *shape_slug(struct shape *x, const char *text)
{
	if (strlen(text) > SLUG_MAX)
		return refuse(x, "is longer than 100 characters", NULL);
	if (!made_of(text, LETTERS DIGITS "._-") || str_eq(text, ".") || str_eq(text, ".."))
		return refuse(x, "is no such name; it is made of letters, digits, '.', '_' and '-'",
			      NULL);
	return arena_strdup(x->a, text);
}

const char *shape_file(struct shape *x, const char *text)
{
	if (text[0] == '/')
		return arena_strdup(x->a, text);
	return arena_printf(x->a, "%s/%s", x->folder, text);
}

/* The node exporter reads no file of another name. */
const char *shape_metrics(struct shape *x, const char *text)
{
	const char *end = strrchr(text, '.');

	if (!str_eq(end, ".prom") || end == text || end[-1] == '/')
		return refuse(x, "does not end in .prom: the node exporter would not read it", NULL);
	return shape_file(x, text);
}

const char *shape_variable(struct shape *x, const char *text)
{
	if (!made_of(text, LETTERS DIGITS "_") || strchr(DIGITS, text[0]))
		return refuse(x, "is no name of an environment variable", NULL);
	return arena_strdup(x->a, text);
}

/* ---- LDAP --------------------------------------------------------------------- */

const char *shape_dn(struct shape *x, const char *text)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text ||
	    strspn(text, LETTERS DIGITS "-.") != (size_t)(equals - text))
		return refuse(x, "is no distinguished name",
			      "write it as ou=people,dc=example,dc=com");
	return arena_strdup(x->a, text);
}

const char *shape_login(struct shape *x, const char *text)
{
	const char *at = strchr(text, '@'), *backslash = strchr(text, '\\');

	if (!strchr(text, '=') && at && at > text && at[1] && !strchr(at + 1, '@') && !backslash)
		return arena_strdup(x->a, text);
	if (!strpbrk(text, "=,@") && backslash && backslash > text && backslash[1])
		return arena_strdup(x->a, text);
	return shape_dn(x, text);
}

/* RFC 4515: a parenthesis inside a value is written \28 or \29. */
const char *shape_filter(struct shape *x, const char *text)
{
	size_t depth = 0, len = strlen(text);

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '(')
			depth++;
		else if (text[i] == ')' && depth-- == 0)
			return refuse(x, "has a ) too many", NULL);
		if (depth == 0 && (i == 0 || i + 1 < len))
			return refuse(x, "is no LDAP filter in parentheses",
				      "write it as (objectClass=inetOrgPerson)");
	}
	return depth ? refuse(x, "has a ( too many", NULL) : arena_strdup(x->a, text);
}

const char *shape_group(struct shape *x, const char *text)
{
	return text[0] == '(' ? shape_filter(x, text) : arena_strdup(x->a, text);
}

const char *shape_one_group(struct shape *x, const char *text)
{
	if (text[0] != '(' && strpbrk(text, "*?["))
		return refuse(x, "is a glob where one group is wanted", NULL);
	return shape_group(x, text);
}

const char *shape_attribute(struct shape *x, const char *text)
{
	if (!made_of(text, LETTERS DIGITS "-;.") || !strchr(LETTERS DIGITS, text[0]))
		return refuse(x, "is no name of an attribute", NULL);
	return arena_strdup(x->a, text);
}

/* ---- addresses -------------------------------------------------------------------- */

const char *shape_domain(struct shape *x, const char *text)
{
	const char *domain = address_domain_normal(x->a, text);

	return domain ? domain : refuse(x, "is no domain", "write it as example.com");
}

static void lower(char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
}

static bool ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/*
 * The local part of a glob, the normal form of addresses, which may hold * and ?
 * but no brackets.
 */
static const char *glob_fold(struct shape *x, const char *side, size_t len)
{
	char *copy = arena_strndup(x->a, side, len);
	const char *normal, *why;

	lower(copy);
	if (ascii(copy))
		return copy;
	copy = arena_printf(x->a, "%s@example.com", copy);
	normal = address_normal(x->a, copy, strlen(copy), NULL, &why);
	if (!normal)
		return NULL;
	return arena_strndup(x->a, normal, strlen(normal) - strlen("@example.com"));
}

static bool glob_brackets_close(const char *text)
{
	const char *open = strchr(text, '[');

	while (open) {
		const char *close = open[1] ? strchr(open + 2, ']') : NULL;

		if (!close)
			return false;
		open = strchr(close, '[');
	}
	return true;
}

static const char *protect_glob(struct shape *x, const char *text)
{
	const char *at = strrchr(text, '@'), *local, *domain;

	if (strpbrk(text, " \\") || !glob_brackets_close(text) || (at && strchr(text, '@') != at))
		return refuse(x, "is neither an address nor a glob of addresses",
			      "write it as owner@example.com or \"*@example.com\"");
	if (!at)
		at = text + strlen(text);
	local = glob_fold(x, text, (size_t)(at - text));
	if (*at == '\0')
		domain = "";
	else if (strpbrk(at, "*?["))
		domain = ascii(at) ? glob_fold(x, at + 1, strlen(at + 1)) : NULL;
	else
		domain = address_domain_normal(x->a, at + 1);
	if (!local || !domain)
		return refuse(x, "is a glob that matches no address", NULL);
	return *at ? arena_printf(x->a, "%s@%s", local, domain) : local;
}

const char *shape_protect(struct shape *x, const char *text)
{
	const char *address, *why;

	if (strpbrk(text, "*?["))
		return protect_glob(x, text);
	address = address_normal(x->a, text, strlen(text), NULL, &why);
	if (!address)
		return refuse(x, arena_printf(x->a, "is no address: it %s", why), NULL);
	return address;
}

/* ---- calls of the platform ----------------------------------------------------------- */

const char *shape_field(struct shape *x, const char *text)
{
	if (!made_of(text, LETTERS DIGITS "_.-"))
		return refuse(x, "is no name of a field", NULL);
	return arena_strdup(x->a, text);
}

/* How often `part` is in the text. */
static unsigned part_count(const char *text, const char *part)
{
	unsigned nr = 0;

	for (const char *at = strstr(text, part); at; at = strstr(at + strlen(part), part))
		nr++;
	return nr;
}

static unsigned char_count(const char *text, char c)
{
	unsigned nr = 0;

	for (; *text; text++)
		nr += *text == c;
	return nr;
}

static const char *call_check(struct shape *x, const char *text, const char *const *methods,
			      size_t methods_nr, bool one, const char *hint)
{
	const char *path = strchr(text, ' ');
	const char *method = path ? arena_strndup(x->a, text, (size_t)(path - text)) : NULL;
	unsigned orgs, ids;

	if (!path || *++path == '\0')
		return refuse(x, "is no method and path", hint);
	if (word_index(methods, methods_nr, method) < 0)
		return refuse(x, "has a method that this call cannot have", hint);
	orgs = part_count(path, "{org}");
	ids = part_count(path, "{id}");
	if (!(strncmp(path, "{org}/", 6) == 0 || path[0] == '/') || !url_path_valid(path))
		return refuse(x, "has no valid path; it begins with {org}/ or with /", hint);
	if (orgs > 1 || char_count(path, '{') != orgs + ids || char_count(path, '}') != orgs + ids)
		return refuse(x, "has a place to fill that is neither {org} nor {id}", hint);
	if (ids != (one ? 1 : 0))
		return refuse(x, one ? "needs {id} once" : "has an {id} that this call has not",
			      hint);
	return arena_strdup(x->a, text);
}

static const char *const writing[] = {"POST", "PUT", "PATCH", "DELETE"};

const char *shape_call_list(struct shape *x, const char *text)
{
	static const char *const reading[] = {"GET"};

	return call_check(x, text, reading, ARRAY_SIZE(reading), false,
			  "write it as \"GET {org}/invitations\"");
}

const char *shape_call_make(struct shape *x, const char *text)
{
	return call_check(x, text, writing, ARRAY_SIZE(writing) - 1, false,
			  "write it as \"POST {org}/invitations\"");
}

const char *shape_call_one(struct shape *x, const char *text)
{
	return call_check(x, text, writing, ARRAY_SIZE(writing), true,
			  "write it as \"PATCH {org}/users/{id}\"");
}
