#include "tests/config/fixture.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/text.h"

static void path_make(char path[512], struct fixture *f, const char *name)
{
	const char *tmp = getenv("TMPDIR");

	if (!*f->folder) {
		snprintf(f->folder, sizeof f->folder, "%.40s/seatsync-config-XXXXXX",
			 tmp && strlen(tmp) <= 40 ? tmp : "/tmp");
		BUG_IF(!mkdtemp(f->folder));
	}
	snprintf(path, 512, "%s/%s", f->folder, name);
}

static void file_write(const char *path, const char *bytes, size_t len)
{
	FILE *out;

	unlink(path); /* the one before may be one that we may not write */
	out = fopen(path, "w");
	BUG_IF(!out || fwrite(bytes, 1, len, out) != len || fclose(out));
}

const char *fixture_file(struct fixture *f, const char *name, const char *bytes, size_t len)
{
	path_make(f->path, f, name);
	file_write(f->path, bytes, len);
	return f->path;
}

/* As an operator sees it: the hint on a line of its own. */
static void fault_print(FILE *out, const char *text)
{
	static const char mark[] = "\nhint: ";
	const char *hint = strstr(text, mark);
	struct arena a = {0};

	text_show(out, hint ? arena_strndup(&a, text, (size_t)(hint - text)) : text);
	fputc('\n', out);
	if (hint) {
		fputs("    hint: ", out);
		text_show(out, hint + strlen(mark));
		fputc('\n', out);
	}
	arena_free(&a);
}

int fixture_load(struct fixture *f, const char *bytes, size_t len, enum settings_secrets secrets)
{
	char path[512];
	size_t printed_len;
	FILE *out;
	int rc;

	fixture_reset(f);
	path_make(path, f, "seatsync.yaml");
	file_write(path, bytes, len);
	rc = settings_load(&f->s, path, secrets, &f->faults, &f->e);
	out = open_memstream(&f->printed, &printed_len);
	for (size_t i = 0; i < f->faults.list.nr; i++)
		fault_print(out, config_fault_text(&f->faults.arena, "f", &f->faults.list.items[i]));
	fclose(out);
	return rc;
}

void fixture_reset(struct fixture *f)
{
	settings_clear(&f->s);
	config_faults_free(&f->faults);
	free(f->printed);
	f->printed = NULL;
}

void fixture_end(struct fixture *f)
{
	struct dirent *entry;
	DIR *d;

	fixture_reset(f);
	d = *f->folder ? opendir(f->folder) : NULL;
	while (d && (entry = readdir(d))) {
		path_make(f->path, f, entry->d_name);
		if (entry->d_name[0] != '.' && unlink(f->path))
			rmdir(f->path);
	}
	if (d)
		closedir(d);
	if (*f->folder)
		rmdir(f->folder);
}

void rows_check(const struct row *rows, size_t nr)
{
	struct fixture f = {0};

	for (size_t i = 0; i < nr; i++) {
		struct arena a = {0};
		const char *text = arena_printf(
			&a, "%s%s%s%s%s%s%s", BASE_HEAD,
			rows[i].organization ? rows[i].organization : "", BASE_DIRECTORY,
			rows[i].ldap ? rows[i].ldap : "", BASE_BASES, BASE_RULES,
			rows[i].rest ? rows[i].rest : "");
		int rc = fixture_load(&f, text, strlen(text), SETTINGS_WITHOUT_SECRETS);

		assert_string_equal(f.printed, rows[i].printed);
		assert_int_equal(rc, *rows[i].printed ? -1 : 0);
		if (rc)
			assert_int_equal(f.e.kind, ERR_CONFIG);
		arena_free(&a);
	}
	fixture_end(&f);
}
