#include "config/fault.h"

#include <strings.h>

#include "agent/text.h"

void fault_add(struct config_faults *faults, const struct config_fault *fault)
{
	struct config_fault copy = *fault;

	if (faults->list.nr > FAULTS_MAX)
		return;
	if (faults->list.nr == FAULTS_MAX)
		copy = (struct config_fault){
			.line = UINT32_MAX,
			.text = "there are more faults; they are told when these are mended",
		};
	copy.key = arena_strdup(&faults->arena, copy.key);
	copy.text = arena_strdup(&faults->arena, copy.text);
	copy.hint = arena_strdup(&faults->arena, copy.hint);
	VEC_ADD(&faults->list, copy);
}

int fault_at(struct config_faults *faults, const struct node *n, const char *hint, const char *fmt,
	     ...)
{
	struct config_fault f = {.line = n->line, .column = n->column, .hint = hint};
	va_list ap;

	if (faults->list.nr > FAULTS_MAX)
		return -1;
	va_start(ap, fmt);
	f.text = arena_vprintf(&faults->arena, fmt, ap);
	va_end(ap);
	f.key = node_path(&faults->arena, n);
	fault_add(faults, &f);
	return -1;
}

int fault_place(struct config_faults *faults, unsigned line, unsigned column, const char *hint,
		const char *fmt, ...)
{
	struct config_fault f = {.line = line, .column = column, .hint = hint};
	va_list ap;

	va_start(ap, fmt);
	f.text = arena_vprintf(&faults->arena, fmt, ap);
	va_end(ap);
	fault_add(faults, &f);
	return -1;
}

static bool fault_before(const struct config_fault *x, const struct config_fault *y)
{
	return x->line != y->line ? x->line < y->line : x->column < y->column;
}

/* By insertion: few, nearly in order, and equal ones stay as they came. */
void faults_sort(struct config_faults *faults)
{
	struct config_fault *f = faults->list.items;

	for (size_t i = 1; i < faults->list.nr; i++) {
		struct config_fault moving = f[i];
		size_t to = i;

		for (; to > 0 && fault_before(&moving, &f[to - 1]); to--)
			f[to] = f[to - 1];
		f[to] = moving;
	}
	if (faults->list.nr > FAULTS_MAX)
		f[faults->list.nr - 1].line = 0;
}

void config_faults_free(struct config_faults *faults)
{
	VEC_FREE(&faults->list);
	arena_free(&faults->arena);
}

void config_faults_print(FILE *out, const char *path, const struct config_faults *faults)
{
	for (size_t i = 0; i < faults->list.nr; i++) {
		const struct config_fault *f = &faults->list.items[i];

		text_show(out, path);
		if (f->line)
			fprintf(out, ":%u:%u", f->line, f->column);
		fputs(": ", out);
		if (f->key) {
			text_show(out, f->key);
			fputs(": ", out);
		}
		text_show(out, f->text);
		fputc('\n', out);
		if (f->hint) {
			fputs("    hint: ", out);
			text_show(out, f->hint);
			fputc('\n', out);
		}
	}
}

/* ---- the word that was meant -------------------------------------------- */

static char letter_plain(char c)
{
	return c == '-' ? '_' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Single-letter changes and swaps of neighbours from x to y; both at most KEY_MAX long. */
static unsigned word_distance(const char *x, const char *y)
{
	unsigned row[3][KEY_MAX + 1];
	size_t len_x = strlen(x), len_y = strlen(y);

	for (size_t j = 0; j <= len_y; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= len_x; i++) {
		unsigned *now = row[i % 3], *above = row[(i + 2) % 3], *twice = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= len_y; j++) {
			char cx = letter_plain(x[i - 1]), cy = letter_plain(y[j - 1]);
			unsigned least = above[j - 1] + (cx != cy);

			least = above[j] + 1 < least ? above[j] + 1 : least;
			least = now[j - 1] + 1 < least ? now[j - 1] + 1 : least;
			if (i > 1 && j > 1 && cx == letter_plain(y[j - 2]) &&
			    cy == letter_plain(x[i - 2]) && twice[j - 2] + 1 < least)
				least = twice[j - 2] + 1;
			now[j] = least;
		}
	}
	return row[len_x % 3][len_y];
}

const char *word_nearest(const char *const *table, size_t nr, const char *word)
{
	size_t len = strlen(word);
	unsigned best = (unsigned)(len < 3 ? 1 : len / 3) + 1;
	const char *nearest = NULL;

	if (len < 1 || len > KEY_MAX)
		return NULL;
	for (size_t i = 0; i < nr; i++) {
		unsigned distance = table[i] ? word_distance(word, table[i]) : best;

		if (distance < best) {
			best = distance;
			nearest = table[i];
		}
	}
	return nearest;
}
