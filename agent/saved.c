#include "agent/saved.h"

#include "agent/document.h"
#include "agent/text.h"

#define FORMAT_STEM "seatsync-plan-"
#define FORMAT      FORMAT_STEM "1"

const char saved_mark[] = "{\"format\":\"" FORMAT "\"";

#define HINT_ANEW "hint: make a new one with `seatsync plan --out`"

/* ---- is it one? ----------------------------------------------------------- */

static bool too_deep(const char *text, size_t len)
{
	bool quoted = false;
	size_t depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			quoted = !quoted;
		else if (quoted)
			i += text[i] == '\\';
		else if (text[i] == '[' || text[i] == '{')
			depth++;
		else if (text[i] == ']' || text[i] == '}')
			depth -= depth > 0;
		if (depth > SAVED_DEPTH_MAX)
			return true;
	}
	return false;
}

static int object_load(json_t **object, const char *text, size_t len, struct err *e)
{
	json_error_t error;

	if (len > SAVED_SIZE_MAX)
		return err_set(e, ERR_REFUSED, "is larger than %d MiB: no saved plan",
			       SAVED_SIZE_MAX >> 20);
	if (too_deep(text, len))
		return err_set(e, ERR_REFUSED, "is no saved plan: nested deeper than %d",
			       SAVED_DEPTH_MAX);
	*object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (*object)
		return 0;
	/* not error.text: it quotes what may be somebody's secret */
	return err_set(e, ERR_REFUSED, "is no saved plan: line %d, column %d: %s", error.line,
		       error.column,
		       json_error_code(&error) == json_error_duplicate_key ? "a key stands twice"
									   : "is not JSON");
}

static const char *word(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int format_check(const json_t *object, struct err *e)
{
	const char *format = word(object, "format");

	if (str_eq(format, FORMAT))
		return 0;
	if (format && strncmp(format, FORMAT_STEM, strlen(FORMAT_STEM)) == 0)
		return err_set(e, ERR_REFUSED,
			       "was made by another version of seatsync: its format is %.*s, and "
			       "this one knows " FORMAT "\n" HINT_ANEW,
			       SAVED_WORD_MAX, format);
	return err_set(e, ERR_REFUSED, "is no saved plan: its format is not " FORMAT);
}

static int seal_check(const json_t *object, const char *text, size_t len, struct err *e)
{
	if (document_sealed(text, len) == SEAL_WHOLE)
		return 0;
	if (json_object_get(object, "digest"))
		return err_set(e, ERR_REFUSED,
			       "was edited since it was made: its digest does not fit\n" HINT_ANEW);
	return err_set(e, ERR_REFUSED,
		       "has no digest: not a whole plan, or it was edited since\n" HINT_ANEW);
}

/* ---- what it says ----------------------------------------------------------- */

static int wrong(struct err *e, const char *key)
{
	return err_set(e, ERR_REFUSED, "is no saved plan: %s is missing or not what it should be",
		       key);
}

/* NULL stays where the key is missing; -1 when it is no text. */
static int text_take(struct arena *a, const json_t *object, const char *key, const char **text,
		     struct err *e)
{
	const json_t *value = json_object_get(object, key);

	if (value && !json_is_string(value))
		return wrong(e, key);
	*text = arena_strdup(a, json_string_value(value));
	return 0;
}

static int word_take(struct arena *a, const json_t *object, const char *key, const char **taken,
		     struct err *e)
{
	const char *text = word(object, key);

	if (!text || !*text || strlen(text) > SAVED_WORD_MAX)
		return wrong(e, key);
	*taken = arena_strdup(a, text);
	return 0;
}

static int role_take(const json_t *object, const char *key, enum role *role, struct err *e)
{
	const json_t *value = json_object_get(object, key);

	*role = role_parse(json_string_value(value));
	return value && *role == ROLE_NONE ? wrong(e, key) : 0;
}

static int entry_take(struct planned *p, struct arena *a, const json_t *entry, struct err *e)
{
	const json_t *seat = json_object_get(entry, "wants_seat");
	const char *action = word(entry, "action");
	int kind = action ? action_parse(action) : -1;

	if (kind < 0)
		return wrong(e, "action");
	if (seat && !json_is_boolean(seat))
		return wrong(e, "wants_seat");
	p->kind = (enum action_kind)kind;
	p->wants_seat = json_is_true(seat);
	return role_take(entry, "role", &p->role, e) ||
			       role_take(entry, "from_role", &p->from_role, e) ||
			       text_take(a, entry, "email", &p->email, e) ||
			       text_take(a, entry, "member_id", &p->member_id, e) ||
			       text_take(a, entry, "invitation_id", &p->invitation_id, e) ||
			       text_take(a, entry, "hold", &p->hold, e) ||
			       text_take(a, entry, "reason", &p->reason, e)
		       ? -1
		       : 0;
}

static int list_take(struct saved *s, struct arena *a, const json_t *list, bool held, struct err *e)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct planned *p = &s->planned[s->planned_nr];

		if (entry_take(p, a, json_array_get(list, i), e))
			return err_wrap(e, "%s %zu", held ? "held" : "action", i + 1);
		p->held = held;
		p->hold = held ? p->hold : NULL;
		p->place = i;
		s->planned_nr++;
	}
	return 0;
}

static int lists_take(struct saved *s, struct arena *a, const json_t *object, struct err *e)
{
	const json_t *actions = json_object_get(object, "actions");
	const json_t *held = json_object_get(object, "held");

	if (!json_is_array(actions))
		return wrong(e, "actions");
	if (!json_is_array(held))
		return wrong(e, "held");
	s->planned = arena_array(a, json_array_size(actions) + json_array_size(held),
				 sizeof *s->planned);
	return list_take(s, a, actions, false, e) || list_take(s, a, held, true, e) ? -1 : 0;
}

static int head_take(struct saved *s, struct arena *a, const json_t *object, struct err *e)
{
	const char *created_at = word(object, "created_at");
	const json_t *complete = json_object_get(object, "complete");

	if (!created_at || utc_parse(created_at, &s->file.created_at))
		return wrong(e, "created_at");
	if (!json_is_boolean(complete))
		return wrong(e, "complete");
	s->complete = json_is_true(complete);
	return word_take(a, object, "id", &s->file.id, e) ||
			       word_take(a, object, "config", &s->config, e) ||
			       word_take(a, object, "digest", &s->file.digest, e) ||
			       text_take(a, object, "organization", &s->organization, e)
		       ? -1
		       : 0;
}

int saved_parse(struct saved *s, struct arena *a, const char *text, size_t len, struct err *e)
{
	struct saved read = {0};
	json_t *object = NULL;
	int failed;

	if (object_load(&object, text, len, e))
		return -1;
	failed = format_check(object, e) || seal_check(object, text, len, e) ||
		 head_take(&read, a, object, e) || lists_take(&read, a, object, e);
	json_decref(object);
	if (failed)
		return -1;
	*s = read;
	return 0;
}

/* ---- may it be done here? ------------------------------------------------------ */

int saved_fits(const struct saved *s, const struct policy *policy, struct err *e)
{
	if (!str_eq(s->organization, policy->organization))
		return err_set(e, ERR_REFUSED, "is a plan for the organization %s, not for %s",
			       s->organization ? s->organization : "without a name",
			       policy->organization);
	if (!str_eq(s->config, policy->fingerprint))
		return err_set(e, ERR_REFUSED,
			       "was made under another configuration: rules, scope, leavers, "
			       "members or directories were changed since\n" HINT_ANEW);
	if (!s->complete)
		return err_set(e, ERR_REFUSED,
			       "was made of a reading that was not whole\n" HINT_ANEW);
	return 0;
}
