#include "config/read.h"

#include <strings.h>

#include "config/value.h"

void node_unfit(struct config_faults *faults, const struct node *n, const char *wanted)
{
	const char *is = n->kind == NODE_LIST  ? "is a list"
			 : n->kind == NODE_MAP ? "is a mapping"
			 : node_null(n)        ? "has no value"
					       : "is text";

	if (n->kind != NODE_BROKEN)
		fault_at(faults, n, NULL, "%s where %s is wanted", is, wanted);
}

static void number_store(const struct key *k, void *field, int64_t number)
{
	unsigned small = (unsigned)number;
	bool truth = number != 0;

	if (!field)
		return;
	if (k->size == sizeof truth)
		memcpy(field, &truth, sizeof truth);
	else if (k->size == sizeof small)
		memcpy(field, &small, sizeof small);
	else
		memcpy(field, &number, sizeof number);
}

/* The text of a value that is no text: a word or a number, never in quotes. */
static const char *bare_text(struct bind *b, const struct node *n, const char *wanted)
{
	if (n->kind != NODE_SCALAR || node_null(n)) {
		node_unfit(b->faults, n, wanted);
		return NULL;
	}
	if (!n->plain) {
		fault_at(b->faults, n, "write it without the quotes",
			 "is text in quotes where %s is wanted", wanted);
		return NULL;
	}
	return n->text;
}

/* The text of a time or a percentage, which YAML knows as text: quotes change nothing. */
static const char *unit_text(struct bind *b, const struct node *n, const char *wanted)
{
	if (n->kind == NODE_SCALAR && !node_null(n))
		return n->text;
	node_unfit(b->faults, n, wanted);
	return NULL;
}

/* ---- text ------------------------------------------------------------------- */

static const char *text_shape(struct bind *b, const struct key *k, const struct node *n)
{
	struct shape x = {.a = b->a, .folder = b->folder};
	const char *text;

	if (n->kind != NODE_SCALAR || node_null(n)) {
		node_unfit(b->faults, n, "text");
		return NULL;
	}
	text = shape_text(&x, n->text);
	if (text && k->shape)
		text = k->shape(&x, text);
	if (!text)
		fault_at(b->faults, n, x.hint, "%s", x.wrong);
	/* cppcheck-suppress returnDanglingLifetime ; a shape answers with text of the arena */
	return text;
}

static const char *word_list(struct arena *a, const char *const *words, size_t nr)
{
	const char *list = "";

	for (size_t i = 0; i < nr; i++)
		if (words[i])
			list = arena_printf(a, "%s%s%s", list, *list ? ", " : "", words[i]);
	return list;
}

/* The index of a word among those that may stand here, or -1 with a fault. */
static int word_read(struct bind *b, const struct key *k, const struct node *n)
{
	struct arena *a = &b->faults->arena;
	size_t now = k->words_now ? k->words_now : k->words_nr;
	const char *nearest;
	int index;

	if (n->kind != NODE_SCALAR || node_null(n)) {
		node_unfit(b->faults, n, "a word");
		return -1;
	}
	index = word_index(k->words, k->words_nr, n->text);
	if (index >= (int)now)
		return fault_at(b->faults, n, k->instead, "%s is not supported by this version yet",
				k->words[index]);
	if (index >= 0)
		return index;
	nearest = word_nearest(k->words, now, n->text);
	return fault_at(b->faults, n, nearest ? arena_printf(a, "did you mean %s?", nearest) : NULL,
			"is none of the words that may stand here: %s",
			word_list(a, k->words, now));
}

static void read_text(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	const char *text;

	if (k->words && word_read(b, k, n) < 0)
		return;
	text = text_shape(b, k, n);
	if (text && field)
		memcpy(field, &text, sizeof text);
}

static void read_list(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	const char **items;
	size_t nr = 0;

	if (n->kind != NODE_LIST && !node_null(n)) {
		if (n->kind == NODE_SCALAR)
			fault_at(b->faults, n, "write it in brackets, as [one, two]",
				 "is text where a list is wanted");
		else
			node_unfit(b->faults, n, "a list");
		return;
	}
	items = arena_array(b->a, n->nr + 1, sizeof *items);
	for (const struct node *item = n->first; item; item = item->next) {
		const char *text = item->kind == NODE_BROKEN ? NULL : text_shape(b, k, item);

		if (text)
			items[nr++] = text;
	}
	if (k->required && n->nr < 1)
		fault_at(b->faults, n, NULL, "is empty; at least one is needed");
	memcpy(field, &items, sizeof items);
}

static void read_texts(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	const char **items;

	if (n->kind == NODE_LIST && n->nr > (size_t)k->most) {
		fault_at(b->faults, n, NULL, "has more than %lld entries", (long long)k->most);
	} else if (n->kind == NODE_LIST) {
		read_list(b, k, n, field);
	} else {
		items = arena_array(b->a, 2, sizeof *items);
		items[0] = text_shape(b, k, n);
		memcpy(field, &items, sizeof items);
	}
}

static void read_word(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	int index = word_read(b, k, n);

	if (index >= 0)
		number_store(k, field, index);
}

static void read_bool(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	static const char *const words[] = {"false", "true"};
	static const char *const yes[] = {"yes", "on", "y", "true", "no", "off", "n", "false"};
	const char *text = bare_text(b, n, "true or false");
	int truth = word_index(words, ARRAY_SIZE(words), text);
	const char *hint = NULL;

	if (!text)
		return;
	for (size_t i = 0; truth < 0 && i < ARRAY_SIZE(yes); i++)
		if (strcasecmp(text, yes[i]) == 0)
			hint = i < 4 ? "write true" : "write false";
	if (truth < 0)
		fault_at(b->faults, n, hint, "is neither true nor false");
	else
		number_store(k, field, truth);
}

/* ---- numbers ------------------------------------------------------------------ */

/* "counts go from 1 to 64" */
static const char *number_range(struct bind *b, const struct key *k)
{
	return arena_printf(&b->faults->arena, "counts go from %lld to %lld", (long long)k->least,
			    (long long)k->most);
}

static int range_check(struct bind *b, const struct key *k, const struct node *n, int64_t value,
		       const char *range)
{
	if (value >= k->least && value <= k->most)
		return 0;
	return fault_at(b->faults, n, NULL, "is out of range; %s", range);
}

/* 010 or -010: the octal look-alike. */
static bool zero_first(const char *text)
{
	text += *text == '-';
	return text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

static void read_number(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	const char *text = bare_text(b, n, "a number"), *range = number_range(b, k);
	int64_t value;

	if (!text)
		return;
	if (value_count(text, &value))
		fault_at(b->faults, n,
			 zero_first(text) ? "write it without the zero in front" : NULL,
			 "is not a number; %s", range);
	else if (range_check(b, k, n, value, range) == 0)
		number_store(k, field, value);
}

static void read_total(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	if (n->kind == NODE_SCALAR && str_eq(n->text, "auto"))
		number_store(k, field, SEATS_UNKNOWN);
	else
		read_number(b, k, n, field);
}

static void read_time(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	const char *text = unit_text(b, n, "a time");
	int64_t seconds;

	if (!text)
		return;
	if (value_time(text, &seconds))
		fault_at(b->faults, n, "write it as 30s, 15m, 24h or 7d", "is not a time");
	else if (range_check(b, k, n, seconds,
			     k->least == DAY ? "times go from 1d to 36500d"
			     : k->least	     ? "times go from 1s to 36500d"
					     : "times go from 0s to 36500d") == 0)
		number_store(k, field, seconds);
}

static void read_percent(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	const char *range = "percentages go from 0% to 100%";
	const char *text = unit_text(b, n, "a percentage");
	int64_t percent;

	if (!text)
		return;
	if (value_percent(text, &percent)) {
		bool bare = value_count(text, &percent) == 0 && percent >= 0 && percent <= 100;

		fault_at(b->faults, n,
			 bare ? arena_printf(&b->faults->arena, "write it as %lld%%",
					     (long long)percent)
			      : NULL,
			 "is not a percentage; %s", range);
	} else if (range_check(b, k, n, percent, range) == 0) {
		number_store(k, field, percent);
	}
}

static void read_day(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	utc t;

	if (n->kind != NODE_SCALAR || node_null(n))
		node_unfit(b->faults, n, "a day");
	else if (value_day_end(n->text, &t))
		fault_at(b->faults, n, "write it as 2027-06-30", "is no day");
	else
		number_store(k, field, t);
}

static void read_reissue(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	static const char *const words[] = {
		[REISSUE_EXPIRED] = "expired", [REISSUE_NEVER] = "never"};
	const char *before = "before ";
	struct policy *policy = field;
	int64_t seconds = 0;
	int mode;

	(void)k;
	if (n->kind != NODE_SCALAR || node_null(n)) {
		node_unfit(b->faults, n, "a word");
		return;
	}
	mode = word_index(words, ARRAY_SIZE(words), n->text);
	if (strncmp(n->text, before, strlen(before)) == 0 &&
	    value_time(n->text + strlen(before), &seconds) == 0 && seconds > 0)
		mode = REISSUE_BEFORE;
	if (mode < 0) {
		fault_at(b->faults, n, "write it as expired, never, or before 24h",
			 "is no time to reissue");
		return;
	}
	policy->invitations.reissue = (enum reissue)mode;
	policy->invitations.reissue_before = seconds;
}

/* ---- the rest -------------------------------------------------------------------- */

static void read_later(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	(void)field;
	if (!node_null(n) && !(n->kind == NODE_MAP && n->nr == 0))
		fault_at(b->faults, n, k->instead, "is not supported by this version yet");
}

/* Those that seatsync sets itself, or whose meaning is the connection's. */
static bool header_own(const char *name)
{
	static const char *const own[] = {"Authorization",   "Accept",     "Content-Type",
					  "Content-Length",  "Host",       "Transfer-Encoding",
					  "Connection",      "Cookie",     "Expect",
					  "Accept-Encoding", "User-Agent", "Proxy-Authorization"};

	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (strcasecmp(name, own[i]) == 0)
			return true;
	return false;
}

/* RFC 9110 5.6.2 */
static bool header_name_valid(const char *name)
{
	return *name && name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					  "0123456789!#$%&'*+-.^_`|~")] == '\0';
}

static struct platform_header *header_find(struct platform_header *headers, size_t nr,
					   const char *name)
{
	for (size_t i = 0; i < nr; i++)
		if (strcasecmp(headers[i].name, name) == 0)
			return &headers[i];
	return NULL;
}

/* headers[0..nr) are the standard ones, then those given so far. */
static size_t header_read(struct bind *b, const struct key *k, const struct node *n,
			  struct platform_header *headers, size_t nr)
{
	struct platform_header *h = header_find(headers, nr, n->key);
	const char *value;

	if (!header_name_valid(n->key)) {
		fault_at_key(b->faults, n, NULL, "is no name of a header");
		return nr;
	}
	if (header_own(n->key)) {
		fault_at_key(b->faults, n, NULL, "is a header that seatsync sets itself");
		return nr;
	}
	for (const struct node *other = n->parent->first; other != n; other = other->next)
		if (strcasecmp(other->key, n->key) == 0)
			key_twice(b, n, other);
	value = text_shape(b, k, n);
	if (value && !h)
		h = &headers[nr++];
	if (value)
		*h = (struct platform_header){arena_strdup(b->a, n->key), value};
	return nr;
}

static void read_headers(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	struct platform_settings *p = field;
	size_t nr = ARRAY_SIZE(headers_standard);
	struct platform_header *headers;

	if (n->kind != NODE_MAP && !node_null(n)) {
		node_unfit(b->faults, n, "a mapping");
		return;
	}
	if (n->nr > HEADERS_MAX) {
		fault_at(b->faults, n, NULL, "has more than %d entries", HEADERS_MAX);
		return;
	}
	headers = arena_array(b->a, nr + n->nr, sizeof *headers);
	memcpy(headers, headers_standard, sizeof headers_standard);
	for (const struct node *h = n->first; h; h = h->next)
		if (h->kind != NODE_BROKEN)
			nr = header_read(b, k, h, headers, nr);
	p->headers = headers;
	p->headers_nr = nr;
}

void value_read(struct bind *b, const struct key *k, const struct node *n, void *field)
{
	static void (*const readers[])(struct bind *, const struct key *, const struct node *,
				       void *) = {
		[KEY_TEXT] = read_text, [KEY_LIST] = read_list,       [KEY_NUMBER] = read_number,
		[KEY_TIME] = read_time, [KEY_PERCENT] = read_percent, [KEY_BOOL] = read_bool,
		[KEY_WORD] = read_word, [KEY_TOTAL] = read_total,     [KEY_REISSUE] = read_reissue,
		[KEY_DAY] = read_day,   [KEY_HEADERS] = read_headers, [KEY_LATER] = read_later,
		[KEY_TEXTS] = read_texts,
	};

	/* Left as it is: NULL, 0, false. */
	if (node_null(n) &&
	    (k->nullable || (k->type == KEY_TEXT && !k->required && !k->standard[0])))
		return;
	readers[k->type](b, k, n, field);
}
