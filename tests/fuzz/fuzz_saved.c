/* Any bytes as a saved plan: refused with a reason, or one that holds together. */
#include "agent/differences.h"
#include "agent/document.h"
#include "agent/saved.h"
#include "agent/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void text_sound(const char *text)
{
	BUG_IF(text && utf8_valid(text, strlen(text)) != strlen(text));
}

static void saved_sound(const struct saved *s)
{
	BUG_IF(!s->file.id || strlen(s->file.id) > SAVED_WORD_MAX || !s->config);
	for (size_t i = 0; i < s->planned_nr; i++) {
		const struct planned *p = &s->planned[i];

		BUG_IF(p->kind >= ACTION_NR || p->role >= ROLE_NR || (p->hold && !p->held));
		text_sound(p->email);
		text_sound(p->reason);
	}
}

/* Against nothing, everything is gone. */
static void differences_sound(const struct saved *s, struct arena *a)
{
	const struct plan nothing = {0};
	struct differences d;

	differences_find(&d, a, s, &nothing);
	BUG_IF(d.nr != s->planned_nr || d.counts[DIFFERENCE_GONE] != d.nr);
}

static void saved_try(const char *text, size_t len)
{
	struct arena a = {0};
	struct err e = {0};
	struct saved s;

	if (saved_parse(&s, &a, text, len, &e)) {
		BUG_IF(e.kind != ERR_REFUSED || !*e.text);
	} else {
		saved_sound(&s);
		differences_sound(&s, &a);
	}
	arena_free(&a);
}

/* As it is, and with a seal that fits, as a forger makes it. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char sum[DIGEST_TEXT_SIZE], *sealed = mem_resize(NULL, len + 128, 1);
	struct digest d;
	int tail;

	if (len)
		memcpy(sealed, bytes, len);
	saved_try(sealed, len);
	digest_begin(&d);
	digest_bytes(&d, sealed, len);
	digest_end(&d, sum);
	tail = snprintf(sealed + len, 128, "\"digest\":\"%s\"}\n", sum);
	BUG_IF(document_sealed(sealed, len + (size_t)tail) != SEAL_WHOLE);
	saved_try(sealed, len + (size_t)tail);
	free(sealed);
	return 0;
}
