-- Nearness and overlaps, for planners, GIS people and the API alike; once for each audience, reading its own relations.
-- Geometry goes in and comes out in the deployment's SRID.
DO $make$
DECLARE
    audience text;
    body text := $sql$

-- common: the measure of what two geometries share, of the lower of their dimensions: m², m, or a number of points. Two lines that
-- only cross share points.
CREATE OR REPLACE FUNCTION AUDIENCE.common(a geometry, b geometry, OUT measure double precision, OUT unit text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT CASE d WHEN 2 THEN ST_Area(x) WHEN 1 THEN ST_Length(x) ELSE (SELECT count(*) FROM ST_Dump(ST_Points(x))) END,
           CASE d WHEN 2 THEN 'm2' WHEN 1 THEN 'm' ELSE 'count' END
    FROM (SELECT ST_Intersection(a, b) AS x, least(ST_Dimension(a), ST_Dimension(b)) AS low) i
    CROSS JOIN LATERAL (SELECT CASE WHEN low = 1 AND ST_Dimension(x) < 1 AND ST_Dimension(a) = 1 AND ST_Dimension(b) = 1 THEN 0 ELSE low END AS d) y
$$;
-- size_of: the measure of a geometry itself.
CREATE OR REPLACE FUNCTION AUDIENCE.size_of(g geometry, OUT measure double precision, OUT unit text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT CASE ST_Dimension(g) WHEN 2 THEN ST_Area(g) WHEN 1 THEN ST_Length(g) ELSE ST_NPoints(g) END,
           CASE ST_Dimension(g) WHEN 2 THEN 'm2' WHEN 1 THEN 'm' ELSE 'count' END
$$;

-- project_shape: a project's geometry of its highest dimension, each stretch once.
CREATE OR REPLACE FUNCTION AUDIENCE.project_shape(project bigint) RETURNS geometry
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT e.geom FROM extents e WHERE e.project_id = project ORDER BY e.dimension DESC LIMIT 1
$$;

-- near: what lies within a distance (m) of a shape, the nearest first, at most so many of each layer; total says how many there are.
-- measure is the part of the feature that lies within the distance (with 0: within the shape), share that part of the whole.
CREATE OR REPLACE FUNCTION AUDIENCE.near(shape geometry, distance double precision DEFAULT 0, layers text[] DEFAULT NULL, most integer DEFAULT 100)
RETURNS TABLE (layer text, id bigint, municipality text, code text, name text, distance_m double precision,
               measure double precision, unit text, share double precision, total bigint, geom geometry)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    WITH reach AS MATERIALIZED (
        SELECT CASE WHEN distance > 0 THEN ST_Buffer(shape, distance, 32)
                    WHEN GeometryType(shape) = 'GEOMETRYCOLLECTION' THEN ST_CollectionExtract(shape, ST_Dimension(shape) + 1) ELSE shape END AS area
    ), met AS MATERIALIZED (
        SELECT p.layer, p.id, p.municipality_id, p.code, p.name, ST_Distance(p.geom, shape) AS away, p.geom
        FROM places p WHERE ST_DWithin(p.geom, shape, distance)
          AND CASE WHEN near.layers IS NULL THEN p.layer <> 'municipalities' ELSE p.layer = ANY (near.layers) END
        UNION ALL
        SELECT 'projects', p.id, p.municipality_id, p.code, p.title, s.away, NULL
        FROM (SELECT x.project_id, min(ST_Distance(x.geom, shape)) AS away FROM sites x
              WHERE ST_DWithin(x.geom, shape, distance) AND (near.layers IS NULL OR 'projects' = ANY (near.layers)) GROUP BY x.project_id) s
        JOIN projects p ON p.id = s.project_id
    ), ranked AS (
        SELECT m.*, row_number() OVER (PARTITION BY m.layer ORDER BY m.away, m.code COLLATE kraj.natural, m.id) AS n, count(*) OVER (PARTITION BY m.layer) AS total FROM met m
    )
    SELECT r.layer, r.id, t.slug, r.code, r.name, r.away, c.measure, c.unit, c.measure / nullif(z.measure, 0), r.total, g.geom
    FROM ranked r
    JOIN AUDIENCE.layers l ON l.id = r.layer
    LEFT JOIN municipalities t ON t.id = r.municipality_id
    CROSS JOIN reach
    CROSS JOIN LATERAL (SELECT coalesce(r.geom, AUDIENCE.project_shape(r.id)) AS geom) g
    CROSS JOIN LATERAL AUDIENCE.common(g.geom, reach.area) c
    CROSS JOIN LATERAL (SELECT CASE s.unit WHEN c.unit THEN s.measure END AS measure FROM AUDIENCE.size_of(g.geom) s) z
    WHERE r.n <= most
    ORDER BY l.sort, r.layer, r.n
$$;

-- place_shape: a place's, or a project's, geometry; all dimensions of a project.
CREATE OR REPLACE FUNCTION AUDIENCE.place_shape(layer text, municipality text, code text, OUT id bigint, OUT name text, OUT geom geometry)
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
BEGIN
    IF layer = 'projects' THEN
        SELECT p.id, p.title, (SELECT ST_Collect(e.geom) FROM extents e WHERE e.project_id = p.id) INTO id, name, geom
        FROM projects p JOIN municipalities m ON m.id = p.municipality_id
        WHERE (m.code = municipality OR m.slug = kraj.fold(municipality)) AND p.code = place_shape.code;
    ELSIF EXISTS (SELECT FROM layers l WHERE l.id = place_shape.layer AND NOT l.derived) THEN
        EXECUTE format('SELECT p.id, p.name, p.geom FROM %I p LEFT JOIN municipalities m ON m.id = p.%I WHERE (m.code = $1 OR m.slug = kraj.fold($1) OR ($1 IS NULL AND m.id IS NULL)) AND p.code = $2',
                       layer, CASE layer WHEN 'municipalities' THEN 'id' ELSE 'municipality_id' END) INTO id, name, geom USING municipality, code;
    END IF;
END $$;

-- overlaps: pairs of features of two layers that share an area, a length or points; a of the municipality, b of any. Features that only
-- touch share nothing. The shares are those of a and of b.
CREATE OR REPLACE FUNCTION AUDIENCE.overlaps(a text, b text, town text DEFAULT NULL)
RETURNS TABLE (a_code text, a_name text, b_municipality text, b_code text, b_name text, measure double precision, unit text,
               a_share double precision, b_share double precision)
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
DECLARE
    home bigint := AUDIENCE.town_of(town);
    wrong text := (SELECT min(x) FROM unnest(ARRAY[a, b]) x WHERE NOT EXISTS (SELECT FROM layers l WHERE l.id = x AND NOT l.derived));
BEGIN
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'there is no layer "%"', wrong USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN QUERY EXECUTE format($q$
        WITH pair AS MATERIALIZED (
            SELECT DISTINCT x.%1$I AS a, y.%2$I AS b FROM %3$I x JOIN %4$I y ON ST_Intersects(y.geom, x.geom)
            WHERE x.%5$I = $1 %6$s
        ), shared AS (
            SELECT p.a, p.b, c.*, s.measure AS a_size, s.unit AS a_unit, t.measure AS b_size, t.unit AS b_unit FROM pair p
            CROSS JOIN LATERAL (SELECT %7$s AS geom) f CROSS JOIN LATERAL (SELECT %8$s AS geom) g
            CROSS JOIN LATERAL AUDIENCE.common(f.geom, g.geom) c
            CROSS JOIN LATERAL AUDIENCE.size_of(f.geom) s CROSS JOIN LATERAL AUDIENCE.size_of(g.geom) t
            WHERE c.measure > 0
        )
        SELECT f.code, f.%9$I, m.slug, g.code, g.%10$I, s.measure, s.unit,
               CASE WHEN s.a_unit = s.unit THEN s.measure / s.a_size END, CASE WHEN s.b_unit = s.unit THEN s.measure / s.b_size END
        FROM shared s JOIN %11$I f ON f.id = s.a JOIN %12$I g ON g.id = s.b LEFT JOIN municipalities m ON m.id = g.%13$I
        ORDER BY f.code COLLATE kraj.natural, s.a, s.measure DESC, g.code COLLATE kraj.natural, s.b$q$,
        CASE a WHEN 'projects' THEN 'project_id' ELSE 'id' END, CASE b WHEN 'projects' THEN 'project_id' ELSE 'id' END,
        CASE a WHEN 'projects' THEN 'sites' ELSE a END, CASE b WHEN 'projects' THEN 'sites' ELSE b END,
        CASE a WHEN 'municipalities' THEN 'id' ELSE 'municipality_id' END,
        -- Each pair of one layer once; with a neighbour's feature it is the municipality's own that stands first.
        CASE WHEN a = b THEN format('AND x.%1$I <> y.%1$I AND (x.%1$I < y.%1$I OR y.%2$I IS DISTINCT FROM $1)', CASE a WHEN 'projects' THEN 'project_id' ELSE 'id' END,
                                    CASE a WHEN 'municipalities' THEN 'id' ELSE 'municipality_id' END) ELSE '' END,
        CASE a WHEN 'projects' THEN 'AUDIENCE.project_shape(p.a)' ELSE format('(SELECT z.geom::geometry FROM %I z WHERE z.id = p.a)', a) END,
        CASE b WHEN 'projects' THEN 'AUDIENCE.project_shape(p.b)' ELSE format('(SELECT z.geom::geometry FROM %I z WHERE z.id = p.b)', b) END,
        CASE a WHEN 'projects' THEN 'title' ELSE 'name' END, CASE b WHEN 'projects' THEN 'title' ELSE 'name' END, a, b,
        CASE b WHEN 'municipalities' THEN 'id' ELSE 'municipality_id' END) USING home;
END $$;

-- catchment: the settlements within a distance (m) of a shape, each with its people (null: unknown), the part of its area within the
-- distance, and people · part as an estimate that supposes that people live spread evenly.
CREATE OR REPLACE FUNCTION AUDIENCE.catchment(shape geometry, distance double precision DEFAULT 500)
RETURNS TABLE (id bigint, municipality text, code text, name text, distance_m double precision, people bigint, share double precision, estimate double precision)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    WITH reach AS MATERIALIZED (
        SELECT CASE WHEN distance > 0 THEN ST_Buffer(shape, distance, 32)
                    WHEN GeometryType(shape) = 'GEOMETRYCOLLECTION' THEN ST_CollectionExtract(shape, ST_Dimension(shape) + 1) ELSE shape END AS area
    ), met AS MATERIALIZED (
        SELECT s.id, s.municipality_id, s.code, s.name, s.geom, ST_Distance(s.geom, shape) AS away
        FROM settlements s WHERE ST_DWithin(s.geom, shape, distance)
    )
    SELECT m.id, t.slug, m.code, m.name, m.away, q.people, x.share, q.people * x.share
    FROM met m CROSS JOIN reach
    CROSS JOIN LATERAL (SELECT ST_Area(ST_Intersection(m.geom, reach.area)) / ST_Area(m.geom) AS share) x
    LEFT JOIN AUDIENCE.people_of(ARRAY(SELECT y.id FROM met y)) q ON q.settlement_id = m.id
    LEFT JOIN municipalities t ON t.id = m.municipality_id
    ORDER BY x.share DESC, m.away, m.code COLLATE kraj.natural, m.id
$$;

-- chain: settlement, local community, agglomeration, zone and further areas that contain a point, in that order, each with what
-- it has in common with the settlement. A spot on a border belongs to the lower code.
CREATE OR REPLACE FUNCTION AUDIENCE.chain(spot geometry)
RETURNS TABLE (layer text, id bigint, municipality text, code text, name text, area_m2 double precision, common_m2 double precision, share_of_settlement double precision)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    WITH here AS MATERIALIZED (
        SELECT p.layer, p.id, p.municipality_id, p.code, p.name, p.geom FROM places p WHERE ST_Intersects(p.geom, spot) AND ST_Dimension(p.geom) = 2
    ), home AS MATERIALIZED (
        SELECT h.geom, h.id FROM here h WHERE h.layer = 'settlements' ORDER BY h.municipality_id, h.code COLLATE kraj.natural LIMIT 1
    )
    SELECT h.layer, h.id, m.slug, h.code, h.name, ST_Area(h.geom), c.common, c.common / ST_Area(s.geom)
    FROM here h LEFT JOIN home s ON true
    CROSS JOIN LATERAL (SELECT ST_Area(ST_Intersection(h.geom, s.geom)) AS common) c
    LEFT JOIN municipalities m ON m.id = h.municipality_id
    JOIN AUDIENCE.layers l ON l.id = h.layer
    WHERE h.layer <> 'settlements' OR h.id = s.id
    ORDER BY coalesce(array_position('{municipalities,settlements,local_communities,agglomerations,business_zones,degraded_areas}', h.layer), 99),
             l.sort, h.code COLLATE kraj.natural, h.id
$$;
$sql$;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
