#include "tests/sim/mail.h"

static const char *const kinds[] = {
	[MAIL_INVITATION] = "invitation",       [MAIL_REISSUE] = "reissue",
	[MAIL_SEAT_ASSIGNED] = "seat_assigned", [MAIL_TOKEN] = "token",
	[MAIL_ONBOARDING] = "onboarding",
};

void mail_send(struct mailbox *m, enum mail_kind kind, const char *to, utc now)
{
	if (!m->mails)
		m->mails = json_array();
	json_array_append_new(m->mails, json_pack("{s:s, s:s?, s:I}", "kind", kinds[kind], "to", to,
						  "at", (json_int_t)now));
}

json_t *mail_json(const struct mailbox *m)
{
	json_t *counts = json_object(), *mail;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		json_object_set_new(counts, kinds[i], json_integer(0));
	json_array_foreach(m->mails, i, mail) {
		const char *kind = json_string_value(json_object_get(mail, "kind"));
		json_t *count = json_object_get(counts, kind);

		json_integer_set(count, json_integer_value(count) + 1);
	}
	return json_pack("{s:o, s:o}", "items", m->mails ? json_incref(m->mails) : json_array(),
			 "counts", counts);
}

void mail_clear(struct mailbox *m)
{
	json_decref(m->mails);
	m->mails = NULL;
}
