-- schema-10.sql - version 10 of the state: what the platform refuses a person; how many seats a run left.

-- Clear refusals in a row of one action for one person.  Gone when it is done,
-- when nobody wants it any more, and with the account.
CREATE TABLE refusal (
	id INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	action TEXT NOT NULL,          -- one that the journal knows
	address TEXT NOT NULL,
	role TEXT CHECK (role IN ('member', 'billing_manager', 'admin')),
	times INTEGER NOT NULL CHECK (times > 0),
	since INTEGER NOT NULL,        -- the first of them
	at INTEGER NOT NULL,           -- the last
	text TEXT,                     -- what the platform said then
	UNIQUE (account, action)
) STRICT;

-- Seats assigned when the last run ended.  Fewer than that, and another hand
-- freed one: a total that was learnt is over.
ALTER TABLE memory ADD COLUMN seats_left INTEGER;
