CREATE TABLE metadata (name text NOT NULL PRIMARY KEY, value text NOT NULL) WITHOUT ROWID;
CREATE TABLE images (tile_id integer PRIMARY KEY, tile_data blob NOT NULL);
CREATE TABLE map (
    zoom_level integer NOT NULL,
    tile_column integer NOT NULL,
    tile_row integer NOT NULL,
    tile_id integer NOT NULL REFERENCES images,
    PRIMARY KEY (zoom_level, tile_column, tile_row)
) WITHOUT ROWID;
CREATE VIEW tiles AS
    SELECT map.zoom_level AS zoom_level, map.tile_column AS tile_column, map.tile_row AS tile_row, images.tile_data AS tile_data
    FROM map JOIN images ON images.tile_id = map.tile_id;
