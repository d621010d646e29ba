-- Frozen: a change is a new file.

-- Where the answer of a base to an event goes that it has acknowledged without one; nothing where none is wanted.
ALTER TABLE relayed ADD COLUMN portal TEXT;
ALTER TABLE relayed ADD COLUMN entity TEXT;

-- A base answers events by their ids.
CREATE INDEX relay_ids ON relay (base, id);
