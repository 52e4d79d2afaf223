#include "tests/sim/api.h"

void invitations_get(struct exchange *x)
{
	struct page p;

	if (exchange_page(x, &p))
		answer_blob(x->answer, 200, "application/json",
			    invitations_list(&x->sim->lists, x->world, p));
}

static bool limit_reached(struct exchange *x)
{
	if (!invitations_exhausted(x->world))
		return false;
	answer_error(x->answer, 429, "too_many_invitations", "today's invitations are used up");
	answer_header(x->answer, "Retry-After", "3600");
	return true;
}

/* 202 and 204 tell nothing: the list must be read. */
static void invitation_answer(struct exchange *x, int64_t status, const struct invitation *i)
{
	if (status == 204 || status == 202)
		answer_empty(x->answer, (unsigned)status);
	else
		answer_json(x->answer, (unsigned)status, invitation_json(x->world, i));
}

/* ---- POST invitations ----------------------------------------------------- */

static void duplicate_answer(struct exchange *x, int how, struct invitation *open)
{
	if (how == DUPLICATE_409) {
		answer_error(x->answer, 409, open ? "invitation_pending" : "user_exists",
			     open ? "the address is invited already" : "the address is a member's");
	} else if (how == DUPLICATE_422) {
		answer_invalid(x->answer, "body", "email", "value_error",
			       "the address is invited or a member's already");
	} else {
		if (open && how == DUPLICATE_REFRESH)
			invitation_send(x->world, open, MAIL_REISSUE);
		if (open)
			invitation_answer(x, x->world->switches.invite_status, open);
		else
			answer_json(x->answer, 200, json_object());
	}
}

static struct invitation *invitation_in_the_way(struct world *w, const char *email)
{
	struct invitation *i = invitation_by_email(w, email, true);

	return i || !w->switches.expired_blocks_invite ? i : invitation_by_email(w, email, false);
}

static void expired_replace(struct world *w, const char *email)
{
	struct invitation *old;

	while (w->switches.reinvited == REINVITED_REPLACED &&
	       (old = invitation_by_email(w, email, false)))
		old->gone = true;
}

void invitations_post(struct exchange *x)
{
	const char *email = exchange_email(x);
	const char *role = email ? exchange_role(x, "member") : NULL;
	struct world *w = x->world;
	struct invitation *i;

	if (!role)
		return;
	i = invitation_in_the_way(w, email);
	if (i) {
		duplicate_answer(x, w->switches.duplicate_invite, i);
	} else if (member_by_email(w, email)) {
		duplicate_answer(x, w->switches.member_invite, NULL);
	} else if (!limit_reached(x)) {
		expired_replace(w, email);
		i = invitation_add(w, NULL, email, role);
		invitation_send(w, i, MAIL_INVITATION);
		invitation_answer(x, w->switches.invite_status, i);
	}
}

/* ---- one invitation -------------------------------------------------------- */

static struct invitation *exchange_invitation(struct exchange *x)
{
	struct invitation *i = NULL;

	if (!uuid_valid(x->ids[0])) {
		answer_invalid(x->answer, "path", "invitation_id", "uuid_parsing",
			       "Input should be a valid UUID");
		return NULL;
	}
	i = invitation_by_id(x->world, x->ids[0]);
	if (i && str_eq(i->status, "accepted")) {
		answer_error(x->answer, 409, "invitation_accepted", "it was accepted");
		return NULL;
	}
	if (i && !str_eq(i->status, "removed"))
		return i;
	answer_error(x->answer, 404, "invitation_not_found", "no invitation %s", x->ids[0]);
	return NULL;
}

void invitation_resend(struct exchange *x)
{
	const struct switches *s = &x->world->switches;
	struct invitation *i = exchange_invitation(x);

	if (!i || limit_reached(x))
		return;
	if (s->resend_moves_expiry)
		invitation_send(x->world, i, MAIL_REISSUE);
	invitation_answer(x, s->resend_status, i);
}

void invitation_delete(struct exchange *x)
{
	struct invitation *i = exchange_invitation(x);

	if (!i)
		return;
	invitation_set_status(x->world, i, "removed");
	answer_empty(x->answer, 204);
}
