/* http_words.c - what went wrong, in words and as a kind of error. */
#include "agent/text.h"
#include "connectors/http.h"

/* ---- what a server said ---------------------------------------------- */

/* A server may repeat what we sent it. */
static void redact(char *text, const char *secret)
{
	size_t len = secret ? strlen(secret) : 0;

	for (char *at = text; len > 3 && (at = strstr(at, secret));)
		memset(at, '*', len);
}

/* Cuts at a character's beginning. */
static void cut(char *text, size_t size, const char *whole)
{
	size_t len = strlen(whole);

	if (len >= size) {
		len = size - 1;
		while (len > 0 && ((unsigned char)whole[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(text, whole, len);
	text[len] = '\0';
}

void http_words(char *text, size_t size, char *raw, const char *const *secrets, size_t nr)
{
	struct arena shown = {0};

	for (size_t i = 0; i < nr; i++)
		redact(raw, secrets[i]);
	cut(text, size, text_shown(&shown, raw));
	arena_free(&shown);
}

/* ---- what a fault is ------------------------------------------------- */

enum err_kind http_fault_kind(enum http_fault fault, const char **hint)
{
	static const struct {
		enum err_kind kind;
		const char *hint;
	} faults[] = {
		[HTTP_NO_FAULT] = {ERR_FAILED, NULL},
		[HTTP_FAULT_NAME] = {ERR_UNREACHABLE, "check the host's name and this machine's DNS"},
		[HTTP_FAULT_CONNECT] = {ERR_UNREACHABLE,
					"check the network, the firewall, and whether a proxy is needed"},
		[HTTP_FAULT_TLS] = {ERR_UNREACHABLE, "check that the server speaks TLS 1.2 or later"},
		[HTTP_FAULT_CERTIFICATE] = {ERR_UNREACHABLE,
					    "a certificate of your own goes into ca_file; one that "
					    "has expired or is for another host must be replaced"},
		[HTTP_FAULT_TIME] = {ERR_UNREACHABLE, NULL},
		[HTTP_FAULT_BROKEN] = {ERR_UNREACHABLE, NULL},
		[HTTP_FAULT_SIZE] = {ERR_INCOMPLETE, NULL},
		[HTTP_FAULT_REFUSED] = {ERR_INCOMPLETE, NULL},
		[HTTP_FAULT_ENDED] = {ERR_UNREACHABLE, NULL},
	};

	*hint = faults[fault].hint;
	return faults[fault].kind;
}
