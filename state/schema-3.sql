-- schema-3.sql - version 3 of the state: with which configuration a run was made.

-- Digest of the file; NULL for runs of earlier versions.  After many failures a
-- changed configuration is tried at once.
ALTER TABLE run ADD COLUMN config TEXT;
