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

-- layer_ties_sql is the statement for one other layer. Its features are no partition: each is measured by itself. A tie needs an
-- intersection of the full dimension (a zone touched along its fence is near, not crossed); two lines may also cross in a spot.
CREATE OR REPLACE FUNCTION kraj.layer_ties_sql(layer_id text, near_m double precision) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT format($sql$
        SELECT t.project_id, t.municipality_id, t.visibility, %1$L::text, t.place_id, t.relation, t.dimension, t.measure,
               t.unit, t.share, t.distance_m
        FROM (
            SELECT shape.project_id, shape.municipality_id, shape.visibility, place.id AS place_id,
                   CASE WHEN hit.measure IS NULL THEN 'near' WHEN hit.covered THEN 'within' ELSE 'crosses' END AS relation,
                   CASE WHEN hit.measure IS NOT NULL THEN shape.dimension END AS dimension,
                   hit.measure, kraj.unit_of(hit.dimension) AS unit,
                   CASE WHEN hit.dimension = shape.dimension THEN least(hit.measure / nullif(shape.measure, 0), 1) END AS share,
                   CASE WHEN hit.measure IS NULL THEN ST_Distance(shape.geom, place.geom) END AS distance_m,
                   row_number() OVER (PARTITION BY shape.project_id, place.id
                       ORDER BY hit.measure IS NULL, ST_Distance(shape.geom, place.geom), shape.dimension) AS n
            FROM shape
            JOIN kraj.%1$I place ON ST_DWithin(place.geom, shape.geom, %2$L::double precision)
            CROSS JOIN LATERAL kraj.tie_hit(shape.geom, shape.dimension, shape.measure, place.geom) hit
        ) t
        WHERE t.relation <> 'near' OR t.n = 1$sql$, layer_id, coalesce(near_m, 0))
$$;

-- tie_hit: what a shape and a place have in common; no measure when that is nothing, or a touch.
CREATE OR REPLACE FUNCTION kraj.tie_hit(shape geometry, shape_dimension smallint, shape_measure double precision, place geometry,
    OUT covered boolean, OUT dimension smallint, OUT measure double precision)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE common geometry;
BEGIN
    IF NOT ST_Intersects(shape, place) THEN RETURN; END IF;
    covered := ST_CoveredBy(shape, place);
    IF covered THEN
        dimension := shape_dimension;
        measure := shape_measure;
        RETURN;
    END IF;
    common := ST_Intersection(shape, place);
    dimension := ST_Dimension(common);
    IF dimension >= least(shape_dimension, ST_Dimension(place)) OR (shape_dimension = 1 AND ST_Dimension(place) = 1) THEN
        common := ST_CollectionExtract(common, dimension + 1);
        measure := kraj.size_of(common, dimension);
    END IF;
    IF coalesce(measure, 0) <= 0 THEN
        dimension := NULL;
        measure := NULL;
    END IF;
END $$;

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
DECLARE branches text;
BEGIN
    IF layers IS NULL OR 'settlements' = ANY (layers) THEN
        RETURN QUERY
        SELECT t.project_id, t.municipality_id, t.visibility, 'settlements'::text, t.settlement_id,
               CASE WHEN t.part >= t.measure THEN 'within' ELSE 'crosses' END, t.dimension, t.part, kraj.unit_of(t.dimension),
               round((t.part / t.measure)::numeric, 12)::double precision, NULL::double precision, 'geometry'::text, NULL::bigint
        FROM kraj.settlement_ties(project_ids) t;
    END IF;

    SELECT string_agg(kraj.layer_ties_sql(l.id, l.near_m), ' UNION ALL ' ORDER BY l.sort, l.id) INTO branches
    FROM kraj.layers l
    WHERE l.tied AND NOT l.derived AND l.id <> 'settlements' AND (layers IS NULL OR l.id = ANY (layers))
      AND to_regclass(format('kraj.%I', l.id)) IS NOT NULL;
    IF branches IS NOT NULL THEN
        RETURN QUERY EXECUTE 'WITH shape AS MATERIALIZED (
                SELECT e.* FROM unnest($1) wanted (id) JOIN kraj.extents e ON e.project_id = wanted.id)
            SELECT t.*, ''geometry''::text, NULL::bigint FROM (' || branches || ') t' USING project_ids;
    END IF;

    RETURN QUERY SELECT * FROM kraj.stated_ties(project_ids, layers);
END $$;
