-- Shapes: what a project covers, by dimension, before anybody asks where.

-- size_of measures a geometry of one dimension: points counted, lines in metres, areas in square metres, all to the third decimal.
-- Rounding here makes everything after it exact: parts of a shape are differences of such numbers, so they add up without a rest.
-- The smallest size is 0.001: a line of no length is still somewhere.
CREATE OR REPLACE FUNCTION kraj.size_of(geom geometry, dimension integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE dimension
        WHEN 0 THEN ST_NumGeometries(geom)
        WHEN 1 THEN greatest(round(ST_Length(geom) * 1000) / 1000, 0.001)
        ELSE greatest(round(ST_Area(geom) * 1000) / 1000, 0.001) END
$$;

CREATE OR REPLACE FUNCTION kraj.unit_of(dimension integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE dimension WHEN 0 THEN 'count' WHEN 1 THEN 'm' WHEN 2 THEN 'm2' END
$$;

-- project_shapes dissolves the sites of each project: one shape a dimension, a stretch drawn twice counted once, so that neither
-- cutting a line in two nor drawing it twice changes a figure. Sites that are clean by themselves are taken as they are.
CREATE OR REPLACE FUNCTION kraj.project_shapes(project_ids bigint[])
RETURNS TABLE (project_id bigint, municipality_id bigint, visibility text, dimension smallint, geom geometry, measure double precision)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100 SET search_path = kraj, public, pg_temp AS $$
    WITH part AS (
        SELECT s.id, s.project_id, d.dimension, d.geom,
               CASE d.dimension WHEN 0 THEN GeometryType(d.geom) = 'POINT' WHEN 1 THEN ST_IsSimple(d.geom) ELSE d.single END AS clean
        FROM unnest(project_ids) wanted (id)
        JOIN sites s ON s.project_id = wanted.id
        CROSS JOIN LATERAL (
            SELECT ST_Dimension(s.geom) AS dimension, s.geom AS geom, true AS single
            WHERE GeometryType(s.geom) <> 'GEOMETRYCOLLECTION'
            UNION ALL
            SELECT n, ST_CollectionExtract(s.geom, n + 1), false FROM generate_series(0, 2) n
            WHERE GeometryType(s.geom) = 'GEOMETRYCOLLECTION' AND NOT ST_IsEmpty(ST_CollectionExtract(s.geom, n + 1))
        ) d
    ), shape AS MATERIALIZED (
        SELECT part.project_id, part.dimension::smallint AS dimension,
               CASE WHEN count(*) = 1 AND bool_and(part.clean) THEN (array_agg(part.geom))[1]
                    ELSE ST_UnaryUnion(ST_Collect(part.geom ORDER BY part.id)) END AS geom
        FROM part GROUP BY part.project_id, part.dimension
    )
    SELECT shape.project_id, p.municipality_id, p.effective_visibility, shape.dimension, shape.geom, kraj.size_of(shape.geom, shape.dimension)
    FROM shape JOIN projects p ON p.id = shape.project_id
$$;

CREATE OR REPLACE FUNCTION kraj.compute_extents(project_ids bigint[]) RETURNS SETOF kraj.extents
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT project_id, municipality_id, visibility, dimension, measure FROM kraj.project_shapes(project_ids)
$$;
