#include "connectors/ldap_primary.h"

struct account_number account_number(struct primaries *p, const struct berval *value)
{
	struct sid sid;
	uint32_t i = 0;

	if (sid_split(&sid, value))
		return (struct account_number){0, 0};
	while (i < p->domains.nr &&
	       (p->domains.items[i].domain_len != sid.domain_len ||
		memcmp(p->domains.items[i].domain, sid.domain, sid.domain_len) != 0))
		i++;
	if (i == p->domains.nr)
		VEC_ADD(&p->domains, sid); /* few: the forest's */
	return (struct account_number){i + 1, sid.account};
}

void primary_add(struct primaries *p, struct account_number group, uint32_t person)
{
	VEC_ADD(&p->items, ((struct primary){group, person}));
}

static int number_order(struct account_number x, struct account_number y)
{
	if (x.domain != y.domain)
		return x.domain < y.domain ? -1 : 1;
	return (x.number > y.number) - (x.number < y.number);
}

static int primary_order(const void *a, const void *b)
{
	const struct primary *x = a, *y = b;

	return number_order(x->group, y->group);
}

void primaries_move(struct primaries *p, const uint32_t *moved, uint32_t end)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->items.nr; i++) {
		struct primary item = p->items.items[i];

		item.person = moved[item.person];
		if (item.person < end)
			p->items.items[kept++] = item;
	}
	p->items.nr = kept;
}

void primaries_sort(struct primaries *p)
{
	if (p->items.nr)
		qsort(p->items.items, p->items.nr, sizeof *p->items.items, primary_order);
}

/* The first that is not before the group. */
static size_t first_of(const struct primaries *p, struct account_number group)
{
	size_t low = 0, high = p->items.nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (number_order(p->items.items[middle].group, group) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct primary *primaries_of(const struct primaries *p, struct account_number group,
				   size_t *nr)
{
	size_t first = group.domain ? first_of(p, group) : p->items.nr, end = first;

	while (end < p->items.nr && number_order(p->items.items[end].group, group) == 0)
		end++;
	*nr = end - first;
	return p->items.items + first;
}

void primaries_forget(struct primaries *p)
{
	p->domains.nr = p->items.nr = 0;
}

void primaries_free(struct primaries *p)
{
	VEC_FREE(&p->domains);
	VEC_FREE(&p->items);
}
