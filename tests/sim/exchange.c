#include "tests/sim/api.h"

#include <errno.h>

struct member *exchange_member(struct exchange *x)
{
	struct member *m = NULL;

	if (!uuid_valid(x->ids[0])) {
		answer_invalid(x->answer, "path", "user_id", "uuid_parsing",
			       "Input should be a valid UUID");
		return NULL;
	}
	m = member_by_id(x->world, x->ids[0]);
	if (!m)
		answer_error(x->answer, 404, "user_not_found", "no user %s", x->ids[0]);
	return m;
}

const char *exchange_email(struct exchange *x)
{
	json_t *value = json_object_get(x->body, "email");
	const char *email = json_string_value(value);

	if (!value)
		answer_invalid(x->answer, "body", "email", "missing", "Field required");
	else if (!email)
		answer_invalid(x->answer, "body", "email", "string_type",
			       "Input should be a valid string");
	else if (!email_valid(email))
		answer_invalid(x->answer, "body", "email", "value_error",
			       "value is not a valid email address");
	else
		return email;
	return NULL;
}

const char *exchange_role(struct exchange *x, const char *otherwise)
{
	json_t *value = json_object_get(x->body, "role");
	const char *role = value ? json_string_value(value) : otherwise;

	if (role && word_in("member admin billing_manager", role))
		return role;
	answer_invalid(x->answer, "body", "role", value ? "enum" : "missing",
		       value ? "Input should be 'member', 'admin' or 'billing_manager'"
			     : "Field required");
	return NULL;
}

bool exchange_text_or_null(struct exchange *x, const char *field)
{
	json_t *value = json_object_get(x->body, field);

	if (!value || json_is_null(value) || json_is_string(value))
		return true;
	answer_invalid(x->answer, "body", field, "string_type", "Input should be a valid string");
	return false;
}

static bool query_flag_valid(const char *text, bool *flag)
{
	static const char *const words[] = {"false", "true", "0", "1", "no", "yes", "off", "on"};
	int word = word_index(words, ARRAY_SIZE(words), text);

	if (word >= 0)
		*flag = word % 2;
	return word >= 0;
}

bool exchange_flag(struct exchange *x, const char *name, bool otherwise, bool *flag)
{
	const char *text = request_query(x->request, name);

	*flag = otherwise;
	if (!text || query_flag_valid(text, flag))
		return true;
	answer_invalid(x->answer, "query", name, "bool_parsing", "Input should be a valid boolean");
	return false;
}

static bool query_number(struct exchange *x, const char *name, int64_t *number)
{
	const char *text = request_query(x->request, name);
	char *end;
	long long n;

	*number = 0;
	if (!text)
		return true;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (end == text || *end || errno || n < 0) {
		answer_invalid(x->answer, "query", name, "int_parsing",
			       "Input should be a valid integer");
		return false;
	}
	*number = n;
	return true;
}

bool exchange_page(struct exchange *x, struct page *p)
{
	return query_number(x, "offset", &p->offset) && query_number(x, "limit", &p->limit);
}
