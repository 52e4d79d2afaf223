/*
 * words.h - sets of words written as one text, divided by single spaces: the
 * tables of switches, calls and orders have them.
 */
#ifndef SIM_WORDS_H
#define SIM_WORDS_H

#include "agent/base.h"

/* The place of `word` among the words, from 0, or -1. */
static inline int word_place(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (int place = 0; *words; place++) {
		size_t here = strcspn(words, " ");

		if (here == len && memcmp(words, word, len) == 0)
			return place;
		words += here + (words[here] == ' ');
	}
	return -1;
}

static inline bool word_in(const char *words, const char *word)
{
	return word_place(words, word) >= 0;
}

#endif
