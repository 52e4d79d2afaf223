/*
 * Fuzzes what the platform sends: the list splitter, in pieces whose size the
 * input chooses, and every parser of records.  Links: platform.
 *
 * Besides not crashing: a list taken in pieces and as a whole is the same, and
 * is never taken where jansson refuses the whole text.
 */
#include <stdio.h>

#include "connectors/json_items.h"
#include "connectors/anaconda_parse.h"
#include "connectors/http_retry.h"

static int on_item(void *ctx, const json_t *item, const char **why)
{
	static const struct platform_settings settings = {.lifetime = 7 * DAY};
	struct arena *a = ctx;
	struct invitation_doubts doubts;
	struct invitation i;
	struct member m;
	int64_t total, assigned;
	bool broken;

	if (member_parse(item, NULL, a, &m, &broken, why) == 0)
		BUG_IF(!m.id || !m.email || (broken && m.role != ROLE_NONE));
	if (invitation_parse(item, &settings, a, &i, &doubts, why) == 0)
		BUG_IF(!i.id || !i.email);
	if (seats_parse(item, NULL, &total, &assigned, why) == 0)
		BUG_IF(total < 0);
	return 0;
}

/* The number of records, or -1. */
static int64_t list_read(const char *text, size_t len, size_t step)
{
	struct arena a = {0};
	struct items s = {0};
	json_t *envelope;
	int64_t nr = -1;
	int rc = 0;

	items_begin(&s, "items", on_item, &a);
	for (size_t at = 0; at < len && rc == 0; at += step)
		rc = items_feed(&s, text + at, len - at < step ? len - at : step);
	if (rc == 0 && items_end(&s, &envelope) == 0) {
		nr = (int64_t)s.nr;
		json_decref(envelope);
	}
	BUG_IF(nr < 0 && !s.why);
	items_clear(&s);
	arena_free(&a);
	return nr;
}

/* The first bytes as text, for what reads header values. */
static void headers_read(const char *text, size_t len)
{
	char value[64];

	snprintf(value, sizeof value, "%.*s", (int)(len < 63 ? len : 63), text);
	BUG_IF(http_retry_after(value, 1700000000) < HTTP_NO_ADVICE);
	BUG_IF(http_rate_reset(value, 1700000000) < HTTP_NO_ADVICE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	json_t *whole;
	int64_t nr;

	if (size < 1)
		return 0;
	nr = list_read(text, size - 1, size);
	BUG_IF(nr != list_read(text, size - 1, (size_t)data[0] + 1));
	whole = json_object_parse(text, size - 1);
	if (nr >= 0)
		BUG_IF(!whole ||
		       json_array_size(json_object_get(whole, "items")) != (size_t)nr);
	json_decref(whole);
	headers_read(text, size - 1);
	return 0;
}
