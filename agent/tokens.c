/*
 * tokens.c - tokens of those who have a seat, or get one in this run.
 *
 * Whoever has a live token keeps it, whoever issued it.  One of ours is renewed
 * before it expires.  Without a live one a new one is due, unless the last was
 * revoked by another's hand: that was meant.
 *
 * Asking costs a call for each member, so the memory answers where it says that
 * nothing is to be done and is young enough; an action always rests on an
 * answer of the same run.  An old memory can only hide a token that another
 * revoked, and that one would not be issued anew anyway.
 */
#include <stdio.h>

#include "agent/draft.h"
#include "agent/text.h"

enum {
	BELIEVED_MOST = 7 * DAY,  /* a memory is asked about between half of that and all of it, */
	BELIEVED_SPREAD = 9973,   /* seconds apart by account: never all of them in one run */
	RENEW_MOST = 30 * DAY,    /* before the expiry, */
	RENEW_PART = 10,          /* or a tenth of the lifetime, if that is less */
	ROUNDING = DAY,           /* the platform's expiry may differ so much from what we asked for */
	PAUSE = 30 * DAY,         /* after `attempts` in a row */
};

/* This plan's own; NULL where none are issued and nothing is known. */
static struct known_token *token_memory(const struct drafting *d, size_t subject)
{
	return d->accounts[subject].memory.token;
}

static const char *day_text(struct drafting *d, utc at)
{
	char text[UTC_TEXT_SIZE];

	return arena_strndup(d->a, utc_format(text, at), strlen("2027-01-15"));
}

/* ---- what is known --------------------------------------------------------------- */

/* One of ours that is about to expire. */
static bool token_ending(const struct drafting *d, const struct known_token *k)
{
	int64_t before = d->w->policy->tokens.lifetime / RENEW_PART;

	if (before > RENEW_MOST)
		before = RENEW_MOST;
	return k->ours && k->expires_at && k->expires_at - before <= d->w->now;
}

static bool token_believed(const struct drafting *d, size_t subject)
{
	const struct known_account *memory = &d->accounts[subject].memory;
	const struct known_token *k = memory->token;
	int64_t most = BELIEVED_MOST - memory->key * BELIEVED_SPREAD % (BELIEVED_MOST / 2);
	int64_t age = d->w->now - k->seen_at;

	if (d->cast->subjects[subject].wished || age < 0 || age >= most)
		return false;
	if (k->state == TOKEN_REVOKED)
		return true;
	return k->state == TOKEN_LIVE && !token_ending(d, k) &&
	       (!k->expires_at || k->expires_at > d->w->now);
}

/* As read in this run, else as remembered; UNREAD: it is to be asked for. */
static struct token_seen token_now(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct known_token *k = token_memory(d, subject);
	const struct member *m = subject_member(d, s);

	if (m->token.state != TOKEN_UNREAD)
		return m->token;
	if (token_believed(d, subject))
		return (struct token_seen){k->state, k->expires_at};
	VEC_ADD(&d->unread, (uint32_t)s->member);
	return m->token;
}

static void token_remember(struct drafting *d, size_t subject, struct token_seen seen, bool ours)
{
	struct known_token *k = token_memory(d, subject);
	const struct member *m = subject_member(d, &d->cast->subjects[subject]);

	k->state = seen.state;
	k->expires_at = seen.expires_at;
	k->ours = ours;
	if (m->token.state != TOKEN_UNREAD)
		k->seen_at = d->w->now;
}

/*
 * Some platforms list neither what was revoked nor what expired: then the
 * memory tells which it was.
 */
static struct token_seen token_missed(const struct drafting *d, const struct known_token *k,
				      struct token_seen seen)
{
	if (seen.state != TOKEN_NONE || (k->state != TOKEN_LIVE && k->state != TOKEN_REVOKED))
		return seen;
	seen.state = k->state == TOKEN_LIVE && k->expires_at && k->expires_at <= d->w->now
			     ? TOKEN_EXPIRED : TOKEN_REVOKED;
	seen.expires_at = k->expires_at;
	return seen;
}

/* One was asked for and nobody knows whether it was issued: never another on top of it. */
static bool token_unknown(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct known *k = d->w->known;

	for (size_t i = 0; s->account >= 0 && i < k->unknown_nr; i++)
		if ((ptrdiff_t)k->unknown[i].account == s->account &&
		    k->unknown[i].kind == ACTION_ISSUE_TOKEN) {
			draft_problem(d, s, "unknown",
				      "a token was asked for and the outcome is not known; it is "
				      "looked for, and not asked for again blindly");
			return true;
		}
	return false;
}

/* ---- what is done ----------------------------------------------------------------- */

static struct draft *token_add(struct drafting *d, size_t subject, const char *reason)
{
	struct draft *draft = draft_add(d, subject, ACTION_ISSUE_TOKEN, reason);

	draft->action.rule = rule_text(d, d->cast->subjects[subject].gets.seat_rule);
	return draft;
}

/* Whoever loses tokens as fast as we issue them gets no more for a while. */
static bool token_paused(struct drafting *d, size_t subject)
{
	struct known_token *k = token_memory(d, subject);

	if (d->cast->subjects[subject].wished ||
	    (d->rb->clock_trusted && d->w->now >= k->mailed_at + PAUSE))
		k->mails = 0;
	return k->mails >= d->w->policy->invitations.attempts;
}

static void token_issue(struct drafting *d, size_t subject, const char *reason)
{
	token_add(d, subject,
		  d->w->policy->tokens.email
			  ? reason
			  : arena_printf(d->a, "%s; it is not mailed (tokens.email): the person "
					       "fetches it on the site", reason));
}

/* Left alone, unless it is ours and about to expire. */
static void token_keep(struct drafting *d, size_t subject, struct token_seen seen)
{
	struct known_token *k = token_memory(d, subject);
	int64_t apart = seen.expires_at - k->expires_at;

	token_remember(d, subject, seen, k->ours && apart < ROUNDING && apart > -ROUNDING);
	if (d->rb->clock_trusted && token_ending(d, k))
		token_add(d, subject,
			  arena_printf(d->a, "renewal: the token expires on %s",
				       day_text(d, seen.expires_at)))->action.expires_before =
			seen.expires_at;
}

static const char *due_reason(struct drafting *d, const struct subject *s, struct token_seen seen)
{
	if (s->wished)
		return "was named with `seatsync adopt`, and has no live token";
	if (seen.state == TOKEN_EXPIRED)
		return arena_printf(d->a, "the token expired on %s", day_text(d, seen.expires_at));
	return seen.state == TOKEN_REVOKED ? "the earlier token ended with the earlier seat"
					   : "has a seat and no token";
}

static void token_replace(struct drafting *d, size_t subject, struct token_seen seen)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct known_token *k = token_memory(d, subject);

	seen = token_missed(d, k, seen);
	if (seen.state == TOKEN_REVOKED && k->state != TOKEN_NONE && !s->wished) {
		token_remember(d, subject, seen, false);
		draft_skip(d, s, "the token was revoked by another's hand; none is issued by "
				 "itself, `seatsync adopt` issues one");
		return;
	}
	if (seen.state == TOKEN_EXPIRED && !d->rb->clock_trusted)
		return;
	token_remember(d, subject, (struct token_seen){.state = TOKEN_NONE}, false);
	if (!token_paused(d, subject))
		token_issue(d, subject, due_reason(d, s, seen));
	else
		draft_skip(d, s, arena_printf(d->a, "was issued %u tokens (invitations.attempts) and has "
						    "none that lives; the next one not before %s",
					      k->mails, day_text(d, k->mailed_at + PAUSE)));
}

/* No seat, no token: whatever is found revoked later ended with it. */
static void token_lapse(const struct drafting *d, struct known_token *k)
{
	if (k && (k->state != TOKEN_UNREAD || d->w->policy->tokens.issue))
		*k = (struct known_token){.state = TOKEN_NONE, .mailed_at = k->mailed_at,
					  .mails = k->mails};
}

void token_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct known_token *k = token_memory(d, subject);
	struct token_seen seen;

	if (!subject_member(d, s)->seat) {
		token_lapse(d, k);
		return;
	}
	if (!d->w->policy->tokens.issue || s->gets.seat != YES || token_unknown(d, subject))
		return;
	seen = token_now(d, subject);
	if (seen.state == TOKEN_LIVE)
		token_keep(d, subject, seen);
	else if (seen.state == TOKEN_UNREADABLE)
		d->unreadable++;
	else if (seen.state != TOKEN_UNREAD)
		token_replace(d, subject, seen);
}

void token_follow(struct drafting *d, size_t subject, size_t assign)
{
	struct draft *draft;

	if (!d->w->policy->tokens.issue || token_unknown(d, subject) || token_paused(d, subject))
		return; /* the next run sees the seat, and says why */
	token_issue(d, subject, "comes with the seat");
	draft = &d->drafts.items[d->drafts.nr - 1];
	draft->action.needs = (ptrdiff_t)assign;
	draft->order = d->drafts.items[assign].order;
}

void tokens_report(struct drafting *d)
{
	const char *why = d->w->organization->tokens_why;

	if (d->unreadable)
		VEC_ADD(&d->problems,
			((struct plan_problem){
				.state = "failed",
				.why = arena_printf(d->a, "the tokens of %zu member%s could not be read; "
							  "none is issued or renewed for them: %s",
						    d->unreadable, d->unreadable == 1 ? "" : "s",
						    why ? why : "no answer came")}));
}
