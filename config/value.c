#include "config/value.h"

#include "agent/text.h"

/* text[0..len); 010 is refused, as it is eight to some and ten to others. */
static int digits_read(const char *text, size_t len, int64_t *n)
{
	int64_t value = 0;

	if (len < 1 || (len > 1 && text[0] == '0'))
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		if (value > (INT64_MAX - 9) / 10)
			value = INT64_MAX;
		else
			value = value * 10 + (text[i] - '0');
	}
	*n = value;
	return 0;
}

int value_count(const char *text, int64_t *n)
{
	bool negative = text[0] == '-';
	int64_t value;

	if (digits_read(text + negative, strlen(text + negative), &value))
		return -1;
	*n = !negative ? value : value == INT64_MAX ? INT64_MIN : -value;
	return 0;
}

int value_time(const char *text, int64_t *seconds)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', MINUTE}, {'h', HOUR}, {'d', DAY}};
	size_t len = strlen(text);
	int64_t n;

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (len < 2 || text[len - 1] != units[i].letter)
			continue;
		if (digits_read(text, len - 1, &n))
			return -1;
		*seconds = n > INT64_MAX / units[i].seconds ? INT64_MAX : n * units[i].seconds;
		return 0;
	}
	return -1;
}

int value_percent(const char *text, int64_t *percent)
{
	size_t len = strlen(text);

	return len < 2 || text[len - 1] != '%' ? -1 : digits_read(text, len - 1, percent);
}

int value_day_end(const char *text, utc *t)
{
	char midnight[sizeof "2027-06-30T00:00:00Z"];
	utc day;

	if (strlen(text) != sizeof "2027-06-30" - 1)
		return -1;
	snprintf(midnight, sizeof midnight, "%.10sT00:00:00Z", text);
	if (utc_parse(midnight, &day))
		return -1;
	*t = day + DAY;
	return 0;
}
