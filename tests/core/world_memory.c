#include "tests/core/building.h"

/* ---- memory ------------------------------------------------------------------------------ */

static void link_add(struct building *b, const char *text)
{
	size_t len = strcspn(text, "/");

	if (!text[len])
		nonsense(b, "DIRECTORY/ID expected");
	VEC_ADD(&b->links, ((struct known_person){arena_strndup(b->a, text, len), text + len + 1,
						  b->accounts.nr}));
}

static enum parked parked_word(struct building *b)
{
	for (enum parked p = PARKED_ATTEMPTS; p <= PARKED_UNAVAILABLE; p++)
		if (is(b, parked_name(p)))
			return p;
	nonsense(b, "no such parking");
}

static bool token_memory_word(struct building *b, struct known_account *k)
{
	struct known_token *t = k->token ? k->token : arena_alloc(b->a, sizeof *t);

	if (is(b, "token"))
		t->state = token_word(b);
	else if (is(b, "ours"))
		t->ours = true;
	else if (is(b, "ends"))
		t->expires_at = moment(b);
	else if (is(b, "seen"))
		t->seen_at = moment(b);
	else if (is(b, "tokens"))
		t->mails = (unsigned)number(b);
	else if (is(b, "mailed"))
		t->mailed_at = moment(b);
	else
		return false;
	k->token = t;
	return true;
}

static bool account_word(struct building *b, struct known_account *k)
{
	if (is(b, "member"))
		k->member_id = arena_printf(b->a, "m-%s", local(b->a, k->email));
	else if (is(b, "id"))
		k->member_id = word(b);
	else if (is(b, "attempts"))
		k->attempts = (unsigned)number(b);
	else if (is(b, "parked"))
		k->parked = parked_word(b), k->parked_at = SCENE_NOW - DAY;
	else if (is(b, "leaving"))
		k->leaving_since = moment(b), k->leaving_runs = 1;
	else if (is(b, "runs"))
		k->leaving_runs = (unsigned)number(b);
	else if (is(b, "waiting"))
		k->waiting_since = moment(b);
	else if (is(b, "front"))
		k->front = true;
	else if (is(b, "gone"))
		k->gone_since = moment(b);
	else if (is(b, "tried"))
		k->role_tried = role_word(b);
	else if (is(b, "forgotten"))
		k->managed = false;
	else
		return token_memory_word(b, k);
	return true;
}

static void account_item(struct building *b)
{
	struct known_account k = {.email = word(b), .managed = true};
	struct known_invitation i = {.account = b->accounts.nr, .role = ROLE_MEMBER};
	bool linked = false;

	k.key = (int64_t)b->accounts.nr + 1;
	k.address = i.address = normal(b->a, k.email);
	i.email = k.email;
	i.id = arena_printf(b->a, "i-%s", local(b->a, k.email));
	while (more(b)) {
		if (is(b, "of"))
			link_add(b, word(b)), linked = true;
		else if (is(b, "unlinked"))
			linked = true;
		else if (is(b, "invited"))
			i.sent_at = moment(b), i.expires_at = i.sent_at + 7 * DAY, k.attempts = 1;
		else if (is(b, "inv"))
			i.id = is(b, "-") ? NULL : word(b);
		else if (is(b, "to"))
			i.email = word(b), i.address = normal(b->a, i.email);
		else if (is(b, "unending"))
			i.expires_at = 0;
		else if (is(b, "role"))
			i.role = role_word(b);
		else if (!account_word(b, &k))
			nonsense(b, "no word of the memory");
	}
	if (!linked && b->directories.nr)
		link_add(b, arena_printf(b->a, "%s/%s", b->directories.items[0].r.directory,
					 local(b->a, k.email)));
	if (i.sent_at)
		VEC_ADD(&b->ours, i);
	VEC_ADD(&b->accounts, k);
}

static void known_directory_item(struct building *b)
{
	struct known_directory d = {.people = (size_t)number(b)};

	d.name = is(b, "of") ? word(b) : b->directories.items[0].r.directory;
	VEC_ADD(&b->sizes, d);
}

static void known_group_item(struct building *b)
{
	struct known_group g = {.name = word(b), .had_members = true};

	g.directory = b->directories.items[0].r.directory;
	g.selector = g.name;
	g.id = arena_printf(b->a, "g-%s", g.name);
	while (more(b)) {
		if (is(b, "of"))
			g.directory = word(b);
		else if (is(b, "id"))
			g.id = word(b);
		else if (is(b, "for"))
			g.selector = word(b);
		else if (is(b, "empty"))
			g.had_members = false;
		else
			nonsense(b, "no word of a remembered group");
	}
	VEC_ADD(&b->groups, g);
}

static unsigned loss_word(struct building *b)
{
	unsigned loss = loss_parse(word(b));

	if (!loss)
		nonsense(b, "no loss");
	return loss;
}

static void hold_item(struct building *b)
{
	struct known_hold h = {.id = word(b), .made_at = SCENE_NOW - DAY};
	unsigned losses = LOSS_END - 1;
	texts who = {0};
	VEC(unsigned) what = {0};

	while (h.cause < HOLD_FLOOR && !is(b, hold_cause_name(h.cause)))
		h.cause++;
	if (h.cause == HOLD_FLOOR && !is(b, "floor"))
		nonsense(b, "no cause of a hold");
	while (more(b)) {
		if (is(b, "made"))
			h.made_at = moment(b);
		else if (is(b, "released"))
			h.released_at = moment(b);
		else if (is(b, "taken"))
			h.taken = true;
		else if (is(b, "keeps"))
			losses = loss_word(b);
		else if (is(b, "who"))
			while (more(b)) {
				VEC_ADD(&who, normal(b->a, word(b)));
				VEC_ADD(&what, losses);
			}
		else
			nonsense(b, "no word of a hold");
	}
	h.addresses = keep_texts(b, &who);
	h.losses = KEEP(b, &what);
	VEC_ADD(&b->holds, h);
}

enum action_kind kind_word(struct building *b)
{
	int kind = action_parse(word(b));

	if (kind < 0)
		nonsense(b, "no kind of action");
	return (enum action_kind)kind;
}

static size_t account_of(struct building *b, const char *address)
{
	size_t i = 0;

	while (i < b->accounts.nr && !str_eq(b->accounts.items[i].address, address))
		i++;
	if (i == b->accounts.nr)
		nonsense(b, "no account of that e-mail");
	return i;
}

/* In the order of the accounts. */
static void redone_item(struct building *b)
{
	struct known_redone r = {.kind = kind_word(b)};

	r.account = account_of(b, normal(b->a, word(b)));
	r.times = (unsigned)number(b);
	if (more(b))
		r.role = role_word(b);
	VEC_ADD(&b->redone, r);
}

/* In the order of the accounts. */
static void refused_item(struct building *b)
{
	struct known_refusal r = {.row = (int64_t)b->refusals.nr + 1, .kind = kind_word(b),
				  .since = SCENE_NOW - 2 * HOUR, .at = SCENE_NOW - HOUR};

	r.address = normal(b->a, word(b));
	r.account = account_of(b, r.address);
	r.times = (unsigned)number(b);
	while (more(b)) {
		if (is(b, "role"))
			r.role = role_word(b);
		else if (is(b, "since"))
			r.since = moment(b);
		else if (is(b, "at"))
			r.at = moment(b);
		else if (is(b, "of"))
			r.address = normal(b->a, word(b));
		else if (is(b, "saying"))
			r.text = word(b);
		else
			nonsense(b, "no word of a refusal");
	}
	VEC_ADD(&b->refusals, r);
}

static void trial_item(struct building *b)
{
	struct add_trial *t = &b->s->known.trial;

	t->result = is(b, "begun") ? TRIAL_NONE
		    : choice(b, "passed", "failed") ? TRIAL_FAILED : TRIAL_PASSED;
	t->address = normal(b->a, word(b));
}

static void unknown_item(struct building *b)
{
	struct known_unknown u = {.row = (int64_t)b->unknown.nr + 1};

	u.kind = kind_word(b);
	u.email = word(b);
	u.address = normal(b->a, u.email);
	u.sent_at = moment(b);
	u.account = account_of(b, u.address);
	VEC_ADD(&b->unknown, u);
}

void memory_item(struct building *b)
{
	struct known *k = &b->s->known;

	if (is(b, "config"))
		k->accepted_config = choice(b, "new", "changed") ? "another" : NULL;
	else if (is(b, "mails"))
		k->mails_24h = (unsigned)number(b);
	else if (is(b, "last"))
		k->last_time = moment(b);
	else if (is(b, "learnt"))
		k->seats_learnt = number(b), k->seats_left = is(b, "left") ? number(b) : k->seats_learnt;
	else if (is(b, "told"))
		k->seats_told = number(b);
	else if (is(b, "trial"))
		trial_item(b);
	else if (is(b, "restored"))
		k->restored = true;
	else if (is(b, "fresh"))
		k->fresh = true;
	else if (is(b, "adopt"))
		VEC_ADD(&b->adopt, normal(b->a, word(b)));
	else if (is(b, "lost"))
		VEC_ADD(&b->lost, normal(b->a, word(b)));
	else if (is(b, "removed"))
		VEC_ADD(&b->removed, normal(b->a, word(b)));
	else if (is(b, "group"))
		known_group_item(b);
	else if (is(b, "people"))
		known_directory_item(b);
	else if (is(b, "hold"))
		hold_item(b);
	else if (is(b, "redone"))
		redone_item(b);
	else if (is(b, "refused"))
		refused_item(b);
	else if (is(b, "unknown"))
		unknown_item(b);
	else
		account_item(b);
}
