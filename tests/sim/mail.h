/*
 * mail.h - the mailbox: every mail that the platform would have sent, so that
 * a test can say "no second mail".
 */
#ifndef SIM_MAIL_H
#define SIM_MAIL_H

#include <jansson.h>

#include "agent/base.h"

enum mail_kind { MAIL_INVITATION, MAIL_REISSUE, MAIL_SEAT_ASSIGNED, MAIL_TOKEN, MAIL_ONBOARDING };

struct mailbox {
	json_t *mails; /* [{kind, to, at}] in the order sent; NULL before the first */
};

void mail_send(struct mailbox *m, enum mail_kind kind, const char *to, utc now);
json_t *mail_json(const struct mailbox *m); /* a new reference: {items, counts: {kind: n}} */
void mail_clear(struct mailbox *m);

#endif
