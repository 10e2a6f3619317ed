-- A tile's attributes also as the text that a tile reads: writing them out for every row of every tile was a large part of its time.
-- The copies are made anew by the code files of this version, in spatial order.
TRUNCATE kraj.tile_features;
ALTER TABLE kraj.tile_features ADD COLUMN attributes text GENERATED ALWAYS AS (props::text) STORED;
