#include "agent/address.h"

#include <idn2.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

enum { LOCAL_MAX = 64, DOMAIN_MAX = 253, LABEL_MAX = 63 }; /* RFC 5321 4.5.3.1, RFC 1035 2.3.4 */

static bool refuse(const char **why, const char *text)
{
	*why = text;
	return false;
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* ---- domain ------------------------------------------------------------ */

static bool label_check(const char *label, size_t len)
{
	if (len < 1 || len > LABEL_MAX || label[0] == '-' || label[len - 1] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_lower(label[i]) && !is_digit(label[i]) && label[i] != '-')
			return false;
	return true;
}

/* d[0..len) is lower-case ASCII: letters, digits and hyphens in two labels or more. */
static bool domain_check(const char *d, size_t len, const char **why)
{
	size_t labels = 0;
	bool digits = false;

	if (len > DOMAIN_MAX)
		return refuse(why, "has a domain that is too long");
	for (size_t at = 0; at <= len; labels++) {
		const char *dot = memchr(d + at, '.', len - at);
		size_t size = dot ? (size_t)(dot - d) - at : len - at;

		if (!label_check(d + at, size))
			return refuse(why, "has a malformed domain");
		digits = strspn(d + at, "0123456789") >= size;
		at += size + 1;
	}
	if (labels < 2)
		return refuse(why, "has a domain without a dot");
	if (digits) /* an IP address: no top-level domain is a number (RFC 3696 2) */
		return refuse(why, "has a malformed domain");
	return true;
}

/* Only these need IDNA: letters beyond ASCII, and A-labels, whose punycode must be right. */
static bool domain_international(const char *d, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)d[i] >= 0x80)
			return true;
		if (len - i >= 4 && lower(d[i]) == 'x' && lower(d[i + 1]) == 'n' &&
		    d[i + 2] == '-' && d[i + 3] == '-' && (i == 0 || d[i - 1] == '.'))
			return true;
	}
	return false;
}

/* The normal form of d[0..len) into out, NUL-terminated. */
static bool domain_fold(char out[DOMAIN_MAX + 1], const char *d, size_t len, const char **why)
{
	char copy[ADDRESS_MAX + 1];
	uint8_t *ascii = NULL;
	bool fits;

	if (!domain_international(d, len)) {
		if (len > DOMAIN_MAX)
			return refuse(why, "has a domain that is too long");
		for (size_t i = 0; i < len; i++)
			out[i] = lower(d[i]);
		out[len] = '\0';
		return domain_check(out, len, why);
	}
	if (memchr(d, '\0', len))
		return refuse(why, "has a malformed domain");
	memcpy(copy, d, len);
	copy[len] = '\0';
	if (idn2_lookup_u8((const uint8_t *)copy, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) !=
	    IDN2_OK)
		return refuse(why, "has a malformed domain");
	len = strlen((const char *)ascii);
	fits = len <= DOMAIN_MAX;
	if (fits)
		memcpy(out, ascii, len + 1);
	idn2_free(ascii);
	return fits ? domain_check(out, len, why) : refuse(why, "has a domain that is too long");
}

const char *address_domain_normal(struct arena *a, const char *domain)
{
	char out[DOMAIN_MAX + 1];
	size_t len = strlen(domain);
	const char *why;

	if (len < 1 || len > ADDRESS_MAX || u8_check((const uint8_t *)domain, len) ||
	    !domain_fold(out, domain, len, &why))
		return NULL;
	return arena_strdup(a, out);
}

const char *address_domain(const char *address)
{
	const char *at = strrchr(address, '@');

	return at ? at + 1 : address + strlen(address);
}

/* ---- local part --------------------------------------------------------- */

/*
 * Refuses what no mailbox holds: white space, controls, what cannot be seen,
 * and the characters that would need quoting (RFC 5321 4.1.2).
 */
static bool local_check(const char *s, size_t len, const char **why)
{
	ucs4_t c;

	for (size_t at = 0; at < len;) {
		at += (size_t)u8_mbtouc(&c, (const uint8_t *)s + at, len - at);
		if (c < 0x80) {
			if (c == ' ')
				return refuse(why, "has white space in it");
			if (c < ' ' || c == 0x7f)
				return refuse(why, "has a control character in it");
			if (strchr("\"(),:;<>[\\]", (int)c))
				return refuse(why, "has a character in it that no address has");
		} else if (uc_is_property_white_space(c)) {
			return refuse(why, "has white space in it");
		} else if (uc_is_property_iso_control(c) || uc_is_property_bidi_control(c) ||
			   uc_is_property_default_ignorable_code_point(c) ||
			   uc_is_property_not_a_character(c)) {
			return refuse(why, "has an invisible character in it");
		}
	}
	return true;
}

/* Case-folded and composed into out; *len_out at most LOCAL_MAX. */
static bool local_fold(char out[LOCAL_MAX], const char *s, size_t len, size_t *len_out,
		       const char **why)
{
	uint8_t buffer[4 * LOCAL_MAX], *folded;
	size_t size = sizeof buffer;
	bool fits, plain = true;

	for (size_t i = 0; i < len && plain; i++)
		plain = (unsigned char)s[i] < 0x80;
	if (plain) {
		for (size_t i = 0; i < len; i++)
			out[i] = lower(s[i]);
		*len_out = len;
		return true;
	}
	folded = u8_casefold((const uint8_t *)s, len, NULL, UNINORM_NFC, buffer, &size);
	fits = folded && size <= LOCAL_MAX;
	if (fits) {
		memcpy(out, folded, size);
		*len_out = size;
	}
	if (folded != buffer)
		free(folded);
	return fits || refuse(why, "is too long");
}

/* ---- address ------------------------------------------------------------ */

/* The place of its single @. */
static const char *at_sign(const char *email, size_t len, const char **why)
{
	const char *at = memchr(email, '@', len);

	if (len < 1)
		*why = "is empty";
	else if (len > ADDRESS_MAX)
		*why = "is too long";
	else if (!at)
		*why = "has no @";
	else if (memchr(at + 1, '@', len - (size_t)(at + 1 - email)))
		*why = "has more than one @";
	else if (at == email)
		*why = "has nothing before the @";
	else if (at == email + len - 1)
		*why = "has no domain";
	else if (at - email > LOCAL_MAX)
		*why = "is too long before the @";
	else
		return at;
	return NULL;
}

const char *address_normal(struct arena *a, const char *email, size_t len, bool *same,
			   const char **why)
{
	char out[LOCAL_MAX + 1 + DOMAIN_MAX + 1];
	const char *at = at_sign(email, len, why);
	size_t local_len, size;
	bool equal;

	if (!at)
		return NULL;
	if (u8_check((const uint8_t *)email, len)) {
		*why = "is not valid UTF-8";
		return NULL;
	}
	/* Checked when folded: composing makes a semicolon of U+037E. */
	if (!local_fold(out, email, (size_t)(at - email), &local_len, why) ||
	    !local_check(out, local_len, why))
		return NULL;
	out[local_len] = '@';
	if (!domain_fold(out + local_len + 1, at + 1, len - (size_t)(at + 1 - email), why))
		return NULL;
	size = local_len + 1 + strlen(out + local_len + 1);
	if (size > ADDRESS_MAX) {
		*why = "is too long";
		return NULL;
	}
	equal = size == len && memcmp(out, email, len) == 0;
	if (same)
		*same = equal;
	if (equal && arena_holds(a, email, len + 1) && email[len] == '\0')
		return email;
	return arena_strndup(a, out, size);
}
