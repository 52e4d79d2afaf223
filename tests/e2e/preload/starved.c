/*
 * starved.c - preloaded: from the call whose number is in STARVED_AT on there
 * is no memory; STARVED_FOR says for how many calls (for ever when it does not).
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_ulong calls;
static unsigned long from, until; /* from 0: not starved */

/* POSIX lets dlsym's answer become a function only by way of memory. */
union next {
	void *found;
	void *(*malloc)(size_t);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
};

static union next next(union next *n, const char *name)
{
	if (!n->found)
		n->found = dlsym(RTLD_NEXT, name);
	return *n;
}

__attribute__((constructor)) static void starve(void)
{
	const char *at = getenv("STARVED_AT"), *lasts = getenv("STARVED_FOR");

	if (!at)
		return;
	atomic_store(&calls, 0);
	until = lasts ? strtoul(at, NULL, 10) + strtoul(lasts, NULL, 10) : -1UL;
	from = strtoul(at, NULL, 10);
}

static int starves(void)
{
	unsigned long call = atomic_fetch_add(&calls, 1) + 1;

	if (!from || call < from || call >= until)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	static union next n;

	return starves() ? NULL : next(&n, "malloc").malloc(size);
}

void *calloc(size_t nr, size_t size)
{
	static union next n;

	return starves() ? NULL : next(&n, "calloc").calloc(nr, size);
}

void *realloc(void *p, size_t size)
{
	static union next n;

	return starves() ? NULL : next(&n, "realloc").realloc(p, size);
}
