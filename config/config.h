/*
 * config.h - the configuration file, checked: the only folder with YAML.
 *
 * One file for one organization.  Everything wrong with it is found at once
 * and told with file, line, column, key and the key probably meant.  Secrets
 * are read here, from files whose owner and mode are right or from a named
 * environment variable, never from the file itself.
 *
 *	struct settings s;
 *	struct config_faults faults = {0};
 *	if (settings_load(&s, path, SETTINGS_WITH_SECRETS, &faults, &err))
 *		... config_fault_text of each, exit STATUS_CONFIG
 *	settings_clear(&s);     // overwrites the secrets
 */
#ifndef SEATSYNC_CONFIG_H
#define SEATSYNC_CONFIG_H

#include "agent/policy.h"
#include "connectors/directory.h"
#include "connectors/platform.h"

struct settings {
	struct arena arena;                       /* owns every string below */
	struct platform_settings organization;
	struct directory_settings *directories;
	size_t directories_nr;
	struct policy policy;
	const char *state_path;
	int64_t keep;                             /* seconds of history */
	const char *metrics_file;                 /* NULL: none */
	const char *path;                         /* of the file itself */
	const char *digest;                       /* of all that stands in it */
	struct { char *bytes; size_t size; } *secrets; /* overwritten by settings_clear */
	size_t secrets_nr;
};

/* One thing that is wrong.  line and column from 1; 0: the file as a whole. */
struct config_fault {
	unsigned line, column;
	const char *key;  /* "directories[0].ldap.page_size"; NULL: not about a key */
	const char *text; /* "is not a number; counts go from 1 to 20000" */
	const char *hint; /* "did you mean page_size?"; NULL none */
};

struct config_faults {
	struct arena arena;
	VEC(struct config_fault) list; /* in the order of the file */
};

enum settings_secrets { SETTINGS_WITHOUT_SECRETS, SETTINGS_WITH_SECRETS };

/*
 * -1 with ERR_CONFIG when the file cannot be read or has faults; then *s is
 * empty.  *e alone says why a file cannot be read; when it has faults, *e
 * only counts them.  WITHOUT_SECRETS, for commands that only read the state, does not
 * open the secrets' files.  config_faults_free in both cases.
 */
int settings_load(struct settings *s, const char *path, enum settings_secrets secrets,
		  struct config_faults *faults, struct err *e);
void settings_clear(struct settings *s);
void config_faults_free(struct config_faults *faults);

/* "FILE:LINE:COLUMN: key: what is wrong", and behind "\nhint: " what to do; as it stands in the file. */
const char *config_fault_text(struct arena *a, const char *path, const struct config_fault *f);

#endif
