-- What lies within $5 metres of a shape (WKB in CRS84, $1) or of the place of layer $2, municipality $3 and code $4: of the layers $6,
-- $7 of each. A shape that covers more than $8 m² is refused. The place itself is not near itself.
WITH place AS MATERIALIZED (
    SELECT p.id, p.name, p.geom FROM (SELECT $2::text AS layer) one CROSS JOIN LATERAL place_shape(one.layer, $3, $4) p WHERE $1::bytea IS NULL
), shape AS MATERIALIZED (
    SELECT CASE WHEN $1::bytea IS NULL THEN (SELECT p.geom FROM place p) ELSE kraj.to_storage(ST_GeomFromWKB($1, 4326)) END AS geom
), checked AS MATERIALIZED (
    SELECT s.geom, CASE WHEN s.geom IS NULL THEN CASE WHEN $1::bytea IS NULL THEN 'none' ELSE 'outside' END
                        WHEN $1::bytea IS NULL THEN NULL
                        WHEN NOT ST_IsValid(s.geom) THEN (ST_IsValidDetail(s.geom)).reason
                        WHEN ST_Area(s.geom) > $8 THEN 'area' END AS problem
    FROM shape s
), found AS MATERIALIZED (
    SELECT n.*, row_number() OVER (PARTITION BY n.layer ORDER BY n.distance_m, n.code COLLATE kraj.natural, n.id) AS n
    FROM checked c CROSS JOIN LATERAL near(c.geom, $5, $6, $7 + 1) n
    WHERE c.problem IS NULL AND NOT (n.layer = $2 AND n.id IS NOT DISTINCT FROM (SELECT p.id FROM place p))
)
SELECT $1::bytea IS NOT NULL OR EXISTS (SELECT FROM place p WHERE p.id IS NOT NULL), (SELECT c.problem FROM checked c), jsonb_build_object(
    'place', (SELECT jsonb_build_object('layer', $2::text, 'code', $4::text, 'name', p.name) FROM place p WHERE p.id IS NOT NULL),
    'distance_m', $5,
    'layers', coalesce((SELECT jsonb_agg(jsonb_build_object('layer', l.id, 'title', jsonb_build_object('sl', l.title_sl, 'en', l.title_en),
            'total', x.total, 'items', x.items) ORDER BY l.sort, l.id)
        FROM (SELECT f.layer, max(f.total) - (f.layer = $2 AND $1::bytea IS NULL)::int AS total,
                     jsonb_agg(jsonb_build_object('id', f.id, 'municipality', f.municipality, 'code', f.code, 'name', f.name,
                         'distance_m', round(f.distance_m::numeric, 2), 'measure', round(f.measure::numeric, 2), 'unit', f.unit, 'share', round(f.share::numeric, 9)) ORDER BY f.n) AS items
              FROM found f WHERE f.n <= $7 GROUP BY f.layer) x
        JOIN layers l ON l.id = x.layer), '[]'))
