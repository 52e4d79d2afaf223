/* Any bytes as a file of people: refused with a reason, or a reading that holds together. */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connectors/file_directory.h"
#include "connectors/ldap_file.h"
#include "tests/fuzz/sound.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char *const none[] = {NULL};
static const char *const ignore[] = {"phone", NULL};

static void file_try(const struct directory_ops *ops, const struct directory_settings *s)
{
	struct directory *d;
	struct arena a = {0};
	struct reading r;
	struct err e = {0};

	BUG_IF(ops->open(&d, s, &e));
	if (ops->read(d, &a, NULL, INT64_MAX, &r, &e))
		BUG_IF(!e.kind || !*e.text);
	else
		reading_sound(&r);
	ops->close(d);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct directory_settings s = {
		.name = "list",
		.ldap = {.people = {.id = "entryUUID",
				    .email = "mail",
				    .given_name = "givenName",
				    .aliases = none,
				    .disabled = "locked"},
			 .groups = {.name = "cn", .member = "member", .nested = true}},
		.file = {.ignore = ignore, .people_class = "person", .groups_class = "group"},
	};
	int fd = memfd_create("list", MFD_CLOEXEC);
	char path[32];

	BUG_IF(fd < 0 || fchmod(fd, 0600) || write(fd, bytes, len) != (ssize_t)len);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	s.file.path = path;
	file_try(&directory_csv, &s);
	file_try(&directory_ldif, &s);
	s.ldap.groups.member = "memberUid";
	s.file.missing_gone = true;
	file_try(&directory_ldif, &s);
	close(fd);
	return 0;
}
