-- Writing copies: attributes, single features and points. A row is touched only when it changes, so that what is announced
-- and logged is what tiles show. The functions are made for each layer, with statements that name its own
-- partitions: planned in a fraction of the time, and once a session.

-- tile_generalise thins the vertices of one feature by itself; shared boundaries are 53's work. A small feature stays:
-- rather a triangle than a hole in the map.
CREATE OR REPLACE FUNCTION kraj.tile_generalise(geom geometry, tolerance double precision) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN tolerance IS NULL OR ST_Dimension(geom) = 0 THEN geom
                WHEN ST_Dimension(geom) = 1 THEN ST_Simplify(geom, tolerance, true)
                ELSE ST_SimplifyPreserveTopology(geom, tolerance) END
$$;

-- tile_rows_<layer> is kraj.tile_source() of one layer, planned once a session. A function also for the planner's sake: it would
-- believe that every project has hundreds of shapes.
CREATE OR REPLACE FUNCTION kraj.tile_rows_function(layer text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $make$
BEGIN
    EXECUTE format($def$
CREATE OR REPLACE FUNCTION kraj.%1$I(source_ids bigint[], with_geom boolean)
RETURNS TABLE (id bigint, municipality_id bigint, visibility text, rank double precision, props jsonb, geom geometry)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp SET jit = off AS $f$
#variable_conflict use_column
BEGIN
    IF with_geom THEN
        RETURN QUERY %2$s;
    ELSE
        RETURN QUERY %3$s;
    END IF;
END $f$ $def$, 'tile_rows_' || layer, kraj.tile_source_sql(layer, 'source_ids', true), kraj.tile_source_sql(layer, 'source_ids', false));
END $make$;

-- tile_write_<layer> brings the copies of some rows up to date; rows that are gone lose theirs. Of a coverage only band 15: the
-- others depend on the neighbours.
CREATE OR REPLACE FUNCTION kraj.tile_write_function(layer text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $make$
BEGIN
    EXECUTE format($def$
CREATE OR REPLACE FUNCTION kraj.%5$I(source_ids bigint[], coverage boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET jit = off AS $f$
DECLARE
    features bigint[] := kraj.tile_ids(%4$L, source_ids);
    before geometry[];
    after geometry[];
    shown_before text[];
    shown_after text[];
BEGIN
    SELECT array_agg(t.geom), array_agg(DISTINCT t.visibility) INTO before, shown_before
        FROM kraj_tiles.%2$I t WHERE t.id = ANY (features) AND ST_Dimension(t.geom) = 0;
    WITH source AS MATERIALIZED (
        SELECT s.*, coverage IS TRUE AND ST_Dimension(s.geom) = 2 AS covers
        FROM kraj.%3$I(source_ids, true) s WHERE s.geom IS NOT NULL
    ), made AS MATERIALIZED (
        SELECT b.band, s.id, s.municipality_id, s.visibility, s.rank, s.props, kraj.tile_generalise(s.geom, b.tolerance) AS geom
        FROM source s CROSS JOIN kraj.tile_bands() b
        WHERE b.tolerance IS NULL OR (ST_Dimension(s.geom) > 0 AND NOT s.covers)
    ), gone AS (
        DELETE FROM kraj_tiles.%1$I t WHERE t.id = ANY (features)
            AND NOT EXISTS (SELECT FROM made m WHERE (m.id, m.band) = (t.id, t.band))
            AND NOT (t.band < 15 AND t.id IN (SELECT s.id FROM source s WHERE s.covers))
    )
    INSERT INTO kraj_tiles.%1$I AS t (layer, band, id, municipality_id, visibility, rank, props, geom)
    SELECT %4$L, m.band, m.id, m.municipality_id, m.visibility, m.rank, m.props, m.geom FROM made m WHERE NOT ST_IsEmpty(m.geom)
    ORDER BY m.band, m.geom  -- neighbours side by side: a tile reads few pages
    ON CONFLICT (id, band, layer) DO UPDATE SET (municipality_id, visibility, rank, props, geom)
        = (excluded.municipality_id, excluded.visibility, excluded.rank, excluded.props, excluded.geom)
    WHERE (t.municipality_id, t.visibility, t.rank, t.props, t.geom)
        IS DISTINCT FROM (excluded.municipality_id, excluded.visibility, excluded.rank, excluded.props, excluded.geom);
    SELECT array_agg(t.geom), array_agg(DISTINCT t.visibility) INTO after, shown_after
        FROM kraj_tiles.%2$I t WHERE t.id = ANY (features) AND ST_Dimension(t.geom) = 0;
    PERFORM kraj.%6$I(features, before || after, ARRAY(SELECT DISTINCT s FROM unnest(shown_before || shown_after) s));
END $f$ $def$, 'all_' || layer, 'z15_' || layer, 'tile_rows_' || layer, layer, 'tile_write_' || layer, 'tile_thin_' || layer);
END $make$;

-- tile_describe_<layer> brings attributes, rank and visibility up to date where the geometry has not changed.
CREATE OR REPLACE FUNCTION kraj.tile_describe_function(layer text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $make$
BEGIN
    EXECUTE format($def$
CREATE OR REPLACE FUNCTION kraj.%2$I(source_ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET jit = off AS $f$
DECLARE
    features bigint[];
    points geometry[];
    shown text[];
BEGIN
        WITH source AS MATERIALIZED (SELECT * FROM kraj.%4$I(source_ids, false)),
        seen AS (SELECT t.visibility FROM kraj_tiles.%1$I t JOIN source s ON s.id = t.id UNION SELECT s.visibility FROM source s),
        written AS (
            UPDATE kraj_tiles.%1$I t SET (municipality_id, visibility, rank, props) = (s.municipality_id, s.visibility, s.rank, s.props)
            FROM source s
            WHERE t.id = s.id AND (t.band = 15 OR ST_Dimension(t.geom) > 0)
              AND (t.municipality_id, t.visibility, t.rank, t.props) IS DISTINCT FROM (s.municipality_id, s.visibility, s.rank, s.props)
            RETURNING t.id, t.band, t.geom)
        SELECT array_agg(id), array_agg(geom) FILTER (WHERE ST_Dimension(geom) = 0), ARRAY(SELECT visibility FROM seen)
        INTO features, points, shown FROM written WHERE band = 15;
    PERFORM kraj.%3$I(features, points, shown);
END $f$ $def$, 'all_' || layer, 'tile_describe_' || layer, 'tile_thin_' || layer, 'tile_rows_' || layer);
END $make$;

-- tile_thin_<layer> decides anew which points the lower bands show, where some of them are or were; shown: the visibilities that
-- these have or had. In a crowded square the one of highest rank in each cell stays and says in "points" how many it stands for; of each
-- municipality and each visibility one, so that a filter loses nothing and a draft never displaces what the public sees, nor is
-- counted. A square that is crowded whether or not these points are in it stays so: only their cells are looked at, not the thousands
-- of others in it. Names are thinned everywhere: one needs more room than a point, and the widest view has none to spare.
CREATE OR REPLACE FUNCTION kraj.tile_thin_function(layer text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $make$
DECLARE
    names boolean := layer = 'settlements_labels';
    statements text;
BEGIN
    SELECT string_agg(format($q$
            WITH spots AS MATERIALIZED (
                SELECT cx, cy, floor(cx / %6$s) AS sx, floor(cy / %6$s) AS sy
                FROM unnest(places) g, ST_GeometryN(g, 1) p, LATERAL (SELECT floor(ST_X(p) / %4$s) AS cx, floor(ST_Y(p) / %4$s) AS cy) c
            ), squares AS MATERIALIZED (
                SELECT s.sx, s.sy, v.visibility, s.box, EXISTS (
                    SELECT FROM kraj_tiles.%1$I t, ST_GeometryN(t.geom, 1) p
                    WHERE t.geom && ST_Expand(s.box, 1) AND ST_Dimension(t.geom) = 0 AND t.visibility = v.visibility
                      AND floor(floor(ST_X(p) / %4$s) / %6$s) = s.sx AND floor(floor(ST_Y(p) / %4$s) / %6$s) = s.sy
                    OFFSET %6$s * %6$s + s.changed) AS crowded
                FROM (SELECT sx, sy, count(*) AS changed, ST_MakeEnvelope(sx * %6$s * %4$s, sy * %6$s * %4$s, (sx + 1) * %6$s * %4$s, (sy + 1) * %6$s * %4$s, 3857) AS box
                      FROM spots GROUP BY sx, sy) s, unnest(shown) v (visibility)
            ), areas AS MATERIALIZED (  -- whole squares, or single cells
                SELECT s.sx, s.sy, NULL::double precision AS cx, NULL::double precision AS cy, s.visibility, ST_Expand(s.box, 1) AS box
                FROM squares s WHERE NOT s.crowded
                UNION ALL
                SELECT DISTINCT s.sx, s.sy, p.cx, p.cy, s.visibility, ST_Expand(ST_MakeEnvelope(p.cx * %4$s, p.cy * %4$s, (p.cx + 1) * %4$s, (p.cy + 1) * %4$s, 3857), 1)
                FROM squares s JOIN spots p USING (sx, sy) WHERE s.crowded
            ), members AS MATERIALIZED (
                SELECT t.*, c.cx, c.cy, a.cx IS NOT NULL OR count(*) OVER (PARTITION BY a.sx, a.sy, t.visibility) > %6$s * %6$s AS crowded
                FROM areas a
                JOIN kraj_tiles.%1$I t ON t.geom && a.box AND t.visibility = a.visibility
                CROSS JOIN LATERAL (SELECT floor(ST_X(p) / %4$s) AS cx, floor(ST_Y(p) / %4$s) AS cy FROM ST_GeometryN(t.geom, 1) p) c
                WHERE ST_Dimension(t.geom) = 0 AND floor(c.cx / %6$s) = a.sx AND floor(c.cy / %6$s) = a.sy AND (a.cx IS NULL OR (a.cx, a.cy) = (c.cx, c.cy))
            ), winners AS MATERIALIZED (
                SELECT DISTINCT ON (cx, cy, municipality_id, visibility, solo) m.*,
                    count(*) OVER (PARTITION BY cx, cy, municipality_id, visibility, solo) AS n
                FROM (SELECT m.*, CASE WHEN NOT crowded THEN id END AS solo FROM members m) m
                ORDER BY cx, cy, municipality_id, visibility, solo, rank DESC, id
            ), gone AS (
                DELETE FROM kraj_tiles.%2$I t
                WHERE NOT EXISTS (SELECT FROM winners w WHERE w.id = t.id)
                  AND t.id IN (
                    SELECT o.id FROM kraj_tiles.%2$I o WHERE o.id = ANY (features) AND ST_Dimension(o.geom) = 0
                    UNION ALL
                    SELECT o.id FROM areas a
                    JOIN kraj_tiles.%2$I o ON o.geom && a.box AND o.visibility = a.visibility
                    CROSS JOIN LATERAL (SELECT floor(ST_X(p) / %4$s) AS cx, floor(ST_Y(p) / %4$s) AS cy FROM ST_GeometryN(o.geom, 1) p) c
                    WHERE ST_Dimension(o.geom) = 0 AND floor(c.cx / %6$s) = a.sx AND floor(c.cy / %6$s) = a.sy AND (a.cx IS NULL OR (a.cx, a.cy) = (c.cx, c.cy)))
            )
            INSERT INTO kraj_tiles.%2$I AS t (layer, band, id, municipality_id, visibility, rank, props, geom)
            SELECT %3$L, %5$s, w.id, w.municipality_id, w.visibility, w.rank,
                CASE WHEN w.n > 1 AND NOT %7$L THEN w.props || jsonb_build_object('points', w.n) ELSE w.props END, w.geom
            FROM winners w
            ON CONFLICT (id, band, layer) DO UPDATE SET (municipality_id, visibility, rank, props, geom)
                = (excluded.municipality_id, excluded.visibility, excluded.rank, excluded.props, excluded.geom)
            WHERE (t.municipality_id, t.visibility, t.rank, t.props, t.geom)
                IS DISTINCT FROM (excluded.municipality_id, excluded.visibility, excluded.rank, excluded.props, excluded.geom);$q$, 'z15_' || layer, 'z' || b.band || '_' || layer, layer,
        b.cell * CASE WHEN NOT names THEN 1 WHEN b.band < 12 THEN 4 ELSE 2 END, b.band, CASE WHEN names THEN 1 ELSE b.side END, names), E'\n' ORDER BY b.band)
    INTO statements FROM kraj.tile_bands() b WHERE b.cell IS NOT NULL;
    EXECUTE format($def$
CREATE OR REPLACE FUNCTION kraj.%1$I(features bigint[], places geometry[], shown text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET jit = off SET enable_seqscan = off AS $f$
#variable_conflict use_column
BEGIN
    IF places IS NULL OR cardinality(places) = 0 THEN
        RETURN;
    END IF;
%2$s
END $f$ $def$, 'tile_thin_' || layer, statements);
END $make$;

-- tile_functions makes the four for a layer, and takes them away with drop.
CREATE OR REPLACE FUNCTION kraj.tile_functions(layer text, gone boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE made text;
BEGIN
    IF NOT gone THEN
        PERFORM kraj.tile_rows_function(layer), kraj.tile_write_function(layer), kraj.tile_describe_function(layer), kraj.tile_thin_function(layer);
    END IF;
    FOREACH made IN ARRAY ARRAY[format('%I(bigint[], boolean)', 'tile_write_' || layer), format('%I(bigint[])', 'tile_describe_' || layer),
                                format('%I(bigint[], boolean)', 'tile_rows_' || layer),
                                format('%I(bigint[], geometry[], text[])', 'tile_thin_' || layer)] LOOP
        EXECUTE CASE WHEN gone THEN format('DROP FUNCTION IF EXISTS kraj.%s', made) ELSE format('REVOKE ALL ON FUNCTION kraj.%s FROM PUBLIC', made) END;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION kraj.tile_functions(text, boolean) FROM PUBLIC;

-- What used to be one function for all layers.
DROP FUNCTION IF EXISTS kraj.tile_thin(text, bigint[], geometry[]);
DROP FUNCTION IF EXISTS kraj.tile_thin(text, bigint[], geometry[], text[]);

CREATE OR REPLACE FUNCTION kraj.tile_write(layer text, source_ids bigint[], coverage boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    EXECUTE format('SELECT kraj.%I($1, $2)', 'tile_write_' || layer) USING source_ids, coverage;
END $$;

CREATE OR REPLACE FUNCTION kraj.tile_describe(layer text, source_ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    EXECUTE format('SELECT kraj.%I($1)', 'tile_describe_' || layer) USING source_ids;
END $$;

SELECT kraj.tile_functions(id) FROM kraj.layers;
