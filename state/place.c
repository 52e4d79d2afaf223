/* Where the file lies, who may touch it, and the lock beside it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "agent/text.h"
#include "state/store.h"

enum {
	FOLDER_MODE = 0700,
	FILE_MODE = 0600,
	NOT_FOR_OTHERS = S_IWGRP | S_IRWXO, /* a group may read, the world may nothing */
	LOCK_TEXT_MAX = 256,
};

/* statfs(2).  A write-ahead log needs memory shared by all who open the file: one machine. */
const char *place_network_name(unsigned long filesystem)
{
	static const struct {
		unsigned long magic;
		const char *name;
	} networks[] = {
		{0x6969, "NFS"},        {0xff534d42, "CIFS"},     {0xfe534d42, "SMB"},
		{0x517b, "SMB"},        {0x65735546, "FUSE"},     {0x5346414f, "AFS"},
		{0x6b414653, "AFS"},    {0x00c36400, "Ceph"},     {0x01021997, "9P"},
		{0x01161970, "GFS2"},   {0x7461636f, "OCFS2"},    {0x0bd00bd0, "Lustre"},
		{0x47504653, "GPFS"},   {0x786f4256, "VirtualBox"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(networks); i++)
		if (networks[i].magic == filesystem)
			return networks[i].name;
	return NULL;
}

static void free_text(char **text)
{
	free(*text);
}

/* ---- the folder ----------------------------------------------------------- */

/* By errno. */
static int unreachable(const char *what, const char *path, struct err *e)
{
	return err_set(e, ERR_FAILED, "state %s %s: %s%s", what, path, strerror(errno),
		       errno == EACCES ? "\nhint: run as the user who owns it" : "");
}

static int folder_refuse_network(const char *folder, struct err *e)
{
	struct statfs fs;
	const char *name;

	if (statfs(folder, &fs))
		return err_set(e, ERR_FAILED, "state folder %s: %s", folder, strerror(errno));
	name = place_network_name((unsigned long)fs.f_type & 0xffffffffUL);
	if (!name)
		return 0;
	return err_set(e, ERR_STATE,
		       "state folder %s: lies on a network filesystem (%s), where the file could "
		       "be damaged\nhint: put state.path on a local disk",
		       folder, name);
}

static int mode_check(const char *what, const char *path, const struct stat *st, unsigned want,
		      struct err *e)
{
	if (!(st->st_mode & NOT_FOR_OTHERS))
		return 0;
	return err_set(e, ERR_STATE,
		       "state %s %s: open to others (mode %04o); it was not used\nhint: chmod %04o %s",
		       what, path, (unsigned)st->st_mode & 07777U, want, path);
}

/* root may run a state of another user; nobody else may. */
static int owner_check(const char *what, const char *path, const struct stat *st, struct err *e)
{
	uid_t self = geteuid();

	if (self == 0 || st->st_uid == self)
		return 0;
	return err_set(e, ERR_FAILED,
		       "state %s %s: belongs to user %u, this is user %u; it was not used\n"
		       "hint: run as the user who owns it",
		       what, path, (unsigned)st->st_uid, (unsigned)self);
}

static int folder_make(const char *folder, struct err *e)
{
	if (mkdir(folder, FOLDER_MODE))
		return errno == EEXIST ? 0
				       : err_set(e, ERR_FAILED, "state folder %s: cannot be made: %s",
						 folder, strerror(errno));
	if (chmod(folder, FOLDER_MODE)) /* whatever the umask took away */
		return err_set(e, ERR_FAILED, "state folder %s: %s", folder, strerror(errno));
	return 0;
}

static int folder_check(const char *folder, enum state_mode mode, struct err *e)
{
	struct stat st;

	if (stat(folder, &st))
		return unreachable("folder", folder, e);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_FAILED, "state folder %s: is no folder", folder);
	if (mode == STATE_RUN && owner_check("folder", folder, &st, e))
		return -1;
	if (mode_check("folder", folder, &st, FOLDER_MODE, e))
		return -1;
	return folder_refuse_network(folder, e);
}

/* ---- the file --------------------------------------------------------------- */

static int file_check(const char *path, enum state_mode mode, bool *exists, struct err *e)
{
	struct stat st;

	*exists = false;
	if (lstat(path, &st))
		return errno == ENOENT ? 0 : unreachable("file", path, e);
	if (S_ISLNK(st.st_mode))
		return err_set(e, ERR_STATE,
			       "state %s: is a symbolic link; it was not followed\n"
			       "hint: name the file itself in state.path",
			       path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_STATE, "state %s: is no regular file", path);
	if (st.st_nlink > 1)
		return err_set(e, ERR_STATE,
			       "state %s: has a second name (hard link); it was not used", path);
	if (mode == STATE_RUN && owner_check("file", path, &st, e))
		return -1;
	*exists = true;
	return mode_check("file", path, &st, FILE_MODE, e);
}

/*
 * A file shorter than its own count of pages has lost its end, unless a log
 * still holds what was to be copied into it.
 */
bool place_cut(const char *path, int64_t size)
{
	char *log CLEANUP(free_text) = NULL;
	struct stat st;

	if (asprintf(&log, "%s-wal", path) < 0 || (stat(log, &st) == 0 && st.st_size > 0))
		return false;
	return stat(path, &st) == 0 && st.st_size < size;
}

/* The folder of a resolved path. */
static const char *folder_of(const char *path, char folder[PATH_MAX])
{
	snprintf(folder, PATH_MAX, "%.*s", (int)(strrchr(path, '/') - path), path);
	return folder[0] ? folder : "/";
}

/* A file made by root in another user's folder is that user's. */
static int file_give(int fd, const char *path, struct err *e)
{
	char folder[PATH_MAX];
	struct stat st;

	if (geteuid() != 0 || stat(folder_of(path, folder), &st) || st.st_uid == 0)
		return 0;
	if (fchown(fd, st.st_uid, st.st_gid))
		return err_set(e, ERR_FAILED, "state %s: cannot be given to user %u: %s", path,
			       (unsigned)st.st_uid, strerror(errno));
	return 0;
}

/* Else the name of a new file could be lost with the power. */
static int folder_sync(const char *path, struct err *e)
{
	char folder[PATH_MAX];
	int fd = open(folder_of(path, folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed = fd < 0 || fsync(fd) ? -1 : 0;

	if (failed)
		err_set(e, ERR_FAILED, "state folder of %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return failed;
}

int place_make(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	int failed;

	if (fd < 0 && errno == EEXIST)
		return 0;
	if (fd < 0)
		return err_set(e, ERR_FAILED, "state %s: cannot be made: %s", path, strerror(errno));
	failed = fchmod(fd, FILE_MODE); /* whatever the umask took away */
	if (failed)
		err_set(e, ERR_FAILED, "state %s: %s", path, strerror(errno));
	else
		failed = file_give(fd, path, e) || folder_sync(path, e) ? -1 : 0;
	close(fd);
	return failed;
}

/* ---- both --------------------------------------------------------------------- */

/* The folder without links, then the name: a link in the folder's path is the system's business. */
static int path_split(const char *path, char folder[PATH_MAX], const char **name, struct err *e)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	*name = slash ? slash + 1 : path;
	if (!**name || len >= PATH_MAX - 1)
		return err_set(e, ERR_FAILED, "state %s: is no name of a file", path);
	if (len)
		memcpy(folder, path, len);
	else
		folder[len++] = slash ? '/' : '.';
	folder[len] = '\0';
	return 0;
}

int place_resolve(const char *path, enum state_mode mode, char **resolved, struct err *e)
{
	char folder[PATH_MAX];
	char *real CLEANUP(free_text) = NULL, *full CLEANUP(free_text) = NULL;
	const char *name;
	bool exists;

	if (path_split(path, folder, &name, e))
		return -1;
	if (mode == STATE_RUN && folder_make(folder, e))
		return -1;
	real = realpath(folder, NULL);
	if (!real && mode == STATE_READ && errno == ENOENT) {
		*resolved = NULL;
		return 0;
	}
	if (!real)
		return unreachable("folder", folder, e);
	if (asprintf(&full, "%s/%s", strcmp(real, "/") ? real : "", name) < 0)
		return err_set(e, ERR_FAILED, "state %s: no memory", path);
	if (folder_check(real, mode, e) || file_check(full, mode, &exists, e))
		return -1;
	*resolved = NULL;
	if (exists || mode == STATE_RUN) {
		*resolved = full;
		full = NULL;
	}
	return 0;
}

/* ---- the lock ------------------------------------------------------------------ */

static int lock_refuse(int fd, const char *path, struct err *e)
{
	char who[LOCK_TEXT_MAX] = "";
	ssize_t len = pread(fd, who, sizeof who - 1, 0);

	who[len > 0 ? len : 0] = '\0';
	who[strcspn(who, "\n")] = '\0';
	return err_set(e, ERR_LOCKED,
		       "another run (%s) holds the lock of the state %s; nothing was done\n"
		       "hint: wait for it to end",
		       who[0] ? who : "just started", path);
}

static const char stop_line[] = "stopped\n";

/* The last line, written by a signal: see place_stop_mark. */
static bool ends_stopped(const char *text, size_t len)
{
	size_t mark = strlen(stop_line);

	return len >= mark && str_eq(text + len - mark, stop_line);
}

/* The second line: "history SEQ HASH".  Anything else is no witness. */
static void witness_take(int fd, struct witness *w)
{
	static const char word[] = "history ";
	char text[LOCK_TEXT_MAX], *line, *end;
	ssize_t len = pread(fd, text, sizeof text - 1, 0);
	int64_t seq;

	*w = (struct witness){0};
	text[len > 0 ? len : 0] = '\0';
	w->stopped = ends_stopped(text, len > 0 ? (size_t)len : 0);
	line = strchr(text, '\n');
	if (!line || strncmp(line + 1, word, strlen(word)) != 0)
		return;
	errno = 0;
	seq = strtoll(line + 1 + strlen(word), &end, 10);
	if (errno || seq <= 0 || *end != ' ' || strcspn(end + 1, "\n") != sizeof w->hash - 1)
		return;
	memcpy(w->hash, end + 1, sizeof w->hash - 1);
	w->seq = seq;
}

void place_witness_read(const char *path, struct witness *w)
{
	char *name CLEANUP(free_text) = NULL;
	int fd = asprintf(&name, "%s.lock", path) < 0
			 ? -1
			 : open(name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	*w = (struct witness){0};
	if (fd < 0)
		return;
	witness_take(fd, w);
	close(fd);
}

int place_witness_write(int lock, utc now, const struct witness *w)
{
	char text[LOCK_TEXT_MAX], at[UTC_TEXT_SIZE];
	int len = snprintf(text, sizeof text, "pid %ld, started %s\n", (long)getpid(),
			   utc_format(at, now));

	if (w->seq)
		len += snprintf(text + len, sizeof text - (size_t)len, "history %lld %s\n",
				(long long)w->seq, w->hash);
	if (w->stopped)
		len += snprintf(text + len, sizeof text - (size_t)len, "%s", stop_line);
	return pwrite(lock, text, (size_t)len, 0) != len || ftruncate(lock, len) ? -1 : 0;
}

void place_stop_mark(int lock)
{
	ssize_t written = pwrite(lock, stop_line, strlen(stop_line), lseek(lock, 0, SEEK_END));

	(void)written; /* a signal has nobody to tell: then the run counts as one that died */
}

/* Never unlinked: two runs would each hold a lock on a file of its own. */
int place_lock(const char *path, utc now, int *lock, struct witness *w, struct err *e)
{
	char *name CLEANUP(free_text) = NULL;
	int fd, failed;

	if (asprintf(&name, "%s.lock", path) < 0)
		return err_set(e, ERR_FAILED, "state %s: no memory", path);
	fd = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, FILE_MODE);
	if (fd < 0)
		return err_set(e, ERR_FAILED, "state lock %s: %s", name, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		failed = errno == EWOULDBLOCK ? lock_refuse(fd, path, e)
					      : err_set(e, ERR_FAILED, "state lock %s: %s", name,
							strerror(errno));
	} else if (witness_take(fd, w), place_witness_write(fd, now, w)) {
		failed = err_set(e, ERR_FAILED, "state lock %s: %s", name, strerror(errno));
	} else {
		failed = file_give(fd, name, e);
	}
	if (failed)
		close(fd);
	else
		*lock = fd;
	return failed;
}
