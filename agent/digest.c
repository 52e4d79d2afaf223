#include "agent/digest.h"

void digest_begin(struct digest *d)
{
	sha256_init(&d->ctx);
}

void digest_number(struct digest *d, int64_t number)
{
	uint64_t n = (uint64_t)number;
	uint8_t bytes[8];

	for (int i = 7; i >= 0; i--, n >>= 8)
		bytes[i] = (uint8_t)n;
	sha256_update(&d->ctx, sizeof bytes, bytes);
}

void digest_text(struct digest *d, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	digest_number(d, text ? (int64_t)len : -1);
	if (len)
		sha256_update(&d->ctx, len, (const uint8_t *)text);
}

void digest_bytes(struct digest *d, const char *bytes, size_t len)
{
	sha256_update(&d->ctx, len, (const uint8_t *)bytes);
}

void digest_end(struct digest *d, char text[DIGEST_TEXT_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	uint8_t sum[SHA256_DIGEST_SIZE];

	sha256_digest(&d->ctx, sizeof sum, sum);
	for (size_t i = 0; i < sizeof sum; i++) {
		text[2 * i] = hex[sum[i] >> 4];
		text[2 * i + 1] = hex[sum[i] & 15];
	}
	text[DIGEST_TEXT_SIZE - 1] = '\0';
}
