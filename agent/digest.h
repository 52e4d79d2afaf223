/*
 * digest.h - SHA-256 as lower-case hex, by libnettle.  The ids of plans and
 * holds, the config's fingerprint and the chain of the history rest on it.
 */
#ifndef SEATSYNC_DIGEST_H
#define SEATSYNC_DIGEST_H

#include <nettle/sha2.h>

#include "agent/base.h"

enum { DIGEST_TEXT_SIZE = 2 * SHA256_DIGEST_SIZE + 1 };

struct digest {
	struct sha256_ctx ctx;
};

void digest_begin(struct digest *d);

/*
 * Adds one field.  Fields are length-prefixed, so that ("ab","c") and
 * ("a","bc") differ; NULL differs from "".
 */
void digest_text(struct digest *d, const char *text);
void digest_number(struct digest *d, int64_t number);
/* Bytes as they are, for the digest of a whole text. */
void digest_bytes(struct digest *d, const char *bytes, size_t len);
void digest_end(struct digest *d, char text[DIGEST_TEXT_SIZE]);

#endif
