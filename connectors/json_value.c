#include "connectors/json_value.h"

#include <malloc.h>
#include <string.h>

/* A value that is left out for want of memory would be read as one that is not there. */
static void *memory_take(size_t size)
{
	return mem_resize(NULL, size, 1);
}

/* Answers hold tokens: what jansson frees is overwritten first. */
static void free_wiped(void *p)
{
	if (p)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

json_t *json_object_parse(const char *text, size_t len)
{
	json_t *root;

	json_set_alloc_funcs(memory_take, free_wiped);
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	if (root && !json_is_object(root)) {
		json_decref(root);
		root = NULL;
	}
	return root;
}

const char *json_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

int json_count(const json_t *value, int64_t *n)
{
	const char *text = json_string_value(value);
	char *end;
	json_int_t number;

	if (json_is_integer(value)) {
		number = json_integer_value(value);
	} else if (json_is_real(value) && json_real_value(value) >= 0 &&
		   json_real_value(value) <= JSON_COUNT_MAX) {
		number = (json_int_t)json_real_value(value);
		if ((double)number < json_real_value(value))
			return -1;
	} else if (text && *text >= '0' && *text <= '9' && strlen(text) < 18) {
		number = strtoll(text, &end, 10);
		if (*end)
			return -1;
	} else {
		return -1;
	}
	if (number < 0 || number > JSON_COUNT_MAX)
		return -1;
	*n = number;
	return 0;
}
