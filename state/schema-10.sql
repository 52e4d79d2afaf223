-- schema-10.sql - version 10 of the state: how many seats a run left assigned.

-- Fewer than that, and another hand freed one: a total that was learnt is over.
ALTER TABLE memory ADD COLUMN seats_left INTEGER;
