#include "agent/text.h"

#include <locale.h>
#include <wchar.h>

/* ---- UTF-8 ------------------------------------------------------------ */

/*
 * Reads one character of s[0..len) and returns its length, 0 when the bytes
 * are no UTF-8: cut off, overlong, a surrogate, beyond U+10FFFF.
 */
static size_t char_read(const char *s, size_t len, uint32_t *c)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char first = (unsigned char)s[0];
	size_t size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	uint32_t value = size == 1 ? first : first & (0x7fU >> size);

	if (!size || size > len || first > 0xf4)
		return 0;
	for (size_t i = 1; i < size; i++) {
		unsigned char next = (unsigned char)s[i];

		if ((next & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (next & 0x3f);
	}
	if (value < least[size] || (value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff)
		return 0;
	*c = value;
	return size;
}

size_t utf8_valid(const char *s, size_t len)
{
	size_t at = 0;

	while (at < len) {
		uint32_t c;
		size_t size = (unsigned char)s[at] < 0x80 ? 1 : char_read(s + at, len - at, &c);

		if (!size || !s[at])
			break;
		at += size;
	}
	return at;
}

/* ---- showing ---------------------------------------------------------- */

/*
 * What has no shape of its own, or changes that of its neighbours: Unicode's
 * Default_Ignorable_Code_Point and Bidi_Control, line and paragraph
 * separators, interlinear annotation, noncharacters of the first plane.
 */
static bool char_hidden(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {{0x00ad, 0x00ad},   {0x034f, 0x034f},   {0x061c, 0x061c},  {0x115f, 0x1160},
		      {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},  {0x2028, 0x202e},
		      {0x2060, 0x206f},   {0x3164, 0x3164},   {0xfdd0, 0xfdef},  {0xfe00, 0xfe0f},
		      {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},  {0xfffe, 0xffff},
		      {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}};

	for (size_t i = 0; i < ARRAY_SIZE(hidden) && c >= hidden[i].first; i++)
		if (c <= hidden[i].last)
			return true;
	return false;
}

static bool char_controls(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/* What one character of a text is shown as. */
struct shown {
	char text[sizeof "\\U0010ffff"];
	size_t len;   /* of text */
	size_t taken; /* bytes of the original */
	uint32_t c;
	bool escaped;
};

static void shown_escape(struct shown *x, char letter, int digits, unsigned c)
{
	x->len = (size_t)snprintf(x->text, sizeof x->text, "\\%c%0*x", letter, digits, c);
	x->escaped = true;
}

static void shown_make(struct shown *x, const char *s, size_t len)
{
	x->escaped = false;
	x->taken = char_read(s, len, &x->c);
	if (!x->taken) {
		x->taken = 1;
		shown_escape(x, 'x', 2, (unsigned char)*s);
	} else if (char_controls(x->c)) {
		shown_escape(x, 'x', 2, x->c);
	} else if (char_hidden(x->c) && x->c > 0xffff) {
		shown_escape(x, 'U', 8, x->c);
	} else if (char_hidden(x->c)) {
		shown_escape(x, 'u', 4, x->c);
	} else {
		memcpy(x->text, s, x->taken);
		x->len = x->taken;
	}
}

/* True when all of s may be shown as it is. */
static bool text_harmless(const char *s, size_t len)
{
	struct shown x = {.taken = 1};

	for (size_t at = 0; at < len; at += x.taken) {
		if (s[at] >= 0x20 && s[at] < 0x7f) {
			x.taken = 1;
			continue;
		}
		shown_make(&x, s + at, len - at);
		if (x.escaped)
			return false;
	}
	return true;
}

/* Like shown_make, inside a text that has something escaped. */
static void shown_make_inside(struct shown *x, const char *s, size_t len)
{
	shown_make(x, s, len);
	if (x->c == '\\' && !x->escaped)
		x->text[x->len++] = '\\';
}

void text_show(FILE *out, const char *s)
{
	size_t len = strlen(s);
	struct shown x;

	if (text_harmless(s, len)) {
		fwrite(s, 1, len, out);
		return;
	}
	for (size_t at = 0; at < len; at += x.taken) {
		shown_make_inside(&x, s + at, len - at);
		fwrite(x.text, 1, x.len, out);
	}
}

char *text_shown(struct arena *a, const char *s)
{
	size_t len = strlen(s), need = 0;
	struct shown x;
	char *text;

	if (text_harmless(s, len))
		return arena_strndup(a, s, len);
	for (size_t at = 0; at < len; at += x.taken, need += x.len)
		shown_make_inside(&x, s + at, len - at);
	text = arena_alloc(a, need + 1);
	for (size_t at = 0, to = 0; at < len; at += x.taken, to += x.len) {
		shown_make_inside(&x, s + at, len - at);
		memcpy(text + to, x.text, x.len);
	}
	return text;
}

/*
 * libc knows the width of every character, but only in a UTF-8 locale; ours
 * is switched to one for this thread and the moment.
 */
static size_t char_width(uint32_t c)
{
	static locale_t utf8;
	locale_t before;
	int width;

	if (!utf8)
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (!utf8)
		return 1;
	before = uselocale(utf8);
	width = wcwidth((wchar_t)c);
	uselocale(before);
	return width < 0 ? 1 : (size_t)width;
}

size_t text_width(const char *s)
{
	size_t len = strlen(s), columns = 0;
	struct shown x;

	if (text_harmless(s, len)) {
		for (size_t at = 0; at < len; at += x.taken) {
			shown_make(&x, s + at, len - at);
			columns += x.c < 0x80 ? 1 : char_width(x.c);
		}
		return columns;
	}
	for (size_t at = 0; at < len; at += x.taken) {
		shown_make_inside(&x, s + at, len - at);
		columns += x.escaped || x.c < 0x80 ? x.len : char_width(x.c);
	}
	return columns;
}

/* ---- times ------------------------------------------------------------ */

/*
 * Days since 1970-01-01 of a day in the proleptic Gregorian calendar, and
 * back: years begin in March and are counted in eras of 400 (146097 days), so
 * that the leap day is the last of its year.
 */
static int64_t days_from_date(int64_t y, unsigned m, unsigned d)
{
	int64_t year = m <= 2 ? y - 1 : y;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * ((int64_t)m + (m > 2 ? -3 : 9)) + 2) / 5 + (int64_t)d - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_from_days(int64_t days, int64_t *y, unsigned *m, unsigned *d)
{
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t of_era = shifted - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;

	*d = (unsigned)(of_year - (153 * month + 2) / 5 + 1);
	*m = (unsigned)(month < 10 ? month + 3 : month - 9);
	*y = year + era * 400 + (*m <= 2);
}

const char *utc_format(char text[UTC_TEXT_SIZE], utc t)
{
	const utc first = -62135596800, last = 253402300799; /* 0001-01-01 .. 9999-12-31 */
	utc at = t < first ? first : t > last ? last : t;
	int64_t days = at / DAY - (at % DAY < 0), year;
	unsigned month, day, second = (unsigned)(at - days * DAY);

	date_from_days(days, &year, &month, &day);
	/* Reduced so that the compiler, too, sees that it fits. */
	snprintf(text, UTC_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)year % 10000,
		 month % 100, day % 100, second / HOUR % 100, second / MINUTE % 60, second % 60);
	return text;
}

/* Takes exactly `digits` digits from *s. */
static bool number_take(const char **s, unsigned digits, unsigned *n)
{
	*n = 0;
	for (; digits; digits--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*n = *n * 10 + (unsigned)(**s - '0');
	}
	return true;
}

static bool char_take(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static unsigned month_days(unsigned y, unsigned m)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);

	return days[m - 1] + (m == 2 && leap ? 1U : 0U);
}

static bool date_take(const char **s, utc *t)
{
	unsigned y, m, d;

	if (!number_take(s, 4, &y) || !char_take(s, '-') || !number_take(s, 2, &m) ||
	    !char_take(s, '-') || !number_take(s, 2, &d))
		return false;
	if (y < 1 || m < 1 || m > 12 || d < 1 || d > month_days(y, m))
		return false;
	*t = days_from_date(y, m, d) * DAY;
	return true;
}

/* hh:mm[:ss[.fraction]]; a leap second is the first of the next minute. */
static bool time_take(const char **s, utc *t)
{
	unsigned h, m, sec = 0;

	if (!number_take(s, 2, &h) || !char_take(s, ':') || !number_take(s, 2, &m) || h > 23 ||
	    m > 59)
		return false;
	if (char_take(s, ':')) {
		if (!number_take(s, 2, &sec) || sec > 60)
			return false;
		if (char_take(s, '.') || char_take(s, ',')) {
			if (**s < '0' || **s > '9')
				return false;
			*s += strspn(*s, "0123456789");
		}
	}
	*t = (utc)h * HOUR + (utc)m * MINUTE + sec;
	return true;
}

/* Z, +hh:mm, +hhmm, +hh or nothing. */
static bool offset_take(const char **s, utc *offset)
{
	unsigned h, m = 0;
	bool west = **s == '-';

	*offset = 0;
	if (**s == '\0' || char_take(s, 'Z') || char_take(s, 'z'))
		return true;
	if (!char_take(s, '+') && !char_take(s, '-'))
		return false;
	if (!number_take(s, 2, &h) || h > 23)
		return false;
	if ((char_take(s, ':') || **s) && (!number_take(s, 2, &m) || m > 59))
		return false;
	*offset = ((utc)h * HOUR + (utc)m * MINUTE) * (west ? -1 : 1);
	return true;
}

int utc_parse(const char *text, utc *t)
{
	const char *s = text;
	utc date, time, offset;

	if (!date_take(&s, &date))
		return -1;
	if (!char_take(&s, 'T') && !char_take(&s, 't') && !char_take(&s, ' '))
		return -1;
	if (!time_take(&s, &time) || !offset_take(&s, &offset) || *s)
		return -1;
	*t = date + time - offset;
	return 0;
}

char *duration_format(struct arena *a, int64_t seconds)
{
	const char *sign = seconds < 0 ? "-" : "";
	uint64_t s = seconds < 0 ? 0 - (uint64_t)seconds : (uint64_t)seconds;
	uint64_t m = s / MINUTE + (s % MINUTE >= MINUTE / 2);
	uint64_t h = s / HOUR + (s % HOUR >= HOUR / 2);

	if (s < MINUTE)
		return arena_printf(a, "%s%us", sign, (unsigned)s);
	if (m < 60)
		return arena_printf(a, "%s%um", sign, (unsigned)m);
	if (h < 24)
		return arena_printf(a, "%s%uh", sign, (unsigned)h);
	if (h % 24 == 0)
		return arena_printf(a, "%s%llud", sign, (unsigned long long)h / 24);
	return arena_printf(a, "%s%llud %uh", sign, (unsigned long long)h / 24, (unsigned)(h % 24));
}
