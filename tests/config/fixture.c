#include "tests/config/fixture.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static void path_make(char path[512], struct fixture *f, const char *name)
{
	const char *tmp = getenv("TMPDIR");

	if (!*f->folder) {
		snprintf(f->folder, sizeof f->folder, "%.40s/seatsync-config-XXXXXX",
			 tmp ? tmp : "/tmp");
		BUG_IF(!mkdtemp(f->folder));
	}
	snprintf(path, 512, "%s/%s", f->folder, name);
}

static void file_write(const char *path, const char *bytes, size_t len)
{
	FILE *out = fopen(path, "w");

	BUG_IF(!out || fwrite(bytes, 1, len, out) != len || fclose(out));
}

const char *fixture_file(struct fixture *f, const char *name, const char *bytes, size_t len)
{
	path_make(f->path, f, name);
	file_write(f->path, bytes, len);
	return f->path;
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
	config_faults_print(out, "f", &f->faults);
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
