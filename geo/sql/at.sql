-- What is at longitude $1, latitude $2, within $3 metres; at most $4 places and $4 projects, the nearest first.
WITH spot AS MATERIALIZED (
    SELECT kraj.from_lonlat($1, $2) AS geom
), near AS (
    SELECT l.sort, here.layer, here.id, here.code, here.name, here.municipality_id, here.approximate, ST_Dimension(here.geom) AS dimension,
           round(ST_Distance(here.geom, spot.geom)::numeric, 1) AS distance_m
    FROM spot JOIN places here ON ST_DWithin(here.geom, spot.geom, $3) JOIN layers l ON l.id = here.layer
    WHERE here.layer <> 'municipalities'
), inside AS (
    SELECT m.id, m.code, m.slug, m.name FROM spot JOIN municipalities m ON ST_Intersects(m.geom, spot.geom)
    ORDER BY m.code COLLATE kraj.natural LIMIT 1
), home AS (
    SELECT s.id, s.code, s.name, s.municipality_id FROM spot JOIN settlements s ON ST_Intersects(s.geom, spot.geom)
    ORDER BY s.municipality_id = (SELECT id FROM inside) DESC NULLS LAST, s.code COLLATE kraj.natural LIMIT 1
), classed AS (
    SELECT DISTINCT ON (n.id) n.id, coalesce(c.class, 'unclassified') AS class
    FROM (SELECT id, municipality_id FROM near WHERE layer = 'settlements' UNION SELECT id, municipality_id FROM home) n
    JOIN schemes x ON x.current AND x.code = 'municipal' AND (x.municipality_id = n.municipality_id OR x.municipality_id IS NULL)
    LEFT JOIN scheme_classes c ON c.scheme_id = x.id AND c.settlement_id = n.id
    ORDER BY n.id, x.municipality_id NULLS LAST
)
SELECT (SELECT geom IS NOT NULL FROM spot) AS known, jsonb_build_object(
    'point', jsonb_build_array($1, $2),
    'municipality', (SELECT jsonb_build_object('code', i.code, 'slug', i.slug, 'name', i.name) FROM inside i),
    'settlement', (SELECT jsonb_build_object('code', h.code, 'name', h.name, 'class', c.class, 'municipality', m.slug)
                   FROM home h LEFT JOIN classed c ON c.id = h.id LEFT JOIN municipalities m ON m.id = h.municipality_id),
    'places', coalesce((
        SELECT jsonb_agg(jsonb_build_object('layer', n.layer, 'id', n.id, 'code', n.code, 'name', n.name, 'municipality', m.slug, 'class', c.class,
            'approximate', n.approximate, 'distance_m', n.distance_m) ORDER BY n.distance_m, n.sort, n.name COLLATE "sl-x-icu", n.id)
        FROM (SELECT * FROM near ORDER BY distance_m, sort, name COLLATE "sl-x-icu", id LIMIT $4) n
        LEFT JOIN municipalities m ON m.id = n.municipality_id
        LEFT JOIN classed c ON n.layer = 'settlements' AND c.id = n.id), '[]'),
    'projects', coalesce((
        SELECT jsonb_agg(jsonb_build_object('municipality', x.slug, 'code', x.code, 'title', x.title, 'status', x.status, 'theme', x.theme,
            'amount_cents', x.amount_cents, 'distance_m', x.distance_m) ORDER BY x.distance_m, x.code COLLATE kraj.natural, x.id)
        FROM (
            SELECT p.id, m.slug, p.code, p.title, p.status, t.code AS theme, d.distance_m,
                   greatest(p.cost_cents, (SELECT sum(f.effective_cents)::bigint FROM project_funding f WHERE f.project_id = p.id)) AS amount_cents
            FROM (SELECT s.project_id, round(min(ST_Distance(s.geom, spot.geom))::numeric, 1) AS distance_m
                  FROM spot JOIN sites s ON ST_DWithin(s.geom, spot.geom, $3) GROUP BY s.project_id) d
            JOIN projects p ON p.id = d.project_id
            JOIN municipalities m ON m.id = p.municipality_id
            LEFT JOIN themes t ON t.id = p.theme_id
            ORDER BY d.distance_m, p.code COLLATE kraj.natural, p.id LIMIT $4) x), '[]')
) AS item
