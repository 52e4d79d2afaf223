#include "connectors/doubt.h"

void doubt_add(struct doubts *d, struct arena *a, const char *fmt, ...)
{
	va_list ap;

	if (d->nr++)
		return;
	va_start(ap, fmt);
	d->first = arena_vprintf(a, fmt, ap);
	va_end(ap);
}

void doubts_join(struct doubts *d, const struct doubts *other)
{
	if (!d->nr)
		d->first = other->first;
	d->nr += other->nr;
}

const char *doubts_text(const struct doubts *d, struct arena *a)
{
	if (d->nr < 2)
		return d->first;
	return arena_printf(a, "%s (and %u more)", d->first, d->nr - 1);
}
