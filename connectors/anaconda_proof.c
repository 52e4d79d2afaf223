#include "connectors/anaconda_proof.h"

#include <stdio.h>
#include <strings.h>
#include <time.h>

#include "connectors/anaconda_parse.h"

enum outcome job_says(struct job *j, enum outcome outcome, const char *text)
{
	snprintf(j->result.text, sizeof j->result.text, "%s", text);
	return outcome;
}

/* The invitation that an answer holds: its id and expiry into the result. */
static enum outcome invitation_bears_out(struct job *j, const struct http_answer *a,
					 const json_t *json)
{
	bool reissue = j->call.kind == ACTION_REISSUE_INVITATION;
	struct invitation_doubts doubts;
	struct invitation i;
	const char *why;

	if (!json)
		return a->status == 202 || a->status == 204
			       ? (reissue ? OUTCOME_LOOK : OUTCOME_DONE)
			       : job_says(j, OUTCOME_UNKNOWN, "the answer holds no invitation");
	if (invitation_parse(json, j->p->base.settings, &j->arena, &i, &doubts, &why))
		return job_says(j, OUTCOME_UNKNOWN, "the answer holds no invitation");
	j->result.invitation_id = arena_strdup(j->results, i.id);
	j->result.expires_at = i.expires_at;
	if (!reissue)
		return OUTCOME_DONE;
	if (!i.expires_at)
		return job_says(j, OUTCOME_LOOK, "the answer does not tell the new expiry");
	if (i.expires_at <= j->call.expires_before || (a->date && i.expires_at <= a->date))
		return job_says(j, OUTCOME_LOOK, "the invitation's expiry did not move");
	return OUTCOME_DONE;
}

/* Addresses come back as they were sent, but for the case of their letters. */
static bool list_names(const json_t *list, const char *email)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		const char *text = json_string_value(item);

		if (text && strcasecmp(text, email) == 0)
			return true;
	}
	return false;
}

/*
 * users_auto_registration: partial success inside a 200.  Whom it names
 * unavailable has an account, or found no seat free: where none is left, that
 * is the reason.
 */
static enum outcome onboarding_bears_out(struct job *j, const json_t *json)
{
	int64_t total, left;

	if (json_count(json_object_get(json, "total_organization_seats"), &total) == 0)
		j->result.seats_total = total;
	if (list_names(json_object_get(json, "users_in_onboarding_process"), j->call.email))
		return OUTCOME_DONE;
	if (!list_names(json_object_get(json, "users_unavailable_for_onboarding"), j->call.email))
		return job_says(j, OUTCOME_UNKNOWN, "the answer does not name the address");
	if (json_count(json_object_get(json, "available_organization_seats"), &left) == 0 && !left)
		return job_says(j, OUTCOME_NO_SEATS,
				"unavailable for onboarding, and no seat is free");
	return job_says(j, OUTCOME_UNAVAILABLE,
		   "unavailable for onboarding: perhaps the address has an account already");
}

/* What adding a member made: a user with an id and the address that was sent. */
static enum outcome user_bears_out(struct job *j, const json_t *json)
{
	const char *email = json_text(json, "email");

	if (!id_usable(json_text(json, "id")))
		return job_says(j, OUTCOME_UNKNOWN, "the answer holds no user");
	if (email && strcasecmp(email, j->call.email) != 0)
		return job_says(j, OUTCOME_LOOK, "the answer names another address");
	return OUTCOME_DONE;
}

static enum outcome role_bears_out(struct job *j, const struct http_answer *a, const json_t *json)
{
	const char *role = json_text(json, "role");

	if (a->body_len == 0)
		return OUTCOME_DONE;
	if (!role)
		return job_says(j, OUTCOME_UNKNOWN, "the answer does not tell the role");
	return str_eq(role, role_name(j->call.role))
		       ? OUTCOME_DONE
		       : job_says(j, OUTCOME_LOOK, "the answer tells another role");
}

static enum outcome invite_bears_out(struct job *j, const struct http_answer *a,
				     const json_t *json)
{
	switch (j->p->base.settings->invitations_mode) {
	case INVITATIONS_ADD_USER:
		return user_bears_out(j, json);
	case INVITATIONS_ONBOARD:
		return onboarding_bears_out(j, json);
	default:
		return invitation_bears_out(j, a, json);
	}
}

/* The token itself is looked at, and goes with the answer. */
static enum outcome token_bears_out(struct job *j, const json_t *json)
{
	const char *token = json_text(json, "token");

	if (!token || !*token)
		return job_says(j, OUTCOME_UNKNOWN, "the answer holds no token");
	j->result.expires_at = json_time(json, "expires_at");
	return OUTCOME_DONE;
}

enum outcome job_bears_out(struct job *j, const struct http_answer *a)
{
	json_t *json = a->body_len ? json_object_parse(a->body, a->body_len) : NULL;
	enum outcome outcome = OUTCOME_DONE;

	if (a->body_len && !json)
		outcome = job_says(j, OUTCOME_UNKNOWN, "the answer is no JSON object");
	else if (j->call.kind == ACTION_INVITE)
		outcome = invite_bears_out(j, a, json);
	else if (j->call.kind == ACTION_REISSUE_INVITATION)
		outcome = invitation_bears_out(j, a, json);
	else if (j->call.kind == ACTION_SET_ROLE)
		outcome = role_bears_out(j, a, json);
	else if (j->call.kind == ACTION_ISSUE_TOKEN)
		outcome = token_bears_out(j, json);
	json_decref(json);
	return outcome;
}

enum outcome job_renewed(struct job *j, const struct http_answer *a)
{
	json_t *json = a->verdict == HTTP_ANSWERED && a->status == 200
			       ? json_object_parse(a->body, a->body_len) : NULL;
	struct token_seen seen = {0};
	const char *why;
	enum outcome outcome = OUTCOME_LOOK;

	if (!json || tokens_parse(json, a->date ? a->date : (utc)time(NULL), &seen, &why)) {
		job_says(j, outcome, "the list of tokens cannot be used");
	} else if (seen.state != TOKEN_LIVE ||
		   (seen.expires_at && seen.expires_at <= j->call.expires_before)) {
		job_says(j, outcome, "the token's expiry did not move");
	} else {
		j->result.expires_at = seen.expires_at;
		outcome = OUTCOME_DONE;
	}
	json_decref(json);
	return outcome;
}
