/* Faults K1, K2 and D9: where secrets may come from. */
#include "tests/config/fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define WITH(line)                                                                                 \
	"organization:\n  id: acme\n  client_id: robot\n  " line "\n" BASE_DIRECTORY BASE_BASES    \
		BASE_RULES
#define IN_FILE WITH("client_secret_file: secret")
#define AT      "f:4:23: organization.client_secret_file: "

static int load(struct fixture *f, const char *text)
{
	return fixture_load(f, text, strlen(text), SETTINGS_WITH_SECRETS);
}

static const char *secret_write(struct fixture *f, const char *bytes, size_t len, mode_t mode)
{
	const char *path = fixture_file(f, "secret", bytes, len);

	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static void one_line_end_is_stripped(void **state)
{
	static const struct {
		const char *bytes, *secret;
	} rows[] = {
		{"hunter2", "hunter2"},     {"hunter2\n", "hunter2"}, {"hunter2\r\n", "hunter2"},
		{" hunter2 \n", " hunter2 "}, {"h\xfcnter\n", "h\xfcnter"},
	};
	struct fixture f = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		secret_write(&f, rows[i].bytes, strlen(rows[i].bytes), 0400);
		assert_int_equal(load(&f, IN_FILE), 0);
		assert_string_equal(f.s.organization.client_secret, rows[i].secret);
		assert_int_equal(f.s.secrets_nr, 1);
		secret_write(&f, "", 0, 0600);
	}
	fixture_end(&f);
}

static void what_is_in_the_file_is_one_line(void **state)
{
	static const char large[4097] = "x";
	static const struct {
		const char *bytes;
		size_t len;
		const char *printed;
	} rows[] = {
		{"", 0, AT "names a file that is empty\n    hint: it holds one line, the secret\n"},
		{"\n", 1, AT "names a file that is empty\n    hint: it holds one line, the secret\n"},
		{"\r\n", 2, AT "names a file that is empty\n    hint: it holds one line, the secret\n"},
		{"a\n\n", 3, AT "names a file that has a control character or a second line in it\n"
				"    hint: it holds one line, the secret\n"},
		{"a\r", 2, AT "names a file that has a control character or a second line in it\n"
			      "    hint: it holds one line, the secret\n"},
		{"a\0b", 3, AT "names a file that has a control character or a second line in it\n"
			       "    hint: it holds one line, the secret\n"},
		{"a\x1b", 2, AT "names a file that has a control character or a second line in it\n"
				"    hint: it holds one line, the secret\n"},
		{large, sizeof large, AT "names a file that is larger than 4096 bytes\n"
					 "    hint: it holds nothing but the secret\n"},
	};
	struct fixture f = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		secret_write(&f, rows[i].bytes, rows[i].len, 0600);
		assert_int_equal(load(&f, IN_FILE), -1);
		assert_string_equal(f.printed, rows[i].printed);
		assert_int_equal(f.s.secrets_nr, 0);
	}
	fixture_end(&f);
}

static void owner_and_mode_must_be_right(void **state)
{
	static const mode_t modes[] = {0644, 0640, 0604, 0620, 0601, 0700 | 010};
	struct fixture f = {0};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		const char *path = secret_write(&f, "hunter2\n", 8, modes[i]);
		const char *expected = arena_printf(
			&a, AT "names a file that others may read or write\n    hint: chmod 600 %s\n",
			path);

		assert_int_equal(load(&f, IN_FILE), -1);
		assert_string_equal(f.printed, expected);
	}
	if (geteuid() == 0) {
		const char *path = secret_write(&f, "hunter2\n", 8, 0600);
		const char *expected = arena_printf(&a,
						    AT "names a file of another user\n    hint: chown "
						       "root %s, or to the user that runs seatsync\n",
						    path);

		assert_int_equal(chown(path, 65534, 65534), 0);
		assert_int_equal(load(&f, IN_FILE), -1);
		assert_string_equal(f.printed, expected);
	}
	arena_free(&a);
	fixture_end(&f);
}

static void only_a_regular_file_will_do(void **state)
{
	struct fixture f = {0};
	char path[256], target[256];

	(void)state;
	snprintf(target, sizeof target, "%s", secret_write(&f, "hunter2\n", 8, 0600));
	snprintf(path, sizeof path, "%s/x", f.folder);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(load(&f, WITH("client_secret_file: x")), -1);
	assert_string_equal(f.printed, AT "is a symbolic link\n    hint: name the file itself\n");
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(load(&f, WITH("client_secret_file: x")), -1);
	assert_string_equal(f.printed, AT "names no regular file\n");
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(load(&f, WITH("client_secret_file: x")), -1);
	assert_string_equal(f.printed, AT "names a folder\n");
	rmdir(path);
	assert_int_equal(load(&f, WITH("client_secret_file: x")), -1);
	assert_string_equal(f.printed,
			    AT "names a file that does not exist\n"
			       "    hint: a relative name is looked for in $CREDENTIALS_DIRECTORY, or "
			       "beside the configuration\n");
	assert_int_equal(load(&f, WITH("client_secret_file: /nowhere/x")), -1);
	assert_string_equal(f.printed,
			    AT "names a file that cannot be opened: No such file or directory\n");
	fixture_end(&f);
}

static void credentials_come_from_systemds_folder(void **state)
{
	struct fixture f = {0}, other = {0};
	const char *path = secret_write(&other, "from systemd\n", 13, 0400);

	(void)state;
	secret_write(&f, "beside\n", 7, 0400);
	setenv("CREDENTIALS_DIRECTORY", other.folder, 1);
	assert_int_equal(load(&f, IN_FILE), 0);
	assert_string_equal(f.s.organization.client_secret, "from systemd");

	/* The mask of an ACL shows as the group's bit there, and only there. */
	path = secret_write(&other, "from systemd\n", 13, 0440);
	assert_int_equal(load(&f, IN_FILE), 0);
	chmod(path, 0444);
	assert_int_equal(load(&f, IN_FILE), -1);
	unlink(path);
	assert_int_equal(load(&f, IN_FILE), -1);

	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(load(&f, IN_FILE), 0);
	assert_string_equal(f.s.organization.client_secret, "beside");
	fixture_end(&f);
	fixture_end(&other);
}

static void the_environment_is_the_other_way(void **state)
{
	struct fixture f = {0};

	(void)state;
	unsetenv("SEATSYNC_TEST_SECRET");
	assert_int_equal(load(&f, BASE), -1);
	assert_string_equal(f.printed, "f:4:22: organization.client_secret_env: names an environment "
				       "variable that is not set\n");
	setenv("SEATSYNC_TEST_SECRET", "", 1);
	assert_int_equal(load(&f, BASE), -1);
	assert_string_equal(f.printed, "f:4:22: organization.client_secret_env: names an environment "
				       "variable that is empty\n");
	setenv("SEATSYNC_TEST_SECRET", "hunter2", 1);
	assert_int_equal(load(&f, BASE), 0);
	assert_string_equal(f.s.organization.client_secret, "hunter2");
	assert_int_equal(load(&f, WITH("client_secret_env: 2X")), -1);
	assert_string_equal(f.printed, "f:4:22: organization.client_secret_env: is no name of an "
				       "environment variable\n");
	assert_int_equal(load(&f, WITH("rate: 5")), -1);
	assert_string_equal(f.printed, "f:2:3: organization.client_secret_file: is missing\n"
				       "    hint: or give client_secret_env\n");
	assert_int_equal(load(&f, WITH("client_secret_env: A\n  client_secret_file: b")), -1);
	assert_string_equal(f.printed, "f:4:22: organization.client_secret_env: is given beside "
				       "client_secret_file; only one may be\n");
	fixture_end(&f);
}

/* Every way to fail, with the secret in place: no text holds it (fault K3). */
static void no_text_ever_holds_a_secret(void **state)
{
	static const char canary[] = "canary-4711\nsecond line\n";
	struct fixture f = {0};

	(void)state;
	setenv("SEATSYNC_TEST_SECRET", canary, 1);
	secret_write(&f, canary, sizeof canary - 1, 0600);
	assert_int_equal(load(&f, IN_FILE), -1);
	assert_null(strstr(f.printed, "canary"));
	assert_int_equal(load(&f, BASE), -1);
	assert_null(strstr(f.printed, "canary"));
	assert_int_equal(load(&f, WITH("client_secret: canary-4711")), -1);
	assert_null(strstr(f.printed, "canary"));
	assert_int_equal(load(&f, WITH("client_secret_file: canary-4711")), -1);
	assert_null(strstr(f.printed, "canary"));
	assert_int_equal(load(&f, WITH("client_secret_env: canary-4711")), -1);
	assert_null(strstr(f.printed, "canary"));
	assert_int_equal(load(&f, WITH("url: https://u:canary-4711@x")), -1);
	assert_null(strstr(f.printed, "canary"));
	assert_null(strstr(f.e.text, "canary"));
	fixture_end(&f);
}

static void without_secrets_no_file_is_opened(void **state)
{
	struct fixture f = {0};

	(void)state;
	assert_int_equal(fixture_load(&f, IN_FILE, strlen(IN_FILE), SETTINGS_WITHOUT_SECRETS), 0);
	assert_null(f.s.organization.client_secret);
	fixture_end(&f);
}

static void a_directory_has_its_own(void **state)
{
	static const char text[] = BASE_HEAD BASE_DIRECTORY "      bind_dn: cn=x\n"
							    "      bind_password_file: secret\n"
		BASE_BASES BASE_RULES;
	struct fixture f = {0};

	(void)state;
	setenv("SEATSYNC_TEST_SECRET", "hunter2", 1);
	secret_write(&f, "of the directory\n", 17, 0600);
	assert_int_equal(load(&f, text), 0);
	assert_string_equal(f.s.directories[0].ldap.bind_password, "of the directory");
	assert_int_equal(f.s.secrets_nr, 2);
	secret_write(&f, "", 0, 0600); /* fault D9 */
	assert_int_equal(load(&f, text), -1);
	assert_string_equal(f.printed,
			    "f:10:27: directories[0].ldap.bind_password_file: names a file that is "
			    "empty\n    hint: it holds one line, the secret\n");
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_line_end_is_stripped),
		cmocka_unit_test(what_is_in_the_file_is_one_line),
		cmocka_unit_test(owner_and_mode_must_be_right),
		cmocka_unit_test(only_a_regular_file_will_do),
		cmocka_unit_test(credentials_come_from_systemds_folder),
		cmocka_unit_test(the_environment_is_the_other_way),
		cmocka_unit_test(no_text_ever_holds_a_secret),
		cmocka_unit_test(without_secrets_no_file_is_opened),
		cmocka_unit_test(a_directory_has_its_own),
	};
	unsetenv("CREDENTIALS_DIRECTORY");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
