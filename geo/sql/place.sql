-- Everything about one place: $1 layer, $2 the municipality's code or slug, '-' for places that belong to none, $3 code.
-- Text, not jsonb: it goes to the client as it is.
WITH found AS MATERIALIZED (
    SELECT p.id, p.layer, p.code, p.name, p.name_alt, p.approximate, p.municipality_id AS owner_id, p.geom AS shape, ST_Dimension(p.geom) AS dimension,
           place_properties(p.layer, p.id) AS properties, row_to_json(l) AS registry
    FROM layers l JOIN places p ON p.layer = l.id
    WHERE l.id = $1 AND p.layer = $1 AND p.code = $3 AND NOT l.derived
      AND CASE WHEN $2 = '-' THEN p.municipality_id IS NULL ELSE p.municipality_id = (SELECT municipality_of($2)) END
), tied AS MATERIALIZED (
    SELECT p.*, x.relation, x.origin, x.share, x.distance_m, x.cents, x.here_cents, m.slug, t.code AS theme, u.code AS measure
    FROM found f CROSS JOIN LATERAL place_projects(f.layer, f.id) x
    JOIN projects p ON p.id = x.project_id JOIN municipalities m ON m.id = p.municipality_id
    LEFT JOIN themes t ON t.id = p.theme_id LEFT JOIN measures u ON u.id = p.measure_id
), counted AS (
    SELECT * FROM tied x WHERE x.is_leaf AND x.relation <> 'near'
), overlap AS MATERIALIZED (
    SELECT l.sort, other.layer, l.title_sl, l.title_en, other.code, other.name, om.slug, size.measure, size.unit,
           size.measure / nullif(CASE size.unit WHEN 'm2' THEN ST_Area(f.shape) WHEN 'm' THEN ST_Length(f.shape) END, 0) AS share,
           size.measure / nullif(CASE size.unit WHEN 'm2' THEN ST_Area(other.geom) WHEN 'm' THEN ST_Length(other.geom) END, 0) AS share_of_other
    FROM found f JOIN places other ON ST_Intersects(other.geom, f.shape)
    JOIN layers l ON l.id = other.layer
    LEFT JOIN municipalities om ON om.id = other.municipality_id
    CROSS JOIN LATERAL (SELECT CASE WHEN ST_CoveredBy(f.shape, other.geom) THEN f.shape WHEN ST_CoveredBy(other.geom, f.shape) THEN other.geom
                                    ELSE ST_Intersection(f.shape, other.geom) END AS geom OFFSET 0) common
    CROSS JOIN LATERAL (
        SELECT CASE d.has WHEN 2 THEN ST_Area(common.geom) WHEN 1 THEN ST_Length(common.geom) ELSE ST_NumGeometries(common.geom) END AS measure,
               CASE d.has WHEN 2 THEN 'm2' WHEN 1 THEN 'm' ELSE 'count' END AS unit, d.has, least(f.dimension, ST_Dimension(other.geom)) AS wanted
        FROM (SELECT ST_Dimension(common.geom) AS has OFFSET 0) d) size
    WHERE NOT (other.layer = f.layer AND other.id = f.id) AND other.layer <> 'municipalities' AND f.layer <> 'municipalities'
      -- Neighbours along a border have nothing in common; nor do slivers of less than a pace.
      AND (size.has = size.wanted OR (size.has = 0 AND size.wanted = 1)) AND NOT (size.unit <> 'count' AND size.measure < 1)
    LIMIT 500
)
SELECT json_build_object(
    'layer', f.layer, 'layer_title', json_build_object('sl', f.registry ->> 'title_sl', 'en', f.registry ->> 'title_en'),
    'id', f.id, 'code', f.code, 'name', f.name, 'name_alt', f.name_alt,
    'municipality', m.slug, 'municipality_name', m.name,
    'properties', f.properties - '{source,source_date,licence}'::text[],
    'class', CASE WHEN f.layer = 'settlements' THEN (
        SELECT json_build_object('class', coalesce(c.class, 'unclassified'), 'scheme', x.code, 'version', x.version)
        FROM schemes x LEFT JOIN scheme_classes c ON c.scheme_id = x.id AND c.settlement_id = f.id
        WHERE x.current AND (x.municipality_id = f.owner_id OR x.municipality_id IS NULL)
        ORDER BY x.code = 'municipal' DESC, x.municipality_id NULLS LAST, x.code LIMIT 1) END,
    'classes', CASE WHEN f.layer = 'settlements' THEN coalesce((
        SELECT json_agg(json_build_object('class', coalesce(c.class, 'unclassified'), 'scheme', x.code, 'version', x.version, 'name', json_build_object('sl', x.name_sl, 'en', x.name_en))
            ORDER BY x.code = 'municipal' DESC, x.code, x.municipality_id NULLS LAST)
        FROM schemes x LEFT JOIN scheme_classes c ON c.scheme_id = x.id AND c.settlement_id = f.id
        WHERE x.current AND (x.municipality_id = f.owner_id OR x.municipality_id IS NULL)), '[]') END,
    'population', CASE WHEN f.layer = 'settlements' THEN (
        SELECT json_build_object('value', n.people, 'set', x.code, 'name', json_build_object('sl', x.name_sl, 'en', x.name_en), 'source', x.source, 'date', x.source_date)
        FROM population_sets x LEFT JOIN population_settlements n ON n.set_id = x.id AND n.settlement_id = f.id
        WHERE x.kind = 'settlements' AND (x.municipality_id = f.owner_id OR x.municipality_id IS NULL)
        ORDER BY x.preferred DESC, x.municipality_id NULLS LAST, x.source_date DESC, x.id DESC LIMIT 1) END,
    'plan', CASE WHEN f.properties ? 'plan_state' THEN json_build_object('state', f.properties -> 'plan_state', 'ordinance', f.properties -> 'plan_ordinance', 'date', f.properties -> 'plan_date') END,
    'sewage', CASE WHEN f.layer = 'agglomerations' THEN (
        SELECT json_build_object('load_pe', f.properties -> 'load_pe', 'connected_pe', f.properties -> 'connected_pe', 'connected_share', f.properties -> 'connected_share',
            'equipped', (f.properties ->> 'connected_share')::numeric >= x.equipped_share, 'equipped_from', x.equipped_share, 'reported_on', f.properties -> 'reported_on') FROM limits x) END,
    'area_m2', CASE WHEN f.dimension = 2 THEN round(ST_Area(f.shape)::numeric, 1) END,
    'length_m', CASE WHEN f.dimension = 1 THEN round(ST_Length(f.shape)::numeric, 1) END,
    'approximate', f.approximate, 'source', f.properties -> 'source', 'source_date', f.properties -> 'source_date', 'licence', f.properties -> 'licence',
    'bbox', kraj.bbox84(f.shape),
    'centroid', (SELECT json_build_array(round(ST_X(c)::numeric, 6), round(ST_Y(c)::numeric, 6))
                 FROM ST_Transform(ST_PointOnSurface(f.shape), 4326) c WHERE f.shape IS NOT NULL),
    'overlaps', coalesce((
        SELECT json_agg(json_build_object('layer', o.layer, 'layer_title', json_build_object('sl', o.title_sl, 'en', o.title_en), 'code', o.code, 'name', o.name, 'municipality', o.slug,
            'measure', round(o.measure::numeric, 1), 'unit', o.unit, 'share', round(o.share::numeric, 6), 'share_of_other', round(o.share_of_other::numeric, 6))
            ORDER BY o.sort, o.unit = 'm2' DESC, o.measure DESC, o.name COLLATE "sl-x-icu", o.code)
        FROM overlap o), '[]'),
    'nearest', CASE WHEN f.layer <> 'municipalities' THEN coalesce((
        SELECT json_agg(json_build_object('layer', n.layer, 'code', n.code, 'name', n.name, 'municipality', nm.slug, 'distance_m', round(n.distance_m::numeric, 1),
            'end_distance_m', round(n.end_distance_m::numeric, 1), 'ends_short', n.ends_short) ORDER BY n.sort)
        FROM nearest_places(f.shape, 50000, f.layer, f.id) n LEFT JOIN municipalities nm ON nm.id = n.municipality_id), '[]') ELSE '[]' END,
    'projects', json_build_object(
        'total', (SELECT count(*) FROM counted),
        'near', (SELECT count(*) FROM tied t WHERE t.relation = 'near'),
        'with_amount', (SELECT count(c.cents) FROM counted c),
        'without_amount', (SELECT count(*) - count(c.cents) FROM counted c),
        'without_share', (SELECT count(*) FROM counted c WHERE c.cents IS NOT NULL AND c.here_cents IS NULL),
        'amount_cents', (SELECT sum(c.here_cents) FROM counted c),
        'exact', f.layer = 'settlements',
        'sources', CASE WHEN f.layer = 'settlements' THEN coalesce((
            SELECT json_agg(json_build_object('source', s.source, 'amount_cents', s.cents) ORDER BY array_position('{own,eu,state,private,other,not_stated}', s.source))
            FROM (SELECT a.source, sum(a.extent)::bigint AS cents FROM counted c JOIN atoms a ON a.project_id = c.id AND a.row_key = f.id GROUP BY a.source) s), '[]') END,
        'years', CASE WHEN f.layer = 'settlements' THEN coalesce((
            SELECT json_agg(json_build_object('year', s.year, 'amount_cents', s.cents) ORDER BY s.year NULLS LAST)
            FROM (SELECT a.year, sum(a.extent)::bigint AS cents FROM counted c JOIN atoms a ON a.project_id = c.id AND a.row_key = f.id AND a.extent IS NOT NULL GROUP BY a.year) s), '[]') END,
        'statuses', coalesce((
            SELECT json_agg(json_build_object('status', s.status, 'projects', s.projects, 'amount_cents', s.cents)
                ORDER BY array_position('{idea,preparation,implementation,realised,not_realised,dropped,unknown}', s.status))
            FROM (SELECT c.status, count(*) AS projects, sum(c.here_cents) AS cents FROM counted c GROUP BY c.status) s), '[]'),
        'items', coalesce((
            SELECT json_agg(json_build_object('municipality', x.slug, 'code', x.code, 'title', x.title, 'status', x.status, 'horizon', x.horizon, 'theme', x.theme, 'measure', x.measure,
                'is_group', NOT x.is_leaf, 'holder', x.holder, 'participants', x.participants, 'department', x.department, 'starts', ph.starts, 'ends', ph.ends,
                'amount_cents', x.cents, 'here_cents', x.here_cents, 'money', project_money(x.id),
                'relation', x.relation, 'origin', x.origin, 'share', x.share, 'distance_m', round(x.distance_m::numeric, 1))
                ORDER BY x.relation = 'near', x.code COLLATE kraj.natural, x.id)
            FROM (SELECT * FROM tied ORDER BY relation = 'near', code COLLATE kraj.natural, id LIMIT 500) x
            CROSS JOIN LATERAL (SELECT min(h.starts_on) AS starts, max(h.ends_on) AS ends FROM project_phases h WHERE h.project_id = x.id) ph), '[]')),
    'history', last_change(f.layer, f.id)
)::text
FROM found f LEFT JOIN municipalities m ON m.id = f.owner_id
