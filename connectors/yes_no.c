#include "connectors/yes_no.h"

#include <string.h>
#include <strings.h>

#include "agent/base.h"

enum yes_no yes_no_parse(const char *text, size_t len)
{
	static const struct {
		const char *word;
		enum yes_no says;
	} words[] = {
		{"true", SAYS_YES}, {"yes", SAYS_YES}, {"1", SAYS_YES}, {"on", SAYS_YES},
		{"false", SAYS_NO}, {"no", SAYS_NO},   {"0", SAYS_NO},  {"off", SAYS_NO},
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i].word) == len && strncasecmp(words[i].word, text, len) == 0)
			return words[i].says;
	return SAYS_NEITHER;
}
