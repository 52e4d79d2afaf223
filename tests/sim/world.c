#include "tests/sim/world.h"

#include <ctype.h>

enum { EMAIL_MAX = 254 };

utc world_now(const struct world *w)
{
	return clock_now(&w->clock);
}

void world_changed(struct world *w)
{
	w->changes++;
	w->changed_ns = clock_real_ns();
}

void world_init(struct world *w)
{
	memset(w, 0, sizeof *w);
	switches_init(&w->switches);
	w->random.state = 1;
	w->member_ids = json_object();
	w->member_emails = json_object();
	w->invitation_ids = json_object();
	w->product = strdup("business");
}

static void members_clear(struct world *w)
{
	for (size_t i = 0; i < w->members.nr; i++) {
		json_decref(w->members.items[i].api);
		json_decref(w->members.items[i].groups);
		json_decref(w->members.items[i].tokens);
	}
	VEC_FREE(&w->members);
	json_decref(w->member_ids);
	json_decref(w->member_emails);
}

static void invitations_clear(struct world *w)
{
	for (size_t i = 0; i < w->invitations.nr; i++) {
		free(w->invitations.items[i].email);
		free(w->invitations.items[i].role);
		free(w->invitations.items[i].status);
	}
	VEC_FREE(&w->invitations);
	VEC_FREE(&w->sent);
	json_decref(w->invitation_ids);
}

void world_clear(struct world *w)
{
	members_clear(w);
	invitations_clear(w);
	for (size_t i = 0; i < w->onboarding.nr; i++)
		free(w->onboarding.items[i].email);
	VEC_FREE(&w->onboarding);
	mail_clear(&w->mail);
	switches_clear(&w->switches);
	free(w->product);
}

char *email_fold(const char *email)
{
	char *folded = strdup(email);

	for (char *c = folded; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return folded;
}

/* One @, a domain with a dot inside, nothing that needs quotes. */
bool email_valid(const char *email)
{
	const char *at = strchr(email, '@'), *dot = at ? strchr(at, '.') : NULL;

	if (!dot || at == email || dot == at + 1 || strchr(at + 1, '@') ||
	    strlen(email) > EMAIL_MAX || email[strlen(email) - 1] == '.' || strstr(at, ".."))
		return false;
	for (const char *c = email; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7f || strchr("()<>,;:\\\"[]", *c))
			return false;
	return true;
}

/* ---- onboarding ---- */

void onboarding_add(struct world *w, const char *email)
{
	bool never = w->switches.onboard_never > 0 &&
		     ++w->onboarded % (uint64_t)w->switches.onboard_never == 0;
	struct onboarding o = {
		.email = strdup(email),
		.due = never ? 0 : world_now(w) + w->switches.onboard_delay,
	};

	VEC_ADD(&w->onboarding, o);
}

bool onboarding_has(const struct world *w, const char *email)
{
	for (size_t i = 0; i < w->onboarding.nr; i++)
		if (strcasecmp(w->onboarding.items[i].email, email) == 0)
			return true;
	return false;
}

static void onboarding_end(struct world *w, const struct onboarding *o)
{
	json_t *fields = json_pack("{s:s}", "email", o->email);
	struct member *m = member_by_email(w, o->email) ? NULL : member_add(w, fields);

	json_decref(fields);
	if (!m)
		return;
	seat_assign(w, m);
	token_issue(w, m, world_now(w) + 365 * DAY);
	mail_send(&w->mail, MAIL_ONBOARDING, o->email, world_now(w));
	mail_send(&w->mail, MAIL_TOKEN, o->email, world_now(w));
}

void world_advance(struct world *w)
{
	utc now = world_now(w);
	size_t kept = 0;

	for (size_t i = 0; i < w->onboarding.nr; i++) {
		struct onboarding o = w->onboarding.items[i];

		if (o.due && o.due <= now) {
			onboarding_end(w, &o);
			free(o.email);
		} else {
			w->onboarding.items[kept++] = o;
		}
	}
	w->onboarding.nr = kept;
}
