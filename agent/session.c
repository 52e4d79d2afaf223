#include "agent/command.h"

#include <time.h>

bool session_load(struct session *s, struct invocation *in, enum settings_secrets secrets)
{
	struct config_faults faults = {0};
	struct err e = {0};

	s->in = in;
	s->now = time(NULL);
	s->loaded = settings_load(&s->settings, in->config, secrets, &faults, &e) == 0;
	if (!s->loaded) {
		for (size_t i = 0; i < faults.list.nr; i++)
			log_error("%s", config_fault_text(&s->arena, in->config, &faults.list.items[i]));
		in->status = command_fail(in, &e);
	}
	config_faults_free(&faults);
	return s->loaded;
}

bool session_open(struct session *s, struct invocation *in, enum settings_secrets secrets,
		  enum state_mode mode)
{
	struct err e = {0};

	if (!session_load(s, in, secrets))
		return false;
	if (state_open(&s->state, s->settings.state_path, s->settings.organization.org_id, mode,
		       s->now, &e)) {
		in->status = command_fail(in, &e);
		session_close(s);
		return false;
	}
	return true;
}

void session_close(struct session *s)
{
	state_close(s->state);
	if (s->loaded)
		settings_clear(&s->settings);
	arena_free(&s->arena);
	*s = (struct session){0};
}
