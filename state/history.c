/* The chain: what was done, by whom, in an order nobody can change unseen. */
#include <stdio.h>

#include "state/store.h"

enum { TRIM_LINKS_MAX = 20000 }; /* in one run: an end of a run stays quick */

static const char SQL_LINK_ADD[] =
	"INSERT INTO history (seq, at, run, actor, event, email, address, result, text, hash)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char SQL_LINKS[] =
	"SELECT seq, at, run, actor, event, email, address, result, text, hash"
	" FROM history ORDER BY seq";
static const char SQL_ANCHOR[] = "SELECT seq, hash FROM anchor";
static const char SQL_HEAD_NOW[] = "SELECT head_seq, head_hash FROM memory";
static const char SQL_TRIM_END[] =
	"SELECT min(first, ? + (SELECT seq FROM anchor)) FROM"
	" (SELECT min(seq) - 1 AS first FROM history WHERE at >= ?)";
static const char SQL_ANCHOR_MOVE[] =
	"UPDATE anchor SET seq = h.seq, hash = h.hash FROM history h"
	" WHERE h.seq = ? AND h.seq > anchor.seq";
static const char SQL_LINKS_TRIM[] = "DELETE FROM history WHERE seq <= ?";
static const char SQL_INTEGRITY[] = "PRAGMA integrity_check(1)";
static const char SQL_LINKS_FIND[] =
	"SELECT seq, at, run, actor, event, email, result, text FROM"
	" (SELECT * FROM history WHERE ?1 IS NULL"
	"  AND (?2 IS NULL OR event = ?2) AND at >= ?3 ORDER BY seq DESC LIMIT ?4)"
	" ORDER BY seq";
static const char SQL_LINKS_OF[] = /* of one address, by its index */
	"SELECT seq, at, run, actor, event, email, result, text FROM"
	" (SELECT * FROM history WHERE address = ?1"
	"  AND (?2 IS NULL OR event = ?2) AND at >= ?3 ORDER BY seq DESC LIMIT ?4)"
	" ORDER BY seq";

/* ---- hashes --------------------------------------------------------------- */

void history_genesis(const char *organization, char hash[DIGEST_TEXT_SIZE])
{
	struct digest d;

	digest_begin(&d);
	digest_text(&d, "seatsync history 1");
	digest_text(&d, organization);
	digest_end(&d, hash);
}

static void link_hash(const char *before, int64_t seq, const struct link *l,
		      char hash[DIGEST_TEXT_SIZE])
{
	struct digest d;

	digest_begin(&d);
	digest_text(&d, before);
	digest_number(&d, seq);
	digest_number(&d, l->at);
	digest_number(&d, l->run);
	digest_text(&d, l->actor);
	digest_text(&d, l->event);
	digest_text(&d, l->email);
	digest_text(&d, l->address);
	digest_text(&d, l->result);
	digest_text(&d, l->text);
	digest_end(&d, hash);
}

/* ---- adding --------------------------------------------------------------- */

int history_append(struct state *s, const struct link *l, struct err *e)
{
	char hash[DIGEST_TEXT_SIZE];

	link_hash(s->head_hash, s->head_seq + 1, l, hash);
	if (STATE_DO(s, e, SQL_LINK_ADD, num(s->head_seq + 1), num(l->at), num(l->run),
		     text(l->actor), text(l->event), text(l->email), text(l->address),
		     text(l->result), text(l->text), text(hash)))
		return -1;
	s->head_seq++;
	memcpy(s->head_hash, hash, sizeof hash);
	return 0;
}

/* ---- trimming --------------------------------------------------------------- */

/* The link that says so is newer than `before`, so it stays. */
int history_trim(struct state *s, utc before, utc now, struct err *e)
{
	char said[64];
	int64_t last;

	if (state_number(s, &last, 0, e, SQL_TRIM_END,
			 STATE_VALUES(num(TRIM_LINKS_MAX), num(before))) ||
	    STATE_DO(s, e, SQL_ANCHOR_MOVE, num(last)))
		return -1;
	if (!state_changed(s))
		return 0;
	if (STATE_DO(s, e, SQL_LINKS_TRIM, num(last)))
		return -1;
	snprintf(said, sizeof said, "links up to %lld", (long long)last);
	return history_append(s, &(struct link){.at = now, .run = s->run, .actor = s->actor,
						.event = "trimmed", .result = "done", .text = said},
			      e);
}

/* ---- proving ----------------------------------------------------------------- */

struct chain {
	int64_t seq;
	char hash[DIGEST_TEXT_SIZE];
};

static int chain_end_read(struct state *s, const char *sql, struct chain *c, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	const char *hash;
	int more;

	if (state_query(s, &rows, e, sql, NULL, 0))
		return -1;
	more = rows_next(s, rows, e);
	if (more < 0)
		return -1;
	hash = more ? rows_peek(rows, 1) : NULL;
	if (!hash || strlen(hash) != DIGEST_TEXT_SIZE - 1)
		return err_set(e, ERR_STATE, "history: its %s is gone",
			       sql == SQL_ANCHOR ? "anchor" : "head");
	c->seq = rows_num(rows, 0);
	memcpy(c->hash, hash, sizeof c->hash);
	return 0;
}

static int link_verify(struct chain *c, ROWS *rows, struct err *e)
{
	char hash[DIGEST_TEXT_SIZE];
	int64_t seq = rows_num(rows, 0);
	struct link l = {
		.at = rows_num(rows, 1), .run = rows_num(rows, 2), .actor = rows_peek(rows, 3),
		.event = rows_peek(rows, 4), .email = rows_peek(rows, 5),
		.address = rows_peek(rows, 6), .result = rows_peek(rows, 7),
		.text = rows_peek(rows, 8),
	};

	if (seq != c->seq + 1)
		return err_set(e, ERR_STATE, "history: link %lld is missing; the next is %lld",
			       (long long)c->seq + 1, (long long)seq);
	link_hash(c->hash, seq, &l, hash);
	if (!str_eq(hash, rows_peek(rows, 9)))
		return err_set(e, ERR_STATE,
			       "history: link %lld does not fit the one before: it or its hash "
			       "was changed",
			       (long long)seq);
	c->seq = seq;
	memcpy(c->hash, hash, sizeof hash);
	return 0;
}

static int chain_walk(struct state *s, struct chain *c, size_t *links, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;
	int more;

	if (state_query(s, &rows, e, SQL_LINKS, NULL, 0))
		return -1;
	for (*links = 0; (more = rows_next(s, rows, e)) > 0; ++*links)
		if (link_verify(c, rows, e))
			return -1;
	return more;
}

static int chain_verify(struct state *s, size_t *links, struct err *e)
{
	char genesis[DIGEST_TEXT_SIZE];
	struct chain walk, head;

	if (chain_end_read(s, SQL_ANCHOR, &walk, e) || chain_end_read(s, SQL_HEAD_NOW, &head, e))
		return -1;
	history_genesis(s->organization, genesis);
	if (walk.seq == 0 && !str_eq(walk.hash, genesis))
		return err_set(e, ERR_STATE, "history: its anchor was changed");
	if (chain_walk(s, &walk, links, e))
		return -1;
	if (walk.seq < head.seq)
		return err_set(e, ERR_STATE, "history: link %lld is missing; it was the last",
			       (long long)walk.seq + 1);
	if (walk.seq > head.seq || !str_eq(walk.hash, head.hash))
		return err_set(e, ERR_STATE, "history: link %lld is not the last one written",
			       (long long)walk.seq);
	return 0;
}

/* The file's own structure too: a link may be whole and its index not. */
static int file_verify(struct state *s, struct err *e)
{
	ROWS *rows CLEANUP(rows_end) = NULL;

	if (state_query(s, &rows, e, SQL_INTEGRITY, NULL, 0) || rows_next(s, rows, e) < 0)
		return -1;
	if (str_eq(rows_peek(rows, 0), "ok"))
		return 0;
	return err_set(e, ERR_STATE, "state %s: damaged: %s", s->path, rows_peek(rows, 0));
}

int state_history_verify(struct state *s, size_t *links, struct err *e)
{
	size_t walked;
	int failed;

	if (state_read_begin(s, e))
		return -1;
	failed = chain_verify(s, &walked, e) || file_verify(s, e) ? -1 : 0;
	state_read_end(s);
	if (!failed)
		*links = walked;
	return failed;
}

/* ---- showing --------------------------------------------------------------- */

int state_history(struct state *s, struct arena *a, const struct history_filter *f,
		  struct history_row **rows, size_t *nr, struct err *e)
{
	ROWS *found CLEANUP(rows_end) = NULL;
	VEC(struct history_row) list = {0};
	int more;

	if (STATE_QUERY(s, &found, e, f->address ? SQL_LINKS_OF : SQL_LINKS_FIND,
			text(f->address), text(f->event), num(f->since),
			num(f->limit ? (int64_t)f->limit : -1)))
		return -1;
	while ((more = rows_next(s, found, e)) > 0)
		VEC_ADD(&list, ((struct history_row){
				       .seq = rows_num(found, 0),
				       .at = rows_num(found, 1),
				       .run = rows_num(found, 2),
				       .actor = rows_text(found, 3, a),
				       .event = rows_text(found, 4, a),
				       .email = rows_text(found, 5, a),
				       .result = rows_text(found, 6, a),
				       .text = rows_text(found, 7, a),
			       }));
	if (!more) {
		*nr = list.nr;
		*rows = LIST_KEEP(a, &list);
	}
	VEC_FREE(&list);
	return more;
}
