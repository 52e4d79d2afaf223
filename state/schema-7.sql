-- schema-7.sql - version 7 of the state: adding members and onboarding.

-- 1: the platform does not onboard the address, since parked_at.  Counts as
-- parked; `parked` itself knows only the reasons of version 1.
ALTER TABLE account ADD COLUMN unavailable INTEGER NOT NULL DEFAULT 0
	CHECK (unavailable IN (0, 1));

-- The first member made by POST users: was it as expected?
ALTER TABLE memory ADD COLUMN trial TEXT CHECK (trial IN ('passed', 'failed'));
ALTER TABLE memory ADD COLUMN trial_address TEXT;

-- Total told by the counters of an onboarding.
ALTER TABLE memory ADD COLUMN seats_told INTEGER;
ALTER TABLE memory ADD COLUMN seats_told_at INTEGER;
