#include "connectors/file_directory.h"

#include <time.h>

#include "agent/text.h"
#include "connectors/file_people.h"

/* ---- open and close ---------------------------------------------------------------- */

static int csv_open(struct directory **d, const struct directory_settings *s, struct err *e)
{
	(void)e;
	*d = mem_resize(NULL, 1, sizeof **d);
	**d = (struct directory){.ops = &directory_csv, .settings = s};
	return 0;
}

static void csv_close(struct directory *d)
{
	free(d);
}

/* ---- read ------------------------------------------------------------------------------ */

/* What one reading needs; on the heap, as the file brings its buffer. */
struct source {
	struct file file;
	struct csv csv;
	struct columns columns;
	struct roster roster;
};

static void source_free(struct source **s)
{
	roster_free(&(*s)->roster);
	csv_free(&(*s)->csv);
	file_close(&(*s)->file);
	free(*s);
}

static int header_read(struct source *s, const struct file_settings *settings, struct err *e)
{
	int more = csv_row(&s->csv, e);

	if (!more)
		return err_set(e, ERR_INCOMPLETE, "%s: is empty; it should begin with a header",
			       s->file.path);
	return more < 0 ? -1 : columns_take(&s->columns, &s->csv, settings->ignore, e);
}

static int rows_read(struct source *s, struct err *e)
{
	int more;

	while ((more = csv_row(&s->csv, e)) > 0)
		if (roster_take(&s->roster, &s->columns, &s->csv, e))
			return -1;
	if (more < 0 || file_unchanged(&s->file, e))
		return -1;
	if (s->csv.cut)
		doubt_add(&s->roster.doubts, s->roster.a,
			  "%u:%u: the last line has no end; the file may have been cut off",
			  s->file.line, s->file.column);
	return 0;
}

static int csv_read(struct directory *d, struct arena *a, const char *const *wanted,
		    int64_t deadline, struct reading *r, struct err *e)
{
	const struct file_settings *settings = &d->settings->file;
	struct source *s CLEANUP(source_free) = mem_resize(NULL, 1, sizeof *s);
	struct reading found = {.directory = d->settings->name, .unproven = true};
	const char *stale;

	(void)wanted;
	s->csv = (struct csv){.file = &s->file};
	roster_begin(&s->roster, a);
	if (file_open(&s->file, settings->path, deadline, e))
		return -1;
	stale = file_stale(a, &s->file, time(NULL), settings->max_age);
	if (stale)
		doubt_add(&s->roster.doubts, a, "%s", stale);
	if (header_read(s, settings, e) || rows_read(s, e))
		return -1;
	roster_finish(&s->roster, &found);
	*r = found;
	return 0;
}

/* ---- check ------------------------------------------------------------------------------- */

static const char *file_text(struct arena *a, const struct file *f, utc now)
{
	return arena_printf(a, "%s: %lld bytes, mode %03o, written %s ago", f->path,
			    (long long)f->stat.st_size, f->stat.st_mode & 07777U,
			    duration_format(a, now - f->stat.st_mtim.tv_sec));
}

bool file_check(struct check *c, const char *path, int64_t deadline, int64_t max_age)
{
	struct file f;
	struct err e = {0};
	utc now = time(NULL);
	const char *text, *stale = NULL;
	bool there = file_open(&f, path, deadline, &e) == 0;

	if (there) {
		stale = file_stale(c->arena, &f, now, max_age);
		text = file_text(c->arena, &f, now);
		if (stale)
			text = arena_printf(c->arena, "%s; %s\nhint: see what should write it",
					    text, stale);
	} else {
		text = arena_strdup(c->arena, e.text);
	}
	file_close(&f);
	check_say(c, there && !stale, "file", text);
	return there;
}

static const char *id_text(struct arena *a, const struct reading *r)
{
	size_t same = 0;

	for (size_t i = 0; i < r->people_nr; i++)
		same += str_eq(r->people[i].id, r->people[i].address);
	return arena_printf(a, "%zu of their own, %zu are the e-mail", r->people_nr - same, same);
}

static bool csv_check(struct directory *d, struct arena *a, const char *const *wanted,
		      int64_t deadline, check_sink *sink, void *ctx)
{
	static const struct check_hints hints = {
		.people = "the file has a header and no row",
		.email = "see the column email",
		.groups = "see the column groups",
		.group = "nobody in the file is in it; see how the column groups spells it",
	};
	const struct file_settings *settings = &d->settings->file;
	struct check c = {d->settings, a, sink, ctx, true};
	struct reading r;
	struct err e = {0};

	if (!file_check(&c, settings->path, deadline, settings->max_age))
		return false;
	if (csv_read(d, a, wanted, deadline, &r, &e)) {
		check_say(&c, false, "reading", arena_strdup(a, e.text));
		return false;
	}
	check_say(&c, true, "ids", id_text(a, &r));
	check_reading(&c, &r, wanted, &hints);
	return c.well;
}

const struct directory_ops directory_csv = {
	.name = "csv",
	.open = csv_open,
	.read = csv_read,
	.check = csv_check,
	.close = csv_close,
};
