-- schema-6.sql - version 6 of the state: the tokens of those who have a seat.

-- What was last seen of an account's token; never the token.  'none': or ended
-- by us, so what is found revoked does not count.  NULL: nothing is known.
ALTER TABLE account ADD COLUMN token TEXT CHECK (token IN ('none', 'live', 'expired', 'revoked'));
ALTER TABLE account ADD COLUMN token_ours INTEGER NOT NULL DEFAULT 0 CHECK (token_ours IN (0, 1));
ALTER TABLE account ADD COLUMN token_expires_at INTEGER;
ALTER TABLE account ADD COLUMN token_seen_at INTEGER;
ALTER TABLE account ADD COLUMN token_mailed_at INTEGER;  -- the last one that we issued
ALTER TABLE account ADD COLUMN token_mails INTEGER NOT NULL DEFAULT 0 CHECK (token_mails >= 0);
