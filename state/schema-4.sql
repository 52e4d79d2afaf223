-- schema-4.sql - version 4 of the state: the saved plans that were applied.

-- Each is done once, whatever became of it; rows stay for ever, as plans may lie
-- about for as long.  The run may be trimmed: no reference.
CREATE TABLE applied_plan (
	id TEXT PRIMARY KEY,
	digest TEXT NOT NULL,          -- SHA-256 of the file
	run INTEGER NOT NULL,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL
) STRICT, WITHOUT ROWID;
