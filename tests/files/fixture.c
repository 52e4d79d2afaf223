#include "tests/files/fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void file_write(struct fixture *f, const char *bytes, size_t len)
{
	int fd;

	if (!*f->folder) {
		strcpy(f->folder, "/tmp/seatsync-files.XXXXXX");
		assert_non_null(mkdtemp(f->folder));
		snprintf(f->path, sizeof f->path, "%s/file", f->folder);
	}
	unlink(f->path);
	fd = open(f->path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	while (len) {
		ssize_t sent = write(fd, bytes, len);

		assert_true(sent > 0);
		bytes += sent;
		len -= (size_t)sent;
	}
	close(fd);
}

static int64_t deadline(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec + 60;
}

static struct directory *opened(struct fixture *f, struct directory_settings *s)
{
	struct directory *d;

	s->name = "list";
	s->file.path = f->path;
	assert_int_equal(directory_open(&d, s, &f->e), 0);
	return d;
}

int file_read(struct fixture *f, struct directory_settings settings)
{
	struct directory *d = opened(f, &settings);
	int rc;

	f->e = (struct err){0};
	f->r = (struct reading){0};
	rc = d->ops->read(d, &f->arena, NULL, deadline(), &f->r, &f->e);
	d->ops->close(d);
	assert_true(rc == 0 ? f->e.kind == ERR_NONE : f->e.kind != ERR_NONE && !f->r.directory);
	if (!rc)
		assert_string_equal(f->r.directory, "list");
	return rc;
}

/* ---- in words --------------------------------------------------------------------- */

/* Puts F for the file's name. */
static const char *anonymous(struct fixture *f, const char *text)
{
	const char *at = strstr(text, f->path);

	if (!at)
		return text;
	return arena_printf(&f->arena, "%.*sF%s", (int)(at - text), text,
			    anonymous(f, at + strlen(f->path)));
}

static void person_print(FILE *out, const struct person *p)
{
	fprintf(out, "%s %s", p->id, p->email ? p->email : "-");
	if (!p->address || strcmp(p->address, p->email) != 0)
		fprintf(out, "|%s", p->address ? p->address : "-");
	for (const char *const *a = p->aliases; a && *a; a++)
		fprintf(out, " ~%s", *a);
	fprintf(out, " %s %s%s @%s\n", p->given_name ? p->given_name : "-",
		p->family_name ? p->family_name : "-", p->disabled ? " disabled" : "", p->place);
}

static void group_print(FILE *out, const struct reading *r, const struct group *g)
{
	fprintf(out, "%s(%s):", g->name, g->id);
	for (uint32_t i = 0; i < g->people_nr; i++)
		fprintf(out, " %s", r->people[g->people[i]].id);
	for (uint32_t i = 0; i < g->groups_nr; i++)
		fprintf(out, " +%s", r->groups[g->groups[i]].name);
	if (g->others)
		fprintf(out, " %u others", g->others);
	if (g->dangling)
		fprintf(out, " %u dangling", g->dangling);
	if (g->state != COMPLETE)
		fprintf(out, " %s: %s", completeness_name(g->state), g->why);
	fprintf(out, "\n");
}

const char *reading_text(struct fixture *f)
{
	const struct reading *r = &f->r;
	char *text = NULL;
	size_t len;
	FILE *out;
	const char *kept;

	if (f->e.kind)
		return anonymous(f, arena_strdup(&f->arena, f->e.text));
	out = open_memstream(&text, &len);
	fprintf(out, "%s%s%s\n", completeness_name(r->state), r->why ? ": " : "",
		r->why ? r->why : "");
	for (size_t i = 0; i < r->people_nr; i++)
		person_print(out, &r->people[i]);
	for (size_t i = 0; i < r->groups_nr; i++)
		group_print(out, r, &r->groups[i]);
	fclose(out);
	kept = anonymous(f, arena_strdup(&f->arena, text));
	free(text);
	return kept;
}

struct lines {
	FILE *out;
	bool well;
};

static void line_print(void *ctx, const struct check_line *line)
{
	struct lines *l = ctx;

	l->well &= line->ok || line->absent;
	fprintf(l->out, "%c %s: %s\n", line->ok ? '+' : '-', line->subject, line->text);
}

const char *file_check_lines(struct fixture *f, struct directory_settings settings,
			     const char *const *wanted)
{
	struct directory *d = opened(f, &settings);
	struct lines l = {.well = true};
	char *text = NULL;
	size_t len;
	const char *kept;
	bool well;

	l.out = open_memstream(&text, &len);
	well = d->ops->check(d, &f->arena, wanted, deadline(), line_print, &l);
	d->ops->close(d);
	fclose(l.out);
	assert_int_equal(well, l.well);
	kept = anonymous(f, arena_strdup(&f->arena, text));
	free(text);
	return kept;
}

void fixture_end(struct fixture *f)
{
	if (*f->folder) {
		unlink(f->path);
		rmdir(f->folder);
	}
	arena_free(&f->arena);
	*f = (struct fixture){0};
}
