/*
 * Any bytes as what a SCIM server answers: a whole reading, and who it then
 * says is gone.  Links all of scim; the network (http.c) is played here.
 *
 * The first two bytes are the settings.  Each line behind them is an answer:
 * its first letter says the status, the rest is the body, handed over in
 * pieces.  When none is left, nobody answers any more.
 *
 * The body of each answer also is a record: json_plain against jansson.
 */
#include <stdio.h>
#include <strings.h>

#include "connectors/http.h"
#include "connectors/json_plain.h"
#include "connectors/scim_directory.h"
#include "tests/fuzz/sound.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- the network ------------------------------------------------------------------ */

struct http {
	const char *at, *end;
	size_t piece;
	struct http_request *first, **tail;
};

static struct http net;

int64_t http_clock(void)
{
	return 1;
}

char *http_encode(struct arena *a, const char *text)
{
	return arena_printf(a, "%zu", strlen(text));
}

int http_open(struct http **h, const struct http_options *o, struct err *e)
{
	(void)o, (void)e;
	*h = &net;
	net.first = NULL;
	net.tail = &net.first;
	return 0;
}

void http_close(struct http *h)
{
	(void)h;
}

void http_submit(struct http *h, struct http_request *r)
{
	r->next = NULL;
	*h->tail = r;
	h->tail = &r->next;
}

static int status_of(char letter)
{
	static const struct {
		char letter;
		int status;
	} rows[] = {{'4', 404}, {'b', 400}, {'u', 401}, {'d', 403},
		    {'r', 302}, {'s', 429}, {'5', 500}, {'x', 0}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].letter == letter)
			return rows[i].status;
	return 200;
}

/* The sink's, as it came; false when it does not want it. */
static bool sink_feed(struct http_request *r, const char *body, size_t len)
{
	r->sink(r, NULL, 0);
	for (size_t at = 0; at < len; at += net.piece)
		if (!r->sink(r, body + at, len - at < net.piece ? len - at : net.piece))
			return false;
	return true;
}

static void answer(struct http_request *r)
{
	const char *end =
		net.at < net.end ? memchr(net.at, '\n', (size_t)(net.end - net.at)) : NULL;
	struct http_answer a = {.fault = HTTP_FAULT_BROKEN, .body = "", .text = "nobody answers"};
	char *body;
	size_t len;

	end = end ? end : net.end;
	a.status = net.at < end ? status_of(*net.at) : 0;
	len = net.at < end ? (size_t)(end - net.at) - 1 : 0;
	body = mem_resize(NULL, len + 1, 1);
	memcpy(body, end - len, len);
	body[len] = '\0';
	net.at = end + (end < net.end);
	if (a.status) {
		a.verdict = HTTP_ANSWERED;
		a.fault = HTTP_NO_FAULT;
		a.body_len = len;
		if (r->sink && a.status == 200 && !sink_feed(r, body, len))
			a = (struct http_answer){.verdict = HTTP_UNKNOWN,
						 .status = 200,
						 .fault = HTTP_FAULT_REFUSED,
						 .text = "not wanted"};
		a.body = r->sink && a.status == 200 ? "" : body;
	}
	r->done(r, &a);
	free(body);
}

size_t http_wait(struct http *h)
{
	struct http_request *all = h->first;
	size_t nr = 0;

	h->first = NULL;
	h->tail = &h->first;
	for (struct http_request *next; all; all = next, nr++) {
		next = all->next;
		answer(all);
	}
	return nr;
}

/* ---- the reading ------------------------------------------------------------------- */

static struct directory_settings settings_of(const uint8_t *data)
{
	return (struct directory_settings){
		.name = "idp",
		.kind = DIRECTORY_SCIM,
		.scim =
			{
				.url = "https://idp.example.com/scim/v2",
				.token = data[1] & 1 ? NULL : "t0ken",
				.oauth2 = {.token_url = data[1] & 1
								? "https://idp.example.com/token"
								: NULL,
					   .client_id = "id",
					   .client_secret = "s3cret"},
				.id = data[1] & 2 ? SCIM_EXTERNAL_ID : SCIM_ID,
				.email = (enum scim_email)(data[1] >> 2 & 3),
				.paging = (enum scim_paging)((data[1] >> 4 & 3) % 3),
				.membership =
					(enum scim_membership)(data[0] % (SCIM_MEMBERS_FILTER + 1)),
				.page_size = 2,
				.parallel = 4,
			},
	};
}

static void directory_try(const struct directory_settings *s)
{
	static const char *const wanted[] = {"g", "h*", NULL};
	struct directory *d;
	struct arena a = {0};
	struct reading r;
	struct err e = {0};

	BUG_IF(directory_scim.open(&d, s, &e));
	if (directory_scim.read(d, &a, wanted, INT64_MAX, &r, &e)) {
		BUG_IF(!e.kind || !*e.text || strstr(e.text, "s3cret") || strstr(e.text, "t0ken"));
	} else {
		const char *const ids[] = {"1", "gone", NULL};

		reading_sound(&r);
		directory_scim.confirm(d, &a, ids, INT64_MAX, &r);
		reading_sound(&r);
	}
	directory_scim.close(d);
	arena_free(&a);
}

/* ---- records ------------------------------------------------------------------------ */

static bool key_wanted(const char *key)
{
	return strcasecmp(key, "id") == 0 || strcasecmp(key, "value") == 0;
}

static void record_try(const char *text, size_t len)
{
	static const char *const wanted[] = {"id", "value", NULL};
	char *copy = mem_resize(NULL, len ? len : 1, 1); /* its end is guarded */
	json_t *plain, *all, *value;
	const char *key;
	void *next;

	memcpy(copy, text, len);
	plain = json_plain(copy, len, wanted);
	if (plain) {
		all = json_loadb(copy, len, JSON_REJECT_DUPLICATES, NULL);
		BUG_IF(!all);
		json_object_foreach_safe(all, next, key, value)
		{
			if (!key_wanted(key))
				json_object_del(all, key);
		}
		BUG_IF(!json_equal(plain, all));
		json_decref(all);
	}
	json_decref(plain);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 2;
	struct directory_settings s;

	if (size < 2)
		return 0;
	s = settings_of(data);
	net = (struct http){.at = text, .end = text + size - 2, .piece = 1 + (data[0] >> 3)};
	directory_try(&s);
	for (const char *at = text, *end = text + size - 2; at < end; at++)
		if (*at == '{') {
			const char *line = memchr(at, '\n', (size_t)(end - at));

			line = line ? line : end;
			record_try(at, (size_t)(line - at));
			at = line;
		}
	return 0;
}
