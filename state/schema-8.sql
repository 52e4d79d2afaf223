-- schema-8.sql - version 8 of the state: why each action was done, who waits for a seat.

ALTER TABLE journal ADD COLUMN reason TEXT;  -- a sentence, as the plan showed it
ALTER TABLE outlook ADD COLUMN wants_seat INTEGER NOT NULL DEFAULT 0
	CHECK (wants_seat IN (0, 1));
