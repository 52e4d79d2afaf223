#include "tests/sim/world.h"

#include <stdio.h>

struct invitation *invitation_add(struct world *w, const char *id, const char *email,
				  const char *role)
{
	struct invitation i = {
		.email = strdup(email),
		.role = strdup(role ? role : "member"),
		.status = strdup("pending"),
		.created = world_now(w),
		.expires = world_now(w) + w->switches.invitation_lifetime,
		.last_sent = world_now(w),
		.born = w->sequence,
	};
	json_int_t place = (json_int_t)w->invitations.nr;

	random_uuid(&w->random, i.id);
	if (id)
		snprintf(i.id, sizeof i.id, "%s", id);
	VEC_ADD(&w->invitations, i);
	json_object_set_new(w->invitation_ids, i.id, json_integer(place));
	world_changed(w);
	return &w->invitations.items[place];
}

struct invitation *invitation_by_id(struct world *w, const char *id)
{
	json_t *place = json_object_get(w->invitation_ids, id);
	struct invitation *i = place ? &w->invitations.items[json_integer_value(place)] : NULL;

	return i && !i->gone ? i : NULL;
}

const char *invitation_status(const struct world *w, const struct invitation *i)
{
	return str_eq(i->status, "pending") && i->expires <= world_now(w) ? "expired" : i->status;
}

bool invitation_open(const struct world *w, const struct invitation *i)
{
	return !i->gone && str_eq(invitation_status(w, i), "pending");
}

struct invitation *invitation_by_email(struct world *w, const char *email, bool open)
{
	for (size_t nr = w->invitations.nr; nr-- > 0;) {
		struct invitation *i = &w->invitations.items[nr];

		if (!i->gone && strcasecmp(i->email, email) == 0 &&
		    str_eq(invitation_status(w, i), open ? "pending" : "expired"))
			return i;
	}
	return NULL;
}

void invitation_set_status(struct world *w, struct invitation *i, const char *status)
{
	free(i->status);
	i->status = strdup(status);
	i->closed = w->sequence;
	world_changed(w);
}

void invitation_send(struct world *w, struct invitation *i, enum mail_kind kind)
{
	utc now = world_now(w);

	if (kind == MAIL_REISSUE) {
		i->expires = now + w->switches.invitation_lifetime;
		invitation_set_status(w, i, "pending");
	}
	i->last_sent = now;
	i->attempts++;
	VEC_ADD(&w->sent, now);
	mail_send(&w->mail, kind, i->email, now);
	world_changed(w);
}

struct member *invitation_accept(struct world *w, const char *email, const char *as, json_t *names)
{
	struct invitation *i = invitation_by_email(w, email, true);
	struct member *m = i ? member_by_email(w, as) : NULL;
	json_t *fields;

	if (!i)
		return NULL;
	invitation_set_status(w, i, "accepted");
	if (m)
		return m;
	fields = json_pack("{s:s, s:s}", "email", as, "role", i->role);
	json_object_update(fields, names);
	m = member_add(w, fields);
	json_decref(fields);
	return m;
}

bool invitations_exhausted(const struct world *w)
{
	utc since = world_now(w) - DAY;
	int64_t limit = w->switches.invites_per_day, sent = 0;

	for (size_t nr = w->sent.nr; limit && nr-- > 0;)
		sent += w->sent.items[nr] > since;
	return limit && sent >= limit;
}
