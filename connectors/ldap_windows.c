#include "connectors/ldap_windows.h"

const char *guid_text(struct arena *a, const struct berval *v)
{
	const unsigned char *b = (const unsigned char *)v->bv_val;

	if (v->bv_len != GUID_SIZE)
		return NULL;
	return arena_printf(a,
			    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			    b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10],
			    b[11], b[12], b[13], b[14], b[15]);
}

/* Revision, how many numbers, six bytes of authority, the numbers in little-endian. */
int sid_split(struct sid *sid, const struct berval *v)
{
	enum { HEAD = 8, NUMBER = 4, NUMBERS_MAX = 15 };
	const unsigned char *b = (const unsigned char *)v->bv_val, *last;

	if (v->bv_len < HEAD + NUMBER || b[0] != 1 || b[1] > NUMBERS_MAX ||
	    v->bv_len != HEAD + NUMBER * (size_t)b[1])
		return -1;
	sid->domain_len = v->bv_len - NUMBER;
	memcpy(sid->domain, b, sid->domain_len);
	sid->domain[1]--;
	last = b + sid->domain_len;
	sid->account = (uint32_t)last[0] | (uint32_t)last[1] << 8 | (uint32_t)last[2] << 16 |
		       (uint32_t)last[3] << 24;
	return 0;
}
