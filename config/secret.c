#include "config/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/bytes.h"
#include "config/check.h"

/* One more for what is too long, and the NUL. */
enum { ROOM = SECRET_MAX + 2 };

static void fd_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define AUTO_FD CLEANUP(fd_close) int

/* ---- where it lives --------------------------------------------------------------- */

static char *room_make(struct settings *s)
{
	char *bytes = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (bytes == MAP_FAILED)
		return NULL;
	/* At best effort: a small RLIMIT_MEMLOCK is no reason not to run. */
	(void)mlock(bytes, ROOM);
	(void)madvise(bytes, ROOM, MADV_DONTDUMP);
	s->secrets = mem_resize(s->secrets, s->secrets_nr + 1, sizeof *s->secrets);
	s->secrets[s->secrets_nr].bytes = bytes;
	s->secrets[s->secrets_nr].size = ROOM;
	s->secrets_nr++;
	return bytes;
}

void secrets_clear(struct settings *s)
{
	for (size_t i = 0; i < s->secrets_nr; i++) {
		explicit_bzero(s->secrets[i].bytes, s->secrets[i].size);
		munmap(s->secrets[i].bytes, s->secrets[i].size);
	}
	free(s->secrets);
	s->secrets = NULL;
	s->secrets_nr = 0;
}

/* ---- what it may be ------------------------------------------------------------------ */

/* One line of text; strips one line end. */
static int secret_check(char *bytes, size_t len, const char **why)
{
	if (len > SECRET_MAX) {
		*why = "is larger than 4096 bytes";
		return -1;
	}
	if (len && bytes[len - 1] == '\n') {
		bytes[--len] = '\0';
		if (len && bytes[len - 1] == '\r')
			bytes[--len] = '\0';
	}
	if (len < 1) {
		*why = "is empty";
		return -1;
	}
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)bytes[i] < ' ' || bytes[i] == 0x7f) {
			*why = "has a control character or a second line in it";
			return -1;
		}
	return 0;
}

/* ---- files ------------------------------------------------------------------------------ */

/* systemd's LoadCredential= puts files there; under it alone is a relative name looked for. */
static const char *secret_path(struct bind *b, const char *name, bool *credential)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");

	*credential = folder && *folder;
	if (name[0] != '/')
		return arena_printf(b->a, "%s/%s", *credential ? folder : b->folder, name);
	*credential = *credential && strncmp(name, folder, strlen(folder)) == 0 &&
		      name[strlen(folder)] == '/';
	return name;
}

static int open_fail(struct bind *b, const struct node *n, int error)
{
	if (error == ELOOP)
		return fault_at(b->faults, n, "name the file itself", "is a symbolic link");
	if (error == ENOENT && n->text[0] != '/')
		return fault_at(b->faults, n,
				"a relative name is looked for in $CREDENTIALS_DIRECTORY, or "
				"beside the configuration",
				"names a file that does not exist");
	return fault_at(b->faults, n, NULL, "names a file that cannot be opened: %s",
			strerror(error));
}

/*
 * A credential on a file system with ACLs shows its mask as the group's read
 * bit; its folder is closed to everybody else (systemd.exec(5)).
 */
static int file_check(struct bind *b, const struct node *n, const char *path, const struct stat *st,
		      bool credential)
{
	struct arena *a = &b->faults->arena;
	mode_t others = credential ? 037 : 077;

	if (S_ISDIR(st->st_mode))
		return fault_at(b->faults, n, NULL, "names a folder");
	if (!S_ISREG(st->st_mode))
		return fault_at(b->faults, n, NULL, "names no regular file");
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return fault_at(
			b->faults, n,
			arena_printf(a, "chown root %s, or to the user that runs seatsync", path),
			"names a file of another user");
	if (st->st_mode & others)
		return fault_at(b->faults, n, arena_printf(a, "chmod 600 %s", path),
				"names a file that others may read or write");
	if (st->st_size > SECRET_MAX)
		return fault_at(b->faults, n, "it holds nothing but the secret",
				"names a file that is larger than 4096 bytes");
	return 0;
}

/* A descriptor of the file, which is safe; -1 with a fault. */
static int file_open(struct bind *b, const struct node *n, const char **path)
{
	bool credential;
	struct stat st;
	int fd;

	*path = secret_path(b, n->text, &credential);
	/* NONBLOCK: a FIFO must not hold the run up. */
	fd = open(*path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st))
		open_fail(b, n, errno);
	else if (file_check(b, n, *path, &st, credential) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

const char *secret_file(struct bind *b, const struct node *n)
{
	struct shape x = {.a = b->a};
	const char *path;
	int fd;

	/* A name that is none is told already. */
	if (n->kind != NODE_SCALAR || !shape_text(&x, n->text))
		return NULL;
	fd = file_open(b, n, &path);
	if (fd < 0)
		return NULL;
	close(fd);
	return path;
}

static const char *file_read(struct bind *b, const struct node *n, char *room)
{
	const char *path, *why;
	AUTO_FD fd = file_open(b, n, &path);
	size_t len;

	if (fd < 0)
		return NULL;
	if (bytes_read(fd, room, ROOM - 1, &len)) {
		fault_at(b->faults, n, NULL, "names a file that cannot be read: %s",
			 strerror(errno));
		return NULL;
	}
	if (secret_check(room, len, &why)) {
		fault_at(b->faults, n, "it holds one line, the secret", "names a file that %s",
			 why);
		return NULL;
	}
	return room;
}

/* ---- environment --------------------------------------------------------------------------- */

static const char *variable_read(struct bind *b, const struct node *n, char *room)
{
	const char *value = getenv(n->text), *why;

	if (!value) {
		fault_at(b->faults, n, NULL, "names an environment variable that is not set");
		return NULL;
	}
	memcpy(room, value, strnlen(value, ROOM - 1));
	if (secret_check(room, strlen(room), &why)) {
		fault_at(b->faults, n, NULL, "names an environment variable that %s", why);
		return NULL;
	}
	return room;
}

/* ---- either ---------------------------------------------------------------------- */

void secret_find(struct secret *secret, struct bind *b, const struct node *map)
{
	secret->file = node_given(map, secret->file_key);
	secret->variable = node_given(map, secret->variable_key);
	if (secret->file && secret->variable)
		fault_at(b->faults, secret->variable, NULL, "is given beside %s; only one may be",
			 secret->file_key);
}

const char *secret_read(const struct secret *secret, struct bind *b, struct settings *s)
{
	const struct node *n = secret->file ? secret->file : secret->variable;
	struct shape x = {.a = b->a};
	const char *bytes;
	char *room;

	/* A name that is none is told already. */
	if (n->kind != NODE_SCALAR || (secret->file && secret->variable) ||
	    !shape_text(&x, n->text) || (!secret->file && !shape_variable(&x, n->text)))
		return NULL;
	room = room_make(s);
	if (!room) {
		fault_at(b->faults, n, NULL, "cannot be read: there is no memory for it");
		return NULL;
	}
	bytes = n == secret->file ? file_read(b, n, room) : variable_read(b, n, room);
	if (!bytes)
		explicit_bzero(room, ROOM);
	return bytes;
}
