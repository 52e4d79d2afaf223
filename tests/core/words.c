#include "tests/core/building.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include <ctype.h>

/* ---- words -------------------------------------------------------------------- */

_Noreturn void nonsense(const struct building *b, const char *what)
{
	print_error("scenario: %s in \"%s\"%s%s\n", what, b->item, b->at < b->nr ? " at " : "",
		    b->at < b->nr ? b->words[b->at] : "");
	fail();
	abort();
}

void words_split(struct building *b, const char *item)
{
	b->item = item;
	b->nr = b->at = 0;
	while (*item) {
		size_t len;

		item += strspn(item, " \t,");
		if (!*item)
			break;
		if (b->nr == WORDS_MAX)
			nonsense(b, "too many words");
		len = *item == '"' ? strcspn(++item, "\"") : strcspn(item, " \t,");
		b->words[b->nr++] = arena_strndup(b->a, item, len);
		item += len + (item[len] == '"');
	}
}

bool more(const struct building *b)
{
	return b->at < b->nr;
}

const char *word(struct building *b)
{
	if (!more(b))
		nonsense(b, "a word is missing");
	return b->words[b->at++];
}

/* Takes the next word when it is this one. */
bool is(struct building *b, const char *text)
{
	if (!more(b) || strcmp(b->words[b->at], text) != 0)
		return false;
	b->at++;
	return true;
}

long number(struct building *b)
{
	const char *text = word(b);
	char *end;
	long n = strtol(text, &end, 10);

	if (*end || end == text)
		nonsense(b, "no number");
	return n;
}

int64_t span(struct building *b)
{
	const char *text = word(b);
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || (*end && end[1]))
		nonsense(b, "no time");
	switch (*end) {
	case '\0':
		if (n)
			nonsense(b, "a time without a unit");
		return 0;
	case 's':
		return n;
	case 'm':
		return n * MINUTE;
	case 'h':
		return n * HOUR;
	case 'd':
		return n * DAY;
	default:
		nonsense(b, "no time");
	}
}

utc moment(struct building *b)
{
	return SCENE_NOW + span(b);
}

bool is_role(struct building *b, enum role *role)
{
	enum role r = more(b) ? role_parse(b->words[b->at]) : ROLE_NONE;

	if (!r)
		return false;
	*role = r;
	b->at++;
	return true;
}

enum role role_word(struct building *b)
{
	enum role r;

	if (!is_role(b, &r))
		nonsense(b, "no role");
	return r;
}

/* The position of the next word among the choices. */
int choice(struct building *b, const char *first, const char *second)
{
	if (is(b, first))
		return 0;
	if (!is(b, second))
		nonsense(b, "no such choice");
	return 1;
}

/* ---- small things -------------------------------------------------------------- */

const char *normal(struct arena *a, const char *email)
{
	char *copy;

	if (!email || !strchr(email, '@'))
		return NULL;
	copy = arena_strdup(a, email);
	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

const char *local(struct arena *a, const char *email)
{
	const char *address = normal(a, email);

	return address ? arena_strndup(a, address, strcspn(address, "@")) : email;
}

void *keep(struct arena *a, void *items, size_t nr, size_t size)
{
	void *copy = arena_array(a, nr ? nr : 1, size);

	if (nr)
		memcpy(copy, items, nr * size);
	free(items);
	return copy;
}

const char *const *keep_texts(struct building *b, texts *list)
{
	VEC_ADD(list, NULL);
	return KEEP(b, list);
}

enum token_state token_word(struct building *b)
{
	for (enum token_state t = TOKEN_NONE; t <= TOKEN_UNREADABLE; t++)
		if (is(b, token_state_name(t)))
			return t;
	nonsense(b, "no state of a token");
}

bool completeness_word(struct building *b, enum completeness *state)
{
	if (is(b, "partial"))
		*state = PARTIAL;
	else if (is(b, "failed"))
		*state = FAILED;
	else
		return false;
	return true;
}
