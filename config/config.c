#include "config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/text.h"
#include "config/bytes.h"
#include "config/check.h"
#include "config/fingerprint.h"
#include "config/secret.h"

/* ---- the file ------------------------------------------------------------------ */

/* NULL when it could be read, else why not. */
static const char *file_read(const char *path, char *bytes, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	const char *why = NULL;
	struct stat st;

	if (fd < 0)
		return strerror(errno);
	if (fstat(fd, &st))
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "it is no regular file";
	else if (bytes_read(fd, bytes, CONFIG_MAX + 1, len))
		why = strerror(errno);
	close(fd);
	return why;
}

static const char *folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	return arena_strndup(a, path, slash == path ? 1 : (size_t)(slash - path));
}

/* ---- settings -------------------------------------------------------------------- */

static void settings_fill(struct settings *s, const struct node *root,
			  enum settings_secrets secrets, struct config_faults *faults)
{
	struct bind b = {.a = &s->arena, .folder = folder_of(&s->arena, s->path), .faults = faults};

	if (root->kind != NODE_MAP) {
		if (root->kind != NODE_BROKEN)
			fault_at(faults, root, NULL, "the file holds no keys and values");
		return;
	}
	section_bind(&b, &section_root, root, s);
	settings_check(&b, root, s, secrets);
}

static void settings_read(struct settings *s, const char *bytes, size_t len,
			  enum settings_secrets secrets, struct config_faults *faults)
{
	struct arena tree = {0};
	const struct node *root = tree_read(&tree, bytes, len, faults);

	if (root)
		settings_fill(s, root, secrets, faults);
	arena_free(&tree);
}

int settings_load(struct settings *s, const char *path, enum settings_secrets secrets,
		  struct config_faults *faults, struct err *e)
{
	char *bytes = mem_resize(NULL, CONFIG_MAX + 1, 1);
	const char *shown = text_shown(&faults->arena, path), *why;
	size_t len = 0;

	memset(s, 0, sizeof *s);
	s->path = arena_strdup(&s->arena, path);
	why = file_read(path, bytes, &len);
	if (!why)
		settings_read(s, bytes, len, secrets, faults);
	if (!why && !faults->list.nr) {
		bytes[len] = '\0'; /* what is larger, or holds one, has a fault */
		s->digest = file_digest(&s->arena, bytes);
		s->policy.fingerprint = fingerprint_make(&s->arena, s);
	}
	free(bytes);
	if (s->digest)
		return 0;
	settings_clear(s);
	if (why)
		return err_set(e, ERR_CONFIG,
			       "the configuration %s cannot be read: %s; nothing was done\n"
			       "hint: name another with -c FILE",
			       shown, why);
	faults_sort(faults);
	return err_set(e, ERR_CONFIG, "the configuration %s has %zu fault%s; nothing was done",
		       shown, faults->list.nr, faults->list.nr == 1 ? "" : "s");
}

void settings_clear(struct settings *s)
{
	secrets_clear(s);
	arena_free(&s->arena);
	memset(s, 0, sizeof *s);
}
