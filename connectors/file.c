#include "connectors/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "agent/text.h"

/* ---- opening ------------------------------------------------------------------ */

static int file_judge(const struct file *f, struct err *e)
{
	const struct stat *st = &f->stat;

	if (!S_ISREG(st->st_mode))
		return err_set(e, ERR_FAILED, "%s: is no regular file; nothing was read", f->path);
	if (st->st_mode & S_IWOTH)
		return err_set(e, ERR_FAILED,
			       "%s: everybody may write it; nothing was read\nhint: chmod o-w %s",
			       f->path, f->path);
	if (st->st_size > FILE_SIZE_MAX)
		return err_set(e, ERR_FAILED, "%s: is larger than %d MiB; nothing was read",
			       f->path, FILE_SIZE_MAX >> 20);
	return 0;
}

int file_open(struct file *f, const char *path, int64_t deadline, struct err *e)
{
	f->path = path;
	f->deadline = deadline;
	/* NONBLOCK: a FIFO must not hold the run up. */
	f->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (f->fd < 0 || fstat(f->fd, &f->stat))
		return err_set(e, ERR_FAILED, "%s: cannot be opened: %s; nothing was read", path,
			       strerror(errno));
	return file_judge(f, e) ? -1 : file_rewind(f, e);
}

void file_close(struct file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

/* ---- reading ------------------------------------------------------------------ */

static int64_t seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

static int bytes_more(struct file *f, struct err *e)
{
	ssize_t got;

	if (seconds_now() > f->deadline)
		return err_set(e, ERR_FAILED,
			       "%s: the time for reading it is over; nothing of it is "
			       "used",
			       f->path);
	do
		got = read(f->fd, f->bytes, sizeof f->bytes);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_set(e, ERR_FAILED, "%s: cannot be read: %s; nothing of it is used",
			       f->path, strerror(errno));
	f->at = 0;
	f->have = (size_t)got;
	f->size += got;
	if (f->size > FILE_SIZE_MAX)
		return err_set(e, ERR_FAILED, "%s: is larger than %d MiB; nothing of it is used",
			       f->path, FILE_SIZE_MAX >> 20);
	return 0;
}

/* Marks that Unicode writers put in front: one is skipped, of the others we read none. */
static int mark_skip(struct file *f, struct err *e)
{
	static const char utf8[] = "\xef\xbb\xbf", little[] = "\xff\xfe", big[] = "\xfe\xff";

	if (f->have >= 3 && memcmp(f->bytes, utf8, 3) == 0)
		f->at = 3;
	else if (f->have >= 2 &&
		 (memcmp(f->bytes, little, 2) == 0 || memcmp(f->bytes, big, 2) == 0))
		return err_set(e, ERR_INCOMPLETE,
			       "%s: is UTF-16; nothing of it is used\n"
			       "hint: save it as UTF-8",
			       f->path);
	return 0;
}

int file_rewind(struct file *f, struct err *e)
{
	if (lseek(f->fd, 0, SEEK_SET) < 0)
		return err_set(e, ERR_FAILED, "%s: cannot be read: %s", f->path, strerror(errno));
	f->size = 0;
	f->line = 1;
	f->column = 0;
	f->last = 0;
	return bytes_more(f, e) ? -1 : mark_skip(f, e);
}

int file_peek(struct file *f, struct err *e)
{
	if (f->at == f->have) {
		if (bytes_more(f, e))
			return FILE_BROKEN;
		if (!f->have)
			return FILE_END;
	}
	return f->bytes[f->at];
}

int file_byte(struct file *f, struct err *e)
{
	int c = file_peek(f, e);

	if (c < 0)
		return c;
	f->at++;
	if (f->last == '\n') {
		f->line++;
		f->column = 0;
	}
	f->column += (c & 0xc0) != 0x80; /* characters, not bytes */
	return f->last = c;
}

int file_unchanged(const struct file *f, struct err *e)
{
	const struct stat *was = &f->stat;
	struct stat is;

	if (fstat(f->fd, &is))
		return err_set(e, ERR_FAILED, "%s: %s; nothing of it is used", f->path,
			       strerror(errno));
	if (is.st_size != was->st_size || f->size != was->st_size ||
	    is.st_mtim.tv_sec != was->st_mtim.tv_sec || is.st_mtim.tv_nsec != was->st_mtim.tv_nsec)
		return err_set(e, ERR_INCOMPLETE,
			       "%s: was written while it was read; nothing of it is used\n"
			       "hint: write a new file beside it and rename that one",
			       f->path);
	return 0;
}

/* ---- what is wrong with it ------------------------------------------------------ */

int file_fault(const struct file *f, unsigned line, unsigned column, struct err *e, const char *fmt,
	       ...)
{
	char text[ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return err_set(e, ERR_INCOMPLETE, "%.300s:%u:%u: %s", f->path, line, column, text);
}

const char *file_stale(struct arena *a, const struct file *f, int64_t now, int64_t max_age)
{
	int64_t age = now - f->stat.st_mtim.tv_sec;

	if (!max_age)
		return NULL;
	if (age < -FILE_CLOCK_SLACK)
		return arena_printf(a, "it is dated %s in the future, so its age is unknown",
				    duration_format(a, -age));
	if (age > max_age)
		return arena_printf(a, "it is %s old, older than max_age: %s",
				    duration_format(a, age), duration_format(a, max_age));
	return NULL;
}
