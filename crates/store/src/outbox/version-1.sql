-- One row: where reading goes on, and how far the reader of the lines has come. Lines are counted from 1.
CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    position TEXT,
    handed INTEGER NOT NULL,
    printed INTEGER NOT NULL
) STRICT;
INSERT INTO state (one, position, handed, printed) VALUES (1, NULL, 0, 0);

-- Lines that are not noted as printed, a batch in each row: one value costs less than a row for each line.
CREATE TABLE waiting (
    last INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    lines BLOB NOT NULL
) STRICT;

-- Ids against repetition, those of a batch in each row, each followed by a line feed.
CREATE TABLE seen (
    number INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    mids TEXT NOT NULL
) STRICT;
