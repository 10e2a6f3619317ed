-- What is at longitude $1, latitude $2, and within $3 metres; at most $4 places and $4 projects, the nearest first.
-- Text, not jsonb: it goes to the client as it is.
WITH spot AS MATERIALIZED (
    SELECT kraj.from_lonlat($1, $2) AS geom
), ring AS MATERIALIZED (
    SELECT l.sort, here.layer, here.id, here.code, here.name, here.municipality_id, here.approximate, ST_Distance(here.geom, spot.geom) AS distance,
           CASE ST_Dimension(here.geom) WHEN 1 THEN ST_Distance(line_ends(here.geom), spot.geom) END AS end_distance
    FROM spot JOIN places here ON ST_DWithin(here.geom, spot.geom, $3) JOIN layers l ON l.id = here.layer
    WHERE here.layer <> 'municipalities'
), inside AS MATERIALIZED (
    SELECT m.id, m.code, m.slug, m.name FROM spot JOIN municipalities m ON ST_Intersects(m.geom, spot.geom)
    ORDER BY m.code COLLATE kraj.natural LIMIT 1
), home AS MATERIALIZED (  -- a point on a border belongs to one settlement
    SELECT r.id, r.code, r.name, r.municipality_id, r.approximate FROM ring r WHERE r.layer = 'settlements' AND r.distance = 0
    ORDER BY r.municipality_id = (SELECT id FROM inside) DESC NULLS LAST, r.code COLLATE kraj.natural LIMIT 1
), classed AS MATERIALIZED (
    SELECT DISTINCT ON (n.id) n.id, coalesce(c.class, 'unclassified') AS class, x.code, x.version, x.name_sl, x.name_en
    FROM (SELECT id, municipality_id FROM ring WHERE layer = 'settlements') n
    JOIN schemes x ON x.current AND x.code = 'municipal' AND (x.municipality_id = n.municipality_id OR x.municipality_id IS NULL)
    LEFT JOIN scheme_classes c ON c.scheme_id = x.id AND c.settlement_id = n.id
    ORDER BY n.id, x.municipality_id NULLS LAST
), sums AS MATERIALIZED (  -- of every place that the point lies in
    SELECT r.layer, r.id, json_build_object('total', count(*), 'with_amount', count(x.cents), 'without_amount', count(*) - count(x.cents),
               'amount_cents', sum(x.here_cents), 'without_share', count(*) FILTER (WHERE x.cents IS NOT NULL AND x.here_cents IS NULL)) AS projects
    FROM ring r CROSS JOIN LATERAL place_projects(r.layer, r.id) x JOIN projects p ON p.id = x.project_id AND p.is_leaf
    WHERE r.distance = 0 AND x.relation <> 'near' GROUP BY r.layer, r.id
), near AS MATERIALIZED (
    SELECT d.project_id, d.distance, p.is_leaf, p.municipality_id, p.code, p.title, p.status, p.horizon, p.holder, t.code AS theme,
           CASE WHEN p.is_leaf THEN (SELECT sum(a.extent)::bigint FROM atoms a WHERE a.project_id = p.id) ELSE project_amount(p.id) END AS cents
    FROM (SELECT s.project_id, min(ST_Distance(s.geom, spot.geom)) AS distance
          FROM spot JOIN sites s ON ST_DWithin(s.geom, spot.geom, $3) GROUP BY s.project_id) d
    JOIN projects p ON p.id = d.project_id LEFT JOIN themes t ON t.id = p.theme_id
), shown AS (
    SELECT r.*, round(r.distance::numeric, 1) AS distance_m FROM ring r ORDER BY r.distance, r.sort, r.name COLLATE "sl-x-icu", r.id LIMIT $4
)
SELECT (SELECT geom IS NOT NULL FROM spot) AS known, json_build_object(
    'point', json_build_array($1, $2), 'radius_m', $3,
    'inside', EXISTS (SELECT FROM inside) OR EXISTS (SELECT FROM home),
    'municipality', (
        SELECT json_build_object('code', i.code, 'slug', i.slug, 'name', i.name,
            'municipality_wide', (SELECT json_build_object('total', count(*), 'with_amount', count(w.cents), 'without_amount', count(*) - count(w.cents), 'amount_cents', sum(w.cents))
                FROM (SELECT (SELECT sum(a.extent)::bigint FROM atoms a WHERE a.project_id = w.project_id AND a.row_key = w.row_key) AS cents
                      FROM weights w WHERE w.municipality_id = i.id AND w.special = 'municipality_wide' AND w.extent > 0) w))
        FROM inside i),
    'settlement', (
        SELECT json_build_object('code', h.code, 'name', h.name, 'municipality', m.slug, 'approximate', h.approximate,
            'class', c.class, 'scheme', CASE WHEN c.id IS NOT NULL THEN json_build_object('code', c.code, 'version', c.version, 'name', json_build_object('sl', c.name_sl, 'en', c.name_en)) END,
            'population', (
                SELECT json_build_object('value', n.people, 'set', x.code, 'name', json_build_object('sl', x.name_sl, 'en', x.name_en), 'source', x.source, 'date', x.source_date)
                FROM population_sets x LEFT JOIN population_settlements n ON n.set_id = x.id AND n.settlement_id = h.id
                WHERE x.kind = 'settlements' AND (x.municipality_id = h.municipality_id OR x.municipality_id IS NULL)
                ORDER BY x.preferred DESC, x.municipality_id NULLS LAST, x.source_date DESC, x.id DESC LIMIT 1),
            'projects', coalesce((SELECT s.projects FROM sums s WHERE s.layer = 'settlements' AND s.id = h.id),
                json_build_object('total', 0, 'with_amount', 0, 'without_amount', 0, 'amount_cents', null, 'without_share', 0)))
        FROM home h LEFT JOIN classed c ON c.id = h.id LEFT JOIN municipalities m ON m.id = h.municipality_id),
    'places', coalesce((
        SELECT json_agg(json_build_object('layer', n.layer, 'id', n.id, 'code', n.code, 'name', n.name, 'municipality', m.slug, 'class', c.class,
            'approximate', n.approximate, 'distance_m', n.distance_m, 'end_distance_m', round(n.end_distance::numeric, 1),
            'facts', CASE n.layer
                WHEN 'business_zones' THEN (SELECT json_build_object('plan_state', z.plan_state, 'plan_ordinance', z.plan_ordinance, 'plan_date', z.plan_date, 'stated_area_ha', z.stated_area_ha) FROM business_zones z WHERE z.id = n.id)
                WHEN 'degraded_areas' THEN (SELECT json_build_object('plan_state', z.plan_state, 'plan_ordinance', z.plan_ordinance, 'plan_date', z.plan_date, 'kind', z.kind, 'remediation', z.remediation) FROM degraded_areas z WHERE z.id = n.id)
                WHEN 'agglomerations' THEN (SELECT json_build_object('load_pe', z.load_pe, 'connected_pe', z.connected_pe, 'connected_share', z.connected_share,
                    'equipped', z.connected_share >= l.equipped_share, 'equipped_from', l.equipped_share, 'reported_on', z.reported_on) FROM agglomerations z, limits l WHERE z.id = n.id)
                WHEN 'cycling_routes' THEN (SELECT json_build_object('route_number', z.route_number, 'route_level', z.route_level, 'state', z.state) FROM cycling_routes z WHERE z.id = n.id)
                WHEN 'local_communities' THEN (SELECT json_build_object('kind', z.kind) FROM local_communities z WHERE z.id = n.id) END,
            'projects', (SELECT s.projects FROM sums s WHERE s.layer = n.layer AND s.id = n.id)) ORDER BY n.distance, n.sort, n.name COLLATE "sl-x-icu", n.id)
        FROM shown n LEFT JOIN municipalities m ON m.id = n.municipality_id LEFT JOIN classed c ON n.layer = 'settlements' AND c.id = n.id), '[]'),
    'projects', coalesce((
        SELECT json_agg(json_build_object('municipality', m.slug, 'code', n.code, 'title', n.title, 'status', n.status, 'horizon', n.horizon, 'theme', n.theme,
            'holder', n.holder, 'is_group', NOT n.is_leaf, 'amount_cents', n.cents, 'here', n.distance < 0.05, 'distance_m', round(n.distance::numeric, 1)) ORDER BY n.distance, n.code COLLATE kraj.natural, n.project_id)
        FROM (SELECT * FROM near ORDER BY distance, code COLLATE kraj.natural, project_id LIMIT $4) n JOIN municipalities m ON m.id = n.municipality_id), '[]'),
    'nearest', coalesce((
        SELECT json_agg(json_build_object('layer', n.layer, 'code', n.code, 'name', n.name, 'municipality', m.slug, 'distance_m', round(n.distance_m::numeric, 1),
            'end_distance_m', round(n.end_distance_m::numeric, 1), 'ends_short', n.ends_short) ORDER BY n.sort)
        FROM spot CROSS JOIN LATERAL nearest_places(spot.geom, 50000) n LEFT JOIN municipalities m ON m.id = n.municipality_id), '[]'),
    'counts', json_build_object(
        'layers', coalesce((SELECT json_agg(json_build_object('layer', c.layer, 'places', c.places, 'here', c.here) ORDER BY c.sort)
            FROM (SELECT r.sort, r.layer, count(*) AS places, count(*) FILTER (WHERE r.distance = 0) AS here FROM ring r GROUP BY r.sort, r.layer) c), '[]'),
        'projects', (SELECT json_build_object('total', count(*), 'here', count(*) FILTER (WHERE n.distance < 0.05), 'with_amount', count(n.cents),
            'without_amount', count(*) - count(n.cents), 'amount_cents', sum(n.cents)) FROM near n WHERE n.is_leaf),
        'themes', coalesce((SELECT json_agg(json_build_object('theme', c.theme, 'projects', c.projects, 'amount_cents', c.cents) ORDER BY c.theme COLLATE kraj.natural NULLS LAST)
            FROM (SELECT n.theme, count(*) AS projects, sum(n.cents) AS cents FROM near n WHERE n.is_leaf GROUP BY n.theme) c), '[]'),
        'statuses', coalesce((SELECT json_agg(json_build_object('status', c.status, 'projects', c.projects, 'amount_cents', c.cents)
                ORDER BY array_position('{idea,preparation,implementation,realised,not_realised,dropped,unknown}', c.status))
            FROM (SELECT n.status, count(*) AS projects, sum(n.cents) AS cents FROM near n WHERE n.is_leaf GROUP BY n.status) c), '[]'))
)::text AS item
