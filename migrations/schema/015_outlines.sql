-- Outlines: the boundaries and lines of places in layers with a threshold for "near", cut into short stretches. What lies near a long
-- outline is found by the small boxes of its stretches, and only they are measured. Derived; kraj.settle_outlines() keeps them.
CREATE TABLE kraj.outlines (
    layer    text NOT NULL,
    place_id bigint NOT NULL,
    geom     geometry(Geometry, {{.srid}}) NOT NULL
);
CREATE INDEX outlines_geom ON kraj.outlines USING gist (geom);
CREATE INDEX outlines_place ON kraj.outlines (layer, place_id);
