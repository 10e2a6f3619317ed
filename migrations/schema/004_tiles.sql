-- Copies of the layers for drawing: in Web Mercator, generalised per zoom band. Derived: kraj.settle_tiles() keeps them
-- right before every commit, and kraj.rebuild_tiles() makes them anew from the layers.

CREATE SCHEMA kraj_tiles;
COMMENT ON SCHEMA kraj_tiles IS 'Partitions of kraj.tile_features: all_LAYER, and under it zNN_LAYER for each zoom band';

-- One row a feature and band. A band is named after the last zoom it serves (kraj.tile_bands()); band 15 is not
-- generalised. A partition per layer and band keeps each R-tree as small as what a tile reads.
CREATE TABLE kraj.tile_features (
    layer           text NOT NULL,
    band            smallint NOT NULL,
    id              bigint NOT NULL,         -- the row's id; project id * 4 + dimension for projects
    municipality_id bigint,
    visibility      text NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'internal')),
    rank            double precision NOT NULL DEFAULT 0, -- where not all fit: the higher stays
    props           jsonb NOT NULL,          -- the tile's attributes; a key that is missing has no value
    geom            geometry(Geometry, 3857) NOT NULL,
    PRIMARY KEY (id, band, layer)
) PARTITION BY LIST (layer);
-- Uncompressed: geometry is read much more often than written, and unpacking it costs more than reading it.
ALTER TABLE kraj.tile_features ALTER COLUMN geom SET STORAGE EXTERNAL;
CREATE INDEX tile_features_geom ON kraj.tile_features USING gist (geom);
