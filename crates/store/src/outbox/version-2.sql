-- The newest batch lies in the one row that every commit writes anyway, so that a commit writes one page instead of three.
-- Ids that are not in `seen` yet, each followed by a line feed; they are newer than all of those.
ALTER TABLE state ADD COLUMN recent TEXT NOT NULL DEFAULT '';
-- Lines up to `last`, which are not in `waiting`.
ALTER TABLE state ADD COLUMN last INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN lines BLOB NOT NULL DEFAULT x'';
