#include "connectors/scim_value.h"

#include <strings.h>

#include "agent/text.h"

const json_t *scim_at(const json_t *resource, const char *name)
{
	const json_t *value = json_object_get(resource, name);
	const char *key;
	json_t *other;

	if (!value)
		json_object_foreach((json_t *)(uintptr_t)resource, key, other)
		{
			if (strcasecmp(key, name) == 0) {
				value = other;
				break;
			}
		}
	return json_is_null(value) ? NULL : value;
}

const char *scim_text(const json_t *resource, const char *name)
{
	return json_string_value(scim_at(resource, name));
}

enum scim_truth scim_truth(const json_t *resource, const char *name)
{
	const json_t *value = scim_at(resource, name);
	const char *text = json_string_value(value);

	if (!value)
		return SCIM_ABSENT;
	if (json_is_boolean(value))
		return json_is_true(value) ? SCIM_TRUE : SCIM_FALSE;
	if (text && strcasecmp(text, "true") == 0)
		return SCIM_TRUE;
	return text && strcasecmp(text, "false") == 0 ? SCIM_FALSE : SCIM_ODD;
}

bool scim_id_usable(const char *id)
{
	size_t len = id ? strlen(id) : 0;

	if (len < 1 || len > SCIM_ID_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)id[i] < ' ' || id[i] == 0x7f)
			return false;
	return true;
}

const char *scim_name(struct arena *a, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (!len)
		return NULL;
	return arena_strndup(a, text, utf8_valid(text, len < SCIM_TEXT_MAX ? len : SCIM_TEXT_MAX));
}

const char *scim_filter_word(struct arena *a, const char *word)
{
	json_t *text = json_string(word);
	char *quoted = json_dumps(text, JSON_ENCODE_ANY);
	const char *kept = arena_strdup(a, quoted ? quoted : "\"\"");

	free(quoted);
	json_decref(text);
	return kept;
}
