#include <stdio.h>

#include "connectors/anaconda.h"
#include "connectors/anaconda_parse.h"

/* ---- the platform's own words ---------------------------------------- */

/* {"detail":[{"loc":["body","email"],"msg":"..."}]} */
static bool validation_words(FILE *out, const json_t *detail)
{
	const json_t *first = json_array_get(detail, 0), *part;
	const char *msg = json_text(first, "msg");
	size_t i;

	if (!msg)
		return false;
	json_array_foreach(json_object_get(first, "loc"), i, part)
	{
		if (json_is_string(part))
			fprintf(out, "%s%s", i ? "." : "", json_string_value(part));
		else if (json_is_integer(part))
			fprintf(out, "%s%lld", i ? "." : "", (long long)json_integer_value(part));
	}
	fprintf(out, "%s%s", i ? ": " : "", msg);
	return true;
}

/* True when one of the known shapes was found. */
static bool json_words(FILE *out, const json_t *json)
{
	const json_t *error = json_object_get(json, "error");
	const json_t *detail = json_object_get(json, "detail");
	const char *message = json_text(error, "message"), *code = json_text(error, "code");

	if (message && code)
		fprintf(out, "%s (%s)", message, code);
	else if (message || code)
		fputs(message ? message : code, out);
	else if (json_is_string(error) && json_text(json, "error_description"))
		fprintf(out, "%s (%s)", json_text(json, "error_description"),
			json_string_value(error));
	else if (json_is_string(error) || json_is_string(detail))
		fputs(json_string_value(json_is_string(error) ? error : detail), out);
	else if (json_text(json, "message"))
		fputs(json_text(json, "message"), out);
	else
		return validation_words(out, detail);
	return true;
}

static void body_words(FILE *out, const struct http_answer *a)
{
	json_t *json = a->json ? json_object_parse(a->body, a->body_len) : NULL;

	if (a->status >= 300 && a->status < 400)
		fprintf(out, "redirected to %s, which is not followed",
			a->location[0] ? a->location : "nowhere");
	else if (a->body_len > 0 && !a->json)
		fprintf(out, "answered with %s instead of JSON (a proxy or login page?)",
			a->type[0] ? a->type : "something without a content type");
	else if (!json || !json_words(out, json))
		fputs(a->body_len ? "an answer without a message" : "an empty answer", out);
	json_decref(json);
}

/* ---- shown ----------------------------------------------------------- */

void answer_words(const struct anaconda *p, const struct http_answer *a, char *text, size_t size)
{
	const char *const secrets[] = {p->base.settings->client_secret, p->token.text};
	char *raw = NULL;
	size_t len;
	FILE *out = mem_need(open_memstream(&raw, &len));

	if (a->verdict != HTTP_ANSWERED)
		fputs(a->text, out);
	else
		body_words(out, a);
	fclose(out);
	http_words(text, size, raw, secrets, ARRAY_SIZE(secrets));
	explicit_bzero(raw, len);
	free(raw);
}

/* ---- as an error ----------------------------------------------------- */

struct failing {
	enum err_kind kind;
	const char *hint; /* NULL none */
};

static struct failing failing_fault(const struct http_answer *a)
{
	struct failing f;

	f.kind = http_fault_kind(a->fault, &f.hint);
	return f;
}

static struct failing failing_status(const struct http_answer *a)
{
	if (a->status >= 200 && a->status < 300)
		return (struct failing){ERR_INCOMPLETE, NULL};
	if (a->status >= 300 && a->status < 400)
		return (struct failing){ERR_FAILED, "set url to where the API really is"};
	if (a->status == 401 || a->status == 403)
		return (struct failing){ERR_DENIED,
					"give the service account the right to manage the "
					"organization's members"};
	if (a->status == 404)
		return (struct failing){ERR_FAILED,
					"check organization.id, the name in the organization's "
					"URL, and url"};
	if (a->status == 429 || a->status >= 500)
		return (struct failing){ERR_UNREACHABLE, NULL};
	return (struct failing){ERR_FAILED, NULL};
}

int answer_fail(const struct anaconda *p, const struct http_answer *a, const char *what,
		struct err *e)
{
	char words[300], status[16] = "";
	struct failing f = a->verdict == HTTP_ANSWERED ? failing_status(a) : failing_fault(a);

	answer_words(p, a, words, sizeof words);
	if (a->verdict == HTTP_ANSWERED)
		snprintf(status, sizeof status, "%d: ", a->status);
	return err_set(e, f.kind, "platform: %s: %s%s%s%s", what, status, words,
		       f.hint ? "\nhint: " : "", f.hint ? f.hint : "");
}

bool answer_not_offered(const struct http_answer *a)
{
	if (a->verdict != HTTP_ANSWERED)
		return false;
	return a->status == 404 || a->status == 405 || a->status == 501 ||
	       (a->status == 200 && a->body_len > 0 && !a->json);
}
