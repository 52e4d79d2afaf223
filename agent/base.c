#include "agent/base.h"

#include <stdio.h>

/* ---- errors ---------------------------------------------------------- */

int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	e->kind = kind;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	return -1;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
	char inner[ERR_TEXT_MAX];
	va_list ap;
	size_t len;

	memcpy(inner, e->text, sizeof inner);
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	len = strlen(e->text);
	snprintf(e->text + len, sizeof e->text - len, ": %s", inner);
	return -1;
}

const char *err_kind_name(enum err_kind kind)
{
	static const char *const names[] = {
		[ERR_NONE] = "none",
		[ERR_FAILED] = "failed",
		[ERR_UNREACHABLE] = "unreachable",
		[ERR_DENIED] = "denied",
		[ERR_INCOMPLETE] = "incomplete",
		[ERR_STATE] = "state",
		[ERR_REFUSED] = "refused",
		[ERR_LOCKED] = "locked",
		[ERR_CONFIG] = "config",
		[ERR_USAGE] = "usage",
	};
	return names[kind];
}

_Noreturn void bug_found(const char *file, int line, const char *what)
{
	fprintf(stderr, "seatsync: a mistake of ours at %s:%d: %s\n", file, line, what);
	abort();
}

#ifdef SEATSYNC_CRASH_POINTS
enum { KILLED_STATUS = 137 }; /* what a shell shows for SIGKILL */

void crash_point(void)
{
	static unsigned long calls;
	const char *n = getenv("SEATSYNC_TEST_CRASH");

	if (n && ++calls == strtoul(n, NULL, 10))
		_Exit(KILLED_STATUS);
}
#endif

/* ---- memory ---------------------------------------------------------- */

/* A block and what malloc adds to it fill whole pages. */
enum { ARENA_BLOCK = (64 << 10) - 64, ARENA_ALIGN = 16 };

struct arena_block {
	struct arena_block *below;
	size_t used, size;
	_Alignas(ARENA_ALIGN) unsigned char bytes[];
};

/* atexit handlers might allocate; nothing is worth saving without memory. */
static _Noreturn void out_of_memory(void)
{
	static const char text[] = "seatsync: out of memory; the run stops here\n";

	fwrite(text, 1, sizeof text - 1, stderr);
	_Exit(1);
}

void *mem_need(void *p)
{
	if (!p)
		out_of_memory();
	return p;
}

void *mem_resize(void *p, size_t nr, size_t size)
{
	void *moved;

	if (size && nr > SIZE_MAX / size)
		out_of_memory();
	moved = realloc(p, nr && size ? nr * size : 1);
	return mem_need(moved);
}

/*
 * Strings are packed: only what may hold a pointer is aligned, so that a
 * directory of a million people costs what its letters cost.
 */
static void *arena_take(struct arena *a, size_t size, size_t align)
{
	struct arena_block *b = a->top;
	size_t at = b ? (b->used + align - 1) & ~(align - 1) : 0;

	if (!b || at > b->size || size > b->size - at) {
		size_t room = size > ARENA_BLOCK ? size : ARENA_BLOCK;

		if (room > SIZE_MAX - sizeof *b)
			out_of_memory();
		b = mem_need(calloc(1, sizeof *b + room));
		b->size = room;
		b->below = a->top;
		a->top = b;
		at = 0;
	}
	b->used = at + size;
	return b->bytes + at;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return arena_take(a, size, ARENA_ALIGN);
}

void *arena_array(struct arena *a, size_t nr, size_t size)
{
	if (size && nr > SIZE_MAX / size)
		out_of_memory();
	return arena_alloc(a, nr * size);
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *copy = arena_take(a, len + 1, 1);

	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *mem_strdup(const char *s)
{
	size_t size = strlen(s) + 1;

	return memcpy(mem_resize(NULL, size, 1), s, size);
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	int len;
	char *text;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	BUG_IF(len < 0);
	text = arena_take(a, (size_t)len + 1, 1);
	vsnprintf(text, (size_t)len + 1, fmt, ap);
	return text;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return text;
}

static int number_order(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

const uint32_t *arena_number_set(struct arena *a, uint32_t *items, size_t nr, uint32_t *kept)
{
	uint32_t *set;

	*kept = 0;
	if (!nr)
		return NULL;
	qsort(items, nr, sizeof *items, number_order);
	for (size_t i = 0; i < nr; i++)
		if (!*kept || items[*kept - 1] != items[i])
			items[(*kept)++] = items[i];
	set = arena_array(a, *kept, sizeof *set);
	memcpy(set, items, *kept * sizeof *set);
	return set;
}

void *arena_copy(struct arena *a, const void *items, size_t nr, size_t size)
{
	return nr ? memcpy(arena_array(a, nr, size), items, nr * size) : NULL;
}

bool arena_holds(const struct arena *a, const void *bytes, size_t size)
{
	uintptr_t at = (uintptr_t)bytes, begin = a->top ? (uintptr_t)a->top->bytes : 0;

	return a->top && at >= begin && at - begin <= a->top->used &&
	       size <= a->top->used - (at - begin);
}

void arena_free(struct arena *a)
{
	while (a->top) {
		struct arena_block *b = a->top;

		a->top = b->below;
		free(b);
	}
}

/* ---- small helpers --------------------------------------------------- */

int word_index(const char *const *table, size_t nr, const char *word)
{
	for (size_t i = 0; word && i < nr; i++)
		if (table[i] && strcmp(table[i], word) == 0)
			return (int)i;
	return -1;
}

/* ---- the word that was meant -------------------------------------------- */

enum { WORD_MAX = 64 }; /* nobody means a longer one */

static char letter_plain(char c)
{
	return c == '-' ? '_' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Single-letter changes and swaps of neighbours from x to y; both at most WORD_MAX long. */
static unsigned word_distance(const char *x, const char *y)
{
	unsigned row[3][WORD_MAX + 1];
	size_t len_x = strlen(x), len_y = strlen(y);

	for (size_t j = 0; j <= len_y; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= len_x; i++) {
		unsigned *now = row[i % 3], *above = row[(i + 2) % 3], *twice = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= len_y; j++) {
			char cx = letter_plain(x[i - 1]), cy = letter_plain(y[j - 1]);
			unsigned least = above[j - 1] + (cx != cy);

			least = above[j] + 1 < least ? above[j] + 1 : least;
			least = now[j - 1] + 1 < least ? now[j - 1] + 1 : least;
			if (i > 1 && j > 1 && cx == letter_plain(y[j - 2]) &&
			    cy == letter_plain(x[i - 2]) && twice[j - 2] + 1 < least)
				least = twice[j - 2] + 1;
			now[j] = least;
		}
	}
	return row[len_x % 3][len_y];
}

const char *word_nearest(const char *const *table, size_t nr, const char *word)
{
	size_t len = strlen(word);
	unsigned best = (unsigned)(len < 3 ? 1 : len / 3) + 1;
	const char *nearest = NULL;

	if (len < 1 || len > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < nr; i++) {
		unsigned distance = table[i] ? word_distance(word, table[i]) : best;

		if (distance < best) {
			best = distance;
			nearest = table[i];
		}
	}
	return nearest;
}
