-- Frozen: a change is a new file.

-- 1C sessions that were begun and, as far as is known, not ended. The id lets whoever has it end the session; the file is
-- readable by the user only.
CREATE TABLE sessions (
    root TEXT NOT NULL,
    id TEXT NOT NULL,
    base TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (root, id)
) STRICT, WITHOUT ROWID;

-- How the windows of a base look, in logical pixels and percent.
CREATE TABLE looks (
    base TEXT NOT NULL PRIMARY KEY,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    x INTEGER,
    y INTEGER,
    maximized INTEGER NOT NULL,
    zoom INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Objects with a star; `number` is the order in which they got it.
CREATE TABLE favourites (
    number INTEGER PRIMARY KEY,
    link TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    base TEXT NOT NULL
) STRICT;
