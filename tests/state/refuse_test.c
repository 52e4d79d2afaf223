/* What is refused when a state is opened, by fault; nothing of it is ever changed. */
#include "fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sched.h>
#include <unistd.h>

#include "state/store.h"

static int opened(struct fixture *f, enum state_mode mode)
{
	return state_open(&f->s, f->path, "acme", mode, f->now, &f->e);
}

static void file_write(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
	assert_int_equal(chmod(path, 0600), 0);
}

static unsigned char *file_bytes(const char *path, size_t *len)
{
	FILE *file = fopen(path, "r");
	unsigned char *bytes = malloc(1 << 22);

	assert_non_null(file);
	*len = fread(bytes, 1, 1 << 22, file);
	fclose(file);
	return bytes;
}

static void state_made(struct fixture *f)
{
	struct plan *p = plan_begin(f);

	for (int i = 0; i < 40; i++)
		plan_account(f, p, arena_printf(&f->a, "person-%d@example.com", i));
	fixture_open(f, STATE_RUN);
	run_whole(f, p);
	fixture_close(f);
}

/* Refused, with the words, in both modes, and every byte still there. */
static void both_refuse(struct fixture *f, enum err_kind kind, const char *words)
{
	size_t before_len, after_len;
	unsigned char *before = file_bytes(f->path, &before_len), *after;

	REFUSED(opened(f, STATE_RUN), kind, words);
	REFUSED(opened(f, STATE_READ), kind, words);
	after = file_bytes(f->path, &after_len);
	assert_int_equal(before_len, after_len);
	assert_memory_equal(before, after, before_len);
	free(before);
	free(after);
}

/* ---- L4, L5: damaged, foreign, newer ---------------------------------------- */

static void l4_not_a_database(void **state)
{
	struct fixture *f = *state;
	char text[8192];

	memset(text, 'x', sizeof text);
	file_write(f->path, text, sizeof text);
	both_refuse(f, ERR_STATE, "damaged");
	file_write(f->path, "hello", 5);
	both_refuse(f, ERR_STATE, "damaged");
}

static void l4_truncated(void **state)
{
	struct fixture *f = *state;
	struct known k;
	size_t len;

	state_made(f);
	free(file_bytes(f->path, &len));
	for (size_t keep = 100; keep < len; keep += 1000) {
		int failed;

		assert_int_equal(truncate(f->path, (off_t)(len - keep)), 0);
		failed = opened(f, STATE_READ) || state_load(f->s, &f->a, f->now, &k, &f->e);
		if (!failed)
			fail_msg("%zu bytes fewer go unseen", keep);
		assert_int_equal(f->e.kind, ERR_STATE);
		fixture_close(f);
	}
}

/* Any page overwritten: refused or harmless, and never a crash. */
static void l4_garbage(void **state)
{
	struct fixture *f = *state;
	size_t len, refused = 0;
	unsigned char *bytes;

	state_made(f);
	bytes = file_bytes(f->path, &len);
	for (size_t page = 0; page < len / 4096; page++) {
		unsigned char *copy = malloc(len);
		struct known k;
		size_t links;

		memcpy(copy, bytes, len);
		for (size_t i = 0; i < 4096; i++)
			copy[page * 4096 + i] = (unsigned char)(i * 7 + page);
		file_write(f->path, copy, len);
		free(copy);
		if (opened(f, STATE_RUN) || state_load(f->s, &f->a, f->now, &k, &f->e) ||
		    state_history_verify(f->s, &links, &f->e)) {
			refused++;
			assert_int_equal(f->e.kind, ERR_STATE);
		}
		fixture_close(f);
	}
	free(bytes);
	if (refused != len / 4096)
		fail_msg("%zu pages of %zu go unseen", len / 4096 - refused, len / 4096);
}

static void l5_newer(void **state)
{
	struct fixture *f = *state;

	state_made(f);
	fixture_sql(f, "PRAGMA user_version = 99");
	both_refuse(f, ERR_STATE, "newer seatsync");
}

static void l5_foreign(void **state)
{
	struct fixture *f = *state;

	fixture_sql(f, "CREATE TABLE theirs (a)");
	assert_int_equal(chmod(f->path, 0600), 0);
	both_refuse(f, ERR_STATE, "another program");
	fixture_sql(f, "PRAGMA application_id = 7; DROP TABLE theirs");
	both_refuse(f, ERR_STATE, "another program");
}

static void other_organization(void **state)
{
	struct fixture *f = *state;

	state_made(f);
	REFUSED(state_open(&f->s, f->path, "other", STATE_RUN, f->now, &f->e), ERR_STATE,
		"belongs to the organization acme");
	REFUSED(state_open(&f->s, f->path, "other", STATE_READ, f->now, &f->e), ERR_STATE,
		"belongs to the organization acme");
}

/* ---- K4, L9: who may touch it ----------------------------------------------------- */

static void k4_open_to_others(void **state)
{
	static const mode_t folders[] = {0777, 0755, 0701, 0720, 0770}, files[] = {0666, 0644, 0620};
	struct fixture *f = *state;

	state_made(f);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		chmod(f->folder, folders[i]);
		both_refuse(f, ERR_STATE, "chmod 0700");
	}
	chmod(f->folder, 0750); /* a group may look */
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		chmod(f->path, files[i]);
		both_refuse(f, ERR_STATE, "chmod 0600");
	}
	chmod(f->path, 0640);
	fixture_open(f, STATE_RUN);
}

static void k4_made_private_whatever_the_umask(void **state)
{
	static const mode_t masks[] = {0, 022, 0077, 0177};
	struct fixture *f = *state;
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(masks); i++) {
		mode_t old = umask(masks[i]);

		snprintf(f->path, sizeof f->path, "%s/in%zu/acme.db", f->folder, i);
		fixture_open(f, STATE_RUN);
		umask(old);
		assert_int_equal(stat(f->path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		*strrchr(f->path, '/') = '\0';
		assert_int_equal(stat(f->path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0700);
		fixture_close(f);
	}
}

static void l9_links_and_oddities(void **state)
{
	struct fixture *f = *state;
	char real[128], lock[128];

	state_made(f);
	snprintf(real, sizeof real, "%s/real.db", f->folder);
	assert_int_equal(rename(f->path, real), 0);
	assert_int_equal(symlink(real, f->path), 0);
	both_refuse(f, ERR_STATE, "symbolic link");
	unlink(f->path);
	assert_int_equal(link(real, f->path), 0);
	both_refuse(f, ERR_STATE, "hard link");
	unlink(f->path);
	assert_int_equal(mkfifo(f->path, 0600), 0);
	REFUSED(opened(f, STATE_RUN), ERR_STATE, "no regular file");
	unlink(f->path);
	assert_int_equal(mkdir(f->path, 0700), 0);
	REFUSED(opened(f, STATE_RUN), ERR_STATE, "no regular file");
	rmdir(f->path);
	snprintf(lock, sizeof lock, "%s.lock", f->path);
	unlink(lock);
	assert_int_equal(symlink(real, lock), 0);
	assert_int_equal(rename(real, f->path), 0);
	assert_int_equal(opened(f, STATE_RUN), -1);
}

/* DynamicUser= makes /var/lib/seatsync a link: a linked folder is followed, and checked. */
static void l9_linked_folder_is_followed(void **state)
{
	struct fixture *f = *state;
	char real[96], link_name[96];

	snprintf(real, sizeof real, "%s/private", f->folder);
	snprintf(link_name, sizeof link_name, "%s/link", f->folder);
	assert_int_equal(mkdir(real, 0700), 0);
	assert_int_equal(symlink(real, link_name), 0);
	snprintf(f->path, sizeof f->path, "%s/link/acme.db", f->folder);
	state_made(f);
	chmod(real, 0755);
	both_refuse(f, ERR_STATE, "chmod 0700");
}

/* The log and its index may be lost after a clean end; a torn journal of old is ignored. */
static void l9_companions_lost(void **state)
{
	struct fixture *f = *state;
	char name[128];
	struct known k;

	state_made(f);
	snprintf(name, sizeof name, "%s-wal", f->path);
	assert_int_equal(unlink(name), 0);
	snprintf(name, sizeof name, "%s-shm", f->path);
	assert_int_equal(unlink(name), 0);
	fixture_open(f, STATE_READ);
	fixture_load(f, &k);
	assert_int_equal(k.accounts_nr, 40);
	fixture_close(f);
	snprintf(name, sizeof name, "%s-journal", f->path);
	file_write(name, "not a journal", 13);
	fixture_open(f, STATE_RUN);
	fixture_load(f, &k);
	assert_int_equal(k.accounts_nr, 40);
}

/* ---- L3, L8: where it lies ---------------------------------------------------------- */

static void l8_network_filesystems(void **state)
{
	(void)state;
	assert_string_equal(place_network_name(0x6969), "NFS");
	assert_string_equal(place_network_name(0xff534d42), "CIFS");
	assert_string_equal(place_network_name(0x65735546), "FUSE");
	assert_null(place_network_name(0xef53));     /* ext4 */
	assert_null(place_network_name(0x01021994)); /* tmpfs */
	assert_null(place_network_name(0x58465342)); /* xfs */
	assert_null(place_network_name(0x794c7630)); /* overlay */
}

/* Runs `test` in a child, where it may change user or mounts; false: not allowed here. */
static bool in_child(struct fixture *f, bool (*test)(struct fixture *f))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child)
		_exit(!test(f) ? 77 : 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 77)
		fail_msg("child: status %d", WEXITSTATUS(status));
	return WEXITSTATUS(status) == 0;
}

static bool read_only_mount(struct fixture *f)
{
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount(f->folder, f->folder, NULL, MS_BIND, NULL) ||
	    mount(NULL, f->folder, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL))
		return false;
	if (opened(f, STATE_RUN) != -1 || f->e.kind != ERR_FAILED ||
	    !strstr(f->e.text, "Read-only file system"))
		_exit(1);
	if (opened(f, STATE_READ))
		_exit(2);
	return true;
}

static void l3_read_only_filesystem(void **state)
{
	struct fixture *f = *state;

	state_made(f);
	if (!in_child(f, read_only_mount))
		skip();
}

static bool as_nobody(struct fixture *f)
{
	if (setgid(65534) || setuid(65534))
		return false;
	if (opened(f, STATE_RUN) != -1 || !strstr(f->e.text, "belongs to user 0"))
		_exit(1);
	return true;
}

static void l3_wrong_owner(void **state)
{
	struct fixture *f = *state;

	if (geteuid() != 0)
		skip();
	state_made(f);
	assert_true(in_child(f, as_nobody));
}

/* Who may not read it is told what to do; a group that may read the files reads them. */
static bool reads_as_group(struct fixture *f)
{
	static const char *const names[] = {"", "-wal", "-shm"};
	struct known k;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *name = arena_printf(&f->a, "%s%s", f->path, names[i]);

		if (chown(name, 0, 65534) || chmod(name, 0640))
			return false;
	}
	if (chown(f->folder, 0, 65534) || chmod(f->folder, 0750) || setgid(65534) || setuid(65534))
		return false;
	if (opened(f, STATE_READ) || state_load(f->s, &f->a, f->now, &k, &f->e)) {
		fputs(f->e.text, stderr);
		_exit(1);
	}
	return k.accounts_nr == 40;
}

static bool cannot_read(struct fixture *f)
{
	if (setgid(65534) || setuid(65534))
		return false;
	if (opened(f, STATE_READ) != -1 || !strstr(f->e.text, "hint: run as the user who owns it"))
		_exit(1);
	return true;
}

static void readers_of_another_user(void **state)
{
	struct fixture *f = *state;

	if (geteuid() != 0)
		skip();
	state_made(f);
	assert_true(in_child(f, cannot_read));
	assert_true(in_child(f, reads_as_group));
}

/* root may run another user's state, and leaves nothing behind that this user cannot write. */
static void l3_root_gives_files_to_the_owner(void **state)
{
	static const char *const names[] = {"", "-wal", "-shm", ".lock"};
	struct fixture *f = *state;
	char name[128];
	struct stat st;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(f->folder, 65534, 65534), 0);
	state_made(f);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(name, sizeof name, "%s%s", f->path, names[i]);
		assert_int_equal(stat(name, &st), 0);
		assert_int_equal(st.st_uid, 65534);
		assert_int_equal(st.st_mode & 07777, 0600);
	}
}

static void folder_missing(void **state)
{
	struct fixture *f = *state;

	snprintf(f->path, sizeof f->path, "%s/no/where/acme.db", f->folder);
	REFUSED(opened(f, STATE_RUN), ERR_FAILED, "cannot be made");
	snprintf(f->path, sizeof f->path, "%s/", f->folder);
	REFUSED(opened(f, STATE_RUN), ERR_FAILED, "no name of a file");
}

/* ---- X1: one run at a time ------------------------------------------------------------- */

static void x1_second_run(void **state)
{
	struct fixture *f = *state;
	struct state *second;
	char pid[32];
	struct known k;

	fixture_open(f, STATE_RUN);
	snprintf(pid, sizeof pid, "pid %ld, started 20", (long)getpid());
	REFUSED(state_open(&second, f->path, "acme", STATE_RUN, f->now, &f->e), ERR_LOCKED, pid);
	MUST(state_open(&second, f->path, "acme", STATE_READ, f->now, &f->e));
	MUST(state_load(second, &f->a, f->now, &k, &f->e));
	state_close(second);
	fixture_close(f);
	fixture_open(f, STATE_RUN);
}

/* A reader sees the last commit while a transaction is open, and does not wait. */
static void x1_reader_during_a_write(void **state)
{
	struct fixture *f = *state;
	struct known k;

	state_made(f);
	fixture_open(f, STATE_RUN);
	MUST(state_begin(f->s, &f->e));
	MUST(state_script(f->s, "DELETE FROM account", &f->e));
	{
		struct fixture other = {.now = f->now};

		memcpy(other.path, f->path, sizeof other.path);
		fixture_open(&other, STATE_READ);
		fixture_load(&other, &k);
		assert_int_equal(k.accounts_nr, 40);
		fixture_close(&other);
		arena_free(&other.a);
	}
	state_rollback(f->s);
}

/* ---- reading makes nothing ------------------------------------------------------------------ */

static size_t names_count(const char *folder)
{
	DIR *d = opendir(folder);
	size_t nr = 0;

	assert_non_null(d);
	while (readdir(d))
		nr++;
	closedir(d);
	return nr;
}

static void reading_makes_nothing(void **state)
{
	struct fixture *f = *state;
	struct state_summary summary;
	struct known k;
	size_t links, before;

	fixture_open(f, STATE_READ);
	fixture_load(f, &k);
	assert_true(k.fresh);
	assert_int_equal(k.last_time, 0);
	MUST(state_summary(f->s, &f->a, &summary, &f->e));
	assert_true(summary.fresh);
	MUST(state_history_verify(f->s, &links, &f->e));
	fixture_close(f);
	assert_int_equal(names_count(f->folder), 2);
	file_write(f->path, "", 0);
	fixture_open(f, STATE_READ);
	fixture_close(f);
	assert_int_equal(names_count(f->folder), 3);
	state_made(f);
	before = names_count(f->folder);
	fixture_open(f, STATE_READ);
	fixture_load(f, &k);
	assert_int_equal(k.accounts_nr, 40);
	fixture_close(f);
	assert_int_equal(names_count(f->folder), before);
	snprintf(f->path, sizeof f->path, "%s/none/acme.db", f->folder);
	fixture_open(f, STATE_READ);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)
		T(l4_not_a_database),
		T(l4_truncated),
		T(l4_garbage),
		T(l5_newer),
		T(l5_foreign),
		T(other_organization),
		T(k4_open_to_others),
		T(k4_made_private_whatever_the_umask),
		T(l9_links_and_oddities),
		T(l9_linked_folder_is_followed),
		T(l9_companions_lost),
		T(l8_network_filesystems),
		T(l3_read_only_filesystem),
		T(l3_wrong_owner),
		T(readers_of_another_user),
		T(l3_root_gives_files_to_the_owner),
		T(folder_missing),
		T(x1_second_run),
		T(x1_reader_during_a_write),
		T(reading_makes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
