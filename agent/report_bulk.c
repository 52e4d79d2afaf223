#include "agent/report_bulk.h"

#include <string.h>

bool bulk_harmless(const char *email)
{
	/* The last four are the full-width forms, which East Asian editions take for the same. */
	static const char *const triggers[] = {
		"=", "+", "-", "@", "\t", "\r", "\n", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
		"\xef\xbc\xa0",
	};

	for (size_t i = 0; i < sizeof triggers / sizeof *triggers; i++)
		if (strncmp(email, triggers[i], strlen(triggers[i])) == 0)
			return false;
	return true;
}

void bulk_line(FILE *out, const char *email)
{
	bool quoted = email[strcspn(email, ",\"\r\n")] != '\0';

	if (quoted)
		fputc('"', out);
	for (const char *c = email; *c; c++) {
		if (*c == '"')
			fputc('"', out);
		fputc(*c, out);
	}
	fputs(quoted ? "\"\r\n" : "\r\n", out);
}
