-- Frozen: a change is a new file.

-- How a note may be answered, as JSON; NULL for one that only tells or was answered.
ALTER TABLE inbox ADD COLUMN buttons TEXT;

-- Answers that were typed and that the portal may not have yet.
CREATE TABLE unsent (
    number INTEGER PRIMARY KEY,
    note TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL
) STRICT;
