-- Frozen: a change is a new file.

-- Events on their way to 1C. `number` is never given twice: a client names by it what it has worked off.
-- `dead` is the code of the failure with which an event was given up; `reads`: the fields of the entity are not read yet.
CREATE TABLE relay (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    base TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    portal TEXT NOT NULL,
    entity TEXT,
    reads INTEGER NOT NULL,
    data TEXT NOT NULL,
    answer INTEGER NOT NULL,
    at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    dead TEXT
) STRICT;
CREATE INDEX relay_waiting ON relay (base, number) WHERE dead IS NULL;
CREATE INDEX relay_dead ON relay (number) WHERE dead IS NOT NULL;

-- Ids that a base has had, whatever became of them, so that an event that comes again is known.
CREATE TABLE relayed (
    number INTEGER PRIMARY KEY,
    base TEXT NOT NULL,
    id TEXT NOT NULL,
    UNIQUE (base, id)
) STRICT;

-- Values of answers on their way back to an entity of a portal; `fields` is a JSON object.
CREATE TABLE relay_replies (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    base TEXT NOT NULL,
    portal TEXT NOT NULL,
    entity TEXT NOT NULL,
    fields TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX relay_replies_portal ON relay_replies (portal, number);
