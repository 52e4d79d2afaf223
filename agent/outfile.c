#include "agent/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(struct err *e, const char *path, const char *what)
{
	return err_set(e, ERR_FAILED, "%s: %s: %s; it was not written", path, what, strerror(errno));
}

static void descriptor_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int place_check(const char *path, struct err *e)
{
	struct stat there;

	if (lstat(path, &there)) {
		if (errno == ENOENT)
			return 0;
		return fail(e, path, "cannot be looked at");
	}
	if (S_ISREG(there.st_mode))
		return 0;
	return err_set(e, ERR_FAILED, "%s: is there and is no regular file; it was not written\n"
				      "hint: name a file, new or to be replaced", path);
}

static int bytes_write(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return fsync(fd);
}

/* So that the new name survives a power cut, where the file system can do that. */
static void folder_sync(struct arena *a, const char *path)
{
	CLEANUP(descriptor_close) int fd =
		open(dirname(arena_strdup(a, path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		(void)fsync(fd);
}

int outfile_write(const char *path, enum outfile_mode mode, const void *bytes, size_t len,
		  struct err *e)
{
	CLEANUP(arena_free) struct arena a = {0};
	char *made = arena_printf(&a, "%s.XXXXXX", path);
	CLEANUP(descriptor_close) int fd = -1;

	if (place_check(path, e))
		return -1;
	fd = mkstemp(made); /* 0600 */
	if (fd < 0)
		return fail(e, path, "cannot be made");
	if (fchmod(fd, mode) || bytes_write(fd, bytes, len) || rename(made, path)) {
		fail(e, path, "cannot be written");
		unlink(made);
		return -1;
	}
	folder_sync(&a, path);
	return 0;
}
