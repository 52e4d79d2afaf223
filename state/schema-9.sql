-- schema-9.sql - version 9 of the state: runs that were asked to stop.

-- 1: ended by a signal that asked for it, which is no failure of the run.
ALTER TABLE run ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0 CHECK (stopped IN (0, 1));
