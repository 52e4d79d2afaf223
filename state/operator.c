/* What an administrator says by hand: adopt, forget.  (release: hold.c) */
#include "state/store.h"

static const char SQL_WISH[] =
	"INSERT INTO wish (address) VALUES (?) ON CONFLICT DO NOTHING";
static const char SQL_WISH_DROP[] = "DELETE FROM wish WHERE address = ?";
static const char SQL_ADOPT[] =
	"UPDATE account SET managed = 1, parked = NULL, parked_at = NULL, unavailable = 0,"
	" attempts = 0"
	" WHERE address = ?1 OR id IN (SELECT account FROM invitation WHERE address = ?1)";
static const char SQL_FORGET[] =
	"UPDATE account SET managed = 0 WHERE managed = 1 AND"
	" (address = ?1 OR id IN (SELECT account FROM invitation WHERE address = ?1))";

static int word_link(struct state *s, const char *event, const char *address, const char *actor,
		     utc now, struct err *e)
{
	return history_append(s, &(struct link){.at = now, .run = s->run, .actor = actor,
						.event = event, .email = address,
						.address = address, .result = "done"},
			      e);
}

static int adopt_write(struct state *s, const char *address, const char *actor, utc now,
		       struct err *e)
{
	return STATE_DO(s, e, SQL_WISH, text(address)) ||
			       STATE_DO(s, e, SQL_ADOPT, text(address)) ||
			       word_link(s, "adopt", address, actor, now, e)
		       ? -1
		       : 0;
}

static int forget_write(struct state *s, const char *address, const char *actor, utc now,
			struct err *e)
{
	int64_t changed;

	if (STATE_DO(s, e, SQL_FORGET, text(address)))
		return -1;
	changed = state_changed(s);
	if (STATE_DO(s, e, SQL_WISH_DROP, text(address)))
		return -1;
	changed += state_changed(s);
	if (!changed)
		return err_set(e, ERR_REFUSED,
			       "%s: nobody is managed under that address; nothing was changed\n"
			       "hint: see `seatsync explain %s`",
			       address, address);
	return word_link(s, "forget", address, actor, now, e);
}

int state_adopt(struct state *s, const char *address, const char *actor, utc now, struct err *e)
{
	if (state_begin(s, e))
		return -1;
	if (adopt_write(s, address, actor, now, e))
		return state_rollback(s);
	return state_commit(s, now, e);
}

int state_forget(struct state *s, const char *address, const char *actor, utc now, struct err *e)
{
	if (state_begin(s, e))
		return -1;
	if (forget_write(s, address, actor, now, e))
		return state_rollback(s);
	return state_commit(s, now, e);
}
