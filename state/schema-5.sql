-- schema-5.sql - version 5 of the state: where people were.

-- The place (a DN) at which each linked person was last read, and earlier ones
-- for as long as a group goes on naming the person by them.
CREATE TABLE whereabouts (
	directory TEXT NOT NULL,
	id TEXT NOT NULL,
	place TEXT NOT NULL,
	PRIMARY KEY (directory, id, place)
) STRICT, WITHOUT ROWID;
