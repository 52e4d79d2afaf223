#include "tests/core/after.h"

typedef VEC(struct member) members;
typedef VEC(struct invitation) invitations;

struct doing {
	struct scene *s;
	const struct scene *before;
	const struct plan *plan;
	members members;
	invitations invitations;
	VEC(struct known_account) accounts;
	VEC(struct known_person) links;
	VEC(struct known_invitation) ours;
	size_t *row;          /* for each account of the plan its place in `accounts` */
	bool *gone;           /* accounts forgotten by now */
	bool *undone;         /* actions of the plan that were refused, or need such a one */
	VEC(struct known_refusal) refusals; /* account: in `accounts` */
	const char *refused;
	int made;
};

enum { FORGOTTEN = -1 };

static void *keep(struct arena *a, void *items, size_t nr, size_t size)
{
	void *copy = arena_array(a, nr + 1, size);

	if (nr)
		memcpy(copy, items, nr * size);
	free(items);
	return copy;
}

#define KEEP(d, vec) keep(&(d)->s->arena, (vec)->items, (vec)->nr, sizeof *(vec)->items)

static void refuse(struct doing *d, const struct action *act, const char *why)
{
	if (!d->refused)
		d->refused = arena_printf(&d->s->arena, "the platform refuses %s of %s: %s",
					  action_name(act->kind), act->email, why);
}

/* ---- what the state writes before anything is sent -------------------------------- */

static bool outcome_unknown(const struct doing *d, int64_t key)
{
	const struct known *k = &d->before->known;

	for (size_t i = 0; i < k->unknown_nr; i++)
		if (k->accounts[k->unknown[i].account].key == key)
			return true;
	return false;
}

static bool refusal_over(const struct doing *d, int64_t row)
{
	for (size_t i = 0; i < d->plan->over_nr; i++)
		if (d->plan->over[i] == row)
			return true;
	return false;
}

static void refusals_keep(struct doing *d, int64_t key, size_t at)
{
	const struct known *k = &d->before->known;

	for (size_t i = 0; i < k->refusals_nr; i++)
		if (k->accounts[k->refusals[i].account].key == key &&
		    !refusal_over(d, k->refusals[i].row)) {
			VEC_ADD(&d->refusals, k->refusals[i]);
			d->refusals.items[d->refusals.nr - 1].account = at;
		}
}

static void account_write(struct doing *d, size_t i, int64_t *next_key)
{
	const struct plan_account *p = &d->plan->accounts[i];
	struct known_account k = p->memory;
	size_t at = d->accounts.nr;

	k.token = arena_alloc(&d->s->arena, sizeof *k.token); /* not the plan's: it changes */
	*k.token = account_token(&p->memory);
	d->row[i] = at;
	d->gone[i] = p->forget && !outcome_unknown(d, k.key);
	if (!k.key)
		k.key = (*next_key)++;
	refusals_keep(d, k.key, at);
	VEC_ADD(&d->accounts, k); /* forgotten ones are left out at the end */
	for (size_t j = 0; j < p->people_nr; j++)
		VEC_ADD(&d->links, ((struct known_person){p->people[j].directory,
							  p->people[j].id, at}));
	if (p->invitation) {
		struct known_invitation inv = *p->invitation;

		inv.account = at;
		VEC_ADD(&d->ours, inv);
	}
}

static void memory_write(struct doing *d)
{
	const struct known *k = &d->before->known;
	int64_t next_key = k->accounts_nr ? k->accounts[k->accounts_nr - 1].key + 1 : 1;

	d->row = arena_array(&d->s->arena, d->plan->accounts_nr + 1, sizeof *d->row);
	d->gone = arena_array(&d->s->arena, d->plan->accounts_nr + 1, sizeof *d->gone);
	for (size_t i = 0; i < d->plan->accounts_nr; i++)
		account_write(d, i, &next_key);
}

static struct known_invitation *ours_of(struct doing *d, size_t account)
{
	for (size_t i = 0; i < d->ours.nr; i++)
		if (d->ours.items[i].account == account)
			return &d->ours.items[i];
	return NULL;
}

static void ours_drop(struct doing *d, size_t account, const char *id)
{
	struct known_invitation *inv = ours_of(d, account);

	if (inv && (!id || !inv->id || str_eq(inv->id, id)))
		*inv = d->ours.items[--d->ours.nr];
}

/* ---- the platform --------------------------------------------------------------------- */

static struct member *member_find(struct doing *d, const struct action *act)
{
	for (size_t i = 0; i < d->members.nr; i++)
		if (str_eq(d->members.items[i].id, act->member_id))
			return &d->members.items[i];
	refuse(d, act, "no such member");
	return NULL;
}

static struct invitation *invitation_find(struct doing *d, const char *id)
{
	for (size_t i = 0; i < d->invitations.nr; i++)
		if (str_eq(d->invitations.items[i].id, id))
			return &d->invitations.items[i];
	return NULL;
}

static size_t seats_used(const struct doing *d)
{
	size_t nr = 0;

	for (size_t i = 0; i < d->members.nr; i++)
		nr += d->members.items[i].seat;
	return nr;
}

/* The memory of a token, as the journal writes it; NULL where nobody would remember it. */
static struct known_token *token_memory(struct doing *d, const struct action *act)
{
	if (act->account == NO_INDEX || d->gone[act->account])
		return NULL;
	return d->accounts.items[d->row[act->account]].token;
}

/* A seat begins without a token, and ends the one there is. */
static void token_end(struct doing *d, const struct action *act, struct member *m)
{
	struct known_token *k = token_memory(d, act);

	if (m && m->token.state == TOKEN_LIVE)
		m->token.state = TOKEN_REVOKED;
	if (k)
		k->state = TOKEN_NONE;
}

static void token_issue(struct doing *d, const struct action *act)
{
	struct member *m = member_find(d, act);
	struct known_token *k = token_memory(d, act);
	utc now = d->before->world.now;

	if (!m)
		return;
	if (!m->seat)
		refuse(d, act, "has no seat");
	if (act->expires_before ? m->token.state != TOKEN_LIVE ||
					  m->token.expires_at != act->expires_before
				: m->token.state == TOKEN_LIVE)
		refuse(d, act, act->expires_before ? "renews another" : "revokes a live one");
	m->token.state = TOKEN_LIVE;
	m->token.expires_at = now + d->before->policy.tokens.lifetime;
	if (!k) {
		refuse(d, act, "nobody would remember the token");
		return;
	}
	k->state = TOKEN_LIVE;
	k->ours = true;
	k->expires_at = m->token.expires_at;
	k->seen_at = now;
	if (act->expires_before)
		return;
	k->mails++;
	k->mailed_at = now;
}

static void seat_assign(struct doing *d, const struct action *act)
{
	struct member *m = member_find(d, act);
	int64_t total = d->before->organization.seats_total;

	if (!m)
		return;
	if (m->seat)
		refuse(d, act, "has one");
	token_end(d, act, m);
	m->seat = true;
	if (total != SEATS_UNKNOWN && (int64_t)seats_used(d) > total)
		refuse(d, act, "no seat is free");
}

/* What the journal does when the answer to a mail came. */
static void mail_remember(struct doing *d, const struct action *act, const struct invitation *sent)
{
	struct known_account *k;
	struct known_invitation *inv;
	size_t at;

	if (act->account == NO_INDEX || d->gone[act->account]) {
		refuse(d, act, "nobody would remember it");
		return;
	}
	at = d->row[act->account];
	k = &d->accounts.items[at];
	inv = ours_of(d, at);
	k->attempts++;
	k->gone_since = 0;
	k->email = act->email;
	k->address = act->address;
	if (!inv) {
		VEC_ADD(&d->ours, ((struct known_invitation){.account = at}));
		inv = &d->ours.items[d->ours.nr - 1];
	}
	*inv = (struct known_invitation){.id = sent->id, .email = act->email, .address = act->address,
					 .account = at, .role = act->role ? act->role : inv->role,
					 .sent_at = sent->sent_at, .expires_at = sent->expires_at};
}

/* They come to nothing at first: a member appears later, or never. */
static bool adds(struct doing *d, const struct action *act, struct invitation *made)
{
	enum invitations_mode mode = d->before->policy.invitations_mode;

	if (mode == INVITATIONS_ONBOARD) {
		if (!act->wants_seat)
			refuse(d, act, "nobody asked for the seat that it gives");
		made->expires_at = d->before->world.now + ONBOARDING_SECONDS;
	}
	if (mode != INVITATIONS_ONBOARD && mode != INVITATIONS_ADD_USER)
		return false;
	made->id = NULL;
	return true;
}

static void invite(struct doing *d, const struct action *act)
{
	struct invitation inv = {
		.id = arena_printf(&d->s->arena, "i-made-%lld-%d",
				   (long long)d->before->world.now, ++d->made),
		.email = act->email, .address = act->address,
		.status = INVITATION_OPEN, .role = act->role,
		.sent_at = d->before->world.now,
		.expires_at = d->before->world.now + d->before->policy.invitations.lifetime};

	for (size_t i = 0; i < d->members.nr; i++)
		if (str_eq(d->members.items[i].address, inv.address))
			refuse(d, act, "is a member");
	for (size_t i = 0; i < d->invitations.nr; i++)
		if (str_eq(d->invitations.items[i].address, inv.address) &&
		    d->invitations.items[i].status == INVITATION_OPEN)
			refuse(d, act, "is invited already");
	if (!adds(d, act, &inv) && d->before->organization.invitations_listed)
		VEC_ADD(&d->invitations, inv);
	mail_remember(d, act, &inv);
}

static void reissue(struct doing *d, const struct action *act)
{
	struct invitation *inv = invitation_find(d, act->invitation_id);
	struct invitation hidden = {.id = act->invitation_id, .email = act->email,
				    .address = act->address, .role = act->role};

	if (!inv && d->before->organization.invitations_listed) {
		VEC_ADD(&d->invitations, hidden); /* expired ones may be hidden until resent */
		inv = &d->invitations.items[d->invitations.nr - 1];
	} else if (!inv) {
		inv = &hidden;
	}
	if (inv->expires_at && inv->expires_at != act->expires_before)
		refuse(d, act, "the expiry it would move is another");
	inv->status = INVITATION_OPEN;
	inv->sent_at = d->before->world.now;
	inv->expires_at = inv->sent_at + d->before->policy.invitations.lifetime;
	mail_remember(d, act, inv);
}

static void cancel(struct doing *d, const struct action *act)
{
	struct invitation *inv = invitation_find(d, act->invitation_id);

	if (inv)
		*inv = d->invitations.items[--d->invitations.nr];
	if (act->account != NO_INDEX)
		ours_drop(d, d->row[act->account], act->invitation_id);
}

static void member_remove(struct doing *d, const struct action *act)
{
	struct member *m = member_find(d, act);

	if (m && m->seat)
		refuse(d, act, "still has a seat");
	if (m)
		*m = d->members.items[--d->members.nr];
	if (act->account != NO_INDEX)
		d->gone[act->account] = true;
}

/* ---- refusals, as the journal writes them ---------------------------------------------- */

static struct known_refusal *refusal_of(struct doing *d, const struct action *act)
{
	for (size_t i = 0; act->account != NO_INDEX && i < d->refusals.nr; i++)
		if (d->refusals.items[i].account == d->row[act->account] &&
		    d->refusals.items[i].kind == act->kind)
			return &d->refusals.items[i];
	return NULL;
}

static int64_t row_next(const struct doing *d)
{
	int64_t most = 0;

	for (size_t i = 0; i < d->refusals.nr; i++)
		if (d->refusals.items[i].row > most)
			most = d->refusals.items[i].row;
	return most + 1;
}

static void refusal_note(struct doing *d, const struct action *act)
{
	struct known_refusal *r = refusal_of(d, act);

	if (!r) {
		VEC_ADD(&d->refusals, ((struct known_refusal){
					      .row = row_next(d), .account = d->row[act->account],
					      .kind = act->kind, .address = act->address,
					      .role = act->role, .since = d->before->world.now,
					      .text = "no"}));
		r = &d->refusals.items[d->refusals.nr - 1];
	}
	r->times++;
	r->at = d->before->world.now;
}

static void refusal_end(struct doing *d, const struct action *act)
{
	struct known_refusal *r = refusal_of(d, act);

	if (r)
		*r = d->refusals.items[--d->refusals.nr];
}

/* Losses go through; what needs something refused is not sent. */
static bool refused(struct doing *d, const struct action *act)
{
	size_t i = (size_t)(act - d->plan->actions);

	if (act->needs != NO_INDEX && d->undone[act->needs])
		d->undone[i] = true;
	for (const char *const *s = d->before->refuses; s && *s && !d->undone[i]; s++)
		if (!act->loss && str_eq(*s, act->address)) {
			d->undone[i] = true;
			refusal_note(d, act);
		}
	return d->undone[i];
}

static void action_do(struct doing *d, const struct action *act)
{
	struct member *m;

	if (refused(d, act))
		return;
	refusal_end(d, act);
	switch (act->kind) {
	case ACTION_INVITE:
		invite(d, act);
		break;
	case ACTION_REISSUE_INVITATION:
		reissue(d, act);
		break;
	case ACTION_CANCEL_INVITATION:
		cancel(d, act);
		break;
	case ACTION_ASSIGN_SEAT:
		seat_assign(d, act);
		break;
	case ACTION_REMOVE_MEMBER:
		member_remove(d, act);
		break;
	case ACTION_REVOKE_SEAT:
		if ((m = member_find(d, act)))
			m->seat = false;
		token_end(d, act, m);
		break;
	case ACTION_SET_ROLE:
		if ((m = member_find(d, act)))
			m->role = act->role;
		break;
	case ACTION_ISSUE_TOKEN:
		token_issue(d, act);
		break;
	case ACTION_REVOKE_TOKEN:
		token_end(d, act, member_find(d, act));
		break;
	case ACTION_NR:
		break;
	}
}

/* ---- what the state writes at the end --------------------------------------------------- */

static void texts_after(struct doing *d)
{
	const struct known *k = &d->before->known;
	VEC(const char *) lost = {0};
	VEC(const char *) adopt = {0};

	for (const char *const *s = k->lost_24h; s && *s; s++)
		VEC_ADD(&lost, *s);
	for (size_t i = 0; i < d->plan->actions_nr; i++)
		if (d->plan->actions[i].loss && !d->plan->actions[i].released)
			VEC_ADD(&lost,
				d->plan->actions[i].address);
	for (const char *const *s = k->adopt; s && *s; s++) {
		bool done = false;

		for (size_t i = 0; i < d->plan->accounts_nr; i++) {
			const struct plan_account *p = &d->plan->accounts[i];

			done |= !p->forget && p->memory.managed && (p->people_nr || p->adopted) &&
				str_eq(p->memory.address, *s);
		}
		if (!done)
			VEC_ADD(&adopt, *s);
	}
	VEC_ADD(&lost, NULL);
	VEC_ADD(&adopt, NULL);
	d->s->known.lost_24h = KEEP(d, &lost);
	d->s->known.adopt = KEEP(d, &adopt);
}

static void holds_after(struct doing *d)
{
	const struct known *k = &d->before->known;
	VEC(struct known_hold) holds = {0};
	utc now = d->before->world.now;

	for (size_t i = 0; i < d->plan->holds_nr; i++) {
		const struct plan_hold *p = &d->plan->holds[i];
		struct known_hold hold = {.id = p->id, .cause = p->cause, .made_at = p->made_at,
					  .addresses = p->addresses, .losses = p->losses};

		for (size_t j = 0; j < k->holds_nr; j++) {
			const struct known_hold *was = &k->holds[j];

			if (p->fresh || !str_eq(was->id, p->id))
				continue;
			hold.released_at = was->released_at;
			hold.taken = was->taken || (was->released_at &&
						    now - was->released_at < DAY);
		}
		VEC_ADD(&holds, hold);
	}
	d->s->known.holds_nr = holds.nr;
	d->s->known.holds = KEEP(d, &holds);
}

/* What was done once more by now is not counted: that it was done before is enough. */
static void redone_after(struct doing *d, const size_t *place)
{
	const struct known *k = &d->before->known;
	struct known_redone *kept =
		arena_array(&d->s->arena, k->redone_nr + 1, sizeof *kept);
	size_t nr = 0;

	for (size_t i = 0; i < k->redone_nr; i++)
		if (place[k->redone[i].account] != (size_t)FORGOTTEN) {
			kept[nr] = k->redone[i];
			kept[nr++].account = place[k->redone[i].account];
		}
	d->s->known.redone = kept;
	d->s->known.redone_nr = nr;
}

static int refusal_order(const void *left, const void *right)
{
	const struct known_refusal *a = left, *b = right;

	if (a->account != b->account)
		return a->account < b->account ? -1 : 1;
	return a->kind < b->kind ? -1 : a->kind > b->kind;
}

static void refusals_after(struct doing *d, const size_t *place)
{
	struct known *k = &d->s->known;
	size_t kept = 0;

	for (size_t i = 0; i < d->refusals.nr; i++)
		if (place[d->refusals.items[i].account] != (size_t)FORGOTTEN) {
			d->refusals.items[kept] = d->refusals.items[i];
			d->refusals.items[kept].account = place[d->refusals.items[kept].account];
			kept++;
		}
	k->refusals_nr = d->refusals.nr = kept;
	if (kept)
		qsort(d->refusals.items, kept, sizeof *d->refusals.items, refusal_order);
	k->refusals = KEEP(d, &d->refusals);
}

/* Leaves out who is forgotten, and renumbers. */
static void accounts_after(struct doing *d)
{
	struct known *k = &d->s->known;
	size_t *place = arena_array(&d->s->arena, d->accounts.nr + 1, sizeof *place);
	size_t kept = 0;

	for (size_t i = 0; i < d->accounts.nr; i++) {
		place[i] = d->gone[i] ? (size_t)FORGOTTEN : kept;
		if (!d->gone[i])
			d->accounts.items[kept++] = d->accounts.items[i];
	}
	d->accounts.nr = kept;
	k->accounts_nr = kept;
	k->accounts = KEEP(d, &d->accounts);
	k->people_nr = k->invitations_nr = 0;
	for (size_t i = 0; i < d->links.nr; i++)
		if (place[d->links.items[i].account] != (size_t)FORGOTTEN) {
			d->links.items[k->people_nr] = d->links.items[i];
			d->links.items[k->people_nr++].account = place[d->links.items[i].account];
		}
	for (size_t i = 0; i < d->ours.nr; i++)
		if (place[d->ours.items[i].account] != (size_t)FORGOTTEN) {
			d->ours.items[k->invitations_nr] = d->ours.items[i];
			d->ours.items[k->invitations_nr++].account =
				place[d->ours.items[i].account];
		}
	k->people = KEEP(d, &d->links);
	k->invitations = KEEP(d, &d->ours);
	for (size_t i = 0; i < k->unknown_nr; i++)
		k->unknown[i].account = place[k->unknown[i].account];
	redone_after(d, place);
	refusals_after(d, place);
}

static void mails_count(struct doing *d)
{
	for (size_t i = 0; i < d->plan->actions_nr; i++)
		d->s->known.mails_24h += d->plan->actions[i].phase == PHASE_INVITE && !d->undone[i];
}

static void organization_copy(struct doing *d)
{
	const struct organization *o = &d->before->organization;

	for (size_t i = 0; i < o->members_nr; i++)
		VEC_ADD(&d->members, o->members[i]);
	for (size_t i = 0; i < o->invitations_nr; i++)
		VEC_ADD(&d->invitations, o->invitations[i]);
}

static size_t seats_of(const struct scene *s)
{
	size_t nr = 0;

	for (size_t i = 0; i < s->organization.members_nr; i++)
		nr += s->organization.members[i].seat;
	return nr;
}

static void organization_after(struct doing *d)
{
	struct organization *o = &d->s->organization;

	if (o->seats_assigned != SEATS_UNKNOWN)
		o->seats_assigned += (int64_t)seats_used(d) - (int64_t)seats_of(d->before);
	o->members_nr = d->members.nr;
	o->members = KEEP(d, &d->members);
	o->invitations_nr = d->invitations.nr;
	o->invitations = KEEP(d, &d->invitations);
}

/* As the state: one that was not read whole stays as it was. */
static void directories_after(struct doing *d)
{
	const struct known *k = &d->before->known;
	VEC(struct known_directory) after = {0};

	for (size_t i = 0; i < d->plan->directories_nr; i++) {
		const struct plan_directory *now = &d->plan->directories[i];

		if (now->state == COMPLETE)
			VEC_ADD(&after, ((struct known_directory){now->name, now->people}));
		for (size_t j = 0; now->state != COMPLETE && j < k->directories_nr; j++)
			if (str_eq(k->directories[j].name, now->name))
				VEC_ADD(&after, k->directories[j]);
	}
	d->s->known.directories_nr = after.nr;
	d->s->known.directories = KEEP(d, &after);
}

const char *scene_after(struct scene *s, const struct scene *before, const struct plan *plan,
			int64_t later)
{
	struct doing d = {.s = s, .before = before, .plan = plan};

	*s = (struct scene){.policy = before->policy, .readings = before->readings,
			    .refuses = before->refuses,
			    .organization = before->organization, .known = before->known};
	if (before->known.unknown_nr)
		s->known.unknown = memcpy(arena_array(&s->arena, before->known.unknown_nr,
						      sizeof *s->known.unknown),
					  before->known.unknown,
					  before->known.unknown_nr * sizeof *s->known.unknown);
	d.undone = arena_array(&s->arena, plan->actions_nr + 1, sizeof *d.undone);
	organization_copy(&d);
	memory_write(&d);
	for (size_t i = 0; i < plan->actions_nr; i++)
		action_do(&d, &plan->actions[i]);
	mails_count(&d);
	organization_after(&d);
	texts_after(&d);
	holds_after(&d);
	accounts_after(&d);
	directories_after(&d);
	s->known.fresh = false;
	s->known.last_time = before->world.now;
	s->known.trial = plan->trial;
	s->known.seats_left = plan->seats.assigned + (int64_t)seats_of(s) - (int64_t)seats_of(before);
	s->known.groups = plan->groups;
	s->known.groups_nr = plan->groups_nr;
	if (plan->config_accepted)
		s->known.accepted_config = before->policy.fingerprint;
	s->world = before->world;
	s->world.policy = &s->policy;
	s->world.organization = &s->organization;
	s->world.known = &s->known;
	s->world.now = before->world.now + later;
	return d.refused;
}
