-- schema-2.sql - version 2 of the state: how large a directory was.

-- People of each configured directory in its last whole reading: a file with
-- fewer than half of them was cut off.
CREATE TABLE known_directory (
	name TEXT PRIMARY KEY,
	people INTEGER NOT NULL CHECK (people >= 0)
) STRICT, WITHOUT ROWID;
