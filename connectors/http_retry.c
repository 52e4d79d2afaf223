#include "connectors/http_retry.h"

#include <ctype.h>

#include <curl/curl.h>

#include "agent/text.h"

enum { ADVICE_MAX = 366 * DAY };

/* Digits only, perhaps with a fraction, surrounded by blanks.  -1: it is none. */
static int number_parse(const char *text, int64_t *n)
{
	int64_t value = 0;

	text += strspn(text, " \t");
	if (!isdigit((unsigned char)*text))
		return -1;
	for (; isdigit((unsigned char)*text); text++)
		if (value < INT64_MAX / 100)
			value = value * 10 + (*text - '0');
	if (*text == '.')
		text += 1 + strspn(text + 1, "0123456789");
	if (text[strspn(text, " \t")] != '\0')
		return -1;
	*n = value;
	return 0;
}

static int64_t advice(int64_t seconds)
{
	if (seconds < 0)
		return 0;
	return (seconds > ADVICE_MAX ? ADVICE_MAX : seconds) * 1000;
}

int64_t http_retry_after(const char *text, utc now)
{
	int64_t n;

	if (number_parse(text, &n) == 0)
		return advice(n);
	/* curl_getdate takes a lone or a signed number for a time of day */
	if (!strchr(text, ':') || !isalpha((unsigned char)*text))
		return HTTP_NO_ADVICE;
	n = (int64_t)curl_getdate(text, NULL);
	return n <= 0 ? HTTP_NO_ADVICE : advice(n - now);
}

int64_t http_rate_reset(const char *text, utc now)
{
	enum { LOOKS_ABSOLUTE = 1000000000, LOOKS_LIKE_MS = 100 }; /* since 2001; the years 5138 on */
	int64_t n;

	if (number_parse(text, &n) == 0) {
		if (n < LOOKS_ABSOLUTE)
			return advice(n);
		if (n / LOOKS_ABSOLUTE >= LOOKS_LIKE_MS)
			n /= 1000;
		return advice(n - now);
	}
	return utc_parse(text, &n) ? HTTP_NO_ADVICE : advice(n - now);
}

int64_t http_backoff(const struct http_tuning *t, unsigned failed)
{
	int64_t wait = t->retry_base;

	while (failed-- > 1 && wait < t->retry_cap)
		wait *= 2;
	return wait < t->retry_cap ? wait : t->retry_cap;
}

/* A fault that another try minutes later would meet again. */
static bool lasts(enum http_fault f)
{
	return f == HTTP_FAULT_CERTIFICATE || f == HTTP_FAULT_SIZE || f == HTTP_FAULT_REFUSED ||
	       f == HTTP_FAULT_ENDED;
}

static enum http_verb retry_status(const struct http_request *r, int status, int64_t advice,
				   int64_t reset)
{
	switch (status) {
	case 429:
		return advice > 0 || reset > 0 ? HTTP_TOLD_WAIT : HTTP_AGAIN;
	case 503:
		if (advice != HTTP_NO_ADVICE)
			return HTTP_AGAIN;
		return r->once ? HTTP_FINAL : HTTP_AGAIN;
	case 408:
	case 500:
	case 502:
	case 504:
		return r->once ? HTTP_FINAL : HTTP_AGAIN;
	default:
		return HTTP_FINAL;
	}
}

enum http_verb http_retry(const struct http_request *r, const struct http_answer *a,
			  int64_t advice, int64_t reset, unsigned tries)
{
	enum http_verb verb = HTTP_FINAL;

	if (a->verdict == HTTP_ANSWERED)
		verb = retry_status(r, a->status, advice, reset);
	else if (!lasts(a->fault) && (a->verdict == HTTP_NOT_SENT || !r->once))
		verb = HTTP_AGAIN;
	return verb == HTTP_AGAIN && r->tries >= tries ? HTTP_FINAL : verb;
}
