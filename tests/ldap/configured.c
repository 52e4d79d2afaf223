#include "configured.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdio.h>
#include <sys/stat.h>

#include "config/config.h"

struct configured {
	struct settings settings;
};

static void file_write(const char *path, const char *lines)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fchmod(fileno(f), 0600), 0); /* whatever the umask */
	fprintf(f,
		"organization: {id: acme, client_id: c, client_secret_env: LDAP_PASSWORD}\n"
		"directories:\n"
		"  - name: corp\n"
		"    ldap:\n"
		"%s"
		"rules:\n"
		"  - {group: team, seat: true}\n",
		lines);
	fclose(f);
}

const struct directory_settings *configured_open(struct configured **c, const char *dir,
						 const char *lines)
{
	struct config_faults faults = {0};
	struct err e;
	char path[128];

	snprintf(path, sizeof path, "%s/seatsync.yaml", dir);
	file_write(path, lines);
	*c = mem_resize(NULL, 1, sizeof **c);
	if (settings_load(&(*c)->settings, path, SETTINGS_WITH_SECRETS, &faults, &e)) {
		for (size_t i = 0; i < faults.list.nr; i++)
			print_error("%s\n", config_fault_text(&faults.arena, path,
							      &faults.list.items[i]));
		fail_msg("%s", e.text);
	}
	config_faults_free(&faults);
	return &(*c)->settings.directories[0];
}

void configured_close(struct configured *c)
{
	settings_clear(&c->settings);
	free(c);
}
