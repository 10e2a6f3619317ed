-- Everything about one project: $1 municipality id, $2 code.
SELECT jsonb_build_object(
    'id', p.id, 'municipality', m.slug, 'code', p.code, 'source_code', p.source_code, 'title', p.title, 'title_en', p.title_en,
    'theme', t.code, 'measure', u.code, 'status', p.status, 'horizon', p.horizon, 'strategic', p.strategic,
    'is_group', NOT p.is_leaf, 'parent', parent.code, 'depth', above.depth, 'scope', p.scope, 'holder', p.holder, 'responsible', p.responsible,
    'amount_cents', greatest(p.cost_cents, (SELECT sum(f.effective_cents)::bigint FROM project_funding f WHERE f.project_id = p.id)),
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
    'description', p.description, 'participants', p.participants, 'department', p.department, 'plan_state', p.plan_state,
    'source', p.source, 'source_ref', p.source_ref,
    'cost_cents', p.cost_cents, 'cost_text', p.cost_text, 'cost_qualifier', p.cost_qualifier,
    'funding', coalesce((
        SELECT jsonb_agg(jsonb_build_object('year', f.year, 'source', f.source, 'mechanism', f.mechanism, 'nrp_code', f.nrp_code, 'amount_cents', f.amount_cents,
            'effective_cents', f.effective_cents, 'kind', f.kind, 'text', f.text, 'qualifier', f.qualifier, 'period', f.period, 'period_years', f.period_years, 'years', f.years)
            ORDER BY f.year NULLS LAST, array_position('{own,eu,state,private,other}', f.source), f.id)
        FROM project_funding f WHERE f.project_id = p.id), '[]'),
    'eligibility', eligibility_json(p.municipality_id, p.id),
    'phases', coalesce((
        SELECT jsonb_agg(jsonb_build_object('kind', f.kind, 'name', f.name, 'starts', f.starts_on, 'ends', f.ends_on, 'note', f.note)
            ORDER BY f.starts_on NULLS LAST, array_position('{DIIP,PIZ,IP,IDZ,DGD,PZI,tender,construction,other}', f.kind), f.id)
        FROM project_phases f WHERE f.project_id = p.id), '[]'),
    'links', coalesce((
        SELECT jsonb_agg(jsonb_build_object('title', k.title, 'url', k.url) ORDER BY k.id) FROM project_links k WHERE k.project_id = p.id), '[]'),
    'children', coalesce((
        SELECT jsonb_agg(jsonb_build_object('code', c.code, 'title', c.title, 'status', c.status) ORDER BY c.code COLLATE kraj.natural, c.id)
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
WHERE p.municipality_id = $1 AND p.code = $2
