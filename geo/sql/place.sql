-- Everything about one place: $1 layer, $2 municipality id (null: places of no municipality), $3 code. The layer's table and
-- the columns of its own are put in by geo: names from the catalogue, quoted.
WITH found AS (
    SELECT p.id, p.code, p.name, p.name_alt, p.approximate, p.source, p.source_date, p.licence,
           (SELECT to_jsonb(x) FROM (SELECT %[2]s) x) AS properties, here.municipality_id AS owner_id, here.geom AS shape
    FROM %[1]s p JOIN places here ON here.layer = $1 AND here.id = p.id
    WHERE here.municipality_id IS NOT DISTINCT FROM $2 AND here.code = $3
), tied AS (
    SELECT p.id, p.code, p.title, p.status, t.code AS theme, tie.relation, tie.share, tie.distance_m,
           greatest(p.cost_cents, (SELECT sum(f.effective_cents)::bigint FROM project_funding f WHERE f.project_id = p.id)) AS amount_cents, m.slug
    FROM found
    CROSS JOIN LATERAL (
        SELECT x.project_id, min(x.relation) FILTER (WHERE x.n = 1) AS relation, max(x.share) AS share, min(x.distance_m) AS distance_m
        FROM (SELECT y.*, row_number() OVER (PARTITION BY y.project_id ORDER BY array_position('{within,crosses,serves,manual,named,near}', y.relation)) AS n
              FROM ties y WHERE y.layer = $1 AND y.place_id = found.id) x
        GROUP BY x.project_id) tie
    JOIN projects p ON p.id = tie.project_id
    JOIN municipalities m ON m.id = p.municipality_id
    LEFT JOIN themes t ON t.id = p.theme_id
)
SELECT jsonb_build_object(
    'layer', $1::text, 'layer_title', (SELECT jsonb_build_object('sl', l.title_sl, 'en', l.title_en) FROM layers l WHERE l.id = $1),
    'id', f.id, 'code', f.code, 'name', f.name, 'name_alt', f.name_alt,
    'municipality', m.slug, 'municipality_name', m.name,
    'properties', f.properties,
    'class', CASE WHEN $1 = 'settlements' THEN (
        SELECT jsonb_build_object('class', coalesce(c.class, 'unclassified'), 'scheme', x.code, 'version', x.version)
        FROM schemes x LEFT JOIN scheme_classes c ON c.scheme_id = x.id AND c.settlement_id = f.id
        WHERE x.current AND (x.municipality_id = f.owner_id OR x.municipality_id IS NULL)
        ORDER BY x.code = 'municipal' DESC, x.municipality_id NULLS LAST, x.code LIMIT 1) END,
    'population', CASE WHEN $1 = 'settlements' THEN (
        SELECT jsonb_build_object('value', n.people, 'set', x.code, 'name', jsonb_build_object('sl', x.name_sl, 'en', x.name_en), 'source', x.source, 'date', x.source_date)
        FROM population_sets x LEFT JOIN population_settlements n ON n.set_id = x.id AND n.settlement_id = f.id
        WHERE x.kind = 'settlements' AND (x.municipality_id = f.owner_id OR x.municipality_id IS NULL)
        ORDER BY x.preferred DESC, x.municipality_id NULLS LAST, x.source_date DESC, x.id LIMIT 1) END,
    'area_m2', CASE WHEN ST_Dimension(f.shape) = 2 THEN round(ST_Area(f.shape)::numeric, 1) END,
    'length_m', CASE WHEN ST_Dimension(f.shape) = 1 THEN round(ST_Length(f.shape)::numeric, 1) END,
    'approximate', f.approximate, 'source', f.source, 'source_date', f.source_date, 'licence', f.licence,
    'bbox', kraj.bbox84(f.shape),
    'centroid', (SELECT jsonb_build_array(round(ST_X(c)::numeric, 6), round(ST_Y(c)::numeric, 6))
                 FROM ST_Transform(ST_PointOnSurface(f.shape), 4326) c WHERE f.shape IS NOT NULL),
    'overlaps', coalesce((
        SELECT jsonb_agg(jsonb_build_object('layer', o.layer, 'code', o.code, 'name', o.name, 'municipality', o.slug, 'measure', round(o.measure::numeric, 1), 'unit', o.unit)
            ORDER BY o.sort, o.unit = 'm2' DESC, o.measure DESC, o.name COLLATE "sl-x-icu", o.code)
        FROM (
            SELECT l.sort, other.layer, other.code, other.name, om.slug,
                CASE ST_Dimension(common.geom) WHEN 2 THEN ST_Area(common.geom) WHEN 1 THEN ST_Length(common.geom) ELSE ST_NumGeometries(common.geom) END AS measure,
                CASE ST_Dimension(common.geom) WHEN 2 THEN 'm2' WHEN 1 THEN 'm' ELSE 'count' END AS unit,
                least(ST_Dimension(f.shape), ST_Dimension(other.geom)) AS wanted, ST_Dimension(common.geom) AS has
            FROM places other
            JOIN layers l ON l.id = other.layer
            LEFT JOIN municipalities om ON om.id = other.municipality_id
            CROSS JOIN LATERAL (SELECT CASE WHEN ST_CoveredBy(f.shape, other.geom) THEN f.shape ELSE ST_Intersection(f.shape, other.geom) END AS geom) common
            WHERE ST_Intersects(other.geom, f.shape) AND NOT (other.layer = $1 AND other.id = f.id) AND other.layer <> 'municipalities' AND $1 <> 'municipalities'
            LIMIT 500) o
        -- Neighbours along a border have nothing in common; nor do slivers of less than a pace.
        WHERE (o.has = o.wanted OR (o.has = 0 AND o.wanted = 1)) AND NOT (o.unit <> 'count' AND o.measure < 1)), '[]'),
    'projects', jsonb_build_object(
        'total', (SELECT count(*) FROM tied),
        'items', coalesce((
            SELECT jsonb_agg(jsonb_build_object('municipality', x.slug, 'code', x.code, 'title', x.title, 'status', x.status, 'theme', x.theme,
                'amount_cents', x.amount_cents, 'relation', x.relation, 'share', x.share, 'distance_m', round(x.distance_m::numeric, 1))
                ORDER BY x.relation = 'near', x.code COLLATE kraj.natural, x.id)
            FROM (SELECT * FROM tied ORDER BY relation = 'near', code COLLATE kraj.natural, id LIMIT 500) x), '[]'))
)
FROM found f LEFT JOIN municipalities m ON m.id = f.owner_id
