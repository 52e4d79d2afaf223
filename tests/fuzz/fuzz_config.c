/* Any bytes as a configuration: refused with reasons in order, or loaded whole. */
#include <sys/mman.h>
#include <unistd.h>

#include "agent/text.h"
#include "config/config.h"
#include "config/fault.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void faults_sound(const struct config_faults *faults)
{
	BUG_IF(faults->list.nr > FAULTS_MAX + 1);
	for (size_t i = 0; i < faults->list.nr; i++) {
		const struct config_fault *f = &faults->list.items[i];

		BUG_IF(!*f->text);
		BUG_IF(utf8_valid(f->text, strlen(f->text)) != strlen(f->text));
		BUG_IF(i && f->line && f->line < f[-1].line);
	}
}

static void settings_sound(const struct settings *s)
{
	BUG_IF(!s->organization.org_id || !s->organization.url || !s->organization.token_url);
	BUG_IF(!s->organization.client_id || !s->state_path || !s->policy.fingerprint);
	BUG_IF(!s->directories_nr || !s->policy.rules_nr || !s->policy.limits.min_admins);
	for (size_t i = 0; i < s->directories_nr; i++) {
		const struct directory_settings *d = &s->directories[i];

		BUG_IF(!d->name);
		if (d->kind != DIRECTORY_LDAP)
			continue;
		BUG_IF(!d->ldap.urls || !d->ldap.urls[0] || !d->ldap.page_size);
		BUG_IF(!d->ldap.people.bases || !d->ldap.people.bases[0] || !d->ldap.people.id || !d->ldap.people.aliases);
		BUG_IF(!d->ldap.groups.bases || !d->ldap.groups.bases[0] || !d->ldap.groups.member);
	}
	for (size_t i = 0; i < s->policy.rules_nr; i++)
		BUG_IF(!s->policy.rules[i].group || !s->policy.rules[i].except);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	int fd = memfd_create("seatsync.yaml", MFD_CLOEXEC);
	struct config_faults faults = {0};
	struct settings s;
	struct err e;
	char path[32];

	BUG_IF(fd < 0 || write(fd, bytes, len) != (ssize_t)len);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (settings_load(&s, path, SETTINGS_WITHOUT_SECRETS, &faults, &e))
		BUG_IF(!faults.list.nr || e.kind != ERR_CONFIG || s.arena.top);
	else
		settings_sound(&s);
	faults_sound(&faults);
	settings_clear(&s);
	config_faults_free(&faults);
	close(fd);
	return 0;
}
