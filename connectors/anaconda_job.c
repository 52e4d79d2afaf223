#include "connectors/anaconda_job.h"

#include <stdio.h>
#include <time.h>

#include "agent/address.h"
#include "agent/text.h"
#include "connectors/anaconda_parse.h"
#include "connectors/anaconda_proof.h"

enum { JOB_TOKENS_MAX = 1000 };

/* ---- bodies ---------------------------------------------------------- */

/* Takes over json; NULL when a text was no UTF-8. */
static const char *body_text(struct job *j, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	const char *body = arena_strdup(&j->arena, text);

	free(text);
	json_decref(json);
	return body;
}

static const char *field(const char *configured, const char *usual)
{
	return configured ? configured : usual;
}

static const char *invite_body(struct job *j)
{
	const struct platform_endpoints *e = &j->p->base.settings->endpoints;
	const char *role = role_name(j->call.role);
	json_t *json = json_pack("{s:s, s:s*}", field(e->fields.email, "email"), j->call.email,
				 field(e->fields.role, "role"), role);

	return body_text(j, json);
}

static const char *user_body(struct job *j)
{
	return body_text(j, json_pack("{s:s, s:s*, s:s*}", "email", j->call.email, "first_name",
				      j->call.given_name, "last_name", j->call.family_name));
}

static const char *token_body(struct job *j)
{
	char expires[UTC_TEXT_SIZE];

	utc_format(expires, j->call.token_expires);
	if (j->call.expires_before)
		return body_text(j, json_pack("{s:s, s:b}", "expires_at", expires, "is_renewal", 1));
	return body_text(j, json_pack("{s:s, s:b}", "expires_at", expires, "send_token_email",
				      j->call.mail_token ? 1 : 0));
}

/* ---- ending ---------------------------------------------------------- */

static void job_end(struct job *j, enum outcome outcome)
{
	j->result.outcome = outcome;
	j->result.refused = outcome_refuses(outcome, j->result.http_status);
	if (outcome == OUTCOME_DONE && j->result.http_status >= 200 && j->result.http_status < 300)
		j->result.text[0] = '\0';
	j->busy = false;
	j->done(j);
}

static void job_refuse(struct job *j, enum outcome outcome, const char *why)
{
	snprintf(j->result.text, sizeof j->result.text, "%s", why);
	job_end(j, outcome);
}

/* ---- sending --------------------------------------------------------- */

static api_done on_answer;

static void job_send(struct job *j, enum job_step step, enum api_endpoint at, const char *id,
		     const char *token_id, const char *body)
{
	bool once = (step == JOB_ONLY || step == JOB_AGAIN) && action_sends_mail(j->call.kind);
	const struct endpoint *ep = &j->p->endpoints[at];

	j->step = step;
	api_prepare(&j->api, j->p, ep->method, api_url(j->p, &j->arena, at, id, token_id), body,
		    once, on_answer, j);
	api_submit(&j->api);
}

/* An address that cannot be one would make an organization-managed user instead of an invitation. */
static bool address_sane(const char *email)
{
	struct arena a = {0};
	const char *why;
	bool sane = email && address_normal(&a, email, strlen(email), NULL, &why);

	arena_free(&a);
	return sane;
}

static void invite_start(struct job *j)
{
	static const enum api_endpoint by_mode[] = {
		[INVITATIONS_API] = API_INVITE,
		[INVITATIONS_ADD_USER] = API_USER_ADD,
		[INVITATIONS_ONBOARD] = API_ONBOARD,
	};
	enum invitations_mode mode = j->p->base.settings->invitations_mode;
	const char *body = NULL;

	if (mode == INVITATIONS_MANUAL || !j->p->endpoints[by_mode[mode]].method) {
		job_refuse(j, OUTCOME_NOT_OFFERED, "no call is configured for it");
		return;
	}
	if (address_sane(j->call.email))
		body = mode == INVITATIONS_API        ? invite_body(j)
		       : mode == INVITATIONS_ADD_USER ? user_body(j)
						      : body_text(j, json_pack("{s:[s]}", "user_emails",
									       j->call.email));
	if (!body)
		job_refuse(j, OUTCOME_INVALID, "not sent: the e-mail is no address");
	else
		job_send(j, JOB_ONLY, by_mode[mode], NULL, NULL, body);
}

static void reissue_start(struct job *j)
{
	const struct endpoint *ep = j->p->endpoints;
	enum resend_strategy strategy = j->p->base.settings->endpoints.strategy;

	if (strategy != RESEND_SUBRESOURCE &&
	    j->p->base.settings->invitations_mode != INVITATIONS_API)
		job_refuse(j, OUTCOME_NOT_OFFERED, "no call is configured for it");
	else if (strategy == RESEND_REPOST)
		invite_start(j);
	else if (!ep[strategy == RESEND_RECREATE ? API_CANCEL : API_RESEND].method ||
		 (strategy == RESEND_RECREATE && !ep[API_INVITE].method))
		job_refuse(j, OUTCOME_NOT_OFFERED, "no call is configured for it");
	else if (!id_usable(j->call.invitation_id))
		job_refuse(j, OUTCOME_INVALID, "not sent: the invitation has no usable id");
	else if (strategy == RESEND_RECREATE)
		job_send(j, JOB_CANCEL, API_CANCEL, j->call.invitation_id, NULL, NULL);
	else
		job_send(j, JOB_ONLY, API_RESEND, j->call.invitation_id, NULL, NULL);
}

/* The calls that name one member or invitation and nothing else. */
static void plain_start(struct job *j, enum api_endpoint at, const char *id, const char *body)
{
	if (!j->p->endpoints[at].method)
		job_refuse(j, OUTCOME_NOT_OFFERED, "no call is configured for it");
	else if (!id_usable(id))
		job_refuse(j, OUTCOME_INVALID, "not sent: there is no usable id");
	else
		job_send(j, at == API_TOKENS ? JOB_TOKENS : JOB_ONLY, at, id, NULL, body);
}

static void role_start(struct job *j)
{
	const char *role = role_name(j->call.role);

	if (j->p->base.settings->roles_mode == ROLES_MANUAL)
		job_refuse(j, OUTCOME_NOT_OFFERED, "no call is configured for it");
	else if (!role)
		job_refuse(j, OUTCOME_INVALID, "not sent: there is no role to set");
	else
		plain_start(j, API_ROLE, j->call.member_id,
			    body_text(j, json_pack("{s:s}", "role", role)));
}

void job_start(struct job *j, struct anaconda *p, const struct platform_call *call,
	       struct arena *results, job_done *done, void *ctx)
{
	*j = (struct job){.p = p, .call = *call, .results = results, .done = done, .ctx = ctx};
	j->busy = true;
	j->result.tag = call->tag;
	switch (call->kind) {
	case ACTION_INVITE:
		invite_start(j);
		return;
	case ACTION_REISSUE_INVITATION:
		reissue_start(j);
		return;
	case ACTION_CANCEL_INVITATION:
		plain_start(j, API_CANCEL, call->invitation_id, NULL);
		return;
	case ACTION_ASSIGN_SEAT:
		plain_start(j, API_SEAT_ASSIGN, call->member_id, NULL);
		return;
	case ACTION_REVOKE_SEAT:
		plain_start(j, API_SEAT_REVOKE, call->member_id, NULL);
		return;
	case ACTION_SET_ROLE:
		role_start(j);
		return;
	case ACTION_REMOVE_MEMBER:
		plain_start(j, API_USER_REMOVE, call->member_id, NULL);
		return;
	case ACTION_ISSUE_TOKEN:
		plain_start(j, call->expires_before ? API_TOKEN_RENEW : API_TOKEN_ISSUE,
			    call->member_id, token_body(j));
		return;
	case ACTION_REVOKE_TOKEN:
		plain_start(j, API_TOKENS, call->member_id, NULL);
		return;
	case ACTION_NR:
		break;
	}
	BUG_IF(true);
}

void job_clear(struct job *j)
{
	VEC_FREE(&j->tokens);
	arena_free(&j->arena);
	memset(j, 0, sizeof *j);
}

/* ---- several steps --------------------------------------------------- */

/* Fills tokens; -1: the list cannot be used. */
static int tokens_take(struct job *j, const struct http_answer *a)
{
	json_t *json = json_object_parse(a->body, a->body_len);
	const json_t *items = json_object_get(json, "items"), *token;
	int rc = json_is_array(items) && json_array_size(items) <= JOB_TOKENS_MAX ? 0 : -1;
	size_t i;

	j->tokens.nr = j->token_at = 0;
	json_array_foreach(items, i, token)
	{
		const char *id = json_text(token, "id");

		if (json_is_true(json_object_get(token, "revoked")))
			continue;
		if (!id_usable(id))
			rc = -1;
		else
			VEC_ADD(&j->tokens, arena_strdup(&j->arena, id));
	}
	json_decref(json);
	return rc;
}

/* Revokes the next token, or goes on with what comes after the last. */
static void tokens_next(struct job *j)
{
	const char *member = j->call.member_id;

	if (j->token_at < j->tokens.nr)
		job_send(j, JOB_TOKEN, API_TOKEN_REVOKE, member, j->tokens.items[j->token_at++],
			 NULL);
	else if (j->call.kind == ACTION_REMOVE_MEMBER)
		job_send(j, JOB_SEAT, API_SEAT_REVOKE, member, NULL, NULL);
	else
		job_end(j, OUTCOME_DONE);
}

/*
 * A step on the way to a removal that is refused is no reason to stop: the
 * removal itself tells in the end.  One whose outcome is unknown is.
 */
static bool step_passes(const struct job *j, enum outcome outcome)
{
	if (outcome == OUTCOME_DONE)
		return true;
	return j->call.kind == ACTION_REMOVE_MEMBER && outcome != OUTCOME_UNKNOWN &&
	       outcome != OUTCOME_NOT_SENT;
}

static enum action_kind step_kind(const struct job *j)
{
	switch (j->step) {
	case JOB_TOKENS:
	case JOB_TOKEN:
		return ACTION_REVOKE_TOKEN;
	case JOB_SEAT:
		return ACTION_REVOKE_SEAT;
	case JOB_CANCEL:
		return ACTION_CANCEL_INVITATION;
	case JOB_RENEWED:
	case JOB_ONLY:
	case JOB_AGAIN:
		break;
	}
	return j->call.kind;
}

static void step_end(struct job *j, const struct http_answer *a, enum outcome outcome)
{
	if (j->step == JOB_TOKENS && a->status == 200 && tokens_take(j, a))
		outcome = job_says(j, OUTCOME_UNKNOWN, "the list of tokens cannot be used");
	if (j->step == JOB_TOKEN || j->step == JOB_SEAT || j->step == JOB_CANCEL)
		j->moved |= outcome == OUTCOME_DONE;
	if (!step_passes(j, outcome)) {
		/* after a first step "nothing was sent" would be wrong */
		job_end(j, outcome == OUTCOME_NOT_SENT && j->moved ? OUTCOME_LOOK : outcome);
		return;
	}
	if (j->step == JOB_CANCEL)
		invite_start(j);
	else if (j->step == JOB_SEAT)
		job_send(j, JOB_AGAIN, API_USER_REMOVE, j->call.member_id, NULL, NULL);
	else
		tokens_next(j);
}

/* A 404 on inviting is "no such call" only where nothing says that there is one. */
static enum outcome absent(const struct job *j, enum outcome outcome)
{
	if (outcome == OUTCOME_NOT_OFFERED && j->p->invitations_offered == OFFERED &&
	    j->p->base.settings->invitations_mode == INVITATIONS_API)
		return OUTCOME_INVALID;
	return outcome;
}

static void on_answer(struct api_call *c, const struct http_answer *a)
{
	struct job *j = c->ctx;
	enum answer_class class = answer_class(a);
	enum outcome outcome = answer_outcome(step_kind(j), class);

	j->result.http_status = a->status;
	answer_words(j->p, a, j->result.text, sizeof j->result.text);
	if (j->step == JOB_RENEWED) {
		job_end(j, job_renewed(j, a));
		return;
	}
	if (class == ANSWER_ABSENT)
		outcome = absent(j, outcome);
	if (j->step != JOB_ONLY && j->step != JOB_AGAIN) {
		step_end(j, a, outcome);
		return;
	}
	if (j->step == JOB_ONLY && j->call.kind == ACTION_REMOVE_MEMBER &&
	    class == ANSWER_CONFLICT) {
		job_send(j, JOB_TOKENS, API_TOKENS, j->call.member_id, NULL, NULL);
		return;
	}
	if (class == ANSWER_OK && j->call.kind == ACTION_ISSUE_TOKEN && j->call.expires_before) {
		job_send(j, JOB_RENEWED, API_TOKENS, j->call.member_id, NULL, NULL);
		return;
	}
	if (class == ANSWER_OK)
		outcome = job_bears_out(j, a);
	job_end(j, outcome == OUTCOME_NOT_SENT && j->moved ? OUTCOME_LOOK : outcome);
}
