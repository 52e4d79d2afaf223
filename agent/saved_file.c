#include "agent/saved_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/outfile.h"
#include "config/bytes.h"

static void fd_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* ---- the place ----------------------------------------------------------------- */

static bool begins_like_one(const char *path)
{
	int fd CLEANUP(fd_close) = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char bytes[SAVED_WORD_MAX];
	size_t len;

	if (fd < 0 || bytes_read(fd, bytes, strlen(saved_mark), &len))
		return false;
	return len == strlen(saved_mark) && memcmp(bytes, saved_mark, len) == 0;
}

static int folder_check(const char *path, struct err *e)
{
	CLEANUP(arena_free) struct arena a = {0};

	if (access(dirname(arena_strdup(&a, path)), W_OK | X_OK) == 0)
		return 0;
	return err_set(e, ERR_FAILED, "%s: no plan can be written there: %s", path,
		       strerror(errno));
}

int saved_place(const char *path, struct err *e)
{
	struct stat there;

	if (lstat(path, &there)) {
		if (errno == ENOENT)
			return folder_check(path, e);
		return err_set(e, ERR_FAILED, "%s: cannot be looked at: %s", path, strerror(errno));
	}
	if (!S_ISREG(there.st_mode) || (there.st_size && !begins_like_one(path)))
		return err_set(e, ERR_REFUSED,
			       "%s: is there and is no saved plan; it was not written\n"
			       "hint: name a file that is not there yet, or an older plan",
			       path);
	return folder_check(path, e);
}

/* ---- writing --------------------------------------------------------------------- */

int saved_write(const char *path, const struct report *r, struct err *e)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out;
	int rc;

	if (!r->plan->complete)
		return err_set(e, ERR_INCOMPLETE,
			       "%s: no plan was written: not everything was read whole\n"
			       "hint: the plan's problems name what was not",
			       path);
	if (saved_place(path, e))
		return -1;
	out = open_memstream(&text, &len);
	BUG_IF(!out);
	report_plan_json(out, r);
	fclose(out);
	if (len > SAVED_SIZE_MAX)
		rc = err_set(e, ERR_REFUSED, "%s: no plan was written: it is larger than %d MiB",
			     path, SAVED_SIZE_MAX >> 20);
	else
		rc = outfile_write(path, OUTFILE_PRIVATE, text, len, e);
	free(text);
	return rc;
}

/* ---- reading ---------------------------------------------------------------------- */

static int file_check(int fd, size_t *size, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st))
		return err_set(e, ERR_FAILED, "cannot be read: %s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_REFUSED, "is no regular file");
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return err_set(e, ERR_REFUSED,
			       "can be written by others: it may not be the plan that was "
			       "approved\nhint: chmod go-w, and look at it again");
	if (st.st_size > SAVED_SIZE_MAX)
		return err_set(e, ERR_REFUSED, "is larger than %d MiB: no saved plan",
			       SAVED_SIZE_MAX >> 20);
	*size = (size_t)st.st_size;
	return 0;
}

static int file_read(const char *path, char **bytes, size_t *len, struct err *e)
{
	int fd CLEANUP(fd_close) = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	size_t size = 0;

	if (fd < 0)
		return err_set(e, ERR_FAILED, "cannot be read: %s", strerror(errno));
	if (file_check(fd, &size, e))
		return -1;
	/* one more than its size: what grows meanwhile does not fit its digest */
	*bytes = mem_resize(NULL, size + 1, 1);
	if (bytes_read(fd, *bytes, size + 1, len))
		return err_set(e, ERR_FAILED, "cannot be read: %s", strerror(errno));
	return 0;
}

int saved_read(struct saved *s, struct arena *a, const char *path, struct err *e)
{
	char *bytes = NULL;
	size_t len = 0;
	bool read = file_read(path, &bytes, &len, e) == 0 && saved_parse(s, a, bytes, len, e) == 0;

	free(bytes);
	return read ? 0 : err_wrap(e, "%s", path);
}
