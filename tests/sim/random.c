#include "tests/sim/random.h"

#include <ctype.h>

uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

bool random_chance(struct random *r, double chance)
{
	return (double)(random_next(r) >> 11) * 0x1p-53 < chance;
}

void random_hex(struct random *r, char *text, size_t digits)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < digits; i++, bits >>= 4) {
		if (i % 16 == 0)
			bits = random_next(r);
		text[i] = "0123456789abcdef"[bits & 15];
	}
	text[digits] = '\0';
}

/* Version 4, as the platform's look. */
void random_uuid(struct random *r, char text[UUID_SIZE])
{
	random_hex(r, text, UUID_SIZE - 1);
	text[8] = text[13] = text[18] = text[23] = '-';
	text[14] = '4';
	text[19] = "89ab"[random_next(r) & 3];
}

bool uuid_valid(const char *text)
{
	for (size_t i = 0; i < UUID_SIZE - 1; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	return text[UUID_SIZE - 1] == '\0';
}
