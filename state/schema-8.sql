-- schema-8.sql - version 8 of the state: why each action was done.

ALTER TABLE journal ADD COLUMN reason TEXT;  -- a sentence, as the plan showed it
