/*
 * decide.c - who is ours to touch, subject by subject, and what is remembered
 * of them.  What becomes of them is in entitled.c and leavers.c.
 */
#include "agent/draft.h"

/* ---- memory -------------------------------------------------------------------------- */

/* What is remembered of a subject before anything is decided about it. */
static void memory_begin(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct known_account *k = subject_account(d, s);
	struct plan_account *account = &d->accounts[subject];

	d->remembered[subject] = true;
	account->people = s->refs;
	account->people_nr = s->refs_nr;
	if (k) {
		account->memory = *k;
	} else {
		account->memory.email = s->invitation ? s->invitation->email : s->email;
		account->memory.address = s->invitation ? s->invitation->address : s->address;
	}
	account->invitation = s->ours;
	if (account->memory.token || d->w->policy->tokens.issue) {
		struct known_token *token = arena_alloc(d->a, sizeof *token);

		*token = account_token(&account->memory);
		account->memory.token = token;
	}
}

/* What is managed is bound: the member it is, or the invitation that is ours from now on. */
static void memory_bind(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct member *m = subject_member(d, s);
	struct known_account *memory = &d->accounts[subject].memory;

	memory->managed = true;
	if (!m)
		return;
	if (!s->invitation || s->invitation->status != INVITATION_OPEN)
		d->accounts[subject].invitation = NULL; /* it is over: here is the member */
	memory->member_id = m->id;
	memory->email = m->email;
	memory->address = m->address;
}

/* An invitation that exists and is ours from now on. */
static void invitation_keep(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct invitation *inv = s->invitation;
	struct known_invitation *keep;

	if (!inv || s->member >= 0)
		return;
	keep = arena_alloc(d->a, sizeof *keep);
	*keep = (struct known_invitation){.id = inv->id, .email = inv->email,
					  .address = inv->address, .role = inv->role,
					  .sent_at = inv->sent_at, .expires_at = inv->expires_at};
	if (s->ours && str_eq(s->ours->id, inv->id)) {
		keep->role = inv->role ? inv->role : s->ours->role;
		keep->sent_at = inv->sent_at ? inv->sent_at : s->ours->sent_at;
		keep->expires_at = inv->expires_at ? inv->expires_at : s->ours->expires_at;
	}
	d->accounts[subject].invitation = keep;
	if (inv->id && (!s->ours || !s->ours->id) && !d->accounts[subject].memory.attempts)
		d->accounts[subject].memory.attempts = 1; /* somebody sent it, perhaps by the worklist */
}

/* ---- whose it is ------------------------------------------------------------------------ */

/* A mail of ours went there, and no answer came: what it made is ours, as settling it will say. */
static bool mailed_unanswered(const struct drafting *d, const struct subject *s, const char *address)
{
	const struct known *k = d->w->known;

	for (size_t i = 0; address && i < k->unknown_nr; i++)
		if ((ptrdiff_t)k->unknown[i].account == s->account &&
		    k->unknown[i].kind == ACTION_INVITE && str_eq(k->unknown[i].address, address))
			return true;
	return false;
}

/* Made by us, or adopted earlier, as far as the memory tells. */
static bool remembered_ours(const struct drafting *d, const struct subject *s)
{
	const struct known_account *k = subject_account(d, s);
	const struct member *m = subject_member(d, s);

	if (!k || !k->managed)
		return false;
	if (m && k->member_id)
		return str_eq(k->member_id, m->id);
	if (mailed_unanswered(d, s, m ? m->address : s->invitation ? s->invitation->address : NULL))
		return true;
	if (m) /* our invitation was accepted there, or where the person is now */
		return s->ours && (str_eq(s->ours->address, m->address) ||
				   (s->person && !s->disabled));
	return s->ours && s->invitation &&
	       (!s->ours->id || str_eq(s->ours->id, s->invitation->id));
}

static const char *unmanaged_why(struct drafting *d, const struct subject *s)
{
	const struct known_account *k = subject_account(d, s);
	const char *put_back;

	if (k && !k->managed)
		return "was given up with `seatsync forget`";
	if (s->gets.member == YES)
		return "is entitled, and not managed (members.adopt: none); `seatsync adopt` changes "
		       "that";
	if (s->gets.member == MAYBE)
		return arena_printf(d->a, "is not managed, and may be entitled: %s", s->gets.unsure);
	put_back = s->member >= 0 ? put_back_why(d, subject_member(d, s)) : NULL;
	return put_back ? put_back : "is not managed, and no rule names the person";
}

static const char *thing_email(const struct drafting *d, const struct subject *s)
{
	return s->member >= 0 ? subject_member(d, s)->email
	       : s->invitation ? s->invitation->email : s->email;
}

static void adopt(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];

	VEC_ADD(&d->adopted,
		((struct plan_note){thing_email(d, s), s->person ? s->person->place : NULL,
				    s->gets.member != YES ? "was named with `seatsync adopt`"
				    : s->member >= 0 ? "a member the rules entitle"
						     : "an invitation of a person the rules entitle"}));
	d->accounts[subject].adopted = true;
}

/*
 * True when this subject may be acted upon: what the platform has of it is
 * ours or becomes ours now, or there is nothing that could be another's.
 */
static bool manage(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const struct known_account *k = subject_account(d, s);
	bool thing = s->member >= 0 || s->invitation;
	bool given_up = k && !k->managed && !s->wished;

	if (!given_up && (!thing || remembered_ours(d, s)))
		return true;
	if (!given_up && (s->wished || (d->w->policy->adopt && s->gets.member == YES))) {
		if (!d->cast->unseen) {
			adopt(d, subject);
			return true;
		}
		draft_skip(d, s, arena_printf(d->a, "is not adopted before all is read: %s",
					      d->cast->unseen));
		return false;
	}
	if (thing || s->gets.member == YES)
		VEC_ADD(&d->unmanaged,
			((struct plan_note){thing_email(d, s), s->person ? s->person->place : NULL,
					    unmanaged_why(d, s)}));
	return false;
}

/* ---- one subject --------------------------------------------------------------------------- */

/* Why a subject is not looked at any further, or NULL. */
static const char *untouchable_why(struct drafting *d, const struct subject *s)
{
	if (s->self)
		return "is our own identity; seatsync never changes it";
	if (s->protected)
		return "is protected (protect:)";
	if (s->doubled)
		return arena_printf(d->a, "bears the same e-mail as %s; neither is touched until "
					  "one of them is put right", s->doubled);
	return s->skip;
}

static void untouched(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	const char *why = untouchable_why(d, s);

	if (s->doubled && !s->protected && !s->self)
		draft_problem(d, s, "duplicate", why);
	draft_skip(d, s, why);
	d->accounts[subject].decision = why;
	d->remembered[subject] = s->account >= 0;
	d->managed[subject] = remembered_ours(d, s);
	if (s->gets.member == YES) { /* whatever else: they have not left */
		d->accounts[subject].memory.leaving_since = 0;
		d->accounts[subject].memory.leaving_runs = 0;
	}
}

/* Nothing is known of it, and no rule names it for certain. */
static bool newcomer_without(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];

	if (s->account >= 0 || s->gets.member == YES ||
	    (s->wished && (s->member >= 0 || s->invitation)))
		return false;
	d->remembered[subject] = false;
	if (s->member >= 0 || s->invitation)
		manage(d, subject); /* says that it is not managed */
	else if (s->gets.member == MAYBE)
		draft_skip(d, s, arena_printf(d->a, "may be entitled: %s", s->gets.unsure));
	return true;
}

/* Given up, or another's: only the memory of it may be of no use any more. */
static void unmanaged(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];
	struct plan_account *account = &d->accounts[subject];

	d->remembered[subject] = s->account >= 0;
	account->decision = "is not managed";
	account->forget = s->member < 0 && !s->invitation && s->gets.member == NO;
}

static void subject_decide(struct drafting *d, size_t subject)
{
	const struct subject *s = &d->cast->subjects[subject];

	memory_begin(d, subject);
	if (subject_untouchable(s)) {
		untouched(d, subject);
		return;
	}
	if (newcomer_without(d, subject))
		return;
	if (!manage(d, subject)) {
		unmanaged(d, subject);
		return;
	}
	d->managed[subject] = true;
	memory_bind(d, subject);
	invitation_keep(d, subject);
	if (s->merged)
		merged_decide(d, subject);
	else if (s->gets.member == MAYBE)
		unknown_decide(d, subject);
	else if (s->gets.member == YES)
		entitled_decide(d, subject);
	else
		leaver_decide(d, subject);
}

/* ---- all of them ------------------------------------------------------------------------------ */

static const char *stranger_why(struct drafting *d, const struct member *m)
{
	const char *put_back;

	if (member_deleted(m))
		return "a deleted account";
	if (m->address && address_protected(d->w->policy, m->address))
		return "a protected member";
	put_back = put_back_why(d, m);
	return put_back ? put_back : "a member that no rule entitles, not managed";
}

/* Members and invitations that belong to nobody we know. */
static void strangers_report(struct drafting *d)
{
	const struct organization *o = d->w->organization;

	for (size_t i = 0; i < o->members_nr; i++)
		if (d->cast->member_owner[i] == NO_INDEX)
			VEC_ADD(&d->unmanaged,
				((struct plan_note){o->members[i].email, NULL,
						    stranger_why(d, &o->members[i])}));
	for (size_t i = 0; i < o->invitations_nr; i++)
		if (d->cast->invitation_owner[i] == NO_INDEX &&
		    o->invitations[i].status == INVITATION_OPEN)
			VEC_ADD(&d->unmanaged,
				((struct plan_note){o->invitations[i].email, NULL,
						    "an open invitation of nobody the rules entitle, not "
						    "managed"}));
}

void decide_all(struct drafting *d)
{
	for (size_t i = 0; i < d->cast->subjects_nr; i++)
		subject_decide(d, i);
	strangers_report(d);
}
