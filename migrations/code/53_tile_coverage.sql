-- Coverages: layers whose features share boundaries are generalised together, so that no gap and no overlap opens.
-- Boundaries → one linework snapped to the grid of zoom 12 → edges between junctions → each edge thinned by itself (both
-- neighbours get the same) → faces → each face belongs to the feature that its inner point lies in.

-- tile_edges gives edges one direction and cuts closed ones in two: an edge must come out the same whichever part of the
-- coverage is worked on, and its ends stay where they are.
CREATE OR REPLACE FUNCTION kraj.tile_edges(linework geometry) RETURNS SETOF geometry
LANGUAGE sql IMMUTABLE SET search_path = kraj, public, pg_temp SET jit = off AS $$
    WITH edges AS MATERIALIZED (
        SELECT d.geom AS line, ST_IsClosed(d.geom) AS closed FROM ST_Dump(ST_LineMerge(linework)) d
    ), junctions AS MATERIALIZED (
        SELECT ST_StartPoint(line) AS p FROM edges WHERE NOT closed UNION SELECT ST_EndPoint(line) FROM edges WHERE NOT closed
    ), rings AS MATERIALIZED (
        -- A ring without a junction has no beginning: its lowest vertex becomes it.
        SELECT row_number() OVER () AS n, CASE WHEN j.p IS NULL THEN ST_Scroll(e.line, lowest.geom) ELSE e.line END AS line
        FROM edges e LEFT JOIN junctions j ON j.p = ST_StartPoint(e.line)
        CROSS JOIN LATERAL (SELECT v.geom FROM ST_DumpPoints(e.line) v ORDER BY ST_X(v.geom), ST_Y(v.geom) LIMIT 1) lowest
        WHERE e.closed
    ), halves AS (
        SELECT CASE WHEN half = 1 THEN ST_MakeLine(v.geom ORDER BY v.path) FILTER (WHERE v.path[1] <= far.at)
                    ELSE ST_MakeLine(v.geom ORDER BY v.path) FILTER (WHERE v.path[1] >= far.at) END AS line
        FROM rings r
        CROSS JOIN LATERAL (
            SELECT v.path[1] AS at FROM ST_DumpPoints(r.line) v
            ORDER BY ST_Distance(v.geom, ST_StartPoint(r.line)) DESC, ST_X(v.geom), ST_Y(v.geom) LIMIT 1) far
        CROSS JOIN LATERAL ST_DumpPoints(r.line) v
        CROSS JOIN (VALUES (1), (2)) h (half)
        GROUP BY r.n, far.at, half
    )
    SELECT CASE WHEN (ST_X(ST_StartPoint(line)), ST_Y(ST_StartPoint(line))) > (ST_X(ST_EndPoint(line)), ST_Y(ST_EndPoint(line)))
                THEN ST_Reverse(line) ELSE line END
    FROM (SELECT line FROM edges WHERE NOT closed UNION ALL SELECT line FROM halves) e
$$;

-- tile_neighbours adds to some features those that touch them, or nearly: slivers narrower than the grid close. By a buffer,
-- not ST_DWithin: the latter compares each segment with each, 20 s for a municipality of 1 500 vertices and its neighbours.
CREATE OR REPLACE FUNCTION kraj.tile_neighbours(layer text, ids bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp SET jit = off SET enable_seqscan = off AS $$
DECLARE
    found bigint[];
BEGIN
    EXECUTE format('SELECT array_agg(DISTINCT n.id) FROM kraj_tiles.%1$I f JOIN kraj_tiles.%1$I n ON ST_Intersects(ST_Buffer(f.geom, 3, ''quad_segs=1''), n.geom)
        WHERE f.id = ANY ($1)', 'z15_' || layer) INTO found USING ids;
    RETURN (SELECT array_agg(DISTINCT i) FROM unnest(ids || found) i);
END $$;

-- compute_coverage generalises some features of a coverage for all lower bands. It looks two neighbours far, so that all
-- junctions of their edges are known and the result is the same as that of the whole. A feature for which this does not
-- work, because the input overlaps or because it comes out too different, is its snapped original.
DROP FUNCTION IF EXISTS kraj.compute_coverage(text, bigint[]);
CREATE FUNCTION kraj.compute_coverage(layer text, ids bigint[])
RETURNS TABLE (band smallint, id bigint, geom geometry)
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp SET jit = off SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    around bigint[] := ids;
    everything bigint;
    linework geometry;
    edges geometry[];
    b record;
BEGIN
    EXECUTE format('SELECT count(*) FROM kraj_tiles.%I', 'z15_' || layer) INTO everything;
    FOR ring IN 1 .. 2 LOOP
        EXIT WHEN cardinality(around) >= everything;
        around := kraj.tile_neighbours(layer, around);
    END LOOP;
    -- Merged before it is snapped: GEOS takes as long to begin a line of two points as one of a thousand.
    EXECUTE format('SELECT ST_UnaryUnion(ST_LineMerge(ST_UnaryUnion(ST_Collect(ST_Boundary(geom)))), (SELECT tolerance / 4 FROM kraj.tile_bands() WHERE band = 12))
        FROM kraj_tiles.%I WHERE id = ANY ($1) AND ST_Dimension(geom) = 2', 'z15_' || layer) INTO linework USING around;
    edges := ARRAY (SELECT kraj.tile_edges(linework));
    FOR b IN SELECT t.band, t.tolerance FROM kraj.tile_bands() t WHERE t.tolerance IS NOT NULL LOOP
        RETURN QUERY EXECUTE format($q$
            WITH thinned AS MATERIALIZED (
                -- A vertex goes when its triangle is smaller than three quarters of a pixel: about as many stay as a distance of
                -- half a pixel would leave, but shapes stay truer. On the grid of the band's last zoom: where thinned edges
                -- cross, they meet in a point of it.
                SELECT ST_UnaryUnion(ST_Collect(ST_SimplifyVW(e, 3 * $3 * $3)), $3 / 4) AS lines FROM unnest($2) e
            ), faces AS MATERIALIZED (
                SELECT row_number() OVER () AS n, d.geom, ST_Area(d.geom) AS area, ST_PointOnSurface(d.geom) AS inner_point
                FROM thinned, ST_Dump(ST_Polygonize(ARRAY[lines])) d
            ), found AS MATERIALIZED (
                SELECT f.n, f.area, t.id, count(*) OVER (PARTITION BY f.n) > 1 AND f.area > 4 * $3 * $3 AS disputed,
                    row_number() OVER (PARTITION BY f.n ORDER BY t.id) = 1 AS first
                FROM faces f JOIN kraj_tiles.%1$I t ON ST_Intersects(t.geom, f.inner_point)
            ), missed AS MATERIALIZED (
                -- A narrow feature's face may have its inner point next door.
                SELECT o.geom FROM kraj_tiles.%1$I o LEFT JOIN (SELECT id, sum(area) AS area FROM found WHERE first GROUP BY id) l ON l.id = o.id
                WHERE o.id = ANY ($5) AND ST_Dimension(o.geom) = 2
                  AND (l.id IS NULL OR abs(ST_Area(o.geom) - l.area) > $3 * ST_Perimeter(o.geom) / 4 + 8 * $3 * $3)
            ), shares AS MATERIALIZED (
                -- The faces around such ones belong to whom most of them comes from, unless most of it comes from nobody.
                SELECT f.n, f.area, t.id, ST_Area(ST_Intersection(f.geom, t.geom)) AS share
                FROM (SELECT DISTINCT f.n, f.geom, f.area FROM faces f JOIN missed m ON ST_Intersects(f.geom, m.geom)) f
                JOIN kraj_tiles.%1$I t ON ST_Intersects(t.geom, f.geom)
            ), owners AS MATERIALIZED (
                SELECT n, id FROM found WHERE first AND n NOT IN (SELECT n FROM shares)
                UNION ALL
                (SELECT DISTINCT ON (n) n, id FROM (SELECT s.*, sum(s.share) OVER (PARTITION BY s.n) AS known FROM shares s) s
                 WHERE s.known > s.area / 2 ORDER BY n, share DESC, id)
            ), made AS MATERIALIZED (
                SELECT w.id, ST_Multi(CASE count(*) WHEN 1 THEN ST_Collect(f.geom) ELSE ST_UnaryUnion(ST_Collect(f.geom)) END) AS geom
                FROM owners w JOIN faces f ON f.n = w.n WHERE w.id = ANY ($1) GROUP BY w.id
            )
            SELECT $4, o.id, x.geom
            FROM kraj_tiles.%1$I o LEFT JOIN made m ON m.id = o.id
            CROSS JOIN LATERAL (
                SELECT CASE WHEN o.id NOT IN (SELECT d.id FROM found d WHERE d.disputed)
                    AND abs(ST_Area(o.geom) - coalesce(ST_Area(m.geom), 0)) <= $3 * ST_Perimeter(o.geom) / 2 + 16 * $3 * $3
                    THEN m.geom ELSE kraj.tile_snapped(o.geom, $3 / 4) END AS geom) x
            WHERE o.id = ANY ($1) AND ST_Dimension(o.geom) = 2 AND NOT ST_IsEmpty(x.geom)
            $q$, 'z15_' || layer) USING ids, edges, b.tolerance, b.band, around;
    END LOOP;
END $$;

-- tile_snapped is what a feature becomes where generalising a coverage is not possible. Equal boundaries snap equally.
CREATE OR REPLACE FUNCTION kraj.tile_snapped(geom geometry, grid double precision) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ST_Multi(ST_CollectionExtract(ST_ReducePrecision(geom, grid), 3)) $$;

-- tile_cover writes the lower bands of some features of a coverage. Whatever goes wrong with their geometry is no reason to
-- refuse the writer's work: then they are their snapped originals.
CREATE OR REPLACE FUNCTION kraj.tile_cover(layer text, ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET jit = off AS $$
DECLARE
    source text := 'kraj.compute_coverage($1, $2)';
    write constant text := $q$
        WITH made AS MATERIALIZED (SELECT * FROM %3$s m),
        gone AS (
            DELETE FROM kraj_tiles.%1$I t WHERE t.id = ANY ($2) AND t.band < 15 AND ST_Dimension(t.geom) = 2
                AND NOT EXISTS (SELECT FROM made m WHERE (m.id, m.band) = (t.id, t.band))
        )
        INSERT INTO kraj_tiles.%1$I AS t (layer, band, id, municipality_id, visibility, rank, props, geom)
        SELECT $1, m.band, o.id, o.municipality_id, o.visibility, o.rank, o.props, m.geom
        FROM made m JOIN kraj_tiles.%2$I o ON o.id = m.id
        ON CONFLICT (id, band, layer) DO UPDATE SET (municipality_id, visibility, rank, props, geom)
            = (excluded.municipality_id, excluded.visibility, excluded.rank, excluded.props, excluded.geom)
        WHERE (t.municipality_id, t.visibility, t.rank, t.props, t.geom)
            IS DISTINCT FROM (excluded.municipality_id, excluded.visibility, excluded.rank, excluded.props, excluded.geom) $q$;
BEGIN
    BEGIN
        EXECUTE format(write, 'all_' || layer, 'z15_' || layer, source) USING layer, ids;
    EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'kraj: the coverage % could not be generalised, its originals are used: %', layer, SQLERRM;
        EXECUTE format(write, 'all_' || layer, 'z15_' || layer, format('(SELECT b.band, o.id, kraj.tile_snapped(o.geom, b.tolerance / 4) AS geom
            FROM kraj_tiles.%I o CROSS JOIN kraj.tile_bands() b WHERE b.tolerance IS NOT NULL AND o.id = ANY ($2) AND ST_Dimension(o.geom) = 2)', 'z15_' || layer))
            USING layer, ids;
    END;
END $$;
