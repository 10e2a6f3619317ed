-- The partitions of kraj.tile_features, and the zoom bands.

-- A band serves the zooms up to its number. tolerance: half a pixel of a 512-pixel tile at the band's last zoom, in
-- metres of EPSG:3857; null: as it is. A square of side × side cells shows side² points as they are; where there are more,
-- one a cell. Sixteen squares make a tile of the band's first zoom (8, 9, 11), which so never has more than 2 304 points.
DROP FUNCTION IF EXISTS kraj.tile_bands();
CREATE FUNCTION kraj.tile_bands()
RETURNS TABLE (band smallint, tolerance double precision, cell double precision, side integer)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 4 AS $$
    SELECT z, CASE WHEN z < 15 THEN w / 2 ^ z / 1024 END, w / 2 ^ first / 4 / n, n
    FROM (VALUES (8::smallint, 8, 10), (10::smallint, 9, 12), (12::smallint, 11, 12), (15::smallint, NULL, NULL)) b (z, first, n),
         (SELECT 40075016.685578488) c (w)
$$;

CREATE OR REPLACE FUNCTION kraj.tile_partitions(layer text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    b smallint;
BEGIN
    IF to_regclass(format('kraj_tiles.%I', 'all_' || layer)) IS NOT NULL THEN
        RETURN;
    END IF;
    -- Made aside and then attached: readers of the other layers are not locked out.
    EXECUTE format('CREATE TABLE kraj_tiles.%I (LIKE kraj.tile_features INCLUDING ALL) PARTITION BY LIST (band)', 'all_' || layer);
    FOR b IN SELECT t.band FROM kraj.tile_bands() t LOOP
        EXECUTE format('CREATE TABLE kraj_tiles.%I PARTITION OF kraj_tiles.%I FOR VALUES IN (%s)',
            'z' || b || '_' || layer, 'all_' || layer, b);
    END LOOP;
    EXECUTE format('ALTER TABLE kraj.tile_features ATTACH PARTITION kraj_tiles.%I FOR VALUES IN (%L)', 'all_' || layer, layer);
END $$;

CREATE OR REPLACE FUNCTION kraj.keep_tile_partitions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM kraj.tile_partitions(NEW.id);
        PERFORM kraj.tile_functions(NEW.id);
        PERFORM kraj.watch_copies(NEW.id);
        RETURN NEW;
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS kraj_tiles.%I', 'all_' || OLD.id);
    PERFORM kraj.tile_functions(OLD.id, gone => true);
    RETURN OLD;
END $$;
DROP TRIGGER IF EXISTS keep_tile_partitions ON kraj.layers;
CREATE TRIGGER keep_tile_partitions AFTER INSERT OR DELETE ON kraj.layers
    FOR EACH ROW EXECUTE FUNCTION kraj.keep_tile_partitions();

SELECT kraj.tile_partitions(id) FROM kraj.layers;
