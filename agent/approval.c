#include "agent/approval.h"

#include "agent/differences.h"
#include "agent/saved_file.h"
#include "agent/text.h"

/* ---- once only ------------------------------------------------------------------ */

static int unused_check(struct approval *ap, struct session *s, struct err *e)
{
	struct applied_row before;
	char at[UTC_TEXT_SIZE];

	if (state_applied(s->state, &s->arena, ap->saved.file.id, &before, e))
		return -1;
	if (!before.at)
		return 0;
	return err_set(e, ERR_REFUSED,
		       "%s: plan %s was already applied by %s at %s (run %lld); each is done once\n"
		       "hint: `seatsync history` tells what became of it; what it did not come to "
		       "is done by the next sync, or by a new plan",
		       ap->path, ap->saved.file.id, before.actor, utc_format(at, before.at),
		       (long long)before.run);
}

static int approval_read(struct approval *ap, struct session *s, struct err *e)
{
	if (saved_read(&ap->saved, &s->arena, ap->path, e))
		return -1;
	if (saved_fits(&ap->saved, &s->settings.policy, e))
		return err_wrap(e, "%s", ap->path);
	return unused_check(ap, s, e);
}

bool approval_open(struct approval *ap, struct invocation *in, struct session *s, const char *path)
{
	struct err e = {0};

	ap->path = path;
	if (approval_read(ap, s, &e) == 0)
		return true;
	in->status = command_fail(in, &e);
	return false;
}

/* ---- the same as it was approved ---------------------------------------------------- */

static void differences_show(const struct approval *ap, const struct listing *l)
{
	char at[UTC_TEXT_SIZE];

	printf("what differs between plan %s of %s and now (%zu)\n", ap->saved.file.id,
	       utc_format(at, ap->saved.file.created_at), l->rows_nr);
	listing_text(stdout, l, true, "  ");
	fflush(stdout);
}

static int refuse(const struct approval *ap, struct run *r, const struct differences *d)
{
	struct session *s = r->session;
	const struct listing l = difference_listing(d);
	const char *line = differences_line(&s->arena, d);
	struct err e = {0};

	if (!s->in->json)
		differences_show(ap, &l);
	if (state_saved_refused(s->state, &ap->saved.file, line, s->now, &e))
		return run_abort(r, &e);
	err_set(&e, ERR_REFUSED,
		"%s: plan %s comes out differently now (%s); nothing was changed\n"
		"hint: if the differences are right, make a new plan with `seatsync plan --out`",
		ap->path, ap->saved.file.id, line);
	return run_decline(r, &e, &l);
}

bool approval_holds(const struct approval *ap, struct run *r, int *status)
{
	struct differences d;

	differences_find(&d, &r->session->arena, &ap->saved, &r->plan);
	if (!d.nr) {
		log_info("%s: plan %s comes out the same", ap->path, ap->saved.file.id);
		return true;
	}
	*status = refuse(ap, r, &d);
	return false;
}
