-- Ties: shapes in (kraj.extents, computed from sites before), ties out. Triggers, the verifier and scenarios call the same functions.

-- settlement_ties divides each shape over settlements so that every piece belongs to one: a spot on a border, a stretch along one, an
-- overlap of two settlements go to the project's own municipality first (so that loading a neighbour changes no figure), then to the
-- lowest code. Lines and areas are taken off the whole settlement by settlement; what a step takes off is the settlement's part, hence
-- parts never exceed the whole, overlaps or not, and what is left is outside. Shares are kept to 10⁻¹²: a half stays a half, however
-- many bits the coordinates have.
CREATE OR REPLACE FUNCTION kraj.settlement_ties(project_ids bigint[])
RETURNS TABLE (project_id bigint, municipality_id bigint, visibility text, settlement_id bigint, dimension smallint,
               part double precision, measure double precision)
LANGUAGE plpgsql STABLE ROWS 100 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH RECURSIVE shape AS MATERIALIZED (
        SELECT e.* FROM unnest(project_ids) wanted (id) JOIN extents e ON e.project_id = wanted.id
    ), spot AS (
        SELECT s.project_id, s.municipality_id, s.visibility, s.measure, 1 AS n, s.geom FROM shape s WHERE GeometryType(s.geom) = 'POINT'
        UNION ALL
        SELECT s.project_id, s.municipality_id, s.visibility, s.measure, d.path[1], d.geom
        FROM shape s CROSS JOIN LATERAL ST_Dump(s.geom) d WHERE GeometryType(s.geom) = 'MULTIPOINT'
    ), at_spot AS (
        SELECT DISTINCT ON (spot.project_id, spot.n) spot.project_id, spot.municipality_id, spot.visibility, spot.measure,
               place.id AS settlement_id
        FROM spot JOIN settlements place ON ST_Intersects(place.geom, spot.geom)
        ORDER BY spot.project_id, spot.n, place.municipality_id = spot.municipality_id DESC NULLS LAST,
                 place.code COLLATE kraj.natural, place.municipality_id, place.id
    ), candidate AS MATERIALIZED (
        SELECT shape.project_id, shape.dimension, place.id AS settlement_id, place.geom,
               row_number() OVER (PARTITION BY shape.project_id, shape.dimension
                   ORDER BY place.municipality_id = shape.municipality_id DESC NULLS LAST,
                            place.code COLLATE kraj.natural, place.municipality_id, place.id) AS step
        FROM shape JOIN settlements place ON ST_Intersects(place.geom, shape.geom) WHERE shape.dimension > 0
    ), walk AS (
        SELECT shape.project_id, shape.municipality_id, shape.visibility, shape.dimension, shape.geom::geometry, shape.measure,
               shape.measure AS remains, NULL::bigint AS settlement_id, 0::double precision AS part, 0::bigint AS step
        FROM shape WHERE dimension > 0
        UNION ALL
        SELECT w.project_id, w.municipality_id, w.visibility, w.dimension, cut.rest, w.measure, size.remains, c.settlement_id,
               w.remains - size.remains, c.step
        FROM walk w
        JOIN candidate c ON c.project_id = w.project_id AND c.dimension = w.dimension AND c.step = w.step + 1
        CROSS JOIN LATERAL (  -- OFFSET 0: or the difference would be computed once for each use
            SELECT CASE WHEN w.step > 0 OR NOT ST_CoveredBy(w.geom, c.geom) THEN ST_Difference(w.geom, c.geom) END AS rest OFFSET 0
        ) cut
        CROSS JOIN LATERAL (  -- what is below a millionth, or 10⁻¹⁰ of the whole, is arithmetic, not geography
            SELECT CASE WHEN cut.rest IS NULL OR r.rest < r.least THEN 0 WHEN w.remains - r.rest < r.least THEN w.remains ELSE r.rest END AS remains
            FROM (SELECT kraj.size_of(cut.rest, w.dimension) AS rest, greatest(1e-6, w.measure * 1e-10) AS least OFFSET 0) r OFFSET 0
        ) size
        WHERE w.remains > 0
    )
    SELECT project_id, municipality_id, visibility, settlement_id, 0::smallint, count(*)::double precision, min(measure)
    FROM at_spot GROUP BY project_id, municipality_id, visibility, settlement_id
    UNION ALL
    SELECT project_id, municipality_id, visibility, settlement_id, dimension, part, measure
    FROM walk WHERE part > 0;
END $$;

-- ties_function makes kraj.ties_to_<layer>(project_ids), the ties to one other layer: a function for each, so that its statement is
-- planned once a session and not for every moved point. Its features are no partition: each is measured by itself. A tie needs an
-- intersection of the full dimension (a zone touched along its fence is near, not crossed); two lines may also cross in a spot. near_m:
-- the layer's threshold; without one nothing is near.
-- A distance between long outlines compares each segment with each. So the stretches of a shape look for the stretches of places
-- (kraj.outlines) around them, and only those are compared: the same smallest distance, far sooner. Two lines that do not come as close
-- as a millimetre do not meet either.
CREATE OR REPLACE FUNCTION kraj.ties_function(layer_id text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $make$
BEGIN
    EXECUTE format('DROP FUNCTION IF EXISTS kraj.%I(bigint[])', 'ties_to_' || layer_id);
    EXECUTE format($def$
CREATE FUNCTION kraj.%1$I(project_ids bigint[]) RETURNS SETOF kraj.ties
LANGUAGE plpgsql STABLE ROWS 100 SET search_path = kraj, public, pg_temp AS $f$
#variable_conflict use_column
DECLARE
    near double precision := (SELECT l.near_m FROM layers l WHERE l.id = %2$L);
BEGIN
    RETURN QUERY
    WITH shape AS MATERIALIZED (
        SELECT e.* FROM unnest(project_ids) wanted (id) JOIN extents e ON e.project_id = wanted.id
    ), strand AS (
        SELECT shape.project_id, shape.dimension, shape.geom, ST_Expand(shape.geom, near) AS around FROM shape
        WHERE near IS NOT NULL AND GeometryType(shape.geom) = 'POINT'
        UNION ALL
        SELECT shape.project_id, shape.dimension, piece.geom, ST_Expand(piece.geom, near)
        FROM shape CROSS JOIN LATERAL kraj.pieces(shape.geom) piece (geom) WHERE near IS NOT NULL AND GeometryType(shape.geom) <> 'POINT'
    ), beside AS MATERIALIZED (
        SELECT strand.project_id, strand.dimension, outline.place_id, min(ST_Distance(strand.geom, outline.geom)) AS distance
        FROM strand JOIN kraj.outlines outline ON outline.geom && strand.around AND outline.layer = %2$L
        GROUP BY strand.project_id, strand.dimension, outline.place_id
    ), pair AS (
        SELECT shape.*, place.id AS place_id, place.geom AS place_geom
        FROM shape JOIN %2$I place ON place.geom && shape.geom
        WHERE near IS NULL OR shape.dimension = 2 OR ST_Dimension(place.geom) = 2
        UNION ALL
        SELECT shape.*, place.id, place.geom
        FROM beside JOIN shape USING (project_id, dimension) JOIN %2$I place ON place.id = beside.place_id
        WHERE beside.distance < 0.001 AND shape.dimension < 2 AND ST_Dimension(place.geom) < 2
    ), met AS MATERIALIZED (
        SELECT pair.project_id, pair.municipality_id, pair.visibility, pair.dimension, pair.measure, pair.place_id,
               hit.covered, hit.dimension AS hit_dimension, hit.measure AS hit_measure
        FROM pair CROSS JOIN LATERAL kraj.tie_hit(pair.geom, pair.dimension, pair.measure, pair.place_geom) hit
        WHERE hit.measure IS NOT NULL
    ), nearest AS (
        SELECT b.project_id, b.place_id, min(b.distance) AS distance
        FROM beside b LEFT JOIN met m ON m.project_id = b.project_id AND m.place_id = b.place_id
        WHERE b.distance <= near AND m.place_id IS NULL
        GROUP BY b.project_id, b.place_id
    )
    SELECT m.project_id, m.municipality_id, m.visibility, %2$L::text, m.place_id, CASE WHEN m.covered THEN 'within' ELSE 'crosses' END,
           m.dimension, m.hit_measure, kraj.unit_of(m.hit_dimension),
           CASE WHEN m.hit_dimension = m.dimension THEN least(m.hit_measure / nullif(m.measure, 0), 1) END,
           NULL::double precision, 'geometry'::text, NULL::bigint
    FROM met m
    UNION ALL
    SELECT n.project_id, s.municipality_id, s.visibility, %2$L::text, n.place_id, 'near', NULL, NULL, NULL, NULL,
           CASE WHEN n.distance < 1e-6 THEN 0 ELSE n.distance END, 'geometry', NULL
    FROM nearest n JOIN (SELECT DISTINCT shape.project_id, shape.municipality_id, shape.visibility FROM shape) s ON s.project_id = n.project_id;
END $f$ $def$, 'ties_to_' || layer_id, layer_id);
END $make$;

-- tie_hit: what a shape and a place have in common; no measure when that is nothing, or a touch.
DROP FUNCTION IF EXISTS kraj.tie_hit(geometry, smallint, double precision, geometry, double precision);
CREATE OR REPLACE FUNCTION kraj.tie_hit(shape geometry, shape_dimension smallint, shape_measure double precision, place geometry,
    OUT covered boolean, OUT dimension smallint, OUT measure double precision)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    common geometry;
    lines CONSTANT boolean := shape_dimension = 1 AND ST_Dimension(place) = 1;
BEGIN
    IF NOT lines AND NOT ST_Intersects(shape, place) THEN  -- of two lines that come here most meet
        RETURN;
    END IF;
    -- What is covered lies in the place's box; only then is the dearer question asked.
    covered := GeometryType(shape) = 'POINT' OR shape @ place AND ST_CoveredBy(shape, place);
    IF covered THEN
        dimension := shape_dimension;
        measure := shape_measure;
        RETURN;
    END IF;
    common := ST_Intersection(shape, place);
    dimension := ST_Dimension(common);
    IF dimension >= least(shape_dimension, ST_Dimension(place)) OR lines THEN
        common := ST_CollectionExtract(common, dimension + 1);
        measure := kraj.size_of(common, dimension);
    END IF;
    IF coalesce(measure, 0) <= 0 THEN
        dimension := NULL;
        measure := NULL;
    END IF;
END $$;

-- pieces cuts an outline at its vertices into stretches of a dozen segments: small boxes, and not a digit of any coordinate changes. It
-- cuts the binary form (OGC Simple Features 06-103r4, 8.2: one byte for the order, type, number of points, 16 bytes a point), because
-- taking thousands of points out one by one, and putting them together again, costs more than all that is done with them.
CREATE OR REPLACE FUNCTION kraj.pieces(geom geometry) RETURNS SETOF geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 10 AS $$
    SELECT CASE WHEN part.n = 1 THEN part.geom ELSE ST_GeomFromWKB('\x0102000000'::bytea
               || set_byte('\x00000000'::bytea, 0, least(13, part.n - 12 * at)) || substr(part.wkb, 10 + 192 * at, 208), ST_SRID($1)) END
    FROM (SELECT d.geom, ST_NPoints(d.geom) AS n, ST_AsBinary(ST_Force2D(d.geom), 'NDR') AS wkb
          FROM ST_Dump(CASE ST_Dimension($1) WHEN 2 THEN ST_Boundary($1) ELSE $1 END) d OFFSET 0) part
    CROSS JOIN LATERAL generate_series(0, (part.n - 2) / 12) at
$$;

-- stated_ties: what planners state. A name found in the words is a tie only once it is confirmed. Statements have no foreign key to
-- their place, which may be of any layer: a place that is gone ties nothing.
CREATE OR REPLACE FUNCTION kraj.stated_ties(project_ids bigint[], layers text[] DEFAULT NULL) RETURNS SETOF kraj.ties
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
DECLARE stated text;
BEGIN
    FOR stated IN
        SELECT DISTINCT s.layer FROM unnest(project_ids) wanted (id) JOIN kraj.project_places s ON s.project_id = wanted.id
        WHERE s.state = 'confirmed' AND (layers IS NULL OR s.layer = ANY (layers)) AND to_regclass(format('kraj.%I', s.layer)) IS NOT NULL
    LOOP
        RETURN QUERY EXECUTE format($sql$
            SELECT s.project_id, p.municipality_id, p.effective_visibility, s.layer, s.place_id, s.relation, NULL::smallint,
                   NULL::double precision, NULL::text, NULL::double precision, NULL::double precision,
                   CASE s.relation WHEN 'named' THEN 'words' ELSE 'planner' END, s.id
            FROM kraj.project_places s
            JOIN kraj.projects p ON p.id = s.project_id
            JOIN kraj.%1$I place ON place.id = s.place_id
            WHERE s.project_id = ANY ($1) AND s.layer = %1$L AND s.state = 'confirmed'$sql$, stated) USING project_ids;
    END LOOP;
END $$;

-- compute_ties: all ties of the projects, or those to some layers.
CREATE OR REPLACE FUNCTION kraj.compute_ties(project_ids bigint[], layers text[] DEFAULT NULL) RETURNS SETOF kraj.ties
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
DECLARE layer_id text;
BEGIN
    IF layers IS NULL OR 'settlements' = ANY (layers) THEN
        RETURN QUERY
        SELECT t.project_id, t.municipality_id, t.visibility, 'settlements'::text, t.settlement_id,
               CASE WHEN t.part >= t.measure THEN 'within' ELSE 'crosses' END, t.dimension, t.part, kraj.unit_of(t.dimension),
               round((t.part / t.measure)::numeric, 12)::double precision, NULL::double precision, 'geometry'::text, NULL::bigint
        FROM kraj.settlement_ties(project_ids) t;
    END IF;
    FOR layer_id IN
        SELECT l.id FROM kraj.layers l
        WHERE l.tied AND NOT l.derived AND l.id <> 'settlements' AND (layers IS NULL OR l.id = ANY (layers))
          AND to_regclass(format('kraj.%I', l.id)) IS NOT NULL
    LOOP
        RETURN QUERY EXECUTE format('SELECT * FROM kraj.%I($1)', 'ties_to_' || layer_id) USING project_ids;
    END LOOP;
    RETURN QUERY SELECT * FROM kraj.stated_ties(project_ids, layers);
END $$;
