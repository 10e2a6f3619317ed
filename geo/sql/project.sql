-- Everything about one project: $1 the municipality's code or slug, $2 code.
SELECT jsonb_build_object(
    'id', p.id, 'municipality', m.slug, 'code', p.code, 'source_code', p.source_code, 'title', p.title, 'title_en', p.title_en,
    'theme', t.code, 'measure', u.code, 'status', p.status, 'horizon', p.horizon, 'strategic', p.strategic,
    'is_group', NOT p.is_leaf, 'parent', parent.code, 'depth', above.depth, 'scope', p.scope, 'holder', p.holder, 'responsible', p.responsible,
    'participants', p.participants, 'department', p.department, 'starts', (SELECT min(h.starts_on) FROM project_phases h WHERE h.project_id = p.id),
    'ends', (SELECT max(h.ends_on) FROM project_phases h WHERE h.project_id = p.id),
    'amount_cents', project_amount(p.id), 'money', project_money(p.id),
    'not_stated_cents', (SELECT sum(a.extent)::bigint FROM atoms a WHERE a.project_id = p.id AND a.funding_id IS NULL),
    'keeper', to_jsonb(p) -> 'keeper',
    'located', place.geom IS NOT NULL, 'approximate', place.approximate, 'bbox', kraj.bbox84(place.box),
    'geometry', ST_AsGeoJSON(ST_Transform(place.geom, 4326), 7, 0)::jsonb,
    'places', coalesce((
        SELECT jsonb_agg(jsonb_build_object('layer', w.layer, 'code', w.code, 'name', w.name) ORDER BY w.sort, w.name COLLATE "sl-x-icu", w.code COLLATE kraj.natural)
        FROM (SELECT DISTINCT l.sort, l.id AS layer, place.code, place.name
              FROM ties tie JOIN layers l ON l.id = tie.layer JOIN places place ON place.layer = tie.layer AND place.id = tie.place_id
              WHERE tie.project_id = p.id AND tie.relation <> 'near') w), '[]'),
    'ties', coalesce((
        SELECT jsonb_agg(jsonb_build_object('layer', l.id, 'layer_title', jsonb_build_object('sl', l.title_sl, 'en', l.title_en), 'code', there.code, 'name', there.name,
            'relation', tie.relation, 'dimension', tie.dimension, 'measure', tie.measure, 'unit', tie.unit, 'share', tie.share, 'distance_m', tie.distance_m, 'origin', tie.origin)
            ORDER BY l.sort, tie.relation = 'near', tie.share DESC NULLS LAST, there.name COLLATE "sl-x-icu", tie.dimension)
        FROM ties tie JOIN layers l ON l.id = tie.layer JOIN places there ON there.layer = tie.layer AND there.id = tie.place_id
        WHERE tie.project_id = p.id), '[]'),
    'description', p.description,
    'source', p.source, 'source_ref', p.source_ref,
    'cost_cents', p.cost_cents, 'cost_text', p.cost_text, 'cost_qualifier', p.cost_qualifier,
    'funding', coalesce((
        SELECT jsonb_agg(jsonb_build_object('counts', f.effective_cents IS NOT NULL AND counted.line, 'why_not', CASE
                WHEN NOT p.is_leaf THEN 'group' WHEN f.amount_cents IS NULL THEN 'no_amount' WHEN f.effective_cents IS NULL THEN 'no_years'
                WHEN NOT counted.line THEN 'more_certain' END, 'year', f.year, 'source', f.source, 'mechanism', f.mechanism, 'nrp_code', f.nrp_code, 'amount_cents', f.amount_cents,
            'effective_cents', f.effective_cents, 'kind', f.kind, 'text', f.text, 'qualifier', f.qualifier, 'period', f.period, 'period_years', f.period_years, 'years', f.years)
            ORDER BY f.year NULLS LAST, array_position('{own,eu,state,private,other}', f.source), f.id)
        FROM project_funding f CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM atoms a WHERE a.project_id = p.id AND a.funding_id = f.id) AS line) counted
        WHERE f.project_id = p.id), '[]'),
    'eligibility', eligibility_json(p.municipality_id, p.id),
    'phases', coalesce((
        SELECT jsonb_agg(jsonb_build_object('kind', f.kind, 'name', f.name, 'starts', f.starts_on, 'ends', f.ends_on, 'note', f.note)
            ORDER BY f.starts_on NULLS LAST, array_position('{DIIP,PIZ,IP,IDZ,DGD,PZI,tender,construction,other}', f.kind), f.id)
        FROM project_phases f WHERE f.project_id = p.id), '[]'),
    'links', coalesce((
        SELECT jsonb_agg(jsonb_build_object('title', k.title, 'url', k.url) ORDER BY k.id) FROM project_links k WHERE k.project_id = p.id), '[]'),
    'plan_state', p.plan_state) || jsonb_build_object(  -- a call takes fifty pairs at most
    'proposed_ties', coalesce((
        SELECT jsonb_agg(jsonb_build_object('layer', l.id, 'layer_title', jsonb_build_object('sl', l.title_sl, 'en', l.title_en), 'code', there.code, 'name', there.name,
            'relation', s.relation, 'state', s.state, 'score', to_jsonb(s) -> 'score', 'words', to_jsonb(s) -> 'words')
            ORDER BY (to_jsonb(s) ->> 'score')::real DESC NULLS LAST, l.sort, there.name COLLATE "sl-x-icu", there.code)
        FROM project_places s JOIN layers l ON l.id = s.layer JOIN places there ON there.layer = s.layer AND there.id = s.place_id
        WHERE s.project_id = p.id AND s.state = 'proposed'), '[]'),
    'weights', coalesce((
        SELECT jsonb_agg(jsonb_build_object('settlement', CASE WHEN s.id IS NOT NULL THEN jsonb_build_object('code', s.code, 'name', s.name) END, 'special', w.special,
            'extent', w.extent / 1e12, 'population', w.population / 1e12, 'equal', w.equal / 1e12, 'served', w.served / 1e12,
            'amount_cents', (SELECT sum(a.extent)::bigint FROM atoms a WHERE a.project_id = p.id AND a.row_key = w.row_key), 'origin', w.origin, 'note', w.note)
            ORDER BY w.extent DESC, s.code COLLATE kraj.natural, w.row_key)
        FROM weights w LEFT JOIN settlements s ON s.id = w.settlement_id WHERE w.project_id = p.id), '[]'),
    'nearest', coalesce((
        SELECT jsonb_agg(jsonb_build_object('layer', n.layer, 'code', n.code, 'name', n.name, 'municipality', nm.slug, 'distance_m', round(n.distance_m::numeric, 1),
            'end_distance_m', round(n.end_distance_m::numeric, 1), 'ends_short', n.ends_short) ORDER BY n.sort)
        FROM nearest_places(place.geom, 50000) n LEFT JOIN municipalities nm ON nm.id = n.municipality_id), '[]'),
    'history', last_change('projects', p.id),
    'below', CASE WHEN NOT p.is_leaf THEN (
        WITH RECURSIVE down AS (
            SELECT c.id, c.is_leaf, c.status FROM projects c WHERE c.parent_id = p.id
            UNION ALL
            SELECT c.id, c.is_leaf, c.status FROM down JOIN projects c ON c.parent_id = down.id)
        SELECT jsonb_build_object('total', count(*), 'with_amount', count(d.cents), 'without_amount', count(*) - count(d.cents), 'amount_cents', sum(d.cents),
            'realised', count(*) FILTER (WHERE d.status = 'realised'))
        FROM (SELECT down.status, project_amount(down.id) AS cents FROM down WHERE down.is_leaf) d) END,
    'children', coalesce((
        SELECT jsonb_agg(jsonb_build_object('code', c.code, 'title', c.title, 'status', c.status, 'is_group', NOT c.is_leaf, 'amount_cents', project_amount(c.id)) ORDER BY c.code COLLATE kraj.natural, c.id)
        FROM projects c WHERE c.parent_id = p.id), '[]'),
    'ancestors', above.list,
    'attributes', p.attributes
)
FROM projects p
JOIN municipalities m ON m.id = p.municipality_id
LEFT JOIN themes t ON t.id = p.theme_id
LEFT JOIN measures u ON u.id = p.measure_id
LEFT JOIN projects parent ON parent.id = p.parent_id
CROSS JOIN LATERAL (
    SELECT ST_ForceCollection(ST_Collect(s.geom ORDER BY s.id)) AS geom, ST_SetSRID(ST_Extent(s.geom)::geometry, kraj.srid()) AS box, bool_or(s.approximate) AS approximate
    FROM sites s WHERE s.project_id = p.id) place
CROSS JOIN LATERAL (
    WITH RECURSIVE up AS (
        SELECT q.id, q.parent_id, q.code, q.title, 1 AS steps FROM projects q WHERE q.id = p.parent_id
        UNION ALL
        SELECT q.id, q.parent_id, q.code, q.title, up.steps + 1 FROM up JOIN projects q ON q.id = up.parent_id)
    SELECT count(*) AS depth, coalesce(jsonb_agg(jsonb_build_object('code', up.code, 'title', up.title) ORDER BY up.steps DESC), '[]') AS list FROM up) above
WHERE p.municipality_id = (SELECT municipality_of($1)) AND p.code = $2
