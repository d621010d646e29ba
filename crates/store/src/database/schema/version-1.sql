-- Frozen: a change is a new file.
-- In every table `number` grows with each insert and is the order of arrival.

-- The position in a portal's channel, opaque to the store.
CREATE TABLE cursors (
    portal TEXT NOT NULL PRIMARY KEY,
    position TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Event ids that were handled, so that a replay changes nothing.
CREATE TABLE seen (
    number INTEGER PRIMARY KEY,
    portal TEXT NOT NULL,
    mid TEXT NOT NULL,
    UNIQUE (portal, mid)
) STRICT;

-- Notes. One that a newer note of its tag replaced stays as a mark, so that its replay is known.
CREATE TABLE inbox (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    portal TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    link TEXT,
    tag TEXT,
    at INTEGER NOT NULL,
    read INTEGER NOT NULL,
    replaced INTEGER NOT NULL DEFAULT 0,
    toast INTEGER NOT NULL,
    kind TEXT NOT NULL
) STRICT;
CREATE INDEX inbox_unread ON inbox (number) WHERE read = 0;
CREATE INDEX inbox_tag ON inbox (tag) WHERE tag IS NOT NULL;

CREATE TABLE journal (
    number INTEGER PRIMARY KEY,
    timestamp INTEGER NOT NULL,
    operation TEXT NOT NULL,
    source_system TEXT NOT NULL,
    target_system TEXT NOT NULL,
    object_id TEXT NOT NULL,
    status TEXT NOT NULL,
    details TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    error_code TEXT
) STRICT;
CREATE INDEX journal_timestamp ON journal (timestamp);

CREATE TABLE recent (
    link TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    base TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
