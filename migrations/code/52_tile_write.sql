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
    points text := format('SELECT array_agg(geom), coalesce(array_agg(DISTINCT visibility), ''{}'') FROM kraj_tiles.%I WHERE id = ANY ($1) AND ST_Dimension(geom) = 0', 'z15_' || layer);
    before geometry[];
    after geometry[];
    shown_before text[];
    shown_after text[];
BEGIN
    EXECUTE points INTO before, shown_before USING ids;
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
    EXECUTE points INTO after, shown_after USING ids;
    PERFORM kraj.tile_thin(layer, ids, before || after, ARRAY(SELECT DISTINCT s FROM unnest(shown_before || shown_after) s));
END $$;

-- tile_describe brings attributes, rank and visibility up to date where the geometry has not changed.
CREATE OR REPLACE FUNCTION kraj.tile_describe(layer text, source_ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET jit = off AS $$
DECLARE
    ids bigint[];
    points geometry[];
    shown text[];
BEGIN
    EXECUTE format($q$
        WITH source AS MATERIALIZED (SELECT * FROM kraj.tile_source($1, $2, false)),
        seen AS (SELECT t.visibility FROM kraj_tiles.%1$I t JOIN source s ON s.id = t.id UNION SELECT s.visibility FROM source s),
        written AS (
            UPDATE kraj_tiles.%1$I t SET (municipality_id, visibility, rank, props) = (s.municipality_id, s.visibility, s.rank, s.props)
            FROM source s
            WHERE t.id = s.id AND (t.band = 15 OR ST_Dimension(t.geom) > 0)
              AND (t.municipality_id, t.visibility, t.rank, t.props) IS DISTINCT FROM (s.municipality_id, s.visibility, s.rank, s.props)
            RETURNING t.id, t.band, t.geom)
        SELECT array_agg(id), array_agg(geom) FILTER (WHERE ST_Dimension(geom) = 0), ARRAY(SELECT visibility FROM seen) FROM written WHERE band = 15
        $q$, 'all_' || layer) INTO ids, points, shown USING layer, source_ids;
    PERFORM kraj.tile_thin(layer, ids, points, shown);
END $$;

-- tile_thin decides anew which points the lower bands show, where some of them are or were; shown: the visibilities that these have
-- or had. In a crowded square the one of highest rank in each cell stays and says in "points" how many it stands for; of each
-- municipality and each visibility one, so that a filter loses nothing and a draft never displaces what the public sees, nor is
-- counted. A square that is crowded whether or not these points are in it stays so: only their cells are looked at, not the thousands
-- of others in it. Names are thinned everywhere: one needs more room than a point, and the widest view has none to spare.
DROP FUNCTION IF EXISTS kraj.tile_thin(text, bigint[], geometry[]);
CREATE OR REPLACE FUNCTION kraj.tile_thin(layer text, ids bigint[], places geometry[], shown text[]) RETURNS void
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
            WITH spots AS MATERIALIZED (
                SELECT cx, cy, floor(cx / $6) AS sx, floor(cy / $6) AS sy
                FROM unnest($3) g, ST_GeometryN(g, 1) p, LATERAL (SELECT floor(ST_X(p) / $4) AS cx, floor(ST_Y(p) / $4) AS cy) c
            ), squares AS MATERIALIZED (
                SELECT s.sx, s.sy, v.visibility, s.box, EXISTS (
                    SELECT FROM kraj_tiles.%1$I t, ST_GeometryN(t.geom, 1) p
                    WHERE t.geom && ST_Expand(s.box, 1) AND ST_Dimension(t.geom) = 0 AND t.visibility = v.visibility
                      AND floor(floor(ST_X(p) / $4) / $6) = s.sx AND floor(floor(ST_Y(p) / $4) / $6) = s.sy
                    OFFSET $6 * $6 + s.changed) AS crowded
                FROM (SELECT sx, sy, count(*) AS changed, ST_MakeEnvelope(sx * $6 * $4, sy * $6 * $4, (sx + 1) * $6 * $4, (sy + 1) * $6 * $4, 3857) AS box
                      FROM spots GROUP BY sx, sy) s, unnest($8) v (visibility)
            ), areas AS MATERIALIZED (  -- whole squares, or single cells
                SELECT s.sx, s.sy, NULL::double precision AS cx, NULL::double precision AS cy, s.visibility, ST_Expand(s.box, 1) AS box
                FROM squares s WHERE NOT s.crowded
                UNION ALL
                SELECT DISTINCT s.sx, s.sy, p.cx, p.cy, s.visibility, ST_Expand(ST_MakeEnvelope(p.cx * $4, p.cy * $4, (p.cx + 1) * $4, (p.cy + 1) * $4, 3857), 1)
                FROM squares s JOIN spots p USING (sx, sy) WHERE s.crowded
            ), members AS MATERIALIZED (
                SELECT t.*, c.cx, c.cy, a.cx IS NOT NULL OR count(*) OVER (PARTITION BY a.sx, a.sy, t.visibility) > $6 * $6 AS crowded
                FROM areas a
                JOIN kraj_tiles.%1$I t ON t.geom && a.box AND t.visibility = a.visibility
                CROSS JOIN LATERAL (SELECT floor(ST_X(p) / $4) AS cx, floor(ST_Y(p) / $4) AS cy FROM ST_GeometryN(t.geom, 1) p) c
                WHERE ST_Dimension(t.geom) = 0 AND floor(c.cx / $6) = a.sx AND floor(c.cy / $6) = a.sy AND (a.cx IS NULL OR (a.cx, a.cy) = (c.cx, c.cy))
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
                    SELECT o.id FROM areas a
                    JOIN kraj_tiles.%2$I o ON o.geom && a.box AND o.visibility = a.visibility
                    CROSS JOIN LATERAL (SELECT floor(ST_X(p) / $4) AS cx, floor(ST_Y(p) / $4) AS cy FROM ST_GeometryN(o.geom, 1) p) c
                    WHERE ST_Dimension(o.geom) = 0 AND floor(c.cx / $6) = a.sx AND floor(c.cy / $6) = a.sy AND (a.cx IS NULL OR (a.cx, a.cy) = (c.cx, c.cy)))
            )
            INSERT INTO kraj_tiles.%2$I AS t (layer, band, id, municipality_id, visibility, rank, props, geom)
            SELECT $1, $5, w.id, w.municipality_id, w.visibility, w.rank,
                CASE WHEN w.n > 1 AND NOT $7 THEN w.props || jsonb_build_object('points', w.n) ELSE w.props END, w.geom
            FROM winners w
            ON CONFLICT (id, band, layer) DO UPDATE SET (municipality_id, visibility, rank, props, geom)
                = (excluded.municipality_id, excluded.visibility, excluded.rank, excluded.props, excluded.geom)
            WHERE (t.municipality_id, t.visibility, t.rank, t.props, t.geom)
                IS DISTINCT FROM (excluded.municipality_id, excluded.visibility, excluded.rank, excluded.props, excluded.geom)
            $q$, 'z15_' || layer, 'z' || b.band || '_' || layer) USING layer, ids, places, b.cell, b.band, b.side, names, shown;
    END LOOP;
END $$;
