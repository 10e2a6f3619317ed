-- Who may read the copies: planners all, the public what is public. Partitions are read through the parent only.
CREATE SCHEMA IF NOT EXISTS kraj_public;
CREATE OR REPLACE VIEW kraj_public.tile_features AS
    SELECT layer, band, id, municipality_id, visibility, rank, props, geom, attributes
    FROM kraj.tile_features WHERE visibility = 'public';
GRANT SELECT ON kraj_public.tile_features TO kraj_public;
GRANT SELECT ON kraj.tile_features TO kraj_planner;
