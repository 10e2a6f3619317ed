-- Writing copies: attributes, single features and points. A row is touched only when it changes, so that what is announced
-- and logged is what tiles show. Statements are built for the layer's own partitions: planned in a fraction of the time.

-- tile_generalise thins the vertices of one feature by itself; shared boundaries are 53's work. A small feature stays:
-- rather a triangle than a hole in the map.
CREATE OR REPLACE FUNCTION kraj.tile_generalise(geom geometry, tolerance double precision) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN tolerance IS NULL OR ST_Dimension(geom) = 0 THEN geom
                WHEN ST_Dimension(geom) = 1 THEN ST_Simplify(geom, tolerance, true)
                ELSE ST_SimplifyPreserveTopology(geom, tolerance) END
$$;

-- tile_write brings the copies of some rows up to date; rows that are gone lose theirs. Of a coverage only band 15: the
-- others depend on the neighbours.
CREATE OR REPLACE FUNCTION kraj.tile_write(layer text, source_ids bigint[], coverage boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET jit = off AS $$
DECLARE
    ids bigint[] := kraj.tile_ids(layer, source_ids);
    before geometry[];
    after geometry[];
BEGIN
    EXECUTE format('SELECT array_agg(geom) FROM kraj_tiles.%I WHERE id = ANY ($1) AND ST_Dimension(geom) = 0', 'z15_' || layer)
        INTO before USING ids;
    EXECUTE format($q$
        WITH source AS MATERIALIZED (
            SELECT s.*, coverage_at IS TRUE AND ST_Dimension(s.geom) = 2 AS covers
            FROM kraj.tile_source($1, $2, true) s, (SELECT $4::boolean AS coverage_at) c WHERE s.geom IS NOT NULL
        ), made AS MATERIALIZED (
            SELECT b.band, s.id, s.municipality_id, s.visibility, s.rank, s.props, kraj.tile_generalise(s.geom, b.tolerance) AS geom
            FROM source s CROSS JOIN kraj.tile_bands() b
            WHERE b.tolerance IS NULL OR (ST_Dimension(s.geom) > 0 AND NOT s.covers)
        ), gone AS (
            DELETE FROM kraj_tiles.%1$I t WHERE t.id = ANY ($3)
                AND NOT EXISTS (SELECT FROM made m WHERE (m.id, m.band) = (t.id, t.band))
                AND NOT (t.band < 15 AND EXISTS (SELECT FROM source s WHERE s.id = t.id AND s.covers))
        )
        INSERT INTO kraj_tiles.%1$I AS t (layer, band, id, municipality_id, visibility, rank, props, geom)
        SELECT $1, m.band, m.id, m.municipality_id, m.visibility, m.rank, m.props, m.geom FROM made m WHERE NOT ST_IsEmpty(m.geom)
        ON CONFLICT (id, band, layer) DO UPDATE SET (municipality_id, visibility, rank, props, geom)
            = (excluded.municipality_id, excluded.visibility, excluded.rank, excluded.props, excluded.geom)
        WHERE (t.municipality_id, t.visibility, t.rank, t.props, t.geom)
            IS DISTINCT FROM (excluded.municipality_id, excluded.visibility, excluded.rank, excluded.props, excluded.geom)
        $q$, 'all_' || layer) USING layer, source_ids, ids, coverage;
    EXECUTE format('SELECT array_agg(geom) FROM kraj_tiles.%I WHERE id = ANY ($1) AND ST_Dimension(geom) = 0', 'z15_' || layer)
        INTO after USING ids;
    PERFORM kraj.tile_thin(layer, ids, before || after);
END $$;

-- tile_describe brings attributes, rank and visibility up to date where the geometry has not changed.
CREATE OR REPLACE FUNCTION kraj.tile_describe(layer text, source_ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET jit = off AS $$
DECLARE
    ids bigint[];
    points geometry[];
BEGIN
    EXECUTE format($q$
        WITH source AS MATERIALIZED (SELECT * FROM kraj.tile_source($1, $2, false)),
        written AS (
            UPDATE kraj_tiles.%1$I t SET (municipality_id, visibility, rank, props) = (s.municipality_id, s.visibility, s.rank, s.props)
            FROM source s
            WHERE t.id = s.id AND (t.band = 15 OR ST_Dimension(t.geom) > 0)
              AND (t.municipality_id, t.visibility, t.rank, t.props) IS DISTINCT FROM (s.municipality_id, s.visibility, s.rank, s.props)
            RETURNING t.id, t.band, t.geom)
        SELECT array_agg(id), array_agg(geom) FILTER (WHERE ST_Dimension(geom) = 0) FROM written WHERE band = 15
        $q$, 'all_' || layer) INTO ids, points USING layer, source_ids;
    PERFORM kraj.tile_thin(layer, ids, points);
END $$;

-- tile_thin decides anew which points the lower bands show, in the squares where some of them are or were. In a crowded
-- square the one of highest rank in each cell stays and says in "points" how many it stands for; of each municipality and
-- each visibility one, so that a filter loses nothing and a draft never displaces what the public sees, nor is counted.
-- Names are thinned everywhere: one needs more room than a point, and the widest view has none to spare.
CREATE OR REPLACE FUNCTION kraj.tile_thin(layer text, ids bigint[], places geometry[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET jit = off SET enable_seqscan = off AS $$
DECLARE
    names boolean := layer = 'settlements_labels';
    b record;
BEGIN
    IF places IS NULL OR cardinality(places) = 0 THEN
        RETURN;
    END IF;
    FOR b IN SELECT t.band, t.cell * CASE WHEN NOT names THEN 1 WHEN t.band < 12 THEN 4 ELSE 2 END AS cell, CASE WHEN names THEN 1 ELSE t.side END AS side
             FROM kraj.tile_bands() t WHERE t.cell IS NOT NULL LOOP
        EXECUTE format($q$
            WITH squares AS MATERIALIZED (
                SELECT DISTINCT floor(floor(ST_X(p) / $4) / $6) AS sx, floor(floor(ST_Y(p) / $4) / $6) AS sy
                FROM unnest($3) g, ST_GeometryN(g, 1) p
            ), members AS MATERIALIZED (
                SELECT t.*, cx, cy, count(*) OVER (PARTITION BY s.sx, s.sy, t.visibility) > $6 * $6 AS crowded
                FROM squares s
                JOIN kraj_tiles.%1$I t ON t.geom && ST_Expand(ST_MakeEnvelope(s.sx * $6 * $4, s.sy * $6 * $4, (s.sx + 1) * $6 * $4, (s.sy + 1) * $6 * $4, 3857), 1)
                CROSS JOIN LATERAL (SELECT floor(ST_X(p) / $4) AS cx, floor(ST_Y(p) / $4) AS cy FROM ST_GeometryN(t.geom, 1) p) c
                WHERE ST_Dimension(t.geom) = 0 AND floor(cx / $6) = s.sx AND floor(cy / $6) = s.sy
            ), winners AS MATERIALIZED (
                SELECT DISTINCT ON (cx, cy, municipality_id, visibility, solo) m.*,
                    count(*) OVER (PARTITION BY cx, cy, municipality_id, visibility, solo) AS n
                FROM (SELECT m.*, CASE WHEN NOT crowded THEN id END AS solo FROM members m) m
                ORDER BY cx, cy, municipality_id, visibility, solo, rank DESC, id
            ), gone AS (
                DELETE FROM kraj_tiles.%2$I t
                WHERE NOT EXISTS (SELECT FROM winners w WHERE w.id = t.id)
                  AND t.id IN (
                    SELECT o.id FROM kraj_tiles.%2$I o WHERE o.id = ANY ($2) AND ST_Dimension(o.geom) = 0
                    UNION ALL
                    SELECT o.id FROM squares s
                    JOIN kraj_tiles.%2$I o ON o.geom && ST_Expand(ST_MakeEnvelope(s.sx * $6 * $4, s.sy * $6 * $4, (s.sx + 1) * $6 * $4, (s.sy + 1) * $6 * $4, 3857), 1)
                    CROSS JOIN LATERAL ST_GeometryN(o.geom, 1) p
                    WHERE ST_Dimension(o.geom) = 0 AND floor(floor(ST_X(p) / $4) / $6) = s.sx AND floor(floor(ST_Y(p) / $4) / $6) = s.sy)
            )
            INSERT INTO kraj_tiles.%2$I AS t (layer, band, id, municipality_id, visibility, rank, props, geom)
            SELECT $1, $5, w.id, w.municipality_id, w.visibility, w.rank,
                CASE WHEN w.n > 1 AND NOT $7 THEN w.props || jsonb_build_object('points', w.n) ELSE w.props END, w.geom
            FROM winners w
            ON CONFLICT (id, band, layer) DO UPDATE SET (municipality_id, visibility, rank, props, geom)
                = (excluded.municipality_id, excluded.visibility, excluded.rank, excluded.props, excluded.geom)
            WHERE (t.municipality_id, t.visibility, t.rank, t.props, t.geom)
                IS DISTINCT FROM (excluded.municipality_id, excluded.visibility, excluded.rank, excluded.props, excluded.geom)
            $q$, 'z15_' || layer, 'z' || b.band || '_' || layer) USING layer, ids, places, b.cell, b.band, b.side, names;
    END LOOP;
END $$;
