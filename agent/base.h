/*
 * base.h - what every file stands on: memory, errors, growing arrays.
 *
 * Memory.  seatsync is a one-shot: a phase allocates from an arena and the
 * whole arena is freed at its end.  Nothing allocated from an arena is freed
 * by itself.  When there is no memory the allocator says so and ends the
 * process with status 1; no caller tests for NULL.
 *
 * Errors.  The world fails: a function returns -1 and fills a struct err.
 * A function either returns an error or logs it, never both.  Results are
 * written only on success.  Our own mistakes abort through BUG_IF.
 */
#ifndef SEATSYNC_BASE_H
#define SEATSYNC_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#if defined(__GNUC__)
#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#endif

/* Seconds since 1970-01-01 UTC; 0 means "none".  The core never asks a clock. */
typedef int64_t utc;

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

/* ---- errors ---------------------------------------------------------- */

/* A kind exists only where a caller acts on it; each has its exit status. */
enum err_kind {
	ERR_NONE,
	ERR_FAILED,      /* anything else: 1 */
	ERR_UNREACHABLE, /* a server cannot be reached or does not answer: 1, worth another try */
	ERR_DENIED,      /* a credential or a right was refused: 1, never tried again in this run */
	ERR_INCOMPLETE,  /* an answer came but cannot be proved whole: 1, no loss may rest on it */
	ERR_STATE,       /* the state file is damaged, foreign or newer: 1 */
	ERR_REFUSED,     /* a safety rule said no: 1 */
	ERR_LOCKED,      /* another run holds the lock: 75 */
	ERR_CONFIG,      /* the configuration or a secret is invalid: 78 */
	ERR_USAGE,       /* the command line is wrong: 64 */
};

enum { ERR_TEXT_MAX = 1024 };

/*
 * text: what, where, what was not done; lower case, no full stop.  A hint
 * ("what to do") follows after "\nhint: ".  Secrets never enter it.
 */
struct err {
	enum err_kind kind;
	char text[ERR_TEXT_MAX];
};

/* Always returns -1, so that `return err_set(e, ...)` reads well. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Puts "context: " before the text of an error that is already set; returns -1. */
int err_wrap(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

const char *err_kind_name(enum err_kind kind);

/* What can only be wrong by our own mistake; no branch of the function that says so. */
#ifdef __clang_analyzer__ /* which does not look into bug_if() everywhere */
#define BUG_IF(cond) do { if (cond) bug_found(__FILE__, __LINE__, #cond); } while (0)
#else
#define BUG_IF(cond) bug_if(cond, __FILE__, __LINE__, #cond)
#endif
_Noreturn void bug_found(const char *file, int line, const char *what);
static inline void bug_if(bool found, const char *file, int line, const char *what)
{
	if (found)
		bug_found(file, line, what);
}

/*
 * Where a crash would hurt most.  In builds for tests the n-th call ends the
 * process as SIGKILL would, n being $SEATSYNC_TEST_CRASH; else nothing.
 */
#ifdef SEATSYNC_CRASH_POINTS
void crash_point(void);
#else
#define crash_point() ((void)0)
#endif

/* ---- memory ---------------------------------------------------------- */

struct arena {
	struct arena_block *top;
};

/* Zeroed, aligned for any type; lives until arena_free. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t nr, size_t size);
char *arena_strdup(struct arena *a, const char *s);            /* NULL stays NULL */
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
/* items[0..nr), which is sorted in place, in `a`: each number once, *kept of them; NULL: none. */
const uint32_t *arena_number_set(struct arena *a, uint32_t *items, size_t nr, uint32_t *kept);
/* A copy of an array; NULL of none. */
void *arena_copy(struct arena *a, const void *items, size_t nr, size_t size);
/* True when bytes[0..size) lie in the arena's newest block: just made there. */
bool arena_holds(const struct arena *a, const void *bytes, size_t size);
void arena_free(struct arena *a);

/* realloc for nr items of size bytes; ends the process when it cannot. */
void *mem_resize(void *p, size_t nr, size_t size);
/* p, what a library made; ends the process when that is NULL. */
void *mem_need(void *p);
char *mem_strdup(const char *s);

/*
 * A growing array on the heap: `VEC(struct member) members = {0};`
 * VEC_PUSH returns the address of a new zeroed item; VEC_FREE ends it.
 */
#define VEC(type)                                                             \
	struct {                                                              \
		type *items;                                                  \
		size_t nr, cap;                                               \
	}
#define VEC_RESERVE(v)                                                        \
	((v)->items = vec_room((v)->items, (v)->nr, &(v)->cap, sizeof *(v)->items))
#define VEC_ADD(v, item) (VEC_RESERVE(v), (v)->items[(v)->nr++] = (item))
#define VEC_FREE(v)                                                           \
	(free((v)->items), (v)->items = NULL, (v)->nr = 0, (v)->cap = 0)
static inline void *vec_room(void *items, size_t nr, size_t *cap, size_t size)
{
	if (nr < *cap)
		return items;
	*cap = *cap ? *cap + *cap / 2 + 1 : 8;
	return mem_resize(items, *cap, size);
}

/* ---- small helpers --------------------------------------------------- */

#define ARRAY_SIZE(a) (sizeof(a) / sizeof *(a))

static inline bool str_eq(const char *a, const char *b);

/* The index of `word` in the NULL-free table, or -1. */
int word_index(const char *const *table, size_t nr, const char *word);

/* The word of the table that `word` was probably meant to be; NULL when none is near. */
const char *word_nearest(const char *const *table, size_t nr, const char *word);

#include <string.h>
static inline bool str_eq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

#endif
