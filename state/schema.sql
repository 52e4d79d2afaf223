-- schema.sql - version 1 of the state: the memory of one organization.
--
-- Times are seconds since 1970-01-01 UTC; NULL where there is none.  An
-- `address` is an e-mail in normal form, for comparing; an `email` is the
-- same as somebody wrote it.  Words of enums are those of agent/model.h.
-- A later version is a further file and a row in the table of migrations
-- (open.c); this file never changes once it was released.

-- What is true of the whole file: one row.
CREATE TABLE memory (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	organization TEXT NOT NULL,
	written_at INTEGER NOT NULL,   -- by the last change: a clock behind it is wrong
	accepted_config TEXT,          -- fingerprint of the config whose losses are not held
	seats_learnt INTEGER,          -- total taught by the platform's refusal to assign
	seats_learnt_at INTEGER,
	head_seq INTEGER NOT NULL,     -- the history's last link: a cut tail shows
	head_hash TEXT NOT NULL,
	CHECK ((seats_learnt IS NULL) = (seats_learnt_at IS NULL))
) STRICT;

-- ---- memory ---------------------------------------------------------------

-- What binds people of the directories to one member or invitation.  Ids are
-- never used twice: the journal may name an account that is forgotten.
CREATE TABLE account (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	email TEXT,
	address TEXT,
	member_id TEXT,                -- NULL: not a member, as far as we saw
	managed INTEGER NOT NULL CHECK (managed IN (0, 1)),
	parked TEXT CHECK (parked IN ('attempts', 'removed', 'elsewhere')),
	parked_at INTEGER,
	attempts INTEGER NOT NULL CHECK (attempts >= 0),
	gone_since INTEGER,            -- our invitation vanished, no member came
	role_tried TEXT CHECK (role_tried IN ('member', 'billing_manager', 'admin')),
	decision TEXT,                 -- a sentence: what the last plan said of it
	-- Counters: written only at the end of a run whose readings counted.
	leaving_since INTEGER,         -- first run that saw no entitlement
	leaving_runs INTEGER NOT NULL DEFAULT 0 CHECK (leaving_runs >= 0),
	waiting_since INTEGER,         -- wants a seat and has none since
	front INTEGER NOT NULL DEFAULT 0 CHECK (front IN (0, 1))
) STRICT;
CREATE INDEX account_address ON account (address);

-- Links: a directory's immutable id.
CREATE TABLE person (
	directory TEXT NOT NULL,
	id TEXT NOT NULL,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	PRIMARY KEY (directory, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_account ON person (account);

-- The invitation of an account that is ours: sent by us, or adopted.
CREATE TABLE invitation (
	account INTEGER PRIMARY KEY REFERENCES account ON DELETE CASCADE,
	id TEXT,                       -- NULL where the platform does not tell ids
	email TEXT NOT NULL,
	address TEXT NOT NULL,
	role TEXT CHECK (role IN ('member', 'billing_manager', 'admin')),
	sent_at INTEGER,
	expires_at INTEGER,
	wants_seat INTEGER NOT NULL CHECK (wants_seat IN (0, 1))
) STRICT;

-- Groups that rules matched in the last complete readings.
CREATE TABLE known_group (
	position INTEGER PRIMARY KEY,
	directory TEXT NOT NULL,
	id TEXT NOT NULL,
	name TEXT,
	selector TEXT NOT NULL,        -- the rule's text that matched it
	had_members INTEGER NOT NULL CHECK (had_members IN (0, 1))
) STRICT;

-- `adopt EMAIL` of somebody not known yet: for the next plan that can.
CREATE TABLE wish (
	address TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- ---- runs and their journal -------------------------------------------------

CREATE TABLE run (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	command TEXT NOT NULL,
	actor TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('running', 'ended', 'interrupted')),
	started_at INTEGER NOT NULL,
	ended_at INTEGER,
	status INTEGER CHECK (status BETWEEN 0 AND 255),
	error TEXT,
	plan TEXT,                     -- its id
	CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
	CHECK ((state = 'ended') = (status IS NOT NULL))
) STRICT;

-- One row for each action.  todo -> sent (before the request leaves) -> done
-- or failed; `sent` means that nobody knows the outcome.
CREATE TABLE journal (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	run INTEGER NOT NULL REFERENCES run,
	account INTEGER REFERENCES account ON DELETE SET NULL,
	state TEXT NOT NULL CHECK (state IN ('todo', 'sent', 'done', 'failed')),
	action TEXT NOT NULL CHECK (action IN ('invite', 'reissue_invitation', 'cancel_invitation',
		'assign_seat', 'revoke_seat', 'set_role', 'remove_member', 'issue_token',
		'revoke_token')),
	email TEXT,
	address TEXT NOT NULL,
	member_id TEXT,
	invitation_id TEXT,
	role TEXT CHECK (role IN ('member', 'billing_manager', 'admin')),
	wants_seat INTEGER NOT NULL CHECK (wants_seat IN (0, 1)),
	loss INTEGER NOT NULL CHECK (loss IN (0, 1)),
	released INTEGER NOT NULL CHECK (released IN (0, 1)),
	expires_before INTEGER,        -- reissue: the expiry that it must move
	expires_after INTEGER,         -- invite, reissue: the expiry if the platform tells none
	sent_at INTEGER,
	ended_at INTEGER,
	text TEXT,                     -- what the platform said
	CHECK (state NOT IN ('sent', 'done') OR sent_at IS NOT NULL)
) STRICT;
CREATE INDEX journal_run ON journal (run);
CREATE INDEX journal_account ON journal (account) WHERE account IS NOT NULL;
CREATE INDEX journal_unknown ON journal (id) WHERE state = 'sent';
CREATE INDEX journal_sent_at ON journal (sent_at) WHERE sent_at IS NOT NULL;

-- ---- holds --------------------------------------------------------------------

-- A release is valid for a day, taken by the first run that can plan, and
-- then lasts until the hold is closed, when nobody is left in it.
CREATE TABLE hold (
	id TEXT PRIMARY KEY,
	cause TEXT NOT NULL CHECK (cause IN ('limit', 'config', 'incomplete', 'floor')),
	made_at INTEGER NOT NULL,
	released_at INTEGER,
	released_by TEXT,
	taken_at INTEGER,
	closed_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE hold_person (
	hold TEXT NOT NULL REFERENCES hold ON DELETE CASCADE,
	address TEXT NOT NULL,
	email TEXT,
	reason TEXT,
	PRIMARY KEY (hold, address)
) STRICT, WITHOUT ROWID;

-- ---- what the last plan showed ----------------------------------------------

-- What is not an action of it.
CREATE TABLE outlook (
	position INTEGER PRIMARY KEY,
	list TEXT NOT NULL CHECK (list IN ('held', 'waiting', 'manual', 'skipped', 'unmanaged')),
	action TEXT,
	email TEXT,
	rule TEXT,
	reason TEXT,
	why TEXT,
	hold TEXT,
	role TEXT
) STRICT;

CREATE TABLE problem (
	position INTEGER PRIMARY KEY,
	directory TEXT,
	known_group TEXT,
	state TEXT NOT NULL,
	why TEXT
) STRICT;

-- Seats over time: one row for each run that planned.
CREATE TABLE seats (
	run INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
	at INTEGER NOT NULL,
	total INTEGER,                 -- NULL: unknown
	assigned INTEGER NOT NULL,
	reserved INTEGER NOT NULL,
	free INTEGER,                  -- NULL: unknown
	waiting INTEGER NOT NULL
) STRICT;

-- ---- history --------------------------------------------------------------------

-- Append-only.  Each link's hash is over the link before and its own fields.
CREATE TABLE history (
	seq INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	run INTEGER NOT NULL,          -- 0: no run
	actor TEXT NOT NULL,
	event TEXT NOT NULL,
	email TEXT,
	address TEXT,
	result TEXT,
	text TEXT,
	hash TEXT NOT NULL
) STRICT;
CREATE INDEX history_address ON history (address) WHERE address IS NOT NULL;

-- Where the chain begins: the hash before its first link.  Trimming moves it
-- to the last link that goes, and only links up to it may go.
CREATE TABLE anchor (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	seq INTEGER NOT NULL,
	hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER history_keep BEFORE DELETE ON history
WHEN OLD.seq > coalesce((SELECT seq FROM anchor), 0)
BEGIN
	SELECT RAISE(ABORT, 'the history is append-only');
END;
CREATE TRIGGER history_freeze BEFORE UPDATE ON history
BEGIN
	SELECT RAISE(ABORT, 'the history is append-only');
END;
CREATE TRIGGER anchor_keep BEFORE DELETE ON anchor
BEGIN
	SELECT RAISE(ABORT, 'the history needs its anchor');
END;
CREATE TRIGGER anchor_move BEFORE UPDATE ON anchor
WHEN NEW.seq <= OLD.seq OR NEW.hash IS NOT (SELECT hash FROM history WHERE seq = NEW.seq)
BEGIN
	SELECT RAISE(ABORT, 'the anchor moves only forward, onto a link');
END;
