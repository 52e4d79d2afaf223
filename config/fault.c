#include "config/fault.h"

/* key and text are in the arena already. */
static void fault_add(struct config_faults *faults, const struct config_fault *fault)
{
	struct config_fault copy = *fault;

	if (faults->list.nr > FAULTS_MAX)
		return;
	if (faults->list.nr == FAULTS_MAX)
		copy = (struct config_fault){
			.line = UINT32_MAX,
			.text = "there are more faults; they are told when these are mended",
		};
	copy.hint = arena_strdup(&faults->arena, copy.hint);
	VEC_ADD(&faults->list, copy);
}

static PRINTF_LIKE(3, 0) int fault_format(struct config_faults *faults, struct config_fault f,
					  const char *fmt, va_list ap)
{
	/* A hostile file has thousands; those that are not kept must not cost memory. */
	if (faults->list.nr > FAULTS_MAX)
		return -1;
	f.text = arena_vprintf(&faults->arena, fmt, ap);
	fault_add(faults, &f);
	return -1;
}

int fault_at(struct config_faults *faults, const struct node *n, const char *hint, const char *fmt,
	     ...)
{
	struct config_fault f = {.line = n->line, .column = n->column, .hint = hint};
	va_list ap;

	f.key = node_path(&faults->arena, n);
	va_start(ap, fmt);
	fault_format(faults, f, fmt, ap);
	va_end(ap);
	return -1;
}

int fault_at_key(struct config_faults *faults, const struct node *n, const char *hint,
		 const char *fmt, ...)
{
	struct config_fault f = {.line = n->key_line, .column = n->key_column, .hint = hint};
	va_list ap;

	f.key = node_path(&faults->arena, n);
	va_start(ap, fmt);
	fault_format(faults, f, fmt, ap);
	va_end(ap);
	return -1;
}

int fault_place(struct config_faults *faults, unsigned line, unsigned column, const char *hint,
		const char *fmt, ...)
{
	struct config_fault f = {.line = line, .column = column, .hint = hint};
	va_list ap;

	va_start(ap, fmt);
	fault_format(faults, f, fmt, ap);
	va_end(ap);
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

const char *config_fault_text(struct arena *a, const char *path, const struct config_fault *f)
{
	const char *place = f->line ? arena_printf(a, "%s:%u:%u", path, f->line, f->column) : path;

	return arena_printf(a, "%s: %s%s%s%s%s", place, f->key ? f->key : "", f->key ? ": " : "",
			    f->text, f->hint ? "\nhint: " : "", f->hint ? f->hint : "");
}
