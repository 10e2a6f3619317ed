-- Shapes: what a project covers, by dimension, before anybody asks where.

-- size_of measures a geometry of one dimension: points counted, lines in metres, areas in square metres.
CREATE OR REPLACE FUNCTION kraj.size_of(geom geometry, dimension integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE dimension WHEN 0 THEN ST_NumGeometries(geom) WHEN 1 THEN ST_Length(geom) ELSE ST_Area(geom) END
$$;

CREATE OR REPLACE FUNCTION kraj.unit_of(dimension integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE dimension WHEN 0 THEN 'count' WHEN 1 THEN 'm' WHEN 2 THEN 'm2' END
$$;

-- compute_extents dissolves the sites of each project: one shape a dimension, a stretch drawn twice counted once, so that neither
-- cutting a line in two nor drawing it twice changes a figure. A single clean site, the usual case, is taken as it is.
CREATE OR REPLACE FUNCTION kraj.compute_extents(project_ids bigint[]) RETURNS SETOF kraj.extents
LANGUAGE plpgsql STABLE ROWS 100 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH site AS MATERIALIZED (
        SELECT s.id, s.project_id, s.geom, t.type, count(*) OVER (PARTITION BY s.project_id) = 1 AND CASE
                   WHEN t.type IN ('POINT', 'POLYGON', 'MULTIPOLYGON') THEN true
                   WHEN t.type IN ('LINESTRING', 'MULTILINESTRING') THEN ST_IsSimple(s.geom) ELSE false END AS clean
        FROM unnest(project_ids) wanted (id) JOIN sites s ON s.project_id = wanted.id
        CROSS JOIN LATERAL (SELECT GeometryType(s.geom) AS type OFFSET 0) t
    ), part AS (
        SELECT s.id, s.project_id, ST_Dimension(s.geom) AS dimension, s.geom FROM site s
        WHERE NOT s.clean AND s.type <> 'GEOMETRYCOLLECTION'
        UNION ALL
        SELECT s.id, s.project_id, n, ST_CollectionExtract(s.geom, n + 1) FROM site s CROSS JOIN generate_series(0, 2) n
        WHERE s.type = 'GEOMETRYCOLLECTION' AND NOT ST_IsEmpty(ST_CollectionExtract(s.geom, n + 1))
    ), shape AS MATERIALIZED (
        SELECT s.project_id, ST_Dimension(s.geom) AS dimension, s.geom FROM site s WHERE s.clean
        UNION ALL
        SELECT part.project_id, part.dimension, ST_UnaryUnion(ST_Collect(part.geom ORDER BY part.id))
        FROM part GROUP BY part.project_id, part.dimension
    )
    SELECT shape.project_id, p.municipality_id, p.effective_visibility, shape.dimension::smallint,
           kraj.size_of(shape.geom, shape.dimension), shape.geom::geometry(Geometry, {{.srid}})
    FROM shape JOIN projects p ON p.id = shape.project_id;
END $$;
