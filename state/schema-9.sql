-- schema-9.sql - version 9 of the state: runs that were asked to stop, what a hold keeps.

-- 1: ended by a signal that asked for it, which is no failure of the run.
ALTER TABLE run ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0 CHECK (stopped IN (0, 1));

-- What a hold keeps from a person, words of agent/model.h with spaces between: a
-- release covers no more.  NULL: made by an earlier version; it covers nothing.
ALTER TABLE hold_person ADD COLUMN losses TEXT;
